"""A tally: how many events of which class by day and dyad, from as many events as there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from tertius.errors import UsageError
from tertius.panels.policies import check_duplicates, counted_rows, is_directed
from tertius.panels.statistics import collected, event_frame, native_events
from tertius.tables import TableResult

__all__ = ["Tally", "tally"]

_KEYS = ("event_date", "source", "target", "quad")


@dataclass(frozen=True, slots=True, eq=False)
class Tally(TableResult):
    """Counts of events by day, dyad and quad class, and nothing else.

    Attributes
    ----------
    counts : polars.DataFrame
        ``event_date`` (Date), ``source``, ``target`` (ISO3), ``quad`` (of the events' own
        scheme; 0 outside all four classes, null where none was given), ``events``. One row
        where there is an event, in no order.
    duplicates : str
        The duplicate policy; under ``"mirror-collapse"`` source and target are just two states.
    """

    counts: pl.DataFrame
    duplicates: str

    @property
    def directed(self) -> bool:
        """Whether source and target are who acted and on whom."""
        return is_directed(self.duplicates)

    def to_polars(self) -> pl.DataFrame:
        """Return `counts`."""
        return self.counts


def tally(
    events: object, duplicates: str = "one-a-day", window: tuple[date, date] | None = None
) -> Tally:
    """Count events by day, dyad and quad class; for very large stores.

    It counts the rows a panel counts and gives up what else a panel has: coverage,
    denominators, weights, a digest. A day without a row may be quiet or missing; only a panel
    can tell.

    Parameters
    ----------
    events : EventStore or frame
        As for `panel`.
    duplicates : str
        One of ``DUPLICATES``.
    window : (first day, last day), optional
        Days outside are left out; by default none is.

    Returns
    -------
    Tally
        Counts, where there is an event.

    Raises
    ------
    UnknownNameError
        If there is no such policy.
    UsageError
        If the window ends before it starts.
    PanelError
        If it is no frame of events.

    Examples
    --------
    >>> row = {"source": "CHN", "target": "PRK", "code": "040", "root": "04", "quad": 1}
    >>> twice = pl.DataFrame([row, row]).with_columns(event_date=pl.date(2018, 3, 26), weight=1.0)
    >>> [tally(twice, policy).counts["events"].to_list() for policy in ("none", "one-a-day")]
    [[2], [1]]
    """
    check_duplicates(duplicates)
    frame: nw.LazyFrame[Any] = event_frame(native_events(events))
    if window is not None:
        first, last = window
        if last < first:
            raise UsageError(f"the window ends ({last}) before it starts ({first})", where="window")
        frame = frame.filter(nw.col("event_date") >= first, nw.col("event_date") <= last)
    grouped = counted_rows(frame, duplicates).group_by(*_KEYS).agg(nw.len().alias("events"))
    found = collected(grouped)
    if found["event_date"].null_count():
        found = found.drop_nulls("event_date")
    counts = found.select(
        pl.col("event_date").cast(pl.Date),
        pl.col("source", "target").cast(pl.String),
        pl.col("quad").cast(pl.Int8, strict=False),
        pl.col("events").cast(pl.Int64),
    )
    return Tally(counts, duplicates)
