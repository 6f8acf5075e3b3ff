"""Briefs: the answers to a case, composed, drawn and printed."""

from tertius.briefs.answersheets import Brief
from tertius.briefs.briefing import brief
from tertius.briefs.runs import Run, read_run

__all__ = ["Brief", "Run", "brief", "read_run"]
