"""The reduced GDELT 1.0: a row stands for all events of a day alike in actors, code and places.

``GDELT.MASTERREDUCEDV2.1979-2013.zip`` holds 17 tab-separated columns under a header, without
ids, addresses or dates of entry. Actors are CAMEO codes; their first three letters are a country,
if the actor has one.
"""

from __future__ import annotations

import functools

import polars as pl

from tertius.events.parsing.drafts import Layout, first_reason, only_drafted
from tertius.events.parsing.lines import Lines
from tertius.events.sources.headers import place_columns, read_header
from tertius.events.sources.texts import days, numbers, text_columns

__all__ = ["ROLLED_UP", "reduced_layout"]

ROLLED_UP = "rolled-up"
"""Flag of a row that stands for several events, their number in ``mentions``."""

_WANTED = {
    "day": ("date",), "source_raw": ("source",), "target_raw": ("target",),
    "code": ("cameocode",), "mentions": ("numevents",), "articles": ("numarts",),
    "weight_raw": ("goldstein",),
}  # fmt: skip
_NUMBERS = {"mentions": pl.Int64(), "articles": pl.Int64(), "weight_raw": pl.Float64()}


def reduced_layout(top: bytes, where: str) -> Layout | None:
    """Return how the lines below a first line are read; None if it is not this format's header.

    Parameters
    ----------
    top : bytes
        The first line.
    where : str
        The file, for messages.
    """
    header = read_header(top)
    columns = place_columns(header, _WANTED, where) if header.delimiter == "\t" else {}
    if columns.keys() != _WANTED.keys():
        return None
    width = len(header.names)
    return Layout(
        key=("gdelt", "reduced", header),
        delimiter="\t",
        quoted=False,
        fields=(width,),
        draft=functools.partial(_draft, columns, width),
        lossy=True,
    )


def _draft(columns: dict[str, int], width: int, lines: Lines) -> pl.DataFrame:
    rows, reasons = numbers(text_columns(lines, width, columns), _NUMBERS)
    event_date, no_day = days(rows["day"], {r"^\d{8}$": "%Y%m%d"})
    letters = [pl.col(f"{side}_raw").cast(pl.String).str.head(3) for side in ("source", "target")]
    rows = rows.with_columns(
        event_date=event_date,
        source=letters[0],
        target=letters[1],
        flags=pl.lit(ROLLED_UP),
        row_no=pl.Series(lines.numbers, dtype=pl.Int64),
    )
    return only_drafted(rows.with_columns(first_reason(no_day, *reasons)))
