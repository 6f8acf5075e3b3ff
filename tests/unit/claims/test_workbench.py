"""A case's game solved with some assumptions changed: what changes, and what does not.

Expected numbers are put together here from the parts the workbench is made of, or worked out
by hand. Tolerance: 1e-9, the accuracy of rents.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tertius.claims import Context, Setup, load_case, work_out
from tertius.errors import GameError, TertiusError, UnknownNameError
from tertius.game import (
    Capped,
    Game,
    Parameters,
    Range,
    Solution,
    capped_draws,
    sanctioned_utilities,
    solve,
    solve_blocs,
    solve_capped,
    solve_draws,
    solve_many,
    utilities,
)

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
make_case, ranges = KNOWN.make_case, KNOWN.ranges

MONEY = 1e-9

GIVEN = ranges(
    rho_CHN=(0, 1), rho_USA=(0, 1), omega_CHN=(0.5, 1.5), c=(0.5, 3), beta_CHN=(0, 1),
    beta_USA=(0, 2), kappa_USA=(1, 2), sigma_CHN=(0.2, 0.8), sigma_USA=(0.1, 0.5),
    lambda_CHN=(0.1, 0.3), shield_CHN=(0.3, 0.7), cap_CHN=(0.2, 1), cap_USA=(0.1, 0.6),
)  # fmt: skip
GUEST = {
    "omega.KOR": (0.2, 0.8), "beta.KOR": (0, 1), "rho.KOR.CHN": (0, 1), "rho.KOR.USA": (-0.5, 0.1),
    "rho.CHN.KOR": (0, 1), "rho.USA.KOR": (-0.2, 0.4),
}  # fmt: skip
CASE = make_case(ranges=GIVEN | GUEST)


def worked(case=CASE, **changes):
    return work_out(case, Setup(**changes), Context(case, {}).seed("draws"))


def single(games, grid):
    """One game of the family, with its labels."""
    u, v = utilities(games, grid)
    return Game(u[0], v[0], grid.labels(games.patrons), games.patrons)


def same(one: Solution, other: Solution) -> None:
    assert one.policy == other.policy
    for name in ("pivot_payoff", "rent", "transfers", "exclusion_stake"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=MONEY)


@pytest.mark.parametrize("case", [CASE, load_case("korea-1960").case])
def test_nothing_changed_is_the_case_as_it_stands(case):
    """Draw for draw the numbers of the claims, and the game in the middle."""
    found, draws = worked(case), Context(case, {}).draws
    assert found.spread.rent == pytest.approx(draws.batch.rent, abs=MONEY)
    assert found.spread.pivot_payoff == pytest.approx(draws.batch.pivot_payoff, abs=MONEY)
    assert (found.spread.goal == draws.grid.goal[draws.batch.policy]).all()
    for name, column in draws.parameters.values.items():
        assert (found.parameters.values[name] == column).all()
    same(found.solution, solve(single(Parameters.midpoint(draws.ranges), draws.grid)))
    assert found.gain <= MONEY
    assert found.game.names == case.patrons


def test_a_range_that_is_set_moves_no_other():
    """The other parameters keep their draws; a new one of a layer joins them."""
    plain = worked()
    changed = worked(ranges={"omega.CHN": Range(3, 4), "mu": Range(0.2, 0.4)})
    assert set(changed.ranges.values) == {*plain.ranges.values, "mu"}
    for name, column in plain.parameters.values.items():
        if name != "omega.CHN":
            assert (changed.parameters.values[name] == column).all()
    moved = changed.parameters.values["omega.CHN"]
    # The same uniform number behind each draw, on the other range.
    assert moved == pytest.approx(3 + (plain.parameters.values["omega.CHN"] - 0.5), abs=MONEY)
    expected = solve_draws(plain.parameters.at({"omega.CHN": moved}), plain.grid)
    assert changed.spread.rent == pytest.approx(expected.rent, abs=MONEY)
    assert Parameters.midpoint(changed.ranges).values["omega.CHN"] == [3.5]


def test_layers_that_are_not_in_force_change_nothing():
    """A sanction or a purse of any size, as long as it is not put in force."""
    plain = worked()
    for name in ("sigma.CHN", "cap.USA", "lambda.CHN", "shield.CHN"):
        changed = worked(ranges={name: Range(0.9, 0.95)})
        assert (changed.spread.rent == plain.spread.rent).all()
        same(changed.solution, plain.solution)


def test_patrons_that_all_bid_as_one_leave_nothing():
    """In every draw, at every number of patrons; the policy is the same."""
    for guest, blocs in (("", ("CHN", "USA")), ("KOR", ("USA", "KOR", "CHN"))):
        apart, together = worked(guest=guest), worked(guest=guest, blocs=(blocs,))
        assert together.spread.rent == pytest.approx(0, abs=MONEY)
        assert (together.spread.goal == apart.spread.goal).all()
        assert together.solution.policy == apart.solution.policy
        assert together.solution.rent == pytest.approx(0, abs=MONEY)
        assert together.gain <= MONEY


def test_blocs_are_those_of_the_game_solved_by_hand():
    """Members in any order, patrons in no bloc alone; the names say who is in which."""
    found, apart = worked(guest="KOR", blocs=(("KOR", "USA"),)), worked(guest="KOR")
    middle = single(Parameters.midpoint(apart.ranges), apart.grid)
    same(found.solution, solve_blocs(middle, [[1, 2], [0]]))
    assert found.game.names == ("USA + KOR", "CHN")
    assert (found.spread.rent <= apart.spread.rent + MONEY).all()
    assert (found.spread.rent < apart.spread.rent - MONEY).any()
    assert (worked(guest="KOR", blocs=(("CHN",),)).spread.rent == apart.spread.rent).all()


@pytest.mark.parametrize("form", ["universal", "isolation", "shielded", "any-tie"])
@pytest.mark.parametrize("senders", [("CHN",), ("USA",), ("CHN", "USA")])
def test_sanctions_in_force_are_those_of_the_family(form, senders):
    """Payoffs of the layer, solved draw by draw; without a stated cost they are free."""
    found, plain = worked(senders=senders, form=form), worked()
    games = plain.parameters
    if "USA" in senders:
        assert "lambda.USA" not in plain.ranges.values
        games = Parameters(games.patrons, games.table() | {"lambda.USA": np.zeros(len(games))})
    batch = solve_many(*sanctioned_utilities(games, plain.grid, senders, form=form))
    assert found.spread.rent == pytest.approx(batch.rent, abs=MONEY)
    assert found.spread.pivot_payoff == pytest.approx(batch.pivot_payoff, abs=MONEY)
    assert (found.spread.goal == plain.grid.goal[batch.policy]).all()
    assert found.gain <= MONEY


def test_a_sanction_by_hand():
    """A unit lost until the goal is reached: the pivot's payoff falls by what is set."""
    case = make_case(ranges=ranges(rho_CHN=1, rho_USA=1, sigma_USA=0.3, lambda_USA=0.1))
    plain, found = worked(case), worked(case, senders=("USA",))
    assert plain.solution.pivot_payoff == pytest.approx(0.5, abs=MONEY)
    assert found.solution.pivot_payoff == pytest.approx(0.2, abs=MONEY)
    # The rent is told against what the pivot has alone under the same sanction.
    assert found.solution.rent == pytest.approx(0.5, abs=MONEY)
    louder = worked(case, senders=("USA",), ranges={"sigma.USA": Range(0.1, 0.2)})
    assert louder.solution.pivot_payoff == pytest.approx(0.35, abs=MONEY)
    assert louder.spread.pivot_payoff == pytest.approx(
        0.5 - louder.parameters.values["sigma.USA"], abs=MONEY
    )


