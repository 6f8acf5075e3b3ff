"""`summarise`: what the draws say, in quantiles and in shares of the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import Batch
from tertius.game.core.coalitions import TOLERANCE
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Summary", "summarise"]

Floats = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Summary(TableResult):
    """Quantiles and shares over D draws; money is the pivot's.

    A share of the draws describes what was assumed. It is not the probability of anything
    in the world.

    Attributes
    ----------
    draws : int
        D.
    outcomes : tuple of str
        ``K`` names: ``rent`` (the smallest), ``rent_high`` (the largest over all truthful
        equilibria), ``pivot_payoff``, ``goal`` (degree reached, 0 to 1), and ``bill.X``:
        what patron X pays.
    levels : tuple of float
        The five quantiles' levels: 0.05, 0.25, 0.5, 0.75, 0.95.
    quantiles : numpy.ndarray
        ``(K, 5)`` of each outcome over the draws.
    positive : numpy.ndarray
        ``(K,)`` share of the draws in which the outcome is above 0, by more than 1e-9 of
        the draw's largest coalition value in size.
    override_share, congruence_share : float
        Share of the draws in which there is rent, and in which there is none.
    goal_share : float
        Share of the draws in which any of the shared goal is bought.
    """

    draws: int
    outcomes: tuple[str, ...]
    levels: tuple[float, ...]
    quantiles: Floats
    positive: Floats
    override_share: float
    congruence_share: float
    goal_share: float

    def to_polars(self) -> pl.DataFrame:
        """Return one row an outcome: its quantiles, and the share of draws above 0."""
        import polars as pl

        marks = {f"q{level:.0%}".rstrip("%"): i for i, level in enumerate(self.levels)}
        return pl.DataFrame(
            {"outcome": list(self.outcomes)}
            | {name: self.quantiles[:, i] for name, i in marks.items()}
            | {"positive": self.positive}
        )


def summarise(parameters: Parameters, batch: Batch, grid: Grid) -> Summary:
    """Summarise solved draws: how much rent, who pays, and whether the goal is bought.

    Quantiles are of each outcome on its own: the draw with the median rent need not be the
    one with the median bill.

    Parameters
    ----------
    parameters : Parameters
        D games, 1 or more.
    batch : Batch
        Their solutions, ``solve_draws(parameters, grid)``.
    grid : Grid
        The policies they were solved on.

    Returns
    -------
    Summary
        Quantiles by linear interpolation between the draws.

    Raises
    ------
    GameError
        If there are no draws, or games, solutions and policies do not belong together.
    """
    _check_belong(parameters, batch, grid)
    columns = {
        "rent": batch.rent,
        "rent_high": batch.rent_high,
        "pivot_payoff": batch.pivot_payoff,
        "goal": grid.goal[batch.policy],
    }
    columns |= {f"bill.{name}": batch.transfers[:, i] for i, name in enumerate(parameters.patrons)}
    table = np.stack(list(columns.values()))
    slack = TOLERANCE * np.abs(batch.coalition_values).max(axis=1)
    # A degree of the goal is no payoff: any of it counts, whatever the payoffs are.
    least = np.stack([np.zeros_like(slack) if name == "goal" else slack for name in columns])
    positive = (table > least).mean(axis=1)
    quantiles = np.quantile(table, LEVELS, axis=1).T
    for array in (quantiles, positive):
        array.setflags(write=False)
    return Summary(
        draws=len(parameters),
        outcomes=tuple(columns),
        levels=LEVELS,
        quantiles=quantiles,
        positive=positive,
        # Rents within the tolerance are 0 already, where they were found.
        override_share=float((batch.rent > 0).mean()),
        congruence_share=float((batch.rent <= 0).mean()),
        goal_share=float((columns["goal"] > 0).mean()),
    )


def _check_belong(parameters: Parameters, batch: Batch, grid: Grid) -> None:
    count, n = batch.transfers.shape
    if not count:
        raise GameError("no draws to summarise", where="summarise", allowed="1 or more")
    if (count, n) != (len(parameters), len(parameters.patrons)):
        raise GameError(
            f"solutions of {count} games of {n} patrons for "
            f"{len(parameters)} games of {len(parameters.patrons)} patrons",
            where="summarise",
            allowed="solve_draws(parameters, grid) of the same parameters",
        )
    if grid.patrons != n or int(batch.policy.max()) >= grid.goal.size:
        raise GameError(
            f"a grid of {grid.patrons} patrons and {grid.goal.size} policies for games of "
            f"{n} patrons that chose policy {int(batch.policy.max())}",
            where="summarise",
            allowed="the grid the games were solved on",
        )
