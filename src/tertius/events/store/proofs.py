"""Whether a store is as it was written: every segment, and all the catalogue says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tertius.errors import StoreError
from tertius.events.store.connections import read_only, state_of
from tertius.events.store.entries import Segment
from tertius.events.store.layouts import CATALOGUE, TABLES, State, row_digest
from tertius.events.store.records import KINDS, segments_of
from tertius.events.store.segments import sound

__all__ = ["damage"]


def damage(
    folder: Path, image: bytes | None, told: Callable[[int, int], None] | None = None
) -> list[str]:
    """Return the names of segments missing or damaged, and of the catalogue if it is, sorted."""
    found: list[str] = []
    held: list[tuple[str, Segment]] = []
    try:
        with read_only(folder, image) as connection:
            state = state_of(connection, folder / CATALOGUE)
            if not _sound_catalogue(connection, state):
                found.append(CATALOGUE)
            held = [
                (kind, segment)
                for kind in KINDS
                for segment in segments_of(connection, state.generation, kind)
            ]
    except StoreError:
        found.append(CATALOGUE)
    for done, (kind, segment) in enumerate(held):
        if told is not None:
            told(done, len(held))
        if not sound(folder, kind, segment):
            found.append(f"{kind}/{segment.sha256}.parquet")
    return sorted(set(found))


def _sound_catalogue(connection: sqlite3.Connection, state: State) -> bool:
    """Check the structure, every row, and what rows say together; definitions were before."""
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        return False
    digest = sum(
        row_digest(table, row)
        for table in TABLES
        for row in connection.execute(f"SELECT * FROM {table} NOT INDEXED")  # noqa: S608
    )
    kept, rows = connection.execute(
        "SELECT (SELECT TOTAL(kept) FROM files), (SELECT TOTAL(rows) FROM segments "
        "WHERE kind = 'segments' AND retired IS NULL)"
    ).fetchone()
    return digest % (1 << 256) == state.digest and kept == rows
