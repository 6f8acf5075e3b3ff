"""Columns of sound lines as text, and text to days and numbers, each distinct value once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import polars as pl

from tertius.errors import SourceError
from tertius.events.parsing.lines import Lines, for_polars

__all__ = ["by_value", "days", "numbers", "text_columns", "unquoted"]

_FIRST_DAY = date(1000, 1, 1)


def text_columns(
    lines: Lines,
    width: int,
    columns: Mapping[str, int],
    *,
    delimiter: str = "\t",
    quoted: bool = False,
    missing: Sequence[str] = (),
    texts: Collection[str] = (),
) -> pl.DataFrame:
    """Parse some columns of sound lines.

    Parameters
    ----------
    lines : Lines
        Lines of one width. Bytes that are not UTF-8 are replaced.
    width : int
        How many fields each has.
    columns : mapping of str to int
        Name and place of each column that is wanted.
    delimiter : str
        Between fields.
    quoted : bool
        Whether a field may stand in double quotes.
    missing : sequence of str
        Words for "nothing" besides the empty field.
    texts : collection of str
        Columns of many values; all others become categories.

    Returns
    -------
    polars.DataFrame
        Text or categories, in the order of `columns`.
    """
    kinds: dict[str, pl.DataType] = {
        name: pl.String() if name in texts else pl.Categorical() for name in columns
    }
    if not len(lines.numbers):
        return pl.DataFrame(schema=kinds)
    schema: dict[str, pl.DataType] = {f"column_{i}": pl.String() for i in range(width)}

    def parsed(schema: dict[str, pl.DataType], encoding: str) -> pl.DataFrame:
        return pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            quote_char='"' if quoted else None,
            schema=schema,
            columns=sorted(columns.values()),
            null_values=list(missing) or None,
            encoding=encoding,
        )

    text = for_polars(lines.text, b"\n" if quoted else delimiter.encode())
    places = {f"column_{i}": kinds[name] for name, i in columns.items()}
    try:
        rows = parsed(schema | places, "utf8")
    except pl.exceptions.ComputeError:
        # Only text can have its bytes replaced.
        rows = parsed(schema, "utf8-lossy")
        rows = rows.with_columns(rows[name].cast(kind) for name, kind in places.items())
    if rows.height != len(lines.numbers):
        raise SourceError(
            f"{len(lines.numbers):,} sound lines were parsed to {rows.height:,} rows",
            hint="please report this with the file",
        )
    return rows.select(pl.col(f"column_{i}").alias(name) for name, i in columns.items())


def unquoted(rows: pl.DataFrame, missing: Sequence[str] = ()) -> pl.DataFrame:
    """Take off the quotes around whole fields, where fields were split without regard to them.

    A quote within is written twice, or after a backslash.
    """
    for name in rows.columns:
        values = rows[name].unique().cast(pl.String)
        if (values.str.starts_with('"') & values.str.ends_with('"')).any():
            bare = by_value(rows[name], lambda text: _bare(text, missing))
            rows = rows.with_columns(bare.cast(rows.schema[name]).alias(name))
    return rows


def _bare(text: pl.Expr, missing: Sequence[str]) -> pl.Expr:
    enclosed = (text.str.len_chars() > 1) & text.str.starts_with('"') & text.str.ends_with('"')
    within = text.str.slice(1, text.str.len_chars() - 2).str.replace_all(r'""|\\"', '"')
    bare = pl.when(enclosed).then(within).otherwise(text)
    return pl.when(~bare.is_in(["", *missing])).then(bare)


def by_value(values: pl.Series, turn: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Turn text into something else, looking at each distinct value once."""
    told = pl.DataFrame({"value": values.unique()}).with_columns(
        turn(pl.col("value").cast(pl.String)).alias("found")
    )
    asked = pl.DataFrame({"value": values})
    return asked.join(told, on="value", how="left", maintain_order="left", nulls_equal=True)[
        "found"
    ]


def days(values: pl.Series, forms: Mapping[str, str]) -> tuple[pl.Series, pl.Expr]:
    """Read days.

    Parameters
    ----------
    values : polars.Series
        Text or categories.
    forms : mapping of str to str
        Regular expression of a way days are written, and its ``strptime`` form.

    Returns
    -------
    days : polars.Series
        Null where the text is no day.
    reason : polars.Expr
        Over a column called as the values: why a row has no day, null where it has one. The
        days must stand in ``event_date``.
    """

    def read(text: pl.Expr) -> pl.Expr:
        day = pl.coalesce(
            pl.when(text.str.contains(pattern)).then(text).str.to_date(form, strict=False)
            for pattern, form in forms.items()
        )
        # A year of fewer digits is a slip, and year 0 no day at all.
        return pl.when(day >= _FIRST_DAY).then(day)

    said = pl.col(values.name).cast(pl.String).fill_null("")
    reason = pl.when(pl.col("event_date").is_null()).then(pl.format('date "{}" is no day', said))
    return by_value(values, read), reason


def numbers(
    rows: pl.DataFrame, names: Mapping[str, pl.DataType]
) -> tuple[pl.DataFrame, list[pl.Expr]]:
    """Turn columns of text into numbers, keeping the text as ``said_…``.

    Returns
    -------
    rows : polars.DataFrame
        With numbers, null where the text is none.
    reasons : list of polars.Expr
        Why a row cannot be used, null where it can.
    """
    reasons: list[pl.Expr] = []
    for name, kind in names.items():

        def read(text: pl.Expr, kind: pl.DataType = kind) -> pl.Expr:
            number = text.str.strip_chars().cast(kind, strict=False)
            return pl.when(number.is_finite()).then(number) if kind.is_float() else number

        said = pl.col(f"said_{name}")
        found = by_value(rows[name], read)
        rows = rows.rename({name: f"said_{name}"}).with_columns(found.alias(name))
        wrong = pl.col(name).is_null() & said.is_not_null()
        told = pl.format(name + ' "{}" is no number', said.cast(pl.String))
        reasons.append(pl.when(wrong).then(told))
    return rows, reasons
