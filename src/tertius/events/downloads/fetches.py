"""Fetch: what a publisher promises for a window comes into a store, or is written down as missing.

The walk: index → what is held, cached, still to be had → downloads, many at a time, each checked
→ ingested in batches while others download → the store knows of every file what became of it.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from tertius.errors import UnknownNameError, UsageError
from tertius.events.downloads.addresses import Gate, base_address, resolved
from tertius.events.downloads.caches import Cache, cache_folder
from tertius.events.downloads.clients import Client
from tertius.events.downloads.deliveries import Delivered, Delivery, Taken
from tertius.events.downloads.failures import Stopped
from tertius.events.downloads.feeds import PUBLISHERS, Feed, feed_named
from tertius.events.downloads.indexes import Index
from tertius.events.downloads.ledgers import Ledger, NoLedger, StoreLedger
from tertius.events.downloads.listings import Listing
from tertius.events.downloads.paces import Pace
from tertius.events.downloads.reports import FetchReport, FileFetch
from tertius.events.downloads.transfers import Transfers
from tertius.events.downloads.windows import window_of
from tertius.events.intake import KEEPS, ingest
from tertius.events.store.entries import Expected
from tertius.settings import limit

__all__ = ["Means", "Progress", "fetch"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fetch is.

    Attributes
    ----------
    bytes, total_bytes : int
        Bytes here, and bytes in all as far as the index says.
    files, total_files : int
        Files through with downloading, and files in all.
    """

    bytes: int
    total_bytes: int
    files: int
    total_files: int


@dataclass(frozen=True, slots=True)
class Means:
    """What a fetch leans on; tests put their own here.

    Attributes
    ----------
    take : callable or None
        Ingests the files at some paths; None: ``tertius.events.ingest``.
    ledger : Ledger or None
        Knows what a store holds; None: the store's catalogue.
    clock, wall : callable
        Seconds that never go back; seconds since 1970.
    sleep : callable or None
        Waits that many seconds; None: waits, and is woken when the fetch is stopped.
    chance : random.Random
        Source of jitter.
    resolve : callable
        From host and port to numeric addresses.
    """

    take: Callable[[Sequence[Path]], Taken] | None = None
    ledger: Ledger | None = None
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] | None = None
    # Jitter only spreads requests; no result depends on it.
    chance: random.Random = field(default_factory=random.Random)
    resolve: Callable[[str, int], Sequence[str]] = resolved


