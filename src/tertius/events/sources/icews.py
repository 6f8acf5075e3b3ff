"""The ``icews`` source: the coded events of the Integrated Crisis Early Warning System.

Tab-separated with a header of 20 columns, by year from 1995 and by day or week from October
2018 to April 2023. Fields are split at tabs alone. Files differ: in how they write "nothing"
(``NA``, ``NULL``, an empty field), in how they write days, and in whether a field may stand in
quotes; that of 2017 was published once without a column of codes. Copies saved by other programs
have other names for the same columns, or commas.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tertius.actors import icews_states
from tertius.errors import UnknownNameError
from tertius.events.intakes.parties import mapped
from tertius.events.ontologies import relation_codes
from tertius.events.parsing.drafts import Chunk, Layout, Member, first_reason, only_drafted
from tertius.events.parsing.lines import Lines
from tertius.events.sources.headers import (
    headed_chunks,
    place_columns,
    read_header,
    wrong_format,
)
from tertius.events.sources.namings import Namings, same_states
from tertius.events.sources.packages import files_of, packaged_members
from tertius.events.sources.records import Source
from tertius.events.sources.texts import days, numbers, text_columns, unquoted

__all__ = ["ACTORS", "ICEWS", "icews_members"]

ACTORS = ("name", "country")
"""What says first which state an actor belongs to: its name, or the file's column of countries."""

_MISSING = ("NA", "NULL")
_WANTED = {
    "event_id": ("eventid",), "day": ("eventdate",), "source_raw": ("sourcename",),
    "source_type": ("sourcesectors",), "source_country": ("sourcecountry",),
    "text": ("eventtext",), "code": ("cameocode",), "weight_raw": ("intensity",),
    "target_raw": ("targetname",), "target_type": ("targetsectors",),
    "target_country": ("targetcountry",), "place_raw": ("country",),
}  # fmt: skip
_NEEDED = frozenset(_WANTED) - {"source_type", "target_type", "code", "weight_raw", "place_raw"}
_DAYS = {
    r"^\d{4}-\d{2}-\d{2}$": "%Y-%m-%d",
    r"^\d{1,2}/\d{1,2}/\d{4}$": "%m/%d/%Y",
    r"^\d{1,2}/\d{1,2}/\d{2}$": "%m/%d/%y",
}
"""The publisher writes the month first where it does not write ISO days."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How the lines of a file are read."""

    names: tuple[str, ...]
    columns: tuple[tuple[str, int], ...]
    delimiter: str
    actors: str


def icews_members(paths: Sequence[Any], *, actors: str = "name") -> list[Member]:
    """List ICEWS files.

    Parameters
    ----------
    paths : sequence of path
        Files as published, plain, zip or gzip, or folders of them. The name of a year's file
        says which year it covers.
    actors : {"name", "country"}
        What says first which state an actor belongs to, see ``ACTORS``. The column holds the
        nationality of persons: those who act for an organisation have their home country there,
        and a few heads of state another. With ``"name"`` it is asked where the name is not known
        or ambiguous; with ``"country"`` the name is asked where the column is empty.

    Raises
    ------
    UnknownNameError
        For another choice of actors.
    SourceError
        If a file is missing, damaged or not of this format.
    """
    if actors not in ACTORS:
        raise UnknownNameError.of("choice", actors, ACTORS, where="actors")
    return packaged_members(
        paths,
        functools.partial(_chunks, actors),
        called=lambda _: "ICEWS",
        options={"actors": actors},
    )


