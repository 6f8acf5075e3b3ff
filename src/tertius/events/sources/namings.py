"""Which state names stand for, at the day each is used, and which stand for none."""

from __future__ import annotations

from datetime import date

import polars as pl

from tertius.actors import known_states
from tertius.actors.timelines import timeline

__all__ = ["Namings", "same_states"]

_PIECES = {
    "name": pl.Categorical(), "first": pl.Date(), "last": pl.Date(), "state": pl.String(),
}  # fmt: skip


def same_states() -> dict[str, str]:
    """Return every ISO3 key with itself: the table of a source that writes ISO3 codes."""
    return {state: state for state in known_states()}


class Namings:
    """Resolves names of actors, each distinct one once for a whole file."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._told = pl.DataFrame(schema=_PIECES)

    def __call__(self, names: pl.Series, days: pl.Series) -> pl.DataFrame:
        """Resolve names at the day each is used.

        Parameters
        ----------
        names : polars.Series
            Text or categories.
        days : polars.Series
            Days of the same length.

        Returns
        -------
        polars.DataFrame
            ``state``, the ISO3 key or null; ``settled``: whether the name is known, so that a
            null says it stands for no one state. An ambiguous name is not.
        """
        asked = pl.DataFrame({"name": names.cast(pl.Categorical), "day": days})
        self._learn(asked["name"])
        first, last = days.min(), days.max()
        if not isinstance(first, date) or not isinstance(last, date):
            first = last = date.min
        meant = self._told.filter(pl.col("first") <= last, pl.col("last") >= first)
        meant = meant.with_columns(settled=True)
        always = (pl.col("first") <= first) & (pl.col("last") >= last)
        steady = meant.filter(always).drop("first", "last")
        found = asked.join(steady, on="name", how="left", maintain_order="left")
        if steady.height < meant.height:
            dated = (
                asked.with_row_index()
                .join(meant.filter(~always), on="name")
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

    def _learn(self, names: pl.Series) -> None:
        """Look up names that were not asked for before."""
        fresh = set(names.unique().drop_nulls().cast(pl.String).to_list()) - self._seen
        if not fresh:
            return
        self._seen |= fresh
        told = [
            (name, piece.start, piece.end, piece.iso3)
            for name in sorted(fresh)
            for piece in timeline(name)
            if piece.method != "ambiguous"
        ]
        learnt = pl.DataFrame(told, schema=_PIECES, orient="row")
        self._told = pl.concat([self._told, learnt])