def fetch(
    publisher: str,
    window: tuple[date | str, date | str],
    *,
    store: str | Path | None = None,
    feed: str = "events",
    base: str | None = None,
    cache: str | Path | None = None,
    offline: bool = False,
    dry_run: bool = False,
    rate: float | None = None,
    workers: int = 4,
    deadline: float | None = None,
    keep: str = "all",
    strict: bool = True,
    progress: Callable[[Progress], None] | None = None,
    means: Means | None = None,
) -> FetchReport:
    """Download what a publisher has for some days, and ingest it.

    GDELT's mentions are no events: they are downloaded to the cache, and no store is touched.

    What the store holds is not asked for again. Each file is checked against the length and MD5
    of the publisher's index before it is read. A file that cannot be had keeps no other from
    coming: the store writes it down with the reason, coverage shows the hole, and the report
    names it.

    Parameters
    ----------
    publisher : {"gdelt", "icews", "polecat"}
        Whose events.
    window : (date, date)
        First and last day. Files are chosen by the time they cover; GDELT's are filed by the day
        a row was added.
    store : path, optional
        The store's folder; made if there is none. Only for mentions it may be left out.
    feed : str
        ``"events"``; for GDELT also ``"translation"``, ``"mentions"`` and, of GDELT 1.0,
        ``"daily"`` and ``"backfile"``; for ICEWS also ``"daily"``.
    base : str, optional
        Address to fetch from instead of the publisher's.
    cache : path, optional
        Folder of the cache; by default ``TERTIUS_CACHE`` or the user's own.
    offline : bool
        Whether only the cache is used.
    dry_run : bool
        Whether only the index is read, to say what would be done.
    rate : float, optional
        Most requests a second; by default what is polite to the publisher.
    workers : int
        Downloads at once.
    deadline : float, optional
        Seconds after which downloads end; what is here by then is ingested.
    keep : {"all", "interstate"}
        Which rows are ingested.
    strict : bool
        Whether files that could not be had raise once everything else is done.
    progress : callable, optional
        Is told how far the fetch is, from several threads.
    means : Means, optional
        Clock, sleep and the like.

    Returns
    -------
    FetchReport
        Every file of the window with what became of it.

    Raises
    ------
    NetworkError
        If the index is not to be had; and, if `strict`, after everything else was ingested, if
        a promised file is not in the store. ``error.report`` is the report then.
    UnknownNameError, UsageError
        For a publisher, feed or window that is none.
    StoreError
        If the folder is no store, or another process is writing to it.
    WriteError
        If store or cache cannot be written.
    """
    chosen, days = feed_named(publisher, feed), window_of(window)
    if chosen.source and store is None:
        raise UsageError("no store is named", where="store", hint="name its folder: --store DIR")
    bases = _bases(publisher, base)
    _check(workers, rate, deadline)
    if keep not in KEEPS:
        raise UnknownNameError.of("choice of rows", keep, KEEPS, where="keep")
    # What is no event is not for a store.
    folder = Path(store) if chosen.source and store is not None else None
    used = means or Means()
    run = _Run(
        chosen, used, folder, keep, rate or PUBLISHERS[publisher].rate, workers,
        deadline, progress or _silent,
    )  # fmt: skip
    opened = Cache(cache_folder(cache))
    try:
        connect = None if offline else run.connected(opened)
        listing = Listing(chosen, days, opened, connect, used.wall)
        index, source = listing.get(bases)
        plan = run.planned(index)
        if dry_run:
            done = [_looked_at(opened, one) for one in plan]
        else:
            done = run.carried_out(opened, plan, source, offline=offline)
    finally:
        run.close()
        opened.close()
    report = FetchReport(
        publisher=publisher, feed=feed, store="" if folder is None else str(folder),
        window=(days.first.isoformat(), days.last.isoformat()), base=source,
        cache=str(opened.folder), files=_accounts(chosen, done, index), dry_run=dry_run,
        downloaded=run.bytes, lines=run.counts[0], kept=run.counts[1], rejected=run.counts[2],
        filtered=run.counts[3], index_first=index.first, index_last=index.last,
        index_lines=index.lines, index_malformed=index.malformed, malformed=index.examples,
        notes=index.notes,
    )  # fmt: skip
    if strict and not dry_run:
        report.check()
    return report


