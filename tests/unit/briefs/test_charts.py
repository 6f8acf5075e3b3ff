"""Charts say what they are given: places, styles, gaps, words; compact and safe to embed.

Tolerances: positions are compared to 0.11 px, because drawings are rounded to 0.1 px.
"""

from __future__ import annotations

import re
import runpy
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertius.briefs import charts
from tertius.briefs.charts.axes import round_domain, round_ticks
from tertius.briefs.charts.drawings import channel
from tertius.briefs.charts.milestones import number
from tertius.briefs.charts.sieve import check, sieve
from tertius.briefs.document import Figure
from tertius.errors import UsageError

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample_document.py")))
PIXEL = 0.11
MAKERS = (
    "triangles",
    "leverage",
    "relations",
    "turn",
    "rents",
    "regime",
    "drivers",
    "role_times",
    "spans",
    "payments",
)
WORDS = {"name": "figure", "title": "Title", "caption": "Caption."}


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    return {maker: SAMPLE[maker]() for maker in MAKERS}


def drawings(figure: Figure) -> list[ET.Element]:
    return list(ET.fromstring(f"<f>{figure.svg}</f>"))


def elements(figure: Figure, tag: str) -> list[ET.Element]:
    return [each for each in ET.fromstring(f"<f>{figure.svg}</f>").iter() if each.tag.endswith(tag)]


def texts(figure: Figure) -> list[str]:
    return [each.text or "" for each in elements(figure, "}text")]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_drawing_is_small_plain_and_refers_to_nothing(maker, figures):
    """Only allowed elements, no ids that could collide, each panel within 30 KB."""
    figure = figures[maker]
    check(figure.svg, maker)
    assert not re.search(r"\bid=|href|url\(|(?<!font-)style=|class=|<script|data:", figure.svg)
    for panel in figure.svg.split("<svg")[1:]:
        assert 500 < len(panel) < 30_000
    assert not re.search(r"\d\.\d{3,}", figure.svg)


@pytest.mark.parametrize("maker", MAKERS)
def test_colours_are_variables_of_the_page(maker, figures):
    """A fixed colour would not follow light and dark."""
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', figures[maker].svg)) - {"none"}
    assert colours
    assert all(re.fullmatch(r"var\(--[a-z]+\)", colour) for colour in colours)


@pytest.mark.parametrize("maker", MAKERS)
def test_type_stays_readable_on_a_phone(maker, figures):
    """A 390 px phone leaves 358 px for a drawing; no type falls under 10 px there."""
    for drawing in drawings(figures[maker]):
        scale = 358 / float(drawing.get("viewBox", "").split()[2])
        sizes = [float(each.get("font-size", "99").removesuffix("px")) for each in drawing.iter()]
        assert min(sizes) * scale >= 10


@pytest.mark.parametrize("maker", MAKERS)
def test_the_same_view_gives_the_same_bytes(maker, figures):
    """Nothing of the clock, the order of a set or a counter of the engine is in a drawing."""
    assert SAMPLE[maker]() == figures[maker]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_figure_has_words_and_a_table(maker, figures):
    """The alternative has numbers; the table has rows that fit, and starts closed."""
    figure = figures[maker]
    assert len(re.findall(r"\d", figure.alt)) > 8
    assert figure.data.folded
    assert figure.data.rows
    assert {len(row) for row in figure.data.rows} == {len(figure.data.columns)}
    assert figure.data.name == f"{figure.name}-data"


def test_a_side_is_styled_by_its_interval_and_labelled_with_its_sign(figures):
    """Solid above 0, dashed below, dotted across; wider the further from 0."""
    lines = elements(figures["triangles"], "}line")
    styles = [(line.get("stroke"), line.get("stroke-dasharray")) for line in lines]
    friendly, hostile, unclear = (
        ("var(--coop)", None),
        ("var(--conf)", "7 4"),
        ("var(--muted)", "1.5 4.5"),
    )
    assert styles == [unclear, hostile, friendly, friendly, friendly, hostile]
    widths = [float(line.get("stroke-width", "0")) for line in lines]
    scores = [0.17, 0.42, 0.22, 0.81, 0.55, 0.12]
    assert np.argsort(widths).tolist() == np.argsort(scores).tolist()
    assert {"+0.17", "−0.42", "+0.72 to +0.88", "−0.19 to −0.05"} <= set(
        texts(figures["triangles"])
    )


