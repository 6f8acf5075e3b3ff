"""Roles from a panel: verdicts, edge cases, reproducibility."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from tertius.errors import PanelError, TertiusError, UnknownNameError, UsageError
from tertius.triads import roles
from tertius.triads.patterns import ROLES

START = date(2018, 1, 1)
TRIAD = {"pivot": "PRK", "rivals": ("CHN", "USA")}
EDGES = (("PRK", "CHN"), ("PRK", "USA"), ("CHN", "USA"))


def both_ways(*pairs):
    """Counts of the three edges, the same in both directions."""
    found = {}
    for (a, b), pair in zip(EDGES, pairs, strict=True):
        found[a, b] = found[b, a] = pair
    return found


def last(panel, **options):
    return roles(panel, **TRIAD, **options).entries[-1]


def test_a_state_on_good_terms_with_two_enemies_is_the_pivot(make_panel):
    """Under both scorings, with the highest leverage there is."""
    panel = make_panel(START, 90, both_ways((3, 0), (3, 0), (0, 3)), world=(3, 2))
    found = roles(panel, **TRIAD)
    day = found.dates[-1]
    assert found.agreement(day) == "pivot"
    for scoring in ("world", "raw"):
        entry = found.at(day, scoring)
        assert entry.roles["pivot"] > 0.99
        assert entry.leading_pattern == "romantic triangle"
        assert entry.leverage > 0.8
        assert entry.balance < 0 < entry.leverage
        assert entry.lift["pivot"] == pytest.approx(
            entry.roles["pivot"] / entry.role_priors["pivot"]
        )


def test_where_the_two_scorings_disagree_the_role_is_not_distinguishable(make_panel):
    """Mostly talk everywhere: friends on the raw score, not against a talkative world."""
    panel = make_panel(START, 120, both_ways((4, 0), (4, 0), (4, 3)), world=(40, 2))
    found = roles(panel, **TRIAD)
    day = found.dates[-1]
    assert found.at(day, "raw").verdict == "friend"
    assert found.at(day, "world").verdict == "pivot"
    assert found.agreement(day) == "not distinguishable"
    assert "not distinguishable" in found.words[-1]


def test_fewer_than_five_effective_events_are_no_triangle(make_panel):
    """Dittmer's condition that all three matter to each other; no role is given."""
    once = [1 if i == 50 else 0 for i in range(60)]
    panel = make_panel(START, 60, both_ways((once, 0), (3, 0), (0, 3)))
    entry = last(panel)
    assert entry.edges[0].effective_events < 5
    assert entry.verdict == "no triangle"
    assert "few events: PRK-CHN" in entry.flags


def test_no_events_at_all_give_the_prior(make_panel):
    """On the raw score partner and wing ¼, the rest ⅛; no triangle, no leverage."""
    entry = last(make_panel(START, 40, {}), draws=40_000)
    for name in ROLES:
        assert entry.roles[name] == pytest.approx(entry.role_priors[name], abs=0.01)
        assert entry.lift[name] == pytest.approx(1, abs=0.08)
    assert entry.verdict == "no triangle"
    assert entry.leverage == 0
    assert entry.edges[0].severity is None


def test_prior_roles_follow_the_worlds_odds(make_panel):
    """Against a talkative world silence is not friendship: the shares match the priors."""
    panel = make_panel(START, 40, {}, world=(9, 1))
    entry = roles(panel, **TRIAD, draws=40_000).at(date(2018, 2, 9), "world")
    assert entry.world_share == pytest.approx(0.9, abs=0.01)
    for name in ROLES:
        assert entry.roles[name] == pytest.approx(entry.role_priors[name], abs=0.01)
    assert entry.role_priors["foe"] > 0.5


def test_an_edge_near_zero_is_neutral_and_the_triad_unformed(make_panel):
    """Many events, half of each kind: a known relation that is neither way."""
    panel = make_panel(START, 200, both_ways((8, 8), (8, 0), (0, 8)))
    entry = last(panel)
    assert entry.verdict == "unformed"
    assert entry.leading_pattern == "unformed"
    assert "neutral: PRK-CHN" in entry.flags
    assert entry.edges[0].neutral > 0.9


def test_a_sign_that_flips_within_a_half_life_is_a_transition(make_panel):
    """Hostile until three weeks ago, friendly since; settled once 28 days ago was friendly."""
    turn = 70
    warm = [4 if i >= turn else 0 for i in range(200)]
    cold = [0 if i >= turn else 2 for i in range(200)]
    panel = make_panel(START, 200, both_ways((warm, cold), (3, 0), (0, 3)))
    flip, settled = START + timedelta(days=turn + 20), START + timedelta(days=turn + 50)
    found = roles(panel, **TRIAD, dates=[flip, settled])
    assert found.at(flip, "raw").verdict == "transition"
    assert "flipped: PRK-CHN" in found.at(flip, "raw").flags
    assert found.at(settled, "raw").verdict == "pivot"


