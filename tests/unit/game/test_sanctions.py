"""Standing sanctions: forms, profiles, shapes, and what is refused.

Payoffs here are of size 1 to 10: 1e-12 allows for another order of summing.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tertius.errors import GameError, UnknownNameError
from tertius.game import (
    Game,
    Grid,
    Parameters,
    Range,
    draw,
    pass_through_draws,
    sanction_draws,
    sanction_equilibria,
    sanctioned,
    sanctioned_utilities,
    solve_draws,
    utilities,
)

SANCTIONS = {
    "sigma.CHN": Range(0, 2), "lambda.CHN": Range(0.1, 0.5), "shield.CHN": Range(0.2, 0.8),
    "sigma.USA": Range(0, 2), "lambda.USA": Range(0.1, 0.5), "shield.USA": Range(0, 0.2),
}  # fmt: skip


@pytest.fixture
def games(make_ranges):
    return draw(make_ranges(("CHN", "USA"), **SANCTIONS), 50, np.random.SeedSequence(4))


def one_game(**more):
    values = {"k": 2, "c": 1, "omega.A": 1, "omega.B": 1, "rho.A": 0, "rho.B": 0}
    values |= {"beta.A": 1, "beta.B": 1, "kappa.A": 2} | more
    return Parameters(("A", "B"), {name: [value] for name, value in values.items()})


FULL = {"sigma.A": 4, "lambda.A": 0.5, "shield.A": 0.9, "shield.B": 0.5}


@pytest.mark.parametrize(
    ("form", "hurt"),
    [
        # Rows: no alignment, half with B, half with A, all with B; the goal not reached.
        ("universal", [4, 4, 4, 4]),
        ("isolation", [4, 0, 0, 0]),
        ("shielded", [4, 3, 4, 2]),
        ("any-tie", [4, 2, 4, 2]),
    ],
)
def test_forms_bite_where_they_say(form, hurt):
    """A's own shield never counts against its own sanction; the cost follows the form."""
    games, grid = one_game(**FULL), Grid(2, 2)
    before, after = utilities(games, grid), sanctioned_utilities(games, grid, "A", form=form)
    shares = [(0, 0), (0, 0.5), (0.5, 0), (0, 1)]
    index = [
        int(np.flatnonzero((grid.alignment == row).all(axis=1) & (grid.goal == 0))[0])
        for row in shares
    ]
    assert (before[0] - after[0])[0, index] == pytest.approx(hurt, abs=1e-12)
    cost = np.array([4, 0, 0, 0] if form == "isolation" else [4, 4, 4, 4]) * 0.5 / 2
    assert (before[1] - after[1])[0, 0, index] == pytest.approx(cost, abs=1e-12)
    # Nothing is taken once the goal is reached, and nothing from the other patron.
    assert (before[0] - after[0])[0, grid.goal == 1] == pytest.approx(0, abs=1e-12)
    assert (before[1] == after[1])[0, 1].all()


def test_no_sender_leaves_the_payoffs_alone(games):
    """An empty list of senders is the game without sanctions."""
    before = utilities(games, Grid(2, 3))
    after = sanctioned_utilities(games, Grid(2, 3), [])
    assert (before[0] == after[0]).all()
    assert (before[1] == after[1]).all()


def test_the_first_profile_is_the_game_without_sanctions(games):
    """And the shapes are those documented."""
    grid = Grid(2, 4)
    found = sanction_draws(games, grid)
    plain = solve_draws(games, grid)
    assert found.profiles.tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert (found.policy[:, 0] == plain.policy).all()
    assert (found.patron_payoffs[:, 0] == plain.patron_payoffs).all()
    assert found.patron_payoffs.shape == found.gain_by_easing.shape == (50, 4, 2)
    assert found.in_force.shape == (50, 4, 2)
    assert found.goal.shape == found.equilibria.shape == found.pivot_payoff.shape == (50, 4)
    assert not found.in_force[:, 0].any()
    assert len(found) == found.best_together.size == 50
    for array in (found.goal, found.equilibria, found.patron_payoffs, found.profiles):
        assert not array.flags.writeable


def test_patrons_without_a_sanction_have_no_profile(make_ranges):
    """One sender among two patrons: two profiles, and the other gains nothing by easing."""
    only = {name: SANCTIONS[name] for name in ("sigma.USA", "lambda.USA")}
    games = draw(make_ranges(("CHN", "USA"), **only), 20, np.random.SeedSequence(4))
    found = sanction_draws(games, Grid(2, 3))
    assert found.profiles.tolist() == [[False, False], [False, True]]
    assert (found.gain_by_easing[:, :, 0] == 0).all()
    game = Game(pivot=[0, 1], patrons=[[1, 0], [0, 2]])
    assert sanction_equilibria(game, [0, 3], [1, 0]).profiles.tolist() == [[0, 0], [0, 1]]
    assert len(sanction_equilibria(game, 0, [1, 0]).profiles) == 1


