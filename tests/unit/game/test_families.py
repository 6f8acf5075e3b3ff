"""Grids, parameters and payoffs of the parametric family, against the formulas in words.

The payoffs are summed in another order than the naive loop does: 1e-12 for payoffs of
size 1 to 10.
"""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest

from tertius.errors import GameError, UnknownNameError
from tertius.game import Grid, Parameters, draw, solve_draws, solve_many, utilities, without


def naive_payoffs(values, patrons, shares, degree):
    """One policy's payoffs of the pivot and of each patron, term by term."""
    pivot = -values["c"] * degree
    for patron, share in zip(patrons, shares, strict=True):
        pivot += values[f"alpha.{patron}"] * share - values["k"] / 2 * share**2
    worth = []
    for i, patron in enumerate(patrons):
        own = {
            stem: values[f"{stem}.{patron}"] for stem in ("omega", "beta", "theta", "e", "kappa")
        }
        rivals = sum(share for j, share in enumerate(shares) if j != i)
        total = own["omega"] * shares[i]
        for j, rival in enumerate(patrons):
            if j != i:
                split = f"rho.{patron}.{rival}"
                total -= values[split if split in values else f"rho.{patron}"] * shares[j]
        total += (own["beta"] * values["q"] - own["theta"] * rivals) * degree
        total -= own["e"] if shares[i] == 0 and any(shares) else 0
        worth.append(total / own["kappa"])
    return pivot, worth


def some_parameters(patrons, count=4, split=False):
    generator = np.random.default_rng(np.random.SeedSequence(3))
    names = ["k", "c", "q"]
    for patron in patrons:
        names += [f"{s}.{patron}" for s in ("alpha", "omega", "beta", "theta", "e", "kappa")]
        rivals = [rival for rival in patrons if rival != patron]
        if split and patron == patrons[0]:
            names += [f"rho.{patron}.{rival}" for rival in rivals]
        elif rivals:
            names.append(f"rho.{patron}")
    return Parameters(patrons, {name: generator.uniform(0.1, 1, count) for name in names})


@pytest.mark.parametrize(("n", "split"), [(1, False), (2, False), (2, True), (3, False), (3, True)])
def test_payoffs_follow_the_formulas_term_by_term(n, split):
    """Every draw and policy, rivalry as one number or by rival."""
    patrons = ("A", "B", "C")[:n]
    games, grid = some_parameters(patrons, split=split), Grid(n, 3, 2)
    u, v = utilities(games, grid)
    assert u.shape == (4, grid.goal.size)
    assert v.shape == (4, n, grid.goal.size)
    for row, policy in product(range(4), range(grid.goal.size)):
        values = {name: column[row] for name, column in games.table().items()}
        pivot, worth = naive_payoffs(values, patrons, grid.alignment[policy], grid.goal[policy])
        assert u[row, policy] == pytest.approx(pivot, abs=1e-12)
        assert v[row, :, policy] == pytest.approx(worth, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "m", "d"), [(1, 1, 0), (2, 10, 1), (2, 10, 4), (3, 6, 2), (3, 3, 1), (5, 3, 1), (8, 3, 1)]
)
def test_a_grid_holds_every_policy_once(n, m, d):
    """C(n+m, m)(D+1) different policies, shares within the simplex, degrees from 0 to 1."""
    grid = Grid(n, m, d)
    assert grid.goal.size == comb(n + m, m) * (d + 1)
    policies = np.column_stack([grid.alignment, grid.goal])
    assert len(np.unique(policies, axis=0)) == grid.goal.size
    assert (grid.alignment >= 0).all()
    assert (grid.alignment.sum(axis=1) <= 1 + 1e-12).all()
    assert set(grid.goal) == set(np.arange(d + 1) / max(d, 1))
    assert len(set(grid.labels(["A", "B", "C", "D", "E", "F", "G", "H"][:n]))) == grid.goal.size


@pytest.mark.parametrize(
    "steps",
    [(0, 10, 1), (9, 2, 1), (2, 0, 1), (2, 10, -1), (2, 2.5, 1), (2, True, 1), (3, 60, 1)],
)
def test_impossible_grids_are_refused(steps):
    """Patrons, steps and the number of policies have bounds."""
    with pytest.raises(GameError, match="Grid"):
        Grid(*steps)


def test_a_grid_is_ordered_by_shares_the_last_patron_fastest():
    """The order of `itertools.product`, without the tuples that are no policies."""
    for n, m in ((1, 4), (2, 3), (3, 3), (4, 2)):
        shares = [row for row in product(range(m + 1), repeat=n) if sum(row) <= m]
        assert (Grid(n, m, 0).alignment * m).round().astype(int).tolist() == list(map(list, shares))


