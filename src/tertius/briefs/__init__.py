"""Briefs: the answers to a case, composed, drawn and printed."""

from tertius.briefs.answersheets import FORMATS, Brief
from tertius.briefs.briefing import brief
from tertius.briefs.runs import Run, read_run

__all__ = ["FORMATS", "Brief", "Run", "brief", "read_run"]
