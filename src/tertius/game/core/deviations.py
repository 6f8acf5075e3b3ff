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
    pivot, who has the others' menus, prefer p to its best alternative, at which the
    patron carries out its threat, if it has one. The pivot may pick any other policy. Only
    the game, the menus, the policy and the threats are used.

    Parameters
    ----------
    game : Game
        The game that was solved.
    solution : Solution
        Its `menus` and `policy` are checked, within its `threats`.

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
    menus, policy, threats = solution.menus, solution.policy, solution.threats
    if menus.shape != game.patrons.shape or not 0 <= policy < game.pivot.size:
        raise GameError(
            f"a solution with menus {menus.shape} and policy {policy} is not of this game",
            where="verify",
            allowed=f"menus {game.patrons.shape}, policy 0 to {game.pivot.size - 1}",
        )
    offered = game.pivot + menus.sum(axis=0)
    gains = [float(offered.max() - offered[policy])]
    for worth, menu, threat in zip(game.patrons, menus, threats, strict=True):
        others = offered - menu
        price = others.max() - others - threat
        gains.append(float(np.max(worth - price) - (worth[policy] - menu[policy])))
    # Nobody can take more than it threatens with; without threats, nothing.
    gains.append(float(-(menus + threats[:, None]).min()))
    return max(0.0, *gains)
