"""The rules: what is wrong in which source at which time, what is done, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tertius.events.ontologies.listings import read_table

__all__ = ["DOES", "ERRATA", "FINDS", "Rule", "errata_table"]

FINDS = ("always", "by-reader", "days-before", "empty", "is", "padded", "twice")
"""What a rule looks for in its columns.

``always``: nothing further, its dates say it all. ``by-reader``: what the source looks for while
it reads. ``days-before``: an event dated exactly so many days before it was added. ``empty``: no
value, or one of `values`. ``is``: one of `values`. ``padded``: blanks around a value, or nothing
else. ``twice``: rows of the same values, which only a whole store can show.
"""

DOES = ("add-century", "flag", "read", "reject", "report", "strip")
"""What a rule does with a row it finds.

``add-century`` and ``strip`` change columns, never one that keeps what the file says (``…_raw``).
``flag`` only names the rule in ``flags``. ``reject`` sets the row aside. ``read``: the source did
it while it read. ``report`` leaves rows alone: `overlaps` counts them.
"""

_DATES = ("added_first", "added_last", "event_first", "event_last")
_LISTS = ("columns", "given", "values")


@dataclass(frozen=True, slots=True)
class Rule:
    """One erratum.

    Attributes
    ----------
    name : str
        What flags, reports and ``tertius store info`` call it.
    source : str
        The source it belongs to; rows of others are never touched.
    files : str
        What the names of the files it belongs to begin with; empty: all of the source.
    added_first, added_last, event_first, event_last : datetime.date or None
        First and last day of adding and of the event, inclusive; None: no bound. A row without
        such a day is out of bounds.
    columns : tuple of str
        Columns of ``DRAFT_SCHEMA`` it looks at.
    given : tuple of str
        Columns that must not be null.
    finds : str
        One of ``FINDS``.
    values : tuple of str
        What `finds` compares with.
    does : str
        One of ``DOES``.
    wrong, done, evidence : str
        What is wrong, what is done about it, and where that can be checked.
    """

    name: str
    source: str
    files: str
    added_first: date | None
    added_last: date | None
    event_first: date | None
    event_last: date | None
    columns: tuple[str, ...]
    given: tuple[str, ...]
    finds: str
    values: tuple[str, ...]
    does: str
    wrong: str
    done: str
    evidence: str


def errata_table() -> pl.DataFrame:
    """Return the rules as a table, one row a rule, with the fields of `Rule`.

    Lists are text parted by semicolons; dates are dates. It says what is known to be wrong and
    was published by somebody; what nobody has written down yet it cannot tell.

    Examples
    --------
    >>> errata_table().filter(name="year-1920").select("source", "added_first", "does").row(0)
    ('gdelt', datetime.date(2019, 12, 31), 'add-century')
    """
    listed = read_table("errata")
    dates = [pl.col(name).str.to_date("%Y-%m-%d") for name in _DATES]
    texts = [name for name in listed.columns if name not in _DATES]
    return listed.with_columns(*dates, pl.col(texts).fill_null(""))


def _rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(**{name: _field(name, value) for name, value in row.items()})
        for row in errata_table().iter_rows(named=True)
    )


def _field(name: str, value: Any) -> Any:  # noqa: ANN401 - each field has its own type
    return tuple(part for part in value.split(";") if part) if name in _LISTS else value


ERRATA: tuple[Rule, ...] = _rules()
"""Every rule, in the order of the table, which is the order of names in ``flags``."""
