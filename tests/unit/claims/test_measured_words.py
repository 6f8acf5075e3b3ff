"""Each test on events gives each of its words where the truth is known.

Panels are made here: counts that are certain where the word must be certain, Poisson counts
of fixed seeds elsewhere. A word that needs both scorings, or the world's volume as well, is
also put where the two disagree.
"""

from __future__ import annotations

import re
import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case, make_panel = KNOWN.ask, KNOWN.make_case, KNOWN.make_panel
day, steady, step, START = KNOWN.day, KNOWN.steady, KNOWN.step, KNOWN.START

LAST = KNOWN.DAYS - 1
TURN = 75
RISE, FALL, FLAT = step(1, 6, TURN), step(6, 1, TURN), steady(2)
FEW = [1] * 10 + [0] * (KNOWN.DAYS - 10)
OTHER = {
    "supported": "contradicted",
    "contradicted": "supported",
    "not distinguishable": "not distinguishable",
    "too little data": "too little data",
}


def one_way(cooperation, conflict=0, **others):
    return make_panel({("CHN", "PRK"): (cooperation, conflict)}, **others)


def triangle(first, second, between, **others):
    """Edges pivot–CHN, pivot–USA and CHN–USA, each (cooperation, conflict) both ways."""
    edges = {("CHN", "PRK"): first, ("USA", "PRK"): second, ("CHN", "USA"): between}
    both = {pair: counts for edge, counts in edges.items() for pair in (edge, edge[::-1])}
    return make_panel(both, **others)


GOOD, BAD, MIXED, SILENT = (4, 0), (0, 4), (2, 2), (0, 0)


def from_to(before, after, at=TURN):
    rest = KNOWN.DAYS - at
    return tuple([a] * at + [b] * rest for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("counts", "world", "word"),
    [
        ((1, 0), (3, 3), "supported"),
        ((0, 1), (3, 3), "contradicted"),
        ((2, 2), (3, 3), "not distinguishable"),
        # 70 of 100 are friendly by even odds, and hostile where the world has 98 of 100.
        ((7, 3), (40, 1), "not distinguishable"),
        (([1, 1] + [0] * (LAST - 1), 0), (3, 3), "too little data"),
    ],
)
def test_relation_level(counts, world, word) -> None:
    """Friendly where cooperation is above the odds, and the reverse for hostile."""
    panel = make_panel({("CHN", "PRK"): counts, ("PRK", "CHN"): counts}, world=world)
    args = {"a": "CHN", "b": "PRK", "start": START, "end": day(LAST)}
    friendly = ask("relation-level", {**args, "sign": "friendly"}, panels=panel)
    hostile = ask("relation-level", {**args, "sign": "hostile"}, panels=panel)
    assert (friendly.word, hostile.word) == (word, OTHER[word])
    swapped = {**args, "a": "PRK", "b": "CHN", "sign": "friendly"}
    assert ask("relation-level", swapped, panels=panel).word == word


@pytest.mark.parametrize(
    ("cooperation", "world", "word"),
    [
        (RISE, (3, 3), "supported"),
        (FALL, (3, 3), "contradicted"),
        (FLAT, (3, 3), "not distinguishable"),
        # As much more of everybody is reported: attention, not conduct.
        (step(1, 4, TURN), (step(5, 20, TURN), step(5, 20, TURN)), "not distinguishable"),
        (FEW, (3, 3), "too little data"),
    ],
)
def test_relation_change(cooperation, world, word) -> None:
    """More frequent also as a share of the world's events, and the reverse for down."""
    panel = one_way(cooperation, world=world)
    args = {
        "source": "CHN",
        "target": "PRK",
        "before": [START, day(58)],
        "after": [day(90), day(LAST)],
    }
    up = ask("relation-change", {**args, "direction": "up"}, panels=panel)
    down = ask("relation-change", {**args, "direction": "down"}, panels=panel)
    assert (up.word, down.word) == (word, OTHER[word])


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (RISE, "supported"),
        (FALL, "supported"),
        (5, "contradicted"),
        (FLAT, "not distinguishable"),
        (FEW, "too little data"),
    ],
)
def test_turn_exists(counts, word) -> None:
    """A change of rate either way; the same number every day is evidence against one."""
    found = ask("turn-exists", {"source": "CHN", "target": "PRK"}, panels=one_way(counts))
    assert found.word == word


