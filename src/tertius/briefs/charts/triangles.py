"""The strategic triangle, before and after: drawn by hand, not by a chart engine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tertius.briefs.charts.numerals import clip, listing, signed
from tertius.briefs.charts.sieve import sieve
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["Edge", "TriangleView", "draw_triangles"]

_WIDTH, _HEIGHT = 300, 292
_RADIUS = 22
# Pivot at the top, the rivals at the base.
_PLACES = ((150.0, 66.0), (46.0, 206.0), (254.0, 206.0))
_THINNEST, _THICKEST = 1.5, 7.0
_SIGNS = {
    "friendly": ("var(--coop)", ""),
    "hostile": ("var(--conf)", "7 4"),
    "unclear": ("var(--muted)", "1.5 4.5"),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a triangle.

    Attributes
    ----------
    a, b : str
        Codes of the two states.
    score : float
        Their relation, -1 (all hostile) to 1 (all friendly); NaN where nothing was reported.
    low, high : float
        Its 90 % interval, not necessarily symmetric.
    n_eff : float
        Effective number of events behind it.
    """

    a: str
    b: str
    score: float
    low: float
    high: float
    n_eff: float


@dataclass(frozen=True, slots=True)
class TriangleView:
    """One triangle.

    Attributes
    ----------
    label : str
        When, as in ``February 2018``.
    pivot : str
        Code of the state at the top.
    rivals : tuple of str
        Codes of the two at the base, left and right.
    names : mapping of str to str
        Full name of each code.
    edges : tuple of Edge
        The sides that are known; a missing side is drawn as not reported. With no side at
        all there is no triangle, and the drawing says so.
    role : str
        Role of the pivot, as in ``role of the pivot: partner``.
    probability : str
        How probable that role is, in words with the interval; may be empty.
    """

    label: str
    pivot: str
    rivals: tuple[str, str]
    names: Mapping[str, str]
    edges: tuple[Edge, ...]
    role: str
    probability: str = ""


def draw_triangles(views: Sequence[TriangleView], *, name: str, title: str, caption: str) -> Figure:
    """Draw triangles side by side (one under the other on a phone).

    A side is solid and friendly where its interval lies above 0, dashed and hostile where
    it lies below, dotted where it includes 0 or nothing was reported; its width grows with
    the size of the score. Each carries its signed score, its interval and its effective n.

    Parameters
    ----------
    views : sequence of TriangleView
        Usually two, before and after.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no view.
    """
    if not views:
        raise UsageError("no triangle to draw", where=name)
    table = Table(
        f"{name}-data",
        "Sides of the triangles",
        ("when", "side", "score", "90 % interval", "effective n", "drawn as"),
        tuple(row for view in views for row in _cells(view)),
        caption,
        folded=True,
    )
    alt = " ".join(_story(view) for view in views)
    return Figure(name, title, caption, alt, "".join(_svg(view) for view in views), table)


def _sides(view: TriangleView) -> list[tuple[int, int, Edge | None]]:
    codes = (view.pivot, *view.rivals)
    known = {frozenset((edge.a, edge.b)): edge for edge in view.edges}
    return [(i, j, known.get(frozenset((codes[i], codes[j])))) for i, j in ((0, 1), (0, 2), (1, 2))]


def _sign(edge: Edge | None) -> str:
    if edge is None or not math.isfinite(edge.score):
        return "unclear"
    if edge.low > 0:
        return "friendly"
    return "hostile" if edge.high < 0 else "unclear"


def _svg(view: TriangleView) -> str:
    codes = (view.pivot, *view.rivals)
    sides = _sides(view) if view.edges else []
    parts = [_text(8, 20, view.label, size=15, weight=600, anchor="start", length=36)]
    parts += [_line(i, j, edge) for i, j, edge in sides]
    parts += [_side_label(i, j, edge) for i, j, edge in sides]
    if not sides:
        parts.append(_text(150, 160, "no triangle", size=14, weight=600, fill="var(--muted)"))
    for index, code in enumerate(codes):
        parts.append(_node(index, code, view.names.get(code, code)))
    parts.append(_text(8, 268, view.role, size=13.5, weight=600, anchor="start", length=42))
    parts.append(_text(8, 285, view.probability, fill="var(--muted)", anchor="start", length=46))
    return sieve(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' width="{_WIDTH}" height="{_HEIGHT}">{"".join(parts)}</svg>'
    )


