"""What belief does to the bargain: thresholds, experiments, the trap, and the pivot's price.

The family that is looked at: two patrons, alignment in tenths, k = 4, omega = (3, 4),
rho = (2, 3), beta = (4, 4), c = 3.2 all due on signing, delivery .75, prior .5. Its
myopic threshold is (3.2 / 8 - .25) / .5 = .30.

Closed forms and probabilities hold to 1e-12; figures printed with two digits to .005;
simulated shares within four standard errors.
"""

from __future__ import annotations

import numpy as np
import pytest

from tertius.game import (
    BeliefLattice,
    Grid,
    Parameters,
    Range,
    Ranges,
    TrustStock,
    belief_path,
    commitment_threshold,
    draw,
    dynamic_game,
    solve_draws,
    solve_dynamic,
    trap_probability,
)

EXACT = 1e-12
PRINTED = 0.005
GRID = Grid(2)
LATTICE = BeliefLattice(0.5, 0.75)


def family(**more):
    values = {"k": [4], "c": [3.2], "omega.A": [3], "omega.B": [4], "rho.A": [2], "rho.B": [3]}
    values |= {"beta.A": [4], "beta.B": [4], "delivery": [0.75], "mu": [0.5]}
    return Parameters(("A", "B"), values | more)


def drawn(count, **more):
    values = {"k": Range(1, 4), "c": Range(1, 6), "upfront": Range(0, 1), "q": Range(1, 1)}
    for patron in "AB":
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
        values |= {f"kappa.{patron}": Range(0.5, 2)}
    values |= {"delivery": Range(0.55, 0.95), "mu": Range(0.1, 0.9)}
    return draw(Ranges(("A", "B"), values | more), count, np.random.SeedSequence(51))


@pytest.mark.parametrize(("delta", "first"), [(0.0, 0.5), (0.5, 0.25), (0.9, 0.1)])
def test_patrons_who_look_ahead_experiment_below_the_threshold(delta, first):
    """Threshold .30: bought from .50 on with no future, from .25 and .10 on with more of it."""
    assert commitment_threshold(family(), GRID) == pytest.approx([0.3], abs=EXACT)
    solution = solve_dynamic(dynamic_game(family(), GRID, LATTICE), delta)
    bought = GRID.goal[solution.policies] > 0
    assert LATTICE.beliefs[bought].min() == pytest.approx(first, abs=EXACT)
    # From there on at every belief: the threshold is one.
    assert bought[LATTICE.beliefs >= first - EXACT].all()


def test_the_pivot_earns_less_the_more_it_is_believed():
    """Average flow at beliefs .1, .5 and .9, delta .9; and it falls along the lattice."""
    solution = solve_dynamic(dynamic_game(family(), GRID, LATTICE), 0.9)
    flow = 0.1 * solution.pivot_values
    at = [LATTICE.index(belief) + LATTICE.steps_down for belief in (0.1, 0.5, 0.9)]
    assert flow[at] == pytest.approx([2.60, 1.51, 0.18], abs=PRINTED)
    assert (np.diff(flow) <= EXACT).all()
    assert solution.largest_deviation <= 1e-9


def test_the_threshold_is_the_closed_form_where_issues_separate():
    """2,000 draws with costs on signing and delivery and dear transfers."""
    games = drawn(2000)
    values = games.values
    worth = (games.per_patron("beta") / games.per_patron("kappa")).sum(axis=1)
    gain = worth - (1 - values["upfront"]) * values["c"]
    with np.errstate(divide="ignore"):
        needed = np.where(gain > 0, values["upfront"] * values["c"] / gain, np.inf)
    away = 1 - values["delivery"]
    expected = (needed - away) / (values["delivery"] - away)
    found = commitment_threshold(games, Grid(2, 4))
    finite = np.isfinite(expected)
    assert (np.isfinite(found) == finite).all()
    assert found[finite] == pytest.approx(expected[finite], rel=1e-9, abs=1e-9)
    assert min((~finite).sum(), (found <= 0).sum(), ((found > 0) & (found < 1)).sum()) >= 20


@pytest.mark.parametrize("theta", [0.0, 2.0])
def test_the_threshold_is_where_the_solved_game_changes(theta):
    """The static core just below and just above it, with and without separable issues."""
    tied = {f"theta.{patron}": Range(0, theta) for patron in "AB"}
    games, grid = drawn(400, **tied), Grid(2, 5, 3)
    threshold = commitment_threshold(games, grid)
    away = 1 - games.values["delivery"]

    def bought(belief):
        q = belief * games.values["delivery"] + (1 - belief) * away
        upfront = games.values["upfront"]
        cost = games.values["c"] * (upfront + (1 - upfront) * q)
        return grid.goal[solve_draws(games.at({"q": q, "c": cost}), grid).policy] > 0

    inside = (threshold > 0.001) & (threshold < 0.999)
    near = np.clip(threshold, 0.001, 0.999)
    assert inside.sum() >= 60
    assert bought(near + 1e-5)[inside].all()
    assert not bought(near - 1e-5)[inside].any()
    assert bought(np.zeros(len(games)))[threshold < -1e-6].all()
    assert not bought(np.ones(len(games)))[threshold > 1 + 1e-6].any()


def walk(steps, up, rounds):
    """Probability of falling `steps` within some rounds, by powers of the absorbing walk."""
    size = steps + rounds + 2
    matrix = np.zeros((size, size))
    matrix[0, 0] = matrix[-1, -1] = 1
    for height in range(1, size - 1):
        matrix[height, height - 1], matrix[height, height + 1] = 1 - up, up
    return np.linalg.matrix_power(matrix, rounds)[steps, 0]


