"""What the patrons believe: the chance that the pivot is committed, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertius.briefs.charts.axes import number_axis, round_ticks
from tertius.briefs.charts.bands import QUANTILE_HEADS
from tertius.briefs.charts.beliefpanels import HEAD_PX, PANEL_PX, down, panel, ribbon
from tertius.briefs.charts.drawings import WIDTH, Spec, channel, draw, frame, layer
from tertius.briefs.charts.notes import Block, margin, note
from tertius.briefs.charts.numerals import plain, plural, share
from tertius.briefs.document import Figure, Table
from tertius.errors import UsageError

__all__ = ["BeliefSeries", "BeliefView", "draw_beliefs"]

_LEFT, _RIGHT = 36, 14
# Right of the plot, where a line ends in words.
_WORDS = 108
_MOST = 4
_TABLE_ROUNDS = 41
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
# What sums of many probabilities can lose to rounding.
_SUM = 1e-9
# Distributions further from a sum of 1 are a mistake of the caller.
_UNIT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class BeliefSeries:
    """The patrons' belief about one type of pivot.

    Attributes
    ----------
    label : str
        The type, as in ``committed pivot``.
    probability : ndarray of float, shape (R + 1, K)
        Exact probability of each belief level after 0, 1, …, R rounds; rows sum to 1.
    trapped : ndarray of float, shape (R + 1,), or None
        Probability of having fallen below the threshold for good by then.
    """

    label: str
    probability: npt.NDArray[np.float64]
    trapped: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BeliefView:
    """Belief paths on one lattice of levels.

    Attributes
    ----------
    levels : ndarray of float, shape (K,)
        The beliefs, from 0 to 1, ascending.
    paths : tuple of BeliefSeries
        One a type of pivot, one to four, over the same rounds.
    threshold : float or None
        Least belief at which the shared goal is bought; None where there is none to show.
        A value outside 0 to 1 is said in words.
    digits : int
        Decimals in the drawing, the words and the table.
    """

    levels: npt.NDArray[np.float64]
    paths: tuple[BeliefSeries, ...]
    threshold: float | None = None
    digits: int = 2


def draw_beliefs(view: BeliefView, *, name: str, title: str, caption: str) -> Figure:
    """Draw each type's distribution over the rounds: median, and bands of 50 and 90 %.

    The bands are quantiles of exact distributions, not of simulated paths; they lie on the
    levels. A path that stays on one level for good looks like one that is certain.

    Parameters
    ----------
    view : BeliefView
        What to draw.
    name, title, caption : str
        Anchor on the page, the finding, and units, source and n.

    Raises
    ------
    UsageError
        If there is no path or more than four, fewer than two rounds, or a distribution that
        does not fit the levels or sum to 1.
    """
    _check(view, name)
    rounds = _rounds(view)
    told = _thinned(rounds)
    thinned = "" if len(told) == rounds + 1 else f"; {len(told)} of {rounds + 1} rounds"
    table = Table(
        f"{name}-data",
        f"Quantiles of the belief, by round{thinned}",
        ("round", "pivot", *QUANTILE_HEADS, "below the threshold", "trapped"),
        tuple(_cells(view, path, k) for path in view.paths for k in told),
        caption,
        folded=True,
    )
    return Figure(name, title, caption, _story(view), _svg(view), table)


def _check(view: BeliefView, name: str) -> None:
    if not 1 <= len(view.paths) <= _MOST:
        raise UsageError(f"{len(view.paths)} belief paths", where=name, allowed="one to four")
    levels = np.asarray(view.levels, dtype=float)
    if levels.ndim != 1 or not levels.size or not (
        np.all(np.diff(levels) > 0) and levels[0] >= 0 and levels[-1] <= 1
    ):  # fmt: skip
        raise UsageError("belief levels need to ascend, from 0 or more to at most 1", where=name)
    if view.threshold is not None and np.isnan(view.threshold):
        raise UsageError("the threshold is not a number", where=name, hint="give None instead")
    shape = np.shape(view.paths[0].probability)
    for path in view.paths:
        if np.shape(path.probability) != shape or len(shape) != 2 or shape[0] < 2 or (
            shape[1] != levels.size
        ):  # fmt: skip
            raise UsageError(
                f"{path.label!r} has probabilities of shape {np.shape(path.probability)}",
                where=name,
                allowed=f"(rounds + 1, {levels.size}), the same rounds for all, at least one",
            )
        _check_path(path, shape[0], name)


def _check_path(path: BeliefSeries, rows: int, name: str) -> None:
    sums = path.probability.sum(axis=1)
    # A sum that is not a number fails this too.
    if not (np.min(path.probability) >= -_SUM and np.all(np.abs(sums - 1) < _UNIT)):
        raise UsageError(f"{path.label!r} has probabilities that do not sum to 1", where=name)
    if path.trapped is None:
        return
    inside = np.all((np.asarray(path.trapped) >= -_SUM) & (np.asarray(path.trapped) <= 1 + _SUM))
    if np.shape(path.trapped) != (rows,) or not inside:
        raise UsageError(
            f"{path.label!r} has trapped shares of shape {np.shape(path.trapped)}",
            where=name,
            allowed=f"({rows},), one a round, from 0 to 1",
        )


def _rounds(view: BeliefView) -> int:
    return int(view.paths[0].probability.shape[0]) - 1


def _thinned(rounds: int) -> list[int]:
    count = min(rounds + 1, _TABLE_ROUNDS)
    return [round(k * rounds / (count - 1)) for k in range(count)]


def _quantiles(view: BeliefView, path: BeliefSeries) -> npt.NDArray[np.float64]:
    """Return the quantiles (R + 1, 5): the least level that holds each share with all below."""
    reached = np.cumsum(path.probability, axis=1)
    at = [(reached < level - _SUM).sum(axis=1) for level in _LEVELS]
    last = len(view.levels) - 1
    levels = np.asarray(view.levels, dtype=np.float64)
    return np.asarray(levels[np.minimum(np.stack(at, axis=1), last)], dtype=np.float64)


def _under(view: BeliefView, path: BeliefSeries) -> npt.NDArray[np.float64]:
    """Return the probability of a belief below the threshold, by round; NaN without one."""
    if view.threshold is None:
        return np.full(_rounds(view) + 1, np.nan)
    below = np.asarray(view.levels) < view.threshold - _SUM
    return _whole(path.probability[:, below].sum(axis=1))


def _whole(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Take the rounding of sums away, or all of 1 would read as "over 99 %"."""
    return np.asarray(np.round(shares, 9) + 0.0, dtype=np.float64)


