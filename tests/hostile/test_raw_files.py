"""Whatever a raw file, a store or a question holds: a clear error or a counted rejection.

Every error must be one of ours (so the command line prints it without a traceback), name the
place and leave no store behind; every accepted file must account for each of its lines, which
are counted here independently.
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.errors import (
    PanelError,
    SourceError,
    StoreError,
    TertiusError,
    UnknownNameError,
    UsageError,
    WriteError,
)
from tertius.events import ingest, open_store
from tertius.panels import panel

COLUMNS = {"date": "d", "source": "a", "target": "b", "code": "c"}
HEADER = b"d,a,b,c\n"
GOOD = b"2018-01-01,CHN,PRK,010\n2018-01-02,PRK,USA,042\n"


def zipped(*contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"e{number}.csv", content)
    return buffer.getvalue()


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("../e.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def parquet(damage: str) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"d": ["2018-01-01"], "a": ["CHN"], "b": ["PRK"], "c": ["010"]}).write_parquet(
        buffer
    )
    content = buffer.getvalue()
    if damage == "cut":
        return content[: len(content) // 2]
    if damage == "footer":
        return content[:-8] + b"\xff\xff\xff\x7fPAR1"
    return b"PAR1" + bytes(200) + b"PAR1"


UNUSABLE = {
    "empty": (b"", "empty"),
    "only a header": (HEADER, "no rows"),
    "a header and blank lines": (HEADER + b"\n \n", "can be used"),
    "another delimiter": (b"d;a;b;c\n2018-01-01;CHN;PRK;010\n", "no column"),
    "a header with a NUL": (b"d,a,b\0,c\n" + GOOD, "no UTF-8 text"),
    "a header with a bare quote": (b'd,a,"b,c\n' + GOOD, "header"),
    "a header twice the same": (b"d,a,a,b,c\n2018-01-01,CHN,CHN,PRK,010\n", "two columns"),
    "UTF-16": ((HEADER + GOOD).decode().encode("utf-16"), "no UTF-8 text"),
    "UTF-32 without mark": ((HEADER + GOOD).decode().encode("utf-32-le"), "no UTF-8 text"),
    "a zip archive of two files": (zipped(HEADER + GOOD, HEADER), "holds 2 files"),
    "a tar archive": (tarred(HEADER + GOOD), "tar archive"),
    "gzip cut off": (gzip.compress(HEADER + GOOD)[:-9], "damaged or cut off"),
    "gzip with a wrong sum": (
        gzip.compress(HEADER + GOOD)[:-8] + b"\0" * 8,
        "damaged or cut off",
    ),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "a gzip bomb": (gzip.compress(HEADER + b"0" * (8 << 20)), "unpacks to more than"),
    "Parquet cut off": (parquet("cut"), "Parquet data are damaged"),
    "Parquet with a wild footer": (parquet("footer"), "Parquet data are damaged"),
    "Parquet of zeros": (parquet("zeros"), "Parquet data are damaged"),
    "no line usable": (HEADER + b"01.01.2018,CHN,PRK,010\n", "none of its 1 lines"),
    "a page of HTML": (b"<!DOCTYPE html>\n<html><body>429</body></html>\n", "no column"),
    "old Mac line ends": ((HEADER + GOOD).replace(b"\n", b"\r"), "carriage return"),
    "all latin-1": (HEADER + b"2018-01-01,CHN,\xe9,010\n", "none of its 1 lines"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_a_clear_error_and_leaves_no_events(tmp_path: Path, name: str) -> None:
    """The message says what and where; no manifest, no segment is left."""
    content, words = UNUSABLE[name]
    path = tmp_path / "raw.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words) as caught:
        ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    assert "raw.csv" in str(caught.value)
    left = [p for p in (tmp_path / "s").rglob("*") if p.is_file() and p.name != "ingest.lock"]
    assert left == []


REJECTED = {
    "too few fields": b"2018-01-01,CHN,PRK",
    "too many fields": b"2018-01-01,CHN,PRK,010,",
    "a NUL byte": b"2018-01-01,CHN,P\0K,010",
    "not UTF-8": b"2018-01-01,CHN,\xff,010",
    "a bare quote": b'2018-01-01,CHN,P"K,010',
    "a quote that is not closed": b'2018-01-01,CHN,"PRK,010',
    "a quote closed too early": b'2018-01-01,CHN,"P"RK,010',
    "an over-long line": b"2018-01-01,CHN," + b"x" * 1_000_001 + b",010",
    "no date": b"yesterday,CHN,PRK,010",
    "a date of no calendar": b"2018-02-30,CHN,PRK,010",
    "a code without its zero": b"2018-01-01,CHN,PRK,42",
    "a header again": b"d,a,b,c",
}


@pytest.mark.parametrize("name", REJECTED)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_bad_line_is_rejected_and_its_neighbours_are_kept(
    tmp_path: Path, name: str, position: int
) -> None:
    """First, in the middle or last: one rejection with its line number, two events kept."""
    lines = GOOD.splitlines()
    lines.insert(position, REJECTED[name])
    path = tmp_path / "raw.csv"
    path.write_bytes(HEADER + b"\n".join(lines))
    report = ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    (row,) = open_store(tmp_path / "s").rejected().rows(named=True)
    assert (report.lines, report.kept, report.rejected, report.filtered) == (3, 2, 1, 0)
    assert (row["file"], row["line"]) == ("raw.csv", position + 2)
    assert row["reason"]
    assert len(row["text"]) <= 2000


ICEWS = ("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
         "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country")  # fmt: skip


@pytest.mark.parametrize(
    "day", ["0000-01-01", "-2018-01-01", "+12018-01-01", "99999-01-01", "18-01-01", "2018-02-30"]
)
@pytest.mark.parametrize("source", ["table", "icews", "frame"])
def test_days_of_no_calendar_are_rejected(tmp_path: Path, source: str, day: str) -> None:
    """Also those a reader of dates would take, and Python has no date for."""
    days = ("2018-01-01", day, "2018-01-02")
    path, options = tmp_path / "raw.csv", {"columns": COLUMNS}
    if source == "icews":
        rows = [("1", each, "China", "", "China", "Consult", "042", "1.0", "North Korea", "",
                 "North Korea") for each in days]  # fmt: skip
        path.write_text("\n".join("\t".join(row) for row in (ICEWS, *rows)))
        options = {}
    else:
        path.write_text("d,a,b,c\n" + "".join(f"{each},CHN,PRK,042\n" for each in days))
    given = pl.read_csv(path, infer_schema=False) if source == "frame" else path
    report = ingest(source.replace("frame", "table"), given, store=tmp_path / "s", **options)
    assert (report.lines, report.kept, report.rejected) == (3, 2, 1)
    (aside,) = open_store(tmp_path / "s").rejected().rows(named=True)
    assert aside["line"] == (2 if source == "frame" else 3)
    assert f'"{day}"' in aside["reason"]


def test_dates_beyond_the_calendar_in_a_frame_are_rejected(tmp_path: Path) -> None:
    """Polars has days long after the year 9999 and before the year 1."""
    days = pl.Series([17532, 5_000_000, -1_000_000], dtype=pl.Int32).cast(pl.Date)
    frame = pl.DataFrame({"d": days, "a": "CHN", "b": "PRK", "c": "042"})
    report = ingest("table", frame, store=tmp_path / "s", columns=COLUMNS)
    assert (report.kept, report.rejected) == (1, 2)


pieces = st.one_of(
    st.sampled_from(
        [
            b"2018-01-01,CHN,PRK,010\n",
            b'2018-01-02,"PRK","USA",042\r\n',
            b"\n",
            b'"',
            b",",
            b"\0",
            b"\xff\xfe",
            b"\r",
            b"2018-01-01",
            b"\xef\xbb\xbf",
        ]
    ),
    st.binary(max_size=12),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=12).map(b"".join))
def test_any_bytes_are_accounted_for_or_refused(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    """Lines are counted here by their newlines; not one more or less may be accounted for."""
    folder = tmp_path_factory.mktemp("any")
    path = folder / "raw.csv"
    path.write_bytes(HEADER + body)
    expected = body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
    try:
        report = ingest("table", path, store=folder / "s", columns=COLUMNS)
    except SourceError:
        return
    store = open_store(folder / "s")
    assert report.lines == expected == report.kept + report.rejected + report.filtered
    assert store.events().collect().height == report.kept
    assert store.rejected().height == report.rejected
    kept, refused = store.events().collect()["row_no"], store.rejected()["line"]
    assert set(kept).isdisjoint(refused)
    assert pl.concat([kept, refused]).is_between(2, expected + 1).all()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_file_of_quadruples(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    """The same for `tkg`, where a line is four or five numbers."""
    folder = tmp_path_factory.mktemp("quads")
    (folder / "entity2id.txt").write_text("China\t0\nNorth Korea\t1\n")
    (folder / "relation2id.txt").write_text("Consult\t0\n")
    (folder / "train.txt").write_bytes(b"0 0 1 0\n" + body)
    report = ingest("tkg", folder, store=folder / "s", origin="2018-01-01", unit="day")
    expected = 1 + body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
    assert report.lines == expected == report.kept + report.rejected + report.filtered
    assert open_store(folder / "s").rejected().height == report.rejected


@pytest.mark.parametrize("source", ["table", "tkg"])
def test_a_missing_path_is_named(tmp_path: Path, source: str) -> None:
    """With the reason."""
    options = {"columns": COLUMNS} if source == "table" else {}
    with pytest.raises(SourceError, match="no such") as caught:
        ingest(source, tmp_path / "absent", store=tmp_path / "s", **options)
    assert "absent" in str(caught.value)


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permission is refused by the system; the super-user would be let through, so it is faked."""
    path = tmp_path / "raw.csv"
    path.write_bytes(HEADER + GOOD)

    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        with pytest.raises(SourceError, match="permission denied"):
            ingest("table", path, store=tmp_path / "s", columns=COLUMNS)


