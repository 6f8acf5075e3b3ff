"""The columns of a panel's frames, in order."""

from __future__ import annotations

import polars as pl

__all__ = [
    "CALENDAR_SCHEMA",
    "CELL_SCHEMA",
    "COUNTS",
    "QUADS",
    "ROOTS",
    "SUMS",
    "TOTALS",
    "TOTAL_SCHEMA",
]

ROOTS = tuple(f"root_{root:02d}" for root in range(1, 21))
QUADS = tuple(f"quad_{quad}" for quad in range(1, 5))
COUNTS = ("events", *ROOTS, *QUADS)
SUMS = (*COUNTS, "weight_sum", "weight_sum_squares")

CELL_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "source": pl.String(),
    "target": pl.String(),
    **{name: pl.Int64() for name in COUNTS},
    "weight_sum": pl.Float64(),
    "weight_sum_squares": pl.Float64(),
    "mentions": pl.Int64(),
    "source_total": pl.Int64(),
    "target_total": pl.Int64(),
    "world_total": pl.Int64(),
    "coverage": pl.Float64(),
}
"""Columns of ``Panel.cells``, in order."""

CALENDAR_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "days": pl.Int64(),
    "covered_days": pl.Int64(),
    "coverage": pl.Float64(),
    **{name: pl.Int64() for name in COUNTS},
    "weight_sum": pl.Float64(),
}
"""Columns of ``Panel.calendar``, in order."""

TOTAL_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "state": pl.String(),
    "source_total": pl.Int64(),
    "target_total": pl.Int64(),
}
"""Columns of ``Panel.totals``, in order."""

TOTALS = ("source_total", "target_total")
