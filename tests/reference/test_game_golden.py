"""Four worked games whose answers were found by brute force, not by coalition values.

The numbers were derived by trying every truthful target on a grid and every deviation;
two of them also agree with an enumeration of Nash equilibria by Gambit. They are
integers and halves, so 1e-6 only allows for the file's nine printed digits.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from tertius.game import Game, solve, solve_many, verify

TOLERANCE = 1e-6

GOLDEN = {
    "S1_binary_court": {
        "uX": [1, 0, 2],
        "v": [[6, -3, 0], [-2, 5, 0]],
        "outputs": {
            "coalition_values": [2, 7, 5, 5],
            "policy": 0,
            "efficient_policies": [0],
            "pivot_payoff": 7,
            "rent": 5,
            "rent_interval": [5, 5],
            "patron_payoffs": [0, -2],
            "transfers": [6, 0],
            "payoffs_unique": True,
            "vcg_payoffs": [0, -2],
            "surplus": 3,
            "exclusion_premium": [3, 0],
            "payers": [0],
            "rent_share": 5 / 6,
            "exclusion_stake": [3, 0],
        },
    },
    "S2_shared_goal": {
        "uX": [0, -6],
        "v": [[0, 5], [0, 4]],
        "outputs": {
            "coalition_values": [0, 0, 0, 3],
            "policy": 1,
            "efficient_policies": [1],
            "pivot_payoff": 0,
            "rent": 0,
            "rent_interval": [0, 0],
            "patron_payoffs": [1.5, 1.5],
            "transfers": [3.5, 2.5],
            "payoffs_unique": False,
            "vcg_payoffs": [3, 3],
            "surplus": 3,
            "exclusion_premium": [3, 3],
            "payers": [0, 1],
            "rent_share": 0,
            "exclusion_stake": [1.5, 1.5],
        },
    },
    "S3_three_patrons": {
        "uX": [0, 0, -1, 1],
        "v": [[5, -2, 1, 0], [-1, 6, -1, 0], [2, -1, 4, 0]],
        "outputs": {
            "coalition_values": [1, 5, 6, 4, 3, 7, 5, 6],
            "policy": 0,
            "efficient_policies": [0],
            "pivot_payoff": 7,
            "rent": 6,
            "rent_interval": [6, 6],
            "patron_payoffs": [-0.5, -1, 0.5],
            "transfers": [5.5, 0, 1.5],
            "payoffs_unique": False,
            "vcg_payoffs": [1, -1, 2],
            "surplus": 5,
            "exclusion_premium": [3, 0, 0],
            "payers": [0, 2],
            "rent_share": 6 / 7,
            "exclusion_stake": [1.5, 0, -1.5],
        },
    },
    "S4_override_congruence_wins_partly": {
        "uX": [0, -6, 1, -5, 0, -6],
        "v": [[0, 4, 7, 11, -2, 2], [0, 5, -3, 2, 6, 11]],
        "outputs": {
            "coalition_values": [1, 8, 6, 8],
            "policy": 3,
            "efficient_policies": [3],
            "pivot_payoff": 6,
            "rent": 5,
            "rent_interval": [5, 5],
            "patron_payoffs": [2, 0],
            "transfers": [9, 2],
            "payoffs_unique": True,
            "vcg_payoffs": [2, 0],
            "surplus": 7,
            "exclusion_premium": [4, 3],
            "payers": [0, 1],
            "rent_share": 5 / 11,
            "exclusion_stake": [4, 3],
        },
    },
}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_worked_game_is_solved_to_its_known_answer(name):
    """Every field of the solution, and no profitable deviation from it."""
    example = GOLDEN[name]
    game = Game(pivot=example["uX"], patrons=example["v"])
    solution = solve(game)
    for field, expected in example["outputs"].items():
        found = getattr(solution, field)
        assert np.shape(found) == np.shape(expected), field
        assert found == pytest.approx(expected, abs=TOLERANCE), field
    assert verify(game, solution) <= TOLERANCE


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_batch_gives_the_same_answer_as_one_game(name):
    """Fields that a batch has agree with the worked answers in every row."""
    example = GOLDEN[name]
    batch = solve_many([example["uX"]] * 3, [example["v"]] * 3)
    renamed = {"rent_low": "rent_interval", "rent_high": "rent_interval"}
    fields = set(batch.__slots__)
    assert fields - set(renamed) <= set(example["outputs"])
    for field in sorted(fields):
        expected = example["outputs"][renamed.get(field, field)]
        if field in renamed:
            expected = expected[0 if field == "rent_low" else 1]
        for row in getattr(batch, field):
            assert row == pytest.approx(expected, abs=TOLERANCE), field


@pytest.mark.realdata
def test_the_golden_file_says_what_is_entered_here(data):
    """Each static example of the file, with all the outputs that the library has."""
    golden = json.loads((data / "model" / "golden.json").read_text(encoding="utf-8"))
    static = {example["id"]: example for example in golden["examples"]}
    assert set(static) == set(GOLDEN)
    only_in_file = {"n_truthful_payoff_vectors_on_grid", "grid_step"}
    for name, entered in GOLDEN.items():
        assert static[name]["uX"] == entered["uX"]
        assert static[name]["v"] == entered["v"]
        outputs = static[name]["outputs"]
        assert set(outputs) - only_in_file == set(entered["outputs"])
        for field, expected in entered["outputs"].items():
            assert outputs[field] == pytest.approx(expected, abs=TOLERANCE), (name, field)
