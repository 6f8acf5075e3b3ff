"""Blocs, détente and pacts against references that share no code with them.

1. Blocs: a brute force that knows no coalition values (every vector of target payoffs on
   a grid of halves, its truthful menus, the pivot's best replies, every best deviation).
   Payoffs are integers, so that grid holds the answers; 1e-9 is for float printing. And
   the theorem that a coarser partition never has the larger smallest rent, on every pair
   of comparable partitions of random games, within 1e-9 of payoffs of size 1 to 4.
2. Pacts without side payments: a grid over payments in eighths, which finds at most what
   is claimed, and sequential quadratic programming (SciPy's SLSQP, whose own tolerance is
   1e-10; 1e-6 relative allows for its finite differences).
3. Temptation: every menu with one offer in quarters. Integer payoffs of two patrons make
   gains and payments multiples of one quarter, so the grid is exact.
4. Patience: two streams of play, round by round, until what is left weighs below 1e-12.
"""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from tertius.game import (
    Game,
    Grid,
    Parameters,
    Range,
    Ranges,
    bloc_game,
    coordinate,
    coordinate_draws,
    detente,
    draw,
    rent_by_partition,
    solve,
    solve_bloc_draws,
    solve_blocs,
    solve_draws,
    solve_many,
    verify,
)

EXACT = 1e-9
HALF = 0.5
QUARTER = 0.25
STEMS = ("omega", "rho", "beta")


def generator_of(*key):
    return np.random.default_rng(np.random.SeedSequence(61, spawn_key=key))


def drawn(patrons, count, seed, **more):
    values = {"k": Range(0.2, 4), "c": Range(0, 5), "q": Range(0.3, 1)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in STEMS}
        values |= {f"alpha.{patron}": Range(-1, 1), f"kappa.{patron}": Range(0.5, 2)}
        values |= {f"{stem}.{patron}": reach for stem, reach in more.items()}
    return draw(Ranges(tuple(patrons), values), count, np.random.SeedSequence(seed))


# --- Blocs ----------------------------------------------------------------------------------


def truthful_equilibria(pivot, patrons):
    """Every (policy, payoffs) that is a truthful equilibrium on the grid of targets."""
    axes = [np.arange(row.min(), row.max() + HALF, HALF) for row in patrons]
    targets = np.array(list(product(*axes)))
    menus = np.maximum(patrons - targets[:, :, None], 0)
    offered = pivot + menus.sum(axis=1)
    others = offered[:, None] - menus
    best = (patrons - (others.max(axis=2, keepdims=True) - others)).max(axis=2)
    payoffs = patrons - menus
    holds = (offered == offered.max(axis=1, keepdims=True)) & (
        (payoffs == targets[:, :, None]) & (payoffs >= best[:, :, None])
    ).all(axis=1)
    return {(int(p), tuple(targets[row])) for row, p in zip(*np.nonzero(holds), strict=True)}


def test_blocs_agree_with_a_brute_force_without_coalition_values():
    """300 integer games of three patrons, two of whom bid as one, in every pairing."""
    unique = rents = 0
    for seed in range(300):
        generator = generator_of(0, seed)
        size = int(generator.integers(2, 6))
        pivot = generator.integers(-3, 4, size).astype(float)
        patrons = generator.integers(-3, 4, (3, size)).astype(float)
        alone = seed % 3
        pair = [i for i in range(3) if i != alone]
        found = truthful_equilibria(
            pivot, np.array([patrons[pair[0]] + patrons[pair[1]], patrons[alone]])
        )
        s = solve_blocs(Game(pivot, patrons), [pair, [alone]])
        assert {policy for policy, _ in found} == set(s.efficient_policies)
        payoffs = {payoff for _, payoff in found}
        total = (pivot + patrons.sum(axis=0)).max()
        left = [total - sum(payoff) - pivot.max() for payoff in payoffs]
        assert (min(left), max(left)) == pytest.approx(s.rent_interval, abs=EXACT)
        assert s.payoffs_unique == (len(payoffs) == 1)
        assert (
            min(np.abs(np.array(payoff) - s.patron_payoffs).max() for payoff in payoffs)
            <= HALF / 2 + EXACT
        )
        if s.payoffs_unique:
            assert payoffs == {tuple(s.patron_payoffs.tolist())}
        unique += s.payoffs_unique
        rents += s.rent > 0
    # The sample must hold both kinds of game, or the comparison says little.
    assert min(unique, 300 - unique, rents, 300 - rents) > 30


