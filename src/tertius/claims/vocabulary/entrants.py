"""`three-patrons`: what changes with one more patron at the table?

Proposition P6: a further patron raises the rent for certain only where the bids are
substitutes; one that wants what the others want may lower it. Proposition P5 holds for
any number: patrons who bid as one leave no rent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context, Draws
from tertius.claims.games import guests
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import model_finding, no_game
from tertius.errors import Mistake, did_you_mean
from tertius.game import Batch, Grid, Parameters, solve_draws, without

__all__ = ["TEST"]


class ThreePatrons(Arguments):
    """Who comes to the table, and what is said to follow.

    Attributes
    ----------
    patron : str
        One of the case's other states, with ranges of its own under ``game.ranges``.
    statement : str
        ``coordination-lowers-price``: with it there, all patrons who bid as one pay less
        than all who bid alone; ``entry-lowers-price``, ``entry-raises-price`` and
        ``entry-raises-goal``: its coming lowers or raises the rent, or raises the goal.
    """

    patron: str
    statement: Literal[
        "coordination-lowers-price", "entry-lowers-price", "entry-raises-price", "entry-raises-goal"
    ] = "coordination-lowers-price"


_SAYS = {
    "coordination-lowers-price": "patrons who bid as one pay less than patrons who bid alone",
    "entry-lowers-price": "the rent is lower than without it",
    "entry-raises-price": "the rent is higher than without it",
    "entry-raises-goal": "more of the goal is bought than without it",
}


def _check(args: ThreePatrons, case: Case) -> list[Mistake]:
    if args.patron not in case.others:
        hint = did_you_mean(args.patron, case.others) or "name it in `others`"
        return [Mistake("patron", f'"{args.patron}" is not among the other states', hint)]
    if case.game is None or args.patron in guests(case):
        return []
    hint = f"give game.ranges.omega.{args.patron} and the like"
    return [Mistake("patron", f"the case has no ranges for {args.patron}", hint)]


def _describe(args: ThreePatrons, case: Case) -> str:
    names = ", ".join(prose(code) for code in case.patrons)
    return f"With {prose(args.patron)} at the table beside {names}, {_SAYS[args.statement]}."


def _run(args: ThreePatrons, context: Context) -> Finding:
    drawn = context.with_guest(args.patron)
    if drawn is None:
        return no_game()
    smaller = Grid(drawn.grid.patrons - 1, drawn.grid.alignment_steps, drawn.grid.goal_steps)

    def present(parameters: Parameters) -> Batch:
        if parameters is drawn.parameters:
            return drawn.batch
        return solve_draws(parameters, drawn.grid)

    def absent(parameters: Parameters) -> Batch:
        return context.kept(
            f"without {args.patron}",
            parameters,
            lambda games: solve_draws(without(games, args.patron), smaller),
        )

    def margin(parameters: Parameters) -> NDArray[np.float64]:
        here = present(parameters)
        if args.statement == "coordination-lowers-price":
            return here.rent  # patrons who bid as one leave none
        there = absent(parameters)
        if args.statement == "entry-raises-goal":
            return drawn.grid.goal[here.policy] - smaller.goal[there.policy]
        more = here.rent - there.rent
        return more if args.statement == "entry-raises-price" else -more

    name = prose(args.patron)
    return model_finding(
        context,
        margin,
        sentence=lambda share: (
            f"in {percent(share)} of the draws, with {name} at the table, {_SAYS[args.statement]}."
        ),
        condition="there being a rent to save"
        if args.statement == "coordination-lowers-price"
        else f"what {name} wants being like or unlike what the others want",
        evidence=_numbers(name, drawn, absent(drawn.parameters), smaller),
        comparison="Theorem P5: patrons who all bid as one leave no rent, whatever their number.",
        assumptions=(
            f"Both games on shares of alignment in {drawn.grid.alignment_steps} steps. Where the "
            "rent of three patrons is an interval, its lower end.",
        ),
        draws=drawn,
    )


def _numbers(name: str, drawn: Draws, absent: Batch, smaller: Grid) -> tuple[Evidence, ...]:
    here = drawn.batch
    wide = here.rent_high - here.rent > 1e-9
    goals = ((drawn.grid.goal[here.policy], "with"), (smaller.goal[absent.policy], "without"))
    return (
        Evidence.spread(f"rent with {name}", here.rent, "money", "worth"),
        Evidence.spread(f"rent without {name}", absent.rent, "money", "worth"),
        *(
            Evidence.share(f"draws in which the goal is bought, {word} {name}", goal > 0, "worth")
            for goal, word in goals
        ),
        Evidence.share("draws in which the rent is an interval", wide, "worth"),
    )  # fmt: skip


TEST = Test(
    name="three-patrons",
    kind="model",
    establishes="What changes in rent and goal when another state bids as well, and whether all "
    "bidding as one would cost less.",
    cannot="It cannot tell whether that state would be let to the table, nor who would invite it.",
    arguments=ThreePatrons,
    describe=_describe,
    run=_run,
    check=_check,
)
