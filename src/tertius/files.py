"""Reading with clear errors, writing so that a crash leaves the old file or the new one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from tertius.errors import SourceError, WriteError

__all__ = ["file_sha256", "read_bytes", "write_atomic"]


def read_bytes(path: Path, *, limit_bytes: int) -> bytes:
    """Read a whole file, refusing what is missing, unreadable, not a file or too large.

    Raises
    ------
    SourceError
        With the path and the reason.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise SourceError("not a file", where=str(path))
        if size > limit_bytes:
            raise SourceError(
                f"{size:,} bytes is too large", where=str(path), allowed=f"up to {limit_bytes:,}"
            )
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(
            f"cannot be read: {reason}", where=str(path), hint="check the path and its permissions"
        ) from error


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` through a temporary file, flushed and renamed.

    A reader, or a crash at any point, sees the old file or the new one, never a part.

    Raises
    ------
    WriteError
        If the disk is full, the folder missing or the place not writable.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 - mkstemp made it 0600
        os.replace(temporary, path)  # noqa: PTH105 - the atomic rename is the point
        temporary = None
    except OSError as error:
        raise _failed(
            path,
            "cannot be written",
            error,
            "nothing was changed; free space or choose another place",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise _failed(
            path, "is written, but not flushed", error, "it stands there; a power cut may undo it"
        ) from error


def _failed(path: Path, what: str, error: OSError, hint: str) -> WriteError:
    reason = (error.strerror or str(error)).lower()
    return WriteError(f"{what}: {reason}", where=str(path), hint=hint)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename survives a power cut (POSIX only)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces, as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
