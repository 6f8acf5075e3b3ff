"""What the pivot gains: distributions of the rent over a case's draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_domain, round_ticks
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.numerals import clip, plain, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["RentSeries", "RentView", "draw_rents"]

_LEFT, _RIGHT, _ROW = 8, 12, 108
# Left of the scale stands one column of its own: the draws at exactly zero.
_GUTTER = 74.0
_BINS = 36
_COLOURS = ("var(--accent)", "var(--muted)", "var(--ink)")


@dataclass(frozen=True, slots=True, eq=False)
class RentSeries:
    """Draws of one quantity.

    Attributes
    ----------
    label : str
        What it is, as in ``with China at the table``.
    draws : ndarray of float, shape (D,)
        One value a draw, in the unit of the view.
    """

    label: str
    draws: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RentView:
    """Distributions on one scale.

    Attributes
    ----------
    unit : str
        Unit of the draws, as in ``rent, billion US dollars a year``.
    series : tuple of RentSeries
        One to three.
    zero : float
        Values this close to 0 are counted as 0; what a solver's rounding can leave.
    digits : int
        Decimals in the words and the table.
    """

    unit: str
    series: tuple[RentSeries, ...]
    zero: float = 1e-9
    digits: int = 2


def draw_rents(view: RentView, *, name: str, title: str, caption: str) -> Figure:
    """Draw distributions under each other; draws at exactly zero are a column apart.

    A distribution with a point mass has no density there: the share at zero is drawn as a
    hatched column with its size printed, the rest as a histogram of shares of all draws.

    Parameters
    ----------
    view : RentView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there are no series, more than three, or draws that are not finite numbers.
    """
    if not 1 <= len(view.series) <= len(_COLOURS):
        raise UsageError(f"{len(view.series)} distributions", where=name, allowed="one to three")
    for series in view.series:
        if np.size(series.draws) == 0 or not np.all(np.isfinite(series.draws)):
            raise UsageError(f"{series.label!r} has no draws, or some not finite", where=name)
    table = Table(
        f"{name}-data",
        view.unit,
        ("distribution", "draws", "share at 0", "5 %", "25 %", "median", "75 %", "95 %", "mean"),
        tuple(_cells(view, series) for series in view.series),
        caption,
        folded=True,
    )
    alt = f"{view.unit}. " + " ".join(_story(view, series) for series in view.series)
    return Figure(name, title, caption, alt, _svg(view), table)


def _svg(view: RentView) -> str:
    low, high = _domain(view)
    plot_px = WIDTH - _LEFT - _RIGHT
    scale = (high - low) / (plot_px - _GUTTER)
    domain = (low - _GUTTER * scale, high)
    edges = np.linspace(low, high, _BINS + 1)
    axis = number_axis(round_ticks(low, high), orient="bottom", grid=False) | {"ticks": True}
    x = channel("x", domain, axis)
    y = channel("y", (0.0, float(len(view.series))), None, down=True)
    counts = [_histogram(view, series, edges) for series in view.series]
    tallest = max((float(heights.max()) for heights, _ in counts), default=0.0) or 1.0
    layers: list[Spec] = []
    for row, (series, (heights, at_zero)) in enumerate(zip(view.series, counts, strict=True)):
        place = {"low": low, "scale": scale, "row": row + 0.94, "tallest": tallest}
        layers += _bars(heights, edges, x, y, place, _COLOURS[row])
        layers += _zero_column(at_zero, x, y, place, _COLOURS[row])
        layers += _labels(view, series, x, y, row)
    below = len(view.series) * _ROW + 36.0
    layers += [_note(view.unit, below, _GUTTER)]
    layers += [_note("column: share of draws at exactly 0; triangle: median", below + 18, 0.0)]
    draws = np.concatenate([series.draws for series in view.series])
    beyond = float(np.mean((draws < low) | (draws > high)))
    if beyond > 0:
        layers += [_note(f"end bars hold the {share(beyond)} of draws beyond", below + 36, 0.0)]
    height = _ROW * len(view.series)
    spec = frame(
        layers, height=height, left=_LEFT, right=_RIGHT, top=6, bottom=84 if beyond > 0 else 66
    )
    return draw(spec)


def _domain(view: RentView) -> tuple[float, float]:
    values = np.concatenate([series.draws for series in view.series])
    # Half a per cent in each tail would squeeze the rest; it is counted in the end bins.
    return round_domain(np.quantile(values, [0.005, 0.995]).tolist(), zero=True)


def _histogram(
    view: RentView, series: RentSeries, edges: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], float]:
    away = series.draws[np.abs(series.draws) > view.zero]
    counts, _ = np.histogram(np.clip(away, edges[0], edges[-1]), bins=edges)
    return counts / series.draws.size, 1.0 - away.size / series.draws.size


def _bars(
    heights: npt.NDArray[np.float64],
    edges: npt.NDArray[np.float64],
    x: Spec,
    y: Spec,
    place: dict[str, float],
    colour: str,
) -> list[Spec]:
    base, room = place["row"], 0.56
    bars = [
        {
            "x": float(edges[k]),
            "x2": float(edges[k + 1] - 0.8 * place["scale"]),
            "y": base - room * float(height) / place["tallest"],
            "y2": base,
        }
        for k, height in enumerate(heights)
        if height > 0
    ]
    rule = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1}
    ends = [{"x": float(edges[0]), "x2": float(edges[-1]), "y": base}]
    return [
        layer(
            {"type": "rect", "color": colour},
            bars,
            x=x,
            x2={"field": "x2"},
            y=y,
            y2={"field": "y2"},
        ),
        layer(rule, ends, x=x, x2={"field": "x2"}, y=y),
    ]


def _zero_column(
    at_zero: float, x: Spec, y: Spec, place: dict[str, float], colour: str
) -> list[Spec]:
    """Draw the share at zero as a column of its own height scale, full height = all draws."""
    base, room, scale = place["row"], 0.56, place["scale"]
    left, right = place["low"] - 56 * scale, place["low"] - 30 * scale
    # A ladder of strokes rather than a fill: it must not read as one more bin.
    steps = round(at_zero * 20)
    rungs = [
        {"x": left, "x2": right, "y": base - room * (k + 0.5) / 20, "y2": base}
        for k in range(steps)
    ]
    whole = [{"x": left, "x2": right, "y": base - room, "y2": base}]
    text = [{"x": (left + right) / 2, "y": base - room - 0.09, "t": share(at_zero)}]
    outline = {
        "type": "rect",
        "fill": "var(--paper)",
        "stroke": "var(--muted)",
        "strokeWidth": 0.75,
    }
    return [
        layer(outline, whole, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}),
        layer(
            {"type": "rule", "color": colour, "strokeWidth": 1.6},
            rungs,
            x=x,
            x2={"field": "x2"},
            y=y,
        ),
        layer({"type": "text", "fontWeight": 600}, text, x=x, y=y, text={"field": "t"}),
    ]


def _labels(view: RentView, series: RentSeries, x: Spec, y: Spec, row: int) -> list[Spec]:
    median = float(np.median(series.draws))
    low = x["scale"]["domain"][0]
    name = [{"x": low, "y": row + 0.1, "t": clip(series.label, 44)}]
    note = f"median {plain(median, view.digits)}"
    right = [{"x": x["scale"]["domain"][1], "y": row + 0.1, "t": note}]
    mark = {"type": "point", "shape": "triangle-up", "size": 56, "fill": "var(--ink)", "opacity": 1}
    mark["stroke"] = None
    return [
        layer(
            {"type": "text", "align": "left", "fontWeight": 600, "fontSize": 13.5},
            name,
            x=x,
            y=y,
            text={"field": "t"},
        ),
        layer(
            {"type": "text", "align": "right", "fill": "var(--muted)"},
            right,
            x=x,
            y=y,
            text={"field": "t"},
        ),
        layer({**mark, "yOffset": 5}, [{"x": median, "y": row + 0.94}], x=x, y=y),
    ]


def _note(words: str, y: float, x: float) -> Spec:
    mark = {"type": "text", "align": "left", "x": x, "y": y, "fill": "var(--muted)"}
    return layer(mark, [{"t": clip(words, 58)}], text={"field": "t"})


def _cells(view: RentView, series: RentSeries) -> tuple[str, ...]:
    at_zero = float(np.mean(np.abs(series.draws) <= view.zero))
    numbers = [*np.quantile(series.draws, [0.05, 0.25, 0.5, 0.75, 0.95]), series.draws.mean()]
    cells = (plain(float(value), view.digits) for value in numbers)
    return (series.label, f"{series.draws.size:,}", share(at_zero), *cells)


def _story(view: RentView, series: RentSeries) -> str:
    at_zero = float(np.mean(np.abs(series.draws) <= view.zero))
    low, middle, high = (
        plain(float(value), view.digits) for value in np.quantile(series.draws, [0.05, 0.5, 0.95])
    )
    return (
        f"{series.label}: {share(at_zero)} of {series.draws.size:,} draws at exactly 0; "
        f"median {middle}, 90 % of draws from {low} to {high}."
    )
