"""Raw bytes to sound lines: nothing sniffed, padded, joined or lost.

CSV readers repair: they pad short rows, swallow lines after a stray quote, drop what they
cannot decode. Here every physical line is one record and is looked at before a parser
sees it; what is not sound is set aside with its line number and the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.settings import limit

__all__ = ["Lines", "for_polars", "line_count", "presumed_width", "sound_lines"]

_TAB, _NEWLINE, _BLANK_BYTE, _QUOTE = 9, 10, 32, 34
_MARK = b"\xef\xbb\xbf"
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
        (n,) number of each sound line, counted from the first one's.
    lines : int
        Lines looked at, sound or not.
    blanks : numpy.ndarray
        Numbers of the lines of nothing but blanks.
    rejected : tuple of (int, str, str)
        Line number, reason and the head of the text of each line set aside.
    widths : numpy.ndarray or None
        (n,) number of fields of each sound line; None where only one number is allowed.
    presumed : bool
        Whether only the sum of fields was looked at: a parser that finds the last field of a
        line missing must have the lines looked at one by one.
    """

    text: bytes
    numbers: npt.NDArray[np.int64]
    lines: int
    blanks: npt.NDArray[np.int64]
    rejected: tuple[tuple[int, str, str], ...]
    widths: npt.NDArray[np.int64] | None = None
    presumed: bool = False

    @property
    def blank(self) -> int:
        """Lines of nothing but blanks."""
        return len(self.blanks)

    def only(self, rows: npt.NDArray[np.bool_]) -> Lines:
        """Return some of the sound lines, by a mask over them; nothing else is repeated."""
        data, starts, ends = _bounds(self.text)
        text = data[np.repeat(rows, ends - starts + 1)].tobytes()
        widths = None if self.widths is None else self.widths[rows]
        none = np.empty(0, dtype=np.int64)
        return Lines(text, self.numbers[rows], int(rows.sum()), none, (), widths)

    def texts(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Return the head of the text of some sound lines, by position."""
        if not len(rows):
            return []
        _, starts, ends = _bounds(self.text)
        return [_shown(self.text[starts[row] : ends[row]]) for row in rows.tolist()]


def sound_lines(
    piece: bytes,
    first: int,
    *,
    delimiter: str | None = None,
    quoted: bool = True,
    fields: int | tuple[int, ...] = (),
    lossy: bool = False,
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
    fields : int or tuple of int
        How many fields a line may have.
    lossy : bool
        Whether bytes that are not UTF-8 are let through, for the parser to replace.
    """
    allowed = (fields,) if isinstance(fields, int) else fields
    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n")
    if delimiter == "\t" and not quoted and lossy:
        lines = _uniform(piece, first, allowed)
        if lines is not None:
            return lines
    data, starts, ends = _bounds(piece)
    faults = np.zeros(len(ends), dtype=np.int8)
    counts = np.zeros(len(ends), dtype=np.int64)
    if delimiter is not None:
        counts = _mark_fields(data, ends, faults, ord(delimiter), quoted, allowed)
    if not lossy:
        _mark_encoding(piece, data, starts, ends, faults)
    faults[np.searchsorted(ends, np.flatnonzero(data == 0))] = _NUL
    faults[ends - starts > limit("max_line_bytes")] = _LONG
    _mark_blank(piece, data, starts, ends, faults)

    numbers = np.arange(first, first + len(ends), dtype=np.int64)
    rejected = tuple(
        (
            int(numbers[row]),
            _reason(int(faults[row]), int(counts[row]), allowed),
            _shown(piece[starts[row] : ends[row]]),
        )
        for row in np.flatnonzero(faults > _BLANK).tolist()
    )
    good = faults == 0
    text = piece if good.all() else data[np.repeat(good, ends - starts + 1)].tobytes()
    widths = counts[good]
    mixed = len(widths) > 0 and bool((widths != widths[0]).any())
    if len(allowed) > 1 and not mixed:
        widths = widths[:1].repeat(len(widths))
    return Lines(
        text,
        numbers[good],
        len(ends),
        numbers[faults == _BLANK],
        rejected,
        widths if len(allowed) > 1 else None,
    )


def presumed_width(text: bytes, allowed: tuple[int, ...]) -> tuple[int, int]:
    """Return how many lines end in a piece of text, and the fields all seem to have.

    It counts tabs and newlines, which takes a fifth of the time of looking at each line. The
    width is 0 where the sum fits none that is allowed, or where anything else calls for a
    closer look: another control character, a carriage return, a line that may be too long.

    Parameters
    ----------
    text : bytes
        Whole lines, tab-separated and not quoted, the last ended too.
    allowed : tuple of int
        How many fields a line may have.
    """
    data = np.frombuffer(text, dtype=np.uint8)
    lines, tabs = np.count_nonzero(data == _NEWLINE), np.count_nonzero(data == _TAB)
    low = np.count_nonzero(data <= _NEWLINE)
    odd = low != lines + tabs or b"\r" in text or _maybe_long(text, limit("max_line_bytes"))
    fits = [width for width in allowed if tabs == (width - 1) * lines]
    return int(lines), fits[0] if fits and not odd else 0


def _maybe_long(text: bytes, longest: int) -> bool:
    """Say whether a line could be too long: one that is has a half of the limit without an end."""
    half = max(longest // 2, 1)
    if len(text) <= longest:
        return False
    return any(text.find(b"\n", at, at + half) < 0 for at in range(0, len(text) - half + 1, half))


def line_count(text: bytes) -> int:
    """Return how many lines end in a piece of text; faster than ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == _NEWLINE))


def for_polars(text: bytes, delimiter: bytes) -> bytes:
    """Return lines that are not quoted so that Polars reads every field as it is.

    Its reader drops a byte order mark at the start of the text and one carriage return at the
    end of each field.
    """
    if b"\r" in text:
        for end in (delimiter, b"\n"):
            text = text.replace(b"\r" + end, b"\r\r" + end)
    return _MARK + text if text.startswith(_MARK) else text


def _uniform(piece: bytes, first: int, allowed: tuple[int, ...]) -> Lines | None:
    """Pass a piece on as it is if every line has the same allowed number of fields.

    One look for tabs, newlines and the control characters below them settles fields, lines
    and NUL bytes; most files of millions of lines need no other.
    """
    data = np.frombuffer(piece, dtype=np.uint8)
    marks = np.flatnonzero(data <= _NEWLINE)
    for width in allowed:
        count, rest = divmod(len(marks), width)
        if rest or not count:
            continue
        ends = marks[width - 1 :: width]
        starts = np.concatenate(([0], ends[:-1] + 1))
        # As many newlines as lines, each where one ends, and as many tabs as are left.
        sound = bool((data[ends] == _NEWLINE).all()) and np.count_nonzero(data == _NEWLINE) == count
        if (
            sound
            and np.count_nonzero(data == _TAB) == len(marks) - count
            and int((ends - starts).max()) <= limit("max_line_bytes")
            # A line that may be blank is looked at more closely.
            and not (data[starts] <= _BLANK_BYTE).any()
        ):
            numbers = np.arange(first, first + count, dtype=np.int64)
            widths = np.full(count, width, dtype=np.int64) if len(allowed) > 1 else None
            none = np.empty(0, dtype=np.int64)
            return Lines(piece, numbers, count, none, (), widths)
    return None


def _reason(fault: int, count: int, allowed: tuple[int, ...]) -> str:
    return {
        _NUL: "a NUL byte",
        _ENCODING: "not UTF-8",
        _LONG: f"longer than {limit('max_line_bytes'):,} bytes",
        _QUOTING: "a quote that does not enclose a field, or a quoted field that does not "
        "end on its line",
        _FIELDS: f"{count} fields, not {_listed(allowed)}",
    }[fault]


def _listed(allowed: tuple[int, ...]) -> str:
    *most, last = (str(count) for count in allowed or (0,))
    return f"{', '.join(most)} or {last}" if most else last


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
    allowed: tuple[int, ...],
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
    faults[~np.isin(counts, allowed)] = _FIELDS
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
        # What follows the head of an over-long line may be gone already.
        if faults[row] != _LONG and not piece[starts[row] : ends[row]].strip(b" \t\r"):
            faults[row] = _BLANK
