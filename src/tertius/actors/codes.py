"""Numeric and two-letter codes of other schemes, read at a date or mapped as a whole."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from tertius.actors.records import OPEN_END, Resolution
from tertius.actors.registers import Register, register
from tertius.actors.resolution import as_day
from tertius.actors.timelines import lifetimes
from tertius.errors import UnknownNameError

__all__ = ["SCHEMES", "cameo_states", "fips_states", "former_codes", "icews_states", "resolve_code"]

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


def fips_states() -> dict[str, str]:
    """Return FIPS 10-4 codes, GDELT's codes for places, with the ISO3 key of each.

    For columns of geography only: KR is Kiribati here, and no actor is ever coded so. Codes of
    seas, reefs, disputed islands and former states are absent; ``former_codes`` has the last.

    Examples
    --------
    >>> codes = fips_states()
    >>> codes["KN"], codes["KS"], codes["KR"], codes["CH"], codes["RS"]
    ('PRK', 'KOR', 'KIR', 'CHN', 'RUS')
    """
    return dict(_present()["fips"])


def cameo_states() -> dict[str, str]:
    """Return CAMEO's codes for the states of actors with the ISO3 key of each.

    Codes of regions are absent, as are ANT (the Netherlands Antilles, which are no more) and
    BAG (a city). GDELT writes today's codes for every year, RUS for the Soviet Union too, and
    they are taken as they stand; ``resolve_code`` reads a code at a day.

    Examples
    --------
    >>> codes = cameo_states()
    >>> codes["KOR"], codes["ROM"], codes.get("EUR")
    ('KOR', 'ROU', None)
    """
    return dict(_present()["cameo"])


def former_codes(scheme: str) -> tuple[tuple[str, date, date, str], ...]:
    """Return the codes of states that are no more, for joining with dated rows.

    Parameters
    ----------
    scheme : str
        As for ``resolve_code``.

    Returns
    -------
    tuple of (str, date, date, str)
        Code, first day, last day, ISO3 key; in order of codes and of time. On other days the
        code stands for nothing.

    Raises
    ------
    UnknownNameError
        If there is no such scheme.

    Examples
    --------
    >>> [(code, str(last), key) for code, _, last, key in former_codes("fips") if code == "YI"]
    [('YI', '2003-02-03', 'YUG'), ('YI', '2006-06-04', 'SCG')]
    """
    if scheme not in SCHEMES:
        raise UnknownNameError.of("code scheme", scheme, SCHEMES)
    return tuple(
        (code, *span)
        for code, spans in sorted(_holders()[scheme].items())
        if max(end for _, end, _ in spans) < OPEN_END
        for span in spans
    )


def icews_states() -> dict[str, str]:
    """Return the names ICEWS writes in its country columns with the ISO3 key of each.

    In that list "Congo" is Brazzaville, as Kinshasa is written out; to ``resolve``, which
    reads any name, it is ambiguous. Names of what is no state are absent.

    Examples
    --------
    >>> names = icews_states()
    >>> names["Congo"], names["Democratic Republic of Congo"], names.get("Antarctica")
    ('COG', 'COD', None)
    """
    return dict(_icews())


@cache
def _icews() -> Mapping[str, str]:
    path = resources.files("tertius.actors") / "tables" / "icews_countries.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["name"]: row["iso3"] for row in rows if row["iso3"]}


@cache
def _present() -> Mapping[str, Mapping[str, str]]:
    """Who holds each code today, for codes somebody holds."""
    return {
        scheme: {code: spans[-1][2] for code, spans in codes.items() if spans[-1][1] == OPEN_END}
        for scheme, codes in _holders().items()
    }


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
