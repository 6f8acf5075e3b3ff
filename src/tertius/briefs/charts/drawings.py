"""From a Vega-Lite specification to a compact SVG that follows the page's colours.

Colours are CSS variables of the page (``var(--ink)``), so one drawing serves light and
dark. Text from data reaches the engine only as data values, never as an expression.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tertius.briefs.charts.sieve import sieve
from tertius.briefs.easels import engine_svg

__all__ = [
    "FONT_SIZE",
    "WIDTH",
    "Spec",
    "channel",
    "draw",
    "finite",
    "frame",
    "layer",
]

Spec = dict[str, Any]

# A phone shows 358 px of the 440: 12.5 px type is then read at 10.2 px.
WIDTH = 440
FONT_SIZE = 12.5

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_CONFIG: Spec = {
    "aria": False,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domainColor": "var(--ink)",
        "gridColor": "var(--rule)",
        "labelColor": "var(--muted)",
        "labelFontSize": FONT_SIZE,
        "labelBound": False,
        "labelFlush": False,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelPadding": 5,
        "tickColor": "var(--ink)",
        "tickSize": 4,
        "title": None,
    },
    "text": {"fontSize": FONT_SIZE, "fill": "var(--ink)", "baseline": "middle"},
}


def frame(
    layers: Sequence[Spec], *, height: float, left: float, right: float, top: float, bottom: float
) -> Spec:
    """Put layers into one plot of `height` pixels with fixed margins.

    The margins are ours and not the engine's, so that a drawing does not depend on which
    fonts a machine has.
    """
    return {
        "$schema": _SCHEMA,
        "autosize": {"type": "none"},
        "background": None,
        "config": _CONFIG,
        "width": WIDTH - left - right,
        "height": height,
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "layer": list(layers),
    }


def layer(mark: Spec, rows: Iterable[Mapping[str, Any]], **encoding: Spec) -> Spec:
    """Draw one mark for each row."""
    return {"mark": mark, "data": {"values": [dict(row) for row in rows]}, "encoding": encoding}


def channel(
    field: str, domain: tuple[float, float], axis: Spec | None = None, *, down: bool = False
) -> Spec:
    """Map a field to a position on a scale that is exactly `domain`.

    All layers of a plot share one channel: a layer without the axis would take it away.
    """
    scale: Spec = {"domain": list(domain), "nice": False, "zero": False}
    if down:
        scale["reverse"] = True
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def finite(value: float) -> float | None:
    """Return a number for the engine, None where it is not known."""
    return round(float(value), 6) if np.isfinite(value) else None


def draw(spec: Spec) -> str:
    """Render a specification to SVG, reduced to what the page needs.

    Deterministic: the same specification gives the same bytes.
    """
    return sieve(engine_svg(json.dumps(spec, allow_nan=False)))
