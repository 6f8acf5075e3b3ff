"""The panel expression: events to sums by day, dyad, root code and quad class, on any engine.

Written once against narwhals; it runs lazily on Polars, DuckDB and Spark, eagerly on pandas
and PyArrow, and compiles to SQL. The engine groups by root code and quad class, so that it
needs no column for each; those are spread to columns afterwards, where the table is small.
Days are summed to periods by joining a calendar table, never by an engine's own date functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.errors import PanelError
from tertius.events import EventStore
from tertius.panels.policies import DUPLICATES, check_duplicates, counted_rows
from tertius.panels.schemas import QUADS, ROOTS

__all__ = [
    "DUPLICATES",
    "NEEDED",
    "check_duplicates",
    "collected",
    "day_accounts",
    "day_sums",
    "event_frame",
    "group_sums",
    "native_events",
    "root_sums",
]

NEEDED = ("event_date", "source", "target", "code", "root", "quad", "weight")
"""Columns a frame of events must have."""

_KEYS = ("event_date", "source", "target")
_FLOATS = ("weight_sum", "weight_sum_squares")
_Whole: TypeAlias = npt.NDArray[np.int64]


def native_events(events: object) -> Any:  # noqa: ANN401 - a frame of any engine
    """Return a store's events as a frame, and a frame as it is."""
    return events.events(text=False) if isinstance(events, EventStore) else events


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
            allowed="an event store, or a pandas, Polars, PyArrow, DuckDB or Spark frame",
        ) from error
    schema = frame.collect_schema()
    missing = [name for name in NEEDED if name not in schema]
    if missing:
        raise PanelError(
            f"the frame lacks {', '.join(missing)}",
            allowed=f"a frame with {', '.join(NEEDED)}",
            hint="ingest raw rows first: they get their codes looked up",
        )
    # Categories are grouped twice as fast as text; only Polars compares those of two columns.
    texts = [
        name
        for name in ("source", "target", "code", "root")
        if schema[name] in (nw.Categorical, nw.Enum) and not frame.implementation.is_polars()
    ]
    quad = nw.col("quad")
    mentions = nw.col("mentions") if "mentions" in schema else nw.lit(None)
    needed: nw.LazyFrame[Any] = frame.select(
        nw.col("event_date").cast(nw.Date),
        *(nw.col(name).cast(nw.String) if name in texts else nw.col(name) for name in NEEDED[1:-2]),
        *(nw.col(name) for name in ("url_hash",) if name in schema),
        # Floats also for counts: pandas has no whole number that may be missing.
        quad=quad.fill_nan(None) if schema["quad"].is_float() else quad,
        weight=nw.col("weight").cast(nw.Float64).fill_nan(None),
        mentions=mentions.cast(nw.Float64).fill_nan(None),
    )
    return needed


