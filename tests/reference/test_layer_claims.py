"""Tests on the layers of the model against an enumeration that shares no code with the game.

Every draw of a case is solved again in plain Python: all 132 policies of two patrons by the
formula of the family, coalition values by their definition, belief by Bayes' rule one
promise at a time, capped games by trying every pair of targets. Tolerance: rents agree to
1e-9 and no draw lies that close to a change of its answer, so shares of draws are the same.
Capped games have whole numbers, so all comparisons on a grid of halves are exact.
"""

from __future__ import annotations

import itertools
import runpy
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tertius.claims import Context

HERE = Path(__file__).resolve().parents[1] / "unit" / "claims" / "known_truths.py"
KNOWN = SimpleNamespace(**runpy.run_path(str(HERE)))
ask, make_case, ranges = KNOWN.ask, KNOWN.make_case, KNOWN.ranges

NEAR = 1e-9
DRAWS = 200
PAIR = ("CHN", "USA")
SHARES = [(a / 10, b / 10) for a in range(11) for b in range(11 - a)]

GIVEN = ranges(
    k=(0.5, 2), c=(0.8, 3), q=(0.6, 1), omega_CHN=(0.6, 1.4), omega_USA=(0.2, 1), rho_CHN=(0, 1.5),
    rho_USA=(0, 0.8), beta_CHN=(0.2, 1.6), beta_USA=(0.5, 2.5), alpha_CHN=(-0.2, 0.4),
    alpha_USA=(-0.4, 0.2), kappa_CHN=(0.8, 1.3), kappa_USA=(1, 2), sigma_CHN=(0.3, 1.5),
    sigma_USA=(0.1, 1), lambda_CHN=(0.1, 0.5), lambda_USA=(0.02, 0.2), shield_CHN=(0.2, 0.9),
    shield_USA=(0, 0.4), cap_CHN=(0.2, 1.5), cap_USA=(0.1, 1), upfront=(0.1, 0.9),
    delivery=(0.6, 0.9), mu=(0.1, 0.8),
)  # fmt: skip
# The same with the goal worth less under a rival, which ties the two issues together.
TIED = GIVEN | {"theta.CHN": (0, 1.5), "theta.USA": (0, 1.5)}


def payoffs(one, *, pressing=(), form="universal", rivals=True):
    """(pivot, China, United States, goal) of every policy, sanctions of `pressing` in force."""
    found = []
    for (a, b), goal in itertools.product(SHARES, (0, 1)):
        pivot = one["alpha.CHN"] * a + one["alpha.USA"] * b
        pivot -= one["k"] / 2 * (a * a + b * b) + one["c"] * goal
        patrons = []
        for name, own, other in (("CHN", a, b), ("USA", b, a)):
            rho = one[f"rho.{name}"] if rivals else 0.0
            value = one[f"omega.{name}"] * own - rho * other
            value += (one[f"beta.{name}"] * one["q"] - one[f"theta.{name}"] * other) * goal
            value -= one[f"e.{name}"] * (own == 0 and other > 0)
            if name in pressing and not goal and (form != "isolation" or a == b == 0):
                sheltered, rival = (b, "USA") if name == "CHN" else (a, "CHN")
                size = one[f"sigma.{name}"]
                shelter = one.get(f"shield.{rival}", 0.0)
                left = {
                    "universal": 1.0,
                    "isolation": 1.0,
                    "shielded": 1 - shelter * sheltered,
                    "any-tie": 1 - shelter * (sheltered > 0),
                }[form]
                pivot -= size * left
                value -= one[f"lambda.{name}"] * size
            patrons.append(value / one[f"kappa.{name}"])
        found.append((pivot, *patrons, goal))
    return found


