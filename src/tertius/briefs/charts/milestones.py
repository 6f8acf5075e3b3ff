"""Dated milestones: thin numbered lines in a plot, named in a key underneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tertius.briefs.charts.drawings import Spec, layer
from tertius.briefs.charts.numerals import clip, day

__all__ = ["Milestone", "Numbered", "number"]

_ROW_PX = 13.0
_GAP_PX = 4.0


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened on a day.

    Attributes
    ----------
    on : date
        The day.
    label : str
        What happened, in a few words.
    """

    on: date
    label: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """The milestones within a plot, placed.

    Attributes
    ----------
    layers : tuple of dict
        Lines and numbers, for the plot.
    key : tuple of str
        What the numbers mean, in order from 1.
    height : float
        Room the numbers take above the plot, in pixels.
    """

    layers: tuple[Spec, ...]
    key: tuple[str, ...]
    height: float


def number(milestones: Sequence[Milestone], x: Spec, *, plot_px: float) -> Numbered:
    """Give the milestones within the domain of `x` (proleptic day numbers) numbers by date.

    Numbers that would touch go to a row further up, so that none overlaps another.
    """
    first, last = x["scale"]["domain"]
    inside = sorted(
        (item for item in milestones if first <= item.on.toordinal() <= last),
        key=lambda item: (item.on, item.label),
    )
    if not inside:
        return Numbered((), (), 0.0)
    ends: list[float] = []
    rows = []
    for position, item in enumerate(inside, start=1):
        at = item.on.toordinal()
        centre = (at - first) / max(last - first, 1) * plot_px
        half = 3.7 * len(str(position)) + _GAP_PX / 2
        row = next((k for k, end in enumerate(ends) if centre - half >= end), len(ends))
        ends[row : row + 1] = [centre + half]
        rows.append({"x": at, "n": str(position), "row": row})
    line = layer(
        {"type": "rule", "color": "var(--muted)", "strokeWidth": 0.75, "opacity": 0.8},
        rows,
        x=x,
    )
    numbers = [
        layer(
            {"type": "text", "fontWeight": 600, "y": -8 - _ROW_PX * row},
            [item for item in rows if item["row"] == row],
            x=x,
            text={"field": "n"},
        )
        for row in range(len(ends))
    ]
    key = tuple(f"{day(item.on)}: {clip(item.label, 120)}" for item in inside)
    return Numbered((line, *numbers), key, _ROW_PX * len(ends) + 2)
