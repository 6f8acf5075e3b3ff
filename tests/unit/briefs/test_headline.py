"""The two opening sentences are computed: other verdicts, other panels, other ranges, others.

The sentences are read back here as a reader would: which word, which number, which counts.
"""

from __future__ import annotations

import dataclasses
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from tertius.briefs.headline import headline
from tertius.casebook import GameSection
from tertius.claims import (
    BoundCase,
    Context,
    Evidence,
    Flip,
    PartResult,
    Verdict,
    answer,
    load_case,
)
from tertius.claims.verdicts import Provenance

CLAIMS = Path(__file__).parents[1] / "claims" / "known_truths.py"
KNOWN = SimpleNamespace(**runpy.run_path(str(CLAIMS)))


def part(
    kind: str, word: str, value: float = 1.0, distance: float = 1.0, name: str = ""
) -> PartResult:
    return PartResult(
        test=name or f"some-{kind}",
        kind=kind,
        tests_what="",
        limits="",
        needed=True,
        word=word,
        sentence=f"It is {word}.",
        evidence=() if word == "not tested" else (Evidence("number", value, 0.25, 2.5, 0.9),),
        comparison="",
        assumptions=(),
        missing=(f"the test {name}",) if word == "not tested" else (),
        provenance=Provenance("none", ""),
        flip=Flip(f"{kind} number {value:g} moved", distance),
        drivers=(),
    )


def verdict(name: str, measured: str | None, model: str | None, **numbers) -> Verdict:
    parts = tuple(
        part(kind, word, **numbers)
        for kind, word in (("measured", measured), ("model", model))
        if word is not None
    )
    return Verdict(name, f"{name.title()} is so.", "", parts, measured, model, "", "")


def test_the_first_sentence_gives_both_words_with_their_numbers() -> None:
    """Of each claim named, in the order named, and of no other."""
    verdicts = [
        verdict("one", "supported", "follows", value=0.5),
        verdict("two", "contradicted", None),
        verdict("three", None, "follows only if", value=7.0),
    ]
    first, _ = headline(verdicts, ["three", "one"])
    assert first.index("Three is so") < first.index("One is so")
    assert "Two" not in first
    assert "supported by the events (number 0.5 (90 % interval 0.25 to 2.5))" in first
    assert "follows in the model" in first
    assert "follows only under conditions in the model (number 7" in first


def test_a_missing_test_is_named_in_place_of_a_number() -> None:
    """Nothing was counted, so there is no number to show."""
    first, _ = headline([verdict("one", "not tested", None)], ["one"])
    assert "not tested by the events" in first
    assert not re.search(r"\d", first)


def test_the_second_sentence_counts_every_claim() -> None:
    """Each word by itself, and what no word decides."""
    words = [
        ("supported", None), ("supported", "follows"), ("contradicted", "follows only if"),
        ("not distinguishable", None), ("too little data", "not tested"),
        ("not distinguishable", "does not follow"), (None, "not tested"), (None, "follows only if"),
    ]  # fmt: skip
    verdicts = [verdict(f"c{i}", *pair) for i, pair in enumerate(words)]
    _, second = headline(verdicts, ["c0"])
    assert second.startswith(
        "Of 8 claims, 2 are supported, 1 contradicted, 1 follows, 2 follow only under conditions, "
        "1 does not follow, 3 cannot be decided"
    )


def test_the_nearest_flip_is_told() -> None:
    """Among the deciding parts of the headline's claims, the one with the least distance."""
    verdicts = [
        verdict("far", "supported", None, value=1, distance=0.9),
        verdict("near", "contradicted", None, value=2, distance=0.1),
        verdict("other", "supported", None, value=3, distance=0.01),
        verdict("none", "not tested", None, value=4, distance=0.0),
    ]
    _, second = headline(verdicts, ["far", "near", "none"])
    assert second.endswith("“near” would change if measured number 2 moved.")
    _, without = headline(verdicts, ["none"])
    assert "would change" not in without


@pytest.fixture(scope="module")
def founding() -> BoundCase:
    return load_case("korea-2018")


@pytest.fixture(scope="module")
def panels(founding: BoundCase):
    return {policy: founding.panel(duplicates=policy) for policy in ("one-a-day", "none")}


def opening(bound: BoundCase, panels) -> tuple[str, str]:
    return headline(answer(bound, Context(bound.case, panels)), bound.case.headline)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def test_another_panel_changes_both_sentences(korea, founding, panels) -> None:
    """The months put in another order: other numbers first, other counts second."""
    turned = {policy: KNOWN.rotated(panel, 90) for policy, panel in panels.items()}
    first, second = opening(founding, turned)
    assert numbers(first) != numbers(korea.headline[0])
    assert numbers(second) != numbers(korea.headline[1])
    # The share of draws is the model's and does not move with the panel.
    share = re.findall(r"\S+ % of this case's draws", korea.headline[0])
    assert share
    assert re.findall(r"\S+ % of this case's draws", first) == share


def test_other_ranges_change_both_sentences(korea, founding, panels) -> None:
    """A goal worth nothing to anybody: nothing is left to outweigh, and other words stand."""
    game = founding.case.game
    assert game is not None
    nothing = {"low": 0.0, "high": 0.0, "why": "known", "source": "judgement"}
    changed = {
        name: nothing if name.startswith("beta") else entry.model_dump()
        for name, entry in game.ranges.items()
    }
    other = GameSection.model_validate(game.model_dump() | {"ranges": changed})
    bound = dataclasses.replace(founding, case=founding.case.model_copy(update={"game": other}))
    first, second = opening(bound, panels)
    assert first != korea.headline[0]
    assert second != korea.headline[1]
    measured = re.findall(r": (.*?) by the events", korea.headline[0])
    assert measured
    assert re.findall(r": (.*?) by the events", first) == measured
    assert "follows in the model (in 100 % of this case's draws)" in first


def test_the_founding_headline_is_that_of_its_verdicts(korea) -> None:
    """Words and counts of the sentences agree with the table below them."""
    words = {v.claim_id: v for v in korea.verdicts}
    first, second = korea.headline
    for name in korea.case.case.headline:
        claim = words[name]
        assert claim.says.rstrip(".") in first
        for word in filter(None, (claim.measured_word,)):
            assert f"{word} by the events" in first
    supported = sum(v.measured_word == "supported" for v in korea.verdicts)
    assert second.startswith(f"Of {len(words)} claims, {supported} ")
