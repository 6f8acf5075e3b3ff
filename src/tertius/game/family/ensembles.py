"""`solve_draws`: solve games straight from their parameters, in bounded memory."""

from __future__ import annotations

from tertius.game.core.batches import Batch, gather, slices
from tertius.game.core.coalitions import solve_block
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters

__all__ = ["solve_draws"]


def solve_draws(parameters: Parameters, grid: Grid) -> Batch:
    """Solve D games of the family without holding all their payoffs at once.

    The same as ``solve_many(*utilities(parameters, grid))`` up to rounding.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.

    Returns
    -------
    Batch
        One row a draw; ``grid.goal[batch.policy]`` is the degree of the goal reached.

    Raises
    ------
    GameError
        If the grid is for another number of patrons.
    """
    parts = slices(len(parameters), grid.patrons, grid.goal.size)
    return gather(solve_block(*utilities(parameters.rows(part), grid)) for part in parts)
