"""`work_out`: a case's game with some assumptions changed, in the middle and over the draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.casebook import Case
from tertius.claims.games import case_grid, case_parameters, case_ranges, guests
from tertius.errors import GameError, UnknownNameError
from tertius.game import (
    Capped,
    Game,
    Grid,
    Parameters,
    Range,
    Ranges,
    Solution,
    bloc_game,
    capped_draws,
    merge_blocs,
    sanctioned_utilities,
    solve,
    solve_capped,
    solve_many,
    utilities,
    verify,
)

if TYPE_CHECKING:
    from tertius.game.layers.pressure.bites import Form

__all__ = ["Setup", "Spread", "Workout", "work_out"]

Floats = NDArray[np.float64]

# Draws solved at a time: their payoffs are held at once.
_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Setup:
    """What is changed about a case before its game is solved.

    Attributes
    ----------
    ranges : mapping of str to Range
        Parameters with other ranges than the case's.
    guest : str
        One of the case's other states, as a patron; empty for none.
    blocs : tuple of tuple of str
        Patrons that bid as one; those in none bid alone.
    senders : tuple of str
        Patrons whose standing sanctions, of size ``sigma``, are in force.
    form : str
        Where sanctions bite, as in `sanctioned_utilities`.
    capped : tuple of str
        Patrons that can pay no more than their ``cap``.
    """

    ranges: Mapping[str, Range] = field(default_factory=dict)
    guest: str = ""
    blocs: tuple[tuple[str, ...], ...] = ()
    senders: tuple[str, ...] = ()
    form: Form = "universal"
    capped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """What the draws say, one number a draw; NaN where a capped game has no equilibrium.

    Attributes
    ----------
    pivot_payoff : numpy.ndarray
        ``(D,)`` payments included.
    rent : numpy.ndarray
        ``(D,)`` beyond what the pivot has without patrons, sanctions in force.
    goal : numpy.ndarray
        ``(D,)`` degree of the goal reached.
    """

    pivot_payoff: Floats
    rent: Floats
    goal: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Workout:
    """The answer of `work_out`.

    Attributes
    ----------
    ranges : Ranges
        The ranges in use.
    grid : Grid
        The policies.
    game : Game
        The game in the middle of the ranges, blocs and sanctions in it.
    solution : Solution or Capped
        Its equilibrium; with caps, all that were found.
    gain : float
        Largest gain from deviating that is left to anybody; rounding in an equilibrium.
    parameters : Parameters
        The draws.
    spread : Spread or None
        Over the draws; None where capped blocs or capped games under sanctions would have
        to be solved one by one.
    """

    ranges: Ranges
    grid: Grid
    game: Game
    solution: Solution | Capped
    gain: float
    parameters: Parameters
    spread: Spread | None


def work_out(case: Case, setup: Setup, seed: np.random.SeedSequence) -> Workout:
    """Solve the game of a case with some assumptions changed.

    Parameters
    ----------
    case : Case
        The case.
    setup : Setup
        What to change.
    seed : numpy.random.SeedSequence
        Of the draws; with the case's own, unchanged parameters keep their draws.

    Returns
    -------
    Workout
        The game in the middle of the ranges, its equilibrium, and the draws.

    Raises
    ------
    GameError
        If the case has no game, or a parameter, bloc, sanction or cap makes no sense.
    UnknownNameError
        If a patron or parameter is not one of the case's.
    """
    ranges = _changed(case, setup)
    grid = case_grid(case, setup.guest)
    blocs = _blocs(ranges.patrons, setup)
    caps = _caps(ranges, setup)
    middle = Parameters.midpoint(ranges)
    u, v = _payoffs(middle, grid, setup)
    single = Game(u[0], v[0], grid.labels(ranges.patrons), ranges.patrons)
    merged = bloc_game(single, blocs)
    solution: Solution | Capped
    if setup.capped:
        solution = solve_capped(merged, [sum(caps[i] for i in bloc) for bloc in blocs])
        gain = max((outcome.gain for outcome in solution.outcomes), default=float("nan"))
    else:
        solution = solve(merged)
        gain = verify(merged, solution)
    drawn = case_parameters(case, ranges, seed, setup.guest)
    return Workout(ranges, grid, merged, solution, gain, drawn, _spread(drawn, grid, blocs, setup))


def _changed(case: Case, setup: Setup) -> Ranges:
    if setup.guest and setup.guest not in case.others:
        raise UnknownNameError.of("guest", setup.guest, case.others, where="work_out")
    known = guests(case)
    if case.game is not None and setup.guest and setup.guest not in known:
        raise GameError(
            f"the case gives no ranges for {setup.guest} as a guest",
            where="work_out",
            allowed=", ".join(known) or "none: it gives ranges for no other state",
            hint=f"add [game.ranges.omega.{setup.guest}] and the like to the case",
        )
    base = case_ranges(case, setup.guest)
    for name in (*setup.senders, *setup.capped, *(name for bloc in setup.blocs for name in bloc)):
        if name not in base.patrons:
            raise UnknownNameError.of("patron", name, base.patrons, where="work_out")
    values = dict(base.values)
    for name, span in setup.ranges.items():
        values[name] = span
    for sender in setup.senders:
        # Without a stated cost, a sanction is free to keep.
        values.setdefault(f"lambda.{sender}", Range(0.0, 0.0, why="not given"))
    return Ranges(base.patrons, values)


def _blocs(patrons: tuple[str, ...], setup: Setup) -> tuple[tuple[int, ...], ...]:
    grouped = [tuple(patrons.index(name) for name in bloc) for bloc in setup.blocs]
    inside = {place for bloc in grouped for place in bloc}
    alone = [(place,) for place in range(len(patrons)) if place not in inside]
    return (*grouped, *alone)


def _caps(ranges: Ranges, setup: Setup) -> list[float]:
    missing = [name for name in setup.capped if f"cap.{name}" not in ranges.values]
    if missing:
        raise GameError(
            f"a cap on {missing[0]} without an amount",
            where="work_out",
            allowed=f"a range for cap.{missing[0]}, or an amount",
        )
    return [
        ranges.values[f"cap.{name}"].middle if name in setup.capped else float("inf")
        for name in ranges.patrons
    ]


def _payoffs(games: Parameters, grid: Grid, setup: Setup) -> tuple[Floats, Floats]:
    if not setup.senders:
        return utilities(games, grid)
    return sanctioned_utilities(games, grid, setup.senders, form=setup.form)


def _spread(
    drawn: Parameters, grid: Grid, blocs: tuple[tuple[int, ...], ...], setup: Setup
) -> Spread | None:
    if setup.capped:
        if setup.blocs or setup.senders:
            return None
        free = {
            name: column
            for name, column in drawn.values.items()
            if not name.startswith("cap.") or name.removeprefix("cap.") in setup.capped
        }
        found = capped_draws(Parameters(drawn.patrons, free), grid)
        alone = utilities(drawn, grid)[0].max(axis=1)
        return Spread(found.pivot_payoff, found.pivot_payoff - alone, found.goal)
    parts = []
    for start in range(0, len(drawn), _ROWS):
        u, v = _payoffs(drawn.rows(slice(start, start + _ROWS)), grid, setup)
        batch = solve_many(u, merge_blocs(v, blocs))
        parts.append((batch.pivot_payoff, batch.rent, grid.goal[batch.policy]))
    return Spread(*(np.concatenate(column) for column in zip(*parts, strict=True)))