@pytest.mark.parametrize("rounds", [1, 2, 7, 40])
def test_the_trap_within_some_rounds_is_the_absorbing_walk(rounds):
    """Both types and the patrons' view, one to six steps above the trap."""
    lattice = BeliefLattice(0.6, 0.7, 0, 8)
    thresholds = lattice.belief(np.arange(0, -6, -1))
    trap = trap_probability(0.6, 0.7, thresholds, rounds=rounds)
    assert trap.steps.tolist() == [1, 2, 3, 4, 5, 6]
    committed = [walk(k, 0.7, rounds) for k in range(1, 7)]
    opportunist = [walk(k, 0.3, rounds) for k in range(1, 7)]
    assert trap.committed == pytest.approx(committed, abs=EXACT)
    assert trap.opportunist == pytest.approx(opportunist, abs=EXACT)
    mixed = 0.6 * np.array(committed) + 0.4 * np.array(opportunist)
    assert trap.expected == pytest.approx(mixed, abs=EXACT)


def test_the_trap_for_ever_is_the_gamblers_ruin_and_the_limit_of_many_rounds():
    """((1 - a) / a)**k for a committed pivot, 1 for an opportunist."""
    delivery, k = np.array([0.6, 0.75, 0.9, 0.6]), np.array([1, 2, 3, 5])
    # Just above the belief after k - 1 broken promises, the k-th is the last.
    odds = ((1 - delivery) / delivery) ** (k - 0.5)
    threshold = odds / (1 + odds)
    ever = trap_probability(0.5, delivery, threshold)
    assert ever.steps.tolist() == k.tolist()
    assert ever.committed == pytest.approx(((1 - delivery) / delivery) ** k, abs=EXACT)
    assert ever.opportunist.tolist() == [1] * 4
    long = trap_probability(0.5, delivery, threshold, rounds=3000)
    assert long.committed == pytest.approx(ever.committed, abs=1e-10)
    assert long.opportunist == pytest.approx(ever.opportunist, abs=1e-10)


def test_the_trap_against_simulated_promises():
    """20,000 pivots of each type, ten rounds, promises kept or broken at random."""
    generator = np.random.default_rng(np.random.SeedSequence(52))
    trap = trap_probability(0.5, 0.75, 0.2, rounds=10)
    for type_, keeps in (("committed", 0.75), ("opportunist", 0.25)):
        odds, fallen = np.ones(20_000), np.zeros(20_000, dtype=bool)
        for _ in range(10):
            kept = generator.random(20_000) < keeps
            moved = odds * np.where(kept, 3.0, 1 / 3)
            odds = np.where(fallen, odds, moved)
            fallen |= odds / (1 + odds) < 0.2
        chance = getattr(trap, type_)[0]
        error = np.sqrt(chance * (1 - chance) / 20_000)
        assert abs(fallen.mean() - chance) < 4 * error


def test_the_path_of_myopic_play_falls_into_the_trap_at_the_closed_rate():
    """At a discount of 0 the policies stop buying below the threshold, as the trap assumes."""
    game = dynamic_game(family(), GRID, BeliefLattice(0.5, 0.75, 20, 20))
    path = belief_path(game, solve_dynamic(game, 0.0), 20)
    threshold = commitment_threshold(family(), GRID)
    low = path.beliefs < threshold
    for rounds in (0, 1, 5, 20):
        trap = trap_probability(0.5, 0.75, threshold, rounds=rounds)
        assert path.committed[rounds, low].sum() == pytest.approx(trap.committed[0], abs=EXACT)
        assert path.opportunist[rounds, low].sum() == pytest.approx(trap.opportunist[0], abs=EXACT)
        assert path.expected[rounds, low].sum() == pytest.approx(trap.expected[0], abs=EXACT)
    # To the patrons the belief is a martingale whatever is bought.
    assert path.expected @ path.beliefs == pytest.approx(np.full(21, 0.5), abs=EXACT)


def test_trust_is_part_of_the_equilibrium_and_leaves_the_check_clean():
    """225 states at .97: settled, no deviation; a patron with more trust is worth more."""
    game = dynamic_game(family(), Grid(2, 5), LATTICE, TrustStock())
    assert len(game) == 225
    solution = solve_dynamic(game, 0.97)
    assert solution.converged
    assert solution.largest_deviation <= 1e-8
    total = solution.pivot_values + solution.patron_values.sum(axis=1)
    assert np.abs(total - solution.coalition_values[:, -1]).max() <= 1e-9
    joint = solution.coalition_values[:, -1].reshape(25, 3, 3)
    assert (np.diff(joint, axis=1) >= -1e-9).all()
    assert (np.diff(joint, axis=2) >= -1e-9).all()
    assert np.ptp(joint, axis=(1, 2)).min() > 0.1


@pytest.mark.parametrize(("delta", "theta"), [(0.0, 0.0), (0.9, 0.0), (0.9, 1.0)])
def test_being_believed_never_pays_a_pivot_whose_issues_separate(delta, theta):
    """Value falls in belief in each of 50 draws; with theta > 0 it may rise, and does in some."""
    tied = {f"theta.{patron}": Range(0, theta) for patron in "AB"}
    games = drawn(140 if theta else 50, **tied)
    rises = 0
    for row in range(len(games)):
        one = games.rows(slice(row, row + 1))
        game = dynamic_game(one, Grid(2, 4), BeliefLattice.of(one, 8, 8))
        rises += bool((np.diff(solve_dynamic(game, delta).pivot_values) > 1e-9).any())
    assert rises > 0 if theta else rises == 0
