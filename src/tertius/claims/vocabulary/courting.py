"""`courtship`: did both rivals court the pivot above their norm?

The index ``K_X`` is the lower of the two bids, each the log of a rival's cooperative events
toward the pivot over their norm before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import possessive, prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import DatedArguments, Test, under_each_policy
from tertius.inference import following
from tertius.panels import Panel
from tertius.triads import Bid, Change, RelationChange, courtship, relation_change

__all__ = ["TEST"]

_LEAST_BASELINE_DAYS = 56
_FULL_BASELINE_DAYS = 364


class Courting(DatedArguments):
    """When both are said to have courted.

    Attributes
    ----------
    start, end : date
        First and last day; the norm is what lies before, at least eight weeks.
    """


def _describe(args: Courting, case: Case) -> str:
    first, second = (prose(code) for code in case.patrons[:2])
    return (
        f"From {args.start} to {args.end} both {first} and {second} sent {prose(case.pivot)} "
        "more cooperative events than their norm before."
    )


def _run(args: Courting, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        rivals = (context.case.patrons[0], context.case.patrons[1])
        pivot = context.case.pivot
        history = (args.start - panel.identity.start).days
        provenance = context.cells(
            tuple((rival, pivot) for rival in rivals), panel.identity.start, args.end
        )
        if history < _LEAST_BASELINE_DAYS:
            return Finding(
                "too little data",
                f"Only {history} days lie before {args.start}.",
                missing=(f"a baseline of {_LEAST_BASELINE_DAYS} days",),
                provenance=provenance,
            )
        before = (panel.identity.start, args.start - timedelta(days=1))
        changes = [
            relation_change(
                panel,
                rival,
                pivot,
                before=before,
                after=(args.start, args.end),
                seed=context.seed(f"courtship {rival}"),
            )
            for rival in rivals
        ]
        bids = [np.log(change.cooperative_rate.interval_90).tolist() for change in changes]
        low, high = min(bid[0] for bid in bids), min(bid[1] for bid in bids)
        middle = min(float(np.log(change.cooperative_rate.estimate)) for change in changes)
        return Finding(
            _word(changes),
            _told(rivals, changes),
            (
                Evidence.estimate("courtship index over the span", middle, (low, high), "",
                                  "relations"),
                *(number for rival, change in zip(rivals, changes, strict=True)
                  for number in _bids(rival, change)),
            ),
            comparison="Held against the world's volume as well: the word needs the shares of the "
            "world's events to agree.",
            assumptions=_baseline(history),
            provenance=provenance,
            flip=Flip(
                f"the nearer bound ({min(low, high, key=abs):+.2f}) of the lower bid crossed 0",
                min(abs(low), abs(high)) / max(high - low, 1e-9),
            ),
        )  # fmt: skip

    return _with_bids(args, context, under_each_policy(context, read))


def _with_bids(args: Courting, context: Context, finding: Finding) -> Finding:
    """Add what no word rests on: the weekly bids, and the timing beside its placebos."""
    panel = context.panel
    if panel is None or finding.word == "too little data":
        return finding
    rivals = (context.case.patrons[0], context.case.patrons[1])
    weekly = courtship(
        panel, pivot=context.case.pivot, rivals=rivals, draws=1000, seed=context.seed("bids")
    ).of()
    weeks = _weeks([bid for bid in weekly if args.start <= bid.period <= args.end])
    shown = Evidence("weeks in which both bid above their norm", text=weeks, anchor="relations")
    return replace(
        finding,
        evidence=(*finding.evidence, shown),
        comparison=f"{finding.comparison} {_timing(context, panel, rivals)}".strip(),
    )


def _word(changes: list[RelationChange]) -> Word:
    """Both rates and both shares above one; contradicted where one rival's are both below."""
    sides = [
        [int(c.interval_90[0] > 1) - int(c.interval_90[1] < 1) for c in _ratios(change)]
        for change in changes
    ]
    if all(side > 0 for pair in sides for side in pair):
        return "supported"
    if any(max(pair) < 0 for pair in sides):
        return "contradicted"
    return "not distinguishable"


def _ratios(change: RelationChange) -> list[Change]:
    """Return the rate's ratio and the share's; the world may have no volume to share."""
    return [found for found in (change.cooperative_rate, change.cooperative_share) if found]


def _told(rivals: tuple[str, str], changes: list[RelationChange]) -> str:
    told = (
        f"{possessive(rival)} cooperative events go from {change.before.cooperative_rate:.2f} to "
        f"{change.after.cooperative_rate:.2f} a day"
        for rival, change in zip(rivals, changes, strict=True)
    )
    return "; ".join(told) + "."


def _bids(rival: str, change: RelationChange) -> list[Evidence]:
    names = ("ratio to its norm", "… as a share of the world's events")
    return [
        Evidence.estimate(
            f"{prose(rival)}: {name}", found.estimate, found.interval_90, "×", "relations"
        )
        for name, found in zip(names, _ratios(change), strict=False)
    ]


def _weeks(weeks: list[Bid]) -> str:
    sure = sum(bid.interval_90 is not None and bid.interval_90[0] > 0 for bid in weeks)
    return f"{sure} of {len(weeks)} (90 % interval above 0)"


def _timing(context: Context, panel: Panel, rivals: tuple[str, str]) -> str:
    """Tell how often one rival's burst precedes the other's, beside its placebos."""
    told = []
    for first, second in (rivals, rivals[::-1]):
        found = following(
            panel,
            first=first,
            second=second,
            target=context.case.pivot,
            seed=context.seed(f"bursts {first} {second}"),
        )
        if found.bursts:
            told.append(
                f"after {found.bursts} bursts by {prose(first)}, {prose(second)} followed within "
                f"{found.horizon_days} days {100 * found.share:.0f} % of the time, against "
                f"{100 * found.shifted_share:.0f} % with the bursts shifted and "
                f"{100 * found.jittered_share:.0f} % moved within four weeks"
            )
    return f"Timing, exploratory: {'; '.join(told)}." if told else ""


def _baseline(history: int) -> tuple[str, ...]:
    told = f"The norm is the {history} days before."
    short = " Short baseline: a year would be the rule." if history < _FULL_BASELINE_DAYS else ""
    return (told + short,)


TEST = Test(
    name="courtship",
    kind="measured",
    establishes="Whether both rivals' cooperative events toward the pivot rose above their norm, "
    "also as a share of the world's events.",
    cannot="It cannot tell that one courted because the other did: a common cause, as a summit, "
    "moves both.",
    arguments=Courting,
    describe=_describe,
    run=_run,
    reads_events=True,
)
