"""Small panels with known counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from tertius.panels import Panel, panel

COOPERATION = {"code": "04", "root": "04", "quad": 1, "weight": 2.0}
CONFLICT = {"code": "19", "root": "19", "quad": 4, "weight": -8.0}


@pytest.fixture
def make_panel() -> Callable[..., Panel]:
    """A panel by day of daily (cooperation, conflict) counts by dyad.

    `world` adds that many cooperative and conflictual events between two bystanders on
    every covered day; `missing` are days without any row, hence not covered.
    """

    def make(
        start: date,
        days: int,
        counts: dict[tuple[str, str], tuple[object, object]],
        *,
        world: tuple[int, int] = (1, 1),
        missing: tuple[date, ...] = (),
    ) -> Panel:
        rows = []
        for i in range(days):
            day = start + timedelta(days=i)
            if day in missing:
                continue
            for (source, target), pair in {**counts, ("KOR", "JPN"): world}.items():
                for kind, values in zip((COOPERATION, CONFLICT), pair, strict=True):
                    number = values if isinstance(values, int) else values[i]
                    row = {"event_date": day, "source": source, "target": target, **kind}
                    rows += [row] * int(number)
        frame = pl.DataFrame(rows, schema_overrides={"event_date": pl.Date})
        window = (start, start + timedelta(days=days - 1))
        return panel(frame, "day", duplicates="none", window=window)

    return make
