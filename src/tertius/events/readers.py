"""Raw files to pieces of whole lines, unpacked and in bounded memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tertius.errors import SourceError
from tertius.events.lines import line_count
from tertius.settings import limit

__all__ = ["content_sha256", "file_blocks", "line_pieces", "unpacked_bytes"]

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_LEAST_BYTES = 18
# Below this much unpacked text the ratio of a gzip file says nothing.
_RATIO_FLOOR_BYTES = 1 << 20


def line_pieces(
    blocks: Iterator[bytes], where: str, *, encoding: str = "utf-8"
) -> Iterator[tuple[int, bytes]]:
    """Yield unpacked bytes in pieces of whole lines, as UTF-8.

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
            piece, carry, skipping = data[: longest + 1] + b"\n", b"", True
        else:
            carry = data
            continue
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
    with _opened(path) as stream:
        packed = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if stream.read(2) != _GZIP_MAGIC or packed < _GZIP_LEAST_BYTES:
            return packed
        stream.seek(-4, io.SEEK_END)
        return max(packed, int.from_bytes(stream.read(4), "little"))


def content_sha256(path: Path) -> tuple[str, str]:
    """Return the SHA-256 of a file's bytes and of what it unpacks to, as hex digits.

    The two are the same for a file that is not gzip.
    """
    content = hashlib.sha256()
    for block in file_blocks(path, 1 << 20):
        content.update(block)
    packed = hashlib.sha256()
    with _opened(path) as stream:
        while block := stream.read(1 << 20):
            packed.update(block)
    return packed.hexdigest(), content.hexdigest()


def _recoded(piece: bytes, encoding: str) -> bytes:
    return piece if encoding == "utf-8" else piece.decode(encoding).encode("utf-8")


def _opened(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise SourceError("is a folder, not a file", where=str(path))
        return path.open("rb")
    except OSError as error:
        raise SourceError(
            f"cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(path),
            hint="check the path and its permissions",
        ) from error


def file_blocks(path: Path, size: int) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked if gzip, keeping to the limits on what unpacks."""
    with _opened(path) as raw:
        try:
            head = raw.read(2)
            raw.seek(0)
            packed = raw.seek(0, io.SEEK_END)
            raw.seek(0)
            if head != _GZIP_MAGIC:
                while block := raw.read(size):
                    yield block
                return
            total = 0
            with gzip.GzipFile(fileobj=raw) as stream:
                while block := stream.read(size):
                    total += len(block)
                    _check_inflation(path, total, packed)
                    yield block
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(
                f"the gzip data are damaged or cut off: {error}",
                where=str(path),
                hint="get the file again",
            ) from error
        except OSError as error:
            raise SourceError(
                f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(path)
            ) from error


def _check_inflation(path: Path, total: int, packed: int) -> None:
    most, ratio = limit("max_inflated_bytes"), limit("max_inflate_ratio")
    if total > most or (total > _RATIO_FLOOR_BYTES and total > ratio * packed):
        raise SourceError(
            f"unpacks to more than {total:,} bytes from {packed:,}",
            where=str(path),
            allowed=f"up to {ratio} times the packed size and {most:,} bytes",
            hint="unpack it yourself if you trust it",
        )
