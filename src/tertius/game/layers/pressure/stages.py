"""The arithmetic of the stage before the bidding, in which patrons choose sanctions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.coalitions import solve_block, tolerances

__all__ = ["Stage", "profiles_of", "solve_stage"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What `solve_stage` finds; fields as in `tertius.game.SanctionDraws`."""

    policy: NDArray[np.intp]
    pivot_payoff: Floats
    patron_payoffs: Floats
    payoffs_unique: Truths
    in_force: Truths
    gain_by_easing: Floats
    equilibria: Truths
    best_together: NDArray[np.intp]


def profiles_of(senders: Sequence[bool]) -> Truths:
    """Return every choice of who sanctions, ``(M, n)``, the first sender's bit fastest."""
    choices = [(False, True) if sends else (False,) for sends in reversed(senders)]
    return np.array([row[::-1] for row in product(*choices)])


def solve_stage(
    u: Floats, v: Floats, sizes: Floats, bite: Floats, cost: Floats, profiles: Truths
) -> Stage:
    """Solve games ``u`` (D, P), ``v`` (D, n, P) in every profile, all in memory at once.

    ``sizes`` is (D, n), ``bite`` and ``cost`` are (D, n, P).
    """
    hurt, given_up = sizes[:, :, None] * bite, sizes[:, :, None] * cost
    felt = (hurt > 0) | (given_up > 0)
    rows = np.arange(u.shape[0])
    blocks, force, slack = [], [], np.zeros(u.shape[0])
    for profile in profiles:
        pivot = u - hurt[:, profile].sum(axis=1)
        patrons = v - np.where(profile[:, None], given_up, 0.0)
        block = solve_block(pivot, patrons)
        blocks.append(block)
        force.append(profile & felt[rows, :, block.policy])
        np.maximum(slack, tolerances(pivot, patrons), out=slack)
    payoffs = np.stack([block.patron_payoffs for block in blocks], axis=1)
    gain = _gains(payoffs, profiles)
    # A change of less than the tolerance is no gain: who is indifferent stays.
    near = slack[:, None, None]
    stays: Truths = np.all(np.where(profiles, gain <= near, gain >= -near), axis=2)
    total = payoffs.sum(axis=2)
    return Stage(
        policy=np.stack([block.policy for block in blocks], axis=1),
        pivot_payoff=np.stack([block.pivot_payoff for block in blocks], axis=1),
        patron_payoffs=payoffs,
        payoffs_unique=np.stack([block.payoffs_unique for block in blocks], axis=1),
        in_force=np.stack(force, axis=1),
        gain_by_easing=gain,
        equilibria=stays,
        best_together=(total >= total.max(axis=1, keepdims=True) - slack[:, None]).argmax(axis=1),
    )


def _gains(payoffs: Floats, profiles: Truths) -> Floats:
    """Each patron's payoff without its own sanction less with it; 0 if it has none."""
    place = {tuple(row): index for index, row in enumerate(profiles.tolist())}
    gain = np.zeros(payoffs.shape)
    for row, index in place.items():
        for i, sends in enumerate(row):
            other = place.get((*row[:i], not sends, *row[i + 1 :]))
            if other is not None:
                without, with_it = (other, index) if sends else (index, other)
                gain[:, index, i] = payoffs[:, without, i] - payoffs[:, with_it, i]
    return gain
