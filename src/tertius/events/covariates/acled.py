"""ACLED rows to covariates."""

from __future__ import annotations

import polars as pl

from tertius.events.covariates.drafts import day_of, deaths_of, drafted, refused, written_as
from tertius.events.covariates.places import states_by_iso, states_by_name

__all__ = ["draft_acled"]

# The codebook's time precision: the day, the week, the month.
_DAYS = {"1": 1, "2": 7, "3": 31}
_SIDES = {"side_a": "actor1", "side_b": "actor2"}
# "Military Forces of Ukraine (2019-)", "Police Forces of the Philippines (2016-2022) Prisons".
_GOVERNMENT = (
    r"^(?:Military Forces|Police Forces|Government) of (?:the )?"
    r"(.+?)(?: \(\d{4}-(?:\d{4})?\).*)?$"
)


def draft_acled(table: pl.DataFrame) -> pl.DataFrame:
    """Turn text columns of ACLED into drafted covariates.

    Parameters
    ----------
    table : polars.DataFrame
        The needed and optional columns of ``acled`` as stripped text, and ``line``.

    Returns
    -------
    polars.DataFrame
        As `draft_ged`; ``unknown`` holds names of governments that are no known state's.
    """
    rows = table.with_columns(
        day_of("event_date").alias("date"),
        deaths_of("fatalities").alias("deaths"),
        pl.col("time_precision").replace_strict(_DAYS, default=None).alias("precision"),
        kind=pl.col("event_type"),
        event_id=pl.col("event_id_cnty"),
        events=pl.lit(1),
        deaths_low=pl.lit(None),
        deaths_high=pl.lit(None),
        written=written_as("event_date"),
        outside=pl.lit(value=False),
        by_iso=states_by_iso(table["iso"]),
        by_name=states_by_name(table["country"]),
    )
    rows = rows.with_columns(last_date=pl.col("date"), state=pl.coalesce("by_iso", "by_name"))
    return drafted(_with_sides(rows), *_reasons())


def _with_sides(rows: pl.DataFrame) -> pl.DataFrame:
    missed = []
    for side, column in _SIDES.items():
        names = rows[column].str.extract(_GOVERNMENT)
        found = states_by_name(names, rows["date"])
        rows = rows.with_columns(
            found.alias(side),
            pl.when(found.is_null()).then(names).alias(f"no_{side}"),
        )
        missed.append(f"no_{side}")
    unknown = pl.concat_str(*missed, separator=";", ignore_nulls=True).replace("", None)
    return rows.with_columns(unknown.alias("unknown"))


def _reasons() -> list[pl.Expr]:
    iso, name = pl.col("by_iso"), pl.col("by_name")
    return [
        refused(pl.col("event_id").is_null(), "no event_id_cnty"),
        refused(pl.col("date").is_null(), 'event_date "{}" is no day', "event_date"),
        refused(
            pl.col("precision").is_null(),
            'time_precision "{}" is none of 1, 2, 3',
            "time_precision",
        ),
        refused(pl.col("kind").is_null(), "no event_type"),
        refused(pl.col("state").is_null(), 'country "{}" (iso "{}") is no state', "country", "iso"),
        refused(iso != name, 'iso "{}" is another state than country "{}"', "iso", "country"),
        refused(pl.col("fatalities").str.starts_with("-"), 'negative deaths: "{}"', "fatalities"),
        refused(pl.col("deaths").is_null(), 'fatalities "{}" is no number of deaths', "fatalities"),
    ]
