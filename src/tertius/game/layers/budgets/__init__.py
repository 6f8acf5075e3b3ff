"""Payment caps and the goals that stay unbought for want of money or of a first payer."""

from __future__ import annotations

__all__: list[str] = []