def test_a_folder_for_a_file_and_a_file_for_a_folder(tmp_path: Path) -> None:
    """Each is told apart."""
    (tmp_path / "f.txt").write_text("0 0 1 0")
    with pytest.raises(SourceError, match="folder"):
        ingest("table", tmp_path, store=tmp_path / "s", columns=COLUMNS)
    with pytest.raises(SourceError, match="file, not a folder"):
        ingest("tkg", tmp_path / "f.txt", store=tmp_path / "s")


@pytest.mark.parametrize("thing", [None, 3, object(), {"d": [1]}])
def test_what_is_neither_path_nor_frame_is_a_usage_error(tmp_path: Path, thing: object) -> None:
    """Named by its kind."""
    with pytest.raises(UsageError):
        ingest("table", [thing], store=tmp_path / "s", columns=COLUMNS)


def test_a_folder_with_other_things_never_becomes_a_store(tmp_path: Path) -> None:
    """Nothing in it is touched."""
    (tmp_path / "raw.csv").write_bytes(HEADER + GOOD)
    (tmp_path / "thesis.doc").write_text("precious")
    with pytest.raises(StoreError, match="other things"):
        ingest("table", tmp_path / "raw.csv", store=tmp_path, columns=COLUMNS)
    assert (tmp_path / "thesis.doc").read_text() == "precious"


