"""What must not matter to a solution: units, origins, order, copies; and `verify`.

Payoffs are integers, so equalities are exact except where a division enters; 1e-9
relative covers that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.errors import GameError
from tertius.game import Game, solve, solve_many, verify

EXACT = 1e-9
MONEY = ("pivot_payoff", "rent", "patron_payoffs", "vcg_payoffs", "transfers")
PATRON_FIELDS = (
    "patron_payoffs",
    "vcg_payoffs",
    "transfers",
    "exclusion_premium",
    "exclusion_stake",
    "menus",
)
quick = settings(max_examples=80, deadline=None)


@st.composite
def games(draw, shape=None):
    n, policies = shape or (draw(st.integers(1, 5)), draw(st.integers(1, 6)))
    row = st.lists(st.integers(-6, 6), min_size=policies, max_size=policies)
    return Game(pivot=draw(row), patrons=[draw(row) for _ in range(n)])


@quick
@given(games())
def test_every_solution_survives_every_deviation(game):
    """Ties and degenerate games included."""
    assert verify(game, solve(game)) <= EXACT


@quick
@given(games())
def test_a_solution_adds_up(game):
    """Payments, payoffs and menus tell one story, and the rent lies in its interval."""
    s = solve(game)
    worth = game.patrons[:, s.policy]
    assert s.policy == s.efficient_policies[0]
    assert s.menus[:, s.policy] == pytest.approx(s.transfers, abs=EXACT)
    assert worth - s.transfers == pytest.approx(s.patron_payoffs, abs=EXACT)
    assert game.pivot[s.policy] + s.transfers.sum() == pytest.approx(s.pivot_payoff, abs=EXACT)
    assert s.pivot_payoff - game.pivot.max() == pytest.approx(s.rent, abs=EXACT)
    assert s.pivot_payoff + s.patron_payoffs.sum() == pytest.approx(s.coalition_values[-1])
    assert s.rent_interval[0] == s.rent <= s.rent_interval[1]
    assert (s.menus >= 0).all()
    assert (s.patron_payoffs <= s.vcg_payoffs + EXACT).all()
    assert s.payers == tuple(np.flatnonzero(s.transfers > 1e-7))


@quick
@given(games(), st.integers(0, 5))
def test_order_of_patrons_only_reorders_the_answer(game, turn):
    """Renumbering patrons renumbers their results and the coalitions' bits."""
    n = game.patrons.shape[0]
    order = np.roll(np.arange(n), turn)[:: 1 if turn % 2 else -1]
    s, moved = solve(game), solve(Game(pivot=game.pivot, patrons=game.patrons[order]))
    for name in PATRON_FIELDS:
        assert getattr(moved, name) == pytest.approx(getattr(s, name)[order], abs=EXACT)
    assert moved.policy == s.policy
    assert moved.rent_interval == pytest.approx(s.rent_interval, abs=EXACT)
    for mask in range(2**n):
        same = sum(1 << int(order[i]) for i in range(n) if mask >> i & 1)
        assert moved.coalition_values[mask] == s.coalition_values[same]


@quick
@given(games(), st.sampled_from([1e-9, 0.25, 3.0, 1e9]))
def test_the_unit_of_money_does_not_matter(game, unit):
    """Payoffs in other units give the same policy and payments in those units."""
    s, scaled = solve(game), solve(Game(pivot=game.pivot * unit, patrons=game.patrons * unit))
    assert (scaled.policy, scaled.payers) == (s.policy, s.payers)
    assert scaled.payoffs_unique == s.payoffs_unique
    assert scaled.rent_share == pytest.approx(s.rent_share, abs=EXACT)
    for name in MONEY:
        expected = np.multiply(getattr(s, name), unit)
        assert getattr(scaled, name) == pytest.approx(expected, rel=EXACT, abs=EXACT * unit)