def test_results_do_not_hang_on_how_the_draws_are_cut(games, monkeypatch):
    """The same arrays where memory allows one game at a time."""
    grid = Grid(2, 4)
    whole = sanction_draws(games, grid, "shielded")
    through = pass_through_draws(games, grid, "USA", form="shielded", size=0.5)
    monkeypatch.setattr("tertius.game.core.batches._CACHED_BYTES", 1)
    pieces = sanction_draws(games, grid, "shielded")
    assert (whole.patron_payoffs == pieces.patron_payoffs).all()
    assert (whole.equilibria == pieces.equilibria).all()
    again = pass_through_draws(games, grid, "USA", form="shielded", size=0.5)
    assert (through.loss == again.loss).all()


def test_a_single_stage_is_a_table():
    """One row a profile, with who sanctions and whether it is an equilibrium."""
    found = sanction_equilibria(Game(pivot=[0, -1], patrons=[[0, 2]]), 1, [1, 0], [0.5, 0])
    table = found.to_polars()
    assert isinstance(table, pl.DataFrame)
    assert table["profiles_1"].to_list() == [False, True]
    assert table["equilibrium"].to_list() == [row in found.equilibria for row in (0, 1)]


def test_labels_stay_on_a_sanctioned_game():
    """Policies and names are those of the game."""
    game = Game([0, 1], [[1, 0]], policies=["yes", "no"], names=["CHN"])
    pressed = sanctioned(game, 2, [0.5, 0])
    assert pressed.policies == ("yes", "no")
    assert pressed.names == ("CHN",)
    assert pressed.pivot.tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("sizes", "bite", "cost", "says"),
    [
        (-1, [1, 0], 0, "sizes of sanctions with -1"),
        (1, [1, -2], 0, "bite of sanctions with -2"),
        (1, [1, 0], [0, -3], "cost of sanctions with -3"),
        (np.nan, [1, 0], 0, "sizes of sanctions with nan"),
        (1, [np.inf, 0], 0, "bite of sanctions with inf"),
        ([1, 1, 1], [1, 0], 0, r"sizes of sanctions of shape \(3,\)"),
        (1, [1, 0, 0], 0, r"bite of sanctions of shape \(3,\)"),
        (1, "all", 0, "bite is not numbers"),
    ],
)
def test_impossible_sanctions_are_refused(sizes, bite, cost, says):
    """Negative, not finite, no numbers, another shape: in both functions of one game."""
    game = Game(pivot=[0, 1], patrons=[[1, 0], [0, 2]])
    for function in (sanction_equilibria, sanctioned):
        with pytest.raises(GameError, match=says):
            function(game, sizes, bite, cost)


def test_missing_parameters_are_named_with_the_range_to_add(make_ranges):
    """No sigma at all, a sender without lambda, a shield that nobody has."""
    plain = draw(make_ranges(("CHN", "USA")), 3, np.random.SeedSequence(1))
    with pytest.raises(GameError, match=r"add \[game\.ranges\.sigma\.CHN\] to the case"):
        sanction_draws(plain, Grid(2))
    with pytest.raises(GameError, match=r"add \[game\.ranges\.sigma\.USA\], .*lambda\.USA"):
        sanctioned_utilities(plain, Grid(2), ["USA"])
    half = draw(make_ranges(("CHN", "USA"), **{"sigma.USA": Range(1, 2)}), 3,
                np.random.SeedSequence(1))  # fmt: skip
    with pytest.raises(GameError, match=r"USA without lambda\.USA"):
        sanction_draws(half, Grid(2))
    bare = {name: SANCTIONS[name] for name in ("sigma.USA", "lambda.USA")}
    bare_games = draw(make_ranges(("CHN", "USA"), **bare), 3, np.random.SeedSequence(1))
    for form in ("shielded", "any-tie"):
        with pytest.raises(GameError, match=r"shield\.CHN"):
            sanction_draws(bare_games, Grid(2), form)


def test_unknown_forms_senders_and_grids_are_refused(games):
    """Each with what is allowed."""
    with pytest.raises(GameError, match="universal, isolation, shielded, any-tie"):
        sanction_draws(games, Grid(2), "total")
    with pytest.raises(GameError, match='"total"'):
        sanctioned_utilities(games, Grid(2), ["USA"], form="total")
    with pytest.raises(UnknownNameError, match='"USB"'):
        sanctioned_utilities(games, Grid(2), ["USB"])
    with pytest.raises(GameError, match="goal_steps"):
        sanction_draws(games, Grid(2, 3, 0))
    with pytest.raises(GameError, match="3 patrons"):
        sanction_draws(games, Grid(3, 3))
