"""Panels: dyad × period sufficient statistics; every relation measure is read off them."""

from __future__ import annotations

from tertius.panels.frames import Panel, PanelIdentity

__all__ = ["Panel", "PanelIdentity"]