@pytest.mark.parametrize(
    ("counts", "on", "lag", "word"),
    [
        (RISE, day(TURN - 5), 20, "supported"),
        (RISE, day(TURN + 25), 20, "contradicted"),
        # The turn comes long after: the event did not do it in time, yet may have later.
        (RISE, day(TURN - 55), 10, "not distinguishable"),
        (FLAT, day(TURN), 3, "not distinguishable"),
        (FEW, day(TURN), 20, "too little data"),
        (RISE, date(2019, 3, 1), 20, "too little data"),
    ],
)
def test_turn(counts, on, lag, word) -> None:
    """Within the lag after the event, wholly before it, or neither."""
    args = {"source": "CHN", "target": "PRK", "on": on, "max_lag_days": lag, "why": "known"}
    assert ask("turn", args, panels=one_way(counts)).word == word


@pytest.mark.parametrize(
    ("edges", "role"),
    [
        ((GOOD, GOOD, BAD), "pivot"),
        ((GOOD, GOOD, GOOD), "friend"),
        ((BAD, BAD, GOOD), "outcast"),
        ((BAD, BAD, BAD), "foe"),
        ((GOOD, BAD, BAD), "partner"),
        ((GOOD, BAD, GOOD), "wing"),
    ],
)
def test_role(edges, role) -> None:
    """The seat the signs of the three edges give is supported, every other contradicted."""
    panel, case = triangle(*edges), make_case()
    args = {"start": day(60), "end": day(LAST)}
    words = {
        name: ask("role", {"role": name, **args}, panels=panel, case=case).word
        for name in ("pivot", "friend", "partner", "wing", "foe", "outcast")
    }
    assert words == dict.fromkeys(words, "contradicted") | {role: "supported"}


@pytest.mark.parametrize(
    ("edges", "end", "word"),
    [
        ((MIXED, MIXED, MIXED), day(LAST), "not distinguishable"),
        # Pivot by March, friend from April on: held in some months only.
        ((GOOD, GOOD, from_to(BAD, GOOD, 91)), day(LAST), "not distinguishable"),
        ((SILENT, GOOD, BAD), day(LAST), "too little data"),
        ((GOOD, GOOD, BAD), day(70), "too little data"),
    ],
)
def test_role_that_cannot_be_told(edges, end, word) -> None:
    """Even odds, a role that changes, a silent edge, a span without a month's end."""
    args = {"role": "pivot", "start": day(60), "end": end}
    assert ask("role", args, panels=triangle(*edges)).word == word


@pytest.mark.parametrize(
    ("edges", "word"),
    [
        ((GOOD, GOOD, from_to(GOOD, BAD)), "supported"),
        ((GOOD, GOOD, from_to(BAD, GOOD)), "contradicted"),
        ((GOOD, GOOD, BAD), "not distinguishable"),
        ((SILENT, GOOD, BAD), "too little data"),
    ],
)
def test_leverage(edges, word) -> None:
    """It rises as the rivals fall out, both staying friends of the pivot."""
    panel = triangle(*edges)
    args = {"before": day(58), "after": day(150)}
    up = ask("leverage", {**args, "direction": "up"}, panels=panel)
    down = ask("leverage", {**args, "direction": "down"}, panels=panel)
    assert (up.word, down.word) == (word, OTHER[word])


@pytest.mark.parametrize(
    ("first", "second", "start", "word"),
    [
        (RISE, step(1, 6, TURN, seed=5), day(TURN), "supported"),
        (RISE, step(6, 1, TURN, seed=5), day(TURN), "contradicted"),
        (RISE, steady(2, seed=5), day(TURN), "not distinguishable"),
        (RISE, RISE, day(40), "too little data"),
    ],
)
def test_courtship(first, second, start, word) -> None:
    """Both above their norm; one below is enough against it; a norm needs eight weeks."""
    panel = make_panel({("CHN", "PRK"): (first, 0), ("USA", "PRK"): (second, 0)})
    assert ask("courtship", {"start": start, "end": day(150)}, panels=panel).word == word


ON_EVENTS = {
    "relation-level": {
        "a": "CHN", "b": "PRK", "start": START, "end": day(LAST), "sign": "friendly",
    },
    "relation-change": {
        "source": "CHN", "target": "PRK", "before": [START, day(58)],
        "after": [day(90), day(LAST)], "direction": "up",
    },
    "turn-exists": {"source": "CHN", "target": "PRK"},
    "turn": {
        "source": "CHN", "target": "PRK", "on": day(TURN - 5), "max_lag_days": 20, "why": "known",
    },
    "role": {"role": "pivot", "start": day(100), "end": day(LAST)},
    "leverage": {"before": day(58), "after": day(150), "direction": "up"},
    "courtship": {"start": day(TURN), "end": day(150)},
}  # fmt: skip


