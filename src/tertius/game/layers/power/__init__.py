"""Who is left out, who proposes, who signals, and threats that only destroy."""

from __future__ import annotations

__all__: list[str] = []
