"""Opening a file that may be missing, a folder, a pipe or forbidden."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tertius.errors import SourceError

__all__ = ["opened", "sized"]


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file for reading; the system's errors within become ours.

    Raises
    ------
    SourceError
        If it is missing, no regular file or cannot be read.
    """
    try:
        form = path.stat().st_mode
        if stat.S_ISDIR(form):
            raise SourceError("is a folder, not a file", where=str(path))
        if not stat.S_ISREG(form):
            # A pipe would be waited for, a device might never end.
            raise SourceError("is no regular file", where=str(path))
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise SourceError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(path),
            hint="check the path and its permissions",
        ) from error


def sized(stream: IO[bytes]) -> int:
    """Return the size of an open file, in bytes."""
    return os.fstat(stream.fileno()).st_size
