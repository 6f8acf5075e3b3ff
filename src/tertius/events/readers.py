"""Raw bytes to sound lines: nothing sniffed, padded, joined or lost.

CSV readers repair: they pad short rows, swallow lines after a stray quote, drop what they
cannot decode. Here every physical line is one record and is looked at before a parser
sees it; what is not sound is set aside with its line number and the reason.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from tertius.errors import SourceError
from tertius.settings import limit

__all__ = ["Lines", "content_sha256", "line_pieces", "sound_lines"]

_GZIP_MAGIC = b"\x1f\x8b"
# Below this much unpacked text the ratio of a gzip file says nothing.
_RATIO_FLOOR_BYTES = 1 << 20
_NEWLINE, _QUOTE = 10, 34
_KEPT_TEXT_BYTES = 500

_BLANK, _NUL, _ENCODING, _LONG, _QUOTING, _FIELDS = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Lines:
    """The sound lines of a piece of a file and what was set aside.

    Attributes
    ----------
    text : bytes
        The sound lines, UTF-8, each ended by a newline.
    numbers : numpy.ndarray
        (n,) line number of each sound line, counted from 1.
    lines : int
        Lines looked at, sound or not.
    blank : int
        Lines of nothing but blanks.
    rejected : tuple of (int, str, str)
        Line number, reason and the head of the text of each line set aside.
    """

    text: bytes
    numbers: npt.NDArray[np.int64]
    lines: int
    blank: int
    rejected: tuple[tuple[int, str, str], ...]

    def texts(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the head of the text of some sound lines, by position."""
        if not len(rows):
            return []
        _, starts, ends = _bounds(self.text)
        return [_shown(self.text[starts[row] : ends[row]]) for row in rows.tolist()]


def line_pieces(path: Path, *, encoding: str = "utf-8") -> Iterator[tuple[int, bytes]]:
    """Yield a file in pieces of whole lines, unpacked if it is gzip, as UTF-8.

    Yields
    ------
    (int, bytes)
        Number of the first line, and the piece, which ends with a newline.

    Raises
    ------
    SourceError
        If the file is missing, unreadable, empty, damaged or unpacks beyond the limits.
    """
    size, longest = limit("ingest_piece_bytes"), limit("max_line_bytes")
    number, carry, skipping = 1, b"", False
    for block in _ended(_blocks(path, size), path):
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
        yield number, _recoded(piece, encoding)
        number += piece.count(b"\n")