def test_a_store_that_cannot_be_made_is_a_write_error(tmp_path: Path) -> None:
    """Below a file no folder can be made."""
    raw = tmp_path / "raw.csv"
    raw.write_bytes(HEADER + GOOD)
    with pytest.raises(WriteError, match="folder cannot be made"):
        ingest("table", raw, store=raw / "s", columns=COLUMNS)


MANIFESTS = {
    "no JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "nothing in it": b"{}",
    "another format": b'{"format": "x", "version": 1, "files": []}',
    "a later version": b'{"format": "tertius-events", "version": 99, "files": []}',
    "files of the wrong kind": b'{"format": "tertius-events", "version": 1, "files": [3]}',
    "deep nesting": b"[" * 100_000,
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_damaged_manifest_is_a_store_error(tmp_path: Path, name: str) -> None:
    """On opening and on ingesting; the latter changes nothing."""
    store = tmp_path / "s"
    store.mkdir()
    (store / "manifest.json").write_bytes(MANIFESTS[name])
    (tmp_path / "raw.csv").write_bytes(HEADER + GOOD)
    with pytest.raises(StoreError, match=r"manifest|format version"):
        open_store(store)
    with pytest.raises(StoreError):
        ingest("table", tmp_path / "raw.csv", store=store, columns=COLUMNS)
    assert (store / "manifest.json").read_bytes() == MANIFESTS[name]


@pytest.mark.parametrize("place", ["../../raw", "/etc/passwd", "0" * 63, "0" * 64 + "\n", 0])
def test_a_manifest_cannot_point_outside_its_store(tmp_path: Path, place: object) -> None:
    """A segment's name is 64 hex digits, nothing else; neither reading nor writing follows it."""
    report = {"name": "x.csv", "file_id": "x", "sha256": "1" * 64, "dataset": "x", "lines": 1,
              "kept": 1, "rejected": 0, "filtered": 0, "reasons": [], "already_present": False,
              "unknown_names": 0, "unknown_mentions": 0, "top_unknown": [], "notes": [],
              "first_day": "2018-01-01", "last_day": "2018-01-01"}  # fmt: skip
    entry = {"report": report, "source": "table", "content": ["1" * 64], "options": {},
             "scheme": "cameo-gdelt", "weights": "goldstein-icews", "covers": None,
             "days": ["2018-01-01"], "rejected": [],
             "segments": [{"sha256": place, "size": 3, "rows": 1}]}  # fmt: skip
    folder = tmp_path / "s"
    (folder / "segments").mkdir(parents=True)
    (folder / "manifest.json").write_text(
        json.dumps({"format": "tertius-events", "version": 1, "files": [entry]})
    )
    (tmp_path / "raw.csv").write_bytes(HEADER + GOOD)
    with pytest.raises(StoreError, match=r"no SHA-256|manifest is damaged"):
        open_store(folder)
    with pytest.raises(StoreError, match=r"no SHA-256|manifest is damaged"):
        ingest("table", tmp_path / "raw.csv", store=folder, columns=COLUMNS)
    assert (folder / "manifest.json").exists()


@pytest.mark.parametrize("place", ["absent", "file"])
def test_opening_what_is_no_store(tmp_path: Path, place: str) -> None:
    """With a hint how to make one."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        open_store(tmp_path / place)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "raw.csv").write_bytes(HEADER + GOOD)
    ingest("table", tmp_path / "raw.csv", store=tmp_path / "s", columns=COLUMNS)
    return tmp_path / "s"


def test_a_dyad_without_events_is_zero_on_covered_days(store: Path) -> None:
    """Zero, not an error and not missing, where the panel holds all dyads."""
    found = panel(open_store(store), "day").series("JPN", "PRK")
    assert found["events"].to_list() == [0, 0]


def test_an_unknown_state_is_named_with_near_ones(store: Path) -> None:
    """In a series and in a selection of dyads."""
    daily = panel(open_store(store), "day")
    with pytest.raises(UnknownNameError, match='unknown state "PRX"'):
        daily.series("CHN", "PRX")
    with pytest.raises(UnknownNameError, match='unknown state "PRX"'):
        panel(open_store(store), "day", dyads=[("CHN", "PRX")])


def test_a_window_outside_the_data_is_a_panel_error(store: Path) -> None:
    """It says which days there are."""
    with pytest.raises(PanelError, match="covered") as caught:
        panel(open_store(store), window=("2020-01-01", "2020-12-31"))
    assert "2018-01-01" in str(caught.value)
    with pytest.raises(UsageError, match="before it starts"):
        panel(open_store(store), window=("2018-01-02", "2018-01-01"))
    with pytest.raises(UsageError, match="no date"):
        panel(open_store(store), window=("2018-01-02", "soon"))


@pytest.mark.parametrize("thing", [None, 3, "events/", pl.DataFrame({"x": [1]})])
def test_a_panel_of_what_holds_no_events(thing: object) -> None:
    """Neither a path nor any frame is a store."""
    with pytest.raises(PanelError):
        panel(thing)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"period": "quarter"}, UnknownNameError),
        ({"duplicates": "some"}, UnknownNameError),
        ({"dyads": ["CHN"]}, UsageError),
        ({"dyads": [("CHN", "CHN")]}, UsageError),
        ({"dyads": []}, UsageError),
    ],
)
def test_bad_arguments_of_a_panel(
    store: Path, arguments: dict[str, object], error: type[TertiusError]
) -> None:
    """Each is refused before any counting."""
    with pytest.raises(error):
        panel(open_store(store), **arguments)  # type: ignore[arg-type]


def test_a_store_without_interstate_events(tmp_path: Path) -> None:
    """No panel can be made, and the message says why."""
    (tmp_path / "raw.csv").write_bytes(HEADER + b"2018-01-01,CHN,CHN,010\n")
    ingest("table", tmp_path / "raw.csv", store=tmp_path / "s", columns=COLUMNS)
    with pytest.raises(PanelError, match="no event between two known states"):
        panel(open_store(tmp_path / "s"))
