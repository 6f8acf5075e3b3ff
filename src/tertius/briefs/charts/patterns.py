"""Bars told apart by pattern and colour: eight styles, drawn without a reference.

A drawing of a brief may refer to nothing, not even to a pattern of its own. The patterns are
therefore strokes along a bar, dashed where they are to look like bars across it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tertius.briefs.charts.drawings import Spec, layer

__all__ = ["CHARACTER_PX", "STYLES", "patterned", "written"]

# A wide estimate of one character of our type; capitals and bold type need more than 6 px.
CHARACTER_PX = 7.0

# Neighbours differ in colour and in pattern, so that neither has to tell alone.
STYLES = (
    ("var(--accent)", "solid"),
    ("var(--conf)", "open"),
    ("var(--coop)", "bars"),
    ("var(--band)", "solid"),
    ("var(--ink)", "lines"),
    ("var(--accent)", "dots"),
    ("var(--conf)", "core"),
    ("var(--ink)", "solid"),
)
# Strokes along the middle of a bar: width, dashes, distances from the middle.
_STROKES: dict[str, tuple[float, tuple[float, ...], tuple[float, ...]]] = {
    "bars": (12.0, (2, 3), (0.0,)),
    "lines": (1.25, (), (-4.5, -1.5, 1.5, 4.5)),
    "dots": (2.5, (0, 5), (-3.5, 3.5)),
    "core": (6.0, (), (0.0,)),
}


def patterned(boxes: Sequence[dict[str, Any]], style: int, x: Spec, y: Spec) -> list[Spec]:
    """Draw bars in one style; a box has ``x``, ``x2``, ``y`` and ``y2``, y in pixels."""
    colour, pattern = STYLES[style]
    solid = pattern == "solid"
    mark = {"type": "rect", "strokeWidth": 1}
    mark |= {"fill": colour if solid else "var(--paper)", "stroke": colour}
    parts = [layer(mark, boxes, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"})]
    if solid:
        return parts
    width, dash, places = _STROKES.get(pattern, (0.0, (), ()))
    stroke: Spec = {"type": "rule", "color": colour, "strokeWidth": width, "strokeDash": [*dash]}
    stroke["strokeCap"] = "round" if pattern == "dots" else "butt"
    for place in places:
        lines = [box | {"y": (box["y"] + box["y2"]) / 2 + place} for box in boxes]
        parts.append(layer(stroke, lines, x=x, x2={"field": "x2"}, y=y))
    return parts


def written(
    boxes: Sequence[dict[str, Any]], style: int, x: Spec, y: Spec, *, pixel: float
) -> list[Spec]:
    """Write the text ``t`` of each box into its middle, on paper where a pattern is.

    `pixel` is the width of one pixel on the scale of `x`.
    """
    colour, pattern = STYLES[style]
    texts = [_middle(box, pixel) for box in boxes if box["t"]]
    dark = pattern == "solid" and colour != "var(--band)"
    text = {"type": "text", "fill": "var(--paper)" if dark else "var(--ink)", "yOffset": 0.5}
    paper = {"type": "rect", "color": "var(--paper)"}
    parts = []
    if pattern in _STROKES:
        parts.append(layer(paper, texts, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}))
    at = {"x": {**x, "field": "at"}, "y": {**y, "field": "mid"}}
    return [*parts, layer(text, texts, **at, text={"field": "t"})]


def _middle(box: dict[str, Any], pixel: float) -> dict[str, Any]:
    at = (box["x"] + box["x2"]) / 2
    half = pixel * (CHARACTER_PX * len(box["t"]) / 2)
    mid = (box["y"] + box["y2"]) / 2
    return {"at": at, "mid": mid, "t": box["t"], "x": at - half, "x2": at + half,
            "y": box["y"] + 1.5, "y2": box["y2"] - 1.5}  # fmt: skip
