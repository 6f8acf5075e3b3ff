"""Sanctions, pass-through, resistance, exclusion, power and signals, by other routes.

1. Sanctioned games against a brute force without coalition values: every truthful target
   on a grid, its menus, the pivot's best replies and every patron's best deviation, in
   all four profiles of sanctions; the stage before it by reading off the four. Payoffs
   are multiples of one half, so unique payoffs are too and the grid of halves holds them
   exactly: comparisons at 1e-9 allow for float printing only.
2. Effects of small sanctions against the envelope theorem, from each coalition's own best
   policy. A step of 1e-6 leaves rounding errors of about 1e-9 in a ratio: 1e-6.
3. Identities over draws of the family, at 1e-9 of payoffs of size 1 to 10.

Shares of draws hang on the ranges, which are those of `wide`; only their order is asked.
Propositions: Bernheim & Whinston 1986; Jehiel, Moldovanu & Stacchetti 1996.
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
    draw,
    exclusion,
    pass_through,
    pass_through_draws,
    pivot_power,
    pivot_power_draws,
    resistance,
    resistance_draws,
    sanction_draws,
    sanction_equilibria,
    sanctioned,
    sanctioned_utilities,
    signalling,
    solve,
    solve_draws,
    solve_many,
    utilities,
    verify,
)

EXACT = 1e-9
SMALL = 1e-6
STEP = 0.5
FORMS = ("universal", "isolation", "shielded", "any-tie")


def wide(patrons, change=(), **more):
    values = {"k": Range(0.2, 4), "c": Range(0, 5), "q": Range(0.3, 1)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
        values |= {f"alpha.{patron}": Range(-1, 1), f"kappa.{patron}": Range(0.5, 2)}
        values |= {f"sigma.{patron}": Range(0, 3), f"lambda.{patron}": Range(0.02, 0.5)}
        values |= {f"shield.{patron}": Range(0, 1)}
        values |= {f"{stem}.{patron}": reach for stem, reach in more.items()}
    return Ranges(tuple(patrons), values | dict(change))


def drawn(patrons, count, seed, change=(), **more):
    return draw(wide(patrons, change, **more), count, np.random.SeedSequence(seed))


# --- Sanctions ------------------------------------------------------------------------------


def brute_force(pivot, patrons):
    """Every (policy, payoffs) of a truthful equilibrium, on a grid of targets."""
    axes = [np.arange(row.min(), row.max() + STEP, STEP) for row in patrons]
    targets = np.array(list(product(*axes)))
    menus = np.maximum(patrons - targets[:, :, None], 0.0)
    offered = pivot + menus.sum(axis=1)
    without = offered[:, None] - menus
    deviation = (patrons - (without.max(axis=2, keepdims=True) - without)).max(axis=2)
    payoffs = patrons - menus
    met = (payoffs == targets[:, :, None]).all(axis=1) & (payoffs >= deviation[:, :, None]).all(1)
    best = offered == offered.max(axis=1, keepdims=True)
    return {(int(policy), tuple(targets[row].tolist())) for row, policy in np.argwhere(met & best)}


def integer_sanctions(seed):
    """A game of two patrons in integers, sanctions of half sizes, costs in whole units."""
    generator = np.random.default_rng(np.random.SeedSequence(17, spawn_key=(seed,)))
    size = int(generator.integers(2, 6))
    goal = generator.integers(0, 2, size)
    pivot = generator.integers(-3, 4, size) - 2 * goal
    # The patrons share the goal and differ over the rest.
    patrons = generator.integers(-3, 4, (2, size)) + generator.integers(0, 3, (2, 1)) * goal
    sizes = generator.integers(1, 5, 2) / 2
    bite = np.where(goal, 0, generator.integers(0, 2, (2, size)))
    cost = np.where(goal, 0, generator.integers(0, 2, (2, 1)))
    return Game(pivot=pivot, patrons=patrons), sizes, bite, cost


def test_sanctioned_games_agree_with_a_brute_force_without_coalition_values():
    """300 games in all four profiles; the stage before where all payoffs are unique."""
    compared = kinds = several = 0
    for seed in range(300):
        game, sizes, bite, cost = integer_sanctions(seed)
        found = sanction_equilibria(game, sizes, bite, cost)
        payoffs = []
        for mask in range(4):
            chosen = np.array([mask & 1, mask >> 1])
            pivot = game.pivot - sum(chosen[i] * sizes[i] * bite[i] for i in (0, 1))
            patrons = np.stack([game.patrons[i] - chosen[i] * sizes[i] * cost[i] for i in (0, 1)])
            assert found.profiles[mask].tolist() == chosen.astype(bool).tolist()
            reached = brute_force(pivot, patrons)
            assert int(found.policy[mask]) in {policy for policy, _ in reached}
            targets = {target for _, target in reached}
            assert (len(targets) == 1) == found.payoffs_unique[mask]
            if len(targets) == 1:
                payoffs.append(targets.pop())
                together = (pivot + patrons.sum(axis=0)).max()
                assert found.patron_payoffs[mask] == pytest.approx(payoffs[-1], abs=EXACT)
                assert found.pivot_payoff[mask] == pytest.approx(
                    together - sum(payoffs[-1]), abs=EXACT
                )
        if len(payoffs) < 4:
            continue
        compared += 1
        nobody, first, second, both = payoffs
        by_hand = [
            (nobody[0] >= first[0]) and (nobody[1] >= second[1]),
            (first[0] >= nobody[0]) and (first[1] >= both[1]),
            (second[1] >= nobody[1]) and (second[0] >= both[0]),
            (both[0] >= second[0]) and (both[1] >= first[1]),
        ]
        assert found.equilibria == tuple(np.flatnonzero(by_hand).tolist())
        assert found.gain_by_easing[3] == pytest.approx(
            [second[0] - both[0], first[1] - both[1]], abs=EXACT
        )
        sums = [sum(payoff) for payoff in payoffs]
        assert found.best_together == sums.index(max(sums))
        kinds += 0 < len(found.equilibria) < 4
        several += len(found.equilibria) > 1
    assert compared > 100
    assert kinds > 50
    assert several > 20


@pytest.mark.parametrize("n", [1, 2, 3])
def test_nobody_gains_by_deviating_in_sanctioned_games(n):
    """A thousand games in all: menus that solve a sanctioned game are an equilibrium of it."""
    generator = np.random.default_rng(np.random.SeedSequence(60 + n))
    for _ in range(340):
        size = int(generator.integers(2, 9))
        game = Game(pivot=generator.normal(size=size), patrons=generator.normal(size=(n, size)))
        levied = generator.uniform(0, 2, n) * generator.integers(0, 2, n)
        bite = generator.uniform(0, 1, (n, size))
        pressed = sanctioned(game, levied, bite, cost=bite / 2)
        expected = game.pivot - (levied[:, None] * bite).sum(axis=0)
        assert pressed.pivot == pytest.approx(expected, abs=EXACT)
        assert verify(pressed, solve(pressed)) <= EXACT


@pytest.mark.parametrize("form", FORMS)
def test_drawn_sanctions_are_the_single_games_one_by_one(form):
    """`sanction_draws` against `sanction_equilibria` on the payoffs of each draw."""
    games, grid = drawn("AB", 40, 5), Grid(2, 4, 2)
    found = sanction_draws(games, grid, form)
    u, v = utilities(games, grid)
    table = games.table()
    for row in range(40):
        values = {name: column[row] for name, column in table.items()}
        ahead = 1 - grid.goal
        bite = np.empty((2, grid.goal.size))
        for i, rival in ((0, "B"), (1, "A")):
            share = grid.alignment[:, 1 - i]
            factor = {
                "universal": 1.0,
                "isolation": grid.alignment.sum(axis=1) == 0,
                "shielded": 1 - values[f"shield.{rival}"] * share,
                "any-tie": 1 - values[f"shield.{rival}"] * (share > 0),
            }[form]
            bite[i] = ahead * factor
        # The sender's cost: while the goal is not reached; if isolation, where it bites.
        felt = bite if form == "isolation" else np.stack([ahead, ahead])
        rate = [values[f"lambda.{p}"] / values[f"kappa.{p}"] for p in "AB"]
        cost = felt * np.array(rate)[:, None]
        sizes = [values["sigma.A"], values["sigma.B"]]
        one = sanction_equilibria(Game(u[row], v[row]), sizes, bite, cost)
        assert found.patron_payoffs[row] == pytest.approx(one.patron_payoffs, abs=EXACT)
        assert found.pivot_payoff[row] == pytest.approx(one.pivot_payoff, abs=EXACT)
        assert tuple(np.flatnonzero(found.equilibria[row])) == one.equilibria
        assert found.goal[row].tolist() == grid.goal[one.policy].tolist()
        pressed = sanctioned(Game(u[row], v[row]), sizes, bite, cost)
        both = sanctioned_utilities(games.rows(slice(row, row + 1)), grid, ["A", "B"], form=form)
        assert both[0][0] == pytest.approx(pressed.pivot, abs=EXACT)
        assert both[1][0] == pytest.approx(pressed.patrons, abs=EXACT)


def kept_in_vain(found):
    """Draws with an equilibrium in which a sanction is in force and the goal not reached."""
    in_vain = found.in_force.any(axis=2) & (found.goal < 1)
    return (in_vain & found.equilibria).any(axis=1)


@pytest.mark.parametrize(("theta", "steps"), [(0, 1), (0, 4), (2, 1)])
@pytest.mark.parametrize("form", FORMS)
def test_two_patrons_keep_no_sanction_that_moves_nothing(theta, steps, form):
    """None of 1,500 draws, whatever the form; a theorem for universal sanctions, theta = 0."""
    games = drawn("AB", 1_500, 7, theta=Range(0, theta))
    found = sanction_draws(games, Grid(2, 10, steps), form)
    assert not kept_in_vain(found).any()
    # The check can fail: profiles with such sanctions are there, they are not equilibria.
    in_vain = (found.in_force.any(axis=2) & (found.goal < 1)).any(axis=1).mean()
    # An isolated pivot is rare: it takes neutrality that both patrons buy.
    assert in_vain > (0 if form == "isolation" else 0.05)


def test_a_sanction_that_costs_nothing_may_be_kept_in_vain():
    """With lambda = 0 easing gains nothing, and the indifferent stay."""
    free = drawn("AB", 1_000, 7, **{"lambda": Range(0, 0)})
    assert kept_in_vain(sanction_draws(free, Grid(2))).mean() > 0.05


def test_three_patrons_may_keep_a_sanction_that_bites_on_isolation_only():
    """Outside the theorem: a few of 4,000 draws, all with payoffs that are not unique."""
    found = sanction_draws(drawn("ABC", 4_000, 1), Grid(3, 5), "isolation")
    kept = kept_in_vain(found)
    assert 0 < kept.sum() < 40
    assert not found.payoffs_unique[kept].all(axis=1).any()
    assert not kept_in_vain(sanction_draws(drawn("ABC", 1_500, 1), Grid(3, 5))).any()


@pytest.mark.parametrize(("patrons", "steps"), [("AB", 6), ("ABC", 6), ("ABCD", 3)])
def test_easing_what_moves_nothing_gains_exactly_its_cost(patrons, steps):
    """Universal, theta = 0, goal not reached: lambda sigma / kappa to the sender alone."""
    games = drawn(patrons, 800, 8)
    found = sanction_draws(games, Grid(len(patrons), steps))
    saved = games.per_patron("lambda") * games.per_patron("sigma") / games.per_patron("kappa")
    checked = 0
    for mask, profile in enumerate(found.profiles):
        unmet = found.goal[:, mask] < 1
        for i in np.flatnonzero(profile):
            gain = found.gain_by_easing[unmet, mask, i]
            assert gain == pytest.approx(saved[unmet, i], abs=EXACT)
            eased = found.patron_payoffs[:, mask ^ 1 << i] - found.patron_payoffs[:, mask]
            others = np.delete(eased[unmet], i, axis=1)
            assert others == pytest.approx(np.zeros_like(others), abs=EXACT)
            checked += unmet.sum()
    assert checked > 400


def test_a_sanction_in_full_force_loses_its_sender_its_cost_in_any_game():
    """Raw payoffs: bite at its greatest, eased payoffs unique, then the gain ≥ the cost."""
    generator = np.random.default_rng(np.random.SeedSequence(70))
    checked = beyond = 0
    for _ in range(900):
        n, size = int(generator.integers(1, 4)), int(generator.integers(2, 6))
        game = Game(pivot=generator.normal(size=size), patrons=generator.normal(size=(n, size)))
        bite = generator.integers(0, 2, (n, size)).astype(float)
        cost = 0.3 * bite
        found = sanction_equilibria(game, np.full(n, 0.8), bite, cost)
        for mask in range(2**n):
            for i in np.flatnonzero(found.in_force[mask]):
                assert bite[i, found.policy[mask]] == 1
                gain = found.gain_by_easing[mask, i]
                if found.payoffs_unique[mask ^ 1 << i]:
                    assert gain >= 0.8 * 0.3 - EXACT
                    assert mask not in found.equilibria
                    checked += 1
                beyond += gain < 0.8 * 0.3 - EXACT
    assert checked > 500
    # Where payoffs are a selection, easing may lose.
    assert beyond > 0


def test_equilibria_of_sanctions_are_often_several_and_sometimes_miss_the_best():
    """Orders of magnitude: nobody sanctions, all do, several equilibria, none that is best."""
    found = sanction_draws(drawn("AB", 4_000, 1), Grid(2))
    share = found.equilibria.mean(axis=0)
    assert 0.2 < share[0] < 0.7
    assert 0.5 < share[3] < 0.95
    assert (found.equilibria.sum(axis=1) > 1).mean() > 0.4
    assert found.equilibria.any(axis=1).mean() > 0.99
    total = found.patron_payoffs.sum(axis=2)
    missed = (total[:, 3] > total[:, 0] + EXACT) & ~found.equilibria[:, 3]
    assert 0.01 < missed.mean() < 0.15
    moved = missed & (found.goal[:, 3] > found.goal[:, 0])
    assert moved.any()


# --- Pass-through ---------------------------------------------------------------------------


def envelope(u, v, i, bite, cost):
    """Pivot's loss per unit of a small sanction of i, from each coalition's best policy."""
    best = {}
    for members in ((), (0,), (1,), (0, 1)):
        policy = (u + v[list(members)].sum(axis=0)).argmax()
        best[members] = -bite[policy] - (cost[policy] if i in members else 0.0)
    inner = best[0,] + best[1,] - best[0, 1]
    return -best[()], -inner


@pytest.mark.parametrize("form", FORMS)
def test_small_sanctions_pass_through_as_the_envelope_theorem_says(form):
    """With rent V1 + V2 - V12 counts and V(0) drops out; without rent V(0) alone."""
    games, grid = drawn("AB", 400, 9), Grid(2)
    found = pass_through_draws(games, grid, "A", form=form, size=SMALL)
    u, v = utilities(games, grid)
    pressed = sanctioned_utilities(games.at({"sigma.A": 1.0}), grid, ["A"], form=form)
    seen = {"rent": 0, "none": 0}
    for row in range(400):
        bite, cost = u[row] - pressed[0][row], v[row, 0] - pressed[1][row, 0]
        alone, inner = envelope(u[row], v[row], 0, bite, cost)
        kind = "rent" if found.rent_before[row] > 1e-3 else "none"
        if 0 < found.rent_before[row] <= 1e-3:
            continue
        expected = inner if kind == "rent" else alone
        assert found.loss[row] == pytest.approx(expected, abs=10 * SMALL)
        seen[kind] += 1
    assert min(seen.values()) > 20


def test_isolation_reaches_a_pivot_without_rent_and_none_who_is_courted():
    """Exactly: R > 0 and no coalition's policy hit, nothing; R = 0, all that V(0) loses."""
    games, grid = drawn("AB", 4_000, 10), Grid(2)
    found = pass_through_draws(games, grid, "A", form="isolation", size=1.0)
    before = solve_draws(games, grid).coalition_values
    pressed = sanctioned_utilities(games.at({"sigma.A": 1.0}), grid, ["A"], form="isolation")
    after = solve_many(*pressed).coalition_values
    fell = before - after
    rent = (found.rent_before > 0) & (found.rent_after > 0)
    inner = fell[:, 1] + fell[:, 2] - fell[:, 3]
    assert found.loss[rent] == pytest.approx(inner[rent], abs=EXACT)
    untouched = rent & (np.abs(fell[:, 1:]) < EXACT).all(axis=1)
    assert (np.abs(found.loss[untouched]) < EXACT).all()
    assert 0.6 < untouched.sum() / rent.sum() < 0.95
    # Not always: a patron too weak to buy a lean, or neutrality bought by both, is hit.
    assert (np.abs(found.loss[rent]) > 0.05).any()
    none = (found.rent_before == 0) & (found.rent_after == 0)
    assert found.loss[none] == pytest.approx(fell[none, 0], abs=EXACT)
    assert none.sum() > 200


