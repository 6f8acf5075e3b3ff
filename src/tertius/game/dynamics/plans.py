"""What each coalition could reach if it ran the pivot alone, now and in every later round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.dynamics.markov import DynamicGame

__all__ = ["Moves", "plan_by_iteration", "plan_by_rounds"]

Floats = NDArray[np.float64]

# Policy iteration switches only for gains above rounding, so it cannot go round in circles.
_ROUNDING = 1e-13
# Each switch raises the value somewhere; a handful suffices in practice.
_MOST_SWITCHES = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """A game's probabilities of moving, as one sparse matrix.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array
        ``(S P, S)``: row ``s P + p`` holds where policy p leads from state s.
    shape : tuple of int
        ``(S, P)``.
    """

    matrix: Any
    shape: tuple[int, int]

    @classmethod
    def of(cls, game: DynamicGame) -> Moves:
        """Return the moves of a game."""
        from scipy.sparse import csr_array

        count, size, branches = game.chances.shape
        starts = np.arange(0, game.chances.size + 1, branches)
        entries = (game.chances.ravel(), game.successors.ravel(), starts)
        return cls(csr_array(entries, shape=(count * size, count)), (count, size))

    def ahead(self, values: Floats) -> Floats:
        """Return what values ``(S, m)`` of the next state are expected, ``(m, S, P)``."""
        expected = np.ascontiguousarray((self.matrix @ values).T)
        return expected.reshape(-1, *self.shape)

    def forever(self, reward: Floats, policy: NDArray[np.intp], delta: float) -> Floats:
        """Return the value ``(S,)`` of a policy kept for ever: (I - delta P) x = reward."""
        from scipy.sparse import eye_array
        from scipy.sparse.linalg import spsolve

        count, size = self.shape
        chosen = self.matrix[np.arange(count) * size + policy]
        values: Floats = spsolve((eye_array(count) - delta * chosen).tocsc(), reward)
        return values


def plan_by_iteration(game: DynamicGame, moves: Moves, delta: float) -> Floats:
    """``(S, 2**n)`` W(S; s) without end, by policy iteration (Howard 1960), exactly.

    Raises
    ------
    GameError
        If policies still change after a thousand improvements.
    """
    n = game.patrons.shape[1]
    return np.stack([_best(_flows(game, mask), moves, delta) for mask in range(2**n)], axis=1)


def plan_by_rounds(game: DynamicGame, moves: Moves, delta: float, later: Floats) -> Floats:
    """``(S, 2**n)`` W(S; s) with one more round to go before `later`."""
    return np.stack(
        [
            (_flows(game, mask) + delta * moves.ahead(column[:, None])[0]).max(axis=1)
            for mask, column in enumerate(later.T)
        ],
        axis=1,
    )


def _flows(game: DynamicGame, mask: int) -> Floats:
    """Return what pivot and coalition together get in one round, (S, P)."""
    inside = [i for i in range(game.patrons.shape[1]) if mask >> i & 1]
    together: Floats = game.pivot + game.patrons[:, inside].sum(axis=1)
    return together


def _best(flow: Floats, moves: Moves, delta: float) -> Floats:
    rows = np.arange(len(flow))
    slack = _ROUNDING * np.abs(flow).max() / (1.0 - delta)
    policy = flow.argmax(axis=1)
    for _ in range(_MOST_SWITCHES):
        values = moves.forever(flow[rows, policy], policy, delta)
        reached = flow + delta * moves.ahead(values[:, None])[0]
        better = reached.max(axis=1) > reached[rows, policy] + slack
        if not better.any():
            return values
        policy = np.where(better, reached.argmax(axis=1), policy)
    raise GameError(
        f"policy iteration still switched after {_MOST_SWITCHES:,} improvements",
        where="solve_dynamic",
        hint="lower delta, or give a horizon",
    )
