"""`tertius ingest SOURCE`: which rows, which files, and what is said of those that are none."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tertius.events import open_store
from tertius.events.sources import SOURCES

BETWEEN = [("CHN", "PRK"), ("PRK", "CHN"), ("USA", "KOR")]
OTHERS = [("CHN", ""), ("", ""), ("EUR", "USA"), ("CHN", "CHN")]


def gdelt_line(key: str, source: str, target: str) -> str:
    """Return a line of GDELT 2.0."""
    cells = [""] * 61
    for at, text in {
        0: key, 1: "20180326", 5: source, 7: source, 15: target, 17: target, 26: "042", 30: "1.9",
        31: "4", 59: "20180326044500", 60: f"https://example.org/{key}",
    }.items():  # fmt: skip
        cells[at] = text
    return "\t".join(cells)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Eight quarters of seven rows each, three of them between states."""
    folder = tmp_path / "day"
    folder.mkdir()
    for slot in range(8):
        rows = [gdelt_line(f"{slot}-{at}", *pair) for at, pair in enumerate([*BETWEEN, *OTHERS])]
        path = folder / f"2018032604{slot:02}00.export.CSV.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(path.stem, "\n".join(rows))
    return folder


@pytest.fixture
def spoilt(day: Path) -> Path:
    """The same day with one file cut off and one gone."""
    cut, gone = day / "20180326040200.export.CSV.zip", day / "20180326040500.export.CSV.zip"
    cut.write_bytes(cut.read_bytes()[:-100])
    gone.unlink()
    return day


def test_a_folder_of_gdelt_files_is_read(tertius, day: Path) -> None:
    """Every line of every file, and the total."""
    done = tertius("ingest", "gdelt", "day", "--store", "s")
    assert done.code == 0
    lines = done.out.splitlines()
    for path in sorted(day.iterdir()):
        assert f"{path.name}: 7 lines = 7 kept + 0 rejected + 0 filtered" in lines
    assert lines[-1].startswith("total: 56 lines = 56 kept + 0 rejected + 0 filtered")
    assert open_store("s").events().collect().height == 56
    assert open_store("s").info().datasets == ("GDELT 2.0",)


def test_only_rows_between_states_are_kept(tertius, day: Path) -> None:
    """The rest is counted as filtered; both choices as text and as JSON."""
    done = tertius("ingest", "gdelt", "day", "--store", "s", "--keep", "interstate")
    assert "56 lines = 24 kept + 0 rejected + 32 filtered" in done.out
    told = tertius("ingest", "gdelt", "day", "--store", "t", "--keep", "interstate", "--json").json
    assert (told["lines"], told["kept"], told["rejected"], told["filtered"]) == (56, 24, 0, 32)
    kept = open_store("s").events().collect()
    assert set(kept.select("source", "target").iter_rows()) == set(BETWEEN)
    other = tertius("ingest", "gdelt", "day", "--store", "s")
    assert (other.code, other.out) == (3, "")
    assert "read with other options" in other.err


def test_a_wrong_choice_of_rows_is_told(tertius, day: Path) -> None:
    """With those there are, and nothing is made."""
    done = tertius("ingest", "gdelt", "day", "--store", "s", "--keep", "states")
    assert (done.code, done.out) == (2, "")
    assert "all" in done.err
    assert "interstate" in done.err
    assert not Path("s").exists()


def test_a_damaged_file_refuses_all(tertius, spoilt: Path) -> None:
    """Unless told otherwise: named, exit code 3, and no store is left."""
    done = tertius("ingest", "gdelt", "day", "--store", "s")
    assert (done.code, done.out) == (3, "")
    assert "20180326040200.export.CSV.zip" in done.err
    assert not list(Path("s").rglob("*.parquet"))
    missing = tertius("ingest", "gdelt", "day/20180326040500.export.CSV.zip", "--store", "s")
    assert missing.code == 3
    assert "no such file" in missing.err


