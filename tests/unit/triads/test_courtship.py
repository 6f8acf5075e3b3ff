"""Courtship: bids above one's own norm."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.triads import courtship
from tertius.triads.bids import baselines

MONDAY = date(2018, 1, 1)
TRIAD = {"pivot": "PRK", "rivals": ("CHN", "USA")}


def by_week(weeks, usual, special):
    """Daily counts: `usual` each day, `special` in the weeks named there."""
    return [special.get(i // 7, usual) for i in range(7 * weeks)]


def test_the_bid_is_the_log_of_the_week_over_the_mean_of_the_weeks_before(make_panel):
    """Worked by hand for one week: 21 and 14 against means of 7, so K = log(14.5/7.5)."""
    counts = {
        ("CHN", "PRK"): (by_week(20, 1, {15: 3}), 0),
        ("USA", "PRK"): (by_week(20, 1, {15: 2}), 0),
    }
    found = courtship(make_panel(MONDAY, 140, counts), **TRIAD)
    week = found.of()[15]
    assert week.period == MONDAY + timedelta(weeks=15)
    assert week.bid == pytest.approx(np.log(14.5 / 7.5))
    chinese = found.of("CHN")[15]
    assert (chinese.events, chinese.expected) == (21, 7)
    assert chinese.bid == pytest.approx(np.log(21.5 / 7.5))
    assert week.interval_90[0] > 0
    assert week.interval_90[0] < week.bid < week.interval_90[1]
    assert week.above > 0.95


def test_one_suitor_is_not_courtship(make_panel):
    """K is the lower of the two bids."""
    counts = {
        ("CHN", "PRK"): (by_week(20, 1, {15: 5}), 0),
        ("USA", "PRK"): (by_week(20, 1, {}), 0),
    }
    found = courtship(make_panel(MONDAY, 140, counts), **TRIAD)
    assert found.of("CHN")[15].interval_90[0] > 0
    assert found.of()[15].bid == pytest.approx(0)
    assert found.of()[15].interval_90[0] < 0
    assert "0 of 12 weeks" in found.words


def test_a_short_history_is_labelled_and_none_gives_no_bid(make_panel):
    """Eight weeks are needed; below 52 the norm is a short baseline."""
    counts = {("CHN", "PRK"): (1, 0), ("USA", "PRK"): (1, 0)}
    found = courtship(make_panel(MONDAY, 7 * 55, counts), **TRIAD)
    flags = [bid.flags for bid in found.of()]
    assert flags[7] == ("no baseline",)
    assert found.of()[7].bid is None
    assert flags[8] == ("short baseline",)
    assert flags[51] == ("short baseline",)
    assert flags[52] == ()
    assert found.of()[54].baseline_periods == 52


def test_the_norm_looks_back_52_weeks_and_no_further():
    """Sums of what lies before, moving."""
    counts = np.arange(60.0)
    events, exposure, seen = baselines(counts, np.ones(60), 52)
    assert events[0] == 0
    assert events[3] == 3
    assert events[59] == counts[7:59].sum()
    assert exposure[59] == 52
    assert seen[59] == 52


def test_a_half_covered_week_counts_by_its_coverage(make_panel):
    """The rate did not fall; three and a half days are missing."""
    gap = tuple(MONDAY + timedelta(days=15 * 7 + i) for i in range(3))
    counts = {("CHN", "PRK"): (7, 0), ("USA", "PRK"): (7, 0)}
    found = courtship(make_panel(MONDAY, 140, counts, missing=gap), **TRIAD)
    week = found.of("CHN")[15]
    assert week.events == 28
    assert week.bid == pytest.approx(0)
    assert "partly covered" in week.flags
    assert found.of("CHN")[16].expected == pytest.approx(49)


def test_a_week_without_coverage_has_no_bid(make_panel):
    """And is no quiet week in anybody's norm."""
    gap = tuple(MONDAY + timedelta(days=15 * 7 + i) for i in range(7))
    counts = {("CHN", "PRK"): (2, 0), ("USA", "PRK"): (2, 0)}
    found = courtship(make_panel(MONDAY, 140, counts, missing=gap), **TRIAD)
    assert found.of()[15].bid is None
    assert "not covered" in found.of()[15].flags
    assert found.of("USA")[16].expected == 14
    assert found.of("USA")[16].baseline_periods == 15


def test_silence_on_both_sides_bids_nothing(make_panel):
    """No events ever: K = 0 with a wide interval around it."""
    found = courtship(make_panel(MONDAY, 140, {}), **TRIAD)
    week = found.of()[15]
    assert week.bid == 0
    assert week.interval_90[0] < 0 < week.interval_90[1]
    assert week.above == 0


def test_a_bid_is_above_the_norm_by_chance_about_as_often_as_its_confidence_says(make_panel):
    """Steady Poisson suitors: a single lower bound fails at most 5 % (sd .013), both less."""
    generator = np.random.default_rng(5)
    counts = {
        ("CHN", "PRK"): (generator.poisson(0.3, 7 * 300), 0),
        ("USA", "PRK"): (generator.poisson(0.05, 7 * 300), 0),
    }
    found = courtship(make_panel(MONDAY, 7 * 300, counts), **TRIAD)
    for state, allowed in (("CHN", 0.08), ("USA", 0.08), ("both", 0.02)):
        known = [bid for bid in found.of(state) if bid.bid is not None]
        assert len(known) == 292
        assert np.mean([bid.interval_90[0] > 0 for bid in known]) <= allowed
        assert all(bid.interval_90[0] <= bid.bid <= bid.interval_90[1] for bid in known)


def test_months_are_compared_with_the_year_before(make_panel):
    """Rates differ by length of month only through what is counted."""
    counts = {("CHN", "PRK"): (1, 0), ("USA", "PRK"): (2, 0)}
    found = courtship(make_panel(date(2017, 1, 1), 500, counts), **TRIAD, period="month")
    months = found.of()
    assert months[12].baseline_periods == 12
    assert months[12].flags == ()
    assert abs(months[12].bid) < 0.1


def test_the_table_has_a_row_for_each_period_and_state(make_panel):
    """Flags are joined, missing numbers null."""
    table = courtship(make_panel(MONDAY, 70, {}), **TRIAD).to_polars()
    assert table.height == 30
    assert table["bid"].null_count() == 24
    assert table["state"].unique().sort().to_list() == ["CHN", "USA", "both"]


def test_numbers_of_a_period_depend_on_the_seed_only(make_panel):
    """Same seed, same bids."""
    counts = {("CHN", "PRK"): (2, 0), ("USA", "PRK"): (1, 0)}
    panel = make_panel(MONDAY, 100, counts)
    assert courtship(panel, **TRIAD, seed=3).bids == courtship(panel, **TRIAD, seed=3).bids
    assert courtship(panel, **TRIAD, seed=3).bids != courtship(panel, **TRIAD, seed=4).bids


def test_questions_it_cannot_answer_are_refused(make_panel):
    """A period nobody knows, a panel too coarse, two states, a rival not asked about."""
    panel = make_panel(MONDAY, 100, {})
    with pytest.raises(UnknownNameError, match="fortnight"):
        courtship(panel, **TRIAD, period="fortnight")
    with pytest.raises(PanelError, match="by month"):
        courtship(panel.regroup("month"), **TRIAD)
    with pytest.raises(UsageError, match="no triad"):
        courtship(panel, pivot="PRK", rivals=("PRK", "USA"))
    with pytest.raises(UnknownNameError, match="RUS"):
        courtship(panel, **TRIAD).of("RUS")
