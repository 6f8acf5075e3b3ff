"""Pass-through, resistance, exclusion, power and signals: rows, edges, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tertius.errors import GameError, UnknownNameError
from tertius.game import (
    Game,
    Grid,
    Range,
    draw,
    exclusion,
    pass_through,
    pass_through_draws,
    pivot_power,
    pivot_power_draws,
    resistance,
    resistance_draws,
    signalling,
    without,
)

COURT = Game(
    pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]],
    policies=["with A", "with B", "neutral"], names=["A", "B"],
)  # fmt: skip
LAYERS = {
    "sigma.USA": Range(0.5, 1), "lambda.USA": Range(0.1, 0.2), "shield.CHN": Range(0.5, 1),
    "delivery": Range(0.6, 0.9), "mu": Range(0.1, 0.6),
}  # fmt: skip
COSTS = {"cost_committed": 1.0, "cost_opportunist": 2.0}


@pytest.fixture
def games(make_ranges):
    return draw(make_ranges(("CHN", "USA"), **LAYERS), 30, np.random.SeedSequence(4))


@pytest.fixture
def plain(make_ranges):
    return draw(make_ranges(("CHN", "USA")), 3, np.random.SeedSequence(4))


def test_pass_through_takes_the_size_of_the_case_or_one_given(games):
    """The sender's sigma, a number, or one number a draw."""
    grid = Grid(2, 4)
    own = pass_through_draws(games, grid, "USA")
    assert (own.size == games.table()["sigma.USA"]).all()
    given = pass_through_draws(games, grid, "USA", size=games.table()["sigma.USA"])
    assert (own.loss == given.loss).all()
    assert len(pass_through_draws(games, grid, "CHN", size=0.5)) == 30
    assert own.to_polars().height == 30
    assert not own.loss.flags.writeable


def test_alone_means_that_the_other_patron_does_not_exist(games):
    """The columns for the sender alone are those of games without the rival."""
    grid = Grid(2, 4)
    both = pass_through_draws(games, grid, "USA")
    one = pass_through_draws(games, grid, "USA", present=["USA"])
    assert (both.loss_alone == one.loss).all()
    assert (both.concession_alone == one.concession).all()
    gone = pass_through_draws(without(games, "CHN"), Grid(1, 4), "USA")
    assert (gone.loss == one.loss).all()
    assert (both.loss != both.loss_alone).any()


def test_a_shield_has_nothing_to_do_where_the_sender_is_alone(games):
    """Shielded and universal are one form for one patron."""
    found = [
        pass_through_draws(games, Grid(2, 4), "USA", form=form, present=["USA"]).loss
        for form in ("universal", "shielded")
    ]
    assert (found[0] == found[1]).all()


def test_pass_through_refuses_what_makes_no_sense(games, plain):
    """Sizes, names, forms, grids; a missing size names the range to add."""
    grid = Grid(2, 4)
    for size, says in ((0, "size 0"), (-1, "size -1"), (np.nan, "nan"), ([1, 2], "shape"),
                       ("big", "not numbers")):  # fmt: skip
        with pytest.raises(GameError, match=says):
            pass_through_draws(games, grid, "USA", size=size)
    with pytest.raises(GameError, match=r"add \[game\.ranges\.sigma\.USA\]"):
        pass_through_draws(plain, grid, "USA")
    with pytest.raises(GameError, match="universal"):
        pass_through_draws(games, grid, "USA", form="partial")
    with pytest.raises(UnknownNameError, match='"RUS"'):
        pass_through_draws(games, grid, "RUS")
    with pytest.raises(UnknownNameError, match='"RUS"'):
        pass_through_draws(games, grid, "USA", present=["USA", "RUS"])
    with pytest.raises(GameError, match="not present"):
        pass_through_draws(games, grid, "USA", present=["CHN"])
    for wrong in (Grid(2, 4, 0), Grid(1, 4)):
        with pytest.raises(GameError, match="goal_steps"):
            pass_through_draws(games, wrong, "USA")


@pytest.mark.parametrize(
    ("sender", "bite", "goal", "more", "says"),
    [
        ("A", [-1, 0, 0], [0, 0, 0], {}, "bite of sanctions with -1"),
        ("A", [1, 0, 0], [0, 0, 0], {"cost": -1}, "cost of sanctions with -1"),
        ("A", [1, 0, 0], [0, 0], {}, "degrees"),
        ("A", [1, 0, 0], [0, 0, np.nan], {}, "degrees"),
        ("A", [1, 0, 0], ["x", 0, 0], {}, "goal is not numbers"),
        ("A", [1, 0, 0], [0, 0, 0], {"size": 0}, "size 0"),
        ("A", [[1, 0, 0], [0, 0, 0]], [0, 0, 0], {}, "those of the sender"),
        ("C", [1, 0, 0], [0, 0, 0], {}, "unknown patron"),
        (2, [1, 0, 0], [0, 0, 0], {}, "0 to 1"),
    ],
)
def test_pass_through_of_one_game_refuses_what_makes_no_sense(sender, bite, goal, more, says):
    """Negative numbers, shapes, unknown senders."""
    with pytest.raises((GameError, UnknownNameError), match=says):
        pass_through(COURT, sender, bite, goal, **more)


def test_resistance_by_name_and_by_number():
    """Labels and indices are the same policies; the cheapest of several counts."""
    assert resistance(COURT, "A", "with A") == resistance(COURT, 0, 0) == 6
    assert resistance(COURT, "B", "with A") == 0
    assert resistance(COURT, "A", ["with A", "neutral"]) == 3
    assert resistance(COURT, np.int64(0), np.array([0, 2])) == 3


