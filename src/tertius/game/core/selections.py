"""`nearest_shortfall`: which payoffs are reported where the equilibrium leaves a choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.subsets import members, subset_sums

__all__ = ["nearest_shortfall"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def nearest_shortfall(excess: Floats, total: Floats, slack: Floats) -> Floats:
    """How far each patron stays below its marginal contribution.

    Among the equilibria that leave the patrons most, the one nearest to the vector of
    marginal contributions: least squares x with a given sum and ``x(S) >= excess(S)`` for
    every coalition. Of three patrons, a pair's constraint caps only the third, so the
    answer is a common level, cut off at each patron's cap. For more the constraints that
    bind are found one by one (the dual method of Goldfarb & Idnani 1983), all games in step.

    Parameters
    ----------
    excess : numpy.ndarray
        ``(D, 2**n)``, n from 3: by how much a coalition's marginal contributions exceed its claim.
    total : numpy.ndarray
        ``(D,)`` the sum of x, not negative.
    slack : numpy.ndarray
        ``(D,)`` differences of payoffs that count as none.

    Returns
    -------
    numpy.ndarray
        ``(D, n)`` x, not negative up to rounding, with the sum given.

    Raises
    ------
    GameError
        If rounding keeps the method from coming to an end.
    """
    n = excess.shape[1].bit_length() - 1
    return _level(excess, total) if n == 3 else _projection(excess, total, slack)


def _level(excess: Floats, total: Floats) -> Floats:
    # Column i: the pair without patron i.
    caps = np.maximum(total[:, None] - excess[:, [6, 5, 3]], 0.0)
    ordered = np.sort(caps, axis=1)
    level = total / 3
    for k in range(2):
        rest = (total - ordered[:, : k + 1].sum(axis=1)) / (2 - k)
        level = np.where(level > ordered[:, k], rest, level)
    cut: Floats = np.minimum(level[:, None], caps)
    return cut


def _projection(excess: Floats, total: Floats, slack: Floats) -> Floats:
    count, masks = excess.shape
    n = masks.bit_length() - 1
    inside = members(n)
    x = np.repeat(total[:, None] / n, n, axis=1)
    # Slot 0 holds everybody, whose sum is given; the others fill up. Mask 0: a free slot.
    binding = np.zeros((count, n), dtype=np.intp)
    binding[:, 0] = masks - 1
    force = np.zeros((count, n))
    # The constraint that is being met, 0 if none, and its force so far.
    wanted, push = np.zeros(count, dtype=np.intp), np.zeros(count)
    live = np.arange(count)
    for _ in range(100 * masks):
        free = live[wanted[live] == 0]
        short = excess[free] - subset_sums(x[free])
        worst = short.argmax(axis=1)
        met = np.take_along_axis(short, worst[:, None], axis=1)[:, 0] <= 1e-3 * slack[free]
        wanted[free], push[free] = np.where(met, 0, worst), 0.0
        live = live[wanted[live] > 0]
        if not live.size:
            return _with_binding(excess, total, binding)
        stuck = _step(live, inside, excess, x, binding, force, wanted, push)
        live = live[~stuck]
    raise GameError(  # pragma: no cover
        "the point nearest to the marginal contributions does not settle",
        where="solve",
        allowed="payoffs that are not all alike up to rounding",
        hint="round the payoffs to fewer digits",
    )


def _step(
    live: Ints,
    inside: Floats,
    excess: Floats,
    x: Floats,
    binding: Ints,
    force: Floats,
    wanted: Ints,
    push: Floats,
) -> NDArray[np.bool_]:
    """Move each live game towards its wanted constraint, as far as forces stay positive.

    Returns which games cannot move: the rest of their violation is rounding.
    """
    row = np.arange(live.size)
    held, aim = binding[live], inside[wanted[live]]
    rows = inside[held]
    pull = _solve_gram(rows, held, (rows @ aim[:, :, None])[:, :, 0])
    way = aim - (rows.transpose(0, 2, 1) @ pull[:, :, None])[:, :, 0]
    pace = (way * way).sum(axis=1)
    can = pace > 1e-9
    missing = excess[live, wanted[live]] - (aim * x[live]).sum(axis=1)
    reach = np.where(can, missing / np.where(can, pace, 1.0), np.inf)
    # The sum of all may push either way; the others only up.
    gives = (pull > 1e-12) & (held > 0)
    gives[:, 0] = False
    room = np.where(gives, force[live] / np.where(gives, pull, 1.0), np.inf)
    out = room.argmin(axis=1)
    length = np.minimum(reach, room[row, out])
    stuck: NDArray[np.bool_] = np.isinf(length)
    length = np.where(stuck, 0.0, length)
    x[live] += length[:, None] * np.where(can[:, None], way, 0.0)
    force[live] -= length[:, None] * pull
    push[live] += length
    full = reach <= room[row, out]
    # A constraint that is met takes the first free slot; one that lost its force leaves.
    slot = np.where(full, (held == 0).argmax(axis=1), out)
    moved = ~stuck
    at, where = live[moved], slot[moved]
    binding[at, where] = np.where(full[moved], wanted[at], 0)
    force[at, where] = np.where(full[moved], push[at], 0.0)
    wanted[at] = np.where(full[moved], 0, wanted[at])
    return stuck


def _solve_gram(rows: Floats, held: Ints, right: Floats) -> Floats:
    n = held.shape[1]
    gram = rows @ rows.transpose(0, 2, 1)
    gram[:, np.arange(n), np.arange(n)] += held == 0
    return np.asarray(np.linalg.solve(gram, right[:, :, None])[:, :, 0], dtype=np.float64)


def _with_binding(excess: Floats, total: Floats, binding: Ints) -> Floats:
    """Return the shortest x that meets what binds: without the rounding of many steps."""
    rows = members(binding.shape[1])[binding]
    right = np.take_along_axis(excess, binding, axis=1)
    right[:, 0] = total
    right[binding == 0] = 0.0
    force = _solve_gram(rows, binding, right)
    found: Floats = (rows.transpose(0, 2, 1) @ force[:, :, None])[:, :, 0]
    return found
