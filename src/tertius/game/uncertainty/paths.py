"""`first_changes`: follow one parameter at a time until the answer to a question changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters

__all__ = ["POINTS", "Path", "Predicate", "ask", "first_changes", "one_moved"]

Predicate = Callable[[Parameters], NDArray[np.bool_]]

# Points looked at in one direction, then again between the two that bracket a change.
POINTS = 32
_REFINEMENTS = 6


@dataclass(frozen=True, slots=True)
class Path:
    """One parameter, from where the answer is the old one to where it is looked for."""

    name: str
    start: float
    stop: float


def first_changes(
    predicate: Predicate,
    middle: Parameters,
    paths: Sequence[Path],
    now: bool,
    *,
    where: str,
    points: int = POINTS,
    keep: Callable[[list[Path]], list[Path]] = list,
) -> list[Path]:
    """Walk all paths at once; keep those whose answer changes, closed in on the change.

    Of a path that is kept, `stop` has the other answer and `start`, within a billionth of
    its length with 32 points, the old one. Two changes between neighbouring points can be missed.

    Parameters
    ----------
    predicate : callable
        Takes `Parameters` of D games, returns ``(D,)`` truth values.
    middle : Parameters
        One game: where all other parameters stay.
    paths : sequence of Path
        What is followed.
    now : bool
        The answer at `middle`.
    where : str
        Who asks, for messages.
    points : int
        Points looked at on a path, 1 or more; then again between two that bracket a change.
    keep : callable, optional
        Picks, after each look, the paths still worth following.
    """
    for _ in range(1 + _REFINEMENTS):
        if not paths:
            break
        along = np.stack([np.linspace(p.start, p.stop, points + 1)[1:] for p in paths])
        games = one_moved(middle, [path.name for path in paths], along)
        changed = ask(predicate, games, where=where) != now
        closer = []
        for path, row, hits in zip(paths, along, changed.reshape(along.shape), strict=True):
            if hits.any():
                first = int(hits.argmax())
                before = float(row[first - 1]) if first else path.start
                closer.append(Path(path.name, before, float(row[first])))
        paths = keep(closer)
    return list(paths)


def one_moved(middle: Parameters, names: Sequence[str], points: NDArray[np.float64]) -> Parameters:
    """Return one game a point of ``(len(names), m)``: its row's parameter there, others at middle.

    Games go row by row.
    """
    columns = {name: np.full(points.shape, value[0]) for name, value in middle.table().items()}
    for row, name in enumerate(names):
        columns[name][row] = points[row]
    return Parameters(middle.patrons, {name: column.ravel() for name, column in columns.items()})


def ask(predicate: Predicate, parameters: Parameters, *, where: str) -> NDArray[np.bool_]:
    """Return the answers of a predicate, one truth value a game.

    Raises
    ------
    GameError
        If it gives anything else.
    """
    answers = np.asarray(predicate(parameters))
    if answers.shape != (len(parameters),) or answers.dtype != np.bool_:
        raise GameError(
            f"the predicate gave {answers.dtype} of shape {answers.shape}",
            where=where,
            allowed=f"bool of shape ({len(parameters)},)",
        )
    return answers
