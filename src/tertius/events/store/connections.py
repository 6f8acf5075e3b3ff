"""Opening the catalogue: for reading beside a writer, and for the one writer."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from tertius.errors import StoreError, TertiusError, WriteError
from tertius.events.store.layouts import (
    APPLICATION,
    CATALOGUE,
    DEFINITIONS,
    TABLES,
    VERSION,
    State,
    definitions,
    row_digest,
)

__all__ = ["Catalogue", "read_only", "state_of", "translated"]

_SETTINGS = (
    "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "cell_size_check = ON",
)  # fmt: skip
_BUSY_SECONDS = 30.0
_NO_WRITING = {"SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_READONLY_CANTINIT",
               "SQLITE_READONLY_DIRECTORY", "SQLITE_CANTOPEN_ISDIR"}  # fmt: skip


@contextlib.contextmanager
def read_only(folder: Path, image: bytes | None = None) -> Iterator[sqlite3.Connection]:
    """Open a store's catalogue, or the `image` of one, to read; errors come out as ours.

    A folder that may not be written to is read as it stands, which needs a catalogue that
    no writer left unfinished.

    Raises
    ------
    StoreError
        If the catalogue is damaged, of an unknown version or cannot be read.
    """
    path = folder / CATALOGUE
    with translated(path):
        connection = (
            _opened(path) if image is None else sqlite3.connect(":memory:", isolation_level=None)
        )
        with contextlib.closing(connection):
            if image is not None:
                connection.deserialize(image)
            for setting in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")
            yield connection


def state_of(connection: sqlite3.Connection, path: Path) -> State:
    """Return what the catalogue says of itself, after looking at its format and seal.

    Raises
    ------
    StoreError
        If this is no catalogue, or of another version, or its seal is broken.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise StoreError("is no catalogue of an event store", where=str(path))
    if version != VERSION:
        raise StoreError(
            f"the store has format version {version}",
            where=str(path),
            allowed=f"versions 1 and {VERSION}",
            hint="read it with the version of tertius that wrote it",
        )
    if connection.execute(DEFINITIONS).fetchall() != definitions():
        raise StoreError(
            "the catalogue is damaged: its tables are not those of a store",
            where=str(path),
            hint=_RESTORE,
        )
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    try:
        state = State(int(meta["generation"]), int(meta["floor"]), int(meta["digest"], 16))
    except (KeyError, ValueError):
        state = None
    if state is not None and state.meta() == meta:
        return state
    raise StoreError("the catalogue is damaged: its seal is broken", where=str(path), hint=_RESTORE)


class Catalogue:
    """The one writer's connection; it follows every change of a row in the digest.

    With an `image`, the catalogue is made in memory from these bytes; `folder` only names it.
    """

    def __init__(self, folder: Path, image: bytes | None = None) -> None:
        self.path = folder / CATALOGUE
        self._change = 0
        with translated(self.path, writing=True):
            self.connection = sqlite3.connect(
                self.path if image is None else ":memory:",
                isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False,
            )  # fmt: skip
            try:
                if image is not None:
                    self.connection.deserialize(image)
                self._prepare(on_disk=image is None)
            except BaseException:
                self.connection.close()
                raise

    def _prepare(self, *, on_disk: bool) -> None:
        run = self.connection.execute
        self.state = state_of(self.connection, self.path)
        if on_disk and run("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            raise WriteError("the catalogue cannot be switched to WAL", where=str(self.path))
        for setting in _SETTINGS:
            run(f"PRAGMA {setting}")
        self.connection.create_function("tally", -1, self._tally)
        for table in TABLES:
            columns = [name for _, name, *_ in run(f"PRAGMA table_info({table})")]
            old, new = (
                f"'{table}', " + ", ".join(f"{side}.{name}" for name in columns)
                for side in ("OLD", "NEW")
            )
            for event, calls in (
                ("INSERT", f"SELECT tally(1, {new});"),
                ("DELETE", f"SELECT tally(-1, {old});"),
                ("UPDATE", f"SELECT tally(-1, {old}); SELECT tally(1, {new});"),
            ):
                run(
                    f"CREATE TEMP TRIGGER {table}_{event} AFTER {event} ON main.{table} "
                    f"BEGIN {calls} END"
                )

    def _tally(self, sign: int, table: str, *values: object) -> None:
        self._change += sign * row_digest(table, values)

    @contextlib.contextmanager
    def transaction(
        self, *, generation: int | None = None, floor: int | None = None
    ) -> Iterator[sqlite3.Connection]:
        """Change the catalogue in one step: all of it or nothing.

        Parameters
        ----------
        generation, floor : int, optional
            The store's afterwards; by default they stay.

        Raises
        ------
        WriteError
            If it cannot be written.
        StoreError
            If the change contradicts what is there, or the catalogue is damaged.
        """
        before = self.state
        with translated(self.path, writing=True):
            self._change = 0
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                after = State(
                    before.generation if generation is None else generation,
                    before.floor if floor is None else floor,
                    (before.digest + self._change) % (1 << 256),
                )
                self.connection.executemany(
                    "UPDATE meta SET value = :value WHERE name = :name AND value <> :value",
                    [{"name": name, "value": value} for name, value in after.meta().items()],
                )
                self.connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
            self.state = after

    def settle(self) -> bool:
        """Move the log into the catalogue; say whether nothing is left in the log."""
        try:
            busy, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            # What is in the log is safe there; the next opening moves it.
            return False
        return not busy

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()


_RESTORE = "restore it from a copy, or ingest the raw files into a new store"
_WRITING = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM",
            "SQLITE_BUSY", "SQLITE_LOCKED")  # fmt: skip


@contextlib.contextmanager
def translated(path: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn SQLite's errors about the file at `path` into ours."""
    try:
        yield
    except (TertiusError, sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise
    except (ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        if writing:
            raise
        # Rows that are no longer what was written.
        raise StoreError(
            f"the catalogue is damaged: {error}", where=str(path), hint=_RESTORE
        ) from error
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if writing and name.startswith(_WRITING):
            raise WriteError(
                f"the catalogue cannot be written: {error}",
                where=str(path),
                hint="free space or choose another place; nothing that was acknowledged is lost",
            ) from error
        raise StoreError(
            f"the catalogue is damaged or cannot be read: {error}", where=str(path), hint=_RESTORE
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    place = "file:" + urllib.parse.quote(os.fspath(path.absolute()))
    connection = sqlite3.connect(
        f"{place}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_SECONDS
    )
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        log = path.with_name(path.name + "-wal")
        left = log.exists() and log.stat().st_size
        if error.sqlite_errorname not in _NO_WRITING or left or not path.is_file():
            raise
        return sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except BaseException:
        connection.close()
        raise
    return connection
