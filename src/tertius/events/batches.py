"""Batches: the lines of many small files read at once, each still known by file and number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.drafts import Chunk, Layout, Table
from tertius.events.lines import Lines, line_count, presumed_width, sound_lines

__all__ = ["Batch", "Drafted", "drafted"]

Rejection = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Chunks of one layout, each of a file.

    Attributes
    ----------
    files : tuple of int
        The file each chunk belongs to.
    chunks : tuple of Chunk
        The lines.
    """

    files: tuple[int, ...]
    chunks: tuple[Chunk, ...]


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
    """

    rows: pl.DataFrame
    lines: dict[int, int]
    blank: dict[int, int]
    sifted: dict[int, int]
    rejected: list[Rejection]
    texts: Callable[[npt.NDArray[np.int64]], list[str]]


def drafted(batch: Batch, *, sift: bool) -> Drafted:
    """Draft the rows of a batch.

    Parameters
    ----------
    batch : Batch
        The chunks.
    sift : bool
        Whether lines that are not between two different states may be left out unparsed.
    """
    layout = batch.chunks[0].layout
    texts: list[bytes] = []
    places: list[tuple[int, npt.NDArray[np.int64]]] = []
    widths: set[int] = set()
    lines: dict[int, int] = {}
    sifted: dict[int, int] = {}
    for file, chunk in zip(batch.files, batch.chunks, strict=True):
        text, numbers, count, width = _looked_at(chunk, sift=sift)
        texts.append(text)
        places.append((file, numbers))
        widths.add(width)
        lines[file] = lines.get(file, 0) + count
        sifted[file] = sifted.get(file, 0) + count - len(numbers)
    files = np.repeat([file for file, _ in places], [len(numbers) for _, numbers in places])
    numbers = np.concatenate([numbers for _, numbers in places])
    text = b"".join(texts) if len(texts) > 1 else texts[0]
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
    return Drafted(rows, lines, _counts(files[sound.blanks]), sifted, rejected, sound.texts)


def _looked_at(chunk: Chunk, *, sift: bool) -> tuple[bytes, npt.NDArray[np.int64], int, int]:
    """Return the lines to parse, their numbers, how many there were, and their fields if sure."""
    layout = chunk.layout
    found = layout.sift(chunk.text) if sift and layout.sift else None
    if found is not None:
        return found.text, found.positions + chunk.first, found.lines, found.width
    if layout.closed:
        count, width = presumed_width(chunk.text, layout.fields)
    else:
        count, width = line_count(chunk.text), 0
    return chunk.text, np.arange(chunk.first, chunk.first + count), count, width


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
    return Drafted(rows, {file: rows.height}, {}, {}, [], table.texts)


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
