"""Ingest: raw files become events in a store, all of them or none."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tertius.errors import SourceError, StoreError, UnknownNameError, UsageError, WriteError
from tertius.events.drafts import Member, Piece
from tertius.events.ontologies import check_names, code_table
from tertius.events.parties import with_states
from tertius.events.reports import FileReport, IngestReport
from tertius.events.schemas import EVENT_SCHEMA, REJECTED_SCHEMA
from tertius.events.sources import SOURCES
from tertius.events.store import open_store
from tertius.events.store.manifests import MANIFEST, Entry, Manifest, Segment
from tertius.events.store.segments import (
    EVENTS,
    REJECTED,
    make_folder,
    remove_orphans,
    write_segment,
)
from tertius.files import write_atomic

__all__ = ["ingest"]

_LOCK = "ingest.lock"
_SORTED = ("source", "target", "event_date", "code", "row_no")


def ingest(
    source: str,
    paths: object,
    *,
    store: str | Path,
    dataset: str | None = None,
    scheme: str = "cameo-gdelt",
    weights: str = "goldstein-icews",
    covers: tuple[date | str, date | str] | None = None,
    **options: Any,  # noqa: ANN401 - each source has its own
) -> IngestReport:
    """Read raw files into an event store; the store is made if there is none.

    Either every file is taken in or, on any error, the store stays as it was. A file the
    store holds already changes nothing.

    Parameters
    ----------
    source : {"table", "tkg"}
        The format.
    paths : path, frame, or sequence of them
        What to read: for ``tkg`` the folders that hold the quadruples and their id files,
        for ``table`` CSV or Parquet files or frames.
    store : path
        The store's folder.
    dataset : str, optional
        What to call the data in source lines; by default the source's own name for it.
    scheme, weights : str
        Quad class scheme and weight table, by name.
    covers : (date, date), optional
        First and last day the files cover, also where they hold no row. Without it a day is
        taken as covered because it has one, and panels say "assumed".
    **options
        The source's own: ``origin``, ``unit`` for ``tkg``; ``columns``, ``delimiter``,
        ``quoted``, ``encoding``, ``date_format`` for ``table``.

    Returns
    -------
    IngestReport
        Accounting by file: lines = kept + rejected + filtered.

    Raises
    ------
    UnknownNameError
        For an unknown source, option, scheme or weight table.
    SourceError
        If a file is missing, unreadable, empty, damaged or holds nothing usable.
    StoreError
        If the folder is no store, is damaged, or holds the same file read another way.
    WriteError
        If the store cannot be written (no space, no permission).
    """
    if source not in SOURCES:
        raise UnknownNameError.of("source", source, SOURCES)
    check_names(scheme, weights)
    opener = SOURCES[source]
    allowed = list(inspect.signature(opener).parameters)[1:]
    for name in options:
        if name not in allowed:
            raise UnknownNameError.of(f"option of the source {source}", name, allowed)
    reading = _Reading(source, scheme, weights, dataset, _declared(covers))
    folder = _store_folder(store)
    members = opener(_listed(paths), **options)
    with _locked(folder):
        reports = _take_all(folder, members, reading)
    return IngestReport(str(folder), source, reports)


def _take_all(folder: Path, members: Sequence[Member], reading: _Reading) -> tuple[FileReport, ...]:
    """Take in what the store lacks; the manifest changes once, at the end, or not at all."""
    before = open_store(folder).manifest if (folder / MANIFEST).exists() else Manifest()
    remove_orphans(folder, _held(before))
    after, reports = before, []
    try:
        for member in members:
            entry = _known(after, member, reading)
            if entry is None:
                entry = _take_in(folder, member, reading)
                after = Manifest((*after.entries, entry))
                reports.append(entry.report)
            else:
                reports.append(replace(entry.report, already_present=True))
        if after != before:
            write_atomic(folder / MANIFEST, after.to_bytes())
    except BaseException:
        # What was written for nothing goes now if it can, otherwise at the next ingest.
        with contextlib.suppress(OSError, StoreError):
            now = open_store(folder).manifest if (folder / MANIFEST).exists() else before
            remove_orphans(folder, _held(now))
        raise
    return tuple(reports)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How files are read, beyond the source's own options."""

    source: str
    scheme: str
    weights: str
    dataset: str | None
    covers: tuple[str, str] | None

    def of(self, member: Member, called: str) -> tuple[object, ...]:
        """Return all that must agree for "the same file", as `Entry.reading` does."""
        options = tuple(sorted(member.options.items()))
        return (self.source, self.scheme, self.weights, called, options, self.covers)


