"""Dynamic games: what is built, solved, followed and refused.

Worked numbers are exact; 1e-12 allows for sums of a few doubles, 1e-9 for values that
settle to 1e-12 of the largest at a discount of at most .9.
"""

from __future__ import annotations

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import (
    BeliefLattice,
    DynamicGame,
    Grid,
    Parameters,
    TrustStock,
    belief_path,
    dynamic_game,
    solve_dynamic,
    solve_many,
    utilities,
)

EXACT = 1e-12
SETTLED = 1e-9


def one(**more):
    values = {"k": [4], "c": [3.2], "omega.A": [3], "omega.B": [4], "rho.A": [2], "rho.B": [3]}
    values |= {"beta.A": [4], "beta.B": [4]}
    return Parameters(("A", "B"), values | {name.replace("_", "."): x for name, x in more.items()})


LATTICE = BeliefLattice(0.5, 0.75, 3, 3)


def small(**changes):
    """Two states that swap, two policies, one patron."""
    arrays = {
        "pivot": [[0.0, -1.0], [0.0, -2.0]],
        "patrons": [[[0.0, 3.0]], [[0.0, 1.0]]],
        "successors": [[[1], [1]], [[0], [0]]],
        "chances": np.ones((2, 2, 1)),
    }
    return DynamicGame(**(arrays | changes))


def test_a_game_without_a_future_is_the_static_game():
    """At a discount of 0, and in one round: solved state by state."""
    game = dynamic_game(one(), Grid(2), LATTICE)
    static = solve_many(game.pivot, game.patrons)
    for solution in (solve_dynamic(game, 0.0), solve_dynamic(game, 0.9, horizon=1)):
        assert solution.pivot_values == pytest.approx(static.pivot_payoff, abs=EXACT)
        assert solution.patron_values == pytest.approx(static.patron_payoffs, abs=EXACT)
        assert solution.policies.tolist() == static.policy.tolist()
        assert solution.transfers == pytest.approx(static.transfers, abs=EXACT)
        assert solution.rents == pytest.approx(static.rent, abs=EXACT)
        assert solution.coalition_values == pytest.approx(static.coalition_values, abs=EXACT)
        assert solution.payoffs_unique.tolist() == static.payoffs_unique.tolist()


def test_one_patron_pays_the_cost_and_keeps_the_rest_for_ever():
    """States swap: 2, 0, 2, 0 … to the patron from the first, 0, 2, 0 … from the second."""
    solution = solve_dynamic(small(), 0.5)
    assert solution.policies.tolist() == [1, 0]
    assert solution.patron_values == pytest.approx(np.array([[8 / 3], [4 / 3]]), abs=SETTLED)
    assert solution.transfers == pytest.approx(np.array([[1.0], [0.0]]), abs=SETTLED)
    assert solution.pivot_values == pytest.approx([0, 0], abs=SETTLED)
    assert (solution.method, solution.converged) == ("fixed point", True)
    assert solution.plan.shape == (1, 2)
    three = solve_dynamic(small(), 0.5, horizon=3)
    assert three.patron_values == pytest.approx(np.array([[2.5], [1.0]]), abs=EXACT)
    assert (three.method, three.plan.shape) == ("backward induction", (3, 2))
    assert all(
        not getattr(solution, name).flags.writeable
        for name in ("pivot_values", "patron_values", "policies", "transfers", "rents", "plan",
                     "coalition_values", "payoffs_unique")
    )  # fmt: skip


def test_what_has_not_settled_is_no_answer():
    """Too few rounds: NaN and -1 instead of numbers, the residual, no path to follow."""
    game = dynamic_game(one(rho_A=[0], rho_B=[0]), Grid(2), LATTICE)
    solution = solve_dynamic(game, 0.9, max_iterations=1)
    assert not solution.converged
    assert solution.residual > 1e-3
    for values in ("pivot_values", "patron_values", "transfers", "rents", "largest_deviation"):
        assert np.isnan(getattr(solution, values)).all(), values
    assert (solution.policies == -1).all()
    assert (solution.plan == -1).all()
    assert not solution.payoffs_unique.any()
    whole = solve_dynamic(game, 0.9)
    assert whole.converged
    assert solution.coalition_values == pytest.approx(whole.coalition_values, abs=EXACT)
    with pytest.raises(GameError, match="did not settle"):
        belief_path(game, solution, 3)


@pytest.mark.parametrize("delta", [1.0, -0.1, 1.5, float("nan")])
def test_a_discount_out_of_bounds_is_refused(delta):
    """Also with a horizon."""
    for horizon in (None, 3):
        with pytest.raises(GameError, match="delta"):
            solve_dynamic(small(), delta, horizon)


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_a_number_of_rounds_out_of_bounds_is_refused(count):
    """Horizon, iterations and rounds of a path."""
    with pytest.raises(GameError, match="horizon"):
        solve_dynamic(small(), 0.5, count)
    with pytest.raises(GameError, match="max_iterations"):
        solve_dynamic(small(), 0.5, max_iterations=count)
    game = dynamic_game(one(), Grid(2), LATTICE)
    with pytest.raises(GameError, match="rounds"):
        belief_path(game, solve_dynamic(game, 0.5), count)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"successors": [[[2], [1]], [[0], [0]]]}, "successor 2 of state 0, policy 0"),
        ({"successors": [[[1], [0.5]], [[0], [0]]]}, "successor 0.5 of state 0, policy 1"),
        ({"successors": [[[1], [float("nan")]], [[0], [0]]]}, "successor nan"),
        ({"chances": [[[1], [1]], [[1], [0.5]]]}, "of state 1, policy 1"),
        ({"chances": [[[1], [1]], [[-1], [1]]]}, "of state 1, policy 0"),
        ({"chances": np.full((2, 2, 1), np.nan)}, "chances"),
        ({"chances": np.ones((2, 2))}, "for payoffs"),
        ({"patrons": [[[0.0, 3.0]]]}, "do not fit together"),
        ({"pivot": [[0.0, np.inf], [0, 0]]}, "pivot payoff inf"),
        ({"pivot": [["a", 1], [0, 0]]}, "not arrays of numbers"),
    ],
)
def test_a_dynamic_game_that_cannot_be_is_refused(changes, says):
    """With the state and policy where something is wrong."""
    with pytest.raises(GameError, match=says):
        small(**changes)


