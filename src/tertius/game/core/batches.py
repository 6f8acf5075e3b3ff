"""`solve_many`: thousands of games at once, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import Block, solve_block
from tertius.game.core.games import check_payoffs
from tertius.settings import limit
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Batch", "gather", "slices", "solve_many"]

# A block that stays in the processor's cache is solved faster than a larger one.
_CACHED_BYTES = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Batch(TableResult):
    """Equilibria of D games, one row a game; every array is read-only.

    Money is the pivot's throughout. n patrons, patron i is column i.

    Attributes
    ----------
    coalition_values : numpy.ndarray
        ``(D, 2**n)`` what the pivot and coalition S can reach; bit i of the column
        index = patron i.
    policy : numpy.ndarray
        ``(D,)`` index of the policy chosen, the first of tied ones.
    pivot_payoff : numpy.ndarray
        ``(D,)`` what the pivot ends up with.
    rent, rent_low, rent_high : numpy.ndarray
        ``(D,)`` what it has beyond its payoff without patrons: in the equilibrium
        reported (the smallest), and the smallest and largest over all truthful
        equilibria. Rents within the tolerance of 0 are 0.
    patron_payoffs, vcg_payoffs : numpy.ndarray
        ``(D, n)`` payoff net of payments; and each patron's marginal contribution,
        which it cannot exceed.
    transfers : numpy.ndarray
        ``(D, n)`` what each patron pays, never negative.
    payoffs_unique : numpy.ndarray
        ``(D,)`` bool, whether every truthful equilibrium gives these payoffs.
    exclusion_premium : numpy.ndarray
        ``(D, n)`` what a patron's presence is worth to all together, never negative.
    exclusion_stake : numpy.ndarray
        ``(D, n)`` what a patron itself gains from being present; may be negative.
    rent_share : numpy.ndarray
        ``(D,)`` the part of all payments that is rent, 0 to 1; 0 if nothing is paid.
    """

    coalition_values: NDArray[np.float64]
    policy: NDArray[np.intp]
    pivot_payoff: NDArray[np.float64]
    rent: NDArray[np.float64]
    rent_low: NDArray[np.float64]
    rent_high: NDArray[np.float64]
    patron_payoffs: NDArray[np.float64]
    vcg_payoffs: NDArray[np.float64]
    transfers: NDArray[np.float64]
    payoffs_unique: NDArray[np.bool_]
    exclusion_premium: NDArray[np.float64]
    exclusion_stake: NDArray[np.float64]
    rent_share: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.policy.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a game; a patron's columns end in its number, from 1."""
        import polars as pl

        columns: dict[str, NDArray[np.generic]] = {}
        for field in fields(self):
            array = getattr(self, field.name)
            if array.ndim == 1:
                columns[field.name] = array
            elif field.name == "coalition_values":
                columns |= {
                    f"{field.name}_{mask}": array[:, mask] for mask in range(array.shape[1])
                }
            else:
                columns |= {f"{field.name}_{i + 1}": array[:, i] for i in range(array.shape[1])}
        return pl.DataFrame(columns)


def solve_many(u: ArrayLike, v: ArrayLike) -> Batch:
    """Solve D games of the same shape.

    Same mathematics as `solve`, game by game; use `solve` for menus and ties.

    Parameters
    ----------
    u : array_like
        ``(D, P)`` pivot payoffs, as in `Game`.
    v : array_like
        ``(D, n, P)`` patron payoffs in pivot money, n from 1 to 3.

    Returns
    -------
    Batch
        One row a game. Besides the result, working memory stays below the setting
        ``solve_chunk_bytes`` (or one game, if that is more).

    Raises
    ------
    GameError
        If a payoff is not finite or the shapes do not fit.

    Examples
    --------
    >>> batch = solve_many([[1, 0, 2]], [[[6, -3, 0], [-2, 5, 0]]])
    >>> float(batch.rent[0]), batch.transfers.tolist()
    (5.0, [[6.0, 0.0]])
    """
    try:
        pivot, patrons = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"payoffs are not arrays of numbers: {error}",
            where="solve_many",
            allowed="u (D, P) and v (D, n, P)",
        ) from error
    check_payoffs(pivot, patrons, where="solve_many")
    count, n, size = patrons.shape
    return gather(solve_block(pivot[part], patrons[part]) for part in slices(count, n, size))


def slices(count: int, n: int, size: int) -> Iterator[slice]:
    """Cut `count` games of n patrons and `size` policies into blocks of bounded memory.

    A block holds its payoffs, the 2**n coalition payoffs and two arrays in passing.
    """
    game_bytes = 8 * size * (n + 3 + 2**n)
    rows = max(1, min(limit("solve_chunk_bytes"), _CACHED_BYTES) // game_bytes)
    # An empty batch still goes through once, so that its arrays have their shapes.
    return (slice(start, start + rows) for start in range(0, max(count, 1), rows))


def gather(blocks: Iterable[Block]) -> Batch:
    """Join solved blocks into one `Batch` of read-only arrays."""
    solved = list(blocks)
    joined = {
        field.name: np.concatenate([getattr(block, field.name) for block in solved])
        for field in fields(Block)
    }
    for array in joined.values():
        array.setflags(write=False)
    return Batch(rent_low=joined["rent"], **joined)
