"""What each duplicate policy takes away from the events at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from tertius.panels.policies import DUPLICATES, counted_rows
from tertius.panels.statistics import collected, event_frame, native_events
from tertius.tables import TableResult

__all__ = ["DuplicateEffects", "duplicate_effects"]

_EFFECTS = {
    "policy": pl.String,
    "rows": pl.Int64,
    "kept": pl.Int64,
    "removed": pl.Int64,
    "share_removed": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class DuplicateEffects(TableResult):
    """What each duplicate policy removes, measured.

    Attributes
    ----------
    effects : polars.DataFrame
        One row a policy, in the order of ``DUPLICATES``: ``policy``; ``rows`` between two
        different known states, the same for all; ``kept`` and ``removed`` of them, which add up
        to ``rows``; ``share_removed`` between 0 and 1, null where there is no row.
    without_url : int
        Of the rows, those without a URL: ``same-url`` keeps them all.
    """

    effects: pl.DataFrame
    without_url: int

    def to_polars(self) -> pl.DataFrame:
        """Return `effects`."""
        return self.effects


def duplicate_effects(events: object) -> DuplicateEffects:
    """Measure what each duplicate policy removes from a store or a frame of events.

    Parameters
    ----------
    events : EventStore or frame
        As for `panel`; all days of it.

    Returns
    -------
    DuplicateEffects
        Rows, kept, removed and the share removed, by policy.

    Raises
    ------
    PanelError
        If it is no frame of events.

    Notes
    -----
    It cannot tell a repeated report from a repeated deed: two shellings of a day are one to
    ``one-a-day``, and a meeting told of from both capitals is two to it.

    Examples
    --------
    >>> row = {"source": "CHN", "target": "PRK", "code": "040", "root": "04", "quad": 1}
    >>> twice = pl.DataFrame([row, row]).with_columns(event_date=pl.date(2018, 3, 26), weight=1.0)
    >>> dict(duplicate_effects(twice).effects.select("policy", "kept").rows())
    {'none': 2, 'same-url': 2, 'one-a-day': 1, 'mirror-collapse': 1}
    """
    frame = event_frame(native_events(events))
    if "url_hash" not in frame.collect_schema().names():
        rows = without = _count(counted_rows(frame, "none"))
    else:
        counted = counted_rows(frame, "none")
        rows = _count(counted)
        without = _count(counted.filter(nw.col("url_hash").is_null()))
    kept = {
        policy: rows
        if policy == "none" or (policy == "same-url" and without == rows)
        else _count(counted_rows(frame, policy))
        for policy in DUPLICATES
    }
    table = [
        (policy, rows, count, rows - count, (rows - count) / rows if rows else None)
        for policy, count in kept.items()
    ]
    return DuplicateEffects(pl.DataFrame(table, schema=_EFFECTS, orient="row"), without)


def _count(rows: nw.LazyFrame[Any]) -> int:
    return int(collected(rows.select(nw.len().alias("rows"))).item())