def test_file_by_file_all_others_are_kept(tertius, spoilt: Path) -> None:
    """The cut and the missing one are named with the reason, and the exit code is 3."""
    gone = "day/20180326040500.export.CSV.zip"
    done = tertius("ingest", "gdelt", "day", gone, "--each", "--store", "s")
    assert done.code == 3
    for name in ("20180326040200.export.CSV.zip", Path(gone).name):
        assert len(re.findall(rf"^{re.escape(name)}: refused, \S", done.out, re.MULTILINE)) == 1
    assert "total: 42 lines = 42 kept" in done.out
    assert "2 files could not be used" in done.err
    events = open_store("s").events().collect()
    assert set(events["event_id"]) == {
        f"{slot}-{row}" for slot in (0, 1, 3, 4, 6, 7) for row in range(7)
    }


def test_file_by_file_in_json(tertius, spoilt: Path) -> None:
    """Names and reasons; stdout is JSON and nothing else."""
    gone = "day/20180326040500.export.CSV.zip"
    done = tertius("ingest", "gdelt", "day", gone, "--each", "--store", "s", "--json")
    assert (done.code, done.err) == (3, "")
    told = done.json
    assert [one["name"] for one in told["refused"]] == [
        "20180326040200.export.CSV.zip", "20180326040500.export.CSV.zip",
    ]  # fmt: skip
    assert all(one["reason"] for one in told["refused"])
    assert (told["kept"], len(told["files"])) == (42, 6)
    assert {file["kept"] for file in told["files"]} == {7}


def test_file_by_file_without_a_fault_is_a_success(tertius, day: Path) -> None:
    """And again nothing is done."""
    arguments = ["ingest", "gdelt", "day", "--each", "--store", "s", "--json", "-q"]
    first, again = tertius(*arguments), tertius(*arguments)
    assert (first.code, again.code) == (0, 0)
    assert (first.json["refused"], first.json["kept"]) == ([], 56)
    assert all(file["already_present"] for file in again.json["files"])


def test_an_unknown_source_is_told_with_all_there_are(tertius, day: Path) -> None:
    """And with the nearest."""
    done = tertius("ingest", "gdelta", "day", "--store", "s")
    assert (done.code, done.out) == (2, "")
    assert f"Allowed: {', '.join(sorted(SOURCES))}\n" in done.err
    assert 'did you mean "gdelt"' in done.err
    shown = tertius("ingest", "--help").out
    assert all(source in shown for source in SOURCES)


def test_an_option_of_another_source_is_told(tertius, day: Path) -> None:
    """Named as one this source does not have."""
    done = tertius("ingest", "gdelt", "day", "--store", "s", "--column", "date=day")
    assert (done.code, done.out) == (2, "")
    assert "columns" in done.err
    assert not Path("s").exists()


ICEWS = {
    "Event ID": "1", "Event Date": "2018-03-26", "Source Name": "Emmanuel Macron",
    "Source Sectors": "NA", "Source Country": "Andorra", "Event Text": "Consult",
    "CAMEO Code": "040", "Intensity": "1.0", "Target Name": "China", "Target Sectors": "NA",
    "Target Country": "China", "Story ID": "1", "Sentence Number": "1", "Publisher": "Made",
    "City": "NA", "District": "NA", "Province": "NA", "Country": "NA", "Latitude": "NA",
    "Longitude": "NA",
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "source"),
    [([], "FRA"), (["--actors", "name"], "FRA"), (["--actors", "country"], "AND")],
)
def test_whose_an_actor_of_icews_is_can_be_chosen(tertius, asked: list[str], source: str) -> None:
    """By the name, which is the default, or by the file's column."""
    Path("day.tab").write_text("\t".join(ICEWS) + "\n" + "\t".join(ICEWS.values()) + "\n")
    done = tertius("ingest", "icews", "day.tab", "--store", "s", *asked)
    assert done.code == 0
    assert ("erratum source-country-overruled: 1" in done.out) == (source == "FRA")
    assert open_store("s").events().collect()["source"].to_list() == [source]


def test_a_wrong_choice_of_actors_is_told(tertius, day: Path) -> None:
    """With those there are; and by a source that has no such choice."""
    Path("day.tab").write_text("\t".join(ICEWS) + "\n")
    done = tertius("ingest", "icews", "day.tab", "--store", "s", "--actors", "flag")
    assert (done.code, done.out) == (2, "")
    assert "country, name" in done.err
    other = tertius("ingest", "gdelt", "day", "--store", "s", "--actors", "name")
    assert (other.code, other.out) == (2, "")
    assert "actors" in other.err
    assert not Path("s").exists()
