"""GDELT's reduced events and its mentions, and files that are neither, on rows written here."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.actors import cameo_states
from tertius.errors import SourceError, UsageError
from tertius.events import IngestReport, ingest, open_store
from tertius.events.mentions import MENTION_SCHEMA, mention_counts, read_mentions
from tertius.events.sources.feeds import feed_of

_REDUCED = (
    "Date Source Target CAMEOCode NumEvents NumArts QuadClass Goldstein SourceGeoType "
    "SourceGeoLat SourceGeoLong TargetGeoType TargetGeoLat TargetGeoLong ActionGeoType "
    "ActionGeoLat ActionGeoLong"
)
REDUCED = _REDUCED.split(" ")
ROLLED = ["19790104", "USAGOV", "CHN", "042", "3", "12", "1", "1.9", *["1", "38.9", "-77.0"] * 3]
MENTION = [
    "410412347", "20150218230000", "20150219001500", "1", "a.example", "http://a.example/1", "19",
    "-1", "4594", "4634", "1", "50", "6665", "-4.5", "", "",
]  # fmt: skip
LOWER = (
    "globaleventid,eventtimedate,mentiontimedate,mentiontype,mentionsourcename,mentionidentifier,"
    "sentenceid,actor1charoffset,actor2charoffset,actioncharoffset,inrawtext,confidence,"
    "mentiondoclen,mentiondoctone,mentiondoctranslationinfo,extras"
)


def lines(*rows: list[str]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def changed(row: list[str], **values: str) -> list[str]:
    """Return a row with fields replaced; their places are in the names, as in ``_3``."""
    made = list(row)
    for place, value in values.items():
        made[int(place.removeprefix("_"))] = value
    return made


def event(width: int, **values: str) -> list[str]:
    """Return an event of an edition, with little in it."""
    row = [""] * width
    row[0], row[1], row[26], row[30] = "7", "20180326", "042", "1.9"
    row[{57: 56, 58: 56, 61: 59}[width]] = "20180326" + ("044500" if width == 61 else "")
    if width != 57:
        row[-1] = "http://a.example/1"
    return changed(row, **values)


def read(
    tmp_path: Path, content: str, name: str = "reduced.txt"
) -> tuple[IngestReport, pl.DataFrame]:
    (tmp_path / name).write_text(content, encoding="utf-8")
    report = ingest("gdelt", tmp_path / name, store=tmp_path / f"store of {name}")
    return report, open_store(report.store).events().sort("row_no").collect()


# --- The reduced file -----------------------------------------------------------------------


def test_a_reduced_row_is_one_event_that_says_it_is_several(tmp_path: Path) -> None:
    """The number of events is in ``mentions``, and the row is flagged."""
    _, events = read(tmp_path, lines(REDUCED, ROLLED))
    row = events.row(0, named=True)
    expected = {
        "event_id": None, "event_date": date(1979, 1, 4), "source": "USA", "target": "CHN",
        "source_raw": "USAGOV", "target_raw": "CHN", "code": "042", "quad": 1, "weight": 1.9,
        "weight_raw": 1.9, "mentions": 3, "articles": 12, "sources": None, "place": None,
        "url_hash": None, "added_at": None, "flags": "rolled-up", "row_no": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_the_first_three_letters_of_an_actor_are_its_country(tmp_path: Path) -> None:
    """Where they are one: roles, regions and blanks are nobody."""
    actors = ["PRKMIL", "ROM", "GOV", "EURGOV", "", "IGOUNO", "KR", "KSVREB"]
    rows = [changed(ROLLED, _1=actor) for actor in actors]
    _, events = read(tmp_path, lines(REDUCED, *rows))
    expected = ["PRK", "ROU", None, None, None, None, None, "XKX"]
    assert events["source"].to_list() == expected


def test_no_role_of_cameo_begins_like_a_country() -> None:
    """Or the first three letters of an actor without a country would be one."""
    _roles = (
        "BUS COP CRM CVL EDU ELI ENV GOV HLH HRI IGM IGO IMG INS INT JUD LAB LEG MED MIL MNC "
        "MOD NGM NGO OPP PTY RAD REB REF SEP SET SPY UAF UIS"
    )
    roles = _roles.split(" ")
    assert set(roles) & cameo_states().keys() == set()


def test_the_reduced_file_is_read_as_published(tmp_path: Path) -> None:
    """A zip with one text; its name says which years it covers."""
    path = tmp_path / "GDELT.MASTERREDUCEDV2.1979-2013.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("GDELT.MASTERREDUCEDV2.TXT", lines(REDUCED, ROLLED))
    report = ingest("gdelt", path, store=tmp_path / "s")
    assert (report.kept, report.files[0].dataset) == (1, "GDELT 1.0 reduced")
    span = ("1979-01-01T00:00:00Z", "2014-01-01T00:00:00Z")
    assert feed_of(path.name) == ("gdelt1-reduced", span)


def test_reduced_rows_that_cannot_be_used_are_rejected(tmp_path: Path) -> None:
    """A day, a number and a code that are none, and a line too short."""
    wrong = [changed(ROLLED, _0="19791301"), changed(ROLLED, _4="many"), changed(ROLLED, _3="---")]
    report, events = read(tmp_path, lines(REDUCED, ROLLED, *wrong, ROLLED[:9]))
    assert (report.lines, report.kept, report.rejected) == (5, 1, 4)
    assert events["row_no"].to_list() == [2]


# --- Other files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says", "hint"),
    [
        (lines(MENTION), "16 columns and no header: this looks like GDELT 2.0", "mentions"),
        (LOWER + "\n", "that of GDELT 2.0 mentions", "read_mentions"),
        (lines(["x"] * 27, ["x"] * 27), "looks like GDELT's GKG 2.1", "no events"),
        (lines(["x"] * 11), "looks like GDELT's GKG 1.0", "no events"),
        (lines(["x"] * 26), "looks like real-time Phoenix", '"phoenix"'),
        (lines(ROLLED), "17 columns and no header", "header"),
        ("Event ID\tSource Name\tTarget Name\n", "that of ICEWS", '"icews"'),
        ("Event ID\tEvent Type\tActor Country\n", "that of POLECAT", '"polecat"'),
        ("eid,source_root,target_root\n", "that of historical Phoenix", '"phoenix"'),
        ("GLOBALEVENTID,SQLDATE,Actor1Code\n", "with a header", '"table"'),
        ("event_id_cnty,event_date\n", "that of ACLED", "read_covariates"),
        ("id,relid,type_of_violence\n", "that of UCDP GED", "read_covariates"),
        ("<html>\n", "a web page", "again"),
    ],
)  # fmt: skip
def test_a_file_of_another_format_is_named(
    tmp_path: Path, content: str, says: str, hint: str
) -> None:
    """One error: what it looks like, where, and what to do."""
    with pytest.raises(SourceError, match=says) as caught:
        read(tmp_path, content)
    assert caught.value.where == f"{tmp_path / 'reduced.txt'}, line 1"
    assert hint in str(caught.value.hint)


def test_a_broken_first_line_is_rejected_like_any_other(tmp_path: Path) -> None:
    """16 fields once, among lines of 61, are no mentions file."""
    report, _ = read(tmp_path, lines(MENTION, event(61), event(58), event(57)))
    assert (report.kept, report.rejected) == (3, 1)


def test_a_file_without_a_single_sound_line_gets_one_error(tmp_path: Path) -> None:
    """It quotes the first."""
    with pytest.raises(SourceError, match="2 fields, not 57, 58 or 61"):
        read(tmp_path, "a\tb\nc\td\n")


def test_the_member_of_an_archive_is_named(tmp_path: Path) -> None:
    """Where several are in one."""
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.CSV", lines(event(61)))
        archive.writestr("b.CSV", lines(MENTION))
    with pytest.raises(SourceError, match="16 columns") as caught:
        ingest("gdelt", path, store=tmp_path / "s")
    assert "b.CSV" in str(caught.value.where)


# --- Mentions -------------------------------------------------------------------------------


@pytest.fixture
def mentions(tmp_path: Path) -> Callable[..., Path]:
    """Write mentions as GDELT does."""

    def write(*rows: list[str], name: str = "20150219001500.mentions.CSV") -> Path:
        path = tmp_path / name
        path.write_text(lines(*rows), encoding="utf-8")
        return path

    return write


def test_a_mention_is_a_row(mentions: Callable[..., Path]) -> None:
    """Every column that is kept."""
    found = read_mentions(mentions(MENTION))
    assert found.table.schema == MENTION_SCHEMA
    assert found.table.row(0) == (
        "410412347", datetime(2015, 2, 18, 23, tzinfo=UTC),
        datetime(2015, 2, 19, 0, 15, tzinfo=UTC), 1, "a.example", "http://a.example/1", 19, True,
        50, -4.5, False, "20150219001500.mentions.CSV", 1,
    )  # fmt: skip
    assert found.to_polars() is found.table
    assert str(found) == "1 lines = 1 kept + 0 rejected + 0 filtered"


def test_the_form_with_a_header_is_the_same(tmp_path: Path, mentions: Callable[..., Path]) -> None:
    """Commas, lower case, gzip; an address with a comma stands in quotes."""
    row = changed(MENTION, _5="http://a.example/1,2", _14="srclc:ara;eng:GT-ARA 1.0")
    path = tmp_path / "m.csv.gz"
    text = f"{LOWER}\n" + ",".join(f'"{v}"' if "," in v else v for v in row) + "\n"
    path.write_bytes(gzip.compress(text.encode()))
    one, other = read_mentions(path).table, read_mentions(mentions(row)).table
    assert one.drop("file", "line").equals(other.drop("file", "line"))
    assert one["translated"].to_list() == [True]
    assert one["document"].to_list() == ["http://a.example/1,2"]


def test_counts_are_by_event_and_of_different_outlets(mentions: Callable[..., Path]) -> None:
    """Three mentions of two outlets; confidence highest and on average."""
    rows = [
        MENTION, changed(MENTION, _5="http://a.example/2", _11="80", _2="20150218231500"),
        changed(MENTION, _4="b.example", _5="http://b.example/1", _11="20", _10="0"),
        changed(MENTION, _0="9"),
    ]  # fmt: skip
    counts = mention_counts(read_mentions(mentions(*rows)))
    assert counts.row(0, named=True) == {
        "event_id": "410412347", "mentions_read": 3, "documents": 3, "outlets": 2,
        "confidence": 80, "confidence_mean": 50.0, "in_raw_text": 2, "translated": 0,
        "first_mentioned_at": datetime(2015, 2, 18, 23, 15, tzinfo=UTC),
        "last_mentioned_at": datetime(2015, 2, 19, 0, 15, tzinfo=UTC),
    }  # fmt: skip
    assert counts["event_id"].to_list() == ["410412347", "9"]


def test_counts_stand_beside_the_events_of_a_store(
    tmp_path: Path, mentions: Callable[..., Path]
) -> None:
    """No event is lost, none is added, and one without a mention that was read has nulls."""
    (tmp_path / "e.CSV").write_text(
        lines(event(61, _0="410412347"), event(61, _0="8")), encoding="utf-8"
    )
    ingest("gdelt", tmp_path / "e.CSV", store=tmp_path / "s")
    events = open_store(tmp_path / "s").events()
    found = read_mentions(mentions(MENTION, MENTION, changed(MENTION, _0="999")))
    beside = mention_counts(found, events).sort("row_no")
    assert beside.select("event_id", "mentions_read", "outlets").rows() == [
        ("410412347", 2, 1), ("8", None, None),
    ]  # fmt: skip
    assert beside.columns[: len(events.collect_schema())] == events.collect_schema().names()


def test_lines_that_cannot_be_used_are_told(mentions: Callable[..., Path]) -> None:
    """Each with its file, line, reason and text."""
    found = read_mentions(
        mentions(MENTION, MENTION[:9], [], changed(MENTION, _2="201502190015"),
                 changed(MENTION, _11="high"), changed(MENTION, _0=""))
    )  # fmt: skip
    assert (found.lines, found.kept, found.rejected, found.filtered) == (6, 1, 4, 1)
    told = found.left_out
    assert told["line"].to_list() == [2, 4, 5, 6]
    assert told["reason"].to_list() == [
        "9 fields, not 16", 'mentioned_at "201502190015" is no time',
        'confidence "high" is no number', "no id of an event",
    ]  # fmt: skip
    assert told["text"][0].startswith("410412347\t2015")
    assert sum(count for _, count in found.reasons) == 4


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.just("\t".join(MENTION).encode()),
            st.binary(max_size=40).filter(lambda line: b"\n" not in line),
            st.integers(0, 15).map(
                lambda place: lines(changed(MENTION, **{f"_{place}": "x"}))[:-1].encode()
            ),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_no_line_of_mentions_is_lost(tmp_path: Path, made: list[bytes]) -> None:
    """lines = kept + rejected + filtered, whatever the bytes."""
    path = tmp_path / "made.CSV"
    path.write_bytes("\t".join(MENTION).encode() + b"\n" + b"\n".join(made))
    found = read_mentions(path)
    assert found.lines == found.kept + found.rejected + found.filtered
    assert found.lines == 1 + len(made) - (bool(made) and made[-1] == b"")
    assert found.table.height == found.kept >= 1
    assert found.left_out.height == found.rejected


def test_several_files_are_one_table(mentions: Callable[..., Path], tmp_path: Path) -> None:
    """In the order of their names, each row with its file."""
    mentions(MENTION, name="b.CSV")
    mentions(changed(MENTION, _0="1"), name="a.CSV")
    found = read_mentions([tmp_path])
    assert found.table.select("file", "event_id").rows() == [("a.CSV", "1"), ("b.CSV", "410412347")]


def test_what_holds_no_mentions_is_an_error(tmp_path: Path, mentions: Callable[..., Path]) -> None:
    """Events, nothing, and no path at all."""
    with pytest.raises(SourceError, match="looks like GDELT"):
        read_mentions(mentions(event(61)))
    with pytest.raises(SourceError, match="is no GDELT mentions file"):
        read_mentions(mentions(["a", "b"]))
    with pytest.raises(SourceError, match="no such file"):
        read_mentions(tmp_path / "none.CSV")
    with pytest.raises(UsageError, match="no path"):
        read_mentions([])