def coarser(fine, coarse):
    return all(any(set(bloc) <= set(whole) for whole in coarse) for bloc in fine)


def rises(blocs, rents):
    """Largest rise of the rent from each partition to each coarser one."""
    return [
        float((rents[:, j] - rents[:, i]).max())
        for (i, fine), (j, coarse) in product(enumerate(blocs), repeat=2)
        if i != j and coarser(fine, coarse)
    ]


@pytest.mark.parametrize(("n", "count"), [(3, 1_000), (4, 1_000)])
def test_merging_never_raises_the_rent(n, count):
    """Every comparable pair of partitions of every game; all in one bloc leave nothing."""
    rents, policies, blocs = [], [], None
    for seed in range(count):
        generator = generator_of(1, n, seed)
        v = generator.normal(size=(n, 6))
        # In half of the games the patrons share part of their wishes.
        v += generator.choice([0, 1]) * generator.normal(size=6)
        found = rent_by_partition(Game(generator.normal(size=6), v))
        rents.append(found.rent)
        policies.append(found.policy)
        blocs = found.partitions
    assert len(blocs) == {3: 5, 4: 15}[n]
    rents, policies = np.array(rents), np.array(policies)
    steps = rises(blocs, rents)
    assert len(steps) == {3: 7, 4: 45}[n]
    assert max(steps) < EXACT
    assert (rents[:, -1] == 0).all()
    assert (policies == policies[:, :1]).all()
    sizes = np.array([len(partition) for partition in blocs])
    means = [rents[:, sizes == size].mean() for size in range(n, 0, -1)]
    assert all(more > less + 0.05 for more, less in pairwise(means)), means
    # Partitions of which neither is coarser stand either way.
    assert (rents[:, 1] > rents[:, 2] + 0.1).any()
    assert (rents[:, 1] < rents[:, 2] - 0.1).any()


def test_merging_never_raises_the_rent_of_six_either():
    """203 partitions, 2,268 comparable pairs; no collection is listed for six."""
    rents, blocs = [], []
    for seed in range(6):
        generator = generator_of(11, seed)
        v = generator.normal(size=(6, 8)) + (seed % 2) * generator.normal(size=8)
        found = rent_by_partition(Game(generator.normal(size=8), v))
        rents.append(found.rent)
        blocs = found.partitions
    steps = rises(blocs, np.array(rents))
    assert len(steps) == 2_268
    assert max(steps) < EXACT
    assert min(steps) < -0.1


@pytest.mark.parametrize(("n", "count"), [(3, 800), (4, 200)])
def test_nobody_gains_by_deviating_under_any_partition(n, count):
    """`verify`, which knows no coalition values, on the games among blocs."""
    worst = 0.0
    for seed in range(count):
        generator = generator_of(2, n, seed)
        game = Game(generator.normal(size=5), generator.normal(size=(n, 5)))
        for blocs in rent_by_partition(game).partitions:
            worst = max(worst, verify(bloc_game(game, blocs), solve_blocs(game, blocs)))
    assert worst <= EXACT


# --- Détente --------------------------------------------------------------------------------


def test_detente_changes_the_policy_where_blocs_change_the_price_only():
    """Rivals who mind each other's shares buy autonomy; at ease they share the pivot."""
    columns = {"k": [1], "c": [3]}
    for side in ("A", "B"):
        columns |= {f"omega.{side}": [3], f"rho.{side}": [2]}
        columns |= {f"beta.{side}": [2.5], f"theta.{side}": [3]}
    rivals, grid = Parameters(("A", "B"), columns), Grid(2, 2)
    apart = solve_draws(rivals, grid)
    bloc = solve_bloc_draws(rivals, grid, [[0, 1]])
    eased = solve_draws(detente(rivals, 0.5), grid)
    labels = grid.labels(["A", "B"])
    assert labels[apart.policy[0]] == labels[bloc.policy[0]] == "autonomy, goal 1"
    assert labels[eased.policy[0]] == "A 0.5, B 0.5, goal 1"
    assert (apart.rent[0], bloc.rent[0]) == pytest.approx((3, 0), abs=EXACT)
    # By hand: together u + v = -3 - 1/4 + 2 (1.5 - 0.5 + 2.5 - 0.75) = 2.25; either alone
    # reaches 3 - 1/2 = 2.5 at a full share of its own; the pivot alone 0.
    assert eased.rent[0] == pytest.approx(2.5 + 2.5 - 2.25, abs=EXACT)


