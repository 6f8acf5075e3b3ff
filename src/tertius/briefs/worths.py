"""What being courted is worth: the game's pictures, from the case's draws."""

from __future__ import annotations

import numpy as np

from tertius.actors import state
from tertius.briefs.charts import (
    Driver,
    DriverView,
    RegimeView,
    RentSeries,
    RentView,
    draw_drivers,
    draw_regime,
    draw_rents,
)
from tertius.briefs.document import Figure, Table
from tertius.briefs.words import number
from tertius.casebook import Case, GameSection
from tertius.claims import Draws, Verdict
from tertius.game import Grid, override, rank_correlations, regime_map, solve_draws, without

__all__ = ["driver_picture", "parameter_name", "range_table", "regime_picture", "rent_picture"]

_NAMES = {
    "k": "cost of dependence",
    "c": "pivot's cost of giving the goal",
    "q": "reliability of the pivot's promise",
    "alpha": "pivot's affinity for",
    "omega": "worth of the pivot's alignment to",
    "rho": "how much alignment with its rival hurts",
    "beta": "worth of the shared goal to",
    "theta": "how much the goal under its rival hurts",
    "e": "cost of being excluded to",
    "kappa": "cost of delivering a unit to",
}


def parameter_name(name: str) -> str:
    """Return a parameter in words: ``rho.USA`` is how much a rival's gain hurts that patron."""
    stem, *patrons = name.split(".")
    told = _NAMES.get(stem, stem)
    return " ".join([told, *(state(code).name for code in patrons)])


def rent_picture(case: Case, game: GameSection, draws: Draws) -> Figure:
    """Draw the pivot's gain from rivalry, and its payoff with and without each patron."""
    smaller = Grid(draws.grid.patrons - 1, draws.grid.alignment_steps, draws.grid.goal_steps)
    pivot = state(case.pivot).name
    series = [RentSeries("with all at the table", draws.batch.pivot_payoff)]
    series += [
        RentSeries(
            f"without {state(code).name}",
            solve_draws(without(draws.parameters, code), smaller).pivot_payoff,
        )
        for code in case.patrons
    ]
    rent = draws.batch.rent
    share = 100 * float((rent > 1e-9).mean())
    positive = rent[rent > 1e-9]
    middle = number(float(np.median(positive))) if positive.size else "0"
    return draw_rents(
        RentView(f"payoff of {pivot}; {game.money}", tuple(series)),
        name="rents",
        title=f"In {share:.0f} % of this case's draws rivalry pays {pivot}; where it does, "
        f"half of the rents are above {middle}",
        caption=f"Payoff of {pivot} in {len(rent):,} games drawn uniformly from the case's ranges. "
        "The difference between the first row and the others is what rivalry is worth.",
    )


def regime_picture(case: Case, game: GameSection, draws: Draws) -> Figure | None:
    """Draw where rivalry leaves room, over the two parameters that drive it most.

    None where fewer than two parameters vary.
    """
    found = override(draws.parameters, draws.grid)
    margin = found.conflict - found.congruence
    outcome = margin if np.isfinite(margin).all() else found.rent
    varied = [name for name, _ in rank_correlations(draws.parameters, outcome)]
    if len(varied) < 2:
        return None
    x, y = varied[:2]
    drawn = regime_map(draws.ranges, x=x, y=y, grid=draws.grid)
    table = draws.parameters.table()
    room = 100 * float((drawn.rent > 1e-9).mean())
    middles = (draws.ranges.values[x].middle, draws.ranges.values[y].middle)
    return draw_regime(
        RegimeView(
            parameter_name(x),
            parameter_name(y),
            drawn.x_values,
            drawn.y_values,
            drawn.rent,
            np.column_stack([table[x], table[y]]),
            middles,
            game.money,
        ),
        name="regimes",
        title=f"{state(case.pivot).name} has room in {room:.0f} % of this plane: its two axes are "
        "the assumptions that move the answer most",
        caption=f"Rent by {x} and {y}, all other parameters at the middle of their ranges. Dots "
        f"are the case's draws, in which every parameter varies. {game.money}",
    )


def driver_picture(draws: Draws) -> Figure:
    """Draw which ranges move the rent."""
    found = rank_correlations(draws.parameters, draws.batch.rent)
    first = parameter_name(found[0][0]) if found else "nothing"
    return draw_drivers(
        DriverView("rent", tuple(Driver(parameter_name(name), rho) for name, rho in found)),
        name="drivers",
        title=f"What moves the rent most is the {first}",
        caption=f"Spearman rank correlation over {len(draws.batch.rent):,} draws; each model part "
        "lists its own drivers in the table.",
    )


def driver_table(verdicts: tuple[Verdict, ...]) -> Table:
    """List, for each model part that was computed, what drives it and what flips it."""
    rows = []
    for verdict in verdicts:
        for place, part in enumerate(verdict.parts, start=1):
            if part.kind != "model" or not part.drivers:
                continue
            driven = "; ".join(f"{name} {_signed(rho)}" for name, rho in part.drivers[:3])
            flip = part.flip.text if part.flip else "–"
            rows.append((f"{verdict.claim_id} {place}", part.test, part.word, driven, flip))
    return Table(
        "model-drivers",
        "Which ranges drive each model word, and the nearest flip",
        ("part", "test", "word", "drivers (rank correlation)", "would change if"),
        tuple(rows),
        "Drivers are of the margin by which the proposition holds; flips move one parameter from "
        "the middle of the ranges.",
    )


def range_table(game: GameSection) -> Table:
    """List every range with its reason and source."""
    return Table(
        "ranges",
        "What the model assumes: every parameter as a range",
        ("parameter", "meaning", "low", "high", "why", "source"),
        tuple(
            (name, parameter_name(name), number(entry.low), number(entry.high), entry.why,
             entry.source)
            for name, entry in sorted(game.ranges.items())
        ),
        f"Unit of the payoffs: {game.money}",
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