def test_roles_that_cannot_be_told_apart_are_both_named(make_panel):
    """Few events between A and B: friend and pivot are equally likely."""
    mixed = [1 if i % 6 == 0 else 0 for i in range(90)]
    panel = make_panel(START, 90, both_ways((3, 0), (3, 0), (mixed, mixed)))
    entry = last(panel, neutral=0.0)
    assert set(entry.leading_roles) == {"pivot", "friend"}
    assert entry.verdict in {"pivot or friend", "friend or pivot"}


def test_what_comes_after_a_date_does_not_count(make_panel):
    """Scores at a date use events up to it; only the dispersion sees the whole panel."""
    late = [0] * 60 + [50] * 60
    kept = make_panel(START, 120, both_ways((3, 0), (3, 0), (0, late)))
    entry = roles(kept, **TRIAD, dates=[START + timedelta(days=59)]).entries[0]
    assert entry.edges[2].effective_events == 0


def test_days_without_coverage_are_left_out_and_flagged(make_panel):
    """A gap is not peace: the share does not move, the flag says so."""
    gap = tuple(START + timedelta(days=i) for i in range(70, 80))
    counts = both_ways((3, 1), (3, 1), (1, 3))
    whole = last(make_panel(START, 90, counts))
    holed = last(make_panel(START, 90, counts, missing=gap))
    assert "gaps" in holed.flags
    assert "gaps" not in whole.flags
    assert holed.edges[0].effective_events < whole.edges[0].effective_events
    assert holed.edges[0].score == pytest.approx(whole.edges[0].score, abs=0.05)


def test_a_panel_that_just_began_is_flagged(make_panel):
    """Two half-lives are needed for the discount to have bitten."""
    entry = roles(make_panel(START, 90, both_ways((3, 0), (3, 0), (0, 3))), **TRIAD).entries
    assert "short history" in entry[0].flags
    assert "short history" not in entry[-1].flags


def test_overdispersed_counts_widen_every_interval(make_panel):
    """The same number of events in bursts says less."""
    steady = [2] * 140
    bursts = [28 if i % 14 == 0 else 0 for i in range(140)]
    third = [1] * 140
    narrow = last(make_panel(START, 140, both_ways((steady, third), (3, 0), (0, 3)))).edges[0]
    wide = last(make_panel(START, 140, both_ways((bursts, third), (3, 0), (0, 3)))).edges[0]
    assert max(wide.phi) > 3
    assert max(narrow.phi) == 1
    assert np.ptp(wide.interval_90) > 1.3 * np.ptp(narrow.interval_90)