@dataclass(slots=True)
class _Tally:
    """One file's accounting while it is read."""

    lines: int = 0
    kept: int = 0
    filtered: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)
    segments: list[Segment] = field(default_factory=list)
    rejected: list[Segment] = field(default_factory=list)
    refusal: str = ""


def _take_in(folder: Path, member: Member, reading: _Reading) -> Entry:
    """Write one file's events and rejected lines; return its entry for the manifest."""
    file_id = _file_id(member, reading)
    codes = code_table(reading.scheme, reading.weights).drop("name")
    tally = _Tally()
    for piece in member.pieces():
        _take_piece(folder, piece, codes, member, reading, file_id, tally)
    if not tally.kept:
        raise _nothing_usable(member, tally)
    report = FileReport(
        name=member.name,
        file_id=file_id,
        sha256=member.sha256,
        dataset=reading.dataset or member.dataset,
        lines=tally.lines,
        kept=tally.kept,
        rejected=sum(tally.reasons.values()),
        filtered=tally.filtered,
        reasons=_ranked(tally.reasons),
        segments=tuple(segment.sha256 for segment in tally.segments),
        already_present=False,
        unknown_names=len(tally.unknown),
        unknown_mentions=sum(tally.unknown.values()),
        top_unknown=_ranked(tally.unknown)[:10],
        first_day=min(tally.days).isoformat(),
        last_day=max(tally.days).isoformat(),
        notes=member.notes,
    )
    return Entry(
        report=report,
        source=reading.source,
        content=member.content,
        options=dict(member.options),
        scheme=reading.scheme,
        weights=reading.weights,
        covers=reading.covers,
        days=() if reading.covers else tuple(day.isoformat() for day in sorted(tally.days)),
        segments=tuple(tally.segments),
        rejected=tuple(tally.rejected),
    )


def _take_piece(
    folder: Path,
    piece: Piece,
    codes: pl.DataFrame,
    member: Member,
    reading: _Reading,
    file_id: str,
    tally: _Tally,
) -> None:
    """Write one piece of a file and count every line of it once."""
    events, refused = _looked_up(piece, codes, member, file_id)
    if piece.lines != events.height + refused.height + piece.filtered:
        raise SourceError(
            f"{piece.lines:,} lines became {events.height:,} events, {refused.height:,} "
            f"rejected and {piece.filtered:,} filtered",
            where=member.where,
            hint="please report this with the file",
        )
    tally.lines += piece.lines
    tally.kept += events.height
    tally.filtered += piece.filtered
    if refused.height:
        tally.refusal = tally.refusal or "line {}: {}".format(*refused.row(0)[2:4])
        kinds = refused["reason"].str.replace_all(_VALUE, "…").value_counts()
        tally.reasons.update(dict(kinds.iter_rows()))
        tally.rejected.append(write_segment(folder, REJECTED, refused))
    if events.height:
        events, unknown = with_states(events)
        tally.unknown.update(unknown)
        tally.days |= set(events["event_date"].unique().to_list())
        named = events.with_columns(
            dataset=pl.lit(reading.dataset or member.dataset),
            scheme=pl.lit(reading.scheme),
            weights=pl.lit(reading.weights),
        ).select(pl.col(name).cast(kind) for name, kind in EVENT_SCHEMA.items())
        tally.segments.append(
            write_segment(folder, EVENTS, named.sort(*_SORTED, maintain_order=True))
        )


# Values quoted in a reason vary from row to row; the accounting counts kinds of reasons.
_VALUE = r'"[^"]*"|(?:^| )\d+\b'


