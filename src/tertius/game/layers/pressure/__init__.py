"""Standing sanctions: where they bite, who keeps them, how much of them reaches the pivot."""

from __future__ import annotations

__all__: list[str] = []
