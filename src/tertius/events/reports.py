"""What an ingest did, file by file; every line is accounted for."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tertius.tables import TableResult, html_table

__all__ = ["FileReport", "IngestReport"]


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
        (blank ones).
    reasons : tuple of (str, int)
        The kinds of rejection, most frequent first.
    segments : tuple of str
        SHA-256 of the segments that hold its events.
    already_present : bool
        Whether the store held the file before, so that nothing was done.
    unknown_names, unknown_mentions : int
        Distinct actors that stand for no known state, and how often they are named.
    top_unknown : tuple of (str, int)
        The ten named most.
    first_day, last_day : str
        Days of the first and the last event, ISO.
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
    segments: tuple[str, ...]
    already_present: bool
    unknown_names: int
    unknown_mentions: int
    top_unknown: tuple[tuple[str, int], ...]
    first_day: str
    last_day: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IngestReport(TableResult):
    """What one ingest did.

    Attributes
    ----------
    store : str
        The store's folder.
    source : str
        The source's name.
    files : tuple of FileReport
        One for each file, in the order read.
    """

    store: str
    source: str
    files: tuple[FileReport, ...]

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
        return "\n".join([*(_said(file) for file in self.files), self._total()])

    def _total(self) -> str:
        return (
            f"total: {self.lines:,} lines = {self.kept:,} kept + {self.rejected:,} rejected "
            f"+ {self.filtered:,} filtered; duplicates: none removed"
        )


def accounting_frame(files: tuple[FileReport, ...]) -> pl.DataFrame:
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
    lines += [f"  rejected {count:,}: {reason}" for reason, count in file.reasons[:5]]
    if file.unknown_names:
        most = ", ".join(f"{name or '(none)'} ({count:,})" for name, count in file.top_unknown[:3])
        lines.append(
            f"  {file.unknown_mentions:,} mentions of {file.unknown_names:,} actors that are no "
            f"known state: {most}"
        )
    return "\n".join(lines)
