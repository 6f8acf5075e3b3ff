"""`relation-level`: is a dyad friendlier, or more hostile, than the world's odds?"""

from __future__ import annotations

from typing import Literal

from tertius.casebook import Case
from tertius.casebook.schema import StateCode
from tertius.claims.context import Context
from tertius.claims.naming import prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import DatedArguments, Test, under_each_policy
from tertius.panels import Panel
from tertius.triads import EdgeScore, relation

__all__ = ["FEWEST_EFFECTIVE", "TEST", "score_evidence"]

FEWEST_EFFECTIVE = 5.0


class RelationLevel(DatedArguments):
    """Which dyad, when, and on which side of zero.

    Attributes
    ----------
    a, b : str
        The two states; both directions are read together.
    start, end : date
        First and last day.
    sign : str
        ``friendly``: above the world's odds of cooperation; ``hostile``: below them.
    """

    a: StateCode
    b: StateCode
    sign: Literal["friendly", "hostile"]


def _describe(args: RelationLevel, case: Case) -> str:
    side = "more" if args.sign == "friendly" else "less"
    return (
        f"Events between {prose(args.a)} and {prose(args.b)} from {args.start} to "
        f"{args.end} are {side} cooperative than the world's."
    )


def _run(args: RelationLevel, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        found = relation(
            panel,
            args.a,
            args.b,
            start=args.start,
            end=args.end,
            undirected=True,
            seed=context.seed(f"level {args.a} {args.b} {args.start} {args.end}"),
        )
        provenance = context.cells(((args.a, args.b), (args.b, args.a)), args.start, args.end)
        if found.world.effective_events < FEWEST_EFFECTIVE:
            return Finding(
                "too little data",
                f"{found.events} events, {found.world.effective_events:.1f} effective.",
                missing=(f"{FEWEST_EFFECTIVE:.0f} effective events",),
                provenance=provenance,
            )
        words = [_side(score, args.sign) for score in (found.world, found.raw)]
        word: Word = words[0] if words[0] == words[1] else "not distinguishable"
        low, high = found.world.interval_90
        nearer = low if abs(low) < abs(high) else high
        return Finding(
            word,
            f"The score of {prose(args.a)} and {prose(args.b)} is "
            f"{found.world.score:+.2f} against the world's odds and {found.raw.score:+.2f} raw.",
            (
                score_evidence("score against the world's odds", found.world),
                score_evidence("raw score", found.raw),
                Evidence("effective events", found.world.effective_events, anchor="relations"),
                Evidence("world's cooperative share", 100 * found.world_share, unit="%",
                         anchor="relations"),
            ),
            comparison=f"World's odds: {words[0]}; even odds: {words[1]}.",
            assumptions=("Cooperation and conflict as the quad classes of the scheme have them.",),
            provenance=provenance,
            flip=Flip(
                f"the nearer bound ({nearer:+.2f}) of the {args.a}–{args.b} score crossed 0",
                abs(nearer) / max(high - low, 1e-9),
            ),
        )  # fmt: skip

    return under_each_policy(context, read)


def score_evidence(name: str, score: EdgeScore) -> Evidence:
    """Return a score as evidence, with its 90 % interval."""
    low, high = score.interval_90
    return Evidence(name, score.score, low, high, 0.9, anchor="relations")


def _side(score: EdgeScore, sign: str) -> Word:
    low, high = score.interval_90
    above, below = low > 0, high < 0
    if sign == "hostile":
        above, below = below, above
    return "supported" if above else "contradicted" if below else "not distinguishable"


TEST = Test(
    name="relation-level",
    kind="measured",
    establishes="Whether a dyad's reported events are more or less cooperative than the world's "
    "in the same window, under both scorings.",
    cannot="It cannot tell how strong a relation is behind the reports; most reported cooperation "
    "is talk.",
    arguments=RelationLevel,
    describe=_describe,
    run=_run,
    reads_events=True,
)
