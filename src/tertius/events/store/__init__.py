"""The event store: immutable segments, a manifest, and how they are read."""

from __future__ import annotations

from tertius.events.store.catalogues import EventStore, StoreInfo, open_store

__all__ = ["EventStore", "StoreInfo", "open_store"]
