"""Swings and flips of one parameter at a time, against outcomes known by algebra."""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import Grid, Parameters, Range, nearest_flip, solve_draws, tornado

# A search in 32 steps, refined six times, ends within 1e-9 of a path's length.
FOUND = 1e-8


def test_swings_of_a_sum_are_its_terms_widths(two):
    """2c - k/2 + omega.CHN: 10, 3 and 1.5 wide; everything else does not swing."""
    found = tornado(two, lambda p: 2 * p.values["c"] - p.values["k"] / 2 + p.values["omega.CHN"])
    assert found.names[:3] == ("c", "omega.CHN", "k")
    assert found.swing[:4] == pytest.approx([10, 3, 1.5, 0])
    # Equal swings go by name, and fixed parameters such as q are left out.
    assert found.names[3:] == ("beta.CHN", "beta.USA", "omega.USA", "rho.CHN", "rho.USA")
    assert found.middle == 7 - 1.25 + 2.5
    assert (found.low[0], found.high[0]) == (1, 6)
    assert (found.at_low[0], found.at_high[0]) == (found.middle - 5, found.middle + 5)
    assert np.isnan(found.flip).all()


def test_an_outcome_that_turns_back_at_the_midpoint_swings_too(two):
    """The same at both ends, higher between: the swing is not 0."""
    found = tornado(two, lambda p: -((p.values["c"] - 3.5) ** 2))
    assert (found.names[0], found.swing[0]) == ("c", 2.5**2)


def test_flips_lie_where_the_answer_changes(two):
    """c + k > 7 at c + k = 6: c alone gets there at 4.5, k at 3.5; omega never does."""
    answer = lambda p: p.values["c"] + p.values["k"] > 7  # noqa: E731
    found = tornado(two, lambda p: p.values["c"] + p.values["k"], answer=answer)
    flips = dict(zip(found.names, found.flip, strict=True))
    assert flips["c"] == pytest.approx(4.5, abs=FOUND)
    assert flips["k"] == pytest.approx(3.5, abs=FOUND)
    assert np.isnan(flips["omega.CHN"])
    frame = found.to_polars()
    assert frame.columns == ["parameter", "low", "high", "at_low", "at_high", "swing", "flip"]
    assert frame["flip"].null_count() == len(found.names) - 2
    assert "<td>beta.CHN</td>" in found._repr_html_()


def test_of_two_flips_the_nearer_is_given(two):
    """c leaves [3, 5] at 3 before it does at 5, seen from 3.5; at equal distance the lower."""
    near = tornado(two, lambda p: p.values["c"], answer=lambda p: abs(p.values["c"] - 4) <= 1)
    assert near.flip[0] == pytest.approx(3, abs=FOUND)
    even = tornado(two, lambda p: p.values["c"], answer=lambda p: abs(p.values["c"] - 3.5) < 1)
    assert even.flip[0] == pytest.approx(2.5, abs=FOUND)


def test_a_tornado_of_the_rent_agrees_with_single_games_and_with_the_nearest_flip(two):
    """On the game itself: both ends solved one by one; the nearest flip is among the flips."""
    grid = Grid(2, 5)
    rent = lambda p: solve_draws(p, grid).rent  # noqa: E731
    most = float(rent(Parameters.midpoint(two))[0]) * 2 / 3
    found = tornado(two, rent, answer=lambda p: rent(p) > most)
    for name, low, high, at_low, at_high in zip(
        found.names, found.low, found.high, found.at_low, found.at_high, strict=True
    ):
        for value, reached in ((low, at_low), (high, at_high)):
            alone = rent(Parameters.midpoint(two).at({name: [value]}))[0]
            assert reached == pytest.approx(alone, abs=1e-12)
    assert found.swing[0] > 0
    assert (np.diff(found.swing) <= 1e-12).all()
    nearest = nearest_flip(two, lambda p: rent(p) > most)
    assert nearest.inside_range
    assert found.flip[found.names.index(nearest.name)] == pytest.approx(nearest.value, abs=FOUND)


def test_ranges_without_width_have_an_empty_tornado():
    """One game, nothing to move: an empty table that still has its columns."""
    from tertius.game import Ranges

    fixed = {name: Range(1, 1) for name in ("k", "c", "omega.A", "beta.A")}
    found = tornado(
        Ranges(("A",), fixed), lambda p: p.values["k"], answer=lambda p: p.values["k"] > 0
    )
    assert (found.names, found.middle) == ((), 1.0)
    assert found.to_polars().height == 0


@pytest.mark.parametrize(
    "outcome", [lambda p: np.ones(3), lambda p: 1.0, lambda p: np.full(len(p), np.nan)]
)
def test_an_outcome_must_be_one_finite_number_a_game(two, outcome):
    """Wrong shapes and NaN are refused."""
    with pytest.raises(GameError, match="outcome"):
        tornado(two, outcome)


def test_an_answer_must_be_a_truth_value_a_game(two):
    """A number is no answer, and the message says who asked."""
    with pytest.raises(GameError, match="predicate gave float64") as caught:
        tornado(two, lambda p: p.values["c"], answer=lambda p: p.values["c"])
    assert caught.value.where == "tornado"
