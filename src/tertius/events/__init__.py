"""Events: raw files into one schema, in an immutable store, every line accounted for."""

from __future__ import annotations

from tertius.events.intake import ingest
from tertius.events.ontologies import QUAD_SCHEMES, WEIGHT_TABLES
from tertius.events.reports import FileReport, IngestReport
from tertius.events.schemas import EVENT_SCHEMA
from tertius.events.sources import SOURCES
from tertius.events.store import EventStore, StoreInfo, open_store

__all__ = [
    "EVENT_SCHEMA",
    "QUAD_SCHEMES",
    "SOURCES",
    "WEIGHT_TABLES",
    "EventStore",
    "FileReport",
    "IngestReport",
    "StoreInfo",
    "ingest",
    "open_store",
]
