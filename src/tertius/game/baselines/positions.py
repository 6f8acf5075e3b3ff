"""What the baselines are told of each actor: position, capability, salience; checked once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError

__all__ = ["Stances", "check_stances"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """Actors on one issue.

    Attributes
    ----------
    positions : numpy.ndarray
        ``(n,)`` what each wants, in the issue's own unit.
    saliences : numpy.ndarray
        ``(n,)`` how much of its means each would spend on this issue, 0 to 1.
    weights : numpy.ndarray
        ``(n,)`` capability times salience.
    """

    positions: Floats
    saliences: Floats
    weights: Floats


def check_stances(
    positions: ArrayLike, capabilities: ArrayLike, saliences: ArrayLike, *, where: str
) -> Stances:
    """Return the actors of an issue, or say what is wrong with them.

    Saliences of which one is above 1 are read as per cent, all of them.

    Raises
    ------
    GameError
        For unequal lengths, numbers that are not finite, a negative capability, a
        salience outside its scale, or nobody with any weight.
    """
    given = {"positions": positions, "capabilities": capabilities, "saliences": saliences}
    x, c, s = (_column(values, name, where) for name, values in given.items())
    if not 0 < x.size == c.size == s.size:
        raise GameError(
            f"{x.size} positions, {c.size} capabilities and {s.size} saliences",
            where=where,
            allowed="one of each for every actor, one actor or more",
        )
    _check_signs(c, "capability", "numbers ≥ 0", where)
    _check_signs(s, "salience", "0 to 1, or 0 to 100", where)
    if s.max() > 100:
        _refuse(s, s > 100, "salience", "0 to 1, or 0 to 100", where)
    s = s / 100 if s.max() > 1 else s
    with np.errstate(over="ignore"):
        weights = c * s
        total = float(weights.sum())
    if not 0 < total < np.inf:
        raise GameError(
            f"capability times salience sums to {total:g}",
            where=where,
            allowed="a finite sum above 0: an actor with both",
        )
    return Stances(x, s, weights)


def _column(values: ArrayLike, name: str, where: str) -> Floats:
    try:
        column = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(f"{name} are no numbers: {error}", where=where) from error
    if column.ndim != 1:
        raise GameError(
            f"{name} of shape {column.shape}", where=where, allowed="(n,), one number an actor"
        )
    if not np.isfinite(column).all():
        _refuse(column, ~np.isfinite(column), name, "finite numbers", where)
    return column


def _check_signs(column: Floats, name: str, allowed: str, where: str) -> None:
    if column.min() < 0:
        _refuse(column, column < 0, name, allowed, where)


def _refuse(column: Floats, bad: NDArray[np.bool_], name: str, allowed: str, where: str) -> None:
    place = int(np.argmax(bad))
    raise GameError(f"{name} {column[place]:g} at index {place}", where=where, allowed=allowed)
