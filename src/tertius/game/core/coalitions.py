"""The arithmetic of the static core: what each coalition can reach, and who gets what.

Notation (Bernheim & Whinston 1986; Laussel & Le Breton 2001): ``W_S(p)`` is what the
pivot and the patrons in S together get from policy p, ``V(S)`` its maximum, and
``f(S) = V(N) - V(N without S)``. Bit i of a mask S stands for patron i. Every function
takes one row a game. Payoffs are compared with a tolerance of `TOLERANCE` times the
largest payoff of the game in size: closer than that is a tie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.frontiers import least_kept
from tertius.game.core.programmes import most_kept
from tertius.game.core.selections import nearest_shortfall
from tertius.game.core.subsets import subset_sums

__all__ = ["TOLERANCE", "Block", "solve_block", "tolerances"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-9

_CLOSED = 3  # patrons up to whom every formula is closed, and cheaper than finding out


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What `solve_block` finds, one row a game; fields as in `tertius.game.Batch`."""

    coalition_values: Floats
    policy: NDArray[np.intp]
    pivot_payoff: Floats
    rent: Floats
    rent_high: Floats
    patron_payoffs: Floats
    vcg_payoffs: Floats
    transfers: Floats
    payoffs_unique: NDArray[np.bool_]
    exclusion_premium: Floats
    exclusion_stake: Floats
    rent_share: Floats


def solve_block(u: Floats, v: Floats) -> Block:
    """Solve games ``u`` (D, P), ``v`` (D, n, P), all in memory at once."""
    n = v.shape[1]
    rows = np.arange(u.shape[0])
    slack = tolerances(u, v)
    worth = _coalition_payoffs(u, v)
    grand = len(worth) - 1
    values = np.stack([payoff.max(axis=1) for payoff in worth], axis=1)
    policy = _first_best(worth[grand], values[:, grand], slack)
    # without[i]: the policy of everybody but patron i.
    without = [
        _first_best(worth[grand ^ 1 << i], values[:, grand ^ 1 << i], slack) for i in range(n)
    ]
    claims = values[:, grand, None] - values[:, ::-1]
    vcg = claims[:, [1 << i for i in range(n)]]
    rent, rent_high, gave_up = _divide(claims, vcg, slack)
    payoffs = vcg - gave_up
    at_policy = v[rows, :, policy]
    transfers = np.maximum(at_policy - payoffs, 0.0)
    paid = transfers.sum(axis=1)
    pays = paid > slack
    return Block(
        coalition_values=values,
        policy=policy,
        pivot_payoff=values[:, 0] + rent,
        rent=rent,
        rent_high=rent_high,
        patron_payoffs=payoffs,
        vcg_payoffs=vcg,
        transfers=transfers,
        payoffs_unique=gave_up.sum(axis=1) <= slack,
        exclusion_premium=np.stack(
            [np.maximum(values[:, grand] - worth[grand][rows, p], 0.0) for p in without], axis=1
        ),
        exclusion_stake=np.stack(
            [payoffs[:, i] - v[rows, i, p] for i, p in enumerate(without)], axis=1
        ),
        rent_share=np.minimum(np.where(pays, rent, 0.0) / np.where(pays, paid, 1.0), 1.0),
    )


def tolerances(u: Floats, v: Floats) -> Floats:
    """Return, per game, how close two payoffs must be to count as equal."""
    largest = np.maximum(u.max(axis=1), -u.min(axis=1))
    np.maximum(largest, v.max(axis=(1, 2)), out=largest)
    np.maximum(largest, -v.min(axis=(1, 2)), out=largest)
    slack: Floats = TOLERANCE * largest
    return slack


def _coalition_payoffs(u: Floats, v: Floats) -> list[Floats]:
    """``W_S`` (D, P) for every mask S, each from the one without its highest patron."""
    worth = [u]
    for i in range(v.shape[1]):
        worth += [payoff + v[:, i] for payoff in worth]
    return worth


def _first_best(payoff: Floats, best: Floats, slack: Floats) -> NDArray[np.intp]:
    """Index of the first policy within `slack` of the best one."""
    first: NDArray[np.intp] = (payoff >= (best - slack)[:, None]).argmax(axis=1)
    return first


def _divide(claims: Floats, vcg: Floats, slack: Floats) -> tuple[Floats, Floats, Floats]:
    """Smallest and largest rent of truthful equilibria, and what patrons give up for it.

    The most that patrons can keep together sets the smallest rent, the least the largest;
    how far each stays below its marginal contribution is ``(D, n)``.
    """
    n = vcg.shape[1]
    total = claims[:, -1]
    if n > _CLOSED:
        return _divide_contested(claims, vcg, slack)
    apart = vcg.sum(axis=1)
    # Two patrons, or one: all together, or each for itself, and what is given up is shared.
    kept = np.minimum(total, apart) if n < 3 else most_kept(claims, slack)
    low = total - kept
    low[low <= slack] = 0.0
    given = np.maximum(apart - (total - low), 0.0)
    if n < 3:
        return low, low, np.repeat(given[:, None] / n, n, axis=1)
    gave_up = nearest_shortfall(subset_sums(vcg) - claims, given, slack)
    high = total - least_kept(claims, slack)
    return low, np.where(high - low <= slack, low, high), gave_up


def _divide_contested(claims: Floats, vcg: Floats, slack: Floats) -> tuple[Floats, Floats, Floats]:
    """`_divide` for many patrons; where all marginal contributions fit, nothing is searched."""
    total = claims[:, -1]
    excess = subset_sums(vcg) - claims
    low = -excess[:, -1]
    high = low.copy()
    gave_up = np.zeros(vcg.shape)
    hard = np.flatnonzero((excess > 0.0).any(axis=1))
    if hard.size:
        claims, excess, few = claims[hard], excess[hard], slack[hard]
        low[hard] = total[hard] - most_kept(claims, few)
        given = np.maximum(low[hard] + excess[:, -1], 0.0)
        gave_up[hard] = nearest_shortfall(excess, given, few)
        high[hard] = total[hard] - least_kept(claims, few)
    low[low <= slack] = 0.0
    return low, np.where(high - low <= slack, low, high), gave_up
