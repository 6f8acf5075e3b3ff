"""What a store knows of a file: where its rows are, what it covers, what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tertius.events.reports import FileReport

__all__ = ["STATUSES", "Entry", "Expected", "Segment"]

STATUSES = ("expected", "held", "missing", "damaged", "refused")
"""What may have become of a file an index promises."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One immutable Parquet file of the store.

    Attributes
    ----------
    sha256 : str
        Of its bytes; also its name.
    size : int
        Bytes.
    rows : int
        Rows.
    """

    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One ingested file.

    Attributes
    ----------
    report : FileReport
        Its accounting.
    source : str
        The source it came through.
    content : tuple of str
        SHA-256 of what was read: the identity by which the file is recognised.
    options : mapping of str to str
        How it was read.
    scheme, weights : str
        Quad class scheme and weight table of its events.
    feed : str
        The series of files it belongs to, such as ``"gdelt2"``; empty if to none.
    span : tuple of (str, str), or None
        The time the file covers: half-open UTC instants, ISO with ``Z``. None if nothing says.
    days : tuple of str
        Days on which it has a row of any kind, ISO; empty if `span` is given.
    segments, rejected, links : tuple of Segment
        Where its events, its rejected lines and the addresses of its reports are. Small files
        share segments; rows carry the file's key.
    """

    report: FileReport
    source: str
    content: tuple[str, ...]
    options: Mapping[str, str]
    scheme: str
    weights: str
    feed: str
    span: tuple[str, str] | None
    days: tuple[str, ...]
    segments: tuple[Segment, ...]
    rejected: tuple[Segment, ...]
    links: tuple[Segment, ...]

    @property
    def reading(self) -> tuple[object, ...]:
        """How the file was read: what must agree for "the same file"."""
        options = tuple(sorted(self.options.items()))
        named = (self.source, self.scheme, self.weights, self.report.dataset)
        return (*named, options, self.span)


@dataclass(frozen=True, slots=True)
class Expected:
    """A file an index promises.

    Attributes
    ----------
    feed, name : str
        The series it belongs to and its file name; together its key.
    address : str
        Where it is to be had.
    bytes : int or None
        Its size, where the index says it.
    md5 : str
        Its MD5 as hex digits; empty where the index does not say it.
    span : tuple of (str, str), or None
        The time it covers, as in `Entry`.
    status : str
        One of ``STATUSES``.
    reason : str
        Why it is not held; empty otherwise.
    """

    feed: str
    name: str
    address: str
    bytes: int | None
    md5: str
    span: tuple[str, str] | None
    status: str
    reason: str
