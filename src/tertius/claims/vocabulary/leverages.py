"""`leverage`: did the pivot's leverage index rise or fall between two days?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import Arguments, Test, under_each_policy
from tertius.claims.vocabulary.seats import case_roles, triangle_dyads
from tertius.panels import Panel
from tertius.triads import RoleEntry

__all__ = ["TEST"]


class LeverageChange(Arguments):
    """Between which days, and which way.

    Attributes
    ----------
    before, after : date
        The two days looked back from.
    direction : str
        ``up`` or ``down``.
    """

    before: date
    after: date
    direction: Literal["up", "down"]


def _describe(args: LeverageChange, case: Case) -> str:
    way = "higher" if args.direction == "up" else "lower"
    return (
        f"The leverage index of {prose(case.pivot)} was {way} on {args.after} than on "
        f"{args.before}."
    )


def _run(args: LeverageChange, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        found = case_roles(context, panel, tuple(sorted((args.before, args.after))))
        pairs = [
            (found.at(args.before, scoring), found.at(args.after, scoring))
            for scoring in ("world", "raw")
        ]
        provenance = context.cells(triangle_dyads(context.case), panel.identity.start, args.after)
        if any(entry.verdict == "no triangle" for pair in pairs for entry in pair):
            return Finding(
                "too little data",
                "There is no triangle on one of the two days.",
                missing=("five effective events in each dyad on both days",),
                provenance=provenance,
            )
        words = [_word(*_difference(*pair), args.direction) for pair in pairs]
        low, high = _difference(*pairs[0])
        nearer = min(low, high, key=abs)
        before, after = pairs[0]
        return Finding(
            words[0] if words[0] == words[1] else "not distinguishable",
            f"The leverage index goes from {before.leverage:.2f} to {after.leverage:.2f} against "
            f"the world's odds ({pairs[1][0].leverage:.2f} to {pairs[1][1].leverage:.2f} raw).",
            (
                Evidence("change of leverage", after.leverage - before.leverage, low, high, 0.9,
                         anchor="leverage"),
                *(_evidence(entry) for pair in pairs for entry in pair),
            ),
            comparison=f"World's odds: {words[0]}; even odds: {words[1]}.",
            assumptions=(
                "The interval of the change is the hull of the two days' intervals: it errs wide.",
            ),
            provenance=provenance,
            flip=Flip(
                f"the nearer bound ({nearer:+.2f}) of the change in leverage crossed 0",
                abs(nearer) / max(high - low, 1e-9),
            ),
        )  # fmt: skip

    return under_each_policy(context, read)


def _difference(before: RoleEntry, after: RoleEntry) -> tuple[float, float]:
    (low_before, high_before), (low_after, high_after) = (
        before.leverage_interval_90,
        after.leverage_interval_90,
    )
    return low_after - high_before, high_after - low_before


def _word(low: float, high: float, direction: str) -> Word:
    side = int(low > 0) - int(high < 0)
    if direction == "down":
        side = -side
    return ("not distinguishable", "supported", "contradicted")[side]


def _evidence(entry: RoleEntry) -> Evidence:
    low, high = entry.leverage_interval_90
    scoring = "world's odds" if entry.scoring == "world" else "raw"
    return Evidence(
        f"leverage on {entry.date:%-d %b %Y}, {scoring}", entry.leverage, low, high, 0.9,
        anchor="leverage",
    )  # fmt: skip


TEST = Test(
    name="leverage",
    kind="measured",
    establishes="Whether the leverage index, which needs good relations with both rivals and bad "
    "ones between them, differs between two days.",
    cannot="It cannot tell whether the pivot got anything for it: position is not gain.",
    arguments=LeverageChange,
    describe=_describe,
    run=_run,
    reads_events=True,
)
