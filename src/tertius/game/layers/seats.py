"""Whose row it is: patrons by name or by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tertius.errors import GameError, UnknownNameError

__all__ = ["seat"]


def seat(patron: str | int, names: Sequence[str], *, where: str) -> int:
    """Return the row of a patron, given by its name or by its number from 0.

    Raises
    ------
    UnknownNameError
        If no patron has that name.
    GameError
        If there is no such row.
    """
    if isinstance(patron, str):
        if patron not in names:
            raise UnknownNameError.of("patron", patron, names, where=where)
        return list(names).index(patron)
    whole = isinstance(patron, int | np.integer) and not isinstance(patron, bool)
    if not whole or not 0 <= patron < len(names):
        raise GameError(
            f"patron {patron!r}",
            where=where,
            allowed=f"0 to {len(names) - 1}, or one of {', '.join(names)}",
        )
    return int(patron)
