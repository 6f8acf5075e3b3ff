"""`verify`: is it an equilibrium? Answered from menus alone, not from coalition values."""

from __future__ import annotations

import numpy as np

from tertius.errors import GameError
from tertius.game.core.equilibria import Solution
from tertius.game.core.games import Game

__all__ = ["verify"]


def verify(game: Game, solution: Solution) -> float:
    """Return the largest gain anybody has from deviating; 0 in an equilibrium.

    A patron may offer any other menu: to obtain policy p it must pay what makes the
    pivot, who has the others' menus, prefer p to its best alternative. The pivot may
    pick any other policy. Only the game, the menus and the policy are used.

    Parameters
    ----------
    game : Game
        The game that was solved.
    solution : Solution
        Its `menus` and `policy` are checked.

    Returns
    -------
    float
        In pivot money, never negative; rounding leaves about 1e-16 of the payoffs.

    Raises
    ------
    GameError
        If the solution is not of a game of this shape.

    Examples
    --------
    >>> from tertius.game import solve
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> verify(game, solve(game))
    0.0
    """
    menus, policy = solution.menus, solution.policy
    if menus.shape != game.patrons.shape or not 0 <= policy < game.pivot.size:
        raise GameError(
            f"a solution with menus {menus.shape} and policy {policy} is not of this game",
            where="verify",
            allowed=f"menus {game.patrons.shape}, policy 0 to {game.pivot.size - 1}",
        )
    offered = game.pivot + menus.sum(axis=0)
    gains = [float(offered.max() - offered[policy])]
    for worth, menu in zip(game.patrons, menus, strict=True):
        others = offered - menu
        price = others.max() - others
        gains.append(float(np.max(worth - price) - (worth[policy] - menu[policy])))
    # A menu below zero would let a patron be paid; the model has no such thing.
    gains.append(float(-menus.min()))
    return max(0.0, *gains)
