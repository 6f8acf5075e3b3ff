"""Ranges a case may give, and draws that are the same however they are made."""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import Parameters, Range, Ranges, draw

SEED = np.random.SeedSequence(2018)


def test_a_range_with_its_ends_swapped_is_refused():
    """Low above high is an error with a hint, equal ends are a fixed value."""
    with pytest.raises(GameError, match="low 3 above high 1") as caught:
        Range(3, 1)
    assert caught.value.hint == "swap the two ends"
    assert Range(2, 2).width == 0
    with pytest.raises(GameError, match="not finite"):
        Range(0, float("nan"))


def test_ranges_fill_in_neutral_values(make_ranges):
    """What is not given is neutral, and says so; what is given is kept."""
    ranges = make_ranges(("CHN", "USA"), **{"alpha.CHN": Range(-1, 1, "kinship", "Smith 2018")})
    assert ranges.values["alpha.CHN"].source == "Smith 2018"
    assert ranges.values["kappa.USA"] == Range(1, 1, why="neutral value")
    assert ranges.values["theta.CHN"].middle == 0
    assert list(ranges.values)[:3] == ["k", "c", "q"]


def test_all_mistakes_of_names_are_told_at_once():
    """Unknown names come with the closest known one, missing ones with their meaning."""
    with pytest.raises(GameError) as caught:
        Ranges(("CHN",), {"k": Range(1, 1), "cost": Range(1, 1), "omega.CNH": Range(1, 1)})
    message = str(caught.value)
    assert 'unknown parameter "omega.CNH" (did you mean "omega.CHN"' in message
    assert 'unknown parameter "cost"' in message
    assert "c is missing" in message
    assert "beta.CHN is missing: what the shared goal is worth" in message


@pytest.mark.parametrize(
    ("name", "bad"),
    [("k", (0, 1)), ("c", (-1, 1)), ("q", (0, 1.1)), ("kappa.USA", (0, 1)), ("rho.USA", (-1, 1))],
)
def test_a_range_must_make_sense_for_its_parameter(make_ranges, name, bad):
    """Costs are positive, reliability is a share, rivalry hurts."""
    with pytest.raises(GameError, match=name):
        make_ranges(("CHN", "USA"), **{name: Range(*bad)})


def test_rivalry_by_rival_may_be_friendship():
    """One number a rival, negative for a friend, and then for every rival."""
    values = {"k": Range(1, 1), "c": Range(1, 1)}
    for patron in "ABC":
        values |= {f"omega.{patron}": Range(1, 1), f"beta.{patron}": Range(1, 1)}
    split = {"rho.A.B": Range(-1, 0), "rho.A.C": Range(0, 1)}
    ranges = Ranges(("A", "B", "C"), values | split | {"rho.B": Range(1, 1), "rho.C": Range(1, 1)})
    assert "rho.A" not in ranges.values
    matrix = Parameters.midpoint(ranges).rivalry()[0]
    assert matrix.tolist() == [[0, -0.5, 0.5], [1, 0, 1], [1, 1, 0]]
    with pytest.raises(GameError, match=r"rho\.A\.C is missing"):
        Ranges(("A", "B", "C"), values | {"rho.A.B": Range(0, 1), "rho.B": Range(1, 1)})


def test_ranges_cannot_be_changed(two):
    """Nor can their mapping."""
    with pytest.raises(TypeError):
        two.values["k"] = Range(1, 1)


def test_draws_stay_in_range_and_spread_over_it(two):
    """Uniform: mean and variance of 40,000 draws within five standard errors."""
    games = draw(two, 40_000, SEED)
    for name, column in games.table().items():
        reach = two.values[name]
        assert column.min() >= reach.low
        assert column.max() <= reach.high
        if reach.width:
            unit = (column - reach.low) / reach.width
            assert abs(unit.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / 40_000)
            assert abs(unit.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / 40_000)
        else:
            assert (column == reach.low).all()


def test_parameters_are_drawn_independently(two):
    """No pair of columns correlates beyond five standard errors."""
    moving = [c for c in draw(two, 40_000, SEED).table().values() if np.ptp(c) > 0]
    correlations = np.corrcoef(moving) - np.eye(len(moving))
    assert len(moving) == 8
    assert np.abs(correlations).max() < 5 / np.sqrt(40_000)


def test_the_first_draws_do_not_depend_on_how_many_follow(two):
    """Across the seams of seed blocks too; and the seed can be used again."""
    few, many = draw(two, 5_000, SEED), draw(two, 9_000, SEED)
    for name, column in few.table().items():
        assert (column == many.table()[name][:5_000]).all()


def test_another_seed_gives_other_draws(two):
    """Entropy and spawn key both count."""
    first = draw(two, 10, np.random.SeedSequence(1)).table()["k"]
    assert (first != draw(two, 10, np.random.SeedSequence(2)).table()["k"]).all()
    child = np.random.SeedSequence(1).spawn(1)[0]
    assert (first != draw(two, 10, child).table()["k"]).all()


def test_changing_one_range_or_adding_a_patron_leaves_the_other_draws_alone(make_ranges, two):
    """Common random numbers by name; the changed range moves along with its uniforms."""
    base = draw(two, 500, SEED).table()
    wider = draw(make_ranges(("CHN", "USA"), k=Range(0.5, 9)), 500, SEED).table()
    for name in set(base) - {"k"}:
        assert (wider[name] == base[name]).all()
    assert (wider["k"] - 0.5) / 8.5 == pytest.approx((base["k"] - 1) / 3)
    more = draw(make_ranges(("KOR", "CHN", "USA")), 500, SEED).table()
    assert all((more[name] == base[name]).all() for name in base)


@pytest.mark.parametrize("count", [0, -1, 2.0, True])
def test_a_number_of_draws_is_a_positive_whole_number(two, count):
    """Anything else is refused."""
    with pytest.raises(GameError, match="count"):
        draw(two, count, SEED)


def test_midpoints_make_one_game(two):
    """Every parameter in the middle of its range."""
    middle = Parameters.midpoint(two)
    assert len(middle) == 1
    assert middle.table()["k"].tolist() == [2.5]