def _looked_up(
    piece: Piece, codes: pl.DataFrame, member: Member, file_id: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Look codes up; return the sound rows and everything that was refused."""
    rows = piece.rows.join(codes, on="code", how="left", maintain_order="left")
    unknown = pl.format(
        'code "{}" is not in the table of event codes', pl.col("code").fill_null("")
    )
    rows = rows.with_columns(
        pl.coalesce("reason", pl.when(pl.col("root").is_null()).then(unknown)).alias("reason"),
        file_id=pl.lit(file_id),
    )
    bad = np.flatnonzero(rows["reason"].is_not_null().to_numpy())
    late = zip(
        rows["row_no"].gather(bad).to_list(),
        rows["reason"].gather(bad).to_list(),
        piece.texts(bad),
        strict=True,
    )
    refused = sorted([*piece.rejected, *late])
    schema = {name: REJECTED_SCHEMA[name] for name in ("line", "reason", "text")}
    frame = pl.DataFrame(refused, schema=schema, orient="row").select(
        pl.lit(file_id).alias("file_id"), pl.lit(member.name).alias("file"), *schema
    )
    return rows.filter(pl.col("reason").is_null()), frame


def _known(manifest: Manifest, member: Member, reading: _Reading) -> Entry | None:
    """Return the entry of a file the store holds; refuse it if it would be read otherwise."""
    entry = manifest.find(member.content)
    if entry is None:
        return None
    # A copy under another name is the same file, unless it is to be called something else.
    if entry.reading != reading.of(member, reading.dataset or entry.report.dataset):
        raise StoreError(
            f"the store holds {member.name} already, read with other options",
            where=member.where,
            hint="its events would count twice; use another store for another reading",
        )
    return entry


def _nothing_usable(member: Member, tally: _Tally) -> SourceError:
    if not tally.lines:
        return SourceError("there are no rows below the header", where=member.where)
    return SourceError(
        f"none of its {tally.lines:,} lines can be used; {tally.refusal or 'all are blank'}",
        where=member.where,
        hint="check the column mapping, the delimiter and the date format",
    )


def _file_id(member: Member, reading: _Reading) -> str:
    called = reading.dataset or member.dataset
    said = json.dumps([member.content, reading.of(member, called)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _ranked(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _held(manifest: Manifest) -> Iterator[tuple[str, Segment]]:
    for entry in manifest.entries:
        yield from ((EVENTS, segment) for segment in entry.segments)
        yield from ((REJECTED, segment) for segment in entry.rejected)


def _listed(paths: object) -> Sequence[object]:
    listed = list(paths) if isinstance(paths, (list, tuple)) else [paths]
    if not listed:
        raise UsageError("no path was given")
    return listed


def _declared(covers: tuple[date | str, date | str] | None) -> tuple[str, str] | None:
    if covers is None:
        return None
    try:
        first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in covers)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{covers!r} is no pair of dates", where="covers", allowed="first and last day"
        ) from error
    if last < first:
        raise UsageError(f"ends ({last}) before it starts ({first})", where="covers")
    return first.isoformat(), last.isoformat()


def _store_folder(store: str | Path) -> Path:
    """Return the folder to write to: a store, what is left of one, or nothing yet."""
    folder = Path(store)
    if folder.exists() and not folder.is_dir():
        raise StoreError("is a file, not the folder of an event store", where=str(folder))
    if folder.is_dir() and not (folder / MANIFEST).exists():
        ours = {EVENTS, REJECTED, _LOCK}
        others = [
            path.name
            for path in folder.iterdir()
            if path.name not in ours and not path.name.startswith(f".{MANIFEST}.")
        ]
        if others:
            raise StoreError(
                f'the folder holds other things ("{min(others)}") and no manifest.json',
                where=str(folder),
                hint="choose an empty or a new folder for the store",
            )
    return folder


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the store for one writer; a killed process lets go by itself."""
    make_folder(folder)
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise WriteError(
            f"cannot be written: {(error.strerror or str(error)).lower()}", where=str(folder)
        ) from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            "another ingest is writing to this store",
            where=str(folder),
            hint="wait for it to finish and try again",
        ) from error
