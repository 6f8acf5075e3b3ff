"""Who an actor is: rolling the two sides of drafted events up to states."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl

from tertius.actors import known_states, spans

__all__ = ["with_states"]

_SIDES = ("source", "target")


def with_states(rows: pl.DataFrame) -> tuple[pl.DataFrame, Counter[str]]:
    """Fill ``source`` and ``target`` with ISO3 codes, null where no state is known.

    A code that is given is kept if it is a state's and set to null if not. Where a side has
    no code at all, its name is resolved at the day of the event. ``source_raw`` and
    ``target_raw`` keep what stood there.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns of ``DRAFT_SCHEMA``.

    Returns
    -------
    rows : polars.DataFrame
        The same, with states.
    unknown : collections.Counter
        Mentions of every actor that stands for no known state, by raw name; a code that is
        no state's follows in brackets.
    """
    unknown: Counter[str] = Counter()
    for side in _SIDES:
        raw = f"{side}_raw"
        if rows[side].null_count() < rows.height:
            states = pl.Series(known_states(), dtype=pl.String)
            rows = rows.with_columns(
                pl.coalesce(raw, side).alias(raw),
                pl.when(pl.col(side).is_in(states.implode())).then(pl.col(side)).alias(side),
                foreign=pl.when(~pl.col(side).is_in(states.implode())).then(pl.col(side)),
            )
        else:
            rows = rows.with_columns(
                _resolved(rows[raw], rows["event_date"]).alias(side),
                foreign=pl.lit(None, dtype=pl.String),
            )
        missed = rows.filter(pl.col(side).is_null()).select(
            pl.concat_str(
                pl.col(raw).fill_null(""), pl.format(" [{}]", "foreign").fill_null("")
            ).alias("name")
        )
        unknown.update(dict(missed["name"].value_counts().iter_rows()))
        rows = rows.drop("foreign")
    return rows, unknown


def _resolved(names: pl.Series, days: pl.Series) -> pl.Series:
    """Resolve each name at its own day; names with one meaning need no look at the day."""
    table = pl.DataFrame({"name": names, "day": days})
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return pl.Series([None] * len(names), dtype=pl.String)
    steady: dict[str, str] = {}
    dated: list[tuple[str, date, date, str]] = []
    for name in names.unique().drop_nulls().to_list():
        meanings = [span for span in spans(name) if span[0] <= last and first <= span[1]]
        if len(meanings) == 1 and meanings[0][0] <= first and last <= meanings[0][1]:
            steady[name] = meanings[0][2]
        else:
            dated += [(name, *meaning) for meaning in meanings]
    steady_names = pl.Series(list(steady), dtype=pl.String)
    states = table["name"].replace_strict(
        steady_names, pl.Series(list(steady.values()), dtype=pl.String), default=None
    )
    if not dated:
        return states
    schema = {"name": pl.String, "first": pl.Date, "last": pl.Date, "iso3": pl.String}
    meanings_table = pl.DataFrame(dated, schema=schema, orient="row")
    found = (
        table.with_row_index("row")
        .join(meanings_table, on="name")
        .filter(pl.col("day").is_between("first", "last"))
        .select("row", "iso3")
    )
    late = table.with_row_index("row").join(found, on="row", how="left", maintain_order="left")
    return states.fill_null(late["iso3"])
