"""The exact Poisson–Gamma changepoint, on arrays: one break in a series of counts.

Counts before and after the break are Poisson with two rates, each with a Gamma prior;
the rates integrate out, so the posterior over the date of the break is exact. Counts
of reported events vary more than Poisson counts: the evidence is then tempered, that
is, divided by a dispersion estimated around the fitted break.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = [
    "break_dispersion",
    "break_points",
    "date_posterior",
    "flat_dispersion",
    "highest_set",
    "log_bayes_factors",
    "log_gains",
    "null_counts",
    "segment_rates",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SHAPE = 0.5
"""Shape of the Gamma prior on each rate."""
RATE = 0.5
"""Rate of the Gamma prior on each rate, in days."""


def break_points(days: int, shortest: int) -> Integers:
    """Return the positions where the second segment may begin, ``(K,)``."""
    return np.arange(shortest, days - shortest + 1, dtype=np.int64)


def log_gains(counts: Floats, shortest: int) -> Floats:
    """Return the log evidence for a break at each place over that for none.

    Parameters
    ----------
    counts : ndarray, (R, n)
        R series of n daily counts.
    shortest : int
        Least days in a segment.

    Returns
    -------
    ndarray, (R, K)
        ``ln p(y | break at k) - ln p(y | no break)``, the rates integrated out over
        independent Gamma(½, ½) priors.
    """
    days = counts.shape[1]
    points = break_points(days, shortest)
    sums = np.cumsum(counts, axis=1)
    total = sums[:, -1:]
    left = sums[:, points - 1]
    split = _log_evidence(left, points) + _log_evidence(total - left, days - points)
    gains: Floats = split - _log_evidence(total, np.array([days]))
    return gains


def log_bayes_factors(gains: Floats, phi: Floats) -> Floats:
    """Return the log Bayes factor of one break (date uniform) against none.

    Parameters
    ----------
    gains : ndarray, (R, K)
        From :func:`log_gains`.
    phi : ndarray, (R,)
        Dispersions; 1 leaves the evidence as it is.
    """
    tempered = gains / phi[:, None]
    factors: Floats = np.logaddexp.reduce(tempered, axis=1) - np.log(gains.shape[1])
    return factors


def date_posterior(gains: Floats, phi: float) -> Floats:
    """Return the posterior over the place of the break, ``(K,)``, given there is one."""
    tempered = gains / phi
    weights = np.exp(tempered - tempered.max())
    posterior: Floats = weights / weights.sum()
    return posterior


def highest_set(posterior: Floats, level: float) -> NDArray[np.bool_]:
    """Mark the smallest set of places that holds `level`; of equals, the earlier first."""
    order = np.argsort(-posterior, kind="stable")
    held = np.cumsum(posterior[order])
    size = min(int(np.searchsorted(held, level)) + 1, posterior.size)
    chosen = np.zeros(posterior.size, dtype=np.bool_)
    chosen[order[:size]] = True
    return chosen


def segment_rates(counts: Floats, points: Integers) -> tuple[Floats, Floats]:
    """Return events a day before and after each series' break, ``(R,)`` each."""
    days = counts.shape[1]
    sums = np.cumsum(counts, axis=1)
    left = sums[np.arange(len(counts)), points - 1]
    return left / points, (sums[:, -1] - left) / (days - points)


def break_dispersion(counts: Floats, points: Integers) -> Floats:
    """Return max(1, Pearson χ²/(n − 2)) around the two fitted rates, ``(R,)``."""
    before, after = segment_rates(counts, points)
    days = counts.shape[1]
    squares = np.cumsum(counts**2, axis=1)
    left = squares[np.arange(len(counts)), points - 1]
    # Σ(y−m)²/m = Σy²/m − Σy, and 0 where nothing was counted.
    chi = _scaled(left, before) - before * points
    chi += _scaled(squares[:, -1] - left, after) - after * (days - points)
    dispersion: Floats = np.maximum(1.0, chi / (days - 2))
    return dispersion


def flat_dispersion(counts: Floats) -> float:
    """Return max(1, Pearson χ²/(n − 1)) of one series around its mean."""
    mean = counts.mean()
    if mean == 0:
        return 1.0
    return max(1.0, float(((counts - mean) ** 2).sum() / mean / (counts.size - 1)))


def null_counts(
    generator: np.random.Generator, mean: float, phi: float, shape: tuple[int, int]
) -> Floats:
    """Draw series without a break: Poisson at φ = 1, negative binomial above.

    The variance is φ times the mean; days are independent.
    """
    if phi <= 1 or mean == 0:
        return generator.poisson(mean, shape).astype(np.float64)
    return generator.negative_binomial(mean / (phi - 1), 1 / phi, shape).astype(np.float64)


def _log_evidence(events: Floats, days: Integers) -> Floats:
    """Log of ∫ Π Poisson(y | λ) Gamma(λ) dλ, without the factorials, which cancel."""
    constant = SHAPE * np.log(RATE) - gammaln(SHAPE)
    evidence: Floats = gammaln(SHAPE + events) - (SHAPE + events) * np.log(RATE + days) + constant
    return evidence


def _scaled(squares: Floats, means: Floats) -> Floats:
    return np.divide(squares, means, out=np.zeros_like(squares), where=means > 0)
