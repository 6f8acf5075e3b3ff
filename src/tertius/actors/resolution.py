"""Resolving one name to a state at a date."""

from __future__ import annotations

from datetime import date, datetime

from tertius.actors.records import OPEN_END, OPEN_START, Resolution
from tertius.actors.timelines import Piece, timeline
from tertius.errors import UsageError
from tertius.settings import limit

__all__ = ["as_day", "resolve"]


def resolve(name: str, on: date | int | None = None) -> Resolution:
    """Say which state `name` stands for.

    Parameters
    ----------
    name : str
        A state, its people, capital or palace, a leader, an office ("Russian Foreign Ministry"),
        a role with its country ("Foreign Affairs (North Korea)") or a three-letter code.
    on : date or int, optional
        The day, or a year, which is taken at its 1 July. Without it the name's present or, if
        it has none, its last meaning.

    Returns
    -------
    Resolution
        With `iso3` None if the name is unknown, ambiguous or means no state then. Nothing is
        guessed: a name outside the tables stays unknown.

    Raises
    ------
    UsageError
        If `on` is neither a date nor a year. An unknown name raises nothing.

    Notes
    -----
    A capital is also a city and a palace also a building: what is reported *from* Beijing is
    not always done *by* China. The resolver reads names, not sentences.

    Examples
    --------
    >>> resolve("Foreign Affairs (North Korea)").iso3
    'PRK'
    >>> resolve("Moscow", 1960).iso3, resolve("Moscow", 2018).iso3
    ('SUN', 'RUS')
    >>> resolve("Korea").method
    'ambiguous'
    """
    day = None if on is None else as_day(on)
    pieces = timeline(name)
    if not pieces:
        return Resolution(name, None, "unknown", day, _why_unknown(name))
    if day is None:
        piece = pieces[-1]
        return Resolution(name, piece.iso3, piece.method, day, piece.note)
    for piece in pieces:
        if piece.start <= day <= piece.end:
            return Resolution(name, piece.iso3, piece.method, day, piece.note)
    return Resolution(name, None, "unknown", day, f"no state of that name then; {_known(pieces)}")


def as_day(on: date | int) -> date:
    """Return the day meant by a date or a year.

    A year is its 1 July: of a year in which a state ended, the state that held the larger half.

    Raises
    ------
    UsageError
        If `on` is neither.
    """
    if isinstance(on, datetime):
        return on.date()
    if isinstance(on, date):
        return on
    if isinstance(on, int) and not isinstance(on, bool) and 1 <= on <= 9999:
        return date(on, 7, 1)
    raise UsageError(
        f"{on!r} is neither a date nor a year",
        where="on",
        allowed="a datetime.date, or a year from 1 to 9999",
    )


def _why_unknown(name: str) -> str:
    longest = limit("max_actor_name_chars")
    if len(name) > longest:
        return f"longer than any name ({len(name)} of at most {longest} characters)"
    if not name.strip():
        return "no name"
    return "not in the tables"


def _known(pieces: tuple[Piece, ...]) -> str:
    """Say when the name did stand for something."""
    said = []
    for piece in pieces:
        start = "" if piece.start == OPEN_START else f"from {piece.start} "
        end = "" if piece.end == OPEN_END else f"to {piece.end}"
        said.append(f"{piece.iso3 or piece.method} {start}{end}".strip())
    return "; ".join(said)
