"""Ingest: raw files become events in a store, every line accounted for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events.day_pairs import day_pair
from tertius.events.intakes.readings import Reading
from tertius.events.intakes.takings import Progress, Taking
from tertius.events.ontologies import check_names
from tertius.events.parsing.drafts import Member
from tertius.events.reports import FileReports, IngestReport
from tertius.events.sources import SOURCES
from tertius.events.sources.feeds import feed_of
from tertius.events.store.writers import writing
from tertius.settings import limit

__all__ = ["KEEPS", "ingest"]

KEEPS = ("all", "interstate")
"""What may be kept: every row, or those between two different known states."""


def ingest(
    source: str,
    paths: object,
    *,
    store: str | Path,
    dataset: str | None = None,
    scheme: str | None = None,
    weights: str | None = None,
    covers: tuple[date | str, date | str] | None = None,
    keep: str = "all",
    whole: bool = True,
    progress: Progress | None = None,
    **options: Any,  # noqa: ANN401 - each source has its own
) -> IngestReport:
    """Read raw files into an event store; the store is made if there is none.

    A file is taken in whole or not at all, and one the store holds already changes nothing.

    Parameters
    ----------
    source : str
        The format, one of ``SOURCES``.
    paths : path, frame, or sequence of them
        What to read; a source says what its paths are.
    store : path
        The store's folder.
    dataset : str, optional
        What to call the data in source lines; by default the source's own name for it.
    scheme, weights : str, optional
        Quad class scheme and weight table, by name; by default those of the source.
    covers : (date, date), optional
        First and last day the files cover, also where they hold no row. Without it, and if
        the file's name does not say it, a day is taken as covered because it has a row, and
        panels say "assumed".
    keep : {"all", "interstate"}
        ``"interstate"`` leaves rows out that are not between two different known states; they
        are counted as filtered.
    whole : bool
        Whether all files are taken in or, on any error, none. Otherwise files are acknowledged
        as they come, and one that cannot be used is listed in the report.
    progress : callable, optional
        Is told, after each file, how many files of how many and bytes of how many are read.
    **options
        The source's own.

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
    if keep not in KEEPS:
        raise UnknownNameError.of("choice of rows", keep, KEEPS, where="keep")
    spec = SOURCES[source]
    scheme, weights = scheme or spec.scheme, weights or spec.weights
    check_names(scheme, weights, spec.ontology)
    allowed = list(inspect.signature(spec.open).parameters)[1:]
    for name in options:
        if name not in allowed:
            raise UnknownNameError.of(f"option of the source {source}", name, allowed)
    reading = Reading(spec, scheme, weights, dataset, _declared(covers), keep)
    listed, slices = _listed(paths), 1
    if not whole and spec.files is not None:
        listed = [file for path in listed for file in _files(spec.files, path)]
        slices = -(-len(listed) // limit("ingest_slice_count"))
    opened = functools.partial(spec.open, **options)
    first = _opened(opened, listed, slices, 0, whole=whole)
    files = FileReports()
    refused: list[tuple[str, str]] = []
    with writing(Path(store)) as writer:
        for turn in range(slices):
            members = first if turn == 0 else _opened(opened, listed, slices, turn, whole=whole)
            inside = [member.name for member in members if "/" in member.name]
            taking = Taking(writer, reading, whole=whole)
            told = _told(progress, len(listed), len(files) + len(refused), slices)
            files.extend(taking.take(members, told))
            refused += taking.refused
            archives = _whole_archives(inside, {name for name, _ in taking.refused})
            if archives:
                writer.hold(archives)
    return IngestReport(str(store), source, files, tuple(refused))


def _opened(
    opened: Callable[[Sequence[object]], list[Member]],
    listed: Sequence[object],
    slices: int,
    turn: int,
    *,
    whole: bool,
) -> list[Member]:
    """Open a slice of the paths; where all or none are taken in, one that cannot be is raised."""
    size = -(-len(listed) // slices)
    members = opened(listed[turn * size : (turn + 1) * size])
    faults = [member.fault for member in members if member.fault is not None]
    if whole and faults:
        raise faults[0]
    return members


def _files(files: Callable[[object], Sequence[object]], path: object) -> Sequence[object]:
    """Return the files of a path, or the path if something is wrong: opening it will say what."""
    try:
        return files(path)
    except SourceError:
        return [path]


def _told(progress: Progress | None, files: int, before: int, slices: int) -> Progress | None:
    """Return a progress that counts on from the slices before; sizes of later ones are guessed."""
    if progress is None or slices == 1:
        return progress
    return lambda done, here, size, total: progress(
        before + done, files, (before + done) * (size // max(done, 1)), files * (total // here)
    )


def _whole_archives(names: Sequence[str], refused: AbstractSet[str]) -> list[tuple[str, str]]:
    """Return feed and name of the archives of several files of which every one was taken in."""
    found: dict[str, bool] = {}
    for name in names:
        archive = name.partition("/")[0]
        found[archive] = found.get(archive, True) and name not in refused
    named = [(feed_of(archive)[0], archive) for archive, whole in found.items() if whole]
    return [(feed, archive) for feed, archive in named if feed]


def _listed(paths: object) -> Sequence[object]:
    listed = list(paths) if isinstance(paths, (list, tuple)) else [paths]
    if not listed:
        raise UsageError("no path was given")
    return listed


def _declared(covers: tuple[date | str, date | str] | None) -> tuple[str, str] | None:
    """Return the days declared as half-open instants."""
    if covers is None:
        return None
    first, last = day_pair(covers, "covers")
    return f"{first}T00:00:00Z", f"{last + timedelta(days=1)}T00:00:00Z"
