"""Feeds: how publishers call their files, and what a name says about the time a file covers.

Downloads look files up by these names, sources read the time off them; there is no second list.
A name declares a time only if the file must have been made after that time had passed. All else
is a margin, in which a file is looked for and from which no coverage follows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["SERIES", "Period", "Series", "feed_of", "instant"]

Span = tuple[str, str]
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
# 20200719-icews-events.tab holds events from 26 June to 20 July 2020, 20230106-icews-events.tab
# those of 1 to 3 January 2023 and none of the 6th.
_BEFORE, _AFTER = 28 * _DAY, 2 * _DAY


@dataclass(frozen=True, slots=True)
class Period:
    """The time a file covers, half-open.

    Attributes
    ----------
    start, end : datetime.datetime
        In UTC.
    declared : bool
        Whether the name declares it. Otherwise it is a margin in which the file is looked for,
        and no coverage follows from it.
    """

    start: datetime
    end: datetime
    declared: bool = True

    @property
    def span(self) -> Span | None:
        """The period as a store keeps it; None where the name does not declare it."""
        return (instant(self.start), instant(self.end)) if self.declared else None


@dataclass(frozen=True, slots=True)
class Series:
    """Files that are called alike.

    Attributes
    ----------
    feed : str
        What a store calls the feed they belong to.
    pattern : re.Pattern
        Their names, packed or not.
    reads : callable
        From the groups of the pattern that are there to the time a file covers; raises
        ValueError for a day that is none.
    """

    feed: str
    pattern: re.Pattern[str]
    reads: Callable[[Mapping[str, str]], Period]

    def period(self, name: str) -> Period | None:
        """Return the time a file covers by its name, or None if it is no name of the series.

        Examples
        --------
        >>> SERIES["gdelt1-daily"].period("20180326.export.CSV.zip").span
        ('2018-03-26T00:00:00Z', '2018-03-27T00:00:00Z')
        >>> SERIES["gdelt1-daily"].period("20180230.export.CSV.zip") is None
        True
        """
        found = self.pattern.fullmatch(name)
        if found is None:
            return None
        try:
            return self.reads({key: text for key, text in found.groupdict().items() if text})
        except (ValueError, OverflowError):
            # The 30th of February, month 13, year 0000.
            return None


@functools.lru_cache(maxsize=1024)
def feed_of(name: str) -> tuple[str, Span | None]:
    """Return the feed a file belongs to by its name, and the time it covers.

    Parameters
    ----------
    name : str
        File name, with or without ``.zip`` or ``.gz``.

    Returns
    -------
    feed : str
        ``"gdelt1"``, ``"gdelt1-reduced"``, ``"gdelt2"``, ``"gdelt2-translation"``,
        ``"gdelt2-mentions"``, ``"icews"``, ``"polecat"``, ``"phoenix"`` or, for any other
        name, ``""``.
    span : (str, str) or None
        Half-open UTC instants. A 15-minute file covers the quarter that begins with its stamp;
        a daily file of GDELT 1.0 the day events were added on; a year of ICEWS its year, if it
        was made after its end. None where the name does not declare it: other files of ICEWS
        and the weekly ones of POLECAT are called after the day they were made, and hold events
        of the weeks before; a year or a month of POLECAT may have been made before its end; a
        file of Phoenix holds what was scraped on its day.

    Examples
    --------
    >>> feed_of("20180326044500.export.CSV.zip")
    ('gdelt2', ('2018-03-26T04:45:00Z', '2018-03-26T05:00:00Z'))
    >>> feed_of("200601.zip")
    ('gdelt1', ('2006-01-01T00:00:00Z', '2006-02-01T00:00:00Z'))
    >>> feed_of("events.2018.20200427084805.tab")
    ('icews', ('2018-01-01T00:00:00Z', '2019-01-01T00:00:00Z'))
    >>> feed_of("events.2018.20181004.tab"), feed_of("20181004-icews-events.zip")
    (('icews', None), ('icews', None))
    >>> feed_of("mine.csv")
    ('', None)
    """
    for series in SERIES.values():
        period = series.period(name)
        if period is not None:
            return series.feed, period.span
    return "", None


def instant(moment: datetime) -> str:
    """Write a moment in UTC as ``2018-03-26T04:45:00Z``; ``strftime`` pads no early years."""
    return f"{moment.isoformat()[:19]}Z"


def _quarter(told: Mapping[str, str]) -> Period:
    start = _moment(told["stamp"])
    return Period(start, start + _QUARTER)


def _day(told: Mapping[str, str]) -> Period:
    start = _moment(told["day"])
    return Period(start, start + _DAY)


def _month_or_years(told: Mapping[str, str]) -> Period:
    if "month" in told:
        start = _moment(told["month"] + "01")
        return Period(start, (start + 31 * _DAY).replace(day=1))
    return Period(*_years(told["year"], told.get("last", told["year"])))


def _year_made(told: Mapping[str, str]) -> Period:
    """Return a year, and whether it was over: made within it, a file holds a part of it."""
    start, end = _years(told["year"], told["year"])
    made = _moment(told["made"][:8])
    over = made >= end
    return Period(start, end if over else max(start, min(end, made)) + _AFTER, declared=over)


def _around(told: Mapping[str, str]) -> Period:
    """Return the margin of a file that is called after the day, days or month it was made."""
    if "month" in told:
        first = _moment(told["month"] + "01")
        last = first + 31 * _DAY
    else:
        first = _moment(told["made"][:8])
        last = _moment(told.get("until", told["made"])[:8])
    return Period(first - _BEFORE, last + _AFTER, declared=False)


def _polecat(told: Mapping[str, str]) -> Period:
    """Return a margin; a year or a month may not have been over when the file was made."""
    if "made" in told:
        return _around(told)
    if "month" not in told:
        return Period(*_years(told["year"], told["year"]), declared=False)
    month = told["month"].lower()
    number = f"{_MONTHS.index(month) + 1:02d}" if month in _MONTHS else month
    start = _moment(f"{told['year']}{number}01")
    return Period(start, (start + 31 * _DAY).replace(day=1), declared=False)


def _years(first: str, last: str) -> tuple[datetime, datetime]:
    return _moment(f"{first}0101"), _moment(f"{int(last) + 1:04d}0101")


def _moment(stamp: str) -> datetime:
    """Return the instant a stamp means; ``strptime`` takes ten times as long."""
    clock = stamp[8:] or "000000"
    return datetime(
        int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]),
        int(clock[:2]), int(clock[2:4]), int(clock[4:]), tzinfo=UTC,
    )  # fmt: skip


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PACKED = r"(?:\.zip|\.gz)?"
_NAMES: tuple[tuple[str, str, str, Callable[[Mapping[str, str]], Period]], ...] = (
    ("gdelt2", "gdelt2", r"(?P<stamp>[0-9]{14})\.export\.CSV", _quarter),
    ("gdelt2-translation", "gdelt2-translation",
     r"(?P<stamp>[0-9]{14})\.translation\.export\.CSV", _quarter),
    ("gdelt2-mentions", "gdelt2-mentions", r"(?P<stamp>[0-9]{14})\.mentions\.CSV", _quarter),
    ("gdelt2-translation-mentions", "gdelt2-translation-mentions",
     r"(?P<stamp>[0-9]{14})\.translation\.mentions\.CSV", _quarter),
    ("gdelt1-daily", "gdelt1", r"(?P<day>[0-9]{8})\.export\.CSV", _day),
    ("gdelt1-backfile", "gdelt1",
     r"(?:(?P<month>(?:19|20)[0-9]{4})|(?P<year>(?:19|20)[0-9]{2}))(?:\.csv)?", _month_or_years),
    ("gdelt1-reduced", "gdelt1-reduced",
     r"GDELT\.MASTERREDUCEDV2\.(?P<year>[0-9]{4})-(?P<last>[0-9]{4})(?:\.txt)?", _month_or_years),
    ("icews-yearly", "icews",
     r"events\.(?P<year>[0-9]{4})\.(?P<made>[0-9]{8}(?:[0-9]{6})?)(?:\.tab)?", _year_made),
    ("icews-daily", "icews",
     r"(?:(?P<made>[0-9]{8})(?:-thru-(?P<until>[0-9]{8}))?|(?P<month>[0-9]{6}))-icews-events"
     r"(?:-[0-9a-z]{1,12})?(?:\.tab|\.csv)?", _around),
    ("polecat", "polecat",
     r"ngecEvents(?:\.(?P<made>[0-9]{8}(?:[0-9]{6})?)\.Release[0-9]{1,6}\.DV"
     r"|\.?DV[.-](?P<year>[0-9]{4})(?:-(?P<month>[a-z]{3}|[0-9]{2}))?)(?:\.txt)?", _polecat),
    ("phoenix", "phoenix", r"events\.full\.(?P<made>[0-9]{8})\.txt", _around),
)  # fmt: skip

SERIES: dict[str, Series] = {
    name: Series(feed, re.compile(form + _PACKED, re.IGNORECASE | re.ASCII), reads)
    for name, feed, form, reads in _NAMES
}
"""Name of a series to its feed and the names of its files."""
