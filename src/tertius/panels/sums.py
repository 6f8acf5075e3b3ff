"""Sums over a panel's frames: coarser periods, denominators, the digest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import polars as pl

from tertius.panels.calendars import days_in_period
from tertius.panels.schemas import COUNTS

__all__ = ["coarse_calendar", "hash_frame", "sum_by", "with_denominators"]


def with_denominators(
    cells: pl.DataFrame, calendar: pl.DataFrame, totals: pl.DataFrame
) -> pl.DataFrame:
    """Join the denominators and the coverage of its period to each cell."""
    by_source = totals.select("period", "source_total", source="state")
    by_target = totals.select("period", "target_total", target="state")
    of_period = calendar.select("period", "coverage", world_total="events")
    return (
        cells.join(by_source, on=["period", "source"], how="left")
        .join(by_target, on=["period", "target"], how="left")
        .join(of_period, on="period", how="left")
    )


def sum_by(
    frame: pl.DataFrame,
    coarser: dict[date, date],
    keys: Sequence[str],
    columns: Sequence[str],
) -> pl.DataFrame:
    """Sum `columns` by `keys` after moving each period to its coarser one."""
    moved = frame.with_columns(pl.col("period").replace_strict(coarser, return_dtype=pl.Date))
    sums = [pl.col(name).sum() for name in columns if name not in {"mentions", *_FLOATS}]
    # Rounded, so that the order of adding leaves no trace in the digest.
    sums += [pl.col(name).sum().round(6) for name in columns if name in _FLOATS]
    if "mentions" in columns:
        counted = pl.col("mentions").count() > 0
        sums.append(pl.when(counted).then(pl.col("mentions").sum()).alias("mentions"))
    return moved.group_by(*keys).agg(sums)


_FLOATS = frozenset({"weight_sum", "weight_sum_squares"})


def coarse_calendar(calendar: pl.DataFrame, coarser: dict[date, date], period: str) -> pl.DataFrame:
    """Return the calendar by a coarser period; its coverage is the mean over the period's days.

    Days of a coarse period that the calendar does not have count as not covered.
    """
    # Rounded, so that whole days add up to whole numbers whatever they were divided by.
    shares = calendar.with_columns(share=(pl.col("coverage") * pl.col("days")).round(12))
    sums = sum_by(shares, coarser, ["period"], ("covered_days", *COUNTS, "weight_sum", "share"))
    days = {start: days_in_period(start, period) for start in sums["period"].to_list()}
    return sums.with_columns(
        days=pl.col("period").replace_strict(days, return_dtype=pl.Int64),
        share=pl.col("share").round(12),
    ).with_columns(coverage=pl.col("share") / pl.col("days"))


def hash_frame(digest: hashlib._Hash, frame: pl.DataFrame) -> None:
    """Feed names, kinds and values of a frame to a running digest."""
    for column in frame.iter_columns():
        digest.update(f"{column.name}:{column.dtype}:{column.len()}\n".encode())
        if column.null_count():
            digest.update(column.is_null().to_numpy().tobytes())
        if column.dtype == pl.String:
            joined = column.fill_null("").str.join("\n").item() if column.len() else ""
            digest.update(joined.encode())
        elif column.dtype == pl.Float64:
            # Adding zero makes -0.0 and 0.0 one value.
            digest.update((column.fill_null(0.0) + 0.0).to_numpy().tobytes())
        else:
            digest.update(column.cast(pl.Int64).fill_null(0).to_numpy().tobytes())
