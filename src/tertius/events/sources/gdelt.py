"""The ``gdelt`` source: GDELT event files of every edition, told apart by their columns.

57 columns (1.0 backfile), 58 (1.0 daily, with the address of the report) or 61 (2.0, English
and translated), tab-separated, without header or quotes; lines of different editions may stand
in one file. GDELT's codebooks name the columns:
http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from tertius.actors import cameo_states, fips_states
from tertius.errors import SourceError
from tertius.events.intakes.parties import mapped
from tertius.events.parsing.drafts import Chunk, Layout, Member, Sifted, first_reason, only_drafted
from tertius.events.parsing.lines import Lines, for_polars
from tertius.events.sources.feeds import feed_of
from tertius.events.sources.gdelt_reduced import reduced_layout
from tertius.events.sources.headers import (
    headed_chunks,
    other_format,
)
from tertius.events.sources.packages import files_of, packaged_members
from tertius.events.sources.records import Source
from tertius.settings import limit

__all__ = ["GDELT", "gdelt_members"]

# Column of each field we keep, by number of columns; the 2.0 files have three ADM2 codes more.
_EARLY = {
    "event_id": 0, "day": 1, "source_raw": 5, "source": 7, "source_type": 12,
    "target_raw": 15, "target": 17, "target_type": 22, "code": 26, "weight_raw": 30,
    "mentions": 31, "sources": 32, "articles": 33, "tone": 34, "place_raw": 51, "added": 56,
}  # fmt: skip
_COLUMNS = {
    57: _EARLY,
    58: {**_EARLY, "url": 57},
    61: {**_EARLY, "place_raw": 53, "added": 59, "url": 60},
}
_LAST = {57: "added", 58: "url", 61: "url"}
# Digits of the time a row was added, and how so many are written.
_ADDED = {57: 8, 58: 8, 61: 14}
_WRITTEN = {8: ("%Y%m%d", "YYYYMMDD"), 14: ("%Y%m%d%H%M%S", "YYYYMMDDHHMMSS")}
_CATEGORIES = (
    "source_raw", "source", "source_type", "target_raw", "target", "target_type", "code",
    "place_raw",
)  # fmt: skip
_NUMBERS: dict[str, pl.DataType] = {
    "day": pl.Int64(),
    "weight_raw": pl.Float64(),
    "mentions": pl.Int64(),
    "sources": pl.Int64(),
    "articles": pl.Int64(),
    "tone": pl.Float64(),
    "added": pl.Int64(),
}
_TAB, _NEWLINE = 9, 10
_TOP_BYTES = 100_000


def gdelt_members(paths: Sequence[Any]) -> list[Member]:
    """List GDELT event files.

    Parameters
    ----------
    paths : sequence of path
        Event files, plain, zip or gzip, or folders of them. A file's name, as GDELT gives it,
        says which time it covers.

    Raises
    ------
    SourceError
        If a file is missing, damaged or no archive that can be read.
    """
    return packaged_members(paths, _chunks, called=lambda name: _CALLED.get(feed_of(name)[0]))


_CALLED = {
    "gdelt1": "GDELT 1.0",
    "gdelt1-reduced": "GDELT 1.0 reduced",
    "gdelt2": "GDELT 2.0",
    "gdelt2-translation": "GDELT 2.0 Translingual",
}


def _chunks(where: str, pieces: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    return headed_chunks(
        pieces, lambda top, piece: _layout(top, piece, where), bare=lambda one: one is _LAYOUT
    )


def _layout(top: bytes, piece: bytes, where: str) -> Layout:
    """Tell the reduced file, and files that are none of GDELT's events, by the first lines."""
    if top.count(b"\t") + 1 in _COLUMNS:
        return _LAYOUT
    reduced = reduced_layout(top, where)
    if reduced is not None:
        return reduced
    # A first line that is broken is rejected like any other, unless it says what the file is.
    lines = piece[:_TOP_BYTES].split(b"\n")
    if any(line.count(b"\t") + 1 in _COLUMNS for line in lines):
        return _LAYOUT
    error = other_format(piece, where)
    if error is not None:
        raise error
    return _LAYOUT


