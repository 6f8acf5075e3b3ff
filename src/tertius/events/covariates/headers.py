"""The first line of a file: which columns it has, or why it is no file of the source."""

from __future__ import annotations

import csv

from tertius.errors import SourceError
from tertius.events.covariates.formats import CovariateSource
from tertius.events.covariates.records import records

__all__ = ["read_header"]

_BINARY = (b"\xff\xfe", b"\xfe\xff", b"PAR1", b"\xd0\xcf\x11\xe0")


def read_header(top: bytes, source: CovariateSource, where: str) -> tuple[str, ...]:
    """Return the names of the columns, in lower case.

    Parameters
    ----------
    top : bytes
        The first line.
    source : CovariateSource
        Says which columns are needed.
    where : str
        The file, for messages.

    Raises
    ------
    SourceError
        If the line is no header, or lacks columns that are needed (all of them are named).
    """
    _refuse_other_files(top, source, where)
    text = top.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\r")
    fields = text.count(b",") + 1
    if b"\r" in text or b"\0" in text or _not_utf8(text):
        raise SourceError(
            "the header cannot be read: its lines end in a way not read here, or it is no UTF-8",
            where=f"{where}, line 1",
            hint="save the file as UTF-8 with line feeds",
        )
    (record,) = records(iter([(1, text + b"\n")]), fields)
    if record.reason:
        raise SourceError(f"the header cannot be read: {record.reason}", where=f"{where}, line 1")
    (names,) = csv.reader([text.decode()], strict=True)
    header = tuple(name.strip().lower() for name in names)
    _check(header, text, source, where)
    return header


def _refuse_other_files(top: bytes, source: CovariateSource, where: str) -> None:
    if top.startswith(_BINARY):
        raise SourceError(
            "is no UTF-8 text (a spreadsheet, a UTF-16 file or another binary)",
            where=where,
            hint="save it as CSV in UTF-8",
        )
    start = top.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        raise SourceError(
            "is JSON, not CSV: a server's answer or error under the name of a table",
            where=where,
            hint=f"look into it, then get the CSV export of {source.title} again",
        )
    if start == b"<":
        raise SourceError(
            "is a web page, not CSV: a log-in or error page under the name of a table",
            where=where,
            hint=f"log in and get the CSV export of {source.title} again",
        )


def _check(header: tuple[str, ...], text: bytes, source: CovariateSource, where: str) -> None:
    lacking = [name for name in source.needed if name not in header]
    if lacking:
        raise SourceError(
            f"is no {source.title} file: it lacks {', '.join(lacking)}",
            where=where,
            allowed="columns " + ", ".join(source.needed),
            hint=_hint(header, text, source),
        )
    for name in (*source.needed, *source.optional):
        if header.count(name) > 1:
            raise SourceError(f'two columns are called "{name}"', where=where)


def _hint(header: tuple[str, ...], text: bytes, source: CovariateSource) -> str:
    for sign, word in ((b";", "semicolons"), (b"\t", "tabs")):
        if text.count(sign) > text.count(b","):
            return f"its fields are parted by {word}; save it with commas"
    if header[0].isdecimal() and any(len(header) == len(names) for _, names in source.layouts):
        return "it begins with data: some files were published without a header, add one"
    return f'check that it is the CSV export of {source.title} and the source is "{source.name}"'


def _not_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
