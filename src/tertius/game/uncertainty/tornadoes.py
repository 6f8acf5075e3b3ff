"""`tornado`: how far an outcome swings with each assumption alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters
from tertius.game.family.ranges import Ranges
from tertius.game.uncertainty.paths import Path, Predicate, ask, first_changes, one_moved
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Tornado", "tornado"]

Floats = NDArray[np.float64]
Outcome = Callable[[Parameters], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Tornado(TableResult):
    """An outcome at the ends of each range, widest swing first; K parameters that move.

    Attributes
    ----------
    names : tuple of str
        ``K`` parameters whose range has a width.
    middle : float
        The outcome with every parameter at its midpoint.
    low, high : numpy.ndarray
        ``(K,)`` the ends of each range.
    at_low, at_high : numpy.ndarray
        ``(K,)`` the outcome there, the other parameters at their midpoints.
    swing : numpy.ndarray
        ``(K,)`` largest less smallest outcome at low end, midpoint and high end.
    flip : numpy.ndarray
        ``(K,)`` the value nearest to the midpoint, within the range, at which the answer
        is the other one; NaN where none was found, or no question was asked.
    """

    names: tuple[str, ...]
    middle: float
    low: Floats
    high: Floats
    at_low: Floats
    at_high: Floats
    swing: Floats
    flip: Floats

    def to_polars(self) -> pl.DataFrame:
        """Return one row a parameter; no flip is null."""
        import polars as pl

        columns = ("low", "high", "at_low", "at_high", "swing", "flip")
        frame = pl.DataFrame(
            {"parameter": list(self.names)} | {name: getattr(self, name) for name in columns},
            schema_overrides={"parameter": pl.String},
        )
        return frame.with_columns(pl.col("flip").fill_nan(None))


def tornado(ranges: Ranges, outcome: Outcome, *, answer: Predicate | None = None) -> Tornado:
    """Move one parameter at a time to both ends of its range, and see how an outcome swings.

    It looks along the axes through the midpoints only. An outcome that turns back between
    an end and the midpoint swings further than is seen here, and parameters that matter
    only together with another do not show; `rank_correlations` looks at all the draws.

    Parameters
    ----------
    ranges : Ranges
        What the case assumes.
    outcome : callable
        Takes `Parameters` of D games, returns ``(D,)`` finite numbers, such as
        ``lambda p: solve_draws(p, grid).rent``.
    answer : callable, optional
        A yes-or-no question, as for `nearest_flip`; each parameter's flip of it is looked
        for within its range, in the same way.

    Returns
    -------
    Tornado
        Widest swing first, equal ones by name. Fixed parameters are left out.

    Raises
    ------
    GameError
        If `outcome` or `answer` does not give one finite number or truth value a game.

    Examples
    --------
    >>> from tertius.game import Range
    >>> ranges = Ranges(("CHN",), {
    ...     "k": Range(1, 2), "c": Range(3, 3), "omega.CHN": Range(0, 4), "beta.CHN": Range(1, 5)})
    >>> found = tornado(
    ...     ranges, lambda p: p.table()["omega.CHN"] - p.table()["k"],
    ...     answer=lambda p: p.table()["omega.CHN"] > 1)
    >>> found.names, found.swing.tolist(), found.flip.round(6).tolist()
    (('omega.CHN', 'k', 'beta.CHN'), [4.0, 1.0, 0.0], [1.0, nan, nan])
    """
    middle = Parameters.midpoint(ranges)
    names = [name for name, r in ranges.values.items() if r.width > 0]
    ends = np.array([(ranges.values[name].low, ranges.values[name].high) for name in names])
    ends = ends.reshape(-1, 2)
    centre = float(_numbers(outcome, middle)[0])
    found = _numbers(outcome, one_moved(middle, names, ends)) if names else np.empty(0)
    reached = np.column_stack([found.reshape(-1, 2), np.full(len(names), centre)])
    swing = np.ptp(reached, axis=1) if names else np.empty(0)
    flips = _flips(ranges, middle, names, answer)
    # Swings that differ by rounding alone are equal, and go by name.
    unit = float(swing.max(initial=0.0)) or 1.0
    order = sorted(range(len(names)), key=lambda i: (-round(float(swing[i]) / unit, 9), names[i]))
    columns = {
        "low": ends[order, 0],
        "high": ends[order, 1],
        "at_low": reached[order, 0],
        "at_high": reached[order, 1],
        "swing": swing[order],
        "flip": np.array([flips.get(names[i], np.nan) for i in order], dtype=np.float64),
    }
    for column in columns.values():
        column.setflags(write=False)
    return Tornado(names=tuple(names[i] for i in order), middle=centre, **columns)


def _flips(
    ranges: Ranges, middle: Parameters, names: list[str], answer: Predicate | None
) -> dict[str, float]:
    """Each parameter's value nearest to its midpoint at which the answer is the other one."""
    if answer is None:
        return {}
    now = bool(ask(answer, middle, where="tornado")[0])
    paths = [
        Path(name, ranges.values[name].middle, end)
        for name in names
        for end in (ranges.values[name].low, ranges.values[name].high)
    ]
    nearest: dict[str, float] = {}
    for path in first_changes(answer, middle, paths, now, where="tornado"):
        start = ranges.values[path.name].middle
        # Looked at from the low end first, which so wins where both are as near.
        if abs(path.stop - start) < abs(nearest.get(path.name, np.inf) - start):
            nearest[path.name] = path.stop
    return nearest


def _numbers(outcome: Outcome, parameters: Parameters) -> Floats:
    found = np.asarray(outcome(parameters), dtype=np.float64)
    if found.shape != (len(parameters),) or not np.isfinite(found).all():
        raise GameError(
            f"the outcome has shape {found.shape}"
            + ("" if np.isfinite(found).all() else " and numbers that are not finite"),
            where="tornado",
            allowed=f"{len(parameters)} finite numbers, one a game",
        )
    return found
