"""Parameters of a layer: there only if given, read by nobody else; and belief as reliability.

Tolerance: payoffs are compared at 1e-12, the rounding of sums of a few numbers of size 1.
"""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import (
    Grid,
    Parameters,
    Range,
    at_reliability,
    draw,
    nearest_flip,
    primitive,
    solve_draws,
    utilities,
)

SEED = np.random.SeedSequence(7)
LAYERS = {
    "sigma.CHN": Range(0, 1), "lambda.USA": Range(0, 1), "shield.CHN": Range(0, 1),
    "cap.USA": Range(1, 2), "upfront": Range(0, 1), "delivery": Range(0.6, 0.9),
    "mu": Range(0.1, 0.9), "delta": Range(0, 0.9),
}  # fmt: skip


def test_layers_are_absent_unless_given(make_ranges):
    """The core's neutral values are filled in, a layer's are not; each may stand alone."""
    plain = make_ranges(("CHN", "USA"))
    assert not set(LAYERS) & set(plain.values)
    for name, span in LAYERS.items():
        given = make_ranges(("CHN", "USA"), **{name: span})
        assert set(given.values) - set(plain.values) == {name}


def test_layers_move_no_draw_and_no_equilibrium_of_the_core(make_ranges):
    """With and without them the other parameters and the equilibria are the same numbers."""
    plain = draw(make_ranges(("CHN", "USA")), 300, SEED)
    full = draw(make_ranges(("CHN", "USA"), **LAYERS), 300, SEED)
    for name, column in plain.values.items():
        assert (full.values[name] == column).all()
    assert (solve_draws(plain, Grid(2)).rent == solve_draws(full, Grid(2)).rent).all()


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("sigma.CHN", (-0.1, 1)), ("lambda.CHN", (-0.1, 1)), ("shield.CHN", (0, 1.1)),
        ("cap.CHN", (0, 1)), ("upfront", (-0.1, 1)), ("delivery", (0.5, 0.8)),
        ("delivery", (0.6, 1)), ("mu", (0, 0.5)), ("mu", (0.5, 1)), ("delta", (0, 1)),
    ],
)  # fmt: skip
def test_a_layer_parameter_must_make_sense(make_ranges, name, bad):
    """Sizes are not negative, shares are shares, belief and discounting stay off their ends."""
    with pytest.raises(GameError, match=name) as caught:
        make_ranges(("CHN", "USA"), **{name: Range(*bad)})
    assert "allowed" in str(caught.value)


def test_what_one_patron_lacks_has_a_neutral_value(make_ranges):
    """`per_patron_or` fills the patrons without the parameter."""
    given = draw(make_ranges(("CHN", "USA"), **{"cap.USA": Range(1, 2)}), 5, SEED)
    caps = given.per_patron_or("cap", np.inf)
    assert np.isinf(caps[:, 0]).all()
    assert (caps[:, 1] == given.values["cap.USA"]).all()
    assert primitive("cap.USA").layer == "caps"
    assert primitive("omega.USA").layer == "core"


def test_a_flip_is_looked_for_short_of_an_open_end(make_ranges):
    """Belief may be followed toward certainty, never onto it."""
    ranges = make_ranges(("CHN", "USA"), mu=Range(0.5, 0.9))
    flip = nearest_flip(ranges, lambda parameters: parameters.values["mu"] > 0.95)
    assert flip is not None
    assert flip.name == "mu"
    assert 0.95 < flip.value < 0.96
    assert not flip.inside_range
    assert nearest_flip(ranges, lambda parameters: parameters.values["mu"] >= 1) is None


def test_reliability_scales_the_goal_and_the_cost_of_delivery(make_ranges):
    """By hand: worth beta·q, cost c·(upfront + (1 - upfront)·q)."""
    grid = Grid(2, 2)
    games = draw(make_ranges(("CHN", "USA"), upfront=Range(0, 1)), 50, SEED)
    believed = np.linspace(0, 1, 50)
    u, v = utilities(at_reliability(games, believed), grid)
    table = games.values
    cost = table["c"] * (table["upfront"] + (1 - table["upfront"]) * believed)
    goal, none = grid.goal == 1, grid.goal == 0
    assert u[:, goal] - u[:, none] == pytest.approx(-cost[:, None] + 0 * u[:, goal], abs=1e-12)
    worth = table["beta.CHN"] * believed
    assert v[:, 0, goal] - v[:, 0, none] == pytest.approx(
        worth[:, None] + 0 * u[:, goal], abs=1e-12
    )


def test_without_upfront_all_is_due_on_signing(make_ranges):
    """Then reliability moves what the goal is worth and nothing else."""
    games = draw(make_ranges(("CHN", "USA")), 20, SEED)
    lower = at_reliability(games, 0.25)
    assert (lower.values["c"] == games.values["c"]).all()
    assert (lower.values["q"] == 0.25).all()


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan"), [0.5, 0.5]])
def test_a_reliability_must_be_odds_for_these_games(bad):
    """Outside 0 to 1, not a number, or of another length."""
    three = Parameters(("A",), {"k": [1, 1, 1], "c": [1, 1, 1], "omega.A": [1, 1, 1],
                                "beta.A": [1, 1, 1]})  # fmt: skip
    with pytest.raises(GameError, match="reliabilit"):
        at_reliability(three, bad)
