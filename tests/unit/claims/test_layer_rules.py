"""What the tests on layers need, refuse, say beside their word, and rest on.

Tolerance: numbers that are worked out by hand agree to 1e-9, the accuracy of rents.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.casebook import draft_case
from tertius.claims import Context, answer, load_case, percent
from tertius.claims.vocabulary.shares import model_finding
from tertius.errors import CaseError
from tertius.game import commitment_threshold, solve_draws

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case, ranges, on_grid = KNOWN.ask, KNOWN.make_case, KNOWN.ranges, KNOWN.on_grid

MONEY = 1e-9

PRESSURE = {"sigma_CHN": 1, "sigma_USA": 1, "lambda_CHN": 0.2, "lambda_USA": 0.2}
PURSES = {"cap_CHN": 1, "cap_USA": 1}
BELIEF = {"delivery": 0.75, "mu": 0.3}
GUEST = {
    "omega_KOR": 1, "beta_KOR": 0, "rho_KOR_CHN": 0, "rho_KOR_USA": 0, "rho_CHN_KOR": 0,
    "rho_USA_KOR": 0,
}  # fmt: skip

UNIVERSAL = {"sanction": "universal", "sender": "USA", "patron": "CHN"}
ASKED = {
    "blocs": {"blocs": [["CHN", "USA"]]},
    "pass-through": UNIVERSAL,
    "standing-sanctions": {"sender": "CHN"},
    "payment-caps": {},
    "coordination-failure": {},
    "commitment-threshold": {},
    "distrust-trap": {},
    "promise-market": {},
    "three-patrons": {"patron": "KOR"},
}
STATEMENTS = {
    "blocs": ("lowers-price", "raises-goal"),
    "standing-sanctions": ("rivalry-lowers-goal", "coordination-raises-goal"),
    "payment-caps": ("rivalry-lowers-goal", "coordination-raises-goal"),
    "coordination-failure": ("rivalry-lowers-goal", "coordination-raises-goal"),
    "commitment-threshold": ("needs-belief", "belief-too-low", "never-enough"),
    "three-patrons": (
        "coordination-lowers-price", "entry-lowers-price", "entry-raises-price",
        "entry-raises-goal",
    ),
}  # fmt: skip
EVERY = [
    *ASKED.items(),
    *(
        (test, {k: v for k, v in ASKED[test].items() if k != "sender"} | {"statement": statement})
        for test, statements in STATEMENTS.items()
        for statement in statements
    ),
    *(
        ("pass-through", UNIVERSAL | {"sanction": form, "effect": effect})
        for form in ("isolation", "universal", "shielded", "any-tie")
        for effect in ("payoff", "concession")
    ),
    ("standing-sanctions", {"statement": "never-kept", "sender": "USA"}),
    ("distrust-trap", {"pivot": "committed", "above": 0, "rounds": 3}),
    ("promise-market", {"patron": "USA"}),
]


@pytest.mark.parametrize(("test", "args"), EVERY)
def test_without_a_game_no_layer_is_tested(test, args) -> None:
    """Whatever is asked; what is missing is the game."""
    found = ask(test, args, case=make_case(ranges=None))
    assert found.word == "not tested"
    assert "[game]" in found.missing[0]


def without(**left_out):
    """All layers, less some parameters."""
    given = ranges(**PRESSURE, **PURSES, **BELIEF, shield_CHN=0.5)
    return {name: ends for name, ends in given.items() if name.replace(".", "_") not in left_out}


SHIELDED = UNIVERSAL | {"sanction": "shielded"}
ALL_SIGMA = {"sigma.CHN", "sigma.USA"}


@pytest.mark.parametrize(
    ("test", "args", "absent"),
    [
        ("pass-through", UNIVERSAL, {"sigma.USA"}),
        ("pass-through", UNIVERSAL, {"sigma.USA", "lambda.USA"}),
        ("pass-through", SHIELDED, {"shield.CHN"}),
        ("pass-through", SHIELDED | {"sanction": "any-tie"}, {"shield.CHN", "lambda.USA"}),
        ("standing-sanctions", {"sender": "CHN"}, {"lambda.USA"}),
        ("standing-sanctions", {"statement": "rivalry-lowers-goal"}, ALL_SIGMA),
        ("payment-caps", {}, {"cap.USA"}),
        ("payment-caps", {"statement": "coordination-raises-goal"}, {"cap.CHN", "cap.USA"}),
        ("commitment-threshold", {}, {"mu"}),
        ("commitment-threshold", {"statement": "never-enough"}, {"delivery"}),
        ("distrust-trap", {}, {"delivery", "mu"}),
        ("promise-market", {}, {"delivery"}),
    ],
)
def test_a_layer_without_its_ranges_is_not_tested(test, args, absent) -> None:
    """The ranges that are missing are named as the case file would, and no others."""
    given = without(**{name.replace(".", "_"): None for name in absent})
    found = ask(test, args, case=make_case(ranges=given))
    assert found.word == "not tested"
    assert set(found.missing) == {f"game.ranges.{name}" for name in absent}
    assert all(f"({name})" in found.sentence for name in absent)
    assert found.provenance.kind == "none"


@pytest.mark.parametrize(
    ("args", "absent"),
    [
        # The sanction of China is asked about nowhere here, nor a shelter.
        (UNIVERSAL, {"sigma.CHN", "lambda.CHN", "shield.CHN", "cap.CHN", "mu"}),
        (UNIVERSAL | {"sanction": "isolation"}, {"sigma.CHN", "lambda.CHN", "shield.CHN"}),
        (SHIELDED, {"sigma.CHN", "lambda.CHN"}),
    ],
)
def test_ranges_that_are_not_read_need_not_be_there(args, absent) -> None:
    """A form without shelter needs none, and one sender's sanction not the other's."""
    given = without(**{name.replace(".", "_"): None for name in absent})
    assert ask("pass-through", args, case=make_case(ranges=given)).word != "not tested"


# --- Bad arguments ---------------------------------------------------------------------------


def mistakes_of(tmp_path, test, args):
    """What loading a case says of one part, by the end of its path."""

    def toml(value):
        return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else (
            json.dumps(value)
        )  # fmt: skip

    text = draft_case("own").replace('others   = ["KOR"]', 'others   = ["KOR", "JPN"]')
    told = ", ".join(f"{key} = {toml(value)}" for key, value in args.items())
    text += f'\n[[claims]]\nid = "last"\nsays = "So."\n[[claims.parts]]\ntest = "{test}"\n'
    text += f"args = {{ {told} }}\n"
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load_case(path)
    except CaseError as error:
        return {
            mistake.path.removeprefix("claims[2].parts[0].args."): mistake
            for mistake in error.mistakes
        }
    return {}


@pytest.mark.parametrize(
    ("test", "args", "path", "what", "hint"),
    [
        ("blocs", {"blocs": [["CHN", "USB"]]}, "blocs[0][1]", '"USB" is not a patron', "USA"),
        ("blocs", {"blocs": [["CHN"], ["USA", "KOR"]]}, "blocs[1][1]", '"KOR"', "patrons are"),
        ("blocs", {"blocs": [["CHN", "USA"], ["USA"]]}, "blocs[1][0]", "named twice", "one bloc"),
        ("blocs", {"blocs": [["CHN", "CHN"]]}, "blocs[0][1]", "named twice", "one bloc"),
        ("blocs", {"blocs": []}, "blocs", "at least 1", None),
        ("blocs", {"blocs": [[]]}, "blocs.0", "at least 1", None),
        ("blocs", {"blocs": "CHN"}, "blocs", "tuple", None),
        ("blocs", {}, "blocs", "needs it", None),
        ("blocs", ASKED["blocs"] | {"statement": "lowers-goal"}, "statement", "raises-goal", None),
        ("blocs", ASKED["blocs"] | {"bloc": 1}, "bloc", "no such argument", None),
        ("pass-through", UNIVERSAL | {"sender": "KOR"}, "sender", '"KOR"', "patrons are"),
        ("pass-through", UNIVERSAL | {"patron": "USB"}, "patron", '"USB"', "USA"),
        ("pass-through", UNIVERSAL | {"patron": "USA"}, "patron", "sender itself", "other patron"),
        ("pass-through", UNIVERSAL | {"sanction": "total"}, "sanction", "isolation", None),
        ("pass-through", UNIVERSAL | {"effect": "goal"}, "effect", "concession", None),
        ("pass-through", {"sanction": "universal", "patron": "CHN"}, "sender", "needs it", None),
        ("standing-sanctions", {}, "sender", "is not a patron", "patrons are"),
        ("standing-sanctions", {"statement": "never-kept"}, "sender", "is not a patron", "patrons"),
        ("standing-sanctions", {"sender": "JPN"}, "sender", '"JPN"', "patrons are"),
        ("standing-sanctions", {"statement": "rivalry-lowers-goal", "sender": "CHN"}, "sender",
         "all senders", "easing-pays"),
        ("standing-sanctions", {"statement": "coordination-raises-goal", "sender": "X"}, "sender",
         "all senders", "never-kept"),
        ("standing-sanctions", {"statement": "kept"}, "statement", "easing-pays", None),
        ("payment-caps", {"statement": "lowers-price"}, "statement", "rivalry-lowers-goal", None),
        ("payment-caps", {"patron": "CHN"}, "patron", "no such argument", None),
        ("coordination-failure", {"statement": ""}, "statement", "coordination-raises-goal", None),
        ("commitment-threshold", {"statement": "enough"}, "statement", "never-enough", None),
        ("distrust-trap", {"rounds": -1}, "rounds", "greater than or equal to 0", None),
        ("distrust-trap", {"rounds": 1001}, "rounds", "less than or equal to 1000", None),
        ("distrust-trap", {"rounds": 1.5}, "rounds", "integer", None),
        ("distrust-trap", {"rounds": True}, "rounds", "integer", None),
        ("distrust-trap", {"above": 1}, "above", "less than 1", None),
        ("distrust-trap", {"above": -0.1}, "above", "greater than or equal to 0", None),
        ("distrust-trap", {"pivot": "PRK"}, "pivot", "opportunist", None),
        ("promise-market", {"patron": "KOR"}, "patron", '"KOR"', "patrons are"),
        ("three-patrons", {"patron": "JPN"}, "patron", "no ranges for JPN", "omega.JPN"),
        ("three-patrons", {"patron": "KOS"}, "patron", "not among", "KOR"),
        ("three-patrons", {"patron": "CHN"}, "patron", "not among", "others"),
        ("three-patrons", {}, "patron", "needs it", None),
    ],
)  # fmt: skip
def test_bad_arguments_are_told_when_a_case_is_loaded(tmp_path, test, args, path, what, hint):
    """Where in the file, what is wrong, and what to write."""
    found = mistakes_of(tmp_path, test, args)
    # An empty list is told twice: in its place, and as one of the whole argument.
    assert set(found) - {path.partition(".")[0]} == {path} or list(found) == [path]
    assert what in found[path].what
    if hint is not None:
        assert hint in (found[path].hint or "")


def test_not_a_number_is_no_probability(tmp_path):
    """TOML has nan; no share of draws is above it."""
    text = draft_case("own") + (
        '\n[[claims]]\nid = "last"\nsays = "So."\n[[claims.parts]]\ntest = "distrust-trap"\n'
        "args = { above = nan }\n"
    )
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"args\.above"):
        load_case(path)


def test_a_guest_is_checked_without_a_game_too():
    """A stranger is no guest, whether or not there is a game to play."""
    from tertius.claims import find_test

    test, case = find_test("three-patrons"), make_case(ranges=None)
    mistakes = test.check(test.arguments.model_validate({"patron": "QQQ"}), case)
    assert [mistake.path for mistake in mistakes] == ["patron"]


# --- Numbers beside the word -----------------------------------------------------------------


def numbers(found) -> dict[str, float]:
    return {item.name: item.value for item in found.evidence}


def test_blocs_say_what_is_saved_and_what_keeps_them_together():
    """Three rivals leave 0.375; two of them as one leave 0.25, and a pact of all needs 2/3.

    Each alone has 0.25 with the pivot, any two or three together 0. Each two may keep
    0 - 0.25, so all three -0.375; as a bloc of two and one, 0 and -0.25.
    """
    given = ranges(rho_CHN=1, rho_USA=1) | {"omega.KOR": (1, 1), "rho.KOR": (1, 1),
                                            "beta.KOR": (0, 0)}  # fmt: skip
    case = make_case(ranges=given, patrons=["CHN", "USA", "KOR"], others=["JPN"])
    found = ask("blocs", {"blocs": [["CHN", "USA"]]}, case=case)
    assert found.word == "follows"
    told = numbers(found)
    assert told["rent, all bidding alone"] == pytest.approx(0.375, abs=MONEY)
    assert told["rent, bidding in blocs"] == pytest.approx(0.25, abs=MONEY)
    assert told["draws in which the policy is the same"] == 100
    whole = ask("blocs", {"blocs": [["CHN"], ["KOR", "USA"]]}, case=case)
    assert numbers(whole)["rent, bidding in blocs"] == pytest.approx(0.25, abs=MONEY)


def test_a_pact_of_two_rivals_needs_even_weights():
    """Theorem: two patrons with a rent to share need 1 - 1/2 wherever there is rent."""
    found = ask("blocs", ASKED["blocs"], case=make_case(ranges=ranges(rho_CHN=1, rho_USA=2)))
    told = numbers(found)
    assert told["draws in which a pact of all can enforce itself"] == 100
    [needed] = [value for name, value in told.items() if name.startswith("weight of the next")]
    assert needed == pytest.approx(0.5, abs=MONEY)


def test_what_easing_gains_is_the_cost_of_a_useless_sanction():
    """A size of 1 at 0.2 a unit; delivered at 1.6 at home, 0.125 in the pivot's money."""
    case = make_case(ranges=ranges(**PRESSURE, kappa_USA=1.6))
    assert [easing(case, sender) for sender in ("CHN", "USA")] == pytest.approx(
        [0.2, 0.125], abs=MONEY
    )


