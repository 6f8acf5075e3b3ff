"""Compaction: many small segments become few sorted ones with the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tertius.errors import StoreError
from tertius.events.schemas import CATEGORIES, EVENT_SCHEMA, LINK_SCHEMA, REJECTED_SCHEMA
from tertius.events.store.entries import Segment
from tertius.events.store.records import KINDS
from tertius.events.store.segments import EVENTS, LINKS, REJECTED, scan_segments, sound
from tertius.events.store.writers import Writer, existing, writing
from tertius.settings import limit

__all__ = ["CompactReport", "compact"]

_SCHEMAS = {EVENTS: EVENT_SCHEMA, REJECTED: REJECTED_SCHEMA, LINKS: LINK_SCHEMA}
# Where a segment is sorted by these, no two of its rows can change places.
_ORDERS = {
    EVENTS: ("source", "target", "event_date", "code", "file_id", "row_no"),
    REJECTED: ("file_id", "line", "reason", "text"),
    LINKS: ("url_hash", "url"),
}
_SLICE = 65_536


@dataclass(frozen=True, slots=True)
class CompactReport:
    """What a compaction did.

    Attributes
    ----------
    store : str
        The store's folder.
    segments_before, segments_after : int
        Segments of all kinds.
    bytes_before, bytes_after : int
        Their size. What was merged is removed at the next write.
    rows : int
        Rows that were moved.
    """

    store: str
    segments_before: int
    segments_after: int
    bytes_before: int
    bytes_after: int
    rows: int

    def __str__(self) -> str:
        return (
            f"{self.segments_before:,} segments ({self.bytes_before:,} bytes) became "
            f"{self.segments_after:,} ({self.bytes_after:,} bytes); {self.rows:,} rows moved"
        )


def compact(store: str | Path, *, told: Callable[[int, int], None] | None = None) -> CompactReport:
    """Merge small segments of a store into sorted ones of up to ``compact_rows_count`` rows.

    Segments of adjacent days are merged, a group at a time, each in one step: whenever it is
    stopped, the store holds the same rows. That they are the same is checked for each group, on
    what was read and on what is on disk afterwards. Stores opened before can be read until the
    next write, which removes what was merged.

    Parameters
    ----------
    store : path
        The store's folder.
    told : callable, optional
        Is told how many of how many groups are done.

    Returns
    -------
    CompactReport
        Segments and bytes before and after.

    Raises
    ------
    StoreError
        If there is no store, another process writes to it, or a segment is damaged: nothing
        is merged that is not as it was written.
    WriteError
        If it cannot be written.
    """
    folder = existing(store)
    with writing(folder) as writer:
        before = _size(writer)
        groups = [(kind, group) for kind in KINDS for group in _groups(writer.live(kind))]
        for done, (kind, group) in enumerate(groups):
            if told is not None:
                told(done, len(groups))
            _merge(writer, kind, group)
        after = _size(writer)
    moved = sum(segment.rows for _, group in groups for segment in group)
    return CompactReport(str(folder), before[0], after[0], before[1], after[1], moved)


def _groups(live: list[tuple[Segment, bool]]) -> Iterator[list[Segment]]:
    """Yield segments to be merged; `live` comes by days, and says which are sorted already."""
    most = limit("compact_rows_count")
    small = [(segment, done) for segment, done in live if not done or segment.rows < most // 2]
    group: list[tuple[Segment, bool]] = []
    for each in [*small, None]:
        full = each is not None and sum(s.rows for s, _ in group) + each[0].rows > most
        if group and (each is None or full):
            if len(group) > 1 or not group[0][1]:
                yield [segment for segment, _ in group]
            group = []
        if each is not None:
            group.append(each)


def _merge(writer: Writer, kind: str, group: list[Segment]) -> None:
    frame, digest = _read(writer.folder, kind, group)
    merged = writer.write(kind, _sorted(frame, _ORDERS[kind]), ordered=True)
    del frame
    (_, again) = _read(writer.folder, kind, [merged], frames=False)
    if again != digest:
        raise StoreError(
            "merged segments do not hold the same rows; nothing was changed",
            where=str(writer.folder),
            hint="please report this",
        )
    writer.merge(kind, group, merged)


def _read(
    folder: Path, kind: str, group: list[Segment], *, frames: bool = True
) -> tuple[pl.DataFrame, tuple[int, int, int]]:
    """Return the rows of segments, and a digest that does not depend on their order."""
    schema = _SCHEMAS[kind]
    few: Any = {name: pl.Categorical() for name in CATEGORIES if name in schema and kind == EVENTS}
    parts, rows, sums = [pl.DataFrame(schema=schema).cast(few)], 0, [0, 0]
    for segment in group:
        # Bits flipped since must not be written down anew as if they were the rows.
        if not sound(folder, kind, segment):
            raise StoreError(
                "a segment is damaged: its bytes are not those that were written",
                where=str(folder / kind / f"{segment.sha256}.parquet"),
                hint="`tertius store verify` lists all damage; ingest the raw files into a new "
                "store",
            )
        lazy = scan_segments(folder, kind, [segment], schema)
        for start in range(0, segment.rows, _SLICE):
            part = lazy.slice(start, _SLICE).collect()
            rows += part.height
            for place in (0, 1):
                sums[place] += int(part.hash_rows(seed=place).cast(pl.UInt64).to_numpy().sum())
            if frames:
                parts.append(part.cast(few))
    frame = pl.concat(parts, rechunk=False)
    return frame, (rows, sums[0] % (1 << 64), sums[1] % (1 << 64))


def _sorted(frame: pl.DataFrame, order: tuple[str, ...]) -> pl.DataFrame:
    """Sort column by column, so that only one column is held twice."""
    places = frame.select(order).with_row_index("place").sort(order)["place"]
    columns = frame.get_columns()
    del frame
    for number, column in enumerate(columns):
        columns[number] = column.gather(places)
    return pl.DataFrame(columns)


def _size(writer: Writer) -> tuple[int, int]:
    live = [segment for kind in KINDS for segment, _ in writer.live(kind)]
    return len(live), sum(segment.size for segment in live)
