"""Legends: a mark and its label, in lines above the plot."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tertius.briefs.charts.drawings import WIDTH, Spec, layer
from tertius.briefs.charts.numerals import clip

__all__ = ["Entry", "Legend", "legend"]

LINE_PX = 18.0
_CHARACTER_PX = 6.6
_LEADING_PX = 15.0
_LINE_LENGTH = 60
_SWATCH_PX = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend.

    Attributes
    ----------
    label : str
        What the mark means; broken into two lines where it is long.
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
    places : tuple of (Entry, tuple of str, float, float)
        Entry, its lines, x and y.
    height : float
        Room all lines take.
    """

    places: tuple[tuple[Entry, tuple[str, ...], float, float], ...]
    height: float

    def layers(self, *, y: float) -> list[Spec]:
        """Return the layers, the first line centred `y` pixels below the plot's top."""
        drawn: list[Spec] = []
        for entry, lines, x, row in self.places:
            if entry.shape != "none":
                drawn += _swatch(entry, x, y + row)
            offset = 0.0 if entry.shape == "none" else _SWATCH_PX
            for number, line in enumerate(lines):
                place = {"x": x + offset, "y": y + row + number * _LEADING_PX}
                text = {"type": "text", "align": "left", **place}
                drawn.append(layer(text, [{"t": line}], text={"field": "t"}))
        return drawn


def legend(entries: Sequence[Entry], *, left: float) -> Legend:
    """Place entries in lines from `left`, breaking where a line would be too long."""
    places = []
    x, y, bottom = left, 0.0, LINE_PX
    for entry in entries:
        # The widest line that fits; a third line would be a caption's business.
        lines = tuple(textwrap.wrap(clip(entry.label, 2 * _LINE_LENGTH), _LINE_LENGTH))[:2]
        longest = max(map(len, lines), default=0)
        width = longest * _CHARACTER_PX + (0 if entry.shape == "none" else _SWATCH_PX)
        if x > left and x + width > left + WIDTH - 4:
            x, y = left, bottom
        places.append((entry, lines, x, y))
        bottom = max(bottom, y + LINE_PX + max(len(lines) - 1, 0) * _LEADING_PX)
        x += width + 14
    return Legend(tuple(places), bottom)


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