@quick
@given(games(), st.integers(-5, 5), st.integers(-5, 5))
def test_origins_do_not_matter(game, pivot_shift, patron_shift):
    """A constant added to somebody's payoffs is added to that one's payoff, no more."""
    shifts = np.zeros((game.patrons.shape[0], 1))
    shifts[0] = patron_shift
    s = solve(game)
    moved = solve(Game(pivot=game.pivot + pivot_shift, patrons=game.patrons + shifts))
    assert (moved.policy, moved.payers) == (s.policy, s.payers)
    assert moved.rent == pytest.approx(s.rent, abs=EXACT)
    assert moved.transfers == pytest.approx(s.transfers, abs=EXACT)
    assert moved.pivot_payoff == pytest.approx(s.pivot_payoff + pivot_shift, abs=EXACT)
    assert moved.patron_payoffs == pytest.approx(s.patron_payoffs + shifts[:, 0], abs=EXACT)


@quick
@given(games(), st.integers(0, 5))
def test_a_copy_of_a_policy_only_adds_a_tie(game, which):
    """The copy is listed if it is efficient; everything else stays."""
    which %= game.pivot.size
    double = Game(
        pivot=np.append(game.pivot, game.pivot[which]),
        patrons=np.column_stack([game.patrons, game.patrons[:, which]]),
    )
    s, again = solve(game), solve(double)
    added = (game.pivot.size,) if which in s.efficient_policies else ()
    assert again.efficient_policies == s.efficient_policies + added
    for name in (*MONEY, "policy", "payers", "exclusion_premium", "exclusion_stake"):
        assert np.array_equal(getattr(again, name), getattr(s, name)), name


@quick
@given(st.lists(games(shape=(3, 4)), min_size=1, max_size=5))
def test_a_batch_is_its_games_one_by_one(several):
    """Each row of `solve_many` is what `solve` gives."""
    batch = solve_many([g.pivot for g in several], [g.patrons for g in several])
    for row, game in enumerate(several):
        s = solve(game)
        assert (batch.rent_low[row], batch.rent_high[row]) == s.rent_interval
        for name in set(batch.__slots__) - {"rent_low", "rent_high"}:
            assert np.array_equal(getattr(batch, name)[row], getattr(s, name)), name


def test_ties_that_differ_by_rounding_go_to_the_first_policy():
    """0.1 + 0.2 and 0.3 are the same payoff, in one game and in a batch."""
    game = Game(pivot=[0.3, 0.1], patrons=[[0.0, 0.2]])
    assert game.pivot[1] + game.patrons[0, 1] > 0.3
    s = solve(game)
    assert (s.policy, s.efficient_policies, s.payers) == (0, (0, 1), ())
    assert solve_many([game.pivot], [game.patrons]).policy.tolist() == [0]


def test_rounding_never_looks_like_rent():
    """Patrons who want unrelated things leave none; `rent > 0` may be asked as it stands."""
    generator = np.random.default_rng(np.random.SeedSequence(5))
    wish, other, cost = generator.uniform(0.1, 1, (3, 500, 1))
    # Four policies: neither thing, the first, the second, both.
    first, second = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    u = 0.7 - cost * (0.3 * first + 0.1 * second)
    batch = solve_many(u, np.stack([wish * first, other * second], axis=1))
    alone, one, two, both = batch.coalition_values.T
    assert ((one + two - both - alone) > 0).any()
    assert (batch.rent == 0).all()
    small = solve_many([[0, 0, 1e-6]], [[[1, -1, 0], [-1, 1, 0]]])
    assert small.rent[0] > 0


def test_tampered_solutions_do_not_pass():
    """Paying too much, paying too little, another policy, negative menus: all are seen."""
    game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    s = solve(game)
    assert verify(game, s) == 0
    assert verify(game, replace(s, menus=s.menus + np.array([[1], [0]]))) == 1
    assert verify(game, replace(s, menus=np.zeros((2, 3)))) == 5
    assert verify(game, replace(s, policy=2)) == 3
    assert verify(game, replace(s, menus=s.menus - 10)) >= 10
    with pytest.raises(GameError, match="not of this game"):
        verify(Game(pivot=[1, 0], patrons=[[1, 2]]), s)


def test_the_arrays_of_a_solution_are_read_only():
    """Nobody can change an answer after it was given."""
    s = solve(Game(pivot=[1, 0], patrons=[[1, 2]]))
    with pytest.raises(ValueError, match="read-only"):
        s.menus[0, 0] = 5
