"""Each test on the model gives each of its words where the truth is known.

The independent reference enumerates the policies of the two-patron family in plain Python, by
its formula and the definition of coalition values, and shares no code with the game's room.
Tolerance: rents agree to 1e-9, so shares of draws agree exactly.
"""

from __future__ import annotations

import itertools
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tertius.claims import Context

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case, ranges = KNOWN.ask, KNOWN.make_case, KNOWN.ranges


RIVALS = ranges(rho_CHN=(1, 2), rho_USA=(1, 2))
PARTNERS = ranges(c=1, beta_CHN=5, beta_USA=5)
BOTH = ranges(c=1.5, beta_CHN=(0, 2), beta_USA=(0, 2), rho_CHN=(0, 1), rho_USA=(0, 1))
SPLIT = ranges(c=1.5, beta_CHN=(0, 2), beta_USA=(0, 2), theta_CHN=(0.5, 1))


def width(low: float, high: float):
    return {"low": low, "high": high, "why": "known"}


SURE, CHEAP, DEAR = width(0.9, 1), width(0, 0.001), width(50, 60)


@pytest.mark.parametrize(
    ("test", "args", "given", "word"),
    [
        ("override", {"statement": "holds"}, RIVALS, "follows"),
        ("override", {"statement": "holds"}, PARTNERS, "does not follow"),
        ("override", {"statement": "holds"}, BOTH, "follows only if"),
        ("override", {"statement": "condition"}, BOTH, "follows"),
        ("override", {"statement": "condition"}, SPLIT, "does not follow"),
        ("price-of-rivalry", {}, RIVALS, "follows"),
        ("price-of-rivalry", {}, PARTNERS, "does not follow"),
        ("price-of-rivalry", {}, BOTH, "follows only if"),
        ("price-of-rivalry", {"patron": "CHN"}, RIVALS, "follows"),
        ("price-of-rivalry", {"patron": "CHN"}, ranges(omega_CHN=0), "does not follow"),
        ("price-of-rivalry", {"patron": "CHN"}, BOTH, "follows only if"),
        (
            "exclusion",
            {"patron": "CHN", "hazard": SURE, "face_cost": CHEAP},
            ranges(rho_CHN=(1, 2)),
            "follows",
        ),
        (
            "exclusion",
            {"patron": "CHN", "hazard": SURE, "face_cost": DEAR},
            ranges(rho_CHN=(1, 2)),
            "does not follow",
        ),
        (
            "exclusion",
            {"patron": "CHN", "hazard": width(0, 1), "face_cost": width(0, 2)},
            ranges(rho_CHN=(0, 2)),
            "follows only if",
        ),
        ("who-pays", {"payers": ["CHN", "USA"]}, RIVALS, "follows"),
        ("who-pays", {"payers": ["CHN", "USA"]}, ranges(omega_USA=0), "does not follow"),
        ("who-pays", {"payers": ["CHN"]}, ranges(omega_USA=0), "follows"),
        ("who-pays", {"payers": ["CHN", "USA"]}, ranges(omega_USA=(0, 2)), "follows only if"),
        (
            "rivalry-bill",
            {"payer": "CHN", "rival": "USA"},
            ranges(k=0.5, omega_CHN=3, omega_USA=0.1, rho_USA=(0, 0.1)),
            "follows",
        ),
        (
            "rivalry-bill",
            {"payer": "CHN", "rival": "USA"},
            ranges(omega_CHN=0, rho_USA=(0.5, 1)),
            "does not follow",
        ),
        (
            "rivalry-bill",
            {"payer": "CHN", "rival": "USA"},
            ranges(omega_CHN=(0, 2), rho_USA=(0, 1)),
            "follows only if",
        ),
        # By theorem never, whatever the ranges of a core without friction.
        ("rivalry-blocks-goal", {}, BOTH, "does not follow"),
    ],
)
def test_words_of_the_model(test, args, given, word) -> None:
    """In all of the draws, in none, in some; the last with a condition."""
    found = ask(test, args, case=make_case(ranges=given))
    share = found.evidence[0].value
    expected = "follows" if share == 100 else "does not follow" if share == 0 else "follows only if"
    assert found.word == word == expected
    assert found.provenance.kind == "ranges"
    assert "not a probability of the world" in found.assumptions[-1]
    assert found.flip is not None
    if word == "follows only if":
        assert found.drivers
        assert "hangs on" in found.flip.text