def test_weeks_run_from_monday(make_panel):
    """Every other week has 20 on Monday and 20 on Sunday: 40, 0, 40, 0.

    Weeks from Sunday would hold 20 each and show no dispersion.
    """
    monday = date(2018, 1, 1)
    counts = [20 if i // 7 % 2 == 0 and i % 7 in (0, 6) else 0 for i in range(7 * 20)]
    edge = last(make_panel(monday, 7 * 20, both_ways((counts, 0), (3, 0), (0, 3)))).edges[0]
    assert min(edge.phi) > 15


def test_the_world_share_counts_half_an_event_of_each_kind(make_panel):
    """Discounted alike: (C + ½)/(N + 1)."""
    entry = last(make_panel(START, 31, {}, world=(3, 1)))
    weight = sum(2 ** (-age / 28) for age in range(31))
    assert entry.world_share == pytest.approx((3 * weight + 0.5) / (4 * weight + 1))


def test_asymmetry_is_the_first_direction_less_the_second(make_panel):
    """PRK toward CHN friendly, CHN toward PRK not."""
    counts = both_ways((3, 0), (3, 0), (0, 3))
    counts["CHN", "PRK"] = (1, 3)
    edge = last(make_panel(START, 90, counts)).edges[0]
    assert edge.states == ("PRK", "CHN")
    assert edge.asymmetry_interval_90[0] > 0.5


def test_severity_counts_a_grave_act_for_more(make_panel):
    """Three mild friendly acts for one grave hostile one: friendly by count, not by weight."""
    edge = last(make_panel(START, 90, both_ways((3, 1), (3, 0), (0, 3)))).edges[0]
    assert edge.score > 0.3
    assert edge.severity == pytest.approx((3 * 2 - 8) / np.sqrt(4 * (3 * 4 + 64)))
    assert edge.mean_weight == pytest.approx(-0.5)


def test_a_date_gives_the_same_numbers_whatever_else_is_asked(make_panel):
    """Each date has its own stream of draws."""
    panel = make_panel(START, 120, both_ways((3, 1), (2, 1), (1, 3)))
    day = START + timedelta(days=100)
    alone = roles(panel, **TRIAD, dates=[day], seed=7)
    among = roles(panel, **TRIAD, dates=[START + timedelta(days=60), day], seed=7)
    assert alone.entries == among.entries[2:]
    assert alone.entries != roles(panel, **TRIAD, dates=[day], seed=8).entries
    sequence = np.random.SeedSequence(7)
    assert roles(panel, **TRIAD, dates=[day], seed=sequence).entries == alone.entries
    assert roles(panel, **TRIAD, dates=[day], seed=sequence).entries == alone.entries


def test_the_rivals_order_changes_no_role(make_panel):
    """A and B are exchangeable, within Monte Carlo error."""
    panel = make_panel(START, 90, both_ways((3, 1), (2, 1), (1, 3)))
    one = roles(panel, pivot="PRK", rivals=("CHN", "USA"), draws=20_000).entries[-1]
    two = roles(panel, pivot="PRK", rivals=("USA", "CHN"), draws=20_000).entries[-1]
    assert one.roles == pytest.approx(two.roles, abs=0.02)
    assert one.leverage == pytest.approx(two.leverage, abs=0.02)


def test_a_panel_by_week_gives_its_last_period_only(make_panel):
    """Default dates: month ends of a panel by day, the last period of any other."""
    panel = make_panel(START, 91, both_ways((3, 0), (3, 0), (0, 3)))
    assert roles(panel, **TRIAD).dates == (
        date(2018, 1, 31),
        date(2018, 2, 28),
        date(2018, 3, 31),
        date(2018, 4, 1),
    )
    weekly = roles(panel.regroup("week"), **TRIAD)
    assert weekly.dates == (date(2018, 4, 1),)
    daily = roles(panel, **TRIAD).at(date(2018, 4, 1), "raw")
    assert weekly.entries[1].edges[0].score == pytest.approx(daily.edges[0].score, abs=0.03)


def test_the_table_holds_every_number_once(make_panel):
    """Long: role, pattern, edge, severity, leverage, seat and balance rows."""
    found = roles(make_panel(START, 31, both_ways((3, 0), (3, 0), (0, 3))), **TRIAD)
    table = found.to_polars()
    assert table.height == 2 * (6 + 5 + 3 + 3 + 1 + 1 + 1)
    assert table.filter(pl.col("kind") == "role").group_by("scoring").agg(pl.col("estimate").sum())[
        "estimate"
    ].to_list() == pytest.approx([1, 1])
    ends = table.filter(pl.col("kind") == "edge").select("low_90", "low_50", "high_50", "high_90")
    assert (ends.to_numpy()[:, 1:] >= ends.to_numpy()[:, :-1]).all()
    assert "<table>" in found._repr_html_()


@pytest.mark.parametrize(
    ("options", "error", "word"),
    [
        ({"pivot": "PRK", "rivals": ("PRK", "USA")}, UsageError, "three different states"),
        ({"pivot": "PRK", "rivals": ("CHN",)}, UsageError, "no triad"),
        ({"alpha": 1.0}, UsageError, "alpha"),
        ({"neutral": 1.0}, UsageError, "neutral"),
        ({"draws": 10}, UsageError, "draws"),
        ({"half_life_days": 0.0}, UsageError, "half_life_days"),
        ({"dates": [date(2017, 1, 1)]}, PanelError, "2018-01-01"),
        ({"pivot": "XXX"}, UnknownNameError, "XXX"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(make_panel, options, error, word):
    """With what was wrong and what is allowed."""
    panel = make_panel(START, 40, both_ways((1, 0), (1, 0), (0, 1)))
    with pytest.raises(error, match=word) as caught:
        roles(panel, **{**TRIAD, **options})
    assert isinstance(caught.value, TertiusError)


def test_asking_for_an_entry_that_is_not_there_names_those_that_are(make_panel):
    """By date and by scoring."""
    found = roles(make_panel(START, 31, {}), **TRIAD)
    with pytest.raises(UsageError, match="2018-01-31"):
        found.at(date(2018, 1, 1))
    with pytest.raises(UnknownNameError, match="scoring"):
        found.at(date(2018, 1, 31), "rwa")