def _draft(lines: Lines) -> pl.DataFrame | None:
    """Draft lines of one edition or of several."""
    assert lines.widths is not None  # noqa: S101 - several widths are allowed
    widths = np.unique(lines.widths)
    if not len(widths):
        return only_drafted(pl.DataFrame(schema={"row_no": pl.Int64(), "reason": pl.String()}))
    if len(widths) == 1:
        return _of_width(lines, int(widths[0]))
    parts = [_of_width(lines.only(lines.widths == width), int(width)) for width in widths]
    return pl.concat([part for part in parts if part is not None]).sort("row_no")


def _of_width(lines: Lines, width: int) -> pl.DataFrame | None:
    columns = _COLUMNS[width]
    rows = _parsed(lines, width, columns)
    if lines.presumed and (rows is None or rows[_LAST[width]].null_count()):
        return None
    if rows is None:
        rows = _parsed_with_care(lines, width, columns)
    rows = rows.with_columns(
        event_date=_dates(rows["day"]),
        added_at=_instants(rows["added"], _ADDED[width]),
        place=mapped(rows["place_raw"], fips_states()),
        row_no=pl.Series(lines.numbers, dtype=pl.Int64),
    )
    reasons = [pl.col("spoilt")] if "spoilt" in rows.columns else []
    if rows["event_date"].null_count():
        reasons.append(_unlike("day", "event_date", _WRITTEN[8][1]))
    if rows["added_at"].null_count() > rows["added"].null_count():
        lacks = pl.col("added").is_not_null()
        reasons.append(
            pl.when(lacks).then(_unlike("added", "added_at", _WRITTEN[_ADDED[width]][1]))
        )
    rows = rows.with_columns(first_reason(*reasons))
    if lines.presumed and rows["reason"].null_count() < rows.height:
        return None  # it may be a blank line
    return only_drafted(rows)


def _unlike(name: str, read: str, written: str) -> pl.Expr:
    said = pl.col(name).cast(pl.String).fill_null("")
    return pl.when(pl.col(read).is_null()).then(
        pl.format(name + ' "{}" is not written ' + written, said)
    )


def _parsed(lines: Lines, width: int, columns: dict[str, int]) -> pl.DataFrame | None:
    """Parse columns with their types; None if anything does not fit."""
    kinds: dict[str, pl.DataType] = {**dict.fromkeys(_CATEGORIES, pl.Categorical()), **_NUMBERS}
    schema = _texts(width)
    schema |= {f"column_{i + 1}": kinds.get(name, pl.String()) for name, i in columns.items()}
    try:
        rows = _read(lines, schema, columns)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        return None
    floats = rows.select(
        (pl.col("weight_raw", "tone").is_finite() | pl.col("weight_raw", "tone").is_null()).all()
    )
    return rows if all(floats.row(0)) else None


def _parsed_with_care(lines: Lines, width: int, columns: dict[str, int]) -> pl.DataFrame:
    """Parse columns as text and turn each number on its own; say which could not be."""
    rows = _read(lines, _texts(width), columns, encoding="utf8-lossy")
    said = []
    for name, kind in _NUMBERS.items():
        bare = pl.col(name).str.strip_chars()
        number = bare.cast(kind, strict=False)
        if kind == pl.Float64():
            number = pl.when(number.is_finite()).then(number)
        wrong = number.is_null() & (bare != "")
        said.append(pl.when(wrong).then(pl.format(name + ' "{}" is no number', pl.col(name))))
    spoilt = pl.coalesce(*said, pl.lit(None, dtype=pl.String))
    rows = rows.with_columns(spoilt.alias("spoilt"))
    return rows.with_columns(
        *(pl.col(name).cast(pl.Categorical) for name in _CATEGORIES),
        *(
            pl.col(name).str.strip_chars().cast(kind, strict=False)
            for name, kind in _NUMBERS.items()
        ),
    )


def _texts(width: int) -> dict[str, pl.DataType]:
    return {f"column_{i + 1}": pl.String() for i in range(width)}


