"""`most_kept`: the most that patrons can keep together in a truthful equilibrium."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.balances import balanced_collections
from tertius.game.core.subsets import members, subset_sums

__all__ = ["most_kept"]

Floats = NDArray[np.float64]

_LISTED = 5  # collections are listed up to here
_PIECE = 256  # games at once, which bounds memory
# Weights must sum to a whole number for every patron; sums a little beside it, each by
# another bit, leave no two corners in one place, and the last basis is best for both.
_NUDGE = 1e-6


def most_kept(claims: Floats, slack: Floats, weights: Floats | None = None) -> Floats:
    """Return the largest sum of payoffs that every coalition's claim allows.

    The largest ``sum(g)`` with ``g(S) <= f(S)`` for every coalition S is the least of
    ``sum of weight * f(S)`` over the minimal balanced collections (Bondareva 1963, Shapley
    1967). Up to five patrons all of them are tried. Beyond, the simplex method walks from
    one to a better one, all games in step; the answer is a corner and exact as well.

    Parameters
    ----------
    claims : numpy.ndarray
        ``(D, 2**n)`` f(S), by mask; f of nobody is 0.
    slack : numpy.ndarray
        ``(D,)`` differences of payoffs that count as none.
    weights : numpy.ndarray, optional
        ``(D, n)`` whole numbers >= 0, how often each patron's payoff counts; else once.

    Returns
    -------
    numpy.ndarray
        ``(D,)`` in the unit of the claims.

    Raises
    ------
    GameError
        If rounding keeps the simplex method from coming to an end.
    """
    n = claims.shape[1].bit_length() - 1
    parts = [slice(start, start + _PIECE) for start in range(0, max(len(claims), 1), _PIECE)]
    if weights is None and n <= _LISTED:
        return np.concatenate([_least_balanced(claims[part]) for part in parts])
    counts = np.ones((len(claims), n)) if weights is None else weights
    return np.concatenate([_simplex(claims[part], slack[part], counts[part]) for part in parts])


def _least_balanced(claims: Floats) -> Floats:
    masks, weights = balanced_collections(claims.shape[1].bit_length() - 1)
    by_mask = np.ascontiguousarray(claims.T)
    bound = weights[:, :1] * by_mask[masks[:, 0]]
    for k in range(1, masks.shape[1]):
        bound += weights[:, k, None] * by_mask[masks[:, k]]
    least: Floats = bound.min(axis=0)
    return least


def _simplex(claims: Floats, slack: Floats, counts: Floats) -> Floats:
    count, masks = claims.shape
    n = masks.bit_length() - 1
    inside = members(n)
    sums = counts + _NUDGE * np.sqrt(2.0 + np.arange(n))
    kept = np.empty(count)
    # Everybody alone is balanced: a corner to start from.
    live = np.arange(count)
    basis = np.tile(1 << np.arange(n), (count, 1))
    for _ in range(100 * masks):
        square = inside[basis]
        bounds = np.take_along_axis(claims[live], basis, axis=1)
        payoffs: Floats = np.asarray(np.linalg.solve(square, bounds[:, :, None])[:, :, 0], float)
        room = claims[live] - subset_sums(payoffs)
        entering = room.argmin(axis=1)
        # A thousandth of what counts as a difference, above rounding.
        done = room.min(axis=1) >= -1e-3 * slack[live]
        kept[live[done]] = (counts[live[done]] * payoffs[done]).sum(axis=1)
        if done.all():
            return kept
        live, basis, entering, square = live[~done], basis[~done], entering[~done], square[~done]
        right = np.stack([sums[live], inside[entering]], axis=2)
        weights, shift = np.moveaxis(np.linalg.solve(square.transpose(0, 2, 1), right), 2, 0)
        falls = shift > 1e-9
        ratio = np.where(falls, weights / np.where(falls, shift, 1.0), np.inf)
        np.put_along_axis(basis, ratio.argmin(axis=1)[:, None], entering[:, None], axis=1)
    raise GameError(  # pragma: no cover
        "the linear programme of the smallest rent does not settle",
        where="solve",
        allowed="payoffs that are not all alike up to rounding",
        hint="round the payoffs to fewer digits",
    )
