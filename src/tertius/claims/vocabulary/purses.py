"""`payment-caps`: what is bought where patrons can pay only so much?

Proposition P7: near parity of purses rivalry may spend on alignment what the goal would
have cost. It is a count over draws, not a theorem: rivals may also neutralise the pivot,
and then the goal is bought more often.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context, Draws
from tertius.claims.naming import percent
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import (
    lacking,
    model_finding,
    no_game,
    without_rivalry,
)
from tertius.game import CappedDraws, Parameters, capped_draws, pooled_draws

__all__ = ["TEST"]

Floats = NDArray[np.float64]

# All equilibria of a capped game are looked for, which takes a hundred times as long as the
# one of a game without caps: fewer draws, and fewer points on the way to a flip.
_DRAWS, _POINTS = 1000, 8


class PaymentCaps(Arguments):
    """What is said to follow from the caps.

    Attributes
    ----------
    statement : str
        ``rivalry-lowers-goal``: less of the goal is bought than if no patron minded the
        other's share; ``coordination-raises-goal``: patrons with one purse would buy more
        of it than patrons who bid alone.
    """

    statement: Literal["rivalry-lowers-goal", "coordination-raises-goal"] = "rivalry-lowers-goal"


_SAYS = {
    "rivalry-lowers-goal": "with limited purses rivalry lowers the goal that is bought",
    "coordination-raises-goal": "patrons with one limited purse buy more of the goal than patrons "
    "who bid alone",
}


def _describe(args: PaymentCaps, _case: Case) -> str:
    return f"{_SAYS[args.statement]}."


def _run(args: PaymentCaps, context: Context) -> Finding:
    needs = lacking(context, [f"cap.{name}" for name in context.case.patrons])
    draws = context.fewer(_DRAWS)
    if needs is not None or draws is None:
        return needs or no_game()

    def alone(parameters: Parameters) -> CappedDraws:
        return context.kept("caps", parameters, lambda games: capped_draws(games, draws.grid))

    def calm(parameters: Parameters) -> CappedDraws:
        return context.kept(
            "caps without rivalry",
            parameters,
            lambda games: capped_draws(without_rivalry(games), draws.grid),
        )

    def margin(parameters: Parameters) -> Floats:
        best = alone(parameters).goal_high
        if args.statement == "rivalry-lowers-goal":
            more = calm(parameters).goal_high - best
        else:
            more = pooled_draws(parameters, draws.grid).goal - best
        # Where no equilibrium is found there is nothing to compare with.
        return np.where(np.isnan(more), -1.0, more)

    return model_finding(
        context,
        margin,
        sentence=lambda share: f"in {percent(share)} of the draws {_SAYS[args.statement]}.",
        condition="the purses being near each other and near what the goal costs",
        evidence=_numbers(draws, alone(draws.parameters), calm(draws.parameters)),
        comparison="Without caps rivalry never changes the goal that is bought (theorem P1).",
        assumptions=(
            "Where several policies can be sustained, the one with most of the goal counts. Caps "
            "are in the pivot's money.",
        ),
        layers=("caps",),
        draws=draws,
        points=_POINTS,
    )


def _numbers(draws: Draws, capped: CappedDraws, calm: CappedDraws) -> tuple[Evidence, ...]:
    free = draws.grid.goal[draws.batch.policy]
    pooled = pooled_draws(draws.parameters, draws.grid).goal
    rose = capped.goal_high > calm.goal_high
    shares = (
        ("the goal is bought without caps", free > 0),
        ("it is bought with caps, all bidding alone", capped.goal_high > 0),
        ("it is bought with caps, nobody minding the other's share", calm.goal_high > 0),
        ("it is bought from one purse", pooled > 0),
        ("rivalry raises the goal instead", rose),
        ("several policies can be sustained", capped.policy_count > 1),
        ("no equilibrium is found", ~capped.found),
    )
    return tuple(Evidence.share(f"draws in which {words}", held, "worth") for words, held in shares)


TEST = Test(
    name="payment-caps",
    kind="model",
    establishes="Whether patrons that can pay only so much buy less of the goal because they are "
    "rivals, or would buy more of it from one purse.",
    cannot="It cannot tell how deep a purse really is, nor whether a patron would borrow.",
    arguments=PaymentCaps,
    describe=_describe,
    run=_run,
)
