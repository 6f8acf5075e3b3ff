"""`distrust-trap`: how likely is it that belief falls so far that nothing is learnt?

Proposition P11: below the commitment threshold the promise is not bought, so it can
neither be kept nor broken, and belief stays where it is. An opportunist ends there; a
committed pivot may, by bad luck.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import lacking, model_finding, no_game
from tertius.game import Parameters, Trap, commitment_threshold, trap_probability

__all__ = ["TEST"]

Floats = NDArray[np.float64]


class DistrustTrap(Arguments):
    """Who ends in the trap, how surely, and how soon; who starts in it has ended there.

    Attributes
    ----------
    pivot : str
        ``opportunist`` or ``committed``: what the pivot truly is.
    above : float
        The probability that must be exceeded, from 0 to below 1.
    rounds : int
        Within how many rounds; 0 for ever.
    """

    pivot: Literal["opportunist", "committed"] = "opportunist"
    above: float = Field(default=0.5, strict=False, ge=0, lt=1)
    rounds: int = Field(default=0, ge=0, le=1000)


def _says(args: DistrustTrap, case: Case) -> str:
    within = f"within {args.rounds} rounds" if args.rounds else "sooner or later"
    kind = "a committed" if args.pivot == "committed" else "an opportunist"
    return (
        f"{kind} {prose(case.pivot)} ends in the trap of distrust {within} with a probability "
        f"above {args.above:g}"
    )


def _describe(args: DistrustTrap, case: Case) -> str:
    return f"{_says(args, case)}."


def _run(args: DistrustTrap, context: Context) -> Finding:
    needs = lacking(context, ("delivery", "mu"))
    if needs is not None or context.draws is None:
        return needs or no_game()
    grid = context.draws.grid

    def trap(games: Parameters, rounds: int | None) -> Trap:
        threshold = context.kept("thresholds", games, lambda some: commitment_threshold(some, grid))
        return trap_probability(games.values["mu"], games.values["delivery"], threshold, rounds)

    def margin(games: Parameters) -> Floats:
        found = trap(games, args.rounds or None)
        chance = found.committed if args.pivot == "committed" else found.opportunist
        over: Floats = chance - args.above
        return over

    return model_finding(
        context,
        margin,
        sentence=lambda share: f"in {percent(share)} of the draws {_says(args, context.case)}.",
        condition="a belief below which the goal is not bought, and the prior being near or below",
        evidence=_numbers(trap(context.draws.parameters, None)),
        comparison="Gambler's ruin: k broken promises above the trap, a committed pivot falls in "
        "with probability ((1 − delivery)/delivery)^k, an opportunist surely.",
        assumptions=("The threshold is that of patrons who look at one round only.",),
        layers=("belief",),
    )


def _numbers(found: Trap) -> tuple[Evidence, ...]:
    start, never = found.steps == 0, np.isinf(found.steps)
    between = ~start & ~never
    shares = (
        ("belief is in the trap from the start", start),
        ("there is no trap", never),
        ("it starts above the trap", between),
    )
    shown = tuple(
        Evidence.share(f"draws in which {words}", held, "worth") for words, held in shares
    )
    if not between.any():
        return shown
    return (
        *shown,
        Evidence.spread("broken promises to the trap, where it starts above",
                        found.steps[between], "", "worth"),
        Evidence.spread("probability that a committed pivot ever falls in, where it starts above",
                        found.committed[between], "", "worth"),
    )  # fmt: skip


TEST = Test(
    name="distrust-trap",
    kind="model",
    establishes="How likely belief is to fall so far that the promise is no longer bought, and "
    "nothing more is learnt, for a committed pivot and for one that is not.",
    cannot="It cannot tell which of the two the pivot is. Belief moves by kept and broken promises "
    "alone; a change of leader or a test of weapons is outside it.",
    arguments=DistrustTrap,
    describe=_describe,
    run=_run,
)
