"""The bars of a picture of menus: own worth, the offers from there on, the chosen total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_domain, round_ticks
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.legends import Entry, legend
from tertius.briefs.charts.notes import note
from tertius.briefs.charts.numerals import clip, plain
from tertius.briefs.charts.patterns import CHARACTER_PX, patterned, written

__all__ = ["MenuRows", "menu_svg"]

_LEFT, _RIGHT, _ROW, _FOOT = 8, 12, 50, 22
_PLOT = WIDTH - _LEFT - _RIGHT
# In a row, from its top: the label's middle; the own worth; the offers.
_LABEL, _OWN, _LANE, _END = 9.0, 20.0, 25.0, 42.0
# Bars thinner than this part of a pixel are not drawn.
_THIN = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class MenuRows:
    """What is drawn, R rows from the top.

    Attributes
    ----------
    unit, pivot : str
        Unit of the amounts; whose worth it is.
    labels : tuple of str
        The R policies.
    worth : ndarray of float, shape (R,)
        What each is worth to the pivot itself.
    patrons : tuple of str
        Names of the n patrons.
    offers : ndarray of float, shape (n, R)
        What each offers.
    chosen, alone : int
        Row of the chosen policy, and of the best one without offers.
    count : int
        How many policies there are, the ones not drawn too.
    digits : int
        Decimals.
    """

    unit: str
    pivot: str
    labels: tuple[str, ...]
    worth: npt.NDArray[np.float64]
    patrons: tuple[str, ...]
    offers: npt.NDArray[np.float64]
    chosen: int
    alone: int
    count: int
    digits: int

    @property
    def totals(self) -> npt.NDArray[np.float64]:
        """What each row is worth with what is offered for it."""
        return np.asarray(self.worth + self.offers.sum(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Plot:
    """The scales: amounts across; pixels down, above the rows negative."""

    low: float
    high: float
    x: Spec
    y: Spec

    @property
    def pixel(self) -> float:
        return (self.high - self.low) / _PLOT

    def across(self, pixels: float) -> float:
        """Return the amount that stands this far from the left edge."""
        return self.low + pixels * self.pixel


def menu_svg(rows: MenuRows) -> str:
    """Draw the rows, with legend, axis and notes."""
    low, high = round_domain([*rows.worth.tolist(), *rows.totals.tolist()], zero=True)
    axis = number_axis(round_ticks(low, high), orient="bottom", grid=False)
    axis |= {"ticks": True, "labelFlush": True}
    height = _ROW * len(rows.labels) + _FOOT
    y = channel("y", (0.0, float(height)), None, down=True)
    plot = _Plot(low, high, channel("x", (low, high), axis), y)
    key, key_px = _key(rows, plot)
    layers = [
        *_lanes(rows, plot),
        *_offers(rows, plot),
        *_target(rows, plot),
        *_labels(rows, plot),
        *key,
        note(f"own worth + offers = total, {rows.unit}", height + 36.0),
    ]
    cut = len(rows.labels) < rows.count
    if cut:
        words = f"{len(rows.labels)} of {rows.count:,} policies, those with the highest totals"
        layers.append(note(words, height + 54.0))
    spec = frame(
        layers,
        height=height,
        left=_LEFT,
        right=_RIGHT,
        top=key_px + 14,
        bottom=66 if cut else 48,
    )
    return draw(spec)


def _lanes(rows: MenuRows, plot: _Plot) -> list[Spec]:
    """Draw each row's own worth, and the line at 0 beside the bars only."""
    bars: list[dict[str, float]] = []
    zeros: list[dict[str, float]] = []
    for row, worth in enumerate(rows.worth.tolist()):
        top = _ROW * row
        zeros.append({"x": 0.0, "y": top + _OWN - 3, "y2": top + _END + 3})
        if abs(worth) > _THIN * plot.pixel:
            bars.append({"x": 0.0, "x2": worth, "y": top + _OWN, "y2": top + _LANE})
    rule = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1}
    mark = {"type": "rect", "color": "var(--muted)"}
    ends = {"y": plot.y, "y2": {"field": "y2"}}
    return [
        layer(mark, bars, x=plot.x, x2={"field": "x2"}, **ends),
        layer(rule, zeros, x=plot.x, **ends),
    ]


def _offers(rows: MenuRows, plot: _Plot) -> list[Spec]:
    """Draw the offers end to end from the own worth, in the order of the patrons."""
    layers: list[Spec] = []
    starts = np.array(rows.worth, dtype=float)
    for patron, name in enumerate(rows.patrons):
        boxes = []
        for row, amount in enumerate(rows.offers[patron].tolist()):
            if amount <= _THIN * plot.pixel:
                continue
            box: dict[str, Any] = {"x": float(starts[row]), "x2": float(starts[row]) + amount}
            box |= {"y": _ROW * row + _LANE, "y2": _ROW * row + _END}
            box["t"] = _inside(name, plain(amount, rows.digits), amount / plot.pixel)
            boxes.append(box)
        layers += patterned(boxes, patron, plot.x, plot.y)
        layers += written(boxes, patron, plot.x, plot.y, pixel=plot.pixel)
        starts = starts + rows.offers[patron]
    return layers


