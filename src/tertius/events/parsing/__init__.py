"""Parsing: raw bytes to lines, lines to drafted rows, many small files at a time."""

from __future__ import annotations

__all__: list[str] = []
