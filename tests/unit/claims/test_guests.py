"""A state beside the patrons as a guest at the table: its ranges, its game, its test.

Tolerance: rents agree with games put together by hand to 1e-9, the tolerance of rents.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from tertius.casebook import case_path, parse
from tertius.claims import Context, load_case
from tertius.errors import CaseError, GameError
from tertius.game import Grid, Parameters, solve_draws, utilities

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))

BASE = KNOWN.RANGES | {"omega.CHN": (0.5, 2), "rho.CHN": (0, 1), "rho.USA": (0, 1)}
GUEST = {
    "omega.KOR": (0, 1), "beta.KOR": (0, 0), "rho.KOR.CHN": (0, 1), "rho.KOR.USA": (-0.5, 0),
    "rho.CHN.KOR": (0, 1), "rho.USA.KOR": (-0.5, 0.5),
}  # fmt: skip


def guest_case(**more):
    return KNOWN.make_case(ranges=BASE | GUEST | more)


def test_a_guest_changes_nothing_for_the_case_itself():
    """Its ranges are left out of the case's own game, draw for draw."""
    plain = Context(KNOWN.make_case(ranges=BASE), {}).draws
    with_guest = Context(guest_case(), {}).draws
    assert list(plain.parameters.values) == list(with_guest.parameters.values)
    assert (plain.batch.rent == with_guest.batch.rent).all()


def test_the_others_keep_their_draws_with_a_guest():
    """rho.CHN is then rho.CHN.USA, with the same numbers; the guest's are its own."""
    context = Context(guest_case(), {})
    ours, theirs = context.draws.parameters.values, context.with_guest("KOR").parameters.values
    for name in ("k", "c", "omega.CHN", "omega.USA"):
        assert (ours[name] == theirs[name]).all()
    assert (ours["rho.CHN"] == theirs["rho.CHN.USA"]).all()
    assert (ours["rho.USA"] == theirs["rho.USA.CHN"]).all()
    assert theirs["rho.KOR.USA"].min() < -0.4
    assert theirs["rho.CHN.KOR"].std() > 0.1


def test_the_game_with_a_guest_is_the_game_of_three():
    """Put together by hand from one draw's numbers."""
    drawn = Context(guest_case(), {}).with_guest("KOR")
    row = {name: float(column[3]) for name, column in drawn.parameters.values.items()}
    u, v = utilities(
        Parameters(("CHN", "USA", "KOR"), {k: [x] for k, x in row.items()}), drawn.grid
    )
    shares, goal = drawn.grid.alignment, drawn.grid.goal
    pivot = -row["k"] / 2 * (shares**2).sum(axis=1) - row["c"] * goal
    korea = (
        row["omega.KOR"] * shares[:, 2]
        - row["rho.KOR.CHN"] * shares[:, 0]
        - row["rho.KOR.USA"] * shares[:, 1]
    )
    assert u[0] == pytest.approx(pivot, abs=1e-12)
    assert v[0, 2] == pytest.approx(korea, abs=1e-12)


STATEMENTS = (
    "coordination-lowers-price", "entry-lowers-price", "entry-raises-price", "entry-raises-goal",
)  # fmt: skip


def test_entry_is_judged_draw_by_draw():
    """Shares of each statement are those of the two games solved apart."""
    wants = {f"beta.{patron}": (0.0, 1.0) for patron in ("CHN", "USA", "KOR")}
    case = guest_case(c=(0.5, 1.5), **wants)
    drawn = Context(case, {}).with_guest("KOR")
    pair = {
        {"rho.CHN.USA": "rho.CHN", "rho.USA.CHN": "rho.USA"}.get(name, name): column
        for name, column in drawn.parameters.values.items()
        if "KOR" not in name
    }
    before = solve_draws(Parameters(("CHN", "USA"), pair), Grid(2, drawn.grid.alignment_steps))
    change = drawn.batch.rent - before.rent
    goals = (
        drawn.grid.goal[drawn.batch.policy]
        - Grid(2, drawn.grid.alignment_steps).goal[before.policy]
    )
    expected = [drawn.batch.rent > 1e-9, -change > 1e-9, change > 1e-9, goals > 0]
    for statement, holds in zip(STATEMENTS, expected, strict=True):
        found = KNOWN.ask("three-patrons", {"patron": "KOR", "statement": statement}, case=case)
        assert found.evidence[0].value == pytest.approx(100 * float(holds.mean()), abs=1e-9)
    assert all(0 < float(holds.mean()) < 1 for holds in expected[1:])


@pytest.mark.parametrize(
    ("drop", "message"),
    [("omega.KOR", "omega.KOR is missing"), ("rho.CHN.KOR", "rho.CHN.KOR is missing")],
)
def test_a_guest_needs_all_its_ranges(drop, message):
    """What is missing is named, with the guest's name."""
    given = {name: ends for name, ends in (BASE | GUEST).items() if name != drop}
    with pytest.raises(GameError, match=message):
        Context(KNOWN.make_case(ranges=given), {}).with_guest("KOR")


def test_mistakes_of_a_guest_are_told_when_the_case_is_loaded(tmp_path):
    """A shipped case without one of South Korea's ranges is refused, naming it."""
    text = case_path("korea-2018").read_text(encoding="utf-8")
    head, _, tail = text.partition("[game.ranges.beta.KOR]")
    path = tmp_path / "case.toml"
    path.write_text(head + tail.partition("[game.ranges.alpha.KOR]")[2].join(
        ("[game.ranges.alpha.KOR]", "")), encoding="utf-8")  # fmt: skip
    with pytest.raises(CaseError, match=r"with KOR at the table: beta\.KOR is missing"):
        load_case(path)


@pytest.mark.parametrize(
    ("patron", "message"),
    [("JPN", "no ranges for JPN"), ("FRA", "not among the other states"), ("CHN", "not among")],
)
def test_a_guest_must_be_one_of_the_others_with_ranges(patron, message):
    """A patron, a stranger, or a state without ranges is a mistake with a hint."""
    from tertius.claims import find_test

    test = find_test("three-patrons")
    mistakes = test.check(test.arguments.model_validate({"patron": patron}), guest_case())
    assert len(mistakes) == 1
    assert message in mistakes[0].what
    assert mistakes[0].hint


def test_a_range_may_stand_beside_ranges_by_rival(tmp_path):
    """`rho.CHN` and `rho.CHN.KOR` in one file are two ranges."""
    parsed = parse(case_path("korea-2018"), known_cases=("korea-1960",))
    assert parsed.case.game.ranges["rho.CHN"].high == 1.5
    assert parsed.case.game.ranges["rho.CHN.KOR"].high == 0.8
