"""Coverage and totals on GDELT's own files.

Shares of days are compared within 1e-12: they are sums of quarters of an hour over days.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from tertius.events import ingest, open_store
from tertius.events.denominators import coverage_against, read_denominators
from tertius.panels import panel

pytestmark = pytest.mark.realdata

EXACT = 1e-12
MISDATED = 536_074
"""Rows of the daily files that GdeltForge counted with the year 1920."""


def test_the_totals_count_rows_by_the_day_of_the_event(data: Path) -> None:
    """The lines of 1920 add up to the rows counted in the files with that year."""
    found = read_denominators(data / "gdelt" / "normDaily.csv")
    with (data / "gdelt" / "normDaily.csv").open() as stream:
        raw = [(day, int(count)) for day, count in csv.reader(stream)]
    assert sum(count for day, count in raw if day.startswith("1920")) == MISDATED
    assert (found.period, found.by_country, found.corrected) == ("day", False, 6)
    assert found.totals["events"].sum() == sum(count for _, count in raw)
    moved = found.totals.filter(found.totals["period"].dt.year() == 2020)
    assert moved["period"].to_list() == [date(2020, 1, 1) + timedelta(day) for day in range(6)]
    assert moved["events"].sum() == MISDATED
    assert found.totals["period"].min() == date(1979, 1, 1)


def test_totals_by_country_are_parts_of_the_total(data: Path) -> None:
    """The sample ends within a day; what it has of it is less than all, in known states."""
    parts = read_denominators(data / "gdelt" / "normDailyByCountry.csv")
    whole = read_denominators(data / "gdelt" / "normDaily.csv")
    assert parts.by_country
    first = parts.totals["period"][0]
    total = whole.totals.filter(whole.totals["period"] == first)["events"].sum()
    assert 0 < parts.totals["events"].sum() < total
    states = dict(parts.totals.select("fips", "country").iter_rows())
    assert (states["AE"], states["AF"], states[None]) == ("ARE", "AFG", None)


def test_a_quarter_of_an_hour_is_no_day(data: Path, tmp_path: Path) -> None:
    """One file of 26 March 2018: 1/96 of its day, 1/672 of its week, and every panel says so."""
    ingest("gdelt", data / "gdelt/20180326044500.export.CSV.zip", store=tmp_path / "s")
    store = open_store(tmp_path / "s")
    for period, length in (("day", 1), ("week", 7), ("month", 31), ("year", 365)):
        found = panel(store, period)
        assert found.calendar["coverage"].to_list() == pytest.approx([1 / (96 * length)], abs=EXACT)
        assert found.calendar["covered_days"].to_list() == [1]
        assert "coverage: manifest, 1 of 1 days has holes" in str(found.identity)
    # Events dated a week or a year back are of days nobody covers: left out, and counted so.
    assert dict(found.accounting)["on days left out"] == 45


def test_a_day_of_gdelt_is_held_against_its_total(data: Path, tmp_path: Path) -> None:
    """Rows of 2016-07-28 against the totals of 1979: nothing is published for nothing held."""
    ingest("gdelt", data / "gdelt/v1_rows_57_58_cols.tsv.gz", store=tmp_path / "s")
    store = open_store(tmp_path / "s")
    totals = read_denominators(data / "gdelt" / "normDaily.csv")
    found = coverage_against(store, totals, feed="")
    days = dict(store.events().collect().group_by("event_date").len().iter_rows())
    assert (
        dict(found.days.filter(found.days["held"] > 0).select("event_date", "held").rows()) == days
    )
    assert found.days["published"].sum() == totals.totals["events"].sum()
