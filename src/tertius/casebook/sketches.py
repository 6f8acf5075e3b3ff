"""A sketch of a case with mistakes: enough of it to check what its claims refer to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tertius.actors import states
from tertius.casebook.schema import Case, GameSection, Milestone, Window, YearlyFigure

__all__ = ["sketch"]

_Entry = TypeVar("_Entry", bound=BaseModel)

_EVERYWHEN = {"start": date.min, "end": date.max, "before": date.min, "after": date.max}


def sketch(raw: Mapping[str, Any]) -> Case:
    """Return what can be read of a case file that the schema refuses.

    States, ids of milestones and figures, the window and the game stand as the file has
    them; what cannot be read is left so wide, or so empty, that nothing is objected to twice.
    Good for checking references, and for nothing else.

    Parameters
    ----------
    raw : mapping
        The plain TOML table.
    """
    pivot, patrons = _texts([raw.get("pivot")]), _texts(raw.get("patrons"))
    known = sorted(entry.iso3 for entry in states())
    named = {*pivot, *patrons}
    sound = set(known).issuperset(named) and len(named) == 1 + len(patrons) > 2
    fields: dict[str, Any] = {
        "id": "",
        "pivot": "".join(pivot),
        "patrons": patrons if sound else tuple(known),
        "others": _texts(raw.get("others")) if sound else tuple(known),
        "window": _alone(Window, raw.get("window")) or _construct(Window, **_EVERYWHEN),
        "game": _alone(GameSection, raw.get("game")) if sound else None,
    }
    for table, entry in (("milestones", Milestone), ("figures", YearlyFigure)):
        fields[table] = tuple(_construct(entry, id=name) for name in _ids(raw, table))
    return _construct(Case, **fields)


def _construct(entry: type[_Entry], **fields: Any) -> _Entry:  # noqa: ANN401 - whatever is known
    return entry.model_construct(**fields)


def _alone(entry: type[_Entry], value: object) -> _Entry | None:
    try:
        return entry.model_validate(value)
    except ValidationError:
        return None


def _texts(values: object) -> tuple[str, ...]:
    return tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()


def _ids(raw: Mapping[str, Any], table: str) -> tuple[str, ...]:
    rows = raw.get(table)
    entries = rows if isinstance(rows, list) else []
    return _texts([entry.get("id") for entry in entries if isinstance(entry, dict)])
