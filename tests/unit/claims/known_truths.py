"""Cases and panels in which the truth is known, and the shortest way to ask a test about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tertius.casebook import Case
from tertius.claims import BoundCase, BoundPart, Context, Finding, Planned, find_test
from tertius.panels import Panel, panel

START = date(2018, 1, 1)
DAYS = 181
COOPERATION = {"code": "04", "root": "04", "quad": 1, "weight": 2.0}
CONFLICT = {"code": "19", "root": "19", "quad": 4, "weight": -8.0}

Counts = Mapping[tuple[str, str], tuple[object, object]]


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def steady(rate: float, *, days: int = DAYS, seed: int = 0) -> list[int]:
    """Poisson counts of one rate, with a seed of their own."""
    return [int(x) for x in np.random.default_rng(seed).poisson(rate, days)]


def step(before: float, after: float, at: int, *, days: int = DAYS, seed: int = 0) -> list[int]:
    """Poisson counts of two rates, the second from day `at` on."""
    return steady(before, days=at, seed=seed) + steady(after, days=days - at, seed=seed + 1000)


def make_panel(counts: Counts, *, days: int = DAYS, world: tuple[object, object] = (3, 3)) -> Panel:
    """A daily panel of (cooperation, conflict) by dyad; `world` is what two bystanders do."""
    rows = []
    for (source, target), pair in {**counts, ("KOR", "JPN"): world}.items():
        for kind, values in zip((COOPERATION, CONFLICT), pair, strict=True):
            for i in range(days):
                number = values if isinstance(values, int) else values[i]  # type: ignore[index]
                row = {"event_date": day(i), "source": source, "target": target, **kind}
                rows += [row] * int(number)
    frame = pl.DataFrame(rows, schema_overrides={"event_date": pl.Date})
    return panel(frame, "day", duplicates="none", window=(START, day(days - 1)))


# Two patrons of equal worth whose whole alignment can be had: both are needed for the middle.
RANGES: dict[str, tuple[float, float]] = {
    "k": (2.0, 2.0),
    "c": (50.0, 50.0),
    **{f"omega.{patron}": (1.0, 1.0) for patron in ("CHN", "USA")},
    **{f"rho.{patron}": (0.0, 0.0) for patron in ("CHN", "USA")},
    **{f"beta.{patron}": (0.0, 0.0) for patron in ("CHN", "USA")},
}


def ranges(**changes: float | tuple[float, float]) -> dict[str, tuple[float, float]]:
    """The known ranges with some changed: ``rho_CHN=(1, 2)``, ``c=1.5``."""
    wide = {
        name.replace("_", "."): value if isinstance(value, tuple) else (value, value)
        for name, value in changes.items()
    }
    return RANGES | wide


def make_case(
    *,
    parts: Sequence[tuple[str, dict[str, Any]]] = (("attribution", {}),),
    ranges: Mapping[str, tuple[float, float]] | None = RANGES,
    also: Sequence[str] = (),
    seed: int = 1,
    draws: int = 200,
    **fields: Any,
) -> Case:
    """A case of PRK between CHN and USA, one claim a part."""
    game = None
    if ranges is not None:
        game = {
            "goal": "the goal",
            "money": "one unit",
            "draws": draws,
            "ranges": {
                name: {"low": low, "high": high, "why": "known", "source": "judgement"}
                for name, (low, high) in ranges.items()
            },
        }
    plain = {
        "id": "known",
        "title": "Known",
        "question": "Is the truth found?",
        "pivot": "PRK",
        "patrons": ["CHN", "USA"],
        "others": ["KOR", "JPN"],
        "seed": seed,
        "headline": ["claim-0"],
        "window": {"start": START, "end": day(DAYS - 1), "before": day(58), "after": day(150)},
        "events": {"dataset": "made up", "duplicates": "one-a-day", "also": list(also)},
        "sources": [{"id": "record", "title": "A record"}],
        "game": game,
        "claims": [
            {"id": f"claim-{i}", "says": f"Claim {i}.", "parts": [{"test": test, "args": args}]}
            for i, (test, args) in enumerate(parts)
        ],
        **fields,
    }
    return Case.model_validate(plain)


def on_grid(case: Case, steps: int) -> Case:
    """The same case with alignment cut into so many steps."""
    assert case.game is not None
    return case.model_copy(update={"game": case.game.model_copy(update={"alignment_steps": steps})})


def bind(case: Case) -> BoundCase:
    """Bind a case made here, as `load_case` binds a file."""
    parts = {}
    for claim in case.claims:
        bound = []
        for part in claim.parts:
            test = find_test(part.test)
            ready = isinstance(test, Planned)
            arguments = None if ready else test.arguments.model_validate(part.args)
            bound.append(BoundPart(part, test, arguments))
        parts[claim.id] = tuple(bound)
    return BoundCase(case, Path("known.toml"), parts)


def ask(
    name: str,
    args: Mapping[str, Any],
    *,
    panels: Panel | Mapping[str, Panel] | None = None,
    case: Case | None = None,
) -> Finding:
    """Put one test's question to a case and its panels."""
    case = case or make_case()
    held = {"one-a-day": panels} if isinstance(panels, Panel) else dict(panels or {})
    test = find_test(name)
    assert not isinstance(test, Planned)
    arguments = test.arguments.model_validate(dict(args))
    assert test.check(arguments, case) == []
    assert test.describe(arguments, case)
    assert test.establishes
    assert test.cannot
    return test.run(arguments, Context(case, held))


def rotated(panel: Panel, days: int) -> Panel:
    """The same panel with its first days moved to its end."""
    start, end = panel.identity.start, panel.identity.end
    offset = (pl.col("period") - start).dt.total_days()
    length = (end - start).days + 1

    def moved(frame: pl.DataFrame) -> pl.DataFrame:
        keys = [name for name in ("period", "source", "target", "state") if name in frame.columns]
        shifted = pl.lit(start) + pl.duration(days=(offset - days) % length)
        return frame.with_columns(period=shifted.cast(pl.Date)).sort(keys)

    totals = panel.totals
    return dataclasses.replace(
        panel,
        cells=moved(panel.cells),
        calendar=moved(panel.calendar),
        totals=None if totals is None else moved(totals),
    )
