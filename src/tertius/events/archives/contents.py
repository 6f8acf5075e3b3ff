"""The bytes of a member: in blocks, or in one piece; checked, budgeted, never written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import IO

from tertius.errors import SourceError, UsageError
from tertius.events.archives.budgets import check_pace
from tertius.events.archives.entries import ArchiveMember
from tertius.events.archives.gzips import gzip_blocks
from tertius.events.archives.inflaters import (
    InflateError,
    checksum,
    inflated,
    inflated_at_once,
)
from tertius.events.archives.openings import opened
from tertius.events.archives.signatures import HEAD_BYTES, signature
from tertius.settings import limit

__all__ = ["member_blocks", "member_bytes"]

_READ_BYTES = 1 << 20


def member_blocks(member: ArchiveMember, block_bytes: int) -> Iterator[bytes]:
    """Yield what a member holds, unpacked, in blocks of `block_bytes`, the last one shorter.

    Besides the block the caller holds, two more and a few megabytes are needed; blocks of 1 to
    8 MB are read fastest. A member of one block is checked before it is handed on; of a longer
    one all but the last block are handed on before its sum is known, so a caller keeps nothing
    until the iterator has ended.

    Parameters
    ----------
    member : ArchiveMember
        From `archive_members`.
    block_bytes : int
        Size of a block, at least 1.

    Raises
    ------
    UsageError
        If `block_bytes` is less than 1.
    SourceError
        If the member is damaged, is itself an archive, or does not hold what it declares; the
        message names archive and member.
    """
    if block_bytes < 1:
        raise UsageError(
            f"{block_bytes} is no size of a block", where="block_bytes", allowed="1 up"
        )
    if member.kind == "zip" and member.bytes <= min(block_bytes, limit("max_whole_member_bytes")):
        return _whole(member)
    return _regrouped(_checked(member), block_bytes)


def member_bytes(member: ArchiveMember) -> bytes:
    """Return all a member holds, unpacked and checked.

    Raises
    ------
    SourceError
        As `member_blocks`, or if it is larger than the limit `max_whole_member_bytes`.
    """
    most = limit("max_whole_member_bytes")
    if member.kind != "gzip" and max(member.bytes, member.packed_bytes) > most:
        raise _too_large(member, most)
    if member.kind == "zip" and member.method == "deflated":
        with opened(member.archive) as stream:
            stream.seek(member.offset)
            packed = stream.read(member.packed_bytes)
        whole = inflated_at_once(packed, member.bytes, member.crc32 or 0)
        if whole is not None:
            _check_head(member, whole[:HEAD_BYTES])
            return whole
        # Something is amiss, or the library is not there: the slower way says what.
    parts, total = [], 0
    for block in _checked(member):
        total += len(block)
        if total > most:
            raise _too_large(member, most)
        parts.append(block)
    return b"".join(parts)


def _whole(member: ArchiveMember) -> Iterator[bytes]:
    """Yield a member as one block: what fits one is unpacked fastest in one piece."""
    content = member_bytes(member)
    if content:
        yield content


def _too_large(member: ArchiveMember, most: int) -> SourceError:
    return SourceError(
        "is too large to be unpacked in one piece",
        where=member.where,
        allowed=f"up to {most:,} bytes",
        hint="read it in blocks",
    )


def _checked(member: ArchiveMember) -> Iterator[bytes]:
    """Yield a member's bytes as they come, refusing it if it is an archive itself."""
    with opened(member.archive) as stream:
        stream.seek(member.offset)
        if member.kind == "gzip":
            blocks = gzip_blocks(member, stream)
        elif member.kind == "zip":
            blocks = _zip_blocks(member, stream)
        else:
            yield from _plain_blocks(stream)
            return
        head = b""
        for block in blocks:
            head += block
            if len(head) >= HEAD_BYTES:
                break
        _check_head(member, head)
        yield from itertools.chain([head] if head else [], blocks)


def _check_head(member: ArchiveMember, head: bytes) -> None:
    kind = signature(head)
    if kind is not None:
        raise SourceError(
            f"holds a {kind} archive; archives within archives are not read",
            where=member.where,
            hint="unpack the outer one first",
        )


def _plain_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_READ_BYTES):
        yield block


def _zip_blocks(member: ArchiveMember, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a zip's member and hold them to what it declares."""
    end = member.offset + member.packed_bytes
    stored = member.method == "stored"
    source = _stored(stream, end) if stored else inflated(stream, member.packed_bytes)
    total, summed = 0, 0
    try:
        for block in source:
            total, summed = total + len(block), checksum(block, summed)
            if total > member.bytes:
                raise _mismatch(member, f"unpacks to more than the {member.bytes:,} bytes")
            check_pace(total, stream.tell() - member.offset, where=member.where)
            yield block
    except InflateError as error:
        raise SourceError(
            f"the packed data are {error}", where=member.where, hint="get the file again"
        ) from error
    if total != member.bytes:
        raise _mismatch(member, f"unpacks to {total:,} bytes, not to the {member.bytes:,}")
    if stream.tell() != end:
        raise _mismatch(member, f"ends {end - stream.tell():,} bytes before the end")
    if summed != member.crc32:
        raise SourceError(
            f"its CRC-32 is {summed:08x}, not {member.crc32 or 0:08x} as it declares",
            where=member.where,
            hint="get the file again",
        )


def _mismatch(member: ArchiveMember, what: str) -> SourceError:
    return SourceError(f"{what} it declares", where=member.where, hint="get the file again")


def _stored(stream: IO[bytes], end: int) -> Iterator[bytes]:
    while block := stream.read(min(_READ_BYTES, end - stream.tell())):
        yield block


def _regrouped(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Cut and join blocks to one size, holding a full one back until more has come."""
    parts: list[bytes] = []
    held = 0
    for block in blocks:
        at = 0
        while len(block) - at > size - held:
            parts.append(block[at : at + size - held])
            at += size - held
            whole, parts, held = b"".join(parts), [], 0
            yield whole
            del whole
        parts.append(block[at:] if at else block)
        held += len(block) - at
    if held:
        yield b"".join(parts)
