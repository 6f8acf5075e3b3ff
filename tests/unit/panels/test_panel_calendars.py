"""Calendars against the standard library's own ISO calendar, exactly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import UnknownNameError, UsageError
from tertius.panels.calendars import (
    PERIODS,
    day_table,
    days_in_period,
    nests,
    period_end,
    period_start,
)

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@given(days, st.sampled_from(PERIODS))
def test_a_day_lies_in_its_period_and_the_next_day_after_its_end_does_not(
    day: date, period: str
) -> None:
    """Periods cover all days and do not overlap."""
    start, end = period_start(day, period), period_end(day, period)
    assert start <= day <= end
    assert period_start(end, period) == start
    assert period_start(end + timedelta(days=1), period) == end + timedelta(days=1)
    assert days_in_period(start, period) == (end - start).days + 1


@given(days)
def test_weeks_are_iso_weeks(day: date) -> None:
    """Same ISO year and week if, and only if, the same period."""
    monday = period_start(day, "week")
    assert monday.isocalendar()[:2] == day.isocalendar()[:2]
    assert monday.isoweekday() == 1


@given(days, st.sampled_from(PERIODS), st.sampled_from(PERIODS))
def test_nesting_means_that_no_period_straddles_two(day: date, fine: str, coarse: str) -> None:
    """Where one nests in the other, its first and last day share the coarser period."""
    start, end = period_start(day, fine), period_end(day, fine)
    if nests(fine, coarse):
        assert period_start(start, coarse) == period_start(end, coarse)


def test_a_week_does_not_nest_in_a_month() -> None:
    """The week of 30 April 2018 has days in both."""
    assert not nests("week", "month")
    assert not nests("week", "year")
    assert period_start(date(2018, 5, 6), "week") == date(2018, 4, 30)


def test_the_day_table_lists_every_day_once() -> None:
    """In order, with its period; an empty window is an error."""
    table = day_table(date(2018, 1, 1), date(2018, 3, 1), "month")
    assert table.height == 60
    assert table["period"].unique().sort().to_list() == [date(2018, m, 1) for m in (1, 2, 3)]
    with pytest.raises(UsageError):
        day_table(date(2018, 1, 2), date(2018, 1, 1), "day")
    with pytest.raises(UnknownNameError):
        period_start(date(2018, 1, 1), "quarter")
