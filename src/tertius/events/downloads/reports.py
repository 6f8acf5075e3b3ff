"""What a fetch did, file by file; no file of the window is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import polars as pl

from tertius.errors import NetworkError
from tertius.tables import TableResult

__all__ = ["OUTCOMES", "FetchReport", "FileFetch"]

OUTCOMES = ("held", "fetched", "cached", "expected", "missing", "damaged", "refused")
"""What may have become of a file: in the store before; downloaded and ingested; ingested from
the cache, or in it where nothing is ingested; still to be had; not to be had; had and not as
promised; had and not ingested."""

_FAILED = ("missing", "damaged", "refused")
_NAMED = 20
_AGAIN = (
    "everything else was ingested; fetch again later: what is held is not fetched twice, and "
    "coverage shows the holes until then"
)
_AGAIN_CACHED = "everything else is in the cache; fetch again later"


@dataclass(frozen=True, slots=True)
class FileFetch:
    """What became of one file.

    Attributes
    ----------
    name : str
        Its name.
    address : str
        Where it was asked for.
    outcome : str
        One of ``OUTCOMES``.
    reason : str
        Why it is not in the store; empty otherwise.
    bytes : int or None
        Its size: as it came, otherwise as the index says.
    first, last : str or None
        The time it covers, half-open UTC instants; None if its name does not say.
    listed : bool
        Whether the publisher's index names it.
    rows_expected : int or None
        Rows, estimated from its size; None where there is no figure to go by.
    path : str or None
        Where it is in the cache, if this fetch found it there or put it there.
    """

    name: str
    address: str
    outcome: str
    reason: str
    bytes: int | None
    first: str | None
    last: str | None
    listed: bool
    rows_expected: int | None
    path: str | None


@dataclass(frozen=True, slots=True)
class FetchReport(TableResult):
    """What one fetch did.

    Attributes
    ----------
    publisher, feed : str
        Whose feed, and which.
    store : str
        The store's folder; empty where nothing is ingested.
    window : (str, str)
        First and last day asked for, ISO.
    base : str
        Base address used.
    cache : str
        The cache's folder.
    files : tuple of FileFetch
        Every file of the window, by name, those the index lacks included.
    dry_run : bool
        Whether nothing was downloaded, on purpose.
    downloaded : int
        Bytes that came over the network, indexes included.
    lines, kept, rejected, filtered : int
        Accounting of the files ingested now: ``lines == kept + rejected + filtered``.
    index_first, index_last : str or None
        Start of the first and the last file the whole index names. Nothing is expected after
        the last.
    index_lines, index_malformed : int
        Lines of the index, and those of them that could not be read.
    malformed : tuple of (int, str)
        Number and text of the first of these.
    notes : tuple of str
        What else was seen.
    """

    publisher: str
    feed: str
    store: str
    window: tuple[str, str]
    base: str
    cache: str
    files: tuple[FileFetch, ...]
    dry_run: bool
    downloaded: int
    lines: int
    kept: int
    rejected: int
    filtered: int
    index_first: str | None
    index_last: str | None
    index_lines: int
    index_malformed: int
    malformed: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Files by outcome, those that occur."""
        found = Counter(file.outcome for file in self.files)
        return {name: found[name] for name in OUTCOMES if found[name]}

    @property
    def failed(self) -> tuple[FileFetch, ...]:
        """The files the index promises and that could not be had or used."""
        return tuple(file for file in self.files if file.listed and file.outcome in _FAILED)

    @property
    def absent(self) -> tuple[FileFetch, ...]:
        """The files a complete feed would have and the publisher's index lacks."""
        return tuple(file for file in self.files if not file.listed)

    @property
    def bytes_expected(self) -> int:
        """Bytes still to be downloaded, as far as the index says."""
        return sum(file.bytes or 0 for file in self.files if file.outcome == "expected")

    @property
    def rows_expected(self) -> int | None:
        """Rows still to come, estimated; None where there is no figure to go by."""
        told = [file.rows_expected for file in self.files if file.outcome in ("expected", "cached")]
        known = [rows for rows in told if rows is not None]
        return sum(known) if known or not told else None

    def check(self) -> None:
        """Raise if a promised file is not in the store.

        Raises
        ------
        NetworkError
            Naming the files; everything else was ingested. ``error.report`` is this report.
        """
        if not self.failed:
            return
        named = [f"  {file.name}: {file.outcome}, {file.reason}" for file in self.failed[:_NAMED]]
        more = len(self.failed) - len(named)
        named += [f"  and {more:,} more"] if more else []
        error = NetworkError(
            "\n".join([_counted(self), *named]), hint=_AGAIN if self.store else _AGAIN_CACHED
        )
        error.report = self
        raise error

    def to_polars(self) -> pl.DataFrame:
        """Return one row a file."""
        words = ("name", "outcome", "reason", "bytes", "first", "last", "listed", "rows_expected",
                 "address", "path")  # fmt: skip
        kinds = dict.fromkeys(words, pl.String()) | {
            "bytes": pl.Int64(), "listed": pl.Boolean(), "rows_expected": pl.Int64(),
        }  # fmt: skip
        rows = [tuple(getattr(file, word) for word in words) for file in self.files]
        return pl.DataFrame(rows, schema=kinds, orient="row")

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        told = {name: getattr(self, name) for name in self.__slots__ if name != "files"}
        return {**told, "counts": self.counts, "bytes_expected": self.bytes_expected,
                "rows_expected": self.rows_expected, "failed": len(self.failed),
                "absent": len(self.absent), "files": self.to_polars().to_dicts()}  # fmt: skip

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {name}" for name, number in self.counts.items())
        first, last = self.window
        return "\n".join([
            f"{self.publisher} {self.feed}, {first} to {last}: {_files(len(self.files))}"
            + (f": {counts}" if counts else ""),
            *(f"  {line}" for line in self._lines()),
        ])  # fmt: skip

    def _lines(self) -> list[str]:
        rows = self.rows_expected
        estimate = "" if rows is None else f", about {rows:,} rows (an estimate from bytes a row)"
        lines = []
        if self.dry_run:
            lines.append(f"to download: {self.bytes_expected:,} bytes{estimate}")
        elif not self.store:
            lines.append(
                f"{self.downloaded:,} bytes downloaded; kept in the cache and not ingested: they "
                "hold no events (--json and the report's files say where each is)"
            )
        else:
            lines.append(
                f"{self.downloaded:,} bytes downloaded; {self.lines:,} lines = {self.kept:,} kept "
                f"+ {self.rejected:,} rejected + {self.filtered:,} filtered"
            )
        lines += [f"{file.name}: {file.outcome}, {file.reason}" for file in self.failed[:_NAMED]]
        if len(self.failed) > _NAMED:
            lines.append(f"and {len(self.failed) - _NAMED:,} more files that could not be had")
        lines += self._index_lines()
        return lines + list(self.notes)

    def _index_lines(self) -> list[str]:
        lines = []
        if self.absent:
            some = ", ".join(file.name for file in self.absent[:3])
            lines.append(
                f"{len(self.absent):,} files of a complete feed are not in the publisher's index: "
                f"{some}{', …' if len(self.absent) > 3 else ''}"
            )
        if self.index_malformed:
            number, text = self.malformed[0]
            lines.append(
                f"{self.index_malformed:,} of {self.index_lines:,} lines of the index cannot be "
                f'read, as line {number}: "{text}"'
            )
        reached = [file.last for file in self.files if file.listed]
        early = all(last is not None and last[:10] <= self.window[1] for last in reached)
        if self.index_last is not None and self.index_last[:10] < self.window[1] and early:
            lines.append(f"the index ends with the file of {self.index_last}")
        return lines


def _counted(report: FetchReport) -> str:
    failed, (first, last) = len(report.failed), report.window
    return (
        f"{_files(failed)} of {report.publisher} {report.feed} from {first} to {last} could not "
        "be had"
    )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"
