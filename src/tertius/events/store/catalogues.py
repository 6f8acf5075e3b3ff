"""Opening and reading an event store."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from tertius.errors import StoreError, UsageError
from tertius.events.reports import accounting_frame
from tertius.events.schemas import EVENT_SCHEMA, LINK_SCHEMA, REJECTED_SCHEMA
from tertius.events.store.connections import read_only, state_of
from tertius.events.store.coverages import coverage, days_covered, missing
from tertius.events.store.entries import Entry, Segment
from tertius.events.store.infos import StoreInfo, store_info
from tertius.events.store.layouts import CATALOGUE, State
from tertius.events.store.manifests import manifest_image
from tertius.events.store.proofs import damage
from tertius.events.store.records import KINDS, entries_where, segments_of
from tertius.events.store.segments import (
    EVENTS,
    LINKS,
    REJECTED,
    check_hashes,
    check_sizes,
    scan_segments,
    stored_schema,
)
from tertius.events.store.writers import existing
from tertius.settings import limit

__all__ = ["EventStore", "open_store"]


@dataclass(frozen=True, slots=True)
class EventStore:
    """An open store. It is a snapshot: what is ingested later needs opening again.

    Segments merged since are kept until the next write; after that a snapshot of before the
    merge can no longer be read.

    Attributes
    ----------
    path : pathlib.Path
        Its folder.
    generation : int
        How often files were added or segments merged until it was opened.
    digest : str
        SHA-256 over all its catalogue says, as 64 hex digits.
    """

    path: Path
    generation: int
    digest: str
    _image: bytes | None = field(default=None, repr=False)

    def events(self, *, text: bool = True) -> pl.LazyFrame:
        """Return all events, lazily, with the columns of ``EVENT_SCHEMA``.

        Parameters
        ----------
        text : bool
            Whether columns of few values are text. As categories, which is how they are stored,
            Polars groups them twice as fast; segments of an older form are read as text still.

        Raises
        ------
        StoreError
            If a segment's bytes are not those that were written.
        """
        return self._scan(EVENTS, EVENT_SCHEMA, stored=not text)

    def links(self) -> pl.LazyFrame:
        """Return the addresses of reports, lazily: ``url_hash`` and ``url``, each pair once."""
        return self._scan(LINKS, LINK_SCHEMA).unique()

    def rejected(self) -> pl.DataFrame:
        """Return every rejected line: file, line number, reason and text."""
        return self._scan(REJECTED, REJECTED_SCHEMA).collect()

    def files(self) -> pl.DataFrame:
        """Return one row a file with its accounting."""
        reports = tuple(entry.report for entry in self.entries())
        return accounting_frame(reports).drop("already_present")

    def entries(self) -> Iterator[Entry]:
        """Yield what the store knows of each file, in the order they came."""
        with self._catalogue() as connection:
            yield from entries_where(connection, self.generation)

    def info(self) -> StoreInfo:
        """Return the store in numbers."""
        with self._catalogue() as connection:
            state = State(self.generation, 0, int(self.digest, 16))
            return store_info(connection, self.path, state)

    def coverage(self) -> pl.DataFrame:
        """Return the share of each day that is covered, by feed.

        Columns: ``event_date``, ``feed``, ``share`` (0 to 1) and ``basis``: ``"manifest"``
        where files declare the time they cover, ``"assumed"`` where a day counts as covered
        because it has a row. A day an index promises and no file covers has share 0.
        """
        with self._catalogue() as connection:
            return coverage(connection, self.generation)

    def covered_days(self) -> tuple[frozenset[date], bool]:
        """Return the days of which any part is covered, and whether every file declared its own."""
        with self._catalogue() as connection:
            return days_covered(connection, self.generation)

    def missing(self) -> pl.DataFrame:
        """Return the files an index promises that are not held now.

        Columns: ``feed``, ``name``, ``first``, ``last`` (instants), ``status``, ``reason``.
        """
        with self._catalogue() as connection:
            return missing(connection)

    def verify(self, told: Callable[[int, int], None] | None = None) -> list[str]:
        """Check every byte the store rests on; return the names of files missing or damaged.

        Every segment is hashed. The catalogue's structure is checked, and all it says is
        compared with its digest.

        Parameters
        ----------
        told : callable, optional
            Is told how many of how many segments are hashed.
        """
        return damage(self.path, self._image, told)

    def _segments(self, kind: str) -> list[Segment]:
        with self._catalogue() as connection:
            return segments_of(connection, self.generation, kind)

    @contextlib.contextmanager
    def _catalogue(self) -> Iterator[sqlite3.Connection]:
        """Open the catalogue; refuse a snapshot whose segments are gone."""
        with read_only(self.path, self._image) as connection:
            if state_of(connection, self.path / CATALOGUE).floor > self.generation:
                raise StoreError(
                    "the store's segments were merged since it was opened",
                    where=str(self.path),
                    hint="open it again",
                )
            yield connection

    def _scan(
        self, kind: str, schema: dict[str, pl.DataType], *, stored: bool = False
    ) -> pl.LazyFrame:
        segments = self._segments(kind)
        if not segments:
            return pl.DataFrame(schema=schema).lazy()
        check_hashes(self.path, kind, segments, limit("hash_on_read_bytes"))
        kinds = stored_schema(self.path, kind, segments, schema) if stored else schema
        return scan_segments(self.path, kind, segments, kinds)


def open_store(path: str | Path) -> EventStore:
    """Open an event store and see that its segments are there.

    A store of the first form, with a manifest, is read as it is.

    Raises
    ------
    StoreError
        If there is no store, its catalogue is damaged or a segment is missing or cut off.
        Flipped bits in segments are found when events are read, and by ``EventStore.verify``.
    """
    if not isinstance(path, (str, Path)):
        raise UsageError(f"a {type(path).__name__} is not a path", where="open_store")
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise StoreError("is a file, not the folder of an event store", where=str(folder))
    existing(folder)
    image = None
    if not (folder / CATALOGUE).exists():
        image = manifest_image(folder)
    with read_only(folder, image) as connection:
        state = state_of(connection, folder / CATALOGUE)
        held = {kind: segments_of(connection, state.generation, kind) for kind in KINDS}
    for kind, segments in held.items():
        check_sizes(folder, kind, segments)
    return EventStore(folder, state.generation, f"{state.digest:064x}", image)
