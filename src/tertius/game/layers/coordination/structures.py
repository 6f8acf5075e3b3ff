"""`solve_partition_draws`: rents of many games under every way of forming blocs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import slices
from tertius.game.core.coalitions import solve_block
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.coordination.mergers import Blocs, bloc_names, merge_blocs
from tertius.game.layers.coordination.partitions import list_partitions
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PartitionDraws", "solve_partition_draws"]

_MOST_PATRONS = 4


@dataclass(frozen=True, slots=True, eq=False)
class PartitionDraws(TableResult):
    """Rents of D games under all B partitions of their patrons, the finest first.

    A share of draws describes the assumptions, not the probability of anything.

    Attributes
    ----------
    partitions : tuple of tuple of tuple of int
        ``B`` partitions, in the order of `PartitionRents`.
    labels : tuple of str
        ``B`` the same in words.
    rent, rent_high : numpy.ndarray
        ``(D, B)`` smallest and largest rent over truthful equilibria, in pivot money.
    policy : numpy.ndarray
        ``(D,)`` index of the policy chosen, under any partition.
    """

    partitions: tuple[Blocs, ...]
    labels: tuple[str, ...]
    rent: NDArray[np.float64]
    rent_high: NDArray[np.float64]
    policy: NDArray[np.intp]

    def __len__(self) -> int:
        return int(self.policy.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a partition: mean rents, and the share of draws with any rent."""
        import polars as pl

        return pl.DataFrame(
            {
                "partition": self.labels,
                "blocs": [len(blocs) for blocs in self.partitions],
                "mean_rent": self.rent.mean(axis=0),
                "mean_rent_high": self.rent_high.mean(axis=0),
                "share_with_rent": (self.rent > 0).mean(axis=0),
                "share_below_finest": (self.rent < self.rent[:, :1]).mean(axis=0),
            }
        )


def solve_partition_draws(parameters: Parameters, grid: Grid) -> PartitionDraws:
    """Solve D games of the family under every partition of their patrons into blocs.

    Parameters
    ----------
    parameters : Parameters
        D games of one to four patrons: 1, 2, 5 or 15 partitions.
    grid : Grid
        P policies, for as many patrons.

    Returns
    -------
    PartitionDraws
        One row a draw, one column a partition. Working memory beside it stays bounded.

    Raises
    ------
    GameError
        If there are more patrons, or the grid is for another number of them.
    """
    n = len(parameters.patrons)
    if n > _MOST_PATRONS:
        raise GameError(
            f"games of {n} patrons",
            where="solve_partition_draws",
            allowed=f"up to {_MOST_PATRONS}",
            hint="solve the partitions you mean with solve_bloc_draws",
        )
    partitions = list_partitions(n)
    # Filled block by block, so that no block's other results are kept.
    rent, high = (np.empty((len(parameters), len(partitions))) for _ in range(2))
    policy = np.empty(len(parameters), dtype=np.intp)
    for part in slices(len(parameters), n, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        for column, blocs in enumerate(partitions):
            block = solve_block(u, merge_blocs(v, blocs))
            rent[part, column], high[part, column] = block.rent, block.rent_high
            if column == 0:
                policy[part] = block.policy
    for array in (rent, high, policy):
        array.setflags(write=False)
    labels = tuple(" | ".join(bloc_names(blocs, parameters.patrons)) for blocs in partitions)
    return PartitionDraws(partitions, labels, rent, high, policy)
