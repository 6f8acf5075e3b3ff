"""The arithmetic of the static core: what each coalition can reach, and who gets what.

Notation (Bernheim & Whinston 1986; Laussel & Le Breton 2001): ``W_S(p)`` is what the
pivot and the patrons in S together get from policy p, ``V(S)`` its maximum, and
``f(S) = V(N) - V(N without S)``. Bit i of a mask S stands for patron i. Every function
takes one row a game. Payoffs are compared with a tolerance of `TOLERANCE` times the
largest payoff of the game in size: closer than that is a tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

__all__ = ["TOLERANCE", "Block", "solve_block", "tolerances"]

Floats = NDArray[np.float64]

TOLERANCE = 1e-9

# Minimal balanced collections of 1, 2 and 3 patrons: {mask: weight}, weights of the
# masks that hold any one patron sum to 1. The grand coalition comes first.
_BALANCED: dict[int, tuple[dict[int, float], ...]] = {
    1: ({1: 1.0},),
    2: ({3: 1.0}, {1: 1.0, 2: 1.0}),
    3: (
        {7: 1.0},
        {1: 1.0, 2: 1.0, 4: 1.0},
        {1: 1.0, 6: 1.0},
        {2: 1.0, 5: 1.0},
        {4: 1.0, 3: 1.0},
        {3: 0.5, 5: 0.5, 6: 0.5},
    ),
}


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
    rent, rent_high = _rents(claims, slack)
    vcg = claims[:, [1 << i for i in range(n)]]
    gave_up = _shortfall(claims, vcg, rent)
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


def _rents(claims: Floats, slack: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest rent over all truthful equilibria.

    The most that patrons can keep together is the least of the balanced bounds; a
    truthful equilibrium that leaves them least is reached by serving them greedily in
    some order. For three patrons that is exact: a corner of the payoff set that no
    order reaches has a balanced collection of binding constraints, so it lies on the
    face where the patrons keep most.
    """
    n = claims.shape[1].bit_length() - 1
    weights = np.zeros((claims.shape[1], len(_BALANCED[n])))
    for column, collection in enumerate(_BALANCED[n]):
        for mask, weight in collection.items():
            weights[mask, column] = weight
    total = claims[:, -1]
    low = total - (claims @ weights).min(axis=1)
    low[low <= slack] = 0.0
    if n < 3:
        return low, low
    least = np.min([_greedy_sum(claims, order) for order in permutations(range(n))], axis=0)
    high = total - least
    return low, np.where(high - low <= slack, low, high)


def _greedy_sum(claims: Floats, order: tuple[int, ...]) -> Floats:
    """Return what all patrons get if each in turn takes the most that is still allowed."""
    taken: dict[int, Floats] = {0: np.zeros(claims.shape[0])}
    for i in order:
        most = np.min([claims[:, mask | 1 << i] - got for mask, got in taken.items()], axis=0)
        taken |= {mask | 1 << i: got + most for mask, got in taken.items()}
    return taken[claims.shape[1] - 1]


def _shortfall(claims: Floats, vcg: Floats, rent: Floats) -> Floats:
    """How far each patron stays below its marginal contribution, (D, n).

    Among the equilibria that leave the patrons most, the one nearest to the vector of
    marginal contributions: least squares x >= 0 with a given sum E. A pair's constraint
    caps only the third patron, x_k <= E - (f_i + f_j - f_ij), so the answer is a common
    level, cut off at each patron's cap.
    """
    n = vcg.shape[1]
    excess = np.maximum(vcg.sum(axis=1) - (claims[:, -1] - rent), 0.0)
    if n < 3:
        # One patron has nothing to share; two share evenly.
        return np.repeat(excess[:, None] / n, n, axis=1)
    pairs = [(7 ^ 1 << k) for k in range(n)]
    others = vcg.sum(axis=1, keepdims=True) - vcg
    caps = np.maximum(excess[:, None] - others + claims[:, pairs], 0.0)
    ordered = np.sort(caps, axis=1)
    level = excess / n
    for k in range(n - 1):
        rest = (excess - ordered[:, : k + 1].sum(axis=1)) / (n - 1 - k)
        level = np.where(level > ordered[:, k], rest, level)
    cut: Floats = np.minimum(level[:, None], caps)
    return cut
