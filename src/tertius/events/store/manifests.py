"""The first form of a store: one JSON manifest. It is read, never written any more."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tertius.errors import SourceError, StoreError
from tertius.events.store.connections import Catalogue
from tertius.events.store.entries import Entry, Segment
from tertius.events.store.layouts import blank_image
from tertius.events.store.records import add_entry, report_of
from tertius.files import read_bytes
from tertius.settings import limit

__all__ = ["MANIFEST", "manifest_image"]

MANIFEST = "manifest.json"
_FORMAT, _VERSION = "tertius-events", 1
_DIGEST = re.compile(r"[0-9a-f]{64}")


def manifest_image(folder: Path) -> bytes:
    """Return the bytes of a catalogue that says what the folder's manifest says.

    Raises
    ------
    StoreError
        If the manifest is damaged or of a version unknown here.
    """
    entries = _read(folder / MANIFEST)
    catalogue = Catalogue(folder, blank_image())
    try:
        with catalogue.transaction(generation=1) as connection:
            for entry in entries:
                add_entry(connection, entry, 1, {})
        return bytes(catalogue.connection.serialize())
    finally:
        catalogue.close()


def _read(path: Path) -> list[Entry]:
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
        return [_entry(file) for file in document["files"]]
    except SourceError as error:
        raise StoreError(error.what, where=error.where, hint=error.hint) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"the manifest is damaged: {type(error).__name__}: {error}",
            where=str(path),
            hint="restore it from a copy, or ingest the raw files into a new store",
        ) from error


def _entry(file: dict[str, Any]) -> Entry:
    """Return an entry in the present form: days covered become instants."""
    report = dict(file["report"])
    for name in ("reasons", "top_unknown"):
        report[name] = [[str(key), int(count)] for key, count in report[name]]
    report["notes"] = [str(value) for value in report["notes"]]
    for name in ("lines", "kept", "rejected", "filtered"):
        report[name] = int(report[name])
    for day in file["days"]:
        date.fromisoformat(day)
    span = None
    if file["covers"] is not None:
        first, last = (date.fromisoformat(day) for day in file["covers"])
        span = (f"{first}T00:00:00Z", f"{last + timedelta(days=1)}T00:00:00Z")
    return Entry(
        report=report_of(report),
        source=str(file["source"]),
        content=tuple(str(value) for value in file["content"]),
        options={str(key): str(value) for key, value in file["options"].items()},
        scheme=str(file["scheme"]),
        weights=str(file["weights"]),
        feed="",
        span=span,
        days=tuple(file["days"]),
        segments=tuple(_segment(each) for each in file["segments"]),
        rejected=tuple(_segment(each) for each in file["rejected"]),
        links=(),
    )


def _segment(found: dict[str, Any]) -> Segment:
    # The digest is a file name: nothing but hex digits may reach the file system.
    if not _DIGEST.fullmatch(found["sha256"]):
        raise ValueError(f"{found['sha256']!r} is no SHA-256")
    return Segment(found["sha256"], int(found["size"]), int(found["rows"]))
