"""Errata on GDELT's and ICEWS's own files, compared with the raw columns read by hand.

No tolerances: all are counts.
"""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tertius.events import ingest, open_store

pytestmark = pytest.mark.realdata

AGES = {1: "day-ago", 7: "week-ago", 30: "month-ago", 365: "year-ago", 3650: "decade-ago"}
MARCH = "gdelt/20180326044500.export.CSV.zip"


def march_lines(data: Path) -> list[list[str]]:
    with zipfile.ZipFile(data / MARCH) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    return [line.split("\t") for line in text.splitlines()]


def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def lag(fields: list[str]) -> int:
    added = fields[59] if len(fields) == 61 else fields[56]
    return (day(added) - day(fields[1])).days


def test_the_rows_of_26_march_2018_that_lie_a_time_ago(data: Path, tmp_path: Path) -> None:
    """45 of 1,540: 18 a year, 12 a week, 10 a month, 5 a day, as the raw dates say."""
    report = ingest("gdelt", data / MARCH, store=tmp_path / "s")
    assert dict(report.files[0].errata) == {
        "year-ago": 18, "week-ago": 12, "month-ago": 10, "day-ago": 5,
    }  # fmt: skip
    by_hand = {fields[0]: AGES.get(lag(fields)) for fields in march_lines(data)}
    events = open_store(tmp_path / "s").events().select("event_id", "flags", "event_date").collect()
    assert dict(events.select("event_id", "flags").iter_rows()) == by_hand
    assert Counter(events["event_date"].to_list()) == Counter(
        day(fields[1]) for fields in march_lines(data)
    )


@pytest.mark.parametrize(
    "name",
    ["v1_rows_57_58_cols.tsv.gz", "spark_gdelt_events.tsv.gz", "spark_gdelt_eventsT.tsv.gz"],
)
def test_every_row_with_an_address_lies_one_of_five_times_back(data: Path, name: str) -> None:
    """1, 7, 30, 365 or 3,650 days: the table's evidence, across leap days too."""
    with gzip.open(data / "gdelt" / name, "rt") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream]
    late = Counter(lag(fields) for fields in rows if len(fields) > 57)
    assert set(late) <= {0, *AGES}
    if name.startswith("v1"):
        assert [late[days] for days in sorted(AGES)] == [6, 3, 1, 5, 1]


def test_rows_of_the_backfile_are_not_flagged(data: Path, tmp_path: Path) -> None:
    """57 columns, added in February 2013: nothing is said to be a time ago."""
    with gzip.open(data / "gdelt" / "v1_rows_57_58_cols.tsv.gz", "rb") as stream:
        lines = stream.read().splitlines(keepends=True)
    for width, flagged in ((57, 0), (58, 16)):
        file = tmp_path / f"{width}.csv"
        file.write_bytes(b"".join(line for line in lines if line.count(b"\t") == width - 1))
        report = ingest("gdelt", file, store=tmp_path / f"s{width}")
        assert sum(count for _, count in report.files[0].errata) == flagged


def test_the_icews_sample_has_no_known_fault(data: Path, tmp_path: Path) -> None:
    """All its rows have codes; ids are unique; only what the reader says of countries counts."""
    report = ingest("icews", data / "icews/events.2018.sample.tab.gz", store=tmp_path / "s")
    assert report.rejected == 0
    assert {name for name, _ in report.files[0].errata} <= {
        "source-country-overruled", "target-country-overruled",
    }  # fmt: skip
