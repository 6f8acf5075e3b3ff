"""UCDP GED rows to covariates."""

from __future__ import annotations

import polars as pl

from tertius.events.covariates.drafts import day_of, deaths_of, drafted, refused, written_as
from tertius.events.covariates.places import states_by_gw
from tertius.settings import limit

__all__ = ["draft_ged"]

_KINDS = {"1": "state-based", "2": "non-state", "3": "one-sided"}
_SIDES = {"side_a": "gwnoa", "side_b": "gwnob"}
_COALITION = r"^\d+(?:\.0+)?(?:[,;] *\d+(?:\.0+)?)*$"
_ESTIMATES = {"deaths": "best", "deaths_low": "low", "deaths_high": "high"}


def draft_ged(table: pl.DataFrame) -> pl.DataFrame:
    """Turn text columns of GED into drafted covariates.

    Parameters
    ----------
    table : polars.DataFrame
        The needed and optional columns of ``ucdp-ged`` as stripped text, and ``line``.

    Returns
    -------
    polars.DataFrame
        Columns of ``COVARIATE_SCHEMA``; ``reason``, null for a sound row; ``written``, the
        format of its dates; ``outside``, whether a state is named outside its dates; and
        ``unknown``, numbers of governments that are no state's, joined by ``;``.
    """
    rows = table.with_columns(
        day_of("date_start").alias("date"),
        day_of("date_end").alias("last_date"),
        pl.col("type_of_violence").replace_strict(_KINDS, default=None).alias("kind"),
        *(deaths_of(column).alias(name) for name, column in _ESTIMATES.items()),
        event_id=pl.col("id"),
        events=pl.lit(1),
        written=written_as("date_start"),
        number=_number("country_id"),
    )
    rows = rows.with_columns(
        precision=(pl.col("last_date") - pl.col("date")).dt.total_days() + 1,
        **_named_states(states_by_gw(rows["number"], rows["date"])),
    )
    return drafted(_with_sides(rows), *_reasons())


def _named_states(found: pl.DataFrame) -> dict[str, pl.Series]:
    return {"state": found["iso3"], "outside": found["outside"]}


def _number(column: str) -> pl.Expr:
    """Take 365.0, as a spreadsheet writes it, for 365."""
    return pl.col(column).str.replace(r"\.0+$", "")


def _numbers(column: str) -> pl.Expr:
    """Take a coalition's numbers apart; any other text stays whole, and unknown."""
    text = pl.col(column)
    return (
        pl.when(text.str.contains(_COALITION))
        .then(text.str.extract_all(r"\d+(?:\.0+)?"))
        .otherwise(pl.concat_list(text))
    )


def _with_sides(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill the sides; a coalition has several numbers in one field."""
    rows = rows.with_row_index("row")
    missed = []
    for side, column in _SIDES.items():
        numbers = (
            rows.select("row", "date", number=_numbers(column))
            .explode("number")
            .drop_nulls("number")
            .with_columns(_number("number"))
        )
        numbers = numbers.with_columns(states_by_gw(numbers["number"], numbers["date"])["iso3"])
        joined = numbers.group_by("row", maintain_order=True).agg(
            pl.col("iso3").drop_nulls().unique(maintain_order=True).str.join(";").alias(side),
            pl.col("number").filter(pl.col("iso3").is_null()).str.join(";").alias(f"no_{side}"),
        )
        rows = rows.join(joined, on="row", how="left", maintain_order="left").with_columns(
            pl.col(side, f"no_{side}").replace("", None)
        )
        missed.append(f"no_{side}")
    unknown = pl.concat_str(*missed, separator=";", ignore_nulls=True).replace("", None)
    return rows.with_columns(unknown.alias("unknown"))


def _reasons() -> list[pl.Expr]:
    length, longest = pl.col("precision"), limit("max_event_days")
    low, best, high = pl.col("deaths_low"), pl.col("deaths"), pl.col("deaths_high")
    return [
        refused(pl.col("event_id").is_null(), "no id"),
        refused(pl.col("date").is_null(), 'date_start "{}" is no day', "date_start"),
        refused(pl.col("last_date").is_null(), 'date_end "{}" is no day', "date_end"),
        refused(length < 1, "ends before it begins"),
        refused(length > longest, f'lasts "{{}}" days, more than {longest:,}', "precision"),
        refused(
            pl.col("kind").is_null(), 'type_of_violence "{}" is none of 1, 2, 3', "type_of_violence"
        ),
        refused(pl.col("state").is_null(), 'country_id "{}" is no state\'s then', "country_id"),
        *(
            refused(
                pl.col(column).str.starts_with("-"), f'negative deaths: {column} "{{}}"', column
            )
            for column in _ESTIMATES.values()
        ),
        *(
            refused(pl.col(name).is_null(), f'{column} "{{}}" is no number of deaths', column)
            for name, column in _ESTIMATES.items()
        ),
        refused(
            ~((low <= best) & (best <= high)),
            'not low ≤ best ≤ high: "{}", "{}", "{}"',
            "low",
            "best",
            "high",
        ),
    ]