@pytest.fixture(scope="module")
def telling():
    """A panel on which each of these tests has an answer, and one on which it has the other."""

    def panel(*, friendly: bool):
        toward = (RISE, 0) if friendly else (FALL, 8)
        back = GOOD if friendly else (0, 8)
        between = from_to(GOOD, BAD) if friendly else from_to(BAD, GOOD)
        return make_panel({
            ("CHN", "PRK"): toward,
            ("USA", "PRK"): toward,
            ("PRK", "CHN"): back,
            ("PRK", "USA"): back,
            ("CHN", "USA"): between,
            ("USA", "CHN"): between,
        })  # fmt: skip

    return {friendly: panel(friendly=friendly) for friendly in (True, False)}


@pytest.mark.parametrize("test", ON_EVENTS)
def test_without_events_there_is_too_little_data(test) -> None:
    """A case without a panel says what it lacks."""
    found = ask(test, ON_EVENTS[test])
    assert found.word == "too little data"
    assert found.missing
    assert "--store" in found.missing[0]


@pytest.mark.parametrize("test", sorted(set(ON_EVENTS) - {"turn", "turn-exists"}))
def test_policies_that_disagree_distinguish_nothing(test, telling) -> None:
    """Each policy alone gives its word; both together give none, and say so."""
    case = make_case(also=["none"])
    alone = {
        kind: ask(test, ON_EVENTS[test], panels=panel, case=case).word
        for kind, panel in telling.items()
    }
    assert alone[True] == "supported"
    assert alone[False] != "supported"
    panels = {"one-a-day": telling[True], "none": telling[False]}
    found = ask(test, ON_EVENTS[test], panels=panels, case=case)
    assert found.word == "not distinguishable"
    assert f"one-a-day: {alone[True]}" in found.comparison
    assert f"none: {alone[False]}" in found.comparison


@pytest.mark.parametrize("test", ON_EVENTS)
def test_policies_that_agree_say_so(test, telling) -> None:
    """The same panel under both names: the word stands, the numbers are the first's."""
    case = make_case(also=["none"])
    one = ask(test, ON_EVENTS[test], panels=telling[True], case=case)
    both = ask(
        test, ON_EVENTS[test], panels=dict.fromkeys(("one-a-day", "none"), telling[True]), case=case
    )
    assert both.word == one.word == "supported"
    assert both.evidence == one.evidence
    assert "The same under the duplicate policy none." in both.comparison


@pytest.mark.parametrize("test", ON_EVENTS)
def test_a_finding_says_where_its_numbers_come_from(test, telling) -> None:
    """Cells of the panel by dyad and day, its digest, and a flip with a distance."""
    found = ask(test, ON_EVENTS[test], panels=telling[True])
    assert found.provenance.kind == "cells"
    assert found.provenance.dyads
    assert found.provenance.digest == telling[True].identity.digest
    assert found.flip is not None
    assert found.flip.text
    assert found.flip.distance >= 0
    assert found.evidence[0].value is not None or found.evidence[0].text
    assert all(e.low is None or e.low <= e.high for e in found.evidence)


@pytest.mark.parametrize("test", ON_EVENTS)
def test_another_panel_gives_other_numbers(test, telling) -> None:
    """Nothing is written down beforehand."""
    one, other = (ask(test, ON_EVENTS[test], panels=panel) for panel in telling.values())
    assert one.evidence != other.evidence
    assert one.sentence != other.sentence


def nearest(found) -> float:
    """The number a flip names, in brackets."""
    [number] = re.findall(r"\(([-+]?\d+\.\d+)\)", found.flip.text)
    return float(number)


@pytest.mark.parametrize("test", ["relation-level", "relation-change", "leverage", "courtship"])
def test_a_flip_names_the_nearer_end_of_the_interval(test, telling) -> None:
    """Whether the claim is supported or contradicted: the end that would cross first."""
    neutral = 1.0 if test == "relation-change" else 0.0
    for panel in telling.values():
        found = ask(test, ON_EVENTS[test], panels=panel)
        assert found.word in ("supported", "contradicted") or test == "leverage"
        ends = (found.evidence[0].low, found.evidence[0].high)
        assert nearest(found) == pytest.approx(
            min(ends, key=lambda end: abs(end - neutral)), abs=0.006
        )


def test_a_role_that_is_denied_flips_where_it_is_likeliest(telling) -> None:
    """Supported: the least probability falls below 0.95. Denied: the largest rises above 0.05."""
    held, denied = (ask("role", ON_EVENTS["role"], panels=panel) for panel in telling.values())
    assert (held.word, denied.word) == ("supported", "contradicted")
    assert held.flip.text.endswith("crossed 0.95")
    assert denied.flip.text.endswith("crossed 0.05")
    assert denied.flip.distance <= 0.05
