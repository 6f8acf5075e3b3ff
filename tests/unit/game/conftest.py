"""A two-patron and a three-patron case whose ranges hold both regimes."""

from __future__ import annotations

import pytest

from tertius.game import Range, Ranges


def ranges_of(patrons, **more):
    values = {"k": Range(1, 4, "dependence"), "c": Range(1, 6)}
    for patron in patrons:
        values |= {f"omega.{patron}": Range(1, 4), f"rho.{patron}": Range(0, 3)}
        values |= {f"beta.{patron}": Range(0, 4)}
    return Ranges(tuple(patrons), values | more)


@pytest.fixture
def make_ranges():
    return ranges_of


@pytest.fixture
def two(make_ranges):
    return make_ranges(("CHN", "USA"))