def test_a_grid_that_is_too_large_says_what_would_fit():
    """The number of policies, the limit, and the finest steps within it."""
    with pytest.raises(GameError) as caught:
        Grid(8, 10, 1)
    assert "87,516 policies" in str(caught.value)
    assert "at most 7 alignment steps" in caught.value.hint
    assert Grid(8, 7, 1).goal.size == 12_870
    with pytest.raises(GameError) as caught:
        Grid(2, 3, 19_999)
    assert "goal steps" in caught.value.hint


def test_labels_need_as_many_names_as_patrons():
    """Neither one name too few nor a bare string."""
    for names in (["CHN"], "AB"):
        with pytest.raises(GameError, match="2 names"):
            Grid(2).labels(names)


def test_at_replaces_and_widens():
    """A number fills a column, many values make many games of one."""
    one = some_parameters(("A", "B"), count=1)
    many = one.at({"rho.A": [1, 2, 3], "c": 0})
    assert len(many) == 3
    assert many.table()["rho.A"].tolist() == [1, 2, 3]
    assert many.table()["c"].tolist() == [0, 0, 0]
    assert set(many.table()["k"]) == set(one.table()["k"])
    with pytest.raises(UnknownNameError, match=r'did you mean "rho\.A"'):
        one.at({"rho.a": 1})
    with pytest.raises(GameError, match="lengths"):
        many.at({"c": [1, 2]})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"omga.A": 1}, r'unknown parameter "omga\.A" \(did you mean "omega\.A"'),
        ({"k": 0}, "k from 0 to 0; allowed: > 0"),
        ({"q": 1.5}, "q from 1.5 to 1.5; allowed: ≥ 0 and ≤ 1"),
        ({"c": -1}, "c from -1"),
        ({"beta.B": np.nan}, "beta.B is not finite"),
        ({"rho.A.B": 1}, "both as one number and by rival"),
        ({"c": "x"}, "not numbers"),
        ({"c": [[1.0]]}, "shape"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(change, says):
    """Unknown names, wrong signs, NaN, two forms of one thing."""
    base = {"k": 1, "c": 1, "omega.A": 1, "omega.B": 1, "rho.A": 1, "rho.B": 1}
    with pytest.raises(GameError, match=says):
        Parameters(("A", "B"), base | {"beta.A": 1, "beta.B": 1} | change)


def test_everything_missing_is_listed_at_once():
    """Each required name with its meaning; optional ones are filled in silently."""
    with pytest.raises(GameError) as caught:
        Parameters(("A", "B"), {"k": 1, "c": 1, "omega.A": 1})
    for name in ("omega.B", "rho.A", "rho.B", "beta.A", "beta.B"):
        assert f"{name} is missing" in str(caught.value)
    assert "alpha" not in caught.value.what


@pytest.mark.parametrize("patrons", [(), ("A", "A"), ("A.B",), ("",), tuple("ABCDEFGHI")])
def test_patron_names_must_be_usable(patrons):
    """Distinct, not empty, without a dot, at most eight."""
    with pytest.raises(GameError, match="patron"):
        Parameters(patrons, {"k": 1, "c": 1})


def test_without_a_patron_its_money_and_its_policy_are_gone():
    """The others keep their draws; the game is the one they would have had from the start."""
    games = some_parameters(("A", "B", "C"), split=True)
    left = without(games, "B")
    assert left.patrons == ("A", "C")
    assert not any("B" in name.split(".") for name in left.table())
    assert left.table()["rho.A.C"].tolist() == games.table()["rho.A.C"].tolist()
    full, rest = Grid(3, 4), Grid(2, 4)
    u, v = utilities(games, full)
    keep = full.alignment[:, 1] == 0
    expected = solve_many(u[:, keep], v[:, [0, 2]][:, :, keep])
    assert solve_draws(left, rest).rent == pytest.approx(expected.rent, abs=1e-9)
    # A's rivalry is by rival, C's is one number: neither has a rival any more.
    for gone in ("A", "C"):
        alone = without(left, gone)
        assert len(alone.patrons) == 1
        assert not any(name.startswith("rho") for name in alone.table())
        assert (solve_draws(alone, Grid(1)).rent == 0).all()
    with pytest.raises(GameError, match="no patron is left"):
        without(alone, "A")
    with pytest.raises(UnknownNameError, match="unknown patron"):
        without(games, "X")


def test_solving_from_parameters_is_solving_their_payoffs(two):
    """In blocks or all at once, the same games."""
    games = draw(two, 3_000, np.random.SeedSequence(1))
    grid = Grid(2)
    direct, blocks = solve_many(*utilities(games, grid)), solve_draws(games, grid)
    assert blocks.rent == pytest.approx(direct.rent, abs=1e-9)
    assert blocks.transfers == pytest.approx(direct.transfers, abs=1e-9)
    assert (blocks.policy == direct.policy).all()
    with pytest.raises(GameError, match="grid of 3 patrons"):
        utilities(games, Grid(3, 2))
