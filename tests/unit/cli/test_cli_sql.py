"""`tertius panel`: a query for a warehouse, windows, and policies without direction."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tertius.cli.main import main
from tertius.events import ingest

DAYS = ("--from", "2018-03-01", "--to", "2018-03-31")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return a function that runs a command and returns its code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tertius", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        assert "a fault of ours" not in err
        assert "Traceback" not in err
        return int(exit_.value.code or 0), out, err

    return call


@pytest.fixture
def store(tmp_path: Path) -> str:
    raw = tmp_path / "e.csv"
    raw.write_text(
        "d,a,b,c\n2018-03-01,CHN,PRK,040\n2018-03-01,PRK,CHN,040\n2018-03-09,CHN,PRK,040\n"
    )
    columns = {"date": "d", "source": "a", "target": "b", "code": "c"}
    ingest("table", raw, store=tmp_path / "s", columns=columns)
    return str(tmp_path / "s")


def test_a_query_is_printed_whole(run) -> None:
    """On stdout alone: comments, the partitions of these days, the dyad, a semicolon."""
    pytest.importorskip("ibis", reason="SQL is written with ibis, and it is not installed")
    code, out, err = run(
        "panel", "--sql", "bigquery", *DAYS, "--dyad", "chn-prk", "--period", "day"
    )
    assert (code, err) == (0, "")
    assert out.startswith("-- Cells by dyad and day of GDELT 2.0 events, 2018-03-01 to 2018-03-31.")
    assert out.endswith(";\n")
    for said in ("_PARTITIONTIME` >= TIMESTAMP('2018-03-01", "= 'CHN'", "= 'PRK'"):
        assert said in out
    assert run("panel", "--sql", "duckdb", *DAYS)[1].count("events_partitioned") == 1


def test_a_query_is_written_or_given_as_json(run, tmp_path: Path) -> None:
    """The same text; a file of another kind is refused."""
    pytest.importorskip("ibis", reason="SQL is written with ibis, and it is not installed")
    printed = run("panel", "--sql", "bigquery", *DAYS)[1]
    path = tmp_path / "panel.sql"
    assert run("panel", "--sql", "bigquery", *DAYS, "-o", str(path)) == (0, "", "")
    assert path.read_text() == printed
    as_json = json.loads(run("panel", "--sql", "bigquery", *DAYS, "--json")[1])
    assert as_json == {"dialect": "bigquery", "sql": printed}
    code, _, err = run("panel", "--sql", "bigquery", *DAYS, "-o", str(tmp_path / "panel.csv"))
    assert (code, "Allowed: .sql" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--sql", "bigquery"), "reads the whole table"),
        (("--sql", "bigquery", "--from", "2018-03-01"), "two ends"),
        (("--sql", "bigquery", "--to", "2018-03-01"), "two ends"),
        (("DIR", "--sql", "bigquery", *DAYS), "reads no store"),
        (("--sql", "bigquery", "--from", "2018-03-01", "--to", "tomorrow"), "is no date"),
        (("--sql", "snowflake", *DAYS), "snowflake"),
        ((), "no store was named"),
    ],
)
def test_a_command_that_cannot_be_run_says_why(run, arguments: tuple[str, ...], told: str) -> None:
    """With exit code 2 and nothing on stdout."""
    code, out, err = run("panel", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_a_missing_library_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "ibis", None)
    code, _, err = run("panel", "--sql", "bigquery", *DAYS)
    assert code == 2
    assert 'pip install "tertius[warehouse]"' in err


def test_a_window_cuts_the_panel_of_a_store(run, store: str) -> None:
    """Both days are inside."""
    whole = run("panel", store, "--period", "day", "--quiet")[1].splitlines()
    cut = run("panel", store, "--period", "day", "--quiet", *DAYS[:3], "2018-03-08")[1].splitlines()
    assert len(whole) == 1 + 3
    assert cut == whole[:3]


def test_a_panel_without_direction_says_so(run, store: str) -> None:
    """In the note under which it is printed; each pair stands once."""
    code, out, err = run("panel", store, "--period", "day", "--duplicates", "mirror-collapse")
    assert code == 0
    assert "mirror-collapse (no direction)" in err
    assert [line.split(",")[1:4] for line in out.splitlines()[1:]] == [["CHN", "PRK", "1"]] * 2
