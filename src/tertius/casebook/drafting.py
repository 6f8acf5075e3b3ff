"""A commented case file to fill in."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["draft_case"]

_TEMPLATE = Path(__file__).parent / "templates" / "draft.toml"


def draft_case(name: str) -> str:
    """Return the text of a case file that passes the check, every field explained.

    Parameters
    ----------
    name : str
        What the case shall be called; turned into lower case, digits and hyphens.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "my-case"
    return _TEMPLATE.read_text(encoding="utf-8").replace("CASE-ID", slug)
