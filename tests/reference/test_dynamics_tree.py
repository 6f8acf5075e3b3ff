"""Two rounds against a brute force at each node that knows no coalition values.

At a node every vector of target payoffs on a grid of halves is tried, with its truthful
menus, the pivot's best replies and every patron's best deviation to any menu. Of the
equilibria found, the ones that leave the patrons most are kept and, of those, the middle
one. Second-round payoffs are multiples of 8, chances are halves and the discount is one
half, so that first-round payoffs are integers, equilibrium payoffs are multiples of one
half, and the grid holds them exactly: comparisons are exact but for printing (1e-9).
"""

from __future__ import annotations

from itertools import product

import numpy as np

from tertius.game import DynamicGame, solve_dynamic

EXACT = 1e-9
STEP = 0.5
DELTA = 0.5


def node(pivot, patrons):
    """Policies and payoffs (pivot first) of the equilibrium in the middle, by trying all."""
    # A patron that offers nothing ends with one of its own payoffs, so no equilibrium leaves
    # it less than its worst; and payments are not negative, so none leaves it more than its best.
    axes = [np.arange(row.min(), row.max() + STEP, STEP) for row in patrons]
    targets = np.array(list(product(*axes)))
    menus = np.maximum(patrons - targets[:, :, None], 0)
    offered = pivot + menus.sum(axis=1)
    best = offered.max(axis=1)
    deviation = []
    for i, worth in enumerate(patrons):
        others = offered - menus[:, i]
        deviation.append((worth - (others.max(axis=1, keepdims=True) - others)).max(axis=1))
    found = []
    for policy in range(pivot.size):
        payoffs = patrons[:, policy] - menus[:, :, policy]
        held = offered[:, policy] == best
        held &= (payoffs == targets).all(axis=1) & (payoffs >= np.array(deviation).T).all(axis=1)
        found += [(policy, row) for row in payoffs[held]]
    kept = max(row.sum() for _, row in found)
    rows = np.array([row for _, row in found if row.sum() == kept])
    middle = (rows.min(axis=0) + rows.max(axis=0)) / 2
    policies = {policy for policy, _ in found}
    total = pivot[min(policies)] + patrons[:, min(policies)].sum()
    return policies, np.concatenate([[total - middle.sum()], middle]), len(rows) > 1


def random_tree(seed):
    """One first node, three second nodes, four policies, two patrons."""
    generator = np.random.default_rng(np.random.SeedSequence(31, spawn_key=(seed,)))
    pivot = generator.integers(-2, 3, (4, 4)).astype(float)
    patrons = generator.integers(-2, 4, (4, 2, 4)).astype(float)
    # Some trees share a goal, or there would be rivalry only.
    if seed % 2:
        patrons += generator.integers(0, 3, (4, 1, 4))
        pivot -= generator.integers(0, 3, (4, 4))
    pivot[1:] *= 8
    patrons[1:] *= 8
    return pivot, patrons, generator.integers(1, 4, (4, 2))


def test_two_rounds_agree_with_a_brute_force_at_each_node():
    """Policies and everybody's payoffs at every node of 300 trees, forward-looking."""
    several = moved = 0
    for seed in range(300):
        pivot, patrons, leads = random_tree(seed)
        ends = {state: node(pivot[state] / 8, patrons[state] / 8) for state in (1, 2, 3)}
        later = np.array([np.zeros(3), *(8 * ends[state][1] for state in (1, 2, 3))])
        ahead = DELTA * later[leads].mean(axis=1)
        policies, payoffs, open_split = node(pivot[0] + ahead[:, 0], patrons[0] + ahead[:, 1:].T)
        successors = np.broadcast_to(leads, (4, 4, 2))
        game = DynamicGame(pivot, patrons, successors, np.full((4, 4, 2), 0.5))
        two = solve_dynamic(game, DELTA, horizon=2)
        assert {int(two.policies[0])} <= policies
        found = np.concatenate([two.pivot_values[:1], two.patron_values[0]])
        assert np.abs(found - payoffs).max() <= EXACT
        for state, (good, values, _) in ends.items():
            assert int(two.plan[1, state]) in good
            last = solve_dynamic(game, DELTA, horizon=1)
            found = np.concatenate([last.pivot_values[[state]], last.patron_values[state]])
            assert np.abs(found - 8 * values).max() <= EXACT
        assert two.largest_deviation <= EXACT
        several += open_split or any(end[2] for end in ends.values())
        moved += int(two.policies[0]) not in node(pivot[0], patrons[0])[0]
    # The sample must hold splits that are not unique, and first rounds that look ahead.
    assert several >= 5, several
    assert moved >= 5, moved
