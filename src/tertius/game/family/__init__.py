"""The parametric family: what a case assumes, as ranges, draws, policies and payoffs."""

from __future__ import annotations

__all__: list[str] = []
