"""Figures: a panel by day and root code in two small Parquet files, raw and one a day.

They carry no event: a cell is a directed dyad, a day and a root code. A case ships its
figures so that it can be read without the data they were counted from.

Each number has two columns: its own name for one a day, and ``…_repeats`` for what the raw
count has more, mostly 0, which keeps the files a third smaller than two full counts.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from tertius.errors import PanelError, SourceError, UsageError
from tertius.events import QUAD_SCHEMES, EventStore
from tertius.files import read_bytes, write_atomic
from tertius.panels.builders import panel, state_totals
from tertius.panels.calendars import check_period, day_table
from tertius.panels.frames import Panel, PanelIdentity, seal
from tertius.panels.gaps import Gaps, gaps_of
from tertius.panels.schemas import QUADS, ROOTS
from tertius.panels.statistics import (
    check_duplicates,
    event_frame,
    native_events,
    root_sums,
)
from tertius.panels.sums import with_denominators
from tertius.settings import limit

__all__ = ["FIGURE_FILES", "read_figures", "write_figures"]

FIGURE_FILES = ("cells.parquet", "totals.parquet", "figures.json")
"""Names of the three files of a set of figures."""

_VERSION = 1
_POLICIES = ("none", "one-a-day")
_VALUES = ("events", "weight_sum", "weight_sum_squares")
_KEYS = ("event_date", "source", "target", "root")


def write_figures(
    events: object,
    folder: str | Path,
    *,
    floor: int = 30,
    dataset: str,
    citation: str,
    inputs: Sequence[tuple[str, str]] = (),
    notes: Sequence[str] = (),
) -> dict[str, int]:
    """Count events by directed dyad, day and root code and write the figures.

    Parameters
    ----------
    events : EventStore or frame
        As for `panel`.
    folder : path
        Where the three files go; it must exist.
    floor : int
        A directed dyad needs this many raw events to be in the cells. Totals and the
        world's sums are of all dyads.
    dataset, citation : str
        What to call the data, and how to cite them.
    inputs : sequence of (str, str)
        Name and SHA-256 of the files the events were read from; a store knows its own.
    notes : sequence of str
        What a reader of the numbers should know, such as corrections made before counting.

    Returns
    -------
    dict of str to int
        ``dyads``, ``cells``, ``totals``, ``bytes``.

    Raises
    ------
    PanelError
        If no dyad reaches the floor, or for whatever `panel` refuses.
    WriteError
        If a file cannot be written.
    """
    if floor < 1:
        raise UsageError(f"a floor of {floor} events", where="floor", allowed="1 or more")
    panels = {policy: panel(events, "day", duplicates=policy) for policy in _POLICIES}
    native = native_events(events)
    by_root = {policy: root_sums(event_frame(native), policy) for policy in _POLICIES}
    busy = panels["none"].dyads().filter(pl.col("events") >= floor)
    if not busy.height:
        raise PanelError(f"no dyad has {floor} events", where=dataset, hint="lower the floor")
    tall = _side_by_side(by_root, _KEYS, _VALUES)
    cells = tall.join(busy, on=["source", "target"], how="semi").sort(
        "source", "target", "root", "event_date"
    )
    totals = _totals(panels, tall)
    encoded = {"cells.parquet": _encoded(cells), "totals.parquet": _encoded(totals)}
    document = {
        "dataset": dataset,
        "citation": citation,
        "inputs": [list(pair) for pair in (inputs or _inputs_of(events))],
        "notes": list(notes),
        "dyad_floor": floor,
        "dyads": busy.height,
        "cells": cells.height,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in encoded.items()},
        **_described(panels),
    }
    encoded["figures.json"] = (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()
    for name in FIGURE_FILES:
        write_atomic(Path(folder) / name, encoded[name])
    return {
        "dyads": busy.height,
        "cells": cells.height,
        "totals": totals.height,
        "bytes": sum(len(encoded[name]) for name in FIGURE_FILES[:2]),
    }


def read_figures(
    folder: str | Path, *, duplicates: str = "one-a-day", period: str = "day"
) -> Panel:
    """Read the figures of a case as a panel.

    Parameters
    ----------
    folder : path
        Holds the files of ``FIGURE_FILES``.
    duplicates : {"one-a-day", "none"}
        The duplicate policy; figures hold both.
    period : {"day", "week", "month", "year"}
        Figures are by day; coarser periods are sums of days.

    Returns
    -------
    Panel
        Its ``identity.dyad_floor`` says how many raw events a dyad needed to be in it;
        ``mentions`` is null. Denominators and the calendar are of all dyads.

    Raises
    ------
    PanelError
        If a file is missing, damaged or not of these figures.
    """
    check_duplicates(duplicates)
    check_period(period)
    if duplicates not in _POLICIES:
        raise PanelError(
            f'figures cannot be read under the policy "{duplicates}"',
            where=str(folder),
            allowed=", ".join(_POLICIES),
            hint="use a store of the full data",
        )
    place = Path(folder)
    document = _document(place)
    cells, totals = (_read(place / name, document["sha256"][name]) for name in FIGURE_FILES[:2])
    chosen = _under(cells, duplicates, _VALUES)
    totals = _under(totals, duplicates, ("source_total", "target_total", "weight_sum"))
    world = totals.filter(pl.col("state").is_null()).select(
        "event_date", "root", "weight_sum", events="source_total"
    )
    scheme = QUAD_SCHEMES[document["scheme"]]
    identity = PanelIdentity(
        period="day",
        duplicates=duplicates,
        scheme=document["scheme"],
        weights=document["weights"],
        start=date.fromisoformat(document["start"]),
        end=date.fromisoformat(document["end"]),
        coverage=document["coverage"],
        dataset=document["dataset"],
        dyad_floor=document["dyad_floor"],
        digest="",
    )
    gaps = _gaps(identity, document)
    calendar = _calendar(world, identity, gaps.days, scheme)
    by_state = totals.filter(pl.col("state").is_not_null()).select(
        "state", "source_total", "target_total", period="event_date"
    )
    wide = _wide(chosen, ("event_date", "source", "target"), scheme).rename(
        {"event_date": "period"}
    )
    wide = with_denominators(
        wide.with_columns(mentions=pl.lit(None, dtype=pl.Int64)), calendar, by_state
    )
    by_day = dataclasses.replace(
        seal(wide, calendar, identity, totals=by_state, gaps=gaps),
        selected=tuple(cells.select("source", "target").unique().sort("source", "target").rows()),
        accounting=tuple((name, count) for name, count in document["accounting"][duplicates]),
    )
    return by_day.regroup(period)


def _described(panels: dict[str, Panel]) -> dict[str, Any]:
    """Return what figures.json says of the panels themselves."""
    identity = panels["none"].identity
    calendar = panels["none"].calendar
    bare = calendar.filter(pl.col("covered_days") == 0)["period"].to_list()
    partly = calendar.filter(pl.col("covered_days") > 0, pl.col("coverage") < 1)
    shares = partly.select("period", "coverage").rows()
    return {
        "format": "tertius-figures",
        "version": _VERSION,
        "scheme": identity.scheme,
        "weights": identity.weights,
        "start": identity.start.isoformat(),
        "end": identity.end.isoformat(),
        "coverage": identity.coverage,
        "uncovered": [day.isoformat() for day in bare],
        **({"partly": {day.isoformat(): share for day, share in shares}} if shares else {}),
        "accounting": {
            policy: [list(pair) for pair in panels[policy].accounting] for policy in _POLICIES
        },
    }


def _side_by_side(
    frames: dict[str, pl.DataFrame], keys: Sequence[str], values: Sequence[str]
) -> pl.DataFrame:
    """Join the two policies: one a day, and what the raw count has more.

    Every raw cell has a one-a-day one, and the reverse.
    """
    raw = frames["none"].rename({name: f"{name}_repeats" for name in values})
    more = [(pl.col(f"{name}_repeats") - pl.col(name)).round(6) for name in values]
    return (
        frames["one-a-day"]
        .join(raw, on=list(keys), how="left")
        .with_columns(
            more_.alias(f"{name}_repeats") for name, more_ in zip(values, more, strict=True)
        )
    )


def _under(frame: pl.DataFrame, duplicates: str, values: Sequence[str]) -> pl.DataFrame:
    """Return the numbers under one policy."""
    if duplicates == "none":
        frame = frame.with_columns(
            (pl.col(name) + pl.col(f"{name}_repeats")).round(6) for name in values
        )
    return frame.drop(f"{name}_repeats" for name in values)


def _totals(panels: dict[str, Panel], tall: pl.DataFrame) -> pl.DataFrame:
    """Stack events by and toward each state and, with no state, the world's by root."""
    by_state = {
        policy: state_totals(each.cells).rename({"period": "event_date"})
        for policy, each in panels.items()
    }
    states = _side_by_side(by_state, ("event_date", "state"), ("source_total", "target_total"))
    world = tall.group_by("event_date", "root").agg(
        pl.col("events").sum().alias("source_total"),
        pl.col("events_repeats").sum().alias("source_total_repeats"),
        pl.col("weight_sum", "weight_sum_repeats").sum().round(6),
    )
    stacked = pl.concat([states, world], how="diagonal")
    return stacked.sort("state", "root", "event_date")