def easing(case, sender):
    """What the sender gains by easing."""
    told = numbers(ask("standing-sanctions", {"sender": sender}, case=case))
    [gain] = [value for name, value in told.items() if "gain by easing" in name]
    return gain


def test_sanctions_that_reach_the_goal_together_are_kept_by_both_or_by_none():
    """0.3 + 0.3 + 1.2 > 1.5 > 0.3 + 0.3 + 0.6: both are needed.

    There is no rent. With both in force the patrons have -0.9 + 1 more than the pivot alone,
    0.05 each; who sanctions alone has -0.1 and who does not 0. So both choices are stable.
    """
    given = ranges(c=1.5, beta_CHN=0.3, beta_USA=0.3, sigma_CHN=0.5, sigma_USA=0.5,
                   lambda_CHN=0.2, lambda_USA=0.2)  # fmt: skip
    case = make_case(ranges=given)
    told = numbers(ask("standing-sanctions", {"statement": "coordination-raises-goal"}, case=case))
    counted = {
        "the goal is reached without any sanction": 0,
        "the goal is reached with all in force": 100,
        "the goal is reached in the best equilibrium": 100,
        "it is reached in the worst equilibrium": 0,
        "it is reached by the choice best for the patrons together": 100,
        "there is more than one equilibrium": 100,
        "there is no pure equilibrium": 0,
    }
    assert {name: told[f"draws in which {name}"] for name in counted} == counted
    gains = [easing(case, sender) for sender in ("CHN", "USA")]
    assert gains == pytest.approx([-0.05, -0.05], abs=MONEY)


