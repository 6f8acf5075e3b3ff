"""One writer a store at a time; who it is stands in the lock file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tertius.errors import StoreError, WriteError

__all__ = ["LOCK", "locked"]

LOCK = "ingest.lock"
# Windows refuses to read what is locked, so a byte far behind the text is locked there.
_FAR = 1 << 30


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the store for one writer; a killed process lets go by itself.

    Raises
    ------
    StoreError
        If another process holds it, with its number and since when.
    WriteError
        If the lock file cannot be made.
    """
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise WriteError(
            f"cannot be written: {(error.strerror or str(error)).lower()}", where=str(folder)
        ) from error
    try:
        _hold(handle, folder)
        yield
    finally:
        os.close(handle)


def _hold(handle: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            f"another process is writing to this store{_holder(handle)}",
            where=str(folder),
            hint="wait for it to finish and try again",
        ) from error
    # The name is a courtesy: a full disk must not turn a writer away before it writes.
    with contextlib.suppress(OSError):
        since = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()} {since}\n".encode())


def _holder(handle: int) -> str:
    """Return " (process N since TIME)", as far as the lock file says so."""
    with contextlib.suppress(OSError, ValueError):
        os.lseek(handle, 0, os.SEEK_SET)
        number, since = os.read(handle, 100).decode("ascii").split()
        return (
            f" (process {int(number)} since {datetime.fromisoformat(since):%Y-%m-%d %H:%M:%S} UTC)"
        )
    return ""
