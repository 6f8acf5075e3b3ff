"""Series with an uncertainty: five quantiles for each period, drawn and tabled alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.drawings import Spec, finite, layer
from tertius.briefs.charts.numerals import period, plain
from tertius.errors import UsageError

__all__ = ["QUANTILE_HEADS", "Band", "band_cells", "band_story", "ribbon", "whiskers"]

QUANTILE_HEADS = ("5 %", "25 %", "median", "75 %", "95 %")
_FIELDS = ("q05", "q25", "q50", "q75", "q95")


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One series with its posterior quantiles.

    Attributes
    ----------
    label : str
        What the series is, in a few words.
    periods : tuple of date
        First day of each period, T of them, ascending.
    quantiles : ndarray of float, shape (T, 5)
        The 5, 25, 50, 75 and 95 % quantiles, in the unit of the view; NaN where not known.
        A series without an uncertainty repeats its value five times.
    observed : ndarray of float, shape (T,), or None
        What was counted, drawn as dots where given.
    """

    label: str
    periods: tuple[date, ...]
    quantiles: npt.NDArray[np.float64]
    observed: npt.NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        expected = (len(self.periods), 5)
        if np.shape(self.quantiles) != expected:
            raise UsageError(
                f"quantiles have shape {np.shape(self.quantiles)}",
                where=f"band {self.label!r}",
                allowed=f"{expected}: five quantiles for each period",
            )


def rows(band: Band) -> list[dict[str, float | int | None]]:
    """Return one row a period for the engine: ``x`` (day number), quantiles, observed."""
    table: list[dict[str, float | int | None]] = []
    for index, first_day in enumerate(band.periods):
        row: dict[str, float | int | None] = {"x": first_day.toordinal()}
        row |= {
            name: finite(value) for name, value in zip(_FIELDS, band.quantiles[index], strict=True)
        }
        row["seen"] = None if band.observed is None else finite(float(band.observed[index]))
        table.append(row)
    return table


def ribbon(band: Band, x: Spec, y: Spec, *, colour: str, dash: Sequence[int] = ()) -> list[Spec]:
    """Draw a series as bands of 50 and 90 % around its median; gaps stay gaps."""
    layers: list[Spec] = []
    for run in _runs(rows(band)):
        for low, high, opacity in (("q05", "q95", 0.18), ("q25", "q75", 0.32)):
            layers.append(
                layer(
                    {"type": "area", "color": colour, "opacity": opacity},
                    run,
                    x=x,
                    y={**y, "field": low},
                    y2={"field": high},
                )
            )
        line = {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": list(dash)}
        layers.append(layer(line, run, x=x, y={**y, "field": "q50"}))
    seen = [row for row in rows(band) if row["seen"] is not None]
    if seen:
        dot = {"type": "point", "shape": "circle", "filled": True, "size": 7, "color": "var(--ink)"}
        layers.append(layer({**dot, "opacity": 0.55}, seen, x=x, y={**y, "field": "seen"}))
    return layers


def whiskers(
    band: Band, x: Spec, y: Spec, *, colour: str, hollow: bool, shift_px: float
) -> list[Spec]:
    """Draw a series as points with intervals: thick for 50 %, thin for 90 %."""
    known = [row for row in rows(band) if row["q50"] is not None]
    place = {"xOffset": shift_px, "x2Offset": shift_px}
    parts = [
        layer(
            {"type": "rule", "color": colour, "strokeWidth": width, **place},
            known,
            x=x,
            y={**y, "field": low},
            y2={"field": high},
        )
        for low, high, width in (("q05", "q95", 1.0), ("q25", "q75", 3.5))
    ]
    mark = {
        "type": "point",
        "shape": "diamond" if hollow else "circle",
        "size": 62 if hollow else 48,
        "fill": "var(--paper)" if hollow else colour,
        "stroke": colour if hollow else "var(--paper)",
        "strokeWidth": 1.75 if hollow else 1,
        "opacity": 1,
        "xOffset": shift_px,
    }
    return [*parts, layer(mark, known, x=x, y={**y, "field": "q50"})]


def band_cells(band: Band, *, digits: int) -> list[tuple[str, ...]]:
    """Return the rows of the data table: period, series, five quantiles."""
    return [
        (
            period(first_day, band.periods),
            band.label,
            *(plain(float(value), digits) for value in band.quantiles[index]),
        )
        for index, first_day in enumerate(band.periods)
    ]


def band_story(band: Band, *, digits: int) -> str:
    """Say where the median starts, where it is lowest and highest, and where it ends."""
    median = np.asarray(band.quantiles[:, 2], dtype=float)
    known = np.flatnonzero(np.isfinite(median))
    if known.size == 0:
        return f"{band.label}: nothing known."
    low, high = known[np.argmin(median[known])], known[np.argmax(median[known])]

    def at(index: int) -> str:
        ends = (plain(float(band.quantiles[index, k]), digits) for k in (0, 4))
        when = period(band.periods[index], band.periods)
        return f"{plain(float(median[index]), digits)} ({when}; 90 % interval {' to '.join(ends)})"

    return (
        f"{band.label}: median at first {at(int(known[0]))}, lowest {at(int(low))}, "
        f"highest {at(int(high))}, at last {at(int(known[-1]))}."
    )


def _runs(table: list[dict[str, float | int | None]]) -> list[list[dict[str, float | int | None]]]:
    """Split at gaps: periods not known, or missing from an otherwise even calendar."""
    known = [row for row in table if row["q50"] is not None]
    if not known:
        return []
    places = {id(row): position for position, row in enumerate(table)}
    runs = [[known[0]]]
    for before, after in pairwise(known):
        if places[id(after)] - places[id(before)] > 1:
            runs.append([])
        runs[-1].append(after)
    return runs
