"""Payment caps: what `solve_capped` and `capped_draws` hand back, and what they refuse.

Worked games use integers; 1e-9 allows for sums of them in double precision.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import Game, Grid, Parameters, capped_draws, solve_capped

EXACT = 1e-9

RIVALS = Game(pivot=[0, 0, 1], patrons=[[9, 0, 0], [0, 8, 0]])


def test_equal_caps_leave_the_pivot_free_to_pick():
    """Both bid their caps; either may win, and the loser cannot break the tie."""
    capped = solve_capped(RIVALS, [5, 5])
    assert (capped.status, capped.complete, capped.method) == ("several", True, "exact")
    assert capped.policies == (0, 1)
    assert [o.transfers.tolist() for o in capped.outcomes] == [[5, 0], [0, 5]]
    assert (capped.pivot_payoff_low, capped.pivot_payoff_high) == (5, 5)


def test_the_patron_with_more_money_wins_at_the_others_cap():
    """The rival's cap, not its worth, sets the price."""
    capped = solve_capped(RIVALS, [5, 3])
    assert capped.status == "unique"
    (outcome,) = capped.outcomes
    assert (outcome.policy, outcome.pivot_payoff, outcome.gain) == (0, 3, 0)
    assert outcome.transfers.tolist() == [3, 0]
    assert outcome.patron_payoffs.tolist() == [6, 0]
    assert outcome.menus.tolist() == [[3, 0, 0], [0, 3, 0]]


def test_a_stretch_of_equilibria_is_one_outcome_with_two_ends():
    """A bill of 6 for two patrons worth 5 and 4 to them, caps 4 and 4."""
    game = Game(pivot=[0, -6], patrons=[[0, 5], [0, 4]])
    capped = solve_capped(game, [4, 4])
    assert capped.status == "several"
    (outcome,) = capped.outcomes
    assert outcome.policy == 1
    assert outcome.transfers_low.tolist() == [2, 2]
    assert outcome.transfers_high.tolist() == [4, 4]
    assert outcome.transfers.tolist() == [3, 3]
    # Caps that cannot pay the bill leave the goal unbought.
    assert solve_capped(game, [4, 1.5]).policies == (0,)
    # Caps that just can: both are at their caps, and nobody can break the tie.
    assert solve_capped(game, [4, 2]).policies == (0, 1)


def test_one_patron_pays_what_the_pivot_gives_up_or_nothing():
    """Within its cap; and at its cap it cannot break the tie."""
    game = Game(pivot=[0, -4], patrons=[[0, 9]])
    assert solve_capped(game, [5]).outcomes[0].transfers.tolist() == [4]
    assert solve_capped(game, [3]).policies == (0,)
    # A cap of exactly the price: the pivot may do either.
    assert solve_capped(game, [4]).policies == (0, 1)


def test_results_are_read_only_and_zero_payoffs_do_no_harm():
    """Nothing can be written, and a game about nothing has an outcome for each policy."""
    capped = solve_capped(Game([0, 0], [[0, 0], [0, 0]]), [1, np.inf])
    assert capped.policies == (0, 1)
    assert capped.pivot_payoff_high == 0
    for array in (capped.caps, capped.outcomes[0].menus, capped.outcomes[0].transfers_low):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_the_unit_of_money_does_not_matter(scale):
    """Payoffs and caps times anything: the same policies, payments times the same."""
    game = Game(RIVALS.pivot * scale, RIVALS.patrons * scale)
    capped = solve_capped(game, [5 * scale, 3 * scale])
    assert capped.outcomes[0].transfers / scale == pytest.approx([3, 0], abs=EXACT)


