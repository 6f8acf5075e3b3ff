"""From events to a panel."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl

from tertius.errors import PanelError, UsageError
from tertius.events import EventStore
from tertius.panels.calendars import check_period, day_table, period_start
from tertius.panels.frames import Panel, PanelIdentity, seal
from tertius.panels.gaps import Gaps, day_coverage, gaps_of
from tertius.panels.policies import is_directed
from tertius.panels.schemas import CALENDAR_SCHEMA, COUNTS, SUMS
from tertius.panels.statistics import (
    check_duplicates,
    day_accounts,
    day_sums,
    event_frame,
    native_events,
)
from tertius.panels.sums import coarse_calendar, sum_by, with_denominators
from tertius.settings import limit

__all__ = ["chosen_dyads", "panel", "state_totals"]


def panel(
    events: object,
    period: str = "week",
    dyads: Iterable[Sequence[str]] | None = None,
    duplicates: str = "one-a-day",
    window: tuple[date | str, date | str] | None = None,
) -> Panel:
    """Sum events to dyad × period statistics with their denominators.

    Parameters
    ----------
    events : EventStore or frame
        A store, or a pandas, Polars, PyArrow, DuckDB or Spark frame in the event schema.
    period : {"day", "week", "month", "year"}
        Weeks are ISO weeks.
    dyads : iterable of (source, target), optional
        Ordered pairs of ISO3 codes to keep; all if not given. Denominators and the calendar
        are of all dyads either way.
    duplicates : {"one-a-day", "none", "same-url", "mirror-collapse"}
        ``"one-a-day"`` keeps one row for each date, source, target and code, ``"same-url"``
        one for each of these and each URL. ``"mirror-collapse"`` also takes A to B and B to A
        for one event: the panel has no direction then, each pair stands once, and a state's
        totals are of all events it takes part in.
    window : (first day, last day), optional
        Days outside are left out; by default all covered days.

    Returns
    -------
    Panel
        Only rows between two different known states count; `Panel.accounting` says how many
        rows each rule left out.

    Raises
    ------
    PanelError
        If there are no interstate events, no covered day in the window, or several quad class
        schemes or weight tables in the events.

    Notes
    -----
    Counts are of *reports*. They grow with the number of publishers read and with their
    interest; denominators remove the first, nothing here removes the second.
    """
    check_period(period)
    check_duplicates(duplicates)
    chosen = None if dyads is None else chosen_dyads(dyads, duplicates)
    counted = _count(events, period, duplicates, window)
    cells, calendar = counted.cells, counted.calendar
    if period != "day":
        coarser = {day: period_start(day, period) for day in calendar["period"].to_list()}
        calendar = coarse_calendar(calendar, coarser, period)
    totals = state_totals(cells, duplicates)
    if chosen is not None:
        pairs = pl.DataFrame(chosen, schema=["source", "target"], orient="row")
        cells = cells.join(pairs, on=["source", "target"], how="semi")
    identity = dataclasses.replace(counted.identity, period=period)
    sealed = seal(
        with_denominators(cells, calendar, totals),
        calendar,
        identity,
        totals=totals,
        gaps=counted.gaps,
    )
    return dataclasses.replace(sealed, selected=chosen, accounting=counted.accounting)


@dataclass(frozen=True, slots=True)
class _Names:
    scheme: str
    weights: str
    dataset: str
    coverage: str = "assumed"
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Counted:
    """Events summed by period and dyad, without denominators; the calendar is by day."""

    cells: pl.DataFrame
    calendar: pl.DataFrame
    identity: PanelIdentity
    accounting: tuple[tuple[str, int], ...]
    gaps: Gaps


def _count(
    events: object, period: str, duplicates: str, window: tuple[date | str, date | str] | None
) -> _Counted:
    store = events if isinstance(events, EventStore) else None
    native = native_events(events)
    names = _names(native) if store is None else _names_of(store)
    frame = event_frame(native)
    accounts = day_accounts(frame)
    if store is None:
        days, basis = accounts.select("event_date", coverage=1.0).drop_nulls(), "assumed"
    else:
        days, basis = day_coverage(store), names.coverage
    first, last, days = _window(window, days)
    inside = days["event_date"]
    if window is not None:
        frame = frame.filter(nw.col("event_date") >= first, nw.col("event_date") <= last)
    on_covered = pl.col("event_date").is_in(inside.implode())
    kept = accounts.filter(on_covered)
    cells, world = _summed(frame, period, duplicates, kept)
    if not cells.height:
        raise PanelError(
            f"no event between two known states from {first} to {last}",
            where=names.dataset,
            hint="see which actors stayed unknown: EventStore.files(), `tertius store info`",
        )
    calendar = _calendar(world, first, last, days)
    identity = PanelIdentity(
        period="day",
        duplicates=duplicates,
        scheme=names.scheme,
        weights=names.weights,
        start=inside[0],
        end=inside[-1],
        coverage=basis,
        dataset=names.dataset,
        dyad_floor=0,
        digest="",
    )
    accounting = _accounting(accounts, kept, cells)
    gaps = gaps_of(first, last, days, None if store is None else store.missing(), names.feeds)
    return _Counted(cells, calendar, identity, accounting, gaps)


def _summed(
    frame: nw.LazyFrame[Any], period: str, duplicates: str, kept: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sum events by period and dyad, and by day; so many at once that memory stays bounded.

    A piece is of whole periods. No policy looks beyond a day, so that none is cut.
    """
    pieces = _pieces(kept, period)
    cells, world = [], []
    for first, last in pieces:
        part = frame
        if len(pieces) > 1:
            part = frame.filter(nw.col("event_date") >= first, nw.col("event_date") <= last)
        daily = day_sums(part, duplicates)
        daily = daily.filter(pl.col("event_date").is_in(kept["event_date"].implode()))
        world.append(daily.group_by("event_date").agg(pl.col(*COUNTS, "weight_sum").sum()))
        coarser = {day: period_start(day, period) for day in daily["event_date"].unique()}
        daily = daily.rename({"event_date": "period"})
        if period != "day":
            daily = sum_by(daily, coarser, ["period", "source", "target"], (*SUMS, "mentions"))
        cells.append(daily)
    return pl.concat(cells), pl.concat(world)


