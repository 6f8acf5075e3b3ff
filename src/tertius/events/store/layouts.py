"""The catalogue's tables: what a store writes down of its files and segments."""

from __future__ import annotations

import functools
import hashlib
import json
import sqlite3
from typing import NamedTuple

__all__ = [
    "APPLICATION",
    "CATALOGUE",
    "DEFINITIONS",
    "TABLES",
    "VERSION",
    "State",
    "blank_image",
    "definitions",
    "logged",
    "row_digest",
]

CATALOGUE = "catalogue.sqlite"
APPLICATION = 0x74727473
"""SQLite's ``application_id``: the format, "trts"."""
VERSION = 2
"""SQLite's ``user_version``: the form of the store. Form 1 was a JSON manifest."""

TABLES = (
    "files", "details", "segments", "file_segments", "file_days", "file_errata", "expected",
)  # fmt: skip
"""Tables under the digest, in the order they are read."""


class State(NamedTuple):
    """What every opening of a catalogue rests on.

    Attributes
    ----------
    generation : int
        How often files were added or segments merged.
    floor : int
        The first generation whose segments are all there still.
    digest : int
        Sum of the digests of all rows, modulo 2**256.
    """

    generation: int
    floor: int
    digest: int

    def meta(self) -> dict[str, str]:
        """Return the rows of the table ``meta``, with the seal that guards them."""
        told = f"{VERSION} {self.generation} {self.floor} {self.digest:064x}"
        return {
            "digest": f"{self.digest:064x}",
            "floor": str(self.floor),
            "generation": str(self.generation),
            "seal": hashlib.sha256(told.encode()).hexdigest(),
        }


_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE files (
  id INTEGER PRIMARY KEY, added INTEGER NOT NULL, file_id TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, name TEXT NOT NULL, source TEXT NOT NULL,
  dataset TEXT NOT NULL, scheme TEXT NOT NULL, weights TEXT NOT NULL, first TEXT, last TEXT,
  lines INTEGER NOT NULL, kept INTEGER NOT NULL, rejected INTEGER NOT NULL,
  filtered INTEGER NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
  CHECK (lines = kept + rejected + filtered), CHECK ((first IS NULL) = (last IS NULL))
) STRICT;
CREATE INDEX files_by_name ON files (feed, name);
CREATE INDEX files_by_span ON files (feed, first, last, added);
CREATE TABLE details (
  file INTEGER PRIMARY KEY REFERENCES files (id), options TEXT NOT NULL, report TEXT NOT NULL
) STRICT;
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, added INTEGER NOT NULL, retired INTEGER,
  kind TEXT NOT NULL CHECK (kind IN ('segments', 'rejected', 'links')), sha256 TEXT NOT NULL
    CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
  bytes INTEGER NOT NULL, rows INTEGER NOT NULL, first_day TEXT, last_day TEXT,
  compact INTEGER NOT NULL, UNIQUE (kind, sha256)
) STRICT;
CREATE TABLE file_segments (
  file INTEGER NOT NULL REFERENCES files (id),
  segment INTEGER NOT NULL REFERENCES segments (id), PRIMARY KEY (file, segment)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_segments_by_segment ON file_segments (segment);
CREATE TABLE file_days (
  file INTEGER NOT NULL REFERENCES files (id), day TEXT NOT NULL, PRIMARY KEY (file, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE file_errata (
  file INTEGER NOT NULL REFERENCES files (id), rule TEXT NOT NULL, rows INTEGER NOT NULL,
  PRIMARY KEY (file, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE expected (
  feed TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, bytes INTEGER,
  md5 TEXT NOT NULL, first TEXT, last TEXT,
  status TEXT NOT NULL CHECK (status IN ('expected', 'held', 'missing', 'damaged', 'refused')),
  reason TEXT NOT NULL, PRIMARY KEY (feed, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX expected_not_held ON expected (feed, name) WHERE status <> 'held';
"""


DEFINITIONS = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
"""What a catalogue's tables and indexes are; nothing else may be in it."""


@functools.cache
def definitions() -> list[tuple[str, ...]]:
    """Return what ``DEFINITIONS`` finds in a sound catalogue."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.deserialize(blank_image())
        return connection.execute(DEFINITIONS).fetchall()
    finally:
        connection.close()


# File format write and read version: 2 is WAL (https://www.sqlite.org/fileformat2.html).
_LOG_MARK = 18


@functools.cache
def blank_image() -> bytes:
    """Return the bytes of a catalogue that holds nothing yet."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.executescript(_SCHEMA)
        blank = State(0, 0, 0)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", blank.meta().items())
        return bytes(connection.serialize())
    finally:
        connection.close()


def logged(image: bytes) -> bytes:
    """Return a catalogue's bytes with the mark that it keeps a write-ahead log.

    Set by SQLite itself, the mark goes through a journal, and a process killed in between
    leaves one that a reader may not roll back.
    """
    return image[:_LOG_MARK] + b"\x02\x02" + image[_LOG_MARK + 2 :]


def row_digest(table: str, values: tuple[object, ...]) -> int:
    """Return the SHA-256 of a row as a number.

    The catalogue's digest is the sum of these modulo 2**256: it can follow every change of a
    row, and does not depend on the order of rows.
    """
    said = json.dumps([table, *values], ensure_ascii=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(said.encode()).digest(), "big")
