"""Rank correlations against scipy; nearest flips against thresholds known by algebra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from tertius.errors import GameError
from tertius.game import (
    Grid,
    Parameters,
    Range,
    draw,
    nearest_flip,
    rank_correlations,
    solve_draws,
)

SEED = np.random.SeedSequence(9)


def test_rank_correlations_agree_with_scipy(two):
    """Ties included: an outcome with many equal values, and a truth value."""
    games = draw(two, 400, SEED)
    rent = solve_draws(games, Grid(2, 4)).rent
    for outcome in (rent, rent > np.median(rent), np.round(rent)):
        found = rank_correlations(games, outcome)
        assert len(found) == 8
        for name, value in found:
            expected = spearmanr(games.table()[name], outcome).statistic
            assert value == pytest.approx(expected, abs=1e-12)
        sizes = [abs(value) for _, value in found]
        assert sizes == sorted(sizes, reverse=True)


def test_constants_have_no_rank_correlation(two):
    """Neither a fixed parameter nor an outcome that never changes."""
    games = draw(two, 50, SEED)
    names = [name for name, _ in rank_correlations(games, games.table()["k"])]
    assert names[0] == "k"
    assert "q" not in names
    assert rank_correlations(games, np.ones(50)) == ()


def test_equally_strong_parameters_are_sorted_by_name(two):
    """Order never depends on how names happened to be stored."""
    base = draw(two, 20, SEED)
    same = base.at({"rho.USA": base.table()["c"] / 2, "beta.CHN": base.table()["c"]})
    assert [name for name, _ in rank_correlations(same, same.table()["c"])][:3] == [
        "beta.CHN",
        "c",
        "rho.USA",
    ]


@pytest.mark.parametrize("outcome", [[1, 2], [1, np.nan, 3], [[1, 2, 3]]])
def test_an_outcome_must_be_one_finite_number_a_draw(two, outcome):
    """Wrong lengths and NaN are refused."""
    with pytest.raises(GameError, match="outcome"):
        rank_correlations(draw(two, 3, SEED), outcome)


def test_the_nearest_flip_is_found_within_its_range(two):
    """c from 3.5 down to 3 (0.1 widths) beats k from 2.5 up to 3.25 (0.25 widths)."""
    flip = nearest_flip(two, lambda p: (p.table()["c"] > 3) & (p.table()["k"] < 3.25))
    assert (flip.name, flip.direction, flip.inside_range) == ("c", "down", True)
    assert flip.now == 3.5
    assert flip.value == pytest.approx(3, abs=1e-9)
    assert flip.distance == pytest.approx(0.1)


def test_a_flip_inside_a_range_is_preferred_to_any_outside(two):
    """Outside is searched only if no parameter flips the answer within its range."""
    flip = nearest_flip(two, lambda p: p.table()["rho.USA"] < 3.3)
    assert (flip.name, flip.inside_range, flip.direction) == ("rho.USA", False, "up")
    assert flip.value == pytest.approx(3.3)
    assert flip.distance == pytest.approx(0.6)
    near = nearest_flip(two, lambda p: (p.table()["rho.USA"] < 3.3) & (p.table()["c"] < 6))
    assert (near.name, near.value) == ("c", 6)


def test_the_value_of_a_flip_has_the_other_answer(two):
    """On the game itself: a third of the rent is gone at the value, not just before it."""
    middle = Parameters.midpoint(two)
    most = solve_draws(middle, Grid(2)).rent[0] * 2 / 3

    def leaves_rent(p):
        return solve_draws(p, Grid(2)).rent > most

    flip = nearest_flip(two, leaves_rent)
    before = flip.value + (flip.now - flip.value) * 1e-6
    now, then, just_before = (
        leaves_rent(middle.at({flip.name: value}))[0] for value in (flip.now, flip.value, before)
    )
    assert now == just_before != then


def test_equally_near_flips_go_by_name(two):
    """omega.CHN and omega.USA at the same distance: the first by name."""
    flip = nearest_flip(two, lambda p: (p.table()["omega.USA"] < 3) & (p.table()["omega.CHN"] < 3))
    assert flip.name == "omega.CHN"


def test_the_search_stops_where_the_meaning_of_a_parameter_does(two, make_ranges):
    """No negative cost, no reliability above 1, and None when nothing is in reach."""
    assert nearest_flip(two, lambda p: p.table()["c"] >= 0, reach=5) is None
    assert nearest_flip(two, lambda p: p.table()["k"] > 0, reach=5) is None
    unsure = make_ranges(("CHN", "USA"), q=Range(0.5, 0.9))
    flip = nearest_flip(unsure, lambda p: p.table()["q"] < 1, reach=5)
    assert (flip.name, flip.value, flip.inside_range) == ("q", 1.0, False)
    assert nearest_flip(two, lambda p: p.table()["c"] < 20, reach=1) is None
    assert nearest_flip(two, lambda p: p.table()["c"] < 20, reach=3).name == "c"


def test_fixed_parameters_are_not_moved(two):
    """q has no width, so an answer that hangs on it alone has no flip."""
    assert nearest_flip(two, lambda p: p.table()["q"] > 0.5, reach=9) is None


def test_a_predicate_must_answer_once_a_game(two):
    """Numbers, single answers and a negative reach are refused."""
    with pytest.raises(GameError, match="predicate gave float64"):
        nearest_flip(two, lambda p: p.table()["k"])
    with pytest.raises(GameError, match="predicate gave bool"):
        nearest_flip(two, lambda p: np.array([True, False]))
    with pytest.raises(GameError, match="reach"):
        nearest_flip(two, lambda p: p.table()["k"] > 0, reach=-1)
