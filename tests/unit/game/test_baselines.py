"""The baselines: what must not matter to them, what they do by hand, what they refuse.

Trajectories of shifted and stretched issues differ by rounding only, as long as no actor
stands between two choices; 1e-9 of the span covers it.
"""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game.baselines.averages import weighted_mean, weighted_median
from tertius.game.baselines.challenges import win_probabilities
from tertius.game.baselines.forecasts import expected_utility

CLOSE = 1e-9


def issue(seed, n=7):
    generator = np.random.default_rng(np.random.SeedSequence(3, spawn_key=(seed,)))
    return generator.uniform(0, 1, n), generator.uniform(0, 2, n), generator.uniform(0, 1, n)


# --- Averages ---------------------------------------------------------------------------------


def test_averages_weigh_capability_by_salience():
    """By hand: weights 8, 1 and 3."""
    told = ([2.0, 10.0, 6.0], [10, 1, 30], [0.8, 1.0, 0.1])
    assert weighted_mean(*told) == pytest.approx((16 + 10 + 18) / 12)
    assert weighted_median(*told) == 2.0


def test_saliences_in_per_cent_are_the_same():
    """One above 1 makes all of them per cent."""
    x, c, s = issue(1)
    assert weighted_mean(x, c, 100 * s) == pytest.approx(weighted_mean(x, c, s), rel=1e-12)
    share, cent = (expected_utility(x, c, f * s, rounds=3) for f in (1, 100))
    assert cent.positions == pytest.approx(share.positions, abs=CLOSE)


@pytest.mark.parametrize("seed", range(10))
def test_the_median_is_beaten_by_no_position(seed):
    """Against every other position, by every actor's weighted vote."""
    x, c, s = issue(seed)
    median = weighted_median(x, c, s)
    lead = [((np.abs(x - other) - np.abs(x - median)) * c * s).sum() for other in x]
    assert min(lead) >= -CLOSE
    assert median in x


def test_a_tie_goes_to_the_lower_position():
    """Ten tenths do not add up to one exactly, and still tie."""
    assert weighted_median([5, 1], [1, 1], [1, 1]) == 1
    assert weighted_median([1] * 5 + [2] * 5, [0.1] * 10, [1] * 10) == 1


# --- Trajectories -----------------------------------------------------------------------------


def test_two_actors_win_by_their_weight():
    """Each votes for itself; votes are counted over both orders of the pair."""
    weights = np.array([3.0, 1.0])
    found = win_probabilities(np.array([0.0, 2.0]), weights, np.array([1.0, 1.7]), 2.0)
    assert found == pytest.approx(np.array([[0, 3 / 8], [1 / 8, 0]]))


@pytest.mark.parametrize("seed", range(6))
def test_units_origin_and_order_do_not_matter(seed):
    """Years or days, from any zero; capability in any unit; actors in any order."""
    x, c, s = issue(seed)
    path = expected_utility(x, c, s, rounds=4)
    moved = expected_utility(365 * x - 40, 7 * c, s, rounds=4)
    assert moved.positions == pytest.approx(365 * path.positions - 40, abs=365 * CLOSE)
    order = np.random.default_rng(seed).permutation(x.size)
    other = expected_utility(x[order], c[order], s[order], rounds=4)
    assert other.positions == pytest.approx(path.positions[:, order], abs=CLOSE)
    assert other.medians == pytest.approx(path.medians, abs=CLOSE)


@pytest.mark.parametrize("seed", range(6))
def test_a_trajectory_stays_in_range_and_adds_up(seed):
    """Nobody leaves the first range; medians and means are those of the positions."""
    x, c, s = issue(seed, n=20)
    path = expected_utility(x, c, s, rounds=6, q=0.6, improving=0.5)
    assert path.positions.shape == (7, 20)
    assert path.exponents.shape == (6, 20)
    assert (path.positions[0] == x).all()
    assert path.positions.min() >= x.min()
    assert path.positions.max() <= x.max()
    assert path.exponents.min() == pytest.approx(0.5)
    assert path.exponents.max() == pytest.approx(2)
    assert path.means.tolist() == [weighted_mean(row, c, s) for row in path.positions]
    assert path.medians.tolist() == [weighted_median(row, c, s) for row in path.positions]


