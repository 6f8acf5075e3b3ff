"""`Grid`: the policies of the parametric family, alignment shares × degrees of the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.settings import limit

__all__ = ["Grid"]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Every policy the pivot may pick: how much alignment with whom, and how much goal.

    Alignment shares are multiples of ``1 / alignment_steps`` that sum to at most 1; the
    rest is autonomy. The shared goal is reached to a degree from 0 to 1. There are
    ``C(patrons + alignment_steps, patrons) * (goal_steps + 1)`` policies, ordered by
    shares (the last patron's fastest), then by degree.

    Attributes
    ----------
    patrons : int
        Number of patrons n, 1 to 8.
    alignment_steps : int
        Steps from no alignment to full alignment, 1 or more.
    goal_steps : int
        Steps from nothing of the goal to all of it; 0 takes the goal off the table.
    alignment : numpy.ndarray
        ``(P, n)`` share of alignment with each patron.
    goal : numpy.ndarray
        ``(P,)`` degree of the shared goal, 0 to 1.

    Raises
    ------
    GameError
        If a number is out of range or there are too many policies.

    Examples
    --------
    >>> Grid(patrons=2).goal.size
    132
    >>> Grid(patrons=1, alignment_steps=1).labels(["CHN"])
    ('autonomy, goal 0', 'autonomy, goal 1', 'CHN 1, goal 0', 'CHN 1, goal 1')
    """

    patrons: int
    alignment_steps: int = 10
    goal_steps: int = 1
    alignment: NDArray[np.float64] = field(init=False, repr=False)
    goal: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        n, m = self.patrons, self.alignment_steps
        _check_step("patrons", n, 1, limit("max_patrons_count"))
        _check_step("alignment_steps", m, 1, limit("max_policies_count"))
        _check_step("goal_steps", self.goal_steps, 0, limit("max_policies_count"))
        size = comb(n + m, n) * (self.goal_steps + 1)
        if size > limit("max_policies_count"):
            raise GameError(
                f"a grid of {size:,} policies",
                where="Grid",
                allowed=f"up to {limit('max_policies_count'):,}",
                hint=_fewer_steps(n, m, self.goal_steps),
            )
        # n bars among n + m places leave n + 1 gaps: the shares, and autonomy last.
        bars = np.array(list(combinations(range(n + m), n)))
        steps = np.diff(bars, axis=1, prepend=-1) - 1
        degrees = np.arange(self.goal_steps + 1) / max(self.goal_steps, 1)
        alignment = np.repeat(steps / m, degrees.size, axis=0)
        goal = np.tile(degrees, len(steps))
        for name, array in (("alignment", alignment), ("goal", goal)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def labels(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return ``P`` distinct labels of the policies, naming the patrons `names`.

        Raises
        ------
        GameError
            If there are not as many names as patrons.
        """
        if isinstance(names, str) or len(names) != self.patrons:
            raise GameError(
                f"patron names {names!r} for a grid of {self.patrons} patrons",
                where="Grid.labels",
                allowed=f"{self.patrons} names",
            )
        return tuple(
            ", ".join(
                [
                    *(
                        f"{name} {share:.4g}"
                        for name, share in zip(names, row, strict=True)
                        if share
                    ),
                    *([] if row.any() else ["autonomy"]),
                    f"goal {degree:g}",
                ]
            )
            for row, degree in zip(self.alignment, self.goal, strict=True)
        )


def _fewer_steps(n: int, m: int, goal_steps: int) -> str:
    most = limit("max_policies_count") // (goal_steps + 1)
    fits = next((k for k in range(m, 0, -1) if comb(n + k, n) <= most), 0)
    return (
        f"take at most {fits} alignment steps, or fewer goal steps"
        if fits
        else f"take fewer than {goal_steps} goal steps"
    )


def _check_step(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise GameError(
            f"{name} = {value!r}", where="Grid", allowed=f"a whole number from {low} to {high:,}"
        )
