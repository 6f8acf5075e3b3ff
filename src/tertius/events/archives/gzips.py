"""gzip files (RFC 1952): one stream after another, each with its own sum and size."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from tertius.errors import SourceError
from tertius.events.archives.budgets import check_budget, check_pace
from tertius.events.archives.entries import ArchiveMember
from tertius.events.archives.inflaters import InflateError, checksum, inflated

__all__ = ["gzip_blocks"]

_HEAD = struct.Struct("<2sBBIBB")
_FOOT = struct.Struct("<II")
_MAGIC, _DEFLATE = b"\x1f\x8b", 8
_SUMMED, _EXTRA, _NAME, _COMMENT, _RESERVED = 0x2, 0x4, 0x8, 0x10, 0xE0
_LONGEST_TEXT = 1 << 16
_TOO_MUCH = "unpacks to more than"
# A file of many streams that hold next to nothing takes long and gives nothing.
_MANY_STREAMS, _SMALL_STREAM_BYTES = 10_000, 1024


def gzip_blocks(member: ArchiveMember, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what an open gzip file unpacks to, in blocks of up to a megabyte.

    Streams may follow one another, and zeros may fill up the end; anything else is refused.

    Raises
    ------
    SourceError
        If a stream is damaged or cut off, a sum or size is wrong, other bytes follow, or it
        unpacks beyond the limits.
    """
    total, streams = 0, 0
    stream.seek(0)
    while True:
        _skip_head(member, stream)
        summed, size = 0, 0
        try:
            for block in inflated(stream, member.packed_bytes - stream.tell()):
                summed, size = checksum(block, summed), size + len(block)
                total += len(block)
                check_budget(_TOO_MUCH, total, member.packed_bytes, where=member.where)
                check_pace(total, stream.tell(), where=member.where)
                yield block
        except InflateError as error:
            raise _damaged(member, f"they are {error}") from error
        if _FOOT.unpack(_read(member, stream, _FOOT.size)) != (summed, size & 0xFFFF_FFFF):
            raise _damaged(member, "the CRC-32 or the size at the end is another")
        streams += 1
        if streams > _MANY_STREAMS and total < streams * _SMALL_STREAM_BYTES:
            raise SourceError(
                f"the gzip data are more than {_MANY_STREAMS:,} streams that hold next to nothing",
                where=member.where,
            )
        if not _more(stream):
            return


def _skip_head(member: ArchiveMember, stream: IO[bytes]) -> None:
    """Read the header of a stream; what it tells besides the data is not used."""
    start = stream.tell()
    magic, method, flags, *_ = _HEAD.unpack(_read(member, stream, _HEAD.size))
    if magic != _MAGIC:
        raise _damaged(member, "something else follows them")
    if method != _DEFLATE or flags & _RESERVED:
        raise _damaged(member, "their header is not that of RFC 1952")
    if flags & _EXTRA:
        _read(member, stream, int.from_bytes(_read(member, stream, 2), "little"))
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            _skip_text(member, stream)
    if flags & _SUMMED:
        end = stream.tell()
        stream.seek(start)
        own = checksum(stream.read(end - start)) & 0xFFFF
        if own != int.from_bytes(_read(member, stream, 2), "little"):
            raise _damaged(member, "the sum of their header is another")


def _skip_text(member: ArchiveMember, stream: IO[bytes]) -> None:
    """Pass a text that ends with a zero."""
    start = stream.tell()
    end = stream.read(_LONGEST_TEXT).find(b"\0")
    if end < 0:
        raise _damaged(member, "a name or comment in their header does not end")
    stream.seek(start + end + 1)


def _more(stream: IO[bytes]) -> bool:
    """Pass zeros; return whether anything follows, and stand before it."""
    while block := stream.read(_LONGEST_TEXT):
        rest = block.lstrip(b"\0")
        if rest:
            stream.seek(-len(rest), 1)
            return True
    return False


def _read(member: ArchiveMember, stream: IO[bytes], size: int) -> bytes:
    raw = stream.read(size)
    if len(raw) < size:
        raise _damaged(member, "they are cut off")
    return raw


def _damaged(member: ArchiveMember, what: str) -> SourceError:
    return SourceError(
        f"the gzip data are damaged or cut off: {what}",
        where=member.where,
        hint="get the file again",
    )
