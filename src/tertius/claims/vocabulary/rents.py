"""`price-of-rivalry`: does being courted by rivals pay, and does one patron's presence pay?

The rent is what rivalry costs the patrons together: under full coordination it is zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.shares import model_finding
from tertius.errors import Mistake, did_you_mean
from tertius.game import Grid, Parameters, solve_draws, without

__all__ = ["TEST", "patron_mistakes"]


class PriceOfRivalry(Arguments):
    """Whose presence is weighed.

    Attributes
    ----------
    patron : str
        A patron: the pivot's payoff with it is compared with the one without. Left out:
        the rent itself is tested against zero.
    """

    patron: str = ""


def patron_mistakes(field: str, name: str, case: Case) -> list[Mistake]:
    """Return a mistake if `name` is not a patron of the case."""
    if name in case.patrons:
        return []
    hint = did_you_mean(name, case.patrons) or f"patrons are {', '.join(case.patrons)}"
    return [Mistake(field, f'"{name}" is not a patron of this case', hint)]


def _check(args: PriceOfRivalry, case: Case) -> list[Mistake]:
    return patron_mistakes("patron", args.patron, case) if args.patron else []


def _describe(args: PriceOfRivalry, case: Case) -> str:
    if args.patron:
        patron = prose(args.patron)
        return f"{prose(case.pivot)} is better off with {patron} at the table than without."
    return f"{prose(case.pivot)} earns a positive rent from being courted by rivals."


def _run(args: PriceOfRivalry, context: Context) -> Finding:
    draws = context.draws
    grid = draws.grid if draws else Grid(2)

    def rent(parameters: Parameters) -> NDArray[np.float64]:
        return context.solved(parameters).rent

    def gain(parameters: Parameters) -> NDArray[np.float64]:
        full = context.solved(parameters).pivot_payoff
        return full - payoff_without(parameters, args.patron, grid)

    if not args.patron:
        rents = (_quantiles("rent", draws.batch.rent),) if draws else ()
        return model_finding(
            context,
            rent,
            sentence=lambda share: f"The rent is positive in {percent(share)} of the draws.",
            condition="rivalry outweighing the shared goal",
            evidence=rents,
        )
    evidence: tuple[Evidence, ...] = ()
    if draws:
        alone = payoff_without(draws.parameters, args.patron, grid)
        evidence = (
            _quantiles(f"gain from the presence of {prose(args.patron)}", gain(draws.parameters)),
            _quantiles(f"payoff with {prose(args.patron)}", draws.batch.pivot_payoff),
            _quantiles(f"payoff without {prose(args.patron)}", alone),
        )
    return model_finding(
        context,
        gain,
        sentence=lambda share: (
            f"{prose(context.case.pivot)} is better off with {prose(args.patron)} at the table in "
            f"{percent(share)} of the draws."
        ),
        condition="the rent being positive with both at the table",
        evidence=evidence,
        assumptions=(
            f"Without {prose(args.patron)} means: no alignment with it, and none of its money.",
        ),
    )


def payoff_without(parameters: Parameters, patron: str, grid: Grid) -> NDArray[np.float64]:
    """Return the pivot's payoff (D,) in the game from which `patron` is absent."""
    smaller = Grid(grid.patrons - 1, grid.alignment_steps, grid.goal_steps)
    return solve_draws(without(parameters, patron), smaller).pivot_payoff


def _quantiles(name: str, values: NDArray[np.float64]) -> Evidence:
    return Evidence.spread(name, values, "money", "worth")


TEST = Test(
    name="price-of-rivalry",
    kind="model",
    establishes="Whether the pivot gains from rivalry, or from one patron's presence, in the "
    "draws of the case's ranges.",
    cannot="It cannot tell what was in fact paid, nor how a gain would be spent. The rent is "
    "relative to the pivot's payoff alone, which moves with sanctions.",
    arguments=PriceOfRivalry,
    describe=_describe,
    run=_run,
    check=_check,
)