def _svg(view: BeliefView) -> str:
    rounds = _rounds(view)
    height = (HEAD_PX + PANEL_PX) * len(view.paths)
    worded = _inside(view) is not None or any(path.trapped is not None for path in view.paths)
    right = _WORDS if worded else _RIGHT
    left = WIDTH - _LEFT - right + 8.0
    ticks = [tick for tick in round_ticks(0, rounds, 6) if tick == int(tick)]
    axis = number_axis(ticks, orient="bottom", grid=False) | {"ticks": True}
    x = channel("x", (0.0, float(rounds)), axis)
    # One unit of this scale is one pixel: each panel has a scale of its own in it.
    y = channel("y", (0.0, height), None, down=True)
    layers: list[Spec] = []
    for index, path in enumerate(view.paths):
        base = (HEAD_PX + PANEL_PX) * (index + 1)
        layers += panel(path.label, base, rounds, x, y, left=_LEFT)
        layers += ribbon(_quantiles(view, path), base, x, y)
        layers += _threshold(view, base, rounds, x, y)
        layers += margin(_blocks(view, path, base), x=left, top=base - PANEL_PX, bottom=base)
    layers += [
        note("rounds played", height + 36),
        note("belief that the pivot is committed: median, 50 and 90 %", height + 54, x=-_LEFT),
    ]
    words = _beyond(view)
    if words:
        layers.append(note(words, height + 72, x=-_LEFT))
    bottom = 84 if words else 66
    return draw(frame(layers, height=height, left=_LEFT, right=right, top=0, bottom=bottom))


