"""Roles over time: how probable each of the six roles is in each period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import date_axis
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.milestones import Milestone, number
from tertius.briefs.charts.numerals import clip, listing, period, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["RoleTimeView", "draw_role_times"]

_LEFT, _RIGHT, _ROW = 66, 10, 40
_BAR = 0.78


@dataclass(frozen=True, slots=True, eq=False)
class RoleTimeView:
    """Probabilities of roles by period.

    Attributes
    ----------
    state : str
        Whose roles.
    periods : tuple of date
        First day of each period, T of them, ascending.
    roles : tuple of str
        The roles, R of them, in the order of the rows.
    probability : ndarray of float, shape (T, R)
        Each row sums to 1; NaN where there is no triangle.
    milestones : tuple of Milestone
        Dated events to mark.
    """

    state: str
    periods: tuple[date, ...]
    roles: tuple[str, ...]
    probability: npt.NDArray[np.float64]
    milestones: tuple[Milestone, ...] = ()


def draw_role_times(view: RoleTimeView, *, name: str, title: str, caption: str) -> Figure:
    """Draw a row of columns for each role; the most probable one of a period is dark.

    Roles are told apart by their rows, not by colour.

    Parameters
    ----------
    view : RoleTimeView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If the probabilities do not fit the periods and roles.
    """
    expected = (len(view.periods), len(view.roles))
    if 0 in expected or np.shape(view.probability) != expected:
        raise UsageError(
            f"probabilities have shape {np.shape(view.probability)}",
            where=name,
            allowed=f"{expected}, at least one period and role",
        )
    svg, key = _svg(view)
    table = Table(
        f"{name}-data",
        f"Probability of each role of {view.state}, by period",
        ("period", *view.roles),
        tuple(
            (period(on, view.periods), *(share(float(p)) for p in view.probability[k]))
            for k, on in enumerate(view.periods)
        ),
        caption,
        folded=True,
    )
    return Figure(name, title, caption, _story(view), svg, table, key)


def _svg(view: RoleTimeView) -> tuple[str, tuple[str, ...]]:
    days = [on.toordinal() for on in view.periods]
    step = (days[-1] - days[0]) / max(len(days) - 1, 1) or 30.0
    ends = [*days[1:], days[-1] + round(step)]
    plot_px = WIDTH - _LEFT - _RIGHT
    last = date.fromordinal(ends[-1])
    # The axis names periods that are drawn; the day after the last one is not.
    axis = date_axis(view.periods[0], view.periods[-1], plot_px=plot_px)
    x = channel("x", (float(days[0]), float(last.toordinal())), axis)
    y = channel("y", (0.0, float(len(view.roles))), None, down=True)
    marked = number(view.milestones, x, plot_px=plot_px)
    best = np.argmax(np.nan_to_num(view.probability, nan=-1.0), axis=1)
    columns = [
        {
            "x": days[k] + 0.08 * step,
            "x2": ends[k] - 0.08 * step,
            "y": row + 1 - _BAR * float(view.probability[k, row]),
            "y2": row + 1,
            "dark": bool(best[k] == row),
        }
        for row in range(len(view.roles))
        for k in range(len(days))
        if np.isfinite(view.probability[k, row]) and view.probability[k, row] > 0.004
    ]
    layers = [*_rows(view, y), *_columns(columns, x, y), *_gaps(view, x, days, ends)]
    layers += marked.layers
    top = marked.height + 8
    spec = frame(
        layers,
        height=_ROW * len(view.roles),
        left=_LEFT,
        right=_RIGHT,
        top=top,
        bottom=26,
    )
    return draw(spec), marked.key


def _columns(columns: list[dict[str, float]], x: Spec, y: Spec) -> list[Spec]:
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return [
        layer(
            {"type": "rect", "color": "var(--accent)", "opacity": opacity},
            [column for column in columns if column["dark"] is dark],
            x=x,
            y=y,
            **ends,
        )
        for dark, opacity in ((False, 0.4), (True, 1))
    ]


def _rows(view: RoleTimeView, y: Spec) -> list[Spec]:
    lines = [{"y": row + 1, "full": row + 1 - _BAR} for row in range(len(view.roles))]
    names = [{"y": row + 0.74, "t": clip(role, 11)} for row, role in enumerate(view.roles)]
    label = {"type": "text", "align": "right", "x": -8}
    faint = {"type": "rule", "color": "var(--rule)", "strokeWidth": 1}
    strong = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1}
    return [
        layer(faint, lines, y={**y, "field": "full"}),
        layer(strong, lines, y=y),
        layer(label, names, y=y, text={"field": "t"}),
    ]


def _gaps(view: RoleTimeView, x: Spec, days: list[int], ends: list[int]) -> list[Spec]:
    """Shade the periods without a triangle: unknown is not zero."""
    missing = [
        {"x": days[k], "x2": ends[k]}
        for k in range(len(days))
        if not np.any(np.isfinite(view.probability[k]))
    ]
    shade = {"type": "rect", "color": "var(--muted)", "opacity": 0.15}
    return [layer(shade, missing, x=x, x2={"field": "x2"})] if missing else []


def _story(view: RoleTimeView) -> str:
    parts: list[str] = []
    previous = ""
    for k, on in enumerate(view.periods):
        chances = view.probability[k]
        if not np.any(np.isfinite(chances)):
            words, role = "no triangle", "none"
        else:
            best = int(np.nanargmax(chances))
            role = view.roles[best]
            words = f"{role} ({share(float(chances[best]))})"
        if role != previous:
            parts.append(f"from {period(on, view.periods)} {words}")
        previous = role
    return f"Most probable role of {view.state}: {listing(parts)}."
