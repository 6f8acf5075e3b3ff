"""The cache: files by the SHA-256 of their bytes, and a small index from address to file.

====================================  ============================================
``cache.sqlite``                      address → SHA-256, size, MD5, ETag, when
``objects/<2 digits>/<sha256>/NAME``  the files, never changed
``partial/<digest>.part``, ``.json``  downloads under way, and what they are parts of
====================================  ============================================

Several processes may use a cache at once, and one that is killed leaves nothing but parts, which
the next continues. Deleting the folder, or any part of it, costs only downloads.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tertius.errors import SourceError, UsageError, WriteError
from tertius.events.store.entries import Expected
from tertius.files import file_sha256

__all__ = ["Cache", "Held", "Part", "cache_folder"]

_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]{0,199}")
_TABLE = """
CREATE TABLE IF NOT EXISTS files (
    address TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    md5 TEXT NOT NULL, etag TEXT NOT NULL, seen REAL NOT NULL
) STRICT
"""
_BUSY_SECONDS = 30.0
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Held:
    """A file in the cache.

    Attributes
    ----------
    path : pathlib.Path
        Where it is.
    sha256, md5 : str
        Digests of its bytes.
    size : int
        Bytes.
    etag : str
        The server's own tag of it; empty if it gave none.
    seen : float
        When it was fetched or last found unchanged, seconds since 1970.
    """

    path: Path
    sha256: str
    md5: str
    size: int
    etag: str
    seen: float


@dataclass(slots=True)
class Part:
    """A download under way; nobody else has it open.

    Attributes
    ----------
    stream : file
        Open for reading and writing, at its end.
    path : pathlib.Path
        Where it is.
    size : int
        Bytes so far.
    validator : str
        ETag or date by which the server knows this version of the file; empty if it gave none.
    """

    stream: BinaryIO
    path: Path
    size: int
    validator: str

    def append(self, content: bytes) -> None:
        """Write what came.

        Raises
        ------
        WriteError
            If the disk does not take it.
        """
        with _told(self.path.parent.parent):
            self.stream.write(content)
        self.size += len(content)

    def restart(self, validator: str = "", *, keep: bool = False) -> None:
        """Throw away what is there; `validator` is of what comes now.

        With `keep` another process can continue by it. Where the MD5 is known there is no need:
        a mixture of two versions would be noticed.
        """
        with _told(self.path.parent.parent):
            self.stream.seek(0)
            self.stream.truncate()
        self.size = 0
        kept = self.path.with_suffix(".json")
        self.validator = validator
        if keep:
            # Not atomic: a torn one is none, and the part is then begun anew.
            with _told(self.path.parent.parent):
                kept.write_text(json.dumps(validator), encoding="utf-8")
        else:
            kept.unlink(missing_ok=True)


def cache_folder(given: str | Path | None) -> Path:
    """Return the folder of the cache: as given, ``TERTIUS_CACHE``, or the user's own.

    The last is ``tertius`` in ``XDG_CACHE_HOME``, by default ``~/.cache``.
    """
    if given is not None:
        return Path(given)
    named = os.environ.get("TERTIUS_CACHE")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path there is to be ignored (XDG Base Directory Specification).
    try:
        return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "tertius"
    except RuntimeError as error:
        raise UsageError("there is no home folder for the cache", hint="name one: --cache DIR"
                         ) from error  # fmt: skip


class Cache:
    """A folder of files that were fetched.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is; made if there is none.

    Raises
    ------
    WriteError
        If it cannot be made or written.
    SourceError
        If its index is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        with _told(folder):
            for name in ("objects", "partial"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            _tidy(folder / "partial")
            self._base = sqlite3.connect(
                folder / "cache.sqlite", timeout=_BUSY_SECONDS, check_same_thread=False,
                isolation_level=None,
            )  # fmt: skip
            try:
                _prepare(self._base)
            except BaseException:
                self._base.close()
                raise

    def close(self) -> None:
        """Let go of the index."""
        self._base.close()

    def find(self, file: Expected) -> Held | None:
        """Return a file if its bytes are here, are whole and are those an index promises."""
        held = self.look_up(file.address)
        if held is None or held.path.name != file.name:
            return None
        if file.bytes not in (None, held.size) or file.md5 not in ("", held.md5):
            return None
        if not _whole(held):
            self._forget(file.address, held)
            return None
        return held

    def look_up(self, address: str) -> Held | None:
        """Return what the index says of an address."""
        with self._lock, _told(self.folder):
            row = self._base.execute(
                "SELECT name, sha256, size, md5, etag, seen FROM files WHERE address = ?",
                (address,),
            ).fetchone()
        if row is None:
            return None
        name, sha256, size, md5, etag, seen = row
        path = self._place(sha256, name)
        return Held(path, sha256, md5, size, etag, seen) if path.is_file() else None

    def document(self, address: str) -> tuple[bytes, Held] | None:
        """Return an index file that was fetched before, if it is whole."""
        held = self.look_up(address)
        if held is None or not _whole(held):
            return None
        with _told(self.folder):
            return held.path.read_bytes(), held

    def put(self, part: Part, address: str, name: str, held: Held) -> Held:
        """Take in a finished download, whose digests are known; when it returns it is here."""
        path = self._place(held.sha256, name)
        with _told(self.folder):
            # Not synced: what a power cut tears is noticed by its SHA-256 and fetched again.
            part.stream.flush()
            if sys.platform == "win32":
                # An open file cannot be moved there.
                part.stream.close()
            path.parent.mkdir(parents=True, exist_ok=True)
            part.path.replace(path)
            part.path.with_suffix(".json").unlink(missing_ok=True)
        self._enter(address, path, held)
        return Held(path, held.sha256, held.md5, held.size, held.etag, held.seen)

    def confirm(self, address: str, held: Held, seen: float) -> None:
        """Note that a file was found unchanged."""
        self._enter(address, held.path, Held(held.path, held.sha256, held.md5, held.size,
                                             held.etag, seen))  # fmt: skip

    @contextlib.contextmanager
    def part(self, address: str) -> Iterator[Part]:
        """Open the download of an address, alone; what is left in it can be continued."""
        own = hashlib.sha256(address.encode()).hexdigest()[:32]
        path = self.folder / "partial" / f"{own}.part"
        with _told(self.folder):
            stream = _opened(path)
            if stream is None:
                # Another process is at it: this one makes a copy of its own, and drops it.
                path = path.with_name(f"{own}-{os.getpid()}-{threading.get_ident()}.part")
                stream = path.open("a+b")
        with stream:
            size = stream.seek(0, os.SEEK_END)
            part = Part(stream, path, size, _validator(path.with_suffix(".json")))
            yield part
        if path.name != f"{own}.part":
            for left in (path, path.with_suffix(".json")):
                left.unlink(missing_ok=True)

    def _enter(self, address: str, path: Path, held: Held) -> None:
        with self._lock, _told(self.folder):
            self._base.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                (address, path.name, held.sha256, held.size, held.md5, held.etag, held.seen),
            )

    def _forget(self, address: str, held: Held) -> None:
        with self._lock, _told(self.folder):
            self._base.execute("DELETE FROM files WHERE address = ?", (address,))
            held.path.unlink(missing_ok=True)

    def _place(self, sha256: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise SourceError(f'"{name[:80]}" is no name of a file', where=str(self.folder))
        return self.folder / "objects" / sha256[:2] / sha256 / name


def _whole(held: Held) -> bool:
    try:
        return held.path.stat().st_size == held.size and file_sha256(held.path) == held.sha256
    except OSError:
        return False


def _validator(path: Path) -> str:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return ""
    return told if isinstance(told, str) else ""


def _tidy(folder: Path) -> None:
    """Remove copies of killed processes, which nobody continues."""
    for path in folder.glob("*-*.part"):
        stream = _opened(path)
        if stream is not None:
            stream.close()
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


def _opened(path: Path) -> BinaryIO | None:
    """Open and lock a part; None if another process has it."""
    while True:
        stream = path.open("a+b")
        if not _claimed(stream):
            stream.close()
            return None
        # It may have been finished and moved between opening and locking.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                return stream
        stream.close()


def _claimed(stream: BinaryIO) -> bool:
    """Lock an open file for this process; it is let go when the file is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(1 << 40)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _prepare(base: sqlite3.Connection) -> None:
    """Set an index up, waiting for another process that does the same.

    The switch to a write-ahead log needs the file alone, and SQLite does not wait for it.
    """
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=NORMAL")
            base.execute(_TABLE)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn faults of the disk and of the index into errors that say where."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"the cache cannot be used: {(error.strerror or str(error)).lower()}",
            where=str(folder),
            hint="free space, or name another place with --cache",
        ) from error
    except sqlite3.OperationalError as error:
        raise WriteError(
            f"the cache's index cannot be used: {error}",
            where=str(folder / "cache.sqlite"),
            hint="free space, or name another place with --cache",
        ) from error
    except sqlite3.DatabaseError as error:
        raise SourceError(
            f"the cache's index is damaged: {error}",
            where=str(folder / "cache.sqlite"),
            hint="delete it; files are then downloaded again",
        ) from error