def test_no_triangle_is_drawn_as_such():
    """Three states, no side, and the words."""
    view = charts.TriangleView(
        "Aug 2018", "PRK", ("CHN", "USA"), {}, (), "no triangle: too few events"
    )
    figure = charts.draw_triangles((view,), **WORDS)
    assert elements(figure, "}line") == []
    assert len(elements(figure, "}circle")) == 3
    assert "no triangle" in texts(figure)
    assert "no triangle" in figure.alt


def test_a_side_nobody_reported_is_dotted_and_says_so():
    """Unknown is not neutral: it has no number."""
    edge = charts.Edge("PRK", "CHN", float("nan"), float("nan"), float("nan"), 0)
    view = charts.TriangleView("Aug 2018", "PRK", ("CHN", "USA"), {}, (edge,), "role open")
    figure = charts.draw_triangles((view,), **WORDS)
    assert texts(figure).count("not reported") == 3
    assert {line.get("stroke-dasharray") for line in elements(figure, "}line")} == {"1.5 4.5"}
    assert not any("nan" in text for text in texts(figure))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 303), min_size=1, max_size=30))
def test_numbers_of_milestones_never_overlap(offsets):
    """Two numbers in one row are at least their widths apart, whatever the dates."""
    start = date(2018, 1, 1)
    items = [charts.Milestone(start + timedelta(days=k), f"event {k}") for k in offsets]
    x = channel("x", (start.toordinal(), start.toordinal() + 303))
    placed = number(items, x, plot_px=394)
    assert len(placed.key) == len(items)
    drawn = 0
    for part in placed.layers[1:]:
        rows = sorted(part["data"]["values"], key=lambda row: row["x"])
        drawn += len(rows)
        for before, after in pairwise(rows):
            apart = (after["x"] - before["x"]) / 303 * 394
            # Semi-bold digits of 12.5 px type are 7.0 px wide.
            assert apart >= 3.5 * (len(before["n"]) + len(after["n"]))
    assert drawn == len(items)


def test_the_key_counts_only_what_is_drawn_in_order_of_date(figures):
    """A milestone outside the plot has no number."""
    outside = charts.Milestone(date(2017, 9, 3), "nuclear test")
    month = tuple(date(2018, k, 1) for k in (1, 2, 3))
    band = charts.Band("raw", month, np.full((3, 5), 0.2))
    inside = [charts.Milestone(date(2018, 2, day), f"day {day}") for day in (20, 3)]
    view = charts.LeverageView("Index", (band,), (*inside, outside))
    figure = charts.draw_leverage(view, **WORDS)
    assert figure.key == ("3 Feb 2018: day 3", "20 Feb 2018: day 20")


def test_a_gap_in_a_series_stays_a_gap():
    """Median and bands break where nothing is known: twice as many strokes, not a bridge."""
    days = tuple(date(2018, 1, 1) + timedelta(days=7 * k) for k in range(9))
    whole = np.tile([1.0, 2, 3, 4, 5], (9, 1))
    broken = whole.copy()
    broken[4] = np.nan

    def strokes(quantiles: np.ndarray) -> int:
        view = charts.RelationView("events", (charts.Band("A → B", days, quantiles),))
        svg = charts.draw_relations(view, **WORDS).svg
        return len(re.findall(r'd="[^"]*"[^>]*stroke="var\(--accent\)"', svg))

    assert strokes(broken) == 2 * strokes(whole) == 2


def test_panels_with_scales_of_their_own_say_so(figures):
    """The caption warns; with a shared scale it need not."""
    assert figures["relations"].caption.endswith("Each panel has its own scale.")
    days = tuple(date(2018, 1, 1) + timedelta(days=7 * k) for k in range(4))
    bands = tuple(charts.Band(name, days, np.ones((4, 5))) for name in "ab")
    view = charts.RelationView("events", bands, shared_scale=True)
    assert charts.draw_relations(view, **WORDS).caption == "Caption."


