"""Payment caps with any number of patrons: an ascending auction, and the exact check.

The auction is a search, not a theory: it may miss an equilibrium. What it hands back is
checked against every menu within the caps, so what it finds is one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["auction", "capped_gains", "clipped_menus"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# Steps of a round's clock over a patron's whole range of payoffs, coarse to fine.
_STEPS = (12, 72, 432)
_SWEEPS = 12


def clipped_menus(v: Floats, targets: Floats, caps: Floats) -> Floats:
    """Offers ``(D, n, P)`` that leave a patron its target, as far as its cap goes."""
    menus: Floats = np.clip(v - targets[:, :, None], 0.0, caps[:, :, None])
    return menus


def capped_gains(
    u: Floats, v: Floats, caps: Floats, menus: Floats, policy: Indices, slack: Floats
) -> Floats:
    """Return ``(D,)`` the most anybody gains by deviating, to any menu within its cap.

    To obtain a policy a patron pays what makes it as good for the pivot as the best of
    the others' offers. The pivot breaks that tie for the deviator if the payment is
    below the cap, so that a little more could be paid; at the cap it cannot be broken.
    """
    rows = np.arange(u.shape[0])
    offered = u + menus.sum(axis=1)
    gain = offered.max(axis=1) - offered[rows, policy]
    for i in range(v.shape[1]):
        others = offered - menus[:, i]
        price = others.max(axis=1, keepdims=True) - others
        can = (price < (caps[:, i] - slack)[:, None]) | (price <= 0)
        best = np.where(can, v[:, i] - price, -np.inf).max(axis=1)
        np.maximum(gain, best - (v[rows, i, policy] - menus[rows, i, policy]), out=gain)
        # Menus below zero or above the cap are none.
        np.maximum(gain, (menus[:, i] - caps[:, i : i + 1]).max(axis=1), out=gain)
        np.maximum(gain, -menus[:, i].min(axis=1), out=gain)
    floor: Floats = np.maximum(gain, 0.0)
    return floor


def auction(u: Floats, v: Floats, caps: Floats, slack: Floats) -> tuple[Indices, Floats, Floats]:
    """Return policy ``(D,)``, targets ``(D, n)`` and deviation gain ``(D,)`` at the end.

    Every patron starts by claiming its best payoff and offers what it has beyond that.
    Whoever gets less than its claim from the pivot's provisional policy lowers the claim
    by one step; it ends when nobody does (Ausubel & Milgrom 2002). The clock runs with
    ever smaller steps, each time from a little above where it ended. Then the payments
    for the last policy are lowered or raised to what the others' offers ask for.
    """
    top, bottom = v.max(axis=2), v.min(axis=2)
    # A patron that cares little for its payoffs must not wait for one that cares a lot.
    reach = (top - bottom).max(axis=1, keepdims=True) + slack[:, None]
    targets = top.copy()
    for count in _STEPS:
        step = np.broadcast_to(reach / count, targets.shape)
        targets = np.minimum(targets + 2 * reach * (count > _STEPS[0]) / (count / 6), top)
        targets = _run_clock(u, v, caps, targets, step, bottom)
    policy = _provisional(u, v, caps, targets, slack)
    return _settle(u, v, caps, policy, targets, slack)


def _run_clock(
    u: Floats, v: Floats, caps: Floats, targets: Floats, step: Floats, bottom: Floats
) -> Floats:
    """Lower claims until nobody is below its own; only unfinished games are looked at."""
    targets = targets.copy()
    active = np.arange(u.shape[0])
    none = np.zeros(u.shape[0])
    while active.size:
        claim = targets[active]
        here = u[active], v[active], caps[active]
        policy = _provisional(*here, claim, none[active])
        got = here[1][np.arange(active.size), :, policy]
        short = (got < claim) & (claim > bottom[active])
        lowered = np.maximum(claim - step[active], bottom[active])
        targets[active] = np.where(short, lowered, claim)
        active = active[short.any(axis=1)]
    return targets


def _provisional(u: Floats, v: Floats, caps: Floats, targets: Floats, slack: Floats) -> Indices:
    """Of the policies that are best for the pivot the one that leaves fewest short."""
    offered = u + clipped_menus(v, targets, caps).sum(axis=1)
    tied = offered >= offered.max(axis=1, keepdims=True) - slack[:, None]
    short = (v < targets[:, :, None] - slack[:, None, None]).sum(axis=1)
    first: Indices = np.where(tied, short, v.shape[1] + 1).argmin(axis=1)
    return first


def _settle(
    u: Floats, v: Floats, caps: Floats, policy: Indices, targets: Floats, slack: Floats
) -> tuple[Indices, Floats, Floats]:
    """Set each payment in turn to what the others' offers ask for, until none changes."""
    rows = np.arange(u.shape[0])
    at = v[rows, :, policy]
    paid = np.clip(at - targets, 0.0, caps)
    for sweep in range(_SWEEPS):
        before = paid.copy()
        for i in np.roll(np.arange(v.shape[1]), -sweep):
            menus = clipped_menus(v, at - paid, caps)
            others = u + menus.sum(axis=1) - menus[:, i]
            price = others.max(axis=1) - others[rows, policy]
            paid[:, i] = np.minimum(price, caps[:, i])
        if (np.abs(paid - before) <= slack[:, None]).all():
            break
    menus = clipped_menus(v, at - paid, caps)
    return policy, at - paid, capped_gains(u, v, caps, menus, policy, slack)