def _encoded(frame: pl.DataFrame) -> bytes:
    """Encode small: narrow whole numbers, strong compression, one row group."""
    narrow = frame.with_columns(
        pl.col(name).cast(pl.Int32) for name, kind in frame.schema.items() if kind == pl.Int64
    )
    buffer = io.BytesIO()
    narrow.write_parquet(
        buffer, compression="zstd", compression_level=19, row_group_size=frame.height
    )
    return buffer.getvalue()


def _wide(tall: pl.DataFrame, keys: Sequence[str], scheme: dict[str, int]) -> pl.DataFrame:
    """Spread root codes to columns and add quad classes."""
    sums = [name for name in ("weight_sum", "weight_sum_squares") if name in tall.columns]
    quad = pl.col("root").replace_strict(scheme, return_dtype=pl.Int8)
    events = pl.col("events").cast(pl.Int64)
    spread = tall.with_columns(
        events,
        *(
            pl.when(pl.col("root") == f"{i:02d}").then(events).otherwise(0).alias(name)
            for i, name in enumerate(ROOTS, 1)
        ),
        *(
            pl.when(quad == i).then(events).otherwise(0).alias(name)
            for i, name in enumerate(QUADS, 1)
        ),
    )
    return spread.group_by(*keys).agg(
        pl.col("events", *ROOTS, *QUADS).sum(), *(pl.col(name).sum().round(6) for name in sums)
    )