def test_three_patrons_on_a_grid_and_by_auction():
    """Two equally rich rivals and a third without a say; neither method is complete."""
    game = Game(pivot=[0, 0], patrons=[[9, 0], [0, 8], [1, 1]])
    capped = solve_capped(game, [5, 5, 5], step=1.0)
    assert (capped.method, capped.complete, capped.policies) == ("grid", False, (0, 1))
    auctioned = solve_capped(game, [5, 5, 5])
    assert (auctioned.method, auctioned.status) == ("auction", "unique")
    assert auctioned.outcomes[0].transfers == pytest.approx(
        [5, 0, 0] if auctioned.policies == (0,) else [0, 5, 0], abs=EXACT
    )


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        ([5], "shape"),
        (5, "shape"),
        ([5, 0], "cap 0.0 of patron 1"),
        ([-1, 5], "cap -1.0 of patron 0"),
        ([5, np.nan], "cap nan of patron 1"),
        (["much", 5], "not an array of numbers"),
    ],
)
def test_bad_caps_are_named(caps, words):
    """What is wrong with which cap."""
    with pytest.raises(GameError, match=words):
        solve_capped(RIVALS, caps)


@pytest.mark.parametrize("step", [0, -0.5, np.nan, np.inf])
def test_a_step_must_be_a_positive_number(step):
    """Also where one or two patrons need none."""
    with pytest.raises(GameError, match="step"):
        solve_capped(RIVALS, [5, 5], step=step)


@pytest.mark.parametrize("step", [1e-3, 1e-30])
def test_too_fine_a_grid_is_refused_with_its_cost_and_a_remedy(step):
    """Nothing of that size is built, and the step it names does."""
    game = Game(pivot=[0, 0], patrons=[[9, 0], [0, 8], [1, -3]])
    with pytest.raises(GameError, match=r"target vectors.*seconds") as caught:
        solve_capped(game, [5, 5, 5], step=step)
    wider = float(re.search(r"take a step of about ([\d.e-]+)", str(caught.value)).group(1))
    assert solve_capped(game, [5, 5, 5], step=wider).method == "grid"


def test_a_grid_that_no_step_makes_small_is_left_to_the_auction():
    """Three patrons and 300 policies: their payoffs alone are too many."""
    generator = np.random.default_rng(np.random.SeedSequence(6))
    game = Game(generator.normal(size=300), generator.normal(size=(3, 300)))
    with pytest.raises(GameError, match="take no step"):
        solve_capped(game, [1, 1, 1], step=100.0)
    assert solve_capped(game, [1, 1, 1]).method == "auction"


def games(**more):
    columns = {"k": [1], "c": [5], "alpha.A": [1.5], "alpha.B": [0.5]}
    for patron in "AB":
        columns |= {f"omega.{patron}": [4], f"rho.{patron}": [6], f"beta.{patron}": [4]}
    return Parameters(("A", "B"), columns | more)


def test_draws_read_caps_and_take_none_for_infinite():
    """The goal comes back once one patron has no cap; arrays are read-only."""
    grid = Grid(2, 1)
    small = capped_draws(games(**{"cap.A": [5], "cap.B": [5]}), grid)
    assert (small.goal[0], small.goal_high[0]) == (0, 0)
    assert small.found.all()
    assert len(small) == 1
    one_sided = capped_draws(games(**{"cap.B": [5]}), grid)
    assert one_sided.goal[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        small.goal[0] = 1


def test_draws_without_an_equilibrium_are_empty():
    """None of the numbers is made up; some draws of this family have none."""
    generator = np.random.default_rng(np.random.SeedSequence(5))
    columns = {"k": generator.uniform(0.5, 4, 600), "c": generator.uniform(0.5, 5, 600)}
    for patron in "AB":
        for stem in ("omega", "rho", "beta"):
            columns[f"{stem}.{patron}"] = generator.uniform(0, 6, 600)
        columns[f"cap.{patron}"] = generator.uniform(1, 4, 600)
    found = capped_draws(Parameters(("A", "B"), columns), Grid(2, 1))
    lost = ~found.found
    assert 0 < lost.sum() < 60
    assert (found.policy[lost] == -1).all()
    assert (found.policy_count[lost] == 0).all()
    for name in ("goal", "goal_low", "goal_high", "pivot_payoff", "pivot_payoff_high", "gain"):
        assert np.isnan(getattr(found, name)[lost]).all(), name
        assert np.isfinite(getattr(found, name)[found.found]).all(), name
    assert np.isnan(found.transfers[lost]).all()


def test_draws_need_a_grid_for_as_many_patrons():
    """The error of `utilities`."""
    with pytest.raises(GameError, match="grid of 3 patrons"):
        capped_draws(games(), Grid(3, 2))
