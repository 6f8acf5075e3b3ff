"""Truthful outcomes among all pure Nash equilibria of tiny games with whole bids.

Patrons' menus are vectors of whole bids; the pivot picks its best policy, and of several
the one the solver names, which is a best reply like any other. All pure equilibria are
enumerated twice: by comparing every cell of the payoff table with its row and column, by
default, and by Gambit (Savani & Turocy) where `pygambit` is installed:
``pip install pygambit``, then ``pytest -m gambit``. It is no dependency.

Payoffs are integers and only games with whole truthful payments are taken, so every
comparison is exact.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tertius.game import Game, coordination_failure, solve

SHARED_GOAL = Game(pivot=[0, -6], patrons=[[0, 5], [0, 4]], policies=["d0", "d1"])
COURT = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])


class BidGame:
    """Two patrons' menus of bids 0 to `most`, the pivot's reply, and the payoffs."""

    def __init__(self, game, most, favourite):
        size = game.pivot.size
        self.menus = np.array(list(product(range(most + 1), repeat=size)))
        offered = game.pivot + self.menus[:, None] + self.menus[None]
        best = offered == offered.max(axis=2, keepdims=True)
        first = best.argmax(axis=2)
        self.policy = np.where(best[:, :, favourite], favourite, first)
        rows, columns = np.indices(self.policy.shape)
        self.bids = np.stack(
            [self.menus[rows, self.policy], self.menus[columns, self.policy]], axis=2
        )
        self.payoffs = [game.patrons[i][self.policy] - self.bids[:, :, i] for i in (0, 1)]
        self.pivot = offered.max(axis=2)

    def equilibria(self):
        """Cells in which neither patron has a better row or column."""
        first, second = self.payoffs
        stable = (first == first.max(axis=0)) & (second == second.max(axis=1, keepdims=True))
        return {(int(r), int(c)) for r, c in np.argwhere(stable)}

    def outcomes(self, cells):
        return {
            (int(self.policy[cell]), *(float(bid) for bid in self.bids[cell])) for cell in cells
        }


def whole_games():
    """Integer games of two policies whose truthful payments are whole, up to 6."""
    generator = np.random.default_rng(np.random.SeedSequence(23))
    games = []
    while len(games) < 27:
        game = Game(generator.integers(-3, 4, 2), generator.integers(-3, 4, (2, 2)))
        solution = solve(game)
        if (solution.menus % 1 == 0).all() and solution.menus.max() <= 6:
            games.append((game, solution))
    return games


def truthful(solution):
    return (solution.policy, *solution.transfers.tolist())


def by_gambit(bids):
    """Pure equilibria as Gambit enumerates them."""
    pygambit = pytest.importorskip("pygambit")
    table = pygambit.Game.from_arrays(*(payoff.astype(int) for payoff in bids.payoffs))
    rows, columns = (list(player.strategies) for player in table.players)
    found = set()
    for profile in pygambit.nash.enumpure_solve(table).equilibria:
        cell = tuple(
            next(index for index, each in enumerate(side) if profile[each] == 1)
            for side in (rows, columns)
        )
        found.add(cell)
    return found


def test_truthful_outcomes_are_nash_equilibria_of_the_bidding():
    """27 of 27 random games; most have other equilibria too, or it would be no selection."""
    more = 0
    for game, solution in whole_games():
        bids = BidGame(game, 6, solution.policy)
        outcomes = bids.outcomes(bids.equilibria())
        assert truthful(solution) in outcomes
        more += len(outcomes) > 1
    assert more > 5


def test_a_court_of_two_rivals_has_a_narrow_range_of_equilibria():
    """54 profiles of 262,144; the pivot gets 6 or 7: one bid's step below the truthful 7."""
    solution = solve(COURT)
    bids = BidGame(COURT, 7, solution.policy)
    cells = bids.equilibria()
    assert truthful(solution) in bids.outcomes(cells)
    pivot = {float(bids.pivot[cell]) for cell in cells}
    assert solution.pivot_payoff == max(pivot)
    assert (len(cells), pivot) == (54, {6.0, 7.0})


def test_a_shared_goal_can_be_bought_or_left_unbought():
    """Splits of the bill of 6, and the equilibrium in which nobody pays."""
    bids = BidGame(SHARED_GOAL, 10, favourite=1)
    outcomes = bids.outcomes(bids.equilibria())
    failure = coordination_failure(SHARED_GOAL, [0, 1])
    assert failure.exists
    unpaid = (failure.policy, *failure.menus[:, failure.policy].tolist())
    assert unpaid == (0, 0, 0)
    assert unpaid in outcomes
    assert {first + second for policy, first, second in outcomes if policy == 1} == {6}
    # The reported split is 3.5 and 2.5; whole bids have its neighbours.
    assert {(1, 3, 3), (1, 4, 2)} <= outcomes


@pytest.mark.gambit
def test_gambit_finds_the_same_equilibria():
    """Cell by cell, in the random games and in that of the shared goal."""
    cases = [(game, 6, solution.policy) for game, solution in whole_games()]
    for game, most, favourite in [*cases, (SHARED_GOAL, 10, 1)]:
        bids = BidGame(game, most, favourite)
        assert by_gambit(bids) == bids.equilibria()
