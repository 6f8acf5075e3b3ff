"""What the theory says of every game, asked of thousands of drawn ones.

The identities hold exactly; 1e-9 allows for sums of payoffs of size 1 to 10 in double
precision. Closed forms for continuous policies are met on a grid as fine as the test
says. Propositions: Bernheim & Whinston 1986; Laussel & Le Breton 2001; the docs page
"The model" states them in words.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tertius.game import (
    Game,
    Grid,
    Parameters,
    Range,
    Ranges,
    draw,
    override,
    solve,
    solve_draws,
    solve_many,
    utilities,
    verify,
)

EXACT = 1e-9
STEMS = ("omega", "rho", "beta")


def wide(patrons, **more):
    values = {"k": Range(0.2, 4), "c": Range(0, 5), "q": Range(0.3, 1)}
    for patron in patrons:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in STEMS}
        values |= {f"alpha.{patron}": Range(-1, 1), f"kappa.{patron}": Range(0.5, 2)}
        values |= {f"{stem}.{patron}": reach for stem, reach in more.items()}
    return Ranges(tuple(patrons), values)


def drawn(patrons, count, seed, **more):
    return draw(wide(patrons, **more), count, np.random.SeedSequence(seed))


def raw_games(n, count, seed, size=6):
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    return generator.normal(size=(count, size)), generator.normal(size=(count, n, size))


def submodular(values):
    """Three patrons: nobody's contribution grows with the company it is in."""
    rows = []
    for i, j in ((1, 2), (1, 4), (2, 4)):
        for rest in (0, 7 ^ i ^ j):
            rows.append(
                values[:, rest | i]
                + values[:, rest | j]
                - values[:, rest | i | j]
                - values[:, rest]
            )
    return (np.array(rows) >= -EXACT).all(axis=0)


def test_rent_is_conflict_less_congruence_or_nothing():
    """The override theorem on 10,000 separable draws, shares within Σa ≤ 1."""
    games = drawn("AB", 10_000, 1)
    grid = Grid(2)
    assert (grid.alignment.sum(axis=1) <= 1 + EXACT).all()
    found = override(games, grid)
    assert found.separable.all()
    assert found.rent == pytest.approx(
        np.maximum(0.0, found.conflict - found.congruence), abs=EXACT
    )
    assert 0.2 < (found.rent > 0).mean() < 0.9
    assert found.conflict == pytest.approx(found.scarcity + found.rivalry, abs=EXACT)
    assert (found.congruence >= -EXACT).all()
    assert (found.congruence <= games.table()["c"] + EXACT).all()


def test_the_override_theorem_survives_an_exclusion_loss_but_not_theta():
    """e belongs to the alignment issue; theta ties the issues and breaks the identity."""
    hurt = override(drawn("AB", 4_000, 2, e=Range(0, 3)), Grid(2))
    assert hurt.separable.all()
    assert hurt.rent == pytest.approx(np.maximum(0.0, hurt.conflict - hurt.congruence), abs=EXACT)
    tied = drawn("AB", 4_000, 2, theta=Range(0.5, 3))
    assert not override(tied, Grid(2)).separable.any()
    plain = override(tied.at({"theta.A": 0, "theta.B": 0}), Grid(2))
    identity = np.maximum(0.0, plain.conflict - plain.congruence)
    assert np.abs(solve_draws(tied, Grid(2)).rent - identity).max() > 0.1


@pytest.mark.parametrize("patrons", ["AB", "ABC"])
def test_a_shared_goal_never_raises_the_rent(patrons):
    """Neither wanting it at all nor wanting it more, for two patrons or three."""
    games = drawn(patrons, 1_500, 3)
    grid = Grid(len(patrons), 5, 2)
    rent = solve_draws(games, grid).rent
    more = games.at({"beta.A": games.table()["beta.A"] + 1})
    assert (solve_draws(more, grid).rent <= rent + EXACT).all()
    alone = override(games, grid).rent_without_goal
    assert (rent <= alone + EXACT).all()
    assert (rent < alone - 0.01).any()


@pytest.mark.parametrize(("patrons", "theta"), [("AB", 0), ("AB", 2), ("ABC", 2)])
def test_the_rent_without_the_goal_is_the_rent_at_beta_zero(patrons, theta):
    """Dropping the goal from the policies and dropping the demand for it are the same."""
    games = drawn(patrons, 800, 4, theta=Range(0, theta), e=Range(0, 1))
    grid = Grid(len(patrons), 5, 2)
    unwanted = games.at({f"beta.{patron}": 0 for patron in patrons})
    assert override(games, grid).rent_without_goal == pytest.approx(
        solve_draws(unwanted, grid).rent, abs=EXACT
    )