def test_detente_lowers_the_rent_of_two_for_sure_and_of_three_mostly():
    """Two patrons, separable: never up. Three: partial détente raises it in some draws."""
    two, three = drawn("AB", 2_000, 1), drawn("ABC", 2_000, 1)
    before, after = (solve_draws(games, Grid(2)) for games in (two, detente(two, 0.5)))
    assert (after.rent <= before.rent + EXACT).all()
    assert (after.policy != before.policy).mean() > 0.3
    bloc = solve_bloc_draws(two, Grid(2), [[0, 1]])
    assert (bloc.policy == before.policy).all()
    before, after = (solve_draws(games, Grid(3, 4)) for games in (three, detente(three, 0.5)))
    assert 0.05 < (after.rent > before.rent + EXACT).mean() < 0.3
    assert (after.rent < before.rent - EXACT).mean() > 0.5


# --- Pacts ----------------------------------------------------------------------------------


def random_game(*key, n=2, size=5):
    generator = generator_of(*key)
    v = generator.normal(size=(n, size)) + 0.7 * generator.normal(size=size)
    return Game(generator.normal(size=size), v)


def integer_game(*key, n=2):
    generator = generator_of(*key)
    size = int(generator.integers(3, 6))
    return Game(
        generator.integers(-2, 3, size).astype(float),
        generator.integers(-3, 5, (n, size)).astype(float),
    )


@pytest.mark.parametrize("n", [1, 2, 3])
def test_with_side_payments_the_patrons_have_all_that_the_pivot_had(n):
    """Efficient, the bill alone is paid to the pivot, and any one bloc's payoff is split."""
    for seed in range(200):
        game = random_game(3, n, seed, n=n)
        pact, apart = coordinate(game), solve(game)
        bill = game.pivot.max() - game.pivot[pact.policy]
        together = game.pivot + game.patrons.sum(axis=0)
        assert together[pact.policy] == pytest.approx(together.max(), abs=EXACT)
        assert pact.transfers.sum() == pytest.approx(bill, abs=EXACT)
        assert pact.to_pivot.sum() == pytest.approx(bill, abs=EXACT)
        assert (pact.to_pivot >= 0).all()
        assert (pact.to_pivot <= np.maximum(pact.transfers, 0) + EXACT).all()
        assert pact.payoffs.sum() == pytest.approx(together.max() - game.pivot.max(), abs=EXACT)
        assert pact.value_of_coordination == pytest.approx([apart.rent / n] * n, abs=EXACT)
        assert pact.payoffs - apart.patron_payoffs == pytest.approx(
            pact.value_of_coordination, abs=EXACT
        )


def best_on_a_grid(game, floor, step):
    """Two patrons: most gainers and their largest product, over policies and payments."""
    best = (0, 0.0)
    for policy in range(game.pivot.size):
        room = game.patrons[:, policy] - floor
        bill = game.pivot.max() - game.pivot[policy]
        if room.min() < -EXACT:
            continue
        axes = [np.append(np.arange(0, max(r, 0), step), max(r, 0)) for r in room]
        paid = np.array(list(product(*axes)))
        gains = np.where(np.abs(room - paid) > EXACT, room - paid, 0.0)
        gains = gains[paid.sum(axis=1) >= bill - EXACT]
        for count in (1, 2):
            enough = gains[(gains > 0).sum(axis=1) == count]
            if len(enough):
                value = np.where(enough > 0, enough, 1).prod(axis=1).max()
                best = max(best, (count, float(value)))
    return best