def test_a_second_patron_helps_only_if_it_shields():
    """Order of the mean pass-through: about 1 if universal, less by share, least by any tie.

    c from 3 to 8 (the pivot alone never yields), rho 0 to 0.5, shield 1, size 0.5.
    """
    change = {"c": Range(3, 8), "q": Range(1, 1)}
    friends = drawn("AB", 3_000, 3, change, shield=Range(1, 1), rho=Range(0, 0.5))
    rivals = drawn("AB", 3_000, 3, change, shield=Range(1, 1), rho=Range(2, 4))
    loss = {}
    for form in FORMS:
        found = pass_through_draws(friends, Grid(2), "A", form=form, size=0.5)
        loss[form] = float(found.loss.mean())
        if form != "isolation":
            # One patron has nobody to outbid: the pivot has V(0), which falls in full.
            assert found.loss_alone == pytest.approx(np.ones(3_000), abs=EXACT)
    assert 0.9 < loss["universal"] < 1.2
    assert 0.6 < loss["shielded"] < 0.85
    assert 0.0 < loss["any-tie"] < 0.3
    assert abs(loss["isolation"]) < 0.05
    courted = pass_through_draws(rivals, Grid(2), "A", size=0.5)
    assert courted.loss.mean() > loss["universal"]


def test_pass_through_of_one_game_is_the_difference_of_two():
    """`pass_through` against `solve` on the sanctioned game, for several sizes."""
    generator = np.random.default_rng(np.random.SeedSequence(90))
    for _ in range(100):
        game = Game(pivot=generator.normal(size=6), patrons=generator.normal(size=(2, 6)))
        bite, goal = generator.uniform(0, 1, 6), generator.integers(0, 2, 6)
        found = pass_through(game, 1, bite, goal, cost=0.2 * bite, size=[0.5, 2])
        for row, size in enumerate((0.5, 2)):
            hit = sanctioned(game, [0, size], bite, 0.2 * bite)
            before, after = solve(game), solve(hit)
            loss = (before.pivot_payoff - after.pivot_payoff) / size
            assert found.loss[row] == pytest.approx(loss, abs=EXACT)
            moved = (goal[after.policy] - goal[before.policy]) / size
            assert found.concession[row] == pytest.approx(moved, abs=EXACT)
            single = [Game(g.pivot, g.patrons[1:]) for g in (game, hit)]
            one = [solve(g).pivot_payoff for g in single]
            assert found.loss_alone[row] == pytest.approx((one[0] - one[1]) / size, abs=EXACT)