def _gaps(identity: PanelIdentity, document: dict[str, Any]) -> Gaps:
    """Return the days of which a figure's data do not cover all."""
    shares = dict.fromkeys(document["uncovered"], 0.0) | document.get("partly", {})
    days = {date.fromisoformat(day): float(share) for day, share in sorted(shares.items())}
    covered = day_table(identity.start, identity.end, "day").select(
        "event_date",
        coverage=pl.col("event_date").replace_strict(days, default=1.0, return_dtype=pl.Float64),
    )
    return gaps_of(identity.start, identity.end, covered)


def _calendar(
    world: pl.DataFrame, identity: PanelIdentity, less: pl.DataFrame, scheme: dict[str, int]
) -> pl.DataFrame:
    days = day_table(identity.start, identity.end, "day").join(
        _wide(world, ("event_date",), scheme), on="event_date", how="left"
    )
    return (
        days.join(less, on="event_date", how="left")
        .with_columns(
            pl.col("events", *ROOTS, *QUADS, "weight_sum").fill_null(0),
            pl.col("coverage").fill_null(1.0),
        )
        .with_columns(days=pl.lit(1), covered_days=(pl.col("coverage") > 0).cast(pl.Int64))
        .drop("event_date")
    )


def _inputs_of(events: object) -> list[tuple[str, str]]:
    if not isinstance(events, EventStore):
        return []
    return [(entry.report.name, entry.report.sha256) for entry in events.entries()]


def _document(folder: Path) -> dict[str, Any]:
    path = folder / "figures.json"
    try:
        document = json.loads(read_bytes(path, limit_bytes=limit("max_case_bytes")))
        if document["format"] != "tertius-figures" or document["version"] != _VERSION:
            raise PanelError("are no figures of a version known here", where=str(path))
    except SourceError as error:
        raise PanelError(error.what, where=error.where, hint="are these figures?") from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, PanelError):
            raise
        raise PanelError(f"is damaged: {error}", where=str(path)) from error
    checked: dict[str, Any] = document
    return checked


def _read(path: Path, sha256: str) -> pl.DataFrame:
    try:
        content = read_bytes(path, limit_bytes=limit("max_table_bytes"))
    except SourceError as error:
        raise PanelError(error.what, where=error.where, hint=error.hint) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PanelError(
            "its bytes are not those figures.json names",
            where=str(path),
            hint="install the package again, or build the figures again",
        )
    return _parsed(content)


# A case is read under two policies from the same bytes: they are parsed once.
@lru_cache(maxsize=4)
def _parsed(content: bytes) -> pl.DataFrame:
    return pl.read_parquet(content)
