"""Gaps: how much of each day the events at hand cover, and what is known of the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tertius.events import EventStore
from tertius.panels.calendars import period_end, period_start

__all__ = ["HOLE_SCHEMA", "Gaps", "day_coverage", "gaps_of", "hole_table"]

HOLE_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "coverage": pl.Float64(),
    "days": pl.Int64(),
    "missing": pl.Int64(),
    "files": pl.String(),
    "reasons": pl.String(),
}
"""Columns of ``Panel.holes()``, in order."""

_NAMED = 10
_DAYS: dict[str, pl.DataType] = {"event_date": pl.Date(), "coverage": pl.Float64()}
_MISSING: dict[str, pl.DataType] = dict.fromkeys(
    ("feed", "name", "first", "last", "status", "reason"), pl.String()
)


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """The days a panel's numbers rest on less than whole.

    Attributes
    ----------
    first, last : datetime.date
        First and last day of the window.
    days : polars.DataFrame
        ``event_date`` and ``coverage`` (0 to below 1) of each day of the window that is not
        covered as a whole.
    missing : polars.DataFrame
        Files of the window an index promised and the store does not hold: ``feed``, ``name``,
        ``first``, ``last`` (instants), ``status``, ``reason``. Empty where no index is known.
    feeds : tuple of str
        The feeds the numbers come from.
    """

    first: date
    last: date
    days: pl.DataFrame
    missing: pl.DataFrame
    feeds: tuple[str, ...]

    @property
    def whole(self) -> int:
        """Days of the window."""
        return (self.last - self.first).days + 1

    def within(self, first: date, last: date) -> Gaps:
        """Return the gaps of a part of the window."""
        first, last = max(first, self.first), min(last, self.last)
        return Gaps(
            first,
            last,
            self.days.filter(pl.col("event_date").is_between(first, last)),
            _touching(self.missing, first, last),
            self.feeds,
        )


def gaps_of(
    first: date,
    last: date,
    days: pl.DataFrame,
    missing: pl.DataFrame | None = None,
    feeds: tuple[str, ...] = (),
) -> Gaps:
    """Return the gaps of a window.

    Parameters
    ----------
    first, last : datetime.date
        First and last day of the window.
    days : polars.DataFrame
        ``event_date`` and ``coverage`` of the days covered at least in part; others are not.
    missing : polars.DataFrame, optional
        As from ``EventStore.missing``.
    feeds : tuple of str
        The feeds the numbers come from.
    """
    window = pl.DataFrame({"event_date": pl.date_range(first, last, eager=True)})
    less = (
        window.join(days, on="event_date", how="left")
        .with_columns(pl.col("coverage").fill_null(0.0))
        .filter(pl.col("coverage") < 1)
        .select(*_DAYS)
        .sort("event_date")
    )
    files = pl.DataFrame(schema=_MISSING) if missing is None else missing
    return Gaps(first, last, less, _touching(files, first, last).filter(_of_events()), feeds)


def day_coverage(store: EventStore) -> pl.DataFrame:
    """Return how much of each day a store covers: the mean over its feeds.

    A feed counts from its first to its last day, held or promised, and on a day between that no
    file of it covers it counts as 0. Files of no feed count on their own days only: nobody
    promised others.

    Returns
    -------
    polars.DataFrame
        ``event_date`` and ``coverage`` (0 to 1), one row for each day of a feed, in order.
    """
    shares = store.coverage().filter(_of_events()).select("feed", "event_date", "share")
    feeds = shares.filter(pl.col("feed") != "")
    days = (
        feeds.group_by("feed")
        .agg(event_date=pl.date_ranges(pl.col("event_date").min(), pl.col("event_date").max()))
        .explode("event_date")
    )
    filled = days.join(feeds, on=["feed", "event_date"], how="left").with_columns(
        pl.col("share").fill_null(0.0)
    )
    everything = pl.concat([filled, shares.filter(pl.col("feed") == "")])
    # Sorted, so that the order of adding leaves no trace.
    means = everything.sort("event_date", "feed").group_by("event_date", maintain_order=True)
    return means.agg(coverage=pl.col("share").mean())


def hole_table(calendar: pl.DataFrame, period: str, gaps: Gaps | None) -> pl.DataFrame:
    """Return the periods of a calendar that are not covered as a whole.

    Parameters
    ----------
    calendar : polars.DataFrame
        ``period``, ``days`` and ``coverage``.
    period : str
        What its periods are.
    gaps : Gaps or None
        What is known of the days.

    Returns
    -------
    polars.DataFrame
        Columns of ``HOLE_SCHEMA``; see `Panel.holes`.
    """
    holes = calendar.filter(pl.col("coverage") < 1).select("period", "coverage")
    if gaps is None:
        unknown = [(first, share, None, 0, None, None) for first, share in holes.rows()]
        return pl.DataFrame(unknown, schema=HOLE_SCHEMA, orient="row")
    days = dict(_by_period(gaps.days, period).group_by("period").len().rows())
    files = _missing_files(gaps, period)
    rows: list[tuple[date, float, int, int, str | None, str | None]] = []
    for first, share in holes.rows():
        names, reasons = files.get(first, ([], Counter()))
        told = [f"{reason} ({count:,})" for reason, count in reasons.most_common()]
        told += _circumstances(gaps, first, period_end(first, period))
        rows.append(
            (
                first,
                share,
                days.get(first, 0),
                len(names),
                ", ".join(sorted(names)[:_NAMED]) or None,
                "; ".join(told) or None,
            )
        )
    return pl.DataFrame(rows, schema=HOLE_SCHEMA, orient="row")


def _circumstances(gaps: Gaps, first: date, last: date) -> list[str]:
    """Say what else is known of the days from `first` to `last`."""
    from tertius.events.errata import changes_within  # its tables are read only where asked

    outside = first < gaps.first or last > gaps.last
    told = ["the panel begins or ends within it"] if outside else []
    if any(feed.startswith("gdelt") for feed in gaps.feeds):
        told += [str(outage) for outage in changes_within("GDELT", first, last, "outage")]
    return told


def _missing_files(gaps: Gaps, period: str) -> dict[date, tuple[list[str], Counter[str]]]:
    """Return names and reasons of the missing files by the period they touch."""
    instants = pl.col("first", "last").str.slice(0, 10).str.to_date("%Y-%m-%d")
    # An instant at midnight ends the day before.
    over = pl.col("last").str.ends_with("T00:00:00Z")
    dated = gaps.missing.filter(pl.col("first").is_not_null()).with_columns(
        instants.name.suffix("_day"), over=over
    )
    ends = pl.when("over").then(pl.col("last_day") - pl.duration(days=1)).otherwise("last_day")
    touched = (
        dated.with_columns(
            first_day=pl.max_horizontal("first_day", pl.lit(gaps.first)),
            last_day=pl.min_horizontal(ends, pl.lit(gaps.last)),
        )
        .with_columns(event_date=pl.date_ranges("first_day", "last_day"))
        .explode("event_date")
    )
    reason = pl.when(pl.col("reason") != "").then("reason").otherwise("status")
    told = _by_period(touched, period).select("period", "feed", "name", reason.alias("reason"))
    found: dict[date, tuple[list[str], Counter[str]]] = {}
    for start, _, name, why in told.unique(maintain_order=True).iter_rows():
        names, reasons = found.setdefault(start, ([], Counter()))
        names.append(name)
        reasons[why] += 1
    return found


def _by_period(days: pl.DataFrame, period: str) -> pl.DataFrame:
    """Name the period each day belongs to."""
    starts = {day: period_start(day, period) for day in days["event_date"].unique().to_list()}
    return days.with_columns(
        period=pl.col("event_date").replace_strict(starts, return_dtype=pl.Date)
    )


def _touching(missing: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Keep the files whose time touches a window, and those of no known time."""
    after = (last + timedelta(days=1)).isoformat()
    begins, ends = pl.col("first") < after, pl.col("last") > f"{first.isoformat()}T00:00:00Z"
    return missing.filter(pl.col("first").is_null() | (begins & ends))


def _of_events() -> pl.Expr:
    """Leave feeds of mentions out: they hold no events."""
    return ~pl.col("feed").str.ends_with("mentions")