# --- Resistance -----------------------------------------------------------------------------


def test_resistance_is_the_least_offer_that_buys_the_policy():
    """A patron that offers it for one policy gets it, and for less does not."""
    generator = np.random.default_rng(np.random.SeedSequence(100))
    bought = 0
    for _ in range(200):
        game = Game(pivot=generator.normal(size=5), patrons=generator.normal(size=(3, 5)))
        policy = int(generator.integers(5))
        needed = resistance(game, 1, policy)
        for offer, gets in ((needed + SMALL, True), (needed - SMALL, False)):
            if offer < 0:
                continue
            patrons = game.patrons.copy()
            patrons[1] = 0
            patrons[1, policy] = offer
            assert (solve(Game(game.pivot, patrons)).policy == policy) == gets
            bought += gets
    assert bought > 150


def test_an_entrant_raises_resistance_as_far_as_it_prefers_a_fallback():
    """Between what it gains by the old fallback and by the new one, over the policy."""
    generator = np.random.default_rng(np.random.SeedSequence(101))
    rises = by_a_third_policy = 0
    for trial in range(600):
        size = 2 if trial < 200 else 6
        pivot, patrons = generator.normal(size=size), generator.normal(size=(3, size))
        policy = int(generator.integers(size))
        few = resistance(Game(pivot, patrons[:2]), 0, policy)
        change = resistance(Game(pivot, patrons), 0, policy) - few
        old = (pivot + patrons[1]).argmax()
        new = (pivot + patrons[1] + patrons[2]).argmax()
        entrant = patrons[2]
        assert entrant[old] - entrant[policy] <= change + EXACT
        assert change <= entrant[new] - entrant[policy] + EXACT
        if size == 2 and old != policy:
            assert (change > EXACT) == (entrant[old] > entrant[policy])
        rises += change > EXACT
        by_a_third_policy += change > EXACT and entrant[old] < entrant[policy]
    assert rises > 200
    # So "if and only if it prefers the fallback" holds with two policies, not with more.
    assert by_a_third_policy > 10


