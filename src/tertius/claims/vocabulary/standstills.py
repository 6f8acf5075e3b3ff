"""`coordination-failure`: can a goal that all would buy together stay unbought?

Where no patron alone values the goal at its cost, but all together do, "nobody pays for
it" is a Nash equilibrium. Truthful menus select it away; patrons who wait for each other
may be in it.
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
from tertius.claims.vocabulary.shares import model_finding, no_game, without_rivalry
from tertius.game import FailureDraws, Parameters, failure_draws

__all__ = ["TEST"]

Floats = NDArray[np.float64]

# A failure that a single buyer would end at no gain still is one.
_TOUCHING = 1e-6


class CoordinationFailure(Arguments):
    """What is said of waiting for each other.

    Attributes
    ----------
    statement : str
        ``coordination-raises-goal``: nobody paying for the goal is an equilibrium, although
        together the patrons would buy it; ``rivalry-lowers-goal``: it is one, and if no
        patron minded the other's share the goal would be bought and it would be none.
    """

    statement: Literal["coordination-raises-goal", "rivalry-lowers-goal"] = (
        "coordination-raises-goal"
    )


_SAYS = {
    "coordination-raises-goal": "patrons who wait for each other may leave unbought a goal that "
    "they would buy together",
    "rivalry-lowers-goal": "patrons wait for each other over the goal because they are rivals",
}


def _describe(args: CoordinationFailure, _case: Case) -> str:
    return f"{_SAYS[args.statement]}."


def _run(args: CoordinationFailure, context: Context) -> Finding:
    draws = context.draws
    if draws is None:
        return no_game()

    def found(parameters: Parameters) -> FailureDraws:
        return context.kept("failures", parameters, lambda games: failure_draws(games, draws.grid))

    def margin(parameters: Parameters) -> Floats:
        fails = found(parameters)
        if args.statement == "rivalry-lowers-goal":
            calm = found(without_rivalry(parameters))
            # A goal that nobody would buy without rivalry either is not kept unbought by it.
            return np.where(fails.exists & ~calm.exists & (calm.goal > 0), 1.0, -1.0)
        # What the nearest single buyer lacks, where all together would buy.
        return np.where(fails.exists, np.maximum(-fails.margin, _TOUCHING), -1.0)

    fails = found(draws.parameters)
    bought = fails.goal > 0
    exists = fails.exists[bought] if bought.any() else np.zeros(1)
    return model_finding(
        context,
        margin,
        sentence=lambda share: f"in {percent(share)} of the draws {_SAYS[args.statement]}.",
        condition="no patron alone valuing the goal at its cost, and all together doing so",
        evidence=(
            Evidence.share("draws in which the goal is bought in the truthful equilibrium",
                           bought, "worth"),
            Evidence.share("of those, draws in which nobody paying is an equilibrium too",
                           exists, "worth"),
        ),
        comparison="With separable issues it is one exactly if no single patron values the goal "
        "at its cost and all together do; rivalry does not enter.",
        assumptions=("Nobody offers more for a policy with the goal than for the same without.",),
        points=16,
    )  # fmt: skip


TEST = Test(
    name="coordination-failure",
    kind="model",
    establishes="Whether nobody paying for the shared goal is an equilibrium where patrons "
    "together would buy it.",
    cannot="It cannot tell whether patrons do wait for each other: it says that waiting can be "
    "stable.",
    arguments=CoordinationFailure,
    describe=_describe,
    run=_run,
)
