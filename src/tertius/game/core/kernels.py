"""`shrink`: the few policies of a game that its solution depends on, found by compiled code.

What a coalition can reach is decided by one policy each, and ties by how large payoffs
are. So a game of any number of policies has the same solution as the game of those few,
and `solve_block` needs no second version. The loops are compiled by numba (the extra
``fast``) when they are first asked for: about a second a process, and nothing is written
to disk, so that no stale code can ever be picked up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import TOLERANCE

__all__ = ["compiled", "kept_count", "shrink"]

Floats = NDArray[np.float64]
Picks = NDArray[np.int64]


def kept_count(n: int) -> int:
    """Return how many policies `shrink` keeps: 2**n best ones, n + 1 first ones, the largest."""
    return int(2**n + n + 2)


def shrink(u: Floats, v: Floats) -> tuple[Floats, Floats, Picks]:
    """Keep the policies that the solution of each game depends on, in their order.

    They are, for every coalition, the first policy that is best for it; for everybody
    together and for everybody but one also the first within the tolerance of the best;
    and one that holds the largest payoff in size, which sets the tolerance. One policy
    may be kept several times.

    Parameters
    ----------
    u, v : numpy.ndarray
        ``(D, P)`` and ``(D, n, P)``, finite.

    Returns
    -------
    u, v : numpy.ndarray
        ``(D, K)`` and ``(D, n, K)`` payoffs of the K = `kept_count` policies kept.
    kept : numpy.ndarray
        ``(D, K)`` their indices, ascending.

    Raises
    ------
    GameError
        If numba is not installed.
    """
    games, n = v.shape[:2]
    kept = np.empty((games, kept_count(n)), dtype=np.int64)
    few_u = np.empty(kept.shape)
    few_v = np.empty((games, n, kept.shape[1]))
    compiled()(np.ascontiguousarray(u), np.ascontiguousarray(v), TOLERANCE, few_u, few_v, kept)
    return few_u, few_v, kept


@cache
def compiled() -> Callable[[Floats, Floats, float, Floats, Floats, Picks], None]:
    """Return the compiled loops, compiling them once a process.

    Raises
    ------
    GameError
        If numba is not installed.
    """
    try:
        import numba
    except ImportError as error:
        raise GameError(
            "fast=True needs numba, which is not installed",
            where="fast",
            hint="pip install 'tertius[fast]', or leave fast=False: same numbers, more slowly",
        ) from error
    # Arrays that are handed in may be read-only; the loops let go of Python's lock.
    given = [numba.types.Array(numba.float64, axes, "C", readonly=True) for axes in (2, 3)]
    filled = [numba.float64[:, ::1], numba.float64[:, :, ::1], numba.int64[:, ::1]]
    signature = numba.void(*given, numba.float64, *filled)
    loops: Callable[[Floats, Floats, float, Floats, Floats, Picks], None]
    loops = numba.njit([signature], nogil=True)(_shrink_games)
    return loops


def _shrink_games(
    u: Floats, v: Floats, tolerance: float, few_u: Floats, few_v: Floats, kept: Picks
) -> None:
    """Fill the last three arrays; plain loops, for numba to compile."""
    games, n, size = v.shape
    masks = 1 << n
    # A row a coalition, as in solve_block; the last one holds the size of payoffs.
    rows = np.empty((masks + 1, size))
    peaks = np.empty(masks + 1)
    own = np.empty(size)
    sizes = rows[masks]
    even = size - size % 4
    for g in range(games):
        for p in range(size):
            rows[0, p] = u[g, p]
            sizes[p] = abs(u[g, p])
        for i in range(n):
            for p in range(size):
                own[p] = v[g, i, p]
                sizes[p] = max(sizes[p], abs(own[p]))
            for mask in range(1 << i):
                before, after = rows[mask], rows[mask + (1 << i)]
                for p in range(size):
                    after[p] = before[p] + own[p]
        for r in range(masks + 1):
            row = rows[r]
            # Four maxima at once do not wait for each other.
            a = b = c = d = row[0]
            for p in range(0, even, 4):
                a, b = max(a, row[p]), max(b, row[p + 1])
                c, d = max(c, row[p + 2]), max(d, row[p + 3])
            for p in range(even, size):
                a = max(a, row[p])
            peaks[r] = max(max(a, b), max(c, d))
        slack = tolerance * peaks[masks]
        k = 0
        for r in range(masks + 1):
            row = rows[r]
            missing = masks - 1 - r
            p = 0
            if r < masks and missing & (missing - 1) == 0:
                # Nobody or one is missing: ties count here, and the first one wins.
                while row[p] < peaks[r] - slack:
                    p += 1
                kept[g, k] = p
                k += 1
            while row[p] < peaks[r]:
                p += 1
            kept[g, k] = p
            k += 1
        for k in range(1, kept.shape[1]):
            # Sorted by insertion, so that the first of the tied stays the first.
            p = kept[g, k]
            place = k
            while place > 0 and kept[g, place - 1] > p:
                kept[g, place] = kept[g, place - 1]
                place -= 1
            kept[g, place] = p
        for k in range(kept.shape[1]):
            few_u[g, k] = u[g, kept[g, k]]
            for i in range(n):
                few_v[g, i, k] = v[g, i, kept[g, k]]