@pytest.mark.parametrize("capped", [("CHN",), ("USA",), ("USA", "CHN")])
def test_purses_are_those_of_the_solver_of_caps(capped):
    """In the middle every equilibrium found; over the draws one each, as the layer gives it."""
    found, plain = worked(capped=capped), worked()
    caps = [
        plain.ranges.values[f"cap.{name}"].middle if name in capped else np.inf
        for name in CASE.patrons
    ]
    middle = solve_capped(single(Parameters.midpoint(plain.ranges), plain.grid), caps)
    assert isinstance(found.solution, Capped)
    assert (found.solution.status, found.solution.policies) == (middle.status, middle.policies)
    for one, other in zip(found.solution.outcomes, middle.outcomes, strict=True):
        assert one.transfers == pytest.approx(other.transfers, abs=MONEY)
        assert one.pivot_payoff == pytest.approx(other.pivot_payoff, abs=MONEY)
    kept = {
        name: column
        for name, column in plain.parameters.table().items()
        if name not in {f"cap.{other}" for other in {"CHN", "USA"} - set(capped)}
    }
    over = capped_draws(Parameters(CASE.patrons, kept), plain.grid)
    assert np.array_equal(found.spread.pivot_payoff, over.pivot_payoff, equal_nan=True)
    assert np.array_equal(found.spread.goal, over.goal, equal_nan=True)
    alone = utilities(plain.parameters, plain.grid)[0].max(axis=1)
    assert found.spread.rent == pytest.approx(over.pivot_payoff - alone, nan_ok=True, abs=MONEY)


def test_a_purse_that_is_deep_enough_is_none():
    """A cap beyond all payoffs: payoffs and rents of the game without caps."""
    deep = {f"cap.{name}": Range(50, 60) for name in CASE.patrons}
    found, plain = worked(capped=CASE.patrons, ranges=deep), worked()
    assert found.spread.rent == pytest.approx(plain.spread.rent, abs=1e-7)
    [outcome] = found.solution.outcomes
    assert outcome.policy == plain.solution.policy
    assert outcome.pivot_payoff == pytest.approx(plain.solution.pivot_payoff, abs=MONEY)


def test_a_bloc_has_the_purse_of_its_members():
    """Together 1.1; one member without a cap makes it bottomless."""
    games = worked(blocs=(("CHN", "USA"),), capped=("CHN", "USA"))
    middle = games.ranges.values
    assert games.solution.caps == pytest.approx(
        [middle["cap.CHN"].middle + middle["cap.USA"].middle]
    )
    assert games.spread is None
    open_ended = worked(blocs=(("CHN", "USA"),), capped=("USA",))
    assert open_ended.solution.caps == [np.inf]