def test_scarcity_alone_leaves_rent_where_alignment_runs_out():
    """Two patrons who mind nothing but their own share: k = 1, omega 1 then 2."""
    base = {"k": [1, 1], "c": [0, 0]}
    patron = {"omega": [1, 2], "rho": [0, 0], "beta": [0, 0]}
    games = Parameters(
        ("A", "B"), base | {f"{stem}.{p}": column for stem, column in patron.items() for p in "AB"}
    )
    found = override(games, Grid(2))
    assert found.rent == pytest.approx([0.25, 1.25], abs=EXACT)
    assert found.scarcity == pytest.approx([0.25, 1.25], abs=EXACT)
    assert found.rivalry == pytest.approx([0, 0], abs=EXACT)


def test_conflict_of_equal_rivals_has_its_closed_form():
    """(2 omega rho - rho²)/k up to rho = omega, omega²/k beyond; grid of 1/80."""
    k, omega = 4.0, 1.5
    rho = np.array([0.0, 0.3, 0.9, 1.5, 2.5])
    columns = {"k": [k], "c": [0]}
    for patron in "AB":
        columns |= {f"omega.{patron}": [omega], f"rho.{patron}": [0], f"beta.{patron}": [0]}
    games = Parameters(("A", "B"), columns).at({"rho.A": rho, "rho.B": rho})
    expected = np.where(rho <= omega, (2 * omega * rho - rho**2) / k, omega**2 / k)
    assert override(games, Grid(2, 80)).conflict == pytest.approx(expected, abs=1e-3)


def test_rivalry_does_not_by_itself_block_the_shared_goal():
    """With separable issues the degree reached ignores rho, omega and alpha."""
    games = drawn("AB", 5_000, 5)
    grid = Grid(2)
    reached = grid.goal[solve_draws(games, grid).policy]
    for stem in ("rho", "omega", "alpha"):
        name = f"{stem}.A"
        louder = games.at({name: games.table()[name] + 1})
        again = grid.goal[solve_draws(louder, grid).policy]
        assert (again == reached).all()
    assert 0.1 < reached.mean() < 0.9


def test_rivalry_raises_the_rent_and_the_rivals_bill_for_the_same_policy():
    """One's own rivalry never lowers the rent, nor the rival's bill while the policy stays.

    Where it makes the rival buy less alignment, the rival's bill may fall: it does here.
    """
    games = drawn("AB", 5_000, 6)
    grid = Grid(2)
    before = solve_draws(games, grid)
    after = solve_draws(games.at({"rho.B": games.table()["rho.B"] + 0.5}), grid)
    assert (after.rent >= before.rent - EXACT).all()
    unique = before.payoffs_unique & after.payoffs_unique
    same = unique & (before.policy == after.policy)
    assert 0.3 < same.mean() < unique.mean() - 0.1
    bill = after.transfers[:, 0] - before.transfers[:, 0]
    assert (bill[same] >= -EXACT).all()
    assert (bill[same] > 0.1).any()
    assert (bill[unique & ~same] < -0.1).any()


@pytest.mark.parametrize("seed", range(3))
def test_the_weaker_side_bounds_the_rent(seed):
    """Two patrons: a positive rent ≤ what either would give to flip the other's policy."""
    u, v = raw_games(2, 2_000, seed)
    batch = solve_many(u, v)
    rows = np.arange(len(batch))
    alone, first, second = (batch.coalition_values[:, mask] for mask in (0, 1, 2))
    bought = [(u + v[:, i]).argmax(axis=1) for i in (0, 1)]
    flip_second = second - v[rows, 1, bought[0]] - alone
    flip_first = first - v[rows, 0, bought[1]] - alone
    bound = np.minimum(flip_first, flip_second)
    # Without rent the bound may be negative: then one patron alone reaches less by
    # flipping the policy than the pivot has without anybody.
    assert (batch.rent <= np.maximum(bound, 0.0) + EXACT).all()
    assert (batch.rent > 0).mean() > 0.1
    assert (bound < 0).any()


def test_a_dominant_patron_leaves_no_rent():
    """If the second patron never changes what the first buys, the pivot gains nothing."""
    game = Game(pivot=[0, 0, 1], patrons=[[50, -50, 0], [0, 1e-3, 0]])
    weak = solve(game)
    strong = solve(Game(pivot=[0, 0, 1], patrons=[[50, -50, 0], [0, 40, 0]]))
    assert weak.rent == 0
    assert strong.rent == pytest.approx(39, abs=EXACT)