MODEL_TESTS = {
    "override": {},
    "price-of-rivalry": {},
    "exclusion": {"patron": "CHN", "hazard": SURE, "face_cost": CHEAP},
    "who-pays": {"payers": ["CHN"]},
    "rivalry-bill": {"payer": "CHN", "rival": "USA"},
    "rivalry-blocks-goal": {},
    "blocs": {"blocs": [["CHN", "USA"]]},
    "pass-through": {"sanction": "shielded", "sender": "USA", "patron": "CHN"},
    "standing-sanctions": {"statement": "rivalry-lowers-goal"},
    "payment-caps": {},
    "coordination-failure": {"statement": "rivalry-lowers-goal"},
    "commitment-threshold": {},
    "distrust-trap": {"pivot": "committed", "above": 0.2},
    "promise-market": {"patron": "CHN"},
    "three-patrons": {"patron": "KOR"},
}
# What the layers need beside the core.
LAYERS = {
    f"{stem}.{patron}": ends
    for stem, ends in (("sigma", (0.2, 1)), ("lambda", (0.1, 0.3)), ("cap", (0.3, 2)))
    for patron in ("CHN", "USA")
} | {"shield.CHN": (0, 1), "delivery": (0.6, 0.9), "mu": (0.1, 0.9), "upfront": (0.2, 0.8)}
GUEST = {
    "omega.KOR": (0.5, 1), "beta.KOR": (0, 1), "rho.KOR.CHN": (0, 1), "rho.KOR.USA": (-1, 0),
    "rho.CHN.KOR": (0, 1), "rho.USA.KOR": (0, 1),
}  # fmt: skip


@pytest.mark.parametrize("test", MODEL_TESTS)
def test_without_a_game_nothing_is_tested(test) -> None:
    """And the game is named as what is missing."""
    found = ask(test, MODEL_TESTS[test], case=make_case(ranges=None))
    assert found.word == "not tested"
    assert "[game]" in found.missing[0]


def coalition_values(one: dict[str, float]) -> dict[tuple[str, ...], float]:
    """V(S) of every coalition, by looking at all 132 policies."""
    best: dict[tuple[str, ...], float] = {}
    patrons = ("CHN", "USA")
    shares = [(a / 10, b / 10) for a in range(11) for b in range(11 - a)]
    for (a, b), goal in itertools.product(shares, (0, 1)):
        pivot = one["alpha.CHN"] * a + one["alpha.USA"] * b
        pivot -= one["k"] / 2 * (a * a + b * b) + one["c"] * goal
        worth = {}
        for name, own, other in (("CHN", a, b), ("USA", b, a)):
            goal_worth = one[f"beta.{name}"] * one["q"] - one[f"theta.{name}"] * other
            value = one[f"omega.{name}"] * own - one[f"rho.{name}"] * other + goal_worth * goal
            value -= one[f"e.{name}"] * (own == 0 and other > 0)
            worth[name] = value / one[f"kappa.{name}"]
        for size in range(3):
            for group in itertools.combinations(patrons, size):
                total = pivot + sum(worth[name] for name in group)
                best[group] = max(best.get(group, -np.inf), total)
    return best


@pytest.mark.parametrize(
    "given",
    [
        BOTH,
        ranges(
            k=(0.5, 2), c=(0.5, 4), q=(0.3, 0.9), omega_CHN=(0.7, 1.3), omega_USA=(0.2, 1),
            rho_CHN=(0.3, 1.5), rho_USA=(0.1, 0.8), beta_CHN=(0.2, 1.2), beta_USA=(0.8, 3),
            alpha_CHN=(-0.2, 0.4), alpha_USA=(-0.4, 0.2), kappa_CHN=(0.8, 1.3),
            kappa_USA=(1, 2),
        ),
    ],
)  # fmt: skip
def test_shares_agree_with_an_enumeration(given) -> None:
    """Rent positive, and the pivot better off with a patron, in the very same draws."""
    case = make_case(ranges=given, draws=250)
    table = Context(case, {}).draws.parameters.table()
    rents, gains = [], []
    for row in range(250):
        values = coalition_values({name: float(column[row]) for name, column in table.items()})
        full, none = values["CHN", "USA"], values[()]
        first, second = values["CHN",], values["USA",]
        # Each patron keeps what it adds, or both together what they add to nothing.
        kept = min(full - none, (full - second) + (full - first))
        rents.append(full - kept - none)
        # Alone, the other patron leaves the pivot what it has without anybody's money, and
        # without the first patron there is no aligning with it either.
        alone = max(
            float(table["alpha.USA"][row]) * b / 10 - float(table["k"][row]) / 2 * (b / 10) ** 2
            for b in range(11)
        )
        gains.append(full - kept - alone)
    for args, reference in (({}, rents), ({"patron": "CHN"}, gains)):
        found = ask("price-of-rivalry", args, case=case)
        assert found.evidence[0].value == 100 * float(np.mean(np.array(reference) > 1e-9))
    spread = ask("price-of-rivalry", {}, case=case).evidence[1]
    assert spread.value == pytest.approx(float(np.median(rents)), abs=1e-9)
    override = ask("override", {}, case=case)
    assert override.evidence[0].value == 100 * float(np.mean(np.array(rents) > 1e-9))


