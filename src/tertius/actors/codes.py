"""Numeric and two-letter codes of other schemes, read at a date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

from tertius.actors.records import Resolution
from tertius.actors.registers import Register, register
from tertius.actors.resolution import as_day
from tertius.actors.timelines import lifetimes
from tertius.errors import UnknownNameError

__all__ = ["SCHEMES", "resolve_code"]

SCHEMES = ("cameo", "cow", "fips", "gw", "iso3")


def resolve_code(code: str | int, scheme: str, on: date | int | None = None) -> Resolution:
    """Say which state `code` means in one scheme.

    Two-letter codes are never guessed at by `resolve`, because FIPS and ISO disagree: KN is
    North Korea in FIPS, KS South Korea, KR Kiribati, RS Russia.

    Parameters
    ----------
    code : str or int
        A code as the source writes it.
    scheme : str
        ``iso3``, ``cow``, ``gw``, ``fips`` (geography in GDELT) or ``cameo`` (actors in GDELT).
    on : date or int, optional
        The day, or a year taken at its 1 July. Without it the code's last holder.

    Returns
    -------
    Resolution
        `iso3` None for a code the scheme does not give to a state, or not then.

    Raises
    ------
    UnknownNameError
        If there is no such scheme.

    Examples
    --------
    >>> resolve_code("KN", "fips").iso3, resolve_code("KR", "fips").iso3
    ('PRK', 'KIR')
    >>> resolve_code(365, "cow", 1960).iso3, resolve_code(365, "cow", 2018).iso3
    ('SUN', 'RUS')
    """
    if scheme not in SCHEMES:
        raise UnknownNameError.of("code scheme", scheme, SCHEMES)
    day = None if on is None else as_day(on)
    query = str(code)
    holders = _holders()[scheme].get(query.strip().upper(), ())
    if not holders:
        return Resolution(query, None, "unknown", day, f"no state has this {scheme} code")
    if day is None:
        return Resolution(query, holders[-1][2], "code", day, "")
    then = sorted({iso3 for start, end, iso3 in holders if start <= day <= end})
    if len(then) == 1:
        return Resolution(query, then[0], "code", day, "")
    if not then:
        return Resolution(query, None, "unknown", day, f"no state had this {scheme} code then")
    return Resolution(query, None, "ambiguous", day, "could be " + " or ".join(then))


@cache
def _holders() -> Mapping[str, Mapping[str, tuple[tuple[date, date, str], ...]]]:
    """Who held each code when, in order of time."""
    known = register()
    held: dict[str, dict[str, set[tuple[date, date, str]]]] = {
        scheme: defaultdict(set) for scheme in SCHEMES
    }
    for key, each in known.states.items():
        for scheme, codes in (("iso3", (key,)), ("cameo", each.cameo), ("fips", each.fips)):
            for code in codes:
                held[scheme][code].update(lifetimes(known, key))
        for span in each.spans:
            for scheme, number in (("cow", span.cow), ("gw", span.gw)):
                if number is not None:
                    held[scheme][str(number)].add((span.start, span.end, key))
    for code, key in _withdrawn(known).items():
        held["iso3"][code].update(lifetimes(known, key))
    return {
        scheme: {code: tuple(sorted(spans)) for code, spans in codes.items()}
        for scheme, codes in held.items()
    }


def _withdrawn(known: Register) -> dict[str, str]:
    """Three-letter codes that are neither a key nor CAMEO's: former ISO codes."""
    taken = {code for each in known.states.values() for code in (each.iso3, *each.cameo)}
    return {code: key for code, key in known.codes.items() if code not in taken}
