"""`belief_path`: how belief and trade in promises spread over the rounds, without simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.dynamics.lattices import Beholder
from tertius.game.dynamics.markov import DynamicGame, PromiseStates
from tertius.game.dynamics.recursions import DynamicSolution
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BeliefPath", "belief_path"]

Floats = NDArray[np.float64]
_BEHOLDERS: tuple[Beholder, ...] = ("committed", "opportunist", "patrons")


@dataclass(frozen=True, slots=True, eq=False)
class BeliefPath(TableResult):
    """Where the belief is in each round, by type; R rounds, K beliefs.

    Row t of an array is the state *before* round t + 1, so row 0 is the start.

    Attributes
    ----------
    beliefs : numpy.ndarray
        ``(K,)`` the beliefs of the lattice, rising.
    indexes : numpy.ndarray
        ``(K,)`` their indexes.
    committed, opportunist : numpy.ndarray
        ``(R + 1, K)`` probability of each belief, given the pivot's type.
    expected : numpy.ndarray
        ``(R + 1, K)`` the same to the patrons at the start.
    promise_committed, promise_opportunist, promise_expected : numpy.ndarray
        ``(R,)`` probability that a promise is bought in each round.
    """

    beliefs: Floats
    indexes: NDArray[np.intp]
    committed: Floats
    opportunist: Floats
    expected: Floats
    promise_committed: Floats
    promise_opportunist: Floats
    promise_expected: Floats

    def to_polars(self) -> pl.DataFrame:
        """Return one row a round and belief: ``round`` from 0, the belief, probabilities."""
        import polars as pl

        rounds, count = self.committed.shape
        return pl.DataFrame(
            {
                "round": np.repeat(np.arange(rounds), count),
                "index": np.tile(self.indexes, rounds),
                "belief": np.tile(self.beliefs, rounds),
                "committed": self.committed.ravel(),
                "opportunist": self.opportunist.ravel(),
                "expected": self.expected.ravel(),
            }
        )


def belief_path(
    game: DynamicGame, solution: DynamicSolution, rounds: int, start: int | None = None
) -> BeliefPath:
    """Return the distribution of the belief over the rounds of an equilibrium.

    Probabilities are pushed forward exactly, state by state; nothing is drawn. Near the
    ends of the lattice they are those of the cut lattice. Trust is summed over.

    Parameters
    ----------
    game : DynamicGame
        Made by `dynamic_game`.
    solution : DynamicSolution
        Its equilibrium.
    rounds : int
        R, 1 or more; at most the horizon, where there is one.
    start : int, optional
        State to start from; by default the prior, with trust halfway.

    Returns
    -------
    BeliefPath
        By type, and to the patrons.

    Raises
    ------
    GameError
        If the game is not one of promises, the solution is not its own or has no
        answer, or a number is out of bounds.
    """
    states = _check(game, solution, rounds, start)
    first = states.start if start is None else start
    count = states.lattice.indexes.size
    place = states.belief_index + states.lattice.steps_down
    rows = np.arange(len(game))
    at, promised = {}, {}
    for who in _BEHOLDERS:
        kept = states.lattice.delivers(who, states.belief_index)
        now = np.zeros(len(game))
        now[first] = 1.0
        path, bought = [now], []
        for t in range(rounds):
            policy = solution.plan[min(t, len(solution.plan) - 1)]
            promise = states.goal[policy] > 0
            bought.append(float(now[promise].sum()))
            chance = np.where(promise, kept, 1.0)
            after = game.successors[rows, policy]
            following = np.zeros(len(game))
            np.add.at(following, after[:, 0], now * chance)
            np.add.at(following, after[:, 1], now * (1.0 - chance))
            now = following
            path.append(now)
        at[who] = np.stack([np.bincount(place, row, count) for row in path])
        promised[who] = np.array(bought)
    found = {
        "beliefs": states.lattice.beliefs,
        "indexes": states.lattice.indexes,
        "committed": at["committed"],
        "opportunist": at["opportunist"],
        "expected": at["patrons"],
        "promise_committed": promised["committed"],
        "promise_opportunist": promised["opportunist"],
        "promise_expected": promised["patrons"],
    }
    for array in found.values():
        array.setflags(write=False)
    return BeliefPath(**found)


def _check(
    game: DynamicGame, solution: DynamicSolution, rounds: int, start: int | None
) -> PromiseStates:
    where = "belief_path"
    if game.states is None:
        raise GameError(
            "a dynamic game whose states are not beliefs",
            where=where,
            allowed="a game made by dynamic_game",
        )
    if solution.policies.shape != (len(game),):
        raise GameError(
            f"a solution of {solution.policies.size} states for a game of {len(game)}",
            where=where,
            allowed="the game's own solution",
        )
    if not solution.converged:
        raise GameError(
            f"a solution that did not settle (residual {solution.residual:.3g})",
            where=where,
            hint="lower delta, or give solve_dynamic a horizon",
        )
    most = solution.iterations if solution.method == "backward induction" else 100_000
    if isinstance(rounds, bool) or not isinstance(rounds, int) or not 1 <= rounds <= most:
        raise GameError(
            f"rounds = {rounds!r}", where=where, allowed=f"a whole number from 1 to {most:,}"
        )
    if start is not None and not 0 <= start < len(game):
        raise GameError(f"start = {start!r}", where=where, allowed=f"0 to {len(game) - 1}")
    return game.states
