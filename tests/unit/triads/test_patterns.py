"""Signs, patterns, roles and the leverage index."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.triads import patterns

# The table of roles, written out from the literature: signs (X-A, X-B, A-B).
TABLE = {
    (1, 1, 1): ("friend", "ménage à trois"),
    (1, 1, -1): ("pivot", "romantic triangle"),
    (1, -1, 1): ("wing", "romantic triangle"),
    (-1, 1, 1): ("wing", "romantic triangle"),
    (1, -1, -1): ("partner", "stable marriage"),
    (-1, 1, -1): ("partner", "stable marriage"),
    (-1, -1, 1): ("outcast", "stable marriage"),
    (-1, -1, -1): ("foe", "unit veto"),
}
scores = st.lists(st.floats(-1, 1), min_size=3, max_size=3)


@pytest.mark.parametrize("signs", TABLE, ids=str)
def test_three_signs_give_one_role_and_one_pattern(signs):
    """Each of the eight sign combinations is one role and one pattern."""
    draws = 0.5 * np.array(signs, dtype=float)[:, None]
    role, pattern = TABLE[signs]
    assert patterns.role_shares(draws)[role] == 1
    assert patterns.pattern_shares(draws, 0.1)[pattern] == 1


@pytest.mark.parametrize("alpha", [0.01, 0.5, 0.99])
def test_seat_values_rank_the_roles_as_published(alpha):
    """At full strength u orders pivot > friend > partner > wing > foe > outcast."""
    values = {}
    for signs, (role, _) in TABLE.items():
        values[role] = patterns.seat_values(np.array(signs, dtype=float)[:, None], alpha)[0]
    assert sorted(values, key=values.get, reverse=True) == list(patterns.ROLES)


def test_a_neutral_edge_leaves_the_triad_unformed():
    """One score inside the band is enough, and its edge is outside."""
    draws = np.array([[0.5, 0.5], [0.5, 0.5], [-0.09, -0.1]])
    shares = patterns.pattern_shares(draws, 0.1)
    assert shares["unformed"] == 0.5
    assert shares["romantic triangle"] == 0.5


@given(scores)
def test_leverage_lies_between_nothing_and_everything(values):
    """T is in [0, 1]; it is 0 unless X stands well with both."""
    index = patterns.leverage(np.array(values)[:, None])[0]
    assert 0 <= index <= 1
    if min(values[:2]) <= 0:
        assert index == 0


def test_leverage_is_zero_when_x_stands_well_with_nobody():
    """s⁺ = 0 on both edges gives 0, not an undefined root."""
    assert patterns.leverage(np.array([[-0.5], [-0.9], [-1.0]]))[0] == 0


@given(scores)
def test_balance_has_the_sign_of_the_product(values):
    """Balanced triads have a positive product of scores; the pivot's has not."""
    score = patterns.balance(np.array(values)[:, None])[0]
    assert score == pytest.approx(np.cbrt(np.prod(values)))
    assert patterns.balance(np.array([[0.5], [0.5], [-0.5]]))[0] == pytest.approx(-0.5)


@given(st.floats(0.01, 0.99))
def test_role_priors_add_up_whatever_the_chance_of_a_plus(positive):
    """They equal the sum over the eight sign combinations."""
    priors = patterns.role_priors(positive)
    by_hand = dict.fromkeys(patterns.ROLES, 0.0)
    for signs in itertools.product((1, -1), repeat=3):
        by_hand[TABLE[signs][0]] += np.prod([positive if s > 0 else 1 - positive for s in signs])
    assert sum(priors.values()) == pytest.approx(1)
    assert priors == pytest.approx(by_hand)


def test_without_news_partner_and_wing_are_twice_as_likely_as_the_rest():
    """The prior is not uniform over roles."""
    priors = patterns.role_priors(0.5)
    assert priors["partner"] == priors["wing"] == 0.25
    assert {priors[name] for name in ("pivot", "friend", "foe", "outcast")} == {0.125}


def test_roles_that_draws_cannot_tell_apart_lead_together():
    """Within two standard errors is a tie; the same difference in many draws is none."""
    shares = {"pivot": 0.41, "friend": 0.40, "foe": 0.19}
    assert patterns.leading(shares, 4000) == ("pivot", "friend")
    assert patterns.leading(shares, 400_000) == ("pivot",)
