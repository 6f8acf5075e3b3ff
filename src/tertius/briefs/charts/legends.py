"""Legends: a mark and its label, in lines above the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tertius.briefs.charts.drawings import WIDTH, Spec, layer
from tertius.briefs.charts.numerals import clip

__all__ = ["Entry", "Legend", "legend"]

LINE_PX = 18.0
_CHARACTER_PX = 6.6
_SWATCH_PX = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend.

    Attributes
    ----------
    label : str
        What the mark means; clipped to one line.
    colour : str
        A CSS variable of the page.
    shape : str
        ``circle``, ``diamond``, ``hollow`` (an open circle), ``line``, ``dash``, ``bar``,
        ``outline`` (an open bar) or ``none``.
    """

    label: str
    colour: str
    shape: str


@dataclass(frozen=True, slots=True)
class Legend:
    """Entries with their places, in pixels from the plot's left edge and the first line.

    Attributes
    ----------
    places : tuple of (Entry, float, float)
        Entry, x and y.
    height : float
        Room all lines take.
    """

    places: tuple[tuple[Entry, float, float], ...]
    height: float

    def layers(self, *, y: float) -> list[Spec]:
        """Return the layers, the first line centred `y` pixels below the plot's top."""
        drawn: list[Spec] = []
        for entry, x, row in self.places:
            if entry.shape != "none":
                drawn += _swatch(entry, x, y + row)
            offset = 0.0 if entry.shape == "none" else _SWATCH_PX
            text = {"type": "text", "align": "left", "x": x + offset, "y": y + row}
            drawn.append(layer(text, [{"t": entry.label}], text={"field": "t"}))
        return drawn


def legend(entries: Sequence[Entry], *, left: float) -> Legend:
    """Place entries in lines from `left`, breaking where a line would be too long."""
    places = []
    x, y = left, 0.0
    for entry in entries:
        label = clip(entry.label, 58)
        width = len(label) * _CHARACTER_PX + (0 if entry.shape == "none" else _SWATCH_PX)
        if x > left and x + width > left + WIDTH - 4:
            x, y = left, y + LINE_PX
        places.append((Entry(label, entry.colour, entry.shape), x, y))
        x += width + 14
    return Legend(tuple(places), y + LINE_PX)


def _swatch(entry: Entry, x: float, y: float) -> list[Spec]:
    mark: dict[str, Any]
    if entry.shape in {"line", "dash"}:
        strokes = ((0, 5), (8, 13)) if entry.shape == "dash" else ((0, 13),)
        return [
            layer({"type": "rect", "x": x + a, "x2": x + b, "y": y - 1, "y2": y + 1}, [{}])
            | {"encoding": {"color": {"value": entry.colour}}}
            for a, b in strokes
        ]
    if entry.shape in {"bar", "outline"}:
        mark = {"type": "rect", "x": x + 1, "x2": x + 12, "y": y - 5, "y2": y + 5}
        mark |= _fill(entry, hollow=entry.shape == "outline")
        return [layer(mark, [{}])]
    hollow = entry.shape != "circle"
    shape = "diamond" if entry.shape == "diamond" else "circle"
    mark = {"type": "point", "shape": shape, "x": x + 6, "y": y, "size": 58, "opacity": 1}
    return [layer(mark | _fill(entry, hollow=hollow), [{}])]


def _fill(entry: Entry, *, hollow: bool) -> dict[str, Any]:
    if hollow:
        return {"fill": "var(--paper)", "stroke": entry.colour, "strokeWidth": 1.75}
    return {"fill": entry.colour, "stroke": None}
