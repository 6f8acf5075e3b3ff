"""What `Game` accepts, what it refuses, and that it cannot be changed afterwards."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from tertius.errors import GameError, TertiusError
from tertius.game import Game, solve, solve_many


def test_a_game_keeps_its_own_read_only_copy():
    """Changing the arrays it was made from, or its own, changes nothing."""
    u, v = np.array([1.0, 0.0]), np.array([[2.0, 3.0]])
    game = Game(pivot=u, patrons=v)
    u[0] = 99
    assert game.pivot.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        game.patrons[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        game.pivot = u


def test_labels_are_numbered_from_one_unless_given():
    """Policies and patrons get plain labels, or the given ones."""
    plain = Game(pivot=[1, 2], patrons=[[1, 2], [0, 0]])
    assert plain.policies == ("policy 1", "policy 2")
    assert plain.names == ("patron 1", "patron 2")
    named = Game(pivot=[1], patrons=[[1]], policies=["keep"], names=("CHN",))
    assert (named.policies, named.names) == (("keep",), ("CHN",))


@pytest.mark.parametrize(
    ("pivot", "patrons", "says"),
    [
        ([1, np.nan], [[1, 2]], r"pivot payoff nan at index \[0, 1\]"),
        ([1, 2], [[1, np.inf]], r"patrons payoff inf at index \[0, 0, 1\]"),
        ([1, 2], [[1, -np.inf]], "patrons payoff -inf"),
        ([1, 1e200], [[1, 2]], r"1e\+200"),
        ([], np.zeros((2, 0)), "0 policies"),
        ([1, 2], np.zeros((0, 2)), "0 patrons"),
        ([1, 2], np.zeros((9, 2)), "9 patrons"),
        ([1, 2], [[1, 2, 3]], "do not fit together"),
        ([1, 2], [[1, 2], [3]], "not an array of numbers"),
        (["x"], [[1]], "not an array of numbers"),
        ([[1, 2]], [[1, 2]], "are no game"),
        (np.zeros(20_001), np.zeros((1, 20_001)), "20,001 policies"),
    ],
)
def test_payoffs_that_are_no_game_are_refused(pivot, patrons, says):
    """NaN, infinities, no policy, no patron, too many of either, shapes that do not fit."""
    with pytest.raises(GameError, match=says) as caught:
        Game(pivot=pivot, patrons=patrons)
    assert isinstance(caught.value, (TertiusError, ValueError))
    assert caught.value.exit_code == 3


def test_more_patrons_than_are_solved_exactly_point_to_the_way_out():
    """The message names the limit, what more would cost, and what can be done."""
    with pytest.raises(GameError) as caught:
        Game(pivot=[0, 1], patrons=np.ones((12, 2)))
    assert caught.value.allowed == "1 to 8 patrons"
    assert "merge patrons" in caught.value.hint
    assert "2^12 - 1 constraints" in caught.value.hint
    assert "200,214" in caught.value.hint
    with pytest.raises(GameError) as caught:
        Game(pivot=[0, 1], patrons=np.ones((0, 2)))
    assert caught.value.hint is None


@pytest.mark.parametrize(
    "labels",
    [
        {"policies": ["a"]},
        {"policies": ["a", "a"]},
        {"names": ["A", "B"]},
        {"names": "AB", "policies": "AB"},
    ],
)
def test_labels_must_fit_and_differ(labels):
    """As many distinct labels as policies or patrons."""
    with pytest.raises(GameError, match="labels"):
        Game(pivot=[0, 1], patrons=[[1, 2]], **labels)


@pytest.mark.parametrize(
    ("u", "v", "says"),
    [
        ([[1, np.nan]], [[[1, 2]]], "pivot payoff nan"),
        ([[1, 2]], [[[1, 2]], [[1, 2]]], "do not fit together"),
        ([1, 2], [[1, 2]], "do not fit together"),
        ([["a"]], [[[1]]], "not arrays of numbers"),
        (np.zeros((3, 0)), np.zeros((3, 2, 0)), "0 policies"),
        (np.zeros((3, 2)), np.zeros((3, 9, 2)), "9 patrons"),
    ],
)
def test_a_batch_refuses_what_a_game_refuses(u, v, says):
    """The same checks, on many games at once."""
    with pytest.raises(GameError, match=says):
        solve_many(u, v)


def test_one_policy_and_all_zero_payoffs_are_games():
    """The smallest games have the obvious solution."""
    only = solve(Game(pivot=[-3], patrons=[[2], [5]]))
    assert (only.policy, only.rent, only.transfers.tolist()) == (0, 0.0, [0.0, 0.0])
    flat = solve(Game(pivot=[0, 0], patrons=[[0, 0]]))
    assert (flat.efficient_policies, flat.payers, flat.rent_share) == ((0, 1), (), 0.0)
