"""The store: idempotent, reproducible, verified; every line accounted for."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import StoreError, UnknownNameError, UsageError
from tertius.events import EVENT_SCHEMA, ingest, open_store

COLUMNS = {"date": "d", "source": "a", "target": "b", "code": "c"}
GOOD = "2018-01-01,CHN,PRK,010\n2018-01-03,PRK,USA,042\n2018-01-03,CHN,USA,130\n"
MIXED = GOOD + "2018-01-04,CHN\n\nnot a date,CHN,PRK,010\n2018-01-05,CHN,PRK,99\n"


def table(folder: Path, text: str, name: str = "e.csv") -> Path:
    path = folder / name
    path.write_text("d,a,b,c\n" + text)
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files of a store by name, the lock left out; what the catalogue says by its digest."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ingest.lock" and "catalogue.sqlite" not in path.name
    }
    if (folder / "catalogue.sqlite").exists():
        files["catalogue.sqlite"] = open_store(folder).info().digest.encode()
    return files


def test_lines_are_kept_rejected_or_filtered_and_nothing_else(tmp_path: Path) -> None:
    """The report, the catalogue and the segments agree on every line."""
    report = ingest("table", table(tmp_path, MIXED), store=tmp_path / "s", columns=COLUMNS)
    store = open_store(tmp_path / "s")
    (row,) = store.files().rows(named=True)
    assert (row["lines"], row["kept"], row["rejected"], row["filtered"]) == (7, 3, 3, 1)
    assert row["kept"] == store.events().collect().height == report.kept
    assert row["rejected"] == store.rejected().height == report.rejected
    assert store.rejected()["line"].to_list() == [5, 7, 8]
    assert sum(count for _, count in report.files[0].reasons) == 3
    assert str(report).splitlines()[-1] == (
        "total: 7 lines = 3 kept + 3 rejected + 1 filtered; duplicates: none removed"
    )


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    """Also under another name, or packed: the content counts."""
    path = table(tmp_path, MIXED)
    ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    before = snapshot(tmp_path / "s")
    copy, packed = tmp_path / "copy.csv", tmp_path / "copy.csv.gz"
    copy.write_bytes(path.read_bytes())
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for again in (path, copy, packed):
        report = ingest("table", again, store=tmp_path / "s", columns=COLUMNS)
        assert report.already_present
        assert report.kept == 3
    assert snapshot(tmp_path / "s") == before


def test_the_same_file_twice_in_one_call_counts_once(tmp_path: Path) -> None:
    """A path listed twice is one file."""
    path = table(tmp_path, GOOD)
    report = ingest("table", [path, path], store=tmp_path / "s", columns=COLUMNS)
    assert [file.already_present for file in report.files] == [False, True]
    assert open_store(tmp_path / "s").events().collect().height == 3


def test_equal_input_gives_equal_stores(tmp_path: Path) -> None:
    """Two stores made apart are the same file by file, and their catalogues say the same."""
    path = table(tmp_path, MIXED)
    for name in ("one", "two"):
        ingest("table", path, store=tmp_path / name, columns=COLUMNS)
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")


def test_segments_are_named_by_their_digest(tmp_path: Path) -> None:
    """The name of a segment is the SHA-256 of its bytes; events come with the schema's types."""
    ingest("table", table(tmp_path, GOOD), store=tmp_path / "s", columns=COLUMNS)
    (segment,) = (tmp_path / "s" / "segments").iterdir()
    assert segment.stem == hashlib.sha256(segment.read_bytes()).hexdigest()
    events = pl.read_parquet(segment)
    assert list(events.schema) == list(EVENT_SCHEMA)
    assert dict(open_store(tmp_path / "s").events().collect_schema()) == EVENT_SCHEMA


def test_a_second_file_adds_to_the_first(tmp_path: Path) -> None:
    """Segments are immutable: the first file's stay as they are."""
    ingest("table", table(tmp_path, GOOD), store=tmp_path / "s", columns=COLUMNS)
    before = snapshot(tmp_path / "s")
    more = table(tmp_path, "2018-02-01,KOR,PRK,036\n", "more.csv")
    ingest("table", more, store=tmp_path / "s", columns=COLUMNS)
    after = snapshot(tmp_path / "s")
    assert {name: after[name] for name in before if name != "catalogue.sqlite"} == {
        name: content for name, content in before.items() if name != "catalogue.sqlite"
    }
    info = open_store(tmp_path / "s").info()
    assert (info.files, info.kept, info.last_day) == (2, 4, "2018-02-01")
    assert dict(info)["datasets"] == ("e.csv", "more.csv")


def test_the_same_file_read_another_way_is_refused(tmp_path: Path) -> None:
    """Its events would count twice."""
    path = table(tmp_path, GOOD)
    ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    before = snapshot(tmp_path / "s")
    with pytest.raises(StoreError, match="already, read with other options"):
        ingest("table", path, store=tmp_path / "s", columns=COLUMNS, weights="goldstein-gdelt")
    assert snapshot(tmp_path / "s") == before


