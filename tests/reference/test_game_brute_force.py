"""The solver against two references that share no code with it.

1. A brute force without coalition values: every vector of target payoffs on a grid, its
   truthful menus, the pivot's best replies, and every patron's best deviation to *any*
   menu. Payoffs are integers, so equilibrium payoffs at the corners are multiples of one
   half and the grid of halves holds them exactly; all comparisons are exact (1e-9 only
   for float printing).
2. For three patrons with real payoffs, all corners of the polytope of payoffs by
   elimination over every triple of constraints. 1e-9 allows for its linear algebra.
"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from tertius.game import Game, solve, verify

EXACT = 1e-9
STEP = 0.5


def truthful_equilibria(pivot, patrons):
    """Every (policy, payoffs) that is a truthful equilibrium on the grid of targets."""
    n, _ = patrons.shape
    axes = [np.arange(row.min(), row.max() + STEP, STEP) for row in patrons]
    targets = np.array(list(product(*axes)))
    menus = np.maximum(patrons - targets[:, :, None], 0)
    offered = pivot + menus.sum(axis=1)
    found = set()
    for target, menu, offer in zip(targets, menus, offered, strict=True):
        deviation = []
        for i in range(n):
            others = offer - menu[i]
            deviation.append((patrons[i] - (others.max() - others)).max())
        for policy in np.flatnonzero(offer == offer.max()):
            payoffs = patrons[:, policy] - menu[:, policy]
            if (payoffs == target).all() and (payoffs >= deviation).all():
                found.add((int(policy), tuple(payoffs)))
    return found


def integer_game(seed, n):
    generator = np.random.default_rng(np.random.SeedSequence(7, spawn_key=(n, seed)))
    size = int(generator.integers(2, 6))
    return generator.integers(-3, 4, size).astype(float), generator.integers(
        -3, 5, (n, size)
    ).astype(float)


@pytest.mark.parametrize(("n", "games"), [(1, 20), (2, 300), (3, 150)])
def test_the_solver_agrees_with_a_brute_force_without_coalition_values(n, games):
    """Policies, rent interval, uniqueness and payoffs of 200 and more integer games."""
    several = 0
    for seed in range(games):
        pivot, patrons = integer_game(seed, n)
        game = Game(pivot=pivot, patrons=patrons)
        solution = solve(game)
        found = truthful_equilibria(pivot, patrons)
        assert {policy for policy, _ in found} == set(solution.efficient_policies)
        payoffs = {payoff for _, payoff in found}
        total = (pivot + patrons.sum(axis=0)).max()
        rents = [total - sum(payoff) - pivot.max() for payoff in payoffs]
        assert (min(rents), max(rents)) == pytest.approx(solution.rent_interval, abs=EXACT)
        assert (len(payoffs) == 1) == solution.payoffs_unique
        doubled = solution.patron_payoffs / STEP
        if np.allclose(doubled, doubled.round(), rtol=0, atol=EXACT):
            assert tuple(doubled.round() * STEP) in payoffs
        assert verify(game, solution) <= EXACT
        several += len(payoffs) > 1
    # The sample must hold both kinds of game, or the comparison says little.
    assert n == 1 or 0.1 * games < several < 0.9 * games


def claims_of(game):
    """f(S): what all can reach together less what they can without S's money."""
    members = [[i for i in range(3) if mask >> i & 1] for mask in range(8)]
    reach = [(game.pivot + game.patrons[inside].sum(axis=0)).max() for inside in members]
    return reach[7] - np.array(reach[::-1])


def corners(claims):
    """Corners of {g : g(S) ≤ f(S)} where every patron is in a binding constraint."""
    masks = np.array([[mask >> i & 1 for i in range(3)] for mask in range(1, 8)], dtype=float)
    bounds = claims[1:]
    found = []
    for triple in combinations(range(7), 3):
        matrix = masks[list(triple)]
        if abs(np.linalg.det(matrix)) < 0.5:
            continue
        corner = np.linalg.solve(matrix, bounds[list(triple)])
        room = bounds - masks @ corner
        if (room >= -EXACT).all() and (masks[room <= EXACT].sum(axis=0) > 0).all():
            found.append(corner)
    return np.array(found)


def test_three_patrons_against_every_corner_of_the_payoff_set():
    """Rent interval, uniqueness and the point nearest to the marginal contributions."""
    generator = np.random.default_rng(np.random.SeedSequence(11))
    kinds = {"interval": 0, "point": 0, "unique": 0}
    for _ in range(600):
        size = int(generator.integers(3, 8))
        patrons = generator.normal(size=(3, size))
        # Part of the games share a goal, or everything would be rivalry.
        patrons += generator.choice([0, 1]) * generator.normal(size=size)
        game = Game(pivot=generator.normal(size=size), patrons=patrons)
        solution = solve(game)
        claims = claims_of(game)
        vertices = corners(claims)
        sums = vertices.sum(axis=1)
        rents = (claims[-1] - sums.max(), claims[-1] - sums.min())
        assert rents == pytest.approx(solution.rent_interval, abs=EXACT)
        spread = np.ptp(vertices, axis=0).max()
        assert solution.payoffs_unique == (spread <= EXACT)
        # Nearest point of a convex set: no corner of it lies on the marginal
        # contributions' side of the reported point.
        face = vertices[sums >= sums.max() - EXACT]
        towards = solution.vcg_payoffs - solution.patron_payoffs
        assert ((face - solution.patron_payoffs) @ towards <= 1e-8).all()
        assert solution.patron_payoffs.sum() == pytest.approx(sums.max(), abs=EXACT)
        assert (solution.patron_payoffs <= face.max(axis=0) + EXACT).all()
        low, high = solution.rent_interval
        kind = "interval" if high > low else "unique" if solution.payoffs_unique else "point"
        kinds[kind] += 1
    assert min(kinds.values()) >= 20, kinds


def pair_constraints_hold(game, payoffs):
    claims = claims_of(game)
    return all(
        sum(payoffs[i] for i in range(3) if mask >> i & 1) <= claims[mask] + EXACT
        for mask in range(1, 8)
    )


def test_the_reported_payoffs_of_three_patrons_are_allowed():
    """The point nearest to the marginal contributions satisfies every coalition's bound."""
    generator = np.random.default_rng(np.random.SeedSequence(12))
    for _ in range(300):
        game = Game(pivot=generator.normal(size=5), patrons=generator.normal(size=(3, 5)))
        solution = solve(game)
        assert pair_constraints_hold(game, solution.patron_payoffs)
