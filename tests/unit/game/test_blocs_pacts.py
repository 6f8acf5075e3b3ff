"""Pacts: who pays whom, what each side gains, and the corners where gains vanish."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import tertius.game.core.batches as batches
from tertius.game import (
    Game,
    Grid,
    coordinate,
    coordinate_draws,
    draw,
    solve,
    solve_blocs,
    utilities,
)

EXACT = 1e-9
COURT = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
GOAL = Game(pivot=[0, -6], patrons=[[0, 5], [0, 4]])


def test_with_side_payments_the_saved_rent_is_split_evenly():
    """The efficient policy, rent 0, and 5 saved: 2.5 each; the loser is paid by the winner."""
    pact, apart = coordinate(COURT), solve(COURT)
    assert (pact.policy, pact.rent_saved) == (apart.policy, 5)
    assert pact.noncooperative_payoffs.tolist() == apart.patron_payoffs.tolist()
    assert pact.payoffs.tolist() == [2.5, 0.5]
    assert pact.value_of_coordination.tolist() == [2.5, 2.5]
    assert pact.transfers.tolist() == [3.5, -2.5]
    # The pivot gets 1, which makes up for leaving neutrality.
    assert pact.to_pivot.tolist() == [1, 0]
    assert pact.payoffs.sum() == solve_blocs(COURT, [[0, 1]]).patron_payoffs.sum()


def test_temptation_in_the_court_by_hand():
    """Each could buy its own policy alone: A for 1, B for 2; B gives 0.5 and -2 up for it.

    The others offer nothing but at "with A". A alone gets 6 - 1 = 5; B gets 5 - 2 = 3.
    """
    pact = coordinate(COURT)
    assert pact.deviation_payoffs.tolist() == [5, 3]
    # (5 - 2.5) / (5 - 0) and (3 - 0.5) / (3 + 2)
    assert pact.critical_discount.tolist() == [0.5, 0.5]
    assert pact.discount_needed == 0.5


def test_without_side_payments_a_compromise_may_be_agreed_on():
    """Sharing the pivot is worth less in sum and is all that lets both gain."""
    game = Game(pivot=[0, 0, 0], patrons=[[10, 0, 6], [0, 10, 3]])
    pact, apart = coordinate(game, side_payments=False), solve(game)
    assert (apart.policy, apart.patron_payoffs.tolist(), apart.rent) == (0, [0, 0], 10)
    assert (pact.policy, pact.payoffs.tolist()) == (2, [6, 3])
    assert pact.transfers.tolist() == pact.to_pivot.tolist() == [0, 0]
    # The pivot loses 10 and the patrons gain 9: 1 is wasted.
    assert pact.rent_saved - pact.value_of_coordination.sum() == pytest.approx(1, abs=EXACT)


def test_the_bill_levels_gains_down_to_nothing_paid():
    """Water-filling: gains of 4 and 1 and a bill of 2 leave 2 and 1, not 1.5 and 1.5."""
    game = Game(pivot=[0, 0, -2], patrons=[[10, 0, 5], [0, 10, 1.5]])
    pact, apart = coordinate(game, side_payments=False), solve(game)
    assert apart.patron_payoffs.tolist() == [0, 0]
    assert pact.policy == 2
    assert pact.transfers == pytest.approx([2, 0], abs=EXACT)
    assert pact.payoffs == pytest.approx([3, 1.5], abs=EXACT)


def test_where_not_all_can_gain_as_many_as_can_do():
    """In a contest without a middle only one gains, and the other stays where it was."""
    pact = coordinate(COURT, side_payments=False)
    assert pact.value_of_coordination.tolist() == [5, 0]
    assert pact.transfers.tolist() == [1, 0]
    # The one without a gain would rather buy its own policy: no patience stops it.
    assert pact.critical_discount.tolist() == [0, 1]
    assert pact.discount_needed == 1


@pytest.mark.parametrize("side_payments", [True, False])
def test_where_there_is_no_rent_there_is_nothing_to_agree_on(side_payments):
    """The pact is what happens anyway, and nobody is tempted."""
    pact, apart = coordinate(GOAL, side_payments=side_payments), solve(GOAL)
    assert pact.policy == apart.policy == 1
    assert pact.transfers.tolist() == apart.transfers.tolist()
    assert pact.value_of_coordination.tolist() == [0, 0]
    assert pact.critical_discount.tolist() == [0, 0]


@pytest.mark.parametrize("side_payments", [True, False])
def test_one_patron_agrees_with_itself(side_payments):
    """The smallest pact is the game."""
    game = Game(pivot=[0, -1], patrons=[[0, 3]])
    pact = coordinate(game, side_payments=side_payments)
    assert (pact.policy, pact.transfers.tolist(), pact.payoffs.tolist()) == (1, [1], [2])
    assert pact.discount_needed == 0


def test_flat_games_have_a_pact():
    """All payoffs zero: nothing is paid, gained or risked."""
    pact = coordinate(Game(pivot=[0, 0], patrons=[[0, 0], [0, 0]]), side_payments=False)
    assert (pact.policy, pact.rent_saved, pact.discount_needed) == (0, 0, 0)


def test_a_pact_is_read_only_and_a_table():
    """One row a patron, from 1."""
    pact = coordinate(COURT)
    with pytest.raises(ValueError, match="read-only"):
        pact.payoffs[0] = 1
    frame = pact.to_polars()
    assert frame["patron"].to_list() == [1, 2]
    assert frame["critical_discount"].to_list() == [0.5, 0.5]
    assert "<table>" in pact._repr_html_()


def test_there_is_no_weight_on_the_payoffs_of_others():
    """Coordination has one switch; the weight that changes no bid is not offered."""
    assert list(inspect.signature(coordinate).parameters) == ["game", "side_payments"]
    assert "whatever g < 1" in (coordinate.__doc__ or "")


@pytest.mark.parametrize("side_payments", [True, False])
@pytest.mark.parametrize("patrons", ["AB", "ABC"])
def test_pacts_of_draws_are_the_pacts_of_the_games(
    make_ranges, monkeypatch, patrons, side_payments
):
    """Row by row the same, in blocks of any size; a table with a row a draw."""
    games, grid = (
        draw(make_ranges(tuple(patrons)), 12, np.random.SeedSequence(3)),
        Grid(len(patrons), 3),
    )
    pacts = coordinate_draws(games, grid, side_payments=side_payments)
    u, v = utilities(games, grid)
    for row in range(len(pacts)):
        one = coordinate(Game(u[row], v[row]), side_payments=side_payments)
        for name in pacts.__slots__:
            found = getattr(pacts, name)[row]
            assert found == pytest.approx(getattr(one, name), abs=EXACT), name
    frame = pacts.to_polars()
    assert frame.height == 12
    assert frame["payoffs_2"].to_list() == pacts.payoffs[:, 1].tolist()
    monkeypatch.setattr(batches, "_CACHED_BYTES", 1)
    again = coordinate_draws(games, grid, side_payments=side_payments)
    assert again.payoffs == pytest.approx(pacts.payoffs, abs=EXACT)
    assert not again.payoffs.flags.writeable
