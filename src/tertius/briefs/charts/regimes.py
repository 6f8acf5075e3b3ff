"""Where a rent exists: a map over two parameters with the case's draws on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_ticks
from tertius.briefs.charts.drawings import Spec, channel, draw, frame, layer
from tertius.briefs.charts.legends import Entry, legend
from tertius.briefs.charts.numerals import clip, plain, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["RegimeView", "draw_regime"]

_LEFT, _RIGHT, _HEIGHT, _BOTTOM = 44, 14, 300, 46
_LEVELS = 5
_MOST_DOTS = 300
_TABLE_CELLS = 7


@dataclass(frozen=True, slots=True, eq=False)
class RegimeView:
    """Rent over a grid of two parameters.

    Attributes
    ----------
    x_label, y_label : str
        The parameters, with units.
    x : ndarray of float, shape (A,)
        Values along the first, evenly spaced, ascending.
    y : ndarray of float, shape (B,)
        Values along the second, evenly spaced, ascending.
    rent : ndarray of float, shape (B, A)
        Rent at each point, not negative; NaN where not computed.
    cloud : ndarray of float, shape (D, 2)
        The case's draws of the two parameters; thinned to at most 300 dots.
    midpoint : tuple of (float, float)
        The middle of the case's ranges.
    unit : str
        Unit of the rent.
    zero : float
        Rents up to this are drawn as none.
    """

    x_label: str
    y_label: str
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    rent: npt.NDArray[np.float64]
    cloud: npt.NDArray[np.float64]
    midpoint: tuple[float, float]
    unit: str
    zero: float = 1e-9


def draw_regime(view: RegimeView, *, name: str, title: str, caption: str) -> Figure:
    """Draw the rent as five shades, its boundary as a line, draws as dots, the midpoint.

    The boundary follows the cells of the grid: it is as exact as the grid and no more.

    Parameters
    ----------
    view : RegimeView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If the grid is smaller than 2 by 2 or its shape does not fit its axes.
    """
    shape = (len(view.y), len(view.x))
    if min(shape) < 2 or np.shape(view.rent) != shape:
        raise UsageError(
            f"rent has shape {np.shape(view.rent)}", where=name, allowed=f"{shape}, at least (2, 2)"
        )
    rows, columns = (_thin(size) for size in shape)
    table = Table(
        f"{name}-data",
        f"{view.unit}: {clip(view.y_label, 60)} down, {clip(view.x_label, 60)} across",
        ("", *(plain(float(view.x[k])) for k in columns)),
        tuple(
            (plain(float(view.y[j])), *(plain(float(view.rent[j, k])) for k in columns))
            for j in reversed(rows)
        ),
        caption,
        folded=True,
    )
    return Figure(name, title, caption, _story(view), _svg(view), table)


def _thin(size: int) -> list[int]:
    count = min(size, _TABLE_CELLS)
    return [round(k * (size - 1) / (count - 1)) for k in range(count)]


def _edges(centres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    step = (centres[-1] - centres[0]) / (len(centres) - 1)
    return np.append(centres - step / 2, centres[-1] + step / 2)


def _svg(view: RegimeView) -> str:
    x_edges, y_edges = _edges(view.x), _edges(view.y)
    x_domain = (float(x_edges[0]), float(x_edges[-1]))
    y_domain = (float(y_edges[0]), float(y_edges[-1]))
    x_axis = number_axis(round_ticks(*x_domain, 5), orient="bottom", grid=False)
    y_axis = number_axis(round_ticks(*y_domain, 5), orient="left", grid=False)
    x = channel("x", x_domain, x_axis | {"ticks": True})
    y = channel("y", y_domain, y_axis | {"ticks": True})
    levels, top_rent = _levels(view)
    entries = [
        Entry("no rent", "var(--muted)", "outline"),
        Entry(f"rent, up to {plain(top_rent)} {view.unit}", "var(--accent)", "bar"),
        Entry("boundary", "var(--ink)", "line"),
        Entry("draws of the case", "var(--ink)", "circle"),
        Entry("midpoint", "var(--conf)", "diamond"),
    ]
    lines = legend(entries, left=-_LEFT)
    top = lines.height + 26
    layers = [
        *_shades(levels, x_edges, y_edges, x, y),
        *_boundary(levels > 0, x_edges, y_edges, x, y),
        *_cloud(view, x, y),
        *lines.layers(y=-top + 10),
        _words(view.y_label, -_LEFT, -12),
        _words(view.x_label, 0, _HEIGHT + 34),
    ]
    return draw(frame(layers, height=_HEIGHT, left=_LEFT, right=_RIGHT, top=top, bottom=_BOTTOM))


def _levels(view: RegimeView) -> tuple[npt.NDArray[np.int64], float]:
    rent = np.nan_to_num(view.rent, nan=0.0)
    highest = float(rent.max())
    if highest <= view.zero:
        return np.zeros(rent.shape, dtype=np.int64), 0.0
    level = np.ceil(rent / highest * _LEVELS).astype(np.int64)
    return np.where(rent > view.zero, np.clip(level, 1, _LEVELS), 0), highest


def _shades(
    levels: npt.NDArray[np.int64],
    x_edges: npt.NDArray[np.float64],
    y_edges: npt.NDArray[np.float64],
    x: Spec,
    y: Spec,
) -> list[Spec]:
    """Draw each level as boxes, equal neighbours of a row as one."""
    boxes: dict[int, list[dict[str, float]]] = {level: [] for level in range(1, _LEVELS + 1)}
    sliver = 0.04 * (y_edges[1] - y_edges[0])
    for j, row in enumerate(levels.tolist()):
        start = 0
        for k in range(1, len(row) + 1):
            if k < len(row) and row[k] == row[start]:
                continue
            if row[start]:
                boxes[row[start]].append(
                    {
                        "x": float(x_edges[start]),
                        "x2": float(x_edges[k]),
                        "y": float(y_edges[j]),
                        # A sliver of overlap: touching boxes would show a seam.
                        "y2": float(y_edges[j + 1] + sliver),
                    }
                )
            start = k
    frame_box = [{"x": x_edges[0], "x2": x_edges[-1], "y": y_edges[0], "y2": y_edges[-1]}]
    outline = {"type": "rect", "fill": "var(--paper)", "stroke": "var(--muted)", "strokeWidth": 1}
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return [layer(outline, frame_box, x=x, y=y, **ends)] + [
        layer(
            {"type": "rect", "color": "var(--accent)", "opacity": 0.10 + 0.13 * level},
            found,
            x=x,
            y=y,
            **ends,
        )
        for level, found in boxes.items()
        if found
    ]


def _boundary(
    positive: npt.NDArray[np.bool_],
    x_edges: npt.NDArray[np.float64],
    y_edges: npt.NDArray[np.float64],
    x: Spec,
    y: Spec,
) -> list[Spec]:
    """Draw the sides between cells with a rent and cells without."""
    upright = [
        {"x": float(x_edges[k + 1]), "y": float(y_edges[a]), "y2": float(y_edges[b])}
        for k in range(positive.shape[1] - 1)
        for a, b in _runs(positive[:, k] != positive[:, k + 1])
    ]
    level = [
        {"y": float(y_edges[j + 1]), "x": float(x_edges[a]), "x2": float(x_edges[b])}
        for j in range(positive.shape[0] - 1)
        for a, b in _runs(positive[j] != positive[j + 1])
    ]
    rule = {"type": "rule", "color": "var(--ink)", "strokeWidth": 2, "strokeCap": "square"}
    return [
        layer(rule, upright, x=x, y=y, y2={"field": "y2"}),
        layer(rule, level, x=x, x2={"field": "x2"}, y=y),
    ]


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    padded = np.concatenate([[False], flags, [False]]).astype(np.int8)
    steps = np.diff(padded)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _cloud(view: RegimeView, x: Spec, y: Spec) -> list[Spec]:
    (left, right), (low, high) = x["scale"]["domain"], y["scale"]["domain"]
    cloud = np.asarray(view.cloud, dtype=float).reshape(-1, 2)
    within = (
        (cloud[:, 0] >= left)
        & (cloud[:, 0] <= right)
        & (cloud[:, 1] >= low)
        & (cloud[:, 1] <= high)
    )
    shown = cloud[within]
    shown = shown[:: max(-(-len(shown) // _MOST_DOTS), 1)]
    dots = [{"x": round(float(a), 5), "y": round(float(b), 5)} for a, b in shown]
    dot = {"type": "point", "shape": "circle", "size": 5, "fill": "var(--ink)", "strokeWidth": 0}
    middle = {"type": "point", "shape": "diamond", "size": 130, "strokeWidth": 2.5, "opacity": 1}
    paint = {"fill": "var(--paper)", "stroke": "var(--conf)"}
    at = [{"x": view.midpoint[0], "y": view.midpoint[1]}]
    return [
        layer({**dot, "stroke": None, "opacity": 0.6}, dots, x=x, y=y),
        layer(middle | paint, at, x=x, y=y),
    ]


def _words(text: str, x: float, y: float) -> Spec:
    mark = {"type": "text", "align": "left", "x": x, "y": y, "fill": "var(--muted)"}
    return layer(mark, [{"t": clip(text, 64)}], text={"field": "t"})


def _story(view: RegimeView) -> str:
    known = view.rent[np.isfinite(view.rent)]
    positive = share(float(np.mean(known > view.zero))) if known.size else "–"
    highest = plain(float(known.max())) if known.size else "–"
    nearest = view.rent[
        int(np.argmin(np.abs(view.y - view.midpoint[1]))),
        int(np.argmin(np.abs(view.x - view.midpoint[0]))),
    ]
    return (
        f"Rent over {view.x_label} (across) and {view.y_label} (up). "
        f"There is a rent on {positive} of the grid, at most {highest} {view.unit}. At the "
        f"midpoint of the case, {plain(view.midpoint[0])} and {plain(view.midpoint[1])}, it is "
        f"{plain(float(nearest))}. {len(view.cloud):,} draws of the case lie on the map."
    )
