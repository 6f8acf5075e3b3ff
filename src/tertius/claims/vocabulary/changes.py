"""`relation-change`: did one state's conduct toward another turn warmer or colder?"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from tertius.casebook import Case
from tertius.casebook.schema import StateCode
from tertius.claims.context import Context
from tertius.claims.naming import possessive, prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import Arguments, DateSpan, Test, under_each_policy
from tertius.claims.vocabulary.levels import FEWEST_EFFECTIVE
from tertius.panels import Panel
from tertius.triads import Change, RelationChange, relation_change

__all__ = ["TEST"]


class ConductChange(Arguments):
    """Whose conduct toward whom, before and after.

    Attributes
    ----------
    source, target : str
        Directed dyad.
    before, after : list of two date
        First and last day of each window.
    direction : str
        ``up``: cooperative events became more frequent; ``down``: less.
    """

    source: StateCode
    target: StateCode
    before: DateSpan
    after: DateSpan
    direction: Literal["up", "down"]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, (first, last) in (("before", self.before), ("after", self.after)):
            if first > last:
                raise ValueError(f"{name} runs backwards: {first} to {last}")
        return self


def _describe(args: ConductChange, case: Case) -> str:
    more = "more" if args.direction == "up" else "less"
    return (
        f"{possessive(args.source)} cooperative events toward {prose(args.target)} were "
        f"{more} frequent from {args.after[0]} to {args.after[1]} than from {args.before[0]} to "
        f"{args.before[1]}, and the score did not move the other way."
    )


def _run(args: ConductChange, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        found = relation_change(
            panel,
            args.source,
            args.target,
            before=args.before,
            after=args.after,
            seed=context.seed(f"change {args.source} {args.target} {args.before} {args.after}"),
        )
        provenance = context.cells(
            ((args.source, args.target),),
            min(args.before[0], args.after[0]),
            max(args.before[1], args.after[1]),
        )
        effective = found.before.raw.effective_events + found.after.raw.effective_events
        if effective < 2 * FEWEST_EFFECTIVE:
            return Finding(
                "too little data",
                f"{effective:.1f} effective events in both windows together.",
                missing=(f"{2 * FEWEST_EFFECTIVE:.0f} effective events",),
                provenance=provenance,
            )
        low, high = found.cooperative_rate.interval_90
        nearer = min(low, high, key=lambda bound: abs(np.log(bound)))
        return Finding(
            _word(found, args.direction),
            f"{possessive(args.source)} cooperative events toward {prose(args.target)} "
            f"go from {found.before.cooperative_rate:.2f} to {found.after.cooperative_rate:.2f} a "
            "day.",
            _numbers(found),
            comparison="Held against the world's volume as well: the ratio of shares is the same "
            "change with the general growth of reports taken out.",
            assumptions=("Each window is read as one level; what moved within it is scatter.",),
            provenance=provenance,
            flip=Flip(
                f"the nearer bound ({nearer:.2f}) of the {args.source}–{args.target} ratio "
                "crossed 1",
                abs(float(np.log(nearer))) / max(float(np.log(high / low)), 1e-9),
            ),
        )

    return under_each_policy(context, read)


def _word(found: RelationChange, direction: str) -> Word:
    """Rate and share on the claimed side, and no scoring's score wholly on the other."""
    ratios = (found.cooperative_rate, found.cooperative_share)
    claimed = [_side(change, 1.0, direction) for change in ratios if change]
    scores = [_side(change, 0.0, direction) for change in (found.world, found.raw)]
    if all(side > 0 for side in claimed) and not any(side < 0 for side in scores):
        return "supported"
    if all(side < 0 for side in claimed) and not any(side > 0 for side in scores):
        return "contradicted"
    return "not distinguishable"


def _side(change: Change, neutral: float, direction: str) -> int:
    """1 where the interval lies wholly on the claimed side, -1 on the other, 0 between."""
    low, high = change.interval_90
    side = int(low > neutral) - int(high < neutral)
    return side if direction == "up" else -side


def _numbers(found: RelationChange) -> tuple[Evidence, ...]:
    named = (
        ("ratio of cooperative events a day", found.cooperative_rate, "×"),
        ("… of their share in the world's events", found.cooperative_share, "×"),
        ("ratio of conflictual events a day", found.conflictual_rate, "×"),
        ("change of the score against the world's odds", found.world, ""),
        ("change of the raw score", found.raw, ""),
    )
    return (
        *(
            Evidence.estimate(name, change.estimate, change.interval_90, unit, "relations")
            for name, change, unit in named
            if change
        ),
        Evidence(
            "events before and after",
            text=f"{found.before.events} and {found.after.events}",
            anchor="relations",
        ),
    )


TEST = Test(
    name="relation-change",
    kind="measured",
    establishes="Whether cooperative events became more or less frequent between two windows, "
    "also as a share of the world's, without the score moving the other way.",
    cannot="It cannot tell why, nor when within the windows. Counts are reports: attention to a "
    "dyad raises both sides.",
    arguments=ConductChange,
    describe=_describe,
    run=_run,
    reads_events=True,
)
