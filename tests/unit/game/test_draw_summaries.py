"""Summaries and sign tables of draws, against theorems and one game at a time.

Tolerance: quantiles and shares are compared exactly where both sides take them of the same
numbers; EQUAL where two sums are taken in another order.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tertius.errors import GameError, UnknownNameError
from tertius.game import (
    Game,
    Grid,
    Parameters,
    Range,
    Step,
    draw,
    override,
    sign_table,
    solve,
    solve_draws,
    summarise,
    utilities,
)

SEED = np.random.SeedSequence(77)
EQUAL = 1e-12


@pytest.fixture
def solved(two):
    games, grid = draw(two, 801, SEED), Grid(2, 5)
    return games, solve_draws(games, grid), grid


def test_quantiles_are_those_of_sorted_draws(solved):
    """With 801 draws the levels fall on draws: numbers 40, 200, 400, 600 and 760."""
    games, batch, grid = solved
    summary = summarise(games, batch, grid)
    assert summary.draws == 801
    assert summary.levels == (0.05, 0.25, 0.5, 0.75, 0.95)
    assert summary.outcomes == (
        "rent", "rent_high", "pivot_payoff", "goal", "bill.CHN", "bill.USA",
    )  # fmt: skip
    expected = {
        "rent": batch.rent,
        "rent_high": batch.rent_high,
        "pivot_payoff": batch.pivot_payoff,
        "goal": grid.goal[batch.policy],
        "bill.CHN": batch.transfers[:, 0],
        "bill.USA": batch.transfers[:, 1],
    }
    for name, row in zip(summary.outcomes, summary.quantiles, strict=True):
        ordered = np.sort(expected[name])
        assert row == pytest.approx(ordered[[40, 200, 400, 600, 760]], abs=EQUAL)


def test_shares_are_those_the_theorems_give(solved):
    """Rent where conflict exceeds congruence; the goal where all together want it enough."""
    games, batch, grid = solved
    summary = summarise(games, batch, grid)
    split = override(games, grid)
    assert summary.override_share == np.mean(split.conflict - split.congruence > 1e-9)
    assert summary.override_share + summary.congruence_share == 1
    bought = games.per_patron("beta").sum(axis=1) > games.values["c"]
    assert summary.goal_share == bought.mean()
    assert 0.1 < summary.override_share < 0.9
    assert 0.1 < summary.goal_share < 0.9
    at = dict(zip(summary.outcomes, summary.positive, strict=True))
    assert (at["rent"], at["goal"]) == (summary.override_share, summary.goal_share)


def test_a_payer_by_rounding_pays_nothing(solved):
    """A bill of 1e-13 is no bill, as in a solution's payers."""
    games, batch, grid = solved
    bills = np.where(np.arange(801)[:, None] < 200, [1.0, 1e-13], [0.0, 0.0])
    summary = summarise(games, dataclasses.replace(batch, transfers=bills), grid)
    assert summary.positive[4] == 200 / 801
    assert summary.positive[5] == 0


def test_a_summary_is_a_read_only_table(solved):
    """One row an outcome, and nothing of it is called a probability."""
    summary = summarise(*solved)
    frame = summary.to_polars()
    assert frame.columns == ["outcome", "q5", "q25", "q50", "q75", "q95", "positive"]
    assert frame["q50"].to_list() == summary.quantiles[:, 2].tolist()
    assert "<td>bill.USA</td>" in summary._repr_html_()
    assert "probab" not in summary._repr_html_().lower()
    with pytest.raises(ValueError, match="read-only"):
        summary.quantiles[0, 0] = 1


def test_a_summary_of_what_does_not_belong_together_is_refused(solved, make_ranges):
    """Other draws, other policies, other patrons, no draws."""
    games, batch, grid = solved
    with pytest.raises(GameError, match="801 games of 2 patrons for 800"):
        summarise(games.rows(slice(800)), batch, grid)
    with pytest.raises(GameError, match="6 policies"):
        summarise(games, batch, Grid(2, 1))
    three = draw(make_ranges("ABC"), 801, SEED)
    with pytest.raises(GameError, match="for 801 games of 3 patrons"):
        summarise(three, batch, grid)
    none = type(batch)(**{name: getattr(batch, name)[:0] for name in batch.__slots__})
    with pytest.raises(GameError, match="no draws"):
        summarise(games.rows(slice(0)), none, grid)


