"""The dispersion of weekly counts around their moving mean."""

from __future__ import annotations

import numpy as np
import pytest

from tertius.triads.dispersions import count_dispersion, grouped


def test_counts_that_do_not_vary_have_dispersion_one():
    """Less spread than Poisson is not trusted: the floor is 1."""
    assert count_dispersion([np.full(40, 3.0)], np.full(40, 7.0)) == 1


def test_silence_has_dispersion_one():
    """No events, or no covered week, is no evidence of spread."""
    assert count_dispersion([np.zeros(40), np.zeros(40)], np.full(40, 7.0)) == 1
    assert count_dispersion([np.zeros(5)], np.zeros(5)) == 1


def test_it_is_pearsons_statistic_over_its_exact_expectation():
    """A nine-week series has one window only: worked by hand."""
    counts = np.array([0.0, 9, 0, 0, 9, 0, 0, 0, 0])
    middle = count_dispersion([counts], np.full(9, 7.0))
    # Each week's window is truncated; the loop below is the definition, word for word.
    chi = freedom = 0.0
    for t in range(9):
        window = counts[max(0, t - 4) : t + 5]
        mean, share = window.mean(), 1 / window.size
        if mean > 0:
            chi += (counts[t] - mean) ** 2 / mean
            freedom += 1 - share
    assert middle == pytest.approx(chi / freedom)
    assert middle > 4


def test_a_half_covered_week_is_expected_to_hold_half():
    """Exposure scales the expectation, so steady reporting stays at the floor."""
    exposure = np.array([7.0, 7, 3.5, 7, 0, 7, 7, 7, 7, 7])
    assert count_dispersion([exposure * 2], exposure) == 1


def test_a_steady_trend_is_not_dispersion():
    """The mean moves along."""
    assert count_dispersion([np.round(np.linspace(5, 60, 150))], np.full(150, 7.0)) == 1


def test_values_are_summed_by_group():
    """Groups are consecutive numbers from any start."""
    groups = np.array([7, 7, 8, 9, 9])
    assert grouped(np.array([1.0, 2, 3, 4, 5]), groups).tolist() == [3, 3, 9]
