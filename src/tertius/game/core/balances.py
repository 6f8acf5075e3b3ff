"""`balanced_collections`: every way to cover each patron exactly once, in parts."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.subsets import members

__all__ = ["balanced_collections"]

# Determinants of 0/1 matrices of up to five rows are at most 5 in size: 60 of a weight
# is a whole number.
_DENOMINATOR = 60


@cache
def balanced_collections(n: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the minimal balanced collections of n patrons.

    A collection of coalitions is balanced if positive weights on them sum to 1 for every
    patron, and minimal if no smaller one is inside it (Shapley 1967). They are the corners
    of ``{weights >= 0 : sum of the weights of the coalitions with i = 1, every i}``, so
    every choice of n coalitions is tried. There are 1, 2, 6, 42 and 1,292 of them for one
    to five patrons; 200,214 for six, where `most_kept` solves a linear programme instead.

    Parameters
    ----------
    n : int
        1 to 5.

    Returns
    -------
    masks : numpy.ndarray
        ``(B, n)`` coalitions of each collection, ascending, filled up with the empty one.
    weights : numpy.ndarray
        ``(B, n)`` their weights, multiples of 1/60; 0 for the empty one.

    Examples
    --------
    >>> masks, weights = balanced_collections(2)
    >>> masks.tolist(), weights.tolist()
    ([[1, 2], [3, 0]], [[1.0, 1.0], [1.0, 0.0]])
    """
    picks = np.array(list(combinations(range(1, 1 << n), n)))
    squares = members(n)[picks].transpose(0, 2, 1)
    independent = np.abs(np.linalg.det(squares)) > 0.5
    picks = picks[independent]
    weights = np.linalg.solve(squares[independent], np.ones((len(picks), n, 1)))[:, :, 0]
    # Rounding to the fraction it is makes equal corners equal to the last bit.
    shares = np.rint(_DENOMINATOR * weights).astype(np.intp)
    inside = (shares >= 0).all(axis=1)
    table = np.zeros((int(inside.sum()), 1 << n), dtype=np.intp)
    np.put_along_axis(table, picks[inside], shares[inside], axis=1)
    table = np.unique(table, axis=0)[::-1]
    # The masks with weight come first, in ascending order.
    masks = np.argsort(table == 0, axis=1, kind="stable")[:, :n]
    parts = np.take_along_axis(table, masks, axis=1)
    masks[parts == 0] = 0
    found = masks, parts / _DENOMINATOR
    for array in found:
        array.setflags(write=False)
    return found
