"""`solve_blocs`: the game when some patrons bid as one."""

from __future__ import annotations

from collections.abc import Iterable

from tertius.game.core.batches import Batch, gather, slices
from tertius.game.core.coalitions import solve_block
from tertius.game.core.equilibria import Solution, solve
from tertius.game.core.games import Game
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.coordination.mergers import bloc_game, check_blocs, merge_blocs

__all__ = ["solve_bloc_draws", "solve_blocs"]


def solve_blocs(game: Game, blocs: Iterable[Iterable[int]]) -> Solution:
    """Return the truthful equilibrium when each bloc bids as one patron.

    A bloc has the sum of its members' payoffs and one purse. Merging never raises the
    smallest rent, whatever the payoffs: what the patrons may keep under a finer
    partition they may keep, bloc by bloc, under a coarser one. All in one bloc leave no
    rent. The policy stays what it was, so coordination of this kind is a remedy for the
    price and not for the policy.

    It cannot tell how a bloc divides what it pays and gains, nor whether it would hold:
    see `coordinate`.

    Parameters
    ----------
    game : Game
        n patrons.
    blocs : iterable of iterable of int
        Patron indices from 0; every patron in one bloc. ``[[0], [1], [2]]`` is `solve`.

    Returns
    -------
    Solution
        Row b of its arrays is bloc b; ``bloc_game(game, blocs)`` is the game it solves.

    Raises
    ------
    GameError
        If a patron is in no bloc or in two, an index is no patron, or a bloc is empty.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> apart, together = solve_blocs(game, [[0], [1]]), solve_blocs(game, [[0, 1]])
    >>> apart.rent, together.rent, apart.policy == together.policy
    (5.0, 0.0, True)
    """
    return solve(bloc_game(game, blocs))


def solve_bloc_draws(parameters: Parameters, grid: Grid, blocs: Iterable[Iterable[int]]) -> Batch:
    """Solve D games of the family among blocs, in bounded memory.

    Parameters
    ----------
    parameters : Parameters
        D games of n patrons.
    grid : Grid
        P policies, for as many patrons; alignment is still with each patron of its own.
    blocs : iterable of iterable of int
        Patron indices from 0; every patron in one bloc.

    Returns
    -------
    Batch
        One row a draw, column b for bloc b.

    Raises
    ------
    GameError
        If the blocs are no partition or the grid is for another number of patrons.
    """
    checked = check_blocs(blocs, parameters.patrons, where="solve_bloc_draws")
    blocks = []
    for part in slices(len(parameters), grid.patrons, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        blocks.append(solve_block(u, merge_blocs(v, checked)))
    return gather(blocks)
