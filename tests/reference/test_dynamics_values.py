"""Dynamic equilibria against references that share no code with the solver.

* Values against the present value of what is paid, by dense linear algebra.
* Coalition values against plain value iteration, and against every stationary plan.
* The fixed point against a horizon so long that what comes after weighs nothing.
* One-shot deviations of 1,000 random games, and the static `verify` on their rounds.

Payoffs are of size 1 to 3. 1e-9 allows for values that settle to 1e-12 of the largest
and are amplified by at most 1 / (1 - delta) = 33; 4e-10 is kept for the sum of all values.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tertius.game import DynamicGame, Game, solve, solve_dynamic, verify

SETTLED = 1e-9
SUM = 4e-10


def random_game(seed, n=None, states=None, size=None):
    """A game and a discount; in half of the games patrons share a taste for policies."""
    generator = np.random.default_rng(np.random.SeedSequence(41, spawn_key=(seed,)))
    n = n or int(generator.integers(1, 4))
    states = states or int(generator.integers(2, 5))
    size = size or int(generator.integers(2, 6))
    shared = generator.normal(size=(states, 1, size)) * generator.choice([0.0, 1.5])
    game = DynamicGame(
        generator.normal(size=(states, size)),
        generator.normal(size=(states, n, size)) + shared,
        generator.integers(0, states, (states, size, 2)),
        generator.dirichlet([1, 1], size=(states, size)),
    )
    return game, float(generator.choice([0.0, 0.3, 0.6, 0.9]))


def moves(game, policies):
    """(S, S) where the policies lead, dense."""
    matrix = np.zeros((len(game), len(game)))
    for state, policy in enumerate(policies):
        for following, chance in zip(
            game.successors[state, policy], game.chances[state, policy], strict=True
        ):
            matrix[state, following] += chance
    return matrix


def forever(game, policies, flows, delta):
    """Present value of flows (S, …) under the policies."""
    return np.linalg.solve(np.eye(len(game)) - delta * moves(game, policies), flows)


def stages(game, solution):
    """Payoffs (S, P), (S, n, P) of a round, with what the next state is worth."""
    u, v = game.pivot.copy(), game.patrons.copy()
    for state, policy in product(range(len(game)), range(game.pivot.shape[1])):
        following, chance = game.successors[state, policy], game.chances[state, policy]
        u[state, policy] += solution.delta * chance @ solution.pivot_values[following]
        v[state, :, policy] += solution.delta * chance @ solution.patron_values[following]
    return u, v


def test_a_thousand_random_games_have_no_profitable_deviation():
    """All settle; nobody gains; the sum is W(N); marginal contributions where unique."""
    kinds = {"unique": 0, "several": 0, "unsettled": 0}
    for seed in range(1000):
        game, delta = random_game(seed)
        solution = solve_dynamic(game, delta)
        if not solution.converged:
            kinds["unsettled"] += 1
            continue
        assert solution.largest_deviation <= SETTLED
        assert solution.residual <= SETTLED
        total = solution.pivot_values + solution.patron_values.sum(axis=1)
        assert np.abs(total - solution.coalition_values[:, -1]).max() <= SUM
        assert (solution.transfers >= 0).all()
        assert (solution.rents >= -SETTLED).all()
        short = solution.marginal_contributions - solution.patron_values
        assert short.min() >= -SETTLED
        unique = bool(solution.payoffs_unique.all())
        if unique:
            assert short.max() <= SETTLED
        else:
            # Payments that are not unique leave somebody short, at least in that state.
            assert (short.max(axis=1)[~solution.payoffs_unique] > SETTLED).all()
        kinds["unique" if unique else "several"] += 1
    assert kinds["unsettled"] == 0, kinds
    assert min(kinds["unique"], kinds["several"]) >= 200, kinds


@pytest.mark.parametrize("n", [4, 5])
def test_more_patrons_than_three_are_solved_alike(n):
    """No deviation, and the sum of all values, for games of four and five patrons."""
    for seed in range(6):
        game, delta = random_game(seed, n=n, states=3, size=4)
        solution = solve_dynamic(game, delta)
        assert solution.converged
        assert solution.largest_deviation <= SETTLED
        total = solution.pivot_values + solution.patron_values.sum(axis=1)
        assert np.abs(total - solution.coalition_values[:, -1]).max() <= SUM


def test_values_are_the_present_value_of_what_is_paid():
    """Flows and transfers of the equilibrium, summed by one linear solve."""
    for seed in range(60):
        game, delta = random_game(seed)
        solution = solve_dynamic(game, delta)
        rows = np.arange(len(game))
        own = game.patrons[rows, :, solution.policies]
        income = game.pivot[rows, solution.policies] + solution.transfers.sum(axis=1)
        pivot = forever(game, solution.policies, income, delta)
        patrons = forever(game, solution.policies, own - solution.transfers, delta)
        assert np.abs(pivot - solution.pivot_values).max() <= SETTLED
        assert np.abs(patrons - solution.patron_values).max() <= SETTLED


def test_coalition_values_against_value_iteration_and_every_plan():
    """W(S; s) of two patrons: 500 plain rounds, and the best of all stationary plans."""
    for seed in range(12):
        game, delta = random_game(seed, n=2, states=3, size=3)
        solution = solve_dynamic(game, delta)
        for mask in range(4):
            flow = game.pivot + sum(game.patrons[:, i] for i in range(2) if mask >> i & 1)
            worth = np.zeros(3)
            for _ in range(500):
                worth = (flow + delta * (game.chances * worth[game.successors]).sum(axis=2)).max(1)
            found = solution.coalition_values[:, mask]
            assert np.abs(found - worth).max() <= SETTLED
            plans = [
                forever(game, plan, flow[np.arange(3), list(plan)], delta)
                for plan in product(range(3), repeat=3)
            ]
            assert np.abs(found - np.max(plans, axis=0)).max() <= SETTLED


def test_the_fixed_point_is_where_long_horizons_lead():
    """With .9 a round, what comes after 250 rounds weighs 4e-12."""
    several = 0
    for seed in range(12):
        game, _ = random_game(seed, n=2 + seed % 2)
        endless, long = solve_dynamic(game, 0.9), solve_dynamic(game, 0.9, horizon=250)
        assert np.abs(endless.pivot_values - long.pivot_values).max() <= SETTLED
        assert np.abs(endless.patron_values - long.patron_values).max() <= SETTLED
        assert np.abs(endless.coalition_values - long.coalition_values).max() <= SETTLED
        assert endless.policies.tolist() == long.policies.tolist()
        several += not endless.payoffs_unique.all()
    assert several >= 3


def test_the_static_check_finds_nothing_in_any_round():
    """`verify`, which knows nothing of time, on the menus of each state's round."""
    for seed in range(40):
        game, delta = random_game(seed)
        solution = solve_dynamic(game, delta)
        u, v = stages(game, solution)
        for state in range(len(game)):
            round_ = Game(pivot=u[state], patrons=v[state])
            menus = np.maximum(v[state] - solution.patron_values[state][:, None], 0)
            claimed = replace(solve(round_), menus=menus, policy=int(solution.policies[state]))
            assert verify(round_, claimed) <= SETTLED


def test_the_deviation_check_sees_a_wrong_policy():
    """Bids one lower than they must be, or another policy: the check must not pass them."""
    from tertius.game.dynamics.oneshots import audit

    game, _ = random_game(3, n=2)
    solution = solve_dynamic(game, 0.6)
    u, v = stages(game, solution)
    values = np.column_stack([solution.pivot_values, solution.patron_values])
    assert audit(u, v, values, solution.policies).gain <= SETTLED
    worst = u.argmin(axis=1)
    assert (worst != solution.policies).any()
    assert audit(u, v, values, worst).gain > 0.1
    generous = values - [0, 1, 0]
    assert audit(u, v, generous, solution.policies).gain > 0.1
    assert audit(u, v, generous, solution.policies).mismatch == pytest.approx(1)
