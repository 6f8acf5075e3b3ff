"""States by key, the list of them, and the search behind `tertius actors` and error hints."""

from __future__ import annotations

from tertius.actors.folding import fold
from tertius.actors.records import OPEN_END, State
from tertius.actors.registers import Register, register
from tertius.actors.timelines import timeline
from tertius.errors import UnknownNameError

__all__ = ["find_states", "known_states", "state", "states"]


def known_states() -> tuple[str, ...]:
    """Return all keys, sorted."""
    return tuple(register().states)


def states() -> tuple[State, ...]:
    """Return all states and territories, former ones included, sorted by key."""
    return tuple(register().states.values())


def state(iso3: str) -> State:
    """Return the state whose key is `iso3`.

    Raises
    ------
    UnknownNameError
        If no state has that key; the hint names the key of a state so called.

    Examples
    --------
    >>> state("SUN").years
    '1922–1991'
    """
    known = register()
    if iso3 in known.states:
        return known.states[iso3]
    error = UnknownNameError.of("state", iso3, known.states)
    found = find_states(iso3, most=3)
    if found:
        error.hint = "use " + " or ".join(f'"{each.iso3}" ({each.name})' for each in found)
    raise error


def find_states(text: str, most: int = 20) -> tuple[State, ...]:
    """Return the states `text` may mean, the best first.

    Keys and codes of every scheme are tried, then what the resolver knows, then names that hold
    all the words, then near misses of spelling.

    Parameters
    ----------
    text : str
        A code, a name or a part of one, in any case; blank for all states.
    most : int
        Longest answer.

    Examples
    --------
    >>> [each.iso3 for each in find_states("korea")]
    ['KOR', 'PRK']
    >>> [each.iso3 for each in find_states("vietnm", most=1)]
    ['VNM']
    """
    known = register()
    wanted = fold(text[:200])
    if not wanted:
        return tuple(known.states.values())[:most]
    keys = dict.fromkeys(_by_code(known, text.strip().upper()))
    keys |= dict.fromkeys(sorted({p.iso3 for p in timeline(text) if p.iso3 is not None}))
    keys |= dict.fromkeys(_living_first(known, _by_words(known, wanted.split())))
    if not keys:
        keys |= dict.fromkeys(_living_first(known, _by_spelling(known, wanted)))
    return tuple(known.states[key] for key in list(keys)[:most])


def _by_code(known: Register, code: str) -> list[str]:
    return [
        key
        for key, each in known.states.items()
        if code in (key, *each.cameo, *each.fips)
        or (
            code.isdecimal()
            and code in {str(s.cow) for s in each.spans} | {str(s.gw) for s in each.spans}
        )
    ]


def _by_words(known: Register, words: list[str]) -> set[str]:
    return {
        entry.iso3
        for name, entries in known.names.items()
        for entry in entries
        if entry.kind == "name" and all(word in name.split() for word in words)
    }


def _by_spelling(known: Register, wanted: str) -> set[str]:
    import difflib  # only for the misspelt: keeps the room's import light

    names = [name for name, entries in known.names.items() if entries[0].kind == "name"]
    close = difflib.get_close_matches(wanted, names, n=5, cutoff=0.75)
    return {entry.iso3 for name in close for entry in known.names[name] if entry.iso3}


def _living_first(known: Register, keys: set[str]) -> list[str]:
    return sorted(keys, key=lambda key: (known.states[key].end < OPEN_END, key))
