"""Panels: dyad × period sufficient statistics; every relation measure is read off them."""

from __future__ import annotations

from tertius.panels.builders import panel
from tertius.panels.figures import read_figures, write_figures
from tertius.panels.frames import Panel, PanelIdentity
from tertius.panels.measures import MEASURES, Measure, net_cooperation_interval, with_measures
from tertius.panels.statistics import DUPLICATES

__all__ = [
    "DUPLICATES",
    "MEASURES",
    "Measure",
    "Panel",
    "PanelIdentity",
    "net_cooperation_interval",
    "panel",
    "read_figures",
    "with_measures",
    "write_figures",
]
