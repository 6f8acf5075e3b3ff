"""The panel expression as SQL text for GDELT's public tables; nothing is run here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import narwhals as nw

from tertius.actors import cameo_states
from tertius.errors import UnknownNameError, UsageError
from tertius.panels.builders import chosen_dyads
from tertius.panels.calendars import check_period
from tertius.panels.policies import check_duplicates, is_directed
from tertius.panels.schemas import CELL_SCHEMA, QUADS, ROOTS
from tertius.panels.statistics import event_frame, group_sums

__all__ = ["DIALECTS", "FIRST_DAY", "panel_sql"]

DIALECTS = ("bigquery", "duckdb")
"""SQL dialects: of the public tables, and of a local copy with the same columns."""

FIRST_DAY = date(2015, 2, 18)
"""The first day of GDELT 2.0, whose table this is for."""

TABLE = ("gdelt-bq", "gdeltv2", "events_partitioned")
# The columns read, of GDELT's 61, with their types there; a query is billed by them.
COLUMNS = {
    "SQLDATE": "int64",
    "Actor1CountryCode": "string",
    "Actor2CountryCode": "string",
    "EventCode": "string",
    "EventRootCode": "string",
    "QuadClass": "int64",
    "GoldsteinScale": "float64",
    "NumMentions": "int64",
    "DATEADDED": "int64",
    "SOURCEURL": "string",
    "_PARTITIONTIME": "timestamp('UTC')",
}
_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y"}
_BYTES, _BYTES_OF_URL = 60, 100


def panel_sql(
    start: date | str,
    end: date | str,
    *,
    period: str = "week",
    dyads: Iterable[Sequence[str]] | None = None,
    duplicates: str = "one-a-day",
    dialect: str = "bigquery",
) -> str:
    """Write the query that makes a panel's cells out of GDELT's public table of events.

    It is the expression `panel` runs, over ``gdelt-bq.gdeltv2.events_partitioned``, so that
    whoever has an account there gets the same cells without a download. Its rows are those of
    the files of `start` to `end`, and of them those of events that are said to have happened
    on these days.

    Parameters
    ----------
    start, end : date or str
        First and last day, inclusive.
    period : {"day", "week", "month", "year"}
        Weeks are ISO weeks.
    dyads : iterable of (source, target), optional
        Ordered pairs of ISO3 codes to keep; denominators are of all dyads either way.
    duplicates : str
        One of ``DUPLICATES``.
    dialect : {"bigquery", "duckdb"}
        ``"duckdb"`` is for a local table ``events_partitioned`` with the same columns.

    Returns
    -------
    str
        SQL with a head of comments, ending in a semicolon. Columns are those of
        ``Panel.cells`` but for ``coverage``.

    Raises
    ------
    UnknownNameError
        For a period, policy or dialect nobody knows.
    UsageError
        For days that are none, or before the table begins, and where ibis is missing.

    Notes
    -----
    The partitions read are those of `start` to the day after `end`, since the last files of a
    day are loaded on the next. A warehouse does not say which files it lacks: a quiet day and
    a missing one look alike. Errata are not applied to its rows.

    Examples
    --------
    >>> text = panel_sql("2018-03-01", "2018-03-31", dyads=[("CHN", "PRK")])
    >>> text.splitlines()[0]
    '-- Cells by dyad and week of GDELT 2.0 events, 2018-03-01 to 2018-03-31.'
    """
    check_period(period)
    check_duplicates(duplicates)
    if dialect not in DIALECTS:
        raise UnknownNameError.of("SQL dialect", dialect, DIALECTS)
    first, last = _day(start, "start"), _day(end, "end")
    if last < first:
        raise UsageError(f"the window ends ({last}) before it starts ({first})")
    if first < FIRST_DAY:
        raise UsageError(
            f"GDELT 2.0 begins after {first}",
            allowed=f"{FIRST_DAY} or later",
            hint="events of before are in GDELT 1.0: fetch and ingest its files",
        )
    chosen = None if dyads is None else chosen_dyads(dyads, duplicates)
    ibis = _ibis()
    table = ibis.table(COLUMNS, name=TABLE[2], **_place(dialect))
    events = _events(ibis, table, first, last, with_url=duplicates == "same-url")
    cells = _cells(event_frame(events), period, duplicates, chosen)
    head = "\n".join(f"-- {line}" for line in _head(first, last, period, duplicates, dialect))
    return f"{head}\n{_LIST.sub(_folded, ibis.to_sql(cells, dialect=dialect))};\n"


def _events(ibis: Any, table: Any, first: date, last: date, *, with_url: bool) -> Any:  # noqa: ANN401
    """Name GDELT's columns as an event's, and keep what can count and had to be read."""
    states = cameo_states()
    renamed = {code: state for code, state in states.items() if code != state}
    sides = {"source": table.Actor1CountryCode, "target": table.Actor2CountryCode}
    partition = table._PARTITIONTIME
    read = table.filter(
        partition >= ibis.literal(datetime.combine(first, time(), UTC)),
        partition < ibis.literal(datetime.combine(last + timedelta(days=2), time(), UTC)),
        table.DATEADDED.between(_number(first) * 10**6, _number(last) * 10**6 + 235959),
        table.SQLDATE.between(_number(first), _number(last)),
        table.EventRootCode.isin([root.removeprefix("root_") for root in ROOTS]),
        *(side.isin(sorted(states)) for side in sides.values()),
    )
    url = {"url_hash": read.SOURCEURL.nullif("")} if with_url else {}
    return read.select(
        # A day that is none becomes null; parsing it would end the query.
        event_date=read.SQLDATE.cast("string")
        .re_replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
        .try_cast("date"),
        **{side: read[column.get_name()].substitute(renamed) for side, column in sides.items()},
        code=read.EventCode,
        root=read.EventRootCode,
        quad=read.QuadClass,
        weight=read.GoldsteinScale,
        mentions=read.NumMentions,
        **url,
    )


def _cells(
    frame: nw.LazyFrame[Any],
    period: str,
    duplicates: str,
    chosen: tuple[tuple[str, str], ...] | None,
) -> Any:  # noqa: ANN401 - an ibis table
    """Sum group sums by period and dyad, spread classes to columns and add denominators."""
    tall: Any = group_sums(frame, duplicates).to_native()
    dated = tall.filter(tall.event_date.notnull())
    by_period = nw.from_native(dated.mutate(period=dated.event_date.truncate(_UNITS[period])))
    events, keys = nw.col("events"), ("period", "source", "target")
    spread = by_period.with_columns(
        *(
            nw.when(nw.col("root") == name.removeprefix("root_"))
            .then(events)
            .otherwise(0)
            .alias(name)
            for name in ROOTS
        ),
        *(
            nw.when(nw.col("quad") == at).then(events).otherwise(0).alias(name)
            for at, name in enumerate(QUADS, 1)
        ),
    )
    sums = spread.group_by(*keys).agg(
        *(nw.col(name).sum() for name in ("events", *ROOTS, *QUADS)),
        *(nw.col(name).sum() for name in ("weight_sum", "weight_sum_squares")),
        nw.col("mentions").sum(),
        nw.col("mentioned").sum(),
    )
    wide = sums.with_columns(
        *(nw.col(name).fill_null(0.0).round(6) for name in ("weight_sum", "weight_sum_squares")),
        mentions=nw.when(nw.col("mentioned") > 0).then(nw.col("mentions").cast(nw.Int64)),
    ).drop("mentioned")
    counted = _with_totals(wide, directed=is_directed(duplicates))
    if chosen is not None:
        wanted = [(nw.col("source") == one) & (nw.col("target") == two) for one, two in chosen]
        counted = counted.filter(nw.any_horizontal(*wanted, ignore_nulls=True))
    columns = [name for name in CELL_SCHEMA if name != "coverage"]
    return counted.select(*columns).sort(*keys).to_native()


def _with_totals(wide: nw.LazyFrame[Any], *, directed: bool) -> nw.LazyFrame[Any]:
    """Add a state's events and the world's to each cell."""
    events, sides = nw.col("events"), ("source", "target")
    counted = wide.with_columns(world_total=events.sum().over("period"))
    if directed:
        return counted.with_columns(
            **{f"{side}_total": events.sum().over("period", side) for side in sides}
        )
    both = nw.concat([wide.select("period", "events", state=nw.col(side)) for side in sides])
    totals = both.group_by("period", "state").agg(events.sum().alias("total"))
    for side in sides:
        counted = counted.join(
            totals.rename({"total": f"{side}_total"}),
            left_on=["period", side],
            right_on=["period", "state"],
            how="left",
        )
    return counted


_LIST = re.compile(r"^( *)(.*IN \()((?:\s*'\w+',?)+)\s*\)", re.M)


def _folded(found: re.Match[str]) -> str:
    """Put many codes on a line: each has one of its own otherwise."""
    indent, head, listed = found.groups()
    lines = textwrap.wrap(" ".join(listed.split()), 96 - len(indent))
    inner = "\n".join(f"{indent}  {line}" for line in lines)
    return f"{indent}{head}\n{inner}\n{indent})"


def _head(first: date, last: date, period: str, duplicates: str, dialect: str) -> list[str]:
    direction = "" if is_directed(duplicates) else " (no direction)"
    size = _BYTES + (_BYTES_OF_URL if duplicates == "same-url" else 0)
    lines = [
        f"Cells by dyad and {period} of GDELT 2.0 events, {first} to {last}.",
        f"Duplicates: {duplicates}{direction}; quad classes: cameo-gdelt; weights: GDELT's own.",
        "Rows between two different states, added on these days, dated on these days.",
        "A missing file looks like a quiet day here: no column says what was covered.",
    ]
    if dialect == "bigquery":
        lines += [
            f"Cost: the partitions of {first} to {last + timedelta(days=1)} only, by the columns",
            f"named, some {size} bytes for each of 100,000 to 250,000 rows a day. To be told the",
            "bytes before they are billed: bq query --dry_run --use_legacy_sql=false < FILE",
        ]
    return lines


def _place(dialect: str) -> dict[str, str]:
    return {"catalog": TABLE[0], "database": TABLE[1]} if dialect == "bigquery" else {}


def _number(day: date) -> int:
    """Return a day as GDELT writes it, 20180326."""
    return day.year * 10_000 + day.month * 100 + day.day


def _day(day: date | str, where: str) -> date:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError as error:
        raise UsageError(f'"{day}" is no date', where=where, allowed="YYYY-MM-DD") from error


def _ibis() -> Any:  # noqa: ANN401 - a module without types
    try:
        import ibis
    except ImportError as error:
        raise UsageError(
            "SQL is written with ibis, and it is not installed",
            hint='pip install "tertius[warehouse]"',
        ) from error
    return ibis