def test_rest_is_noticed_and_lasts():
    """After a round without movement there is none any more."""
    path = expected_utility([0, 4, 10], [3, 2, 1], [60, 90, 50], rounds=6)
    assert path.at_rest == 1
    assert (path.positions[1:] == path.positions[1]).all()
    assert (path.positions[0] != path.positions[1]).any()
    assert expected_utility([0, 4, 10], [3, 2, 1], [60, 90, 50], rounds=1).at_rest is None


def test_actors_who_have_met_stay_together():
    """One place left, nothing to decide: no division by nothing."""
    path = expected_utility([0, 1], [3, 1], [0.5, 0.5], rounds=4)
    assert path.at_rest == 1
    assert path.positions[1:].tolist() == [[0, 0]] * 4
    assert path.exponents[1:].tolist() == [[1, 1]] * 3


def test_a_trajectory_is_a_table_and_read_only():
    """One row a round; no rounds leave the start."""
    path = expected_utility([0, 1, 3], [1, 1, 1], [1, 1, 1], rounds=2)
    frame = path.to_polars()
    assert frame.columns == ["round", "median", "mean"]
    assert frame["round"].to_list() == [0, 1, 2]
    assert "<table>" in path._repr_html_()
    for array in (path.positions, path.exponents, path.medians, path.means):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    start = expected_utility([0, 1, 3], [1, 1, 1], [1, 1, 1], rounds=0)
    assert (start.medians.size, start.exponents.shape, start.at_rest) == (1, (0, 3), None)


# --- Refusals ---------------------------------------------------------------------------------

GOOD = {"positions": [0, 1, 2], "capabilities": [1, 1, 1], "saliences": [50, 50, 50]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"positions": [0, 1]}, "2 positions, 3 capabilities and 3 saliences"),
        ({"positions": [], "capabilities": [], "saliences": []}, "0 positions"),
        ({"positions": [[0, 1, 2]]}, r"positions of shape \(1, 3\)"),
        ({"positions": ["here", 1, 2]}, "positions are no numbers"),
        ({"positions": [0, np.nan, 2]}, "positions nan at index 1"),
        ({"positions": [1, 1, 1]}, "two distinct positions at least"),
        ({"positions": [-1.5e308, 0, 1.5e308]}, "span inf"),
        ({"capabilities": [1, -2, 1]}, "capability -2 at index 1"),
        ({"capabilities": [0, 0, 0]}, "sums to 0"),
        ({"capabilities": [1.7e308] * 3}, "sums to inf"),
        ({"saliences": [50, 101, 50]}, "salience 101 at index 1"),
        ({"saliences": [50, 50, -1]}, "salience -1 at index 2"),
        ({"q": 0}, "q = 0"),
        ({"q": 1.01}, "above 0, at most 1"),
        ({"q": np.nan}, "q = nan"),
        ({"improving": -0.1}, "improving = -0.1"),
        ({"rounds": -1}, "rounds = -1"),
        ({"rounds": 2.5}, "rounds = 2.5"),
        ({"rounds": True}, "rounds = True"),
    ],
)
def test_bad_input_is_named(change, said):
    """What, where, and what is allowed."""
    with pytest.raises(GameError) as told:
        expected_utility(**{"rounds": 2, **GOOD, **change})
    assert told.value.where == "expected_utility"
    import re

    assert re.search(said, str(told.value))


def test_averages_refuse_the_same():
    """With their own names."""
    for function in (weighted_mean, weighted_median):
        with pytest.raises(GameError, match="salience 200"):
            function([0, 1], [1, 1], [200, 50])
        assert function([3, 3], [1, 1], [1, 1]) == 3
