"""What coordination saves: the pivot's rent under each structure of blocs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_domain, round_ticks
from tertius.briefs.charts.blocrows import (
    LEVELS,
    PartitionRow,
    bands,
    heads,
    intervals,
    scale,
    tops_of,
)
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.legends import Entry, Legend, legend
from tertius.briefs.charts.notes import note
from tertius.briefs.charts.numerals import clip, plain, plural, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["PartitionRow", "PartitionView", "draw_partitions"]

_LEFT, _RIGHT = 8, 12
_PLOT = WIDTH - _LEFT - _RIGHT
_CHARACTER = 6.8
_TABLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class PartitionView:
    """The rent by structure of blocs.

    Attributes
    ----------
    unit : str
        Unit of the rents.
    rows : tuple of PartitionRow
        The structures, each with draws or an interval or both.
    shown : int
        How many are drawn; the table has up to 200.
    zero : float
        Values this close to 0 are counted as 0; what a solver's rounding can leave.
    digits : int
        Decimals in the drawing, the words and the table.
    """

    unit: str
    rows: tuple[PartitionRow, ...]
    shown: int = 15
    zero: float = 1e-9
    digits: int = 2


def draw_partitions(view: PartitionView, *, name: str, title: str, caption: str) -> Figure:
    """Draw one row a structure, grouped by the number of blocs, most blocs first.

    Draws are a median with its 50 and 90 % intervals, one game's rent an open bar from the
    smallest to the largest. Where there are more structures than are shown, the one with
    most blocs, the one with fewest and those with the largest rents are drawn.

    Parameters
    ----------
    view : PartitionView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no row, or one without finite draws or an ordered interval.
    """
    if not view.rows:
        raise UsageError("no structure of blocs to draw", where=name)
    for row in view.rows:
        _check(row, name)
    ordered = sorted(view.rows, key=lambda row: -row.blocs)
    tabled = _first(ordered, _TABLE_ROWS)
    cut = f"; {len(tabled)} of {len(ordered):,}" if len(tabled) < len(ordered) else ""
    table = Table(
        f"{name}-data",
        f"Rent by structure of blocs, {view.unit}{cut}",
        ("blocs", "number", "draws", "share at 0", "5 %", "25 %", "median", "75 %", "95 %",
         "one game, low", "one game, high"),
        tuple(_cells(view, row) for row in tabled),
        caption,
        folded=True,
    )  # fmt: skip
    shown = _first(ordered, view.shown)
    return Figure(name, title, caption, _story(view, shown), _svg(view, shown), table)


def _check(row: PartitionRow, name: str) -> None:
    known = [value for value in (row.draws, row.interval) if value is not None]
    finite = all(np.size(value) and np.all(np.isfinite(value)) for value in known)
    if row.blocs < 1 or not known or not finite:
        raise UsageError(
            f"{row.label!r} has {plural(row.blocs, 'bloc')} and no finite rent",
            where=name,
            allowed="one bloc or more; draws, an interval or both, all finite",
        )
    if row.interval is not None and row.interval[0] > row.interval[1]:
        raise UsageError(
            f"{row.label!r} has a rent from {row.interval[0]:g} to {row.interval[1]:g}",
            where=name,
            allowed="the smaller first",
        )


def _middle(row: PartitionRow) -> float:
    """Return the rent a row is ranked by: the median draw, or else the smallest rent."""
    if row.draws is not None:
        return float(np.median(row.draws))
    return row.interval[0] if row.interval is not None else 0.0


def _first(ordered: list[PartitionRow], most: int) -> list[PartitionRow]:
    """Keep both ends, and of the others those with the largest rent."""
    ends = {0, len(ordered) - 1}
    others = [index for index in range(len(ordered)) if index not in ends]
    others.sort(key=lambda index: -_middle(ordered[index]))
    kept = ends | set(others[: max(most - len(ends), 0)])
    return [row for index, row in enumerate(ordered) if index in kept]


def _svg(view: PartitionView, rows: list[PartitionRow]) -> str:
    tops, height = tops_of(rows)
    low, high = round_domain([value for row in rows for value in _extent(row)], zero=True)
    ticks = round_ticks(low, high)
    axis = number_axis(ticks, orient="bottom", grid=False)
    x = channel("x", (low, high), axis | {"ticks": True, "labelFlush": True})
    # One unit of this scale is one pixel.
    y = channel("y", (0.0, height), None, down=True)
    key = _key(rows)
    top = key.height + 6
    layers = [
        *heads(rows, tops, y, width=_PLOT),
        *scale(ticks, tops, x, y),
        *bands(rows, tops, x, y),
        *intervals(rows, tops, x, y),
        *_labels(view, rows, tops, y),
        *key.layers(y=-top + 10),
    ]
    notes = _notes(view, rows)
    layers += [note(words, height + 36 + 18 * number) for number, words in enumerate(notes)]
    bottom = 30 + 18 * len(notes)
    return draw(frame(layers, height=height, left=_LEFT, right=_RIGHT, top=top, bottom=bottom))


def _extent(row: PartitionRow) -> list[float]:
    values = [] if row.draws is None else np.quantile(row.draws, (0.05, 0.95)).tolist()
    return [*values, *(row.interval or ())]


def _labels(
    view: PartitionView, rows: list[PartitionRow], tops: list[float], y: Spec
) -> list[Spec]:
    texts = []
    for row, top in zip(rows, tops, strict=True):
        numbers = _numbers(view, row)
        length = max(int(_PLOT / _CHARACTER) - len(numbers) - 2, 8)
        texts.append({"y": top + 9, "t": clip(row.label, length), "n": numbers})
    left = {"type": "text", "align": "left", "x": 0}
    right = {"type": "text", "align": "right", "x": _PLOT, "fontWeight": 600}
    return [
        layer(left, texts, y=y, text={"field": "t"}),
        layer(right, texts, y=y, text={"field": "n"}),
    ]


def _numbers(view: PartitionView, row: PartitionRow) -> str:
    """Return the median and how often there is no rent, or one game's rent."""
    if row.draws is None:
        return _rent(view, row)
    text = plain(float(np.median(row.draws)), view.digits)
    return f"{text}; 0 in {share(_at_zero(view, row.draws))}"


