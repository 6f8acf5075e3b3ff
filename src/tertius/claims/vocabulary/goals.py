"""`rivalry-blocks-goal`: in the frictionless core, does rivalry lower the shared goal?

Proposition P1: the truthful policy maximises joint surplus, so with separable issues the
degree of the goal does not depend on rivalry at all. A claim that rivalry blocked the goal
needs a friction: payment caps, standing sanctions or coordination failure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import model_finding, without_rivalry
from tertius.game import Parameters

__all__ = ["TEST"]


class RivalryBlocksGoal(Arguments):
    """No arguments."""


def _describe(_args: RivalryBlocksGoal, case: Case) -> str:
    goal = case.game.goal if case.game else "the shared goal"
    return f"Without any friction, rivalry lowers the degree of {goal} that is bought."


def _run(_args: RivalryBlocksGoal, context: Context) -> Finding:
    draws = context.draws

    def degree(parameters: Parameters) -> NDArray[np.float64]:
        assert draws is not None  # noqa: S101 - asked only where there are draws
        return draws.grid.goal[context.solved(parameters).policy]

    def lowered(parameters: Parameters) -> NDArray[np.float64]:
        return degree(without_rivalry(parameters)) - degree(parameters)

    evidence: tuple[Evidence, ...] = ()
    if draws:
        bought = degree(draws.parameters) > 0
        evidence = (Evidence.share("draws in which the goal is bought", bought, "worth"),)
    return model_finding(
        context,
        lowered,
        sentence=lambda share: (
            f"Rivalry lowers the goal bought in {percent(share)} of the draws, without friction."
        ),
        condition="a friction the core does not have",
        evidence=evidence,
        comparison="Theorem P1: with separable issues it never does.",
    )


TEST = Test(
    name="rivalry-blocks-goal",
    kind="model",
    establishes="Whether rivalry alone, without payment caps or failed coordination, lowers the "
    "goal that is bought.",
    cannot="It cannot speak for a world with frictions: those are tests of their own.",
    arguments=RivalryBlocksGoal,
    describe=_describe,
    run=_run,
)
