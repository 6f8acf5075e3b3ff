"""Two spans compared: yearly counts, with years nobody counted left open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_domain, round_ticks
from tertius.briefs.charts.drawings import Spec, channel, draw, frame, layer
from tertius.briefs.charts.legends import Entry, legend
from tertius.briefs.charts.numerals import clip, plain
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["Span", "SpanSeries", "SpanView", "draw_spans"]

_LEFT, _RIGHT, _HEIGHT = 44, 12, 190
_COLOURS = ("var(--accent)", "var(--ink)")


@dataclass(frozen=True, slots=True, eq=False)
class SpanSeries:
    """One yearly series.

    Attributes
    ----------
    label : str
        What is counted.
    values : ndarray of float, shape (T,)
        One value a year; NaN where nobody counted, which is not zero.
    """

    label: str
    values: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Span:
    """Years that are compared with others.

    Attributes
    ----------
    label : str
        Name of the span.
    first, last : int
        Its first and last year, both within it.
    """

    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SpanView:
    """Yearly counts and the spans compared.

    Attributes
    ----------
    unit : str
        What the axis counts.
    years : tuple of int
        T consecutive years.
    series : tuple of SpanSeries
        One or two.
    spans : tuple of Span
        The spans, usually two.
    digits : int
        Decimals in the words and the table.
    """

    unit: str
    years: tuple[int, ...]
    series: tuple[SpanSeries, ...]
    spans: tuple[Span, ...] = ()
    digits: int = 0


def draw_spans(view: SpanView, *, name: str, title: str, caption: str) -> Figure:
    """Draw yearly counts as joined points from zero; a gap stays a gap, and says so.

    Parameters
    ----------
    view : SpanView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no series or more than two, or a series does not fit the years.
    """
    if not 1 <= len(view.series) <= len(_COLOURS):
        raise UsageError(f"{len(view.series)} series", where=name, allowed="one or two")
    for series in view.series:
        if np.shape(series.values) != (len(view.years),) or not view.years:
            raise UsageError(
                f"{series.label!r} has shape {np.shape(series.values)}",
                where=name,
                allowed=f"({len(view.years)},), one value a year",
            )
    table = Table(
        f"{name}-data",
        f"{view.unit}, by year (a dash: not counted)",
        ("year", *(series.label for series in view.series)),
        tuple(
            (str(year), *(plain(float(item.values[k]), view.digits) for item in view.series))
            for k, year in enumerate(view.years)
        ),
        caption,
        folded=True,
    )
    stories = " ".join(_story(view, series) for series in view.series)
    return Figure(name, title, caption, f"{view.unit}, by year. {stories}", _svg(view), table)


def _svg(view: SpanView) -> str:
    years = view.years
    domain = (years[0] - 0.6, years[-1] + 0.6)
    every = max(-(-len(years) // 9), 1)
    ticks = [float(year) for year in years if (year - years[0]) % every == 0]
    axis = number_axis(ticks, orient="bottom", grid=False) | {"format": "d", "domain": True}
    values = np.concatenate([series.values for series in view.series])
    bounds = round_domain(values.tolist(), zero=True)
    x = channel("x", domain, axis)
    y = channel("y", bounds, number_axis(round_ticks(*bounds), orient="left"))
    entries = [
        Entry(series.label, _COLOURS[k], "diamond" if k else "circle")
        for k, series in enumerate(view.series)
    ]
    lines = legend(entries, left=-_LEFT)
    top = lines.height + 46
    unit = {"type": "text", "align": "left", "x": -_LEFT, "y": -30, "fill": "var(--muted)"}
    layers = [
        *_span_layers(view, x),
        *_gap_layers(view, x, y, bounds),
        *(part for k, series in enumerate(view.series) for part in _line(view, series, k, x, y)),
        *lines.layers(y=-top + 10),
        layer(unit, [{"t": clip(view.unit, 64)}], text={"field": "t"}),
    ]
    return draw(frame(layers, height=_HEIGHT, left=_LEFT, right=_RIGHT, top=top, bottom=26))


def _span_layers(view: SpanView, x: Spec) -> list[Spec]:
    boxes = [
        {"x": span.first - 0.46, "x2": span.last + 0.46, "t": clip(span.label, 26)}
        for span in view.spans
    ]
    shade = {"type": "rect", "color": "var(--accent)", "opacity": 0.08}
    bar = {"type": "rule", "color": "var(--ink)", "strokeWidth": 3, "y": -1}
    name = {"type": "text", "align": "left", "fontWeight": 600, "y": -12}
    return [
        layer(shade, boxes, x=x, x2={"field": "x2"}),
        layer(bar, boxes, x=x, x2={"field": "x2"}),
        layer(name, boxes, x=x, text={"field": "t"}),
    ]


def _gap_layers(view: SpanView, x: Spec, y: Spec, bounds: tuple[float, float]) -> list[Spec]:
    """Write "no count" where no series has a value, run by run."""
    known = np.any([np.isfinite(series.values) for series in view.series], axis=0)
    runs: list[list[int]] = []
    for k in np.flatnonzero(~known).tolist():
        if runs and runs[-1][-1] == k - 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    rows = [
        {
            "x": (view.years[run[0]] + view.years[run[-1]]) / 2,
            "y": bounds[0] + 0.06 * (bounds[1] - bounds[0]),
            "t": "no count" if len(run) > 1 else "–",
        }
        for run in runs
    ]
    text = {"type": "text", "fontStyle": "italic", "fill": "var(--muted)"}
    return [layer(text, rows, x=x, y=y, text={"field": "t"})] if rows else []


def _line(view: SpanView, series: SpanSeries, index: int, x: Spec, y: Spec) -> list[Spec]:
    colour = _COLOURS[index]
    runs: list[list[dict[str, float]]] = [[]]
    for year, value in zip(view.years, series.values.tolist(), strict=True):
        if np.isfinite(value):
            runs[-1].append({"x": year, "y": value})
        elif runs[-1]:
            runs.append([])
    stroke = {"type": "line", "color": colour, "strokeWidth": 2, "strokeDash": [5, 3] * index}
    parts = [layer(stroke, run, x=x, y=y) for run in runs if len(run) > 1]
    shape = {"shape": "diamond", "size": 66, "fill": "var(--paper)", "stroke": colour}
    if index == 0:
        shape = {"shape": "circle", "size": 48, "fill": colour, "stroke": colour}
    points = {"type": "point", "strokeWidth": 1.75, "opacity": 1, **shape}
    return [*parts, layer(points, [row for run in runs for row in run], x=x, y=y)]


def _story(view: SpanView, series: SpanSeries) -> str:
    years = np.array(view.years)
    parts = []
    for span in view.spans:
        inside = series.values[(years >= span.first) & (years <= span.last)]
        counted = inside[np.isfinite(inside)]
        mean = plain(float(counted.mean()), max(view.digits, 1)) if counted.size else "–"
        parts.append(
            f"{mean} a year in {span.label} ({span.first}–{span.last}, "
            f"{counted.size} of {inside.size} years counted)"
        )
    known = np.flatnonzero(np.isfinite(series.values))
    if known.size == 0:
        return f"{series.label}: not counted."
    low, high = known[np.argmin(series.values[known])], known[np.argmax(series.values[known])]
    extremes = (
        f"lowest {plain(float(series.values[low]), view.digits)} in {view.years[low]}, "
        f"highest {plain(float(series.values[high]), view.digits)} in {view.years[high]}"
    )
    return f"{series.label}: {'; '.join([*parts, extremes])}."
