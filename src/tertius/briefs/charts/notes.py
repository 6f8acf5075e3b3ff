"""Words in a drawing that are no label of a mark: notes below, blocks in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tertius.briefs.charts.drawings import Spec, layer
from tertius.briefs.charts.numerals import clip

__all__ = ["Block", "margin", "note"]

_LEADING_PX = 14.5
_GAP_PX = 4.0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in the margin that belong to a height of the plot.

    Attributes
    ----------
    at : float
        The height, in pixels down; the block is centred there if there is room.
    lines : tuple of str
        The lines, the first in bold.
    colour : str
        A CSS variable of the page.
    """

    at: float
    lines: tuple[str, ...]
    colour: str


def note(words: str, y: float, *, x: float = 0.0) -> Spec:
    """Write a line, its middle `y` pixels below the plot's top."""
    mark = {"type": "text", "align": "left", "x": x, "y": y, "fill": "var(--muted)"}
    return layer(mark, [{"t": clip(words, 62)}], text={"field": "t"})


def margin(blocks: Sequence[Block], *, x: float, top: float, bottom: float) -> list[Spec]:
    """Write blocks between two heights, each near its own, none over another.

    Blocks that are taller than the room together run out of it at the bottom.
    """
    layers = []
    ordered = sorted(blocks, key=lambda block: block.at)
    for block, first in zip(ordered, _tops(ordered, top, bottom), strict=True):
        for number, line in enumerate(block.lines):
            mark = {"type": "text", "align": "left", "x": x, "fill": block.colour}
            mark |= {"y": round(first + _LEADING_PX * (number + 0.5), 1)}
            mark |= {"fontWeight": 400 if number else 600}
            layers.append(layer(mark, [{"t": line}], text={"field": "t"}))
    return layers


def _tops(ordered: Sequence[Block], top: float, bottom: float) -> list[float]:
    """Return where each block begins: first pushed up from below, then down from above."""
    heights = [_LEADING_PX * len(block.lines) for block in ordered]
    tops = [block.at - height / 2 for block, height in zip(ordered, heights, strict=True)]
    floor = bottom
    for k in range(len(tops) - 1, -1, -1):
        tops[k] = min(tops[k], floor - heights[k])
        floor = tops[k] - _GAP_PX
    ceiling = top
    for k, height in enumerate(heights):
        tops[k] = max(tops[k], ceiling)
        ceiling = tops[k] + height + _GAP_PX
    return tops
