"""The ``table`` source: any CSV, Parquet file or frame, its columns mapped to the schema's."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events.ontologies import relation_codes
from tertius.events.parsing.drafts import (
    Chunk,
    Layout,
    Member,
    Table,
    first_reason,
    only_drafted,
    unusable,
)
from tertius.events.parsing.lines import Lines, for_polars, sound_lines
from tertius.events.parsing.readers import file_blocks, unpacked_bytes
from tertius.events.sources.records import Source
from tertius.files import file_sha256
from tertius.settings import limit

__all__ = ["FIELDS", "TABLE", "table_members"]

FIELDS: dict[str, str] = {
    "date": "event_date",
    "source": "source",
    "target": "target",
    "source_name": "source_raw",
    "target_name": "target_raw",
    "source_type": "source_type",
    "target_type": "target_type",
    "code": "code",
    "relation": "relation",
    "weight": "weight_raw",
    "mentions": "mentions",
    "sources": "sources",
    "articles": "articles",
    "tone": "tone",
    "place": "place",
}
"""What a column may be mapped to, and the schema's column it fills.

``source`` and ``target`` hold ISO3 codes; ``source_name`` and ``target_name`` names, which
are resolved to states if there are no codes. ``code`` holds CAMEO codes, ``relation`` the
ICEWS names of codes: one of the two.
"""

_WHOLE = ("mentions", "sources", "articles")
_DECIMAL = ("weight_raw", "tone")
_PARQUET_MAGIC = b"PAR1"
# Two digits are not taken for a year of the first century.
_FIRST_DAY, _LAST_DAY = date(1000, 1, 1), date(9999, 12, 31)
# Beyond, a float does not tell whole numbers apart.
_MOST = 2**53
_FRAME_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a table is read."""

    columns: tuple[tuple[str, str], ...]
    delimiter: str
    quoted: bool
    encoding: str
    date_format: str

    @property
    def by_name(self) -> tuple[str, ...]:
        """Sides without a column of codes."""
        return tuple(side for side in ("source", "target") if side not in dict(self.columns))

    def options(self) -> dict[str, str]:
        mapped = {f"columns.{field}": column for field, column in self.columns}
        return {
            **mapped,
            "date_format": self.date_format,
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "quoted": str(self.quoted).lower(),
        }


def table_members(
    paths: Sequence[Any],
    *,
    columns: Mapping[str, str] | None = None,
    delimiter: str = ",",
    quoted: bool = True,
    encoding: str = "utf-8",
    date_format: str = "%Y-%m-%d",
) -> list[Member]:
    """List tables: files or frames.

    Parameters
    ----------
    paths : sequence of path or frame
        CSV (plain or gzip), Parquet, or a pandas, Polars, PyArrow or DuckDB frame.
    columns : mapping of str to str
        From a key of ``FIELDS`` to the table's column, e.g.
        ``{"date": "day", "source": "iso_a", "target": "iso_b", "code": "cameo"}``.
    delimiter : str
        One ASCII character between the fields of a CSV.
    quoted : bool
        Whether a field of a CSV may stand in double quotes.
    encoding : {"utf-8", "latin-1"}
        Of a CSV.
    date_format : str
        How dates are written, as in ``strptime``.

    Returns
    -------
    list of Member
        A table that is missing, damaged or lacks a mapped column has a member too, which says
        so, if not before its lines are read.
    """
    reading = _reading(columns, delimiter, quoted, encoding, date_format)
    members: list[Member] = []
    for path in paths:
        try:
            members.append(_member(path, reading))
        except SourceError as error:
            name = Path(path).name if isinstance(path, (str, Path)) else "frame"
            members.append(unusable(name, str(error.where), error))
    return members


def _member(path: Any, reading: _Reading) -> Member:  # noqa: ANN401 - a path or any library's frame
    if not isinstance(path, (str, Path)):
        return _frame_member(path, reading)
    place = Path(path)
    return _parquet_member(place, reading) if _is_parquet(place) else _csv_member(place, reading)