@settings(max_examples=40)
@given(st.floats(0.01, 0.99), st.floats(0, 0.99), st.floats(0.5, 6), st.integers(0, 99))
def test_an_opportunist_is_trapped_where_belief_is_needed(mu, above, c, seed):
    """The two statements hold in the same draws: it ends there surely or there is no trap."""
    given = ranges(delivery=(0.55, 0.95), mu=mu, c=(0.5 * c, c), upfront=(0, 1), beta_CHN=(0, 3),
                   beta_USA=(0, 3))  # fmt: skip
    case = make_case(ranges=given, seed=seed)
    one, other = (
        ask(test, args, case=case)
        for test, args in (("distrust-trap", {"above": above}), ("commitment-threshold", {}))
    )
    assert one.evidence[0] == other.evidence[0]
    assert one.word == other.word


def test_a_concession_is_not_counted_as_softened_where_the_goal_is_bought_anyway():
    """The shares of a concession with and without China stand beside it all the same."""
    given = ranges(c=1, beta_CHN=(0, 1), beta_USA=0.7, sigma_USA=0.5, lambda_USA=0.1)
    case = make_case(ranges=given)
    found = ask("pass-through", UNIVERSAL | {"effect": "concession"}, case=case)
    beta = Context(case, {}).draws.parameters.values["beta.CHN"]
    told = numbers(found)
    assert found.word == "does not follow"
    assert told["draws in which it wins a concession, without China"] == 100
    assert told["draws in which it wins a concession, with China"] == 100 * np.mean(beta < 0.3)
    assert told["draws in which the goal is bought anyway, with China"] == 100 * np.mean(beta > 0.3)


