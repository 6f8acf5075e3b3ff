"""Check arguments about triangular diplomacy: from a case file to a sourced brief.

>>> import tertius as tt
>>> "korea-2018" in tt.cases()
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.actors import resolve as resolve
    from tertius.briefs import Brief as Brief
    from tertius.briefs import brief as brief
    from tertius.casebook import cases as cases
    from tertius.claims import Verdict as Verdict
    from tertius.claims import load_case as load_case
    from tertius.errors import TertiusError as TertiusError
    from tertius.events import EventStore as EventStore
    from tertius.events import ingest as ingest
    from tertius.events import open_store as open_store
    from tertius.inference import turn as turn
    from tertius.panels import Panel as Panel
    from tertius.panels import panel as panel
    from tertius.triads import courtship as courtship
    from tertius.triads import roles as roles

__version__ = "0.1.0"

# Public name -> room. Loaded on first use, so that `import tertius` costs nothing.
_HOMES = {
    "Brief": "briefs",
    "EventStore": "events",
    "Panel": "panels",
    "TertiusError": "errors",
    "Verdict": "claims",
    "brief": "briefs",
    "cases": "casebook",
    "courtship": "triads",
    "ingest": "events",
    "load_case": "claims",
    "open_store": "events",
    "panel": "panels",
    "resolve": "actors",
    "roles": "triads",
    "turn": "inference",
}

__all__ = [
    "Brief",
    "EventStore",
    "Panel",
    "TertiusError",
    "Verdict",
    "brief",
    "cases",
    "courtship",
    "ingest",
    "load_case",
    "open_store",
    "panel",
    "resolve",
    "roles",
    "turn",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is the public name's own
    if name not in _HOMES:
        raise AttributeError(f"module 'tertius' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"tertius.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOMES))
