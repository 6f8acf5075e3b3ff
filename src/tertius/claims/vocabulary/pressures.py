"""`standing-sanctions`: are sanctions kept that move nothing, and who gains by easing?

Each patron first chooses whether to keep its sanction until the goal is reached; then all
bid. A sanction that does not move the pivot costs its sender and buys nothing, so it is
eased; where several choices are equilibria, or a joint one is none, coordination matters
for the goal itself.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, possessive, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import (
    lacking,
    model_finding,
    no_game,
    without_rivalry,
)
from tertius.errors import Mistake
from tertius.game import Parameters, SanctionDraws, sanction_draws

__all__ = ["TEST"]

Floats = NDArray[np.float64]

# Equilibria need not exist; a goal is from 0 to 1, so these lie outside.
_NEVER, _ALWAYS = -1.0, 2.0


class StandingSanctions(Arguments):
    """What is said of the sanctions, and whose they are.

    Attributes
    ----------
    statement : str
        ``easing-pays``: with all sanctions in force the goal is not reached, and the
        sender gains by easing its own; ``never-kept``: no equilibrium has the sender keep
        a sanction while the goal is not reached, as none does where there is none;
        ``rivalry-lowers-goal``: the best equilibrium reaches less of the goal than it would
        if no patron minded the other's share; ``coordination-raises-goal``: the choice that is
        best for the patrons together reaches more of the goal than any equilibrium.
    sender : str
        The patron, for the first two statements.
    """

    statement: Literal[
        "easing-pays", "never-kept", "rivalry-lowers-goal", "coordination-raises-goal"
    ] = "easing-pays"
    sender: str = ""


_OF_SENDER = ("easing-pays", "never-kept")


def _check(args: StandingSanctions, case: Case) -> list[Mistake]:
    if args.statement in _OF_SENDER:
        return patron_mistakes("sender", args.sender, case)
    if args.sender:
        hint = f"only {' and '.join(_OF_SENDER)} are about one sender"
        return [Mistake("sender", f'"{args.statement}" is about all senders', hint)]
    return []


def _says(args: StandingSanctions) -> str:
    return {
        "easing-pays": f"{prose(args.sender)} gains by easing its sanctions although the goal is "
        "not reached" if args.sender else "",
        "never-kept": f"no equilibrium has {prose(args.sender)} keep sanctions that do not reach "
        "the goal" if args.sender else "",
        "rivalry-lowers-goal": "with sanctions to choose, rivalry lowers the goal that is reached",
        "coordination-raises-goal": "patrons who chose their sanctions together would reach more "
        "of the goal than in any equilibrium",
    }[args.statement]  # fmt: skip


def _describe(args: StandingSanctions, _case: Case) -> str:
    return f"{_says(args)}."


def _run(args: StandingSanctions, context: Context) -> Finding:
    patrons = context.case.patrons
    needs = lacking(context, [f"{s}.{name}" for name in patrons for s in ("sigma", "lambda")])
    if needs is not None or context.draws is None:
        return needs or no_game()
    grid = context.draws.grid

    def stage(parameters: Parameters) -> SanctionDraws:
        return context.kept("sanctions", parameters, lambda games: sanction_draws(games, grid))

    def calm(parameters: Parameters) -> SanctionDraws:
        return context.kept(
            "sanctions without rivalry",
            parameters,
            lambda games: sanction_draws(without_rivalry(games), grid),
        )

    def margin(parameters: Parameters) -> Floats:
        found = stage(parameters)
        if args.statement == "easing-pays":
            gain = found.gain_by_easing[:, -1, patrons.index(args.sender)]
            return np.where(found.goal[:, -1] < 1, gain, _NEVER)
        if args.statement == "never-kept":
            kept = found.in_force[:, :, patrons.index(args.sender)] & (found.goal < 1)
            return np.where((kept & found.equilibria).any(axis=1), _NEVER, 1.0)
        best = _best(found)
        if args.statement == "rivalry-lowers-goal":
            more = _best(calm(parameters)) - best
        else:
            more = found.goal[np.arange(len(found)), found.best_together] - best
        # Without a pure equilibrium there is nothing to compare with.
        return np.where(best == _NEVER, _NEVER, more)

    found = stage(context.draws.parameters)
    evidence = _numbers(args, context, found)
    if args.statement == "rivalry-lowers-goal":
        rose = _best(found) > _best(calm(context.draws.parameters))
        evidence += (_share("rivalry raises the goal instead", rose),)
    return model_finding(
        context,
        margin,
        sentence=lambda share: f"in {percent(share)} of the draws {_says(args)}.",
        condition="the sanctions being too weak to move the goal, or too dear to keep alone",
        evidence=evidence,
        comparison="Theorem: with separable issues and a positive cost no equilibrium keeps a "
        "sanction that moves nothing.",
        assumptions=(
            "Each patron keeps its whole sanction or none, before all bid; where the split of a "
            "bill is not unique, the display point of the core.",
        ),
        layers=("sanctions",),
        points=16,
    )


def _best(found: SanctionDraws) -> Floats:
    """Return the most of the goal in any equilibrium (D,); below 0 where there is none."""
    best: Floats = np.where(found.equilibria, found.goal, _NEVER).max(axis=1)
    return best


def _numbers(
    args: StandingSanctions, context: Context, found: SanctionDraws
) -> tuple[Evidence, ...]:
    """Return the numbers that bear on the statement."""
    worst = np.where(found.equilibria, found.goal, _ALWAYS).min(axis=1)
    settled = found.equilibria.any(axis=1)
    joint = found.goal[np.arange(len(found)), found.best_together]
    reached = [
        _share("the goal is reached without any sanction", found.goal[:, 0] == 1),
        _share("the goal is reached with all in force", found.goal[:, -1] == 1),
    ]
    stable = [
        _share("the goal is reached in the best equilibrium", _best(found) == 1),
        _share("it is reached in the worst equilibrium", settled & (worst == 1)),
        _share("there is more than one equilibrium", found.equilibria.sum(axis=1) > 1),
        _share("there is no pure equilibrium", ~settled),
    ]
    if args.statement == "easing-pays":
        column = context.case.patrons.index(args.sender)
        gain = found.gain_by_easing[:, -1, column]
        name = f"{possessive(args.sender)} gain by easing, all sanctions in force"
        return (*reached, Evidence.spread(name, gain, "money", "worth"))
    if args.statement != "coordination-raises-goal":
        return tuple(stable)
    selected = ~found.payoffs_unique.all(axis=1)
    return (
        *reached,
        *stable,
        _share("it is reached by the choice best for the patrons together", joint == 1),
        _share("payoffs of some choice are a selection", selected),
    )


def _share(words: str, held: ArrayLike) -> Evidence:
    return Evidence.share(f"draws in which {words}", held, "worth")


TEST = Test(
    name="standing-sanctions",
    kind="model",
    establishes="Whether sanctions that move nothing are kept, what a sender gains by easing, and "
    "whether choosing sanctions together would reach more of the goal.",
    cannot="It cannot tell why sanctions are in fact kept: habit, law and reputation are outside "
    "the model, and so is gradual easing. Easing is one sender's, all the others' in force.",
    arguments=StandingSanctions,
    describe=_describe,
    run=_run,
    check=_check,
)
