"""How words of parts become the words of a claim, and what a test that is missing answers.

The rules are written again below, from the house's text and as plain conditions, and compared
with the library on every combination of words that hypothesis thinks of.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.claims import (
    MEASURED_WORDS,
    MODEL_WORDS,
    Context,
    Planned,
    Test,
    answer,
    find_test,
    list_tests,
)
from tertius.claims.verdicts import combine_measured, combine_model
from tertius.errors import UnknownNameError

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
make_case, bind = KNOWN.make_case, KNOWN.bind


def measured_by_the_house(words):
    """Contradicted if any needed part is; else the first doubt that occurs; else supported."""
    if not words:
        return None
    if "contradicted" in words:
        return "contradicted"
    if "not tested" in words:
        return "not tested"
    if "too little data" in words:
        return "too little data"
    if "not distinguishable" in words:
        return "not distinguishable"
    assert set(words) == {"supported"}
    return "supported"


def model_by_the_house(words):
    """Does not follow if any does not; else not tested; else only if; else follows."""
    if not words:
        return None
    if any(word == "does not follow" for word in words):
        return "does not follow"
    if any(word == "not tested" for word in words):
        return "not tested"
    if any(word == "follows only if" for word in words):
        return "follows only if"
    return "follows"


@given(st.lists(st.sampled_from(MEASURED_WORDS), max_size=6))
def test_measured_words_are_joined_as_the_house_says(words) -> None:
    """Any number of parts, in any order."""
    expected = measured_by_the_house(words)
    assert combine_measured(tuple(words)) == expected
    assert combine_measured(tuple(reversed(words))) == expected


@given(st.lists(st.sampled_from(MODEL_WORDS), max_size=6))
def test_model_words_are_joined_as_the_house_says(words) -> None:
    """Any number of parts, in any order."""
    expected = model_by_the_house(words)
    assert combine_model(tuple(words)) == expected
    assert combine_model(tuple(reversed(words))) == expected


def test_there_are_no_other_words() -> None:
    """Five for events, four for the model, one of them shared."""
    assert set(MEASURED_WORDS) == {
        "supported", "contradicted", "not distinguishable", "too little data", "not tested",
    }  # fmt: skip
    assert set(MODEL_WORDS) == {"follows", "follows only if", "does not follow", "not tested"}


MISSING = [test for test in list_tests() if isinstance(test, Planned)]
PRESENT = [test for test in list_tests() if isinstance(test, Test)]


@pytest.mark.parametrize("test", MISSING, ids=lambda test: test.name)
def test_a_missing_test_answers_not_tested_by_name(test: Planned) -> None:
    """Whatever its arguments; the claim's word, its part and what would change it name it."""
    case = make_case(parts=[(test.name, {"anything": 1})])
    [verdict] = answer(bind(case), Context(case, {}))
    words = {"measured": verdict.measured_word, "model": verdict.model_word}
    assert words == {"measured": None, "model": None} | {test.kind: "not tested"}
    [part] = verdict.parts
    assert part.word == "not tested"
    assert test.name in part.sentence
    assert test.name in part.missing[0]
    assert test.would in part.missing[0]
    assert test.name in verdict.would_change
    assert part.evidence == ()


def test_every_test_says_what_it_can_and_cannot() -> None:
    """One name each; a sentence on what it establishes, one on what it cannot tell."""
    names = [test.name for test in list_tests()]
    assert len(names) == len(set(names)) == len(PRESENT) + len(MISSING)
    for test in PRESENT:
        assert test.establishes.endswith(".")
        assert test.cannot.startswith("It cannot")
        assert test.kind in ("measured", "model")
        assert (test.arguments.__doc__ or "").strip()
        documented = test.arguments.__doc__ or ""
        assert [name for name in test.arguments.__annotations__ if name not in documented] == []


def test_a_test_is_found_by_name_or_told_the_closest() -> None:
    """A name nobody knows is refused with the nearest."""
    assert find_test("turn").name == "turn"
    with pytest.raises(UnknownNameError) as caught:
        find_test("tern")
    assert "turn" in (caught.value.hint or "")


FACTS = [
    {"id": name, "says": f"{name}.", "on": on, "kind": "other", "states": ["PRK"],
     "source": "record"}
    for name, on in (("early", KNOWN.day(3)), ("late", KNOWN.day(9)))
]  # fmt: skip
FIRST = ("milestone-order", {"first": "early", "then": "late"})
LAST = ("milestone-order", {"first": "late", "then": "early"})
ROOM = ("override", {"statement": "condition"})
UNTESTED = ("attribution", {})
UNASKED = ("commitment-threshold", {})  # the case gives no belief


@pytest.mark.parametrize(
    ("parts", "measured", "model"),
    [
        ([(FIRST, True)], "supported", None),
        ([(FIRST, True), (ROOM, True)], "supported", "follows"),
        ([(FIRST, True), (LAST, True)], "contradicted", None),
        ([(FIRST, True), (LAST, False)], "supported", None),
        ([(FIRST, True), (UNTESTED, True), (LAST, True)], "contradicted", None),
        ([(FIRST, True), (UNTESTED, True)], "not tested", None),
        ([(FIRST, True), (UNTESTED, False), (UNASKED, False), (ROOM, True)], "supported",
         "follows"),
        ([(FIRST, False), (LAST, False)], "contradicted", None),
        ([(ROOM, True), (UNASKED, True)], None, "not tested"),
    ],
)  # fmt: skip
def test_a_claims_word_waits_for_its_needed_parts(parts, measured, model) -> None:
    """A part that is not needed is shown and does not decide, unless none is needed."""
    claim = {
        "id": "claim-0",
        "says": "It is so.",
        "parts": [{"test": name, "args": args, "needed": needed} for (name, args), needed in parts],
    }
    case = make_case(milestones=FACTS, claims=[claim])
    [verdict] = answer(bind(case), Context(case, {}))
    assert (verdict.measured_word, verdict.model_word) == (measured, model)
    assert [part.test for part in verdict.parts] == [name for (name, _), _ in parts]
    assert [part.needed for part in verdict.parts] == [needed for _, needed in parts]
    if measured is not None:
        deciding = verdict.measured_part
        assert deciding is not None
        assert deciding.word == measured
        assert deciding.kind == "measured"
    assert verdict.confidence


def test_what_the_answer_rests_on_is_told_apart_from_how_likely_it_is() -> None:
    """Confidence names kinds of evidence and holds no number."""
    claim = {
        "id": "claim-0",
        "says": "It is so.",
        "parts": [{"test": name, "args": args} for name, args in (FIRST, ROOM)],
    }
    case = make_case(milestones=FACTS, claims=[claim])
    [verdict] = answer(bind(case), Context(case, {}))
    assert verdict.confidence == "dated facts, assumed ranges"
    [lone] = answer(bind(make_case()), Context(make_case(), {}))
    assert lone.confidence == "nothing yet: not tested"
