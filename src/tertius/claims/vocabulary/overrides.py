"""`override`: does the rivals' competition outweigh what they gain by jointly buying the goal?

Proposition P2: with separable issues the pivot's rent is
``max(0, conflict - congruence)``, so it has room exactly when rivalry over alignment
outweighs the shared goal.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import model_finding
from tertius.game import Parameters

__all__ = ["TEST"]

_IDENTITY_TOLERANCE = 1e-9
_PATRONS = 2


class Override(Arguments):
    """Which of the two statements is tested.

    Attributes
    ----------
    statement : str
        ``condition``: there is room exactly when competition outweighs the goal;
        ``holds``: it does outweigh it.
    """

    statement: Literal["condition", "holds"] = "holds"


def _describe(args: Override, case: Case) -> str:
    if args.statement == "condition":
        return f"{case.pivot} has room exactly when the patrons' competition outweighs their goal."
    return "The patrons' competition over alignment outweighs the goal they share."


def _run(args: Override, context: Context) -> Finding:
    if context.draws is not None and len(context.case.patrons) != _PATRONS:
        return Finding(
            "not tested",
            f"The theorem speaks of {_PATRONS} patrons; the game has {len(context.case.patrons)}.",
            missing=(f"a game of {_PATRONS} patrons",),
        )

    def holds(parameters: Parameters) -> NDArray[np.float64]:
        found = context.split(parameters)
        return found.conflict - found.congruence

    def condition(parameters: Parameters) -> NDArray[np.float64]:
        found = context.split(parameters)
        identity = np.maximum(0.0, found.conflict - found.congruence)
        close = np.abs(found.rent - identity) <= _IDENTITY_TOLERANCE
        return np.where(found.separable & close, 1.0, -1.0)

    if args.statement == "condition":
        return model_finding(
            context,
            condition,
            sentence=lambda share: (
                "The rent equals the excess of competition over the shared goal in "
                f"{percent(share)} of this case's draws."
            ),
            condition="the issues being separable (theta = 0, two patrons)",
            comparison="Theorem P2 says so for separable issues; every draw was solved to compare.",
        )
    return model_finding(
        context,
        holds,
        sentence=lambda share: (
            f"Competition outweighs the shared goal in {percent(share)} of this case's draws."
        ),
        condition="competition over alignment being worth more than the jointly bought goal",
        evidence=_split(context),
    )


def _split(context: Context) -> tuple[Evidence, ...]:
    if context.draws is None:
        return ()
    found = context.split(context.draws.parameters)
    named = (
        ("competition over alignment", found.conflict),
        ("… of it scarcity of alignment alone", found.scarcity),
        ("… of it rivalry", found.rivalry),
        ("worth of buying the goal jointly", found.congruence),
    )
    return tuple(Evidence.spread(name, values, "money", "worth") for name, values in named)


TEST = Test(
    name="override",
    kind="model",
    establishes="On which side of the override theorem the case's ranges lie.",
    cannot="It cannot tell what the states in fact want: the ranges are assumptions. Room means "
    "a positive rent, not that the goal is missed.",
    arguments=Override,
    describe=_describe,
    run=_run,
)
