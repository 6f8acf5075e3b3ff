"""Files on their way from the publisher to the store: many downloads, one ingest at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from tertius.events.downloads.caches import Cache
from tertius.events.downloads.failures import Failure, Stopped
from tertius.events.downloads.ledgers import Ledger
from tertius.events.downloads.transfers import Transfers
from tertius.events.store.entries import Expected
from tertius.settings import limit

__all__ = ["Delivered", "Delivery", "Taken"]


class Taken(Protocol):
    """What an ingest says it did."""

    @property
    def lines(self) -> int:
        """Lines read."""
        ...

    @property
    def kept(self) -> int:
        """Lines that became events."""
        ...

    @property
    def rejected(self) -> int:
        """Lines that could not be used."""
        ...

    @property
    def filtered(self) -> int:
        """Lines left out on purpose."""
        ...

    @property
    def refused(self) -> Sequence[tuple[str, str]]:
        """Files that could not be used, with the reason."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one file.

    Attributes
    ----------
    file : Expected
        The file, with its status and reason.
    outcome : str
        One of ``OUTCOMES``.
    path : pathlib.Path or None
        Where it is in the cache.
    size : int or None
        Bytes that came.
    """

    file: Expected
    outcome: str
    path: Path | None = None
    size: int | None = None


@dataclass(slots=True)
class Delivery:
    """Brings files into a store.

    Attributes
    ----------
    cache : Cache
        Where downloads are.
    transfers : Transfers or None
        Downloads; None: offline.
    ledger : Ledger
        Is told what became of each file.
    take : callable or None
        Ingests the files at some paths; None: they are only downloaded.
    stop : threading.Event
        Set when downloads are to end.
    workers : int
        Downloads at once.
    arrived : callable
        Is told of each file that is through with downloading.
    counts : list of int
        Lines, kept, rejected and filtered of all that was ingested.
    """

    cache: Cache
    transfers: Transfers | None
    ledger: Ledger
    take: Callable[[Sequence[Path]], Taken] | None
    stop: threading.Event
    workers: int
    arrived: Callable[[Delivered], None]
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    _row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bring(self, files: Iterable[Expected]) -> list[Delivered]:
        """Download and ingest files; return what became of each.

        A file that cannot be had does not keep others from coming. On an exception, an
        interrupt among them, downloads end at once, and what came of them is kept.
        """
        done: list[Delivered] = []
        batch: list[Delivered] = []
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="fetch")
        try:
            under_way: list[Future[Delivered]] = [pool.submit(self._have, file) for file in files]
            for future in as_completed(under_way):
                one = future.result()
                self.arrived(one)
                batch.append(one)
                size = sum(each.size or 0 for each in batch)
                if size >= limit("fetch_batch_bytes") or len(batch) >= limit("fetch_batch_count"):
                    done += self._settled(batch)
                    batch = []
            done += self._settled(batch)
        except BaseException:
            self.stop.set()
            if self.transfers is not None:
                self.transfers.client.abort()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return done

    def _have(self, file: Expected) -> Delivered:
        """Return one file out of the cache, having downloaded it if need be."""
        held = self.cache.find(file)
        if held is not None:
            return Delivered(file, "cached", held.path, held.size)
        if self.transfers is None:
            return _failed(file, "not in the cache, and offline")
        if self._row >= limit("fetch_unreachable_count"):
            return _failed(file, "not tried: the server could not be reached for others before")
        try:
            held = self.transfers.fetch(file, most=limit("max_download_bytes"))
        except Failure as failure:
            self._reached(reached=not failure.unreachable)
            return _failed(file, failure.reason, failure.status)
        except Stopped:
            return _failed(file, "the time given to the fetch was up")
        self._reached(reached=True)
        return Delivered(file, "fetched", held.path, held.size)

    def _reached(self, *, reached: bool) -> None:
        with self._lock:
            self._row = 0 if reached else self._row + 1

    def _settled(self, batch: Sequence[Delivered]) -> list[Delivered]:
        """Ingest what came, and write down what became of each file of a batch."""
        # In order of names, so that a store does not depend on which download was faster.
        batch = sorted(batch, key=lambda one: one.file.name)
        came = [one for one in batch if one.path is not None]
        refused: dict[str, str] = {}
        if came and self.take is not None:
            taken = self.take([one.path for one in came if one.path is not None])
            refused = {_own(name, came): reason for name, reason in taken.refused}
            told = (taken.lines, taken.kept, taken.rejected, taken.filtered)
            self.counts = [have + more for have, more in zip(self.counts, told, strict=True)]
        settled = [self._settle(one, refused) for one in batch]
        self.ledger.note([one.file for one in settled])
        return settled

    def _settle(self, one: Delivered, refused: dict[str, str]) -> Delivered:
        if one.path is None:
            return one
        if self.take is None:
            return replace(one, outcome="cached")
        reason = refused.get(one.file.name)
        if reason is None:
            return replace(one, file=replace(one.file, status="held", reason=""))
        return replace(
            one, file=replace(one.file, status="refused", reason=reason), outcome="refused"
        )


def _failed(file: Expected, reason: str, status: str = "missing") -> Delivered:
    return Delivered(replace(file, status=status, reason=reason), status)


def _own(name: str, came: Sequence[Delivered]) -> str:
    """Return the file a refusal is of; a member of an archive is called after it."""
    names = {one.file.name for one in came}
    return next((part for part in (name, *name.replace("\\", "/").split("/")) if part in names),
                name)  # fmt: skip
