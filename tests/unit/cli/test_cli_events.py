"""From raw rows to sums on the command line: ingest, store, panel."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest

COLUMNS = ["--column", "date=day", "--column", "source=a", "--column", "target=b",
           "--column", "code=code"]  # fmt: skip


def test_ingest_accounts_for_every_line(tertius, rows: Path) -> None:
    """Lines = kept + rejected + filtered, with the reasons; messages apart from data."""
    done = tertius("ingest", "table", rows.name, "--store", "store", *COLUMNS)
    assert done.code == 0
    assert "7 lines = 5 kept + 2 rejected + 0 filtered" in done.out
    assert "is not written %Y-%m-%d" in done.out
    assert "is not in the table of event codes" in done.out
    assert "2 lines were rejected" in done.err
    assert tertius("ingest", "table", rows.name, "--store", "other", *COLUMNS, "-q").err == ""


def test_ingest_in_json_says_the_same(tertius, rows: Path) -> None:
    """And the same file again changes nothing."""
    arguments = ["ingest", "table", rows.name, "--store", "store", *COLUMNS, "--json", "-q"]
    first, again = tertius(*arguments).json, tertius(*arguments).json
    assert (first["lines"], first["kept"], first["rejected"], first["filtered"]) == (7, 5, 2, 0)
    assert not first["files"][0]["already_present"]
    assert again["files"][0]["already_present"]
    assert tertius("store", "info", "store", "--json").json["lines"] == 7


def test_what_a_store_holds_is_told(tertius, store: str) -> None:
    """One row a file, as text between tabs and as JSON."""
    plain = tertius("store", "info", store, "--files")
    head, row = (line.split("\t") for line in plain.out.splitlines())
    told = dict(zip(head, row, strict=True))
    [entry] = tertius("store", "info", store, "--files", "--json").json["files"]
    assert {name: str(value) for name, value in entry.items()} == told
    assert (told["kept"], told["rejected"], told["unknown_names"]) == ("5", "2", "1")
    assert (told["first_day"], told["last_day"]) == ("2018-01-01", "2018-01-10")


def test_a_store_is_told_in_numbers(tertius, store: str) -> None:
    """As text between tabs and as JSON."""
    lines = tertius("store", "info", store).out.splitlines()
    told = dict(line.split("\t") for line in lines[1:])
    numbers = tertius("store", "info", store, "--json").json
    assert (told["lines"], told["kept"], told["rejected"]) == ("7", "5", "2")
    assert (numbers["lines"], numbers["kept"], numbers["rejected"]) == (7, 5, 2)
    assert (numbers["missing"], numbers["errata"]) == ([], {})
    assert told["digest"] == numbers["digest"]


def test_a_store_is_compacted_and_exported(tertius, store: str) -> None:
    """Both say what they did; a format that is none is a usage error."""
    assert "rows moved" in tertius("store", "compact", store).out
    assert tertius("store", "compact", store, "--json").json["segments_after"] >= 1
    for name in ("x.csv", "x.parquet", "x.gexf"):
        done = tertius("store", "export", store, "-o", name, "--json")
        assert (done.code, done.json["path"]) == (0, name)
        assert Path(name).stat().st_size == done.json["bytes"]
    some = tertius("store", "export", store, "-o", "y.csv", "--dyad", "chn-prk",
                   "--window", "2018-01-01", "2018-01-31")  # fmt: skip
    assert "events" in some.out
    refused = tertius("store", "export", store, "-o", "x.doc")
    assert (refused.code, refused.out) == (2, "")
    assert "Allowed: .parquet, .csv, .gexf" in refused.err
    assert tertius("store", "export", store, "-o", "no/x.csv").code == 1
    assert "already" in tertius("store", "migrate", store).out


def test_a_store_is_verified(tertius, store: str) -> None:
    """Sound segments exit 0; one changed byte exits 3 and is named, also as JSON."""
    assert tertius("store", "verify", store).code == 0
    assert tertius("store", "verify", store, "--json").json == {"store": store, "damaged": []}
    segment = next(path for path in sorted(Path(store).rglob("*.parquet")))
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.chmod(0o644)
    segment.write_bytes(content)
    damaged = tertius("store", "verify", store)
    assert (damaged.code, damaged.out) == (3, "")
    assert segment.name in damaged.err
    assert "Hint:" in damaged.err
    told = tertius("store", "verify", store, "--json")
    assert told.code == 3
    assert [Path(path).name for path in told.json["damaged"]] == [segment.name]


def test_a_panel_is_printed_as_csv(tertius, store: str) -> None:
    """Data on stdout; what the numbers are of on stderr."""
    done = tertius("panel", store, "--period", "day")
    cells = list(csv.DictReader(io.StringIO(done.out)))
    found = [(c["period"], c["source"], c["target"], c["events"]) for c in cells]
    assert found == [
        ("2018-01-01", "CHN", "PRK", "1"),
        ("2018-01-02", "PRK", "CHN", "1"),
        ("2018-01-03", "USA", "PRK", "1"),
    ]
    for words in ("duplicates one-a-day", "cameo-gdelt", "goldstein-icews", "2018-01-10"):
        assert words in done.err
    assert tertius("panel", store, "--quiet").err == ""


def test_a_panel_is_chosen_by_options(tertius, store: str) -> None:
    """Duplicates, dyads in any case of letters, periods; the same as JSON."""
    raw = tertius("panel", store, "--duplicates", "none", "--dyad", "chn-prk", "--json").json
    assert [(cell["period"], cell["events"]) for cell in raw] == [("2018-01-01", 2)]
    two = tertius("panel", store, "--dyad", "CHN-PRK", "--dyad", "PRK-CHN", "--json").json
    assert [cell["source"] for cell in two] == ["CHN", "PRK"]
    year = tertius("panel", store, "--period", "year", "--json").json
    assert {cell["period"] for cell in year} == {"2018-01-01"}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_panel_is_written_to_a_file(tertius, store: str, suffix: str) -> None:
    """Then nothing is printed."""
    done = tertius("panel", store, "--period", "day", "-o", f"x.{suffix}")
    assert (done.code, done.out) == (0, "")
    read = pl.read_csv if suffix == "csv" else pl.read_parquet
    assert read(f"x.{suffix}").height == 3


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["panel", "nowhere"], 3, ["nowhere", "no event store", "Hint: make one"]),
        (["panel", "store", "--dyad", "CHN"], 2, ['"CHN" is no dyad', "Allowed:"]),
        (["panel", "store", "--dyad", "CHN-PRK-USA"], 2, ["is no dyad"]),
        (["panel", "store", "--dyad", "CHM-PRK"], 2, ['unknown state "CHM"', "did you mean"]),
        (["panel", "store", "--dyad", "CHN-CHN"], 2, ["is no dyad"]),
        (["panel", "store", "--period", "decade"], 2, ["'decade' is not one of"]),
        (["panel", "store", "-o", "x.xls"], 2, ['".xls"', "Allowed: .csv or .parquet"]),
        (["panel", "store", "-o", "no/where.csv", "-q"], 1, ["no/where.csv", "cannot be written"]),
        (["store", "info", "nowhere"], 3, ["no event store"]),
        (["store", "verify", "nowhere"], 3, ["no event store"]),
        (["store", "inof", "store"], 2, ["inof"]),
        (["ingest", "tabel", "events.csv", "--store", "x"], 2,
         ['unknown source "tabel"', "Allowed: ", 'did you mean "table"']),
        (["ingest", "table", "events.csv"], 2, ["--store"]),
        (["ingest", "table", "--store", "x"], 2, ["PATH"]),
        (["ingest", "table", "events.csv", "--store", "x"], 2, ["Allowed: date, source"]),
        (["ingest", "table", "none.csv", "--store", "x", *COLUMNS], 3, ["none.csv", "no such"]),
        (["ingest", "table", "events.csv", "--store", "x", "--column", "day"], 2,
         ['"day" maps nothing', "FIELD=COLUMN"]),
        (["ingest", "table", "events.csv", "--store", "x", *COLUMNS[:-1], "code=cod"], 3,
         ['no column "cod"', 'did you mean "code"']),
        (["ingest", "table", "events.csv", "--store", "x", *COLUMNS, "--scheme", "cameo"], 2,
         ['"cameo"', "Allowed:"]),
        (["ingest", "table", "events.csv", "--store", "x", *COLUMNS, "--covers", "2018-01-01",
          "2018-13-01"], 2, ["2018-13-01"]),
        (["ingest", "tkg", "events.csv", "--store", "x"], 3, ["events.csv"]),
        (["ingest", "tkg", ".", "--store", "x", *COLUMNS], 2, ["columns"]),
    ],
)  # fmt: skip
def test_a_wrong_command_on_events_is_told(tertius, store: str, arguments, code, told) -> None:
    """What was wrong, where, what is allowed; nothing on stdout, and the code of its kind."""
    done = tertius(*arguments)
    assert (done.code, done.out) == (code, "")
    for words in told:
        assert words in done.err
