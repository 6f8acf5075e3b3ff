"""What being courted is worth: the game's pictures, from the case's draws."""

from __future__ import annotations

from itertools import combinations

import numpy as np

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
from tertius.claims import Draws, Verdict, parameter, prose, sentence_case
from tertius.game import Grid, Override, rank_correlations, regime_map, solve_draws, without

__all__ = ["driver_picture", "driver_table", "range_table", "regime_picture", "rent_picture"]

# Parameters tried as axes of the regime map, and the mesh they are tried on.
_CANDIDATES = 6
_COARSE = (9, 9)
# Rows of the rent picture for a patron's absence.
_ABSENT = 2


def rent_picture(case: Case, game: GameSection, draws: Draws) -> Figure:
    """Draw the pivot's gain from rivalry, and its payoff with and without each patron."""
    smaller = Grid(draws.grid.patrons - 1, draws.grid.alignment_steps, draws.grid.goal_steps)
    pivot = prose(case.pivot)
    absent = [
        RentSeries(
            f"without {prose(code)}",
            solve_draws(without(draws.parameters, code), smaller).pivot_payoff,
        )
        for code in case.patrons
    ]
    # Of more patrons than the picture has room for, those whose absence costs the pivot most.
    ranked = sorted(absent, key=lambda one: float(np.median(one.draws)))[:_ABSENT]
    series = [RentSeries("with all at the table", draws.batch.pivot_payoff)]
    series += [one for one in absent if one in ranked]
    rent = draws.batch.rent
    share = number(100 * float((rent > 1e-9).mean()), "%")
    positive = rent[rent > 1e-9]
    middle = number(float(np.median(positive))) if positive.size else "0"
    return draw_rents(
        RentView(f"payoff of {pivot}, in units of the model", tuple(series)),
        name="rents",
        title=f"Rivalry pays {pivot} in {share} of this case's draws; where it does, half "
        f"of the rents are above {middle}",
        caption=f"Payoff of {pivot} in {len(rent):,} games drawn uniformly from the case's ranges; "
        f"the first row against the others is what rivalry is worth. Money: {game.money}.",
    )


def regime_picture(case: Case, game: GameSection, draws: Draws, split: Override) -> Figure | None:
    """Draw where rivalry leaves room, over two parameters that drive it.

    Of the strongest drivers the two are taken whose plane shows most of both regimes. None
    where fewer than two parameters vary.
    """
    axes = _axes(draws, split)
    if axes is None:
        return None
    x, y = axes
    drawn = regime_map(draws.ranges, x=x, y=y, grid=draws.grid)
    table = draws.parameters.table()
    room = number(100 * float((drawn.rent > 1e-9).mean()), "%")
    middles = (draws.ranges.values[x].middle, draws.ranges.values[y].middle)
    return draw_regime(
        RegimeView(
            sentence_case(parameter(x)),
            sentence_case(parameter(y)),
            drawn.x_values,
            drawn.y_values,
            drawn.rent,
            np.column_stack([table[x], table[y]]),
            middles,
            "in units of the model",
        ),
        name="regimes",
        title=f"With everything else at the middle, {prose(case.pivot)} has room in {room} "
        f"of the plane of {parameter(x)} and {parameter(y)}",
        caption=f"Rent by {x} and {y}, the other parameters at the middle of their ranges. Dots "
        "are the case's draws, in which every parameter varies, so a dot need not have the regime "
        f"beneath it. Money: {game.money}.",
    )


def _axes(draws: Draws, split: Override) -> tuple[str, str] | None:
    margin = split.conflict - split.congruence
    outcome = margin if np.isfinite(margin).all() else split.rent
    strongest = [name for name, _ in rank_correlations(draws.parameters, outcome)][:_CANDIDATES]

    def both_regimes(pair: tuple[str, str]) -> float:
        coarse = regime_map(draws.ranges, x=pair[0], y=pair[1], grid=draws.grid, shape=_COARSE)
        share = float((coarse.rent > 1e-9).mean())
        return min(share, 1 - share)

    # The first of equals is the pair of stronger drivers.
    return max(combinations(strongest, 2), key=both_regimes, default=None)


def driver_picture(draws: Draws) -> Figure | None:
    """Draw which ranges move the rent; None where it is the same in every draw."""
    found = rank_correlations(draws.parameters, draws.batch.rent)
    if not found:
        return None
    first = parameter(found[0][0])
    return draw_drivers(
        DriverView(
            "rent", tuple(Driver(sentence_case(parameter(name)), rho) for name, rho in found)
        ),
        name="drivers",
        title=f"What moves the rent most is {first}",
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
            (name, parameter(name), number(entry.low), number(entry.high), entry.why,
             entry.source)
            for name, entry in sorted(game.ranges.items())
        ),
        f"Unit of the payoffs: {game.money}",
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
