"""Finding text of a certain wording: each distinct value is looked at once, then remembered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.errata.rules import Rule

__all__ = ["Wordings"]

_NO, _YES, _UNSEEN = 0, 1, 2


class Wordings:
    """Finds the rows of a column whose text a rule is about.

    Columns are of few distinct values, kept as categories. Whether a rule is about a value is
    worked out when the value is first met; after that a row costs one look into a table.
    """

    def __init__(self) -> None:
        # Categories keep their numbers as long as any column with them is alive.
        self._alive = pl.Series([""], dtype=pl.Categorical)
        self._empty = int(self._alive.to_physical()[0])
        self._known: dict[tuple[str, tuple[str, ...]], npt.NDArray[np.uint8]] = {}

    def positions(self, column: pl.Series, rule: Rule) -> npt.NDArray[np.intp]:
        """Return the positions in `column` of values the rule is about.

        Parameters
        ----------
        column : polars.Series
            Text or categories.
        rule : Rule
            One that ``finds`` ``empty``, ``is`` or ``padded``.
        """
        nulls = column.null_count()
        if nulls == len(column):
            return np.arange(nulls if rule.finds == "empty" else 0)
        values = column if column.dtype == pl.Categorical() else column.cast(pl.Categorical())
        physical = values.to_physical()
        codes = (physical.fill_null(self._empty) if nulls else physical).to_numpy()
        known = self._table((rule.finds, rule.values), int(codes.max()))
        told = known[codes]
        if told.max() == _UNSEEN:
            unseen = np.flatnonzero(told == _UNSEEN)
            # Of each unseen value one row; sorting them to find it would take far longer.
            at = np.full(len(known), -1, dtype=np.intp)
            at[codes[unseen]] = unseen
            at = at[at >= 0]
            texts = values.gather(at).cast(pl.String)
            known[codes[at]] = np.where(_about(texts, rule).to_numpy(), _YES, _NO)
            told = known[codes]
        return np.flatnonzero(told == _YES) if told.max() == _YES else np.arange(0)

    def _table(self, asked: tuple[str, tuple[str, ...]], most: int) -> npt.NDArray[np.uint8]:
        """Return what is known of each category, up to number `most`."""
        known = self._known.get(asked)
        if known is None or most >= len(known):
            seen = np.zeros(0, dtype=np.uint8) if known is None else known
            known = np.full(most + 1024, _UNSEEN, dtype=np.uint8)
            known[: len(seen)] = seen
            known[self._empty] = _YES if asked[0] == "empty" else _NO
            self._known[asked] = known
        return known


def _about(texts: pl.Series, rule: Rule) -> pl.Series:
    """Say of each text, none of them null, whether a rule is about it."""
    if rule.finds == "is":
        return texts.is_in(list(rule.values))
    bare = texts.str.strip_chars()
    if rule.finds == "empty":
        return (bare == "") | bare.is_in(list(rule.values))
    return bare != texts