def _reading(
    columns: Mapping[str, str] | None,
    delimiter: str,
    quoted: bool,
    encoding: str,
    date_format: str,
) -> _Reading:
    if not columns:
        raise UsageError(
            "a table needs to be told which of its columns is what",
            where="columns",
            allowed=", ".join(FIELDS),
            hint='as in columns={"date": "day", "source": "a", "target": "b", "code": "cameo"}',
        )
    for field in columns:
        if field not in FIELDS:
            raise UnknownNameError.of("field", field, FIELDS, where="columns")
    for needed in (("date",), ("source", "source_name"), ("target", "target_name")):
        if not set(needed) & set(columns):
            raise UsageError(f"no column for {' or '.join(needed)}", where="columns")
    if ("code" in columns) == ("relation" in columns):
        raise UsageError("a column for code or for relation, one of them", where="columns")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\n\r\0':
        raise UsageError(
            f"{delimiter!r} cannot part fields", where="delimiter", allowed="one ASCII character"
        )
    if encoding not in {"utf-8", "latin-1"}:
        raise UnknownNameError.of("encoding", encoding, ("utf-8", "latin-1"))
    return _Reading(tuple(sorted(columns.items())), delimiter, quoted, encoding, date_format)


def _csv_member(path: Path, reading: _Reading) -> Member:
    return Member(
        name=path.name,
        where=str(path),
        size=unpacked_bytes(path),
        sha256=functools.partial(file_sha256, path),
        content=(),
        dataset=path.name,
        options=reading.options(),
        notes=(),
        blocks=functools.partial(file_blocks, path),
        chunks=functools.partial(_csv_chunks, path, reading),
        encoding=reading.encoding,
    )


def _csv_chunks(
    path: Path, reading: _Reading, pieces: Iterator[tuple[int, bytes]]
) -> Iterator[Chunk]:
    layout: Layout | None = None
    for first, piece in pieces:
        text = piece
        if layout is None:
            top, _, text = piece.partition(b"\n")
            layout = _layout(_header(top, path, reading), path, reading)
            if not text:
                continue
            yield Chunk(layout, first + 1, text)
        else:
            yield Chunk(layout, first, text)


def _layout(header: list[str], path: Path, reading: _Reading) -> Layout:
    return Layout(
        key=("table", *header, reading),
        delimiter=reading.delimiter,
        quoted=reading.quoted,
        fields=(len(header),),
        draft=lambda lines: _draft(_parsed(lines, header, path, reading), lines.numbers, reading),
        by_name=reading.by_name,
    )


