"""Which state names stand for, at the day each is used, and which stand for none."""

from __future__ import annotations

from datetime import date

import polars as pl

from tertius.actors import known_states
from tertius.actors.timelines import timeline

__all__ = ["named_states", "same_states"]

_PIECES = {
    "name": pl.Categorical(), "first": pl.Date(), "last": pl.Date(), "state": pl.String(),
}  # fmt: skip


def same_states() -> dict[str, str]:
    """Return every ISO3 key with itself: the table of a source that writes ISO3 codes."""
    return {state: state for state in known_states()}


def named_states(names: pl.Series, days: pl.Series) -> pl.DataFrame:
    """Resolve names, each distinct one once.

    Parameters
    ----------
    names : polars.Series
        Text or categories.
    days : polars.Series
        The day each is used.

    Returns
    -------
    polars.DataFrame
        ``state``, the ISO3 key or null; ``settled``: whether the name is known, so that a null
        says it stands for no one state. An ambiguous name is not.
    """
    asked = pl.DataFrame({"name": names.cast(pl.Categorical), "day": days})
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        first = last = date.min
    told = pl.DataFrame(
        [
            (name, max(piece.start, first), min(piece.end, last), piece.iso3)
            for name in names.unique().drop_nulls().cast(pl.String).to_list()
            for piece in timeline(name)
            if piece.method != "ambiguous" and piece.start <= last and first <= piece.end
        ],
        schema=_PIECES,
        orient="row",
    ).with_columns(settled=True)
    always = (pl.col("first") == first) & (pl.col("last") == last)
    steady = told.filter(always).drop("first", "last")
    found = asked.join(steady, on="name", how="left", maintain_order="left")
    if steady.height < told.height:
        dated = (
            asked.with_row_index()
            .join(told.filter(~always), on="name")
            .filter(pl.col("day").is_between("first", "last"))
        )
        late = asked.with_row_index().join(
            dated.select("index", late="state", known="settled"),
            on="index", how="left", maintain_order="left",
        )  # fmt: skip
        found = found.with_columns(
            pl.coalesce("state", late["late"]).alias("state"),
            pl.coalesce("settled", late["known"]).alias("settled"),
        )
    return found.select("state", pl.col("settled").fill_null(value=False))
