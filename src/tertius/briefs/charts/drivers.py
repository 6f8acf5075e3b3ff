"""What drives a result: rank correlations of the parameters with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tertius.briefs.charts.axes import number_axis
from tertius.briefs.charts.drawings import Spec, channel, draw, frame, layer
from tertius.briefs.charts.numerals import clip, listing, signed
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["Driver", "DriverView", "draw_drivers"]

_LEFT, _RIGHT, _ROW = 16, 10, 36
# Numbers stand in a column of their own, right of the scale.
_NUMBERS = 1.28


@dataclass(frozen=True, slots=True)
class Driver:
    """One parameter.

    Attributes
    ----------
    label : str
        The parameter, in words.
    correlation : float
        Rank correlation with the result, -1 to 1; NaN where the parameter does not vary.
    """

    label: str
    correlation: float


@dataclass(frozen=True, slots=True)
class DriverView:
    """What drives one result.

    Attributes
    ----------
    result : str
        The result, in words, as in ``rent``.
    drivers : tuple of Driver
        The parameters; drawn from strongest to weakest.
    most : int
        How many are drawn; the table has all.
    """

    result: str
    drivers: tuple[Driver, ...]
    most: int = 10


def draw_drivers(view: DriverView, *, name: str, title: str, caption: str) -> Figure:
    """Draw signed rank correlations: right and filled up, left and hollow down.

    Parameters
    ----------
    view : DriverView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no driver.
    """
    if not view.drivers:
        raise UsageError("no driver to draw", where=name)
    ranked = sorted(view.drivers, key=lambda item: (-_size(item), item.label))
    table = Table(
        f"{name}-data",
        f"Rank correlation of each parameter with {view.result}",
        ("parameter", "rank correlation"),
        tuple((item.label, signed(item.correlation)) for item in ranked),
        caption,
        folded=True,
    )
    shown = ranked[: view.most]
    words = listing([f"{item.label} {signed(item.correlation)}" for item in shown[:5]])
    alt = (
        f"Rank correlation of {len(ranked)} parameters with {view.result}, "
        f"strongest first: {words}."
    )
    return Figure(name, title, caption, alt, _svg(shown), table)


def _size(driver: Driver) -> float:
    return abs(driver.correlation) if math.isfinite(driver.correlation) else -1.0


def _svg(drivers: list[Driver]) -> str:
    axis = number_axis([-1, -0.5, 0, 0.5, 1], orient="bottom", grid=False)
    x = channel("x", (-1.0, _NUMBERS), axis)
    y = channel("y", (0.0, float(len(drivers))), None, down=True)
    rows = [
        {
            "x": item.correlation if math.isfinite(item.correlation) else None,
            "from": 0.0,
            "left": -1.0,
            "end": _NUMBERS,
            "y": row + 0.72,
            "above": row + 0.28,
            "t": clip(item.label, 58),
            "n": signed(item.correlation),
        }
        for row, item in enumerate(drivers)
    ]
    known = [row for row in rows if row["x"] is not None]
    layers: list[Spec] = [
        *_scale_lines(len(drivers), x, y),
        layer(
            {"type": "text", "align": "left"},
            rows,
            x={**x, "field": "left"},
            y={**y, "field": "above"},
            text={"field": "t"},
        ),
        layer(
            {"type": "text", "align": "right", "fontWeight": 600},
            rows,
            x={**x, "field": "end"},
            y=y,
            text={"field": "n"},
        ),
    ]
    for positive, colour in ((True, "var(--accent)"), (False, "var(--conf)")):
        part = [row for row in known if (float(str(row["x"])) >= 0) is positive]
        stem = {"type": "rule", "color": colour, "strokeWidth": 4}
        layers.append(layer(stem, part, x={**x, "field": "from"}, x2={"field": "x"}, y=y))
        dot = {"type": "point", "shape": "circle", "size": 70, "opacity": 1, "stroke": colour}
        dot |= {"fill": colour if positive else "var(--paper)", "strokeWidth": 2}
        layers.append(layer(dot, part, x=x, y=y))
    height = _ROW * len(drivers)
    return draw(frame(layers, height=height, left=_LEFT, right=_RIGHT, top=6, bottom=26))


def _scale_lines(count: int, x: Spec, y: Spec) -> list[Spec]:
    """Draw the scale beside the marks only, so that no line runs through a label."""
    parts = []
    for values, colour in (((-1.0, -0.5, 0.5, 1.0), "var(--rule)"), ((0.0,), "var(--ink)")):
        rows = [
            {"x": value, "y": row + 0.5, "y2": row + 0.95}
            for row in range(count)
            for value in values
        ]
        rule = {"type": "rule", "color": colour, "strokeWidth": 1}
        parts.append(layer(rule, rows, x=x, y=y, y2={"field": "y2"}))
    return parts
