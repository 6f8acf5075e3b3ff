"""The ``polecat`` source: events coded into PLOVER by machine, from 2018 on.

Tab-separated with a header of 40 columns; "nothing" is the word ``None`` and lists are parted
by semicolons. Some lines end in tabs more than the header has. Files are partly UTF-8, partly
ISO-8859-1: a line that is not the one is read as the other.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from tertius.events.intakes.parties import mapped
from tertius.events.ontologies import plover_codes
from tertius.events.parsing.drafts import Chunk, Layout, Member, first_reason, only_drafted
from tertius.events.parsing.lines import Lines
from tertius.events.sources.headers import (
    headed_chunks,
    place_columns,
    read_header,
    wrong_format,
)
from tertius.events.sources.namings import same_states
from tertius.events.sources.packages import files_of, packaged_members
from tertius.events.sources.records import Source
from tertius.events.sources.texts import by_value, days, numbers, text_columns

__all__ = ["POLECAT", "polecat_members"]

_MISSING = ("None",)
_SPARE_TABS = 6
_WANTED = {
    "event_id": ("eventid",), "day": ("eventdate",), "type": ("eventtype",),
    "mode": ("eventmode",), "weight_raw": ("eventintensity", "intensity"),
    "source_name": ("actorname",), "source_words": ("actornameraw",),
    "source": ("actorcountry",), "source_type": ("primaryactorsector",),
    "target_name": ("recipientname",), "target_words": ("recipientnameraw",),
    "target": ("recipientcountry",), "target_type": ("primaryrecipientsector",),
    "place_raw": ("country",),
}  # fmt: skip
_NEEDED = frozenset(_WANTED) - {"weight_raw", "source_words", "target_words", "place_raw"}
_DAYS = {r"^\d{4}-\d{2}-\d{2}$": "%Y-%m-%d"}


def polecat_members(paths: Sequence[Any]) -> list[Member]:
    """List POLECAT files.

    Parameters
    ----------
    paths : sequence of path
        Files as published, plain, zip or gzip, or folders of them.

    Raises
    ------
    SourceError
        If a file is missing, damaged or not of this format.
    """
    return packaged_members(paths, _chunks, called=lambda _: "POLECAT")


def _chunks(where: str, pieces: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    chunks = headed_chunks(pieces, lambda top, piece: _layout(top, piece, where))
    return (replace(chunk, text=_as_utf8(chunk.text)) for chunk in chunks)


def _as_utf8(piece: bytes) -> bytes:
    """Turn the lines that are not UTF-8 from ISO-8859-1 into it."""
    if _is_utf8(piece):
        return piece
    lines = piece.split(b"\n")
    return b"\n".join(
        line if _is_utf8(line) else line.decode("latin-1").encode("utf-8") for line in lines
    )


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _layout(top: bytes, piece: bytes, where: str) -> Layout:
    header = read_header(top)
    columns = place_columns(header, _WANTED, where)
    if header.delimiter != "\t" or not columns.keys() >= _NEEDED:
        raise wrong_format(piece, where, "POLECAT")
    named = max(place + 1 for place, name in enumerate(header.names) if name)
    return Layout(
        key=("polecat", header),
        delimiter="\t",
        quoted=False,
        fields=tuple(range(named, named + _SPARE_TABS)),
        draft=functools.partial(_draft, columns, named),
        lossy=True,
    )


def _draft(columns: dict[str, int], named: int, lines: Lines) -> pl.DataFrame:
    """Draft lines with the columns that have a name, and with spare tabs behind them."""
    assert lines.widths is not None  # noqa: S101 - several widths are allowed
    widths = np.unique(lines.widths)
    parts = [
        _of_width(columns, named, int(width), lines.only(lines.widths == width))
        for width in (widths if len(widths) else [named])
    ]
    return parts[0] if len(parts) == 1 else pl.concat(parts).sort("row_no")


def _of_width(columns: dict[str, int], named: int, width: int, lines: Lines) -> pl.DataFrame:
    spare = {f"spare_{place}": place for place in range(named, width)}
    rows = text_columns(lines, width, {**columns, **spare}, missing=_MISSING, texts=("event_id",))
    reasons: list[pl.Expr] = [
        pl.when(pl.col(name).is_not_null()).then(
            pl.format("{} fields, not {}", pl.lit(width), pl.lit(named))
        )
        for name in spare
    ]
    if "weight_raw" in rows.columns:
        rows, wrong = numbers(rows, {"weight_raw": pl.Float64()})
        reasons += wrong
    event_date, no_day = days(rows["day"], _DAYS)
    rows = _coded(rows).with_columns(
        event_date=event_date, row_no=pl.Series(lines.numbers, dtype=pl.Int64)
    )
    for side in ("source", "target"):
        names = [name for name in (f"{side}_name", f"{side}_words") if name in rows.columns]
        rows = rows.with_columns(
            pl.coalesce(pl.col(names).cast(pl.String)).alias(f"{side}_raw"),
            by_value(rows[side], _one_state).alias(side),
        )
    if "place_raw" in rows.columns:
        rows = rows.with_columns(place=mapped(rows["place_raw"], same_states()))
    return only_drafted(rows.with_columns(first_reason(no_day, *reasons)))


def _one_state(countries: pl.Expr) -> pl.Expr:
    """Keep the country of an actor that has one; a list of several is nobody's code."""
    several = countries.str.split(";").list.eval(pl.element().str.strip_chars()).list.unique()
    return pl.when(several.list.len() == 1).then(several.list.first()).otherwise(countries)


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Write type and mode as a PLOVER code; a mode nobody lists leaves the type."""
    kind = pl.col("type").cast(pl.String).str.strip_chars().str.to_uppercase()
    mode = pl.col("mode").cast(pl.String).str.strip_chars().str.to_lowercase()
    told = (
        rows.select("type", "mode")
        .unique()
        .with_columns(kind=kind, code=pl.concat_str(kind, mode, separator="/", ignore_nulls=True))
        .with_columns(known=pl.col("code").is_in(plover_codes()["code"].implode()))
        .select(
            "type",
            "mode",
            code=pl.when("known").then("code").otherwise("kind"),
            flags=pl.when(~pl.col("known") & pl.col("mode").is_not_null()).then(
                pl.lit("unknown-mode")
            ),
        )
    )
    return rows.join(told, on=["type", "mode"], how="left", maintain_order="left", nulls_equal=True)


POLECAT = Source(
    name="polecat",
    open=polecat_members,
    files=files_of,
    states=same_states,
    about="POLECAT events in PLOVER, by week or by year, as on Harvard Dataverse.",
    version="40 columns, 2018 on",
    ontology="plover",
    scheme="plover",
    weights="plover",
    licence="research and education only, (c) Leidos",
    terms="https://doi.org/10.7910/DVN/AJGVIT",
    citation="Scarborough et al. 2023, POLECAT Weekly Data, Harvard Dataverse, "
    "https://doi.org/10.7910/DVN/AJGVIT",
)
