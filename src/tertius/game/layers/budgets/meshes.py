"""Payment caps with three patrons or more: every equilibrium on a grid of targets."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError

__all__ = ["mesh"]

Floats = NDArray[np.float64]

# Numbers compared in one search; about 2 seconds.
_MOST_CELLS = 200_000_000
_BLOCK_CELLS = 2_000_000


def mesh(
    u: Floats, v: Floats, caps: Floats, step: float, slack: float
) -> tuple[NDArray[np.intp], Floats]:
    """Return policies ``(K,)`` and targets ``(K, n)`` of all equilibria on the grid.

    A patron's axis holds its least payoff plus multiples of `step`, and the payoffs at
    which it pays nothing or its cap. A target vector is an equilibrium at p if p is best
    for the pivot, leaves every patron its target for a payment within its cap, and every
    patron is beside another best policy for which it pays nothing.

    Raises
    ------
    GameError
        If the grid is too fine to be searched.
    """
    _check_size(v, step)
    axes = [_axis(worth, cap, step) for worth, cap in zip(v, caps, strict=True)]
    sizes = tuple(axis.size for axis in axes)
    offers = [
        np.clip(worth - axis[:, None], 0.0, cap)
        for worth, axis, cap in zip(v, axes, caps, strict=True)
    ]
    fits = [
        (worth >= axis[:, None] - slack) & (worth - cap <= axis[:, None] + slack)
        for worth, axis, cap in zip(v, axes, caps, strict=True)
    ]
    policies, targets = [], []
    block = max(1, _BLOCK_CELLS // v.shape[1])
    for start in range(0, prod(sizes), block):
        places = np.unravel_index(np.arange(start, min(start + block, prod(sizes))), sizes)
        offered = u + sum(offer[place] for offer, place in zip(offers, places, strict=True))
        best = offered >= offered.max(axis=1, keepdims=True) - slack
        here = best.copy()
        for worth, axis, fit, place in zip(v, axes, fits, places, strict=True):
            free = (best & (worth <= axis[place][:, None] + slack)).any(axis=1)
            here &= fit[place] & free[:, None]
        row, policy = np.nonzero(here)
        policies.append(policy)
        targets.append(np.stack([a[p][row] for a, p in zip(axes, places, strict=True)], axis=1))
    return np.concatenate(policies), np.concatenate(targets)


def _check_size(v: Floats, step: float) -> None:
    spans = [float(worth.max() - worth.min()) for worth in v]
    # Payoffs themselves are on the axis too, twice at most.
    extra = 1 + 2 * v.shape[1]
    count = prod(min(span / step, 1e18) + extra for span in spans)
    if count * v.size > _MOST_CELLS:
        wide = [span for span in spans if span > 0] or [step]
        fits = 2 * (prod(wide) * v.size / _MOST_CELLS) ** (1 / len(wide))
        wider = f"a step of about {fits:.2g}, or " if fits > step else ""
        raise GameError(
            f"step = {step:g} makes up to {count:.2g} target vectors for {v.shape[1]} policies, "
            f"about {count * v.size / 1e8:.2g} seconds",
            where="solve_capped",
            allowed=f"up to {_MOST_CELLS // v.size:,} target vectors",
            hint=f"take {wider}no step, which runs the auction alone",
        )


def _axis(worth: Floats, cap: float, step: float) -> Floats:
    low, high = float(worth.min()), float(worth.max())
    regular = low + step * np.arange(int((high - low) / step) + 1)
    axis = np.concatenate([regular, worth, worth - cap])
    return np.unique(axis[(axis >= low) & (axis <= high)])