def test_no_state_is_no_game():
    """An empty table of states has nothing to start from."""
    with pytest.raises(GameError, match="without states"):
        DynamicGame(np.zeros((0, 2)), np.zeros((0, 1, 2)), np.zeros((0, 2, 1)), np.ones((0, 2, 1)))


def test_payoffs_of_a_state_are_those_of_its_reliability_and_trust():
    """Each state against `utilities` of a game written out for it."""
    trust = TrustStock(levels=2, gain=1.0)
    game = dynamic_game(one(upfront=[0.25]), Grid(2, 4), LATTICE, trust)
    assert len(game) == 7 * 9
    start = game.states.start
    assert game.states.belief_index[start] == 0
    assert game.states.trust[start].tolist() == [1, 1]
    for state in (0, 5, start, 44, 62):
        q = float(LATTICE.reliability(game.states.belief_index[state]))
        low, high = game.states.trust[state]
        alone = one(
            q=[q], c=[0.8 + 2.4 * q], omega_A=[3 * (0.5 + low / 2)], omega_B=[4 * (0.5 + high / 2)]
        )
        u, v = utilities(alone, Grid(2, 4))
        assert game.pivot[state] == pytest.approx(u[0], abs=EXACT)
        assert game.patrons[state] == pytest.approx(v[0], abs=EXACT)


def test_a_promise_moves_belief_and_trust_and_nothing_else_does():
    """Successors of one state under every kind of policy, with and without trust."""
    grid = Grid(2, 2)
    game = dynamic_game(one(), grid, LATTICE, TrustStock())
    start, states = game.states.start, game.states
    for policy, (shares, degree) in enumerate(zip(grid.alignment, grid.goal, strict=True)):
        kept, broken = game.successors[start, policy]
        move = TrustStock().moves(shares[None])[0]
        assert states.trust[kept].tolist() == (1 + move).tolist()
        if degree:
            assert (states.belief_index[kept], states.belief_index[broken]) == (1, -1)
            assert states.trust[broken].tolist() == [0, 0]
            assert game.chances[start, policy] == pytest.approx([0.5, 0.5], abs=EXACT)
        else:
            assert states.belief_index[kept] == 0
            assert game.chances[start, policy].tolist() == [1, 0]
    # At the ends of the lattice and of the stocks, what would leave stays.
    assert states.belief_index[game.successors[-1, :, 0]].max() == 3
    assert states.trust[game.successors].min() == 0
    assert states.trust[game.successors].max() == 2
    plain = dynamic_game(one(), grid, LATTICE)
    assert len(plain) == 7
    assert (plain.states.trust == 0).all()


def test_several_games_and_too_many_states_are_refused():
    """With what to do instead."""
    with pytest.raises(GameError, match="2 games"):
        dynamic_game(one().at({"c": [1, 2]}), Grid(2), LATTICE)
    with pytest.raises(GameError, match="states of 132 policies") as caught:
        dynamic_game(one(), Grid(2), LATTICE, TrustStock(levels=80))
    assert caught.value.hint
    with pytest.raises(GameError, match="3 patrons"):
        dynamic_game(one(), Grid(3, 2), LATTICE)


def test_a_path_starts_where_it_is_told_and_sums_to_one():
    """Two rounds by hand: bought at the prior and one step up, not below (discount 0)."""
    game = dynamic_game(one(), Grid(2), LATTICE)
    solution = solve_dynamic(game, 0.0)
    path = belief_path(game, solution, 2)
    assert path.committed[0].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert path.committed[2].tolist() == [0, 0, 0.25, 0.1875, 0, 0.5625, 0]
    assert path.opportunist[2].tolist() == [0, 0, 0.75, 0.1875, 0, 0.0625, 0]
    assert path.expected[2] == pytest.approx([0, 0, 0.5, 0.1875, 0, 0.3125, 0], abs=EXACT)
    assert path.promise_committed.tolist() == [1, 0.75]
    assert path.promise_opportunist.tolist() == [1, 0.25]
    assert path.promise_expected.tolist() == [1, 0.5]
    low = belief_path(game, solution, 3, start=0)
    assert (low.expected[:, 0] == 1).all()
    assert (low.promise_expected == 0).all()
    frame = path.to_polars()
    assert frame.columns == ["round", "index", "belief", "committed", "opportunist", "expected"]
    assert frame.height == 3 * 7


def test_a_path_needs_a_game_of_promises_and_its_solution():
    """Neither states without meaning, nor another game's solution, nor rounds after the end."""
    with pytest.raises(GameError, match="not beliefs"):
        belief_path(small(), solve_dynamic(small(), 0.5), 2)
    game = dynamic_game(one(), Grid(2), LATTICE)
    with pytest.raises(GameError, match="2 states for a game of 7"):
        belief_path(game, solve_dynamic(small(), 0.5), 2)
    with pytest.raises(GameError, match="rounds = 3"):
        belief_path(game, solve_dynamic(game, 0.5, horizon=2), 3)
    with pytest.raises(GameError, match="start = 7"):
        belief_path(game, solve_dynamic(game, 0.5), 2, start=7)
