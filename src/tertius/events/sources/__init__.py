"""Sources: one module a format, each a function from paths to members."""

from __future__ import annotations

from collections.abc import Callable

from tertius.events.drafts import Member
from tertius.events.sources.quadruples import quadruple_members
from tertius.events.sources.tables import table_members

__all__ = ["SOURCES"]

SOURCES: dict[str, Callable[..., list[Member]]] = {"table": table_members, "tkg": quadruple_members}
"""Source name to the function that opens it."""
