"""Sources: one module a format, each a function from paths to members."""

from __future__ import annotations

from tertius.events.sources.gdelt import GDELT
from tertius.events.sources.icews import ICEWS
from tertius.events.sources.phoenix import PHOENIX
from tertius.events.sources.polecat import POLECAT
from tertius.events.sources.quadruples import TKG
from tertius.events.sources.records import Source
from tertius.events.sources.tables import TABLE

__all__ = ["SOURCES", "Source"]

SOURCES: dict[str, Source] = {
    source.name: source for source in (GDELT, ICEWS, PHOENIX, POLECAT, TABLE, TKG)
}
"""Every format of raw events by name."""