def test_resistance_over_draws_is_that_of_each_game():
    """The cheapest policy of the degree asked for, draw by draw."""
    games, grid = drawn("ABC", 60, 11), Grid(3, 3, 2)
    u, v = utilities(games, grid)
    for degree in (0.5, 1.0):
        reach = np.flatnonzero(grid.goal == degree).tolist()
        each = [resistance(Game(u[row], v[row]), 2, reach) for row in range(60)]
        assert resistance_draws(games, grid, "C", degree) == pytest.approx(each, abs=EXACT)


# --- Exclusion ------------------------------------------------------------------------------


def test_an_excluded_patron_faces_what_the_others_agree_without_it():
    """Policy from the game without its row; premium ≥ 0, stake ≤ premium, the threshold."""
    generator = np.random.default_rng(np.random.SeedSequence(110))
    negative = matters = 0
    for _ in range(300):
        game = Game(pivot=generator.normal(size=5), patrons=generator.normal(size=(3, 5)))
        row = int(generator.integers(3))
        found = exclusion(game, row)
        others = solve(Game(game.pivot, np.delete(game.patrons, row, axis=0)))
        assert found.excluded_policy == others.policy
        s = solve(game)
        together = game.pivot + game.patrons.sum(axis=0)
        assert found.premium == pytest.approx(together.max() - together[others.policy], abs=EXACT)
        assert found.stake == pytest.approx(
            s.patron_payoffs[row] - game.patrons[row, others.policy], abs=EXACT
        )
        assert found.excluded_payoff == game.patrons[row, others.policy]
        assert (found.premium > EXACT) == (others.policy != s.policy)
        assert found.premium >= -EXACT
        assert found.stake <= found.premium + EXACT
        threshold = found.hazard_threshold(0.2)
        if found.stake <= 0:
            assert threshold == np.inf
            assert not found.invites(1.0, 0.0)
        else:
            assert threshold * found.stake == pytest.approx(0.2)
            for hazard in (0.0, 0.3, 1.0):
                assert found.invites(hazard, 0.2) == (hazard >= threshold)
        negative += found.stake < -EXACT
        matters += found.stake > EXACT
    assert negative > 5
    assert matters > 50


