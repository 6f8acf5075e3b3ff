"""`solve_capped`: the equilibria of a game in which patrons can pay only so much."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import tolerances
from tertius.game.core.games import Game
from tertius.game.layers.budgets.auctions import auction, capped_gains, clipped_menus
from tertius.game.layers.budgets.meshes import mesh
from tertius.game.layers.budgets.pairs import candidates, intervals

__all__ = ["Capped", "CappedOutcome", "as_pair", "finite_caps", "solve_capped"]

Floats = NDArray[np.float64]

# Rounding in sums of a few payoffs stays well within this many tolerances.
_LOOSE = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class CappedOutcome:
    """One equilibrium, or a stretch of them that differ only in who pays how much.

    Attributes
    ----------
    policy : int
        Index of the policy chosen.
    pivot_payoff : float
        What the pivot ends up with, the same along a stretch.
    transfers : numpy.ndarray
        ``(n,)`` payments, in the middle of the stretch.
    transfers_low, transfers_high : numpy.ndarray
        ``(n,)`` least and most each patron pays along it. Two patrons pay the same sum
        everywhere on it.
    patron_payoffs : numpy.ndarray
        ``(n,)`` payoffs net of `transfers`.
    menus : numpy.ndarray
        ``(n, P)`` what each patron offers for each policy, at `transfers`.
    gain : float
        Largest gain anybody has from a deviation to any menu within its cap; rounding.
    """

    policy: int
    pivot_payoff: float
    transfers: Floats
    transfers_low: Floats
    transfers_high: Floats
    patron_payoffs: Floats
    menus: Floats
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Capped:
    """What is known of a game with payment caps.

    Attributes
    ----------
    status : str
        ``unique``, ``several`` or ``none``: how many equilibria were *found*. A stretch
        of them counts as several.
    complete : bool
        Whether there are no others. Only then does ``none`` mean that none exists.
    method : str
        ``exact`` (one or two patrons), ``grid`` (targets on a grid) or ``auction``.
    outcomes : tuple of CappedOutcome
        Every equilibrium found, by rising pivot payoff, then from the most efficient
        policy on, then by policy.
    policies : tuple of int
        Policies that some of them sustain.
    pivot_payoff_low, pivot_payoff_high : float
        Least and most that the pivot gets in them; NaN if there is none.
    caps : numpy.ndarray
        ``(n,)`` what was asked for.
    """

    status: Literal["unique", "several", "none"]
    complete: bool
    method: Literal["exact", "grid", "auction"]
    outcomes: tuple[CappedOutcome, ...]
    policies: tuple[int, ...]
    pivot_payoff_low: float
    pivot_payoff_high: float
    caps: Floats


def solve_capped(game: Game, caps: ArrayLike, *, step: float | None = None) -> Capped:
    """Return the equilibria of a game in which patron i can pay at most ``caps[i]``.

    A patron with payoff g offers ``min(max(0, v(p) - g), B)`` for every policy p: what
    leaves it as well off as it is, as far as its cap goes (Bernheim & Whinston 1986,
    clipped). The pivot picks any of its best policies. Nobody may gain from any other
    menu within its cap, where a deviator wins a tie if it pays less than its cap. At the
    cap it cannot pay the little more that breaks the tie; without that rule two rivals
    with equal caps have no equilibrium at all.

    One or two patrons: all equilibria, exactly. Three or more: with `step` all those
    whose payoffs lie on a grid; without it, or if there are none, what an ascending
    auction ends at. Both are checked exactly, and both may miss an equilibrium. Policies
    need not be efficient, and there may be no equilibrium: caps leave the theory of
    coalition values behind.

    Parameters
    ----------
    game : Game
        Payoffs in pivot money.
    caps : array_like
        ``(n,)`` the most each patron can pay, above 0; infinite for no cap.
    step : float, optional
        Step of the grid of target payoffs, for three patrons or more. Payoffs and caps
        that are multiples of it have their single equilibria on the grid.

    Returns
    -------
    Capped
        With infinite caps and two patrons its policies and payoffs are those of `solve`.

    Raises
    ------
    GameError
        If a cap is missing, not a number, or not above 0; if `step` is not above 0 or
        makes a grid too large to search.

    Examples
    --------
    Two rivals for an exclusive tie outbid each other until both are at their caps:

    >>> game = Game(pivot=[0, 0], patrons=[[9, 0], [0, 8]])
    >>> solve_capped(game, [5, 5]).policies, solve_capped(game, [5, 4]).policies
    ((0, 1), (0,))
    >>> solve_capped(game, [5, 4]).outcomes[0].transfers.tolist()
    [4.0, 0.0]
    """
    given = _check_caps(caps, game.patrons.shape[0])
    if step is not None and not (isfinite(step) and step > 0):
        raise GameError(f"step = {step!r}", where="solve_capped", allowed="a number above 0")
    u, v = game.pivot[None], game.patrons[None]
    slack = tolerances(u, v)
    limits = finite_caps(u, v, given[None])
    n = v.shape[1]
    method: Literal["exact", "grid", "auction"] = "exact"
    if n <= 2:
        ends = _every_pair(u, v, limits, slack)
    else:
        ends = []
        if step is not None:
            method = "grid"
            policies, targets = mesh(u[0], v[0], limits[0], step, float(slack[0]))
            ends = [(int(p), g, g) for p, g in zip(policies, targets, strict=True)]
        if not ends:
            method = "auction"
            last, target, gain = auction(u, v, limits, slack)
            if gain[0] <= _LOOSE * slack[0]:
                ends = [(int(last[0]), target[0], target[0])]
    outcomes = [_outcome(u, v, limits, slack, *end) for end in ends]
    outcomes.sort(key=lambda one: _rank(game, one, float(slack[0])))
    return _collect(outcomes, method, given, float(slack[0]))


def finite_caps(u: Floats, v: Floats, caps: Floats) -> Floats:
    """Return caps ``(D, n)`` that bind where `caps` do and are finite.

    In equilibrium nobody pays more than its whole range of payoffs.
    """
    span = v.max(axis=2) - v.min(axis=2)
    largest = np.maximum(np.abs(u).max(axis=1), np.abs(v).max(axis=(1, 2)))
    room = np.where(largest > 0, largest, 1.0)
    finite: Floats = np.minimum(caps, span + room[:, None])
    return finite


def as_pair(v: Floats, caps: Floats) -> tuple[Floats, Floats]:
    """Give a single patron ``v`` (D, 1, P) a second beside it who wants nothing."""
    if v.shape[1] == 2:
        return v, caps
    return np.concatenate([v, np.zeros_like(v)], axis=1), np.concatenate([caps, caps], axis=1)


def _check_caps(caps: ArrayLike, n: int) -> Floats:
    try:
        given = np.array(caps, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"caps are not an array of numbers: {error}", where="solve_capped", allowed=f"({n},)"
        ) from error
    if given.shape != (n,):
        raise GameError(
            f"caps of shape {given.shape} for {n} patrons", where="solve_capped", allowed=f"({n},)"
        )
    wrong = np.flatnonzero(~(given > 0))
    if wrong.size:
        raise GameError(
            f"cap {given[wrong[0]]} of patron {wrong[0]}",
            where="solve_capped",
            allowed="numbers above 0, infinite for no cap",
            hint="a patron who cannot pay at all is left out of the game",
        )
    given.setflags(write=False)
    return given


def _every_pair(
    u: Floats, v: Floats, caps: Floats, slack: Floats
) -> list[tuple[int, Floats, Floats]]:
    """Policy and both ends of the targets of every stretch, for one or two patrons."""
    n = v.shape[1]
    v, caps = as_pair(v, caps)
    found = candidates(u, v, caps, slack)
    ends = []
    for index, stretches in enumerate(intervals(u, v, caps, slack, found)):
        total = found.total[index]
        for low, high in stretches:
            if high - low <= slack[0]:
                low = high = (low + high) / 2
            least, most = (np.array([first, total - first])[:n] for first in (low, high))
            ends.append((int(found.policy[index]), least, most))
    return ends


def _outcome(
    u: Floats, v: Floats, caps: Floats, slack: Floats, policy: int, one: Floats, other: Floats
) -> CappedOutcome:
    worth = v[0, :, policy]
    payoffs = (one + other) / 2
    menus = clipped_menus(v, payoffs[None], caps)
    gain = capped_gains(u, v, caps, menus, np.array([policy]), slack)
    paid = np.clip([worth - payoffs, worth - one, worth - other], 0.0, caps)
    arrays = {
        "transfers": paid[0],
        "transfers_low": paid[1:].min(axis=0),
        "transfers_high": paid[1:].max(axis=0),
        "patron_payoffs": worth - paid[0],
        "menus": menus[0],
    }
    for array in arrays.values():
        array.setflags(write=False)
    return CappedOutcome(
        policy=policy,
        pivot_payoff=float(u[0, policy] + paid[0].sum()),
        gain=float(gain[0]),
        **arrays,
    )


def _rank(game: Game, outcome: CappedOutcome, slack: float) -> tuple[float, float, int]:
    # Payoffs that differ by rounding alone are the same.
    grain = 16 * slack or 1.0
    worth = game.pivot[outcome.policy] + game.patrons[:, outcome.policy].sum()
    return round(outcome.pivot_payoff / grain), -round(worth / grain), outcome.policy


def _collect(
    outcomes: list[CappedOutcome],
    method: Literal["exact", "grid", "auction"],
    caps: Floats,
    slack: float,
) -> Capped:
    several = len(outcomes) > 1 or any(
        (found.transfers_high - found.transfers_low > slack).any() for found in outcomes
    )
    payoffs = [found.pivot_payoff for found in outcomes] or [float("nan")]
    return Capped(
        status="none" if not outcomes else "several" if several else "unique",
        complete=method == "exact",
        method=method,
        outcomes=tuple(outcomes),
        policies=tuple(sorted({found.policy for found in outcomes})),
        pivot_payoff_low=payoffs[0],
        pivot_payoff_high=payoffs[-1],
        caps=caps,
    )
