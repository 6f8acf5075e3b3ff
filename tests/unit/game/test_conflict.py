"""`override` and the map: shapes, refusals and what they report outside the theorem."""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError, UnknownNameError
from tertius.game import (
    Grid,
    Parameters,
    Range,
    draw,
    override,
    regime_map,
    solve_draws,
)

SEED = np.random.SeedSequence(4)


def test_where_the_theorem_is_not_claimed_its_parts_are_missing(make_ranges):
    """theta ≠ 0 or a number of patrons other than two: NaN parts, and both rents."""
    tied = make_ranges(("A", "B"), **{"theta.A": Range(0.1, 1)})
    for ranges in (tied, make_ranges(("A", "B", "C"))):
        games = draw(ranges, 50, SEED)
        grid = Grid(len(games.patrons), 4)
        found = override(games, grid)
        assert not found.separable.any()
        for part in (found.conflict, found.scarcity, found.rivalry, found.congruence):
            assert np.isnan(part).all()
        assert (found.rent == solve_draws(games, grid).rent).all()
        assert np.isfinite(found.rent_without_goal).all()


def test_draws_with_and_without_theta_can_be_mixed(two):
    """Separability is told draw by draw."""
    games = draw(two, 3, SEED).at({"theta.USA": [0, 1, 0]})
    found = override(games, Grid(2, 4))
    assert found.separable.tolist() == [True, False, True]
    assert np.isnan(found.conflict).tolist() == [False, True, False]
    frame = found.to_polars()
    assert frame.columns[:2] == ["rent", "conflict"]
    assert frame.height == 3


def test_promises_nobody_believes_and_money_that_costs_more_shrink_congruence(two):
    """The goal counts at beta q / kappa: the closed form on hand-made numbers."""
    games = Parameters.midpoint(two).at(
        {"c": 4, "beta.CHN": 3, "beta.USA": 5, "q": [1, 0.5, 1], "kappa.USA": [1, 1, 2.5]}
    )
    # (3+5-4) - 0 - 1;  (1.5+2.5-4);  (3+2-4)
    assert override(games, Grid(2, 2)).congruence == pytest.approx([3, 0, 1])


def test_scarcity_is_what_remains_if_nobody_minds_the_others_share(two):
    """Neither rivalry nor an exclusion loss enters it; both enter conflict."""
    little = {"omega.USA": 0.1, "rho.CHN": 0}
    games = Parameters.midpoint(two).at(little | {"rho.USA": [0, 2, 0], "e.USA": [0, 0, 2]})
    found = override(games, Grid(2))
    assert found.scarcity == pytest.approx([found.scarcity[0]] * 3, abs=1e-12)
    assert found.rivalry[0] == pytest.approx(0, abs=1e-12)
    # A tenth of alignment buys off the exclusion loss, so that one is small.
    assert (found.rivalry[1:] > 0.01).all()


def test_override_needs_the_goal_on_the_table(two):
    """A grid without it is refused rather than read as no congruence."""
    with pytest.raises(GameError, match="without the shared goal"):
        override(Parameters.midpoint(two), Grid(2, 4, 0))


def test_the_map_is_the_game_cell_by_cell(two):
    """Each cell equals the single game at its two values and the other midpoints."""
    chart = regime_map(two, "rho.USA", "beta.USA", shape=(5, 7))
    assert chart.rent.shape == chart.regime.shape == (5, 7)
    assert (chart.x_values[0], chart.x_values[-1]) == (0, 3)
    assert (chart.y_values[0], chart.y_values[-1]) == (0, 4)
    for row, column in ((0, 0), (2, 6), (4, 3)):
        cell = Parameters.midpoint(two).at(
            {"rho.USA": chart.x_values[column], "beta.USA": chart.y_values[row]}
        )
        batch = solve_draws(cell, Grid(2))
        assert chart.rent[row, column] == pytest.approx(batch.rent[0], abs=1e-9)
        assert chart.goal[row, column] == Grid(2).goal[batch.policy[0]]
    assert set(chart.regime.ravel()) == {"override", "congruence"}
    assert ((chart.regime == "override") == (chart.margin > 1e-9)).all()


def test_a_case_cloud_lies_within_the_map(two):
    """Draws of the same ranges fall inside the axes; the table names the axes."""
    chart = regime_map(two, "rho.USA", "c", shape=(3, 3))
    cloud = draw(two, 200, SEED).table()
    for name, values in ((chart.x, chart.x_values), (chart.y, chart.y_values)):
        assert ((cloud[name] >= values[0]) & (cloud[name] <= values[-1])).all()
    frame = chart.to_polars()
    assert frame.columns == ["rho.USA", "c", "rent", "margin", "goal", "regime"]
    assert frame.height == 9
    assert frame["rho.USA"].to_list()[:3] == chart.x_values.tolist()
    assert frame["rent"].to_list() == chart.rent.ravel().tolist()


@pytest.mark.parametrize(
    ("axes", "error", "says"),
    [
        (("rho.US", "c"), UnknownNameError, 'did you mean "rho.USA"'),
        (("rho.USA", "q"), GameError, "q is fixed at 1"),
        (("c", "c"), GameError, "axes c and c"),
    ],
)
def test_axes_must_be_two_different_parameters_with_a_width(two, axes, error, says):
    """Unknown, fixed or equal axes are refused."""
    with pytest.raises(error, match=says):
        regime_map(two, *axes)
    with pytest.raises(GameError, match="at least 2 values"):
        regime_map(two, "rho.USA", "c", shape=(1, 5))
