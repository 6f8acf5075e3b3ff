"""`blocs`: what changes where patrons bid as one?

Proposition P5: merging patrons never raises the rent, and all of them as one leave none;
the policy stays. So in the core coordination is a remedy for the price, not for the goal.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tertius.casebook import Case
from tertius.claims.context import Context, Draws
from tertius.claims.naming import percent, prose
from tertius.claims.verdicts import Evidence, Finding
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.claims.vocabulary.rents import patron_mistakes
from tertius.claims.vocabulary.shares import model_finding, no_game
from tertius.errors import Mistake
from tertius.game import Batch, Pacts, Parameters, coordinate_draws, solve_bloc_draws

__all__ = ["TEST"]

Bloc = Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


class BlocsArguments(Arguments):
    """Who bids as one, and what is said to follow.

    Attributes
    ----------
    blocs : list of lists of str
        Patrons that bid as one; those in no list bid alone.
    statement : str
        ``lowers-price``: the rent is smaller than where all bid alone; ``raises-goal``:
        more of the goal is bought.
    """

    blocs: tuple[Bloc, ...] = Field(strict=False, min_length=1)
    statement: Literal["lowers-price", "raises-goal"] = "lowers-price"


_SAYS = {"lowers-price": "pay less rent", "raises-goal": "buy more of the goal"}


def _check(args: BlocsArguments, case: Case) -> list[Mistake]:
    found: list[Mistake] = []
    seen: set[str] = set()
    for row, bloc in enumerate(args.blocs):
        for place, name in enumerate(bloc):
            field = f"blocs[{row}][{place}]"
            found += patron_mistakes(field, name, case)
            if name in seen:
                found.append(Mistake(field, f"{name} is named twice", "a patron is in one bloc"))
            seen.add(name)
    return found


def _told(args: BlocsArguments) -> str:
    return "; ".join(" and ".join(prose(name) for name in bloc) for bloc in args.blocs)


def _describe(args: BlocsArguments, _case: Case) -> str:
    return f"Bidding as one, {_told(args)} {_SAYS[args.statement]} than bidding alone."


def _run(args: BlocsArguments, context: Context) -> Finding:
    draws = context.draws
    if draws is None:
        return no_game()
    patrons = context.case.patrons
    grouped = [[patrons.index(name) for name in bloc] for bloc in args.blocs]
    inside = {place for bloc in grouped for place in bloc}
    blocs = grouped + [[place] for place in range(len(patrons)) if place not in inside]

    grid = draws.grid

    def merged(parameters: Parameters) -> Batch:
        return context.kept(
            f"blocs {blocs}", parameters, lambda games: solve_bloc_draws(games, draws.grid, blocs)
        )

    def margin(parameters: Parameters) -> NDArray[np.float64]:
        apart, together = context.solved(parameters), merged(parameters)
        if args.statement == "lowers-price":
            return apart.rent - together.rent
        return draws.grid.goal[together.policy] - draws.grid.goal[apart.policy]

    return model_finding(
        context,
        margin,
        sentence=lambda share: (
            f"in {percent(share)} of the draws {_told(args)}, bidding as one, "
            f"{_SAYS[args.statement]}."
        ),
        condition="there being a rent to save"
        if args.statement == "lowers-price"
        else "a friction the core does not have",
        evidence=_numbers(
            draws,
            merged(draws.parameters),
            context.kept("pacts", draws.parameters, lambda games: coordinate_draws(games, grid)),
        ),
        comparison="Theorem P5: patrons who merge never pay more rent, and never change the "
        "policy; all of them as one pay none.",
        assumptions=("A bloc bids the sum of what its members want; how they share is theirs.",),
    )


def _numbers(draws: Draws, together: Batch, pact: Pacts) -> tuple[Evidence, ...]:
    apart = draws.batch
    needed = pact.discount_needed
    same, held = apart.policy == together.policy, needed < 1
    return (
        Evidence.spread("rent, all bidding alone", apart.rent, "money", "worth"),
        Evidence.spread("rent, bidding in blocs", together.rent, "money", "worth"),
        Evidence.share("draws in which the policy is the same", same, "worth"),
        Evidence.share("draws in which a pact of all can enforce itself", held, "worth"),
        Evidence(
            "weight of the next round that a pact of all needs, median of those",
            float(np.median(needed[held])) if held.any() else None,
            text="" if held.any() else "none can",
            anchor="worth",
        ),
    )


TEST = Test(
    name="blocs",
    kind="model",
    establishes="Whether patrons that bid as one pay less, or buy more of the goal, than patrons "
    "that bid alone.",
    cannot="It cannot tell how a bloc would be formed or held together; the weight that a pact "
    "needs to enforce itself stands beside the answer.",
    arguments=BlocsArguments,
    describe=_describe,
    run=_run,
    check=_check,
)
