"""The members of a zip, listed from its directory and held against their own headers.

PKWARE, APPNOTE.TXT 6.3.10: sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12
(directory) and 4.5.3 (zip64). Tools disagree about archives that contradict themselves, and
such archives hide bytes from one reader or another. Here members, descriptors and directory
have to fill the file from its first byte to its last, without overlap and without a gap.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tertius.errors import SourceError
from tertius.events.archives.budgets import check_budget
from tertius.events.archives.directories import Entry, entries
from tertius.events.archives.entries import ArchiveMember, place
from tertius.events.archives.extras import zip64_values
from tertius.events.archives.inner_names import fault, spelled

__all__ = ["zip_members"]

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_LOCAL_MARK, _DESCRIPTOR_MARK = b"PK\x03\x04", b"PK\x07\x08"
_FULL = 0xFFFF_FFFF
_METHODS = {0: "stored", 8: "deflated"}
_OTHERS = {1: "shrink", 6: "implode", 9: "deflate64", 12: "bzip2", 14: "lzma", 93: "zstd",
           95: "xz", 98: "ppmd", 99: "encrypted by AES"}  # fmt: skip
_ENCRYPTED, _DESCRIBED, _PATCH, _STRONG, _UTF8, _MASKED = 0x1, 0x8, 0x20, 0x40, 0x800, 0x2000
# How hard the packer tried: tools leave it out of one of the two headers.
_EFFORT = 0x6


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry, its name, and how a message calls it."""

    entry: Entry
    name: str
    where: str


def zip_members(path: Path, stream: IO[bytes], size: int) -> tuple[ArchiveMember, ...]:
    """List the members of a zip that is open, or refuse it.

    Parameters
    ----------
    path : Path
        For messages.
    stream : file
        Open for reading, seekable.
    size : int
        Of the file, in bytes.

    Raises
    ------
    SourceError
        If the archive is damaged, empty, made to harm or uses what is not read.
    """
    found, directory = entries(path, stream, size)
    named = [_named(path, entry) for entry in found]
    _check_names(named)
    for each in named:
        _check_kind(each)
        _check_sizes(each)
    total = sum(each.entry.unpacked for each in named)
    check_budget(
        "its members declare to unpack to", total, size, where=str(path), most="max_archive_bytes"
    )

    named.sort(key=lambda each: each.entry.header)
    members, end = [], 0
    for position, each in enumerate(named):
        _check_place(each, end)
        follows = named[position + 1].entry.header if position + 1 < len(named) else directory
        start = _data_start(stream, each)
        end = start + each.entry.packed
        if end > follows:
            raise SourceError(
                "overlaps what follows it, so that bytes would be read twice", where=each.where
            )
        if each.entry.flags & _DESCRIBED:
            end = _descriptor_end(stream, each, end, follows)
        if not each.name.endswith("/"):
            members.append(_member(path, each, start))
    if end != directory:
        raise SourceError("holds bytes that belong to no member", where=str(path))
    if not members:
        raise SourceError("the zip archive holds no file", where=str(path))
    return tuple(members)


def _member(path: Path, each: _Named, start: int) -> ArchiveMember:
    entry = each.entry
    last = each.name.rpartition("/")[2]
    method = _METHODS[entry.method]
    return ArchiveMember(
        path, each.name, last, "zip", start, entry.packed, entry.unpacked, entry.crc32, method
    )


def _named(path: Path, entry: Entry) -> _Named:
    name = spelled(entry.name, utf8=bool(entry.flags & _UTF8))
    if name is None:
        wrong: str | None = "its name is not the UTF-8 it declares"
        name = entry.name.decode("utf-8", "backslashreplace")
    else:
        wrong = fault(name)
    where = place(path, name)
    if wrong is not None:
        raise SourceError(wrong, where=where, hint="no honest archive of events has such names")
    return _Named(entry, name, where)


def _check_names(named: list[_Named]) -> None:
    seen = set()
    for each in named:
        if each.name in seen:
            raise SourceError("there are two members of this name", where=each.where)
        seen.add(each.name)