def _header(top: bytes, path: Path, reading: _Reading) -> list[str]:
    if top.startswith((b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff")) or b"\0" in top:
        raise SourceError(
            "is no UTF-8 text (a zip archive, a UTF-16 file or another binary)",
            where=str(path),
            hint="unpack it, or save it as UTF-8",
        )
    text = top.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    if b"\r" in text:
        raise SourceError(
            "a carriage return within the header: its lines end in a way not read here",
            where=f"{path}, line 1",
            hint="save it with line feeds",
        )
    checked = sound_lines(text + b"\n", 1)
    if checked.rejected or checked.blank:
        said = checked.rejected[0][1] if checked.rejected else "blank"
        raise SourceError(f"the header cannot be read: {said}", where=f"{path}, line 1")
    if not reading.quoted:
        header = text.decode().split(reading.delimiter)
        _check_columns(header, str(path), reading)
        return header
    try:
        (header,) = csv.reader([text.decode()], delimiter=reading.delimiter, strict=True)
    except csv.Error as error:
        raise SourceError(f"the header cannot be read: {error}", where=f"{path}, line 1") from error
    _check_columns(header, str(path), reading)
    return header


def _check_columns(header: Sequence[str], where: str, reading: _Reading) -> None:
    for field, column in reading.columns:
        if column not in header:
            error = UnknownNameError.of("column", column, header)
            raise SourceError(
                f'no column "{column}", mapped to {field}',
                where=where,
                allowed=error.allowed,
                hint=error.hint or "check the mapping and the delimiter",
            )
        if list(header).count(column) > 1:
            raise SourceError(f'two columns are called "{column}"', where=where)


def _parsed(lines: Lines, header: list[str], path: Path, reading: _Reading) -> pl.DataFrame:
    """Parse sound lines to text columns and see that none went missing."""
    wanted = {column: header.index(column) for _, column in reading.columns}
    if not len(lines.numbers):
        return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    frame = pl.read_csv(
        # Blanks around values are dropped below, carriage returns among them.
        for_polars(lines.text, b"\n"),
        has_header=False,
        separator=reading.delimiter,
        quote_char='"' if reading.quoted else None,
        schema={f"column_{i}": pl.String for i in range(len(header))},
        columns=sorted(set(wanted.values())),
    )
    if frame.height != len(lines.numbers):
        raise SourceError(
            f"{len(lines.numbers):,} sound lines were parsed to {frame.height:,} rows",
            where=str(path),
            hint="please report this with the file",
        )
    return frame.select(pl.col(f"column_{i}").alias(name) for name, i in wanted.items())


def _draft(table: pl.DataFrame, numbers: npt.NDArray[np.int64], reading: _Reading) -> pl.DataFrame:
    """Turn mapped columns, text or typed, into drafted events."""
    rows = table.select(
        _text(table.schema[column], column).alias(FIELDS[field])
        if field != "date"
        else _date(table.schema[column], column, reading.date_format)
        for field, column in reading.columns
    ).with_columns(row_no=pl.Series(numbers, dtype=pl.Int64))
    dates = dict(reading.columns)["date"]
    rows = rows.with_columns(said_date=table[dates].cast(pl.String))
    reasons: list[pl.Expr] = [
        pl.when(pl.col("event_date").is_null()).then(
            pl.format(
                'date "{}" is not written {}',
                pl.col("said_date").fill_null(""),
                pl.lit(reading.date_format),
            )
        )
    ]
    if "relation" in rows.columns:
        codes = relation_codes()
        rows = rows.with_columns(
            code=pl.col("relation").replace_strict(list(codes), list(codes.values()), default=None)
        )
        reasons.append(
            pl.when(pl.col("code").is_null()).then(
                pl.format(
                    'relation "{}" is not in the table of event codes',
                    pl.col("relation").fill_null(""),
                )
            )
        )
    for kind, names in ((pl.Int64(), _WHOLE), (pl.Float64(), _DECIMAL)):
        for name in [name for name in names if name in rows.columns]:
            rows, reason = _numeric(rows, name, kind)
            reasons.append(reason)
    return only_drafted(rows.with_columns(first_reason(*reasons)))


def _numeric(rows: pl.DataFrame, name: str, kind: pl.DataType) -> tuple[pl.DataFrame, pl.Expr]:
    number = pl.col(name).cast(pl.Float64, strict=False)
    # Through floats: a library without whole nulls writes a count as 3.0.
    whole = (number == number.floor()) & (number.abs() <= _MOST)
    fit = number.is_finite() & (whole | pl.lit(kind == pl.Float64()))
    number = pl.when(fit).then(number).cast(kind, strict=False)
    said = f"said_{name}"
    rows = rows.rename({name: said}).with_columns(pl.col(said).alias(name)).with_columns(number)
    wrong = pl.col(name).is_null() & pl.col(said).is_not_null()
    return rows, pl.when(wrong).then(pl.format(name + ' "{}" is no number', pl.col(said)))


def _text(kind: pl.DataType, column: str) -> pl.Expr:
    values = pl.col(column).fill_nan(None) if kind.is_float() else pl.col(column)
    text = values if kind == pl.String else values.cast(pl.String)
    text = text.str.strip_chars()
    return pl.when(text != "").then(text)


def _date(kind: pl.DataType, column: str, written: str) -> pl.Expr:
    if kind == pl.Date or kind == pl.Datetime:
        day = pl.col(column).cast(pl.Date)
    else:
        day = _text(kind, column).str.to_date(written, strict=False)
    return pl.when(day.is_between(_FIRST_DAY, _LAST_DAY)).then(day).alias("event_date")


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) == _PARQUET_MAGIC
    except OSError:
        return False  # the CSV path says what is wrong with the file


def _parquet_member(path: Path, reading: _Reading) -> Member:
    size = path.stat().st_size
    if size > limit("max_table_bytes"):
        raise SourceError(
            f"{size:,} bytes is too large",
            where=str(path),
            allowed=f"up to {limit('max_table_bytes'):,}",
        )
    packed = file_sha256(path)
    wanted = list(dict.fromkeys(column for _, column in reading.columns))
    try:
        _check_columns(list(pl.read_parquet_schema(path)), str(path), reading)
        table = pl.read_parquet(path, columns=wanted)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise SourceError(
            f"the Parquet data are damaged: {str(error).splitlines()[0]}", where=str(path)
        ) from error
    return _table_member(table, path.name, str(path), packed, (packed,), reading)


def _frame_member(frame: Any, reading: _Reading) -> Member:  # noqa: ANN401 - any library's
    table = _as_polars(frame)
    where = f"a {type(frame).__module__.split('.')[0]} frame"
    _check_columns(table.columns, where, reading)
    table = table.select(list(dict.fromkeys(column for _, column in reading.columns)))
    digest = hashlib.sha256()
    for column in table.iter_columns():
        values = column.cast(pl.String).fill_null("\x00").to_list()
        digest.update(f"{column.name}\x1e{column.dtype}\x1e".encode())
        digest.update("\x1f".join(values).encode())
    content = digest.hexdigest()
    return _table_member(table, f"frame-{content[:12]}", where, content, (content,), reading)


def _as_polars(frame: Any) -> pl.DataFrame:  # noqa: ANN401 - any library's
    import narwhals as nw

    try:
        native = nw.from_native(frame)
    except TypeError as error:
        raise UsageError(
            f"a {type(frame).__name__} is neither a path nor a frame",
            where="table",
            allowed="a path, or a pandas, Polars, PyArrow or DuckDB frame",
        ) from error
    eager = native.collect() if isinstance(native, nw.LazyFrame) else native
    return eager.to_polars()


def _table_member(
    table: pl.DataFrame,
    name: str,
    where: str,
    sha256: str,
    content: tuple[str, ...],
    reading: _Reading,
) -> Member:
    if not table.height:
        raise SourceError("the table has no rows", where=where)
    code = dict(reading.columns).get("code")
    if code is not None and table.schema[code] != pl.String:
        raise SourceError(
            f'column "{code}" holds {table.schema[code]}, and event codes are text: '
            "as numbers they lose their leading zeros",
            where=where,
            hint="read the column as text",
        )
    return Member(
        name=name,
        where=where,
        size=table.height,
        sha256=lambda: sha256,
        content=content,
        dataset=name,
        options={key: value for key, value in reading.options().items() if "." in key}
        | {"date_format": reading.date_format},
        notes=(),
        tables=functools.partial(_tables, table, reading),
    )


def _tables(table: pl.DataFrame, reading: _Reading) -> Iterator[Table]:
    for start in range(0, table.height, _FRAME_ROWS):
        part = table.slice(start, _FRAME_ROWS)
        numbers = np.arange(start + 1, start + 1 + part.height, dtype=np.int64)
        texts = functools.partial(_row_texts, part)
        yield Table(_draft(part, numbers, reading), texts, reading.by_name)


def _row_texts(table: pl.DataFrame, rows: npt.NDArray[np.int64]) -> list[str]:
    # Polars has days Python has not.
    shown = table[rows].with_columns(pl.col(pl.Date, pl.Datetime).cast(pl.String))
    return [
        ",".join("" if value is None else str(value) for value in row)[:500]
        for row in shown.iter_rows()
    ]


TABLE = Source(
    name="table",
    open=table_members,
    about="Any CSV, Parquet file or frame, its columns mapped to fields.",
    version="as mapped",
    ontology="cameo",
    scheme="cameo-gdelt",
    weights="goldstein-icews",
    licence="the user's own",
    terms="",
    citation="",
)
