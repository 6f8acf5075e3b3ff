"""Pictures of the game say what they are given: menus, structures of blocs, beliefs.

Tolerances: a drawing is rounded to 0.1 px, twice where a place is the sum of two, so places are
compared to 0.25 px. Amounts in tables are compared to half of their last decimal.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.briefs import charts
from tertius.briefs.charts.notes import Block, margin
from tertius.briefs.charts.patterns import STYLES
from tertius.briefs.charts.sieve import check
from tertius.briefs.document import Figure
from tertius.errors import UsageError
from tertius.game import Game, solve

PIXEL = 0.25
HALF = 0.0051
WORDS = {"name": "figure", "title": "Title", "caption": "Caption."}
HOSTILE = '<script>alert("x")</script> & \x00 \u202e url(#a)'
PLOT = 440 - 8 - 12


def menus(game: Game, **options) -> charts.MenuView:
    solution = solve(game)
    return charts.MenuView(
        "billion US dollars",
        tuple(game.policies),
        np.asarray(game.pivot),
        tuple(game.names),
        np.asarray(solution.menus),
        int(solution.policy),
        **options,
    )


def courted() -> charts.MenuView:
    """The game of the model's page: B's losing bid of 7 makes A pay 6."""
    return menus(
        Game(
            pivot=[1, 0, 2],
            patrons=[[6, -3, 0], [-2, 5, 0]],
            policies=["with A", "with B", "neutral"],
            names=["A", "B"],
        )
    )


def crowd(patrons: int = 8, policies: int = 20) -> charts.MenuView:
    rng = np.random.default_rng(3)
    worth = -rng.gamma(3, 1.5, policies)
    offers = rng.gamma(1, 1.2, (patrons, policies)) * (rng.random((patrons, policies)) < 0.7)
    return charts.MenuView(
        "billion",
        tuple(f"policy {k}" for k in range(policies)),
        worth,
        tuple(f"Patron {k}" for k in range(patrons)),
        offers,
        int(np.argmax(worth + offers.sum(axis=0))),
    )


def structures(count: int = 15) -> charts.PartitionView:
    """Rents that fall with the number of blocs, half of the draws of one bloc at 0."""
    rng = np.random.default_rng(5)
    blocs = [4, *[3] * 6, *[2] * 7, 1][:count]
    rows = []
    for index, number in enumerate(blocs):
        draws = rng.gamma(2.0, 1.0, 200) * (number - 1)
        rows.append(charts.PartitionRow(f"structure {index}", number, draws, (0.5, number / 1.0)))
    return charts.PartitionView("billion", tuple(rows))


def walk(delivery: float, rounds: int, trap: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Exact belief path on a lattice: one step up or down a round, until the trap."""
    steps = np.arange(-5, 6)
    levels = 1 / (1 + ((1 - 0.7) / 0.7) ** steps.astype(float))
    paths = np.zeros((rounds + 1, steps.size))
    paths[0, 6] = 1.0
    for k in range(rounds):
        for j in np.flatnonzero(paths[k]).tolist():
            if levels[j] < trap:
                paths[k + 1, j] += paths[k, j]
                continue
            paths[k + 1, min(j + 1, steps.size - 1)] += delivery * paths[k, j]
            paths[k + 1, max(j - 1, 0)] += (1 - delivery) * paths[k, j]
    return levels, paths, paths[:, levels < trap].sum(axis=1)


def beliefs(threshold: float | None = 0.35, trapped: bool = True) -> charts.BeliefView:
    series = []
    for label, delivery in (("committed pivot", 0.7), ("opportunist", 0.3)):
        levels, path, caught = walk(delivery, 12, 0.35)
        series.append(charts.BeliefSeries(label, path, caught if trapped else None))
    return charts.BeliefView(levels, tuple(series), threshold)


