"""Holes and change points on the command line: beside the numbers, never among them."""

from __future__ import annotations

from pathlib import Path

import pytest


def quarter(folder: Path, stamp: str, number: int) -> Path:
    """A 2.0 file of one made-up event."""
    fields = [""] * 61
    plain = {
        0: str(number), 1: stamp[:8], 7: "USA", 17: "CHN", 26: "042", 30: "1.9", 31: "1",
        32: "1", 33: "1", 34: "0.5", 59: stamp, 60: f"https://a.org/{number}",
    }  # fmt: skip
    for place, value in plain.items():
        fields[place] = value
    path = folder / f"{stamp}.export.CSV"
    path.write_text("\t".join(fields) + "\n")
    return path


@pytest.fixture
def store(tertius, tmp_path: Path) -> str:
    """Two quarters of an hour, on two days at which GDELT 2.0 began."""
    for number, stamp in enumerate(("20150218231500", "20150219000000")):
        quarter(tmp_path, stamp, number)
    files = [str(path) for path in sorted(tmp_path.glob("*.CSV"))]
    assert tertius("ingest", "gdelt", *files, "--store", "events", "-q").code == 0
    return "events"


def test_a_panel_says_that_days_have_holes(tertius, store: str) -> None:
    """On stderr, with the change point of those days; the table is as ever."""
    done = tertius("panel", store, "--period", "day")
    assert "coverage manifest, 2 of 2 days have holes" in done.err
    assert "2 of 2 days have holes in coverage" in done.err
    assert "do not compare: 2015-02-18 to 2015-02-19: GDELT 2.0 begins" in done.err
    assert "hole" not in done.out
    assert "2015-02-18,CHN" not in done.out
    assert [line.split(",")[-1] for line in done.out.splitlines()[1:]] == [str(1 / 96)] * 2


def test_a_quiet_panel_says_nothing(tertius, store: str) -> None:
    """Who asks for quiet has it; JSON is on stdout alone."""
    done = tertius("panel", store, "--period", "day", "--quiet", "--json")
    assert done.err == ""
    assert [cell["coverage"] for cell in done.json] == [1 / 96, 1 / 96]
