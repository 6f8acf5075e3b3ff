"""The rows of a picture of bloc structures: their places, and the marks in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.drawings import Spec, layer
from tertius.briefs.charts.numerals import plural

__all__ = ["LEVELS", "PartitionRow", "bands", "heads", "intervals", "scale", "tops_of"]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_ROW_PX, _HEAD_PX = 36.0, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class PartitionRow:
    """One structure of blocs.

    Attributes
    ----------
    label : str
        The blocs, as in ``China + United States | South Korea``.
    blocs : int
        How many there are.
    draws : ndarray of float, shape (D,), or None
        The rent in each of a case's draws.
    interval : tuple of float, or None
        Smallest and largest rent of one game; both the same where it is unique.
    """

    label: str
    blocs: int
    draws: npt.NDArray[np.float64] | None = None
    interval: tuple[float, float] | None = None


def tops_of(rows: list[PartitionRow]) -> tuple[list[float], float]:
    """Return where each row begins: a head stands before each new number of blocs."""
    tops, at = [], 0.0
    for index, row in enumerate(rows):
        if index == 0 or row.blocs != rows[index - 1].blocs:
            at += _HEAD_PX
        tops.append(at)
        at += _ROW_PX
    return tops, at + 4


def heads(rows: list[PartitionRow], tops: list[float], y: Spec, *, width: float) -> list[Spec]:
    """Draw each number of blocs once, above its rows."""
    heads = [
        {"y": top - 10, "line": top - 22, "t": plural(row.blocs, "bloc")}
        for index, (row, top) in enumerate(zip(rows, tops, strict=True))
        if index == 0 or row.blocs != rows[index - 1].blocs
    ]
    text = {"type": "text", "align": "left", "x": 0, "fontWeight": 600, "fontSize": 13.5}
    rule = {"type": "rule", "x": 0, "x2": width, "color": "var(--rule)", "strokeWidth": 1}
    return [
        layer(rule, heads, y={**y, "field": "line"}),
        layer(text, heads, y=y, text={"field": "t"}),
    ]


def scale(ticks: list[float], tops: list[float], x: Spec, y: Spec) -> list[Spec]:
    """Draw the scale beside the marks only, so that no line runs through a label."""
    parts = []
    for zero, colour in ((False, "var(--rule)"), (True, "var(--ink)")):
        lines = [
            {"x": tick, "y": top + 17, "y2": top + 33}
            for top in tops
            for tick in ticks
            if (tick == 0) is zero
        ]
        rule = {"type": "rule", "color": colour, "strokeWidth": 1}
        parts.append(layer(rule, lines, x=x, y=y, y2={"field": "y2"}))
    return parts


def bands(rows: list[PartitionRow], tops: list[float], x: Spec, y: Spec) -> list[Spec]:
    """Draw the draws as a dot at the median: a thick line for 50 %, a thin one for 90 %."""
    marks = [
        {"y": top + 25, "q": np.quantile(row.draws, LEVELS).round(6).tolist()}
        for row, top in zip(rows, tops, strict=True)
        if row.draws is not None
    ]
    lines = [
        {"y": mark["y"], "a": mark["q"][0], "b": mark["q"][1], "x": mark["q"][2],
         "c": mark["q"][3], "d": mark["q"][4]}
        for mark in marks
    ]  # fmt: skip
    parts = []
    for low, high, width in (("a", "d", 1.5), ("b", "c", 5.0)):
        rule = {"type": "rule", "color": "var(--accent)", "strokeWidth": width}
        parts.append(layer(rule, lines, x={**x, "field": low}, x2={"field": high}, y=y))
    dot = {"type": "point", "shape": "circle", "size": 70, "opacity": 1, "strokeWidth": 1.25}
    dot |= {"fill": "var(--accent)", "stroke": "var(--paper)"}
    return [*parts, layer(dot, lines, x=x, y=y)]


def intervals(rows: list[PartitionRow], tops: list[float], x: Spec, y: Spec) -> list[Spec]:
    """Draw one game's rent as an open bar; a unique rent as an open diamond."""
    given = [
        {"x": row.interval[0], "x2": row.interval[1], "y": top + 19, "y2": top + 31,
         "mid": top + 25}
        for row, top in zip(rows, tops, strict=True)
        if row.interval is not None
    ]  # fmt: skip
    wide = [item for item in given if item["x2"] > item["x"]]
    unique = [item for item in given if item["x2"] == item["x"]]
    bar = {"type": "rect", "fill": "none", "stroke": "var(--conf)", "strokeWidth": 1.75}
    diamond = {"type": "point", "shape": "diamond", "size": 80, "opacity": 1, "strokeWidth": 1.75}
    diamond |= {"fill": "var(--paper)", "stroke": "var(--conf)"}
    return [
        layer(bar, wide, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}),
        layer(diamond, unique, x=x, y={**y, "field": "mid"}),
    ]
