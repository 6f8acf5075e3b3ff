"""The `tkg` source on small folders written here."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from tertius.errors import SourceError, UsageError
from tertius.events import ingest, open_store

ENTITIES = "Kim_Jong-Un\t0\nChina\t1\nUnited States\t2\nUnspecified Actor\t3\n"
RELATIONS = "Make_statement\t0\nConsult\t1\nThreaten\t2\nInvent a relation\t3\n"
CLOCK = {"origin": "2018-01-01", "unit": "hour"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of six sound quadruples with the dirt the published ones have."""
    place = tmp_path / "tiny"
    place.mkdir()
    (place / "entity2id.txt").write_text(ENTITIES)
    (place / "relation2id.txt.gz").write_bytes(gzip.compress(RELATIONS.encode()))
    (place / "train.txt").write_bytes(
        b"0    \t1    \t1  \t0\t0\n1\t0\t0\t24\t-1\r\n2 2 0 48\n\n0 0 2 48\n"
    )
    (place / "test.txt.gz").write_bytes(gzip.compress(b"3 0 1 72\n1 1 2 7176"))
    return place


def test_padded_crlf_and_short_rows_are_read(folder: Path, tmp_path: Path) -> None:
    """Blanks, tabs, CRLF, a fifth column or none: the same four numbers."""
    report = ingest("tkg", folder, store=tmp_path / "s", **CLOCK)
    events = open_store(tmp_path / "s").events().collect().sort("event_date", "row_no")
    assert events.select("event_date", "source", "target", "code", "row_no").rows() == [
        (date(2018, 1, 1), "PRK", "CHN", "040", 1),
        (date(2018, 1, 2), "CHN", "PRK", "010", 2),
        (date(2018, 1, 3), "USA", "PRK", "130", 3),
        (date(2018, 1, 3), "PRK", "USA", "010", 5),
        (date(2018, 1, 4), None, "CHN", "010", 1),
        (date(2018, 10, 27), "CHN", "USA", "040", 2),
    ]
    assert (report.lines, report.kept, report.rejected, report.filtered) == (7, 6, 0, 1)


def test_names_keep_their_text_with_blanks_for_underscores(folder: Path, tmp_path: Path) -> None:
    """The raw name is what the file says, underscores read as blanks."""
    ingest("tkg", folder, store=tmp_path / "s", **CLOCK)
    names = open_store(tmp_path / "s").events().collect()["source_raw"].unique().sort()
    assert names.to_list() == ["China", "Kim Jong-Un", "United States", "Unspecified Actor"]


def test_unknown_actors_are_counted_by_name_and_mention(folder: Path, tmp_path: Path) -> None:
    """An actor that is no state keeps its row, has no code and is counted."""
    report = ingest("tkg", folder, store=tmp_path / "s", **CLOCK)
    test_file = next(file for file in report.files if file.name == "test.txt.gz")
    assert test_file.top_unknown == (("Unspecified Actor", 1),)
    assert (test_file.unknown_names, test_file.unknown_mentions) == (1, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 1 1", "not four or five whole numbers"),
        ("0 1 1 24 0 0", "not four or five whole numbers"),
        ("0 1 x 24", "not four or five whole numbers"),
        ("0 1 1 -24", "not four or five whole numbers"),
        ("9 1 1 24", "subject 9 is not in entity2id.txt"),
        ("0 1 9 24", "object 9 is not in entity2id.txt"),
        ("0 9 1 24", "relation 9 is not in relation2id.txt"),
        ("0 3 1 24", 'relation "Invent a relation" is not in the table of event codes'),
        ("0 1 1 25", "time 25 is not a whole day"),
        ("0 1 1 999999984", "time 999999984 is not a whole day"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_with_its_reason(
    folder: Path, tmp_path: Path, line: str, reason: str
) -> None:
    """Nothing is guessed: the row goes to the rejected ones with file, line and text."""
    (folder / "valid.txt").write_text(f"0 0 1 0\n{line}\n")
    report = ingest("tkg", folder, store=tmp_path / "s", **CLOCK)
    (row,) = open_store(tmp_path / "s").rejected().rows(named=True)
    assert (row["file"], row["line"], row["reason"], row["text"]) == ("valid.txt", 2, reason, line)
    assert report.rejected == 1


def test_an_unknown_folder_needs_its_clock(folder: Path, tmp_path: Path) -> None:
    """Day zero and unit are asked for, not inferred from the numbers."""
    with pytest.raises(SourceError, match="which day its time 0 is"):
        ingest("tkg", folder, store=tmp_path / "s")
    with pytest.raises(SourceError, match="which day its time 0 is"):
        ingest("tkg", folder, store=tmp_path / "s", origin="2018-01-01")
    assert not (tmp_path / "s").exists()


def test_days_as_unit(folder: Path, tmp_path: Path) -> None:
    """With unit "day" the fourth number is the day itself."""
    ingest("tkg", folder, store=tmp_path / "s", origin=date(2005, 1, 1), unit="day")
    last = open_store(tmp_path / "s").events().collect()["event_date"].max()
    assert last == date.fromordinal(date(2005, 1, 1).toordinal() + 7176)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("entity2id.txt", "China 1\n", "is not a name, a tab and a whole number"),
        ("entity2id.txt", "China\t1\nJapan\t1\n", "number 1 a second time"),
        ("entity2id.txt", "", "empty"),
    ],
)
def test_a_damaged_id_file_stops_the_ingest(
    folder: Path, tmp_path: Path, file: str, content: str, words: str
) -> None:
    """Without sound id files no row means anything."""
    (folder / file).write_text(content)
    with pytest.raises(SourceError, match=words):
        ingest("tkg", folder, store=tmp_path / "s", **CLOCK)


@pytest.mark.parametrize("missing", ["entity2id.txt", "relation2id.txt.gz"])
def test_a_missing_id_file_is_named(folder: Path, tmp_path: Path, missing: str) -> None:
    """The message names the file the folder lacks."""
    (folder / missing).unlink()
    with pytest.raises(SourceError, match=missing.removesuffix(".gz")):
        ingest("tkg", folder, store=tmp_path / "s", **CLOCK)


def test_two_copies_of_a_split_are_refused(folder: Path, tmp_path: Path) -> None:
    """train.txt beside train.txt.gz would count every event twice."""
    (folder / "train.txt.gz").write_bytes(gzip.compress(b"0 0 1 0\n"))
    with pytest.raises(SourceError, match=r"both train\.txt and train\.txt\.gz"):
        ingest("tkg", folder, store=tmp_path / "s", **CLOCK)


def test_a_bad_origin_or_unit_is_a_usage_error(folder: Path, tmp_path: Path) -> None:
    """A date that is none and a unit nobody knows."""
    with pytest.raises(UsageError, match="no date"):
        ingest("tkg", folder, store=tmp_path / "s", origin="tomorrow", unit="day")
    with pytest.raises(UsageError, match="unknown unit"):
        ingest("tkg", folder, store=tmp_path / "s", origin="2018-01-01", unit="week")
