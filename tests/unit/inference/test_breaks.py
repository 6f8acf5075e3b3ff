"""The changepoint on arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.inference import breaks

series = st.lists(st.integers(0, 30), min_size=10, max_size=40).map(lambda y: np.array(y, float))


@given(series, st.integers(2, 5))
@settings(max_examples=50)
def test_the_posterior_is_a_distribution_over_the_allowed_places(counts, shortest):
    """Sums to one; no segment is shorter than allowed."""
    gains = breaks.log_gains(counts[None], shortest)[0]
    places = breaks.break_points(counts.size, shortest)
    posterior = breaks.date_posterior(gains, 1.0)
    assert posterior.sum() == pytest.approx(1)
    assert places.size == posterior.size == counts.size - 2 * shortest + 1
    assert (places[0], places[-1]) == (shortest, counts.size - shortest)


@given(series)
@settings(max_examples=50)
def test_time_reversed_the_posterior_is_reversed(counts):
    """The model knows no direction of time."""
    forth = breaks.log_gains(counts[None], 5)
    back = breaks.log_gains(counts[None, ::-1], 5)
    assert forth[0] == pytest.approx(back[0, ::-1], abs=1e-9)


def test_many_series_at_once_are_each_treated_alone():
    """Rows do not mix."""
    counts = np.random.default_rng(2).poisson(2.0, (4, 30)).astype(float)
    together = breaks.log_gains(counts, 5)
    at = breaks.break_points(30, 5)[together.argmax(axis=1)]
    for row in range(4):
        alone = breaks.log_gains(counts[[row]], 5)
        assert together[row] == pytest.approx(alone[0], rel=1e-12)
        assert breaks.break_dispersion(counts, at)[row] == pytest.approx(
            breaks.break_dispersion(counts[[row]], at[[row]])[0]
        )


def test_dispersion_is_pearsons_around_the_two_rates():
    """Against the definition, on a series worked by hand; a silent segment adds nothing."""
    counts = np.array([0.0, 0, 0, 0, 0, 9, 1, 9, 1, 9])
    mean = 29 / 5
    chi = sum((y - mean) ** 2 / mean for y in counts[5:])
    assert breaks.break_dispersion(counts[None], np.array([5]))[0] == pytest.approx(chi / 8)
    assert breaks.break_dispersion(np.zeros((1, 10)), np.array([5]))[0] == 1


def test_flat_dispersion_is_pearsons_around_the_mean_and_at_least_one():
    """χ²/(n − 1) with a floor."""
    counts = np.array([0.0, 10, 0, 10])
    assert breaks.flat_dispersion(counts) == pytest.approx(4 * 25 / 5 / 3)
    assert breaks.flat_dispersion(np.full(5, 3.0)) == 1
    assert breaks.flat_dispersion(np.zeros(5)) == 1


def test_the_set_is_the_smallest_that_holds_the_level():
    """Highest first; of equals the earlier one."""
    posterior = np.array([0.1, 0.4, 0.1, 0.4])
    assert breaks.highest_set(posterior, 0.4).tolist() == [False, True, False, False]
    assert breaks.highest_set(posterior, 0.5).tolist() == [False, True, False, True]
    assert breaks.highest_set(posterior, 0.85).tolist() == [True, True, False, True]
    assert breaks.highest_set(posterior, 0.999).all()


def test_series_without_a_break_have_the_mean_and_spread_asked_for():
    """200,000 days: mean within 4 standard errors, variance over mean within 5 %."""
    generator = np.random.default_rng(4)
    for phi in (1.0, 3.0):
        drawn = breaks.null_counts(generator, 0.5, phi, (200, 1000))
        assert drawn.mean() == pytest.approx(0.5, abs=4 * np.sqrt(phi * 0.5 / drawn.size))
        assert drawn.var() / drawn.mean() == pytest.approx(phi, rel=0.05)
    assert breaks.null_counts(generator, 0.0, 3.0, (2, 5)).sum() == 0
