"""The two shipped cases: that they read without a mistake and hold what they must hold.

The lists below are typed again from the design of the founding case, not read from the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tertius.casebook import Case, case_path, parse
from tertius.claims.context import Context

NAMES = ("korea-1960", "korea-2018")
FOUNDING_CLAIMS = (
    "mended",
    "drivers",
    "trigger",
    "exclusion",
    "plays-off",
    "precedent",
    "leverage",
    "options",
    "easing",
    "commitment",
    "transactional",
    "override",
    "programme",
    "coordinate",
)
# Claim to the tests that the design says it is put to.
TESTED_BY = {
    "mended": {"turn-exists", "turn", "level-between-spans", "relation-change"},
    "drivers": {"level-between-spans", "visit-direction"},
    "trigger": {"turn-exists", "turn", "attribution"},
    "exclusion": {"exclusion", "turn-exists", "turn", "attribution"},
    "plays-off": {"role", "leverage", "courtship", "triangular-response", "price-of-rivalry"},
    "leverage": {"price-of-rivalry"},
    "options": {"pass-through"},
    "easing": {"standing-sanctions"},
    "commitment": {"commitment-threshold", "distrust-trap"},
    "transactional": {"promise-market", "reciprocity"},
    "override": {"override"},
    "programme": {
        "rivalry-blocks-goal",
        "payment-caps",
        "standing-sanctions",
        "coordination-failure",
    },
    # The remedy for the price, and the frictions under which it is one for the goal.
    "coordinate": {
        "blocs",
        "three-patrons",
        "payment-caps",
        "standing-sanctions",
        "coordination-failure",
    },
}
OLD_ROUBLES_TO_THE_DOLLAR = 4
LEAST_REASON = 80  # characters: shorter than a sentence is no reason


def case_of(name: str) -> Case:
    parsed = parse(case_path(name), known_cases=NAMES)
    assert parsed.mistakes == ()
    assert parsed.case is not None
    return parsed.case


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_case_reads_without_a_mistake(name: str) -> None:
    """Neither the schema nor the cross-references find anything wrong, and the name is its own."""
    assert case_of(name).id == name


def test_every_line_of_the_founding_argument_is_a_claim() -> None:
    """All fourteen, in the order of the argument, and no other."""
    assert tuple(claim.id for claim in case_of("korea-2018").claims) == FOUNDING_CLAIMS


@pytest.mark.parametrize("claim", sorted(TESTED_BY))
def test_a_claim_names_the_tests_the_design_puts_it_to(claim: str) -> None:
    """A test may be unavailable; it must still be named."""
    [found] = [entry for entry in case_of("korea-2018").claims if entry.id == claim]
    assert TESTED_BY[claim] <= {part.test for part in found.parts}


def test_three_forms_of_sanction_are_asked_for() -> None:
    """A claim on pressure can hold for one form and fail for another."""
    [options] = [entry for entry in case_of("korea-2018").claims if entry.id == "options"]
    forms = {part.args["sanction"] for part in options.parts}
    assert forms == {"isolation", "universal", "shielded"}


def test_the_precedent_asks_who_paid_and_whose_bill_rose() -> None:
    """The tests of 1960 are put to the patrons of 1960, in both directions."""
    parts = [part for claim in case_of("korea-1960").claims for part in claim.parts]
    bills = {(p.args["payer"], p.args["rival"]) for p in parts if p.test == "rivalry-bill"}
    assert bills == {("SUN", "CHN"), ("CHN", "SUN")}
    assert ["SUN", "CHN"] in [p.args["payers"] for p in parts if p.test == "who-pays"]


def test_the_headline_speaks_of_the_claims_agreed() -> None:
    """What the computed headline is about is fixed; what it says is not in the file."""
    case = case_of("korea-2018")
    assert case.headline == ("plays-off", "override")
    assert case.precedent == "korea-1960"


@pytest.mark.parametrize("name", NAMES)
def test_every_range_has_a_reason_and_a_source(name: str) -> None:
    """A reason is a sentence at least, and no reason is used twice."""
    case = case_of(name)
    assert case.game is not None
    sources = {source.id for source in case.sources} | {"judgement"}
    for parameter, entry in case.game.ranges.items():
        assert len(entry.why) >= LEAST_REASON, parameter
        assert entry.source in sources, parameter
        assert entry.low < entry.high, parameter
    reasons = [entry.why for entry in case.game.ranges.values()]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("name", NAMES)
def test_the_required_parameters_are_given_for_every_patron(name: str) -> None:
    """And theta and e are left at nothing, so that the override theorem applies."""
    case = case_of(name)
    assert case.game is not None
    needed = {
        f"{stem}.{patron}" for stem in ("omega", "rho", "beta", "kappa") for patron in case.patrons
    }
    given = set(case.game.ranges)
    assert needed | {"k", "c"} <= given
    assert not [parameter for parameter in given if parameter.split(".")[0] in ("theta", "e")]


def test_the_founding_case_gives_what_the_layers_read() -> None:
    """Sanctions, purses and belief for both patrons, and a whole guest: no part lacks a range."""
    case = case_of("korea-2018")
    assert case.game is not None
    owned = {
        f"{stem}.{patron}"
        for stem in ("sigma", "lambda", "shield", "cap")
        for patron in case.patrons
    }
    [guest] = {
        part.args["patron"]
        for claim in case.claims
        for part in claim.parts
        if part.test == "three-patrons"
    }
    table = {f"{stem}.{guest}" for stem in ("omega", "beta", "alpha", "kappa")}
    rivalries = {f"rho.{guest}.{patron}" for patron in case.patrons}
    rivalries |= {f"rho.{patron}.{guest}" for patron in case.patrons}
    assert owned | table | rivalries | {"upfront", "delivery", "mu"} <= set(case.game.ranges)
    # A sanction that costs its sender nothing would be kept out of indifference.
    assert all(case.game.ranges[f"lambda.{patron}"].low > 0 for patron in case.patrons)
    # Below one half a kept promise would tell against the pivot.
    assert case.game.ranges["delivery"].low > 0.5


def test_easing_and_the_remedy_ask_for_both_sides() -> None:
    """Who eases may be either; coordination is asked about the price and about the goal."""
    claims = {claim.id: claim.parts for claim in case_of("korea-2018").claims}
    easing = {(p.args["statement"], p.args["sender"], p.needed) for p in claims["easing"]}
    assert easing == {
        ("easing-pays", "CHN", True),
        ("never-kept", "CHN", True),
        ("easing-pays", "USA", False),
    }
    needed = [part for part in claims["coordinate"] if part.needed]
    goals = {p.test for p in needed if p.args.get("statement") == "coordination-raises-goal"}
    assert goals == {"payment-caps", "standing-sanctions", "coordination-failure"}
    # What the core alone answers by theorem decides nothing.
    for claim in ("programme", "coordinate"):
        core = [p for p in claims[claim] if p.test == "rivalry-blocks-goal"
                or p.args.get("statement") == "raises-goal"]  # fmt: skip
        assert core
        assert not any(part.needed for part in core)


@pytest.mark.parametrize("name", NAMES)
def test_every_milestone_and_figure_names_a_source_of_the_case(name: str) -> None:
    """And every source is used: none is decoration."""
    case = case_of(name)
    assert case.game is not None
    used = (
        {fact.source for fact in case.milestones}
        | {figure.source for figure in case.figures}
        | {entry.source for entry in case.game.ranges.values()}
    )
    assert used - {"judgement"} == {source.id for source in case.sources}


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_can_hold_the_main_milestones(name: str) -> None:
    """Between three and eight, all within the window."""
    case = case_of(name)
    main = [fact for fact in case.milestones if fact.main]
    assert 3 <= len(main) <= 8
    assert all(case.window.start <= fact.on and fact.last <= case.window.end for fact in main)


@pytest.mark.parametrize("name", NAMES)
def test_milestones_a_part_names_are_there(name: str) -> None:
    """Orders and figures refer to entries of the same file."""
    case = case_of(name)
    for claim in case.claims:
        for part in claim.parts:
            for side in ("first", "then"):
                named = part.args.get(side, [])
                for milestone in [named] if isinstance(named, str) else named:
                    assert case.milestone(milestone).id == milestone
            for key in ("figure", "versus_figure"):
                if key in part.args:
                    assert case.figure(part.args[key]).id == part.args[key]


def test_both_versions_of_the_roubles_say_the_same_sums() -> None:
    """105 million dollars are 420 million old roubles; 190 and 35 together are 900."""
    case = case_of("korea-1960")

    def amount(name: str, unit: str) -> float:
        fact = case.milestone(name)
        assert fact.unit == unit
        assert fact.amount is not None
        return fact.amount

    dollars, roubles = "million US dollars", "million old roubles"
    loan = amount("chinese-loan-time", dollars)
    waived = amount("soviet-relief-time", dollars)
    deferred = amount("soviet-deferral-time", dollars)
    assert (loan, waived, deferred) == (105, 190, 35)
    assert loan * OLD_ROUBLES_TO_THE_DOLLAR == amount("chinese-loan-38north", roubles) == 420
    relief = (waived + deferred) * OLD_ROUBLES_TO_THE_DOLLAR
    assert relief == amount("soviet-relief-38north", roubles) == 900


def test_the_founding_case_tells_1960_as_the_precedent_does() -> None:
    """Sums and accounts agree between the two files; one of them gives TIME's two sums as one."""
    here, there = case_of("korea-2018"), case_of("korea-1960")
    pairs = (
        ("soviet-relief-told-38north", "soviet-relief-38north"),
        ("chinese-loan-told-38north", "chinese-loan-38north"),
        ("chinese-loan-told-time", "chinese-loan-time"),
    )
    for mine, other in pairs:
        first, second = here.milestone(mine), there.milestone(other)
        assert (first.amount, first.unit, first.on, first.account) == (
            second.amount,
            second.unit,
            second.on,
            second.account,
        )
    both = [there.milestone(name).amount for name in ("soviet-relief-time", "soviet-deferral-time")]
    assert here.milestone("soviet-relief-told-time").amount == sum(x for x in both if x is not None)


