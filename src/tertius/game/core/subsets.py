"""Coalitions as bit masks: who is in which, and sums over each of them."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["members", "subset_sums"]

Floats = NDArray[np.float64]


@cache
def members(n: int) -> Floats:
    """``(2**n, n)`` 1 where the patron of the column is in the coalition of the row."""
    inside = (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(np.float64)
    inside.setflags(write=False)
    return inside


def subset_sums(numbers: Floats) -> Floats:
    """``(D, 2**n)`` sums of each row's ``(D, n)`` numbers over every coalition.

    Each sum adds the lowest patron first, whatever the block: equal games give equal bits.
    """
    count, n = numbers.shape
    sums = np.zeros((count, 1 << n))
    for i in range(n):
        np.add(sums[:, : 1 << i], numbers[:, i, None], out=sums[:, 1 << i : 2 << i])
    return sums