def test_one_bad_file_among_good_ones_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """All files of a call are taken in, or none."""
    good, bad = table(tmp_path, GOOD), table(tmp_path, "x,y,z,w\n", "bad.csv")
    with pytest.raises(ValueError, match="none of its 1 lines"):
        ingest("table", [good, bad], store=tmp_path / "s", columns=COLUMNS)
    assert snapshot(tmp_path / "s") == {}
    ingest("table", good, store=tmp_path / "s", columns=COLUMNS)
    assert open_store(tmp_path / "s").verify() == []


def test_declared_days_are_covered_and_others_assumed(tmp_path: Path) -> None:
    """Without `covers`, a day is covered because it has a row."""
    path = table(tmp_path, GOOD)
    ingest("table", path, store=tmp_path / "a", columns=COLUMNS)
    ingest(
        "table", path, store=tmp_path / "m", columns=COLUMNS, covers=("2018-01-01", "2018-01-04")
    )
    assumed, declared = open_store(tmp_path / "a"), open_store(tmp_path / "m")
    assert assumed.covered_days() == ({date(2018, 1, 1), date(2018, 1, 3)}, False)
    assert declared.covered_days() == ({date(2018, 1, day) for day in range(1, 5)}, True)
    assert (assumed.info().coverage, declared.info().coverage) == ("assumed", "manifest")


@pytest.mark.parametrize("covers", [("2018-02-01", "2018-01-01"), ("x", "y"), ("2018-01-01",)])
def test_bad_covers_are_usage_errors(tmp_path: Path, covers: tuple[str, ...]) -> None:
    """A span needs a first and a last day, in order."""
    with pytest.raises(UsageError):
        ingest("table", "x", store=tmp_path, columns=COLUMNS, covers=covers)  # type: ignore[arg-type]


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    """Verify names the segment; reading refuses it. Parquet alone would often not notice."""
    ingest("table", table(tmp_path, MIXED), store=tmp_path / "s", columns=COLUMNS)
    (segment,) = (tmp_path / "s" / "segments").iterdir()
    sound = segment.read_bytes()
    for at in range(0, len(sound), max(1, len(sound) // 25)):
        broken = bytearray(sound)
        broken[at] ^= 1
        segment.write_bytes(bytes(broken))
        store = open_store(tmp_path / "s")
        assert store.verify() == [f"segments/{segment.name}"]
        with pytest.raises(StoreError, match="not those that were written"):
            store.events()
    segment.write_bytes(sound)
    assert open_store(tmp_path / "s").verify() == []


@pytest.mark.parametrize("kind", ["segments", "rejected"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_missing_or_cut_segment_is_found_on_open(tmp_path: Path, kind: str, damage: str) -> None:
    """Size and presence are looked at each time a store is opened."""
    ingest("table", table(tmp_path, MIXED), store=tmp_path / "s", columns=COLUMNS)
    (segment,) = (tmp_path / "s" / kind).iterdir()
    if damage == "missing":
        segment.unlink()
    else:
        segment.write_bytes(segment.read_bytes()[:-1])
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "s")
    assert segment.name in str(caught.value)
    assert caught.value.hint


def test_an_unknown_source_is_named_with_those_there_are(tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(UnknownNameError, match='unknown source "gdlet"'):
        ingest("gdlet", "x", store=tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_leftovers_go_at_the_next_ingest(tmp_path: Path) -> None:
    """Orphan segments and temporary files of a killed ingest are removed."""
    ingest("table", table(tmp_path, GOOD), store=tmp_path / "s", columns=COLUMNS)
    before = snapshot(tmp_path / "s")
    (tmp_path / "s" / "segments" / f"{'0' * 64}.parquet").write_bytes(b"orphan")
    (tmp_path / "s" / "segments" / ".x.parquet.tmp").write_bytes(b"half")
    (tmp_path / "s" / ".catalogue.sqlite.abc").write_bytes(b"half")
    assert open_store(tmp_path / "s").verify() == []
    ingest("table", table(tmp_path, GOOD), store=tmp_path / "s", columns=COLUMNS)
    assert snapshot(tmp_path / "s") == before


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    """While one ingest holds the store, another gets a clear error."""
    fcntl = pytest.importorskip("fcntl")
    path = table(tmp_path, GOOD)
    ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    with (tmp_path / "s" / "ingest.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="another process"):
            ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    assert ingest("table", path, store=tmp_path / "s", columns=COLUMNS).already_present


def test_reports_hand_themselves_to_notebooks(tmp_path: Path) -> None:
    """HTML is escaped; the frame has one row a file."""
    path = table(tmp_path, GOOD, "<b>.csv")
    report = ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    assert "&lt;b&gt;.csv" in report._repr_html_()
    assert report.to_polars().height == 1
    assert "<td>3</td>" in open_store(tmp_path / "s").info()._repr_html_()