# --- Power and signals ----------------------------------------------------------------------


def test_a_pivot_that_proposes_takes_all_above_what_refusal_leaves():
    """By enumeration of policies and refusals, for both fallbacks."""
    generator = np.random.default_rng(np.random.SeedSequence(120))
    for _ in range(200):
        n = int(generator.integers(1, 4))
        game = Game(pivot=generator.normal(size=5), patrons=generator.normal(size=(n, 5)))
        credible = worst = 0.0
        for i, worth in enumerate(game.patrons):
            others = game.pivot + np.delete(game.patrons, i, axis=0).sum(axis=0)
            credible += worth[others.argmax()]
            worst += worth.min()
        total = (game.pivot + game.patrons.sum(axis=0)).max()
        s = solve(game)
        for fallback, kept in (("credible", credible), ("commitment", worst)):
            found = pivot_power(game, [0, 0.25, 1], fallback)
            ends = (s.pivot_payoff, total - kept)
            mixed = [ends[0], 0.75 * ends[0] + 0.25 * ends[1], ends[1]]
            assert found.pivot_payoff == pytest.approx(mixed, abs=EXACT)
            assert found.rent == pytest.approx(np.array(mixed) - game.pivot.max(), abs=EXACT)


@pytest.mark.parametrize("patrons", ["AB", "ABC"])
def test_a_pivot_with_more_power_has_more_where_payoffs_are_unique(patrons):
    """Commitment ≥ credible ≥ bidding; without unique payoffs the last may fail."""
    games, grid = drawn(patrons, 1_500, 12), Grid(len(patrons), 5)
    batch = solve_draws(games, grid)
    credible = pivot_power_draws(games, grid, 1)
    commitment = pivot_power_draws(games, grid, 1, "commitment")
    assert credible.patrons_propose == pytest.approx(batch.pivot_payoff, abs=EXACT)
    assert (commitment.pivot_payoff >= credible.pivot_payoff - EXACT).all()
    short = credible.pivot_payoff < batch.pivot_payoff - EXACT
    assert not short[batch.payoffs_unique].any()
    assert short.any()
    bidding = pivot_power_draws(games, grid, 0)
    assert bidding.rent.mean() < credible.rent.mean() < commitment.rent.mean()


