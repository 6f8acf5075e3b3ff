"""`solve_destructive`: threats that hurt the pivot and bring the sender nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import tolerances
from tertius.game.core.games import Game
from tertius.game.core.threats import checked_threats

__all__ = ["Destruction", "solve_destructive"]

Floats = NDArray[np.float64]

_MOST_POLICIES = 200


@dataclass(frozen=True, slots=True, eq=False)
class Destruction:
    """Truthful pure equilibria under destructive threats; money is the pivot's.

    K equilibria are listed, one row each. None may exist; then every array is empty and
    nothing may be said about payoffs. Where equilibria form a continuum, some points of
    it stand for it: read one row as "this is an equilibrium", not "these are all".

    Attributes
    ----------
    policies : numpy.ndarray
        ``(K,)`` index of the policy chosen.
    transfers : numpy.ndarray
        ``(K, 2)`` what each patron pays for it, never negative.
    patron_payoffs : numpy.ndarray
        ``(K, 2)`` net of payments.
    pivot_payoffs : numpy.ndarray
        ``(K,)`` payments included.
    efficient : numpy.ndarray
        ``(K,)`` bool, whether the policy maximises the sum of all payoffs.
    threats : numpy.ndarray
        ``(2,)`` the threats as given.
    """

    policies: NDArray[np.intp]
    transfers: Floats
    patron_payoffs: Floats
    pivot_payoffs: Floats
    efficient: NDArray[np.bool_]
    threats: Floats

    @property
    def found(self) -> bool:
        """Whether there is any equilibrium."""
        return bool(self.policies.size)


def solve_destructive(game: Game, threats: ArrayLike) -> Destruction:
    """Search for truthful pure equilibria when threats destroy and extract nothing.

    Menus may be negative down to ``-threats``: the pivot loses that much, the sender gains
    nothing. A patron with target payoff g offers ``v(p) - g`` for a policy worth more than
    g, and threatens with all it has against the others. Unlike threats that extract
    (`tertius.game.solve`), these break the theory of coalition values: in about one random
    game of five there is no such equilibrium, and in some there are only inefficient ones.

    Given the policy, a patron pays exactly what keeps the pivot from its best alternative.
    That alternative fixes the payment itself, or the sum of both payments. So finitely many
    pairs of payments, and points within finitely many intervals, are all that can be: each
    is tried against every deviation to any menu. The search misses none, and an empty
    answer means that there is no truthful pure equilibrium. Mixed ones, and equilibria
    that are not truthful, are not looked for.

    Parameters
    ----------
    game : Game
        Two patrons and up to 200 policies.
    threats : array_like
        ``(2,)`` the largest loss each patron can cause, in pivot money, >= 0.

    Returns
    -------
    Destruction
        Sorted by policy and payments.

    Raises
    ------
    GameError
        If there are not two patrons, too many policies, or the threats make no sense.

    Examples
    --------
    >>> court = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> solve_destructive(court, [1, 0]).pivot_payoffs.tolist()
    [6.0]
    >>> solve_destructive(court, [1, 1]).found
    False
    """
    where = "solve_destructive"
    n, size = game.patrons.shape
    if n != 2:
        raise GameError(
            f"destructive threats of {n} patrons",
            where=where,
            allowed="two patrons",
            hint="solve(game, threats=...) takes threats that extract, for any number of patrons",
        )
    if size > _MOST_POLICIES:
        raise GameError(
            f"destructive threats over {size:,} policies",
            where=where,
            allowed=f"up to {_MOST_POLICIES}",
            hint="every pair of payments is tried; take a coarser grid",
        )
    tau = checked_threats(threats, n, where=where)
    slack = float(tolerances(game.pivot[None], game.patrons[None])[0])
    rows: list[tuple[int, float, float]] = []
    for policy in range(size):
        pairs = _candidates(game, tau, policy, slack)
        kept = pairs[_survives(game, tau, policy, pairs, slack)]
        rows += [(policy, float(a), float(b)) for a, b in _distinct(kept, slack)]
    policies = np.array([row[0] for row in rows], dtype=np.intp)
    transfers = np.array([row[1:] for row in rows]).reshape(-1, 2)
    together = game.pivot + game.patrons.sum(axis=0)
    found = {
        "transfers": transfers,
        "patron_payoffs": game.patrons[:, policies].T - transfers,
        "pivot_payoffs": game.pivot[policies] + transfers.sum(axis=1),
        "threats": tau,
    }
    efficient = together[policies] >= together.max() - slack
    for array in (policies, efficient, *found.values()):
        array.setflags(write=False)
    return Destruction(policies=policies, efficient=efficient, **found)


def _menus(worth: Floats, policy: int, paid: Floats, threat: float, slack: float) -> Floats:
    """``(K, P)`` truthful menus of a patron that pays ``paid`` (K,) for the policy."""
    offer = worth - (worth[policy] - paid)[:, None]
    return np.where(offer >= -slack, np.maximum(offer, 0.0), -threat)


def _needed(offered: Floats, policy: int, threat: float) -> Floats:
    """Return what a patron must pay for a policy, given what the pivot has from the other."""
    needed: Floats = np.maximum(offered.max(axis=1) - threat - offered[:, policy], 0.0)
    return needed


def _candidates(game: Game, tau: Floats, policy: int, slack: float) -> Floats:
    """``(K, 2)`` payments that can be an equilibrium at a policy."""
    u, (a, b) = game.pivot, game.patrons
    pairs = []
    for own, (worth, rival) in enumerate(((a, b), (b, a))):
        # Payments fixed by an alternative that the rival bids for, or none.
        joint = u + rival
        paid = np.append(joint - joint[policy] - tau[own], 0.0)
        paid = paid[paid >= 0.0]
        other = _needed(u + _menus(worth, policy, paid, tau[own], slack), policy, tau[1 - own])
        pairs.append(np.stack([paid, other] if own == 0 else [other, paid], axis=1))
    total = u.max() - u[policy] - tau.sum()
    if total >= 0.0:
        # Both threaten away the pivot's own best policy: only the sum is fixed. Anything
        # can change only where a menu does, or where two alternatives are as good.
        turns = [
            moved
            for worth, threat, mirrored in ((a, tau[0], False), (b, tau[1], True))
            for paid in (worth[policy] - worth, worth[policy] - (u + worth - u.max() + threat))
            for moved in [total - paid if mirrored else paid]
        ]
        points = np.concatenate([[0.0, total], *turns])
        points = np.unique(points[(points >= 0.0) & (points <= total)])
        points = np.append(points, (points[1:] + points[:-1]) / 2)
        pairs.append(np.stack([points, total - points], axis=1))
    return np.concatenate(pairs)


def _survives(
    game: Game, tau: Floats, policy: int, pairs: Floats, slack: float
) -> NDArray[np.bool_]:
    """Whether nobody gains by any deviation, for each pair of payments."""
    menus = [
        _menus(worth, policy, pairs[:, i], tau[i], slack) for i, worth in enumerate(game.patrons)
    ]
    offered = game.pivot + menus[0] + menus[1]
    holds: NDArray[np.bool_] = offered[:, policy] >= offered.max(axis=1) - slack
    for i, worth in enumerate(game.patrons):
        others = game.pivot + menus[1 - i]
        price = np.maximum(others.max(axis=1, keepdims=True) - tau[i] - others, 0.0)
        holds &= (worth - price).max(axis=1) <= worth[policy] - pairs[:, i] + slack
    return holds


def _distinct(pairs: Floats, slack: float) -> Floats:
    """Sort pairs and drop those that differ from the one before by rounding."""
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    new = np.ones(len(pairs), dtype=bool)
    new[1:] = (np.abs(np.diff(pairs, axis=0)) > slack).any(axis=1)
    return pairs[new]
