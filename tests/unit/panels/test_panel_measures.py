"""Measures against formulas written out, and the interval against scipy.stats and a grid.

Formulas agree to 1e-12; the interval with scipy.stats (an independent inverse) to 1e-8 and
with a numerical integral on a grid of 200,001 points to 1e-4.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
import scipy.stats

from tertius.errors import UnknownNameError, UsageError
from tertius.panels import MEASURES, net_cooperation_interval, with_measures

CELLS = pl.DataFrame(
    {
        "events": [10, 1, 0],
        "quad_1": [5, 0, 0],
        "quad_2": [2, 0, 0],
        "quad_3": [2, 0, 0],
        "quad_4": [1, 0, 0],
        "weight_sum": [12.5, -2.0, 0.0],
        "source_total": [40, 1, 0],
        "target_total": [25, 2, 0],
        "world_total": [200, 50, 0],
        "coverage": [1.0, 0.5, 0.0],
        "days": [7, 31, 7],
    }
)


def test_each_measure_is_its_formula() -> None:
    """On a busy cell, on one with an event outside the four classes, on an empty one."""
    found = with_measures(CELLS, *MEASURES)
    expected = {
        "events": [10, 1, 0],
        "events_per_covered_day": [10 / 7, 1 / 15.5, None],
        "cooperation": [7, 0, 0],
        "conflict": [3, 0, 0],
        "net_cooperation": [(7 - 3) / (7 + 3 + 1), 0.0, 0.0],
        "net_alpha": [7.5, 0.5, 0.5],
        "net_beta": [3.5, 0.5, 0.5],
        "attention_share": [0.25, 1.0, None],
        "attention_ratio": [math.log(10 * 200 / (40 * 25)), math.log(1 * 50 / (1 * 2)), None],
        "weight_sum": [12.5, -2.0, 0.0],
        "weight_mean": [1.25, -2.0, None],
    }
    assert set(expected) == set(MEASURES)
    for name, values in expected.items():
        assert found[name].to_list() == pytest.approx(values, abs=1e-12), name


def test_net_cooperation_is_the_posterior_mean() -> None:
    """2 E[p] − 1 of Beta(C + ½, X + ½)."""
    found = with_measures(CELLS, "net_cooperation", "net_alpha", "net_beta")
    mean = scipy.stats.beta(found["net_alpha"].to_numpy(), found["net_beta"].to_numpy()).mean()
    assert found["net_cooperation"].to_list() == pytest.approx(list(2 * mean - 1), abs=1e-12)


@pytest.mark.parametrize(("c", "x"), [(0, 0), (8, 2), (0, 5), (300, 1)])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95])
def test_the_interval_is_the_posteriors(c: int, x: int, level: float) -> None:
    """Equal tails, against another library and against a sum over a grid."""
    low, high = net_cooperation_interval([c], [x], level)
    posterior = scipy.stats.beta(c + 0.5, x + 0.5)
    assert low[0] == pytest.approx(2 * posterior.ppf((1 - level) / 2) - 1, abs=1e-8)
    assert high[0] == pytest.approx(2 * posterior.ppf((1 + level) / 2) - 1, abs=1e-8)
    # Substituting p = sin² t removes the poles that the prior has at 0 and 1.
    t = np.linspace(0, np.pi / 2, 200_001)
    density = np.sin(t) ** (2 * c) * np.cos(t) ** (2 * x)
    mass = np.cumsum((density[1:] + density[:-1]) / 2)
    inside = 2 * np.sin(t[1:]) ** 2 - 1
    share = mass[np.searchsorted(inside, high[0]) - 1] - mass[np.searchsorted(inside, low[0]) - 1]
    assert share / mass[-1] == pytest.approx(level, abs=1e-4)


def test_the_sum_of_weights_is_labelled_as_volume() -> None:
    """Nobody reads it off an axis as a temperature."""
    assert "volume" in MEASURES["weight_sum"].label
    assert all(measure.note and measure.label for measure in MEASURES.values())


def test_an_unknown_measure_or_level_is_an_error() -> None:
    """Named, with what there is."""
    with pytest.raises(UnknownNameError, match="goldstien"):
        with_measures(CELLS, "goldstien")
    with pytest.raises(UsageError):
        net_cooperation_interval([1], [1], 90)
