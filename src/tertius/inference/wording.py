"""Dates in words, the same on every machine (no locale)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

__all__ = ["day_words", "set_words"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_words(day: date) -> str:
    """Write a day.

    Examples
    --------
    >>> day_words(date(2018, 3, 8))
    '8 March 2018'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def set_words(days: Sequence[date]) -> str:
    """Write an ordered set of days: its ends, and how many days it holds if it has holes.

    Examples
    --------
    >>> set_words([date(2018, 3, 8), date(2018, 3, 9)])
    '8 March 2018 to 9 March 2018'
    >>> set_words([date(2018, 3, 8), date(2018, 3, 12)])
    '2 days from 8 March 2018 to 12 March 2018'
    """
    if len(days) == 1:
        return day_words(days[0])
    span = f"{day_words(days[0])} to {day_words(days[-1])}"
    whole = (days[-1] - days[0]).days + 1 == len(days)
    return span if whole else f"{len(days)} days from {span}"
