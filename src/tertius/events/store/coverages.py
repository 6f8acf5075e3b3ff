"""The time a store covers: unions of spans, by feed and day."""

from __future__ import annotations

import sqlite3
from datetime import date

import polars as pl

__all__ = ["coverage", "days_covered", "missing"]

_COVERAGE = {
    "event_date": pl.Date(), "feed": pl.String(), "share": pl.Float64(), "basis": pl.String(),
}  # fmt: skip
_SPANS = {"feed": pl.String(), "first": pl.String(), "last": pl.String()}
_DAYS = {"feed": pl.String(), "event_date": pl.Date(), "share": pl.Float64()}
_DAY_SECONDS = 86_400

# Spans of a feed that touch or overlap are one. Instants of one form sort as text.
_ISLANDS = """
WITH reached AS (
  SELECT feed, first, last, MAX(last) OVER (
    PARTITION BY feed ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS reach
  FROM {table} WHERE first IS NOT NULL AND {which}
), numbered AS (
  SELECT feed, first, last, SUM(reach IS NULL OR first > reach) OVER (
    PARTITION BY feed ORDER BY first, last ROWS UNBOUNDED PRECEDING
  ) AS island
  FROM reached
)
SELECT feed, MIN(first), MAX(last) FROM numbered GROUP BY feed, island ORDER BY feed, island
"""


def coverage(connection: sqlite3.Connection, generation: int) -> pl.DataFrame:
    """Return the share of each day that held files cover, by feed.

    Columns: ``event_date``, ``feed``, ``share`` (seconds of the union of spans / 86,400) and
    ``basis``: ``"manifest"`` where spans say so, ``"assumed"`` where a day counts as covered
    because it has a row. A day an index promises and nothing covers has share 0.
    """
    held = _by_day(_islands(connection, "files", "added <= ?", generation))
    promised = _by_day(_islands(connection, "expected", "status <> ?", "held"))
    declared = (
        pl.concat([held, promised.with_columns(share=pl.lit(0.0))])
        .group_by("feed", "event_date")
        .agg(pl.col("share").max())
        .with_columns(basis=pl.lit("manifest"))
    )
    rows = connection.execute(
        "SELECT DISTINCT f.feed, d.day FROM file_days d JOIN files f ON f.id = d.file "
        "WHERE f.added <= ?",
        (generation,),
    )
    assumed = pl.DataFrame(
        [(feed, date.fromisoformat(day), 1.0) for feed, day in rows], schema=_DAYS, orient="row"
    ).with_columns(basis=pl.lit("assumed"))
    # Where files declare a part of a day and another is only seen to have rows on it, the most
    # that can be said of the day is what is assumed; a whole day declared is more than that.
    declared = declared.select(assumed.columns)
    return (
        pl.concat([declared.filter(pl.col("share") >= 1), assumed, declared])
        .unique(["feed", "event_date"], keep="first", maintain_order=True)
        .select(*_COVERAGE)
        .sort("event_date", "feed")
    )


def days_covered(connection: sqlite3.Connection, generation: int) -> tuple[frozenset[date], bool]:
    """Return the days of which any part is covered, and whether all files declared theirs."""
    frame = coverage(connection, generation).filter(pl.col("share") > 0)
    files, spans = connection.execute(
        "SELECT COUNT(*), COUNT(first) FROM files WHERE added <= ?", (generation,)
    ).fetchone()
    return frozenset(frame["event_date"].to_list()), bool(files) and files == spans


def missing(connection: sqlite3.Connection) -> pl.DataFrame:
    """Return the files an index promises that are not held, with the reason."""
    kinds = ("feed", "name", "first", "last", "status", "reason")
    rows = connection.execute(
        f"SELECT {', '.join(kinds)} FROM expected WHERE status <> 'held' ORDER BY feed, name"  # noqa: S608
    ).fetchall()
    return pl.DataFrame(rows, schema=dict.fromkeys(kinds, pl.String()), orient="row")


def _islands(connection: sqlite3.Connection, table: str, which: str, value: object) -> pl.DataFrame:
    rows = connection.execute(_ISLANDS.format(table=table, which=which), (value,)).fetchall()
    return pl.DataFrame(rows, schema=_SPANS, orient="row")


def _by_day(spans: pl.DataFrame) -> pl.DataFrame:
    """Return what share of each day disjoint spans cover."""
    second = pl.duration(seconds=1)
    day = pl.col("event_date").cast(pl.Datetime("us"))
    return (
        spans.with_columns(pl.col("first", "last").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"))
        .with_columns(
            event_date=pl.date_ranges(
                pl.col("first").dt.date(), (pl.col("last") - second).dt.date()
            )
        )
        .explode("event_date")
        .with_columns(
            seconds=(
                pl.min_horizontal("last", day + pl.duration(days=1))
                - pl.max_horizontal("first", day)
            ).dt.total_seconds()
        )
        .group_by("feed", "event_date")
        .agg(share=pl.col("seconds").sum() / _DAY_SECONDS)
        .select(*_DAYS)
    )
