"""The score of one dyad: how cooperative what was reported of it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.errors import UsageError
from tertius.triads.flows import Flow
from tertius.triads.posteriors import against_world, draw_shares, severity

__all__ = [
    "FEWEST_EVENTS",
    "PROBABILITIES",
    "RAW",
    "SCORINGS",
    "WORLD",
    "EdgeScore",
    "Sums",
    "check_draws",
    "edge_scores",
    "effective_events",
    "quantile_pairs",
    "score_draws",
    "seeded",
]

Floats = NDArray[np.float64]

WORLD, RAW = "world", "raw"
SCORINGS = (WORLD, RAW)
"""Against the odds of cooperation in the world, and against even odds."""

FEWEST_EVENTS = 5.0
"""Effective events under which a dyad carries no role."""

PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles kept of every posterior."""


@dataclass(frozen=True, slots=True)
class EdgeScore:
    """Score of one dyad under one scoring.

    Attributes
    ----------
    states : tuple of (str, str)
        The two states; for one direction, source and target.
    scoring : str
        ``"world"`` or ``"raw"``.
    score, mean : float
        Posterior median and mean, in [−1, 1]; 0 is the world's odds, or even odds.
    interval_50, interval_90 : tuple of float
        Central posterior intervals.
    positive, neutral : float
        Posterior probability that the score is above 0, and that it is within the
        neutral band.
    effective_events : float
        (C + F)/φ, summed over directions.
    cooperative, conflictual : tuple of float, one a direction
        Weighted counts; from the first state to the second, then back.
    phi : tuple of float, one a direction
        Dispersion of the weekly counts.
    asymmetry, asymmetry_interval_90 : float and tuple of float, or None
        Score of the first direction less that of the second; None for one direction.
    severity, severity_interval_90 : float and tuple of float, or None
        Severity-weighted score Σw/√(N Σw²), in [−1, 1], the directions pooled, by
        normal approximation; None without events. The same under both scorings.
    mean_weight : float or None
        Mean weight of an event, by the panel's weight table.
    """

    states: tuple[str, str]
    scoring: str
    score: float
    mean: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]
    positive: float
    neutral: float
    effective_events: float
    cooperative: tuple[float, ...]
    conflictual: tuple[float, ...]
    phi: tuple[float, ...]
    asymmetry: float | None
    asymmetry_interval_90: tuple[float, float] | None
    severity: float | None
    severity_interval_90: tuple[float, float] | None
    mean_weight: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Weighted counts of one dyad's direction or two.

    Attributes
    ----------
    states : tuple of (str, str)
        The two states.
    cooperative, conflictual, weights, squares, phi : ndarray, (1,) or (2,)
        Weighted counts, weight sums, sums of squared weights and dispersions.
    """

    states: tuple[str, str]
    cooperative: Floats
    conflictual: Floats
    weights: Floats
    squares: Floats
    phi: Floats

    @classmethod
    def of(cls, flows: tuple[Flow, ...], weights: Floats) -> Sums:
        """Weight and sum each direction's periods by `weights`, ``(n,)``."""
        totals = [flow.total(weights) for flow in flows]
        return cls(
            (flows[0].source, flows[0].target),
            np.array([total.cooperative for total in totals]),
            np.array([total.conflictual for total in totals]),
            np.array([total.weight_sum for total in totals]),
            np.array([total.weight_sum_squares for total in totals]),
            np.array([flow.phi for flow in flows]),
        )


def effective_events(sums: Sums) -> float:
    """Return (C + F)/φ summed over the directions."""
    return float(((sums.cooperative + sums.conflictual) / sums.phi).sum())


def score_draws(
    generator: np.random.Generator, edges: tuple[Sums, ...], draws: int
) -> list[Floats]:
    """Draw cooperative shares, one array ``(directions, draws)`` an edge."""
    shares = draw_shares(
        generator,
        np.concatenate([edge.cooperative for edge in edges]),
        np.concatenate([edge.conflictual for edge in edges]),
        np.concatenate([edge.phi for edge in edges]),
        draws,
    )
    return np.split(shares, np.cumsum([edge.phi.size for edge in edges])[:-1])


