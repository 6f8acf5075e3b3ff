"""Who held which office when."""

from __future__ import annotations

from datetime import date

from tertius.actors.records import Officeholder
from tertius.actors.registers import register
from tertius.actors.resolution import as_day

__all__ = ["officeholders"]


def officeholders(
    iso3: str | None = None, on: date | int | None = None
) -> tuple[Officeholder, ...]:
    """Return the recorded terms of office, of one state and at one date if asked.

    The table is dated for the states of the two Korea cases (1955–65 and 2016–20); elsewhere a
    person has one row, often undated, that says which state the person speaks for.

    Parameters
    ----------
    iso3 : str, optional
        Key of the state; empty for international offices.
    on : date or int, optional
        The day, or a year taken at its 1 July. Undated terms are left out when it is given.

    Examples
    --------
    >>> [each.name for each in officeholders("USA", 1960) if each.office == "President"]
    ['Dwight D. Eisenhower']
    """
    day = None if on is None else as_day(on)
    return tuple(
        term
        for term in register().officeholders
        if (iso3 is None or term.iso3 == iso3)
        and (day is None or (term.start > date.min and term.start <= day <= term.end))
    )
