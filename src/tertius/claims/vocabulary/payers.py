"""`who-pays`: which patrons pay the pivot in equilibrium?

Proposition P4: both pay if and only if both are pivotal for the policy: divisible
alignment, bought neutrality, or a jointly bought goal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import model_finding
from tertius.errors import Mistake
from tertius.game import Parameters

__all__ = ["TEST"]


class WhoPays(Arguments):
    """Who is said to pay.

    Attributes
    ----------
    payers : list of str
        Patrons of the case, all of which are said to pay.
    """

    payers: tuple[str, ...] = Field(strict=False, min_length=1)


def _check(args: WhoPays, case: Case) -> list[Mistake]:
    return [
        mistake
        for position, name in enumerate(args.payers)
        for mistake in patron_mistakes(f"payers[{position}]", name, case)
    ]


def _describe(args: WhoPays, case: Case) -> str:
    names = " and ".join(prose(name) for name in args.payers)
    return f"In equilibrium {names} {'all pay' if len(args.payers) > 1 else 'pays'}."


def _run(args: WhoPays, context: Context) -> Finding:
    draws = context.draws
    positions = [context.case.patrons.index(name) for name in args.payers]

    def least(parameters: Parameters) -> NDArray[np.float64]:
        transfers = context.solved(parameters).transfers
        least_paid: NDArray[np.float64] = transfers[:, positions].min(axis=1)
        return least_paid

    names = " and ".join(prose(name) for name in args.payers)
    verb = "pay" if len(args.payers) > 1 else "pays"
    return model_finding(
        context,
        least,
        sentence=lambda share: f"{names} {verb} in {percent(share)} of the draws.",
        condition="each payer changing the policy (divisible alignment or bought neutrality)",
        evidence=_bills(context, args.payers) if draws else (),
        assumptions=("Where the split of a bill is not unique, the display point of the core.",),
    )


def _bills(context: Context, payers: tuple[str, ...]) -> tuple[Evidence, ...]:
    assert context.draws is not None  # noqa: S101 - the caller has looked
    transfers = context.draws.batch.transfers
    return tuple(
        Evidence.spread(
            f"bill of {prose(name)}",
            transfers[:, context.case.patrons.index(name)],
            "money",
            "worth",
        )
        for name in payers
    )


TEST = Test(
    name="who-pays",
    kind="model",
    establishes="Whether the named patrons all pay in equilibrium, in the draws of the ranges.",
    cannot="It cannot tell who moved first: the bids are simultaneous. A bill is what the model "
    "charges, not what a treasury paid.",
    arguments=WhoPays,
    describe=_describe,
    run=_run,
    check=_check,
)
