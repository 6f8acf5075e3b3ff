"""Whether a turn fits an event."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from tertius.errors import PanelError, UsageError
from tertius.inference import consistency, consistent_dates, turn

START = date(2018, 1, 1)


def day(offset):
    return START + timedelta(days=offset)


@pytest.fixture
def sharp(make_panel):
    """A turn on day 60 that nothing blurs."""
    counts = [0] * 60 + [5] * 60
    found = turn(make_panel(START, 120, {("CHN", "PRK"): (counts, 0)}), "CHN", "PRK", on=day(60))
    assert found.date_set == found.half.date_set == (day(60),)
    return found


@pytest.mark.parametrize(
    ("offset", "lag", "word"),
    [
        (60, 0, "consistent"),
        (50, 10, "consistent"),
        (50, 9, "undecided"),
        (61, 30, "contradicted"),
        (0, 20, "undecided"),
    ],
)
def test_a_cause_may_precede_its_effect_by_the_lag_declared_and_not_follow_it(
    sharp, offset, lag, word
):
    """Within the lag: consistent. Turn before the event: contradicted. Too late: undecided."""
    assert consistency(sharp, day(offset), lag) == word


def replaced(found, **sets):
    """The same turn with other date sets."""
    parts = {
        name: dataclasses.replace(getattr(found, name), date_set=dates)
        for name, dates in sets.items()
        if name != "main"
    }
    return dataclasses.replace(found, **parts, date_set=sets.get("main", found.date_set))


@pytest.mark.parametrize("part", ["main", "untempered", "half", "half_untempered"])
def test_where_the_sets_disagree_it_is_undecided(sharp, part):
    """Tempered or not, whole window or half: one dissent is enough."""
    assert consistency(replaced(sharp, **{part: (day(40),)}), day(60), 7) == "undecided"
    assert consistency(replaced(sharp, **{part: (day(70),)}), day(65), 7) == "undecided"


def test_a_set_that_straddles_the_event_is_consistent_if_it_meets_the_lag(sharp):
    """The rule asks for one date within [on, on + lag]."""
    wide = (day(50), day(64))
    names = ("main", "untempered", "half", "half_untempered")
    straddling = replaced(sharp, **dict.fromkeys(names, wide))
    assert consistency(straddling, day(60), 5) == "consistent"
    assert consistency(straddling, day(60), 3) == "undecided"


def test_without_a_half_window_the_whole_one_decides(sharp):
    """None is left out, not counted as dissent."""
    alone = dataclasses.replace(sharp, half=None, half_untempered=None)
    assert consistency(alone, day(60), 0) == "consistent"


def test_all_other_events_that_fit_are_listed_in_order(sharp):
    """By date, then name; those outside the window say nothing."""
    milestones = {
        "b": day(55),
        "a": day(55),
        "early": day(10),
        "late": day(61),
        "outside": day(-400),
        "z": day(54),
    }
    assert consistent_dates(sharp, milestones, 7) == ("z", "a", "b")


def test_a_day_outside_the_window_and_a_negative_lag_are_refused(sharp):
    """The turn says nothing about them."""
    with pytest.raises(PanelError, match="outside the window"):
        consistency(sharp, day(500), 7)
    with pytest.raises(UsageError, match="max_lag_days"):
        consistency(sharp, day(60), -1)
