"""What the two formats share: the schema, and texts that are dates and numbers or are not."""

from __future__ import annotations

import polars as pl

__all__ = ["COVARIATE_SCHEMA", "day_of", "deaths_of", "drafted", "refused", "written_as"]

COVARIATE_SCHEMA: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "last_date": pl.Date(),
    "state": pl.String(),
    "kind": pl.String(),
    "side_a": pl.String(),
    "side_b": pl.String(),
    "deaths": pl.Int64(),
    "deaths_low": pl.Int64(),
    "deaths_high": pl.Int64(),
    "events": pl.Int64(),
    "precision": pl.Int64(),
    "event_id": pl.String(),
    "line": pl.Int64(),
}
"""Columns of a covariate, in order.

``date`` and ``last_date`` are the first and last day the event may have had, ``state`` the
ISO3 code of the place, ``side_a`` and ``side_b`` ISO3 codes where a side is a government
(several joined by ``;``), ``events`` 1, ``precision`` the days within which the date is
known, ``line`` the first line of the record.
"""

# Only formats that cannot be mistaken for one another; 04/05/2021 is two days and no format.
_FORMATS: dict[str, str] = {
    "YYYY-MM-DD": r"^(?P<iso>(?:19|20)\d\d-\d\d-\d\d)$",
    "YYYY-MM-DD 00:00:00.000": r"^(?P<iso>(?:19|20)\d\d-\d\d-\d\d)[ T]00:00:00(?:\.0{1,7})?$",
    "D Month YYYY": r"^(?P<day>\d\d?) (?P<month>[A-Z][a-z]+) (?P<year>(?:19|20)\d\d)$",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WHOLE = r"^\d{1,9}(?:\.0+)?$"


def day_of(column: str) -> pl.Expr:
    """Read a day in one of the three formats; null if it is in none or no day at all."""
    text = pl.col(column)
    plain = pl.coalesce(
        text.str.extract(_FORMATS["YYYY-MM-DD"]),
        text.str.extract(_FORMATS["YYYY-MM-DD 00:00:00.000"]),
    )
    parts = text.str.extract_groups(_FORMATS["D Month YYYY"]).struct
    numbers = pl.Series(range(1, 13), dtype=pl.String).str.zfill(2)
    month = parts.field("month").replace_strict(pl.Series(_MONTHS), numbers, default=None)
    named = pl.concat_str(
        parts.field("year"), month, parts.field("day").str.zfill(2), separator="-"
    )
    return pl.coalesce(plain, named).str.to_date("%Y-%m-%d", strict=False)


def written_as(column: str) -> pl.Expr:
    """Name the format a day is written in; null if in none."""
    matches = [
        pl.when(pl.col(column).str.contains(pattern)).then(pl.lit(name))
        for name, pattern in _FORMATS.items()
    ]
    return pl.coalesce(*matches)


def deaths_of(column: str) -> pl.Expr:
    """Read a whole number of deaths, also written 12.0; null if it is none."""
    text = pl.col(column)
    return pl.when(text.str.contains(_WHOLE)).then(
        text.str.extract(r"^(\d+)").cast(pl.Int64, strict=False)
    )


def drafted(rows: pl.DataFrame, *reasons: pl.Expr) -> pl.DataFrame:
    """Keep the schema's columns with the first reason against each row and its date format."""
    kept = [pl.col(name).cast(kind) for name, kind in COVARIATE_SCHEMA.items()]
    reason = pl.coalesce(*reasons, pl.lit(None, dtype=pl.String)).alias("reason")
    return rows.select(*kept, reason, pl.col("written"), pl.col("outside"), pl.col("unknown"))


def refused(condition: pl.Expr, words: str, *columns: str) -> pl.Expr:
    """Give a reason where a condition holds, with the texts of columns in its braces."""
    values = [pl.col(name).cast(pl.String).fill_null("") for name in columns]
    return pl.when(condition).then(pl.format(words, *values) if values else pl.lit(words))