def edge_scores(
    edges: tuple[Sums, ...],
    shares: list[Floats],
    scoring: str,
    world: float,
    neutral: float,
) -> tuple[Floats, tuple[EdgeScore, ...]]:
    """Score edges under one scoring.

    Returns
    -------
    draws : ndarray, (edges, D)
        Draws of the score, the mean of an edge's directions.
    scores : tuple of EdgeScore
    """
    base = world if scoring == WORLD else 0.5
    directed = [against_world(share, base) for share in shares]
    draws = np.stack([scores.mean(axis=0) for scores in directed])
    quantiles = quantile_pairs(draws)
    found = [
        _summary(edge, scores, draws[i], quantiles[:, i], scoring, neutral)
        for i, (edge, scores) in enumerate(zip(edges, directed, strict=True))
    ]
    return draws, tuple(found)


def quantile_pairs(draws: Floats) -> Floats:
    """Return the 5, 25, 50, 75 and 95 % quantiles over the last axis, ``(5, …)``."""
    quantiles: Floats = np.quantile(draws, PROBABILITIES, axis=-1)
    return quantiles


def seeded(seed: int | np.random.SeedSequence, *key: int) -> np.random.Generator:
    """Return the generator of one piece of work, whatever else is asked for beside it."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    child = np.random.SeedSequence(root.entropy, spawn_key=(*root.spawn_key, *key))
    return np.random.default_rng(child)


def check_draws(draws: int, neutral: float = 0.0, half_life_days: float = 1.0) -> None:
    """Raise ``UsageError`` for options out of range."""
    if draws < 100:
        raise UsageError(f"`draws` is {draws}", allowed="100 or more")
    if not 0 <= neutral < 1:
        raise UsageError(f"`neutral` is {neutral}", allowed="0 or more, and below 1")
    if not half_life_days > 0:
        raise UsageError(f"`half_life_days` is {half_life_days}", allowed="a number above 0")


def _summary(
    edge: Sums,
    directed: Floats,
    draws: Floats,
    quantiles: Floats,
    scoring: str,
    neutral: float,
) -> EdgeScore:
    low, lower, middle, upper, high = (float(value) for value in quantiles)
    asymmetry = quantile_pairs(directed[0] - directed[1]) if len(directed) == 2 else None
    events = float((edge.cooperative + edge.conflictual).sum())
    weighed = None
    if edge.squares.sum() > 0:
        phi = events / effective_events(edge)
        score, error = severity(events, float(edge.weights.sum()), float(edge.squares.sum()), phi)
        weighed = (score, (max(score - _Z90 * error, -1.0), min(score + _Z90 * error, 1.0)))
    return EdgeScore(
        states=edge.states,
        scoring=scoring,
        score=middle,
        mean=float(draws.mean()),
        interval_50=(lower, upper),
        interval_90=(low, high),
        positive=float((draws > 0).mean()),
        neutral=float((np.abs(draws) < neutral).mean()),
        effective_events=effective_events(edge),
        cooperative=tuple(edge.cooperative.tolist()),
        conflictual=tuple(edge.conflictual.tolist()),
        phi=tuple(edge.phi.tolist()),
        asymmetry=None if asymmetry is None else float(asymmetry[2]),
        asymmetry_interval_90=(
            None if asymmetry is None else (float(asymmetry[0]), float(asymmetry[4]))
        ),
        severity=None if weighed is None else weighed[0],
        severity_interval_90=None if weighed is None else weighed[1],
        mean_weight=float(edge.weights.sum()) / events if events > 0 else None,
    )


_Z90 = 1.6448536269514722  # standard normal quantile of .95
