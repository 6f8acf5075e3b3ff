"""The ordinal tests: who is eligible, what is a hit, what is not scored, in which order."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tertius.casebook import Coding, Record, Triangle, triangle_library
from tertius.claims import ORDINAL_TESTS, score_history
from tertius.claims.history.chances import rearranged

SOURCE = {"id": "s", "title": "A book", "note": "p. 1", "seen": "read"}
RULES = {test.letter: test for test in ORDINAL_TESTS}


def coding(**change):
    plain = {
        "id": "x-1900", "pivot": "X", "patrons": ["A", "B"], "start": 1900, "end": 1901,
        "contest": "It.", "coordination": "none", "conflict": "high", "shared_goal": "no",
        "options": "divisible", "why": "So.",
    }  # fmt: skip
    return Coding.model_validate({**plain, **change})


def record(*figures, **change):
    plain = {
        "triangle": "x-1900", "outcome": "It went so.", "payers": "unclear", "confidence": "H",
        "sources": [SOURCE], "figures": list(figures),
    }  # fmt: skip
    return Record.model_validate({**plain, **change})


def figure(role, amount, *, unit="coins", confidence="H", patron="A"):
    return {
        "role": role, "patron": patron, "amount": amount, "unit": unit, "source": "s",
        "confidence": confidence,
    }  # fmt: skip


# --- The rules --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "change", "expected"),
    [
        ("a", {}, None),
        ("a", {"rival_appears": True}, True),
        ("b", {}, True),
        ("b", {"options": "neutral"}, True),
        ("b", {"options": "exclusive"}, False),
        ("b", {"options": "exclusive", "shared_goal": "yes"}, None),
        ("b", {"coordination": "full"}, None),
        ("c", {}, None),
        ("c", {"shared_goal": "partly"}, None),
        ("c", {"shared_goal": "yes"}, False),
        ("c", {"shared_goal": "yes", "coordination": "partial"}, False),
        ("c", {"shared_goal": "yes", "coordination": "full"}, True),
        ("d", {}, None),
        ("d", {"loses_patron": "B"}, True),
        ("e", {}, None),
        ("e", {"named_price": True}, True),
        ("f", {}, None),
        ("f", {"distrust": "no"}, False),
        ("f", {"distrust": "yes"}, True),
        ("g", {}, None),
        ("g", {"camp": ["A", "B"]}, True),
    ],
)
def test_a_prediction_comes_from_the_coding(letter, change, expected):
    """Not eligible, yes or no."""
    assert RULES[letter].predict(coding(**change)) is expected


@pytest.mark.parametrize(
    ("letter", "given", "expected"),
    [
        ("a", record(figure("before", 10), figure("after", 11)), True),
        ("a", record(figure("before", 10), figure("after", 10)), False),
        ("a", record(figure("before", 10)), None),
        ("b", record(payers="both"), True),
        ("b", record(payers="one"), False),
        ("b", record(payers="none"), False),
        ("b", record(payers="sequential"), None),
        ("b", record(payers="unclear"), None),
        ("c", record(goal="stood", price="shared"), True),
        ("c", record(goal="stood", price="low"), True),
        ("c", record(goal="stood", price="high"), False),
        ("c", record(goal="stood"), None),
        ("c", record(goal="fell", price="low"), False),
        ("c", record(goal="refused"), False),
        ("c", record(), None),
        ("d", record(terms="worse"), True),
        ("d", record(terms="same"), False),
        ("d", record(terms="better"), False),
        ("d", record(), None),
        ("e", record(figure("asked", 10), figure("paid", 9)), True),
        ("e", record(figure("asked", 10), figure("paid", 10)), False),
        ("e", record(figure("asked", 10), figure("paid", 0)), None),
        ("f", record(figure("pledged", 10), figure("delivered", 4.9)), True),
        ("f", record(figure("pledged", 10), figure("delivered", 5)), False),
        ("f", record(figure("pledged", 10), figure("delivered", 0)), True),
        ("g", record(pooled="yes"), True),
        ("g", record(pooled="no"), False),
        ("g", record(), None),
    ],
)
def test_an_answer_comes_from_the_record(letter, given, expected):
    """Yes, no, or it cannot say."""
    assert RULES[letter].observe(given) is expected


@pytest.mark.parametrize(
    ("letter", "given"),
    [
        ("a", record(figure("before", 1), figure("after", 9, confidence="L"))),
        ("a", record(figure("before", 1), figure("after", 9, unit="coins a year"))),
        ("e", record(figure("asked", 9, confidence="L"), figure("paid", 1))),
        ("f", record(figure("pledged", 9, unit="old coins"), figure("delivered", 1))),
        ("b", record(payers="both", confidence="L")),
        ("c", record(goal="fell", confidence="L")),
        ("d", record(terms="worse", confidence="L")),
        ("g", record(pooled="yes", confidence="L")),
    ],
)
def test_rumours_and_unlike_units_are_not_scored(letter, given):
    """Confidence L, or two sums that cannot be compared."""
    assert RULES[letter].observe(given) is None


# --- Scores -----------------------------------------------------------------------------------


def test_a_hit_is_a_prediction_that_equals_the_answer():
    """Two triangles: one right, one wrong; misses come first."""
    right = Triangle(coding=coding(), record=record(payers="both"))
    wrong = Triangle(
        coding=coding(id="y-1950", options="exclusive"),
        record=record(triangle="y-1950", payers="both"),
    )
    silent = Triangle(coding=coding(id="z-1960"))
    history = score_history([right, silent, wrong])
    assert [(row.result, row.triangle) for row in history.rows] == [
        ("miss", "y-1950"), ("hit", "x-1900"), ("not scorable", "z-1960"),
    ]  # fmt: skip
    tally = next(tally for tally in history.tallies if tally.test == "b")
    assert (tally.misses, tally.hits, tally.unscored) == (1, 1, 1)
    assert (tally.p_value, tally.note) == (None, "every answer is the same")
    others = [tally for tally in history.tallies if tally.test != "b"]
    assert {tally.note for tally in others} == {"nothing could be scored"}


def test_an_empty_library_scores_nothing():
    """And is still a table."""
    history = score_history([])
    assert (history.triangles, history.rows) == (0, ())
    assert history.to_polars().height == 0
    assert "<table>" in history._repr_html_()


def test_a_history_is_a_table_of_its_rows():
    """One row a test and triangle; a missing answer is null."""
    history = score_history()
    frame = history.to_polars()
    assert frame.height == len(history.rows)
    assert frame["result"].to_list() == [row.result for row in history.rows]
    assert frame["observed"].null_count() == sum(tally.unscored for tally in history.tallies)
    order = [("miss", "hit", "not scorable").index(row.result) for row in history.rows]
    assert order == sorted(order)
    for tally in history.tallies:
        own = [row.result for row in history.rows if row.test == tally.test]
        counts = (tally.misses, tally.hits, tally.unscored)
        assert counts == tuple(own.count(word) for word in ("miss", "hit", "not scorable"))
        assert (tally.p_value is None) == bool(tally.note)
    assert "not a sample" in history.caveat


def test_rearranging_needs_variation_on_both_sides():
    """Otherwise it changes nothing; the best arrangement is the rarest."""
    assert rearranged([True, True], [True, False]) is None
    assert rearranged([True, False], [True, True]) is None
    assert rearranged([], []) is None
    assert rearranged([True, False, False], [True, False, False]) == pytest.approx(1 / 3)
    assert rearranged([True, False, False], [False, True, True]) == 1


# --- The library ------------------------------------------------------------------------------


def test_the_library_is_whole():
    """Every triangle has one record, every record a triangle and a source with a note."""
    library = triangle_library()
    names = [triangle.coding.id for triangle in library]
    assert len(set(names)) == len(names) == 33
    assert [t.coding.start for t in library] == sorted(t.coding.start for t in library)
    from tertius.casebook.triangles import _tables

    assert sorted(raw["triangle"] for raw in _tables("records.toml", "records")) == sorted(names)
    for triangle in library:
        assert triangle.record is not None
        for source in triangle.record.sources:
            assert source.note
            assert source.url == "" or source.url.startswith(("https://", "http://"))
        for figure in triangle.record.figures:
            assert figure.patron in triangle.coding.patrons, triangle.coding.id


def test_compared_figures_have_one_unit_and_are_not_rumours():
    """Where a record has both ends of a comparison, the test can make it."""
    pairs = (("before", "after"), ("asked", "paid"), ("pledged", "delivered"))
    for triangle in triangle_library():
        for first, second in pairs:
            one, other = triangle.record.figure(first), triangle.record.figure(second)
            if one is not None and other is not None:
                assert one.unit == other.unit, triangle.coding.id


def test_roubles_are_old_ones():
    """No record mixes those before and after 1961."""
    units = [f.unit for t in triangle_library() for f in t.record.figures if "rouble" in f.unit]
    assert units
    assert all("old rouble" in unit for unit in units)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": 1902}, "before it starts"),
        ({"camp": ["A"]}, "camp of one"),
        ({"camp": ["A", "C"]}, "no patron C"),
        ({"loses_patron": "Q"}, "no patron Q"),
        ({"patrons": ["A"]}, "at least 2"),
        ({"options": "both"}, "exclusive"),
        ({"outcome": "won"}, "Extra inputs"),
    ],
)
def test_a_coding_that_contradicts_itself_is_refused(change, said):
    """An outcome is no part of it either."""
    with pytest.raises(ValidationError, match=said):
        coding(**change)


def test_a_record_without_source_or_with_a_stray_figure_is_refused():
    """A figure names a source of its record; a role stands once."""
    with pytest.raises(ValidationError, match="at least 1"):
        record(sources=[])
    with pytest.raises(ValidationError, match='no source "t"'):
        record({**figure("paid", 1), "source": "t"})
    with pytest.raises(ValidationError, match="stands twice"):
        record(figure("paid", 1), figure("paid", 2))
    assert len(record(figure("gave", 1), figure("gave", 2)).figures) == 2