@pytest.mark.parametrize(
    ("patron", "policy", "says"),
    [
        ("C", 0, "unknown patron"),
        (2, 0, "patron 2"),
        (-1, 0, "patron -1"),
        (0.5, 0, r"patron 0\.5"),
        (True, 0, "patron True"),
        ("A", 3, "policy 3"),
        ("A", "with C", "unknown policy"),
        ("A", 1.5, r"policy 1\.5"),
        ("A", [], "no policy"),
    ],
)
def test_resistance_refuses_unknown_patrons_and_policies(patron, policy, says):
    """By name and by number."""
    with pytest.raises((GameError, UnknownNameError), match=says):
        resistance(COURT, patron, policy)


def test_resistance_over_draws_refuses_unknown_patrons_and_degrees(plain):
    """A degree between the grid's steps is not guessed."""
    with pytest.raises(UnknownNameError, match='"RUS"'):
        resistance_draws(plain, Grid(2, 3), "RUS")
    with pytest.raises(GameError, match=r"degree 0\.5"):
        resistance_draws(plain, Grid(2, 3), "USA", 0.5)
    assert resistance_draws(plain, Grid(2, 3, 2), "USA", 0.5).shape == (3,)


def test_a_patron_without_a_stake_never_invites():
    """Stake 0 or negative: the threshold is infinite, even if asking is free."""
    idle = exclusion(Game(pivot=[0, 3], patrons=[[1, 0], [0, 2]]), 0)
    assert idle.stake == 0
    assert idle.hazard_threshold(0) == math.inf
    assert not idle.invites(1, 0)
    single = exclusion(Game(pivot=[0, 3], patrons=[[5, 0]]), 0)
    assert (single.excluded_policy, single.stake, single.premium) == (1, 2, 2)
    assert single.invites(0.5, 1)
    assert not single.invites(0.49, 1)
    assert single.hazard_threshold(4) == 2


def test_exclusion_refuses_bad_costs_hazards_and_patrons():
    """Negative or not finite, not a probability, unknown."""
    found = exclusion(COURT, "A")
    for cost in (-1, math.nan, math.inf):
        with pytest.raises(GameError, match="face cost"):
            found.hazard_threshold(cost)
    for hazard in (-0.1, 1.1, math.nan):
        with pytest.raises(GameError, match="hazard"):
            found.invites(hazard, 1)
    with pytest.raises(UnknownNameError, match='"C"'):
        exclusion(COURT, "C")
    with pytest.raises(GameError, match="patron 7"):
        exclusion(COURT, 7)


def test_power_of_the_worked_example():
    """Bid for: 7. Proposing, against what either gets without its say: 10, rent 8."""
    found = pivot_power(COURT, [0, 1])
    assert found.pivot_payoff.tolist() == [7, 10]
    assert found.rent.tolist() == [5, 8]
    assert found.to_polars().columns == list(found.__slots__)
    assert len(found) == 2


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan, [0.5, 2], "half", [[0.5]]])
def test_weights_outside_0_to_1_are_refused(alpha, games):
    """In one game, in draws, and where the weight is passed on to signals."""
    with pytest.raises(GameError, match="alpha"):
        pivot_power(COURT, alpha)
    with pytest.raises(GameError, match="alpha"):
        pivot_power_draws(games, Grid(2, 3), alpha)
    with pytest.raises(GameError, match="alpha"):
        signalling(games, Grid(2, 3), alpha=alpha, **COSTS)


def test_unknown_fallbacks_and_wrong_counts_are_refused(games):
    """The two fallbacks are named."""
    with pytest.raises(GameError, match="credible, commitment"):
        pivot_power(COURT, 1, "threat")
    with pytest.raises(GameError, match="shape"):
        pivot_power_draws(games, Grid(2, 3), [0.1, 0.2])


def test_signalling_needs_beliefs_and_ordered_costs(games, plain):
    """Each mistake with its remedy."""
    grid = Grid(2, 3)
    for committed, opportunist in ((2, 2), (3, 1), (-1, 1), (1, np.inf), (np.nan, 1)):
        with pytest.raises(GameError, match="committed < opportunist"):
            signalling(games, grid, cost_committed=committed, cost_opportunist=opportunist)
    for silence in (-0.1, 1.5, np.nan, [0.1, 0.2], "none"):
        with pytest.raises(GameError, match=r"belief|silence"):
            signalling(games, grid, silence=silence, **COSTS)
    with pytest.raises(GameError, match=r"add \[game\.ranges\.delivery\]"):
        signalling(plain, grid, **COSTS)
    believed = games.table()
    del believed["mu"]
    agnostic = type(games)(games.patrons, believed)
    with pytest.raises(GameError, match=r"add \[game\.ranges\.mu\]"):
        signalling(agnostic, grid, **COSTS)
    assert len(signalling(agnostic, grid, silence=0, **COSTS)) == 30


def test_silence_as_the_mark_of_an_opportunist_is_another_question(games):
    """At full power the measure must be larger where silence is believed less."""
    grid = Grid(2, 4)
    prior = signalling(games, grid, alpha=1, **COSTS)
    none = signalling(games, grid, alpha=1, silence=0, **COSTS)
    assert (none.gain >= prior.gain - 1e-9).all()
    assert (none.gain > prior.gain + 1e-3).any()
    assert (prior.trusted == none.trusted).all()
    same = signalling(games, grid, alpha=1, silence=games.table()["mu"], **COSTS)
    assert (same.gain == prior.gain).all()
    assert same.to_polars().height == 30
