"""Pictures of the game's layers: what they say is what was solved, and nothing is made up.

Tolerance: drawn probabilities are printed in whole per cents, so they are compared as text.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from tertius.briefs.document import Figure, Table
from tertius.briefs.standalone import standalone
from tertius.briefs.structures import belief_picture, menu_picture, partition_picture
from tertius.claims import Context, Setup, load_case, work_out
from tertius.game import (
    BeliefLattice,
    Grid,
    Parameters,
    Range,
    belief_path,
    dynamic_game,
    solve_dynamic,
)

CASE = load_case("korea-2018").case
SEED = Context(CASE, {}).seed("draws")


def solved(**setup):
    return work_out(CASE, Setup(**setup), SEED)


def changed(**ranges):
    spans = {name.replace("_", "."): Range(*ends) for name, ends in ranges.items()}
    return solved(ranges=spans).ranges


def test_a_goal_that_patient_patrons_never_buy_has_no_number_for_a_threshold():
    """At c = 2.5 no belief suffices, however the next round is weighed."""
    picture = belief_picture(CASE, CASE.game, changed(delta=(0.8, 0.8)))
    assert "μ* is above every belief" in picture.alt
    assert "μ* =" not in picture.alt
    assert "nobody buys the goal" in picture.title


def test_the_picture_of_belief_tells_the_equilibrium_it_was_drawn_from():
    """The probability in the title is that of the states in which nothing is bought."""
    ranges = changed(delta=(0.8, 0.8), c=(0.8, 1.5))
    middle, grid = Parameters.midpoint(ranges), Grid(2)
    game = dynamic_game(middle, grid, BeliefLattice.of(middle, steps_up=12, steps_down=12))
    found = solve_dynamic(game, 0.8)
    path = belief_path(game, found, 12)
    unbought = grid.goal[found.policies] == 0
    lost = 100 * path.committed[-1, unbought].sum()
    assert 1 < lost < 99
    assert f"with a probability of {lost:.0f} %" in belief_picture(CASE, CASE.game, ranges).title


def test_without_belief_there_is_no_picture_of_it():
    """The precedent gives no mu and no delivery."""
    case = load_case("korea-1960").case
    found = work_out(case, Setup(), Context(case, {}).seed("draws"))
    assert belief_picture(case, case.game, found.ranges) is None


@pytest.mark.parametrize("setup", [{}, {"blocs": (("CHN", "USA"),)}, {"capped": ("CHN", "USA")}])
def test_the_picture_of_menus_is_the_game_that_was_solved(setup):
    """The chosen policy, its total, and a column for each bidder."""
    found = solved(**setup)
    picture = menu_picture(CASE, CASE.game, found)
    shown = found.solution.outcomes[0] if "capped" in setup else found.solution
    assert found.game.policies[shown.policy] in picture.title
    assert picture.data.columns[2:-2] == found.game.names
    [chosen] = [row for row in picture.data.rows if "chosen" in row[-1]]
    assert chosen[0] == found.game.policies[shown.policy]
    assert float(chosen[-2].replace("−", "-")) == pytest.approx(shown.pivot_payoff, abs=0.006)


def test_a_table_of_more_than_four_has_no_picture_of_blocs():
    """There would be 52 structures; one patron has no bloc to form."""
    columns = {"k": [1], "c": [1]}
    for name in "ABCDE":
        columns |= {f"omega.{name}": [1], f"rho.{name}": [1], f"beta.{name}": [1]}
    games = Parameters(tuple("ABCDE"), columns)
    assert partition_picture(CASE, CASE.game, games, Grid(5, 1)) is None


def test_blocs_are_drawn_for_a_guest_and_say_so():
    """Five ways of three; a name that is no patron of the case is told."""
    found = solved(guest="KOR")
    picture = partition_picture(CASE, CASE.game, found.parameters.rows(slice(0, 50)), found.grid)
    assert len(picture.data.rows) == 5
    assert "with South Korea at the table as well, in 50 games" in picture.caption


def test_a_figure_by_itself_is_one_document_with_its_words_escaped():
    """Title, description, key and caption stand in it as text, whatever is in them."""
    nasty = 'a <script>alert("x")</script> & b'
    table = Table("d", "t", ("a",), (("1",),), "c", folded=True)
    inner = '<svg xmlns="http://www.w3.org/2000/svg" width="440" height="10" viewBox="0 0 440 10"/>'
    figure = Figure("x", nasty, nasty, nasty, inner, table, key=(nasty,))
    root = ElementTree.fromstring(standalone(figure))
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == nasty
    assert root.find(f"{space}desc").text == nasty
    assert not list(root.iter(f"{space}script"))
    lines = [text.text for text in root.findall(f"{space}text")]
    assert " ".join(lines).count("<script>") == 3
    assert float(root.get("height")) > 10 + 15 * np.ceil(len(nasty) / 52)
