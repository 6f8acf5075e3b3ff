"""The event store: immutable segments, their catalogue, and how they are read."""

from __future__ import annotations

from tertius.events.store.catalogues import EventStore, open_store
from tertius.events.store.compactions import CompactReport, compact
from tertius.events.store.exports import FORMATS, ExportReport, export
from tertius.events.store.infos import StoreInfo
from tertius.events.store.migrations import migrate

__all__ = [
    "FORMATS",
    "CompactReport",
    "EventStore",
    "ExportReport",
    "StoreInfo",
    "compact",
    "export",
    "migrate",
    "open_store",
]
