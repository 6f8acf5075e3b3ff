"""The history's figures against a second entry of them, its p-values against other counts.

1. Figures that are scored, entered again here from the same sources, and their ratios.
2. p-values against every rearrangement (small tables) and against scipy's exact test;
   1e-9 relative allows for scipy's logarithms of factorials.
3. The numbers printed on the page: what is left of test (b) if contests for recognition
   are one triangle, or if Ukraine in 2013 is coded otherwise.
"""

from __future__ import annotations

import csv
from itertools import permutations, product

import pytest
from scipy.stats import fisher_exact

from tertius.casebook import triangle_library
from tertius.claims import score_history
from tertius.claims.history.chances import rearranged

LOGARITHMS = 1e-9

# triangle: (role, amount) twice, and the ratio of the first to the second.
FIGURES = {
    ("malta-1971", "after", "before"): (36.4, 12, 3.03),
    ("kyrgyzstan-2009", "after", "before"): (60, 17.4, 3.45),
    ("djibouti-2014", "after", "before"): (63, 38, 1.66),
    ("solomon-islands-2019", "after", "before"): (11.3, 8.5, 1.33),
    ("malta-1971", "asked", "paid"): (72, 36.4, 1.98),
    ("albania-1961", "asked", "paid"): (600 + 100, 100 + 400, 1.4),
    ("honduras-2023", "asked", "paid"): (2 * 50, 50, 2.0),
    ("north-korea-1994", "delivered", "pledged"): (1560, 4600, 0.34),
    ("north-korea-2007", "delivered", "pledged"): (750, 50 + 950, 0.75),
    ("kyrgyzstan-2009", "delivered", "pledged"): (2150 - 1700, 2150, 0.21),
    ("ukraine-2013", "delivered", "pledged"): (3000, 15000, 0.2),
    ("philippines-2016", "delivered", "pledged"): (924, 9000, 0.10),
    ("belarus-2020", "delivered", "pledged"): (500 + 500, 1500, 0.67),
}
RECOGNITION = ("nauru-2002", "kiribati-2003", "costa-rica-2007", "dominican-republic-2018",
               "solomon-islands-2019", "honduras-2023")  # fmt: skip


def by_id():
    return {triangle.coding.id: triangle for triangle in triangle_library()}


def tally(history, letter):
    return next(tally for tally in history.tallies if tally.test == letter)


# --- Figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(FIGURES), ids=" ".join)
def test_a_scored_figure_is_the_one_its_source_gives(key):
    """Both amounts and their ratio."""
    name, first, second = key
    one, other, ratio = FIGURES[key]
    record = by_id()[name].record
    assert record.figure(first).amount == pytest.approx(one)
    assert record.figure(second).amount == pytest.approx(other)
    assert one / other == pytest.approx(ratio, abs=0.005)


def test_every_comparison_that_is_scored_is_entered_here():
    """Tests (a), (e) and (f), and nothing else, compare figures."""
    roles = {"a": ("after", "before"), "e": ("asked", "paid"), "f": ("delivered", "pledged")}
    scored = {
        (row.triangle, *roles[row.test])
        for row in score_history().rows
        if row.test in roles and row.observed is not None
    }
    assert scored == set(FIGURES)


def test_old_roubles_and_dollars_agree():
    """At four to the dollar: 900 million for North Korea, 123 million dollars for Albania."""
    gifts = {f.amount: f for f in by_id()["north-korea-1960"].record.figures}
    assert (190 + 35) * 4 == 900
    assert "760 million" in gifts[190].unit
    assert "140 million" in gifts[35].unit
    assert "420 million" in gifts[105].unit
    assert by_id()["albania-1961"].record.figure("paid").amount / 4 == pytest.approx(123, abs=3)


@pytest.mark.realdata
def test_the_coding_is_the_one_of_the_research_notes(data):
    """Conflict and shared goal of every triangle, by pivot and year; no coding was bent."""
    with (data / "model" / "triangles.csv").open(encoding="utf-8") as file:
        notes = {
            (row["pivot"].partition(" (")[0], row["years"][-4:]): row
            for row in csv.DictReader(file)
        }
    found = 0
    for triangle in triangle_library():
        coding = triangle.coding
        row = next(
            (
                note
                for (pivot, _), note in notes.items()
                if pivot == coding.pivot and str(coding.start) in note["years"]
            ),
            None,
        )
        if row is None:
            continue
        found += 1
        assert row["conflict_over_alignment"].startswith(coding.conflict), coding.id
        assert row["shared_goal"].startswith(coding.shared_goal), coding.id
    assert found >= 30


# --- p-values ---------------------------------------------------------------------------------


def test_p_values_count_every_rearrangement():
    """All tables of two to five triangles."""
    for size in (2, 3, 4, 5):
        for predicted, observed in product(product((True, False), repeat=size), repeat=2):
            found = rearranged(predicted, observed)
            if found is None:
                assert len(set(predicted)) == 1 or len(set(observed)) == 1
                continue
            hits = sum(p == o for p, o in zip(predicted, observed, strict=True))
            all_orders = list(permutations(observed))
            as_good = sum(
                sum(p == o for p, o in zip(predicted, order, strict=True)) >= hits
                for order in all_orders
            )
            assert found == pytest.approx(as_good / len(all_orders))


def test_p_values_of_the_library_are_scipys():
    """Fisher's exact test, one-sided."""
    history = score_history()
    compared = 0
    for one in history.tallies:
        if one.p_value is None:
            continue
        rows = [r for r in history.rows if r.test == one.test and r.observed is not None]
        table = [
            [sum(r.predicted is p and r.observed is o for r in rows) for o in (True, False)]
            for p in (True, False)
        ]
        expected = fisher_exact(table, alternative="greater").pvalue
        assert one.p_value == pytest.approx(expected, rel=LOGARITHMS)
        compared += 1
    assert compared == 3


# --- What the page says -----------------------------------------------------------------------


def test_the_tallies_are_those_of_the_page():
    """Misses, hits, not scorable and p to the digits printed."""
    printed = {
        "a": (0, 4, 0, None), "b": (4, 16, 7, 0.004), "c": (3, 4, 0, 0.57), "d": (3, 0, 3, None),
        "e": (0, 3, 2, None), "f": (3, 3, 1, 1.0), "g": (1, 4, 2, None),
    }  # fmt: skip
    for one in score_history().tallies:
        misses, hits, unscored, p_value = printed[one.test]
        assert (one.misses, one.hits, one.unscored) == (misses, hits, unscored)
        assert one.p_value == (None if p_value is None else pytest.approx(p_value, abs=0.005))


def test_contests_for_recognition_counted_as_one():
    """Six triangles of the same two patrons, all hits: p rises from 0.004 to 0.08."""
    history = score_history()
    for name in RECOGNITION:
        assert [r.result for r in history.rows if (r.test, r.triangle) == ("b", name)] == ["hit"]
    kept = [t for t in triangle_library() if t.coding.id not in RECOGNITION[1:]]
    assert tally(score_history(kept), "b").p_value == pytest.approx(0.077, abs=0.001)


def test_another_coding_of_ukraine_in_2013():
    """If staying out of both blocs was an option: one hit becomes a miss."""
    library = [
        triangle.model_copy(
            update={"coding": triangle.coding.model_copy(update={"options": "neutral"})}
        )
        if triangle.coding.id == "ukraine-2013"
        else triangle
        for triangle in triangle_library()
    ]
    other = tally(score_history(library), "b")
    assert (other.misses, other.hits) == (5, 15)
    assert other.p_value == pytest.approx(0.010, abs=0.001)
