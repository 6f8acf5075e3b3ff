"""Patrons that bid as one: blocs, their partitions, détente, and pacts that hold."""

from __future__ import annotations

__all__: list[str] = []
