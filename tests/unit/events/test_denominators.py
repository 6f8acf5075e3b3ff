"""GDELT's own totals: read as they are published, or not at all, and held against a store."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tertius.errors import SourceError, UsageError
from tertius.events import EventStore, open_store
from tertius.events.denominators import coverage_against, read_denominators
from tertius.events.store.writers import writing


def write(folder: Path, text: str | bytes, name: str = "daily.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("text", "period", "rows"),
    [
        ("19790101,661\n19790102,976\n", "day", [(date(1979, 1, 1), 661), (date(1979, 1, 2), 976)]),
        ("197901,40\r\n197902,41", "month", [(date(1979, 1, 1), 40), (date(1979, 2, 1), 41)]),
        ("1980,7\n1979,8\n", "year", [(date(1979, 1, 1), 8), (date(1980, 1, 1), 7)]),
    ],
)
def test_totals_are_read_by_the_length_of_their_days(
    tmp_path: Path, text: str, period: str, rows: list[tuple[date, int]]
) -> None:
    """Eight digits are a day, six a month, four a year; also gzipped."""
    found = read_denominators(write(tmp_path, text))
    assert found.totals.select("period", "events").rows() == rows
    assert (found.period, found.by_country, found.corrected) == (period, False, 0)
    packed = write(tmp_path, gzip.compress(text.encode()), "daily.csv.gz")
    assert read_denominators(packed).totals.equals(found.totals)


def test_countries_are_fips_and_not_iso(tmp_path: Path) -> None:
    """KR is Kiribati, KS Korea; no country, and a code of no state, are no state."""
    text = "20180326,KR,1\n20180326,KS,2\n20180326,,3\n20180326,OS,4\n"
    found = read_denominators(write(tmp_path, text))
    assert found.by_country
    assert found.totals.select("country", "fips", "events").rows() == [
        (None, None, 3), ("KIR", "KR", 1), ("KOR", "KS", 2), (None, "OS", 4),
    ]  # fmt: skip


def test_days_of_1920_are_those_of_2020(tmp_path: Path) -> None:
    """And added to what stands there under the right year; other years are left."""
    text = "19200102,100\n19790102,5\n20200102,7\n20190102,3\n"
    found = read_denominators(write(tmp_path, text))
    assert found.totals.select("period", "events").rows() == [
        (date(1979, 1, 2), 5), (date(2019, 1, 2), 3), (date(2020, 1, 2), 107),
    ]  # fmt: skip
    assert found.corrected == 1
    monthly = read_denominators(write(tmp_path, "192001,9\n202001,1\n"))
    assert monthly.totals["events"].to_list() == [10]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("day,events\n20180326,5\n", "line 1 is not DAY"),
        ("20180326,5\n20180327,x\n", "line 2 is not DAY"),
        ("20180326,5\n\n20180328,5\n", "line 2 is not DAY"),
        ("20180326,5\n201804,5\n", "not all by one kind of period"),
        ("20180326,5\n20180327,KS,5\n", "not all by one kind of period"),
        ("20180326,5\n20180231,5\n", 'line 2: "20180231" is no day'),
        ("20180326,-5\n", "line 1 is not DAY"),
        ("20180326,5\n20180327,\0\n", "line 2 is not DAY"),
        ("20180326,\xe9\n", "not ASCII"),
        ("20180326,99999999999999999999\n", "line 1 is not DAY"),
        (b"\x1f\x8b\x08\x00" + b"x" * 30, "damaged"),
    ],
)
def test_what_is_not_of_this_form_throughout_is_refused(
    tmp_path: Path, text: str | bytes, told: str
) -> None:
    """With the first line that is wrong; a total of some lines would be none."""
    with pytest.raises(SourceError, match=told):
        read_denominators(write(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """As of any source."""
    with pytest.raises(SourceError, match="cannot be read"):
        read_denominators(tmp_path / "none.csv")


@pytest.fixture
def store(
    tmp_path: Path, make_events: Callable[..., pl.DataFrame], make_entry: Callable[..., Any]
) -> EventStore:
    """Six rows of 1.0 on three days, five of 2.0 on one; one line of 1.0 was rejected."""
    start = date(2018, 1, 1)
    with writing(tmp_path / "s") as writer:
        for key, rows, days, feed in (("old", 6, 3, "gdelt1"), ("new", 5, 1, "gdelt2")):
            segment = writer.write("segments", make_events(key, rows, start=start, days=days))
            lines = rows + (feed == "gdelt1")
            writer.add([make_entry(key, rows, segment, feed=feed, lines=lines)])
    return open_store(tmp_path / "s")


def test_rows_are_held_against_totals_by_day(store: EventStore, tmp_path: Path) -> None:
    """Of one feed; days only one side has are there too."""
    totals = read_denominators(write(tmp_path, "20180101,2\n20180102,8\n20180104,3\n20180103,0\n"))
    found = coverage_against(store, totals)
    day = date(2018, 1, 1)
    assert found.days.rows() == [
        (day, 2, 2, 1.0),
        (day + timedelta(1), 8, 2, 0.25),
        (day + timedelta(2), 0, 2, None),
        (day + timedelta(3), 3, 0, 0.0),
    ]
    assert (found.rejected, found.filtered) == (1, 0)
    assert str(found).startswith("gdelt1: 6 rows held, 13 published; 2 of 4 days hold fewer")
    assert coverage_against(store, totals, "gdelt2").days["held"].to_list() == [5, 0, 0, 0]


def test_totals_by_country_are_added_up(store: EventStore, tmp_path: Path) -> None:
    """The day's total, with what is of no country."""
    totals = read_denominators(write(tmp_path, "20180101,KS,1\n20180101,,2\n20180101,CH,1\n"))
    assert coverage_against(store, totals).days["published"][0] == 4


def test_a_comparison_that_would_mean_nothing_is_refused(store: EventStore, tmp_path: Path) -> None:
    """Months against days, and a feed the store does not hold."""
    with pytest.raises(UsageError, match="by month cannot be held against days"):
        coverage_against(store, read_denominators(write(tmp_path, "201801,2\n")))
    with pytest.raises(UsageError, match="no file of the feed icews"):
        coverage_against(store, read_denominators(write(tmp_path, "20180101,2\n")), "icews")
