"""The one event schema: every source is turned into it, every reader gets it."""

from __future__ import annotations

import polars as pl

__all__ = ["DRAFT_SCHEMA", "EVENT_SCHEMA", "REJECTED_SCHEMA", "empty_events"]

EVENT_SCHEMA: dict[str, pl.DataType] = {
    "event_date": pl.Date(),
    "added_at": pl.Datetime("us", "UTC"),
    "source": pl.String(),
    "target": pl.String(),
    "source_raw": pl.String(),
    "target_raw": pl.String(),
    "source_type": pl.String(),
    "target_type": pl.String(),
    "code": pl.String(),
    "root": pl.String(),
    "quad": pl.Int8(),
    "scheme": pl.String(),
    "weight": pl.Float64(),
    "weights": pl.String(),
    "weight_raw": pl.Float64(),
    "mentions": pl.Int64(),
    "sources": pl.Int64(),
    "articles": pl.Int64(),
    "tone": pl.Float64(),
    "place": pl.String(),
    "url_hash": pl.UInt64(),
    "dataset": pl.String(),
    "file_id": pl.String(),
    "row_no": pl.Int64(),
    "flags": pl.String(),
}
"""Columns of an event, in order. What a source does not give is null.

``source`` and ``target`` are ISO3 codes, null where the actor is no state or not known;
``source_raw`` and ``target_raw`` keep what the file says. ``code`` is text with its leading
zeros, ``root`` its first two digits. ``quad`` belongs to the scheme named in ``scheme``
(0: outside all four classes), ``weight`` to the table named in ``weights``; ``weight_raw``
is the file's own. ``row_no`` is the line of the file, counted from 1, or the row of a frame.
"""

DRAFT_SCHEMA: dict[str, pl.DataType] = {
    name: kind
    for name, kind in EVENT_SCHEMA.items()
    if name not in {"root", "quad", "scheme", "weight", "weights", "dataset", "file_id"}
}
"""What a source hands on before codes are looked up."""

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "file_id": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "reason": pl.String(),
    "text": pl.String(),
}
"""Columns of the rejected rows: which file, which line, why, and what stood there."""


def empty_events() -> pl.DataFrame:
    """Return a frame of no events."""
    return pl.DataFrame(schema=EVENT_SCHEMA)
