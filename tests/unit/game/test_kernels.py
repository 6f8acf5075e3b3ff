"""Compiled code finds what numpy finds: the same policies, ties included, the same numbers.

Tolerance: 1e-12 of the game's largest payoff in size. Both add the same payoffs in the same
order, so most numbers are equal to the last bit; what is left is the order in which sums of
a few numbers are taken.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tertius.errors import GameError
from tertius.game import Grid, draw, solve_draws, solve_many
from tertius.game.core.coalitions import TOLERANCE
from tertius.game.core.kernels import compiled, kept_count, shrink
from tertius.settings import limit

pytest.importorskip("numba")

SAME = 1e-12
EXACT = ("policy", "payoffs_unique")


def payoffs(kind, count, n, size, seed=0):
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    shapes = ((count, size), (count, n, size))
    if kind == "smooth":
        return tuple(generator.normal(size=shape) for shape in shapes)
    # Few values, so that most games have ties; and ties that only the tolerance sees.
    exact = [generator.integers(-2, 3, size=shape).astype(float) for shape in shapes]
    if kind == "nearly tied":
        exact = [array + generator.normal(size=array.shape) * TOLERANCE / 3 for array in exact]
    return tuple(exact)


def check_same(left, right, scale):
    for name in left.__slots__:
        ours, theirs = getattr(left, name), getattr(right, name)
        if name in EXACT:
            assert np.array_equal(ours, theirs), name
        else:
            assert ours == pytest.approx(theirs, rel=0, abs=SAME * scale), name


@pytest.mark.parametrize("kind", ["smooth", "tied", "nearly tied"])
@pytest.mark.parametrize(
    ("n", "size"), [(1, 1), (1, 30), (2, 8), (2, 9), (2, 61), (3, 14), (3, 70)]
)
def test_compiled_code_agrees_with_numpy(kind, n, size):
    """Games of any shape; below a few policies there is nothing to leave out."""
    u, v = payoffs(kind, 700, n, size)
    check_same(solve_many(u, v, fast=True), solve_many(u, v), np.abs(v).max())


def test_compiled_code_agrees_with_numpy_for_as_many_patrons_as_are_solved():
    """The loops know no number of patrons."""
    n = min(limit("max_patrons_count"), 5)
    u, v = payoffs("smooth", 20, n, kept_count(n) + 3)
    check_same(solve_many(u, v, fast=True), solve_many(u, v), np.abs(v).max())


@pytest.mark.parametrize(("patrons", "grid"), [("AB", Grid(2)), ("ABC", Grid(3, 4, 2))])
def test_compiled_code_agrees_with_numpy_on_draws(make_ranges, patrons, grid):
    """Straight from parameters, where payoffs are views with gaps between the rows."""
    games = draw(make_ranges(tuple(patrons)), 500, np.random.SeedSequence(3))
    check_same(solve_draws(games, grid, fast=True), solve_draws(games, grid), 10)


def test_what_is_kept_is_in_order_and_holds_the_best_of_every_coalition():
    """Against sums made anew; the largest payoff in size is kept too."""
    u, v = payoffs("tied", 60, 2, 25)
    few_u, few_v, kept = shrink(u, v)
    assert kept.shape == (60, kept_count(2))
    assert (np.diff(kept, axis=1) >= 0).all()
    assert np.array_equal(few_u, np.take_along_axis(u, kept, axis=1))
    assert np.array_equal(few_v, np.take_along_axis(v, kept[:, None], axis=2))
    for mask in range(4):
        inside = [i for i in range(2) if mask >> i & 1]
        whole, few = u + v[:, inside].sum(axis=1), few_u + few_v[:, inside].sum(axis=1)
        assert np.array_equal(whole.max(axis=1), few.max(axis=1))
    both = np.maximum(np.abs(few_u), np.abs(few_v).max(axis=1)).max(axis=1)
    assert np.array_equal(both, np.maximum(np.abs(u), np.abs(v).max(axis=1)).max(axis=1))


def test_the_largest_payoff_sets_the_tolerance_though_nobody_would_choose_it():
    """A dreadful policy makes 1e-6 a tie, with compiled code as without."""
    u = np.array([[1.0, 1.0 + 1e-6, *[0.0] * 9, -1e4]])
    v = np.zeros((1, 2, 12))
    assert solve_many(u, v, fast=True).policy[0] == solve_many(u, v).policy[0] == 0
    assert solve_many(u[:, :-1], v[:, :, :-1], fast=True).policy[0] == 1


def test_arrays_may_be_read_only_strided_or_of_another_byte_order():
    """What numpy takes, compiled code takes."""
    u, v = payoffs("smooth", 40, 2, 20)
    odd_u, odd_v = u[::2, ::2].astype(">f8"), np.asfortranarray(v[::2, :, ::2])
    odd_u.setflags(write=False)
    odd_v.setflags(write=False)
    check_same(solve_many(odd_u, odd_v, fast=True), solve_many(odd_u, odd_v), np.abs(v).max())


def test_without_numba_the_error_names_the_extra_and_the_way_round(monkeypatch):
    """Nobody is left with an ImportError, and the plain way still works."""
    compiled.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    try:
        with pytest.raises(GameError, match="needs numba") as caught:
            solve_many([[0, 1]], [[[0, 1]]], fast=True)
    finally:
        compiled.cache_clear()
    assert "tertius[fast]" in caught.value.hint
    assert "fast=False" in caught.value.hint
    assert len(solve_many([[0, 1]], [[[0, 1]]])) == 1


def test_numba_and_dask_are_loaded_only_when_asked_for():
    """Plain work starts as fast as before."""
    code = (
        "import sys; from tertius.game import solve_many; solve_many([[0, 1]], [[[0, 1]]]);"
        "print(sorted({'numba', 'dask', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
