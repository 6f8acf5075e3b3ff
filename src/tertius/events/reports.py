"""What an ingest did, file by file; every line is accounted for."""

from __future__ import annotations

import dataclasses
import itertools
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import polars as pl

from tertius.tables import TableResult, html_table

__all__ = ["FileReport", "FileReports", "IngestReport"]

_BLOCK = 500
# Of more files only the total is told, and those with rejected lines.
_LISTED = 20


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's accounting; always ``lines == kept + rejected + filtered``.

    Attributes
    ----------
    name : str
        File name.
    file_id : str
        Its key in the store.
    sha256 : str
        SHA-256 of its bytes.
    dataset : str
        What to call its data.
    lines : int
        Lines (rows of a frame) below the header.
    kept, rejected, filtered : int
        Lines that became events; that could not be used; that were left out on purpose
        (blank ones, and where only rows between states were asked for, all others).
    reasons : tuple of (str, int)
        The kinds of rejection, most frequent first.
    errata : tuple of (str, int)
        Lines that were corrected or flagged, by rule, most frequent first.
    already_present : bool
        Whether the store held the file before, so that nothing was done.
    unknown_names, unknown_mentions : int
        Distinct actors that stand for no known state, and how often they are named.
    top_unknown : tuple of (str, int)
        The five named most.
    first_day, last_day : str or None
        Days of the first and the last event, ISO; None if no event was kept.
    notes : tuple of str
        What was inferred, and from what.
    """

    name: str
    file_id: str
    sha256: str
    dataset: str
    lines: int
    kept: int
    rejected: int
    filtered: int
    reasons: tuple[tuple[str, int], ...]
    errata: tuple[tuple[str, int], ...]
    already_present: bool
    unknown_names: int
    unknown_mentions: int
    top_unknown: tuple[tuple[str, int], ...]
    first_day: str | None
    last_day: str | None
    notes: tuple[str, ...]


class FileReports(Sequence[FileReport]):
    """The accounts of very many files, packed: a tenth of the room they take as objects.

    Parameters
    ----------
    reports : iterable of FileReport
        The accounts, in order; they are packed as they come.
    """

    def __init__(self, reports: Iterable[FileReport] = ()) -> None:
        self._blocks: list[bytes] = []
        self._last: list[FileReport] = []
        self._open: tuple[int, list[FileReport]] = (-1, [])
        self.extend(reports)

    def extend(self, reports: Iterable[FileReport]) -> None:
        """Add accounts at the end."""
        for report in reports:
            self._last.append(report)
            if len(self._last) == _BLOCK:
                self._blocks.append(_packed(self._last))
                self._last = []

    def __len__(self) -> int:
        return len(self._blocks) * _BLOCK + len(self._last)

    def __iter__(self) -> Iterator[FileReport]:
        blocks = (_unpacked(block) for block in self._blocks)
        return itertools.chain(itertools.chain.from_iterable(blocks), self._last)

    @overload
    def __getitem__(self, at: int) -> FileReport: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[FileReport]: ...

    def __getitem__(self, at: int | slice) -> FileReport | Sequence[FileReport]:
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(len(self))))
        place = range(len(self))[at]
        block, within = divmod(place, _BLOCK)
        if block == len(self._blocks):
            return self._last[within]
        if self._open[0] != block:
            self._open = (block, _unpacked(self._blocks[block]))
        return self._open[1][within]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it grows


def _packed(reports: list[FileReport]) -> bytes:
    told = [
        [getattr(report, field.name) for field in dataclasses.fields(report)] for report in reports
    ]
    return zlib.compress(json.dumps(told).encode(), 1)


def _unpacked(block: bytes) -> list[FileReport]:
    return [_report_of(values) for values in json.loads(zlib.decompress(block))]


def _report_of(values: Sequence[object]) -> FileReport:
    # JSON knows no tuples.
    return FileReport(*(_tuples(value) for value in values))  # type: ignore[arg-type]


def _tuples(value: object) -> object:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class IngestReport(TableResult):
    """What one ingest did.

    Attributes
    ----------
    store : str
        The store's folder.
    source : str
        The source's name.
    files : sequence of FileReport
        One for each file taken in or held before, in the order read.
    refused : tuple of (str, str)
        Name of each file that could not be taken in, and why. Always empty where files are
        taken in all or none.
    """

    store: str
    source: str
    files: Sequence[FileReport]
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> int:
        """Lines read in all files, those already present included."""
        return sum(file.lines for file in self.files)

    @property
    def kept(self) -> int:
        """Lines that are events in the store."""
        return sum(file.kept for file in self.files)

    @property
    def rejected(self) -> int:
        """Lines that could not be used; the store lists them with their reasons."""
        return sum(file.rejected for file in self.files)

    @property
    def filtered(self) -> int:
        """Lines left out on purpose."""
        return sum(file.filtered for file in self.files)

    @property
    def already_present(self) -> bool:
        """Whether the store held every file before."""
        return all(file.already_present for file in self.files)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a file with its accounting."""
        return accounting_frame(self.files)

    def _repr_html_(self) -> str:
        return html_table(self.to_polars())

    def __str__(self) -> str:
        refused = (f"{name}: refused, {reason}" for name, reason in self.refused)
        return "\n".join([*self._listed(), *refused, self._total()])

    def _listed(self) -> list[str]:
        """Tell of every file, or of many only what is out of the ordinary."""
        if len(self.files) <= _LISTED:
            return [_said(file) for file in self.files]
        told = [file for file in self.files if file.rejected][:_LISTED]
        rest = len(self.files) - len(told)
        return [*(_said(file) for file in told), f"{rest:,} {'more ' if told else ''}files"]

    def _total(self) -> str:
        found: Counter[str] = Counter()
        for file in self.files:
            found.update(dict(file.errata))
        ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        told = ", ".join(f"{rule} {count:,}" for rule, count in ranked)
        return (
            f"total: {self.lines:,} lines = {self.kept:,} kept + {self.rejected:,} rejected "
            f"+ {self.filtered:,} filtered; duplicates: none removed"
            + (f"; errata: {told}" if told else "")
        )


def accounting_frame(files: Sequence[FileReport]) -> pl.DataFrame:
    """Return one row a file with its accounting."""
    counts = ("lines", "kept", "rejected", "filtered", "unknown_names", "unknown_mentions")
    words = ("name", "file_id", "sha256", "dataset", "first_day", "last_day")
    kinds = {
        **dict.fromkeys(words, pl.String()),
        **dict.fromkeys(counts, pl.Int64()),
        "already_present": pl.Boolean(),
    }
    rows = [tuple(getattr(file, name) for name in kinds) for file in files]
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(
        pl.col("first_day", "last_day").str.to_date("%Y-%m-%d")
    )


def _said(file: FileReport) -> str:
    lines = [
        f"{file.name}: {file.lines:,} lines = {file.kept:,} kept + {file.rejected:,} rejected "
        f"+ {file.filtered:,} filtered"
        + (" (already in the store; nothing done)" if file.already_present else "")
    ]
    lines += [f"  {note}" for note in file.notes]
    lines += [f"  erratum {rule}: {count:,}" for rule, count in file.errata]
    lines += [f"  rejected {count:,}: {reason}" for reason, count in file.reasons[:5]]
    if file.unknown_names:
        most = ", ".join(f"{name or '(none)'} ({count:,})" for name, count in file.top_unknown[:3])
        lines.append(
            f"  {file.unknown_mentions:,} mentions of {file.unknown_names:,} actors that are no "
            f"known state: {most}"
        )
    return "\n".join(lines)
