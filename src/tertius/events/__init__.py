"""Events: raw files into one schema, in an immutable store, every line accounted for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.events.covariates import Covariates as Covariates
    from tertius.events.covariates import read_covariates as read_covariates
    from tertius.events.denominators import coverage_against as coverage_against
    from tertius.events.denominators import read_denominators as read_denominators
    from tertius.events.downloads import FEEDS as FEEDS
    from tertius.events.downloads import PUBLISHERS as PUBLISHERS
    from tertius.events.downloads import FetchReport as FetchReport
    from tertius.events.downloads import fetch as fetch
    from tertius.events.errata import ERRATA as ERRATA
    from tertius.events.errata import errata_table as errata_table
    from tertius.events.errata import overlaps as overlaps
    from tertius.events.intake import KEEPS as KEEPS
    from tertius.events.intake import ingest as ingest
    from tertius.events.mentions import mention_counts as mention_counts
    from tertius.events.mentions import read_mentions as read_mentions
    from tertius.events.ontologies import QUAD_SCHEMES as QUAD_SCHEMES
    from tertius.events.ontologies import WEIGHT_TABLES as WEIGHT_TABLES
    from tertius.events.reports import FileReport as FileReport
    from tertius.events.reports import IngestReport as IngestReport
    from tertius.events.schemas import EVENT_SCHEMA as EVENT_SCHEMA
    from tertius.events.sources import SOURCES as SOURCES
    from tertius.events.store import FORMATS as FORMATS
    from tertius.events.store import CompactReport as CompactReport
    from tertius.events.store import EventStore as EventStore
    from tertius.events.store import ExportReport as ExportReport
    from tertius.events.store import StoreInfo as StoreInfo
    from tertius.events.store import compact as compact
    from tertius.events.store import export as export
    from tertius.events.store import migrate as migrate
    from tertius.events.store import open_store as open_store

# Public name -> module. Loaded on first use: who opens a store needs no downloads.
_HOMES = {
    "ERRATA": "errata",
    "EVENT_SCHEMA": "schemas",
    "FEEDS": "downloads",
    "FORMATS": "store",
    "KEEPS": "intake",
    "PUBLISHERS": "downloads",
    "QUAD_SCHEMES": "ontologies",
    "SOURCES": "sources",
    "WEIGHT_TABLES": "ontologies",
    "CompactReport": "store",
    "Covariates": "covariates",
    "EventStore": "store",
    "ExportReport": "store",
    "FetchReport": "downloads",
    "FileReport": "reports",
    "IngestReport": "reports",
    "StoreInfo": "store",
    "compact": "store",
    "coverage_against": "denominators",
    "errata_table": "errata",
    "export": "store",
    "fetch": "downloads",
    "ingest": "intake",
    "mention_counts": "mentions",
    "migrate": "store",
    "open_store": "store",
    "overlaps": "errata",
    "read_covariates": "covariates",
    "read_denominators": "denominators",
    "read_mentions": "mentions",
}

__all__ = [
    "ERRATA",
    "EVENT_SCHEMA",
    "FEEDS",
    "FORMATS",
    "KEEPS",
    "PUBLISHERS",
    "QUAD_SCHEMES",
    "SOURCES",
    "WEIGHT_TABLES",
    "CompactReport",
    "Covariates",
    "EventStore",
    "ExportReport",
    "FetchReport",
    "FileReport",
    "IngestReport",
    "StoreInfo",
    "compact",
    "coverage_against",
    "errata_table",
    "export",
    "fetch",
    "ingest",
    "mention_counts",
    "migrate",
    "open_store",
    "overlaps",
    "read_covariates",
    "read_denominators",
    "read_mentions",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is the public name's own
    if name not in _HOMES:
        raise AttributeError(f"module 'tertius.events' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"tertius.events.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOMES))
