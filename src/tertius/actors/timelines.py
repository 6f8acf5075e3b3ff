"""A name's whole history: which state it stood for, when, and how that is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tertius.actors.folding import fold
from tertius.actors.records import OPEN_END, OPEN_START
from tertius.actors.registers import Entry, Register, register
from tertius.settings import limit

__all__ = ["Piece", "lifetimes", "spans", "timeline"]

# Where one name stands for several things of one state or of several, the plainer reading wins.
_KINDS = ("code", "name", "demonym", "capital", "palace", "un-seat", "person", "organisation")
_RANK = {kind: rank for rank, kind in enumerate((*_KINDS, "none"))}
_IN_BRACKETS = frozenset({"code", "name", "demonym", "organisation", "none"})
_OF_A_STATE = frozenset({"name", "demonym"})
# "Georgia Senate" is as likely Atlanta's as Tbilisi's; "Georgian" is not.
_ALSO_A_PROVINCE = frozenset({"georgia"})
_CODE = re.compile(r"[A-Z]{3}")
_WIDE_BRACKETS = str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time in which a name has one meaning.

    Attributes
    ----------
    start, end : date
        First and last day.
    iso3 : str or None
        The state; None if ambiguous or if the name means something that is no state.
    method : str
        As in `Resolution`.
    note : str
        As in `Resolution`.
    """

    start: date
    end: date
    iso3: str | None
    method: str
    note: str = ""


def spans(name: str) -> tuple[tuple[date, date, str], ...]:
    """Return when `name` stood for which state, for joining with dated rows.

    Days that no span covers are days on which the name is unknown or ambiguous.

    Returns
    -------
    tuple of (date, date, str)
        First day, last day, ISO3 key; in order of time, without overlap. Open sides are
        `date.min` and `date.max`.

    Examples
    --------
    >>> [(start.year, end.year, iso3) for start, end, iso3 in spans("Moscow")]
    [(1816, 1922, 'RUS'), (1922, 1991, 'SUN'), (1991, 9999, 'RUS')]
    >>> spans("Nobody in particular")
    ()
    """
    return tuple((p.start, p.end, p.iso3) for p in timeline(name) if p.iso3 is not None)


def timeline(name: str) -> tuple[Piece, ...]:
    """Return all meanings of `name` in order of time; empty for an unknown name."""
    # Longer than any name: refused before the cache, which would keep it in memory.
    if len(name) > limit("max_actor_name_chars"):
        return ()
    return _timeline(name)


@lru_cache(maxsize=65_536)
def _timeline(name: str) -> tuple[Piece, ...]:
    known = register()
    exact = _overlay(known, _entries(known, name))
    if exact:
        return exact
    return _by_suffix(known, name) or _by_office(known, name)


def _entries(known: Register, name: str) -> Sequence[Entry]:
    code = known.codes.get(name.strip()) if _CODE.fullmatch(name.strip()) else None
    if code is not None:
        return (Entry(code, "code", OPEN_START, OPEN_END),)
    return known.names.get(fold(name), ())


def _by_suffix(known: Register, name: str) -> tuple[Piece, ...]:
    for content in _bracketed(name.translate(_WIDE_BRACKETS)):
        entries = [entry for entry in _entries(known, content) if entry.kind in _IN_BRACKETS]
        pieces = _overlay(known, entries)
        if pieces:
            return _renamed(pieces, "suffix")
    return ()


def _bracketed(name: str) -> Iterator[str]:
    """Yield the contents of bracketed groups, the last to close first."""
    opened: list[int] = []
    groups: list[str] = []
    for position, sign in enumerate(name):
        if sign == "(":
            opened.append(position)
        elif sign == ")" and opened:
            groups.append(name[opened.pop() + 1 : position])
    return reversed(groups)


