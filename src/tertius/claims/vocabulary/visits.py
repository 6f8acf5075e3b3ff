"""`visit-direction`: who travels to whom?

The share of the dated meetings in which one side was the visitor, with the interval of a
Beta posterior under the Jeffreys prior.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from scipy.special import betaincinv

from tertius.casebook import Case, Milestone
from tertius.casebook.schema import StateCode
from tertius.claims.context import Context
from tertius.claims.naming import prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Provenance, Word
from tertius.claims.vocabulary.base import DatedArguments, Test

__all__ = ["TEST"]

_LEAST_MEETINGS = 5
_RANKS = ("official", "minister", "senior", "leader")


class VisitDirection(DatedArguments):
    """Which visits are counted, and what is claimed of them.

    Attributes
    ----------
    visitor, host : str
        The side said to travel, and the side said to receive.
    start, end : date
        Meetings that begin on these days or between them.
    level : str
        Rank of the visitor that counts: this one or a higher one.
    share_above : float
        The claim: the visitor's share of the meetings is above this.
    """

    visitor: StateCode
    host: StateCode
    level: Literal["official", "minister", "senior", "leader"] = "official"
    share_above: float = Field(default=0.5, strict=False, gt=0, lt=1)


def _describe(args: VisitDirection, case: Case) -> str:
    return (
        f"{prose(args.visitor)} travels to {prose(args.host)} in more than "
        f"{100 * args.share_above:.0f} % of their meetings of rank {args.level} or above, "
        f"{args.start} to {args.end}."
    )


def _meetings(args: VisitDirection, case: Case) -> list[Milestone]:
    ranks = _RANKS[_RANKS.index(args.level) :]
    pair = {args.visitor, args.host}
    return [
        fact
        for fact in case.milestones
        if {fact.visitor, fact.host} == pair
        and fact.level in ranks
        and args.start <= fact.on <= args.end
    ]


def _run(args: VisitDirection, context: Context) -> Finding:
    meetings = _meetings(args, context.case)
    out = sum(fact.visitor == args.visitor for fact in meetings)
    back = len(meetings) - out
    listed = ", ".join(fact.id for fact in meetings)
    provenance = Provenance("milestones", listed or "none", start=args.start, end=args.end)
    visitor, host = prose(args.visitor), prose(args.host)
    counts = (
        Evidence(f"{visitor} to {host}", text=f"{out} meetings", anchor="milestones"),
        Evidence(f"{host} to {visitor}", text=f"{back} meetings", anchor="milestones"),
    )
    if len(meetings) < _LEAST_MEETINGS:
        return Finding(
            "too little data",
            f"Only {len(meetings)} dated meetings of that rank.",
            counts,
            missing=(f"{_LEAST_MEETINGS} dated meetings",),
            provenance=provenance,
        )
    low, high = (float(betaincinv(out + 0.5, back + 0.5, q)) for q in (0.05, 0.95))
    word: Word = "not distinguishable"
    if low > args.share_above:
        word = "supported"
    elif high < args.share_above:
        word = "contradicted"
    nearer = low if abs(low - args.share_above) < abs(high - args.share_above) else high
    return Finding(
        word,
        f"{visitor} was the visitor in {out} of {len(meetings)} dated meetings.",
        (
            Evidence(f"share in which {visitor} travelled", out / len(meetings), low, high, 0.9,
                     anchor="milestones"),
            *counts,
        ),
        assumptions=("The milestones list the meetings completely, or miss them evenly.",),
        provenance=provenance,
        flip=Flip(
            f"the nearer bound ({nearer:.2f}) of the share of visits crossed "
            f"{args.share_above:.2f}",
            abs(nearer - args.share_above) / (high - low),
        ),
    )  # fmt: skip


TEST = Test(
    name="visit-direction",
    kind="measured",
    establishes="Which side travels, among the dated meetings the case lists.",
    cannot="It cannot tell who asked for a meeting, nor of meetings that were kept secret.",
    arguments=VisitDirection,
    describe=_describe,
    run=_run,
)
