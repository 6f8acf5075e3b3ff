"""The event store: immutable segments, their catalogue, and how they are read."""

from __future__ import annotations

from tertius.events.store.catalogues import EventStore, open_store
from tertius.events.store.infos import StoreInfo

__all__ = ["EventStore", "StoreInfo", "open_store"]