def _chunks(actors: str, where: str, pieces: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    return headed_chunks(pieces, lambda top, piece: _layout(top, piece, where, actors))


def _layout(top: bytes, piece: bytes, where: str, actors: str) -> Layout:
    header = read_header(top)
    columns = place_columns(header, _WANTED, where)
    if not columns.keys() >= _NEEDED:
        raise wrong_format(piece, where, "ICEWS")
    form = _Form(header.names, tuple(columns.items()), header.delimiter, actors)
    return Layout(
        key=("icews", form),
        delimiter=header.delimiter,
        quoted=header.delimiter != "\t",
        fields=(len(header.names),),
        draft=functools.partial(_draft, form, Namings()),
        lossy=True,
    )


def _draft(form: _Form, named: Namings, lines: Lines) -> pl.DataFrame:
    rows = text_columns(
        lines,
        len(form.names),
        dict(form.columns),
        delimiter=form.delimiter,
        quoted=form.delimiter != "\t",
        missing=_MISSING,
        texts=("event_id",),
    )
    if form.delimiter == "\t" and b'"' in lines.text:
        rows = unquoted(rows, _MISSING)
    if "weight_raw" not in rows.columns:
        rows = rows.with_columns(weight_raw=pl.lit(None, dtype=pl.Categorical))
    rows, reasons = numbers(rows, {"weight_raw": pl.Float64()})
    event_date, no_day = days(rows["day"], _DAYS)
    rows = rows.with_columns(event_date=event_date, row_no=pl.Series(lines.numbers))
    rows = _coded(rows)
    for side in ("source", "target"):
        rows = _stated(rows, side, form.actors, named)
    if "place_raw" in rows.columns:
        rows = rows.with_columns(place=_countries(rows["place_raw"], rows["event_date"], named))
    flags = [name for name in rows.columns if name.startswith("flag_")]
    rows = rows.with_columns(flags=pl.concat_str(flags, separator=";", ignore_nulls=True))
    rows = rows.with_columns(flags=pl.when(pl.col("flags") != "").then("flags"))
    return only_drafted(rows.with_columns(first_reason(no_day, *reasons)))


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Fill in codes that are missing, or lost their leading zero, by the text of the event.

    The text is the label of the code, so it says which one it is.
    """
    codes = relation_codes()
    by_text = mapped(rows["text"], codes).cast(pl.String)
    given = rows["code"].cast(pl.String) if "code" in rows.columns else by_text.clear(rows.height)
    rows = rows.with_columns(by_text=by_text, given=given)
    lacking = pl.col("given").is_null() & pl.col("by_text").is_not_null()
    shortened = pl.format("0{}", "given") == pl.col("by_text")
    return rows.with_columns(
        code=pl.when(lacking | shortened).then("by_text").otherwise("given"),
        flag_text=pl.when(lacking).then(pl.lit("code-from-text")),
        flag_zero=pl.when(shortened).then(pl.lit("leading-zero")),
    ).drop("by_text", "given")


def _stated(rows: pl.DataFrame, side: str, actors: str, named: Namings) -> pl.DataFrame:
    """Say which state an actor belongs to, by its name and by the file's column."""
    told = named(rows[f"{side}_raw"], rows["event_date"])
    rows = rows.with_columns(
        country=_countries(rows[f"{side}_country"], rows["event_date"], named),
        by_name=told["state"],
        settled=told["settled"],
    )
    given = pl.col(f"{side}_country").is_not_null()
    if actors == "country":
        state = pl.when(given).then("country").otherwise("by_name")
        overruled = pl.lit(None, dtype=pl.String)
    else:
        state = pl.when("settled").then("by_name").otherwise("country")
        differ = pl.col("settled") & pl.col("by_name").ne_missing(pl.col("country"))
        overruled = pl.when(differ & given).then(pl.lit(f"{side}-country-overruled"))
    return rows.with_columns(state.alias(side), overruled.alias(f"flag_{side}")).drop(
        "country", "by_name", "settled"
    )


def _countries(names: pl.Series, when: pl.Series, named: Namings) -> pl.Series:
    """Turn names of the publisher's list into states; former ones at the day of the event."""
    states = mapped(names, icews_states()).cast(pl.String)
    former = names.is_not_null() & states.is_null()
    if not former.any():
        return states
    dated = named(names.set(~former, None), when)
    return states.fill_null(dated["state"])


ICEWS = Source(
    name="icews",
    open=icews_members,
    files=files_of,
    states=same_states,
    about="ICEWS coded events, by year or by day, as on Harvard Dataverse.",
    version="20 columns, 1995 to 2023",
    ontology="cameo",
    scheme="cameo-gdelt",
    weights="goldstein-icews",
    licence="as the data set's page says",
    terms="https://doi.org/10.7910/DVN/28075",
    citation="Boschee et al. 2015, ICEWS Coded Event Data, Harvard Dataverse, "
    "https://doi.org/10.7910/DVN/28075",
)
