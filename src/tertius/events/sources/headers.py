"""The first line of a file whose columns are named, and what a file is that has no such line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tertius.errors import SourceError
from tertius.events.parsing.drafts import Chunk, Layout

__all__ = [
    "Header",
    "headed_chunks",
    "other_format",
    "place_columns",
    "read_header",
    "wrong_format",
]

_HEAD_BYTES = 20_000
_LOOKED_AT = 20
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns of a file.

    Attributes
    ----------
    names : tuple of str
        Letters and digits of each name, in lower case: "Event ID", "Event.ID" and "event_id"
        are all ``eventid``.
    delimiter : str
        A tab where the line has any, otherwise a comma.
    """

    names: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True, slots=True)
class _Format:
    """A format somebody may take for another."""

    title: str
    advice: str


_GDELT = 'use the source "gdelt"'
_MENTIONS = _Format("GDELT 2.0 mentions", "read it with tertius.events.mentions.read_mentions")
_NO_EVENTS = "it holds no events; GKG files are not read"
# Columns that only a format of this kind has together.
_BY_NAMES: tuple[tuple[frozenset[str], _Format], ...] = tuple(
    (frozenset(names.split()), _Format(title, advice))
    for names, title, advice in (
        ("eventid sourcename targetname", "ICEWS", 'use the source "icews"'),
        ("eventid eventtype actorcountry", "POLECAT", 'use the source "polecat"'),
        ("eid sourceroot targetroot", "historical Phoenix", 'use the source "phoenix"'),
        ("date source target cameocode", "the reduced GDELT 1.0", _GDELT),
        ("globaleventid mentiontimedate", _MENTIONS.title, _MENTIONS.advice),
        ("globaleventid actor1code", "an export of GDELT events with a header",
         'name its columns to the source "table", or get GDELT\'s own files'),
        ("gkgrecordid", "GDELT's GKG", _NO_EVENTS),
        ("eventidcnty", "ACLED", "read it with tertius.events.covariates.read_covariates"),
        ("relid typeofviolence", "UCDP GED",
         "read it with tertius.events.covariates.read_covariates"),
    )
)  # fmt: skip
# Tab-separated lines of formats without a header, or that lost it.
_LOST = "put back the header line it was published with"
_BY_WIDTH = {
    11: _Format("GDELT's GKG 1.0", _NO_EVENTS),
    16: _MENTIONS,
    17: _Format("the reduced GDELT 1.0", _LOST),
    20: _Format("ICEWS", _LOST),
    26: _Format("real-time Phoenix", 'use the source "phoenix"'),
    27: _Format("GDELT's GKG 2.1", _NO_EVENTS),
    40: _Format("POLECAT", _LOST),
    57: _Format("GDELT 1.0", _GDELT),
    58: _Format("GDELT 1.0", _GDELT),
    61: _Format("GDELT 2.0", _GDELT),
}


def read_header(top: bytes) -> Header:
    """Read a first line as names of columns, whatever it is.

    Parameters
    ----------
    top : bytes
        The line, ended or not.
    """
    text = top[:_HEAD_BYTES].removeprefix(_BOM).decode("utf-8", "replace").rstrip("\r\n")
    delimiter = "\t" if "\t" in text else ","
    try:
        (cells,) = csv.reader([text], delimiter=delimiter)
    except (csv.Error, ValueError):
        cells = text.split(delimiter)
    return Header(tuple(re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in cells), delimiter)


def place_columns(
    header: Header, wanted: Mapping[str, Sequence[str]], where: str
) -> dict[str, int]:
    """Return the place of each field whose column is there.

    Parameters
    ----------
    header : Header
        The columns.
    wanted : mapping of str to sequence of str
        From fields to the names their column may have.
    where : str
        The file, for messages.

    Raises
    ------
    SourceError
        If two columns bear one name.
    """
    found = {}
    for field, names in wanted.items():
        at = [place for place, name in enumerate(header.names) if name in names]
        if len(at) > 1:
            raise SourceError(f"{len(at)} columns are for {names[0]}", where=f"{where}, line 1")
        if at:
            found[field] = at[0]
    return found


def wrong_format(piece: bytes, where: str, wanted: str) -> SourceError:
    """Return the error for a file that is not of the format wanted, saying what it is if known.

    Parameters
    ----------
    piece : bytes
        The first lines.
    where : str
        The file, for messages.
    wanted : str
        What it should have been.
    """
    return other_format(piece, where) or SourceError(
        f"is no {wanted} file",
        where=f"{where}, line 1",
        hint="check what the file is and name its source",
    )


def other_format(piece: bytes, where: str) -> SourceError | None:
    """Return the error for a file whose first lines tell of which format it is, otherwise None.

    Parameters
    ----------
    piece : bytes
        The first lines. Where there is no header all of them must have one number of fields.
    where : str
        The file, for messages.
    """
    lines = piece[: _HEAD_BYTES * _LOOKED_AT].split(b"\n")[:_LOOKED_AT]
    lines = [line for line in lines[:-1] or lines if line.strip()]
    first = lines[0] if lines else b""
    start = first.removeprefix(_BOM).lstrip()[:1]
    widths = {line.count(b"\t") + 1 for line in lines}
    width = widths.pop() if len(widths) == 1 else 0
    names = set(read_header(first).names)
    named = next((each for needed, each in _BY_NAMES if needed <= names), None)
    counted = _BY_WIDTH.get(width)
    if start in (b"<", b"{", b"["):
        said = f"is {'a web page' if start == b'<' else 'JSON'}, not a table of events"
        hint = "get the file again"
    elif named is not None:
        said, hint = f"its header is that of {named.title}", named.advice
    elif counted is not None:
        said = f"{width} columns and no header: this looks like {counted.title}"
        hint = counted.advice
    else:
        return None
    return SourceError(said, where=f"{where}, line 1", hint=hint)


def headed_chunks(
    pieces: Iterator[tuple[int, bytes]],
    layout_of: Callable[[bytes, bytes], Layout],
    *,
    bare: Callable[[Layout], bool] = lambda _: False,
) -> Iterator[Chunk]:
    """Turn pieces of a file into chunks of the layout its first line tells.

    Parameters
    ----------
    pieces : iterator of (int, bytes)
        Number of the first line, and whole lines.
    layout_of : callable
        From the first line and the first piece to the layout.
    bare : callable
        Whether files of a layout have no header, so that the first line is data.
    """
    layout = None
    for first, piece in pieces:
        text, number = piece, first
        if layout is None:
            top, _, rest = piece.partition(b"\n")
            layout = layout_of(top, piece)
            if not bare(layout):
                text, number = rest, first + 1
        if text:
            yield Chunk(layout, number, text)