class _Run:
    """One fetch while it goes on."""

    def __init__(
        self,
        feed: Feed,
        means: Means,
        folder: Path | None,
        keep: str,
        rate: float,
        workers: int,
        deadline: float | None,
        progress: Callable[[Progress], None],
    ) -> None:
        self.feed, self.means, self.folder, self.keep = feed, means, folder, keep
        self.rate, self.workers, self.progress = rate, workers, progress
        self.ledger = means.ledger or (NoLedger() if folder is None else StoreLedger(folder))
        self.stop = threading.Event()
        self.end = None if deadline is None else means.clock() + deadline
        self.bytes, self.counts = 0, [0, 0, 0, 0]
        self._files, self._total_files, self._total_bytes, self._came = 0, 0, 0, 0
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.close()

    def connected(self, cache: Cache) -> Callable[[str], Transfers]:
        """Return what makes transfers from a base address."""

        def connect(base: str) -> Transfers:
            means, sleep = self.means, self.means.sleep or self._rest
            if base not in self._clients:
                pace = Pace(self.rate, self.workers, means.clock, sleep)
                self._clients[base] = Client(
                    Gate(base, means.resolve), pace, workers=self.workers,
                    stall=float(limit("fetch_stall_seconds")),
                    now=lambda: datetime.fromtimestamp(means.wall(), UTC),
                )  # fmt: skip
            return Transfers(
                self._clients[base], cache, means.clock, means.wall, sleep, means.chance,
                self._check, self._told,
            )  # fmt: skip

        return connect

    def planned(self, index: Index) -> list[Delivered]:
        """Say of each file of the index whether the store holds it."""
        held = self.ledger.held(self.feed.key)
        issues = {issue[0]: name for name in held if (issue := self.feed.issue(name)) is not None}
        return [
            _planned(file, held, self._other_issue(file, issues))
            for file in (*index.files, *index.absent)
        ]

    def _other_issue(self, file: Expected, issues: Mapping[str, str]) -> str | None:
        """Return the name of another issue of a file's year that the store holds."""
        issue = self.feed.issue(file.name)
        other = None if issue is None else issues.get(issue[0])
        return None if other == file.name else other

    def carried_out(
        self, cache: Cache, plan: Sequence[Delivered], base: str, *, offline: bool
    ) -> list[Delivered]:
        """Write down what is promised, bring what is not held; return what became of each."""
        wanted = [one.file for one in plan if one.outcome == "expected"]
        closed = [one.file for one in plan if one.outcome == "missing"]
        self.ledger.note([*wanted, *closed])
        self._total_files, self._files = len(wanted), 0
        self._total_bytes, self._came = sum(file.bytes or 0 for file in wanted), 0
        delivery = Delivery(
            cache, None if offline else self.connected(cache)(base), self.ledger,
            self.means.take or self._taker(), self.stop, self.workers, self._arrived,
        )  # fmt: skip
        done = delivery.bring(wanted)
        self.counts = delivery.counts
        return [one for one in plan if one.outcome != "expected"] + done

    def _taker(self) -> Callable[[Sequence[Path]], Taken] | None:
        """Return what ingests the files at some paths."""
        folder = self.folder
        if folder is None:
            return None
        return lambda paths: ingest(
            self.feed.source, list(paths), store=folder, keep=self.keep, whole=False
        )

    def _check(self) -> None:
        if self.stop.is_set() or (self.end is not None and self.means.clock() > self.end):
            raise Stopped

    def _rest(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        left = seconds if self.end is None else min(seconds, self.end - self.means.clock())
        self.stop.wait(max(0.0, left))
        if left < seconds or self.stop.is_set():
            raise Stopped

    def _told(self, count: int, new: bool) -> None:
        """Count bytes that came, or that were there; those thrown away count back."""
        with self._lock:
            self.bytes += count if new else 0
            self._came += count
        self._say()

    def _arrived(self, one: Delivered) -> None:
        with self._lock:
            self._files += 1
            self._came += (one.size or 0) if one.outcome == "cached" else 0
        self._say()

    def _say(self) -> None:
        self.progress(Progress(self._came, self._total_bytes, self._files, self._total_files))


def _planned(file: Expected, held: Mapping[str, str], other: str | None) -> Delivered:
    # Two versions of one file would count its events twice; which one is right nobody says.
    if other is not None and file.name not in held:
        reason = f"the store holds {other}, another issue of it, and keeps that"
        return Delivered(replace(file, status="held", reason=reason), "held")
    promised = held.get(file.name)
    if promised is None:
        return Delivered(file, file.status)
    changed = promised and file.md5 and promised != file.md5
    reason = "the publisher has changed it since; the store keeps the earlier one"
    return Delivered(replace(file, status="held", reason=reason if changed else ""), "held")


def _looked_at(cache: Cache, one: Delivered) -> Delivered:
    """Say of a file that is not held whether the cache has it."""
    if one.outcome != "expected":
        return one
    held = cache.find(one.file)
    return one if held is None else replace(one, outcome="cached", size=held.size)


def _accounts(feed: Feed, done: Sequence[Delivered], index: Index) -> tuple[FileFetch, ...]:
    absent = {file.name for file in index.absent}
    found = []
    for one in sorted(done, key=lambda each: each.file.name):
        file = one.file
        size = one.size if one.size is not None else file.bytes
        first, last = file.span or (None, None)
        found.append(
            FileFetch(file.name, file.address, one.outcome, file.reason, size, first, last,
                      file.name not in absent, feed.rows_expected(file.name, size),
                      None if one.path is None else str(one.path))
        )  # fmt: skip
    return tuple(found)


def _bases(publisher: str, base: str | None) -> tuple[str, ...]:
    spec = PUBLISHERS[publisher]
    named = base if base is not None else os.environ.get(spec.variable)
    return tuple(base_address(each) for each in ((named,) if named else spec.bases))


def _check(workers: int, rate: float | None, deadline: float | None) -> None:
    if not 1 <= workers <= 64:
        raise UsageError(f"{workers} downloads at once", where="workers", allowed="1 to 64")
    if rate is not None and not 0 < rate <= 1_000:
        raise UsageError(f"{rate} requests a second", where="rate", allowed="above 0, up to 1000")
    if deadline is not None and not deadline > 0:
        raise UsageError(f"{deadline} seconds", where="deadline", allowed="above 0")


def _silent(_: Progress) -> None:
    """Say nothing."""
