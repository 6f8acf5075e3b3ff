"""`triangle_library`: historical triangles, how each was coded and what is on record.

The two are kept in two files on purpose. `library/triangles.toml` holds the coding, which
predictions are made from; `library/records.toml` holds what happened, with its sources. The
coding and the rules that read it were written down first.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tertius.casebook.schema import Slug, Source, Text

__all__ = ["Coding", "Figure", "Record", "RecordSource", "Triangle", "triangle_library"]

_FOLDER = Path(__file__).parent / "library"

Confidence = Literal["H", "M", "L"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
HistoricYear = Annotated[int, Field(ge=1900, le=2100)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Coding(_Entry):
    """What a triangle looked like before its outcome: all that predictions are made from.

    Attributes
    ----------
    id : str
        Its name here, pivot and first year.
    pivot, contest : str
        The pivot, and what its patrons wanted of it.
    patrons : tuple of str
        Who bid.
    start, end : int
        First and last year of the contest.
    coordination : str
        "full" if all patrons agreed on what to ask and offer, "partial" if only those of
        one side did, "none".
    conflict : str
        Over alignment: "high" if each wanted the pivot away from the other, "medium" if
        each wanted access and could live with the other's, "low" if neither minded.
    shared_goal : str
        Whether the patrons wanted the same act of the pivot: "yes", "partly", "no".
    options : str
        "exclusive" if what was contested was recognition, or a pact that one patron or
        its text made incompatible with the other's; "neutral" if it was one thing that
        the pivot could withhold from all; "divisible" if both could supply side by side.
    rival_appears : bool
        A bidder came up, within these years, for something that already had a price.
    named_price : bool
        The pivot itself named a sum.
    loses_patron : str
        Which of two paying patrons dropped out within these years, if one did.
    camp : tuple of str
        Patrons of one side that faced the same rival, if there were two or more.
    distrust : str
        Where a sum was pledged that can be followed: "yes" if giver and pivot had, in the
        five years before, an open dispute over territory, arms or trade or a broken
        bargain; "no"; empty where there is no such pledge.
    why : str
        The reasons for the coding.
    """

    id: Slug
    pivot: Name
    patrons: tuple[Name, ...] = Field(min_length=2, strict=False)
    start: HistoricYear
    end: HistoricYear
    contest: Text
    coordination: Literal["none", "partial", "full"]
    conflict: Literal["low", "medium", "high"]
    shared_goal: Literal["yes", "partly", "no"]
    options: Literal["exclusive", "neutral", "divisible"]
    rival_appears: bool = False
    named_price: bool = False
    loses_patron: str = ""
    camp: tuple[Name, ...] = Field(default=(), strict=False)
    distrust: Literal["", "yes", "no"] = ""
    why: Text

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"{self.id} ends in {self.end}, before it starts in {self.start}")
        named = {*self.camp, self.loses_patron} - {""}
        if unknown := sorted(named - set(self.patrons)):
            raise ValueError(f"{self.id} names no patron {', '.join(unknown)}")
        if len(self.camp) == 1:
            raise ValueError(f"{self.id} has a camp of one")
        return self


class RecordSource(Source):
    """Where a fact of a record comes from.

    Attributes
    ----------
    seen : str
        "read" if the passage was read for this library, "known" if the source is known
        to say it and was not read.
    """

    seen: Literal["read", "known"]


class Figure(_Entry):
    """One sum.

    Attributes
    ----------
    role : str
        "before" and "after" a rival bid, "asked" and "paid", "pledged" and "delivered";
        "gave" for any other, which no test reads.
    patron : str
        Who gave it or was asked for it.
    amount : float
        In `unit`.
    unit : str
        Money, size and period: "million US dollars a year". Old roubles are those before
        1961.
    source : str
        Id of a source of the record.
    confidence : str
        "H", "M" or "L"; figures of low confidence are not scored.
    note : str
        What else should be known of it.
    """

    role: Literal["before", "after", "asked", "paid", "pledged", "delivered", "gave"]
    patron: Name
    amount: float = Field(ge=0, strict=False, allow_inf_nan=False)
    unit: Text
    source: Slug
    confidence: Confidence
    note: str = ""


class Record(_Entry):
    """What happened, as far as sources say.

    Attributes
    ----------
    triangle : str
        Id of the triangle.
    outcome : str
        In a sentence or two.
    payers : str
        Who gave something for the outcome while both were bidding: "both", "one",
        "none"; "sequential" if they bid at different times; "unclear". What an incumbent
        had given before its rival bid does not count.
    goal : str
        Of a shared goal: "stood" if it was reached and still stood five years later,
        "fell" if it was reached and did not, "refused"; empty where it does not apply.
    price : str
        Of a goal reached: "low" if nothing beyond relief or compensation was paid,
        "shared" if two patrons or more each bore a part, "high".
    terms : str
        What the remaining patron gave after the other dropped out, against what it gave
        before: "worse", "same", "better".
    pooled : str
        Whether a camp shared the cost by an arrangement of its own: "yes", "no".
    figures : tuple of Figure
        Sums; one at most of each role but "gave".
    confidence : str
        In the facts above, sums aside.
    sources : tuple of RecordSource
        At least one.
    """

    triangle: Slug
    outcome: Text
    payers: Literal["both", "one", "none", "sequential", "unclear"]
    goal: Literal["", "stood", "fell", "refused"] = ""
    price: Literal["", "low", "shared", "high"] = ""
    terms: Literal["", "worse", "same", "better"] = ""
    pooled: Literal["", "yes", "no"] = ""
    figures: tuple[Figure, ...] = Field(default=(), strict=False)
    confidence: Confidence
    sources: tuple[RecordSource, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        known = {source.id for source in self.sources}
        for figure in self.figures:
            if figure.source not in known:
                raise ValueError(f'{self.triangle}: no source "{figure.source}"')
        roles = [figure.role for figure in self.figures if figure.role != "gave"]
        if len(roles) > len(set(roles)):
            raise ValueError(f"{self.triangle}: a role of figures stands twice")
        return self

    def figure(self, role: str) -> Figure | None:
        """Return the figure of a role, unless there is none or it is of low confidence."""
        found = (item for item in self.figures if item.role == role and item.confidence != "L")
        return next(found, None)


class Triangle(_Entry):
    """One historical triangle.

    Attributes
    ----------
    coding : Coding
        What predictions are made from.
    record : Record or None
        What happened; None where nothing has been entered.
    """

    coding: Coding
    record: Record | None = None


@cache
def triangle_library() -> tuple[Triangle, ...]:
    """Return the historical triangles that come with the package, oldest first.

    They are famous cases that somebody thought worth writing about, not a sample, and one
    person coded them.

    Examples
    --------
    >>> [t.coding.pivot for t in triangle_library() if t.coding.id == "malta-1971"]
    ['Malta']
    """
    records = {
        record.triangle: record
        for record in map(Record.model_validate, _tables("records.toml", "records"))
    }
    codings = [Coding.model_validate(raw) for raw in _tables("triangles.toml", "triangles")]
    return tuple(
        Triangle(coding=coding, record=records.get(coding.id))
        for coding in sorted(codings, key=lambda coding: (coding.start, coding.id))
    )


def _tables(file: str, name: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads((_FOLDER / file).read_text("utf-8")).get(name, [])
    return tables
