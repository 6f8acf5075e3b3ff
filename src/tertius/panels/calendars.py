"""Calendars: which period a day belongs to, on every engine the same.

A period is named by the date of its first day. Weeks are ISO weeks and begin on
Monday. Engines disagree about truncating dates, so a period is never computed by
one: the days are listed here and joined.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from tertius.errors import UnknownNameError, UsageError

__all__ = ["PERIODS", "day_table", "days_in_period", "nests", "period_end", "period_start"]

PERIODS = ("day", "week", "month", "year")
"""The periods a panel can have, fine to coarse."""

# A day splits nothing; a month lies within a year; a week may straddle both.
_NESTS = {
    "day": frozenset(PERIODS),
    "week": frozenset({"week"}),
    "month": frozenset({"month", "year"}),
    "year": frozenset({"year"}),
}


def check_period(period: str) -> None:
    """Raise ``UnknownNameError`` unless `period` is one of ``PERIODS``."""
    if period not in PERIODS:
        raise UnknownNameError.of("period", period, PERIODS)


def nests(fine: str, coarse: str) -> bool:
    """Say whether every `fine` period lies within one `coarse` period."""
    check_period(coarse)
    return coarse in _NESTS[fine]


def period_start(day: date, period: str) -> date:
    """Return the first day of the period that holds `day`.

    Examples
    --------
    >>> period_start(date(2018, 3, 28), "week")
    datetime.date(2018, 3, 26)
    """
    check_period(period)
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period == "year" else day


def period_end(day: date, period: str) -> date:
    """Return the last day of the period that holds `day`."""
    start = period_start(day, period)
    if period == "week":
        return start + timedelta(days=6)
    if period == "month":
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start.replace(month=12, day=31) if period == "year" else start


def days_in_period(start: date, period: str) -> int:
    """Return how many days the period that begins on `start` has."""
    return (period_end(start, period) - start).days + 1


def day_table(start: date, end: date, period: str) -> pl.DataFrame:
    """List every day from `start` to `end` with the period it belongs to.

    Returns
    -------
    polars.DataFrame
        ``event_date`` (Date), ``period`` (Date), one row a day, in order.

    Raises
    ------
    UsageError
        If `end` lies before `start`.
    """
    if end < start:
        raise UsageError(f"the window ends ({end}) before it starts ({start})")
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return pl.DataFrame(
        {"event_date": days, "period": [period_start(day, period) for day in days]},
        schema={"event_date": pl.Date, "period": pl.Date},
    )