def test_without_side_payments_no_grid_finds_a_better_pact():
    """Integer games: the product is at least the grid's, and the grid comes close."""
    kinds = {0: 0, 1: 0, 2: 0}
    step = 1 / 8
    for seed in range(400):
        game = integer_game(4, seed)
        pact = coordinate(game, side_payments=False)
        gains = pact.value_of_coordination
        count = int((gains > EXACT).sum())
        value = float(np.where(gains > EXACT, gains, 1).prod()) if count else 0.0
        grid_count, grid_value = best_on_a_grid(game, pact.noncooperative_payoffs, step)
        assert grid_count == count
        assert value >= grid_value - EXACT
        assert value - grid_value <= 2 * step * max(gains.max(), 1)
        kinds[count] += 1
    assert min(kinds.values()) > 30, kinds


def test_without_side_payments_the_pact_is_possible():
    """Payments are not negative, pay the bill, and leave nobody worse off."""
    for n, seed in product((2, 3), range(150)):
        game = random_game(5, n, seed, n=n)
        pact, apart = coordinate(game, side_payments=False), solve(game)
        assert (pact.transfers >= 0).all()
        assert pact.to_pivot == pytest.approx(pact.transfers, abs=EXACT)
        pivot = game.pivot[pact.policy] + pact.transfers.sum()
        assert pivot == pytest.approx(game.pivot.max(), abs=EXACT)
        assert pact.payoffs == pytest.approx(
            game.patrons[:, pact.policy] - pact.transfers, abs=EXACT
        )
        assert (pact.payoffs >= apart.patron_payoffs - EXACT).all()
        assert pact.value_of_coordination.sum() <= apart.rent + EXACT


def best_by_programming(game, floor):
    """Largest Nash product over policies, each by sequential quadratic programming."""
    from scipy.optimize import minimize

    best = 0.0
    for policy in range(game.pivot.size):
        room = game.patrons[:, policy] - floor
        bill = game.pivot.max() - game.pivot[policy]
        if room.min() <= 1e-6 or room.sum() - bill <= 1e-6:
            continue
        start = room * (bill / room.sum())
        found = minimize(
            lambda t, room=room: -np.log(np.maximum(room - t, 1e-12)).sum(),
            start,
            method="SLSQP",
            bounds=[(0, r) for r in room],
            constraints=[{"type": "eq", "fun": lambda t, bill=bill: t.sum() - bill}],
            options={"ftol": 1e-10, "maxiter": 300},
        )
        if found.success:
            best = max(best, float(np.exp(-found.fun)))
    return best


@pytest.mark.parametrize("n", [3, 4])
def test_water_filling_is_what_a_general_optimiser_finds(n):
    """Games in which all can gain: the same product as SciPy's."""
    compared = unequal = 0
    for seed in range(400):
        game = random_game(6, n, seed, n=n)
        pact = coordinate(game, side_payments=False)
        gains = pact.value_of_coordination
        if compared < 30 and gains.min() > 1e-3:
            found = best_by_programming(game, pact.noncooperative_payoffs)
            assert gains.prod() == pytest.approx(found, rel=1e-6)
            compared += 1
            unequal += np.ptp(gains) > 1e-3
    assert compared >= 25
    # Some must sit at the bound of paying nothing, or levels were never cut off.
    assert unequal >= 5


def pick(offered, wanted):
    """Return the pivot's choice: its best policy, `wanted` if that is among the best."""
    return wanted if offered[wanted] >= offered.max() - EXACT else int(offered.argmax())


def best_single_offer(game, pact, i, step):
    """Most that patron i gets from a menu with one offer on a grid, others as agreed."""
    others = game.pivot.copy()
    others[pact.policy] += pact.to_pivot.sum() - pact.to_pivot[i]
    best = -np.inf
    for wanted in range(game.pivot.size):
        for pays in np.arange(0, 25, step):
            offered = others.copy()
            offered[wanted] += pays
            chosen = pick(offered, wanted)
            best = max(best, game.patrons[i, chosen] - (pays if chosen == wanted else 0))
    return best


def test_temptation_is_the_best_of_all_single_offers():
    """Two patrons, no side payments: exact on the grid of quarters."""
    for seed in range(40):
        game = integer_game(7, seed)
        pact = coordinate(game, side_payments=False)
        for i in range(2):
            found = best_single_offer(game, pact, i, QUARTER)
            assert pact.deviation_payoffs[i] == pytest.approx(found, abs=EXACT)