def _line(i: int, j: int, edge: Edge | None) -> str:
    (x1, y1), (x2, y2) = _PLACES[i], _PLACES[j]
    colour, dash = _SIGNS[_sign(edge)]
    strength = 0.0 if edge is None or not math.isfinite(edge.score) else min(abs(edge.score), 1.0)
    width = _THINNEST + (_THICKEST - _THINNEST) * strength
    pattern = f' stroke-dasharray="{dash}" stroke-linecap="butt"' if dash else ""
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"'
        f' stroke-width="{width:.2g}"{pattern}/>'
    )


def _side_label(i: int, j: int, edge: Edge | None) -> str:
    (x1, y1), (x2, y2) = _PLACES[i], _PLACES[j]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if edge is None or not math.isfinite(edge.score):
        box = f'<rect x="{x - 44}" y="{y - 9}" width="88" height="18" fill="var(--paper)"/>'
        return box + _text(x, y + 4, "not reported", fill="var(--muted)")
    interval = f"{signed(edge.low)} to {signed(edge.high)}"
    half = 3.3 * len(interval) + 4
    box = (
        f'<rect x="{x - half:.1f}" y="{y - 16}" width="{2 * half:.1f}" height="34"'
        ' fill="var(--paper)"/>'
    )
    colour = _SIGNS[_sign(edge)][0]
    score = _text(x, y, signed(edge.score), size=16, weight=700, fill=colour)
    return box + score + _text(x, y + 14, interval, size=12.5, fill="var(--muted)")


def _node(index: int, code: str, full: str) -> str:
    x, y = _PLACES[index]
    fill, ink = ("var(--ink)", "var(--paper)") if index == 0 else ("var(--paper)", "var(--ink)")
    circle = (
        f'<circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="{fill}" stroke="var(--ink)"'
        ' stroke-width="1.5"/>'
    )
    label = _text(x, y + 4.5, code, size=13, weight=600, fill=ink, length=5)
    # Names stand at the edges of the drawing, where long ones have room.
    anchor, at = (("start", 8), ("end", _WIDTH - 8))[index - 1] if index else ("start", x + 30)
    return circle + label + _text(at, y + 4.5 if index == 0 else y + 40, full, anchor=anchor)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 12.5,
    weight: int = 400,
    fill: str = "var(--ink)",
    anchor: str = "middle",
    length: int = 20,
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(clip(text, length), quote=False)}</text>'
    )


def _cells(view: TriangleView) -> list[tuple[str, ...]]:
    codes = (view.pivot, *view.rivals)
    if not view.edges:
        return [(view.label, "none", "–", "–", "–", "no triangle")]
    rows: list[tuple[str, ...]] = []
    for i, j, edge in _sides(view):
        side = f"{codes[i]}–{codes[j]}"
        if edge is None or not math.isfinite(edge.score):
            rows.append((view.label, side, "–", "–", "–", "dotted, not reported"))
            continue
        style = {"friendly": "solid, friendly", "hostile": "dashed, hostile"}.get(
            _sign(edge), "dotted, the interval includes 0"
        )
        interval = f"{signed(edge.low)} to {signed(edge.high)}"
        rows.append((view.label, side, signed(edge.score), interval, f"{edge.n_eff:.0f}", style))
    return rows


def _story(view: TriangleView) -> str:
    names = [view.names.get(code, code) for code in (view.pivot, *view.rivals)]
    if not view.edges:
        return f"{view.label}: no triangle. {view.role}."
    sides = []
    for i, j, edge in _sides(view):
        pair = f"{names[i]} and {names[j]}"
        if edge is None or not math.isfinite(edge.score):
            sides.append(f"{pair} not reported")
            continue
        what = {"unclear": "neither friendly nor hostile beyond doubt"}.get(_sign(edge))
        interval = f"90 % interval {signed(edge.low)} to {signed(edge.high)}"
        sides.append(f"{pair} {signed(edge.score)}, {what or _sign(edge)} ({interval})")
    words = " ".join(part for part in (view.role, view.probability) if part)
    return f"{view.label}: {listing(sides)}. {words}."
