"""Which state a number or a name of a covariate file means."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import polars as pl

from tertius.actors import roll_up, states

__all__ = ["states_by_gw", "states_by_iso", "states_by_name"]


def states_by_gw(numbers: pl.Series, days: pl.Series) -> pl.DataFrame:
    """Read Gleditsch–Ward numbers, each at its day.

    A number that only one state ever had means that state also before and after its dates
    (626 in 2010 is South Sudan: the file says so). 345 after 2006 stays unknown, as it was
    Yugoslavia's and then Serbia and Montenegro's.

    Parameters
    ----------
    numbers : polars.Series
        Strings of digits, or null.
    days : polars.Series
        Dates.

    Returns
    -------
    polars.DataFrame
        ``iso3``, null where unknown, and ``outside``, true where the day lies outside the
        state's dates; one row a number, in order.
    """
    rows = pl.DataFrame({"number": numbers, "day": days}).with_row_index("row")
    pairs = rows.select("number", "day").unique()
    then = (
        pairs.join(_gw_spans(), on="number")
        .filter(pl.col("day").is_between("first", "last"))
        .group_by("number", "day")
        .agg(pl.col("iso3").unique())
        .filter(pl.col("iso3").list.len() == 1)
        .select("number", "day", then=pl.col("iso3").list.first())
    )
    sole = (
        _gw_spans()
        .group_by("number")
        .agg(pl.col("iso3").unique())
        .filter(pl.col("iso3").list.len() == 1)
        .select("number", sole=pl.col("iso3").list.first())
    )
    found = rows.join(then, on=["number", "day"], how="left").join(sole, on="number", how="left")
    return found.sort("row").select(
        iso3=pl.coalesce("then", "sole"),
        outside=pl.col("then").is_null() & pl.col("sole").is_not_null(),
    )


def states_by_iso(numbers: pl.Series) -> pl.Series:
    """Read ISO 3166-1 numeric codes; null for one that no state has (0, and ACLED's own)."""
    codes = _iso_numbers()
    plain = numbers.str.strip_chars_start("0")
    keys, values = pl.Series(list(codes)), pl.Series(list(codes.values()))
    return plain.replace_strict(keys, values, default=None, return_dtype=pl.String)


def states_by_name(names: pl.Series, days: pl.Series | None = None) -> pl.Series:
    """Resolve names, each at its day; without days in their present or last meaning."""
    table = pl.DataFrame({"name": names, "day": names.is_null() if days is None else days})
    pairs = table.drop_nulls().unique(maintain_order=True)
    found = roll_up(pairs["name"], None if days is None else pairs["day"])
    iso3 = pl.Series("iso3", found.iso3, dtype=pl.String)
    return table.join(
        pairs.with_columns(iso3), on=["name", "day"], how="left", maintain_order="left"
    )["iso3"]


@cache
def _gw_spans() -> pl.DataFrame:
    spans = [
        (str(span.gw), span.start, span.end, each.iso3)
        for each in states()
        for span in each.spans
        if span.gw is not None
    ]
    schema = {"number": pl.String, "first": pl.Date, "last": pl.Date, "iso3": pl.String}
    return pl.DataFrame(spans, schema=schema, orient="row")


@cache
def _iso_numbers() -> dict[str, str]:
    path = resources.files("tertius.events.covariates").joinpath("tables/iso_numeric.csv")
    with path.open(encoding="utf-8") as stream:
        return {row["numeric"]: row["iso3"] for row in csv.DictReader(stream)}
