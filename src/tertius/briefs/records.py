"""A brief as JSON: every verdict with its numbers, and the tables behind the pictures."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import date
from typing import Any

from tertius.briefs.document import Document, Figure, Table
from tertius.briefs.runs import Run
from tertius.claims import Verdict

__all__ = ["plain", "render_json"]


def render_json(document: Document, verdicts: tuple[Verdict, ...], run: Run) -> str:
    """Print a brief as JSON, keys in a fixed order, numbers as they were computed."""
    tables = [
        block.data if isinstance(block, Figure) else block
        for block in (*document.opening, *(b for s in document.sections for b in s.blocks))
        if isinstance(block, Figure | Table)
    ]
    content = {
        "schema": "tertius-brief/1",
        "case": document.case_id,
        "title": document.title,
        "question": document.question,
        "headline": list(document.headline),
        "data": document.data_line,
        "note": document.claims_note,
        "verdicts": [plain(verdict) for verdict in verdicts],
        "tables": [plain(table) for table in tables],
        "run": plain(run),
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:  # noqa: ANN401 - a tree of whatever the results hold
    """Turn results into what JSON knows; a number that is not finite becomes null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