def test_the_95_set_is_filled_and_bracketed_in_its_runs(figures):
    """Two runs of days give two brackets, and the words name both."""
    figure = figures["turn"]
    brackets = [line for line in elements(figure, "}line") if line.get("stroke-width") == "5"]
    group = [each for each in elements(figure, "}g") if each.get("stroke-width") == "5"]
    assert len(brackets) + sum(len(each) for each in group) == 2
    assert "8 Mar 2018 to 10 Mar 2018 and 20 Mar 2018 to 1 Apr 2018" in figure.alt
    assert "The claimed day, 8 Mar 2018, is in the set." in figure.alt
    assert "claimed 8 Mar 2018" in texts(figure)


def test_a_point_mass_is_a_share_and_not_a_bin():
    """Draws at 0 are counted apart; the histogram holds the others only."""
    draws = np.concatenate([np.zeros(700), np.full(300, 2.0)])
    view = charts.RentView("rent", (charts.RentSeries("alone", draws),))
    figure = charts.draw_rents(view, **WORDS)
    assert "70 %" in texts(figure)
    assert figure.data.rows[0][2] == "70 %"
    assert "70 % of 1,000 draws at exactly 0" in figure.alt
    bars = [each for each in elements(figure, "}path") if each.get("fill") == "var(--accent)"]
    assert len(bars) == 1
    assert bars[0].get("d", "").count("M") == 1


def test_all_draws_at_zero_can_be_drawn():
    """A case in which nobody pays is a finding, not an error."""
    view = charts.RentView("rent", (charts.RentSeries("alone", np.zeros(50)),))
    figure = charts.draw_rents(view, **WORDS)
    assert "100 %" in texts(figure)


def test_the_boundary_separates_cells_with_a_rent_from_cells_without():
    """On a 2 by 3 grid the boundary is known by hand: one upright, one level, one upright."""
    rent = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    view = charts.RegimeView(
        "x", "y", np.array([0.0, 1, 2]), np.array([0.0, 1]), rent, np.zeros((0, 2)), (1, 0.5), "u"
    )
    figure = charts.draw_regime(view, **WORDS)
    width, height = (440 - 44 - 14) / 3, 300 / 2
    found = set()
    for group in [*elements(figure, "}g"), *elements(figure, "}line")]:
        for line in group if group.tag.endswith("}g") else [group]:
            paint = {**group.attrib, **line.attrib}
            if paint.get("stroke-width") != "2" or paint.get("stroke") != "var(--ink)":
                continue
            shift = re.fullmatch(r"translate\((.*),(.*)\)", line.get("transform", ""))
            assert shift
            ends = (float(line.get("x2", 0)), float(line.get("y2", 0)))
            found.add((float(shift[1]), float(shift[2]), *ends))
    expected = {
        (2 * width, 2 * height, 0, -height),
        (width, height, 0, -height),
        (width, height, width, 0),
    }
    assert len(found) == 3
    for want in expected:
        assert min(np.abs(np.subtract(got, want)).max() for got in found) <= PIXEL


def test_a_cloud_is_thinned_to_three_hundred_dots(figures):
    """The drawing holds at most 300 of 4,000 draws, as one path."""
    dots = [each for each in elements(figures["regime"], "}path") if "h0" in each.get("d", "")]
    largest = max(each.get("d", "").count("M") for each in dots)
    assert 200 < largest <= 300


def test_drivers_stand_at_their_correlation_strongest_first(figures):
    """Dots lie on a linear scale from -1 at 16 px to 1.28 at the right margin."""
    figure = figures["drivers"]
    values = [float(row[1].replace("−", "-")) for row in figure.data.rows]
    assert [abs(value) for value in values] == sorted((abs(v) for v in values), reverse=True)
    stems = [
        (float(part[1]), float(line.get("x2", 0)))
        for line in elements(figure, "}line")
        if (part := re.match(r"translate\(([\d.]+),", line.get("transform", "")))
        and float(line.get("x2", 0)) != 0
    ]
    unit = (440 - 16 - 10) / 2.28
    assert sorted(start for start, _ in stems) == pytest.approx([unit] * len(values), abs=PIXEL)
    assert sorted(end for _, end in stems) == pytest.approx(
        sorted(value * unit for value in values), abs=PIXEL
    )


