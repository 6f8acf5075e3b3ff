"""What a source hands on: members to read, and pieces of drafted events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.schemas import DRAFT_SCHEMA

__all__ = ["Member", "Piece", "first_reason", "only_drafted"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of one file, drafted.

    Attributes
    ----------
    rows : polars.DataFrame
        Columns of ``DRAFT_SCHEMA``, and ``reason``: null for a sound row, otherwise why it
        cannot be used. ``code`` may hold a relation's name if `named` is true.
    texts : callable
        From positions in `rows` to the text that stood there.
    lines : int
        Lines read, whatever became of them.
    filtered : int
        Lines left out on purpose (blank ones).
    rejected : tuple of (int, str, str)
        Line number, reason and text of lines that did not become a row.
    """

    rows: pl.DataFrame
    texts: Callable[[npt.NDArray[np.int64]], list[str]]
    lines: int
    filtered: int
    rejected: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One file (or frame) of a source, ready to be read.

    Attributes
    ----------
    name : str
        File name without its folder; what reports and rejections call it.
    where : str
        The whole path, for messages.
    sha256 : str
        SHA-256 of the file's bytes.
    content : tuple of str
        SHA-256 of what is read, unpacked: the file's and its companions'. It is the identity
        by which a file is recognised.
    dataset : str
        What to call the data.
    options : mapping of str to str
        How it is read; part of the manifest.
    notes : tuple of str
        What was inferred, and from what.
    pieces : callable
        Reads the file.
    """

    name: str
    where: str
    sha256: str
    content: tuple[str, ...]
    dataset: str
    options: Mapping[str, str]
    notes: tuple[str, ...]
    pieces: Callable[[], Iterator[Piece]]


def first_reason(*reasons: pl.Expr) -> pl.Expr:
    """Name the first reason that is not null ``reason``."""
    return pl.coalesce(*reasons, pl.lit(None, dtype=pl.String)).alias("reason")


def only_drafted(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a frame all columns of a draft, those it lacks as nulls."""
    columns = [
        pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in DRAFT_SCHEMA.items()
    ]
    return rows.select(*columns, pl.col("reason"))
