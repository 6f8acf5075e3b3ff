"""Reading a case file: every mistake found in one go, each with its path and a hint."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tertius.casebook import schema
from tertius.errors import CaseError, Mistake, did_you_mean
from tertius.files import read_bytes
from tertius.settings import limit

__all__ = ["Parsed", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A case file after reading.

    Attributes
    ----------
    path : Path
        The file.
    raw : dict
        The plain TOML table, for whoever checks more of it.
    case : Case or None
        The case, if the schema found no mistake.
    mistakes : tuple of Mistake
        Everything wrong with it so far.
    """

    path: Path
    raw: dict[str, Any]
    case: schema.Case | None
    mistakes: tuple[Mistake, ...]


def parse(path: Path, *, known_cases: tuple[str, ...] = ()) -> Parsed:
    """Read a case file and check it against the schema and against itself.

    Raises
    ------
    SourceError
        If the file is missing, unreadable or too large.
    CaseError
        If it is not UTF-8 or not TOML: then nothing more can be said of it.
    """
    raw = _toml(path)
    case, mistakes = None, []
    try:
        case = schema.Case.model_validate(raw)
    except ValidationError as error:
        mistakes = [_mistake(detail) for detail in _without_echoes(error.errors())]
    mistakes += _references(raw, known_cases)
    return Parsed(path, raw, case, tuple(mistakes))


def _toml(path: Path) -> dict[str, Any]:
    content = read_bytes(path, limit_bytes=limit("max_case_bytes"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"line {content[: error.start].count(10) + 1}"
        raise CaseError(
            str(path), [Mistake(where, "not UTF-8 text", "save the file as UTF-8")]
        ) from error
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOML error
        raise CaseError(
            str(path),
            [Mistake("syntax", f"not TOML: {error}", "strings need quotes, tables [brackets]")],
        ) from error


def _without_echoes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Drop "too short" of a list whose entries are wrong: they were not counted."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail, place in zip(details, places, strict=True)
        if detail["type"] != "too_short"
        or not any(other != place and other[: len(place)] == place for other in places)
    ]


_RANGE_HINT = "a parameter is a range: low, high, why and source, never a bare number"


def _mistake(detail: ErrorDetails) -> Mistake:
    """Word one of pydantic's findings as ours."""
    path = _dotted_path(detail["loc"])
    kind, given = detail["type"], detail["input"]
    if kind == "missing":
        return Mistake(path, "is missing", "add it; see docs/reference/case-file.md")
    if kind == "extra_forbidden":
        close = did_you_mean(str(detail["loc"][-1]), _field_names())
        return Mistake(path, "is not a field of a case file", close)
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    message, _, hint = message.partition("; ")
    shown = repr(given) if isinstance(given, str | int | float | bool) else type(given).__name__
    if kind == "value_error":
        return Mistake(path, message, hint or None)
    if kind in ("model_type", "dict_type"):
        hint = _RANGE_HINT if path.startswith("game.ranges.") else ""
        message = "should be a table"
    if kind == "too_short":
        return Mistake(path, f"needs at least {detail['ctx']['min_length']}, got {len(given)}")
    return Mistake(path, f"{message}, got {shown[:80]}", hint or None)


def _dotted_path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path or "case"


def _field_names() -> list[str]:
    entries = (
        entry
        for entry in vars(schema).values()
        if isinstance(entry, type) and issubclass(entry, BaseModel)
    )
    return sorted({name for entry in entries for name in entry.model_fields})


def _references(raw: dict[str, Any], known_cases: tuple[str, ...]) -> list[Mistake]:
    """Check what the parts of the file say of each other, on whatever of it is readable."""
    found: list[Mistake] = []
    for table in ("sources", "milestones", "figures", "claims"):
        ids = (entry.get("id") for _, entry in _entries(raw, table))
        names = Counter(name for name in ids if isinstance(name, str))
        found += [
            Mistake(f"{table}", f'the id "{name}" stands {count} times')
            for name, count in names.items()
            if count > 1
        ]
    sources = [str(entry.get("id")) for _, entry in _entries(raw, "sources")]
    for path, entry in _sourced(raw):
        name = entry.get("source")
        if isinstance(name, str) and name not in sources:
            found.append(
                Mistake(f"{path}.source", f'no source "{name}"', did_you_mean(name, sources))
            )
    claims = [str(entry.get("id")) for _, entry in _entries(raw, "claims")]
    headline = raw.get("headline")
    for position, name in enumerate(headline if isinstance(headline, list) else []):
        if isinstance(name, str) and name not in claims:
            hint = did_you_mean(name, claims)
            found.append(Mistake(f"headline[{position}]", f'no claim "{name}"', hint))
    precedent = raw.get("precedent")
    if isinstance(precedent, str) and precedent and precedent not in known_cases:
        hint = did_you_mean(precedent, known_cases)
        found.append(Mistake("precedent", f'no case "{precedent}"', hint))
    return found


def _entries(raw: dict[str, Any], table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = raw.get(table)
    for position, entry in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(entry, dict):
            yield f"{table}[{position}]", entry


def _sourced(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _entries(raw, "milestones")
    yield from _entries(raw, "figures")
    game = raw.get("game")
    ranges = game.get("ranges") if isinstance(game, dict) else None
    flat = schema.dotted(ranges)
    for name, entry in flat.items() if isinstance(flat, dict) else ():
        if isinstance(entry, dict) and entry.get("source") != "judgement":
            yield f"game.ranges.{name}", entry
