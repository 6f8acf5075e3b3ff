"""`rivalry-bill`: does one patron's bill rise with the other's rivalry?

Proposition P3 for two patrons: the bill of 1 is ``V({2}) - W_2(p)``, which does not fall in
the rivalry of 2 where closeness to 1's rival is valued by it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.actors import state
from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.verdicts import Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import model_finding
from tertius.errors import Mistake
from tertius.game import Parameters, solve_draws

__all__ = ["TEST"]

# The rival's rivalry is raised by this share of its range (or of its value).
_STEP = 0.1


class RivalryBill(Arguments):
    """Whose bill, and whose rivalry.

    Attributes
    ----------
    payer : str
        The patron that pays.
    rival : str
        The patron whose rivalry rises.
    """

    payer: str
    rival: str


def _check(args: RivalryBill, case: Case) -> list[Mistake]:
    found = patron_mistakes("payer", args.payer, case) + patron_mistakes("rival", args.rival, case)
    if args.payer == args.rival:
        found.append(Mistake("rival", "is the payer itself", "name the other patron"))
    return found


def _describe(args: RivalryBill, case: Case) -> str:
    return (
        f"{state(args.payer).name}'s bill rises when {state(args.rival).name} minds more that "
        f"{state(case.pivot).name} aligns with {state(args.payer).name}."
    )


def _run(args: RivalryBill, context: Context) -> Finding:
    draws = context.draws
    position = context.case.patrons.index(args.payer)
    name = f"rho.{args.rival}"

    def rise(parameters: Parameters) -> NDArray[np.float64]:
        assert draws is not None  # noqa: S101 - asked only where there are draws
        width = draws.ranges.values[name].high - draws.ranges.values[name].low
        raised = parameters.table()[name] + _STEP * (width or 1.0)
        before = solve_draws(parameters, draws.grid).transfers[:, position]
        after = solve_draws(parameters.at({name: raised}), draws.grid)
        return after.transfers[:, position] - before

    payer, rival = state(args.payer).name, state(args.rival).name
    return model_finding(
        context,
        rise,
        sentence=lambda share: (
            f"{payer}'s bill rises with {rival}'s rivalry in {100 * share:.0f} % of the draws."
        ),
        condition=f"{args.payer} having some alignment to lose to {args.rival}'s bid",
        comparison=_never_falls(context, rise) if draws else "",
    )


def _never_falls(context: Context, rise: object) -> str:
    assert context.draws is not None and callable(rise)  # noqa: S101, PT018 - the caller has looked
    falls = float((rise(context.draws.parameters) < -1e-9).mean())
    return f"It falls in {100 * falls:.0f} % of the draws (P3: never, with separable issues)."


TEST = Test(
    name="rivalry-bill",
    kind="model",
    establishes="Whether a small rise in one patron's rivalry raises the other's bill.",
    cannot="It cannot tell the order of moves, nor how large the rise was in history.",
    arguments=RivalryBill,
    describe=_describe,
    run=_run,
    check=_check,
)
