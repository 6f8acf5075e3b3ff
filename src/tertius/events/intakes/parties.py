"""Who an actor is: rolling the two sides of drafted events up to states."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from tertius.actors import known_states, spans

__all__ = ["mapped", "with_states"]

_SIDES = ("source", "target")


def with_states(
    rows: pl.DataFrame, codes: Mapping[str, str] | None = None, by_name: Collection[str] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fill ``source`` and ``target`` with ISO3 codes, null where no state is known.

    A code that is given is kept if it is a state's and set to null if not. Where a side has
    no codes, its name is resolved at the day of the event; an empty code does not make it so,
    or a row would depend on those read with it. ``source_raw`` and ``target_raw`` keep what
    stood there.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns of ``DRAFT_SCHEMA``, and ``member``.
    codes : mapping of str to str, optional
        From the source's own codes to ISO3; by default codes are ISO3.
    by_name : collection of str
        Which of ``"source"`` and ``"target"`` have no codes.

    Returns
    -------
    rows : polars.DataFrame
        The same, with states.
    unknown : polars.DataFrame
        ``member``, ``name``, ``mentions`` of every actor that stands for no known state, by raw
        name; a code that is no state's follows in brackets.
    """
    unknown = []
    for side in _SIDES:
        raw = f"{side}_raw"
        given = rows[side]
        if side not in by_name:
            states = mapped(given, codes or {state: state for state in known_states()})
            # Where the source names no actor its code stands for the name.
            names = rows.select(pl.coalesce(raw, pl.col(side).cast(rows.schema[raw])))[raw]
        else:
            states = _resolved(rows[raw], rows["event_date"])
            given = pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
            names = rows[raw]
        missed = (
            pl.DataFrame({"member": rows["member"], "raw": names, "foreign": given})
            .filter(states.is_null())
            .group_by("member", "raw", "foreign")
            .agg(pl.len().alias("mentions"))
        )
        name = pl.col("raw").cast(pl.String).fill_null("")
        bracket = pl.format(" [{}]", pl.col("foreign").cast(pl.String)).fill_null("")
        unknown.append(missed.select("member", "mentions", name=pl.concat_str(name, bracket)))
        rows = rows.with_columns(states.alias(side), names.alias(raw))
    return rows, pl.concat(unknown).select("member", "name", "mentions")


def mapped(values: pl.Series, table: Mapping[str, str]) -> pl.Series:
    """Look text up in a table, distinct values only; what it lacks becomes null."""
    distinct = values.unique()
    told = pl.DataFrame(
        {
            "value": distinct,
            "found": distinct.cast(pl.String)
            .replace_strict(table, default=None, return_dtype=pl.String)
            .cast(pl.Categorical),
        }
    )
    asked = pl.DataFrame({"value": values})
    return asked.join(told, on="value", how="left", maintain_order="left", nulls_equal=True)[
        "found"
    ]


def _resolved(names: pl.Series, days: pl.Series) -> pl.Series:
    """Resolve each name at its own day; names with one meaning need no look at the day."""
    table = pl.DataFrame({"name": names.cast(pl.String), "day": days})
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return pl.Series([None] * len(names), dtype=pl.String)
    steady: dict[str, str] = {}
    dated: list[tuple[str, date, date, str]] = []
    for name in table["name"].unique().drop_nulls().to_list():
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
