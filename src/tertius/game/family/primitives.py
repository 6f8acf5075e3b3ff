"""The parameters of the family: their names, signs, neutral values and meaning.

A name is ``k``, ``c``, ``q``, or one of the others with a patron's name after a dot,
as ``omega.CHN``. The rivalry parameter may be split by rival: ``rho.CHN.USA`` is how
much CHN is hurt by alignment with USA.

The parameters of a layer (sanctions, caps, belief, time) are optional: games that do not
give them have none of the layer, and the core never reads them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tertius.errors import GameError, did_you_mean
from tertius.game.core.games import check_count

__all__ = ["PRIMITIVES", "Layer", "Primitive", "check_patrons", "list_names", "primitive"]


Layer = Literal["core", "sanctions", "caps", "belief", "time"]


@dataclass(frozen=True, slots=True)
class Primitive:
    """One parameter of the family.

    Attributes
    ----------
    stem : str
        The name before the first dot.
    owned : bool
        Whether each patron has its own.
    neutral : float or None
        Value where none is given; None if one must be given.
    low, high : float
        Bounds that its meaning sets; infinite where there is none.
    open_low : bool
        Whether `low` itself is excluded.
    help : str
        What it means, with its unit.
    layer : str
        What it belongs to; those of another layer than ``core`` may be left out.
    open_high : bool
        Whether `high` itself is excluded.
    """

    stem: str
    owned: bool
    neutral: float | None
    low: float
    high: float
    open_low: bool
    help: str
    layer: Layer = "core"
    open_high: bool = False

    @property
    def optional(self) -> bool:
        """Whether games without it are complete."""
        return self.layer != "core"

    def problem(self, name: str, low: float, high: float) -> str | None:
        """Say what is wrong with values from `low` to `high`, or return None."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return f"{name} is not finite: {low:g} to {high:g}"
        too_low = low <= self.low if self.open_low else low < self.low
        too_high = high >= self.high if self.open_high else high > self.high
        if too_low or too_high:
            sign, cap = ">" if self.open_low else "≥", "<" if self.open_high else "≤"
            top = "" if math.isinf(self.high) else f" and {cap} {self.high:g}"
            return f"{name} from {low:g} to {high:g}; allowed: {sign} {self.low:g}{top}"
        return None


def _own(
    stem: str, neutral: float | None, low: float, words: str, *, open_low: bool = False
) -> Primitive:
    return Primitive(stem, True, neutral, low, math.inf, open_low, words)


_RIVALRY = _own("rho", None, 0.0, "how much the patron is hurt by alignment with a rival")
# Split by rival, a negative value makes the other a friend.
_RIVALRY_OF_PAIR = _own("rho", None, -math.inf, "how much the patron is hurt by that rival's share")

PRIMITIVES: tuple[Primitive, ...] = (
    Primitive(
        "k", False, None, 0.0, math.inf, True, "pivot's cost of dependence, on shares squared"
    ),
    Primitive("c", False, None, 0.0, math.inf, False, "pivot's cost of reaching the shared goal"),
    Primitive("q", False, 1.0, 0.0, 1.0, False, "reliability of the pivot's promise, 0 to 1"),
    _own(
        "alpha", 0.0, -math.inf, "pivot's affinity: what alignment with the patron is worth to it"
    ),
    _own("omega", None, 0.0, "what having the pivot's alignment is worth to the patron"),
    _RIVALRY,
    _own("beta", None, 0.0, "what the shared goal is worth to the patron"),
    _own("theta", 0.0, 0.0, "how much less the goal is worth under a rival's alignment"),
    _own("e", 0.0, 0.0, "patron's loss if only others have any alignment"),
    _own("kappa", 1.0, 0.0, "what delivering one unit costs the patron at home", open_low=True),
    Primitive(
        "sigma", True, None, 0.0, math.inf, False,
        "largest sanction the patron can keep in force while the goal is not reached", "sanctions",
    ),
    Primitive(
        "lambda", True, None, 0.0, math.inf, False,
        "what a unit of its own sanction in force costs the patron", "sanctions",
    ),
    Primitive(
        "shield", True, None, 0.0, 1.0, False,
        "part of the others' sanctions that full alignment with the patron undoes, 0 to 1",
        "sanctions",
    ),
    Primitive(
        "cap", True, None, 0.0, math.inf, True, "most the patron can pay, in pivot money", "caps",
    ),
    Primitive(
        "upfront", False, None, 0.0, 1.0, False,
        "part of c that is due on signing, whether or not the promise is kept, 0 to 1", "belief",
    ),
    Primitive(
        "delivery", False, None, 0.5, 1.0, True,
        "chance that a committed pivot delivers; an opportunist delivers with the rest",
        "belief", open_high=True,
    ),
    Primitive(
        "mu", False, None, 0.0, 1.0, True,
        "patrons' belief that the pivot is committed, 0 to 1", "belief", open_high=True,
    ),
    Primitive(
        "delta", False, None, 0.0, 1.0, False,
        "weight of the next round against this one, below 1", "time", open_high=True,
    ),
)  # fmt: skip

_BY_STEM = {entry.stem: entry for entry in PRIMITIVES}


def primitive(name: str) -> Primitive:
    """Return the entry that a full parameter name belongs to."""
    return _RIVALRY_OF_PAIR if name.count(".") == 2 else _BY_STEM[name.partition(".")[0]]


def check_patrons(patrons: Sequence[str], *, where: str) -> tuple[str, ...]:
    """Refuse patron names that cannot be used in parameter names.

    Raises
    ------
    GameError
        If there are none or too many, or one is empty, doubled or has a dot.
    """
    names = (patrons,) if isinstance(patrons, str) else tuple(patrons)
    check_count(len(names), where=where)
    for name in names:
        if not name or "." in name or names.count(name) > 1:
            raise GameError(
                f'patron name "{name}"', where=where, allowed="distinct names without a dot"
            )
    return names


def list_names(patrons: Sequence[str], given: Iterable[str], *, where: str) -> tuple[str, ...]:
    """Return every parameter name of a family, in its order, given the names in use.

    Raises
    ------
    GameError
        Listing every unknown, missing and doubly given name.
    """
    used = set(given)
    names = [entry.stem for entry in PRIMITIVES if not entry.owned]
    known = list(names)
    problems: list[str] = []
    for patron in patrons:
        split = [f"rho.{patron}.{rival}" for rival in patrons if rival != patron]
        own = [f"{entry.stem}.{patron}" for entry in PRIMITIVES if entry.owned]
        if not split:
            # A patron without rivals has no rivalry to speak of.
            own.remove(f"rho.{patron}")
        known += own + split
        if used.intersection(split):
            if f"rho.{patron}" in used:
                problems.append(f"rho.{patron} is given both as one number and by rival")
            place = own.index(f"rho.{patron}")
            own[place : place + 1] = split
        names += own
    for name in sorted(used.difference(known)):
        hint = did_you_mean(name, known)
        problems.append(f'unknown parameter "{name}"' + (f" ({hint})" if hint else ""))
    names = [name for name in names if name in used or not primitive(name).optional]
    problems += [
        f"{name} is missing: {primitive(name).help}"
        for name in names
        if name not in used and primitive(name).neutral is None
    ]
    if problems:
        raise GameError("; ".join(problems), where=where, allowed=", ".join(known))
    return tuple(names)