@pytest.mark.parametrize(
    ("form", "size", "taken"), [("shielded", 0.02, 0.9), ("any-tie", 0.5, 0.62)]
)
def test_a_shelter_that_leaves_with_its_patron_is_missed_by_nobody(form, size, taken):
    """Three patrons, of whom one shelters and one wants nothing: the numbers of two.

    They are worked out in test_layer_words. Without the one there is no shelter at all.
    """
    given = ranges(rho_CHN=0.5, rho_USA=0.5, sigma_USA=size, lambda_USA=0, shield_CHN=0.5)
    given |= {f"{stem}.KOR": (0, 0) for stem in ("omega", "rho", "beta")}
    case = make_case(ranges=given, patrons=["CHN", "USA", "KOR"], others=["JPN"])
    found = ask("pass-through", UNIVERSAL | {"sanction": form}, case=case)
    told = numbers(found)
    assert found.word == "follows"
    assert told["taken per unit of sanction, without China, mean"] == pytest.approx(1)
    assert told["taken per unit of sanction, with China, mean"] == pytest.approx(taken)


# --- What a finding rests on -----------------------------------------------------------------

LAYERED = ranges(
    rho_CHN=(0, 1), rho_USA=(0, 1), c=(0.5, 3), beta_CHN=(0, 2), beta_USA=(0, 2),
    sigma_CHN=(0.1, 1), sigma_USA=(0.1, 1), lambda_CHN=(0.1, 0.5), lambda_USA=(0.1, 0.5),
    shield_CHN=(0, 1), shield_USA=(0, 1), cap_CHN=(0.2, 2), cap_USA=(0.2, 2), upfront=(0, 1),
    delivery=(0.6, 0.9), mu=(0.1, 0.9), delta=(0, 0.9),
)  # fmt: skip
LAYER_OF = {
    "sigma": "sanctions", "lambda": "sanctions", "shield": "sanctions", "cap": "caps",
    "upfront": "belief", "delivery": "belief", "mu": "belief", "delta": "time",
}  # fmt: skip
READS = {
    "blocs": set(),
    "pass-through": {"sanctions"},
    "standing-sanctions": {"sanctions"},
    "payment-caps": {"caps"},
    "coordination-failure": set(),
    "commitment-threshold": {"belief"},
    "distrust-trap": {"belief"},
    "promise-market": {"belief"},
    "price-of-rivalry": set(),
    "override": set(),
    "rivalry-blocks-goal": set(),
}


