"""Feeds: what a publisher's file names say about the time a file covers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["feed_of"]

Span = tuple[str, str]


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
        was made after its end. None where the name does not say it: daily and weekly files of
        ICEWS and POLECAT are called after the day they were made, and hold events of the days
        before; a year of POLECAT may have been made before its end; a file of Phoenix holds
        what was scraped on its day.

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
    for pattern, feed, span in _PATTERNS:
        found = pattern.fullmatch(name)
        if found:
            try:
                return feed, span(found["stamp"])
            except ValueError:  # a 31 February
                return "", None
    return "", None


def _quarter(stamp: str) -> Span:
    first = _instant(stamp)
    return _span(first, first + timedelta(minutes=15))


def _day(stamp: str) -> Span:
    first = _instant(stamp)
    return _span(first, first + timedelta(days=1))


def _month(stamp: str) -> Span:
    first = _instant(stamp + "01")
    return _span(first, (first + timedelta(days=31)).replace(day=1))


def _year(stamp: str) -> Span:
    first = _instant(stamp + "0101")
    return _span(first, first.replace(year=first.year + 1))


def _made_after(stamp: str) -> Span | None:
    """Return the year of a file that was made after it ended: YYYY.YYYYMMDD, with or without time.

    One made within its year holds a part of it, and does not say up to when.
    """
    year, _, made = stamp.partition(".")
    first, last = _year(year)
    return (first, last) if _span(_instant(made[:8]), _instant(made[:8]))[0] >= last else None


def _within(stamp: str) -> Span:
    first, last = (int(year) for year in stamp.split("-"))
    return _year(str(first))[0], _year(str(last))[1]


def _untold(stamp: str) -> None:
    """Name no time: what the file is called after is not what it covers."""
    _instant((stamp + "0101")[:8])


def _instant(stamp: str) -> datetime:
    """Return the instant a stamp means; ``strptime`` takes ten times as long."""
    clock = stamp[8:] or "000000"
    return datetime(
        int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]),
        int(clock[:2]), int(clock[2:4]), int(clock[4:]), tzinfo=UTC,
    )  # fmt: skip


def _span(first: datetime, last: datetime) -> Span:
    return f"{first.isoformat()[:19]}Z", f"{last.isoformat()[:19]}Z"


_PACKED = r"(?:\.zip|\.gz)?"
_NAMES: tuple[tuple[str, str, Callable[[str], Span | None]], ...] = (
    (r"(?P<stamp>\d{14})\.export\.CSV", "gdelt2", _quarter),
    (r"(?P<stamp>\d{14})\.translation\.export\.CSV", "gdelt2-translation", _quarter),
    (r"(?P<stamp>\d{14})\.mentions\.CSV", "gdelt2-mentions", _quarter),
    (r"(?P<stamp>\d{14})\.translation\.mentions\.CSV", "gdelt2-translation-mentions", _quarter),
    (r"(?P<stamp>\d{8})\.export\.CSV", "gdelt1", _day),
    (r"(?P<stamp>(?:19|20)\d{4})(?:\.csv)?", "gdelt1", _month),
    (r"(?P<stamp>(?:19|20)\d{2})(?:\.csv)?", "gdelt1", _year),
    (r"GDELT\.MASTERREDUCEDV2\.(?P<stamp>\d{4}-\d{4})(?:\.txt)?", "gdelt1-reduced", _within),
    (r"events\.(?P<stamp>\d{4}\.\d{8}(?:\d{6})?)(?:\.tab)?", "icews", _made_after),
    (
        r"(?P<stamp>\d{8})(?:-thru-\d{8})?-icews-events(?:-[0-9a-z]{1,12})?(?:\.tab)?",
        "icews",
        _untold,
    ),
    (r"(?P<stamp>\d{6})-icews-events(?:\.tab)?", "icews", _untold),
    (r"ngecEvents\.?DV[.-](?P<stamp>\d{4})(?:-(?:[a-z]{3}|\d{2}))?\.txt", "polecat", _untold),
    (r"ngecEvents\.(?P<stamp>\d{8})(?:\d{6})?\.Release\d{1,6}\.DV\.txt", "polecat", _untold),
    (r"events\.full\.(?P<stamp>\d{8})\.txt", "phoenix", _untold),
)
_PATTERNS = tuple(
    (re.compile(name + _PACKED, re.IGNORECASE | re.ASCII), feed, span)
    for name, feed, span in _NAMES
)
