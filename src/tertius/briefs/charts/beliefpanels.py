"""Panels of beliefs: one scale from 0 to 1 for each type of pivot, under each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.drawings import Spec, layer
from tertius.briefs.charts.numerals import clip

__all__ = ["HEAD_PX", "PANEL_PX", "down", "panel", "ribbon"]

PANEL_PX, HEAD_PX = 136.0, 42.0


def down(belief: float, base: float) -> float:
    """Return how far down a belief stands in the panel that ends at `base`."""
    return base - PANEL_PX * belief


def panel(label: str, base: float, rounds: int, x: Spec, y: Spec, *, left: float) -> list[Spec]:
    """Draw a panel's name, its scale from 0 to 1 and its grid."""
    lines = [
        {"x": 0, "x2": rounds, "y": down(tick, base), "t": f"{tick:g}"} for tick in (0, 0.5, 1)
    ]
    name = [{"y": base - PANEL_PX - 16, "t": clip(label, 58)}]
    head = {"type": "text", "align": "left", "x": -left, "fontWeight": 600, "fontSize": 13.5}
    number = {"type": "text", "align": "right", "x": -6, "fill": "var(--muted)"}
    rule = {"type": "rule", "color": "var(--rule)", "strokeWidth": 1}
    return [
        layer(rule, lines, x=x, x2={"field": "x2"}, y=y),
        layer(number, lines, y=y, text={"field": "t"}),
        layer(head, name, y=y, text={"field": "t"}),
    ]


def ribbon(quantiles: npt.NDArray[np.float64], base: float, x: Spec, y: Spec) -> list[Spec]:
    """Draw bands of 50 and 90 % and the median, from five quantiles a round."""
    rows = [
        {"x": k} | {f"q{n}": round(down(value, base), 3) for n, value in enumerate(row)}
        for k, row in enumerate(quantiles.tolist())
    ]
    layers = [
        layer(
            {"type": "area", "color": "var(--accent)", "opacity": opacity},
            rows,
            x=x,
            y={**y, "field": low},
            y2={"field": high},
        )
        for low, high, opacity in (("q0", "q4", 0.18), ("q1", "q3", 0.32))
    ]
    line = {"type": "line", "color": "var(--accent)", "strokeWidth": 2.25}
    return [*layers, layer(line, rows, x=x, y={**y, "field": "q2"})]
