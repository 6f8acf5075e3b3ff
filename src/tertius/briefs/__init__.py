"""Briefs: the answers to a case, composed, drawn and printed.

Public names are loaded on first use, so that the drawing engine (`easels`) can be started
while the rest is still being loaded.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.briefs.answersheets import FORMATS as FORMATS
    from tertius.briefs.answersheets import Brief as Brief
    from tertius.briefs.briefing import brief as brief
    from tertius.briefs.easels import drawers as drawers
    from tertius.briefs.plates import save_plates as save_plates
    from tertius.briefs.runs import Run as Run
    from tertius.briefs.runs import read_run as read_run

__all__ = ["FORMATS", "Brief", "Run", "brief", "drawers", "read_run", "save_plates"]

_HOMES = {
    "FORMATS": "answersheets",
    "Brief": "answersheets",
    "Run": "runs",
    "brief": "briefing",
    "drawers": "easels",
    "read_run": "runs",
    "save_plates": "plates",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is the public name's own
    if name not in _HOMES:
        raise AttributeError(f"module 'tertius.briefs' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"tertius.briefs.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOMES))