def beliefs():
    return {"mu": Range(0.1, 0.6), "delivery": Range(0.6, 0.95), "upfront": Range(0.2, 1)}


def test_trust_never_pays_a_pivot_that_is_bid_for():
    """Two patrons, theta = 0: payoff falls or stays as reliability rises; no signal."""
    change = beliefs()
    games, grid = drawn("AB", 3_000, 13, change), Grid(2)
    levels = [
        solve_draws(games.at({"q": q}), grid).pivot_payoff for q in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    steps = np.diff(levels, axis=0)
    assert (steps <= EXACT).all()
    assert (steps < -0.01).any(axis=0).mean() > 0.1
    for silence in (None, 0.0):
        found = signalling(games, grid, cost_committed=0.5, cost_opportunist=1.0, silence=silence)
        assert (found.gain <= EXACT).all()
        assert not found.separates.any()
        assert np.isnan(found.measure).all()


@pytest.mark.parametrize("fallback", ["credible", "commitment"])
@pytest.mark.parametrize("silence", [None, 0.0, 0.5])
def test_half_the_power_is_the_threshold_where_only_the_pair_can_afford_the_goal(fallback, silence):
    """Exactly 1/2 wherever beta_i < c < beta_1 + beta_2 once trusted, and there is rent."""
    change = beliefs()
    games = drawn(
        "AB", 2_000, 14, change | {"c": Range(2, 4)},
        beta=Range(1, 3), kappa=Range(1, 1), rho=Range(2, 4),
    )  # fmt: skip
    found = signalling(
        games, Grid(2), cost_committed=0.5, cost_opportunist=1, fallback=fallback,
        silence=silence,
    )  # fmt: skip
    table = games.table()
    sure, signed = table["delivery"], table["upfront"]
    trusted = games.per_patron("beta") * sure[:, None]
    # Either alone must find it too dear at every belief up to full trust.
    cost = [table["c"] * (signed + (1 - signed) * q) for q in (sure, 1 - sure)]
    apart = (trusted < cost[0][:, None]).all(axis=1)
    apart &= (games.per_patron("beta") * (1 - sure)[:, None] < cost[1][:, None]).all(axis=1)
    together = trusted.sum(axis=1) > cost[0]
    rent = solve_draws(games.at({"q": sure, "c": cost[0]}), Grid(2)).rent > 1e-3
    # No gain, no threshold: the goal must be worth more with trust than without.
    held = apart & together & rent
    assert held.sum() > 100
    assert found.alpha_threshold[held] == pytest.approx(np.full(held.sum(), 0.5), abs=1e-6)


def test_the_gain_turns_positive_at_the_threshold_and_the_measure_separates():
    """Just below alpha* there is no signal, just above there is one, and both types agree."""
    change = beliefs()
    games, grid = drawn("AB", 1_500, 15, change), Grid(2)
    at = signalling(games, grid, cost_committed=0.5, cost_opportunist=1).alpha_threshold
    inside = (at > 0.01) & (at < 0.99)
    assert inside.sum() > 50
    for shift, expected in ((-1e-3, False), (1e-3, True)):
        alpha = np.where(inside, at + shift, 0.0)
        found = signalling(games, grid, cost_committed=0.5, cost_opportunist=1, alpha=alpha)
        assert (found.separates[inside] == expected).all()
    full = signalling(games, grid, cost_committed=0.5, cost_opportunist=1, alpha=1)
    assert (full.separates == np.isfinite(at)).all()
    sends = full.separates
    # The opportunist is just deterred, the committed pivot is better off.
    assert full.gain[sends] - full.measure[sends] == pytest.approx(0, abs=EXACT)
    assert (full.gain[sends] - 0.5 * full.measure[sends] > 0).all()
    assert full.gain == pytest.approx(full.trusted - full.untrusted, abs=EXACT)
