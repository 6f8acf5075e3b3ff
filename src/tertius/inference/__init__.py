"""Inference: when a relation turned, whether that fits an event, how much a level differs."""

from __future__ import annotations

from tertius.inference.bursts import Following, following
from tertius.inference.rates import RateRatio, rate_ratio
from tertius.inference.timings import consistency, consistent_dates
from tertius.inference.turns import Dating, Turn, turn

__all__ = [
    "Dating",
    "Following",
    "RateRatio",
    "Turn",
    "consistency",
    "consistent_dates",
    "following",
    "rate_ratio",
    "turn",
]
