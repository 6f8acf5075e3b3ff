"""What a test in the vocabulary is: a name, its arguments, what it can and cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.verdicts import Finding, Kind
from tertius.errors import Mistake, PanelError
from tertius.panels import Panel

__all__ = [
    "Arguments",
    "DateSpan",
    "DatedArguments",
    "Test",
    "YearSpan",
    "no_checks",
    "under_each_policy",
]

DateSpan = Annotated[tuple[date, date], Field(strict=False)]
CalendarYear = Annotated[int, Field(ge=1, le=9999)]
YearSpan = Annotated[tuple[CalendarYear, CalendarYear], Field(strict=False)]


class Arguments(BaseModel):
    """Arguments of a test: a fixed set, nothing else accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DatedArguments(Arguments):
    """Arguments of a test on a span of days.

    Attributes
    ----------
    start, end : date
        First and last day.
    """

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start > self.end:
            raise ValueError(f"start {self.start} is after end {self.end}")
        return self


def no_checks(_args: Any, _case: Case) -> list[Mistake]:  # noqa: ANN401 - any arguments
    """Find nothing to object to."""
    return []


@dataclass(frozen=True, slots=True)
class Test:
    """One entry of the vocabulary.

    Attributes
    ----------
    name, kind : str
        What a case file calls it, and ``measured`` or ``model``.
    establishes, cannot : str
        What it establishes and what it cannot tell, one or two sentences each.
    arguments : type
        Schema of its arguments.
    describe : callable
        Arguments and case to one sentence: what exactly is tested.
    run : callable
        Arguments and context to a finding.
    check : callable
        Arguments and case to the mistakes no schema can see (an unknown milestone).
    reads_events : bool
        Whether its days must lie within the window of the case.
    """

    __test__ = False  # the name is the field's word, not a test case of ours

    name: str
    kind: Kind
    establishes: str
    cannot: str
    arguments: type[Arguments]
    describe: Callable[[Any, Case], str]
    run: Callable[[Any, Context], Finding]
    check: Callable[[Any, Case], list[Mistake]] = field(default=no_checks)
    reads_events: bool = False


def under_each_policy(context: Context, read: Callable[[Panel], Finding]) -> Finding:
    """Read a measured part under the case's duplicate policy, and under the others it admits.

    Where two admissible policies disagree the word is "not distinguishable"; where the case
    has no events it is "too little data".
    """
    main = context.case.events.duplicates
    if main not in context.panels:
        return Finding(
            "too little data",
            "The case has no event data for this.",
            missing=("an event panel (--store DIR gives one)",),
        )
    findings = {policy: _read(panel, read) for policy, panel in context.panels.items()}
    finding = findings[main]
    others = {policy: other for policy, other in findings.items() if policy != main}
    if not others:
        return finding
    differing = {policy: other for policy, other in others.items() if other.word != finding.word}
    if not differing:
        agreement = f"The same under the duplicate policy {', '.join(others)}."
        return replace(finding, comparison=f"{finding.comparison} {agreement}".strip())
    told = "; ".join(f"{policy}: {other.word}" for policy, other in differing.items())
    disagreement = f"Duplicate policies disagree ({main}: {finding.word}; {told})."
    return replace(
        finding,
        word="not distinguishable",
        comparison=f"{finding.comparison} {disagreement}".strip(),
    )


def _read(panel: Panel, read: Callable[[Panel], Finding]) -> Finding:
    try:
        return read(panel)
    except PanelError as error:
        # A window or dyad the panel does not hold is an answer about the data, not a crash.
        return Finding(
            "too little data",
            f"The panel cannot answer: {error.what}.",
            missing=(error.hint or error.what,),
        )