def test_capped_games_under_sanctions_are_solved_in_the_middle_only():
    """With the sanction in the payoffs, and the draws left out."""
    found = worked(senders=("CHN",), capped=("USA",))
    games = Parameters.midpoint(found.ranges)
    u, v = sanctioned_utilities(games, found.grid, ("CHN",))
    assert found.game.pivot == pytest.approx(u[0], abs=MONEY)
    assert found.game.patrons == pytest.approx(v[0], abs=MONEY)
    assert found.spread is None


def test_a_guest_is_the_one_of_the_claims():
    """The same games draw for draw, on shares cut in sixths, and the middle of its ranges."""
    found = worked(guest="KOR")
    theirs = Context(CASE, {}).with_guest("KOR")
    assert found.grid.alignment_steps == theirs.grid.alignment_steps == 6
    assert found.ranges.patrons == ("CHN", "USA", "KOR")
    same(found.solution, solve(single(Parameters.midpoint(theirs.ranges), theirs.grid)))
    for name, column in theirs.parameters.values.items():
        assert (found.parameters.values[name] == column).all()
    assert found.spread.rent == pytest.approx(theirs.batch.rent, abs=MONEY)
    moved = worked(guest="KOR", ranges={"rho.CHN.USA": Range(2, 3)}).parameters.values
    assert moved["rho.CHN.USA"].min() >= 2
    assert (moved["rho.USA.CHN"] == found.parameters.values["rho.USA.CHN"]).all()


def test_changes_combine():
    """A guest, a bloc, a sanction and another range: each is in the game that is solved."""
    found = worked(
        guest="KOR",
        blocs=(("KOR", "USA"),),
        senders=("USA",),
        form="isolation",
        ranges={"c": Range(1, 2), "lambda.USA": Range(0, 0)},
    )
    plain = worked(guest="KOR").parameters
    changed = {name: found.parameters.values[name] for name in ("c", "lambda.USA")}
    games = Parameters(plain.patrons, plain.table() | changed)
    u, v = sanctioned_utilities(games, found.grid, ["USA"], form="isolation")
    merged = np.stack([v[:, 1] + v[:, 2], v[:, 0]], axis=1)
    batch = solve_many(u, merged)
    assert found.spread.rent == pytest.approx(batch.rent, abs=MONEY)
    assert (found.parameters.values["c"] <= 2).all()
    assert found.game.names == ("USA + KOR", "CHN")


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"guest": "FRA"}, UnknownNameError, ["FRA", "KOR"]),
        ({"guest": "CHN"}, UnknownNameError, ["CHN", "KOR"]),
        ({"guest": "JPN"}, GameError, ["no ranges for JPN as a guest", "Allowed: KOR"]),
        ({"blocs": (("CHN", "KOR"),)}, UnknownNameError, ["KOR", "CHN, USA"]),
        ({"blocs": (("CHN", "CHN"),)}, GameError, ["2 times"]),
        ({"blocs": (("CHN",), ("CHN", "USA"))}, GameError, ["2 times"]),
        ({"blocs": ((),)}, GameError, ["without members"]),
        ({"senders": ("KOR",)}, UnknownNameError, ["KOR"]),
        ({"senders": ("KOR",), "guest": "KOR"}, GameError, ["sigma.KOR"]),
        ({"senders": ("CHN",), "form": "total"}, GameError, ["total", "universal"]),
        ({"capped": ("KOR",)}, UnknownNameError, ["KOR"]),
        ({"capped": ("KOR",), "guest": "KOR"}, GameError, ["cap.KOR"]),
        ({"ranges": {"omega.FRA": Range(0, 1)}}, GameError, ["omega.FRA"]),
        ({"ranges": {"omgea.CHN": Range(0, 1)}}, GameError, ["omgea.CHN", "omega.CHN"]),
        ({"ranges": {"k": Range(0, 1)}}, GameError, ["k from 0 to 1"]),
        ({"ranges": {"delivery": Range(0.4, 0.6)}}, GameError, ["delivery", "0.5"]),
        ({"ranges": {"rho.CHN": Range(0, 1)}, "guest": "KOR"}, GameError, ["one number and by"]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(changes, error, told):
    """By the error of its kind, with what is wrong and what is allowed."""
    with pytest.raises(error) as caught:
        worked(**changes)
    assert all(words in str(caught.value) for words in told)


def test_a_case_without_a_game_has_nothing_to_solve():
    """It is told, whatever is changed."""
    for changes in ({}, {"guest": "KOR"}, {"senders": ("CHN",)}):
        with pytest.raises(TertiusError, match="no game section"):
            worked(make_case(ranges=None), **changes)


def test_a_setup_in_force_on_a_form_that_needs_shelter():
    """Where no patron shelters, the form that is about shelter is refused with a remedy."""
    bare = {name: ends for name, ends in GIVEN.items() if name != "shield.CHN"}
    with pytest.raises(GameError, match="shield"):
        worked(make_case(ranges=bare), senders=("CHN",), form="shielded")
