"""What a file holds, before anything of it is unpacked."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO

from tertius.errors import SourceError
from tertius.events.archives.entries import ArchiveMember
from tertius.events.archives.openings import opened, sized
from tertius.events.archives.signatures import GZIP, HEAD_BYTES, ZIP, signature
from tertius.events.archives.zips import zip_members

__all__ = ["archive_members"]

_ENDINGS = {".zip": ZIP, ".gz": GZIP, ".gzip": GZIP}


def archive_members(path: Path) -> tuple[ArchiveMember, ...]:
    """List the members of a zip, of a gzip, or a plain file as the only one of itself.

    The kind is known by the first bytes. A name that ends in ``.zip`` or ``.gz`` is a promise
    of the same kind: a page of HTML under such a name is refused. A zip's directory is read
    within limits and compared with the header of each member; nothing is unpacked.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    tuple of ArchiveMember
        In the order in which they lie in the file. Folders within a zip hold no bytes and are
        left out.

    Raises
    ------
    SourceError
        If the file is missing, empty, an archive of another kind, damaged, or made to harm.

    Examples
    --------
    >>> import tempfile, zipfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "day.zip"
    ...     with zipfile.ZipFile(path, "w") as archive:
    ...         archive.writestr("day.csv", "2018-01-01")
    ...     [(member.name, member.bytes) for member in archive_members(path)]
    [('day.csv', 10)]
    """
    path = Path(path)
    with opened(path) as stream:
        size = sized(stream)
        head = stream.read(HEAD_BYTES)
        if not head:
            raise SourceError("the file is empty", where=str(path))
        kind = signature(head)
        _check_kind(path, kind)
        if kind == ZIP:
            return zip_members(path, stream, size)
        if kind == GZIP:
            return (_gzip_member(path, stream, size),)
    return (ArchiveMember(path, path.name, path.name, "plain", 0, size, size, None, "stored"),)


def _check_kind(path: Path, kind: str | None) -> None:
    """Refuse archives that are not read, and a name that promises what is not there."""
    if kind not in (None, ZIP, GZIP):
        raise SourceError(
            f"is a {kind} archive, which is not read",
            where=str(path),
            allowed="zip, gzip, or the plain file",
            hint="unpack it first",
        )
    promised = _ENDINGS.get(path.suffix.lower())
    if promised is not None and kind != promised:
        raise SourceError(
            f"does not begin as the {promised} file its name says it is",
            where=str(path),
            hint="get the file again: servers send pages of text under such names; "
            "or rename it to what it is",
        )


def _gzip_member(path: Path, stream: IO[bytes], size: int) -> ArchiveMember:
    declared = 0
    if size >= 4:
        stream.seek(-4, io.SEEK_END)
        declared = int.from_bytes(stream.read(4), "little")
    # The name a gzip may hold of itself is left alone: the file has one already.
    name = os.path.splitext(path.name)[0] if path.suffix.lower() in _ENDINGS else path.name  # noqa: PTH122
    return ArchiveMember(path, name, name, GZIP, 0, size, declared, None, "deflated")
