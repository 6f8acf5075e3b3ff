"""Intakes: drafted rows to events in a store, every line counted on the way."""

from __future__ import annotations

__all__: list[str] = []
