"""Belief, trust and the trap of distrust: what the functions say, and what they refuse.

Beliefs are one logistic function of an integer: 1e-12 allows for its rounding.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import GameError
from tertius.game import (
    BeliefLattice,
    Grid,
    Parameters,
    TrustStock,
    commitment_threshold,
    trap_probability,
)

EXACT = 1e-12


def one(**more):
    values = {"k": [1], "c": [4], "omega.A": [1], "omega.B": [1], "rho.A": [1], "rho.B": [1]}
    values |= {"beta.A": [5], "beta.B": [5], "delivery": [0.75], "mu": [0.5]}
    return Parameters(("A", "B"), values | {name.replace("_", "."): x for name, x in more.items()})


@given(mu=st.floats(0.01, 0.99), delivery=st.floats(0.51, 0.99), k=st.integers(-6, 5))
def test_a_step_of_the_lattice_is_bayes_rule(mu, delivery, k):
    """The belief after a promise kept or broken, worked out from the two probabilities."""
    lattice = BeliefLattice(mu, delivery, 6, 6)
    before = float(lattice.belief(k))
    kept = before * delivery / (before * delivery + (1 - before) * (1 - delivery))
    assert float(lattice.belief(k + 1)) == pytest.approx(kept, abs=EXACT)
    after, chance = float(lattice.belief(k + 1)), float(lattice.reliability(k))
    if k > -6:
        # To the patrons the belief is a martingale.
        back = chance * after + (1 - chance) * float(lattice.belief(k - 1))
        assert back == pytest.approx(before, abs=EXACT)
    assert lattice.index(after) == k + 1


def test_who_knows_the_type_sees_other_chances():
    """A committed pivot delivers with a_C, an opportunist with the rest, patrons weigh both."""
    lattice = BeliefLattice(0.5, 0.75, 2, 2)
    assert lattice.delivers("committed", [-2, 0, 2]).tolist() == [0.75] * 3
    assert lattice.delivers("opportunist", [-2, 0, 2]).tolist() == [0.25] * 3
    assert lattice.reliability([-2, 0, 2]) == pytest.approx([0.3, 0.5, 0.7], abs=EXACT)
    assert lattice.indexes.tolist() == [-2, -1, 0, 1, 2]
    assert lattice.opportunist == 0.25
    with pytest.raises(GameError, match="allies"):
        lattice.delivers("allies", 0)


def test_beliefs_far_out_stay_numbers():
    """Ten thousand promises broken leave a belief of zero, not an overflow."""
    lattice = BeliefLattice(0.5, 0.99, 10_000, 10_000)
    beliefs = lattice.beliefs
    assert beliefs[0] < 1e-300
    assert beliefs[-1] == 1.0
    assert (np.diff(beliefs) >= 0).all()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"mu": 0.0, "delivery": 0.75}, "mu = 0.0"),
        ({"mu": 1.0, "delivery": 0.75}, "mu = 1.0"),
        ({"mu": float("nan"), "delivery": 0.75}, "mu = nan"),
        ({"mu": 0.5, "delivery": 0.5}, "delivery = 0.5"),
        ({"mu": 0.5, "delivery": 1.0}, "delivery = 1.0"),
        ({"mu": 0.5, "delivery": 0.75, "opportunist": 0.4}, "opportunist delivers with 0.4"),
        ({"mu": 0.5, "delivery": 0.75, "steps_up": -1}, "steps_up = -1"),
        ({"mu": 0.5, "delivery": 0.75, "steps_down": 1.5}, "steps_down = 1.5"),
        ({"mu": 0.5, "delivery": 0.75, "steps_down": True}, "steps_down = True"),
    ],
)
def test_a_lattice_that_cannot_be_is_refused(arguments, says):
    """The value and what is allowed instead."""
    with pytest.raises(GameError, match=says) as caught:
        BeliefLattice(**arguments)
    assert caught.value.allowed


def test_a_belief_off_the_lattice_is_refused():
    """Between two steps, beyond the ends, and not at all a belief."""
    lattice = BeliefLattice(0.5, 0.75, 2, 2)
    assert lattice.index(0.9) == 2
    for belief in (0.6, 0.99, 1.0):
        with pytest.raises(GameError, match=f"{belief:g}") as caught:
            lattice.index(belief)
        assert caught.value.hint
    for k in (3, -3, 0.5, float("nan")):
        with pytest.raises(GameError, match="off the lattice"):
            lattice.belief(k)


def test_a_lattice_is_read_off_one_game():
    """`mu` and `delivery` of the row; several rows or none of the two are refused."""
    lattice = BeliefLattice.of(one(), 3, 4)
    assert (lattice.mu, lattice.delivery, len(lattice.indexes)) == (0.5, 0.75, 8)
    with pytest.raises(GameError, match="2 games"):
        BeliefLattice.of(one().at({"mu": [0.2, 0.3]}))
    bare = {name: x for name, x in one().values.items() if name not in ("mu", "delivery")}
    with pytest.raises(GameError, match="mu and delivery"):
        BeliefLattice.of(Parameters(("A", "B"), bare))


def test_thresholds_say_always_sometimes_and_never():
    """Free on signing: bought at every belief; dear: at none; worth less than it costs: inf."""
    games = one(upfront=[1]).at({"upfront": [1, 0, 1, 0], "c": [4, 4, 9, 10]})
    found = commitment_threshold(games, Grid(2))
    assert found == pytest.approx([0.3, -0.5, 1.3, np.inf], abs=EXACT)
    assert not found.flags.writeable


def test_thresholds_need_a_delivery_and_a_goal():
    """Without one of them the question has no meaning."""
    bare = {name: x for name, x in one().values.items() if name != "delivery"}
    with pytest.raises(GameError, match="without delivery"):
        commitment_threshold(Parameters(("A", "B"), bare), Grid(2))
    with pytest.raises(GameError, match="without the shared goal"):
        commitment_threshold(one(), Grid(2, goal_steps=0))


def test_the_trap_at_its_edges():
    """On the threshold, below it, no threshold, no belief high enough, and no rounds."""
    at = trap_probability(0.25, 0.75, [0.25, 0.3, 0.0, -1.0, 1.0, np.inf])
    assert at.steps.tolist() == [1, 0, np.inf, np.inf, 0, 0]
    assert at.committed == pytest.approx([1 / 3, 1, 0, 0, 1, 1], abs=EXACT)
    assert at.opportunist.tolist() == [1, 1, 0, 0, 1, 1]
    assert at.expected == pytest.approx([0.25 / 3 + 0.75, 1, 0, 0, 1, 1], abs=EXACT)
    now = trap_probability(0.25, 0.75, [0.25, 0.3, 0.0], rounds=0)
    assert now.expected.tolist() == [0, 1, 0]
    frame = at.to_polars()
    assert frame.columns == ["steps", "committed", "opportunist", "expected"]
    assert frame.height == 6


def test_a_long_way_down_is_found_within_enough_rounds():
    """4,000 steps at nearly even odds: too small a number for each path, yet nearly sure."""
    found = trap_probability(0.5, 0.55, 1e-320, rounds=60_000)
    assert found.steps[0] > 3_000
    assert 0.99 < found.opportunist[0] <= 1
    assert found.committed[0] < 1e-200


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"mu": 1.0}, "mu = 1"),
        ({"delivery": 0.5}, "delivery = 0.5"),
        ({"threshold": float("nan")}, "not a number"),
        ({"rounds": -1}, "rounds = -1"),
        ({"rounds": 2.5}, "rounds = 2.5"),
        ({"mu": [0.1, 0.2], "threshold": [0.1, 0.2, 0.3]}, "do not fit"),
        ({"mu": [[0.1]]}, "shape"),
        ({"mu": "high"}, "do not fit"),
    ],
)
def test_a_trap_that_cannot_be_is_refused(arguments, says):
    """Each with the value."""
    with pytest.raises(GameError, match=says):
        trap_probability(**({"mu": 0.5, "delivery": 0.75, "threshold": 0.3} | arguments))


def test_trust_moves_by_this_rounds_shares():
    """An even share raises it, being played off lowers it, an aloof pivot leaves it."""
    shares = np.array([[0, 0], [1, 0], [0.5, 0.5], [0.4, 0.6], [0.3, 0.3], [0.2, 0.1]])
    assert TrustStock().moves(shares).tolist() == [
        [0, 0], [1, -1], [1, 1], [-1, 1], [0, 0], [0, -1],
    ]  # fmt: skip
    # Of three patrons, a third and more is an even share even where a rival has more.
    assert TrustStock().moves(np.array([[0.6, 0.4, 0.0]])).tolist() == [[1, 1, -1]]
    assert TrustStock(1, 2.0).multiplier.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"levels": 0}, "levels = 0"),
        ({"levels": 1.5}, "levels = 1.5"),
        ({"gain": -0.1}, "gain = -0.1"),
        ({"gain": 2.1}, "gain = 2.1"),
        ({"gain": float("nan")}, "gain = nan"),
    ],
)
def test_a_trust_that_cannot_be_is_refused(arguments, says):
    """Each with the value and what is allowed."""
    with pytest.raises(GameError, match=says) as caught:
        TrustStock(**arguments)
    assert caught.value.allowed