@pytest.mark.parametrize("side_payments", [True, False])
def test_temptation_is_buying_alone_or_keeping_the_side_payment(side_payments):
    """Closed form: max of V(i) - V(0), and of the policy agreed on for what is due for it."""
    for n, seed in product((1, 2, 3), range(150)):
        game = random_game(8, n, seed, n=n)
        pact = coordinate(game, side_payments=side_payments)
        alone = (game.pivot + game.patrons).max(axis=1) - game.pivot.max()
        stay = game.patrons[:, pact.policy] - pact.to_pivot
        assert pact.deviation_payoffs == pytest.approx(np.maximum(alone, stay), abs=EXACT)


def play(game, menus, wanted):
    """One round: what each patron has after the pivot took its best offer."""
    chosen = pick(game.pivot + menus.sum(axis=0), wanted)
    return game.patrons[:, chosen] - menus[:, chosen]


def streams(game, pact, i, delta):
    """Value of keeping the pact for ever, and of breaking it at once, played out."""
    agreed = np.zeros_like(game.patrons)
    agreed[:, pact.policy] = pact.to_pivot
    due = pact.transfers - pact.to_pivot
    kept = (play(game, agreed, pact.policy) - due)[i]
    apart = solve(game)
    later = play(game, apart.menus, apart.policy)[i]
    broken = -np.inf
    for wanted in range(game.pivot.size):
        others = game.pivot + agreed.sum(axis=0) - agreed[i]
        menus = agreed.copy()
        menus[i] = 0
        menus[i, wanted] = max(0.0, others.max() - others[wanted])
        broken = max(broken, play(game, menus, wanted)[i])
    rounds = int(np.ceil(np.log(1e-12) / np.log(delta)))
    weights = delta ** np.arange(rounds)
    keep = (weights * kept).sum()
    breach = (weights * np.r_[broken, np.full(rounds - 1, later)]).sum()
    return keep, breach


@pytest.mark.parametrize("side_payments", [True, False])
@pytest.mark.parametrize("n", [2, 3])
def test_a_pact_is_kept_from_the_critical_discount_on(n, side_payments):
    """Just above it, breaking the pact does not pay; just below it does."""
    between = hopeless = idle = 0
    for seed in range(200):
        game = random_game(9, n, seed, n=n)
        pact = coordinate(game, side_payments=side_payments)
        assert pact.discount_needed == pact.critical_discount.max()
        for i, critical in enumerate(pact.critical_discount):
            if critical == 0:
                keep, breach = streams(game, pact, i, 0.01)
                assert keep >= breach - EXACT
                idle += 1
            elif critical == 1:
                keep, breach = streams(game, pact, i, 0.99)
                assert keep < breach
                hopeless += 1
            elif 0.02 < critical < 0.98:
                keep, breach = streams(game, pact, i, critical + 0.01)
                assert keep > breach
                keep, breach = streams(game, pact, i, critical - 0.01)
                assert keep < breach
                between += 1
    assert min(between, idle) > 20
    assert hopeless == 0 if side_payments else hopeless > 20


def test_two_patrons_with_side_payments_need_a_half_whatever_is_at_stake():
    """V1 - V0 - g1 = R: a breach wins the rent once, the pact half of it for ever."""
    games = drawn("AB", 2_000, 3)
    pacts = coordinate_draws(games, Grid(2))
    rents = pacts.rent_saved > 1e-6
    assert rents.mean() > 0.5
    assert pacts.discount_needed[rents] == pytest.approx(0.5, abs=1e-6)
    assert (pacts.discount_needed[pacts.rent_saved == 0] == 0).all()


@pytest.mark.parametrize("n", [2, 3, 4])
def test_with_side_payments_a_discount_of_one_less_than_an_nth_is_enough(n):
    """A breach wins at most the whole rent, and the pact gives an nth of it each round.

    Buying alone: the others keep at most V(N) - V(i), so V(i) - V(0) exceeds i's payoff
    apart by at most R. Keeping side payments: each who receives gets at most R / n.
    """
    needed = []
    for seed in range(300):
        game = random_game(12, n, seed, n=n)
        pact = coordinate(game)
        if pact.rent_saved > 1e-6:
            needed.append(pact.discount_needed)
    assert len(needed) > 60
    assert max(needed) == pytest.approx(1 - 1 / n, abs=1e-6)
    assert (min(needed) < 1 - 1 / n - 0.01) == (n > 2)


