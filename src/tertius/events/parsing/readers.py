"""Raw files to pieces of whole lines, unpacked and in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from tertius.errors import SourceError
from tertius.events.archives import ArchiveMember, archive_members, member_blocks
from tertius.events.parsing.lines import line_count
from tertius.files import file_sha256
from tertius.settings import limit

__all__ = ["content_sha256", "file_blocks", "line_pieces", "unpacked_bytes"]

_MARK = b"\xef\xbb\xbf"


def line_pieces(
    blocks: Iterator[bytes], where: str, *, encoding: str = "utf-8"
) -> Iterator[tuple[int, bytes]]:
    """Yield unpacked bytes in pieces of whole lines, as UTF-8, without a mark at the start.

    Parameters
    ----------
    blocks : iterator of bytes
        The bytes of one file, in order.
    where : str
        Its path, for messages.
    encoding : str
        Of the bytes.

    Yields
    ------
    (int, bytes)
        Number of the first line, and the piece, which ends with a newline.

    Raises
    ------
    SourceError
        If there are no bytes.
    """
    longest = limit("max_line_bytes")
    number, carry, skipping, last = 1, b"", False, b""
    for block in _ended(blocks, where):
        if skipping:
            # The rest of a line whose head was already handed on, to be rejected as too long.
            _, found, block = block.partition(b"\n")
            if not found:
                continue
            skipping = False
        data = carry + block
        cut = data.rfind(b"\n") + 1
        if cut:
            piece, carry = data[:cut], data[cut:]
        elif len(data) > longest + 1:
            # One byte more than too long: a carriage return at the cut would not count.
            piece, carry, skipping = data[: longest + 2] + b"\n", b"", True
        else:
            carry = data
            continue
        if not last and encoding == "utf-8":
            piece = piece.removeprefix(_MARK)
        # The lines of a piece are counted when another follows; most files have one.
        number += line_count(last)
        last = piece
        yield number, _recoded(piece, encoding)


def _ended(blocks: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Pass blocks on and end the last line if the file does not."""
    last = next(blocks, b"")
    if not last:
        raise SourceError("the file is empty", where=where)
    for block in blocks:
        yield last
        last = block
    yield last if last.endswith(b"\n") else last + b"\n"


def unpacked_bytes(path: Path) -> int:
    """Return about how many bytes a file unpacks to, by what it says of itself."""
    return _member(path).bytes


def content_sha256(path: Path) -> tuple[str, str]:
    """Return the SHA-256 of a file's bytes and of what it unpacks to, as hex digits.

    The two are the same for a file that is not packed.
    """
    content = hashlib.sha256()
    for block in file_blocks(path, 1 << 20):
        content.update(block)
    return file_sha256(path), content.hexdigest()


def file_blocks(path: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a plain file, of a gzip or of a zip that holds one file.

    Raises
    ------
    SourceError
        If it is missing, unreadable, empty, damaged, or an archive that is refused.
    """
    return member_blocks(_member(path), size)


def _member(path: Path) -> ArchiveMember:
    members = archive_members(path)
    if len(members) != 1:
        raise SourceError(
            f"holds {len(members):,} files",
            where=str(path),
            allowed="an archive of one file",
            hint="unpack it and name the file",
        )
    return members[0]


def _recoded(piece: bytes, encoding: str) -> bytes:
    return piece if encoding == "utf-8" else piece.decode(encoding).encode("utf-8")
