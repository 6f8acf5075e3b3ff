"""The JSON of a brief: valid anywhere, every verdict whole, no number that is none."""

from __future__ import annotations

import dataclasses
import json
import runpy
from pathlib import Path

import pytest

from tertius.briefs.records import render_json
from tertius.claims import Evidence

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample_document.py")))


def strict(text: str):
    def refuse(name: str):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def content(korea):
    return strict(korea.render("json"))


def test_it_names_its_form_and_its_case(content, korea) -> None:
    """A program can tell what it reads."""
    assert content["schema"] == "tertius-brief/1"
    assert content["case"] == "korea-2018"
    assert content["headline"] == list(korea.headline)
    assert content["note"].startswith("Supported means consistent with reported events")


def test_verdicts_are_whole(content, korea) -> None:
    """Each field of each verdict, part and number, as it was computed and not as printed."""
    assert [v["claim_id"] for v in content["verdicts"]] == [v.claim_id for v in korea.verdicts]
    for told, found in zip(content["verdicts"], korea.verdicts, strict=True):
        assert set(told) == {field.name for field in dataclasses.fields(found)}
        for part, result in zip(told["parts"], found.parts, strict=True):
            assert set(part) == {field.name for field in dataclasses.fields(result)}
            assert part["word"] == result.word
            numbers = [item["value"] for item in part["evidence"]]
            assert numbers == [item.value for item in result.evidence]


def test_tables_behind_the_pictures_are_there(content) -> None:
    """Every row as long as the head."""
    assert len(content["tables"]) > 10
    for table in content["tables"]:
        assert table["rows"]
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}


def test_what_is_not_finite_becomes_null(korea) -> None:
    """JSON has no word for it."""
    broken = Evidence("broken", float("nan"), float("-inf"), float("inf"))
    verdict = korea.verdicts[0]
    part = dataclasses.replace(verdict.parts[0], evidence=(broken,))
    verdict = dataclasses.replace(verdict, parts=(part,))
    told = strict(render_json(korea.document, (verdict,), korea.run))
    [number] = told["verdicts"][0]["parts"][0]["evidence"]
    assert (number["value"], number["low"], number["high"]) == (None, None, None)


def test_any_text_survives(korea) -> None:
    """Quotes, line ends, tags and other scripts come back as they were."""
    text = 'a"b\\c\n</script>\u2028北京\x07'
    document = dataclasses.replace(SAMPLE["sample_document"](), title=text)
    assert strict(render_json(document, korea.verdicts, korea.run))["title"] == text