def _inside(view: BeliefView) -> float | None:
    """Return the threshold where it can be drawn."""
    drawn = view.threshold is not None and 0 <= view.threshold <= 1
    return view.threshold if drawn else None


def _threshold(view: BeliefView, base: float, rounds: int, x: Spec, y: Spec) -> list[Spec]:
    at = _inside(view)
    if at is None:
        return []
    line = [{"x": 0, "x2": rounds, "y": down(at, base)}]
    rule = {"type": "rule", "color": "var(--conf)", "strokeWidth": 1.75, "strokeDash": [5, 3]}
    return [layer(rule, line, x=x, x2={"field": "x2"}, y=y)]


def _blocks(view: BeliefView, path: BeliefSeries, base: float) -> list[Block]:
    """Say at the end of a panel what its lines end in: the threshold, the share trapped."""
    at = _inside(view)
    blocks: list[Block] = []
    words: tuple[str, ...]
    if at is not None:
        words = (f"μ* = {plain(at, view.digits)}:", "below it the goal", "is not bought")
        blocks.append(Block(down(at, base), words, "var(--conf)"))
    if path.trapped is not None:
        words = (f"{share(float(_whole(path.trapped)[-1]))} trapped", f"by round {_rounds(view)}")
        end = float(_quantiles(view, path)[-1, 2])
        blocks.append(Block(down(end, base), words, "var(--ink)"))
    return blocks


def _beyond(view: BeliefView) -> str:
    """Say where a threshold lies that no belief can reach or miss."""
    if view.threshold is None or _inside(view) is not None:
        return ""
    number = f" = {plain(view.threshold, view.digits)}" if np.isfinite(view.threshold) else ""
    if view.threshold > 1:
        return f"μ*{number} is above every belief: the goal is never bought"
    return f"μ*{number} is below every belief: the goal is always bought"


def _cells(view: BeliefView, path: BeliefSeries, k: int) -> tuple[str, ...]:
    numbers = (plain(float(value), view.digits) for value in _quantiles(view, path)[k])
    trapped = float("nan") if path.trapped is None else float(_whole(path.trapped)[k])
    return (str(k), path.label, *numbers, share(float(_under(view, path)[k])), share(trapped))


def _story(view: BeliefView) -> str:
    """Say where each type's belief starts and ends, and what the threshold means for it."""
    rounds = _rounds(view)
    parts = [f"Belief that the pivot is committed, from 0 to 1, over {plural(rounds, 'round')}."]
    if _inside(view) is not None:
        words = plain(float(view.threshold or 0.0), view.digits)
        parts.append(f"The threshold is {words}; below it the goal is not bought.")
    elif view.threshold is not None:
        parts.append(f"{_beyond(view)}.")
    return " ".join([*parts, *(_described(view, path) for path in view.paths)])


def _described(view: BeliefView, path: BeliefSeries) -> str:
    first, last = _quantiles(view, path)[[0, -1]]
    low, middle, high = (plain(float(last[k]), view.digits) for k in (0, 2, 4))
    start = plain(float(first[2]), view.digits)
    words = [f"{path.label}: median {start} at first, {middle} at last (90 % from {low} to {high})"]
    if view.threshold is not None:
        words.append(f"{share(float(_under(view, path)[-1]))} below the threshold at last")
    if path.trapped is not None:
        words.append(f"{share(float(_whole(path.trapped)[-1]))} trapped by round {_rounds(view)}")
    return "; ".join(words) + "."
