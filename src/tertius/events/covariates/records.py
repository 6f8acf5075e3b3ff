"""Physical lines to records of RFC 4180, where a quoted field may span lines.

A reader that trusts quotes loses rows in silence: one quote left open and everything up to
the next is one field. Here a record that does not close, or whose quotes or fields are
wrong, costs its first line; reading goes on with the next, so good records behind it stay.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from tertius.settings import limit

__all__ = ["Record", "records"]

_KEPT_CHARS = 200
# Possessive, so that no input makes the match slow.
_FIELD = rb'(?:"(?:[^"]++|"")*+"|[^",\r\n]*+)'
_ANY_RECORD = re.compile(_FIELD + rb"(?:," + _FIELD + rb")*+")
_OPENED = re.compile(rb"(?:" + _FIELD + rb',)*+"(?:[^"]++|"")*+')
_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')
_MISPLACED = "a quote or a carriage return out of place"
_Line = tuple[int, bytes]


class Record(NamedTuple):
    """One record, sound or not.

    Attributes
    ----------
    first : int
        Number of its first line.
    lines : int
        Lines it spans.
    text : bytes
        What stands there, without the end of the last line.
    reason : str
        Empty for a sound record; ``"blank"``; or why it cannot be read.
    """

    first: int
    lines: int
    text: bytes
    reason: str

    @property
    def shown(self) -> str:
        """The head of the text, safe to print."""
        head = self.text[:_KEPT_CHARS].decode("utf-8", "backslashreplace")
        return head.replace("\0", "\\x00")


def records(pieces: Iterator[tuple[int, bytes]], fields: int) -> Iterator[Record]:
    r"""Yield the records of a file; every line belongs to exactly one.

    Parameters
    ----------
    pieces : iterator of (int, bytes)
        Number of the first line, and whole lines, the last ended too.
    fields : int
        How many fields a record must have.

    Notes
    -----
    A line with an odd number of quotes opens a field that only a later such line can close.

    Examples
    --------
    >>> text = b'1,"two\nlines"\n2,"cut\n3,x\n'
    >>> [(r.first, r.lines, r.reason) for r in records(iter([(2, text)]), 2)]
    [(2, 2, ''), (4, 1, 'a quoted field that does not end'), (5, 1, '')]
    """
    sound = re.compile(_FIELD + (rb"(?:,%b){%d}" % (_FIELD, fields - 1)))
    most = limit("max_line_bytes")
    lines = _lines(pieces)
    waiting: deque[_Line] = deque()
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        number, text = line
        if text.count(b'"') % 2 == 0:
            yield _single(number, text, sound, fields)
            continue
        taken, closed = _taken(line, waiting, lines, most)
        whole = b"\n".join(text for _, text in taken).removesuffix(b"\r")
        if closed and not _fault(whole, sound, fields):
            yield Record(number, len(taken), whole, "")
            continue
        waiting.extendleft(reversed(taken[1:]))
        fault = _fault(whole, sound, fields) if closed else _MISPLACED
        if fault == _MISPLACED and _OPENED.fullmatch(text):
            fault = "a quoted field that does not end"
        yield Record(number, 1, text.removesuffix(b"\r"), fault)


def _lines(pieces: Iterator[tuple[int, bytes]]) -> Iterator[_Line]:
    for first, piece in pieces:
        yield from enumerate(piece.split(b"\n")[:-1], start=first)


def _taken(
    line: _Line, waiting: deque[_Line], lines: Iterator[_Line], most: int
) -> tuple[list[_Line], bool]:
    """Take lines up to the one that closes the field `line` opens, if one does in time."""
    taken, size = [line], len(line[1])
    while size <= most:
        follower = waiting.popleft() if waiting else next(lines, None)
        if follower is None:
            return taken, False
        taken.append(follower)
        size += len(follower[1]) + 1
        if follower[1].count(b'"') % 2:
            return taken, size <= most
    return taken, False


def _single(number: int, text: bytes, sound: re.Pattern[bytes], fields: int) -> Record:
    text = text.removesuffix(b"\r")
    if not text.strip(b" \t\r"):
        return Record(number, 1, text, "blank")
    return Record(number, 1, text, _fault(text, sound, fields))


def _fault(text: bytes, sound: re.Pattern[bytes], fields: int) -> str:
    """Say why a record cannot be read; empty if it can."""
    if len(text) > limit("max_line_bytes"):
        return f"longer than {limit('max_line_bytes'):,} bytes"
    if b"\0" in text:
        return "a NUL byte"
    if not text.isascii():
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            return "not UTF-8"
    if sound.fullmatch(text):
        return ""
    if not _ANY_RECORD.fullmatch(text):
        return _MISPLACED
    return f"{_field_count(text)} fields, not {fields}"


def _field_count(text: bytes) -> int:
    return _QUOTED.sub(b"", text).count(b",") + 1
