"""What a case file holds: one schema, every field with its meaning.

A case states an argument; it never states a verdict. Parameters of the game are
ranges with a reason and a source, milestones and figures name their source, and the
arguments of a claim's parts stay a plain table here: the vocabulary of tests that
gives them meaning is a later room.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from tertius.actors import state
from tertius.errors import UnknownNameError

__all__ = [
    "Case",
    "Claim",
    "Events",
    "GameSection",
    "Milestone",
    "Part",
    "RangeEntry",
    "Source",
    "StateCode",
    "Window",
    "YearlyFigure",
]


def _state_code(value: str) -> str:
    try:
        return state(value).iso3
    except UnknownNameError as error:
        hint = f"; {error.hint}" if error.hint else ""
        raise ValueError(f'"{value}" is not a state code{hint}') from error


# No parameter has more: rho.CHN.USA.
_MOST_DOTS = 2


def dotted(value: object, prefix: str = "") -> object:
    """Flatten ``ranges.rho.USA = {low, high, …}`` into ``"rho.USA"``.

    A table may be a range and hold further ones: ``rho.USA`` beside ``rho.USA.KOR``.
    """
    if not isinstance(value, dict):
        return value
    flat: dict[str, object] = {}
    for name, entry in value.items():
        path = f"{prefix}{name}"
        if not isinstance(entry, dict) or path.count(".") >= _MOST_DOTS:
            flat[path] = entry
            continue
        inner = {key: item for key, item in entry.items() if isinstance(item, dict)}
        own = {key: item for key, item in entry.items() if key not in inner}
        if own or not inner:
            flat[path] = own
        nested = dotted(inner, f"{path}.")
        flat.update(nested if isinstance(nested, dict) else {})
    return flat


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
StateCode = Annotated[str, AfterValidator(_state_code)]
MaybeState = Annotated[str, AfterValidator(lambda value: _state_code(value) if value else "")]
Year = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Policy = Literal["none", "same-url", "one-a-day", "mirror-collapse"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(_Entry):
    """Where a fact comes from.

    Attributes
    ----------
    id : str
        What milestones, figures and ranges refer to.
    title : str
        Author, title, place and year.
    url : str
        Address, where there is one; printed as a link only if it is http or https.
    note : str
        What was checked in it, or how far it can be trusted.
    """

    id: Slug
    title: Text
    url: str = ""
    note: str = ""


class Window(_Entry):
    """The days a case is about, and the two days its triangle is drawn for.

    Attributes
    ----------
    start, end : date
        First and last day, inclusive.
    before, after : date
        Days of the triangle before and after; within the window.
    """

    start: date
    end: date
    before: date
    after: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.start <= self.before < self.after <= self.end:
            raise ValueError(
                f"start <= before < after <= end is needed, got {self.start}, {self.before}, "
                f"{self.after}, {self.end}"
            )
        return self


class Events(_Entry):
    """Where the events come from.

    Attributes
    ----------
    figures : str
        Folder of aggregate figures beside the case file ("." for its own folder), or
        an empty string where the case has none.
    dataset, citation : str
        What the data are called, and how to cite them.
    duplicates : str
        The duplicate policy the case reads its numbers under.
    also : list of str
        Other admissible policies; a measured word must hold under each.
    """

    figures: str = ""
    dataset: Text
    citation: str = ""
    duplicates: Policy = "one-a-day"
    also: tuple[Policy, ...] = Field(default=(), strict=False)


class Milestone(_Entry):
    """A dated fact.

    Attributes
    ----------
    id, says : str
        Name and one sentence.
    on, until : date
        First and last day; `until` is left out for a single day.
    precision : str
        How exactly the date is known.
    kind : str
        What sort of fact.
    states : list of str
        The states it concerns.
    visitor, host : str
        For a meeting: who travelled, and to whom; both left out where neither did.
    level : str
        For a meeting: the rank of the higher visitor.
    account : str
        Which account tells it so, where accounts disagree.
    amount, unit
        A sum, and in what money.
    source : str
        Id of a source.
    main : bool
        Whether it is drawn on the charts.
    """

    id: Slug
    says: Text
    on: date
    until: date | None = None
    precision: Literal["day", "month", "year"] = "day"
    kind: Literal[
        "announcement", "summit", "visit", "talks", "test", "resolution", "sanction", "treaty",
        "aid", "cancellation", "crisis", "statement", "other",
    ]  # fmt: skip
    states: tuple[StateCode, ...] = Field(strict=False)
    visitor: MaybeState = ""
    host: MaybeState = ""
    level: Literal["", "leader", "senior", "minister", "official"] = ""
    account: str = ""
    amount: float | None = Field(default=None, strict=False, allow_inf_nan=False)
    unit: str = ""
    source: Slug
    main: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.until is not None and self.until < self.on:
            raise ValueError(f"until {self.until} is before on {self.on}")
        if bool(self.visitor) != bool(self.host):
            raise ValueError("visitor and host come together, or not at all")
        if self.amount is not None and not self.unit:
            raise ValueError("an amount needs its unit")
        return self

    @property
    def last(self) -> date:
        """Last day of the fact."""
        return self.until or self.on


class YearlyFigure(_Entry):
    """A series of counts by year.

    Attributes
    ----------
    id, says, unit : str
        Name, what is counted, and in what unit.
    source : str
        Id of a source.
    values : dict of str to int
        Year to count; a year that was not observed is left out, never zero.
    """

    id: Slug
    says: Text
    unit: Text
    source: Slug
    values: dict[Year, Count] = Field(min_length=1)


class RangeEntry(_Entry):
    """What one parameter of the game may be.

    Attributes
    ----------
    low, high : float
        The range, in pivot money unless the parameter is a share.
    why : str
        The reason for it.
    source : str
        Id of a source, or "judgement".
    """

    low: float = Field(strict=False, allow_inf_nan=False)
    high: float = Field(strict=False, allow_inf_nan=False)
    why: Text
    source: Slug

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class GameSection(_Entry):
    """The bargaining model of the case.

    Attributes
    ----------
    goal : str
        The goal the patrons share, in words.
    money : str
        What one unit of the payoffs is.
    alignment_steps, goal_steps : int
        Grid of the policy set.
    draws : int
        How many games are drawn from the ranges.
    ranges : dict of str to RangeEntry
        Dotted parameter name ("rho.USA") to its range.
    """

    goal: Text
    money: Text
    alignment_steps: int = Field(default=10, ge=1, le=40)
    goal_steps: int = Field(default=1, ge=1, le=10)
    draws: int = Field(default=4000, ge=200, le=200_000)
    ranges: Annotated[dict[str, RangeEntry], BeforeValidator(dotted)]


class Part(_Entry):
    """One part of a claim: a test by name, and its arguments as a plain table."""

    test: Slug
    args: dict[str, Any] = Field(default_factory=dict)
    needed: bool = True


class Claim(_Entry):
    """What somebody says, and the parts it stands on."""

    id: Slug
    says: Text
    note: str = ""
    parts: tuple[Part, ...] = Field(min_length=1, strict=False)


class Case(_Entry):
    """A whole case file.

    Attributes
    ----------
    id, title, question, about : str
        Name, title, the question asked, and who argues it where.
    pivot : str
        The courted state.
    patrons, others : list of str
        The rivals that court it; further states the claims name.
    seed : int
        Root of all random numbers of the case.
    precedent : str
        Name of the case printed beside this one, or an empty string.
    headline : list of str
        Ids of the claims the computed headline speaks of.
    window, events, game, sources, milestones, figures, claims
        The parts of the file; see their classes.
    """

    id: Slug
    title: Text
    question: Text
    about: str = ""
    pivot: StateCode
    patrons: tuple[StateCode, ...] = Field(min_length=2, strict=False)
    others: tuple[StateCode, ...] = Field(default=(), strict=False)
    seed: int = Field(default=0, ge=0)
    precedent: str = ""
    headline: tuple[Slug, ...] = Field(min_length=1, strict=False)
    window: Window
    events: Events
    sources: tuple[Source, ...] = Field(default=(), strict=False)
    milestones: tuple[Milestone, ...] = Field(default=(), strict=False)
    figures: tuple[YearlyFigure, ...] = Field(default=(), strict=False)
    game: GameSection | None = None
    claims: tuple[Claim, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len({self.pivot, *self.patrons}) != 1 + len(self.patrons):
            raise ValueError("the pivot and the patrons must be different states")
        return self

    def milestone(self, name: str) -> Milestone:
        """Return the milestone called `name`, or raise `UnknownNameError`."""
        return _find("milestone", self.milestones, name)

    def figure(self, name: str) -> YearlyFigure:
        """Return the yearly figure called `name`, or raise `UnknownNameError`."""
        return _find("figure", self.figures, name)


_Named = TypeVar("_Named", Milestone, YearlyFigure)


def _find(kind: str, entries: tuple[_Named, ...], name: str) -> _Named:
    for entry in entries:
        if entry.id == name:
            return entry
    raise UnknownNameError.of(kind, name, [entry.id for entry in entries])
