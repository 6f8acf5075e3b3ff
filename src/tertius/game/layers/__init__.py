"""What the core leaves out: blocs, sanctions, threats, caps, exclusion, bargaining power."""

from __future__ import annotations

__all__: list[str] = []
