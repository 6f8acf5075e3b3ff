"""How numbers, dates and labels are written in a chart, its table and its words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

__all__ = ["clip", "day", "listing", "period", "plain", "plural", "share", "signed", "tidy"]

# Control characters cannot stand in XML; direction overrides make a text read as another.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def tidy(text: str) -> str:
    r"""Replace what cannot be printed, or would reorder other text, by a visible mark.

    Examples
    --------
    >>> tidy("a\x00b\u202ec")
    'a\ufffdb\ufffdc'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def clip(text: str, length: int) -> str:
    """Tidy a label, put it on one line and cut it to `length` characters.

    Examples
    --------
    >>> clip("a summit was announced", 12)
    'a summit wa…'
    """
    line = " ".join(tidy(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def plain(value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign and thousands separated; a dash where unknown.

    Examples
    --------
    >>> plain(-1234.5, 1), plain(float("nan")), plain(-0.0001)
    ('−1,234.5', '–', '0.00')
    """
    if value is None or not math.isfinite(value):
        return "–"
    rounded = round(float(value), digits) + 0.0
    return f"{rounded:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, also when it is positive.

    Examples
    --------
    >>> signed(0.519), signed(-0.2), signed(0.001)
    ('+0.52', '−0.20', '0.00')
    """
    text = plain(value, digits)
    return f"+{text}" if math.isfinite(value) and round(float(value), digits) > 0 else text


def share(value: float) -> str:
    """Write a fraction in per cent, without claiming none or all where that is not so.

    Examples
    --------
    >>> share(0.834), share(0.001), share(0.0), share(0.999)
    ('83 %', 'under 1 %', '0 %', 'over 99 %')
    """
    if not math.isfinite(value):
        return "–"
    if 0 < value < 0.005:
        return "under 1 %"
    if 0.995 < value < 1:
        return "over 99 %"
    return f"{100 * value:.0f} %"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 draw``, ``2 draws``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def day(on: date) -> str:
    """Write a date as ``8 Mar 2018``, the same on every machine."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def period(first_day: date, periods: Sequence[date]) -> str:
    """Write a period by its first day: a month or a year where all periods begin one."""
    if len(periods) > 1 and all(other.day == 1 for other in periods):
        if all(other.month == 1 for other in periods):
            return str(first_day.year)
        return f"{_MONTHS[first_day.month - 1]} {first_day.year}"
    return day(first_day)


def middle(first_day: date, following: date | None) -> date:
    """Return the middle of a period, given the first day of the next one."""
    if following is None:
        return first_day
    return first_day + timedelta(days=(following - first_day).days // 2)


def listing(items: Sequence[str]) -> str:
    """Join items as in a sentence.

    Examples
    --------
    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
