"""Errata: known faults of published event data, each a dated rule with its evidence."""

from __future__ import annotations

from tertius.events.errata.points import CHANGES, Change, changes_within
from tertius.events.errata.repeats import overlaps
from tertius.events.errata.rules import ERRATA, Rule, errata_table

__all__ = [
    "CHANGES",
    "ERRATA",
    "Change",
    "Rule",
    "changes_within",
    "errata_table",
    "overlaps",
]
