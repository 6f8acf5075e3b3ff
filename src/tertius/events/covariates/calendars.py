"""Counts by day to sums by period: numbers and dates only."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.errors import UnknownNameError

__all__ = ["PERIODS", "by_day", "by_period", "check_period"]

PERIODS = ("day", "week", "month", "year")
"""The periods a series can have; weeks are ISO weeks, from Monday."""


def check_period(period: str) -> None:
    """Raise ``UnknownNameError`` unless `period` is one of ``PERIODS``."""
    if period not in PERIODS:
        raise UnknownNameError.of("period", period, PERIODS)


def by_day(
    first: npt.NDArray[np.int64],
    length: npt.NDArray[np.int64],
    amounts: npt.NDArray[np.int64],
    days: int,
    *,
    spread: bool,
) -> npt.NDArray[np.float64]:
    """Put amounts on the days of a calendar.

    Parameters
    ----------
    first : array, shape (n,)
        Day of each amount, counted from the calendar's first as 0; inside it.
    length : array, shape (n,)
        Days it may belong to.
    amounts : array, shape (n,)
        What to put there.
    days : int
        Length of the calendar. What is spread beyond its end is left out.
    spread : bool
        Whether to share an amount evenly over its days; otherwise all goes to the first.

    Returns
    -------
    array, shape (days,)
    """
    single = (length == 1) | (not spread)
    totals: npt.NDArray[np.float64] = np.zeros(days)
    np.add.at(totals, first[single], amounts[single])
    for start, run, amount in zip(
        first[~single].tolist(), length[~single].tolist(), amounts[~single].tolist(), strict=True
    ):
        totals[start : start + run] += amount / run
    return totals


def by_period(
    start: date,
    totals: npt.NDArray[np.float64],
    covered: npt.NDArray[np.bool_],
    period: str,
    name: str,
) -> pl.DataFrame:
    """Sum days to periods.

    Parameters
    ----------
    start : datetime.date
        The calendar's first day.
    totals : array, shape (days,)
        Amount of each day; 0 on days that are not covered.
    covered : array, shape (days,)
        Which days the data speak about.
    period : str
        One of ``PERIODS``.
    name : str
        What to call the sums.

    Returns
    -------
    polars.DataFrame
        ``period``, the sums (null where no day is covered) and ``coverage``, the share of
        the period's days that are covered.
    """
    days = [start + timedelta(days=offset) for offset in range(len(totals))]
    firsts = [_start(day, period) for day in days]
    table = pl.DataFrame(
        {"period": firsts, name: totals, "covered": covered.astype(np.int64)},
        schema_overrides={"period": pl.Date},
    )
    sums = table.group_by("period", maintain_order=True).agg(pl.col(name, "covered").sum())
    lengths = [(_next(day, period) - day).days for day in sums["period"].to_list()]
    return sums.select(
        "period",
        pl.when(pl.col("covered") > 0).then(pl.col(name)),
        coverage=pl.col("covered") / pl.Series(lengths, dtype=pl.Int64),
    )


def _start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period == "year" else day


def _next(start: date, period: str) -> date:
    if period == "month":
        return (start + timedelta(days=31)).replace(day=1)
    if period == "year":
        return start.replace(year=start.year + 1)
    return start + timedelta(days=7 if period == "week" else 1)
