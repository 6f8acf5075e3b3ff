"""Answers are a function of the case, its panels and its seed, and of nothing else."""

from __future__ import annotations

import dataclasses
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tertius.casebook import case_path
from tertius.claims import BoundCase, Context, Verdict, answer, load_case
from tertius.panels import Panel

KNOWN = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("known_truths.py"))))
ask, make_case = KNOWN.ask, KNOWN.make_case

POLICIES = ("one-a-day", "none")


def panels_of(bound: BoundCase) -> dict[str, Panel]:
    return {policy: bound.panel(duplicates=policy) for policy in POLICIES}


@pytest.fixture(scope="module")
def founding() -> BoundCase:
    return load_case("korea-2018")


@pytest.fixture(scope="module")
def answers(founding: BoundCase) -> dict[str, Verdict]:
    context = Context(founding.case, panels_of(founding))
    return {verdict.claim_id: verdict for verdict in answer(founding, context)}


def test_answers_stand_in_the_order_of_the_file(founding, answers) -> None:
    """One verdict a claim, with its parts as the file has them."""
    assert list(answers) == [claim.id for claim in founding.case.claims]
    for claim in founding.case.claims:
        assert [part.test for part in answers[claim.id].parts] == [p.test for p in claim.parts]


def test_the_order_of_claims_does_not_move_an_answer(founding, answers) -> None:
    """Backwards, with a context of its own: every number is the same."""
    turned = founding.case.model_copy(update={"claims": founding.case.claims[::-1]})
    bound = dataclasses.replace(founding, case=turned)
    found = answer(bound, Context(turned, panels_of(founding)))
    assert [verdict.claim_id for verdict in found] == list(answers)[::-1]
    assert {verdict.claim_id: verdict for verdict in found} == answers


@pytest.mark.parametrize("name", ["plays-off", "trigger", "override"])
def test_a_claim_asked_alone_has_the_same_answer(founding, answers, name: str) -> None:
    """Which others are asked, and what was computed for them, changes nothing."""
    [found] = answer(founding, Context(founding.case, panels_of(founding)), only=name)
    assert found == answers[name]


def test_progress_names_the_claims(founding) -> None:
    """Each before it is tested."""
    told: list[str] = []
    answer(founding, Context(founding.case, {}), progress=told.append)
    assert told == [claim.id for claim in founding.case.claims]


def test_random_streams_are_had_by_name() -> None:
    """The same name and case seed give the same stream, in any order; others differ."""

    def drawn(context: Context, name: str) -> float:
        return float(np.random.default_rng(context.seed(name)).random())

    one, two = (Context(make_case(seed=seed), {}) for seed in (1, 2))
    first = [drawn(one, name) for name in ("draws", "roles", "turn A B cooperation")]
    again = [drawn(one, name) for name in ("turn A B cooperation", "roles", "draws")]
    assert first == again[::-1]
    assert len(set(first)) == 3
    assert drawn(two, "draws") != drawn(one, "draws")


def test_draws_depend_on_the_seed_and_the_ranges_alone() -> None:
    """Another seed gives other games; the same gives the same, whatever else the case says."""
    ranges = KNOWN.RANGES | {"rho.CHN": (0.0, 2.0)}
    first, again, other = (
        Context(make_case(ranges=ranges, seed=seed, title=title), {}).draws
        for seed, title in ((1, "A"), (1, "B"), (2, "A"))
    )
    assert (first.batch.rent == again.batch.rent).all()
    assert (first.batch.rent != other.batch.rent).any()


def test_another_panel_gives_other_measured_numbers_and_the_same_model(founding, answers) -> None:
    """The spring put before the winter: what warmed has cooled; the model does not notice."""
    panels = {policy: KNOWN.rotated(panel, 90) for policy, panel in panels_of(founding).items()}
    context = Context(founding.case, panels)
    mended, plays_off = (
        answer(founding, context, only=name)[0] for name in ("mended", "plays-off")
    )
    assert answers["mended"].measured_word == "supported"
    assert mended.measured_word == "contradicted"
    assert plays_off.measured_part.evidence != answers["plays-off"].measured_part.evidence
    assert plays_off.model_part == answers["plays-off"].model_part


def test_other_ranges_give_other_shares_and_the_same_measurements(
    founding, answers, tmp_path: Path
) -> None:
    """The goal made cheap: the share of the draws moves, what was counted does not."""
    text = case_path("korea-2018").read_text(encoding="utf-8")
    old = "[game.ranges.c]\nlow  = 1.0\nhigh = 4.0"
    assert old in text
    path = tmp_path / "case.toml"
    path.write_text(text.replace(old, "[game.ranges.c]\nlow  = 0.2\nhigh = 1.5"), encoding="utf-8")
    # The figures stay where they are: only the game is read from the changed file.
    game = load_case(path).case.game
    case = founding.case.model_copy(update={"game": game})
    bound = dataclasses.replace(founding, case=case)
    context = Context(case, panels_of(founding))
    for name in ("plays-off", "override"):
        [found] = answer(bound, context, only=name)
        before = answers[name].model_part.evidence[0].value
        assert abs(found.model_part.evidence[0].value - before) > 5
        assert found.measured_part == answers[name].measured_part


def test_of_several_model_parts_the_one_of_the_fewest_draws_is_quoted(answers) -> None:
    """A word that all parts must share hangs on the part that holds least often."""
    for name in ("options", "coordinate", "commitment"):
        verdict = answers[name]
        parts = [part for part in verdict.parts if part.kind == "model" and part.needed]
        shares = [part.evidence[0].value for part in parts if part.word == verdict.model_word]
        assert len(shares) > 1
        assert verdict.model_part.evidence[0].value == min(shares)
    universal = answers["options"].model_part
    assert "bites until the goal is reached" in universal.sentence
