"""The static core: games, coalition values, the truthful equilibrium, and its check."""

from __future__ import annotations

__all__: list[str] = []