def layers_in(names):
    return {LAYER_OF.get(name.split(".")[0]) for name in names} - {None}


@pytest.mark.parametrize("test", READS)
def test_layers_that_are_not_read_move_nothing(test):
    """They are no driver, no flip and no provenance, whatever they happen to correlate with."""
    found = ask(test, ASKED.get(test, {}), case=make_case(ranges=LAYERED))
    assert layers_in(name for name, _ in found.drivers) <= READS[test]
    named = found.provenance.text.removeprefix("the case's ranges of ").split(", ")
    assert layers_in(named) == READS[test]
    told = found.flip.text.partition("(")[2].partition(",")[0]
    assert layers_in([told]) <= READS[test]
    plain = {
        k: v for k, v in LAYERED.items() if LAYER_OF.get(k.split(".")[0]) in {None, *READS[test]}
    }
    again = ask(test, ASKED.get(test, {}), case=make_case(ranges=plain))
    assert (again.word, again.evidence, again.drivers, again.flip) == (
        found.word, found.evidence, found.drivers, found.flip,
    )  # fmt: skip


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_share_is_never_rounded_to_none_or_all(some, most):
    """Only no draw is 0 % and only every draw is 100 %; else it is the nearest percent."""
    count = min(some, most)
    told = percent(count / most)
    assert (told == "0 %") == (count == 0)
    assert (told == "100 %") == (count == most)
    if told[0].isdigit():
        assert abs(int(told.removesuffix(" %")) - 100 * count / most) <= 0.5 + 1e-9


def test_margins_without_end_are_ranked_not_dropped():
    """Thresholds no belief reaches are infinite; what makes them so is what drives them."""
    given = ranges(delivery=0.75, mu=0.5, upfront=0.5, beta_CHN=5, beta_USA=5, c=(15, 25))
    case = make_case(ranges=given)
    draws = Context(case, {}).draws
    threshold = commitment_threshold(draws.parameters, draws.grid)
    assert 0 < np.isinf(threshold).mean() < 1
    found = ask("commitment-threshold", {}, case=case)
    [(name, strength)] = found.drivers
    assert name == "c"
    assert 0.8 < strength <= 1
    for sign in (1, -1):
        endless = model_finding(
            Context(case, {}),
            lambda p, sign=sign: np.where(p.values["c"] > 20, sign * np.inf, p.values["c"] - 20),
            sentence=lambda share: f"{share}",
            condition="c",
        )
        assert [name for name, _ in endless.drivers] == ["c"]
        assert np.sign(endless.drivers[0][1]) == sign