def test_signs_are_those_of_each_draw_solved_by_itself(make_ranges):
    """Three patrons, one game at a time, before and after."""
    ranges = make_ranges("ABC", **{"alpha.A": Range(-1, 1)})
    games, grid = draw(ranges, 40, SEED), Grid(3, 2)
    steps = {"rho.B": 0.7, "k": Step(times=1.5), "alpha.A": -1.0}
    table = sign_table(games, grid, steps)
    for row, moved in enumerate(
        [
            games.at({"rho.B": games.values["rho.B"] + 0.7}),
            games.at({"k": games.values["k"] * 1.5}),
            games.at({"alpha.A": games.values["alpha.A"] - 1}),
        ]
    ):
        ways = np.zeros((3, 3))
        for before, after in zip(one_by_one(games, grid), one_by_one(moved, grid), strict=True):
            for column, change in enumerate(np.subtract(after, before)):
                ways[0 if change > 1e-8 else 1 if change < -1e-8 else 2, column] += 1 / 40
        assert table.up[row] == pytest.approx(ways[0], abs=EQUAL)
        assert table.down[row] == pytest.approx(ways[1], abs=EQUAL)
        assert table.stays[row] == pytest.approx(ways[2], abs=EQUAL)
    assert 0 < table.up[0, 0] < 1
    assert 0 < table.down[1, 0] < 1


def one_by_one(games, grid):
    for u, v in zip(*utilities(games, grid), strict=True):
        one = solve(Game(u, v))
        yield one.rent, grid.goal[one.policy], one.pivot_payoff


def test_a_sign_table_is_a_table_in_the_order_of_its_steps(two):
    """One row a parameter and outcome, with the step as it is written."""
    games = draw(two, 30, SEED)
    table = sign_table(games, Grid(2, 2), {"k": Step(times=2), "c": 1})
    frame = table.to_polars()
    assert frame.columns == ["parameter", "step", "outcome", "up", "down", "stays"]
    assert frame["parameter"].to_list() == ["k"] * 3 + ["c"] * 3
    assert frame["step"].to_list() == ["×2"] * 3 + ["+1"] * 3
    assert frame["outcome"].to_list() == ["rent", "goal", "pivot_payoff"] * 2
    sums = frame["up"] + frame["down"] + frame["stays"]
    assert sums.to_numpy() == pytest.approx(1, abs=EQUAL)
    assert "<td>×2</td>" in table._repr_html_()
    with pytest.raises(ValueError, match="read-only"):
        table.up[0, 0] = 1


def test_compiled_code_and_workers_give_the_same_signs(two):
    """The way of solving is passed on to every step."""
    from concurrent.futures import ThreadPoolExecutor

    pytest.importorskip("numba")
    games = draw(two, 200, SEED)
    plain = sign_table(games, Grid(2, 4), {"c": 1})
    with ThreadPoolExecutor(2) as executor:
        other = sign_table(games, Grid(2, 4), {"c": 1}, executor=executor, fast=True)
    assert (other.up == plain.up).all()
    assert (other.down == plain.down).all()


def test_steps_that_make_no_sense_are_refused(two, make_ranges):
    """Unknown names, layers that are not solved, values without a meaning, no step at all."""
    games, grid = draw(two, 3, SEED), Grid(2, 1)
    with pytest.raises(UnknownNameError, match=r'unknown parameter "rho\.CNH"'):
        sign_table(games, grid, {"rho.CNH": 1})
    with pytest.raises(GameError, match="0 steps"):
        sign_table(games, grid, {})
    with pytest.raises(GameError, match="q from 2"):
        sign_table(games, grid, {"q": 1})
    with pytest.raises(GameError, match="moves nothing"):
        sign_table(games, grid, {"k": 0})
    with pytest.raises(GameError, match="not finite"):
        Step(times=float("inf"))
    capped = draw(make_ranges("AB", **{"cap.A": Range(1, 2)}), 3, SEED)
    with pytest.raises(GameError, match=r"cap\.A belongs to the layer of caps"):
        sign_table(capped, grid, {"cap.A": 1})
    with pytest.raises(GameError, match="0 draws"):
        sign_table(games.rows(slice(0)), grid, {"k": 1})


def test_what_stays_is_counted_as_staying():
    """A goal nobody can afford: its worth moves nothing, and by no rounding either."""
    games = Parameters(
        ("A", "B"),
        {"k": [1, 3], "c": [9, 9]}
        | {f"{stem}.{patron}": [0.3, 0.7] for stem in ("omega", "rho", "beta") for patron in "AB"},
    )
    table = sign_table(games, Grid(2, 7), {"beta.A": 1, "c": Step(times=1.1)})
    assert (table.stays == 1).all()
