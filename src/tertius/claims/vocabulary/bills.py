"""`rivalry-bill`: does one patron's bill rise with the other's rivalry?

Proposition P3 for two patrons: the bill of 1 is ``V({2}) - W_2(p)``. At an unchanged policy p
it does not fall in the rivalry of 2; where p shifts away from 1, its bill may fall with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, possessive, prose
from tertius.claims.verdicts import Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import model_finding
from tertius.errors import Mistake
from tertius.game import Batch, Parameters

__all__ = ["TEST"]

# The rival's rivalry is raised by this share of its range (or of its value).
_STEP = 0.1
_FALL = 1e-9


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
        f"{possessive(args.payer)} bill rises when {prose(args.rival)} minds more that "
        f"{prose(case.pivot)} aligns with {prose(args.payer)}."
    )


def _run(args: RivalryBill, context: Context) -> Finding:
    position = context.case.patrons.index(args.payer)

    def rise(parameters: Parameters) -> NDArray[np.float64]:
        before, after = _before_and_after(args, context, parameters)
        return after.transfers[:, position] - before.transfers[:, position]

    payer, rival = possessive(args.payer), possessive(args.rival)
    return model_finding(
        context,
        rise,
        sentence=lambda share: (
            f"{payer} bill rises with {rival} rivalry in {percent(share)} of the draws."
        ),
        condition=f"the policy bought staying the same as {prose(args.rival)} minds more",
        comparison=_by_policy(args, context, position) if context.draws else "",
        assumptions=("The rival's rivalry rises by a tenth of its range.",),
    )


def _before_and_after(
    args: RivalryBill, context: Context, parameters: Parameters
) -> tuple[Batch, Batch]:
    assert context.draws is not None  # noqa: S101 - parameters come from draws
    values = context.draws.ranges.values
    # Rivalry is one number a patron, or one a rival of it.
    whole, split = f"rho.{args.rival}", f"rho.{args.rival}.{args.payer}"
    name = whole if whole in values else split
    width = values[name].width
    raised = parameters.at({name: parameters.table()[name] + _STEP * (width or 1.0)})
    return context.solved(parameters), context.solved(raised)


def _by_policy(args: RivalryBill, context: Context, position: int) -> str:
    """Tell the draws in which the policy stays from those in which it shifts."""
    assert context.draws is not None  # noqa: S101 - the caller has looked
    before, after = _before_and_after(args, context, context.draws.parameters)
    falls = after.transfers[:, position] < before.transfers[:, position] - _FALL
    shifts = before.policy != after.policy
    stays = 100 * float(falls[~shifts].mean()) if (~shifts).any() else 0.0
    told = f"Where the policy bought stays the same the bill falls in {stays:.0f} % of the draws"
    if not shifts.any():
        return f"{told} (P3: never)."
    return (
        f"{told} (P3: never); where it shifts away from the payer, {100 * shifts.mean():.0f} % of "
        f"the draws, in {100 * falls[shifts].mean():.0f} %: the payer then gets less for less."
    )


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
