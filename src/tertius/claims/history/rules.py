"""The ordinal tests: what predicts what, which triangles are eligible, what is a hit.

Written down before outcomes were entered in the library. Each test makes one yes-or-no
prediction from the coding of a triangle and reads one yes-or-no answer off its record. A hit
is a prediction that equals the answer, a miss one that does not, not scorable an eligible
triangle whose record cannot say. Nothing here has a parameter that could be fitted.

The p-value of a test is the share of all rearrangements of its answers over its scored
triangles that give as many hits or more. Where every prediction or every answer is the same
there is none: rearranging changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tertius.casebook.triangles import Coding, Record

__all__ = ["ORDINAL_TESTS", "OrdinalTest"]

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class OrdinalTest:
    """One prediction about the order of things, never about their size.

    Attributes
    ----------
    letter : str
        "a" to "g".
    says : str
        The claim.
    proposition : str
        Where in the model it comes from.
    eligible : str
        Which triangles it speaks of, in words; `predict` decides.
    outcome : str
        What is read off the record, in words; `observe` does.
    predict : callable
        From a `Coding` to what the test expects, None where the triangle is not eligible.
    observe : callable
        From a `Record` to what happened, None where the record cannot say.
    """

    letter: str
    says: str
    proposition: str
    eligible: str
    outcome: str
    predict: Callable[[Coding], bool | None]
    observe: Callable[[Record], bool | None]


def _always(eligible: bool) -> bool | None:
    return True if eligible else None


def _ratio(record: Record, above: str, below: str) -> float | None:
    """Return one figure as a part of another, if both are there in the same unit."""
    first, second = record.figure(above), record.figure(below)
    if first is None or second is None or first.unit != second.unit or not second.amount:
        return None
    return first.amount / second.amount


def _price_rose(record: Record) -> bool | None:
    multiple = _ratio(record, "after", "before")
    return None if multiple is None else multiple > 1


def _both_should_pay(coding: Coding) -> bool | None:
    if coding.coordination == "full":
        return None
    if coding.options == "exclusive":
        return False if coding.shared_goal == "no" else None
    return True


def _both_paid(record: Record) -> bool | None:
    told = {"both": True, "one": False, "none": False}
    return told.get(record.payers) if record.confidence != "L" else None


def _goal_should_be_cheap(coding: Coding) -> bool | None:
    return coding.coordination == "full" if coding.shared_goal == "yes" else None


def _goal_was_cheap(record: Record) -> bool | None:
    if not record.goal or record.confidence == "L":
        return None
    if record.goal != "stood":
        return False
    return record.price in ("low", "shared") if record.price else None


def _terms_worsened(record: Record) -> bool | None:
    return record.terms == "worse" if record.terms and record.confidence != "L" else None


def _asked_more(record: Record) -> bool | None:
    multiple = _ratio(record, "asked", "paid")
    return None if multiple is None else multiple > 1


def _pledge_should_decay(coding: Coding) -> bool | None:
    return coding.distrust == "yes" if coding.distrust else None


def _pledge_decayed(record: Record) -> bool | None:
    share = _ratio(record, "delivered", "pledged")
    return None if share is None else share < _HALF


def _costs_pooled(record: Record) -> bool | None:
    return record.pooled == "yes" if record.pooled and record.confidence != "L" else None


ORDINAL_TESTS: tuple[OrdinalTest, ...] = (
    OrdinalTest(
        letter="a",
        says="What the pivot already sold costs more once a rival bids for it.",
        proposition="rivalry raises the rent",
        eligible="a rival bidder appeared for something that had a price",
        outcome="the price after is above the price before, same thing and unit",
        predict=lambda coding: _always(coding.rival_appears),
        observe=_price_rose,
    ),
    OrdinalTest(
        letter="b",
        says="Both patrons pay where alignment can be shared or withheld; the loser pays nothing "
        "where it cannot.",
        proposition="who pays",
        eligible="patrons not fully coordinated; if exclusive, no shared goal",
        outcome="both gave something for the outcome while both were bidding",
        predict=_both_should_pay,
        observe=_both_paid,
    ),
    OrdinalTest(
        letter="c",
        says="A shared goal is reached at a low or shared price if, and only if, all patrons act "
        "together.",
        proposition="coordination lowers the price",
        eligible="all patrons wanted the same act",
        outcome="the goal was reached, stood five years, at a low or shared price",
        predict=_goal_should_be_cheap,
        observe=_goal_was_cheap,
    ),
    OrdinalTest(
        letter="d",
        says="A pivot that loses its second patron gets less, or worse terms, from the first.",
        proposition="options",
        eligible="one of two paying patrons dropped out",
        outcome="the remaining patron's terms worsened",
        predict=lambda coding: _always(bool(coding.loses_patron)),
        observe=_terms_worsened,
    ),
    OrdinalTest(
        letter="e",
        says="A pivot asks for more than it is paid.",
        proposition="caps on what a patron can pay",
        eligible="the pivot itself named a sum",
        outcome="the sum asked for is above the sum paid, same payer and unit",
        predict=lambda coding: _always(coding.named_price),
        observe=_asked_more,
    ),
    OrdinalTest(
        letter="f",
        says="Less than half of a pledge is delivered if, and only if, giver and pivot distrust "
        "each other.",
        proposition="belief and trust",
        eligible="a pledge that can be followed, with distrust coded",
        outcome="less than half of it was delivered",
        predict=_pledge_should_decay,
        observe=_pledge_decayed,
    ),
    OrdinalTest(
        letter="g",
        says="Patrons who face the same rival share the cost.",
        proposition="losers collaborate",
        eligible="two or more patrons on one side",
        outcome="they shared the cost by an arrangement of their own",
        predict=lambda coding: _always(bool(coding.camp)),
        observe=_costs_pooled,
    ),
)
