"""The ``phoenix`` source: CAMEO events coded by PETRARCH, in real time and from archives.

The real-time files (2014 to 2019) have 26 tab-separated columns and no header, as
``postprocess.py`` of the Phoenix pipeline writes them. The historical files of the Cline Center
(New York Times, Wall Street Journal, Summary of World Broadcasts, Foreign Broadcast Information
Service; 1945 to 2019) have 25 columns in CSV under a header.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from tertius.events.intakes.parties import mapped
from tertius.events.parsing.drafts import Chunk, Layout, Member, first_reason, only_drafted
from tertius.events.parsing.lines import Lines
from tertius.events.sources.headers import (
    headed_chunks,
    other_format,
    place_columns,
    read_header,
    wrong_format,
)
from tertius.events.sources.namings import same_states
from tertius.events.sources.packages import files_of, packaged_members
from tertius.events.sources.records import Source
from tertius.events.sources.texts import days, numbers, text_columns

__all__ = ["PHOENIX", "phoenix_members"]

_REAL_TIME_WIDTH = 26
_REAL_TIME = {
    "event_id": 0, "day": 1, "source_raw": 5, "source": 6, "source_type": 7, "target_raw": 9,
    "target": 10, "target_type": 11, "code": 13, "weight_raw": 16, "place_raw": 22, "ids": 23,
    "url": 24, "outlets": 25,
}  # fmt: skip
_HISTORICAL = {
    "event_id": ("eid",), "year": ("year",), "month": ("month",), "date": ("day",),
    "source_raw": ("source",), "source": ("sourceroot",), "source_type": ("sourceagent",),
    "target_raw": ("target",), "target": ("targetroot",), "target_type": ("targetagent",),
    "code": ("code",), "root_code": ("rootcode",), "weight_raw": ("goldstein",),
    "place_raw": ("countryname",),
}  # fmt: skip
_ARCHIVE = re.compile(r"Phoenix(?:BLN-)?(NYT|WSJ|SWB|FBIS)_", re.IGNORECASE)


def phoenix_members(paths: Sequence[Any]) -> list[Member]:
    """List Phoenix files, real-time and historical.

    Parameters
    ----------
    paths : sequence of path
        Files as published, plain, zip or gzip, or folders of them.

    Raises
    ------
    SourceError
        If a file is missing, damaged or of neither format.
    """
    return packaged_members(paths, _chunks, called=_called)


def _called(name: str) -> str:
    archive = _ARCHIVE.match(name)
    return f"Phoenix {archive[1].upper()}" if archive else "Phoenix"


def _chunks(where: str, pieces: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    return headed_chunks(
        pieces, lambda top, piece: _layout(top, piece, where), bare=lambda one: not one.quoted
    )


def _layout(top: bytes, piece: bytes, where: str) -> Layout:
    header = read_header(top)
    columns = place_columns(header, _HISTORICAL, where)
    if header.delimiter == "," and columns.keys() == _HISTORICAL.keys():
        width = len(header.names)
        return Layout(
            key=("phoenix", header),
            delimiter=",",
            quoted=True,
            fields=(width,),
            draft=functools.partial(_historical, columns, width),
            lossy=True,
        )
    # A first line that is broken is rejected like any other, unless it says what the file is.
    error = other_format(piece, where)
    if header.delimiter == "\t" and (error is None or len(header.names) == _REAL_TIME_WIDTH):
        return _REAL_TIME_LAYOUT
    raise error or wrong_format(piece, where, "Phoenix")


def _real_time(lines: Lines) -> pl.DataFrame:
    rows = text_columns(
        lines, _REAL_TIME_WIDTH, _REAL_TIME, texts=("event_id", "ids", "url", "outlets")
    )
    rows, reasons = numbers(rows, {"weight_raw": pl.Float64()})
    event_date, no_day = days(rows["day"], {r"^\d{8}$": "%Y%m%d"})
    rows = rows.with_columns(
        event_date=event_date,
        mentions=_count("ids"),
        sources=_count("outlets"),
        url=pl.col("url").str.split(";").list.first(),
    )
    return _finished(rows, lines, [no_day, *reasons])


def _count(column: str) -> pl.Expr:
    """Return how many entries a list parted by semicolons has."""
    return (pl.col(column).str.count_matches(";", literal=True) + 1).cast(pl.Int64)


def _historical(columns: dict[str, int], width: int, lines: Lines) -> pl.DataFrame:
    rows = text_columns(lines, width, columns, delimiter=",", quoted=True, texts=("event_id",))
    rows, reasons = numbers(rows, {"weight_raw": pl.Float64()})
    day = pl.concat_str(pl.col("year", "month", "date").cast(pl.String), separator="-")
    rows = rows.with_columns(day=day.cast(pl.Categorical))
    event_date, no_day = days(rows["day"], {r"^\d{4}-\d{1,2}-\d{1,2}$": "%Y-%m-%d"})
    rows = _whole_codes(rows).with_columns(event_date=event_date)
    return _finished(rows, lines, [no_day, *reasons])


def _whole_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Give codes back the leading zero a spreadsheet took, where the root code says it had one.

    40 under the root 4 is 040, 20 under the root 20 is 20.
    """
    root = pl.col("root_code").cast(pl.String).str.zfill(2)
    code = pl.col("code").cast(pl.String)
    shortened = ~code.str.starts_with(root) & pl.format("0{}", code).str.starts_with(root)
    told = rows.select("code", "root_code").unique()
    told = told.with_columns(
        whole=pl.when(shortened).then(pl.format("0{}", code)).otherwise(code),
        flags=pl.when(shortened).then(pl.lit("leading-zero")),
    )
    joined = rows.join(
        told, on=["code", "root_code"], how="left", maintain_order="left", nulls_equal=True
    )
    return joined.with_columns(code="whole")


def _finished(rows: pl.DataFrame, lines: Lines, reasons: list[pl.Expr]) -> pl.DataFrame:
    rows = rows.with_columns(
        place=mapped(rows["place_raw"], same_states()),
        row_no=pl.Series(lines.numbers, dtype=pl.Int64),
    )
    return only_drafted(rows.with_columns(first_reason(*reasons)))


_REAL_TIME_LAYOUT = Layout(
    key=("phoenix", "real time"),
    delimiter="\t",
    quoted=False,
    fields=(_REAL_TIME_WIDTH,),
    draft=_real_time,
    lossy=True,
)

PHOENIX = Source(
    name="phoenix",
    open=phoenix_members,
    files=files_of,
    states=same_states,
    about="Phoenix events, real-time and the Cline Center's historical ones.",
    version="26 columns (real time), 25 columns (historical)",
    ontology="cameo",
    scheme="phoenix",
    weights="goldstein-phoenix",
    licence="as the publishers' pages say",
    terms="https://doi.org/10.13012/B2IDB-0647142_V3",
    citation="Althaus et al. 2020, Cline Center Historical Phoenix Event Data v1.3.0, "
    "https://doi.org/10.13012/B2IDB-0647142_V3; for real-time files the Phoenix data set of the "
    "Open Event Data Alliance",
)
