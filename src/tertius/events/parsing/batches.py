"""Batches: the lines of many small files read at once, each still known by file and number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.parsing.drafts import Chunk, Layout, Table
from tertius.events.parsing.lines import Lines, line_count, presumed_width, sound_lines
from tertius.events.schemas import DRAFT_SCHEMA

__all__ = ["Drafted", "Part", "drafted", "part_of", "tabled"]

Rejection = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one file, looked at but not yet parsed.

    Attributes
    ----------
    file : int
        The file they belong to.
    layout : Layout
        How they are laid out.
    text : bytes
        The lines that are to be parsed.
    numbers : numpy.ndarray
        (n,) their numbers in the file.
    lines : int
        How many lines there were before some were left out.
    width : int
        How many fields all of them have; 0 if that is not known.
    """

    file: int
    layout: Layout
    text: bytes
    numbers: npt.NDArray[np.int64]
    lines: int
    width: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of the lines of a batch, before codes and states are looked up.

    Attributes
    ----------
    rows : polars.DataFrame
        Columns of ``DRAFT_SCHEMA``, ``reason``, and ``member``: the file of each row.
    lines, blank, sifted : mapping of int to int
        By file: lines read, blank ones, and those left out since they are not between states.
    rejected : list of (int, int, str, str)
        File, line, reason and text of lines that did not become a row.
    texts : callable
        From positions in `rows` to the text that stood there.
    by_name : tuple of str
        Sides that have no codes and are known by their names.
    """

    rows: pl.DataFrame
    lines: dict[int, int]
    blank: dict[int, int]
    sifted: dict[int, int]
    rejected: list[Rejection]
    texts: Callable[[npt.NDArray[np.int64]], list[str]]
    by_name: tuple[str, ...] = ()


def part_of(file: int, chunk: Chunk, *, sift: bool) -> Part:
    """Look at lines of a file before they are parsed with others.

    Parameters
    ----------
    file : int
        The file.
    chunk : Chunk
        The lines.
    sift : bool
        Whether lines that are not between two different states may be left out unparsed.
    """
    layout, text = chunk.layout, chunk.text
    found = layout.sift(text) if sift and layout.sift else None
    if found is not None:
        numbers = found.positions + chunk.first
        return Part(file, layout, found.text, numbers, found.lines, found.width)
    count, width = presumed_width(text, layout.fields) if layout.closed else (line_count(text), 0)
    return Part(file, layout, text, np.arange(chunk.first, chunk.first + count), count, width)


def drafted(parts: Sequence[Part]) -> Drafted:
    """Draft the rows of parts of one layout.

    Parameters
    ----------
    parts : sequence of Part
        Lines of one file or of many.
    """
    layout = parts[0].layout
    lines: dict[int, int] = {}
    sifted: dict[int, int] = {}
    for part in parts:
        lines[part.file] = lines.get(part.file, 0) + part.lines
        sifted[part.file] = sifted.get(part.file, 0) + part.lines - len(part.numbers)
    files = np.repeat([part.file for part in parts], [len(part.numbers) for part in parts])
    numbers = np.concatenate([part.numbers for part in parts])
    text = b"".join([part.text for part in parts]) if len(parts) > 1 else parts[0].text
    widths = {part.width for part in parts if len(part.numbers)}
    if not len(numbers):
        return Drafted(_no_rows(), lines, {}, sifted, [], lambda _: [])
    sound = _presumed(text, len(numbers), widths) or _sound(text, layout)
    rows = layout.draft(sound)
    if rows is None:
        sound = _sound(text, layout)
        rows = layout.draft(sound)
    assert rows is not None  # noqa: S101 - only presumed lines are given back
    at = rows["row_no"].to_numpy()
    rows = rows.with_columns(
        row_no=pl.Series(numbers[at], dtype=pl.Int64), member=pl.Series(files[at], dtype=pl.Int32)
    )
    rejected = [
        (int(files[place]), int(numbers[place]), reason, text)
        for place, reason, text in sound.rejected
    ]
    blank = _counts(files[sound.blanks])
    return Drafted(rows, lines, blank, sifted, rejected, sound.texts, layout.by_name)


def _no_rows() -> pl.DataFrame:
    kinds = {**DRAFT_SCHEMA, "reason": pl.String(), "member": pl.Int32()}
    return pl.DataFrame(schema=kinds)


def _presumed(text: bytes, count: int, widths: set[int]) -> Lines | None:
    """Return lines as they stand if all of them seem to have the same number of fields."""
    width = widths.pop() if len(widths) == 1 else 0
    if not width or not count:
        return None
    none = np.empty(0, dtype=np.int64)
    fields = np.full(count, width, dtype=np.int64)
    return Lines(text, np.arange(count), count, none, (), fields, presumed=True)


def tabled(file: int, table: Table) -> Drafted:
    """Return the rows of a frame as those of a batch."""
    rows = table.rows.with_columns(member=pl.lit(file, dtype=pl.Int32))
    return Drafted(rows, {file: rows.height}, {}, {}, [], table.texts, table.by_name)


def _sound(text: bytes, layout: Layout) -> Lines:
    return sound_lines(
        text,
        0,
        delimiter=layout.delimiter,
        quoted=layout.quoted,
        fields=layout.fields,
        lossy=layout.lossy,
    )


def _counts(files: npt.NDArray[np.int64]) -> dict[int, int]:
    found, counts = np.unique(files, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))
