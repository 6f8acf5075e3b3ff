"""What hangs on which assumption: flips, correlations, maps over the ranges."""

from __future__ import annotations

__all__: list[str] = []
