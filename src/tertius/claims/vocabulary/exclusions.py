"""`exclusion`: does being left out cost a patron enough that it asks to be let in?

Proposition P8: a patron pays a face cost to get in if and only if
``hazard × exclusion stake >= face cost``; the stake is what it gains by being in the room.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import model_finding, no_game
from tertius.errors import Mistake
from tertius.game import Parameters

__all__ = ["TEST"]


class ReasonedRange(Arguments):
    """A range with its reason.

    Attributes
    ----------
    low, high : float
        The range.
    why : str
        The reason.
    """

    low: float = Field(strict=False, ge=0, allow_inf_nan=False)
    high: float = Field(strict=False, ge=0, allow_inf_nan=False)
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class Exclusion(Arguments):
    """Who fears being left out, how likely, and what asking costs.

    Attributes
    ----------
    patron : str
        The patron.
    hazard : table
        Range of the probability of being left out, with a reason.
    face_cost : table
        Range of what asking to be let in costs it, in the game's money, with a reason.
    """

    patron: str
    hazard: ReasonedRange
    face_cost: ReasonedRange


def _check(args: Exclusion, case: Case) -> list[Mistake]:
    found = patron_mistakes("patron", args.patron, case)
    if args.hazard.high > 1:
        found.append(Mistake("hazard.high", f"{args.hazard.high:g} is not a probability", "0 to 1"))
    return found


def _describe(args: Exclusion, case: Case) -> str:
    return (
        f"Being left out of a deal with {prose(case.pivot)} costs {prose(args.patron)} "
        "enough, at the hazard assumed, that it invites at the face cost assumed."
    )


def _run(args: Exclusion, context: Context) -> Finding:
    draws = context.draws
    if draws is None or args.patron not in context.case.patrons:
        return no_game()
    position = context.case.patrons.index(args.patron)
    count = len(draws.batch.rent)
    generator = np.random.default_rng(context.seed(f"exclusion {args.patron}"))
    hazard = generator.uniform(args.hazard.low, args.hazard.high, count)
    cost = generator.uniform(args.face_cost.low, args.face_cost.high, count)
    middle_hazard = (args.hazard.low + args.hazard.high) / 2
    middle_cost = (args.face_cost.low + args.face_cost.high) / 2

    def margin(parameters: Parameters) -> NDArray[np.float64]:
        # The case's own draws carry drawn hazards and costs; any other parameters, as the
        # search for a flip makes them, are judged at the middle of both.
        stake = context.solved(parameters).exclusion_stake[:, position]
        if parameters is draws.parameters:
            return hazard * stake - cost
        return middle_hazard * stake - middle_cost

    stake = draws.batch.exclusion_stake[:, position]
    name = prose(args.patron)
    return model_finding(
        context,
        margin,
        sentence=lambda share: (
            f"{name}'s stake in being at the table outweighs the face cost of inviting in "
            f"{percent(share)} of the draws."
        ),
        condition="hazard times stake reaching the face cost",
        evidence=_numbers(stake, draws.batch.exclusion_premium[:, position], cost, hazard),
        assumptions=(f"hazard: {args.hazard.why}", f"face cost: {args.face_cost.why}"),
    )


def _numbers(
    stake: NDArray[np.float64],
    premium: NDArray[np.float64],
    cost: NDArray[np.float64],
    hazard: NDArray[np.float64],
) -> tuple[Evidence, ...]:
    threshold = np.where(stake > 0, cost / np.where(stake > 0, stake, 1.0), np.inf)
    shown = (
        ("exclusion stake", stake, "money"),
        ("exclusion premium", premium, "money"),
        ("hazard assumed", hazard, ""),
    )
    return (
        *(Evidence.spread(name, values, unit, "worth") for name, values, unit in shown),
        Evidence("hazard threshold h*, median", float(np.median(threshold)), anchor="worth"),
        Evidence.share("draws with h* below 1", threshold <= 1, "worth"),
    )


TEST = Test(
    name="exclusion",
    kind="model",
    establishes="Whether fear of exclusion suffices for an invitation, given the assumed hazard.",
    cannot="It cannot tell that fear was the motive: it says the motive would have sufficed.",
    arguments=Exclusion,
    describe=_describe,
    run=_run,
    check=_check,
)
