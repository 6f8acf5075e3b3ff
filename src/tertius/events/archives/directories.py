"""The directory at the end of a zip: found without guessing, bounded before it is read."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tertius.errors import SourceError
from tertius.events.archives.extras import zip64_values
from tertius.settings import limit

__all__ = ["Entry", "entries"]

_END = struct.Struct("<4sHHHHIIH")
_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END_MARK, _LOCATOR_MARK, _END64_MARK = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_ENTRY_MARK = b"PK\x01\x02"
_LONGEST_COMMENT = 0xFFFF
_SHORT_FULL, _FULL = 0xFFFF, 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory, as it stands there.

    Attributes
    ----------
    name : bytes
        Name with its folders.
    flags, method : int
        General purpose flags and compression method.
    crc32 : int
        Of what it unpacks to.
    packed, unpacked : int
        Sizes in bytes.
    attributes : int
        External attributes; the upper half is a Unix mode, if anything.
    header : int
        Where in the file its own header lies.
    """

    name: bytes
    flags: int
    method: int
    crc32: int
    packed: int
    unpacked: int
    attributes: int
    header: int


@dataclass(frozen=True, slots=True)
class _Span:
    """How many entries the directory has, where it starts and where it ends."""

    count: int
    start: int
    end: int


def entries(path: Path, stream: IO[bytes], size: int) -> tuple[list[Entry], int]:
    """Read the directory of an open zip; also return where in the file it starts.

    Raises
    ------
    SourceError
        If there is none, it is cut off, does not stand where it says, spans disks, or has
        more entries or bytes than the limits.
    """
    span = _span(path, stream, size)
    most = limit("max_archive_members_count")
    if span.count > most:
        raise SourceError(
            f"the zip archive declares {span.count:,} members",
            where=str(path),
            allowed=f"up to {most:,}",
            hint="unpack it yourself if you trust it",
        )
    held, largest = span.end - span.start, limit("max_archive_directory_bytes")
    if held > largest:
        raise SourceError(
            f"the directory of the zip archive takes {held:,} bytes",
            where=str(path),
            allowed=f"up to {largest:,}",
        )
    stream.seek(span.start)
    return _parsed(path, stream.read(held), span.count), span.start


def _parsed(path: Path, raw: bytes, count: int) -> list[Entry]:
    found, at = [], 0
    for number in range(1, count + 1):
        if len(raw) - at < _ENTRY.size or raw[at : at + 4] != _ENTRY_MARK:
            raise _damaged(path, f"entry {number:,} of {count:,} is missing or cut off")
        (_, _, _, flags, method, _, _, crc32, packed, unpacked,
         name_size, extra_size, comment_size, disk, _, attributes, header,
         ) = _ENTRY.unpack_from(raw, at)  # fmt: skip
        at += _ENTRY.size
        name, extra = raw[at : at + name_size], raw[at + name_size : at + name_size + extra_size]
        at += name_size + extra_size + comment_size
        if at > len(raw):
            raise _damaged(path, f"entry {number:,} of {count:,} is missing or cut off")
        # The zip64 field holds only those numbers that do not fit, in this order.
        sizes = {"unpacked": unpacked, "packed": packed, "header": header}
        large = [key for key, value in sizes.items() if value == _FULL]
        if large:
            values = zip64_values(extra, len(large))
            if values is None:
                raise _damaged(path, f"the zip64 sizes of entry {number:,} are missing or cut off")
            sizes.update(zip(large, values, strict=True))
        if disk not in (0, _SHORT_FULL):
            raise _spanned(path)
        found.append(Entry(name, flags, method, crc32, attributes=attributes, **sizes))
    if at != len(raw):
        raise _damaged(path, f"there is more than the {count:,} entries it declares")
    return found


def _span(path: Path, stream: IO[bytes], size: int) -> _Span:
    """Find the record at the end, and the zip64 one before it, and hold them to each other."""
    at, raw = _end(path, stream, size)
    _, disk, first_disk, here, count, held, start, _ = _END.unpack(raw)
    end = at
    told: tuple[int, ...] = (disk, first_disk, here, count, held, start)
    if at >= _LOCATOR.size:
        stream.seek(at - _LOCATOR.size)
        locator = stream.read(_LOCATOR.size)
        if locator[:4] == _LOCATOR_MARK:
            end, told = _large(path, stream, at - _LOCATOR.size, locator, told)
    disk, first_disk, here, count, held, start = told
    if disk or first_disk or here != count:
        raise _spanned(path)
    if start + held != end:
        raise _damaged(
            path,
            f"it should lie at byte {start:,} and take {held:,}, and ends at {end:,}: the file "
            "is cut off, or something was put before or into it",
        )
    return _Span(count, start, end)


def _end(path: Path, stream: IO[bytes], size: int) -> tuple[int, bytes]:
    """Return where the end record stands; its comment must reach the end of the file."""
    first = max(0, size - _END.size - _LONGEST_COMMENT)
    stream.seek(first)
    tail = stream.read(_END.size + _LONGEST_COMMENT)
    found, at = [], tail.find(_END_MARK)
    while at >= 0:
        raw = tail[at : at + _END.size]
        if len(raw) == _END.size and at + _END.size + _END.unpack(raw)[-1] == len(tail):
            found.append((first + at, raw))
        at = tail.find(_END_MARK, at + 1)
    if not found:
        raise SourceError(
            "the zip archive has no directory at its end: it is cut off, or bytes follow it",
            where=str(path),
            hint="get the file again",
        )
    if len(found) > 1:
        raise _damaged(path, "it has more than one end, and tools would read different ones")
    return found[0]


def _large(
    path: Path, stream: IO[bytes], at: int, locator: bytes, told: tuple[int, ...]
) -> tuple[int, tuple[int, ...]]:
    """Read the zip64 end record that stands before its locator at `at`."""
    _, disk, start, disks = _LOCATOR.unpack(locator)
    if disk or disks > 1:
        raise _spanned(path)
    if start + _END64.size > at:
        raise _damaged(path, "its zip64 record does not lie where it should")
    stream.seek(start)
    raw = stream.read(_END64.size)
    mark, length, _, _, *values = _END64.unpack(raw)
    if mark != _END64_MARK or start + 12 + length != at:
        raise _damaged(path, "its zip64 record does not lie where it should")
    full = (_SHORT_FULL,) * 4 + (_FULL,) * 2
    for small, most, large in zip(told, full, values, strict=True):
        if small not in (most, large):
            raise _damaged(path, "its zip64 record and the record at its end differ")
    return start, tuple(values)


def _damaged(path: Path, what: str) -> SourceError:
    return SourceError(
        f"the directory of the zip archive is damaged: {what}",
        where=str(path),
        hint="get the file again",
    )


def _spanned(path: Path) -> SourceError:
    return SourceError(
        "is one part of a zip archive on several disks",
        where=str(path),
        allowed="archives of one file",
        hint="join the parts first",
    )
