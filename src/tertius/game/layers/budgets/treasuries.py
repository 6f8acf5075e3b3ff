"""`pooled_draws`: patrons with payment caps that bid as one, from a common purse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.batches import slices
from tertius.game.core.coalitions import tolerances
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters

__all__ = ["PooledDraws", "pooled_draws"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PooledDraws:
    """What all patrons together buy from one purse, in D games; arrays are read-only.

    Attributes
    ----------
    policy : numpy.ndarray
        ``(D,)`` index of the policy bought, the first of tied ones.
    goal : numpy.ndarray
        ``(D,)`` degree of the shared goal in it.
    paid : numpy.ndarray
        ``(D,)`` the bill: what makes up to the pivot for leaving its own best policy.
    pivot_payoff : numpy.ndarray
        ``(D,)`` what the pivot gets, the same as without patrons.
    """

    policy: NDArray[np.intp]
    goal: Floats
    paid: Floats
    pivot_payoff: Floats

    def __len__(self) -> int:
        return int(self.policy.size)


def pooled_draws(parameters: Parameters, grid: Grid) -> PooledDraws:
    """Solve D games in which all patrons bid as one and pay out of all their caps together.

    A single bidder pays the pivot just enough to leave its own best policy, so it buys the
    policy that is worth most to all among those it can pay for. A patron without ``cap``
    makes the purse bottomless. How the bill is shared is the patrons' affair; that a
    patron's whole purse is at the bloc's disposal is an assumption.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.

    Returns
    -------
    PooledDraws
        One row a draw.

    Raises
    ------
    GameError
        If the grid is for another number of patrons.

    Examples
    --------
    >>> games = Parameters(("A",), {
    ...     "k": [1, 1], "c": [4, 4], "omega.A": [0, 0], "beta.A": [6, 6], "cap.A": [3, 5]})
    >>> pooled_draws(games, Grid(1, 1)).goal.tolist()
    [0.0, 1.0]
    """
    purse = parameters.per_patron_or("cap", np.inf).sum(axis=1)
    parts = []
    for part in slices(len(parameters), grid.patrons, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        slack = tolerances(u, v)[:, None]
        bill = u.max(axis=1, keepdims=True) - u
        joint = np.where(bill <= purse[part, None] + slack, u + v.sum(axis=1), -np.inf)
        policy = (joint >= joint.max(axis=1, keepdims=True) - slack).argmax(axis=1)
        rows = np.arange(policy.size)
        parts.append((policy, grid.goal[policy], bill[rows, policy], u.max(axis=1)))
    policy, goal, paid, payoff = (np.concatenate(column) for column in zip(*parts, strict=True))
    for array in (policy, goal, paid, payoff):
        array.setflags(write=False)
    return PooledDraws(policy, goal, paid, payoff)
