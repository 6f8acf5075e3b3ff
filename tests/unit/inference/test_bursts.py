"""Bursts of one rival before bursts of the other, beside two placebos.

Size check: 60 panels of two independent Poisson series; a placebo p of .05 or less may come
up in 5 % of them, 3 of 60; up to 8 is within four standard errors (binomial sd 1.7).
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from tertius.errors import PanelError, UsageError
from tertius.inference import following
from tertius.inference.bursts import followed_share, jitters, onsets
from tertius.panels import panel

START = date(2018, 1, 1)


def daily(**series):
    """Build a panel by day from {"CHN": counts toward PRK, ...}."""
    rows = [
        (START + timedelta(days=day), rival, "PRK", "040", "04", 1, 1.0)
        for rival, counts in series.items()
        for day, count in enumerate(counts)
        for _ in range(int(count))
    ]
    columns = ["event_date", "source", "target", "code", "root", "quad", "weight"]
    return panel(pl.DataFrame(rows, schema=columns, orient="row"), period="day", duplicates="none")


def brute_share(body, head, horizon):
    """Count, onset by onset, whether a head onset follows within the horizon."""
    days = [t for t in range(len(body) - horizon) if body[t]]
    hits = [any(head[t + 1 : t + 1 + horizon]) for t in days]
    return (sum(hits) / len(hits) if hits else float("nan")), len(hits)


def test_the_share_is_what_counting_onset_by_onset_gives():
    """Forty random pairs of onset series against the plain count."""
    generator = np.random.default_rng(1)
    for _ in range(40):
        body, head = generator.random((2, 90)) < 0.1
        share, bursts = followed_share(body, head, 7)
        expected, number = brute_share(body, head, 7)
        assert bursts == number
        assert share == pytest.approx(expected, nan_ok=True)


def test_a_burst_begins_once_and_never_in_a_gap():
    """Two high days are one burst; a missing day within four weeks hides the bar."""
    counts = np.ones(60)
    counts[40:42] = 9
    assert np.flatnonzero(onsets(counts)).tolist() == [12]
    counts[39] = np.nan
    assert not onsets(counts).any()


def test_a_jitter_keeps_the_number_of_bursts_in_each_block():
    """Slow co-movement stays: a block of four weeks keeps its bursts."""
    generator = np.random.default_rng(2)
    body = generator.random(100) < 0.15
    moved = jitters(body, 200, generator)
    blocks = [slice(start, start + 28) for start in range(0, 100, 28)]
    for block in blocks:
        assert (moved[:, block].sum(axis=1) == body[block].sum()).all()
    # Over many draws every day of a block is as likely as any other.
    often = jitters(body, 4000, generator)[:, blocks[0]].mean(axis=0)
    assert often == pytest.approx(body[blocks[0]].mean(), abs=0.04)


def test_a_rival_that_always_answers_is_seen_and_beats_its_placebos():
    """A burst every 40 days, answered two days later: always followed, by chance rarely."""
    first = np.ones(300)
    first[35::40] = 12
    answer = np.ones(300)
    answer[37::40] = 12
    found = following(daily(USA=first, CHN=answer), first="USA", second="CHN", target="PRK",
                      horizon_days=5)  # fmt: skip
    assert found.share == 1.0
    assert found.bursts == 7
    assert found.shifted_share < 0.3
    assert found.shifted_p < 0.15
    assert found.jittered_p < 0.05


def test_independent_rivals_rarely_beat_their_placebos():
    """Two unrelated Poisson series: small placebo p-values no oftener than by chance."""
    generator = np.random.default_rng(3)
    small = 0
    for seed in range(60):
        counts = generator.poisson(3, (2, 200))
        found = following(daily(USA=counts[0], CHN=counts[1]), first="USA", second="CHN",
                          target="PRK", seed=seed)  # fmt: skip
        small += found.jittered_p <= 0.05
    assert small <= 8


def test_the_same_seed_gives_the_same_answer():
    """Jitters are the only chance in it, and they are seeded."""
    counts = np.random.default_rng(4).poisson(3, (2, 150))
    asked = {"first": "USA", "second": "CHN", "target": "PRK", "seed": 9}
    shown = daily(USA=counts[0], CHN=counts[1])
    assert following(shown, **asked) == following(shown, **asked)


def test_what_it_cannot_answer_is_refused():
    """No horizon, weeks, or too few days."""
    counts = np.random.default_rng(5).poisson(3, (2, 40))
    shown = daily(USA=counts[0], CHN=counts[1])
    asked = {"first": "USA", "second": "CHN", "target": "PRK"}
    with pytest.raises(UsageError, match="horizon"):
        following(shown, **asked, horizon_days=0)
    with pytest.raises(PanelError, match="too few"):
        following(shown, **asked)
    with pytest.raises(PanelError, match="by week"):
        following(shown.regroup("week"), **asked)
