"""A first and a last day, as callers give them."""

from __future__ import annotations

from datetime import date

from tertius.errors import UsageError

__all__ = ["day_pair"]


def day_pair(days: tuple[date | str, date | str], where: str) -> tuple[date, date]:
    """Read a first and a last day.

    Parameters
    ----------
    days : (date or str, date or str)
        Dates, or ISO text.
    where : str
        The argument they were given as, for messages.

    Raises
    ------
    UsageError
        If they are no dates, or the last lies before the first.

    Examples
    --------
    >>> day_pair(("2018-01-01", date(2018, 10, 31)), "covers")
    (datetime.date(2018, 1, 1), datetime.date(2018, 10, 31))
    """
    try:
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in days)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{days!r} is no pair of dates", where=where, allowed="first and last day"
        ) from error
    if last < first:
        raise UsageError(f"ends ({last}) before it starts ({first})", where=where)
    return first, last
