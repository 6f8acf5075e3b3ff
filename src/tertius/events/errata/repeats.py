"""Events that stand in a feed more than once, by the feed's own key of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tertius.events.store import EventStore

__all__ = ["overlaps"]

_KEY = ("event_id", "event_date")
_PAIRS = {"feed": pl.String(), "file": pl.String(), "other": pl.String(), "events": pl.Int64()}


def overlaps(store: EventStore, feed: str = "icews") -> pl.DataFrame:
    """Count the events that two files of a feed both hold, or one file holds twice.

    Two rows are one event where they agree in ``event_id`` and ``event_date``; ICEWS's id alone
    is not unique. Nothing is removed: panels count such an event once under ``one-a-day`` and
    ``mirror-collapse``, where its states and code agree, and twice under ``none``.

    Parameters
    ----------
    store : EventStore
        The store; all its events of the feed are read once or twice.
    feed : str
        The feed to look at.

    Returns
    -------
    polars.DataFrame
        ``feed``, ``file``, ``other`` (names; the same where one file repeats itself) and
        ``events``, the distinct events both hold, most first. No row: nothing is held twice.

    Notes
    -----
    It cannot tell a corrected event from a repeated one: rows with one id and date may differ
    in the rest.
    """
    files = pl.DataFrame(
        [(one.report.file_id, one.report.name) for one in store.entries() if one.feed == feed],
        schema={"file_id": pl.String(), "name": pl.String()},
        orient="row",
    )
    keys = (
        store.events()
        .select(*_KEY, pl.col("file_id").cast(pl.String))
        .filter(pl.col("event_id").is_not_null())
        .join(files.lazy(), on="file_id")
        .select(*_KEY, "name")
    )
    twice = keys.group_by(*_KEY).len().filter(pl.col("len") > 1).select(*_KEY)
    repeated = twice.collect(engine="streaming")
    if not repeated.height:
        return pl.DataFrame(schema=_PAIRS)
    rows = (
        keys.join(repeated.lazy(), on=list(_KEY), how="semi")
        .group_by(*_KEY, "name")
        .len()
        .collect(engine="streaming")
    )
    both = rows.join(rows, on=list(_KEY), suffix="_other").filter(
        (pl.col("name") < pl.col("name_other"))
        | ((pl.col("name") == pl.col("name_other")) & (pl.col("len") > 1))
    )
    return (
        both.group_by(file="name", other="name_other")
        .agg(events=pl.len().cast(pl.Int64))
        .select(pl.lit(feed).alias("feed"), "file", "other", "events")
        .sort(["events", "file", "other"], descending=[True, False, False])
    )
