"""Panels: dyad × period sufficient statistics; every relation measure is read off them."""

from __future__ import annotations

from tertius.panels.builders import panel
from tertius.panels.figures import read_figures, write_figures
from tertius.panels.frames import Panel, PanelIdentity
from tertius.panels.measures import MEASURES, Measure, net_cooperation_interval, with_measures
from tertius.panels.policies import DUPLICATES
from tertius.panels.repeats import DuplicateEffects, duplicate_effects
from tertius.panels.tallies import Tally, tally
from tertius.panels.warehouses import panel_sql

__all__ = [
    "DUPLICATES",
    "MEASURES",
    "DuplicateEffects",
    "Measure",
    "Panel",
    "PanelIdentity",
    "Tally",
    "duplicate_effects",
    "net_cooperation_interval",
    "panel",
    "panel_sql",
    "read_figures",
    "tally",
    "with_measures",
    "write_figures",
]