def _inside(name: str, amount: str, width: float) -> str:
    """Return what fits into a bar: the patron with its offer, the patron, or nothing."""
    short = clip(name, 16)
    return next(
        (text for text in (f"{short} {amount}", short) if CHARACTER_PX * len(text) + 8 <= width),
        "",
    )


def _target(rows: MenuRows, plot: _Plot) -> list[Spec]:
    """Draw a line at the chosen total beside every bar, named at its foot."""
    at, foot = float(rows.totals[rows.chosen]), float(_ROW * len(rows.labels))
    marks = [
        {"x": at, "y": _ROW * row + _OWN - 3, "y2": _ROW * row + _END + 4}
        for row in range(len(rows.labels))
    ]
    marks.append({"x": at, "y": foot + 2, "y2": foot + _FOOT})
    right = at > (plot.low + plot.high) / 2
    line = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.75, "strokeDash": [4, 2]}
    text: Spec = {"type": "text", "fontWeight": 600, "dx": -6 if right else 6}
    text["align"] = "right" if right else "left"
    words = [{"x": at, "y": foot + 11, "t": f"total of the chosen: {plain(at, rows.digits)}"}]
    return [
        layer(line, marks, x=plot.x, y=plot.y, y2={"field": "y2"}),
        layer(text, words, x=plot.x, y=plot.y, text={"field": "t"}),
    ]


def _labels(rows: MenuRows, plot: _Plot) -> list[Spec]:
    """Write the policy and its marks on the left of a row, its sum on the right."""
    layers: list[Spec] = []
    for row, label in enumerate(rows.labels):
        numbers = _sum(rows, row)
        marks = [
            kind
            for kind, marked in (("chosen", rows.chosen), ("alone", rows.alone))
            if row == marked
        ]
        indent = 16.0 * len(marks)
        length = int((_PLOT - indent) / CHARACTER_PX) - len(numbers) - 2
        y = _ROW * row + _LABEL
        texts = ((indent, "left", clip(label, max(length, 6))),
                 (float(_PLOT), "right", numbers))  # fmt: skip
        for x, align, words in texts:
            text = {"type": "text", "align": align, "x": x}
            text["fontWeight"] = 700 if row == rows.chosen else 400
            layers.append(layer(text, [{"y": y, "t": words}], y=plot.y, text={"field": "t"}))
        layers += [_glyph(kind, 16.0 * k + 5, y, plot) for k, kind in enumerate(marks)]
    return layers


def _sum(rows: MenuRows, row: int) -> str:
    own, offered = float(rows.worth[row]), float(rows.offers[:, row].sum())
    terms = (plain(value, rows.digits) for value in (own, offered, own + offered))
    return "{} + {} = {}".format(*terms)


def _glyph(kind: str, x: float, y: float, plot: _Plot) -> Spec:
    mark: Spec = {"type": "point", "x": x, "opacity": 1, "size": 64, "stroke": "var(--ink)"}
    mark |= {
        "chosen": {"shape": "triangle-right", "fill": "var(--ink)", "strokeWidth": 1},
        "alone": {"shape": "diamond", "fill": "var(--paper)", "strokeWidth": 1.5},
    }[kind]
    return layer(mark, [{"y": y}], y=plot.y)


def _key(rows: MenuRows, plot: _Plot) -> tuple[list[Spec], float]:
    """Name the marks: own worth, patrons in the order of their bars, the two policies."""
    words = ["own worth", *(clip(name, 28) for name in rows.patrons), "chosen"]
    words.append(f"best for {clip(rows.pivot, 24)} without offers")
    placed = legend([Entry(word, "var(--ink)", "bar") for word in words], left=0)
    layers: list[Spec] = []
    for index, (entry, lines, left, down) in enumerate(placed.places):
        y = down - placed.height - 2
        box = {"x": plot.across(left), "x2": plot.across(left + 14), "y": y - 7, "y2": y + 7}
        if index == 0:
            bar = {"type": "rect", "color": "var(--muted)"}
            own = [box | {"y": y - 2.5, "y2": y + 2.5}]
            ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
            layers.append(layer(bar, own, x=plot.x, y=plot.y, **ends))
        elif index <= len(rows.patrons):
            layers += patterned([box], index - 1, plot.x, plot.y)
        else:
            kind = "chosen" if entry.label == "chosen" else "alone"
            layers.append(_glyph(kind, left + 7, y, plot))
        text = {"type": "text", "align": "left", "x": left + 19}
        words_at = [{"y": y + 15 * number, "t": line} for number, line in enumerate(lines)]
        layers.append(layer(text, words_at, y=plot.y, text={"field": "t"}))
    return layers, placed.height
