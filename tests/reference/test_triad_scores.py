"""Triad scores against worked examples, closed forms and simulation.

Tolerances. Worked examples are printed to two or three digits and were drawn, so half a
unit plus the Monte Carlo error of 400,000 draws (.002): .006. Closed forms against
draws: four standard errors. Closed forms against closed forms: 1e-9.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tertius.triads import patterns, posteriors
from tertius.triads.changes import gamma_ratio
from tertius.triads.dispersions import count_dispersion

DRAWS = 400_000


def raw_scores(cooperative, conflictual, phi):
    """Draws of the raw scores of three edges."""
    shares = posteriors.draw_shares(
        np.random.default_rng(1), np.array(cooperative), np.array(conflictual), phi, DRAWS
    )
    return posteriors.against_world(shares, 0.5)


FRIENDS_AND_A_QUARREL = ((30, 25, 5), (4, 6, 40))
A_HANDFUL = ((2, 1, 0), (1, 0, 2))
NOTHING = ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize(
    ("counts", "phi", "expected"),
    [
        (FRIENDS_AND_A_QUARREL, 1.0, {"pivot": 1.0}),
        (FRIENDS_AND_A_QUARREL, 4.0, {"pivot": 0.946}),
        (A_HANDFUL, 1.0, {"pivot": 0.54, "partner": 0.34}),
        (
            NOTHING,
            1.0,
            {"partner": 0.25, "wing": 0.25, "pivot": 0.125, "friend": 0.125, "foe": 0.125},
        ),
    ],
)
def test_roles_of_the_worked_examples(counts, phi, expected):
    """Edges X–A, X–B, A–B as cooperative over conflictual events."""
    shares = patterns.role_shares(raw_scores(*counts, phi))
    for role, share in expected.items():
        assert shares[role] == pytest.approx(share, abs=0.006)


@pytest.mark.parametrize(
    ("counts", "phi", "median", "interval"),
    [
        (FRIENDS_AND_A_QUARREL, 1.0, 0.585, (0.42, 0.72)),
        (FRIENDS_AND_A_QUARREL, 4.0, 0.517, (0.0, 0.77)),
        (A_HANDFUL, 1.0, 0.18, (0.0, 0.76)),
        (NOTHING, 1.0, 0.0, (0.0, 0.54)),
    ],
)
def test_leverage_of_the_worked_examples(counts, phi, median, interval):
    """They are the median and the 90 % interval; the lower end at φ = 4 is .019, rounded down.

    The printed interval ends were drawn with fewer draws: .02 (.03 where the density of
    the index is flat near 0).
    """
    low, middle, high = np.quantile(patterns.leverage(raw_scores(*counts, phi)), (0.05, 0.5, 0.95))
    assert middle == pytest.approx(median, abs=0.006)
    assert low == pytest.approx(interval[0], abs=0.03)
    assert high == pytest.approx(interval[1], abs=0.02)


@pytest.mark.parametrize("phi", [1.0, 2.5, 4.0])
def test_role_shares_are_products_of_beta_tails(phi):
    """Edges are independent: P(pivot) = P(p > ½) P(p > ½) P(p < ½), and so on."""
    cooperative, conflictual = np.array([9, 7, 5]), np.array([4, 6, 8])
    tails = stats.beta.sf(0.5, 0.5 + cooperative / phi, 0.5 + conflictual / phi)
    shares = patterns.role_shares(raw_scores(cooperative, conflictual, phi))
    exact = {
        "pivot": tails[0] * tails[1] * (1 - tails[2]),
        "friend": tails.prod(),
        "foe": (1 - tails).prod(),
        "outcast": (1 - tails[0]) * (1 - tails[1]) * tails[2],
    }
    for role, probability in exact.items():
        error = np.sqrt(probability * (1 - probability) / DRAWS)
        assert shares[role] == pytest.approx(probability, abs=4 * error)


@pytest.mark.parametrize("world", [0.5, 0.3, 0.81, 0.95])
def test_the_prior_chance_of_a_plus_is_that_of_the_mean_of_two_silent_directions(world):
    """Quadrature against draws of the score itself."""
    shares = np.random.default_rng(2).beta(0.5, 0.5, (2, DRAWS))
    drawn = (posteriors.against_world(shares, world).mean(axis=0) > 0).mean()
    assert posteriors.prior_positive(world) == pytest.approx(drawn, abs=4 * 0.5 / np.sqrt(DRAWS))


@pytest.mark.parametrize("world", [0.5, 0.81])
@pytest.mark.parametrize(
    ("cooperative", "conflictual", "tolerance"),
    [((10, 6), (5, 9), 0.005), ((30, 40), (9, 8), 0.015), ((4, 3), (1, 0), 0.04)],
)
def test_the_chance_of_a_plus_without_draws_is_close_to_the_drawn_one(
    cooperative, conflictual, tolerance, world
):
    """A normal approximation of a sum of log odds: worst where a direction is one-sided."""
    arrays = np.array(cooperative), np.array(conflictual)
    shares = posteriors.draw_shares(np.random.default_rng(3), *arrays, 1.5, DRAWS)
    drawn = (posteriors.against_world(shares, world).mean(axis=0) > 0).mean()
    assert posteriors.positive_chance(*arrays, 1.5, world) == pytest.approx(drawn, abs=tolerance)


@pytest.mark.parametrize(("phi", "seen"), [(1.0, 1.0), (2.0, 1.96), (4.0, 3.74)])
def test_the_dispersion_of_simulated_weeks_is_recovered(phi, seen):
    """52 weeks at 5 a week, both kinds; 2,000 runs, standard error under .02.

    Of negative binomial counts it sees Sφ/(S + φ − 1), S = 45 events a window:
    1.96 for 2 and 3.75 for 4. The floor at 1 is what lifts the Poisson mean.
    """
    generator = np.random.default_rng(6)
    found = []
    for _ in range(2000):
        if phi == 1:
            series = [generator.poisson(5, 52).astype(float) for _ in range(2)]
        else:
            r = 5 / (phi - 1)
            series = [generator.negative_binomial(r, 1 / phi, 52).astype(float) for _ in range(2)]
        found.append(count_dispersion(series, np.full(52, 7.0)))
    lifted = 0.06 if phi == 1 else 0.0
    assert np.mean(found) == pytest.approx(seen + lifted, abs=0.04)


def test_the_dispersion_of_poisson_counts_is_unbiased_also_when_sparse():
    """Before the floor: Pearson's sum over its exact expectation, mean 1 at .3 a week."""
    generator = np.random.default_rng(9)
    counts = generator.poisson(0.3, 52 * 2000).astype(float)
    # One long series: the floor does not bite, the estimate is a ratio of sums.
    assert count_dispersion([counts], np.full(counts.size, 7.0)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("counts", "exposures", "phi"),
    [((12, 3), (60, 60), 1.0), ((0, 4), (30, 90), 2.0), ((300, 5), (7, 365), 3.0)],
)
def test_the_ratio_of_two_rates_has_the_quantiles_of_a_beta_prime(counts, exposures, phi):
    """λ_a/λ_b of two Gammas is a scaled beta prime."""
    quantiles, higher = gamma_ratio(counts, exposures, phi)
    exact = stats.betaprime(
        0.5 + counts[0] / phi, 0.5 + counts[1] / phi, scale=exposures[1] / exposures[0]
    )
    assert quantiles == pytest.approx(exact.ppf([0.05, 0.25, 0.5, 0.75, 0.95]), rel=1e-9)
    assert higher == pytest.approx(exact.sf(1.0), abs=1e-12)


def test_a_ratio_of_rates_covers_one_where_nothing_changed():
    """60 and 60 days, φ = 2 known: 90 % interval, 2,000 runs, standard error .007."""
    generator = np.random.default_rng(12)
    held = 0
    for _ in range(2000):
        first, second = generator.negative_binomial(30, 0.5, 2)
        quantiles, _ = gamma_ratio((first, second), (60, 60), 2.0)
        held += quantiles[0] <= 1 <= quantiles[4]
    assert held / 2000 == pytest.approx(0.9, abs=3 * 0.007)
