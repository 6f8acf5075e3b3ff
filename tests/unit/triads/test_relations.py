"""The relation of a dyad, and how it changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.triads import relation, relation_change
from tertius.triads.changes import gamma_ratio

START = date(2018, 1, 1)


def day(offset):
    return START + timedelta(days=offset)


def test_a_window_counts_each_event_fully(make_panel):
    """60 days of 2 + 1 events; 10 of them in the window."""
    panel = make_panel(START, 60, {("CHN", "PRK"): (2, 1)})
    found = relation(panel, "CHN", "PRK", start=day(10), end=day(19))
    assert (found.events, found.days, found.days_missing) == (30, 10, 0)
    assert (found.cooperative_rate, found.conflictual_rate) == (2, 1)
    assert found.raw.cooperative == (20,)
    assert found.raw.score == pytest.approx(1 / 3, abs=0.02)
    assert found.raw.asymmetry is None
    assert found.flags == ()
    assert "+0.3" in found.words


def test_a_date_discounts_what_is_older(make_panel):
    """Sums of a geometric series with a half-life of 7 days."""
    panel = make_panel(START, 60, {("CHN", "PRK"): (2, 1)})
    found = relation(panel, "CHN", "PRK", on=day(59), half_life_days=7)
    weight = sum(2 ** (-age / 7) for age in range(60))
    assert found.raw.cooperative == pytest.approx((2 * weight,))
    assert found.raw.effective_events == pytest.approx(3 * weight)
    assert (found.start, found.end, found.half_life_days) == (START, day(59), 7)


def test_both_directions_can_be_taken_together(make_panel):
    """The score is their mean, and the asymmetry is kept."""
    panel = make_panel(START, 100, {("CHN", "PRK"): (3, 0), ("PRK", "CHN"): (1, 1)})
    found = relation(panel, "CHN", "PRK", undirected=True)
    assert found.undirected
    assert found.events == 500
    assert found.raw.score == pytest.approx(0.5, abs=0.03)
    assert found.raw.asymmetry == pytest.approx(1.0, abs=0.05)
    assert "CHN and PRK" in found.words


def test_few_events_are_flagged_not_hidden(make_panel):
    """The score is there, wide, with a flag."""
    panel = make_panel(START, 30, {("CHN", "PRK"): ([1] + [0] * 29, 0)})
    found = relation(panel, "CHN", "PRK")
    assert found.flags == ("few events",)
    assert found.raw.interval_90[1] - found.raw.interval_90[0] > 0.8


def test_uncovered_days_lower_no_rate(make_panel):
    """Rates are per covered day; the gap is counted and flagged."""
    gap = tuple(day(i) for i in range(10, 20))
    panel = make_panel(START, 40, {("CHN", "PRK"): (2, 0)}, missing=gap)
    found = relation(panel, "CHN", "PRK")
    assert (found.cooperative_rate, found.days, found.days_missing) == (2, 30, 10)
    assert found.flags == ("gaps",)


def test_a_window_beyond_the_panel_counts_what_is_missing(make_panel):
    """Days nobody covered are said, not taken for silence."""
    panel = make_panel(START, 30, {("CHN", "PRK"): (2, 0)})
    found = relation(panel, "CHN", "PRK", start=day(-5), end=day(29))
    assert (found.days, found.days_missing) == (30, 5)


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"start": day(3), "end": day(1)}, UsageError, "ends"),
        ({"start": day(3), "on": day(5)}, UsageError, "one of them"),
        ({"on": day(99)}, PanelError, "outside the panel"),
        ({"start": day(90), "end": day(99)}, PanelError, "no covered day"),
        ({"draws": 1}, UsageError, "100 or more"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(make_panel, options, error, word):
    """Empty, reversed, double."""
    panel = make_panel(START, 30, {("CHN", "PRK"): (2, 0)})
    with pytest.raises(error, match=word):
        relation(panel, "CHN", "PRK", **options)


def test_an_unknown_state_is_an_unknown_name(make_panel):
    """With a hint, as everywhere."""
    with pytest.raises(UnknownNameError, match="PRX"):
        relation(make_panel(START, 30, {}), "CHN", "PRX")


def test_a_tripled_rate_is_found_and_the_score_moves_with_the_mix(make_panel):
    """1 + 1 a day before, 3 + 0 after."""
    early = [1 if i < 60 else 3 for i in range(120)]
    hostile = [1 if i < 60 else 0 for i in range(120)]
    panel = make_panel(START, 120, {("CHN", "PRK"): (early, hostile)})
    found = relation_change(
        panel, "CHN", "PRK", before=(day(0), day(59)), after=(day(60), day(119))
    )
    assert found.cooperative_rate.estimate == pytest.approx(3, rel=0.05)
    assert found.cooperative_rate.interval_90[0] > 2
    assert found.cooperative_rate.higher > 0.999
    assert found.conflictual_rate.interval_90[1] < 0.2
    assert found.raw.estimate == pytest.approx(1, abs=0.05)
    assert found.raw.interval_90[0] > 0.7
    assert found.flags == ()
    assert "times as frequent" in found.words


def test_the_share_takes_out_a_growing_volume_of_reports(make_panel):
    """Everybody doubles: the rate doubles, the share of the world does not move."""
    rising = [2 if i < 60 else 4 for i in range(120)]
    world = ([20 if i < 60 else 40 for i in range(120)], 0)
    panel = make_panel(START, 120, {("CHN", "PRK"): (rising, 0)}, world=world)
    found = relation_change(
        panel, "CHN", "PRK", before=(day(0), day(59)), after=(day(60), day(119))
    )
    assert found.cooperative_rate.interval_90[0] > 1.5
    low, high = found.cooperative_share.interval_90
    assert low < 1 < high


def test_bursts_widen_the_ratio_of_rates(make_panel):
    """As many events, in fortnightly bursts: the interval of the ratio is much wider."""
    spans = {"before": (day(0), day(83)), "after": (day(84), day(167))}
    widths = []
    for counts in ([2] * 168, [28 if i % 14 == 0 else 0 for i in range(168)]):
        panel = make_panel(START, 168, {("CHN", "PRK"): (counts, 0)})
        low, high = relation_change(panel, "CHN", "PRK", **spans).cooperative_rate.interval_90
        widths.append(high / low)
    assert widths[1] > 2 * widths[0]


def test_a_change_from_almost_nothing_is_flagged(make_panel):
    """Few events in the first window."""
    counts = [1] + [0] * 29 + [2] * 30
    panel = make_panel(START, 60, {("CHN", "PRK"): (counts, 0)})
    found = relation_change(
        panel, "CHN", "PRK", before=(day(0), day(29)), after=(day(30), day(59)), undirected=True
    )
    assert found.flags == ("few events before",)


def test_swapping_the_windows_inverts_the_ratio():
    """Quantiles of a ratio and of its inverse mirror each other."""
    forth, higher = gamma_ratio((12, 3), (10, 20), 1.5)
    back, lower = gamma_ratio((3, 12), (20, 10), 1.5)
    assert forth == pytest.approx(1 / back[::-1])
    assert higher == pytest.approx(1 - lower)
