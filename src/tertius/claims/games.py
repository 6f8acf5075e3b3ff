"""The games a case describes: ranges, policies and draws, with or without a guest at the table."""

from __future__ import annotations

import numpy as np

from tertius.casebook import Case
from tertius.errors import GameError
from tertius.game import Grid, Parameters, Range, Ranges, draw

__all__ = ["case_grid", "case_parameters", "case_ranges", "guests"]

# With a guest at the table alignment is cut more coarsely, or the policies would be too many.
_GUEST_STEPS = 6


def case_ranges(case: Case, guest: str = "") -> Ranges:
    """Return the game's ranges of a case.

    Ranges that name one of the case's other states are that state's as a guest at the
    table; without it they are left out.

    Parameters
    ----------
    case : Case
        The case.
    guest : str
        One of the case's other states, to be a patron as well. A patron's rivalry that is
        given as one number is then its rivalry with each of the patrons it had.

    Raises
    ------
    GameError
        If the case has no game, or a parameter of the family is unknown or missing.
    """
    if case.game is None:
        raise GameError("the case has no game section", where=case.id)
    absent = set(case.others) - {guest}
    values = {
        name: Range(entry.low, entry.high, entry.why, entry.source)
        for name, entry in case.game.ranges.items()
        if not absent.intersection(name.split(".")[1:])
    }
    if not guest:
        return Ranges(patrons=case.patrons, values=values)
    split: dict[str, Range] = {}
    for name, span in values.items():
        stem, *owners = name.split(".")
        if stem == "rho" and len(owners) == 1 and owners[0] != guest:
            rivals = [other for other in case.patrons if other != owners[0]]
            split |= {f"{name}.{rival}": span for rival in rivals}
        else:
            split[name] = span
    return Ranges(patrons=(*case.patrons, guest), values=split)


def guests(case: Case) -> tuple[str, ...]:
    """Return the other states for which the case gives ranges as a guest at the table."""
    names = case.game.ranges if case.game else ()
    owners = {owner for name in names for owner in name.split(".")[1:]}
    return tuple(state for state in case.others if state in owners)


def case_grid(case: Case, guest: str = "") -> Grid:
    """Return the policies of a case's game; a guest makes for coarser shares of alignment.

    Raises
    ------
    GameError
        If the case has no game, or too many patrons for its steps.
    """
    if case.game is None:
        raise GameError("the case has no game section", where=case.id)
    steps = case.game.alignment_steps
    return Grid(
        patrons=len(case.patrons) + bool(guest),
        alignment_steps=min(steps, _GUEST_STEPS) if guest else steps,
        goal_steps=case.game.goal_steps,
    )


def case_parameters(
    case: Case, ranges: Ranges, seed: np.random.SeedSequence, guest: str = ""
) -> Parameters:
    """Draw a case's games, row by row the same with a guest as without.

    A rivalry that a guest splits by rival keeps the draws it has as one number, as long as
    its range is that of the case.

    Parameters
    ----------
    case : Case
        The case.
    ranges : Ranges
        From `case_ranges` with the same guest, some of them changed.
    seed : numpy.random.SeedSequence
        Of the draws.
    guest : str
        As in `case_ranges`.

    Raises
    ------
    GameError
        If the case has no game.
    """
    own = case_ranges(case)
    assert case.game is not None  # noqa: S101 - case_ranges has looked
    drawn = draw(ranges, case.game.draws, seed)
    if not guest:
        return drawn
    before = draw(own, case.game.draws, seed).values
    kept = {}
    for name, span in ranges.values.items():
        shared = _shared_name(name, guest)
        given = own.values.get(shared)
        if given is not None and (span.low, span.high) == (given.low, given.high):
            kept[name] = before[shared]
    return drawn.at(kept)


def _shared_name(name: str, guest: str) -> str:
    """Return the name a parameter has without the guest: rho.CHN.USA is rho.CHN there."""
    stem, *owners = name.split(".")
    split = stem == "rho" and len(owners) == 2 and guest not in owners
    return f"{stem}.{owners[0]}" if split else name
