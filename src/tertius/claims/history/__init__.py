"""Ordinal tests of the model's propositions on historical triangles."""

from __future__ import annotations

__all__: list[str] = []