def _pieces(kept: pl.DataFrame, period: str) -> list[tuple[date, date]]:
    """Part the days into runs of whole periods with a bounded number of rows each."""
    most, rows, last_period = limit("panel_piece_rows"), 0, None
    pieces: list[tuple[date, date]] = []
    for day, count in kept.sort("event_date").select("event_date", "rows").iter_rows():
        starts = period_start(day, period)
        if not pieces or (starts != last_period and rows + count > most):
            pieces.append((day, day))
            rows = 0
        pieces[-1] = (pieces[-1][0], day)
        rows, last_period = rows + count, starts
    return pieces or [(date.min, date.max)]


def state_totals(cells: pl.DataFrame, duplicates: str = "one-a-day") -> pl.DataFrame:
    """Return events by and toward each state in each period.

    Where the policy leaves no direction, both are the events the state takes part in.
    """
    if not is_directed(duplicates):
        sides = [
            cells.select("period", "events", state=pl.col(side)) for side in ("source", "target")
        ]
        both = pl.col("events").sum()
        grouped = pl.concat(sides).group_by("period", "state")
        return grouped.agg(both.alias("source_total"), both.alias("target_total"))
    by_source = cells.group_by("period", state="source").agg(source_total=pl.col("events").sum())
    by_target = cells.group_by("period", state="target").agg(target_total=pl.col("events").sum())
    return by_source.join(
        by_target, on=["period", "state"], how="full", coalesce=True
    ).with_columns(pl.col("source_total", "target_total").fill_null(0))


def _calendar(cells: pl.DataFrame, first: date, last: date, covered: pl.DataFrame) -> pl.DataFrame:
    """Return the world's sums for every day, whether it has an event or not."""
    world = cells.group_by("event_date").agg(
        *(pl.col(name).sum() for name in COUNTS), pl.col("weight_sum").sum().round(6)
    )
    days = day_table(first, last, "day").join(world, on="event_date", how="left")
    return (
        days.join(covered, on="event_date", how="left")
        .with_columns(pl.col(*COUNTS, "weight_sum", "coverage").fill_null(0))
        .with_columns(
            days=pl.lit(1, dtype=pl.Int64),
            covered_days=(pl.col("coverage") > 0).cast(pl.Int64),
        )
        .select(list(CALENDAR_SCHEMA))
    )


