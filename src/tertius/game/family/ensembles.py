"""`solve_draws`: solve games straight from their parameters, in bounded memory."""

from __future__ import annotations

from concurrent.futures import Executor
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.batches import Batch, chunks_of, gather, slices, solve_pieces
from tertius.game.core.coalitions import Block
from tertius.game.core.kernels import compiled
from tertius.game.core.workers import spread
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters

__all__ = ["solve_draws"]

# Patrons, columns, policies, and whether to use compiled code.
_Chunk = tuple[tuple[str, ...], dict[str, NDArray[np.float64]], Grid, bool]


def solve_draws(
    parameters: Parameters, grid: Grid, *, executor: Executor | None = None, fast: bool = False
) -> Batch:
    """Solve D games of the family without holding all their payoffs at once.

    The same as ``solve_many(*utilities(parameters, grid))`` up to rounding. Workers are
    handed parameters and make the payoffs themselves, so little is sent.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.
    executor : concurrent.futures.Executor, optional
        Who does the work, as in `solve_many`; the bytes of the result are the same.
    fast : bool
        Use compiled code, as in `solve_many`.

    Returns
    -------
    Batch
        One row a draw; ``grid.goal[batch.policy]`` is the degree of the goal reached.

    Raises
    ------
    GameError
        If the grid is for another number of patrons, `fast` has no numba, or the
        executor fails.
    """
    if fast:
        compiled()  # Here first, as in solve_many.
    columns = parameters.table()
    chunks = (
        (parameters.patrons, {name: column[part] for name, column in columns.items()}, grid, fast)
        for part in chunks_of(len(parameters), grid.patrons, grid.goal.size)
    )
    return gather(chain.from_iterable(spread(_solve_chunk, chunks, executor, where="solve_draws")))


def _solve_chunk(chunk: _Chunk) -> list[Block]:
    patrons, columns, grid, fast = chunk
    games = Parameters(patrons, columns)
    parts = slices(len(games), grid.patrons, grid.goal.size)
    return solve_pieces((utilities(games.rows(part), grid) for part in parts), fast=fast)
