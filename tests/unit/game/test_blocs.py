"""Blocs, partitions, chances and détente: shapes, names, and what is refused."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

import tertius.game.core.batches as batches
from tertius.errors import GameError
from tertius.game import (
    Game,
    Grid,
    Parameters,
    bloc_game,
    detente,
    draw,
    expected_rent,
    merge_blocs,
    rent_by_partition,
    solve,
    solve_bloc_draws,
    solve_blocs,
    solve_draws,
    solve_many,
    solve_partition_draws,
    utilities,
)
from tertius.game.layers.coordination.partitions import list_partitions

EXACT = 1e-9
SEED = np.random.SeedSequence(21)
NAMES = ("CHN", "USA", "RUS")


@pytest.fixture
def three():
    generator = np.random.default_rng(SEED)
    return Game(generator.normal(size=6), generator.normal(size=(3, 6)), names=NAMES)


def test_a_bloc_has_the_sum_of_its_members_and_their_names(three):
    """Members are named in the order of the game, blocs stand in the order given."""
    merged = bloc_game(three, [[1], [2, 0]])
    assert merged.names == ("USA", "CHN + RUS")
    assert merged.policies == three.policies
    assert merged.pivot.tolist() == three.pivot.tolist()
    assert merged.patrons[1] == pytest.approx(three.patrons[0] + three.patrons[2], abs=0)
    found = solve_blocs(three, [[1], [2, 0]])
    assert found.rent == solve(merged).rent
    assert found.menus.shape == (2, 6)


def test_everybody_alone_is_the_game_itself_and_order_does_not_matter(three):
    """Blocs of one change nothing; blocs in another order only change places."""
    assert solve_blocs(three, [[0], [1], [2]]).menus.tolist() == solve(three).menus.tolist()
    one, other = solve_blocs(three, [[0, 2], [1]]), solve_blocs(three, ((1,), (2, 0)))
    assert one.rent == pytest.approx(other.rent, abs=EXACT)
    assert one.transfers == pytest.approx(other.transfers[::-1], abs=EXACT)


@pytest.mark.parametrize(
    ("blocs", "says", "remedy"),
    [
        ([[0], [1]], r"patron 2 \(RUS\) is in no bloc", r"add \[2\]"),
        ([[0, 1], [1, 2]], r"patron 1 \(USA\) is 2 times in the blocs", "all but one"),
        ([[0, 0], [1], [2]], r"patron 0 \(CHN\) is 2 times", "all but one"),
        ([[0, 1], [2, 3]], "no patron has index 3", "count from 0"),
        ([[0, 1], [2, -1]], "no patron has index -1", "count from 0"),
        ([[0, 1], [2], []], "without members", "leave it out"),
        ([0, 1, 2], "not lists of patron indices", r"\[\[0, 1\]\]"),
        ([["CHN"], [1], [2]], "not lists of patron indices", r"\[\[0, 1\]\]"),
        ([[True], [0], [2]], "not lists of patron indices", r"\[\[0, 1\]\]"),
        ([[0.0], [1], [2]], "not lists of patron indices", r"\[\[0, 1\]\]"),
        (7, "not lists of patron indices", r"\[\[0, 1\]\]"),
        ([], r"patron 0 \(CHN\) is in no bloc", r"add \[0\]"),
    ],
)
def test_blocs_that_are_no_partition_are_refused_with_the_remedy(three, blocs, says, remedy):
    """Every way in which a list of lists is no partition, and what to write instead."""
    for ask in (solve_blocs, bloc_game):
        with pytest.raises(GameError, match=says) as caught:
            ask(three, blocs)
        assert re.search(remedy, caught.value.hint)
    with pytest.raises(GameError):
        merge_blocs(three.patrons[None], blocs)


def test_payoffs_of_another_shape_are_not_merged(three):
    """Arrays have a leading axis of draws."""
    with pytest.raises(GameError, match=r"shape \(3, 6\)"):
        merge_blocs(three.patrons, [[0, 1], [2]])


def test_indices_may_come_from_numpy(three):
    """Whole numbers of any kind are indices."""
    found = solve_blocs(three, [np.array([0, 1]), [np.int64(2)]])
    assert found.rent == solve_blocs(three, [[0, 1], [2]]).rent


@pytest.mark.parametrize("blocs", [[[0], [1], [2]], [[1, 2], [0]], [[0, 1, 2]]])
def test_draws_among_blocs_are_the_games_one_by_one_in_small_blocks(
    make_ranges, monkeypatch, blocs
):
    """The size of a block of draws does not show, and each row is its own game."""
    games, grid = draw(make_ranges(NAMES), 7, SEED), Grid(3, 3)
    whole = solve_bloc_draws(games, grid, blocs)
    u, v = utilities(games, grid)
    assert whole.rent == pytest.approx(solve_many(u, merge_blocs(v, blocs)).rent, abs=EXACT)
    assert whole.transfers.shape == (7, len(blocs))
    monkeypatch.setattr(batches, "_CACHED_BYTES", 1)
    single = solve_bloc_draws(games, grid, blocs)
    assert single.patron_payoffs == pytest.approx(whole.patron_payoffs, abs=EXACT)
    with pytest.raises(GameError, match="USA"):
        solve_bloc_draws(games, grid, [[0], [2]])


def test_partitions_are_listed_once_each_the_finest_first(three):
    """Five partitions of three patrons, the same order every time."""
    rents = rent_by_partition(three)
    assert rents.labels == (
        "CHN | USA | RUS",
        "CHN | USA + RUS",
        "CHN + USA | RUS",
        "CHN + RUS | USA",
        "CHN + USA + RUS",
    )
    assert [len(blocs) for blocs in rents.partitions] == [3, 2, 2, 2, 1]
    assert rents.partitions == rent_by_partition(three).partitions


@pytest.mark.parametrize(("n", "count"), [(1, 1), (2, 2), (4, 15), (6, 203), (8, 4_140)])
def test_there_are_as_many_partitions_as_bell_counted(n, count):
    """Each once, each holding every patron once."""
    found = list_partitions(n)
    assert len(set(found)) == len(found) == count
    assert all(sorted(i for bloc in blocs for i in bloc) == list(range(n)) for blocs in found)


def test_too_many_partitions_are_refused_with_their_number(make_ranges):
    """Nine patrons would be 21,147 games; draws stop at four patrons."""
    with pytest.raises(GameError, match="9 patrons have 21,147 partitions") as caught:
        list_partitions(9)
    assert "4,140" in caught.value.allowed
    five = Parameters.midpoint(make_ranges(tuple("ABCDE")))
    with pytest.raises(GameError, match="games of 5 patrons"):
        solve_partition_draws(five, Grid(5, 2))


def test_every_row_of_a_partition_table_is_its_game(three):
    """Rents, interval, policy and payoffs agree with solve_blocs; arrays are read-only."""
    rents = rent_by_partition(three)
    for row, blocs in enumerate(rents.partitions):
        found = solve_blocs(three, blocs)
        assert rents.rent[row] == pytest.approx(found.rent, abs=EXACT)
        assert tuple(rents.rent_interval[row]) == pytest.approx(found.rent_interval, abs=EXACT)
        assert rents.policy[row] == found.policy
        assert rents.pivot_payoff[row] == pytest.approx(found.pivot_payoff, abs=EXACT)
        assert rents.bloc_payoffs[row] == pytest.approx(found.patron_payoffs, abs=EXACT)
    for array in (rents.rent, rents.rent_interval, rents.policy, *rents.bloc_payoffs):
        assert not array.flags.writeable
    frame = rents.to_polars()
    assert frame.height == 5
    assert frame["rent_high"].to_list() == rents.rent_interval[:, 1].tolist()
    assert frame["bloc_payoffs"].to_list()[-1] == rents.bloc_payoffs[-1].tolist()
    assert "CHN + USA | RUS" in rents._repr_html_()


def test_rents_of_draws_by_partition_are_those_of_each_partition(make_ranges, monkeypatch):
    """A column a partition; the table sums up over draws; blocks do not show."""
    games, grid = draw(make_ranges(NAMES), 30, SEED), Grid(3, 3)
    found = solve_partition_draws(games, grid)
    assert found.rent.shape == found.rent_high.shape == (len(found), 5) == (30, 5)
    for column, blocs in enumerate(found.partitions):
        batch = solve_bloc_draws(games, grid, blocs)
        assert found.rent[:, column] == pytest.approx(batch.rent, abs=EXACT)
        assert found.rent_high[:, column] == pytest.approx(batch.rent_high, abs=EXACT)
        assert (found.policy == batch.policy).all()
    frame = found.to_polars()
    assert frame["partition"].to_list() == list(found.labels)
    assert frame["mean_rent"].to_list() == pytest.approx(found.rent.mean(axis=0))
    assert frame["share_with_rent"].to_list()[-1] == 0
    assert frame["share_below_finest"].to_list()[0] == 0
    monkeypatch.setattr(batches, "_CACHED_BYTES", 1)
    assert solve_partition_draws(games, grid).rent == pytest.approx(found.rent, abs=EXACT)


def test_the_expected_rent_is_linear_in_the_chance_that_the_pact_holds(three):
    """The two ends are the two games, and what lies between is on the line."""
    chances = (0, 0.25, 0.5, 0.75, 1)
    rents = [expected_rent(three, [[0, 2], [1]], gamma) for gamma in chances]
    assert rents[0] == solve(three).rent > rents[-1]
    assert rents[-1] == solve_blocs(three, [[0, 2], [1]]).rent
    steps = [b - a for a, b in pairwise(rents)]
    assert steps == pytest.approx([steps[0]] * 4, abs=EXACT)


@pytest.mark.parametrize("gamma", [-0.1, 1.5, np.nan, "much", [[0.5]]])
def test_chances_outside_zero_to_one_are_refused(three, two, gamma):
    """By the expected rent and by détente alike."""
    with pytest.raises(GameError, match="gamma"):
        expected_rent(three, [[0, 1, 2]], gamma)
    with pytest.raises(GameError, match="gamma"):
        detente(Parameters.midpoint(two), gamma)


def test_several_chances_are_one_too_many_for_one_number(three):
    """The expected rent takes one gamma."""
    with pytest.raises(GameError, match="2 values"):
        expected_rent(three, [[0, 1, 2]], [0.1, 0.2])


def test_detente_shrinks_rivalry_and_nothing_else(make_ranges):
    """rho and theta by 1 - gamma; friends stay friends; every other column is the same."""
    games = Parameters(
        ("A", "B"),
        {
            "k": [1, 2], "c": [1, 1], "omega.A": [1, 2], "omega.B": [1, 3],
            "beta.A": [2, 2], "beta.B": [2, 1], "theta.A": [4, 2],
            "rho.A.B": [2, -1], "rho.B.A": [0, 3], "sigma.A": [1, 1],
        },
    )  # fmt: skip
    eased = detente(games, [0.5, 0.25])
    changed = {"rho.A.B": [1, -1], "rho.B.A": [0, 2.25], "theta.A": [2, 1.5]}
    for name, column in games.values.items():
        assert eased.values[name].tolist() == changed.get(name, column.tolist()), name
    assert detente(games, 0).table()["rho.B.A"].tolist() == [0, 3]
    assert detente(games, 1).table()["theta.A"].tolist() == [0, 0]


def test_one_game_and_many_gammas_are_many_games(two):
    """A path of détente for one game; otherwise one gamma a game."""
    one = Parameters.midpoint(two)
    path = detente(one, [0, 0.5, 1])
    assert len(path) == 3
    assert path.table()["rho.CHN"].tolist() == [1.5, 0.75, 0]
    with pytest.raises(GameError, match="2 gammas for 3 games"):
        detente(path, [0.1, 0.2])
    assert (solve_draws(path, Grid(2)).rent[:-1] > 0).all()


def test_a_single_patron_has_no_rivals_to_be_at_ease_with():
    """One patron: no rivalry column, and nothing to change."""
    one = Parameters(("A",), {"k": [1], "c": [1], "omega.A": [1], "beta.A": [2]})
    assert detente(one, 0.5).table().keys() == one.table().keys()
