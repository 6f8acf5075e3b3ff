"""`rank_correlations`: which assumptions drive an outcome across the draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters

__all__ = ["rank_correlations"]


def rank_correlations(parameters: Parameters, outcome: ArrayLike) -> tuple[tuple[str, float], ...]:
    """Return Spearman's rank correlation of an outcome with each parameter.

    Ties get their average rank. A parameter that hardly correlates may still matter,
    up in some draws and down in others, or only together with another.

    Parameters
    ----------
    parameters : Parameters
        D draws.
    outcome : array_like
        ``(D,)`` numbers or truth values, one a draw.

    Returns
    -------
    tuple of (str, float)
        Names and correlations, strongest first, ties by name; parameters that are the
        same in every draw are left out, and all are if the outcome is.

    Raises
    ------
    GameError
        If the outcome has another length or is not finite.

    Examples
    --------
    >>> games = Parameters(("A",), {
    ...     "k": [1, 2, 3], "c": [5, 5, 5], "omega.A": [3, 1, 2], "beta.A": [0, 0, 0]})
    >>> rank_correlations(games, [10, 20, 400])
    (('k', 1.0), ('omega.A', -0.5))
    """
    values = np.asarray(outcome, dtype=np.float64)
    if values.shape != (len(parameters),) or not np.isfinite(values).all():
        raise GameError(
            f"an outcome of shape {values.shape}"
            + ("" if np.isfinite(values).all() else " with numbers that are not finite"),
            where="rank_correlations",
            allowed=f"{len(parameters)} finite numbers, one a draw",
        )
    ranks = _centred_ranks(values)
    found = []
    for name, column in parameters.values.items():
        other = _centred_ranks(column)
        size = float(np.sqrt((ranks @ ranks) * (other @ other)))
        if size > 0:
            found.append((name, float(np.clip(ranks @ other / size, -1.0, 1.0))))
    return tuple(sorted(found, key=lambda pair: (-abs(pair[1]), pair[0])))


def _centred_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks less their mean, ties at their average rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    average = last - (counts - 1) / 2
    return average[inverse] - (values.size + 1) / 2
