"""Tests on dated facts and yearly figures give each of their words where the truth is known.

Intervals are checked against their definition: the ends of a Beta posterior leave 5 % of its
mass outside on each side, computed here with the incomplete beta function, not its inverse.
"""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from scipy.special import betainc

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case = KNOWN.ask, KNOWN.make_case


def fact(name: str, on: date, **fields):
    return {
        "id": name, "says": f"Fact {name}.", "on": on, "kind": "other", "states": ["PRK"],
        "source": "record", **fields,
    }  # fmt: skip


def meetings(out: int, back: int, level: str = "leader"):
    sides = [("PRK", "CHN")] * out + [("CHN", "PRK")] * back
    return [
        fact(f"m-{level}-{i}", date(2010, 1, 1 + i), kind="visit", visitor=visitor, host=host,
             level=level)
        for i, (visitor, host) in enumerate(sides)
    ]  # fmt: skip


VISITS = {"visitor": "PRK", "host": "CHN", "start": date(2009, 1, 1), "end": date(2012, 1, 1)}


@pytest.mark.parametrize(
    ("out", "back", "above", "word"),
    [
        (8, 0, 0.5, "supported"),
        (0, 8, 0.5, "contradicted"),
        (4, 4, 0.5, "not distinguishable"),
        (8, 0, 0.95, "not distinguishable"),
        (6, 2, 0.2, "supported"),
        (3, 1, 0.5, "too little data"),
        (0, 0, 0.5, "too little data"),
    ],
)
def test_visit_direction(out: int, back: int, above: float, word: str) -> None:
    """The visitor's share of the meetings against the share claimed."""
    case = make_case(milestones=meetings(out, back))
    found = ask("visit-direction", {**VISITS, "share_above": above}, case=case)
    assert found.word == word
    if word == "too little data":
        assert found.missing == ("5 dated meetings",)
        return
    share = found.evidence[0]
    assert share.value == out / (out + back)
    assert betainc(out + 0.5, back + 0.5, share.low) == pytest.approx(0.05, abs=1e-9)
    assert betainc(out + 0.5, back + 0.5, share.high) == pytest.approx(0.95, abs=1e-9)
    assert found.provenance.kind == "milestones"


def test_visits_of_lower_rank_and_other_days_do_not_count() -> None:
    """Rank, window and the two states decide which meetings are counted."""
    other = fact("x", date(2010, 2, 1), kind="visit", visitor="PRK", host="USA", level="leader")
    case = make_case(milestones=[*meetings(6, 0), *meetings(0, 9, "official"), other])
    leaders = ask("visit-direction", {**VISITS, "level": "leader"}, case=case)
    everybody = ask("visit-direction", {**VISITS, "level": "official"}, case=case)
    assert leaders.evidence[0].value == 1
    assert everybody.evidence[0].value == 6 / 15
    late = {**VISITS, "start": date(2010, 1, 3)}
    assert ask("visit-direction", {**late, "level": "leader"}, case=case).word == "too little data"


EARLY, LATE = date(1960, 5, 1), date(1960, 6, 1)


@pytest.mark.parametrize(
    ("first", "then", "word"),
    [
        ([fact("a", EARLY)], [fact("b", LATE)], "supported"),
        ([fact("a", LATE)], [fact("b", EARLY)], "contradicted"),
        ([fact("a", EARLY)], [fact("b", EARLY)], "not distinguishable"),
        # A month is all its days; the other fact lies within it.
        (
            [fact("a", date(1960, 5, 1), precision="month")],
            [fact("b", date(1960, 5, 20))],
            "not distinguishable",
        ),
        (
            [fact("a", date(1960, 1, 1), precision="year")],
            [fact("b", date(1961, 1, 1))],
            "supported",
        ),
        ([fact("a", EARLY, until=LATE)], [fact("b", date(1960, 5, 9))], "not distinguishable"),
        # Two accounts, each with both facts, which disagree.
        (
            [fact("a1", EARLY, account="x"), fact("a2", LATE, account="y")],
            [fact("b1", LATE, account="x"), fact("b2", EARLY, account="y")],
            "not distinguishable",
        ),
        (
            [fact("a1", EARLY, account="x"), fact("a2", EARLY, account="y")],
            [fact("b1", LATE, account="x"), fact("b2", LATE, account="y")],
            "supported",
        ),
        # No account tells both.
        ([fact("a", EARLY, account="x")], [fact("b", LATE, account="y")], "too little data"),
    ],
)
def test_milestone_order(first, then, word) -> None:
    """One before the other in every account, after it in every account, or neither."""
    case = make_case(milestones=[*first, *then])
    ids = [[entry["id"] for entry in side] for side in (first, then)]
    found = ask("milestone-order", {"first": ids[0], "then": ids[1]}, case=case)
    assert found.word == word
    reverse = {"supported": "contradicted", "contradicted": "supported"}
    turned = ask("milestone-order", {"first": ids[1], "then": ids[0]}, case=case)
    assert turned.word == reverse.get(word, word)


