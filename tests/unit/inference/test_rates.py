"""The ratio of two rates."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.errors import UsageError
from tertius.inference import rate_ratio

counts = st.lists(st.integers(0, 500), min_size=2, max_size=10)


def test_the_ratio_is_of_the_rates_with_half_an_event_added():
    """12 in 3 against 6 in 6."""
    found = rate_ratio([4, 5, 3], [1, 0, 2, 1, 1, 1])
    assert found.ratio == pytest.approx((12.5 / 3) / (6.5 / 6))
    assert (found.rate_a, found.rate_b) == (4, 1)
    assert (found.events_a, found.events_b, found.degrees_of_freedom) == (12, 6, 7)
    assert found.interval[0] < found.ratio < found.interval[1]
    assert "12 against 6 events" in found.words


@given(counts, counts)
@settings(max_examples=60)
def test_swapping_the_spans_inverts_the_interval(a, b):
    """Nothing in the method prefers one side."""
    forth, back = rate_ratio(a, b), rate_ratio(b, a)
    assert forth.ratio == pytest.approx(1 / back.ratio)
    assert math.log(forth.interval[0]) == pytest.approx(-math.log(back.interval[1]), rel=1e-6)


@given(counts, counts, st.floats(0.5, 0.98))
@settings(max_examples=60)
def test_the_interval_holds_the_ratio_and_grows_with_the_level(a, b, level):
    """Nested in level."""
    inner, outer = rate_ratio(a, b, level=level), rate_ratio(a, b, level=level + 0.01)
    assert outer.interval[0] <= inner.interval[0] <= inner.ratio
    assert inner.ratio <= inner.interval[1] <= outer.interval[1]


def test_exposure_turns_counts_into_rates():
    """Twice the days, twice the events, the same rate."""
    found = rate_ratio([20, 20, 20], [10, 10, 10], exposure_a=2.0, exposure_b=1.0)
    assert found.rate_a == found.rate_b == 10
    assert found.ratio == pytest.approx(1, abs=0.02)


def test_unequal_exposure_is_no_dispersion():
    """Counts in step with their exposure do not count as spread."""
    exposure = [1, 2, 3, 4, 5, 6]
    steady = rate_ratio([10 * e for e in exposure], [10] * 6, exposure_a=exposure)
    assert steady.dispersion == 1
    assert steady.clustering == 0


def test_dispersion_is_pearsons():
    """By hand: χ² = 2·25/10 + 0, over 3 degrees of freedom."""
    found = rate_ratio([5, 15], [7, 7, 7])
    assert found.dispersion == pytest.approx(5 / 3)


def test_spread_within_the_spans_widens_the_interval():
    """The same totals, once steady and once in bursts."""
    steady = rate_ratio([100, 100, 100], [50, 50, 50])
    bursts = rate_ratio([10, 40, 250], [5, 20, 125])
    assert bursts.clustering > 0.5
    assert np.log(bursts.interval[1] / bursts.interval[0]) > 5 * np.log(
        steady.interval[1] / steady.interval[0]
    )


def test_a_silent_span_bounds_the_ratio_on_one_side():
    """Nothing against nine events: clearly lower; nothing against nothing: unknown."""
    assert rate_ratio([0, 0, 0], [30, 31, 29]).interval[1] < 0.3
    nothing = rate_ratio([0, 0], [0, 0])
    assert nothing.flags == ("no events",)
    assert nothing.interval[0] < 0.01
    assert nothing.interval[1] > 100


@pytest.mark.parametrize(
    ("a", "b", "options", "word"),
    [
        ([1, -1], [1, 2], {}, "counts_a"),
        ([1.5, 2], [1, 2], {}, "whole numbers"),
        ([1, float("nan")], [1, 2], {}, "nan"),
        ([1, 2], [], {}, "counts_b"),
        ([[1, 2]], [1, 2], {}, "shape"),
        ([1], [2], {}, "three counts"),
        ([1, 2], [1, 2], {"exposure_a": 0}, "exposure_a"),
        ([1, 2], [1, 2], {"exposure_b": [1, 2, 3]}, "exposure_b"),
        ([1, 2], [1, 2], {"level": 0}, "level"),
    ],
)
def test_what_are_no_counts_are_refused(a, b, options, word):
    """Naming the argument."""
    with pytest.raises(UsageError, match=word):
        rate_ratio(a, b, **options)
