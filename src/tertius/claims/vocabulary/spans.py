"""`level-between-spans`: is a yearly count higher or lower in one span than in another?

Two counts compared as rates, with overdispersion and an interval on their ratio.
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from tertius.casebook import Case, YearlyFigure
from tertius.claims.context import Context
from tertius.claims.verdicts import Evidence, Finding, Flip, Provenance, Word
from tertius.claims.vocabulary.base import Arguments, Test, YearSpan
from tertius.errors import Mistake, did_you_mean
from tertius.inference import rate_ratio

__all__ = ["TEST"]

_LEAST_YEARS = 2
_LEAST_COUNT = 5
_TINY = 1e-9


class LevelBetweenSpans(Arguments):
    """Which counts are compared.

    Attributes
    ----------
    figure : str
        Id of a yearly figure of the case.
    span : list of two int
        First and last year.
    versus_span : list of two int
        The span compared with; left out: the same span.
    versus_figure : str
        The figure compared with; left out: the same figure.
    direction : str
        ``higher`` or ``lower``: where the claim puts the first against the second.
    """

    figure: str
    span: YearSpan
    versus_span: YearSpan | None = None
    versus_figure: str = ""
    direction: Literal["higher", "lower"]

    @model_validator(mode="after")
    def _two_things(self) -> Self:
        if self.versus_span is None and not self.versus_figure:
            raise ValueError("nothing to compare with; give versus_span or versus_figure")
        for name, span in (("span", self.span), ("versus_span", self.versus_span)):
            if span is not None and span[0] > span[1]:
                raise ValueError(f"{name} runs backwards: {span[0]} to {span[1]}")
        return self


def _check(args: LevelBetweenSpans, case: Case) -> list[Mistake]:
    known = [figure.id for figure in case.figures]
    return [
        Mistake(field, f'no figure "{name}"', did_you_mean(name, known))
        for field, name in (("figure", args.figure), ("versus_figure", args.versus_figure))
        if name and name not in known
    ]


def _describe(args: LevelBetweenSpans, case: Case) -> str:
    first, second = _sides(args, case)
    years = f"{args.span[0]}–{args.span[1]}"
    versus = args.versus_span or args.span
    return (
        f"{first.says} in {years} were {args.direction} than "
        + (f"{second.says} in " if second.id != first.id else "in ")
        + f"{versus[0]}–{versus[1]}, a year."
    )


def _sides(args: LevelBetweenSpans, case: Case) -> tuple[YearlyFigure, YearlyFigure]:
    return case.figure(args.figure), case.figure(args.versus_figure or args.figure)


def _counts(figure: YearlyFigure, span: tuple[int, int]) -> NDArray[np.int64]:
    years = range(span[0], span[1] + 1)
    return np.array([figure.values[str(y)] for y in years if str(y) in figure.values], np.int64)


def _run(args: LevelBetweenSpans, context: Context) -> Finding:
    first, second = _sides(args, context.case)
    versus = args.versus_span or args.span
    here, there = _counts(first, args.span), _counts(second, versus)
    provenance = Provenance(
        "figures",
        f"{first.says}, {args.span[0]}–{args.span[1]}, against {second.says}, "
        f"{versus[0]}–{versus[1]} ({first.source}"
        + (f", {second.source})" if second.source != first.source else ")"),
    )
    enough = min(here.size, there.size) >= _LEAST_YEARS and here.sum() + there.sum() >= _LEAST_COUNT
    if not enough:
        return Finding(
            "too little data",
            f"{here.size} and {there.size} observed years with {here.sum() + there.sum()} counts.",
            missing=(f"{_LEAST_YEARS} years on each side and {_LEAST_COUNT} counts",),
            provenance=provenance,
        )
    found = rate_ratio(here, there)
    low, high = found.interval
    claimed = high < 1 if args.direction == "lower" else low > 1
    opposite = low > 1 if args.direction == "lower" else high < 1
    word: Word = "supported" if claimed else "contradicted" if opposite else "not distinguishable"
    reach = np.log((max(low, _TINY), max(high, _TINY)))
    place = int(np.abs(reach).argmin())
    width = float(reach[1] - reach[0])
    return Finding(
        word,
        f"{first.says}: {here.mean():,.1f} a year in {args.span[0]}–{args.span[1]} against "
        f"{there.mean():,.1f}, a ratio of {found.ratio:.2f} ({low:.2f} to {high:.2f}).",
        (
            Evidence("ratio of yearly rates", found.ratio, low, high, 0.9, "×", anchor="figures"),
            Evidence("overdispersion", found.dispersion, anchor="figures"),
            Evidence("years observed", text=f"{here.size} and {there.size}", anchor="figures"),
        ),
        assumptions=(f"Years are exchangeable within a span; interval by {found.method}.",),
        missing=_gaps((first, args.span), (second, versus)),
        provenance=provenance,
        flip=Flip(
            f"the nearer bound ({found.interval[place]:.2f}) of the ratio for “{first.says}” "
            "crossed 1",
            abs(float(reach[place])) / max(width, _TINY) if np.isfinite(width) else np.inf,
        ),
    )


def _gaps(*sides: tuple[YearlyFigure, tuple[int, int]]) -> tuple[str, ...]:
    return tuple(
        f"{figure.id}: {', '.join(absent)} not observed"
        for figure, span in sides
        if (absent := [str(y) for y in range(span[0], span[1] + 1) if str(y) not in figure.values])
    )


TEST = Test(
    name="level-between-spans",
    kind="measured",
    establishes="Whether yearly counts in one span are higher or lower than in another, beyond "
    "what their scatter allows.",
    cannot="It cannot tell why, and counts are reports: coverage may have changed between spans.",
    arguments=LevelBetweenSpans,
    describe=_describe,
    run=_run,
    check=_check,
)
