"""`solve_many`: thousands of games at once, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import Block, solve_block
from tertius.game.core.games import check_payoffs
from tertius.game.core.kernels import compiled, kept_count, shrink
from tertius.game.core.workers import spread
from tertius.settings import limit
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Batch", "chunks_of", "gather", "slices", "solve_many", "solve_pieces"]

Floats = NDArray[np.float64]

# A block that stays in the processor's cache is solved faster than a larger one.
_CACHED_BYTES = 2_000_000
# What one worker is handed at a time: enough to be worth the sending, and never so much
# that it is felt. Fixed, so that results do not depend on how many workers there are.
_CHUNK_GAMES = 4096
_CHUNK_BYTES = 8_000_000


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


def solve_many(
    u: ArrayLike, v: ArrayLike, *, executor: Executor | None = None, fast: bool = False
) -> Batch:
    """Solve D games of the same shape.

    Same mathematics as `solve`, game by game; use `solve` for menus and ties.

    Parameters
    ----------
    u : array_like
        ``(D, P)`` pivot payoffs, as in `Game`.
    v : array_like
        ``(D, n, P)`` patron payoffs in pivot money.
    executor : concurrent.futures.Executor, optional
        Who does the work: threads, processes, or a cluster such as dask's through
        ``Client.get_executor()``. Chunks are cut the same way for any number of workers,
        and so are the bytes of the result.
    fast : bool
        Look for the policies that matter with compiled code (the extra ``fast``, numba).
        The same policies and, up to rounding, the same numbers.

    Returns
    -------
    Batch
        One row a game. Besides the result, working memory stays below the setting
        ``solve_chunk_bytes`` (or one game, if that is more) for each worker.

    Raises
    ------
    GameError
        If a payoff is not finite, the shapes do not fit, `fast` has no numba, or the
        executor fails.

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
    if fast:
        compiled()  # Here first: threads would wait for each other, and an error comes early.
    chunks = ((pivot[part], patrons[part], fast) for part in chunks_of(*patrons.shape))
    return gather(chain.from_iterable(spread(_solve_chunk, chunks, executor, where="solve_many")))


def _solve_chunk(chunk: tuple[Floats, Floats, bool]) -> list[Block]:
    u, v, fast = chunk
    pieces = ((u[part], v[part]) for part in slices(*v.shape))
    return solve_pieces(pieces, fast=fast)


def solve_pieces(pieces: Iterable[tuple[Floats, Floats]], *, fast: bool) -> list[Block]:
    """Solve the games of one chunk, given a cached piece at a time, all of one shape."""
    blocks = []
    shrunk = []
    for u, v in pieces:
        if fast and kept_count(v.shape[1]) < v.shape[2]:
            shrunk.append(shrink(u, v))
        else:
            blocks.append(solve_block(u, v))
    if not shrunk:
        return blocks
    u, v, kept = (np.concatenate(arrays) for arrays in zip(*shrunk, strict=True))
    for part in slices(*v.shape):
        block = solve_block(u[part], v[part])
        policy = np.take_along_axis(kept[part], block.policy[:, None], axis=1)[:, 0]
        blocks.append(replace(block, policy=policy))
    return blocks


def chunks_of(count: int, n: int, size: int) -> Iterator[slice]:
    """Cut `count` games of n patrons and `size` policies into what a worker gets at a time."""
    most = min(limit("solve_chunk_bytes"), _CHUNK_BYTES) // (8 * size * (n + 1))
    return _steps(count, min(most, _CHUNK_GAMES))


def slices(count: int, n: int, size: int) -> Iterator[slice]:
    """Cut `count` games of n patrons and `size` policies into blocks of bounded memory.

    A block holds its payoffs, the 2**n coalition payoffs and two arrays in passing, and
    about a hundred numbers a game on the way from there to its solution.
    """
    game_bytes = 8 * (size * (n + 3 + 2**n) + 100)
    return _steps(count, min(limit("solve_chunk_bytes"), _CACHED_BYTES) // game_bytes)


def _steps(count: int, step: int) -> Iterator[slice]:
    step = max(1, step)
    # An empty batch still goes through once, so that its arrays have their shapes.
    return (slice(start, start + step) for start in range(0, max(count, 1), step))


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