def group_sums(frame: nw.LazyFrame[Any], duplicates: str) -> nw.LazyFrame[Any]:
    """Sum the rows that count by day, source, target, root code and quad class.

    This is the one definition of what a panel holds; every engine runs it, and every other
    sum is a sum over it.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        As from `event_frame`.
    duplicates : str
        One of ``DUPLICATES``.

    Returns
    -------
    narwhals.LazyFrame
        ``event_date``, ``source``, ``target``, ``root``, ``quad``, ``events``, ``weight_sum``,
        ``weight_sum_squares``, ``mentions`` and ``mentioned`` (rows that have mentions).
    """
    weight = nw.col("weight")
    rows = counted_rows(frame, duplicates).with_columns(weight_sum_squares=weight * weight)
    return rows.group_by(*_KEYS, "root", "quad").agg(
        nw.len().alias("events"),
        weight.sum().alias("weight_sum"),
        nw.col("weight_sum_squares").sum(),
        nw.col("mentions").sum(),
        nw.col("mentions").count().alias("mentioned"),
    )


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
        ``quad_1`` … ``quad_4``, ``weight_sum``, ``weight_sum_squares``, ``mentions``, sorted
        by the first three.
    """
    tall = _tall(frame, duplicates)
    cells, cell = _cells(tall)
    roots = tall["root"].replace_strict(_ROOT_AT, default=0, return_dtype=pl.Int64)
    quads = tall["quad"].fill_null(0)
    events = tall["events"].to_numpy()
    sums = {
        name: np.bincount(cell, tall[name].to_numpy(), cells.height)
        for name in ("events", *_FLOATS, "mentions", "mentioned")
    }
    return cells.with_columns(
        # Counts are exact as floats up to 2**53.
        pl.Series("events", sums["events"]).cast(pl.Int64),
        *_spread(roots.to_numpy(), cell, events, ROOTS, cells.height),
        *_spread(quads.to_numpy(), cell, events, QUADS, cells.height),
        # Rounded, so that the order in which an engine adds leaves no trace.
        *(pl.Series(name, sums[name]).round(6) for name in _FLOATS),
        mentions=pl.when(pl.Series(sums["mentioned"]) > 0).then(
            pl.Series(sums["mentions"]).cast(pl.Int64, strict=False)
        ),
    )


def root_sums(frame: nw.LazyFrame[Any], duplicates: str) -> pl.DataFrame:
    """Sum interstate events by day, source, target and root code.

    Returns
    -------
    polars.DataFrame
        ``event_date``, ``source``, ``target``, ``root``, ``events``, ``weight_sum``,
        ``weight_sum_squares``, sorted by the first four.
    """
    return (
        _tall(frame, duplicates)
        .group_by(*_KEYS, "root")
        .agg(pl.col("events").sum(), *(pl.col(name).sum().round(6) for name in _FLOATS))
        .sort(*_KEYS, "root")
    )


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
    return collected(found).with_columns(pl.col("event_date").cast(pl.Date), counts).sort(_KEYS[0])


def collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    """Run what an engine was asked for and return its rows in Polars."""
    if frame.implementation.is_polars():
        # Rows go through in pieces: memory is that of the groups, whatever the store's size.
        streamed: pl.DataFrame = frame.to_native().collect(engine="streaming")
        return streamed
    fetched: pl.DataFrame = frame.collect(backend="polars").to_native()
    return fetched


_ROOT_AT = {f"{at:02d}": at for at in range(1, len(ROOTS) + 1)}


def _tall(frame: nw.LazyFrame[Any], duplicates: str) -> pl.DataFrame:
    """Collect the group sums in one set of types, whatever the engine."""
    found = collected(group_sums(frame, duplicates))
    return found.filter(pl.col("event_date").is_not_null()).with_columns(
        pl.col("event_date").cast(pl.Date),
        pl.col("source", "target", "root").cast(pl.String),
        pl.col("quad", "events", "mentioned").cast(pl.Int64, strict=False),
        pl.col(*_FLOATS, "mentions").cast(pl.Float64).fill_null(0.0),
    )


def _cells(tall: pl.DataFrame) -> tuple[pl.DataFrame, _Whole]:
    """Return the cells in order, and in which of them each row lies."""
    states = pl.concat([tall["source"], tall["target"]]).unique().sort()
    numbered = pl.Enum(states)
    day = tall["event_date"].to_physical().cast(pl.Int64).to_numpy()
    source, target = (
        tall[side].cast(numbered).to_physical().cast(pl.Int64).to_numpy()
        for side in ("source", "target")
    )
    # One whole number a day and dyad, in the order of day, source and target: numpy sorts
    # them several times as fast as any library sorts three columns.
    count = max(states.len(), 1)
    key, cell = np.unique((day * count + source) * count + target, return_inverse=True)
    cells = pl.DataFrame(
        {
            "event_date": pl.Series(key // count**2, dtype=pl.Int32).cast(pl.Date),
            "source": states.gather(key // count % count),
            "target": states.gather(key % count),
        }
    )
    return cells, cell


def _spread(
    which: _Whole, cell: _Whole, events: _Whole, names: Sequence[str], cells: int
) -> list[pl.Series]:
    """Sum events of each class in each cell; classes are numbered from 1, others are nobody's."""
    named = np.flatnonzero((which >= 1) & (which <= len(names)))
    at = (which[named] - 1) * cells + cell[named]
    sums = np.bincount(at, events[named], len(names) * cells).reshape(len(names), cells)
    return [pl.Series(name, sums[row]).cast(pl.Int64) for row, name in enumerate(names)]
