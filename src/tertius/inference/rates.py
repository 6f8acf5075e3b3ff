"""The level between two spans: how many times the rate of one that of the other is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from tertius.errors import UsageError

__all__ = ["METHOD", "RateRatio", "rate_ratio"]

Floats = NDArray[np.float64]

# Beyond it a double overflows.
_LARGEST_EXPONENT = 700.0

METHOD = "hull of a quasi-Poisson t interval and a negative binomial gamma interval"
"""How the interval is made, for a method line."""


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate of span a over rate of span b.

    Attributes
    ----------
    ratio : float
        Rate a over rate b, with half an event added to each.
    interval : tuple of float
        Interval of the ratio at `level`; the upper end may be infinite.
    level : float
        Nominal coverage.
    rate_a, rate_b : float
        Events per unit of exposure, as counted.
    events_a, events_b : int
        Events counted.
    dispersion : float
        Pearson χ²/(n − 2) of the counts around their span's rate, never below 1.
    clustering : float
        Moment estimate of 1/k in variance = mean + mean²/k, never below 0.
    degrees_of_freedom : int
        Counts minus 2.
    method : str
        How the interval was made.
    flags : tuple of str
        ``"no events"`` if neither span has any.
    """

    ratio: float
    interval: tuple[float, float]
    level: float
    rate_a: float
    rate_b: float
    events_a: int
    events_b: int
    dispersion: float
    clustering: float
    degrees_of_freedom: int
    method: str
    flags: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the ratio in one sentence."""
        low, high = self.interval
        return (
            f"The rate is {self.ratio:.2f} times as high ({self.level:.0%} interval {low:.2f} to "
            f"{high:.2f}; {self.events_a} against {self.events_b} events, dispersion "
            f"{self.dispersion:.1f})."
        )


def rate_ratio(
    counts_a: ArrayLike,
    counts_b: ArrayLike,
    exposure_a: ArrayLike = 1.0,
    exposure_b: ArrayLike = 1.0,
    *,
    level: float = 0.9,
) -> RateRatio:
    """Compare the rates of two spans of counts that vary more than Poisson counts.

    Parameters
    ----------
    counts_a, counts_b : array_like, (na,) and (nb,)
        Counts by unit (year, month, …), whole numbers. At least three in all.
    exposure_a, exposure_b : array_like, scalar or (na,), (nb,)
        Exposure of each unit (days covered, events in the world, …).
    level : float
        Nominal coverage of the interval.

    Returns
    -------
    RateRatio

    Raises
    ------
    UsageError
        For counts or exposures that are none, or fewer than three counts.

    Notes
    -----
    The spread of few counts says little about how their variance grows with the mean, so
    the interval is the hull of two. (1) Quasi-Poisson: the log ratio ± t·√(φ̂/a + φ̂/b),
    a and b the events. (2) Negative binomial: each rate is a Gamma variable with squared
    coefficient of variation v = 1/events + clustering·Σe²/(Σe)², times (t/z)² because the
    clustering is estimated; a ratio of Gammas has exact quantiles. Where clustering is
    most of v in both spans the *count* is Gamma around the rate, elsewhere the rate
    around the count: the two are skewed opposite ways. t has n − 2 degrees of freedom;
    half an event is added to each span.

    Measured coverage at nominal .90 (1,500 runs a setting, standard error .008; Poisson,
    and negative binomial with k = 2 and 20; means 1 to 3,000; 2 to 10 counts a span):
    .88 to .98, and up to 1 with two or three counts a span. The lowest, .88 to .89, are
    strongly clustered counts with only two or three in the span of the higher rate.

    A different rate of *reports* is not a different rate of events. Trends inside a span
    are taken for noise and widen the interval.
    """
    a, b = _counts("counts_a", counts_a), _counts("counts_b", counts_b)
    if a.size + b.size < 3:
        raise UsageError(
            f"{a.size} and {b.size} counts say nothing about their spread",
            allowed="three counts or more in all",
        )
    if not 0 < level < 1:
        raise UsageError(f"`level` is {level}", allowed="a probability between 0 and 1")
    spans = (
        (a, _exposure("exposure_a", exposure_a, a.size)),
        (b, _exposure("exposure_b", exposure_b, b.size)),
    )
    freedom = a.size + b.size - 2
    phi, clustering = _spread(spans, freedom)
    rates = [float((counts.sum() + 0.5) / exposure.sum()) for counts, exposure in spans]
    ratio = rates[0] / rates[1]
    smoothed = [float(counts.sum()) + 0.5 for counts, _ in spans]
    extra = [clustering * _concentration(exposure) for _, exposure in spans]
    ends = [
        _quasi_interval(ratio, [phi / events for events in smoothed], freedom, level),
        _gamma_interval(ratio, [1 / events for events in smoothed], extra, freedom, level),
    ]
    return RateRatio(
        ratio=ratio,
        interval=(min(low for low, _ in ends), max(high for _, high in ends)),
        level=level,
        rate_a=float(a.sum() / spans[0][1].sum()),
        rate_b=float(b.sum() / spans[1][1].sum()),
        events_a=int(a.sum()),
        events_b=int(b.sum()),
        dispersion=phi,
        clustering=clustering,
        degrees_of_freedom=freedom,
        method=METHOD,
        flags=() if a.sum() + b.sum() else ("no events",),
    )


def _counts(name: str, values: ArrayLike) -> Floats:
    counts = np.atleast_1d(np.asarray(values, dtype=np.float64))
    allowed = "whole numbers, 0 or more, one a unit"
    if counts.ndim != 1 or counts.size == 0:
        raise UsageError(f"`{name}` has shape {counts.shape}", allowed=allowed)
    wrong = ~np.isfinite(counts) | (counts < 0) | (counts != np.round(counts))
    if wrong.any():
        raise UsageError(f"`{name}` holds {counts[wrong][0]}", allowed=allowed)
    return counts


def _exposure(name: str, values: ArrayLike, size: int) -> Floats:
    exposure = np.asarray(values, dtype=np.float64)
    if exposure.ndim > 1 or exposure.size not in {1, size}:
        raise UsageError(
            f"`{name}` has shape {exposure.shape}", allowed=f"one number, or {size} of them"
        )
    if not (np.isfinite(exposure) & (exposure > 0)).all():
        raise UsageError(f"`{name}` holds {exposure.min()}", allowed="finite numbers above 0")
    return np.broadcast_to(exposure.reshape(-1), (size,)).astype(np.float64)


def _spread(spans: Sequence[tuple[Floats, Floats]], freedom: int) -> tuple[float, float]:
    """Return the Pearson dispersion (at least 1) and the clustering 1/k (at least 0)."""
    chi = clustering = 0.0
    for counts, exposure in spans:
        share = exposure / exposure.sum()
        expected = counts.sum() * share
        squares = (counts - expected) ** 2
        if counts.sum() > 0:
            chi += float((squares / expected).sum())
        smooth = (counts.sum() + 0.5) * share
        # A Poisson count around its span's fitted rate varies by mean × (1 − share).
        clustering += float(((squares - smooth * (1 - share)) / smooth**2).sum())
    return max(1.0, chi / freedom), max(0.0, clustering / freedom)


def _concentration(exposure: Floats) -> float:
    """Return Σe²/(Σe)²: 1/n for n equal units."""
    return float(((exposure / exposure.sum()) ** 2).sum())


def _quasi_interval(
    ratio: float, variances: Sequence[float], freedom: int, level: float
) -> tuple[float, float]:
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(sum(variances))
    highest = ratio * math.exp(reach) if reach < _LARGEST_EXPONENT else math.inf
    return ratio * math.exp(-reach), highest


def _gamma_interval(
    ratio: float,
    poisson: Sequence[float],
    extra: Sequence[float],
    freedom: int,
    level: float,
) -> tuple[float, float]:
    """Interval of a ratio of Gamma rates; squared variations are ``poisson + extra``."""
    scale = float(stdtrit(freedom, (1 + level) / 2) / ndtri((1 + level) / 2)) ** 2
    a, b = (1 / (scale * sum(pair)) for pair in zip(poisson, extra, strict=True))
    clustered = all(more > less for less, more in zip(poisson, extra, strict=True))

    def quantile(probability: float) -> float:
        # Both shares are inverted, since 1 − x loses all digits where x is next to 1.
        share, rest = betaincinv(a, b, probability), betaincinv(b, a, 1 - probability)
        return float("inf") if rest == 0 else float((b / a) * (share / rest))

    low, high = quantile((1 - level) / 2), quantile((1 + level) / 2)
    if clustered:
        return ratio / high, ratio / low if low > 0 else float("inf")
    return ratio * low, ratio * high
