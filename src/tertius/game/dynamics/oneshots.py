"""The check of a dynamic equilibrium: menus of one round against every deviation in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Audit", "audit"]

Floats = NDArray[np.float64]


class Audit(NamedTuple):
    """What one round's menus do; the largest over all states.

    Attributes
    ----------
    gain : float
        Largest gain anybody has from deviating in one round, never negative.
    mismatch : float
        Largest difference between claimed values and what menus and policy give.
    """

    gain: float
    mismatch: float


def audit(u: Floats, v: Floats, values: Floats, policy: NDArray[np.intp]) -> Audit:
    """Check claimed values (S, 1 + n) and policies (S,) of stage games (S, P), (S, n, P).

    The stage payoffs hold what is expected of later rounds. As in `verify`, coalition
    values play no part: each patron offers ``max(0, v_i(p) - value_i)``; to obtain a
    policy a deviator must pay what makes the pivot, who has the others' menus, prefer it
    to its best alternative. By the one-shot deviation principle (Blackwell 1965) nobody
    then gains from deviating in many rounds either.
    """
    rows = np.arange(u.shape[0])
    menus = np.maximum(v - values[:, 1:, None], 0.0)
    offered = u + menus.sum(axis=1)
    at_policy = offered[rows, policy]
    kept = v[rows, :, policy] - menus[rows, :, policy]
    gain = float((offered.max(axis=1) - at_policy).max())
    for i in range(v.shape[1]):
        others = offered - menus[:, i]
        price = others.max(axis=1, keepdims=True) - others
        gain = max(gain, float(((v[:, i] - price).max(axis=1) - kept[:, i]).max()))
    mismatch = max(
        float(np.abs(at_policy - values[:, 0]).max()), float(np.abs(kept - values[:, 1:]).max())
    )
    return Audit(max(gain, 0.0), mismatch)