def test_bills_of_two_equal_patrons() -> None:
    """Half the alignment each; without one the other would have the same half: each pays 1/4."""
    found = ask("who-pays", {"payers": ["CHN", "USA"]}, case=make_case())
    bills = {item.name: item.value for item in found.evidence if item.name.startswith("bill")}
    assert list(bills.values()) == pytest.approx([0.25, 0.25])


def test_a_range_moves_the_share() -> None:
    """The same seed, other assumptions: another share, another flip."""
    narrow = ask("override", {}, case=make_case(ranges=BOTH))
    wide = ask("override", {}, case=make_case(ranges=BOTH | {"c": (2.5, 3.0)}))
    assert narrow.word == wide.word == "follows only if"
    assert wide.evidence[0].value > narrow.evidence[0].value + 5
    assert wide.flip != narrow.flip


def test_the_flip_of_a_condition_is_where_the_word_turns() -> None:
    """On either side of the value told the middle of the ranges answers differently."""
    case = make_case(ranges=BOTH)
    draws = Context(case, {}).draws
    found = ask("override", {}, case=case)
    from tertius.game import Parameters, nearest_flip, override

    def holds(parameters):
        split = override(parameters, draws.grid)
        return split.conflict - split.congruence > 1e-9

    flip = nearest_flip(draws.ranges, holds)
    assert flip is not None
    assert f"{flip.value:.2f}" in found.flip.text
    middle = Parameters.midpoint(draws.ranges)
    sides = middle.at({flip.name: [flip.value - 0.02, flip.value + 0.02]})
    first, second = holds(sides)
    assert first != second
    assert found.flip.distance == pytest.approx(flip.distance)


def test_rivalry_by_rival_is_the_same_rivalry() -> None:
    """With two patrons `rho.CHN` and `rho.CHN.USA` are one number under two names.

    A point, since a range of another name is drawn from another random stream.
    """
    whole = BOTH | LAYERS | GUEST | {"rho.CHN": (0.7, 0.7), "rho.USA": (0.4, 0.4)}
    split = {
        {"rho.CHN": "rho.CHN.USA", "rho.USA": "rho.USA.CHN"}.get(name, name): ends
        for name, ends in whole.items()
    }
    for test, args in MODEL_TESTS.items():
        one, other = (ask(test, args, case=make_case(ranges=given)) for given in (whole, split))
        assert one.word == other.word != "not tested"
        assert one.evidence == other.evidence


THREE = {"patrons": ["CHN", "USA", "KOR"], "others": ["JPN"]}


@pytest.mark.parametrize("test", MODEL_TESTS)
def test_three_patrons_are_answered_or_told_why_not(test) -> None:
    """The theorem on two patrons is not put to three; all other tests have a share."""
    given = BOTH | LAYERS | {"omega.KOR": (0.5, 1), "rho.KOR": (0, 1), "beta.KOR": (0, 1)}
    given |= {"sigma.KOR": (0.2, 1), "lambda.KOR": (0.1, 0.3), "cap.KOR": (0.3, 2)}
    args = MODEL_TESTS[test]
    if test == "three-patrons":
        # Then it asks for a fourth, with its rivalries by rival.
        args = {"patron": "JPN"}
        names = [*THREE["patrons"], "JPN"]
        given = {name: ends for name, ends in given.items() if not name.startswith("rho.")}
        given |= {f"rho.{a}.{b}": (0, 1) for a in names for b in names if a != b}
        given |= {"omega.JPN": (0, 0.5), "beta.JPN": (0, 0.5)}
    found = ask(test, args, case=make_case(ranges=given, **THREE))
    if test == "override":
        assert found.word == "not tested"
        assert found.missing == ("a game of 2 patrons",)
    else:
        assert found.word in {"follows", "follows only if", "does not follow"}
        assert 0 <= found.evidence[0].value <= 100
