"""Relations of several dyads over time, as small multiples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tertius.briefs.charts.axes import date_axis, number_axis, round_domain, round_ticks
from tertius.briefs.charts.bands import QUANTILE_HEADS, Band, band_cells, band_story, ribbon
from tertius.briefs.charts.drawings import WIDTH, channel, draw, frame, layer
from tertius.briefs.charts.milestones import Milestone, number
from tertius.briefs.charts.numerals import clip
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["RelationView", "draw_relations"]

_LEFT, _RIGHT = 36, 10
_HEIGHT = 118


@dataclass(frozen=True, slots=True)
class RelationView:
    """Several dyads over the same calendar.

    Attributes
    ----------
    unit : str
        What the axes measure, as in ``cooperative events a day, weekly mean``.
    series : tuple of Band
        One band a dyad, labelled as in ``China → North Korea``; `observed` holds the counts.
    milestones : tuple of Milestone
        Dated events to mark, the same in every panel.
    shared_scale : bool
        Whether all panels have the same scale; if not, the caption says so.
    from_zero : bool
        Whether the scales include 0, as they must for counts.
    digits : int
        Decimals in the words and the table.
    """

    unit: str
    series: tuple[Band, ...]
    milestones: tuple[Milestone, ...] = ()
    shared_scale: bool = False
    from_zero: bool = True
    digits: int = 1


def draw_relations(view: RelationView, *, name: str, title: str, caption: str) -> Figure:
    """Draw one small panel a dyad: median, bands of 50 and 90 %, counts as dots.

    Parameters
    ----------
    view : RelationView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no series, or one without periods.
    """
    if not view.series or not all(band.periods for band in view.series):
        raise UsageError("relations need at least one series with periods", where=name)
    shared = _bounds(view.series, zero=view.from_zero)
    panels = [
        _panel(view, band, shared if view.shared_scale else _bounds((band,), zero=view.from_zero))
        for band in view.series
    ]
    several = len(view.series) > 1
    note = "" if view.shared_scale or not several else " Each panel has its own scale."
    table = Table(
        f"{name}-data",
        f"{view.unit}, by period",
        ("period", "dyad", *QUANTILE_HEADS),
        tuple(row for band in view.series for row in band_cells(band, digits=view.digits)),
        caption,
        folded=True,
    )
    stories = " ".join(band_story(band, digits=view.digits) for band in view.series)
    svg = "".join(panel for panel, _ in panels)
    alt = f"{view.unit}. {stories}"
    return Figure(name, title, caption + note, alt, svg, table, panels[0][1])


def _panel(
    view: RelationView, band: Band, bounds: tuple[float, float]
) -> tuple[str, tuple[str, ...]]:
    first = min(each.periods[0] for each in view.series)
    last = max(each.periods[-1] for each in view.series)
    step = (band.periods[-1] - band.periods[0]).days / max(len(band.periods) - 1, 1)
    domain = (first.toordinal() - step / 2, last.toordinal() + step)
    plot_px = WIDTH - _LEFT - _RIGHT
    x = channel("x", domain, date_axis(first, last, plot_px=plot_px))
    y = channel("q50", bounds, number_axis(round_ticks(*bounds), orient="left"))
    marked = number(view.milestones, x, plot_px=plot_px)
    top = 42 + marked.height
    heads = [
        layer(
            {"type": "text", "align": "left", "x": -_LEFT, "y": place, **style},
            [{"t": clip(text, 62)}],
            text={"field": "t"},
        )
        for text, place, style in (
            (band.label, 10 - top, {"fontWeight": 600, "fontSize": 13.5}),
            (view.unit, 27 - top, {"fill": "var(--muted)"}),
        )
    ]
    base = layer(
        {"type": "rule", "color": "var(--ink)", "strokeWidth": 1}, [{"q50": max(bounds[0], 0)}], y=y
    )
    colour = "var(--accent)"
    layers = [*marked.layers, *ribbon(band, x, y, colour=colour), base, *heads]
    spec = frame(layers, height=_HEIGHT, left=_LEFT, right=_RIGHT, top=top, bottom=26)
    return draw(spec), marked.key


def _bounds(series: tuple[Band, ...], *, zero: bool) -> tuple[float, float]:
    values = [np.ravel(band.quantiles) for band in series]
    values += [np.ravel(band.observed) for band in series if band.observed is not None]
    return round_domain(np.concatenate(values).tolist(), zero=zero)