def test_fewer_games_are_the_first_of_them():
    """The same numbers, row by row; made once, and all of them where fewer are asked for."""
    context = Context(make_case(ranges=LAYERED, draws=300), {})
    whole, part = context.draws, context.fewer(50)
    assert len(part.parameters) == 50
    assert part is context.fewer(50)
    assert context.fewer(300) is whole is context.fewer(10_000)
    for name, column in part.parameters.values.items():
        assert (column == whole.parameters.values[name][:50]).all()
    again = solve_draws(part.parameters, part.grid)
    for field in ("rent", "policy", "transfers", "patron_payoffs", "coalition_values"):
        assert (getattr(part.batch, field) == getattr(whole.batch, field)[:50]).all()
        assert getattr(part.batch, field) == pytest.approx(getattr(again, field), abs=MONEY)
    few = make_case(ranges=LAYERED, draws=200)
    assert (Context(few, {}).draws.batch.rent == whole.batch.rent[:200]).all()


def test_without_explanations_the_words_and_numbers_are_the_same():
    """Drivers and flips are the only things left out."""
    for test, args in ASKED.items():
        case = make_case(ranges=LAYERED | ranges(**GUEST) | LAYERED)
        explained = ask(test, args, case=case)
        found = KNOWN.find_test(test)
        short = found.run(found.arguments.model_validate(args), Context(case, {}, explain=False))
        assert (short.word, short.evidence) == (explained.word, explained.evidence)
        assert (short.flip, short.drivers) == (None, ())


# --- The shipped cases -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["korea-2018", "korea-1960"])
def test_a_shipped_case_leaves_no_part_on_the_model_untested(name):
    """Each has its share, its draws, a flip in words, drivers where it varies, real numbers."""
    bound = load_case(name)
    parts = [
        part
        for verdict in answer(bound, Context(bound.case, bound.panels()))
        for part in verdict.parts
        if part.kind == "model"
    ]
    assert len(parts) >= 8
    for part in parts:
        assert part.word in {"follows", "follows only if", "does not follow"}, part.test
        assert part.missing == ()
        share = part.evidence[0]
        assert (share.unit, share.anchor) == ("%", "ranges")
        assert (part.word == "follows") == (share.value == 100)
        assert (part.word == "does not follow") == (share.value == 0)
        assert part.flip is not None
        assert part.flip.text
        assert not part.flip.text.endswith(".")
        if part.word == "follows only if":
            assert part.drivers
            assert "hangs on" in part.flip.text
        for item in part.evidence:
            assert item.value is not None or item.text
            ends = [x for x in (item.value, item.low, item.high) if x is not None]
            assert np.isfinite(ends).all()
            assert sorted((item.low, item.high)) == [item.low, item.high] if item.level else True
        assert part.limits
        assert "uniformly from the case's ranges" in part.assumptions[-1]


def test_the_remedy_of_the_founding_case_is_about_the_price_for_a_reason():
    """In the core blocs never change the goal; waiting for each other is what coordination ends.

    The parts that answer are those whose theorem or count says so: the price falls wherever
    there is a rent, in the same draws in which being courted pays.
    """
    bound = load_case("korea-2018")
    context = Context(bound.case, {}, explain=False)
    (remedy,) = answer(bound, context, only="coordinate")
    by = {(part.test, part.tests_what): part for part in remedy.parts}
    price, goal = (part for part in remedy.parts if part.test == "blocs")
    rent = context.draws.batch.rent
    assert price.evidence[0].value == 100 * float(np.mean(rent > MONEY))
    assert goal.word == "does not follow"
    assert not goal.needed
    needed = [part.word for part in by.values() if part.needed]
    assert remedy.model_word == (
        "does not follow" if "does not follow" in needed
        else "follows only if" if "follows only if" in needed else "follows"
    )  # fmt: skip
    assert {part.test for part in remedy.parts if part.needed} == {
        "blocs", "coordination-failure", "payment-caps", "standing-sanctions", "three-patrons",
    }  # fmt: skip
