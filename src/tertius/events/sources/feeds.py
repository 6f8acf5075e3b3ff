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
        ``"gdelt1"``, ``"gdelt2"``, ``"gdelt2-translation"``, ``"gdelt2-mentions"`` or, for
        any other name, ``""``.
    span : (str, str) or None
        Half-open UTC instants. A 15-minute file covers the quarter that begins with its stamp;
        a daily file of GDELT 1.0 the day events were added on.

    Examples
    --------
    >>> feed_of("20180326044500.export.CSV.zip")
    ('gdelt2', ('2018-03-26T04:45:00Z', '2018-03-26T05:00:00Z'))
    >>> feed_of("200601.zip")
    ('gdelt1', ('2006-01-01T00:00:00Z', '2006-02-01T00:00:00Z'))
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
_NAMES: tuple[tuple[str, str, Callable[[str], Span]], ...] = (
    (r"(?P<stamp>\d{14})\.export\.CSV", "gdelt2", _quarter),
    (r"(?P<stamp>\d{14})\.translation\.export\.CSV", "gdelt2-translation", _quarter),
    (r"(?P<stamp>\d{14})\.mentions\.CSV", "gdelt2-mentions", _quarter),
    (r"(?P<stamp>\d{14})\.translation\.mentions\.CSV", "gdelt2-translation-mentions", _quarter),
    (r"(?P<stamp>\d{8})\.export\.CSV", "gdelt1", _day),
    (r"(?P<stamp>(?:19|20)\d{4})(?:\.csv)?", "gdelt1", _month),
    (r"(?P<stamp>(?:19|20)\d{2})(?:\.csv)?", "gdelt1", _year),
)
_PATTERNS = tuple(
    (re.compile(name + _PACKED, re.IGNORECASE | re.ASCII), feed, span)
    for name, feed, span in _NAMES
)
