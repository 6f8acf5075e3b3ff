"""A store in numbers."""

from __future__ import annotations

import dataclasses
import html
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tertius.events.store.coverages import days_covered
from tertius.events.store.layouts import State

__all__ = ["StoreInfo", "store_info"]


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store in numbers; ``dict(info)`` gives them by name.

    Attributes
    ----------
    path : str
        Its folder.
    files, segments : int
        Files ingested, and segments that hold their events.
    lines, kept, rejected, filtered : int
        The accounting over all files: ``lines == kept + rejected + filtered``.
    bytes : int
        Size of the segments.
    first_day, last_day : str or None
        Days of the first and last event, ISO.
    feeds, datasets, schemes, weights : tuple of str
        Names of the feeds, the data, the quad class schemes and the weight tables in it.
    errata : tuple of (str, int)
        Corrections made, by rule, most frequent first.
    missing : int
        Files an index promises that the store does not hold.
    covered_days : int
        Days of which any part is covered.
    coverage : str
        ``"manifest"`` if all files declared the time they cover, otherwise ``"assumed"``.
    duplicates : str
        ``"none"``: a store keeps events as published; panels remove duplicates by policy.
    generation : int
        How often files were added or segments merged.
    digest : str
        SHA-256 over all the catalogue says, as 64 hex digits: the same files taken in by the
        same steps give the same digest.
    """

    path: str
    files: int
    segments: int
    lines: int
    kept: int
    rejected: int
    filtered: int
    bytes: int
    first_day: str | None
    last_day: str | None
    feeds: tuple[str, ...]
    datasets: tuple[str, ...]
    schemes: tuple[str, ...]
    weights: tuple[str, ...]
    errata: tuple[tuple[str, int], ...]
    missing: int
    covered_days: int
    coverage: str
    duplicates: str
    generation: int
    digest: str

    def keys(self) -> Iterator[str]:
        """Yield the names of the numbers."""
        return (field.name for field in dataclasses.fields(self))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - each field has its own type
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    def shown(self, name: str) -> str:
        """Return the number called `name` as text."""
        return _shown(self[name])

    def __str__(self) -> str:
        return "\n".join(f"{name}: {_shown(self[name])}" for name in self.keys())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{name}</th><td>{html.escape(_shown(self[name]))}</td></tr>"
            for name in self.keys()
        )
        return f"<table>{rows}</table>"


def store_info(connection: sqlite3.Connection, path: Path, state: State) -> StoreInfo:
    """Count what a store holds at a generation; no entry is read for it."""
    generation = state.generation
    at = {"at": generation}

    def one(query: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = connection.execute(query, at).fetchone()
        return found

    files, lines, kept, rejected, filtered, first_day, last_day = one(
        "SELECT COUNT(*), TOTAL(lines), TOTAL(kept), TOTAL(rejected), TOTAL(filtered), "
        "MIN(NULLIF(first_day, '')), MAX(NULLIF(last_day, '')) FROM files WHERE added <= :at"
    )
    segments, size = one(
        "SELECT COUNT(*), TOTAL(bytes) FROM segments WHERE kind = 'segments' "
        "AND added <= :at AND (retired IS NULL OR retired > :at)"
    )
    (missing,) = one("SELECT COUNT(*) FROM expected WHERE status <> 'held' AND :at >= 0")
    named = connection.execute(
        "SELECT DISTINCT feed, dataset, scheme, weights FROM files WHERE added <= :at", at
    ).fetchall()
    feeds, datasets, schemes, weights = (
        tuple(sorted({row[place] for row in named} - {""})) for place in range(4)
    )
    errata = connection.execute(
        "SELECT e.rule, SUM(e.rows) FROM file_errata e JOIN files f ON f.id = e.file "
        "WHERE f.added <= :at GROUP BY e.rule ORDER BY 2 DESC, 1",
        at,
    ).fetchall()
    days, declared = days_covered(connection, generation)
    return StoreInfo(
        path=str(path),
        files=files,
        segments=segments,
        lines=int(lines),
        kept=int(kept),
        rejected=int(rejected),
        filtered=int(filtered),
        bytes=int(size),
        first_day=first_day,
        last_day=last_day,
        feeds=feeds,
        datasets=datasets,
        schemes=schemes,
        weights=weights,
        errata=tuple(errata),
        missing=missing,
        covered_days=len(days),
        coverage="manifest" if declared else "assumed",
        duplicates="none",
        generation=generation,
        digest=f"{state.digest:064x}",
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        parts = (each if isinstance(each, str) else f"{each[0]} {each[1]:,}" for each in value)
        return ", ".join(parts) or "–"
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)
