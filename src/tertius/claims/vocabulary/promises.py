"""`promise-market`: what is still bought when nobody believes the pivot's promise?

Proposition P11: payments for the goal hang on belief, payments for alignment do not. As
belief falls the first market closes and the second stays: what remains is spot trade.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import lacking, model_finding, no_game
from tertius.errors import Mistake
from tertius.game import Batch, Parameters, at_reliability

__all__ = ["TEST"]


class PromiseMarket(Arguments):
    """Between whom.

    Attributes
    ----------
    patron : str
        A patron that is said still to pay, for alignment. Left out: any patron.
    """

    patron: str = ""


def _check(args: PromiseMarket, case: Case) -> list[Mistake]:
    return patron_mistakes("patron", args.patron, case) if args.patron else []


def _describe(args: PromiseMarket, case: Case) -> str:
    payer = prose(args.patron) if args.patron else "a patron"
    return (
        f"Once nobody believes the promise of {prose(case.pivot)}, the goal is not bought, and "
        f"{payer} still pays for alignment."
    )


def _run(args: PromiseMarket, context: Context) -> Finding:
    needs = lacking(context, ("delivery", "mu"))
    if needs is not None or context.draws is None:
        return needs or no_game()
    grid = context.draws.grid
    columns = [context.case.patrons.index(args.patron)] if args.patron else slice(None)

    def disbelieved(parameters: Parameters) -> Batch:
        # An opportunist delivers with what a committed pivot fails.
        return context.kept(
            "disbelieved",
            parameters,
            lambda games: context.solved(at_reliability(games, 1.0 - games.values["delivery"])),
        )

    def margin(parameters: Parameters) -> NDArray[np.float64]:
        found = disbelieved(parameters)
        paid = found.transfers[:, columns].sum(axis=1)
        # What is paid for keeping the pivot from others is not paid for alignment.
        aligned = grid.alignment[found.policy][:, columns].sum(axis=1) > 0
        return np.where((grid.goal[found.policy] == 0) & aligned, paid, -1.0)

    parameters = context.draws.parameters
    mu, delivery = parameters.values["mu"], parameters.values["delivery"]
    believed = mu * delivery + (1 - mu) * (1 - delivery)
    now = context.solved(at_reliability(parameters, believed))
    never = disbelieved(parameters)
    payer = prose(args.patron) if args.patron else "a patron"
    shown = ((now, "at the belief assumed"), (never, "at no belief"))
    return model_finding(
        context,
        margin,
        sentence=lambda share: (
            f"in {percent(share)} of the draws the goal is not bought without belief, and {payer} "
            "still pays for alignment."
        ),
        condition=f"alignment being worth a payment to {payer}",
        evidence=tuple(
            evidence
            for batch, words in shown
            for evidence in (
                Evidence.share(f"draws in which the goal is bought, {words}",
                               grid.goal[batch.policy] > 0, "worth"),
                Evidence.spread(f"paid by {payer}, {words}",
                                batch.transfers[:, columns].sum(axis=1), "money", "worth"),
            )
        ),
        comparison="Theorem P11: what is paid for alignment alone does not depend on belief.",
        assumptions=("No belief: everybody takes the pivot for one that breaks its promises.",),
        layers=("belief",),
    )  # fmt: skip


TEST = Test(
    name="promise-market",
    kind="model",
    establishes="Whether payments for alignment go on where nobody believes the promise of the "
    "goal any more.",
    cannot="It cannot tell whether the relation feels like an alliance to those in it, nor what a "
    "treaty would be worth in war.",
    arguments=PromiseMarket,
    describe=_describe,
    run=_run,
    check=_check,
)
