"""`exclusion`: what a patron loses by being left out, and when it asks to be let in."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tertius.errors import GameError
from tertius.game.core.coalitions import tolerances
from tertius.game.core.equilibria import solve
from tertius.game.core.games import Game
from tertius.game.layers.seats import seat

__all__ = ["Exclusion", "exclusion"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What becomes of one patron if the others deal without it; money is the pivot's.

    Attributes
    ----------
    patron : int
        Its row.
    premium : float
        What all together lose if the policy is made without it; never negative, 0 if it
        does not matter for the policy.
    stake : float
        What it loses itself: its payoff in the room less `excluded_payoff`. At most the
        premium, equal to it if payoffs are unique, and possibly negative.
    excluded_policy : int
        The policy made without it, the first of tied ones; premium and stake hang on
        that rule.
    excluded_payoff : float
        What that policy is worth to it; it pays nothing then.
    """

    patron: int
    premium: float
    stake: float
    excluded_policy: int
    excluded_payoff: float

    def hazard_threshold(self, face_cost: float) -> float:
        """Return h*: the chance of being left out from which it pays to ask to be let in.

        ``face_cost / stake``. Above 1 no chance suffices. Infinite if the stake is not
        positive: then it never invites, whatever asking costs.

        Parameters
        ----------
        face_cost : float
            What asking costs it, in pivot money, ≥ 0.

        Returns
        -------
        float
            From 0 to infinity.

        Raises
        ------
        GameError
            If the face cost is negative or not finite.
        """
        if not (math.isfinite(face_cost) and face_cost >= 0):
            raise GameError(
                f"face cost {face_cost:g}", where="hazard_threshold", allowed="finite and ≥ 0"
            )
        return face_cost / self.stake if self.stake > 0 else math.inf

    def invites(self, hazard: float, face_cost: float) -> bool:
        """Say whether it asks to be let in: the stake is positive and hazard × stake ≥ cost.

        Raises
        ------
        GameError
            If the hazard is no probability or the face cost is negative or not finite.
        """
        if not 0 <= hazard <= 1:
            raise GameError(f"hazard {hazard:g}", where="invites", allowed="0 to 1")
        self.hazard_threshold(face_cost)
        return self.stake > 0 and hazard * self.stake >= face_cost


def exclusion(game: Game, patron: str | int) -> Exclusion:
    """Return what it means for a patron if the pivot deals with all others but not with it.

    The patron cannot pay; its wishes do not count; policies that favour it remain. For a
    patron that does not exist for the pivot, compare with `without`.

    It cannot tell whether fear of exclusion was the motive of an invitation, only
    whether it would have sufficed. For draws take `exclusion_stake` of a `Batch`.

    Parameters
    ----------
    game : Game
        The game.
    patron : str or int
        Name or row of the patron.

    Returns
    -------
    Exclusion
        With the hazard from which it asks to be let in.

    Raises
    ------
    UnknownNameError
        If no patron has that name.
    GameError
        If there is no such row.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> left_out = exclusion(game, 0)
    >>> left_out.stake, left_out.excluded_policy, left_out.hazard_threshold(0.75)
    (3.0, 1, 0.25)
    """
    row = seat(patron, game.names, where="exclusion")
    solution = solve(game)
    others = game.pivot + np.delete(game.patrons, row, axis=0).sum(axis=0)
    slack = tolerances(game.pivot[None], game.patrons[None])[0]
    policy = int((others >= others.max() - slack).argmax())
    return Exclusion(
        patron=row,
        premium=float(solution.exclusion_premium[row]),
        stake=float(solution.exclusion_stake[row]),
        excluded_policy=policy,
        excluded_payoff=float(game.patrons[row, policy]),
    )
