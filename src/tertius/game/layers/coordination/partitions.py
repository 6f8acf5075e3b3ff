"""`rent_by_partition`: the rent under every way in which patrons may form blocs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import Batch, gather, slices
from tertius.game.core.coalitions import Block, solve_block
from tertius.game.core.games import Game
from tertius.game.layers.coordination.mergers import Blocs, bloc_names, merge_blocs
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PartitionRents", "list_partitions", "rent_by_partition"]

_MOST_PATRONS = 8


@dataclass(frozen=True, slots=True, eq=False)
class PartitionRents(TableResult):
    """One game under all B partitions of its patrons into blocs, the finest first.

    Money is the pivot's; arrays are read-only.

    Attributes
    ----------
    partitions : tuple of tuple of tuple of int
        ``B`` partitions: blocs of patron indices. By number of blocs, the most first,
        then in the order of the indices; the last is one bloc of all.
    labels : tuple of str
        ``B`` the same in words: "CHN + USA | RUS".
    rent : numpy.ndarray
        ``(B,)`` smallest rent over truthful equilibria.
    rent_interval : numpy.ndarray
        ``(B, 2)`` smallest and largest.
    policy : numpy.ndarray
        ``(B,)`` index of the policy chosen: the same in every row, since blocs only add
        up what there is.
    pivot_payoff : numpy.ndarray
        ``(B,)`` payments included.
    bloc_payoffs : tuple of numpy.ndarray
        ``B`` arrays, one number a bloc in the order of `partitions`, net of payments.
    """

    partitions: tuple[Blocs, ...]
    labels: tuple[str, ...]
    rent: NDArray[np.float64]
    rent_interval: NDArray[np.float64]
    policy: NDArray[np.intp]
    pivot_payoff: NDArray[np.float64]
    bloc_payoffs: tuple[NDArray[np.float64], ...]

    def to_polars(self) -> pl.DataFrame:
        """Return one row a partition; the payoffs of its blocs as a list."""
        import polars as pl

        return pl.DataFrame(
            {
                "partition": self.labels,
                "blocs": [len(blocs) for blocs in self.partitions],
                "rent": self.rent,
                "rent_low": self.rent_interval[:, 0],
                "rent_high": self.rent_interval[:, 1],
                "policy": self.policy,
                "pivot_payoff": self.pivot_payoff,
                "bloc_payoffs": [payoffs.tolist() for payoffs in self.bloc_payoffs],
            }
        )


def rent_by_partition(game: Game) -> PartitionRents:
    """Solve the game under every partition of the patrons into blocs.

    The smallest rent never rises from a partition to a coarser one, and is 0 for one
    bloc of all. Two partitions of which neither is coarser may stand either way.

    Parameters
    ----------
    game : Game
        One to eight patrons: 1, 2, 5, 15, 52, 203, 877 and 4,140 partitions. Eight take
        seconds, fewer a moment.

    Returns
    -------
    PartitionRents
        One row a partition, the finest first.

    Raises
    ------
    GameError
        If there are more patrons than that.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]], names=["CHN", "USA"])
    >>> rents = rent_by_partition(game)
    >>> rents.labels, rents.rent.tolist()
    (('CHN | USA', 'CHN + USA'), [5.0, 0.0])
    """
    partitions = list_partitions(game.patrons.shape[0])
    batches = [_solve_alike(game, list(alike)) for _, alike in groupby(partitions, key=len)]
    columns = {
        name: np.concatenate([getattr(batch, name) for batch in batches])
        for name in ("rent", "policy", "pivot_payoff")
    }
    interval = np.stack([columns["rent"], np.concatenate([b.rent_high for b in batches])], axis=1)
    for array in (interval, *columns.values()):
        array.setflags(write=False)
    return PartitionRents(
        partitions=partitions,
        labels=tuple(" | ".join(bloc_names(blocs, game.names)) for blocs in partitions),
        rent_interval=interval,
        bloc_payoffs=tuple(row for batch in batches for row in batch.patron_payoffs),
        **columns,
    )


def list_partitions(n: int) -> tuple[Blocs, ...]:
    """Return all partitions of patrons 0 to n - 1, the finest first.

    Raises
    ------
    GameError
        If there are more patrons than `rent_by_partition` takes.
    """
    if n > _MOST_PATRONS:
        raise GameError(
            f"{n} patrons have {_bell(n):,} partitions",
            where="rent_by_partition",
            allowed=f"up to {_MOST_PATRONS} patrons: {_bell(_MOST_PATRONS):,} partitions",
            hint="solve the partitions you mean with solve_blocs",
        )
    found: list[Blocs] = [()]
    for i in range(n):
        found = [grown for blocs in found for grown in _with_another(blocs, i)]
    return tuple(sorted(found, key=lambda blocs: (-len(blocs), blocs)))


def _with_another(blocs: Blocs, patron: int) -> Iterator[Blocs]:
    """Yield the partitions that one more patron makes of one: it joins a bloc, or none."""
    for place, bloc in enumerate(blocs):
        yield (*blocs[:place], (*bloc, patron), *blocs[place + 1 :])
    yield (*blocs, (patron,))


def _bell(n: int) -> int:
    """Count the partitions of n things by Bell's triangle."""
    row = [1]
    for _ in range(n - 1):
        row = list(accumulate(row, initial=row[-1]))
    return row[-1]


def _solve_alike(game: Game, partitions: Sequence[Blocs]) -> Batch:
    """Solve the game under partitions of equally many blocs, one row each."""
    size = game.pivot.size
    parts = slices(len(partitions), len(partitions[0]), size)
    return gather(_solve_rows(game, partitions[part]) for part in parts)


def _solve_rows(game: Game, partitions: Sequence[Blocs]) -> Block:
    v = np.concatenate([merge_blocs(game.patrons[None], blocs) for blocs in partitions])
    return solve_block(np.broadcast_to(game.pivot, (len(partitions), game.pivot.size)), v)
