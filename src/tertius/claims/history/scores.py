"""`score_history`: the ordinal tests on the library of triangles, misses first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tertius.casebook.triangles import Record, Triangle, triangle_library
from tertius.claims.history.chances import rearranged
from tertius.claims.history.rules import ORDINAL_TESTS, OrdinalTest
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CAVEAT", "History", "RowScore", "Tally", "score_history"]

CAVEAT = (
    "Famous triangles, chosen because somebody wrote about them, and coded by one person who "
    "knew how they ended: not a sample, and no estimate of how often the model is right."
)

_ORDER = ("miss", "hit", "not scorable")
# Which two figures a test compares; the others read a fact.
_COMPARED = {"a": ("after", "before"), "e": ("asked", "paid"), "f": ("delivered", "pledged")}


@dataclass(frozen=True, slots=True)
class RowScore:
    """One test on one triangle that it speaks of.

    Attributes
    ----------
    test : str
        Letter of the test.
    triangle, pivot : str
        Id of the triangle, and its pivot.
    result : str
        "miss", "hit" or "not scorable".
    predicted : bool
        What the coding makes the test expect.
    observed : bool or None
        What the record answers; None where it cannot say.
    evidence : str
        The two figures compared, or the outcome on record.
    """

    test: str
    triangle: str
    pivot: str
    result: Literal["miss", "hit", "not scorable"]
    predicted: bool
    observed: bool | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Tally:
    """One test over all triangles it speaks of.

    Attributes
    ----------
    test, says : str
        Its letter and its claim.
    misses, hits, unscored : int
        Triangles of each result.
    p_value : float or None
        Share of all rearrangements of the answers with as many hits or more.
    note : str
        Why there is no p-value, or an empty string.
    """

    test: str
    says: str
    misses: int
    hits: int
    unscored: int
    p_value: float | None
    note: str


@dataclass(frozen=True, slots=True)
class History(TableResult):
    """How the ordinal tests fare on historical triangles.

    Attributes
    ----------
    caveat : str
        What this is not; to be read first.
    triangles : int
        Triangles in the library.
    tallies : tuple of Tally
        One a test, in the order of their letters.
    rows : tuple of RowScore
        Misses, then hits, then what could not be scored; within each by letter and then
        by year.
    """

    caveat: str
    triangles: int
    tallies: tuple[Tally, ...]
    rows: tuple[RowScore, ...]

    def to_polars(self) -> pl.DataFrame:
        """Return one row a test and triangle, misses first."""
        import polars as pl

        names = RowScore.__slots__
        return pl.DataFrame(
            {name: [getattr(row, name) for row in self.rows] for name in names},
            schema_overrides={"predicted": pl.Boolean, "observed": pl.Boolean},
        )


def score_history(triangles: Iterable[Triangle] | None = None) -> History:
    """Run the ordinal tests (a) to (g) on the library of historical triangles.

    Each test makes a yes-or-no prediction from how a triangle was coded and compares it
    with what is on record. Nothing is fitted. The rules and the coding were written down
    before the outcomes, by one person who knew these cases.

    The triangles are famous ones and not independent of each other: hits are no rate of
    success, and a small p-value says that coding and record hang together in this list,
    nothing about other cases.

    Parameters
    ----------
    triangles : iterable of Triangle, optional
        Others than those of `triangle_library`.

    Returns
    -------
    History
        Tallies by test and rows by triangle, misses first.

    Examples
    --------
    >>> history = score_history()
    >>> history.rows[0].result
    'miss'
    """
    library = triangle_library() if triangles is None else tuple(triangles)
    rows = [row for test in ORDINAL_TESTS for row in _rows(test, library)]
    return History(
        caveat=CAVEAT,
        triangles=len(library),
        tallies=tuple(_tally(test, rows) for test in ORDINAL_TESTS),
        rows=tuple(sorted(rows, key=lambda row: _ORDER.index(row.result))),
    )


def _rows(test: OrdinalTest, library: tuple[Triangle, ...]) -> list[RowScore]:
    rows = []
    for triangle in library:
        coding, record = triangle.coding, triangle.record
        predicted = test.predict(coding)
        if predicted is None:
            continue
        observed = None if record is None else test.observe(record)
        rows.append(
            RowScore(
                test=test.letter,
                triangle=coding.id,
                pivot=coding.pivot,
                result="not scorable"
                if observed is None
                else ("hit" if predicted == observed else "miss"),
                predicted=predicted,
                observed=observed,
                evidence="" if record is None else _evidence(test, record, observed),
            )
        )
    return rows


def _evidence(test: OrdinalTest, record: Record, observed: bool | None) -> str:
    roles = _COMPARED.get(test.letter)
    if roles is None or observed is None:
        return record.outcome
    first, second = (record.figure(role) for role in roles)
    if first is None or second is None:
        return record.outcome
    return f"{roles[0]} {first.amount:,g}, {roles[1]} {second.amount:,g} {second.unit}"


def _tally(test: OrdinalTest, rows: Iterable[RowScore]) -> Tally:
    own = [row for row in rows if row.test == test.letter]
    scored = [(row.predicted, row.observed) for row in own if row.observed is not None]
    predicted = [prediction for prediction, _ in scored]
    observed = [answer for _, answer in scored]
    hits = sum(prediction == answer for prediction, answer in scored)
    if not scored:
        note = "nothing could be scored"
    elif len(set(predicted)) < 2:
        note = "every prediction is the same"
    else:
        note = "every answer is the same" if len(set(observed)) < 2 else ""
    return Tally(
        test=test.letter,
        says=test.says,
        misses=len(scored) - hits,
        hits=hits,
        unscored=len(own) - len(scored),
        p_value=rearranged(predicted, observed),
        note=note,
    )
