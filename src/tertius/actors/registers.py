"""The tables of this room, read once and indexed by folded name."""

from __future__ import annotations

import calendar
import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import groupby

from tertius.actors.folding import fold
from tertius.actors.records import OPEN_END, OPEN_START, Officeholder, Span, State

__all__ = ["Entry", "Register", "register"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a folded name may stand for.

    Attributes
    ----------
    iso3 : str
        Key of the state; empty for something that is no state.
    kind : str
        ``code``, ``name``, ``demonym``, ``capital``, ``palace``, ``un-seat``, ``person``,
        ``organisation`` or ``none``.
    start, end : date
        When the name stands for it.
    note : str
        For a person the office, for something that is no state what it is.
    """

    iso3: str
    kind: str
    start: date
    end: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All tables in memory.

    Attributes
    ----------
    states : Mapping[str, State]
        By key, sorted.
    names : Mapping[str, tuple[Entry, ...]]
        By folded name.
    codes : Mapping[str, str]
        Three-letter codes to keys: ISO 3166 and CAMEO.
    offices : frozenset[str]
        Folded words for offices and organs every state may have.
    officeholders : tuple[Officeholder, ...]
        In the order of the table.
    """

    states: Mapping[str, State]
    names: Mapping[str, tuple[Entry, ...]]
    codes: Mapping[str, str]
    offices: frozenset[str]
    officeholders: tuple[Officeholder, ...]


@cache
def register() -> Register:
    """Read the tables once a process and return them."""
    demonyms: dict[str, str] = {}
    names: dict[str, list[Entry]] = defaultdict(list)
    codes: dict[str, str] = {}
    for row in _rows("names.csv"):
        start, end = _first(row["start"]), _last(row["end"])
        if row["kind"] == "code":
            codes[row["name"]] = row["iso3"]
            continue
        if row["kind"] == "demonym":
            demonyms.setdefault(row["iso3"], row["name"])
        names[fold(row["name"])].append(Entry(row["iso3"], row["kind"], start, end))
    states = _states(demonyms)
    for key, state in states.items():
        codes |= dict.fromkeys((*state.cameo, key), key)
    persons = tuple(_rows("persons.csv"))
    officeholders = tuple(_officeholders(persons))
    people = _people(officeholders)
    for spelling, person in _spellings(persons).items():
        names[spelling].extend(people[person])
    for row in _rows("organisations.csv"):
        kind = "organisation" if row["iso3"] else "none"
        entry = Entry(row["iso3"], kind, _first(row["start"]), _last(row["end"]), row["what"])
        names[fold(row["name"])].append(entry)
    return Register(
        states=states,
        names={name: tuple(entries) for name, entries in names.items()},
        codes=codes,
        offices=frozenset(fold(row["office"]) for row in _rows("offices.csv")),
        officeholders=officeholders,
    )


def _states(demonyms: Mapping[str, str]) -> dict[str, State]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in _rows("spans.csv"):
        spans[row["iso3"]].append(
            Span(
                start=_first(row["start"]),
                end=_last(row["end"]),
                cow=int(row["cow"]) if row["cow"] else None,
                gw=int(row["gw"]) if row["gw"] else None,
                source=row["source"],
            )
        )
    return {
        row["iso3"]: State(
            iso3=row["iso3"],
            name=row["name"],
            adjective=demonyms.get(row["iso3"], ""),
            status=row["status"],
            fips=tuple(filter(None, row["fips"].split("|"))),
            cameo=tuple(filter(None, row["cameo"].split("|"))),
            spans=tuple(spans[row["iso3"]]),
            continues=row["continues"],
        )
        for row in _rows("states.csv")
    }


def _officeholders(rows: Iterable[Mapping[str, str]]) -> Iterator[Officeholder]:
    for row in rows:
        yield Officeholder(
            name=row["name"],
            iso3=row["iso3"],
            office=row["office"],
            start=_first(row["start"]),
            end=_last(row["end"]),
            source=row["source"],
        )


def _spellings(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Map every folded spelling of a person to the person's name."""
    return {
        fold(spelling): row["name"]
        for row in rows
        for spelling in (row["name"], *filter(None, row["also"].split("|")))
    }


def _people(terms: tuple[Officeholder, ...]) -> dict[str, list[Entry]]:
    """Turn terms of office into spans of allegiance.

    A person stands for a state before, between and after terms: the news goes on naming former
    leaders. Only a term for another state, or for none, ends it.
    """
    by_person: dict[str, list[Officeholder]] = defaultdict(list)
    for term in terms:
        by_person[term.name].append(term)
    people: dict[str, list[Entry]] = {}
    for name, held in by_person.items():
        held.sort(key=lambda term: term.start)
        turns = [list(group) for _, group in groupby(held, key=lambda term: term.iso3)]
        people[name] = [
            Entry(
                turn[0].iso3,
                "person" if turn[0].iso3 else "none",
                OPEN_START if i == 0 else turn[0].start,
                OPEN_END if i + 1 == len(turns) else _day_before(turns[i + 1][0].start),
                "; ".join(term.title for term in turn),
            )
            for i, turn in enumerate(turns)
        ]
    return people


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _first(text: str) -> date:
    """Read a day, or the first day of a month or a year."""
    return date.fromisoformat(text + "-01-01"[len(text) - 4 :]) if text else OPEN_START


def _last(text: str) -> date:
    """Read a day, or the last day of a month or a year."""
    if len(text) == len("2018-07"):
        year, month = int(text[:4]), int(text[5:])
        return date(year, month, calendar.monthrange(year, month)[1])
    return date.fromisoformat(text + "-12-31"[len(text) - 4 :]) if text else OPEN_END


def _rows(table: str) -> Iterator[dict[str, str]]:
    path = resources.files("tertius.actors") / "tables" / table
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())
