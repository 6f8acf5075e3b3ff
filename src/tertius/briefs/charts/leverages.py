"""Leverage of the pivot over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.briefs.charts.axes import date_axis, number_axis, round_domain, round_ticks
from tertius.briefs.charts.bands import (
    QUANTILE_HEADS,
    Band,
    band_cells,
    band_story,
    ribbon,
    whiskers,
)
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.legends import Entry, legend
from tertius.briefs.charts.milestones import Milestone, number
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["LeverageView", "draw_leverage"]

_LEFT, _RIGHT = 36, 10
_HEIGHT = 210
_COLOURS = ("var(--accent)", "var(--ink)", "var(--conf)")
# More periods than this are drawn as bands: intervals side by side would touch.
_MOST_WHISKERS = 16


@dataclass(frozen=True, slots=True)
class LeverageView:
    """An index by period, under one scoring or more.

    Attributes
    ----------
    unit : str
        What the axis measures, as in ``leverage index of North Korea``.
    series : tuple of Band
        One band a scoring, up to three, over the same calendar.
    milestones : tuple of Milestone
        Dated events to mark.
    digits : int
        Decimals in the words and the table.
    """

    unit: str
    series: tuple[Band, ...]
    milestones: tuple[Milestone, ...] = ()
    digits: int = 2


def draw_leverage(view: LeverageView, *, name: str, title: str, caption: str) -> Figure:
    """Draw an index by period with its 50 and 90 % intervals.

    Parameters
    ----------
    view : LeverageView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no series, or more than three.
    """
    if not 1 <= len(view.series) <= len(_COLOURS) or not view.series[0].periods:
        raise UsageError("one to three series with periods can be drawn", where=name)
    svg, key = _svg(view)
    table = Table(
        f"{name}-data",
        f"{view.unit}, by period",
        ("period", "scoring", *QUANTILE_HEADS),
        tuple(row for band in view.series for row in band_cells(band, digits=view.digits)),
        caption,
        folded=True,
    )
    stories = " ".join(band_story(band, digits=view.digits) for band in view.series)
    return Figure(name, title, caption, f"{view.unit} by period. {stories}", svg, table, key)


def _svg(view: LeverageView) -> tuple[str, tuple[str, ...]]:
    days = sorted({day for band in view.series for day in band.periods})
    first, last = days[0], days[-1]
    step = (last - first).days / max(len(days) - 1, 1)
    domain = (first.toordinal() - 0.6 * step - 1, last.toordinal() + step)
    values = np.concatenate([np.ravel(band.quantiles) for band in view.series])
    bounds = round_domain(values.tolist(), zero=True)
    plot_px = WIDTH - _LEFT - _RIGHT
    x = channel("x", domain, date_axis(first, last, plot_px=plot_px))
    y = channel("q50", bounds, number_axis(round_ticks(*bounds), orient="left"))
    marked = number(view.milestones, x, plot_px=plot_px)
    key_rows = legend([_entry(band.label, k) for k, band in enumerate(view.series)], left=-_LEFT)
    top = 40 + marked.height
    layers: list[Spec] = [*marked.layers, zero_line(y, bounds)]
    few = len(days) <= _MOST_WHISKERS
    for index, band in enumerate(view.series):
        colour = _COLOURS[index]
        shift = (index - (len(view.series) - 1) / 2) * 9
        if few:
            layers += whiskers(band, x, y, colour=colour, hollow=index > 0, shift_px=shift)
        else:
            layers += ribbon(band, x, y, colour=colour, dash=(5, 3) if index else ())
    layers += key_rows.layers(y=-top + 10)
    spec = frame(layers, height=_HEIGHT, left=_LEFT, right=_RIGHT, top=top, bottom=26)
    return draw(spec), marked.key


def zero_line(y: Spec, bounds: tuple[float, float]) -> Spec:
    """Draw the line at zero, which is where the sign changes."""
    inside = [{"q50": 0.0}] if bounds[0] <= 0 <= bounds[1] else []
    return layer({"type": "rule", "color": "var(--ink)", "strokeWidth": 1}, inside, y=y)


def _entry(label: str, index: int) -> Entry:
    return Entry(label, _COLOURS[index], "diamond" if index else "circle")
