"""`draw`: games drawn uniformly from a case's ranges, reproducibly."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters
from tertius.game.family.ranges import Ranges

__all__ = ["draw"]

# Each block of draws has its own seed, so that blocks can be drawn anywhere, in any order.
_BLOCK_DRAWS = 4096


def draw(ranges: Ranges, count: int, seed: np.random.SeedSequence) -> Parameters:
    """Draw games, each parameter uniform on its range and independent of the others.

    The uniform number behind draw i of a parameter depends on the seed, the parameter's
    *name* and i alone. So the first N of many draws are the N draws; and if one range is
    changed or a patron added, the other parameters' draws stay what they were, which
    makes comparisons exact (common random numbers). The seed itself is not used up.

    A share of these draws describes the assumptions, not the probability of anything in
    the world.

    Parameters
    ----------
    ranges : Ranges
        What the case assumes.
    count : int
        Number of draws D, 1 or more.
    seed : numpy.random.SeedSequence
        Where all randomness comes from.

    Returns
    -------
    draws : Parameters
        D games.

    Raises
    ------
    GameError
        If `count` is not a positive whole number.

    Examples
    --------
    >>> from tertius.game import Range
    >>> ranges = Ranges(("CHN",), {
    ...     "k": Range(1, 2), "c": Range(3, 3), "omega.CHN": Range(0, 4), "beta.CHN": Range(1, 5)})
    >>> few, many = (draw(ranges, n, np.random.SeedSequence(1)).table()["k"] for n in (2, 9))
    >>> bool((few == many[:2]).all())
    True
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise GameError(f"count = {count!r} draws", where="draw", allowed="a whole number from 1")
    columns = {
        # Rounding must not carry a draw past the end of its range.
        name: np.minimum(r.low + r.width * _uniforms(name, count, seed), r.high)
        for name, r in ranges.values.items()
    }
    return Parameters(ranges.patrons, columns)


def _uniforms(name: str, count: int, seed: np.random.SeedSequence) -> NDArray[np.float64]:
    digest = hashlib.sha256(name.encode()).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in (0, 4))
    blocks = []
    for block in range(-(-count // _BLOCK_DRAWS)):
        # What seed.spawn() does, with a key of our own instead of its running number.
        child = np.random.SeedSequence(
            seed.entropy, spawn_key=(*seed.spawn_key, *words, block), pool_size=seed.pool_size
        )
        blocks.append(np.random.default_rng(child).random(_BLOCK_DRAWS))
    return np.concatenate(blocks)[:count]
