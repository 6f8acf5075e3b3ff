"""Change points: days at which the making of data changed, so that counts do not compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from tertius.events.ontologies.listings import read_table

__all__ = ["CHANGES", "Change", "changes_within"]


@dataclass(frozen=True, slots=True)
class Change:
    """A change or an outage on the publisher's side.

    Attributes
    ----------
    name : str
        What it is called.
    kind : str
        ``"change"``: counts before and after do not compare. ``"outage"``: nothing was
        published for a time.
    dataset : str
        A word of the names of the data it belongs to.
    first, last : datetime.date
        First and last day of it; the same where a day is known.
    what : str
        What happened.
    evidence : str
        Where that can be checked.
    """

    name: str
    kind: str
    dataset: str
    first: date
    last: date
    what: str
    evidence: str

    def __str__(self) -> str:
        days = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"{days}: {self.what}"


def _changes() -> tuple[Change, ...]:
    days = pl.col("first", "last").str.to_date("%Y-%m-%d")
    listed = read_table("changes").with_columns(days)
    return tuple(Change(**row) for row in listed.iter_rows(named=True))


CHANGES: tuple[Change, ...] = _changes()
"""Every known one, by day."""


def changes_within(dataset: str, start: date, end: date, kind: str = "change") -> list[Change]:
    """Return the changes that part the days of a window, or the outages that lie in it.

    Parameters
    ----------
    dataset : str
        Name of the data.
    start, end : datetime.date
        First and last day of the window.
    kind : {"change", "outage"}
        What to look for. A change parts a window that has days on both sides of it, or days
        while it lasted; an outage lies in a window that has one of its days.

    Returns
    -------
    list of Change
        By day. Changes that nobody wrote down are not among them.

    Examples
    --------
    >>> found = changes_within("GDELT 2.0", date(2015, 2, 1), date(2015, 12, 31))
    >>> [change.name for change in found]
    ['version-2']
    >>> changes_within("GDELT 2.0", date(2016, 1, 1), date(2018, 12, 31))
    []
    """
    named = [one for one in CHANGES if one.dataset.casefold() in dataset.casefold()]
    if kind == "outage":
        return [one for one in named if one.kind == kind and start <= one.last and end >= one.first]
    return [one for one in named if one.kind == kind and start < one.last and end >= one.first]
