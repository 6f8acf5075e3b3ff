"""`spread`: the same chunks of work here, on other threads, in other processes or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

from tertius.errors import GameError, TertiusError

__all__ = ["spread"]

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


def spread(
    work: Callable[[Chunk], Result],
    chunks: Iterable[Chunk],
    executor: Executor | None,
    *,
    where: str,
) -> Iterator[Result]:
    """Apply `work` to every chunk, here or by an executor, and return the results in order.

    The executor decides where and when a chunk is worked on, never what is in it. So the
    results are the same bytes whatever does the work, on one kind of processor.

    Parameters
    ----------
    work : callable
        A function of a module, so that it can be sent to another process.
    chunks : iterable
        What it is applied to; with an executor, all of them are handed over at once.
    executor : concurrent.futures.Executor or None
        Anything whose ``submit`` gives futures; None works here, chunk by chunk.
    where : str
        Who asks, for messages.

    Returns
    -------
    iterator
        One result a chunk.

    Raises
    ------
    GameError
        If the executor is none, has been shut down, or a worker died. Nothing is tried
        again here: whether lost work is repeated is up to the executor.
    """
    if executor is None:
        return map(work, chunks)
    if not callable(getattr(executor, "submit", None)):
        raise GameError(
            f"executor = {executor!r}",
            where=where,
            allowed="None or a concurrent.futures.Executor; of a dask Client, its get_executor()",
        )
    return iter(_gathered(work, chunks, executor, where))


def _gathered(
    work: Callable[[Chunk], Result], chunks: Iterable[Chunk], executor: Executor, where: str
) -> list[Result]:
    futures: list[Future[Result]] = []
    try:
        for chunk in chunks:
            futures.append(executor.submit(work, chunk))
        return [future.result() for future in futures]
    except TertiusError:
        raise
    except Exception as error:
        # Each executor has errors of its own for workers that are gone.
        raise GameError(
            f"the executor did not finish its work: {type(error).__name__}: {error}",
            where=where,
            hint="without executor the same games are solved here; a script that starts "
            'processes needs its `if __name__ == "__main__":`',
        ) from error
    finally:
        for future in futures:
            future.cancel()
