"""`Range` and `Ranges`: what a case assumes, each number with its reason and source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tertius.errors import GameError
from tertius.game.family.primitives import check_patrons, list_names, primitive

__all__ = ["Range", "Ranges"]


@dataclass(frozen=True, slots=True)
class Range:
    """The values of one parameter that a case admits.

    Attributes
    ----------
    low, high : float
        Ends, both included; equal ends fix the parameter.
    why : str
        The reason for this range.
    source : str
        Where it is taken from.

    Raises
    ------
    GameError
        If an end is not finite or `low` exceeds `high`.
    """

    low: float
    high: float
    why: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise GameError(f"range {self.low} to {self.high} is not finite", where="Range")
        if self.low > self.high:
            raise GameError(
                f"range with low {self.low:g} above high {self.high:g}",
                where="Range",
                allowed="low ≤ high",
                hint="swap the two ends",
            )

    @property
    def middle(self) -> float:
        """The midpoint."""
        return self.low + self.width / 2

    @property
    def width(self) -> float:
        """``high - low``."""
        return self.high - self.low


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """The ranges of every parameter of one case.

    Required are ``k``, ``c`` and each patron's ``omega``, ``rho`` and ``beta``; the
    others are neutral if not given: ``alpha``, ``theta``, ``e`` at 0, ``kappa``, ``q``
    at 1. Parameters of a layer (``sigma``, ``cap``, ``mu``, …) are there only if given.
    Rivalry is one number a patron (``rho.CHN``) or one a rival (``rho.CHN.USA``,
    then for every rival, and negative where the other is a friend). A single patron
    has none.

    Attributes
    ----------
    patrons : tuple of str
        One to eight names, in the order of the game's rows.
    values : mapping of str to Range
        Full parameter name to its range, in the family's order, neutral ones filled in.

    Raises
    ------
    GameError
        Listing every unknown name (with the closest known one), every missing name, and
        every range that its parameter's meaning does not allow.

    Examples
    --------
    >>> ranges = Ranges(("CHN",), {
    ...     "k": Range(1, 2), "c": Range(3, 3), "omega.CHN": Range(0, 4), "beta.CHN": Range(1, 5)})
    >>> ranges.values["omega.CHN"].middle, ranges.values["q"].why
    (2.0, 'neutral value')
    """

    patrons: tuple[str, ...]
    values: Mapping[str, Range]

    def __init__(self, patrons: tuple[str, ...], values: Mapping[str, Range]) -> None:
        object.__setattr__(self, "patrons", check_patrons(patrons, where="Ranges"))
        names = list_names(self.patrons, values, where="Ranges")
        filled = {name: values[name] if name in values else _neutral(name) for name in names}
        problems = [primitive(name).problem(name, r.low, r.high) for name, r in filled.items()]
        if any(problems):
            raise GameError("; ".join(filter(None, problems)), where="Ranges")
        object.__setattr__(self, "values", MappingProxyType(filled))


def _neutral(name: str) -> Range:
    value = primitive(name).neutral
    # list_names has refused a missing parameter that has no neutral value.
    fixed = math.nan if value is None else value
    return Range(fixed, fixed, why="neutral value")
