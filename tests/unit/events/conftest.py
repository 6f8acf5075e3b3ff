"""Files for a store, made without reading any: frames of events and their entries."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tertius.events.reports import FileReport
from tertius.events.schemas import EVENT_SCHEMA
from tertius.events.store.entries import Entry, Segment


@pytest.fixture
def make_events() -> Callable[..., pl.DataFrame]:
    """A frame of `rows` events of one file, on `days` days from `start`."""

    def make(key: str, rows: int, *, start: date = date(2018, 1, 1), days: int = 3) -> pl.DataFrame:
        states = ("CHN", "PRK", "USA", "KOR", None)
        filled: dict[str, list[Any]] = {
            "event_id": [f"{key}-{i}" for i in range(rows)],
            "event_date": [start + timedelta(days=i % days) for i in range(rows)],
            "source": [states[i % 5] for i in range(rows)],
            "target": [states[(i * 3 + 1) % 5] for i in range(rows)],
            "source_raw": [f"actor {i % 7}" for i in range(rows)],
            "code": ["010" if i % 2 else "190" for i in range(rows)],
            "root": ["01" if i % 2 else "19" for i in range(rows)],
            "quad": [1 if i % 2 else 4 for i in range(rows)],
            "scheme": ["cameo-gdelt"] * rows,
            "weight": [0.5 if i % 2 else -9.5 for i in range(rows)],
            "weights": ["goldstein-gdelt"] * rows,
            "tone": [i / 8 - 3 for i in range(rows)],
            "dataset": ["made"] * rows,
            "file_id": [key] * rows,
            "row_no": list(range(1, rows + 1)),
        }
        columns = {name: filled.get(name, [None] * rows) for name in EVENT_SCHEMA}
        return pl.DataFrame(columns, schema=EVENT_SCHEMA)

    return make


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    """The entry of a file whose events are in `segments`; lines beyond its rows are rejected."""

    def make(key: str, rows: int, *segments: Segment, **given: Any) -> Entry:
        empty: dict[str, Any] = {"int": 0, "str": "", "bool": False}
        values = {
            field.name: () if str(field.type).startswith("tuple") else empty.get(str(field.type))
            for field in dataclasses.fields(FileReport)
        }
        values |= {"name": f"{key}.csv", "file_id": key, "sha256": key, "dataset": "made"}
        values |= {"lines": rows, "kept": rows, "first_day": "2018-01-01", "last_day": "2018-01-03"}
        entry: dict[str, Any] = {
            "source": "table", "content": (key,), "options": {"b": "2", "a": "1"},
            "scheme": "cameo-gdelt", "weights": "goldstein-gdelt", "feed": "", "span": None,
            "days": ("2018-01-01", "2018-01-02", "2018-01-03"), "rejected": (), "links": (),
        }  # fmt: skip
        values |= {name: given.pop(name) for name in set(given) - set(entry)}
        values["rejected"] = values["lines"] - values["kept"]
        return Entry(report=FileReport(**values), segments=segments, **(entry | given))

    return make