MAKERS: dict[str, Callable[[], Figure]] = {
    "menus": lambda: charts.draw_menus(courted(), **WORDS),
    "crowd": lambda: charts.draw_menus(crowd(), **WORDS),
    "structures": lambda: charts.draw_partitions(structures(), **WORDS),
    "beliefs": lambda: charts.draw_beliefs(beliefs(), **WORDS),
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    return {name: make() for name, make in MAKERS.items()}


def elements(figure: Figure, tag: str) -> list[ET.Element]:
    return [each for each in ET.fromstring(figure.svg).iter() if each.tag.endswith(tag)]


def texts(figure: Figure) -> list[str]:
    return [each.text or "" for each in elements(figure, "}text")]


def painted(figure: Figure) -> list[tuple[ET.Element, dict[str, str]]]:
    """Every element with the paint it inherits from its groups."""
    found: list[tuple[ET.Element, dict[str, str]]] = []

    def visit(element: ET.Element, paint: dict[str, str]) -> None:
        own = paint | {name: value for name, value in element.attrib.items() if name != "transform"}
        found.append((element, own))
        for child in element:
            visit(child, own)

    visit(ET.fromstring(figure.svg), {})
    return found


def boxes(figure: Figure, fill: str, stroke: str | None) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of the boxes of one paint."""
    found = []
    for element, paint in painted(figure):
        if element.tag.endswith("}path") and paint.get("fill") == fill and (
            paint.get("stroke") == stroke
        ):  # fmt: skip
            pieces = re.findall(
                r"M(-?[\d.]+),(-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)h", element.get("d", "")
            )
            found += [tuple(map(float, piece)) for piece in pieces]
    return found


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("maker", MAKERS)
def test_every_drawing_is_small_plain_and_refers_to_nothing(maker, figures):
    """Only allowed elements, at most 30 KB, colours of the page, no type under 10 px."""
    figure = figures[maker]
    check(figure.svg, maker)
    assert not re.search(r"\bid=|href|url\(|(?<!font-)style=|class=|<script|data:", figure.svg)
    assert 500 < len(figure.svg) < 30_000
    assert not re.search(r"\d\.\d{3,}", figure.svg)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', figure.svg)) - {"none"}
    assert all(re.fullmatch(r"var\(--[a-z]+\)", colour) for colour in colours)
    root = ET.fromstring(figure.svg)
    scale = 358 / float(root.get("viewBox", "").split()[2])
    sizes = [float(each.get("font-size", "99").removesuffix("px")) for each in root.iter()]
    assert min(sizes) * scale >= 10


@pytest.mark.parametrize("maker", MAKERS)
def test_every_figure_has_words_and_a_table(maker, figures):
    """The alternative has numbers; the table has rows that fit, and starts closed."""
    figure = figures[maker]
    assert len(re.findall(r"\d", figure.alt)) > 8
    assert figure.data.folded
    assert figure.data.rows
    assert {len(row) for row in figure.data.rows} == {len(figure.data.columns)}
    assert figure.data.name == f"{figure.name}-data"


def test_the_bytes_do_not_depend_on_the_hash_seed():
    """Two processes with other seeds of Python's hash draw what this one draws."""
    code = (
        "import runpy, hashlib, sys\n"
        "makers = runpy.run_path(sys.argv[1])['MAKERS']\n"
        "print(hashlib.sha256(repr([make() for make in makers.values()]).encode()).hexdigest())"
    )
    own = hashlib.sha256(repr([make() for make in MAKERS.values()]).encode()).hexdigest()
    seen = {
        subprocess.run(
            [sys.executable, "-c", code, __file__],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert seen == {own}


def test_no_two_texts_of_a_drawing_stand_on_each_other(figures):
    """Boxes of 6 px a character and 10 px a line around every text are disjoint."""
    for maker, figure in figures.items():
        placed = list(_text_boxes(ET.fromstring(figure.svg), 0.0, 0.0, {}))
        assert len(placed) > 10, maker
        for index, (left, top, width, text) in enumerate(placed):
            for x, y, wide, other in placed[:index]:
                apart = abs(y - top) >= 10 or left >= x + wide or x >= left + width
                assert apart, f"{maker}: {text!r} on {other!r}"


@pytest.mark.parametrize("maker", ["menus", "crowd"])
def test_no_bar_of_a_menu_runs_through_a_label(maker, figures):
    """A text is in the middle of a bar, or its middle is 6 px from each."""
    root = ET.fromstring(figures[maker].svg)
    frame = re.match(r"translate\((-?[\d.]+),(-?[\d.]+)\)", root[0].get("transform", ""))
    bars = [
        box
        for style in STYLES
        for edge in ((style[0], style[0]), ("var(--paper)", style[0]))
        for box in boxes(figures[maker], *edge)
    ]
    assert len(bars) > 5
    for left, middle, width, text in _text_boxes(root, 0.0, 0.0, {}):
        # The baseline of our type is 4 px below its middle.
        x, y = left - float(frame[1]), middle - float(frame[2]) - 4
        for start, top, wide, high in bars:
            if x + width < start or start + wide < x:
                continue
            apart = abs(y - (top + high / 2))
            assert apart < 2 or apart > high / 2 + 6, f"{text!r} on a bar"


def _text_boxes(element, x, y, paint):
    """Yield left, middle, width and text, in the coordinates of the drawing."""
    shift = re.search(r"translate\((-?[\d.]+),(-?[\d.]+)\)", element.get("transform", ""))
    if shift:
        x, y = x + float(shift[1]), y + float(shift[2])
    paint = paint | element.attrib
    if element.tag.endswith("}text"):
        left = x + float(element.get("x", "0"))
        # A baseline away from the middle moves all texts of one size alike.
        width = 6.0 * len(element.text or "")
        left -= {"middle": width / 2, "end": width}.get(paint.get("text-anchor", ""), 0.0)
        yield left, y + float(element.get("y", "0")), width, element.text
    for child in element:
        yield from _text_boxes(child, x, y, paint)


# Menus


def test_the_menu_table_is_the_input_the_highest_total_first(figures):
    """Worth, both offers and total of all three policies; the marks name the two policies."""
    data = figures["menus"].data
    assert data.columns == ("policy", "own worth", "A", "B", "total", "mark")
    assert data.rows == (
        ("with A", "1.00", "6.00", "0.00", "7.00", "chosen"),
        ("with B", "0.00", "0.00", "7.00", "7.00", "–"),
        ("neutral", "2.00", "0.00", "2.00", "4.00", "best without offers"),
    )


def test_the_words_of_menus_name_the_losing_bid(figures):
    """What made A pay is the offer that is never collected."""
    alt = figures["menus"].alt
    assert "Chosen: with A, own worth 1.00, offers A 6.00 and B 0.00, total 7.00." in alt
    assert "Next highest total: with B, own worth 0.00, offers A 0.00 and B 7.00" in alt
    assert "Highest offers for what is not chosen: A 0.00 for with B; B 7.00 for with B." in alt


def test_offers_begin_where_the_own_worth_ends(figures):
    """On a scale from 0 to 8 over 420 px each bar has the place known by hand."""
    unit = PLOT / 8
    (left, _, width, _) = next(box for box in boxes(figures["menus"], "var(--accent)",
                               "var(--accent)") if box[2] > 20)  # fmt: skip
    assert (left, width) == (pytest.approx(1 * unit, abs=PIXEL), pytest.approx(6 * unit, abs=PIXEL))
    losing = [box for box in boxes(figures["menus"], "var(--paper)", "var(--conf)") if box[2] > 20]
    assert [(box[0], box[2]) for box in losing] == [
        (pytest.approx(0, abs=PIXEL), pytest.approx(7 * unit, abs=PIXEL)),
        (pytest.approx(2 * unit, abs=PIXEL), pytest.approx(2 * unit, abs=PIXEL)),
    ]
    own = [box for box in boxes(figures["menus"], "var(--muted)", None) if box[3] == 5]
    widths = sorted(box[2] for box in own)
    # The third is the swatch of the legend, 14 px wide.
    assert widths == pytest.approx([14, unit, 2 * unit], abs=PIXEL)


def test_a_negative_worth_starts_the_offers_left_of_zero():
    """With worth -2 and an offer of 5 the offer runs from -2 to 3 and the total is 3."""
    view = charts.MenuView("u", ("p",), np.array([-2.0]), ("A",), np.array([[5.0]]), 0)
    figure = charts.draw_menus(view, **WORDS)
    # Round bounds of -2, 0 and 3 are -2 and 4 in steps of 2.
    unit = PLOT / 6
    (left, _, width, _) = next(box for box in boxes(figure, "var(--accent)", "var(--accent)")
                               if box[2] > 20)  # fmt: skip
    assert (left, width) == (pytest.approx(0, abs=PIXEL), pytest.approx(5 * unit, abs=PIXEL))
    assert "−2.00 + 5.00 = 3.00" in texts(figure)
    assert "total of the chosen: 3.00" in texts(figure)


def test_the_chosen_policy_is_bold_and_marked_and_the_line_stands_at_its_total(figures):
    """A triangle, bold type and a dashed line tell, no colour has to."""
    figure = figures["menus"]
    bold = [element.text for element, paint in painted(figure)
            if element.tag.endswith("}text") and paint.get("font-weight") == "700"]  # fmt: skip
    assert bold == ["with A", "1.00 + 6.00 = 7.00"]
    places = [
        float(re.match(r"translate\((-?[\d.]+),", element.get("transform", ""))[1])
        for element, paint in painted(figure)
        if element.tag.endswith("}line") and paint.get("stroke-dasharray")
    ]
    # Triangle and diamond once at a policy and once in the legend.
    assert figure.svg.count('d="M3.5,0L-3.5,-4L-3.5,4Z" fill="var(--ink)"') == 2
    assert figure.svg.count('d="M-4,0L0,-4L4,0L0,4Z" fill="var(--paper)"') == 2
    # One beside each of three rows, and the foot.
    assert places == pytest.approx([7 * PLOT / 8] * 4, abs=PIXEL)


def test_the_chosen_and_the_best_without_offers_are_always_drawn():
    """Of 40 policies three are drawn: the two that must be, and the highest of the others."""
    worth = np.linspace(0, 1, 40)
    offers = np.stack([np.linspace(5, 0, 40)])
    view = charts.MenuView("u", tuple(f"p{k}" for k in range(40)), worth, ("A",), offers, 20, 3)
    figure = charts.draw_menus(view, **WORDS)
    assert [text for text in texts(figure) if re.fullmatch(r"p\d+", text)] == ["p0", "p20", "p39"]
    assert "3 of 40 policies, those with the highest totals" in texts(figure)
    assert len(figure.data.rows) == 40


def test_a_tie_is_led_by_the_chosen_policy_whatever_rounding_says():
    """A total larger by a rounding error does not push the chosen policy down."""
    worth = np.array([1.0 + 4e-16 * 7, 1.0])
    view = charts.MenuView("u", ("other", "chosen"), worth, ("A",), np.zeros((1, 2)), 1)
    rows = charts.draw_menus(view, **WORDS).data.rows
    assert [row[0] for row in rows] == ["chosen", "other"]
    assert rows[0][-1] == "chosen, best without offers"


def test_a_long_table_of_menus_says_how_much_it_leaves_out():
    """Of 500 policies 200 are listed, the chosen one among them, and the title counts them."""
    worth = np.arange(500.0)
    view = charts.MenuView("u", tuple(map(str, range(500))), worth, ("A",), np.zeros((1, 500)), 0)
    data = charts.draw_menus(view, **WORDS).data
    assert len(data.rows) == 200
    assert data.title.endswith("; the 200 highest of 500")
    assert data.rows[0][0] == "499"
    assert data.rows[-1][0] == "0"


def test_eight_patrons_have_eight_styles_and_a_legend_in_the_order_of_the_bars(figures):
    """No two styles are equal; the legend names all, and rows with room name them again."""
    assert len(set(STYLES)) == 8
    names = [text for text in texts(figures["crowd"]) if re.fullmatch(r"Patron \d", text)]
    assert set(names) == {f"Patron {k}" for k in range(8)}
    assert names[-8:] == [f"Patron {k}" for k in range(8)]
    view = crowd()
    by_name = {row[0]: row for row in figures["crowd"].data.rows}
    for index, policy in enumerate(view.policies):
        cells = [number(cell) for cell in by_name[policy][1:-1]]
        expected = [view.worth[index], *view.offers[:, index],
                    view.worth[index] + view.offers[:, index].sum()]  # fmt: skip
        assert cells == pytest.approx(expected, abs=HALF)


@pytest.mark.parametrize("worth", [[-3.0, -1.0], [0.0, 0.0], [2.0, 1.0]])
def test_nobody_offers_anything(worth):
    """One patron with empty menus: no bar of offers, and the pivot's own best is chosen."""
    best = int(np.argmax(worth))
    view = charts.MenuView("u", ("a", "b"), np.array(worth), ("A",), np.zeros((1, 2)), best)
    figure = charts.draw_menus(view, **WORDS)
    assert [box[2] for box in boxes(figure, "var(--accent)", "var(--accent)")] == [14]
    assert "No other is worth more without offers." in figure.alt
    assert figure.data.rows[0][-1] == "chosen, best without offers"


# Structures of blocs


def test_the_table_of_structures_is_the_input(figures):
    """Fifteen rows, most blocs first; quantiles and ends of the interval as given."""
    view = structures()
    assert [row[0] for row in figures["structures"].data.rows] == [row.label for row in view.rows]
    for row, cells in zip(view.rows, figures["structures"].data.rows, strict=True):
        assert cells[1:3] == (str(row.blocs), "200")
        quantiles = np.quantile(row.draws, [0.05, 0.25, 0.5, 0.75, 0.95])
        assert [number(cell) for cell in cells[4:9]] == pytest.approx(quantiles.tolist(), abs=HALF)
        assert [number(cell) for cell in cells[9:]] == pytest.approx(row.interval, abs=HALF)


def test_structures_are_grouped_under_the_number_of_blocs(figures):
    """Each number of blocs is a head, once, from most to fewest."""
    heads = [text for text in texts(figures["structures"]) if re.fullmatch(r"\d blocs?", text)]
    assert heads == ["4 blocs", "3 blocs", "2 blocs", "1 bloc"]


def test_the_words_of_structures_give_both_ends(figures):
    """One bloc leaves nothing in all draws, and the words say so."""
    alt = figures["structures"].alt
    assert alt.startswith("Rent under 15 structures of blocs, billion. structure 0 (4 blocs):")
    nothing = "median 0.00 of 200 draws, 90 % from 0.00 to 0.00, 0 in 100 %"
    assert f"structure 14 (1 bloc): {nothing}" in alt


def test_median_and_bands_stand_at_their_quantiles():
    """Draws 0, 1, ..., 100 have quantiles known by hand; the axis runs from 0 to 100."""
    row = charts.PartitionRow("a | b", 2, np.arange(101.0))
    figure = charts.draw_partitions(charts.PartitionView("u", (row,)), **WORDS)
    ends = {}
    for element, paint in painted(figure):
        if element.tag.endswith("}line") and paint.get("stroke") == "var(--accent)":
            left = float(re.match(r"translate\((-?[\d.]+),", element.get("transform", ""))[1])
            ends[paint["stroke-width"]] = (left, left + float(element.get("x2", "0")))
    # The lines run between the 5 and 95, and the 25 and 75 % quantiles, in either direction.
    assert sorted(ends["1.5"]) == pytest.approx([0.05 * PLOT, 0.95 * PLOT], abs=PIXEL)
    assert sorted(ends["5"]) == pytest.approx([0.25 * PLOT, 0.75 * PLOT], abs=PIXEL)
    assert "50.00; 0 in 1 %" in texts(figure)


def test_an_interval_is_a_bar_and_a_unique_rent_a_diamond():
    """From 1 to 3 on an axis from 0 to 4; at 4 a diamond and one number."""
    rows = (
        charts.PartitionRow("a | b", 2, None, (1.0, 3.0)),
        charts.PartitionRow("a + b", 1, None, (4.0, 4.0)),
    )
    figure = charts.draw_partitions(charts.PartitionView("u", rows), **WORDS)
    wide = [box for box in boxes(figure, "none", "var(--conf)") if box[3] == 12]
    assert [(box[0], box[2]) for box in wide] == [
        (pytest.approx(PLOT / 4, abs=PIXEL), pytest.approx(PLOT / 2, abs=PIXEL))
    ]
    assert {"1.00 to 3.00", "4.00"} <= set(texts(figure))
    assert figure.data.rows[0][2:] == (*["–"] * 7, "1.00", "3.00")


def test_more_structures_than_are_shown_are_counted_and_keep_both_ends():
    """Of 15 four are drawn: most blocs, one bloc, and the two largest medians between."""
    view = structures()
    cut = charts.PartitionView("billion", view.rows, shown=4)
    figure = charts.draw_partitions(cut, **WORDS)
    drawn = [text for text in texts(figure) if text.startswith("structure")]
    middles = {row.label: float(np.median(row.draws)) for row in view.rows[1:-1]}
    largest = sorted(middles, key=lambda label: -middles[label])[:2]
    assert sorted(drawn) == sorted(["structure 0", "structure 14", *largest])
    assert "4 of 15 structures: both ends and largest rents" in texts(figure)
    assert "4 are drawn" in figure.alt
    assert len(figure.data.rows) == 15


def test_one_structure_with_all_draws_at_zero_can_be_drawn():
    """A single bloc of all patrons is one row, and a finding."""
    row = charts.PartitionRow("a + b", 1, np.zeros(10))
    figure = charts.draw_partitions(charts.PartitionView("u", (row,)), **WORDS)
    assert "0.00; 0 in 100 %" in texts(figure)
    assert figure.data.rows[0][3] == "100 %"


# Beliefs


def test_the_table_of_beliefs_holds_the_exact_quantiles(figures):
    """Each quantile is the least level with at least that share at or below it."""
    view = beliefs()
    rows = iter(figures["beliefs"].data.rows)
    for path in view.paths:
        for k in range(13):
            cells = next(rows)
            assert cells[:2] == (str(k), path.label)
            for wanted, cell in zip((0.05, 0.25, 0.5, 0.75, 0.95), cells[2:7], strict=True):
                least = min(
                    level
                    for level in view.levels
                    if path.probability[k][view.levels <= level].sum() >= wanted - 1e-9
                )
                assert number(cell) == pytest.approx(least, abs=HALF)
            # Here both columns say the same: who is below the threshold is trapped.
            assert cells[7] == cells[8]


def test_a_quantile_at_the_edge_of_a_level_is_that_level():
    """With half on 0.2 and half on 0.8 the median is 0.2, and 0.8 begins above it."""
    path = np.array([[1.0, 0.0], [0.5, 0.5]])
    view = charts.BeliefView(np.array([0.2, 0.8]), (charts.BeliefSeries("a", path),))
    cells = charts.draw_beliefs(view, **WORDS).data.rows[1]
    assert cells[2:7] == ("0.20", "0.20", "0.20", "0.80", "0.80")


def test_the_threshold_and_the_share_trapped_are_written_at_the_end(figures):
    """Once a panel: what the rule means, and how many have fallen below it."""
    said = texts(figures["beliefs"])
    assert said.count("μ* = 0.35:") == 2
    assert said.count("below it the goal") == said.count("is not bought") == 2
    ends = [f"{100 * path.trapped[-1]:.0f} % trapped" for path in beliefs().paths]
    assert [text for text in said if text.endswith("trapped")] == ends
    assert said.count("by round 12") == 2
    assert "The threshold is 0.35; below it the goal is not bought." in figures["beliefs"].alt
    assert f"{ends[1]} by round 12." in figures["beliefs"].alt


def test_the_rule_stands_at_the_threshold(figures):
    """Panels of 136 px under heads of 42 px: 0.35 is 47.6 px above each floor."""
    rules = [element for element, paint in painted(figures["beliefs"])
             if element.tag.endswith("}line") and paint.get("stroke") == "var(--conf)"]  # fmt: skip
    places = [
        float(re.match(r"translate\([-\d.]+,(-?[\d.]+)\)", rule.get("transform", ""))[1])
        for rule in rules
    ]
    expected = [floor - 0.35 * 136 for floor in (178, 356)]
    assert sorted(places) == pytest.approx(expected, abs=PIXEL)


@pytest.mark.parametrize(
    ("threshold", "words", "rules"),
    [
        (0.999, "μ* = 1.00:", 2),
        (0.0, "μ* = 0.00:", 2),
        (1.3, "μ* = 1.30 is above every belief: the goal is never bought", 0),
        (np.inf, "μ* is above every belief: the goal is never bought", 0),
        (-0.2, "μ* = −0.20 is below every belief: the goal is always bought", 0),
    ],
)
def test_a_threshold_outside_the_levels_is_drawn_or_said(threshold, words, rules):
    """Above all levels but below 1 it is a rule; beyond 0 to 1 it is a sentence."""
    figure = charts.draw_beliefs(beliefs(threshold, trapped=False), **WORDS)
    assert words in texts(figure)
    drawn = [1 for element, paint in painted(figure)
             if element.tag.endswith("}line") and paint.get("stroke") == "var(--conf)"]  # fmt: skip
    assert len(drawn) == rules
    below = {row[7] for row in figure.data.rows}
    assert below == ({"100 %"} if threshold > 0.99 else {"0 %"})


def test_without_a_threshold_nothing_is_said_about_one():
    """No rule, no words, dashes in the table."""
    figure = charts.draw_beliefs(beliefs(None, trapped=False), **WORDS)
    assert not any("μ" in text or "trapped" in text for text in texts(figure))
    assert "threshold" not in figure.alt
    assert {row[7:] for row in figure.data.rows} == {("–", "–")}


def test_many_rounds_are_thinned_in_the_table_and_said():
    """Of 401 rounds 41 are listed, the first and the last among them."""
    _, path, _ = walk(0.7, 400, 0.35)
    levels, _, _ = walk(0.7, 1, 0.35)
    view = charts.BeliefView(levels, (charts.BeliefSeries("a", path),))
    data = charts.draw_beliefs(view, **WORDS).data
    assert data.title.endswith("; 41 of 401 rounds")
    assert (data.rows[0][0], data.rows[-1][0]) == ("0", "400")


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.floats(0, 136), st.integers(1, 3)), min_size=1, max_size=2))
def test_blocks_in_the_margin_never_overlap_nor_leave_the_panel(given_blocks):
    """Lines are at least 14 px apart, and all within the panel, wherever the rules stand."""
    blocks = [Block(at, ("x",) * lines, "var(--ink)") for at, lines in given_blocks]
    lines = sorted(part["mark"]["y"] for part in margin(blocks, x=0, top=0, bottom=136))
    assert len(lines) == sum(lines for _, lines in given_blocks)
    assert all(after - before >= 14 for before, after in pairwise(lines))
    assert lines[0] >= 7
    assert lines[-1] <= 136 - 7


