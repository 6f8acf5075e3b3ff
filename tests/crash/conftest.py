"""When to kill: within the time a run takes, which a machine under load changes all the while."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest


class Horizon:
    """Draws the seconds after which a run is killed, and learns from whether it still ran.

    Runs differ: the first on a busy machine takes many times what the next one does. A run that
    had ended before it was killed shows that the horizon is too far, and brings it to where that
    kill was; each run that was hit moves it out a little.
    """

    def __init__(self, took: float, seed: int) -> None:
        self.took, self.chance, self.drawn = took, random.Random(seed), took

    def draw(self) -> float:
        """Return seconds between none and the horizon."""
        self.drawn = self.chance.uniform(0, self.took)
        return self.drawn

    def learn(self, *, killed: bool) -> None:
        """Move the horizon by what became of the run the last draw was for."""
        self.took = self.took * 1.05 if killed else min(self.took, self.drawn)


@pytest.fixture
def horizon() -> Callable[[float, int], Horizon]:
    """Return the maker of horizons, from the seconds one run took and a seed."""
    return Horizon
