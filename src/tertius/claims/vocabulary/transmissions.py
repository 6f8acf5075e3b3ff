"""`pass-through`: does one more patron at the table soften another's sanction?

Proposition P10: where rivals bid, what the pivot could have alone drops out, so pressure
that bites on isolation only cannot reach it; a sanction that bites whoever it leans to
passes through about in full, unless the other patron shields or the pressure changes who
buys the goal.
"""

from __future__ import annotations

from typing import Literal

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
from tertius.game import Parameters, PassThrough, pass_through_draws

__all__ = ["TEST"]

Floats = NDArray[np.float64]

# No sanction has no pass-through; the search for a flip goes down to one as good as none.
_SMALLEST = 1e-3


class PassThroughArguments(Arguments):
    """Whose sanction, of what form, and who may soften it.

    Attributes
    ----------
    sanction : str
        ``isolation``: it bites only a pivot aligned with nobody; ``universal``: until the
        goal is reached; ``shielded``: the same, less what alignment with another patron
        undoes, in proportion; ``any-tie``: any tie to that patron undoes as much as a full
        one.
    sender : str
        The patron that sanctions, by its ``sigma``.
    patron : str
        The patron whose presence is said to soften the sanction.
    effect : str
        ``payoff``: the sanction takes less from the pivot; ``concession``: it wins less of
        the goal. Where the goal is bought anyway, a sanction that wins nothing is not
        softened.
    """

    sanction: Literal["isolation", "universal", "shielded", "any-tie"]
    sender: str
    patron: str
    effect: Literal["payoff", "concession"] = "payoff"


_BITES = {
    "isolation": "that bites an isolated pivot only",
    "universal": "that bites until the goal is reached",
    "shielded": "that alignment with another patron softens in proportion",
    "any-tie": "that any tie to another patron softens in full",
}
_DOES = {
    "payoff": "takes less from {pivot}",
    "concession": "wins less of the goal",
}


def _check(args: PassThroughArguments, case: Case) -> list[Mistake]:
    found = patron_mistakes("sender", args.sender, case)
    found += patron_mistakes("patron", args.patron, case)
    if not found and args.sender == args.patron:
        found.append(Mistake("patron", "is the sender itself", "name the other patron"))
    return found


def _describe(args: PassThroughArguments, case: Case) -> str:
    does = _DOES[args.effect].format(pivot=prose(case.pivot))
    return (
        f"A sanction of {prose(args.sender)} {_BITES[args.sanction]} {does} with "
        f"{prose(args.patron)} at the table than without."
    )


def _run(args: PassThroughArguments, context: Context) -> Finding:
    shields = [f"shield.{args.patron}"] if args.sanction in ("shielded", "any-tie") else []
    needs = lacking(context, [f"sigma.{args.sender}", f"lambda.{args.sender}", *shields])
    if needs is not None or context.draws is None:
        return needs or no_game()
    grid = context.draws.grid
    others = tuple(name for name in context.case.patrons if name != args.patron)

    def solved(parameters: Parameters, present: tuple[str, ...]) -> PassThrough:
        sizes = np.maximum(parameters.values[f"sigma.{args.sender}"], _SMALLEST)
        # Where none of those present shelters, the forms with shelter are the one without.
        sheltered = any(f"shield.{name}" in parameters.values for name in present)
        form = args.sanction if sheltered or not shields else "universal"
        return pass_through_draws(
            parameters, grid, args.sender, form=form, size=sizes, present=present
        )

    def both(parameters: Parameters) -> tuple[Floats, Floats, Floats, Floats]:
        key = f"pass-through {args.sanction} {args.sender} {args.patron}"
        return context.kept(key, parameters, compare)

    def compare(parameters: Parameters) -> tuple[Floats, Floats, Floats, Floats]:
        """Loss and concession with the patron there, then without."""
        present = solved(parameters, context.case.patrons)
        if len(others) == 1:
            return present.loss, present.concession, present.loss_alone, present.concession_alone
        absent = solved(parameters, others)
        return present.loss, present.concession, absent.loss, absent.concession

    def bought(parameters: Parameters) -> NDArray[np.bool_]:
        reached: NDArray[np.bool_] = grid.goal[context.solved(parameters).policy] == 1
        return reached

    def margin(parameters: Parameters) -> Floats:
        loss, won, loss_without, won_without = both(parameters)
        if args.effect == "payoff":
            softer: Floats = loss_without - loss
            return softer
        return np.where(bought(parameters), 0.0, won_without - won)

    loss, won, loss_without, won_without = both(context.draws.parameters)
    anyway = bought(context.draws.parameters)
    patron = prose(args.patron)
    does = _DOES[args.effect].format(pivot=prose(context.case.pivot))
    shares = (
        (f"it wins a concession, with {patron}", won > 0),
        (f"it wins a concession, without {patron}", won_without > 0),
        (f"the goal is bought anyway, with {patron}", anyway),
    )
    return model_finding(
        context,
        margin,
        sentence=lambda share: (
            f"in {percent(share)} of the draws a sanction {_BITES[args.sanction]} {does} with "
            f"{patron} at the table than without."
        ),
        condition=f"{patron} sheltering the pivot, or the pressure needing its isolation",
        evidence=(
            _mean(f"taken per unit of sanction, with {patron}", loss),
            _mean(f"taken per unit of sanction, without {patron}", loss_without),
            *(Evidence.share(f"draws in which {words}", held, "worth") for words, held in shares),
        ),
        comparison="Proposition P10: where the rent is positive, what the pivot could have alone "
        "does not matter.",
        assumptions=(
            f"The sanction is as large as {prose(args.sender)} can make it, and nobody else's is "
            "in force.",
        ),
        layers=("sanctions",),
        points=16,
    )


def _mean(name: str, values: Floats) -> Evidence:
    low, high = (float(q) for q in np.quantile(values, (0.05, 0.95)))
    return Evidence(f"{name}, mean", float(values.mean()), low, high, 0.9, anchor="worth")


TEST = Test(
    name="pass-through",
    kind="model",
    establishes="Whether one patron's presence lowers what another's sanction takes from the "
    "pivot, or what it wins, for one form of sanction.",
    cannot="It cannot tell which form real sanctions have, nor whether the sender would keep them.",
    arguments=PassThroughArguments,
    describe=_describe,
    run=_run,
    check=_check,
)