def _by_office(known: Register, name: str) -> tuple[Piece, ...]:
    """Read "Russian Foreign Ministry" and "President of the United States"."""
    words = fold(name).split()
    for cut in range(1, len(words)):
        head, tail = " ".join(words[:cut]), " ".join(words[cut:])
        if tail in known.offices and head not in _ALSO_A_PROVINCE:
            owner = head
        elif head in known.offices and words[cut] == "of" and len(words) > cut + 1:
            owner = tail.removeprefix("of ").removeprefix("the ")
        else:
            continue
        entries = [e for e in known.names.get(owner, ()) if e.kind in _OF_A_STATE]
        pieces = _overlay(known, entries)
        if pieces:
            return _renamed(pieces, "office")
    return ()


def _renamed(pieces: Iterable[Piece], method: str) -> tuple[Piece, ...]:
    return tuple(
        piece
        if piece.iso3 is None
        else Piece(piece.start, piece.end, piece.iso3, method, piece.note)
        for piece in pieces
    )


def lifetimes(known: Register, iso3: str) -> tuple[tuple[date, date, str], ...]:
    """Return when what `iso3` names existed, and as which state.

    A state that continues another lends it its names: Russia before 1991-12-26 is the Soviet
    Union. The result is in order of time.
    """
    lives = [(span.start, span.end, iso3) for span in known.states[iso3].spans]
    before = known.states[iso3].continues
    if before:
        lives.extend(lifetimes(known, before))
    return tuple(sorted(lives))


def _overlay(known: Register, entries: Sequence[Entry]) -> tuple[Piece, ...]:
    """Lay the meanings of one name over each other and cut where they change."""
    candidates = list(_candidates(known, entries))
    if len(candidates) == 1:
        start, end, iso3, entry = candidates[0]
        return (_piece(known, start, end, [(iso3, entry)]),)
    cuts = sorted(
        {start for start, *_ in candidates}
        | {_day_after(end) for _, end, *_ in candidates if end < OPEN_END}
    )
    pieces: list[Piece] = []
    for i, start in enumerate(cuts):
        meanings = [
            (iso3, entry) for first, last, iso3, entry in candidates if first <= start <= last
        ]
        if not meanings:
            continue
        last_day = OPEN_END if i + 1 == len(cuts) else _day_before(cuts[i + 1])
        piece = _piece(known, start, last_day, meanings)
        if pieces and _same_meaning(pieces[-1], piece):
            piece = Piece(pieces.pop().start, piece.end, piece.iso3, piece.method, piece.note)
        pieces.append(piece)
    return tuple(pieces)


def _candidates(
    known: Register, entries: Iterable[Entry]
) -> Iterator[tuple[date, date, str, Entry]]:
    """Yield each meaning for the days on which both name and state are valid."""
    for entry in entries:
        if not entry.iso3:
            yield entry.start, entry.end, "", entry
            continue
        for start, end, iso3 in lifetimes(known, entry.iso3):
            first, last = max(start, entry.start), min(end, entry.end)
            if first <= last:
                yield first, last, iso3, entry


def _piece(known: Register, start: date, end: date, meanings: Sequence[tuple[str, Entry]]) -> Piece:
    best = min(_RANK[entry.kind] for _, entry in meanings)
    chosen = [(iso3, entry) for iso3, entry in meanings if _RANK[entry.kind] == best]
    # A capital that is also the seat of an organisation must not become the state by rank.
    organs = [entry for iso3, entry in meanings if not iso3]
    keys = sorted({iso3 for iso3, _ in chosen if iso3})
    if len(keys) > 1 or (keys and organs):
        readings = [f"{known.states[key].name} ({key})" for key in keys]
        readings += sorted({entry.note for entry in organs})
        return Piece(start, end, None, "ambiguous", "could be " + " or ".join(readings))
    iso3, entry = chosen[0]
    if not iso3:
        return Piece(start, end, None, "unknown", f"{entry.note}: stands for no one state")
    note = entry.note
    if iso3 != entry.iso3:
        heir, self = known.states[entry.iso3].name, known.states[iso3].name
        note = f"{heir} was then {self} ({iso3})"
    return Piece(start, end, iso3, entry.kind, note)


def _same_meaning(one: Piece, other: Piece) -> bool:
    adjacent = _day_after(one.end) == other.start
    return adjacent and (one.iso3, one.method, one.note) == (other.iso3, other.method, other.note)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