def test_both_accounts_are_told() -> None:
    """Each with its two dates, whichever it supports."""
    case = make_case(
        milestones=[
            fact("a1", EARLY, account="Herald"),
            fact("a2", LATE, account="Tribune"),
            fact("b", date(1960, 5, 15)),
        ]
    )
    found = ask("milestone-order", {"first": ["a1", "a2"], "then": "b"}, case=case)
    assert found.word == "not distinguishable"
    assert "Herald" in found.sentence
    assert "Tribune" in found.sentence
    assert len(found.evidence) == 2


def figure(name: str, values: dict[int, int]):
    return {
        "id": name, "says": f"Counts {name}", "unit": "a year", "source": "record",
        "values": {str(year): count for year, count in values.items()},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ((10, 12, 11), (40, 44, 39), "supported"),
        ((40, 44, 39), (10, 12, 11), "contradicted"),
        ((10, 12, 11), (11, 10, 13), "not distinguishable"),
        # Four times as many in all, and all of it in one year.
        ((5, 5, 5), (0, 60, 0), "not distinguishable"),
        ((0, 0, 0), (0, 1, 0), "too little data"),
        ((10,), (40, 44, 39), "too little data"),
    ],
)
def test_level_between_spans(before, after, word) -> None:
    """The later years against the earlier; higher and lower are each other's reverse."""
    values = dict(enumerate(before, 2000)) | dict(enumerate(after, 2010))
    case = make_case(figures=[figure("f", values)])
    args = {"figure": "f", "span": [2010, 2012], "versus_span": [2000, 2002]}
    higher = ask("level-between-spans", {**args, "direction": "higher"}, case=case)
    lower = ask("level-between-spans", {**args, "direction": "lower"}, case=case)
    reverse = {"supported": "contradicted", "contradicted": "supported"}
    assert (higher.word, lower.word) == (word, reverse.get(word, word))
    assert higher.provenance.kind == "figures"
    if higher.flip is not None:
        bounds = (higher.evidence[0].low, higher.evidence[0].high)
        nearest = min(bounds, key=lambda bound: abs(bound - 1))
        assert f"{nearest:.2f}" in higher.flip.text


def test_years_nobody_counted_are_gaps_and_not_zeros() -> None:
    """A missing year is told and left out: the rate is of the years observed."""
    case = make_case(figures=[figure("f", {2000: 10, 2002: 12, 2010: 40, 2011: 41, 2012: 39})])
    args = {
        "figure": "f", "span": [2010, 2012], "versus_span": [2000, 2002], "direction": "higher",
    }  # fmt: skip
    found = ask("level-between-spans", args, case=case)
    assert found.word == "supported"
    assert found.missing == ("f: 2001 not observed",)
    assert found.evidence[0].value == pytest.approx((120.5 / 3) / (22.5 / 2))


def test_two_figures_are_compared_in_the_same_years() -> None:
    """Without a second span it is the first."""
    case = make_case(
        figures=[figure("f", {2000: 40, 2001: 44}), figure("g", {2000: 10, 2001: 11, 2002: 500})]
    )
    args = {"figure": "f", "span": [2000, 2001], "versus_figure": "g", "direction": "higher"}
    assert ask("level-between-spans", args, case=case).word == "supported"
