"""When a relation turned: the posterior over days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import date_axis, number_axis, round_domain, round_ticks
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, finite, frame, layer
from tertius.briefs.charts.legends import Entry, legend
from tertius.briefs.charts.milestones import Milestone, number
from tertius.briefs.charts.numerals import day, listing, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["TurnView", "draw_turn"]

_LEFT, _RIGHT, _HEIGHT, _BOTTOM = 40, 12, 170, 58
# Days outside hold next to nothing; they are left out of the picture, not of the table.
_SHOWN_MASS = 0.998
_PAD_DAYS = 5


@dataclass(frozen=True, slots=True, eq=False)
class TurnView:
    """A posterior over the first day of a new level.

    Attributes
    ----------
    days : tuple of date
        The days, D of them, ascending.
    tempered : ndarray of float, shape (D,)
        Probability of each day, overdispersion allowed for; sums to 1.
    untempered : ndarray of float, shape (D,), or None
        The same as if events were independent.
    inside : ndarray of bool, shape (D,)
        Which days make up the smallest 95 % set of `tempered`.
    claimed : date or None
        The day a claim names.
    milestones : tuple of Milestone
        Other dated events to mark.
    """

    days: tuple[date, ...]
    tempered: npt.NDArray[np.float64]
    untempered: npt.NDArray[np.float64] | None
    inside: npt.NDArray[np.bool_]
    claimed: date | None = None
    milestones: tuple[Milestone, ...] = ()


def draw_turn(view: TurnView, *, name: str, title: str, caption: str) -> Figure:
    """Draw the posterior as bars; the 95 % set is filled and bracketed, the rest hollow.

    Parameters
    ----------
    view : TurnView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If the arrays do not match the days.
    """
    lengths = {len(view.days), len(view.tempered), len(view.inside)}
    if view.untempered is not None:
        lengths.add(len(view.untempered))
    if len(lengths) != 1 or 0 in lengths:
        raise UsageError(f"days and probabilities differ in length: {sorted(lengths)}", where=name)
    svg, key = _svg(view)
    shown = [
        (
            day(on),
            share(float(view.tempered[k])),
            "–" if view.untempered is None else share(float(view.untempered[k])),
            "yes" if view.inside[k] else "no",
        )
        for k, on in enumerate(view.days)
        if view.inside[k] or view.tempered[k] >= 0.001 or on == view.claimed
    ]
    table = Table(
        f"{name}-data",
        "Probability of each day; days under 0.1 % are left out",
        ("day", "probability", "untempered", "in the 95 % set"),
        tuple(shown),
        caption,
        folded=True,
    )
    return Figure(name, title, caption, _story(view), svg, table, key)


def _svg(view: TurnView) -> tuple[str, tuple[str, ...]]:
    first, last = _window(view)
    plot_px = WIDTH - _LEFT - _RIGHT
    start, end = view.days[first], view.days[last]
    domain = (start.toordinal() - 0.8, end.toordinal() + 0.8)
    bars = [
        {
            "x": on.toordinal() - 0.42,
            "x2": on.toordinal() + 0.42,
            "mid": on.toordinal(),
            "p": finite(float(view.tempered[k])),
            "raw": None if view.untempered is None else finite(float(view.untempered[k])),
            "inside": bool(view.inside[k]),
        }
        for k, on in enumerate(view.days)
        if first <= k <= last
    ]
    heights = [float(bar[name] or 0) for bar in bars for name in ("p", "raw")]
    bounds = round_domain(heights, zero=True)
    digits = 0 if bounds[1] >= 0.04 else 1
    axis = number_axis(round_ticks(*bounds), orient="left")
    axis["labelExpr"] = f"format(100 * datum.value, '.{digits}f') + ' %'"
    x = channel("x", domain, date_axis(start, end, plot_px=plot_px) | {"offset": 30})
    y = channel("p", bounds, axis)
    marked = number(view.milestones, x, plot_px=plot_px)
    entries = [
        Entry("in the 95 % set", "var(--accent)", "bar"),
        Entry("outside", "var(--accent)", "outline"),
    ]
    if view.untempered is not None:
        entries.append(Entry("untempered", "var(--ink)", "line"))
    lines = legend(entries, left=-_LEFT)
    top = lines.height + marked.height + 16
    layers = [*marked.layers, *_bar_layers(bars, x, y), *_bracket(view, x, first, last)]
    layers += _claim(view, x, domain)
    layers += lines.layers(y=-top + 10)
    spec = frame(layers, height=_HEIGHT, left=_LEFT, right=_RIGHT, top=top, bottom=_BOTTOM)
    return draw(spec), marked.key


def _window(view: TurnView) -> tuple[int, int]:
    """Return the first and last day to show: nearly all the mass, and the claimed day."""
    order = np.argsort(-view.tempered, kind="stable")
    needed = int(np.searchsorted(np.cumsum(view.tempered[order]), _SHOWN_MASS)) + 1
    shown = set(order[:needed].tolist()) | set(np.flatnonzero(view.inside).tolist())
    if view.claimed in view.days:
        shown.add(view.days.index(view.claimed))
    first, last = min(shown) - _PAD_DAYS, max(shown) + _PAD_DAYS
    return max(first, 0), min(last, len(view.days) - 1)


def _bar_layers(bars: list[dict[str, float | None]], x: Spec, y: Spec) -> list[Spec]:
    filled = {"type": "rect", "color": "var(--accent)"}
    hollow = {"type": "rect", "fill": "var(--paper)", "stroke": "var(--accent)", "strokeWidth": 1}
    layers = [
        layer(
            mark,
            [bar | {"zero": 0} for bar in bars if bar["inside"] == inside and _seen(bar["p"])],
            x=x,
            x2={"field": "x2"},
            y=y,
            y2={"field": "zero"},
        )
        for mark, inside in ((hollow, False), (filled, True))
    ]
    # Marks on the base line would only blacken it.
    raw = [bar for bar in bars if _seen(bar["raw"])]
    tick = {"type": "rule", "color": "var(--ink)", "strokeWidth": 2}
    layers.append(layer(tick, raw, x=x, x2={"field": "x2"}, y={**y, "field": "raw"}))
    return layers


def _seen(probability: float | None) -> bool:
    return probability is not None and probability > 0.002


def _bracket(view: TurnView, x: Spec, first: int, last: int) -> list[Spec]:
    """Mark the 95 % set under the bars, one bracket a run of days."""
    runs: list[dict[str, float]] = []
    for k in range(first, last + 1):
        if not view.inside[k]:
            continue
        on = view.days[k].toordinal()
        if runs and abs(runs[-1]["x2"] - (on - 0.5)) < 1e-9:
            runs[-1]["x2"] = on + 0.5
        else:
            runs.append({"x": on - 0.5, "x2": on + 0.5})
    rule = {"type": "rule", "color": "var(--accent)", "y": _HEIGHT + 7, "strokeWidth": 5}
    return [layer(rule, runs, x=x, x2={"field": "x2"})]


def _claim(view: TurnView, x: Spec, domain: tuple[float, float]) -> list[Spec]:
    if view.claimed is None or not domain[0] <= view.claimed.toordinal() <= domain[1]:
        return []
    at = view.claimed.toordinal()
    left = at > (domain[0] + domain[1]) / 2
    pointer = {"type": "point", "shape": "triangle-up", "size": 70, "y": _HEIGHT + 18, "opacity": 1}
    pointer |= {"fill": "var(--conf)", "stroke": None}
    text = {
        "type": "text",
        "align": "right" if left else "left",
        "dx": -9 if left else 9,
        "y": _HEIGHT + 19,
        "fontWeight": 600,
        "fill": "var(--conf)",
    }
    rows = [{"x": at, "t": f"claimed {day(view.claimed)}"}]
    line = {"type": "rule", "color": "var(--conf)", "strokeWidth": 1.5, "strokeDash": [4, 3]}
    return [
        layer(line, rows, x=x),
        layer(pointer, rows, x=x),
        layer(text, rows, x=x, text={"field": "t"}),
    ]


def _story(view: TurnView) -> str:
    best = int(np.argmax(view.tempered))
    text = (
        f"The most probable day is {day(view.days[best])} ({share(float(view.tempered[best]))}). "
        f"The 95 % set is {listing(_spans(view))}."
    )
    if view.untempered is not None:
        raw = int(np.argmax(view.untempered))
        text += f" Untempered, it is {day(view.days[raw])} ({share(float(view.untempered[raw]))})."
    if view.claimed is None:
        return text
    held = view.claimed in view.days and bool(view.inside[view.days.index(view.claimed)])
    return f"{text} The claimed day, {day(view.claimed)}, is {'' if held else 'not '}in the set."


def _spans(view: TurnView) -> list[str]:
    runs: list[list[int]] = []
    for k in np.flatnonzero(view.inside).tolist():
        if runs and runs[-1][-1] == k - 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    return list(_span_words(view.days, runs)) or ["empty"]


def _span_words(days: tuple[date, ...], runs: Iterable[list[int]]) -> Iterable[str]:
    for run in runs:
        first, last = days[run[0]], days[run[-1]]
        yield day(first) if first == last else f"{day(first)} to {day(last)}"
