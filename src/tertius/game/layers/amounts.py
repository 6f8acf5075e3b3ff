"""Numbers as they come in from outside: arrays, or a message that says which is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError

__all__ = ["as_column", "as_numbers"]


def as_numbers(values: ArrayLike, name: str, *, where: str) -> NDArray[np.float64]:
    """Return values as an array of floats, finite or not.

    Raises
    ------
    GameError
        If they are not numbers.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"{name} is not numbers: {error}", where=where, allowed="a number or an array"
        ) from error


def as_column(
    values: ArrayLike, name: str, *, where: str, count: int | None = None
) -> NDArray[np.float64]:
    """Return one number or several as a new ``(1,)`` or ``(count,)`` array.

    Raises
    ------
    GameError
        If they are not numbers, or not as many as there are games.
    """
    column = np.array(as_numbers(values, name, where=where), ndmin=1)
    if column.ndim > 1 or (count is not None and column.size not in (1, count)):
        raise GameError(
            f"{name} of shape {np.shape(values)}",
            where=where,
            allowed="one number, or " + ("(D,)" if count is None else f"({count},)"),
        )
    return column