def _read(
    lines: Lines, schema: dict[str, pl.DataType], columns: dict[str, int], encoding: str = "utf8"
) -> pl.DataFrame:
    rows = pl.read_csv(
        for_polars(lines.text, b"\t"),
        has_header=False,
        separator="\t",
        quote_char=None,
        schema=schema,
        columns=sorted(columns.values()),
        encoding=encoding,
    )
    if rows.height != len(lines.numbers) and lines.presumed:
        raise pl.exceptions.ComputeError("blank lines")
    if rows.height != len(lines.numbers):
        raise SourceError(
            f"{len(lines.numbers):,} sound lines were parsed to {rows.height:,} rows",
            where="gdelt",
            hint="please report this with the file",
        )
    return rows.select(pl.col(f"column_{i + 1}").alias(name) for name, i in columns.items())


def _dates(days: pl.Series) -> pl.Series:
    told = pl.DataFrame({"day": days.unique()}).with_columns(
        date=_digits(8).str.to_date("%Y%m%d", strict=False)
    )
    return _joined(days, told)


def _digits(count: int) -> pl.Expr:
    """Return whole numbers of so many digits as text: a reader of dates guesses at others."""
    number = pl.col("day")
    return pl.when(number.is_between(10 ** (count - 1), 10**count - 1)).then(number.cast(pl.String))


def _instants(added: pl.Series, digits: int) -> pl.Series:
    told = pl.DataFrame({"day": added.unique()}).with_columns(
        date=_digits(digits).str.to_datetime(
            _WRITTEN[digits][0], strict=False, time_unit="us", time_zone="UTC"
        )
    )
    return _joined(added, told)


def _joined(values: pl.Series, told: pl.DataFrame) -> pl.Series:
    """Look each value up in a small table of distinct ones."""
    frame = pl.DataFrame({"day": values})
    return frame.join(told, on="day", how="left", maintain_order="left", nulls_equal=True)["date"]


def _sift(text: bytes) -> Sifted | None:
    """Leave out lines that name no two different countries, where all lines are of one width."""
    if b"\r" in text:
        return None
    data = np.frombuffer(text, dtype=np.uint8)
    marks = np.flatnonzero(data <= _NEWLINE)
    for width in _COLUMNS:
        if not len(marks) or len(marks) % width:
            continue
        at = marks.reshape(-1, width)
        ends = at[:, width - 1]
        if not (data[ends] == _NEWLINE).all() or np.count_nonzero(data == _NEWLINE) != len(ends):
            continue
        # Control characters below the tab were taken for tabs.
        if data.min() < _TAB or np.diff(ends, prepend=-1).max() - 1 > limit("max_line_bytes"):
            return None
        first, second = at[:, 7], at[:, 17]
        sizes = first - at[:, 6] - 1, second - at[:, 16] - 1
        rows = np.flatnonzero((sizes[0] >= 3) & (sizes[1] >= 3))
        one, two = first[rows], second[rows]
        # What is longer may be a code with blanks around it.
        differ = (sizes[0][rows] > 3) | (sizes[1][rows] > 3)
        for back in (1, 2, 3):
            differ |= data[one - back] != data[two - back]
        rows = rows[differ]
        starts = np.where(rows > 0, ends[rows - 1] + 1, 0)
        kept = [text[a:b] for a, b in zip(starts.tolist(), (ends[rows] + 1).tolist(), strict=True)]
        return Sifted(b"".join(kept), rows, len(ends), width)
    return None


_LAYOUT = Layout(
    key=("gdelt",),
    delimiter="\t",
    quoted=False,
    fields=tuple(_COLUMNS),
    draft=_draft,
    sift=_sift,
    closed=True,
    lossy=True,
)

GDELT = Source(
    name="gdelt",
    open=gdelt_members,
    files=files_of,
    states=cameo_states,
    about="GDELT event files: 1.0 backfile and daily, 2.0 English and translated.",
    version="1.0 (57 and 58 columns), 2.0 (61 columns)",
    ontology="cameo",
    scheme="cameo-gdelt",
    weights="goldstein-gdelt",
    licence="free for any use with attribution",
    terms="https://www.gdeltproject.org/about.html#termsofuse",
    citation="The GDELT Project, https://www.gdeltproject.org/",
)
