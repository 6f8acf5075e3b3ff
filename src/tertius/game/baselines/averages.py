"""`weighted_mean` and `weighted_median`: the two simplest forecasts of a group's decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.game.baselines.positions import check_stances

__all__ = ["mean_of", "median_of", "weighted_mean", "weighted_median"]

Floats = NDArray[np.float64]

# Sums of weights that should be one half are one half up to this part of their total.
_ROUNDING = 1e-12


def weighted_mean(positions: ArrayLike, capabilities: ArrayLike, saliences: ArrayLike) -> float:
    """Return the mean position, weighted by capability times salience.

    The compromise model: the first baseline that any model of group decisions should
    beat, and that many do not (Achen 2006). It knows no bargaining, payments or rivals.

    Parameters
    ----------
    positions, capabilities, saliences : array_like
        ``(n,)`` one number an actor. Capabilities in any unit, ≥ 0; saliences from 0 to
        1, or from 0 to 100 if any of them is above 1.

    Returns
    -------
    float
        In the unit of the positions.

    Raises
    ------
    GameError
        If lengths differ, a number is not finite or out of its scale, or no weight is
        above 0.

    Examples
    --------
    >>> weighted_mean([0, 10], capabilities=[3, 1], saliences=[50, 50])
    2.5
    """
    stances = check_stances(positions, capabilities, saliences, where="weighted_mean")
    return mean_of(stances.positions, stances.weights)


def weighted_median(positions: ArrayLike, capabilities: ArrayLike, saliences: ArrayLike) -> float:
    """Return the median position, weighted by capability times salience.

    It is the position no other beats when actors vote with their weight for what is
    nearer to them (the Condorcet winner; Black 1948). Where two positions tie, each with
    half the weight beyond it, the lower one is returned.

    Parameters
    ----------
    positions, capabilities, saliences : array_like
        As for `weighted_mean`.

    Returns
    -------
    float
        The position of one of the actors.

    Raises
    ------
    GameError
        As for `weighted_mean`.

    Examples
    --------
    >>> weighted_median([0, 4, 10], capabilities=[3, 1, 3], saliences=[50, 50, 50])
    4.0
    """
    stances = check_stances(positions, capabilities, saliences, where="weighted_median")
    return median_of(stances.positions, stances.weights)


def mean_of(positions: Floats, weights: Floats) -> float:
    """Return the weighted mean of ``(n,)`` positions."""
    return float(positions @ weights / weights.sum())


def median_of(positions: Floats, weights: Floats) -> float:
    """Return the lowest of ``(n,)`` positions with half of the weight at or below it."""
    order = np.argsort(positions, kind="stable")
    below = np.cumsum(weights[order])
    half = below[-1] / 2 * (1 - _ROUNDING)
    return float(positions[order][np.searchsorted(below, half)])
