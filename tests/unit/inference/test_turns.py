"""Dating a turn in a panel."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.inference import turn

START = date(2018, 1, 1)


def day(offset):
    return START + timedelta(days=offset)


def step(days, at, before, after, seed=1):
    """Poisson counts whose rate changes on day `at`."""
    generator = np.random.default_rng(seed)
    rates = np.where(np.arange(days) < at, before, after)
    return generator.poisson(rates)


def test_a_plain_turn_is_found_on_its_day(make_panel):
    """From .3 to 5 a day: one date, a large Bayes factor, the smallest p there is."""
    counts = step(120, 70, 0.3, 5.0)
    found = turn(make_panel(START, 120, {("CHN", "PRK"): (counts, 0)}), "CHN", "PRK")
    assert found.mode == day(70)
    assert day(70) in found.date_set
    assert found.rate_before == pytest.approx(counts[:70].mean())
    assert found.rate_after == pytest.approx(counts[70:].mean())
    assert found.log_bayes_factor > 50
    assert found.bayes_p == pytest.approx(1 / 201)
    assert (found.days, found.events, found.days_missing) == (120, counts.sum(), 0)
    assert found.flags == ()
    assert "12 March 2018" in found.words


def test_measures_are_counted_apart(make_panel):
    """Conflict turns, cooperation does not."""
    panel = make_panel(START, 100, {("CHN", "PRK"): (1, step(100, 50, 0.2, 4))})
    assert turn(panel, "CHN", "PRK", measure="conflict").mode == day(50)
    steady = turn(panel, "CHN", "PRK", measure="cooperation")
    assert steady.log_bayes_factor < 0
    assert turn(panel, "CHN", "PRK", measure="events").events > steady.events


def test_a_constant_series_has_no_turn(make_panel):
    """Less spread than chance, so no support for a break."""
    found = turn(make_panel(START, 100, {("CHN", "PRK"): (2, 0)}), "CHN", "PRK")
    assert found.log_bayes_factor < 0
    assert found.bayes_p > 0.5
    assert found.rate_before == found.rate_after == 2


def test_silence_is_no_turn_and_is_flagged(make_panel):
    """All zero: every simulated series is as silent, so p is 1."""
    found = turn(make_panel(START, 100, {}), "CHN", "PRK")
    assert found.bayes_p == 1
    assert found.flags == ("no events",)
    assert found.posterior.sum() == pytest.approx(1)


def test_tempering_widens_the_set_of_dates(make_panel):
    """Overdispersed days: φ well above 1, the tempered set holds the other."""
    generator = np.random.default_rng(3)
    rates = np.where(np.arange(160) < 80, 1.0, 3.0)
    counts = generator.negative_binomial(rates / 2, 1 / 3)
    found = turn(make_panel(START, 160, {("CHN", "PRK"): (counts, 0)}), "CHN", "PRK")
    assert found.phi > 1.5
    assert found.untempered.phi == 1
    assert len(found.date_set) > len(found.untempered.date_set)
    assert found.untempered.mode == found.mode
    assert found.untempered.log_bayes_factor > found.log_bayes_factor


def test_the_half_window_is_half_and_around_the_day_asked_about(make_panel):
    """Centred, or moved inside where the day is near an edge."""
    panel = make_panel(START, 120, {("CHN", "PRK"): (step(120, 70, 1, 5), 0)})
    centred = turn(panel, "CHN", "PRK", on=day(60)).half
    assert (centred.days, centred.start, centred.end) == (60, day(30), day(89))
    early = turn(panel, "CHN", "PRK", on=day(3)).half
    assert (early.days, early.start) == (60, START)
    late = turn(panel, "CHN", "PRK", on=day(118)).half
    assert (late.days, late.end) == (60, day(119))
    around_mode = turn(panel, "CHN", "PRK").half
    assert around_mode.start == turn(panel, "CHN", "PRK").mode - timedelta(days=30)


def test_a_window_too_short_to_halve_says_so(make_panel):
    """Half of 18 days holds no two segments of five."""
    panel = make_panel(START, 18, {("CHN", "PRK"): (1, 0)})
    found = turn(panel, "CHN", "PRK")
    assert found.half is None
    assert found.half_untempered is None
    assert found.flags == ("no half window",)


def test_days_without_coverage_are_left_out_and_counted(make_panel):
    """A gap full of silence would otherwise be the turn."""
    gap = tuple(day(i) for i in range(60, 90))
    panel = make_panel(START, 120, {("CHN", "PRK"): (2, 0)}, missing=gap)
    found = turn(panel, "CHN", "PRK")
    assert (found.days, found.days_missing) == (90, 30)
    assert found.flags == ("gaps",)
    assert found.log_bayes_factor < 0
    assert not set(found.dates.tolist()) & set(gap)


def test_a_turn_inside_a_gap_is_dated_to_the_first_day_after_it(make_panel):
    """What nobody covered cannot be told apart."""
    gap = tuple(day(i) for i in range(50, 60))
    counts = [0] * 55 + [4] * 55
    panel = make_panel(START, 110, {("CHN", "PRK"): (counts, 0)}, missing=gap)
    assert turn(panel, "CHN", "PRK").date_set == (day(60),)


def test_the_window_may_reach_beyond_the_panel(make_panel):
    """Days outside count as missing."""
    panel = make_panel(START, 50, {("CHN", "PRK"): (1, 0)})
    found = turn(panel, "CHN", "PRK", start=day(-10), end=day(49))
    assert (found.days, found.days_missing) == (50, 10)


def test_numbers_depend_on_the_seed_only(make_panel):
    """And a sequence handed in is not used up."""
    panel = make_panel(START, 90, {("CHN", "PRK"): (step(90, 40, 1, 1.3), 0)})
    first = turn(panel, "CHN", "PRK", seed=5)
    sequence = np.random.SeedSequence(5)
    assert turn(panel, "CHN", "PRK", seed=sequence).bayes_p == first.bayes_p
    assert turn(panel, "CHN", "PRK", seed=sequence).bayes_p == first.bayes_p
    p_values = {turn(panel, "CHN", "PRK", seed=seed).bayes_p for seed in range(6)}
    assert len(p_values) > 1


def test_memory_is_bounded_by_drawing_in_pieces(make_panel, monkeypatch):
    """The share is one over all simulations, however they are cut up."""
    import tertius.inference.turns as module

    panel = make_panel(START, 90, {("CHN", "PRK"): (step(90, 40, 1, 1.3), 0)})
    monkeypatch.setattr(module, "_CHUNK_CELLS", 90 * 7)
    found = turn(panel, "CHN", "PRK", simulations=100)
    assert round(found.bayes_p * 101) == pytest.approx(found.bayes_p * 101)
    assert 0 < found.bayes_p <= 1


def test_the_table_has_a_row_for_each_covered_day(make_panel):
    """Date, tempered and untempered probability."""
    panel = make_panel(START, 40, {("CHN", "PRK"): (1, 0)})
    table = turn(panel, "CHN", "PRK").to_polars()
    assert table.columns == ["date", "posterior", "untempered"]
    assert table["date"].to_list() == [day(i) for i in range(40)]
    assert table["posterior"].sum() == pytest.approx(1)
    assert table["posterior"][:5].to_list() == [0] * 5


def test_a_result_cannot_be_changed(make_panel):
    """Frozen, arrays included."""
    found = turn(make_panel(START, 40, {}), "CHN", "PRK")
    with pytest.raises(AttributeError):
        found.phi = 2.0
    with pytest.raises(ValueError, match="read-only"):
        found.posterior[0] = 1


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"measure": "friendship"}, UnknownNameError, "cooperation"),
        ({"shortest": 1}, UsageError, "shortest"),
        ({"level": 1.0}, UsageError, "level"),
        ({"simulations": 10}, UsageError, "simulations"),
        ({"start": day(20), "end": day(10)}, UsageError, "ends"),
        ({"start": day(20), "end": day(28)}, PanelError, "10 covered days or more"),
        ({"start": day(200), "end": day(300)}, PanelError, "no covered day"),
        ({"on": day(80)}, PanelError, "outside the window"),
        ({"shortest": 30}, PanelError, "60 covered days or more"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(make_panel, options, error, word):
    """With what was wrong and what is allowed."""
    panel = make_panel(START, 50, {("CHN", "PRK"): (1, 0)})
    with pytest.raises(error, match=word):
        turn(panel, "CHN", "PRK", **options)


def test_only_days_can_be_dated(make_panel):
    """A panel by week is refused; so is a state nobody knows."""
    panel = make_panel(START, 50, {})
    with pytest.raises(PanelError, match="by week"):
        turn(panel.regroup("week"), "CHN", "PRK")
    with pytest.raises(UnknownNameError, match="PRX"):
        turn(panel, "CHN", "PRX")
