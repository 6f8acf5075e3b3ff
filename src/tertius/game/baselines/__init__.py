"""Published models of another kind, to be compared with."""

from __future__ import annotations

__all__: list[str] = []