def test_a_year_nobody_counted_has_no_point(figures):
    """Seven counted years of two series: fourteen points, and the gap is named."""
    figure = figures["spans"]
    diamonds = [each for each in elements(figure, "}path") if each.get("fill") == "var(--paper)"]
    grouped = [
        child
        for each in elements(figure, "}g")
        if each.get("fill") == "var(--paper)"
        for child in each
    ]
    counted = [row for row in figure.data.rows if row[1] != "–"]
    assert len(counted) == 7
    # One more of each stands in the legend.
    assert len(diamonds) + len(grouped) == 7 + 1
    assert "no count" in texts(figure)
    assert [row[1:] for row in figure.data.rows if row[0] == "2016"] == [("–", "–")]


def test_periods_without_a_triangle_are_shaded_not_zero(figures):
    """August has no column, a shade, and a dash in the table."""
    figure = figures["role_times"]
    assert figure.data.rows[7] == ("Aug 2018", *["–"] * 6)
    assert "from Aug 2018 no triangle" in figure.alt


def _bad_views() -> list[tuple[str, Callable[[], Figure]]]:
    day = (date(2018, 1, 1),)
    none = np.zeros(0)
    return [
        ("no series", lambda: charts.draw_leverage(charts.LeverageView("u", ()), **WORDS)),
        ("no dyad", lambda: charts.draw_relations(charts.RelationView("u", ()), **WORDS)),
        ("no triangle", lambda: charts.draw_triangles((), **WORDS)),
        (
            "lengths",
            lambda: charts.draw_turn(
                charts.TurnView(day, np.ones(2), None, np.ones(1, dtype=bool)), **WORDS
            ),
        ),
        (
            "no draws",
            lambda: charts.draw_rents(
                charts.RentView("u", (charts.RentSeries("a", none),)), **WORDS
            ),
        ),
        ("no driver", lambda: charts.draw_drivers(charts.DriverView("r", ()), **WORDS)),
        ("no payment", lambda: charts.draw_payments(charts.PaymentView("u", ()), **WORDS)),
        (
            "shape",
            lambda: charts.draw_role_times(
                charts.RoleTimeView("s", day, ("pivot",), np.ones((2, 1))), **WORDS
            ),
        ),
        ("no span", lambda: charts.draw_spans(charts.SpanView("u", (2009,), ()), **WORDS)),
        ("quantiles", lambda: charts.Band("b", day, np.ones((1, 3)))),
    ]


@pytest.mark.parametrize(("why", "make"), _bad_views(), ids=[why for why, _ in _bad_views()])
def test_views_that_cannot_be_drawn_are_refused(why, make):
    """A clear error of ours, never one of the engine."""
    with pytest.raises(UsageError):
        make()


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect onclick="x"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="url(#a)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><rect style="fill:red"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:1"/></svg>',
        "<svg><rect></svg>",
        '<img src="x"/>',
    ],
)
def test_drawings_with_anything_but_shapes_are_refused(svg):
    """The page checks drawings by the allow-list they were made with."""
    with pytest.raises(UsageError):
        check(svg, "test")


def test_the_sieve_merges_equal_dots_and_boxes_without_moving_them():
    """Two dots become one path with the same two places; paint is kept."""
    circle = "M1.5,0A1.5,1.5,0,1,1,-1.5,0A1.5,1.5,0,1,1,1.5,0"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        f'<path transform="translate(10,20)" d="{circle}" fill="var(--ink)"/>'
        f'<path transform="translate(30.04,40)" d="{circle}" fill="var(--ink)"/>'
        '<path transform="translate(1,2)" d="M0,0h10v5h-10Z" fill="var(--ink)"/>'
        '<path transform="translate(5,2)" d="M0,1h10v5h-10Z" fill="var(--ink)"/></svg>'
    )
    root = ET.fromstring(sieve(svg))
    assert [each.get("d") for each in root] == [
        "M10,20h0M30,40h0",
        "M1,2h10v5h-10ZM5,3h10v5h-10Z",
    ]
    assert root[0].get("stroke-width") == "3"


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_round_and_within_the_domain(low, width):
    """Between two and eight ticks on any domain the bounds come from."""
    bounds = round_domain([low, low + width], zero=False)
    ticks = round_ticks(*bounds)
    # Rounding of the tick arithmetic may cut off a millionth of the width.
    assert bounds[0] <= low + 1e-6 * width
    assert bounds[1] >= low + width * (1 - 1e-6)
    assert 2 <= len(ticks) <= 8
    assert bounds[0] - 1e-6 * width <= ticks[0]
    assert ticks[-1] <= bounds[1] + 1e-6 * width
