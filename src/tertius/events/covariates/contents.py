"""What a file of covariates holds: its table, and what became of every line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path

import polars as pl

from tertius.errors import SourceError
from tertius.events.archives import ArchiveMember, archive_members, member_blocks
from tertius.events.covariates.acled import draft_acled
from tertius.events.covariates.drafts import COVARIATE_SCHEMA
from tertius.events.covariates.formats import CovariateSource
from tertius.events.covariates.headers import read_header
from tertius.events.covariates.records import Record, records
from tertius.events.covariates.results import LEFT_OUT_SCHEMA, Accounting
from tertius.events.covariates.ucdp import draft_ged
from tertius.events.parsing.readers import line_pieces

__all__ = ["Contents"]

_DRAFTS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "ucdp-ged": draft_ged,
    "acled": draft_acled,
}
# Records parsed at once, and bytes read at once: a record may be long, so both are small.
_BATCH = 10_000
_PIECE_BYTES = 1 << 23
# Values quoted in a reason vary from row to row; the accounting counts kinds of reasons.
_VALUE = r'"[^"]*"|^\d+\b'
_AGAIN = 'id "{}" again, first on line "{}"'


@dataclass(slots=True)
class Contents:
    """One file while it is read and when it has been.

    Attributes
    ----------
    source : CovariateSource
        Whose file it is.
    path : Path
        The file.
    header : tuple of str
        Its columns, in lower case.
    lines : int
        Physical lines below the header.
    kept : list of polars.DataFrame
        Columns of ``COVARIATE_SCHEMA`` and ``lines``, of records not left out so far.
    aside : list of polars.DataFrame
        Columns of ``LEFT_OUT_SCHEMA``.
    written, unknown : collections.Counter
        Formats of dates; governments that are no known state.
    outside : int
        Events in a state outside its dates.
    """

    source: CovariateSource
    path: Path
    header: tuple[str, ...] = ()
    lines: int = 0
    kept: list[pl.DataFrame] = field(default_factory=list)
    aside: list[pl.DataFrame] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    outside: int = 0

    def take_all(self) -> None:
        """Read the file record by record, in batches."""
        member = _table_of(self.path)
        blocks = member_blocks(member, _PIECE_BYTES)
        pieces = self._below_the_header(line_pieces(blocks, member.where))
        first = next(pieces, None)
        if first is None:
            raise SourceError("there are no rows below the header", where=str(self.path))
        found = records(chain([first], pieces), len(self.header))
        while batch := list(islice(found, _BATCH)):
            self._take(batch)

    def _below_the_header(self, pieces: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        for first, piece in pieces:
            if not self.header:
                top, _, piece = piece.partition(b"\n")
                self.header = read_header(top, self.source, str(self.path))
                first += 1
            if piece:
                self.lines += piece.count(b"\n")
                yield first, piece

    def _take(self, batch: list[Record]) -> None:
        sound = [record for record in batch if not record.reason]
        self._set_aside(record for record in batch if record.reason)
        if not sound:
            return
        drafted = _DRAFTS[self.source.name](self._parsed(sound)).with_columns(
            lines=pl.Series([record.lines for record in sound], dtype=pl.Int64)
        )
        bad = drafted["reason"].is_not_null()
        self._set_aside(
            record._replace(reason=reason)
            for record, reason in zip(sound, drafted["reason"].to_list(), strict=True)
            if reason is not None
        )
        good = drafted.filter(~bad)
        self.written.update(good["written"].drop_nulls().to_list())
        self.unknown.update(good["unknown"].drop_nulls().str.split(";").explode().to_list())
        self.outside += int(good["outside"].sum())
        self.kept.append(good.select(*COVARIATE_SCHEMA, "lines"))

    def _parsed(self, sound: list[Record]) -> pl.DataFrame:
        """Parse sound records to stripped text columns and see that none went missing."""
        wanted = {
            name: self.header.index(name)
            for name in (*self.source.needed, *self.source.optional)
            if name in self.header
        }
        frame = pl.read_csv(
            b"\n".join(record.text for record in sound) + b"\n",
            has_header=False,
            schema={f"column_{i}": pl.String for i in range(len(self.header))},
            columns=sorted(wanted.values()),
        )
        if frame.height != len(sound):
            raise SourceError(
                f"{len(sound):,} sound records were parsed to {frame.height:,} rows",
                where=str(self.path),
                hint="please report this with the file",
            )
        absent = set(self.source.optional) - set(wanted)
        return frame.select(
            *(
                pl.col(f"column_{i}").str.strip_chars().replace("", None).alias(name)
                for name, i in wanted.items()
            ),
            *(pl.lit(None, dtype=pl.String).alias(name) for name in sorted(absent)),
            line=pl.Series([record.first for record in sound], dtype=pl.Int64),
        )

    def _set_aside(self, found: Iterable[Record]) -> None:
        rows = [
            (record.first, record.lines, "filtered", record.reason, None)
            if record.reason == "blank"
            else (record.first, record.lines, "rejected", record.reason, record.shown)
            for record in found
        ]
        self.aside.append(pl.DataFrame(rows, schema=LEFT_OUT_SCHEMA, orient="row"))

    def finished(self, window: tuple[date, date] | None) -> pl.DataFrame:
        """Leave out repeated events and those outside the window; return the rest."""
        schema = {**COVARIATE_SCHEMA, "lines": pl.Int64()}
        table = pl.concat([pl.DataFrame(schema=schema), *self.kept]).with_columns(
            earlier=pl.col("line").first().over("event_id")
        )
        repeated = pl.col("line") != pl.col("earlier")
        again = pl.format(_AGAIN, "event_id", "earlier")
        self.aside.append(_left(table.filter(repeated), "rejected", again))
        table = table.filter(~repeated).drop("earlier")
        if window is not None:
            inside = pl.col("date").is_between(*window)
            outside = pl.lit("outside the window")
            self.aside.append(_left(table.filter(~inside), "filtered", outside))
            table = table.filter(inside)
        if not table.height:
            raise self._nothing_usable()
        return table

    def _nothing_usable(self) -> SourceError:
        rejected = self.left_out().filter(pl.col("what") == "rejected")
        said = "all are blank or outside the window"
        if rejected.height:
            said = _printable(f"line {rejected['line'][0]}: {rejected['reason'][0]}")
        return SourceError(
            f"none of its {self.lines:,} lines can be used; {said}",
            where=str(self.path),
            hint=f'check that it is a file of the source "{self.source.name}" and its window',
        )

    def left_out(self) -> pl.DataFrame:
        """Return all that is not in the table, in order of the file."""
        return pl.concat(self.aside).sort("line")

    def accounting(self, table: pl.DataFrame) -> Accounting:
        """Count every line once, and refuse to go on if one is missing."""
        aside = self.left_out()
        kept = int(table["lines"].sum())
        rejected, filtered = (
            aside.filter(pl.col("what") == what) for what in ("rejected", "filtered")
        )
        counts = (kept, int(rejected["lines"].sum()), int(filtered["lines"].sum()))
        if sum(counts) != self.lines:
            raise SourceError(
                f"{self.lines:,} lines became {counts[0]:,} kept, {counts[1]:,} rejected and "
                f"{counts[2]:,} filtered",
                where=str(self.path),
                hint="please report this with the file",
            )
        return Accounting(self.lines, *counts, _ranked(rejected), _ranked(filtered))

    def notes(self) -> tuple[str, ...]:
        """Say which formats were met and which names are not known."""
        said = [f"dates written {name}: {count:,}" for name, count in sorted(self.written.items())]
        absent = [name for name in self.source.optional if name not in self.header]
        if absent:
            said.append(f"columns the file lacks: {', '.join(absent)}")
        if self.outside:
            said.append(f"events in a state outside its dates: {self.outside:,}")
        if self.unknown:
            ranked = sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))
            most = ", ".join(f"{_printable(name)} ({count:,})" for name, count in ranked[:3])
            said.append(f"governments that are no known state: {len(ranked):,}, as {most}")
        return tuple(said)


def _table_of(path: Path) -> ArchiveMember:
    """Return the one table a file holds: itself, unpacked if it is gzip, or a zip's only CSV."""
    members = archive_members(path)
    if len(members) == 1 and members[0].kind != "zip":
        return members[0]
    tables = [member for member in members if member.name.lower().endswith(".csv")]
    if len(tables) != 1:
        raise SourceError(
            f"the archive holds {len(tables)} CSV files, not one",
            where=str(path),
            hint="unpack it and name the file that is meant",
        )
    return tables[0]


def _left(rows: pl.DataFrame, what: str, reason: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "line",
        "lines",
        what=pl.lit(what),
        reason=reason,
        text=pl.lit(None, dtype=pl.String),
    )


def _ranked(aside: pl.DataFrame) -> tuple[tuple[str, int], ...]:
    kinds = Counter(map(_printable, aside["reason"].str.replace_all(_VALUE, "…").to_list()))
    return tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))


def _printable(text: str) -> str:
    """Replace signs a terminal would obey; the table keeps what the file says."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
