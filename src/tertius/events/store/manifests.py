"""The manifest: which files a store holds, where their rows are, and their accounting."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tertius.errors import SourceError, StoreError
from tertius.events.reports import FileReport
from tertius.events.store import entries
from tertius.events.store.connections import Catalogue
from tertius.events.store.entries import Segment
from tertius.events.store.layouts import blank_image
from tertius.events.store.records import add_entry, report_of
from tertius.files import read_bytes
from tertius.settings import limit

__all__ = ["MANIFEST", "Entry", "Manifest", "Segment", "manifest_image", "read_manifest"]

MANIFEST = "manifest.json"
_FORMAT, _VERSION = "tertius-events", 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One ingested file.

    Attributes
    ----------
    report : FileReport
        Its accounting.
    source : str
        The source it came through.
    content : tuple of str
        SHA-256 of what was read: the identity by which the file is recognised.
    options : mapping of str to str
        How it was read.
    scheme, weights : str
        Quad class scheme and weight table of its events.
    covers : tuple of (str, str), or None
        First and last day the file was declared to cover, ISO; None if nothing was declared.
    days : tuple of str
        Days on which it has a row of any kind, ISO; empty if `covers` is given.
    segments, rejected : tuple of Segment
        Where its events and its rejected lines are.
    """

    report: FileReport
    source: str
    content: tuple[str, ...]
    options: Mapping[str, str]
    scheme: str
    weights: str
    covers: tuple[str, str] | None
    days: tuple[str, ...]
    segments: tuple[Segment, ...]
    rejected: tuple[Segment, ...]

    @property
    def reading(self) -> tuple[object, ...]:
        """How the file was read: what must agree for "the same file"."""
        options = tuple(sorted(self.options.items()))
        named = (self.source, self.scheme, self.weights, self.report.dataset)
        return (*named, options, self.covers)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of a store, in the order they came.

    Attributes
    ----------
    entries : tuple of Entry
        One for each file.
    """

    entries: tuple[Entry, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the canonical JSON: sorted keys, no time of day, no folder names."""
        files = [dataclasses.asdict(entry) for entry in self.entries]
        document = {"format": _FORMAT, "version": _VERSION, "files": files}
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1)
        return (text + "\n").encode()

    def find(self, content: tuple[str, ...]) -> Entry | None:
        """Return the entry of a file by what was read of it."""
        return next((entry for entry in self.entries if entry.content == content), None)

    def covered_days(self) -> tuple[frozenset[date], bool]:
        """Return the days covered and whether every file declared its own."""
        days: set[date] = set()
        for entry in self.entries:
            if entry.covers is not None:
                first, last = (date.fromisoformat(day).toordinal() for day in entry.covers)
                days |= {date.fromordinal(day) for day in range(first, last + 1)}
            else:
                days |= {date.fromisoformat(day) for day in entry.days}
        declared = all(entry.covers is not None for entry in self.entries)
        return frozenset(days), bool(self.entries) and declared


def read_manifest(folder: Path) -> Manifest:
    """Read a store's manifest.

    Raises
    ------
    StoreError
        If there is none, or it is damaged or of a version unknown here.
    """
    path = folder / MANIFEST
    if not folder.is_dir() or not path.exists():
        raise StoreError(
            "there is no event store here (no manifest.json)",
            where=str(folder),
            hint=f"make one: tertius ingest SOURCE PATH --store {folder}",
        )
    try:
        document = json.loads(read_bytes(path, limit_bytes=limit("max_table_bytes")))
        if document["format"] != _FORMAT:
            raise StoreError("is no manifest of an event store", where=str(path))
        if document["version"] != _VERSION:
            raise StoreError(
                f"the store has format version {document['version']}",
                where=str(path),
                allowed=f"version {_VERSION}",
                hint="read it with the version of tertius that wrote it",
            )
        return Manifest(tuple(_entry(file) for file in document["files"]))
    except SourceError as error:
        raise StoreError(error.what, where=error.where, hint=error.hint) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"the manifest is damaged: {type(error).__name__}: {error}",
            where=str(path),
            hint="restore it from a copy, or ingest the raw files into a new store",
        ) from error


def manifest_image(folder: Path) -> bytes:
    """Return the bytes of a catalogue that says what the manifest says.

    Raises
    ------
    StoreError
        As `read_manifest`.
    """
    catalogue = Catalogue(folder, blank_image())
    try:
        with catalogue.transaction(generation=1) as connection:
            for entry in read_manifest(folder).entries:
                add_entry(connection, _renewed(entry), 1, {})
        return bytes(catalogue.connection.serialize())
    finally:
        catalogue.close()


def _renewed(entry: Entry) -> entries.Entry:
    """Return an entry in the present form: days covered become instants."""
    span = None
    if entry.covers is not None:
        after = date.fromisoformat(entry.covers[1]) + timedelta(days=1)
        span = (f"{entry.covers[0]}T00:00:00Z", f"{after}T00:00:00Z")
    return entries.Entry(
        report=entry.report,
        source=entry.source,
        content=entry.content,
        options=entry.options,
        scheme=entry.scheme,
        weights=entry.weights,
        feed="",
        span=span,
        days=entry.days,
        segments=entry.segments,
        rejected=entry.rejected,
        links=(),
    )


def _entry(file: dict[str, Any]) -> Entry:
    report = dict(file["report"])
    for name in ("reasons", "top_unknown"):
        report[name] = tuple((str(key), int(count)) for key, count in report[name])
    report["notes"] = [str(value) for value in report["notes"]]
    for name in ("lines", "kept", "rejected", "filtered"):
        report[name] = int(report[name])
    covers = file["covers"]
    if covers is not None:
        covers = (str(covers[0]), str(covers[1]))
    for day in (*file["days"], *(covers or ())):
        date.fromisoformat(day)
    return Entry(
        report=report_of(report),
        source=str(file["source"]),
        content=tuple(str(value) for value in file["content"]),
        options={str(key): str(value) for key, value in file["options"].items()},
        scheme=str(file["scheme"]),
        weights=str(file["weights"]),
        covers=covers,
        days=tuple(file["days"]),
        segments=tuple(_segment(each) for each in file["segments"]),
        rejected=tuple(_segment(each) for each in file["rejected"]),
    )


def _segment(found: dict[str, Any]) -> Segment:
    # The digest is a file name: nothing but hex digits may reach the file system.
    if not _DIGEST.fullmatch(found["sha256"]):
        raise ValueError(f"{found['sha256']!r} is no SHA-256")
    return Segment(found["sha256"], int(found["size"]), int(found["rows"]))
