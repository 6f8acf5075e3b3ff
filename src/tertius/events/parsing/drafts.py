"""What a source hands on: members to read, how their lines are laid out, drafted rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.errors import SourceError
from tertius.events.parsing.lines import Lines
from tertius.events.schemas import DRAFT_SCHEMA

__all__ = [
    "Chunk",
    "Layout",
    "Member",
    "Sifted",
    "Table",
    "first_reason",
    "only_drafted",
    "unusable",
]


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is left of some lines after those were left out that nobody asked for.

    Attributes
    ----------
    text : bytes
        The lines kept, as they were.
    positions : numpy.ndarray
        (n,) their positions among the lines given, counted from 0.
    lines : int
        How many lines were given.
    width : int
        How many fields every one of them has.
    """

    text: bytes
    positions: npt.NDArray[np.int64]
    lines: int
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How the lines of a file are split, and what becomes of them.

    Files whose layouts have the same `key` are read together, many at a time.

    Attributes
    ----------
    key : tuple
        What makes two layouts the same.
    delimiter : str or None
        One ASCII character between fields; None: lines are not split.
    quoted : bool
        Whether a field may stand in double quotes (RFC 4180).
    fields : tuple of int
        How many fields a line may have; empty if lines are not split.
    draft : callable
        From sound lines to a frame with the columns of ``DRAFT_SCHEMA`` and ``reason``: null
        for a sound row, otherwise why it cannot be used. ``row_no`` is the line's number in
        `Lines`. None if the lines were presumed to be sound and are not.
    sift : callable or None
        Leaves out lines that are not between two different states, before they are parsed;
        None where that cannot be told so early. It may give lines up undecided, and None for
        lines it cannot tell apart.
    closed : bool
        Whether the last field is never empty, so that a line can be presumed whole by it.
    lossy : bool
        Whether bytes that are not UTF-8 are replaced where they stand in a field that is kept;
        otherwise such a line is rejected.
    by_name : tuple of str
        Which of ``"source"`` and ``"target"`` have no codes and are known by their names.
    """

    key: tuple[object, ...]
    delimiter: str | None
    quoted: bool
    fields: tuple[int, ...]
    draft: Callable[[Lines], pl.DataFrame | None]
    sift: Callable[[bytes], Sifted | None] | None = None
    closed: bool = False
    lossy: bool = False
    by_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of one file.

    Attributes
    ----------
    layout : Layout
        How to read them.
    first : int
        Number of the first line in the file, counted from 1.
    text : bytes
        The lines, the last ended too.
    """

    layout: Layout
    first: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Table:
    """A frame that is drafted already; its rows stand for lines.

    Attributes
    ----------
    rows : polars.DataFrame
        Columns of ``DRAFT_SCHEMA`` and ``reason``.
    texts : callable
        From positions in `rows` to the text that stood there.
    by_name : tuple of str
        As in `Layout`.
    """

    rows: pl.DataFrame
    texts: Callable[[npt.NDArray[np.int64]], list[str]]
    by_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One file, archive member or frame of a source, ready to be read.

    Attributes
    ----------
    name : str
        File name without its folder; what reports and rejections call it.
    where : str
        The whole path, for messages.
    size : int
        How many bytes it unpacks to, as far as is known beforehand.
    sha256 : callable
        Returns the SHA-256 of the bytes as they lie there.
    content : tuple of str
        SHA-256 of what is read with it (id files), or of the frame.
    dataset, feed : str
        What to call the data, and the series of files it belongs to (empty if to none).
    span : tuple of (str, str), or None
        The time the file covers by its name, half-open UTC instants.
    options : mapping of str to str
        How it is read; part of the store's catalogue.
    notes : tuple of str
        What was inferred, and from what.
    blocks : callable or None
        Reads the unpacked bytes, in blocks of about the size it is given.
    chunks : callable or None
        From numbered pieces of whole lines to chunks with their layout.
    tables : callable or None
        Reads a frame instead.
    encoding : str
        Of the bytes.
    crc32 : int or None
        CRC-32 of the unpacked bytes, where an archive holds it and reading checks it.
    fault : SourceError or None
        Why it cannot be read, where that is known beforehand.
    """

    name: str
    where: str
    size: int
    sha256: Callable[[], str]
    content: tuple[str, ...]
    dataset: str
    options: Mapping[str, str]
    notes: tuple[str, ...]
    blocks: Callable[[int], Iterator[bytes]] | None = None
    chunks: Callable[[Iterator[tuple[int, bytes]]], Iterator[Chunk]] | None = None
    tables: Callable[[], Iterator[Table]] | None = None
    feed: str = ""
    span: tuple[str, str] | None = None
    encoding: str = "utf-8"
    crc32: int | None = None
    fault: SourceError | None = None


def unusable(name: str, where: str, fault: SourceError) -> Member:
    """Return a member that stands for a file nothing can be read of."""
    return Member(
        name=name, where=where, size=0, sha256=str, content=(), dataset=name, options={}, notes=(),
        fault=fault,
    )  # fmt: skip


def first_reason(*reasons: pl.Expr) -> pl.Expr:
    """Name the first reason that is not null ``reason``."""
    return pl.coalesce(*reasons, pl.lit(None, dtype=pl.String)).alias("reason")


def only_drafted(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a frame all columns of a draft, those it lacks as nulls; categories may stay."""
    columns = [
        _as(rows, name, kind) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in DRAFT_SCHEMA.items()
    ]
    return rows.select(*columns, pl.col("reason"))


def _as(rows: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    same = rows.schema[name] == kind or (
        kind == pl.String() and rows.schema[name] == pl.Categorical()
    )
    return pl.col(name) if same else pl.col(name).cast(kind)
