"""Windows of days, and the time a file covers by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tertius.errors import UsageError

__all__ = ["Period", "Window", "instant", "period_of", "window_of"]

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days in UTC.

    Attributes
    ----------
    first, last : datetime.date
        First and last day, both within.
    """

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant within."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant after."""
        return datetime(self.last.year, self.last.month, self.last.day, tzinfo=UTC) + _DAY

    def meets(self, period: Period) -> bool:
        """Whether a file of that period may hold a row of the window."""
        return period.start < self.end and period.end > self.start

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Period:
    """The time a file covers, half-open.

    Attributes
    ----------
    start, end : datetime.datetime
        In UTC.
    declared : bool
        Whether the name says it. Otherwise it is a margin in which the file is looked for,
        and no coverage follows from it.
    """

    start: datetime
    end: datetime
    declared: bool = True

    @property
    def span(self) -> tuple[str, str] | None:
        """The period as a store keeps it; None where the name does not declare it."""
        return (instant(self.start), instant(self.end)) if self.declared else None


def instant(moment: datetime) -> str:
    """Write a moment in UTC as ``2018-03-26T04:45:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def window_of(days: tuple[date | str, date | str]) -> Window:
    """Read a first and a last day.

    Raises
    ------
    UsageError
        If they are no days, or the last lies before the first.
    """
    try:
        first, last = (
            day if isinstance(day, date) else datetime.strptime(day, "%Y-%m-%d").date()
            for day in days
        )
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{days!r} is no pair of days", where="window", allowed="first and last day, YYYY-MM-DD"
        ) from error
    if last < first:
        raise UsageError(f"ends ({last}) before it starts ({first})", where="window")
    if last == date.max:
        raise UsageError(f"{last} has no day after it", where="window")
    return Window(first, last)


def period_of(pattern: re.Pattern[str], name: str) -> Period | None:
    """Return the time a file covers by its name, or None if the name is not of the pattern.

    The pattern's groups say what the name tells: ``stamp`` (a quarter of an hour,
    YYYYMMDDHHMMSS), ``day``, ``month``, ``year``, ``issued`` (the day a year's file was made:
    it cannot cover later ones), ``around`` (a day near which its events lie).

    Examples
    --------
    >>> period_of(re.compile(r"(?P<day>[0-9]{8})[.]zip"), "20180326.zip").span
    ('2018-03-26T00:00:00Z', '2018-03-27T00:00:00Z')
    >>> period_of(re.compile(r"(?P<day>[0-9]{8})[.]zip"), "20180230.zip") is None
    True
    """
    found = pattern.fullmatch(name)
    if found is None:
        return None
    told = {group: text for group, text in found.groupdict().items() if text}
    try:
        return _period(told)
    except (ValueError, OverflowError):
        # The 30th of February, month 13, year 0000.
        return None


def _period(told: dict[str, str]) -> Period | None:
    if "stamp" in told:
        start = _moment(told["stamp"], "%Y%m%d%H%M%S")
        return Period(start, start + _QUARTER)
    if "day" in told:
        start = _moment(told["day"], "%Y%m%d")
        return Period(start, start + _DAY)
    if "month" in told:
        start = _moment(told.get("year", "") + told["month"], "%Y%m")
        return Period(start, (start + 31 * _DAY).replace(day=1))
    if "year" in told:
        start = _moment(told["year"], "%Y")
        end = start.replace(year=start.year + 1)
        if "issued" in told:
            end = min(end, _moment(told["issued"][:8], "%Y%m%d"))
        return Period(start, end) if end > start else None
    near = _moment(told["around"][:8], "%Y%m%d")
    # A weekly file is named after the day it was made, and holds the week or so before it.
    return Period(near - 14 * _DAY, near + _DAY, declared=False)


def _moment(text: str, form: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=UTC)