def test_what_rivalry_and_interest_do_to_temptation():
    """omega raises what a breach gains; rho does not, it lowers what is left apart.

    Two patrons, side payments. The gain from a breach over keeping the pact never falls
    in either; without side payments it may.
    """
    games, grid = drawn("AB", 2_000, 4), Grid(2)
    for stem in ("omega", "rho"):
        more = games.at({f"{stem}.A": games.table()[f"{stem}.A"] + 0.5})
        before, after = coordinate_draws(games, grid), coordinate_draws(more, grid)
        moved = after.deviation_payoffs[:, 0] - before.deviation_payoffs[:, 0]
        if stem == "omega":
            assert (moved >= -EXACT).all()
            assert (moved > EXACT).mean() > 0.8
        else:
            assert (moved <= EXACT).all()
            assert 0.02 < (moved < -EXACT).mean() < 0.2
        tempted = (after.deviation_payoffs - after.payoffs)[:, 0]
        tempted -= (before.deviation_payoffs - before.payoffs)[:, 0]
        assert (tempted >= -EXACT).all()
        assert (tempted > EXACT).mean() > 0.2
        alone = coordinate_draws(more, grid, side_payments=False)
        alone_before = coordinate_draws(games, grid, side_payments=False)
        change = (alone.critical_discount - alone_before.critical_discount)[:, 0]
        assert min((change > EXACT).mean(), (change < -EXACT).mean()) > 0.05


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.6, 0.9])
def test_a_weight_on_the_others_payoff_changes_no_bid(weight):
    """A contest for a prize worth 4 to either: the winning bid is 4 for every weight.

    All pairs of bids in steps of 1/64 are tried. A patron that would gain less than a
    step does not bid it, so bids may stop a step over 1 - weight below; never above.
    """
    prize, step = 4.0, 1 / 64
    bids = np.arange(0, 6 + step, step)
    mine, yours = bids[:, None], bids[None, :]
    # What each maximises if the first wins ties: its own payoff and a part of the other's.
    first_wins = mine >= yours
    first = np.where(first_wins, prize - mine, weight * (prize - yours))
    second = np.where(first_wins, weight * (prize - mine), prize - yours)
    stable = (first >= first.max(axis=0) - EXACT) & (
        second >= second.max(axis=1, keepdims=True) - EXACT
    )
    winning = np.maximum(mine, yours)[stable]
    assert winning.size
    assert winning.max() <= prize + EXACT
    assert winning.min() >= prize - step / (1 - weight) - step - EXACT
    assert (prize - weight * prize) / (1 - weight) == pytest.approx(prize)


def test_blocs_of_draws_keep_the_policy_and_lower_the_rent():
    """Three patrons of the family: every pairing, on the same draws."""
    games, grid = drawn("ABC", 1_000, 5), Grid(3, 4)
    apart = solve_draws(games, grid)
    for pair, alone in (([0, 1], 2), ([0, 2], 1), ([1, 2], 0)):
        bloc = solve_bloc_draws(games, grid, [pair, [alone]])
        assert (bloc.rent <= apart.rent + EXACT).all()
        assert (bloc.rent < apart.rent - 0.01).mean() > 0.2
        assert (bloc.policy == apart.policy).all()


def test_a_batch_of_games_among_blocs_is_the_games_among_blocs():
    """Array level and game level agree."""
    generator = generator_of(10)
    u, v = generator.normal(size=(50, 5)), generator.normal(size=(50, 3, 5))
    batch = solve_many(u, np.stack([v[:, 0] + v[:, 2], v[:, 1]], axis=1))
    rents = [solve_blocs(Game(a, b), [[0, 2], [1]]).rent for a, b in zip(u, v, strict=True)]
    assert rents == pytest.approx(batch.rent.tolist(), abs=EXACT)
