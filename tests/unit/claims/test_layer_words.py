"""Each test on the layers of the model gives each of its words where the truth is known.

Every row of `ROWS` says in which draws its statement holds: in all, in none, or where a
condition on the parameters holds that is worked out by hand beside it. Words and shares of
draws must agree exactly: no condition is met on its edge.

In the ranges used here, unless a row changes them, k is 2 and omega is 1, so a patron's
alignment alone is worth a - a² to it and the pivot: 0.25 at a half. Both together have 0.5,
or 0.12 where each minds the other's share by 0.5 (0.5 a - a² each, at 0.2 or 0.3), or 0
where each minds it by 1 or more. The goal costs 50 and is worth nothing: it is not bought.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tertius.claims import Context

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case, ranges, on_grid = KNOWN.ask, KNOWN.make_case, KNOWN.ranges, KNOWN.on_grid

BOTH = ("CHN", "USA")


def everywhere(table):
    return np.ones(table["k"].size, dtype=bool)


def nowhere(table):
    return ~everywhere(table)


RIVALS = ranges(rho_CHN=(1, 2), rho_USA=(1, 2))
ONE = {"blocs": [["CHN", "USA"]]}
DEARER = ONE | {"statement": "raises-goal"}
WIDE = ranges(
    k=(0.5, 4), c=(0, 4), omega_CHN=(0, 2), omega_USA=(0, 2), rho_CHN=(0, 3), rho_USA=(0, 3),
    beta_CHN=(0, 3), beta_USA=(0, 3), alpha_CHN=(-1, 1), alpha_USA=(-1, 1), kappa_CHN=(0.5, 2),
    kappa_USA=(0.5, 2), q=(0.2, 1),
)  # fmt: skip

BLOCS = [
    # Competition is worth 0.25 + 0.25 - 0 = 0.5 to the pivot; as one they pay none of it.
    ("blocs", ONE, RIVALS, everywhere),
    # Without rivalry 0.25 + 0.25 - 0.5 = 0: there is no rent to save.
    ("blocs", ONE, ranges(), nowhere),
    # Bidding as one alone is bidding alone.
    ("blocs", {"blocs": [["CHN"]]}, RIVALS, nowhere),
    # The goal costs 1 and no patron buys it alone, so buying it together is worth
    # (beta + beta - 1)⁺, which a rent of 0.5 must exceed.
    (
        "blocs", ONE, ranges(c=1, rho_CHN=1, rho_USA=1, beta_CHN=(0, 1), beta_USA=(0, 1)),
        lambda t: t["beta.CHN"] + t["beta.USA"] < 1.5,
    ),
    # Theorem P5: the policy is the same, whatever the ranges, with every part of the family.
    ("blocs", DEARER, WIDE, nowhere),
    (
        "blocs", DEARER,
        WIDE | {f"{stem}.{patron}": (0, 2) for stem in ("theta", "e") for patron in BOTH},
        nowhere,
    ),
]  # fmt: skip


def softens(form, effect="payoff"):
    return {"sanction": form, "sender": "USA", "patron": "CHN", "effect": effect}


SMALL = {"sigma_USA": 0.02, "lambda_USA": 0.1}  # less than any change of alignment is worth
AVERSE = {"alpha_CHN": -0.2, "alpha_USA": -0.2}  # a tie of 0.1 costs the pivot 0.03: too much
PRESSED = {"sigma_USA": 0.5, "lambda_USA": 0.1}

PASS = [
    # With both, rent 0.25 + 0.16 - 0.08: what the pivot has alone drops out, 0 is taken of
    # each unit. With the United States only it has what it has alone: all is taken.
    (
        "pass-through", softens("isolation"),
        ranges(rho_CHN=0.5, rho_USA=0.5, alpha_USA=-0.2, **SMALL), everywhere,
    ),
    # A goal bought together only, worth 0.2 more than it costs, leaves no rent: then all is
    # taken with both as well.
    (
        "pass-through", softens("isolation"),
        ranges(c=1, beta_CHN=0.6, beta_USA=0.6, **AVERSE, **SMALL), nowhere,
    ),
    # Competition is worth 0 (0.16 + 0.16 - 0.32), the goal D = (beta + beta - 1)⁺. Under
    # sanctions the pivot has the larger of -0.02 and -D: less than all is taken if D < 0.02.
    (
        "pass-through", softens("isolation"),
        ranges(c=1, beta_CHN=(0, 1), beta_USA=(0, 1), **AVERSE, **SMALL),
        lambda t: t["beta.CHN"] + t["beta.USA"] < 1.02,
    ),
    # All of a sanction until the goal is reached passes through where the goal is out of
    # reach: V1 + V2 - V12 falls by s + s - s, and the sender's own cost cancels.
    (
        "pass-through", softens("universal"),
        ranges(rho_CHN=(1, 2), rho_USA=(1, 2), sigma_USA=(0.1, 1), lambda_USA=(0, 0.3)),
        nowhere,
    ),
    # It does not where it makes each patron ready to buy alone what they had bought
    # together: without it the goal costs the pivot the rent (0.8 > 0.5), under 0.9 of it all
    # buy, V1 + V2 - V12 = 0.5 - 1, so 0.5 is taken of 0.9; of a pivot that has no more than
    # it has alone, 0.9 of 0.9.
    (
        "pass-through", softens("universal"),
        ranges(c=1, rho_CHN=1, rho_USA=1, beta_CHN=0.9, beta_USA=0.9, sigma_USA=0.9,
               lambda_USA=0.1),
        everywhere,
    ),
    # Full alignment with China undoes half, so at a share a it undoes a/2. China alone has
    # 0.5 of it, both have 0.3 (the shelter decides between 0.2 and 0.3): 0.75 + 1 - 0.85 =
    # 0.9 of each unit is taken, and 1 without China.
    (
        "pass-through", softens("shielded"),
        ranges(**SMALL, rho_CHN=0.5, rho_USA=0.5, shield_CHN=0.5), everywhere,
    ),
    (
        "pass-through", softens("shielded"),
        ranges(**SMALL, rho_CHN=0.5, rho_USA=0.5, shield_CHN=0), nowhere,
    ),
    # China must want some alignment: the first step of 0.1 is taken under the sanction if
    # 0.1 omega - 0.01 + 0.02 · 0.05 > 0.
    (
        "pass-through", softens("shielded"),
        ranges(**SMALL, rho_CHN=0.5, rho_USA=0.5, shield_CHN=0.5, omega_CHN=(0, 1)),
        lambda t: t["omega.CHN"] > 0.09,
    ),
    # Any tie undoes half, so the United States lets China have 0.1 as well: V2 is 0.25 - 0.01
    # - 0.05 - 0.25. With V1 = 0.25 - 0.25 and V12 = 0.12 - 0.25 the pivot has 0.07 left of
    # 0.38: 0.31 of 0.5 are taken, and all of it without China.
    (
        "pass-through", softens("any-tie"),
        ranges(rho_CHN=0.5, rho_USA=0.5, sigma_USA=0.5, lambda_USA=0, shield_CHN=0.5), everywhere,
    ),
    ("pass-through", softens("any-tie"),
     ranges(rho_CHN=0.5, rho_USA=0.5, shield_CHN=0, **PRESSED), nowhere),
    # The sanction wins the goal from a pivot alone (0.7 + 0.5 + 0.05 > 1); with China it is
    # bought without any (1.4 > 1). That is not China's shelter.
    (
        "pass-through", softens("universal", "concession"),
        ranges(c=1, beta_CHN=0.7, beta_USA=0.7, **PRESSED), nowhere,
    ),
    # China wants its share kept whole: theta takes 2 from the goal's worth to it for all of
    # the United States' share. The sanction still wins the goal from a pivot that leans on
    # the United States alone (0.7 + 0.55 > 1), and with China at the table too.
    (
        "pass-through", softens("universal", "concession"),
        ranges(c=1, beta_USA=0.7, theta_CHN=2, **PRESSED), nowhere,
    ),
    # China wants nothing but alignment, 3 times as much of it, and shields in full: the
    # pivot leans on China wholly (3 a - a²), the sanction does not bite and wins nothing;
    # without China it wins the goal (0.7 + 0.55 > 1).
    (
        "pass-through", softens("shielded", "concession"),
        ranges(c=1, beta_USA=0.7, omega_CHN=3, omega_USA=0, shield_CHN=1, **PRESSED), everywhere,
    ),
    # The same for any worth of the goal to the United States: won without China if it
    # exceeds 0.45 (and without any sanction if it exceeded 1).
    (
        "pass-through", softens("shielded", "concession"),
        ranges(c=1, beta_USA=(0, 0.9), omega_CHN=3, omega_USA=0, shield_CHN=1, **PRESSED),
        lambda t: t["beta.USA"] > 0.45,
    ),
]  # fmt: skip


def stands(statement, sender=""):
    return {"statement": statement} | ({"sender": sender} if sender else {})


EASING, KEPT = stands("easing-pays", "CHN"), stands("never-kept", "CHN")
LOWERS, RAISES = stands("rivalry-lowers-goal"), stands("coordination-raises-goal")
USELESS = {"sigma_CHN": 1, "sigma_USA": 1, "lambda_CHN": 0.2, "lambda_USA": 0.2}
# All in force, the goal is worth 0.3 + 0.3 + 2 (0.5 + 0.1) = 1.8 more than the pressure.
NEAR = {
    "beta_CHN": 0.3, "beta_USA": 0.3, "rho_CHN": 0.5, "rho_USA": 0.5,
    "sigma_CHN": 0.5, "sigma_USA": 0.5, "lambda_CHN": 0.2, "lambda_USA": 0.2,
}  # fmt: skip
FREE = NEAR | {"lambda_CHN": 0, "lambda_USA": 0}
# Only both sanctions together reach the goal: 0.3 + 0.9 + 0.75 + 0.24 = 2.19 against 1.95.
# China pays for the goal with its stake in alignment: with its sanction it has
# -0.19 + 1.94 - c, without -0.19 less nothing: it eases wherever c > 1.94.
TOGETHER = {
    "omega_CHN": 0, "rho_CHN": 0.5, "beta_CHN": 0.3, "sigma_CHN": 0.5, "lambda_CHN": 0.5,
    "rho_USA": 2, "beta_USA": 0.9, "sigma_USA": 0.2, "lambda_USA": 0.2,
}  # fmt: skip
# Theta: with China's full share the goal is worth 2 less to the United States. Without
# rivalry China's sanction alone (0.6 with its cost) moves the pivot from half and half to the
# goal under the United States alone, 1.5 against 1 + 0.1; China has 0.6 then, 0.5 without,
# and keeps it. With rivalry the pivot leans on China wholly, 1 against 0.1: China's sanction
# moves nothing, and that of the United States would, leaving it -1 after -0.1.
SPOILT = {
    "c": 0.5, "omega_CHN": 2, "omega_USA": 2, "rho_CHN": 2, "beta_CHN": 0.6, "theta_USA": 2,
    "sigma_CHN": 0.5, "sigma_USA": 1, "lambda_CHN": 0.2, "lambda_USA": 0.1,
}  # fmt: skip

SANCTIONS = [
    # It moves nothing and costs 0.2 a unit.
    ("standing-sanctions", EASING, ranges(**USELESS), everywhere),
    ("standing-sanctions", EASING, ranges(**NEAR, c=1), nowhere),
    ("standing-sanctions", EASING, ranges(**NEAR, c=(1, 3)), lambda t: t["c"] > 1.8),
    # What costs nothing is no gain to ease.
    ("standing-sanctions", EASING, ranges(**FREE, c=(2, 3)), nowhere),
    # Theorem: with separable issues and a positive cost a useless sanction is never kept.
    ("standing-sanctions", KEPT, ranges(**USELESS), everywhere),
    (
        "standing-sanctions", KEPT,
        WIDE | {f"sigma.{patron}": (0.1, 3) for patron in BOTH}
        | {f"lambda.{patron}": (0.01, 2) for patron in BOTH},
        everywhere,
    ),
    # At no cost its sender is indifferent, and stays.
    ("standing-sanctions", KEPT, ranges(**USELESS | {"lambda_CHN": 0, "lambda_USA": 0}), nowhere),
    # At no cost and c < 1.6 all in force reach the goal. China's alone does not if c > 1.1,
    # but then the United States gains 0.3 or 1.6 - c by joining in: no equilibrium.
    ("standing-sanctions", KEPT, ranges(**FREE, c=(0.2, 3)), lambda t: t["c"] < 1.6),
    ("standing-sanctions", LOWERS, ranges(**USELESS, rho_CHN=(0, 2), rho_USA=(0, 2)), nowhere),
    ("standing-sanctions", LOWERS, ranges(**SPOILT), everywhere),
    ("standing-sanctions", LOWERS, ranges(**SPOILT | {"theta_USA": 0}), nowhere),
    ("standing-sanctions", LOWERS, ranges(**SPOILT | {"theta_USA": (0, 2)}), None),
    ("standing-sanctions", RAISES, ranges(**TOGETHER, c=2.02), everywhere),
    ("standing-sanctions", RAISES, ranges(**USELESS), nowhere),
    # Together they have 3.96 - 2 c with both sanctions, and -0.13 without any.
    ("standing-sanctions", RAISES, ranges(**TOGETHER, c=(2.01, 2.1)), lambda t: t["c"] < 2.045),
]  # fmt: skip

# One step of alignment. Rivals at parity spend all they have on alignment; a purse of 10
# pays for the goal alone, whose price is 1 + 5 where the pivot's own best is to lean to China.
PARITY = {
    "k": 1, "c": 5, "alpha_CHN": 1.5, "alpha_USA": 0.5, "omega_CHN": 4, "omega_USA": 4,
    "rho_CHN": 6, "rho_USA": 6, "beta_CHN": 4, "beta_USA": 4,
}  # fmt: skip


def purses(cap):
    return ranges(**PARITY, cap_CHN=cap, cap_USA=cap)


CAPS = [
    ("payment-caps", LOWERS, purses(5), everywhere),
    ("payment-caps", RAISES, purses(5), everywhere),
    # More than either would ever bid: as without caps, the goal is bought.
    ("payment-caps", LOWERS, purses(9), nowhere),
    ("payment-caps", RAISES, purses(9), nowhere),
    # Next to nothing: it is bought by nobody, rivals or friends, apart or together.
    ("payment-caps", LOWERS, purses(0.1), nowhere),
    ("payment-caps", RAISES, purses(0.1), nowhere),
    ("payment-caps", LOWERS, purses((0.1, 12)), None),
    ("payment-caps", RAISES, purses((0.1, 12)), None),
]

WAIT = ranges(c=1.5, beta_CHN=(0, 2), beta_USA=(0, 2), rho_CHN=(0, 1), rho_USA=(0, 1))
FAILURES = [
    # 1.4 together, 0.7 alone, against a cost of 1.
    ("coordination-failure", RAISES, ranges(c=1, beta_CHN=0.7, beta_USA=0.7), everywhere),
    ("coordination-failure", RAISES, ranges(c=1, beta_CHN=1.2, beta_USA=0.7), nowhere),
    ("coordination-failure", RAISES, ranges(c=1, beta_CHN=0.4, beta_USA=0.4), nowhere),
    (
        "coordination-failure", RAISES, WAIT,
        lambda t: (t["beta.CHN"] + t["beta.USA"] > 1.5)
        & (np.maximum(t["beta.CHN"], t["beta.USA"]) < 1.5),
    ),
    # Theorem: with separable issues rivalry does not enter.
    ("coordination-failure", LOWERS, WAIT, nowhere),
    # With rivalry the pivot stays aloof and 0.6 + 0.6 > 1 is bought by both only. Without,
    # it leans on China wholly, theta takes 1 from the goal, and nobody would buy it at all:
    # it is not rivalry that keeps it unbought.
    (
        "coordination-failure", LOWERS,
        ranges(c=1, omega_CHN=2, omega_USA=0, rho_CHN=1, rho_USA=2, beta_CHN=0.6, beta_USA=0.6,
               theta_USA=1),
        nowhere,
    ),
]  # fmt: skip

# The goal is worth 10; a committed pivot delivers in 3 of 4, another in 1 of 4. Bought from a
# reliability of c/10 on, which is a belief of (c/10 - 0.25) / 0.5.
PROMISE = {"beta_CHN": 5, "beta_USA": 5, "delivery": 0.75, "mu": 0.2}
NEEDS, LOW, NEVER = (
    {"statement": name} for name in ("needs-belief", "belief-too-low", "never-enough")
)
THRESHOLDS = [
    ("commitment-threshold", NEEDS, ranges(**PROMISE, c=4), everywhere),  # 0.3
    ("commitment-threshold", NEEDS, ranges(**PROMISE, c=2), nowhere),  # -0.1
    ("commitment-threshold", NEEDS, ranges(**PROMISE, c=(1, 6)), lambda t: t["c"] > 2.5),
    ("commitment-threshold", LOW, ranges(**PROMISE, c=4), everywhere),
    ("commitment-threshold", LOW, ranges(**PROMISE | {"mu": 0.4}, c=4), nowhere),
    (
        "commitment-threshold", LOW, ranges(**PROMISE | {"mu": (0.1, 0.6)}, c=4),
        lambda t: t["mu"] < 0.3,
    ),
    ("commitment-threshold", NEVER, ranges(**PROMISE, c=8), everywhere),  # 1.1
    ("commitment-threshold", NEVER, ranges(**PROMISE, c=4), nowhere),
    ("commitment-threshold", NEVER, ranges(**PROMISE, c=(6, 9)), lambda t: t["c"] > 7.5),
    # Half on signing: 2 / (10 - 2) is 0.25, the reliability of an opportunist at c = 4.
    (
        "commitment-threshold", NEEDS, ranges(**PROMISE, upfront=0.5, c=(3, 6)),
        lambda t: t["c"] > 4,
    ),
    # Nothing on signing: bought at every belief, unless delivery costs more than it is worth.
    (
        "commitment-threshold", NEEDS, ranges(**PROMISE, upfront=0, c=(4, 16)),
        lambda t: t["c"] > 10,
    ),
    # It never can be worth it: infinite thresholds are ranked like others.
    ("commitment-threshold", NEVER, ranges(**PROMISE, upfront=0.5, c=(25, 50)), everywhere),
]  # fmt: skip


def trap(pivot="opportunist", above=0.5, rounds=0):
    return {"pivot": pivot, "above": above, "rounds": rounds}


# Threshold 0.3. One broken promise takes even odds to one in four: one step above the trap.
AT_HALF = PROMISE | {"mu": 0.5, "c": 4}
TRAPS = [
    # An opportunist ends there surely, a committed pivot in 1 of 3 (odds of 1/4 to 3/4).
    ("distrust-trap", trap(), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap(above=0.99), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap("committed", 0.3), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap("committed", 0.34), ranges(**AT_HALF), nowhere),
    # Two steps from a belief of log odds log(3/7) + log 3 on, that is 9/16: 1 of 9.
    (
        "distrust-trap",
        trap("committed", 0.3),
        ranges(**AT_HALF | {"mu": (0.35, 0.8)}),
        lambda t: t["mu"] < 9 / 16,
    ),
    # Within one round the one promise must be broken: 3 of 4, or 1 of 4. Within three it may
    # first be kept: 0.25 · 0.75² and 0.75 · 0.25² more.
    ("distrust-trap", trap(above=0.74, rounds=1), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap(above=0.76, rounds=2), ranges(**AT_HALF), nowhere),
    ("distrust-trap", trap(above=0.89, rounds=3), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap("committed", 0.29, 3), ranges(**AT_HALF), everywhere),
    ("distrust-trap", trap("committed", 0.3, 3), ranges(**AT_HALF), nowhere),
    # Bought at every belief: there is no trap, above no probability at all.
    ("distrust-trap", trap(above=0), ranges(**AT_HALF | {"c": 2}), nowhere),
    # Never bought, or not at the belief assumed: in the trap from the start.
    ("distrust-trap", trap("committed", 0.99, 1), ranges(**AT_HALF | {"c": 20}), everywhere),
    ("distrust-trap", trap("committed", 0.99), ranges(**AT_HALF | {"mu": 0.29}), everywhere),
    ("distrust-trap", trap(), ranges(**AT_HALF | {"c": (1, 6)}), lambda t: t["c"] > 2.5),
]

BELIEF = {"delivery": 0.75, "mu": 0.3}
MARKETS = [
    # Out of reach, and half of the alignment is bought for 0.25.
    ("promise-market", {"patron": "CHN"}, ranges(**BELIEF), everywhere),
    ("promise-market", {}, ranges(**BELIEF), everywhere),
    ("promise-market", {"patron": "CHN"}, ranges(**BELIEF, omega_CHN=0), nowhere),
    ("promise-market", {}, ranges(**BELIEF, omega_CHN=0), everywhere),
    # Bought at a reliability of 1/4 by who values it at 10 and pays 2 for it.
    ("promise-market", {}, ranges(**BELIEF, c=2, beta_CHN=5, beta_USA=5), nowhere),
    (
        "promise-market", {"patron": "CHN"}, ranges(**BELIEF, c=(1, 4), beta_CHN=5, beta_USA=5),
        lambda t: t["c"] > 2.5,
    ),
]  # fmt: skip


def enters(statement):
    return {"patron": "KOR", "statement": statement}


GUEST = {"omega_KOR": 0, "beta_KOR": 0, "rho_KOR_CHN": 0, "rho_KOR_USA": 0, "rho_CHN_KOR": 0,
         "rho_USA_KOR": 0}  # fmt: skip
TWO = "coordination-lowers-price", "entry-lowers-price", "entry-raises-price", "entry-raises-goal"
PRICE, LESS, MORE, GOAL = (enters(name) for name in TWO)
QUIET = GUEST | {"rho_KOR_CHN": 1, "rho_KOR_USA": 1}  # it wants the pivot to stay aloof
GUESTS = [
    # A guest that wants nothing changes nothing.
    *(("three-patrons", enters(name), ranges(**GUEST), nowhere) for name in TWO),
    # Alignment is cut in sixths. Three of equal worth have a third each, 2/3 together, 1/2 by
    # two, 1/4 alone: each adds 1/6, so 2/3 - 1/2 is left. Two alone leave none.
    ("three-patrons", PRICE, ranges(**GUEST | {"omega_KOR": 1}), everywhere),
    ("three-patrons", MORE, ranges(**GUEST | {"omega_KOR": 1}), everywhere),
    ("three-patrons", LESS, ranges(**GUEST | {"omega_KOR": 1}), nowhere),
    # Up to 1/6 it would not pay for a first step, and nothing is taken from the others.
    ("three-patrons", MORE, ranges(**GUEST | {"omega_KOR": (0, 0.16)}), nowhere),
    ("three-patrons", MORE, ranges(**GUEST | {"omega_KOR": (0, 1)}), None),
    # Two rivals leave 1/4 + 1/4 - 0. A third that wants what both want of each other, the
    # pivot aloof, lets them keep 0, 0 and -1/4: a quarter is left.
    ("three-patrons", LESS, ranges(**QUIET, rho_CHN=1, rho_USA=1), everywhere),
    ("three-patrons", MORE, ranges(**QUIET, rho_CHN=1, rho_USA=1), nowhere),
    ("three-patrons", PRICE, ranges(**QUIET, rho_CHN=1, rho_USA=1), everywhere),
    ("three-patrons", LESS, ranges(**QUIET | {"rho_KOR_CHN": (-1, 1)}, rho_CHN=1, rho_USA=1), None),
    # As without the guest: a rent of 0.5 less what buying the goal together is worth.
    (
        "three-patrons", PRICE,
        ranges(**GUEST, c=1, rho_CHN=1, rho_USA=1, beta_CHN=(0, 1), beta_USA=(0, 1)),
        lambda t: t["beta.CHN"] + t["beta.USA"] < 1.5,
    ),
    # 1.2 of two do not pay for 1.5, 1.8 of three do.
    (
        "three-patrons", GOAL,
        ranges(**GUEST | {"beta_KOR": 0.6}, c=1.5, beta_CHN=0.6, beta_USA=0.6), everywhere,
    ),
    (
        "three-patrons", GOAL,
        ranges(**GUEST | {"beta_KOR": (0, 1)}, c=1.5, beta_CHN=0.6, beta_USA=0.6),
        lambda t: t["beta.KOR"] > 0.3,
    ),
]  # fmt: skip

ROWS = [*BLOCS, *PASS, *SANCTIONS, *CAPS, *FAILURES, *THRESHOLDS, *TRAPS, *MARKETS, *GUESTS]
STEPS = {"payment-caps": 1}


@pytest.mark.parametrize(("test", "args", "given", "holds"), ROWS)
def test_words_of_the_layers(test, args, given, holds) -> None:
    """In all of the draws, in none, in some; and in exactly the draws it should."""
    case = on_grid(make_case(ranges=given), STEPS.get(test, 10))
    found = ask(test, args, case=case)
    share = found.evidence[0].value
    word = "follows" if share == 100 else "does not follow" if share == 0 else "follows only if"
    assert found.word == word
    if holds is None:
        assert 0 < share < 100
    else:
        context = Context(case, {})
        drawn = context.with_guest("KOR") if "KOR" in args.values() else context.draws
        assert share == 100 * float(np.mean(holds(drawn.parameters.table())))
    assert found.provenance.kind == "ranges"
    assert found.flip is not None
    assert all(np.isfinite(item.value) for item in found.evidence if item.value is not None)
    assert all(item.value is not None or item.text for item in found.evidence)
    if word == "follows only if":
        assert found.drivers
        assert "hangs on" in found.flip.text
