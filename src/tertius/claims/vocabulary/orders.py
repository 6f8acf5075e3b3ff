"""`milestone-order`: did one dated fact come before another, in every account of it?"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from tertius.casebook import Case, Milestone
from tertius.claims.context import Context
from tertius.claims.verdicts import Evidence, Finding, Flip, Provenance, Word
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.errors import Mistake, did_you_mean

__all__ = ["TEST"]


def _many(ids: object) -> object:
    return (ids,) if isinstance(ids, str) else tuple(ids) if isinstance(ids, list) else ids


Ids = Annotated[tuple[str, ...], BeforeValidator(_many), Field(min_length=1)]


class MilestoneOrder(Arguments):
    """Which fact is said to come first.

    Attributes
    ----------
    first, then : str or list of str
        Milestone ids; several where accounts of the same fact disagree, paired by their
        `account` field.
    """

    first: Ids
    then: Ids

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Both sides, the one said to come first before the other."""
        return self.first, self.then


def _check(args: MilestoneOrder, case: Case) -> list[Mistake]:
    known = [fact.id for fact in case.milestones]
    return [
        Mistake(field, f'no milestone "{name}"', did_you_mean(name, known))
        for field, names in zip(("first", "then"), args.sides, strict=True)
        for name in names
        if name not in known
    ]


def _describe(args: MilestoneOrder, case: Case) -> str:
    first, then = (
        " / ".join(case.milestone(name).says.rstrip(".") for name in names) for names in args.sides
    )
    return f"“{first}” came before “{then}”."


def _pairs(args: MilestoneOrder, case: Case) -> list[tuple[str, Milestone, Milestone]]:
    """Pair the two facts within each account; a fact without an account stands in all."""
    first, then = ([case.milestone(name) for name in names] for names in args.sides)
    accounts = sorted({fact.account for fact in (*first, *then)} - {""}) or [""]
    return [
        (account, early, late)
        for account in accounts
        for early in first
        for late in then
        if {early.account, late.account} <= {account, ""}
    ]


def _order(early: Milestone, late: Milestone) -> bool | None:
    """Return whether `early` ended before `late` began; None where the dates overlap.

    A date known to the month or the year only is that whole month or year.
    """
    first_start, first_end = _extent(early)
    then_start, then_end = _extent(late)
    if first_end < then_start:
        return True
    return False if then_end < first_start else None


def _extent(fact: Milestone) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    last = fact.last
    if fact.precision == "year":
        return (fact.on.year, 1, 1), (last.year, 12, 31)
    if fact.precision == "month":
        return (fact.on.year, fact.on.month, 1), (last.year, last.month, 31)
    return (fact.on.year, fact.on.month, fact.on.day), (last.year, last.month, last.day)


def _run(args: MilestoneOrder, context: Context) -> Finding:
    pairs = _pairs(args, context.case)
    orders = [_order(early, late) for _, early, late in pairs]
    provenance = Provenance("milestones", ", ".join(name for side in args.sides for name in side))
    if not orders or any(order is None for order in orders):
        word: Word = "too little data" if not orders else "not distinguishable"
    else:
        word = (
            "supported" if all(orders) else "not distinguishable" if any(orders) else "contradicted"
        )
    return Finding(
        word,
        _told(pairs, orders),
        tuple(
            Evidence(
                account or "the record",
                text=f"{_dated(early)} against {_dated(late)}",
                anchor="milestones",
            )
            for account, early, late in pairs
        ),
        comparison=f"{len(pairs)} accounts compared." if len(pairs) > 1 else "",
        missing=() if orders else ("two dated facts in one account",),
        provenance=provenance,
        flip=Flip("an account gave the other order"),
    )


def _dated(fact: Milestone) -> str:
    shown = {"day": "%-d %B %Y", "month": "%B %Y", "year": "%Y"}[fact.precision]
    return fact.on.strftime(shown)


def _told(pairs: list[tuple[str, Milestone, Milestone]], orders: list[bool | None]) -> str:
    if not pairs:
        return "No account dates both facts."
    words = {True: "puts it first", False: "puts it second", None: "does not settle it"}
    return (
        "; ".join(
            f"{_teller(account, early, late)} {words[order]} "
            f"({_dated(early)} against {_dated(late)})"
            for (account, early, late), order in zip(pairs, orders, strict=True)
        )
        + "."
    )


def _teller(account: str, early: Milestone, late: Milestone) -> str:
    """Name who tells the order; a date without an account is the record's."""
    if not account:
        return "the record"
    return account if early.account and late.account else f"{account}, with the record,"


TEST = Test(
    name="milestone-order",
    kind="measured",
    establishes="Which of two dated facts came first, account by account.",
    cannot="It cannot tell that the first caused the second, nor which account is right.",
    arguments=MilestoneOrder,
    describe=_describe,
    run=_run,
    check=_check,
)
