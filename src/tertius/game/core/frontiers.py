"""`least_kept`: the least that patrons keep together in any truthful equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.programmes import most_kept
from tertius.game.core.subsets import members, subset_sums

__all__ = ["least_kept"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_ORDERED = 4  # serving patrons in every order reaches every answer up to here
_PAIRED = 6  # from here on the last step is a search over pairs of coalitions
# Polytopes searched at once, by patrons in them, which bounds memory.
_AT_ONCE = {3: 512, 4: 128, 5: 2}


def least_kept(claims: Floats, slack: Floats) -> Floats:
    """Return the smallest sum of payoffs over the frontier of what claims allow.

    Truthful equilibria are the payoffs with ``g(S) <= f(S)`` for all coalitions in which
    every patron is in a binding one (Bernheim & Whinston 1986): faces of a polytope all of
    whose corners belong to them, so the smallest sum is at a corner. Walking downhill from
    corner to corner ends where each coalition that counts positively in the sum has a
    private patron, one that no other binding coalition has. There are k >= 2 of those
    coalitions (or all corners have one sum), and the payoffs of the other n - k patrons are
    a corner of the polytope of their own. Hence the least is found by taking every corner
    for some n - k patrons Q and serving the rest in every order, the last two of whom leave
    ``g(others) + min(A + B, C)``.

    Up to two patrons, the corners for Q are those of serving Q in every order: for four
    patrons nothing is searched. For five, every corner for three is visited, from
    neighbour to neighbour. For more, corners for n - 3 are, which settles k >= 3. For
    k = 2 the two coalitions S and T cover everybody and the sum is ``f(S) + f(T) -
    m(S & T)``, m being the most that the patrons in both can have: each such pair that
    would be smaller is tried by a linear programme. Exact for every n, up to rounding.

    Parameters
    ----------
    claims : numpy.ndarray
        ``(D, 2**n)`` f(S), by mask, n from 3; f of nobody is 0.
    slack : numpy.ndarray
        ``(D,)`` differences of payoffs that count as none.

    Returns
    -------
    numpy.ndarray
        ``(D,)`` in the unit of the claims.
    """
    n = claims.shape[1].bit_length() - 1
    if n <= _ORDERED:
        return _least_in_order(np.ascontiguousarray(claims.T), n)
    if n < _PAIRED:
        return _least_after_corners(claims, slack, n - 2)
    least = _least_after_corners(claims, slack, n - 3)
    for row in range(len(claims)):
        least[row] = _least_of_pairs(claims[row], slack[row], least[row])
    return least


def _least_in_order(claims: Floats, n: int) -> Floats:
    least = np.full(claims.shape[1], np.inf)
    for a, b in combinations(range(n), 2):
        for order in permutations([i for i in range(n) if i not in (a, b)]):
            taken: dict[int, Floats] = {0: claims[0]}
            for i in order:
                most = _most(claims, taken, 1 << i)
                taken |= {mask | 1 << i: got + most for mask, got in taken.items()}
            one, other = _most(claims, taken, 1 << a), _most(claims, taken, 1 << b)
            rest = np.minimum(one + other, _most(claims, taken, 1 << a | 1 << b))
            np.minimum(least, taken[sum(1 << i for i in order)] + rest, out=least)
    return least


def _most(claims: Floats, taken: dict[int, Floats], more: int) -> Floats:
    """Return the most that the patrons `more` may take, after what was `taken`."""
    pairs = iter(taken.items())
    mask, got = next(pairs)
    most: Floats = claims[mask | more] - got
    for mask, got in pairs:
        np.minimum(most, claims[mask | more] - got, out=most)
    return most


def _least_after_corners(claims: Floats, slack: Floats, q: int) -> Floats:
    """Least sum over the corners for any q patrons, the rest served in every order."""
    count, masks = claims.shape
    n = masks.bit_length() - 1
    groups = list(combinations(range(n), q))
    # inside[k]: the coalitions within the k-th group, by their own small mask.
    inside = np.array([_masks(group) for group in groups])
    rest = np.array([[1 << i for i in range(n) if i not in group] for group in groups])
    least = np.full(count, np.inf)
    for start in range(0, count * len(groups), _AT_ONCE[q]):
        game, group = np.divmod(
            np.arange(start, min(start + _AT_ONCE[q], count * len(groups))), len(groups)
        )
        bounds = claims[game[:, None], inside[group]]
        owner, corners = _corners(bounds, slack[game])
        game, group = game[owner], group[owner]
        sums = subset_sums(corners)
        together = _serve(claims, game, inside[group], sums, rest[group])
        np.minimum.at(least, game, together)
    return least


def _serve(claims: Floats, game: Ints, masks: Ints, sums: Floats, rest: Ints) -> Floats:
    """Return the least all get if the `rest` (L, r) is served after the coalitions `masks`."""
    rows = game[:, None]
    alone = [(claims[rows, masks | rest[:, [k]]] - sums).min(axis=1) for k in range(rest.shape[1])]
    if rest.shape[1] == 2:
        both = (claims[rows, masks | rest.sum(axis=1)[:, None]] - sums).min(axis=1)
        together: Floats = sums[:, -1] + np.minimum(alone[0] + alone[1], both)
        return together
    served = [
        _serve(
            claims,
            game,
            np.concatenate([masks, masks | rest[:, [k]]], axis=1),
            np.concatenate([sums, sums + most[:, None]], axis=1),
            np.delete(rest, k, axis=1),
        )
        for k, most in enumerate(alone)
    ]
    least: Floats = np.minimum.reduce(served)
    return least


def _least_of_pairs(claims: Floats, slack: float, least: float) -> float:
    """Return the least sum that binds two coalitions which cover everybody, or `least`."""
    n = claims.size.bit_length() - 1
    one, other = _covers(n)
    inside = members(n)
    most = most_kept(np.tile(claims, (claims.size, 1)), np.full(claims.size, slack), inside)
    sums = claims[one] + claims[other] - most[one & other]
    for part in np.array_split(np.argsort(sums), max(1, sums.size // 64)):
        part = part[sums[part] < least - slack]
        if not part.size:
            break
        both = one[part] & other[part]
        # Possible if one vector of payoffs reaches all three bounds at once.
        weights = inside[one[part]] + inside[other[part]] + inside[both]
        bound = claims[one[part]] + claims[other[part]] + most[both]
        reached = most_kept(np.tile(claims, (part.size, 1)), np.full(part.size, slack), weights)
        possible = reached >= bound - 1e-2 * slack
        if possible.any():
            return float(sums[part][possible].min())
    return least


@cache
def _covers(n: int) -> tuple[Ints, Ints]:
    """All pairs of coalitions, neither of everybody, that hold every patron and share one."""
    one, other = np.triu_indices((1 << n) - 1, 1)
    covers = ((one | other) == (1 << n) - 1) & ((one & other) > 0)
    return one[covers], other[covers]


def _masks(patrons: Sequence[int]) -> list[int]:
    masks = [0]
    for i in patrons:
        masks += [mask | 1 << i for mask in masks]
    return masks


def _corners(bounds: Floats, slack: Floats) -> tuple[Ints, Floats]:
    """All corners of ``{g : g(S) <= bounds(S)}``: whose they are (L,), and where (L, q).

    Bounds are first moved by a hundredth of the slack at most, each a little differently.
    Then no corner has more than q binding bounds and all are reached along edges. The
    corners handed back are those of the bounds as they were.
    """
    count, masks = bounds.shape
    q = masks.bit_length() - 1
    inside = members(q)
    moved = bounds + 1e-2 * slack[:, None] * np.modf(np.arange(masks) * 0.6180339887498949)[0]
    owner, basis = np.arange(count), _first_bases(moved)
    seen: tuple[Ints, NDArray[np.uint64]] = (np.empty(0, np.intp), np.empty(0, np.uint64))
    owners, corners = [], []
    while owner.size:
        fresh = _unseen(seen, owner, basis)
        owner, basis = owner[fresh], basis[fresh]
        seen = (np.append(seen[0], owner), np.append(seen[1], _keys(basis)))
        inverse = np.linalg.inv(inside[basis])
        rows = owner[:, None]
        owners.append(owner)
        corners.append((inverse @ bounds[rows, basis][:, :, None])[:, :, 0])
        room = moved[owner] - subset_sums((inverse @ moved[rows, basis][:, :, None])[:, :, 0])
        # Column j of the inverse leads away from bound j along the others.
        speed = -(inverse.transpose(0, 2, 1) @ inside.T)
        meets = speed > 1e-9
        far = np.where(meets, room[:, None, :] / np.where(meets, speed, 1.0), np.inf)
        entering = far.argmin(axis=2)
        at, leaving = np.nonzero(meets.any(axis=2))
        owner, basis = owner[at], basis[at]
        basis[np.arange(at.size), leaving] = entering[at, leaving]
    return np.concatenate(owners), np.concatenate(corners)


def _first_bases(bounds: Floats) -> Ints:
    """``(K, q)`` binding coalitions if patrons are served in their order."""
    count, masks = bounds.shape
    q = masks.bit_length() - 1
    basis = np.empty((count, q), dtype=np.intp)
    taken = np.zeros((count, 1))
    for i in range(q):
        room = bounds[:, 1 << i : 2 << i] - taken
        basis[:, i] = room.argmin(axis=1) + (1 << i)
        taken = np.concatenate([taken, taken + room.min(axis=1, keepdims=True)], axis=1)
    return basis


def _unseen(seen: tuple[Ints, NDArray[np.uint64]], owner: Ints, basis: Ints) -> Ints:
    """Index the first of equal corners, unless they were `seen` before."""
    owners, keys = np.append(seen[0], owner), np.append(seen[1], _keys(basis))
    order = np.lexsort((keys, owners))
    first = np.ones(order.size, dtype=bool)
    first[1:] = (np.diff(owners[order]) != 0) | (np.diff(keys[order]) != 0)
    fresh: Ints = np.sort(order[first]) - seen[0].size
    return fresh[fresh >= 0]


def _keys(basis: Ints) -> NDArray[np.uint64]:
    """One number for a set of coalitions of up to six patrons: a bit for each."""
    bits = np.left_shift(np.uint64(1), basis.astype(np.uint64))
    keys: NDArray[np.uint64] = np.bitwise_or.reduce(bits, axis=1)
    return keys
