"""GDELT's own totals: how many events it says it has, held against those at hand.

GDELT publishes them as ``normfiles``: by day, month or year, and the same by country. Neither
has a header: ``20130401,27758`` or ``20130401,CH,1042``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tertius.actors import fips_states
from tertius.errors import SourceError, UsageError
from tertius.events.errata import ERRATA
from tertius.events.parsing.readers import file_blocks
from tertius.events.store import EventStore
from tertius.settings import limit
from tertius.tables import TableResult, html_table

__all__ = ["Comparison", "Denominators", "coverage_against", "read_denominators"]

(_ERRATUM,) = (rule for rule in ERRATA if rule.name == "year-1920")
_PERIODS = {4: ("year", "0101"), 6: ("month", "01"), 8: ("day", "")}
_LINE = r"^(\d{4}|\d{6}|\d{8}),(?:([^,]{0,8}),)?(\d{1,18})$"


@dataclass(frozen=True, slots=True, eq=False)
class Denominators(TableResult):
    """Totals as GDELT publishes them.

    Attributes
    ----------
    totals : polars.DataFrame
        ``period`` (date of its first day), ``country`` (ISO3 of the place; null where GDELT
        names none or the code is no state's), ``fips`` (GDELT's code, null if none),
        ``events``, sorted. Without countries the two columns are null.
    period : str
        ``"day"``, ``"month"`` or ``"year"``.
    by_country : bool
        Whether the totals are by country.
    corrected : int
        Lines of 1920 that the erratum ``year-1920`` took for 2020.
    """

    totals: pl.DataFrame
    period: str
    by_country: bool
    corrected: int

    def to_polars(self) -> pl.DataFrame:
        """Return `totals`."""
        return self.totals


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(TableResult):
    """What GDELT says it has, beside what a store holds.

    Attributes
    ----------
    days : polars.DataFrame
        ``event_date``, ``published``, ``held``, ``share`` (held / published), one row for each
        day either names; the share is null where nothing was published.
    feed : str
        The feed the rows held are of.
    rejected, filtered : int
        Lines of its files that are no rows. Their days are not known, so that they are in no
        day's `held`: a share below 1 may be theirs.
    """

    days: pl.DataFrame
    feed: str
    rejected: int
    filtered: int

    def to_polars(self) -> pl.DataFrame:
        """Return `days`."""
        return self.days

    def __str__(self) -> str:
        published, held = (int(self.days[name].sum()) for name in ("published", "held"))
        less = self.days.filter(pl.col("share") < 1).height
        return (
            f"{self.feed}: {held:,} rows held, {published:,} published; {less:,} of "
            f"{self.days.height:,} days hold fewer than published; {self.rejected:,} lines "
            f"rejected and {self.filtered:,} filtered have no day"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>{html_table(self.days)}"


def read_denominators(path: str | Path) -> Denominators:
    """Read one of GDELT's files of totals.

    Parameters
    ----------
    path : path
        ``daily.csv``, ``monthly.csv`` or ``yearly.csv``, or one of them by country
        (``daily_country.csv``), plain or gzip.

    Returns
    -------
    Denominators
        Totals by period. Those of 1920 are taken for 2020: they hold what GDELT misdated, and
        no other event of it is before 1979. Where a period stands there as itself too, the two
        are added.

    Raises
    ------
    SourceError
        If the file is missing, too large, or not of this form throughout: totals of which a
        line is lost would be no totals.

    Notes
    -----
    The totals count GDELT 1.0 rows by the day of the *event*. That follows from the lines of
    1920: they add up to 536,074, the number of rows of the daily files with that year. Which of
    GDELT's three places the country is of, GDELT does not say.
    """
    place = Path(path)
    lines = _lines(place)
    parts = lines.str.extract_groups(_LINE).struct.unnest()
    parts.columns = ["day", "fips", "events"]
    wrong = parts["day"].is_null()
    lengths = parts["day"].str.len_bytes().unique().drop_nulls().to_list()
    by_country = lines.str.count_matches(",", literal=True) == 2
    if wrong.any() or len(lengths) != 1 or by_country.n_unique() != 1:
        first = wrong.arg_true().to_list()
        at = first[0] if first else 0
        what = (
            f"line {at + 1} is not DAY,EVENTS or DAY,COUNTRY,EVENTS"
            if first
            else "its lines are not all by one kind of period, or not all by country"
        )
        raise SourceError(what, where=str(place), hint="is this one of GDELT's normfiles?")
    period, rest = _PERIODS[lengths[0]]
    dates = (parts["day"] + rest).str.to_date("%Y%m%d", strict=False)
    if dates.null_count():
        at = dates.is_null().arg_true()[0]
        raise SourceError(f'line {at + 1}: "{parts["day"][at]}" is no day', where=str(place))
    moved, corrected = _moved(dates)
    totals = (
        parts.select(
            period=moved,
            country=pl.col("fips").replace_strict(
                fips_states(), default=None, return_dtype=pl.String
            ),
            fips=pl.when(pl.col("fips") != "").then("fips"),
            events=pl.col("events").cast(pl.Int64),
        )
        .group_by("period", "country", "fips")
        .agg(pl.col("events").sum())
        .sort("period", "fips")
    )
    return Denominators(totals, period, bool(by_country[0]), corrected)


def coverage_against(
    store: EventStore, denominators: Denominators, feed: str = "gdelt1"
) -> Comparison:
    """Hold the rows of a store against GDELT's own totals, day by day.

    A second look at coverage that does not rest on file names: it also shows files that were
    published short.

    Parameters
    ----------
    store : EventStore
        The store. Days on which it holds nothing have 0.
    denominators : Denominators
        By day; those by country are added up.
    feed : str
        Which files to count. GDELT's totals are of GDELT 1.0 (``"gdelt1"``); of other feeds
        the share is a ratio and no coverage.

    Returns
    -------
    Comparison
        Published and held events by day of the event.

    Raises
    ------
    UsageError
        If the totals are not by day, or the store holds no file of the feed.

    Notes
    -----
    Files of GDELT 1.0 from April 2013 on are by the day of adding: the last days of any
    download hold fewer events than published, for those added later.
    """
    if denominators.period != "day":
        raise UsageError(
            f"totals by {denominators.period} cannot be held against days",
            where="coverage_against",
            allowed="GDELT's daily.csv or daily_country.csv",
        )
    reports = [one.report for one in store.entries() if one.feed == feed]
    if not reports:
        raise UsageError(
            f"the store holds no file of the feed {feed}",
            where="coverage_against",
            allowed=", ".join(store.info().feeds) or "none",
        )
    files = pl.LazyFrame({"file_id": [report.file_id for report in reports]})
    held = (
        store.events()
        .select("event_date", pl.col("file_id").cast(pl.String))
        .join(files, on="file_id", how="semi")
        .group_by("event_date")
        .agg(held=pl.len().cast(pl.Int64))
        .collect(engine="streaming")
    )
    published = denominators.totals.group_by(event_date="period").agg(
        published=pl.col("events").sum()
    )
    both = published.join(held, on="event_date", how="full", coalesce=True)
    days = (
        both.with_columns(pl.col("published", "held").fill_null(0))
        .with_columns(
            share=pl.when(pl.col("published") > 0).then(pl.col("held") / pl.col("published"))
        )
        .select("event_date", "published", "held", "share")
        .sort("event_date")
    )
    rejected, filtered = (
        sum(getattr(report, name) for report in reports) for name in ("rejected", "filtered")
    )
    return Comparison(days, feed, rejected, filtered)


def _lines(path: Path) -> pl.Series:
    """Return the lines of a small file, blank ones at its end left out."""
    most, blocks, size = limit("max_table_bytes"), [], 0
    for block in file_blocks(path, 1 << 20):
        blocks.append(block)
        size += len(block)
        if size > most:
            raise SourceError(f"more than {most:,} bytes is too large", where=str(path))
    try:
        lines = b"".join(blocks).decode("ascii").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError("is no file of numbers: it is not ASCII", where=str(path)) from error
    if lines == [""]:
        raise SourceError("the file is empty", where=str(path))
    return pl.Series(lines, dtype=pl.String)


def _moved(dates: pl.Series) -> tuple[pl.Series, int]:
    """Take days of 1920 for those of 2020, as the erratum does for rows."""
    first, last = _ERRATUM.event_first, _ERRATUM.event_last
    wrong = dates.is_between(pl.lit(first), pl.lit(last))
    table = pl.DataFrame({"day": dates, "wrong": wrong})
    later = pl.when("wrong").then(pl.col("day").dt.offset_by("100y")).otherwise("day")
    return table.select(later)["day"], int(wrong.sum())
