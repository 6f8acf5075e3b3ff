"""`commitment-threshold`: how much belief in the pivot's promise does the shared goal need?

Proposition P9: the goal is bought if and only if the patrons believe the pivot committed
with at least a threshold probability. It speaks of belief, not of what the pivot intends.
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
from tertius.claims.vocabulary.shares import lacking, model_finding, no_game
from tertius.game import Parameters, commitment_threshold

__all__ = ["TEST"]

Floats = NDArray[np.float64]


class CommitmentThreshold(Arguments):
    """What is said of the threshold.

    Attributes
    ----------
    statement : str
        ``needs-belief``: without any belief the goal is not bought; ``belief-too-low``: at
        the belief assumed it is not bought; ``never-enough``: it is bought at no belief.
    """

    statement: Literal["needs-belief", "belief-too-low", "never-enough"] = "needs-belief"


_CONDITIONS = {
    "needs-belief": "what is due on signing costing more than a promise is worth that nobody "
    "believes",
    "belief-too-low": "what is due on signing costing more than the promise is worth at that "
    "belief",
    "never-enough": "the goal costing more than the promise of a committed pivot is worth",
}


def _says(args: CommitmentThreshold, context_case: Case) -> str:
    goal = context_case.game.goal if context_case.game else "the shared goal"
    pivot = prose(context_case.pivot)
    return {
        "needs-belief": f"{goal} is not bought where nobody believes {pivot} committed",
        "belief-too-low": f"{goal} is not bought at the belief in {pivot} that is assumed",
        "never-enough": f"{goal} is not bought even where everybody believes {pivot} committed",
    }[args.statement]


def _describe(args: CommitmentThreshold, case: Case) -> str:
    return f"{_says(args, case)}."


def _run(args: CommitmentThreshold, context: Context) -> Finding:
    needs = lacking(context, ("delivery", "mu"))
    if needs is not None or context.draws is None:
        return needs or no_game()
    grid, parameters = context.draws.grid, context.draws.parameters

    def thresholds(games: Parameters) -> Floats:
        return context.kept("thresholds", games, lambda some: commitment_threshold(some, grid))

    def margin(games: Parameters) -> Floats:
        threshold = thresholds(games)
        least = {
            "needs-belief": np.zeros(len(games)),
            "belief-too-low": games.values["mu"],
            "never-enough": np.ones(len(games)),
        }[args.statement]
        above: Floats = threshold - least
        return above

    threshold = thresholds(parameters)
    return model_finding(
        context,
        margin,
        sentence=lambda share: f"in {percent(share)} of the draws {_says(args, context.case)}.",
        condition=_CONDITIONS[args.statement],
        evidence=_numbers(threshold, parameters.values["mu"]),
        comparison="Theorem P9, in closed form; patrons look at one round only.",
        assumptions=("Patrons who value later rounds buy somewhat below the threshold, to learn.",),
        layers=("belief",),
    )


def _numbers(threshold: Floats, mu: Floats) -> tuple[Evidence, ...]:
    inside = (threshold > 0) & (threshold <= 1)
    shares = (
        ("at no belief is it bought", threshold > 1),
        ("it is bought at every belief", threshold <= 0),
        ("it is bought from some belief on", inside),
        ("the belief assumed suffices", mu >= threshold),
    )
    shown = tuple(
        Evidence.share(f"draws in which {words}", held, "worth") for words, held in shares
    )
    if not inside.any():
        return shown
    return (*shown, Evidence.spread("threshold where there is one", threshold[inside], "", "worth"))


TEST = Test(
    name="commitment-threshold",
    kind="model",
    establishes="How sure of the pivot's commitment the patrons must be to buy the shared goal, "
    "and whether the belief assumed suffices.",
    cannot="It cannot tell whether the pivot is committed: it speaks of what others believe. Nor "
    "can it tell what those believe who do not say so.",
    arguments=CommitmentThreshold,
    describe=_describe,
    run=_run,
)