def test_the_two_accounts_of_1960_put_the_gifts_in_opposite_order() -> None:
    """The disagreement is kept, not settled."""
    case = case_of("korea-1960")
    told = {
        account: case.milestone(f"soviet-relief-{account}").on
        < case.milestone(f"chinese-loan-{account}").on
        for account in ("38north", "time")
    }
    assert told == {"38north": True, "time": False}


def test_no_case_file_writes_a_verdict() -> None:
    """None of the words a test may answer with stands in a claim or its note."""
    words = (
        "supported",
        "contradicted",
        "not distinguishable",
        "too little data",
        "follows only if",
        "does not follow",
        "not tested",
        "proves",
        "no effect",
    )
    for name in NAMES:
        for claim in case_of(name).claims:
            text = f"{claim.says} {claim.note}".lower()
            assert not [word for word in words if word in text], claim.id


def test_the_explanation_prints_what_the_ranges_imply() -> None:
    """The table of docs/explanation/korea.md is the one the draws give, to the digit printed."""
    page = Path(__file__).parents[3] / "docs" / "explanation" / "korea.md"
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith(("| draws in which", "| draws with", "| median bill"))
    ]
    printed = {row[0]: row[1:] for row in rows}
    assert len(printed) == 5
    for column, name in enumerate(("korea-2018", "korea-1960")):
        draws = Context(case_of(name), {}).draws
        assert draws is not None
        bills = draws.batch.transfers
        bought = draws.grid.goal[draws.batch.policy] > 0
        implied = {
            "draws with a positive rent": f"{100 * (draws.batch.rent > 1e-9).mean():.0f} %",
            "draws in which the goal is bought": f"{100 * bought.mean():.0f} %",
            "draws in which both patrons pay": f"{100 * (bills.min(axis=1) > 1e-9).mean():.0f} %",
            "median bill of the first patron named": f"{np.median(bills[:, 0]):.2f}",
            "median bill of the second": f"{np.median(bills[:, 1]):.2f}",
        }
        assert {row: cells[column] for row, cells in printed.items()} == implied
