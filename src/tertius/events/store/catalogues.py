"""Opening and reading an event store."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tertius.errors import StoreError, UsageError
from tertius.events.reports import accounting_frame
from tertius.events.schemas import EVENT_SCHEMA, REJECTED_SCHEMA, empty_events
from tertius.events.store.manifests import Manifest, Segment, read_manifest
from tertius.events.store.segments import (
    EVENTS,
    REJECTED,
    check_hashes,
    check_sizes,
    segment_path,
    sound,
)
from tertius.settings import limit

__all__ = ["EventStore", "StoreInfo", "open_store"]


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store in numbers; ``dict(info)`` gives them by name.

    Attributes
    ----------
    path : str
        Its folder.
    files, segments : int
        Files ingested, and segments that hold their events.
    lines, kept, rejected, filtered : int
        The accounting over all files: ``lines == kept + rejected + filtered``.
    bytes : int
        Size of the segments.
    first_day, last_day : str or None
        Days of the first and last event, ISO.
    datasets, schemes, weights : tuple of str
        Names of the data, the quad class schemes and the weight tables in it.
    covered_days : int
        Days covered.
    coverage : str
        ``"manifest"`` if all files declared their days, otherwise ``"assumed"``.
    duplicates : str
        ``"none"``: a store keeps events as published; panels remove duplicates by policy.
    """

    path: str
    files: int
    segments: int
    lines: int
    kept: int
    rejected: int
    filtered: int
    bytes: int
    first_day: str | None
    last_day: str | None
    datasets: tuple[str, ...]
    schemes: tuple[str, ...]
    weights: tuple[str, ...]
    covered_days: int
    coverage: str
    duplicates: str

    def keys(self) -> Iterator[str]:
        """Yield the names of the numbers."""
        return (field.name for field in dataclasses.fields(self))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each field has its own type
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    def __str__(self) -> str:
        return "\n".join(f"{name}: {_shown(self[name])}" for name in self.keys())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{name}</th><td>{html.escape(_shown(self[name]))}</td></tr>"
            for name in self.keys()
        )
        return f"<table>{rows}</table>"


@dataclass(frozen=True, slots=True)
class EventStore:
    """An open store. It is a snapshot: what is ingested later needs opening again.

    Attributes
    ----------
    path : pathlib.Path
        Its folder.
    manifest : Manifest
        What it holds.
    """

    path: Path
    manifest: Manifest

    def events(self) -> pl.LazyFrame:
        """Return all events, lazily, with the columns of ``EVENT_SCHEMA``.

        Raises
        ------
        StoreError
            If a segment's bytes are not those that were written.
        """
        segments = self._segments(EVENTS)
        if not segments:
            return empty_events().lazy()
        check_hashes(self.path, EVENTS, segments, limit("hash_on_read_bytes"))
        paths = [segment_path(self.path, EVENTS, segment) for segment in segments]
        return pl.scan_parquet(paths, schema=EVENT_SCHEMA)

    def files(self) -> pl.DataFrame:
        """Return one row a file with its accounting."""
        reports = tuple(entry.report for entry in self.manifest.entries)
        return accounting_frame(reports).drop("already_present")

    def rejected(self) -> pl.DataFrame:
        """Return every rejected line: file, line number, reason and text."""
        segments = self._segments(REJECTED)
        if not segments:
            return pl.DataFrame(schema=REJECTED_SCHEMA)
        check_hashes(self.path, REJECTED, segments, limit("hash_on_read_bytes"))
        paths = [segment_path(self.path, REJECTED, segment) for segment in segments]
        return pl.read_parquet(paths)

    def info(self) -> StoreInfo:
        """Return the store in numbers."""
        entries = self.manifest.entries
        reports = [entry.report for entry in entries]
        days, declared = self.manifest.covered_days()
        segments = self._segments(EVENTS)
        return StoreInfo(
            path=str(self.path),
            files=len(entries),
            segments=len(segments),
            lines=sum(report.lines for report in reports),
            kept=sum(report.kept for report in reports),
            rejected=sum(report.rejected for report in reports),
            filtered=sum(report.filtered for report in reports),
            bytes=sum(segment.size for segment in segments),
            first_day=min((report.first_day for report in reports), default=None),
            last_day=max((report.last_day for report in reports), default=None),
            datasets=_names(report.dataset for report in reports),
            schemes=_names(entry.scheme for entry in entries),
            weights=_names(entry.weights for entry in entries),
            covered_days=len(days),
            coverage="manifest" if declared else "assumed",
            duplicates="none",
        )

    def verify(self) -> list[str]:
        """Hash every segment; return the names of those missing or damaged, sorted."""
        return sorted(
            f"{kind}/{segment.sha256}.parquet"
            for kind in (EVENTS, REJECTED)
            for segment in set(self._segments(kind))
            if not sound(self.path, kind, segment)
        )

    def covered_days(self) -> tuple[frozenset[date], bool]:
        """Return the days covered, and whether every file declared its own."""
        return self.manifest.covered_days()

    def _segments(self, kind: str) -> list[Segment]:
        entries = self.manifest.entries
        return [
            segment
            for entry in entries
            for segment in (entry.segments if kind == EVENTS else entry.rejected)
        ]


def open_store(path: str | Path) -> EventStore:
    """Open an event store and see that its segments are there.

    Raises
    ------
    StoreError
        If there is no store, its manifest is damaged or a segment is missing or cut off.
        Flipped bits are found when events are read, and by ``EventStore.verify``.
    """
    if not isinstance(path, (str, Path)):
        raise UsageError(f"a {type(path).__name__} is not a path", where="open_store")
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise StoreError("is a file, not the folder of an event store", where=str(folder))
    store = EventStore(folder, read_manifest(folder))
    for entry in store.manifest.entries:
        check_sizes(folder, EVENTS, entry.segments)
        check_sizes(folder, REJECTED, entry.rejected)
    return store


def _names(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)
