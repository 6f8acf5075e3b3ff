"""Coordination failure: when it exists, who comes closest to ending it, what is refused.

Worked games use integers; 1e-9 allows for sums of payoffs of size 1 to 10 elsewhere.
"""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import (
    Game,
    Grid,
    Parameters,
    Range,
    Ranges,
    coordination_failure,
    draw,
    failure_draws,
    solve_draws,
    utilities,
)

EXACT = 1e-9


def largest_gain(game, menus, policy):
    """What anybody gains by any deviation, from the menus alone."""
    offered = game.pivot + menus.sum(axis=0)
    gains = [offered.max() - offered[policy]]
    for worth, menu in zip(game.patrons, menus, strict=True):
        others = offered - menu
        gains.append((worth - (others.max() - others)).max() - (worth - menu)[policy])
    return max(gains)


def test_a_shared_bill_can_stay_unpaid():
    """5 and 4 for a goal of 6: nobody alone, both together; A lacks 1."""
    found = coordination_failure(Game([0, -6], [[0, 5], [0, 4]]), [0, 1])
    assert found.exists
    assert (found.policy, found.margin, found.buyer, found.lacks) == (0, -1, 0, 1)
    assert found.gains.tolist() == [-1, -2]
    assert found.pivot_gain == -6
    assert (found.pivot_payoff, found.efficient_goal) == (0, 1)
    assert found.menus.tolist() == [[0, 0], [0, 0]]


def test_one_patron_who_can_pay_alone_ends_it():
    """A worth of 7 against a bill of 6."""
    found = coordination_failure(Game([0, -6], [[0, 7], [0, 4]]), [0, 1])
    assert (found.exists, found.margin, found.buyer, found.lacks) == (False, 1, 0, 0)


def test_no_failure_without_something_to_fail_at():
    """The goal is not worth its cost to all together: nothing is missing."""
    found = coordination_failure(Game([0, -6], [[0, 2], [0, 3]]), [0, 1])
    assert found.margin == -3
    assert (found.exists, found.efficient_goal) == (False, 0)


def test_a_pivot_that_wants_the_goal_itself_ends_it():
    """It takes the goal although nobody pays."""
    found = coordination_failure(Game([0, 1], [[0, 5], [0, 4]]), [0, 1])
    assert not found.exists
    assert (found.pivot_gain, found.margin) == (1, 5)


def test_money_for_alignment_keeps_flowing_with_the_goal():
    """Offers for a policy with the goal are those for the same policy without it."""
    goal = [0, 1, 0, 1, 0, 1]
    pivot = [0, -6, 1, -5, 0, -6]
    patrons = [[0, 4, 7, 11, -2, 2], [0, 5, -3, 2, 6, 11]]
    found = coordination_failure(Game(pivot, patrons), goal)
    assert found.exists
    assert found.menus[:, 1::2].tolist() == found.menus[:, ::2].tolist()
    assert found.menus.max() > 0
    assert found.margin == -1
    shuffled = [5, 0, 3, 1, 4, 2]
    place = np.argsort(shuffled)
    again = coordination_failure(
        Game(np.array(pivot)[shuffled], np.array(patrons)[:, shuffled]),
        np.array(goal)[shuffled],
        counterpart=[place[p - p % 2] for p in shuffled],
    )
    assert (again.exists, again.margin) == (found.exists, found.margin)
    assert shuffled[again.policy] == found.policy


def random_games(patrons, count, *, theta=0.0, seed=3):
    values = {"k": Range(0.5, 4), "c": Range(0.5, 6), "q": Range(0.3, 1)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
        values |= {f"kappa.{patron}": Range(0.5, 2), f"theta.{patron}": Range(0, theta)}
    return draw(Ranges(tuple(patrons), values), count, np.random.SeedSequence(seed))


@pytest.mark.parametrize(("patrons", "goal_steps"), [("AB", 1), ("AB", 3), ("ABC", 1)])
def test_separable_issues_fail_if_and_only_if_nobody_can_pay_alone(patrons, goal_steps):
    """max of beta q / kappa < c < their sum, and the margin is the difference to the max."""
    games = random_games(patrons, 1_500)
    grid = Grid(len(patrons), 4, goal_steps)
    found = failure_draws(games, grid)
    worth = games.per_patron("beta") * games.values["q"][:, None] / games.per_patron("kappa")
    cost = games.values["c"]
    expected = (worth.max(axis=1) < cost) & (cost < worth.sum(axis=1))
    assert 0.05 < expected.mean() < 0.6
    assert (found.exists == expected).all()
    # The best single buyer buys one step if it loses by it, and all if it gains.
    gap = worth.max(axis=1) - cost
    assert found.margin == pytest.approx(np.where(gap > 0, gap, gap / goal_steps), abs=EXACT)
    assert (found.buyer == worth.argmax(axis=1)).all()
    assert (found.goal == grid.goal[solve_draws(games, grid).policy]).all()


@pytest.mark.parametrize("theta", [0.0, 2.0])
def test_what_exists_is_a_nash_equilibrium_and_what_does_not_is_none(theta):
    """Checked from the menus alone, game by game, with issues tied and not."""
    games = random_games("AB", 300, theta=theta, seed=4)
    grid = Grid(2, 4)
    found = failure_draws(games, grid)
    u, v = utilities(games, grid)
    for row in range(len(games)):
        game = Game(u[row], v[row])
        one = coordination_failure(game, grid.goal)
        assert (one.exists, one.policy) == (found.exists[row], found.policy[row])
        assert one.margin == pytest.approx(found.margin[row], abs=EXACT)
        gain = largest_gain(game, one.menus, one.policy)
        assert gain == pytest.approx(max(0.0, one.margin), abs=EXACT)
        assert grid.goal[one.policy] == 0
    assert 10 < found.exists.sum() < 290


def test_results_are_read_only():
    """Of one game and of many."""
    one = coordination_failure(Game([0, -6], [[0, 5], [0, 4]]), [0, 1])
    many = failure_draws(random_games("AB", 3), Grid(2, 2))
    assert len(many) == 3
    for array in (one.menus, one.gains, one.patron_payoffs, many.margin, many.exists):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    ("goal", "counterpart", "words"),
    [
        ([0], None, "goal"),
        ([0, np.nan], None, "goal"),
        ([0, -1], None, "goal"),
        (["no", "yes"], None, "not an array of numbers"),
        ([0, 0], None, "every policy has degree 0"),
        ([1, 1], None, "every policy has a degree above 0"),
        ([1, 0], None, "first policy has degree 1"),
        ([0, 1], [0], "counterpart"),
        ([0, 1], [0, 2], "counterpart"),
        ([0, 1], [0.0, 0.5], "counterpart"),
        ([0, 1], [0, 1], "counterpart 1 of policy 1"),
    ],
)
def test_degrees_that_do_not_fit_are_refused(goal, counterpart, words):
    """What is wrong, and what is allowed."""
    with pytest.raises(GameError, match=words):
        coordination_failure(Game([0, -6], [[0, 5], [0, 4]]), goal, counterpart=counterpart)


def test_a_grid_without_the_goal_is_refused():
    """There is nothing to fail at."""
    games = Parameters(("A",), {"k": [1], "c": [1], "omega.A": [1], "beta.A": [1]})
    with pytest.raises(GameError, match="no shared goal"):
        failure_draws(games, Grid(1, goal_steps=0))