def _window(
    window: tuple[date | str, date | str] | None, days: pl.DataFrame
) -> tuple[date, date, pl.DataFrame]:
    """Return the first and last day of the window, and the days of it covered in part at least.

    Without a window it is from the first to the last day held or promised: a promised day that
    is missing at either end is a hole, not the end.
    """
    covered = days.filter(pl.col("coverage") > 0).sort("event_date")
    if not covered.height:
        raise PanelError("there are no events", hint="ingest a file first")
    if window is None:
        whole = days["event_date"].sort()
        return whole[0], whole[-1], covered
    first, last = _as_date(window[0]), _as_date(window[1])
    if last < first:
        raise UsageError(f"the window ends ({last}) before it starts ({first})", where="window")
    inside = covered.filter(pl.col("event_date").is_between(first, last))
    if not inside.height:
        begins, ends = covered["event_date"][0], covered["event_date"][-1]
        raise PanelError(
            f"no day from {first} to {last} is covered",
            where="window",
            allowed=f"days from {begins} to {ends}",
        )
    return first, last, inside


def _as_date(day: date | str) -> date:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError as error:
        raise UsageError(f'"{day}" is no date', where="window", allowed="YYYY-MM-DD") from error


def chosen_dyads(dyads: Iterable[Sequence[str]], duplicates: str) -> tuple[tuple[str, str], ...]:
    """Check the dyads asked for; what is not among them is later an error, not a zero."""
    from tertius.actors import state

    wanted = []
    for dyad in dyads:
        pair = tuple(dyad)
        if isinstance(dyad, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise UsageError(
                f"{dyad!r} is no dyad", where="dyads", allowed='pairs such as ("CHN", "PRK")'
            )
        source, target = state(pair[0]).iso3, state(pair[1]).iso3
        if source > target and not is_directed(duplicates):
            raise UsageError(
                f"{source} to {target} has no direction under the policy {duplicates}",
                where="dyads",
                allowed=f'("{target}", "{source}")',
            )
        wanted.append((source, target))
    if not wanted:
        raise UsageError("no dyad was given", where="dyads")
    return tuple(sorted(set(wanted)))


def _accounting(
    accounts: pl.DataFrame, kept: pl.DataFrame, cells: pl.DataFrame
) -> tuple[tuple[str, int], ...]:
    rows, inside = int(accounts["rows"].sum()), int(kept["rows"].sum())
    unknown, domestic = int(kept["unknown_side"].sum()), int(kept["domestic"].sum())
    counted = int(cells["events"].sum())
    return (
        ("rows", rows),
        ("on days left out", rows - inside),
        ("a side unknown", unknown),
        ("within one state", domestic),
        ("duplicates", inside - unknown - domestic - counted),
        ("counted", counted),
    )


def _names_of(store: EventStore) -> _Names:
    info = store.info()
    if not info.files:
        raise PanelError("the store holds no events", where=info.path)
    return _Names(
        _single("quad class schemes", info.schemes),
        _single("weight tables", info.weights),
        " + ".join(info.datasets),
        info.coverage,
        info.feeds,
    )


def _names(events: Any) -> _Names:  # noqa: ANN401 - a frame of any engine
    """Read the names a frame carries in its columns."""
    try:
        frame = nw.from_native(events).lazy()
    except TypeError:
        event_frame(events)  # raises, with the whole message
        raise
    present = frame.collect_schema().names()
    found = {
        name: tuple(
            sorted(
                value
                for value in frame.select(nw.col(name))
                .unique()
                .collect(backend="polars")
                .get_column(name)
                .to_list()
                if value is not None
            )
        )
        if name in present
        else ()
        for name in ("scheme", "weights", "dataset")
    }
    return _Names(
        _single("quad class schemes", found["scheme"] or ("unnamed",)),
        _single("weight tables", found["weights"] or ("unnamed",)),
        " + ".join(found["dataset"]) or "a frame of events",
    )


def _single(what: str, names: tuple[str, ...]) -> str:
    if len(names) > 1:
        raise PanelError(
            f"the events carry several {what}: {', '.join(names)}",
            hint="their classes and weights cannot be added; ingest them into separate stores",
        )
    return names[0]
