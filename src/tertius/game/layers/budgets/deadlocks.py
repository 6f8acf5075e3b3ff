"""`failure_draws`: coordination failure in thousands of games of the family at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import slices
from tertius.game.core.coalitions import solve_block, tolerances
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.budgets.failures import standstill, twins

__all__ = ["FailureDraws", "failure_draws"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FailureDraws:
    """Coordination failure of D games; fields as in `Failure`, arrays read-only.

    Attributes
    ----------
    exists : numpy.ndarray
        ``(D,)`` bool, whether an equilibrium leaves the goal unbought although the
        truthful one reaches some of it.
    margin : numpy.ndarray
        ``(D,)`` largest gain from breaking out towards the goal; at most 0 in an
        equilibrium.
    buyer : numpy.ndarray
        ``(D,)`` the patron that comes closest to buying the goal alone.
    policy : numpy.ndarray
        ``(D,)`` the policy of degree 0 that is chosen in it.
    goal : numpy.ndarray
        ``(D,)`` degree of the goal in the truthful equilibrium.
    """

    exists: NDArray[np.bool_]
    margin: Floats
    buyer: NDArray[np.intp]
    policy: NDArray[np.intp]
    goal: Floats

    def __len__(self) -> int:
        return int(self.policy.size)


def failure_draws(parameters: Parameters, grid: Grid) -> FailureDraws:
    """Ask of D games of the family whether the shared goal can stay unbought.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons, with the goal on the table.

    Returns
    -------
    FailureDraws
        One row a draw, as `coordination_failure` finds it. Working memory stays below
        the setting ``solve_chunk_bytes``.

    Raises
    ------
    GameError
        If the grid is for another number of patrons or has no goal.

    Examples
    --------
    >>> games = Parameters(("A", "B"), {
    ...     "k": [1, 1], "c": [6, 6], "omega.A": [0, 0], "rho.A": [0, 0], "beta.A": [5, 7],
    ...     "omega.B": [0, 0], "rho.B": [0, 0], "beta.B": [4, 4]})
    >>> found = failure_draws(games, Grid(2, 1))
    >>> found.exists.tolist(), found.margin.tolist(), found.goal.tolist()
    ([True, False], [-1.0, 1.0], [1.0, 1.0])
    """
    if grid.goal_steps == 0:
        raise GameError(
            "the grid has no shared goal", where="failure_draws", allowed="goal_steps of 1 or more"
        )
    pairs = twins(grid.goal)
    blocks = []
    for part in slices(len(parameters), grid.patrons, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        found = standstill(u, v, grid.goal, pairs)
        efficient = grid.goal[solve_block(u, v).policy]
        blocks.append(
            FailureDraws(
                exists=(found.margin <= tolerances(u, v)) & (efficient > 0),
                margin=found.margin,
                buyer=found.gains.argmax(axis=1),
                policy=found.policy,
                goal=efficient,
            )
        )
    joined = {
        field.name: np.concatenate([getattr(block, field.name) for block in blocks])
        for field in fields(FailureDraws)
    }
    for array in joined.values():
        array.setflags(write=False)
    return FailureDraws(**joined)