# All three


def test_hostile_labels_stay_words():
    """Markup, control characters, direction overrides and references are text, not drawing."""
    numbers = np.array([1.0, 2.0])
    made = (
        charts.draw_menus(
            charts.MenuView(HOSTILE, (HOSTILE, "b"), numbers, (HOSTILE,), numbers[None], 1,
                            pivot=HOSTILE),
            **WORDS,
        ),
        charts.draw_partitions(
            charts.PartitionView(HOSTILE, (charts.PartitionRow(HOSTILE, 2, numbers),)), **WORDS
        ),
        charts.draw_beliefs(
            charts.BeliefView(
                np.array([0.2, 0.8]), (charts.BeliefSeries(HOSTILE, np.full((2, 2), 0.5)),)
            ),
            **WORDS,
        ),
    )  # fmt: skip
    for figure in made:
        check(figure.svg, "hostile")
        assert "<script" not in figure.svg
        assert "\u202e" not in figure.svg
        assert any(text.startswith("<script>") for text in texts(figure))


def _bad_views() -> list[tuple[str, Callable[[], Figure]]]:
    two, path = np.array([1.0, 2.0]), np.full((3, 2), 0.5)
    levels = np.array([0.2, 0.8])

    def menu(worth=two, offers=None, patrons=("A",), chosen=0, policies=("a", "b")):
        given_offers = np.zeros((len(patrons), 2)) if offers is None else offers
        view = charts.MenuView("u", policies, worth, patrons, given_offers, chosen)
        return lambda: charts.draw_menus(view, **WORDS)

    def structure(*rows):
        return lambda: charts.draw_partitions(charts.PartitionView("u", rows), **WORDS)

    def belief(probability=path, at=levels, threshold=None, trapped=None, count=1):
        series = charts.BeliefSeries("a", probability, trapped)
        view = charts.BeliefView(at, (series,) * count, threshold)
        return lambda: charts.draw_beliefs(view, **WORDS)

    row = charts.PartitionRow
    return [
        ("no policy", menu(np.zeros(0), np.zeros((1, 0)), policies=())),
        ("no patron", menu(patrons=())),
        ("nine patrons", menu(patrons=tuple("abcdefghi"))),
        ("chosen outside", menu(chosen=2)),
        ("chosen negative", menu(chosen=-1)),
        ("shape", menu(offers=np.zeros((2, 2)))),
        ("not finite", menu(np.array([1.0, np.nan]))),
        ("negative offer", menu(offers=np.array([[0.0, -1.0]]))),
        ("no structure", structure()),
        ("neither", structure(row("a", 1))),
        ("no draws", structure(row("a", 1, np.zeros(0)))),
        ("infinite", structure(row("a", 1, None, (0.0, np.inf)))),
        ("disordered", structure(row("a", 1, None, (2.0, 1.0)))),
        ("no blocs", structure(row("a", 0, two))),
        ("no path", belief(count=0)),
        ("five paths", belief(count=5)),
        ("one round", belief(path[:1])),
        ("other levels", belief(at=np.array([0.1, 0.2, 0.3]))),
        ("no rank", belief(path[0])),
        ("descending", belief(at=levels[::-1])),
        ("outside 0 to 1", belief(at=levels + 0.5)),
        ("sums", belief(path * 0.9)),
        ("nan", belief(path * np.nan)),
        ("threshold", belief(threshold=float("nan"))),
        ("trapped", belief(trapped=np.zeros(2))),
        ("trapped share", belief(trapped=np.array([0.0, 0.5, 1.5]))),
    ]  # fmt: skip


@pytest.mark.parametrize(("why", "make"), _bad_views(), ids=[why for why, _ in _bad_views()])
def test_views_that_cannot_be_drawn_are_refused(why, make):
    """A clear error of ours, never one of the engine or of numpy."""
    with pytest.raises(UsageError):
        make()
