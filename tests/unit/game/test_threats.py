"""Threats that extract: what they change, what they leave, and what is refused.

Payoffs are integers and threats halves, so sums are exact: 1e-9 allows for divisions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import Game, credible_threats, solve, verify

EXACT = 1e-9


def threatened_game(seed):
    generator = np.random.default_rng(np.random.SeedSequence(21, spawn_key=(seed,)))
    n, size = int(generator.integers(1, 6)), int(generator.integers(1, 8))
    game = Game(pivot=generator.integers(-5, 6, size), patrons=generator.integers(-5, 6, (n, size)))
    return game, generator.integers(0, 7, n) / 2


@pytest.mark.parametrize("seed", range(40))
def test_threats_move_money_and_nothing_else(seed):
    """The pivot loses their sum, each patron gains its own, policy and rent stay."""
    game, threats = threatened_game(seed)
    calm, s = solve(game), solve(game, threats=threats)
    assert (s.policy, s.efficient_policies) == (calm.policy, calm.efficient_policies)
    assert s.pivot_payoff == pytest.approx(calm.pivot_payoff - threats.sum(), abs=EXACT)
    assert s.patron_payoffs == pytest.approx(calm.patron_payoffs + threats, abs=EXACT)
    assert s.vcg_payoffs == pytest.approx(calm.vcg_payoffs + threats, abs=EXACT)
    assert s.menus == pytest.approx(calm.menus - threats[:, None], abs=EXACT)
    assert s.transfers == pytest.approx(s.menus[:, s.policy], abs=EXACT)
    assert (s.menus >= -threats[:, None]).all()
    assert s.rent_interval == calm.rent_interval
    assert s.rent == pytest.approx(s.pivot_payoff - s.coalition_values[0], abs=EXACT)
    assert s.surplus == pytest.approx(s.rent + s.patron_payoffs.sum(), abs=EXACT)
    assert s.surplus == pytest.approx(s.coalition_values[-1] - s.coalition_values[0], abs=EXACT)
    assert s.payers == tuple(np.flatnonzero(s.transfers > 1e-7))
    assert s.exclusion_stake == pytest.approx(calm.exclusion_stake, abs=EXACT)
    assert verify(game, s) <= EXACT


def test_coalition_values_count_what_outsiders_take():
    """V(S) falls by the threats of everybody outside S."""
    game, threats = threatened_game(3)
    n = threats.size
    calm, s = solve(game), solve(game, threats=threats)
    for mask in range(2**n):
        outside = sum(threats[i] for i in range(n) if not mask >> i & 1)
        assert s.coalition_values[mask] == pytest.approx(calm.coalition_values[mask] - outside)


def test_no_threats_are_threats_of_zero():
    """Every field is the same, and the field says so."""
    game, _ = threatened_game(5)
    calm, zero = solve(game), solve(game, threats=np.zeros(game.patrons.shape[0]))
    for name in calm.__slots__:
        assert np.array_equal(getattr(calm, name), getattr(zero, name)), name
    assert not calm.threats.any()


def test_the_check_knows_the_threats():
    """Menus below the threats, or threats that are not used, do not pass."""
    game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    s = solve(game, threats=[2, 1])
    assert verify(game, s) == 0
    assert verify(game, replace(s, threats=np.zeros(2))) >= 2
    assert verify(game, replace(s, threats=np.array([3.0, 1.0]))) == 1
    calm = solve(game)
    assert verify(game, replace(calm, threats=s.threats)) == 2


@pytest.mark.parametrize(
    ("threats", "says"),
    [
        ([1, -0.5], r"threats of -0.5 at index \[1\]"),
        ([np.nan, 1], r"threats of nan at index \[0\]"),
        ([np.inf, 1], "threats of inf"),
        ([1], r"shape \(1,\) for 2 patrons"),
        (1.0, r"shape \(\) for 2 patrons"),
        ([[1, 1]], r"shape \(1, 2\)"),
        (["much", 1], "not numbers"),
    ],
)
def test_threats_that_are_none_are_refused(threats, says):
    """Negative, not finite, of the wrong shape, not numbers."""
    with pytest.raises(GameError, match=says):
        solve(Game(pivot=[0, 1], patrons=[[1, 2], [3, 4]]), threats=threats)


def test_a_threat_is_believed_up_to_capacity_and_resolve():
    """The smaller of the two; one that costs nothing up to capacity; shapes spread out."""
    assert credible_threats(5, 6, 2).tolist() == 3
    assert credible_threats([5, 5, 5, 0], [6, 20, 1, 9], [2, 2, 0, 1]).tolist() == [3, 5, 5, 0]
    assert credible_threats(4, 0, [0, 1]).tolist() == [4, 0]
    assert credible_threats(np.ones((3, 2)), 1, [1, 2]).tolist() == [[1, 0.5]] * 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((-1, 1, 1), "capacity of -1"),
        ((1, np.nan, 1), "resolve of nan"),
        ((1, 1, [1, -2]), r"cost of -2 at index \[1\]"),
        (([1, 2], [1, 2, 3], 1), "shapes do not fit"),
        (("x", 1, 1), "capacity are not numbers"),
    ],
)
def test_credibility_of_nonsense_is_refused(given, says):
    """Negative, not a number, shapes that do not fit."""
    with pytest.raises(GameError, match=says):
        credible_threats(*given)