def solved(rows):
    """Truthful equilibrium of two patrons: goal, rent, pivot's payoff, patrons', payments."""
    joint = [row[0] + row[1] + row[2] for row in rows]
    full, none = max(joint), max(row[0] for row in rows)
    alone = [max(row[0] + row[i] for row in rows) for i in (1, 2)]
    adds = [full - alone[1], full - alone[0]]
    # What both together add bounds what they keep; the excess is split evenly.
    over = max(0.0, sum(adds) - (full - none))
    kept = [each - over / 2 for each in adds]
    place = next(place for place, worth in enumerate(joint) if worth >= full - NEAR)
    chosen = rows[place]
    return SimpleNamespace(
        goal=chosen[3], shares=SHARES[place // 2], rent=full - sum(kept) - none,
        pivot=full - sum(kept), kept=kept,
        paid=[max(0.0, chosen[i + 1] - kept[i]) for i in (0, 1)],
    )  # fmt: skip


def believed(one, belief):
    """The same game where the pivot is taken for committed with this probability."""
    sure = one["delivery"]
    odds = belief * sure + (1 - belief) * (1 - sure)
    signed = one.get("upfront", 1.0)
    return one | {"q": odds, "c": one["c"] * (signed + (1 - signed) * odds)}


def bought(one, belief):
    """Whether the goal is bought at a belief."""
    return solved(payoffs(believed(one, belief))).goal == 1


def after(belief, sure, kept):
    """Bayes: the belief after a promise was kept or broken."""
    yes, no = (sure, 1 - sure) if kept else (1 - sure, sure)
    return belief * yes / (belief * yes + (1 - belief) * no)


@cache
def draws_of(which):
    """A case, and each of its draws as numbers by name."""
    case = make_case(ranges={"given": GIVEN, "tied": TIED}[which], draws=DRAWS)
    table = Context(case, {}).draws.parameters.table()
    rows = [{name: float(column[i]) for name, column in table.items()} for i in range(DRAWS)]
    return case, rows


def agree(test, args, holds, *, which="given", both=True):
    """The test's share is the share of draws in which `holds` is true, and neither 0 nor all."""
    case, rows = draws_of(which)
    found = ask(test, args, case=case)
    truth = [holds(one) for one in rows]
    assert found.evidence[0].value == 100 * float(np.mean(truth))
    assert not both or 0 < sum(truth) < DRAWS
    return found, truth


@pytest.mark.parametrize("which", ["given", "tied"])
def test_blocs_lower_the_price_where_there_is_rent(which):
    """As one they pay nothing beyond what the pivot has alone, and buy the same."""
    found, _ = agree(
        "blocs", {"blocs": [list(PAIR)]}, lambda one: solved(payoffs(one)).rent > NEAR, which=which
    )
    rents = [solved(payoffs(one)).rent for one in draws_of(which)[1]]
    assert found.evidence[1].value == pytest.approx(float(np.median(rents)), abs=NEAR)
    assert found.evidence[2].value == pytest.approx(0, abs=NEAR)


@pytest.mark.parametrize("which", ["given", "tied"])
@pytest.mark.parametrize("form", ["isolation", "universal", "shielded", "any-tie"])
def test_pass_through_with_and_without_a_patron(form, which):
    """Loss per unit with China there, and with the United States the only patron there is."""
    pressed = ("USA",)

    def taken(one):
        before, now = (solved(payoffs(one, pressing=p, form=form)) for p in ((), pressed))
        # A single patron leaves the pivot what it has alone; China is no option then.
        apart = [
            max(
                row[0]
                for row, (share, _) in zip(
                    payoffs(one, pressing=p, form=form),
                    (pair for pair in SHARES for _ in range(2)),
                    strict=True,
                )
                if share == 0
            )
            for p in ((), pressed)
        ]
        size = one["sigma.USA"]
        return (before.pivot - now.pivot) / size, (apart[0] - apart[1]) / size

    case, rows = draws_of(which)
    losses = np.array([taken(one) for one in rows])
    args = {"sanction": form, "sender": "USA", "patron": "CHN"}
    found = ask("pass-through", args, case=case)
    softer = losses[:, 1] - losses[:, 0] > NEAR
    assert found.evidence[0].value == 100 * float(softer.mean())
    assert form == "universal" or 0 < softer.mean() < 1
    told = [item.value for item in found.evidence[1:3]]
    assert told == pytest.approx(losses.mean(axis=0).tolist(), abs=1e-8)


@pytest.mark.parametrize("form", ["universal", "shielded"])
def test_concessions_with_and_without_a_patron(form):
    """The goal is reached under the sanction: not with China, and with the sender alone."""

    def less(one):
        rows = payoffs(one, pressing=("USA",), form=form)
        if solved(payoffs(one)).goal:
            return False
        apart = {}
        for pressing in ((), ("USA",)):
            of_usa = [
                (row[0], 0.0, row[2], row[3])
                for row, (share, _) in zip(
                    payoffs(one, pressing=pressing, form=form),
                    (pair for pair in SHARES for _ in range(2)),
                    strict=True,
                )
                if share == 0
            ]
            apart[pressing] = solved(of_usa).goal
        return apart["USA",] - apart[()] > solved(rows).goal

    args = {"sanction": form, "sender": "USA", "patron": "CHN", "effect": "concession"}
    _, truth = agree("pass-through", args, less, both=form == "shielded")
    # Without shelter China adds to those who want the goal: it never keeps a sanction from
    # winning it.
    assert form == "shielded" or not any(truth)


PROFILES = [(), ("CHN",), ("USA",), PAIR]


@cache
def stage(which, row, *, rivals=True):
    """The four choices of who sanctions: goal, patrons' payoffs, and whether they are stable."""
    one = draws_of(which)[1][row]
    games = {who: solved(payoffs(one, pressing=who, rivals=rivals)) for who in PROFILES}

    def other(who, place):
        return tuple(name for name in PAIR if (name in who) != (name == PAIR[place]))

    stable = [
        who
        for who in PROFILES
        if all(
            games[other(who, place)].kept[place] <= games[who].kept[place] + NEAR
            for place in (0, 1)
        )
    ]
    return games, stable, other


@pytest.mark.parametrize("which", ["given", "tied"])
@pytest.mark.parametrize("sender", PAIR)
def test_easing_pays_where_sanctions_do_not_reach_the_goal(sender, which):
    """The sender's payoff without its own, the other's in force, less the one with both."""
    place, case, gains = PAIR.index(sender), draws_of(which)[0], []
    for row in range(DRAWS):
        games, _, other = stage(which, row)
        eased = games[other(PAIR, place)].kept[place] - games[PAIR].kept[place]
        gains.append((eased, games[PAIR].goal))
    found = ask("standing-sanctions", {"sender": sender}, case=case)
    assert found.evidence[0].value == 100 * np.mean([x > NEAR and not goal for x, goal in gains])
    [told] = [item for item in found.evidence if "gain by easing" in item.name]
    assert told.value == pytest.approx(float(np.median([x for x, _ in gains])), abs=1e-8)
    if which == "given":
        # Theorem: where the goal is out of reach, exactly the cost of the sanction.
        for one, (eased, goal) in zip(draws_of(which)[1], gains, strict=True):
            cost = one[f"lambda.{sender}"] * one[f"sigma.{sender}"] / one[f"kappa.{sender}"]
            assert goal or eased == pytest.approx(cost, abs=1e-8)


@pytest.mark.parametrize("which", ["given", "tied"])
def test_choices_of_sanctions_that_are_stable(which):
    """Kept in vain, reached at best with and without rivalry, reached together."""
    kept, lower, together = [], [], []
    for row in range(DRAWS):
        games, stable, _ = stage(which, row)
        calm_games, calm, _ = stage(which, row, rivals=False)
        kept.append(not any("CHN" in who and not games[who].goal for who in stable))
        best = max((games[who].goal for who in stable), default=None)
        quiet = max((calm_games[who].goal for who in calm), default=-1)
        lower.append(best is not None and quiet > best)
        # The first of the choices that leave the patrons most.
        joint = max(sum(game.kept) for game in games.values())
        choice = next(who for who in PROFILES if sum(games[who].kept) >= joint - NEAR)
        together.append(best is not None and games[choice].goal > best)
    for statement, truth in (
        ("never-kept", kept),
        ("rivalry-lowers-goal", lower),
        ("coordination-raises-goal", together),
    ):
        args = {"statement": statement} | ({"sender": "CHN"} if statement == "never-kept" else {})
        found = ask("standing-sanctions", args, case=draws_of(which)[0])
        assert found.evidence[0].value == 100 * float(np.mean(truth)), statement
    assert all(kept)
    assert 0 < sum(together) < DRAWS


def test_waiting_for_each_other_in_closed_form():
    """With separable issues: together they value the goal at its cost, and no one does."""

    def waits(one):
        worth = [one[f"beta.{name}"] * one["q"] / one[f"kappa.{name}"] for name in PAIR]
        return max(worth) < one["c"] < sum(worth)

    agree("coordination-failure", {"statement": "coordination-raises-goal"}, waits)
    agree("coordination-failure", {"statement": "rivalry-lowers-goal"}, lambda _: False, both=False)


@pytest.mark.parametrize("which", ["given", "tied"])
def test_belief_that_buys_the_goal(which):
    """Solved at no belief, at the belief assumed, and at full belief."""
    for statement, belief in (
        ("needs-belief", lambda _: 0.0),
        ("belief-too-low", lambda one: one["mu"]),
        ("never-enough", lambda _: 1.0),
    ):
        agree(
            "commitment-threshold", {"statement": statement},
            lambda one, belief=belief: not bought(one, belief(one)), which=which,
        )  # fmt: skip


@pytest.mark.parametrize("pivot", ["committed", "opportunist"])
def test_the_trap_within_a_number_of_rounds(pivot):
    """Every sequence of promises kept and broken, by Bayes' rule, until none is bought."""

    def chance(one, rounds):
        sure = one["delivery"]
        keeps = sure if pivot == "committed" else 1 - sure

        @cache
        def ends(net, left):
            belief = one["mu"]
            for _ in range(abs(net)):
                belief = after(belief, sure, net > 0)
            if not bought(one, belief):
                return 1.0
            if not left:
                return 0.0
            return keeps * ends(net + 1, left - 1) + (1 - keeps) * ends(net - 1, left - 1)

        return ends(0, rounds)

    for above, rounds in ((0.3, 4), (0.0, 2)):
        args = {"pivot": pivot, "above": above, "rounds": rounds}
        agree("distrust-trap", args, lambda one, a=above, r=rounds: chance(one, r) > a + NEAR)


def test_the_trap_for_ever():
    """Ruin: k promises must be broken before none is bought, ((1 - a) / a)^k of the time."""

    def chance(one):
        if bought(one, 0.0):
            return 0.0
        belief, steps = one["mu"], 0
        while bought(one, belief):
            belief, steps = after(belief, one["delivery"], kept=False), steps + 1
        return ((1 - one["delivery"]) / one["delivery"]) ** steps

    agree(
        "distrust-trap", {"pivot": "committed", "above": 0.3}, lambda one: chance(one) > 0.3 + NEAR
    )
    agree("distrust-trap", {}, lambda one: not bought(one, 0.0))


@pytest.mark.parametrize("patron", [*PAIR, ""])
@pytest.mark.parametrize("which", ["given", "tied"])
def test_what_is_still_paid_where_nobody_believes(patron, which):
    """An opportunist delivers with what a committed pivot fails."""

    def pays(one):
        found = solved(payoffs(believed(one, 0.0)))
        columns = [PAIR.index(patron)] if patron else [0, 1]
        aligned = any(found.shares[i] > 0 for i in columns)
        return not found.goal and aligned and sum(found.paid[i] for i in columns) > NEAR

    agree("promise-market", {"patron": patron} if patron else {}, pays, which=which)


def test_one_purse_buys_what_is_worth_most_of_what_it_can_pay():
    """The bill is what makes up for the pivot's own best policy."""

    def together(one):
        rows = payoffs(one)
        own, purse = max(row[0] for row in rows), one["cap.CHN"] + one["cap.USA"]
        within = [row for row in rows if own - row[0] <= purse + NEAR]
        return max(within, key=lambda row: row[0] + row[1] + row[2])[3]

    case, rows = draws_of("given")
    found = ask("payment-caps", {"statement": "coordination-raises-goal"}, case=case)
    told = {item.name: item.value for item in found.evidence}
    share = 100 * float(np.mean([together(one) for one in rows]))
    assert told["draws in which it is bought from one purse"] == share
    assert 0 < share < 100


# --- Caps, by brute force ----------------------------------------------------------------------


def capped_goals(rows, caps):
    """Degrees of the goal that some equilibrium within the caps sustains."""
    count, found = range(len(rows)), set()
    axes = []
    for i in (1, 2):
        low, high = min(row[i] for row in rows), max(row[i] for row in rows)
        axes.append([low + step / 2 for step in range(int(2 * (high - low)) + 1)])
    for targets in itertools.product(*axes):
        menus = [[min(max(row[i + 1] - targets[i], 0.0), caps[i]) for row in rows] for i in (0, 1)]
        offered = [rows[p][0] + menus[0][p] + menus[1][p] for p in count]
        best = max(offered)
        for p in (p for p in count if offered[p] == best):
            if any(rows[p][i + 1] - menus[i][p] != targets[i] for i in (0, 1)):
                continue
            if all(no_gain(rows, offered, menus[i], i, targets[i], caps[i]) for i in (0, 1)):
                found.add(rows[p][3])
    return found


def no_gain(rows, offered, menu, i, target, cap):
    """Whether a patron has nothing better than its target, paying less than its cap for it."""
    without = [total - own for total, own in zip(offered, menu, strict=True)]
    most = max(without)
    return all(
        row[i + 1] - (most - rest) <= target
        for row, rest in zip(rows, without, strict=True)
        if most - rest < cap
    )


def small_game(seed):
    """Whole numbers, one step of alignment: autonomy, one patron or the other, with the goal."""
    draw = np.random.default_rng(seed).integers
    one = {"k": 2, "c": int(draw(2, 7)), "q": 1}
    for name in PAIR:
        one |= {
            f"alpha.{name}": int(draw(0, 3)), f"omega.{name}": int(draw(1, 6)),
            f"rho.{name}": int(draw(0, 8)), f"beta.{name}": int(draw(1, 6)),
            f"cap.{name}": int(draw(1, 7)),
        }  # fmt: skip
    return one


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)])
def test_caps_by_trying_every_pair_of_targets(seeds):
    """The most of the goal that can be sustained: with rivals, without, from one purse."""
    words = set()
    for seed in seeds:
        one = small_game(seed)
        known = one | {f"{stem}.{name}": v for name in PAIR
                       for stem, v in (("theta", 0), ("e", 0), ("kappa", 1))}  # fmt: skip
        game = {
            rivals: [
                row
                for row, (a, b) in zip(
                    payoffs(known, rivals=rivals),
                    (pair for pair in SHARES for _ in range(2)),
                    strict=True,
                )
                if a in (0, 1) and b in (0, 1)
            ]
            for rivals in (True, False)
        }
        caps = [one[f"cap.{name}"] for name in PAIR]
        best, calm = (max(capped_goals(game[rivals], caps), default=None) for rivals in game)
        own = max(row[0] for row in game[True])
        pooled = max(
            (row for row in game[True] if own - row[0] <= sum(caps)),
            key=lambda row: row[0] + row[1] + row[2],
        )[3]
        case = KNOWN.on_grid(
            make_case(ranges=ranges(**{k.replace(".", "_"): v for k, v in one.items()})), 1
        )
        for statement, more in (
            ("rivalry-lowers-goal", calm),
            ("coordination-raises-goal", pooled),
        ):
            holds = best is not None and more is not None and more > best
            found = ask("payment-caps", {"statement": statement}, case=case)
            assert found.word == ("follows" if holds else "does not follow"), (seed, statement)
            words.add((statement, holds))
    assert ("coordination-raises-goal", True) in words
    assert {("rivalry-lowers-goal", True), ("rivalry-lowers-goal", False)} <= words
