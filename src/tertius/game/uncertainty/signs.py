"""`sign_table`: which way rent, goal and payoff go when an assumption is raised."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.core.batches import Batch
from tertius.game.core.coalitions import TOLERANCE
from tertius.game.family.ensembles import solve_draws
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.primitives import primitive
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SignTable", "Step", "sign_table"]

Floats = NDArray[np.float64]

OUTCOMES = ("rent", "goal", "pivot_payoff")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a parameter is moved: ``old * times + add``.

    Attributes
    ----------
    add : float
        What is added, in the parameter's own unit.
    times : float
        What it is multiplied by first.

    Raises
    ------
    GameError
        If a number is not finite, or nothing would move.

    Examples
    --------
    >>> str(Step(add=1)), str(Step(times=1.5)), str(Step(add=-1, times=2))
    ('+1', '×1.5', '×2 -1')
    """

    add: float = 0.0
    times: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.add) and math.isfinite(self.times)):
            raise GameError(f"step ×{self.times} {self.add:+} is not finite", where="Step")
        if self.add == 0 and self.times == 1:
            raise GameError("a step that moves nothing", where="Step", hint="try Step(add=1)")

    def __str__(self) -> str:
        parts = [f"×{self.times:g}"] if self.times != 1 else []
        return " ".join(parts + ([f"{self.add:+g}"] if self.add else []))

    def moved(self, column: Floats) -> Floats:
        """Return the column after the step."""
        return column * self.times + self.add


@dataclass(frozen=True, slots=True, eq=False)
class SignTable(TableResult):
    """Shares of D draws in which an outcome goes up, down or stays, for K steps.

    A share of the draws describes what was assumed, not the world.

    Attributes
    ----------
    draws : int
        D.
    names : tuple of str
        ``K`` parameters, in the order given.
    steps : tuple of Step
        ``K`` steps they were moved by.
    outcomes : tuple of str
        ``rent`` (the smallest), ``goal`` (degree reached), ``pivot_payoff``.
    up, down, stays : numpy.ndarray
        ``(K, 3)`` shares, which sum to 1. Money stays if it moves by no more than 1e-9 of
        the game's largest coalition value in size, before or after.
    """

    draws: int
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    outcomes: tuple[str, ...]
    up: Floats
    down: Floats
    stays: Floats

    def to_polars(self) -> pl.DataFrame:
        """Return one row a parameter and outcome."""
        import polars as pl

        times = len(self.outcomes)
        return pl.DataFrame(
            {
                "parameter": [name for name in self.names for _ in range(times)],
                "step": [str(step) for step in self.steps for _ in range(times)],
                "outcome": list(self.outcomes) * len(self.names),
                "up": self.up.ravel(),
                "down": self.down.ravel(),
                "stays": self.stays.ravel(),
            }
        )


def sign_table(
    parameters: Parameters,
    grid: Grid,
    steps: Mapping[str, Step | float],
    *,
    executor: Executor | None = None,
    fast: bool = False,
) -> SignTable:
    """Move one parameter at a time in every draw, and count which way the outcomes go.

    Each draw is compared with itself: all its other parameters stay what they are (common
    random numbers), so the shares hold no noise from drawing anew. They do depend on the
    ranges that were drawn from: a parameter that never matters there may matter elsewhere.

    Parameters
    ----------
    parameters : Parameters
        D games, 1 or more.
    grid : Grid
        The policies they are solved on.
    steps : mapping of str to Step or float
        Parameters and how far each is moved; a number is added.
    executor : concurrent.futures.Executor, optional
        Who does the work, as in `solve_draws`.
    fast : bool
        Use compiled code, as in `solve_draws`.

    Returns
    -------
    SignTable
        K rows, in the order of `steps`.

    Raises
    ------
    UnknownNameError
        If a name is not one of these games' parameters.
    GameError
        If there are no draws or no steps, a parameter is none that this game reads, or a
        step leads where its meaning does not.

    Examples
    --------
    >>> games = Parameters(("A",), {
    ...     "k": [1, 9], "c": [1, 9], "omega.A": [3, 1], "beta.A": [2, 5]})
    >>> signs = sign_table(games, Grid(1), {"c": 2, "k": Step(times=2)})
    >>> signs.outcomes[1], signs.down[:, 1].tolist()
    ('goal', [0.5, 0.0])
    """
    moves = {name: s if isinstance(s, Step) else Step(add=float(s)) for name, s in steps.items()}
    _check(parameters, moves)
    before = solve_draws(parameters, grid, executor=executor, fast=fast)
    shares = np.empty((3, len(moves), len(OUTCOMES)))
    for row, (name, step) in enumerate(moves.items()):
        games = parameters.at({name: step.moved(parameters.values[name])})
        after = solve_draws(games, grid, executor=executor, fast=fast)
        shares[:, row] = _directions(before, after, grid)
    shares.setflags(write=False)
    return SignTable(
        draws=len(parameters),
        names=tuple(moves),
        steps=tuple(moves.values()),
        outcomes=OUTCOMES,
        up=shares[0],
        down=shares[1],
        stays=shares[2],
    )


def _directions(before: Batch, after: Batch, grid: Grid) -> Floats:
    """(3, 3): shares of draws that go up, go down and stay, of each of `OUTCOMES`."""
    sizes = [np.abs(batch.coalition_values).max(axis=1) for batch in (before, after)]
    slack = TOLERANCE * np.maximum(*sizes)
    change = np.stack(
        [
            after.rent - before.rent,
            grid.goal[after.policy] - grid.goal[before.policy],
            after.pivot_payoff - before.pivot_payoff,
        ]
    )
    # Degrees of the goal are no money: they are the same or they are not.
    least = np.stack([slack, np.zeros_like(slack), slack])
    ways = np.stack([change > least, change < -least, np.abs(change) <= least])
    shares: Floats = ways.mean(axis=2)
    return shares


def _check(parameters: Parameters, moves: Mapping[str, Step]) -> None:
    if not len(parameters) or not moves:
        raise GameError(
            f"{len(parameters)} draws and {len(moves)} steps",
            where="sign_table",
            allowed="1 or more of each",
        )
    for name in moves:
        if name not in parameters.values:
            raise UnknownNameError.of("parameter", name, parameters.values, where="sign_table")
        if primitive(name).optional:
            raise GameError(
                f"{name} belongs to the layer of {primitive(name).layer}, "
                "which these solutions do not read",
                where="sign_table",
                allowed="parameters of the core",
            )