def test_both_pay_for_a_neutral_pivot():
    """Exclusive alignment with a neutral option: both buy neutrality at 5, rent 7."""
    s = solve(Game(pivot=[3, 3, 0], patrons=[[2, -10, 0], [-10, 2, 0]]))
    assert s.policy == 2
    assert s.transfers == pytest.approx([5, 5], abs=EXACT)
    assert s.rent == pytest.approx(7, abs=EXACT)


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_patrons_who_bid_as_one_never_raise_the_rent(pair):
    """Merging two of three, and merging all, on any payoffs; the policy stays."""
    u, v = raw_games(3, 3_000, 8)
    apart = solve_many(u, v)
    other = ({0, 1, 2} - set(pair)).pop()
    bloc = np.stack([v[:, pair[0]] + v[:, pair[1]], v[:, other]], axis=1)
    merged = solve_many(u, bloc)
    assert (merged.rent <= apart.rent + EXACT).all()
    assert (merged.rent < apart.rent - 0.01).any()
    assert (merged.policy == apart.policy).all()
    assert (solve_many(u, v.sum(axis=1, keepdims=True)).rent == 0).all()


def test_a_new_patron_raises_the_rent_only_for_sure_if_bids_are_substitutes():
    """Entry of a third: never lowers the rent in submodular games, often does elsewhere."""
    games = drawn("ABC", 6_000, 9)
    u, v = utilities(games, Grid(3, 4))
    # Entry means its money only: the policy of aligning with C exists in both games.
    three, absent = solve_many(u, v), solve_many(u, v[:, :2])
    substitutes = submodular(three.coalition_values)
    assert substitutes.sum() > 100
    assert (three.rent[substitutes] >= absent.rent[substitutes] - EXACT).all()
    assert (three.rent < absent.rent - 0.01).mean() > 0.02


def test_the_premium_bounds_the_stake_and_meets_it_where_payoffs_are_unique():
    """Premium ≥ 0, ≥ stake; equal for unique payoffs; 0 if the patron moves nothing."""
    for n in (1, 2, 3):
        u, v = raw_games(n, 2_000, 20 + n)
        batch = solve_many(u, v)
        premium, stake = batch.exclusion_premium, batch.exclusion_stake
        assert (premium >= 0).all()
        assert (stake <= premium + EXACT).all()
        unique = batch.payoffs_unique
        assert stake[unique] == pytest.approx(premium[unique], abs=EXACT)
        without_first = (u + v[:, 1:].sum(axis=1)).argmax(axis=1)
        moves = without_first != batch.policy
        assert (premium[~moves, 0] <= EXACT).all()
        assert (premium[moves, 0] > 0).all()
    assert (stake < 0).any()


def test_a_patron_pays_what_its_presence_costs_the_others():
    """Where payoffs are unique: t_i = W(p without i) - W(p) of everybody else."""
    u, v = raw_games(3, 2_000, 31)
    batch = solve_many(u, v)
    rows = np.arange(len(batch))
    for i in range(3):
        others = u + np.delete(v, i, axis=1).sum(axis=1)
        cost = others.max(axis=1) - others[rows, batch.policy]
        unique = batch.payoffs_unique
        assert batch.transfers[unique, i] == pytest.approx(cost[unique], abs=EXACT)


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.floats(0.1, 5),
    st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_quadratic_rivals_have_their_closed_form(a_pivot, weights, ideals):
    """One line of policies, quadratic losses; the policies hold every coalition's best."""
    pulls = np.array(weights) * np.array(ideals)
    members = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    p = (members @ pulls) / (a_pivot + members @ np.array(weights))
    p = np.concatenate([p, np.linspace(-3, 3, 7)])
    patrons = [-w * (p - x) ** 2 for w, x in zip(weights, ideals, strict=True)]
    s = solve(Game(pivot=-a_pivot * p**2, patrons=patrons))
    apart = (pulls**2 / (a_pivot + np.array(weights))).sum()
    together = pulls.sum() ** 2 / (a_pivot + sum(weights))
    # Payoffs reach 180 in size, so a rent below 2e-7 may be written as 0.
    assert s.rent == pytest.approx(max(0.0, apart - together), abs=2e-7)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_nobody_gains_by_deviating_in_a_thousand_random_games(n):
    """`verify`, which knows no coalition values, finds nothing beyond rounding."""
    generator = np.random.default_rng(np.random.SeedSequence(40 + n))
    for _ in range(1_000):
        size = int(generator.integers(1, 9))
        game = Game(pivot=generator.normal(size=size), patrons=generator.normal(size=(n, size)))
        assert verify(game, solve(game)) <= EXACT


def test_the_rent_is_part_of_what_is_paid():
    """Rent never exceeds what is paid, and is all of it if the pivot gives up nothing."""
    u, v = raw_games(2, 2_000, 50)
    batch = solve_many(u, v)
    paid = batch.transfers.sum(axis=1)
    assert (batch.rent <= paid + EXACT).all()
    assert ((batch.rent_share >= 0) & (batch.rent_share <= 1)).all()
    stays = u.argmax(axis=1) == batch.policy
    rents = stays & (paid > EXACT)
    assert rents.any()
    assert batch.rent_share[rents] == pytest.approx(1.0, abs=1e-6)
    assert batch.pivot_payoff == pytest.approx(
        u[np.arange(len(batch)), batch.policy] + paid, abs=EXACT
    )