def _ended(blocks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    """Pass blocks on and end the last line if the file does not."""
    last = next(blocks, b"")
    if not last:
        raise SourceError("the file is empty", where=str(path))
    for block in blocks:
        yield last
        last = block
    yield last if last.endswith(b"\n") else last + b"\n"


def content_sha256(path: Path) -> tuple[str, str]:
    """Return the SHA-256 of a file's bytes and of what it unpacks to, as hex digits.

    The two are the same for a file that is not gzip.
    """
    content = hashlib.sha256()
    for block in _blocks(path, 1 << 20):
        content.update(block)
    packed = hashlib.sha256()
    with _opened(path) as stream:
        while block := stream.read(1 << 20):
            packed.update(block)
    return packed.hexdigest(), content.hexdigest()


def sound_lines(
    piece: bytes,
    first: int,
    *,
    delimiter: str | None = None,
    quoted: bool = True,
    fields: int = 0,
) -> Lines:
    """Set aside every line of a piece that a parser would stumble on or repair.

    Parameters
    ----------
    piece : bytes
        Whole lines, the last ended too.
    first : int
        Number of the first line.
    delimiter : str, optional
        One ASCII character between fields; None: lines are not split into fields.
    quoted : bool
        Whether a field may stand in double quotes (RFC 4180). A quoted field must end on
        its line.
    fields : int
        How many fields a line must have.
    """
    if b"\r\n" in piece:
        piece = piece.replace(b"\r\n", b"\n")
    data, starts, ends = _bounds(piece)
    faults = np.zeros(len(ends), dtype=np.int8)
    counts = np.zeros(len(ends), dtype=np.int64)
    if delimiter is not None:
        counts = _mark_fields(data, ends, faults, ord(delimiter), quoted, fields)
    faults[ends - starts > limit("max_line_bytes")] = _LONG
    _mark_encoding(piece, data, starts, ends, faults)
    faults[np.searchsorted(ends, np.flatnonzero(data == 0))] = _NUL
    _mark_blank(piece, data, starts, ends, faults)

    numbers = np.arange(first, first + len(ends), dtype=np.int64)
    rejected = tuple(
        (
            int(numbers[row]),
            _reason(int(faults[row]), int(counts[row]), fields),
            _shown(piece[starts[row] : ends[row]]),
        )
        for row in np.flatnonzero(faults > _BLANK).tolist()
    )
    good = faults == 0
    text = piece if good.all() else data[np.repeat(good, ends - starts + 1)].tobytes()
    blank = int((faults == _BLANK).sum())
    return Lines(text, numbers[good], len(ends), blank, rejected)


def _reason(fault: int, count: int, fields: int) -> str:
    return {
        _NUL: "a NUL byte",
        _ENCODING: "not UTF-8",
        _LONG: f"longer than {limit('max_line_bytes'):,} bytes",
        _QUOTING: "a quote that does not enclose a field, or a quoted field that does not "
        "end on its line",
        _FIELDS: f"{count} fields, not {fields}",
    }[fault]


def _shown(line: bytes) -> str:
    return line[:_KEPT_TEXT_BYTES].decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _bounds(
    piece: bytes,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    data = np.frombuffer(piece, dtype=np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    return data, np.concatenate(([0], ends[:-1] + 1)), ends


def _mark_fields(
    data: npt.NDArray[np.uint8],
    ends: npt.NDArray[np.int64],
    faults: npt.NDArray[np.int8],
    delimiter: int,
    quoted: bool,
    fields: int,
) -> npt.NDArray[np.int64]:
    """Mark lines whose quotes or number of fields are wrong; return the field counts."""
    splits = np.flatnonzero(data == delimiter)
    line_of_split = np.searchsorted(ends, splits)
    quotes = np.flatnonzero(data == _QUOTE) if quoted else np.empty(0, dtype=np.int64)
    if len(quotes):
        line_of_quote = np.searchsorted(ends, quotes)
        # Quotes before each line's first: a line starts outside of quotes, always.
        before = np.searchsorted(quotes, np.concatenate(([0], ends[:-1] + 1)))
        inside = (np.searchsorted(quotes, splits) - before[line_of_split]) % 2 == 1
        line_of_split = line_of_split[~inside]
        opens = (np.arange(len(quotes)) - before[line_of_quote]) % 2 == 0
        starts_ok = np.isin(data[quotes - 1], (delimiter, _NEWLINE, _QUOTE)) | (quotes == 0)
        ends_ok = np.isin(data[quotes + 1], (delimiter, _NEWLINE, _QUOTE))
        bad = np.where(opens, ~starts_ok, ~ends_ok)
        odd = np.bincount(line_of_quote, minlength=len(ends)) % 2 == 1
    counts = np.bincount(line_of_split, minlength=len(ends)) + 1
    faults[counts != fields] = _FIELDS
    if len(quotes):
        faults[line_of_quote[bad]] = _QUOTING
        faults[odd] = _QUOTING
    return counts


def _mark_encoding(
    piece: bytes,
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    faults: npt.NDArray[np.int8],
) -> None:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        for row in np.unique(np.searchsorted(ends, np.flatnonzero(data > 127))).tolist():
            try:
                piece[starts[row] : ends[row]].decode("utf-8")
            except UnicodeDecodeError:
                faults[row] = _ENCODING


def _mark_blank(
    piece: bytes,
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    faults: npt.NDArray[np.int8],
) -> None:
    for row in np.flatnonzero(np.isin(data[starts], tuple(b" \t\r\n"))).tolist():
        if not piece[starts[row] : ends[row]].strip(b" \t\r"):
            faults[row] = _BLANK


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


def _blocks(path: Path, size: int) -> Iterator[bytes]:
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
