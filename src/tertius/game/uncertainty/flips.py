"""`nearest_flip`: the smallest change of one assumption that changes an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters
from tertius.game.family.primitives import primitive
from tertius.game.family.ranges import Range, Ranges
from tertius.game.uncertainty.paths import POINTS, Path, Predicate, ask, first_changes

__all__ = ["Flip", "nearest_flip"]

# Distances this close, in widths, are equal.
_TIE = 1e-9

# A parameter that must stay off its bound is followed to this part of the way from it.
_OPEN_PART = 1e-3


@dataclass(frozen=True, slots=True)
class Flip:
    """One assumption, and how far it must move for the answer to change.

    Attributes
    ----------
    name : str
        Full parameter name.
    value : float
        The first value found at which the answer is the other one.
    now : float
        The midpoint it starts from.
    inside_range : bool
        Whether `value` lies within the case's range.
    direction : {"up", "down"}
        Which way the parameter moves.
    distance : float
        ``|value - now|`` in widths of the range; up to 0.5 is inside.
    """

    name: str
    value: float
    now: float
    inside_range: bool
    direction: Literal["up", "down"]
    distance: float


def nearest_flip(
    ranges: Ranges, predicate: Predicate, *, reach: float = 1.0, points: int = POINTS
) -> Flip | None:
    """Find the nearest change of one parameter that changes the answer to `predicate`.

    All parameters start at their midpoints and one moves at a time: inside its range
    first; only if none flips the answer there, up to `reach` widths beyond, as far as
    the parameter's meaning allows (costs stay positive, probabilities within 0 to 1).
    The path is looked at in equal steps a direction and refined; two changes within
    one step can be missed, and so is every change that needs two parameters to move.
    Parameters with a single value have no width and are not moved.

    Parameters
    ----------
    ranges : Ranges
        What the case assumes.
    predicate : callable
        Takes `Parameters` of D games, returns ``(D,)`` truth values.
    reach : float
        Widths searched beyond either end of a range, 0 or more.
    points : int
        Steps in one direction, 1 or more; fewer are faster and miss more.

    Returns
    -------
    Flip or None
        The flip of least distance, ties by name; None if there is none within reach.

    Raises
    ------
    GameError
        If `reach` is negative, `points` below 1, or `predicate` does not answer once a game.
    """
    if not (np.isfinite(reach) and reach >= 0):
        raise GameError(f"reach = {reach}", where="nearest_flip", allowed="0 or more widths")
    if isinstance(points, bool) or not isinstance(points, int) or points < 1:
        raise GameError(f"points = {points!r}", where="nearest_flip", allowed="1 or more")
    middle = Parameters.midpoint(ranges)
    now = bool(ask(predicate, middle, where="nearest_flip")[0])
    moved = {name: r for name, r in ranges.values.items() if r.width > 0}
    for inside in (True, False):
        paths = [
            Path(name, start, stop)
            for name, r in moved.items()
            for start, stop in _ends(name, r, reach, inside=inside)
        ]
        flips = [
            _flip(path.name, moved[path.name], path.stop)
            for path in first_changes(
                predicate,
                middle,
                paths,
                now,
                where="nearest_flip",
                points=points,
                keep=lambda found: _nearest(found, moved),
            )
        ]
        if flips:
            # Equal distances differ by rounding; a billionth of a width is no difference.
            return min(flips, key=lambda flip: (round(flip.distance, 9), flip.name))
    return None


def _ends(name: str, r: Range, reach: float, *, inside: bool) -> list[tuple[float, float]]:
    if inside:
        return [(r.middle, r.low), (r.middle, r.high)]
    entry = primitive(name)
    floor = entry.low + _OPEN_PART * (r.middle - entry.low) if entry.open_low else entry.low
    top = entry.high - _OPEN_PART * (entry.high - r.middle) if entry.open_high else entry.high
    return [
        (r.low, min(r.low, max(r.low - reach * r.width, floor))),
        (r.high, max(r.high, min(r.high + reach * r.width, top))),
    ]


def _nearest(paths: list[Path], moved: dict[str, Range]) -> list[Path]:
    """Drop paths whose change is surely further off than another's."""

    def distance(name: str, value: float) -> float:
        return abs(value - moved[name].middle) / moved[name].width

    bound = min((distance(path.name, path.stop) for path in paths), default=0.0)
    # Ties are broken by name later, so what may tie stays.
    return [path for path in paths if distance(path.name, path.start) <= bound + _TIE]


def _flip(name: str, r: Range, value: float) -> Flip:
    return Flip(
        name=name,
        value=value,
        now=r.middle,
        inside_range=r.low <= value <= r.high,
        direction="up" if value > r.middle else "down",
        distance=abs(value - r.middle) / r.width,
    )
