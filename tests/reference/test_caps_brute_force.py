"""Payment caps against a brute force, and what theory and examples say of them.

The brute force tries every vector of targets on a grid of halves (and of quarters), its
clipped menus, each of the pivot's best policies, and every patron's best deviation to
any menu within its cap. It shares no code and no idea with the solver, which needs no
grid. Payoffs and caps are integers, so all comparisons on the grid are exact; 1e-9
allows for sums of payoffs of size 1 to 20 elsewhere.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tertius.game import (
    Game,
    Grid,
    Range,
    Ranges,
    capped_draws,
    draw,
    solve,
    solve_capped,
    solve_draws,
    utilities,
)

EXACT = 1e-9


def brute_force(pivot, patrons, caps, step):
    """Every (policy, payoffs) on the grid that is an equilibrium within the caps."""
    axes = [np.arange(row.min(), row.max() + step / 2, step) for row in patrons]
    found = set()
    for target in product(*axes):
        menus = np.minimum(np.maximum(patrons - np.array(target)[:, None], 0), caps[:, None])
        offered = pivot + menus.sum(axis=0)
        deviation = []
        for worth, menu, cap in zip(patrons, menus, caps, strict=True):
            price = (offered - menu).max() - (offered - menu)
            deviation.append((worth - price)[price < cap].max())
        for policy in np.flatnonzero(offered == offered.max()):
            payoffs = patrons[:, policy] - menus[:, policy]
            if (payoffs == target).all() and (payoffs >= deviation).all():
                found.add((int(policy), tuple(payoffs.tolist())))
    return found


def on_the_grid(capped, patrons, step):
    """Equilibria of the solver whose payoffs are multiples of the step."""
    points = set()
    for outcome in capped.outcomes:
        worth = patrons[:, outcome.policy]
        ends = outcome.transfers_low, outcome.transfers_high
        if len(worth) == 1:
            grid = [ends[0]] if ends[0] == ends[1] else []
        else:
            first = np.arange(ends[0][0], ends[1][0] + EXACT, step)
            grid = [np.array([paid, outcome.transfers.sum() - paid]) for paid in first]
        points |= {(outcome.policy, tuple((worth - paid).tolist())) for paid in grid}
    return points


def integer_game(seed, n, largest=4):
    generator = np.random.default_rng(np.random.SeedSequence(17, spawn_key=(n, seed)))
    size = int(generator.integers(2, 6))
    pivot = generator.integers(-3, 4, size).astype(float)
    patrons = generator.integers(-3, 5, (n, size)).astype(float)
    return pivot, patrons, generator.integers(1, largest + 1, n).astype(float)


@pytest.mark.parametrize(("n", "games"), [(1, 40), (2, 300)])
def test_every_equilibrium_is_found_and_no_other(n, games):
    """300 integer games of two patrons: the two sets are the same, point by point."""
    several = inefficient = clipped = 0
    for seed in range(games):
        pivot, patrons, caps = integer_game(seed, n)
        capped = solve_capped(Game(pivot, patrons), caps)
        expected = brute_force(pivot, patrons, caps, 0.5)
        assert on_the_grid(capped, patrons, 0.5) == expected, seed
        assert capped.complete
        assert capped.method == "exact"
        assert max((o.gain for o in capped.outcomes), default=0) <= EXACT
        several += len(expected) > 1
        total = pivot + patrons.sum(axis=0)
        inefficient += all(total[p] < total.max() for p, _ in expected)
        clipped += any((o.transfers == caps).any() for o in capped.outcomes)
    # The caps must matter in the sample, or the comparison says little.
    assert n == 1 or (several > 50 and inefficient > 10 and clipped > 20)


def test_finer_grids_find_the_same():
    """Stable under refinement: quarters and eighths add only points of known stretches."""
    for seed in range(40):
        pivot, patrons, caps = integer_game(seed, 2)
        capped = solve_capped(Game(pivot, patrons), caps)
        for step in (0.25, 0.125) if seed < 8 else (0.25,):
            assert on_the_grid(capped, patrons, step) == brute_force(pivot, patrons, caps, step)


@pytest.mark.parametrize(
    ("pivot", "patrons", "caps"),
    [
        ([-4, -3, 1, 1], [[-5, 1, -3, 6], [0, 5, -3, -6]], [2, 5]),
        ([2, 4, 2, -2], [[-5, -5, 1, 6], [5, -5, -6, 2]], [5, 4]),
        ([-1, 4, 2, -1], [[4, 1, -5, 1], [2, -6, 5, -2]], [4, 4]),
    ],
)
def test_some_games_have_no_equilibrium(pivot, patrons, caps):
    """Found by search among 28,000 integer games; the brute force agrees on fine grids."""
    game = Game(pivot, patrons)
    capped = solve_capped(game, caps)
    assert (capped.status, capped.outcomes, capped.complete) == ("none", (), True)
    assert np.isnan(capped.pivot_payoff_low)
    assert not brute_force(game.pivot, game.patrons, np.array(caps, dtype=float), 0.25)


def test_equilibria_of_three_patrons_on_a_grid_are_those_of_the_brute_force():
    """With a step, three patrons: the same points, and the auction ends at an equilibrium."""
    ended = known = 0
    for seed in range(25):
        pivot, patrons, caps = integer_game(seed, 3, largest=3)
        game = Game(pivot, patrons)
        expected = brute_force(pivot, patrons, caps, 0.5)
        found = solve_capped(game, caps, step=0.5)
        points = {(o.policy, tuple(o.patron_payoffs.tolist())) for o in found.outcomes}
        assert points == expected
        assert not found.complete
        auctioned = solve_capped(game, caps)
        assert auctioned.method == "auction"
        assert all(outcome.gain <= 1e-8 for outcome in auctioned.outcomes)
        ended += bool(auctioned.outcomes)
        known += bool(expected)
    assert ended >= 0.9 * known > 10


@pytest.mark.parametrize("n", [1, 2])
def test_without_caps_the_answer_is_that_of_the_core(n):
    """Policies, payoffs, stretches and their middle, on real payoffs."""
    generator = np.random.default_rng(np.random.SeedSequence(18))
    spread = 0
    for _ in range(200):
        patrons = generator.normal(size=(n, 6)) + generator.choice([0, 1]) * generator.normal(
            size=6
        )
        game = Game(generator.normal(size=6), patrons)
        core, capped = solve(game), solve_capped(game, [np.inf] * n)
        assert capped.policies == core.efficient_policies
        (outcome,) = capped.outcomes
        assert outcome.pivot_payoff == pytest.approx(core.pivot_payoff, abs=EXACT)
        assert outcome.transfers == pytest.approx(core.transfers, abs=EXACT)
        assert (capped.status == "unique") == core.payoffs_unique
        spread += not core.payoffs_unique
    assert n == 1 or 20 < spread < 180


def test_draws_without_caps_are_those_of_the_core():
    """Also for three patrons, where the auction must end inside the rent interval."""
    for patrons, grid in (("AB", Grid(2)), ("ABC", Grid(3, 3))):
        games = family(patrons, 400)
        found, core = capped_draws(games, grid), solve_draws(games, grid)
        assert found.found.all()
        assert (found.policy == core.policy).all()
        least = core.pivot_payoff - EXACT
        most = core.pivot_payoff - core.rent + core.rent_high + EXACT
        assert ((found.pivot_payoff >= least) & (found.pivot_payoff <= most)).all()
        if len(patrons) == 2:
            assert found.transfers == pytest.approx(core.transfers, abs=EXACT)


def family(patrons, count, *, cap=None, seed=19):
    values = {"k": Range(0.5, 4), "c": Range(0.5, 5), "q": Range(0.3, 1)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
        if cap is not None:
            values[f"cap.{patron}"] = cap
    return draw(Ranges(tuple(patrons), values), count, np.random.SeedSequence(seed))


@pytest.mark.parametrize("patrons", ["AB", "ABC"])
def test_draws_agree_with_one_game_at_a_time(patrons):
    """Found, policy, payments and the spread of the goal; every draw found is checked."""
    games = family(patrons, 150, cap=Range(0.3, 4))
    grid = Grid(len(patrons), 5)
    found = capped_draws(games, grid)
    assert found.gain[found.found].max() <= EXACT
    u, v = utilities(games, grid)
    caps = games.per_patron("cap")
    for row in range(len(games)):
        one = solve_capped(Game(u[row], v[row]), caps[row])
        assert found.found[row] == (one.status != "none")
        if found.found[row]:
            assert found.policy[row] == one.outcomes[0].policy
            assert found.pivot_payoff[row] == pytest.approx(one.pivot_payoff_low, abs=EXACT)
            assert found.pivot_payoff_high[row] == pytest.approx(one.pivot_payoff_high, abs=EXACT)
            degrees = grid.goal[list(one.policies)]
            assert (found.goal_low[row], found.goal_high[row]) == (degrees.min(), degrees.max())
            assert found.policy_count[row] == len(one.policies)
    assert found.found.mean() > 0.9


def contest(rho, caps):
    """Exclusive alignment with 1, 2 or nobody; a goal worth 4 to each at a cost of 5."""
    pivot = [(a == 1) - 5 * d for a in range(3) for d in range(2)]
    patrons = [
        [4 * (a == i) - rho * (a == 3 - i) + 4 * d for a in range(3) for d in range(2)]
        for i in (1, 2)
    ]
    capped = solve_capped(Game(pivot, patrons), caps)
    return {policy % 2 for policy in capped.policies}


def test_rivals_with_equal_caps_crowd_out_the_goal():
    """Goal reached without caps, not at caps (5, 5), again at (9, 9) and at (12, 5)."""
    assert contest(6, [np.inf, np.inf]) == {1}
    assert contest(6, [5, 5]) == {0}
    assert contest(6, [9, 9]) == {1}
    assert contest(6, [12, 5]) == {1}
    # Without rivalry the same small caps do.
    assert contest(0, [5, 5]) == {1}


def shares_of_change(grid):
    """How often rivalry from 0 to 5 lowers and raises the goal, with equal caps."""
    values = {"k": Range(1, 1), "c": Range(2, 8)}
    for patron in "AB":
        values |= {f"omega.{patron}": Range(2, 8), f"rho.{patron}": Range(0, 0)}
        values |= {f"beta.{patron}": Range(1, 6), f"cap.{patron}": Range(2, 8)}
    games = draw(Ranges(("A", "B"), values), 1_000, np.random.SeedSequence(7))
    table = games.table()
    worth = table["beta.A"] + table["beta.B"] > table["c"]
    calm = games.at({"cap.B": table["cap.A"]})
    tense = calm.at({"rho.A": 5, "rho.B": 5})
    before, after = capped_draws(calm, grid), capped_draws(tense, grid)
    both = before.found & after.found & worth
    assert both.sum() >= 0.9 * worth.sum()
    # In the core, which reads no caps, rivalry never moves the goal here.
    core = [grid.goal[solve_draws(each, grid).policy] for each in (calm, tense)]
    assert (core[0] == core[1]).all()
    change = (after.goal - before.goal)[both]
    return (change < 0).mean(), (change > 0).mean()


def test_with_equal_caps_rivalry_moves_the_goal_mostly_down():
    """Exclusive alignment: down 17 %, up 13 %. Divisible in tenths: down 16 %, up 0.1 %."""
    down, up = shares_of_change(Grid(2, 1))
    assert 0.12 < down < 0.22
    assert 0.08 < up < down
    down, up = shares_of_change(Grid(2))
    assert 0.11 < down < 0.21
    assert up < 0.01
