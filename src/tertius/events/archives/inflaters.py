"""Inflating raw deflate data (RFC 1951) with the fastest library at hand.

zlib is always there. `isal` streams about twice as fast, `deflate` (libdeflate) unpacks in
one piece three times as fast; both are optional and give the same bytes. Whatever they are
fed, at most one step of output is made at a time, or what a member declares.
"""

from __future__ import annotations

import functools
import importlib
import struct
import zlib
from collections.abc import Iterator
from types import ModuleType
from typing import IO

__all__ = ["InflateError", "checksum", "inflated", "inflated_at_once"]

_CHUNK_BYTES = 1 << 16
_STEP_BYTES = 1 << 20
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


class InflateError(Exception):
    """The data are no deflate data, or end too early."""


@functools.cache
def library(name: str) -> ModuleType | None:
    """Return an optional library, or None if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def checksum(data: bytes, start: int = 0) -> int:
    """Return the CRC-32 (as zip and gzip have it) of data that follow those of `start`."""
    value: int = (library("isal.isal_zlib") or zlib).crc32(data, start)
    return value


def inflated(stream: IO[bytes], packed: int) -> Iterator[bytes]:
    """Inflate what starts at the position of `stream`, a step at a time.

    Afterwards the stream stands right behind the deflate data.

    Parameters
    ----------
    stream : file
        Binary and seekable.
    packed : int
        Most bytes that are read from it.

    Raises
    ------
    InflateError
        If the data are damaged or do not end within `packed` bytes.
    """
    source = library("isal.isal_zlib") or zlib
    machine = source.decompressobj(wbits=-15)
    data, starved = b"", True
    while not machine.eof:
        if starved and not data:
            data = stream.read(min(_CHUNK_BYTES, packed))
            packed -= len(data)
            if not data:
                raise InflateError("cut off")
        try:
            block = machine.decompress(data, _STEP_BYTES)
        except source.error as error:
            raise InflateError("damaged") from error
        # A full step may leave output behind: only a short one asks for more input.
        data, starved = machine.unconsumed_tail, len(block) < _STEP_BYTES
        if block:
            yield block
    stream.seek(-len(machine.unused_data), 1)


def inflated_at_once(packed: bytes, size: int, crc32: int) -> bytes | None:
    """Inflate in one piece, or return None if that is not possible or anything is amiss.

    libdeflate writes at most `size` bytes, and checks what it wrote if the data are dressed
    as gzip. It does not say how many bytes it read. The sum and the size are therefore put
    right behind the data, where it looks for them; with bytes in between they are not
    found, unless those bytes themselves are such a pair: that one is looked for first, and
    that of another sum is noticed by taking the sum again, which costs next to nothing.

    Parameters
    ----------
    packed : bytes
        Raw deflate data and nothing else.
    size : int
        Bytes they should inflate to, above 0 and below 2 GiB.
    crc32 : int
        Their CRC-32.
    """
    deflate = library("deflate")
    foot = struct.pack("<II", crc32, size)
    if deflate is None or not size or foot in packed:
        return None
    try:
        content = deflate.gzip_decompress(_GZIP_HEAD + packed + foot, size)
    except (deflate.DeflateError, ValueError, OverflowError):
        return None
    right = len(content) == size and deflate.crc32(content) == crc32
    return bytes(content) if right else None
