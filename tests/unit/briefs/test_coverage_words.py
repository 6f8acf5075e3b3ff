"""What a brief says of days its events do not cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tertius.briefs.histories import source_line
from tertius.panels import Panel


def test_the_source_of_a_figure_says_that_days_have_holes(
    make_panel: Callable[..., Panel],
) -> None:
    """How many of how many, where coverage is told; without a hole not a word."""
    counts = {("CHN", "PRK"): (1, 1)}
    start = date(2018, 3, 1)
    sound = make_panel(start, 10, counts)
    assert "holes" not in source_line(sound)
    found = make_panel(start, 10, counts, missing=[date(2018, 3, 4), date(2018, 3, 6)])
    assert source_line(found).endswith("coverage assumed (2 of 10 days have holes)")
    assert source_line(found.between(start, date(2018, 3, 4))).endswith("(1 of 4 days has holes)")