def _check_kind(each: _Named) -> None:
    """Refuse what is encrypted, no regular file, or packed by a method that is not read."""
    entry = each.entry
    if entry.flags & (_ENCRYPTED | _STRONG | _MASKED):
        raise SourceError("is encrypted", where=each.where, hint="unpack it first")
    if entry.method not in _METHODS or entry.flags & _PATCH:
        called = _OTHERS.get(entry.method, "unknown")
        raise SourceError(
            f"is packed by method {entry.method} ({called})",
            where=each.where,
            allowed="methods 0 (stored) and 8 (deflate)",
            hint="unpack it first",
        )
    form = stat.S_IFMT(entry.attributes >> 16)
    folder = each.name.endswith("/")
    if form not in (0, stat.S_IFDIR if folder else stat.S_IFREG):
        said = "a symbolic link" if form == stat.S_IFLNK else "no regular file"
        raise SourceError(f"is {said}", where=each.where)
    if folder and (entry.unpacked or entry.packed > 2):
        # Two bytes: some tools deflate the nothing that a folder is.
        raise SourceError("is a folder that holds bytes", where=each.where)


def _check_sizes(each: _Named) -> None:
    """Refuse a bomb by what it declares, and sizes that cannot be."""
    entry = each.entry
    check_budget("declares to unpack to", entry.unpacked, entry.packed, where=each.where)
    if entry.method == 0 and entry.packed != entry.unpacked:
        raise SourceError(
            f"is stored as it is, yet declares {entry.unpacked:,} bytes in {entry.packed:,}",
            where=each.where,
        )
    # Deflate grows no data but by a few bytes for each time its buffer is flushed.
    if entry.packed > 2 * entry.unpacked + 4096:
        raise SourceError(
            f"declares {entry.unpacked:,} bytes, far less than the {entry.packed:,} it takes",
            where=each.where,
        )


def _check_place(each: _Named, end: int) -> None:
    """Refuse a member that starts before the one before it ends, or leaves a gap."""
    if each.entry.header < end:
        raise SourceError(
            "overlaps the member before it, so that bytes would be read twice", where=each.where
        )
    if each.entry.header > end:
        raise SourceError(
            f"lies behind {each.entry.header - end:,} bytes that belong to no member",
            where=each.where,
        )


def _data_start(stream: IO[bytes], each: _Named) -> int:
    """Hold a member's own header against the directory; return where its data start."""
    entry = each.entry
    stream.seek(entry.header)
    raw = stream.read(_LOCAL.size)
    if len(raw) < _LOCAL.size or raw[:4] != _LOCAL_MARK:
        raise SourceError("has no header where the directory says", where=each.where)
    _, _, flags, method, _, _, crc32, packed, unpacked, name_size, extra_size = _LOCAL.unpack(raw)
    name, extra = stream.read(name_size), stream.read(extra_size)
    if _FULL in (packed, unpacked):
        values = zip64_values(extra, 2)
        if values is None:
            raise SourceError("its zip64 sizes are missing or cut off", where=each.where)
        unpacked, packed = values
    declared = (entry.crc32, entry.packed, entry.unpacked)
    held: tuple[int, ...] = (crc32, packed, unpacked)
    if flags & _DESCRIBED:
        # Known only after the data: nought here, and repeated behind them.
        held = tuple(own or told for own, told in zip(held, declared, strict=True))
    same = (name == entry.name, method == entry.method, held == declared,
            (flags | _EFFORT) == (entry.flags | _EFFORT))  # fmt: skip
    if not all(same):
        what = ("name", "method", "sizes or CRC-32", "flags")[same.index(False)]
        raise SourceError(
            f"its own header and the archive's directory differ in its {what}", where=each.where
        )
    return entry.header + _LOCAL.size + len(name) + len(extra)


def _descriptor_end(stream: IO[bytes], each: _Named, end: int, follows: int) -> int:
    """Return where the sizes repeated behind the data end; they fill the gap, in one form."""
    entry = each.entry
    stream.seek(end)
    raw = stream.read(min(follows - end, 24))
    crc = struct.pack("<I", entry.crc32)
    forms = [crc + struct.pack("<QQ", entry.packed, entry.unpacked)]
    if max(entry.packed, entry.unpacked) <= _FULL:
        forms.append(crc + struct.pack("<II", entry.packed, entry.unpacked))
    if raw not in [mark + form for form in forms for mark in (b"", _DESCRIPTOR_MARK)]:
        raise SourceError(
            "the sizes behind its data and the archive's directory differ", where=each.where
        )
    return end + len(raw)
