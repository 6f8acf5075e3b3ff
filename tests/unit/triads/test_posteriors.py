"""Discounts, odds against the world, severity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.triads import posteriors


def test_an_event_counts_half_after_one_half_life_and_nothing_before_it_happened():
    """2^(−age/half-life), and zero for the future."""
    ends = np.array([100, 128, 156, 157])
    assert posteriors.discounts(ends, 156, 28.0).tolist() == [0.25, 0.5, 1.0, 0.0]


@given(st.floats(0.001, 0.999), st.floats(0.05, 0.95))
def test_the_score_is_zero_at_the_worlds_odds_and_follows_the_formula(share, world):
    """Against its definition p* = p(1−w)/(p(1−w)+(1−p)w)."""
    better = share * (1 - world) / (share * (1 - world) + (1 - share) * world)
    assert posteriors.against_world(np.array([share]), world)[0] == pytest.approx(2 * better - 1)
    assert posteriors.against_world(np.array([world]), world)[0] == pytest.approx(0, abs=1e-12)


def test_against_even_odds_the_score_is_raw():
    """w = ½ gives 2p − 1."""
    shares = np.linspace(0, 1, 11)
    assert posteriors.against_world(shares, 0.5) == pytest.approx(2 * shares - 1)


@given(
    st.lists(st.floats(-10, 10).filter(lambda w: abs(w) > 0.01), min_size=1, max_size=20),
    st.floats(1, 8),
)
def test_severity_lies_within_one_whatever_the_weights(weights, phi):
    """|Σw| ≤ √(N Σw²)."""
    weights = np.array(weights)
    score, error = posteriors.severity(weights.size, weights.sum(), (weights**2).sum(), phi)
    assert abs(score) <= 1 + 1e-12
    assert error >= 0


def test_severity_is_the_plain_balance_where_every_event_weighs_the_same():
    """(C − F)/N for weights of ±3; a grave act moves it more than a mild one."""
    plain, _ = posteriors.severity(10, 3.0 * 7 - 3.0 * 3, 9.0 * 10, 1.0)
    assert plain == pytest.approx(0.4)
    grave, _ = posteriors.severity(10, 3.0 * 7 - 9.0 * 3, 9.0 * 7 + 81.0 * 3, 1.0)
    assert grave < plain
