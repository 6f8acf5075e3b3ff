"""`coordination_failure`: nobody pays for a shared goal because nobody else does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import solve_block, tolerances
from tertius.game.core.games import Game

__all__ = ["Failure", "Standstill", "coordination_failure", "standstill", "twins"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """Whether a goal that all together would buy can stay unbought.

    Attributes
    ----------
    exists : bool
        Whether the menus below are a Nash equilibrium although the truthful equilibrium
        reaches some degree of the goal.
    policy : int
        The policy chosen, of degree 0.
    pivot_payoff : float
        What the pivot gets.
    patron_payoffs : numpy.ndarray
        ``(n,)`` net of payments.
    menus : numpy.ndarray
        ``(n, P)`` what the patrons offer.
    margin : float
        Largest gain from breaking out of it towards the goal, by any patron with any
        menu or by the pivot; at most 0 in an equilibrium, and then how much is missing.
    gains : numpy.ndarray
        ``(n,)`` the same by patron.
    pivot_gain : float
        The same for the pivot, which breaks out by picking another policy.
    buyer : int
        The patron that comes closest to buying the goal alone.
    lacks : float
        What that patron lacks to do so, in pivot money; 0 if it lacks nothing.
    efficient_goal : float
        Degree of the goal in the truthful equilibrium.
    """

    exists: bool
    policy: int
    pivot_payoff: float
    patron_payoffs: Floats
    menus: Floats
    margin: float
    gains: Floats
    pivot_gain: float
    buyer: int
    lacks: float
    efficient_goal: float


def coordination_failure(
    game: Game, goal: ArrayLike, *, counterpart: ArrayLike | None = None
) -> Failure:
    """Ask whether patrons who wait for each other leave a shared goal unbought.

    The goal is taken off the table: the game on the policies of degree 0 has its
    truthful equilibrium. Then it is put back, and every patron offers for a policy that
    reaches it what it offers for the same policy without it: *nothing extra*. If nobody
    gains from any other menu, this is a Nash equilibrium, though not a truthful one.

    Offers of nothing at all would be another reading. They would take back what is paid
    for alignment once the goal is reached, so that a single buyer had to make up for it:
    a threat, and more failures.

    Where issues are separable it exists if and only if no patron alone values the goal
    at more than it costs the pivot, though all together do. It shows that waiting can be
    stable, not that it happens: truthful menus select it away.

    Parameters
    ----------
    game : Game
        Payoffs in pivot money.
    goal : array_like
        ``(P,)`` degree of the shared goal, 0 or more.
    counterpart : array_like, optional
        ``(P,)`` index of the policy that is the same without the goal. If not given: the
        nearest policy before it of degree 0, which is right for the order of `Grid`.

    Returns
    -------
    Failure
        Exact: deviations are not sampled.

    Raises
    ------
    GameError
        If degrees or counterparts do not fit the game, or no policy has degree 0, or all
        have.

    Examples
    --------
    >>> game = Game(pivot=[0, -6], patrons=[[0, 5], [0, 4]])
    >>> found = coordination_failure(game, [0, 1])
    >>> found.exists, found.buyer, found.lacks, found.efficient_goal
    (True, 0, 1.0, 1.0)
    """
    degree = _check_goal(goal, game.pivot.size)
    pairs = twins(degree) if counterpart is None else _check_twins(counterpart, degree)
    u, v = game.pivot[None], game.patrons[None]
    block = standstill(u, v, degree, pairs)
    slack = float(tolerances(u, v)[0])
    gains, margin = block.gains[0], float(block.margin[0])
    efficient = float(degree[solve_block(u, v).policy[0]])
    buyer = int(gains.argmax())
    arrays = block.patron_payoffs[0], block.menus[0], gains
    for array in arrays:
        array.setflags(write=False)
    return Failure(
        exists=margin <= slack and efficient > 0,
        policy=int(block.policy[0]),
        pivot_payoff=float(block.pivot_payoff[0]),
        patron_payoffs=arrays[0],
        menus=arrays[1],
        margin=margin,
        gains=gains,
        pivot_gain=float(block.pivot_gain[0]),
        buyer=buyer,
        lacks=max(0.0, -float(gains[buyer])),
        efficient_goal=efficient,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Standstill:
    """What `standstill` finds, one row a game; fields as in `Failure`."""

    policy: Indices
    pivot_payoff: Floats
    patron_payoffs: Floats
    menus: Floats
    gains: Floats
    pivot_gain: Floats
    margin: Floats


def standstill(u: Floats, v: Floats, goal: Floats, pairs: Indices) -> Standstill:
    """Put the goal back into games ``u`` (D, P), ``v`` (D, n, P) that were solved without."""
    rows = np.arange(u.shape[0])
    without = np.flatnonzero(goal == 0)
    solved = solve_block(u[:, without], v[:, :, without])
    policy = without[solved.policy]
    payoffs = solved.patron_payoffs
    # Nothing extra: for every policy what is offered for its counterpart.
    menus = np.maximum(v - payoffs[:, :, None], 0.0)[:, :, pairs]
    offered = u + menus.sum(axis=1)
    got = v[rows, :, policy] - menus[rows, :, policy]
    reach = goal > 0
    gains = np.empty_like(payoffs)
    for i in range(v.shape[1]):
        others = offered - menus[:, i]
        price = others.max(axis=1, keepdims=True) - others
        gains[:, i] = (v[:, i] - price)[:, reach].max(axis=1) - got[:, i]
    pivot_gain = offered[:, reach].max(axis=1) - offered[rows, policy]
    return Standstill(
        policy=policy,
        pivot_payoff=offered[rows, policy],
        patron_payoffs=got,
        menus=menus,
        gains=gains,
        pivot_gain=pivot_gain,
        margin=np.maximum(gains.max(axis=1), pivot_gain),
    )


def twins(goal: Floats) -> Indices:
    """Return, for every policy, the nearest one at or before it of degree 0.

    Raises
    ------
    GameError
        If the first policy has a degree above 0.
    """
    if goal[0] > 0:
        raise GameError(
            f"the first policy has degree {goal[0]:g} of the goal and none of degree 0 before it",
            where="coordination_failure",
            allowed="policies in the order of Grid, or counterpart= given",
        )
    nearest: Indices = np.maximum.accumulate(np.where(goal == 0, np.arange(goal.size), 0))
    return nearest


def _check_goal(goal: ArrayLike, size: int) -> Floats:
    try:
        degree = np.array(goal, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"goal is not an array of numbers: {error}",
            where="coordination_failure",
            allowed=f"({size},)",
        ) from error
    if degree.shape != (size,) or not (np.isfinite(degree) & (degree >= 0)).all():
        raise GameError(
            f"goal {np.array2string(degree, threshold=8)}",
            where="coordination_failure",
            allowed=f"({size},) degrees of 0 or more",
        )
    if (degree > 0).all() or (degree == 0).all():
        raise GameError(
            f"every policy has {'a degree above 0' if degree[0] > 0 else 'degree 0'}",
            where="coordination_failure",
            allowed="policies that reach the goal and policies that do not",
        )
    return degree


def _check_twins(counterpart: ArrayLike, degree: Floats) -> Indices:
    pairs = np.array(counterpart)
    fits = pairs.shape == degree.shape and np.issubdtype(pairs.dtype, np.integer)
    if not fits or (pairs < 0).any() or (pairs >= degree.size).any():
        raise GameError(
            f"counterpart {np.array2string(pairs, threshold=8)}",
            where="coordination_failure",
            allowed=f"({degree.size},) indices of policies",
        )
    # A policy without the goal is its own counterpart.
    wrong = np.flatnonzero((degree[pairs] > 0) | ((degree == 0) & (pairs != np.arange(pairs.size))))
    if wrong.size:
        raise GameError(
            f"counterpart {pairs[wrong[0]]} of policy {wrong[0]}",
            where="coordination_failure",
            allowed="a policy of degree 0; for a policy of degree 0 itself",
        )
    return pairs.astype(np.intp)
