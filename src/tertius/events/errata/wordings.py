"""Finding text of a certain wording: each distinct value is looked at once, then remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.errata.rules import Rule

__all__ = ["Numbered", "Wordings"]

_Codes = npt.NDArray[np.uint32]
Numbered = dict[str, _Codes | None]

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

    def numbered(self, rows: pl.DataFrame, columns: Iterable[str]) -> Numbered:
        """Turn columns into categories and their numbers, all in one go.

        Parameters
        ----------
        rows : polars.DataFrame
            Has the columns, as text or categories.
        columns : iterable of str
            Names of columns.

        Returns
        -------
        Numbered
            By name the numbers of the categories, that of "" where there is none; None for a
            column without any text.
        """
        found: Numbered = dict.fromkeys(columns)
        some = [name for name in found if rows[name].null_count() < rows.height]
        kind = pl.Categorical()
        values = rows.select(
            pl.col(name) if rows.schema[name] == kind else pl.col(name).cast(kind) for name in some
        )
        codes = values.select(pl.all().to_physical().fill_null(self._empty))
        return found | {name: codes[name].to_numpy() for name in some}

    def positions(self, numbered: Numbered, rule: Rule, height: int) -> npt.NDArray[np.intp]:
        """Return the positions of rows that have a value the rule is about in any of its columns.

        Parameters
        ----------
        numbered : Numbered
            Columns, as from `numbered`.
        rule : Rule
            One that ``finds`` ``empty``, ``is`` or ``padded``.
        height : int
            Number of rows.
        """
        columns = [numbered[name] for name in rule.columns]
        if rule.finds == "empty" and any(codes is None for codes in columns):
            return np.arange(height)
        texts = [codes for codes in columns if codes is not None]
        if not texts:
            return np.arange(0)
        known = self._table((rule.finds, rule.values), max(int(codes.max()) for codes in texts))
        told = [known[codes] for codes in texts]
        most = [each.max() for each in told]
        if _UNSEEN in most:
            unseen = [codes[each == _UNSEEN] for codes, each in zip(texts, told, strict=True)]
            self._look(known, unseen, rule)
            told = [known[codes] for codes in texts]
            most = [each.max() for each in told]
        found = [np.flatnonzero(each) for each, top in zip(told, most, strict=True) if top == _YES]
        if len(found) < 2:
            return found[0] if found else np.arange(0)
        return np.unique(np.concatenate(found))

    def _look(self, known: npt.NDArray[np.uint8], columns: Sequence[_Codes], rule: Rule) -> None:
        """Look at the values that were not met before."""
        # Marking which are there finds them; sorting would take far longer.
        present = np.zeros(len(known), dtype=np.bool_)
        for codes in columns:
            present[codes] = True
        new = np.flatnonzero(present & (known == _UNSEEN)).astype(np.uint32)
        texts = pl.Series(new).cat.to(pl.Categorical()).cast(pl.String)
        known[new] = [_YES if _about(text, rule) else _NO for text in texts]

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


def _about(text: str, rule: Rule) -> bool:
    """Say whether a rule is about a text."""
    if rule.finds == "is":
        return text in rule.values
    bare = text.strip()
    if rule.finds == "empty":
        return not bare or bare in rule.values
    return bare != text
