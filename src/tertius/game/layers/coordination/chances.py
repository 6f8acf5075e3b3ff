"""`expected_rent`: the rent when a pact between patrons may or may not hold."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.equilibria import solve
from tertius.game.core.games import Game
from tertius.game.layers.coordination.blocs import solve_blocs

__all__ = ["check_chances", "expected_rent"]


def expected_rent(game: Game, blocs: Iterable[Iterable[int]], gamma: float) -> float:
    """Return the pivot's mean rent if blocs hold with probability `gamma`.

    ``(1 - gamma) R(each alone) + gamma R(blocs)``, the smallest rents. Exactly linear:
    everybody knows whether the blocs hold before bidding begins. Patrons who bid while
    in doubt about it would be another game.

    Parameters
    ----------
    game : Game
        n patrons.
    blocs : iterable of iterable of int
        Patron indices from 0; every patron in one bloc.
    gamma : float
        Probability that the blocs hold, 0 to 1.

    Returns
    -------
    float
        In pivot money.

    Raises
    ------
    GameError
        If `gamma` is outside 0 to 1 or the blocs are no partition.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> [expected_rent(game, [[0, 1]], gamma) for gamma in (0, 0.5, 1)]
    [5.0, 2.5, 0.0]
    """
    chance = check_chances(gamma, where="expected_rent")
    if chance.size != 1:
        raise GameError(f"{chance.size} values of gamma", where="expected_rent", allowed="one")
    held = float(chance[0])
    return (1.0 - held) * solve(game).rent + held * solve_blocs(game, blocs).rent


def check_chances(gamma: ArrayLike, *, where: str) -> NDArray[np.float64]:
    """Return `gamma` as one column of numbers from 0 to 1.

    Raises
    ------
    GameError
        With the first value outside.
    """
    try:
        column = np.array(gamma, dtype=np.float64, ndmin=1)
    except (TypeError, ValueError) as error:
        raise GameError(f"gamma is not numbers: {error}", where=where) from error
    bad = ~((column >= 0) & (column <= 1))
    if column.ndim != 1 or bad.any():
        told = f"gamma of shape {column.shape}" if column.ndim != 1 else f"gamma = {column[bad][0]}"
        raise GameError(told, where=where, allowed="0 to 1")
    return column
