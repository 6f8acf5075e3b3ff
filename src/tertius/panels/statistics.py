"""The panel expression: events to dyad × day sums, the same on every engine.

Written once against narwhals; it runs lazily on Polars, DuckDB and others and eagerly on
pandas. Days are summed to periods afterwards by joining a calendar table, never by an
engine's own date functions.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl

from tertius.errors import PanelError, UnknownNameError
from tertius.panels.schemas import QUADS, ROOTS

__all__ = [
    "DUPLICATES",
    "NEEDED",
    "check_duplicates",
    "day_accounts",
    "day_sums",
    "event_frame",
    "root_sums",
]

DUPLICATES = ("none", "one-a-day")
"""Names of the duplicate policies.

``none`` counts every row. ``one-a-day`` keeps one row for each (date, source, target, code),
after the roll-up to states; of rows that differ only in mentions, the most mentioned.
"""

NEEDED = ("event_date", "source", "target", "code", "root", "quad", "weight")
"""Columns a frame of events must have."""

_KEYS = ("event_date", "source", "target")


def event_frame(events: Any) -> nw.LazyFrame[Any]:  # noqa: ANN401 - a frame of any engine
    """Return events of any engine as a lazy narwhals frame with the columns needed here.

    Raises
    ------
    PanelError
        If it is no frame or lacks a column.
    """
    try:
        frame = nw.from_native(events).lazy()
    except TypeError as error:
        raise PanelError(
            f"a {type(events).__name__} holds no events",
            allowed="an event store, or a pandas, Polars, PyArrow or DuckDB frame",
        ) from error
    present = frame.collect_schema().names()
    missing = [name for name in NEEDED if name not in present]
    if missing:
        raise PanelError(
            f"the frame lacks {', '.join(missing)}",
            allowed=f"a frame with {', '.join(NEEDED)}",
            hint="ingest raw rows first: they get their codes looked up",
        )
    mentions = nw.col("mentions") if "mentions" in present else nw.lit(None)
    needed: nw.LazyFrame[Any] = frame.select(
        nw.col("event_date").cast(nw.Date),
        *(nw.col(name) for name in NEEDED[1:-1]),
        # Floats also for counts: pandas has no whole number that may be missing.
        weight=nw.col("weight").cast(nw.Float64).fill_nan(None),
        mentions=mentions.cast(nw.Float64).fill_nan(None),
    )
    return needed


def day_sums(frame: nw.LazyFrame[Any], duplicates: str) -> pl.DataFrame:
    """Sum interstate events by day, source and target.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        As from `event_frame`.
    duplicates : str
        One of ``DUPLICATES``.

    Returns
    -------
    polars.DataFrame
        ``event_date``, ``source``, ``target``, ``events``, ``root_01`` … ``root_20``,
        ``quad_1`` … ``quad_4``, ``weight_sum``, ``weight_sum_squares``, ``mentions``.
    """
    rows = _counted_rows(frame, duplicates)
    weight = nw.col("weight")
    sums = rows.with_columns(
        *((nw.col("root") == f"{i:02d}").alias(root) for i, root in enumerate(ROOTS, 1)),
        *((nw.col("quad") == i).alias(quad) for i, quad in enumerate(QUADS, 1)),
        weight_sum_squares=weight * weight,
    )
    found = sums.group_by(*_KEYS).agg(
        nw.len().alias("events"),
        *(nw.col(name).sum() for name in (*ROOTS, *QUADS)),
        weight.sum().alias("weight_sum"),
        nw.col("weight_sum_squares").sum(),
        nw.col("mentions").sum(),
        nw.col("mentions").count().alias("counted"),
    )
    # Rounded, so that the order in which an engine adds leaves no trace.
    floats = pl.col("weight_sum", "weight_sum_squares").cast(pl.Float64).fill_null(0.0).round(6)
    return (
        _polars(found)
        .with_columns(
            pl.col("event_date").cast(pl.Date),
            pl.col("events", *ROOTS, *QUADS).cast(pl.Int64).fill_null(0),
            floats,
            mentions=pl.when(pl.col("counted") > 0).then(
                pl.col("mentions").cast(pl.Int64, strict=False)
            ),
        )
        .drop("counted")
        .sort(*_KEYS)
    )


def root_sums(frame: nw.LazyFrame[Any], duplicates: str) -> pl.DataFrame:
    """Sum interstate events by day, source, target and root code.

    Returns
    -------
    polars.DataFrame
        ``event_date``, ``source``, ``target``, ``root``, ``events``, ``weight_sum``,
        ``weight_sum_squares``, sorted by the first four.
    """
    rows = _counted_rows(frame, duplicates)
    squares = rows.with_columns(weight_sum_squares=nw.col("weight") * nw.col("weight"))
    found = squares.group_by(*_KEYS, "root").agg(
        nw.len().alias("events"),
        nw.col("weight").sum().alias("weight_sum"),
        nw.col("weight_sum_squares").sum(),
    )
    floats = pl.col("weight_sum", "weight_sum_squares").cast(pl.Float64).fill_null(0.0).round(6)
    return (
        _polars(found)
        .with_columns(pl.col("event_date").cast(pl.Date), pl.col("events").cast(pl.Int64), floats)
        .sort(*_KEYS, "root")
    )


def check_duplicates(duplicates: str) -> None:
    """Raise ``UnknownNameError`` unless `duplicates` is one of ``DUPLICATES``."""
    if duplicates not in DUPLICATES:
        raise UnknownNameError.of("duplicate policy", duplicates, DUPLICATES)


def _counted_rows(frame: nw.LazyFrame[Any], duplicates: str) -> nw.LazyFrame[Any]:
    """Keep rows between two different known states, once each under the policy."""
    check_duplicates(duplicates)
    rows = frame.filter(
        ~nw.col("source").is_null(),
        ~nw.col("target").is_null(),
        nw.col("source") != nw.col("target"),
    )
    if duplicates == "none":
        return rows
    same = ("root", "quad", "weight", "mentions")
    return rows.group_by(*_KEYS, "code").agg(nw.col(name).max() for name in same)


def day_accounts(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    """Count rows by day: all, those with an unknown side, those within one state.

    Returns
    -------
    polars.DataFrame
        ``event_date``, ``rows``, ``unknown_side``, ``domestic``, sorted by day.
    """
    unknown = nw.col("source").is_null() | nw.col("target").is_null()
    found = (
        frame.with_columns(unknown_side=unknown)
        .with_columns(
            domestic=(~nw.col("unknown_side") & (nw.col("source") == nw.col("target")))
            .fill_null(False)
            .cast(nw.Int64),
            unknown_side=nw.col("unknown_side").cast(nw.Int64),
        )
        .group_by("event_date")
        .agg(nw.len().alias("rows"), nw.col("unknown_side").sum(), nw.col("domestic").sum())
    )
    counts = pl.col("rows", "unknown_side", "domestic").cast(pl.Int64)
    return _polars(found).with_columns(pl.col("event_date").cast(pl.Date), counts).sort(_KEYS[0])


def _polars(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    collected: pl.DataFrame = frame.collect(backend="polars").to_native()
    return collected
