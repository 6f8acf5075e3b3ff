"""Running a case: every part of every claim, and the verdicts they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tertius.claims.binding import BoundCase, BoundPart
from tertius.claims.context import Context
from tertius.claims.naming import sentence_case
from tertius.claims.planned import Planned
from tertius.claims.registry import is_planned
from tertius.claims.verdicts import (
    Finding,
    Kind,
    PartResult,
    Verdict,
    Word,
    combine_measured,
    combine_model,
)

__all__ = ["answer"]


def answer(
    case: BoundCase,
    context: Context,
    *,
    only: str | None = None,
    progress: Callable[[str], None] = lambda _claim: None,
) -> tuple[Verdict, ...]:
    """Answer every claim of a case.

    Parameters
    ----------
    case : BoundCase
        The case, from `load_case`.
    context : Context
        Its panels, draws and random streams.
    only : str, optional
        Id of the one claim to answer. The answer is the same as among all.
    progress : callable, optional
        Told the id of each claim before it is tested.

    Returns
    -------
    tuple of Verdict
        In the order of the case file.
    """
    verdicts = []
    for claim in case.case.claims:
        if only not in (None, claim.id):
            continue
        progress(claim.id)
        parts = tuple(_result(part, context) for part in case.parts[claim.id])
        measured = combine_measured(_needed(parts, "measured"))
        model = combine_model(_needed(parts, "model"))
        verdict = Verdict(claim.id, claim.says, claim.note, parts, measured, model, "", "")
        verdicts.append(
            Verdict(
                claim.id,
                claim.says,
                claim.note,
                parts,
                measured,
                model,
                _confidence(parts),
                _would_change(verdict),
            )
        )
    return tuple(verdicts)


def _needed(parts: Iterable[PartResult], kind: Kind) -> tuple[Word, ...]:
    """Return the words that count: those of needed parts, or of all where none is needed."""
    same = [part for part in parts if part.kind == kind]
    return tuple(part.word for part in [p for p in same if p.needed] or same)


def _result(bound: BoundPart, context: Context) -> PartResult:
    test = bound.test
    if isinstance(test, Planned):
        finding = Finding(
            "not tested",
            f"It needs the test “{test.name}”, which this version does not have.",
            missing=(f"the test “{test.name}”: {test.would}",),
        )
        what, limits = f"Would test {test.would}.", ""
    else:
        finding = test.run(bound.arguments, context)
        what, limits = test.describe(bound.arguments, context.case), test.cannot
    return PartResult(
        test=test.name,
        kind=test.kind,
        tests_what=sentence_case(what),
        limits=limits,
        needed=bound.part.needed,
        word=finding.word,
        sentence=sentence_case(finding.sentence),
        evidence=finding.evidence,
        comparison=finding.comparison,
        assumptions=finding.assumptions,
        missing=finding.missing,
        provenance=finding.provenance,
        flip=finding.flip,
        drivers=finding.drivers,
    )


# Words that hold only while every needed part has them, or a better one.
_SHARED = ("supported", "follows", "follows only if")

_RESTS_ON = {
    "cells": "reported events (aggregate figures)",
    "rows": "reported events (your store)",
    "figures": "yearly figures",
    "milestones": "dated facts",
    "ranges": "assumed ranges",
}


def _confidence(parts: Iterable[PartResult]) -> str:
    """Say what the answer rests on; how likely it is stands elsewhere."""
    kinds = dict.fromkeys(
        _RESTS_ON[part.provenance.kind] for part in parts if part.provenance.kind in _RESTS_ON
    )
    return ", ".join(kinds) or "nothing yet: not tested"


def _missing(parts: Iterable[PartResult]) -> Iterator[str]:
    return (item for part in parts for item in part.missing)


def _would_change(verdict: Verdict) -> str:
    """Tell the nearest change that would change a word of the claim.

    A word that every needed part must share falls with the nearest of them; a word that any
    part can give stands until all who give it change.
    """
    told = []
    kinds: tuple[tuple[Kind, Word | None], ...] = (
        ("measured", verdict.measured_word),
        ("model", verdict.model_word),
    )
    for kind, word in kinds:
        parts = verdict.deciding(kind)
        if word == "not tested" and all(is_planned(part.test) for part in parts):
            names = " and ".join(dict.fromkeys(f"“{part.test}”" for part in parts))
            told.append(f"the test {names} became available")
        elif word == "not tested":
            told.append("the case had " + " and ".join(dict.fromkeys(_missing(parts))))
        elif word == "too little data":
            told.append("the data held " + " and ".join(dict.fromkeys(_missing(parts))))
        elif word in _SHARED:
            flips = [part.flip for part in parts if part.flip is not None]
            told += [flip.text for flip in sorted(flips, key=lambda flip: flip.distance)[:1]]
        elif word is not None:
            told.append(" and ".join(part.flip.text for part in parts if part.flip is not None))
    return "; or ".join(dict.fromkeys(filter(None, told)))
