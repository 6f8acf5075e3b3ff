"""`strike_pacts`: what patrons agree on, what it is worth, and who is tempted to break it.

Arrays throughout, one row a game. An agreement names one policy and who pays the pivot
what for it; the pivot is held to V(0), what it has without patrons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.coalitions import Block, solve_block, tolerances
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Pacts", "strike_pacts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pacts(TableResult):
    """Agreements of D games, one row a game; arrays are read-only, fields as in `Pact`.

    Attributes
    ----------
    policy : numpy.ndarray
        ``(D,)`` index of the policy agreed on.
    rent_saved : numpy.ndarray
        ``(D,)`` the rent that the pivot no longer gets.
    transfers, to_pivot : numpy.ndarray
        ``(D, n)`` what each patron pays, net; and the part of it that the pivot gets.
    payoffs, noncooperative_payoffs, value_of_coordination : numpy.ndarray
        ``(D, n)`` payoffs with the pact, without it, and their difference.
    deviation_payoffs : numpy.ndarray
        ``(D, n)`` the most a patron gets in the round in which it breaks the pact.
    critical_discount : numpy.ndarray
        ``(D, n)`` least weight of the next round at which it keeps the pact, 0 to 1.
    discount_needed : numpy.ndarray
        ``(D,)`` the largest of them: from there on the pact enforces itself.
    """

    policy: NDArray[np.intp]
    rent_saved: Floats
    transfers: Floats
    to_pivot: Floats
    payoffs: Floats
    noncooperative_payoffs: Floats
    value_of_coordination: Floats
    deviation_payoffs: Floats
    critical_discount: Floats
    discount_needed: Floats

    def __len__(self) -> int:
        return int(self.policy.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a game; a patron's columns end in its number, from 1."""
        import polars as pl

        columns: dict[str, NDArray[np.generic]] = {}
        for name in self.__slots__:
            array = getattr(self, name)
            if array.ndim == 1:
                columns[name] = array
            else:
                columns |= {f"{name}_{i + 1}": array[:, i] for i in range(array.shape[1])}
        return pl.DataFrame(columns)


def strike_pacts(u: Floats, v: Floats, *, side_payments: bool) -> Pacts:
    """Return the pacts of games ``u`` (D, P), ``v`` (D, n, P), all in memory at once."""
    apart = solve_block(u, v)
    slack = tolerances(u, v)
    rows = np.arange(u.shape[0])
    if side_payments:
        policy = apart.policy
        gains = np.repeat(apart.rent[:, None] / v.shape[1], v.shape[1], axis=1)
    else:
        policy, gains = _nash_gains(u, v, apart, slack)
    payoffs = apart.patron_payoffs + gains
    transfers = v[rows, :, policy] - payoffs
    if not side_payments:
        transfers = np.maximum(transfers, 0.0)
    bill = apart.coalition_values[:, 0] - u[rows, policy]
    to_pivot = _routed(transfers, bill)
    tempted = _deviations(u, v, policy, to_pivot)
    discount = _critical_discount(tempted, payoffs, gains, slack[:, None])
    pacts = Pacts(
        policy=policy,
        rent_saved=apart.rent,
        transfers=transfers,
        to_pivot=to_pivot,
        payoffs=payoffs,
        noncooperative_payoffs=apart.patron_payoffs,
        value_of_coordination=gains,
        deviation_payoffs=tempted,
        critical_discount=discount,
        discount_needed=discount.max(axis=1),
    )
    for name in Pacts.__slots__:
        getattr(pacts, name).setflags(write=False)
    return pacts


def _nash_gains(
    u: Floats, v: Floats, apart: Block, slack: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """Policy and gains (D, n) that maximise the Nash product without side payments.

    Given a policy, patron i can gain at most ``s_i``, by paying nothing, and the gains
    sum to what the bill leaves. The product is largest if all gain the same, cut off at
    each one's ``s_i``: water poured into vessels of different height.
    """
    n = v.shape[1]
    room = v - apart.patron_payoffs[:, :, None]
    left = room.sum(axis=1) - (apart.coalition_values[:, :1] - u)
    feasible = (room.min(axis=1) >= -slack[:, None]) & (left >= -slack[:, None])
    room, left = np.maximum(room, 0.0), np.maximum(left, 0.0)
    ordered = np.sort(room, axis=1)
    level = left / n
    for k in range(n - 1):
        rest = (left - ordered[:, : k + 1].sum(axis=1)) / (n - 1 - k)
        level = np.where(level > ordered[:, k], rest, level)
    gains = np.minimum(room, level[:, None])
    policy = _best_product(gains, feasible, slack)
    found = gains[np.arange(u.shape[0]), :, policy]
    # Nothing to gain for anybody: the pact is what happens anyway.
    idle = (found <= slack[:, None]).all(axis=1)
    return np.where(idle, apart.policy, policy), np.where(idle[:, None], 0.0, found)


def _best_product(gains: Floats, feasible: NDArray[np.bool_], slack: Floats) -> NDArray[np.intp]:
    """First policy with the most patrons who gain and, among those, the largest product."""
    gainers = gains > slack[:, None, None]
    count = np.where(feasible, gainers.sum(axis=1), -1)
    # A geometric mean is in money, so the tolerance of payoffs is its tolerance.
    logs = np.log(np.where(gainers, gains, 1.0)).sum(axis=1) / np.maximum(count, 1)
    mean = np.where(count == count.max(axis=1, keepdims=True), np.exp(logs), -1.0)
    best: NDArray[np.intp] = (mean >= (mean.max(axis=1) - slack)[:, None]).argmax(axis=1)
    return best


def _routed(transfers: Floats, bill: Floats) -> Floats:
    """Return the part of each payer's money that the pivot gets.

    The rest goes to patrons that receive, every payer's in the same proportion.
    """
    paid = np.maximum(transfers, 0.0)
    total = paid.sum(axis=1)
    pays = total > 0
    part = np.where(pays, np.maximum(bill, 0.0), 0.0) / np.where(pays, total, 1.0)
    return paid * np.minimum(part, 1.0)[:, None]


def _deviations(u: Floats, v: Floats, policy: NDArray[np.intp], to_pivot: Floats) -> Floats:
    """Most each patron gets against others who pay at the agreed policy only, (D, n)."""
    rows = np.arange(u.shape[0])
    found = np.empty_like(to_pivot)
    for i in range(v.shape[1]):
        others = u.copy()
        others[rows, policy] += to_pivot.sum(axis=1) - to_pivot[:, i]
        price = others.max(axis=1, keepdims=True) - others
        found[:, i] = (v[:, i] - price).max(axis=1)
    return found


def _critical_discount(tempted: Floats, payoffs: Floats, gains: Floats, slack: Floats) -> Floats:
    """Least discount factor at which the loss of later gains outweighs one deviation."""
    temptation = tempted - payoffs
    # Temptation and later loss are both positive where the quotient is used.
    yields, loses = temptation > slack, gains > slack
    ratio = temptation / np.where(yields & loses, temptation + gains, 1.0)
    return np.where(yields, np.where(loses, ratio, 1.0), 0.0)