def _rent(view: PartitionView, row: PartitionRow) -> str:
    low, high = (plain(value, view.digits) for value in row.interval or ())
    return low if low == high else f"{low} to {high}"


def _at_zero(view: PartitionView, draws: npt.NDArray[np.float64]) -> float:
    return float(np.mean(np.abs(draws) <= view.zero))


def _key(rows: list[PartitionRow]) -> Legend:
    entries = []
    if any(row.draws is not None for row in rows):
        entries.append(Entry("median of the draws, 50 and 90 %", "var(--accent)", "circle"))
    if any(row.interval is not None for row in rows):
        wide = any(row.interval and row.interval[1] > row.interval[0] for row in rows)
        entries.append(Entry("rent of one game", "var(--conf)", "diamond"))
        if wide:
            entries.append(Entry("from its smallest to its largest", "var(--conf)", "outline"))
    return legend(entries, left=0)


def _notes(view: PartitionView, rows: list[PartitionRow]) -> list[str]:
    notes = [f"rent, {view.unit}"]
    if any(row.draws is not None for row in rows):
        notes.append("on the right: median, and share of draws without a rent")
    if len(rows) < len(view.rows):
        notes.append(f"{len(rows)} of {len(view.rows):,} structures: both ends and largest rents")
    return notes


def _cells(view: PartitionView, row: PartitionRow) -> tuple[str, ...]:
    cells = ["–"] * 7 if row.draws is None else _draw_cells(view, row.draws)
    ends = row.interval or (float("nan"), float("nan"))
    return (row.label, str(row.blocs), *cells, *(plain(end, view.digits) for end in ends))


def _draw_cells(view: PartitionView, draws: npt.NDArray[np.float64]) -> list[str]:
    quantiles = (plain(float(value), view.digits) for value in np.quantile(draws, LEVELS))
    return [f"{draws.size:,}", share(_at_zero(view, draws)), *quantiles]


def _story(view: PartitionView, shown: list[PartitionRow]) -> str:
    """Say what each structure that is drawn leaves the pivot."""
    words = f"Rent under {plural(len(view.rows), 'structure')} of blocs, {view.unit}."
    if len(shown) < len(view.rows):
        words += f" {len(shown)} are drawn: both ends and the largest rents."
    return " ".join([words, *(f"{_described(view, row)}." for row in shown)])


def _described(view: PartitionView, row: PartitionRow) -> str:
    parts = []
    if row.draws is not None:
        low, middle, high = (
            plain(float(value), view.digits) for value in np.quantile(row.draws, (0.05, 0.5, 0.95))
        )
        zero = share(_at_zero(view, row.draws))
        parts.append(
            f"median {middle} of {plural(row.draws.size, 'draw')}, 90 % from {low} to {high}, "
            f"0 in {zero}"
        )
    if row.interval is not None:
        parts.append(f"one game {_rent(view, row)}")
    return f"{row.label} ({plural(row.blocs, 'bloc')}): {'; '.join(parts)}"
