"""`expected_utility`: a published model of group decisions, as a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.baselines.averages import mean_of, median_of
from tertius.game.baselines.challenges import Rules, play_round
from tertius.game.baselines.positions import Stances, check_stances
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Trajectory", "expected_utility"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory(TableResult):
    """Where actors stand round by round; round 0 is where they began.

    It is a trajectory and no forecast: the model has no rule that says when to stop.

    Attributes
    ----------
    positions : numpy.ndarray
        ``(rounds + 1, n)`` in the unit of the issue.
    exponents : numpy.ndarray
        ``(rounds, n)`` risk exponents each round was played with, 1/2 to 2.
    medians : numpy.ndarray
        ``(rounds + 1,)`` the position no other beats, weighted by capability times
        salience.
    means : numpy.ndarray
        ``(rounds + 1,)`` the weighted mean.
    at_rest : int or None
        First round after which nobody moves, None if none of the rounds played was
        without movement.
    """

    positions: Floats
    exponents: Floats
    medians: Floats
    means: Floats
    at_rest: int | None

    def to_polars(self) -> pl.DataFrame:
        """Return one row a round."""
        import polars as pl

        return pl.DataFrame(
            {"round": np.arange(self.medians.size), "median": self.medians, "mean": self.means}
        )


def expected_utility(
    positions: ArrayLike,
    capabilities: ArrayLike,
    saliences: ArrayLike,
    *,
    rounds: int,
    q: float = 1.0,
    improving: float = 1.0,
) -> Trajectory:
    """Play the expected-utility model of a group's decision on one issue.

    Bueno de Mesquita's model (1994) as reconstructed by Scholz, Calbert and Smith
    (2011), in the variant that reproduces their Table 2. Every round each actor weighs
    challenging every other and being challenged; who expects to lose moves to the
    winner's position, who expects to lose less than the other gains meets it part of
    the way. All move at once.

    It is a baseline, of another kind than the rest of this room: it has no payments, no
    pivot and no patrons, so it says nothing about a triangle. It does not come to rest
    on its own example, and published evidence of its skill is against it: in an open
    backtest on 351 issues of the DEU III data its mean absolute error was 26.8 to 28.3,
    that of `weighted_mean` 23.0 to 23.6.

    Parameters
    ----------
    positions : array_like
        ``(n,)`` where each actor stands, two distinct positions at least.
    capabilities : array_like
        ``(n,)`` means of each actor in any unit, ≥ 0.
    saliences : array_like
        ``(n,)`` from 0 to 1, or from 0 to 100 if any of them is above 1.
    rounds : int
        Rounds to play, 0 or more.
    q : float
        Chance an actor gives to nothing changing without its challenge; above 0, at
        most 1. Published figures are matched for 1; below 1 the printed equation is
        followed and nothing has been compared.
    improving : float
        Chance that what changes then is for the better, 0 to 1; counts only where `q`
        is below 1.

    Returns
    -------
    Trajectory
        Positions, medians and means of every round.

    Raises
    ------
    GameError
        If lengths differ, a number is not finite or out of its scale, positions are all
        the same, or `rounds`, `q` or `improving` is not allowed.

    Examples
    --------
    >>> path = expected_utility([0, 4, 10], [3, 2, 1], [60, 90, 50], rounds=2)
    >>> path.positions.tolist(), path.at_rest
    ([[0.0, 4.0, 10.0], [0.0, 4.0, 0.0], [0.0, 4.0, 0.0]], 1)
    """
    stances = check_stances(positions, capabilities, saliences, where="expected_utility")
    rules = _rules(stances, q, improving)
    if not isinstance(rounds, int | np.integer) or isinstance(rounds, bool) or rounds < 0:
        raise GameError(
            f"rounds = {rounds!r}", where="expected_utility", allowed="a whole number, 0 or more"
        )
    standing = [stances.positions]
    exponents = []
    for _ in range(rounds):
        after, used = play_round(standing[-1], stances, rules)
        standing.append(after)
        exponents.append(used)
    return _trajectory(np.array(standing), np.array(exponents), stances.weights)


def _rules(stances: Stances, q: float, improving: float) -> Rules:
    with np.errstate(over="ignore"):
        span = float(np.ptp(stances.positions))
    if not 0 < span < np.inf:
        raise GameError(
            f"positions that span {span:g}",
            where="expected_utility",
            allowed="two distinct positions at least, a finite distance apart",
            hint="with one position there is nothing to decide",
        )
    for name, value, fits in (("q", q, 0 < q <= 1), ("improving", improving, 0 <= improving <= 1)):
        if not fits:
            raise GameError(
                f"{name} = {value}",
                where="expected_utility",
                allowed="above 0, at most 1" if name == "q" else "0 to 1",
            )
    return Rules(span, float(q), float(improving))


def _trajectory(positions: Floats, exponents: Floats, weights: Floats) -> Trajectory:
    moved = (positions[1:] != positions[:-1]).any(axis=1)
    last = int(np.flatnonzero(moved)[-1]) + 1 if moved.any() else 0
    arrays = {
        "positions": positions,
        "exponents": exponents.reshape(-1, positions.shape[1]),
        "medians": np.array([median_of(row, weights) for row in positions]),
        "means": np.array([mean_of(row, weights) for row in positions]),
    }
    for array in arrays.values():
        array.setflags(write=False)
    # Who moves depends on positions alone: after a round of rest there is no more movement.
    return Trajectory(**arrays, at_rest=last if last < moved.size else None)
