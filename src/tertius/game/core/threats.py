"""`credible_threats`: how much a patron can extract by threat without bluffing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError

__all__ = ["checked_threats", "credible_threats"]

Floats = NDArray[np.float64]


def credible_threats(capacity: ArrayLike, resolve: ArrayLike, cost: ArrayLike) -> Floats:
    """Return the largest threats that would be carried out: min(capacity, resolve / cost).

    A reduced form of bargaining under commitment problems (Fearon 1995, Powell 2006): a
    threat is believed up to what the sender could do, and up to what it would bear to do
    it. A threat that costs nothing is believed up to the capacity.

    It cannot say whether a given sender's resolve is known: where it is not, the answer is
    a range, one threat for each resolve.

    Parameters
    ----------
    capacity : array_like
        The largest sanction the patron can impose, in pivot money, >= 0.
    resolve : array_like
        The largest loss it would bear to carry it out, >= 0, in its own utility.
    cost : array_like
        What a unit of sanction costs it, >= 0, in its own utility.

    Returns
    -------
    numpy.ndarray
        In pivot money, of the common shape of the three; ``(n,)`` for ``solve``.

    Raises
    ------
    GameError
        If a number is negative or not finite, or the shapes do not fit.

    Examples
    --------
    >>> credible_threats(capacity=[5, 5, 5], resolve=[6, 20, 1], cost=[2, 2, 0]).tolist()
    [3.0, 5.0, 5.0]
    """
    where = "credible_threats"
    given = {"capacity": capacity, "resolve": resolve, "cost": cost}
    arrays = [_as_positive(values, name, where) for name, values in given.items()]
    try:
        most, bears, price = np.broadcast_arrays(*arrays)
    except ValueError as error:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in zip(given, arrays, strict=True))
        raise GameError(
            f"shapes do not fit: {shapes}", where=where, allowed="one number, or one a patron, each"
        ) from error
    # Compared as products: nothing is divided by a cost of zero.
    able = most * price <= bears
    threats: Floats = np.where(able, most, bears / np.where(able, 1.0, price))
    return threats


def checked_threats(threats: ArrayLike | None, n: int, *, where: str) -> Floats:
    """Return ``(n,)`` threats, zeros if None is given.

    Raises
    ------
    GameError
        If there is not one finite number >= 0 for each patron.
    """
    if threats is None:
        return np.zeros(n)
    tau = _as_positive(threats, "threats", where)
    if tau.shape != (n,):
        raise GameError(
            f"threats of shape {tau.shape} for {n} patrons",
            where=where,
            allowed=f"({n},): one for each patron, 0 for none",
        )
    return tau


def _as_positive(values: ArrayLike, name: str, where: str) -> Floats:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"{name} are not numbers: {error}", where=where, allowed="numbers >= 0"
        ) from error
    bad = ~((array >= 0) & np.isfinite(array))
    if bad.any():
        raise GameError(
            f"{name} of {array[bad].flat[0]:g} at index {np.argwhere(bad)[0].tolist()}",
            where=where,
            allowed="finite numbers >= 0, in pivot money",
            hint="a threat is what a patron can take, not a negative payment",
        )
    return array
