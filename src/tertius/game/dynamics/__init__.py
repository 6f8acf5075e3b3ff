"""Time: beliefs about the pivot's promise, trust in the relation, and Markov equilibrium."""

from __future__ import annotations

__all__: list[str] = []
