"""The one event schema: every source is turned into it, every reader gets it."""

from __future__ import annotations

import polars as pl

__all__ = [
    "CATEGORIES",
    "DRAFT_SCHEMA",
    "EVENT_SCHEMA",
    "LINK_SCHEMA",
    "REJECTED_SCHEMA",
]

EVENT_SCHEMA: dict[str, pl.DataType] = {
    "event_id": pl.String(),
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
    "place_raw": pl.String(),
    "url_hash": pl.UInt64(),
    "dataset": pl.String(),
    "file_id": pl.String(),
    "row_no": pl.Int64(),
    "flags": pl.String(),
}
"""Columns of an event, in order. What a source does not give is null.

``event_id`` is the source's own. ``source`` and ``target`` are ISO3 codes, null where the actor
is no state or not known, ``place`` is that of the state where it is said to have happened;
``source_raw``, ``target_raw`` and ``place_raw`` keep what the file says. ``code`` is text with
its leading zeros, ``root`` its first two digits or its PLOVER type. ``quad`` belongs to the
scheme named in ``scheme`` (0: outside all four classes), ``weight`` to the table named in
``weights``; ``weight_raw`` is the file's own. ``url_hash`` leads to the address among the
store's links. ``row_no`` is the line of the file, counted from 1, or the row of a frame.
``flags`` names the corrections that were made to the row, parted by semicolons.
"""

CATEGORIES = (
    "source",
    "target",
    "source_raw",
    "target_raw",
    "source_type",
    "target_type",
    "code",
    "root",
    "scheme",
    "weights",
    "place",
    "place_raw",
    "dataset",
    "file_id",
    "flags",
)
"""Columns of few values, written as categories: that halves the time a segment takes."""

DRAFT_SCHEMA: dict[str, pl.DataType] = {
    name: kind
    for name, kind in EVENT_SCHEMA.items()
    if name not in {"root", "quad", "scheme", "weight", "weights", "dataset", "file_id", "url_hash"}
} | {"url": pl.String()}
"""What a source hands on before codes are looked up. ``source`` and ``target`` hold ISO3 codes,
if the source has codes; otherwise the names are resolved."""

LINK_SCHEMA: dict[str, pl.DataType] = {"url_hash": pl.UInt64(), "url": pl.String()}
"""Columns of the addresses of reports: the first eight bytes of BLAKE2b over each, and its text."""

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "file_id": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "reason": pl.String(),
    "text": pl.String(),
}
"""Columns of the rejected rows: which file, which line, why, and what stood there."""
