"""`coordinate_draws`: pacts of many games, in bounded memory."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from tertius.game.core.batches import slices
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.coordination.bargains import Pacts, strike_pacts

__all__ = ["coordinate_draws"]


def coordinate_draws(parameters: Parameters, grid: Grid, *, side_payments: bool = True) -> Pacts:
    """Return the pact of each of D games of the family; see `coordinate`.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.
    side_payments : bool
        Whether patrons can pay each other.

    Returns
    -------
    Pacts
        One row a draw. Working memory beside it stays bounded.

    Raises
    ------
    GameError
        If the grid is for another number of patrons.
    """
    blocks = [
        strike_pacts(*utilities(parameters.rows(part), grid), side_payments=side_payments)
        for part in slices(len(parameters), grid.patrons, grid.goal.size)
    ]
    joined = {
        field.name: np.concatenate([getattr(block, field.name) for block in blocks])
        for field in fields(Pacts)
    }
    for array in joined.values():
        array.setflags(write=False)
    return Pacts(**joined)
