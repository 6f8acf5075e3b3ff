"""The draft a newcomer starts from: it passes the check, and its brief runs without events."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tertius.briefs import Brief, brief
from tertius.casebook import case_path, cases, draft_case
from tertius.claims import load_case
from tertius.errors import UnknownNameError


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("my-case", "my-case"),
        ("Mongolia 1990!", "mongolia-1990"),
        ("---", "my-case"),
        ("Ünïcode", "n-code"),
        ("x" * 200, "x" * 60),
        ("<script>", "script"),
        ('a"\nb = 1', "a-b-1"),
    ],
)
def test_a_draft_of_any_name_has_no_mistake(tmp_path: Path, name: str, slug: str) -> None:
    """The name becomes an id, whatever it was."""
    path = tmp_path / "case.toml"
    path.write_text(draft_case(name), encoding="utf-8")
    assert load_case(path).id == slug


def test_a_draft_explains_every_table_it_has() -> None:
    """Each kind of table carries a comment within it, or in the lines above."""
    lines = draft_case("x").splitlines()
    kinds = {line.split("#")[0].strip() for line in lines if line.startswith("[")}
    told = {
        line.split("#")[0].strip()
        for i, line in enumerate(lines)
        if line.startswith("[") and "#" in "".join(lines[max(0, i - 4) : i + 3])
    }
    assert {kind for kind in kinds - told if "game.ranges." not in kind} == set()


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    path = tmp_path_factory.mktemp("draft") / "mine.toml"
    path.write_text(draft_case("mine"), encoding="utf-8")
    return brief(path)


def test_a_brief_of_the_draft_says_what_it_lacks(drafted: Brief) -> None:
    """No events: measured parts have too little data; the model answers all the same."""
    words = {(part.test, part.word) for verdict in drafted.verdicts for part in verdict.parts}
    assert {("role", "too little data"), ("turn", "too little data")} <= words
    assert ("attribution", "not tested") in words
    [model] = [word for test, word in words if test == "price-of-rivalry"]
    assert model in {"follows", "follows only if", "does not follow"}
    for verdict in drafted.verdicts:
        for part in verdict.parts:
            if part.word == "too little data":
                assert any("--store" in item for item in part.missing)
    assert "too little data by the events" in drafted.headline[0]


def test_a_brief_of_the_draft_prints(drafted: Brief) -> None:
    """All three ways."""
    assert "<html" in drafted.render("html")
    assert drafted.render("md").startswith("# One state between two")
    assert '"case": "mine"' in drafted.render("json")


def test_shipped_cases_are_found_by_name_and_paths_as_paths(tmp_path: Path) -> None:
    """A name nobody knows gets the closest; what looks like a path is one."""
    assert cases() == ("korea-1960", "korea-2018")
    assert case_path("korea-2018").is_file()
    assert case_path("some/where.toml") == Path("some/where.toml")
    (tmp_path / "case.toml").touch()
    assert case_path(tmp_path) == tmp_path / "case.toml"
    with pytest.raises(UnknownNameError) as caught:
        case_path("korea-2081")
    assert caught.value.hint == 'did you mean "korea-2018" or "korea-1960"?'


VERDICTS = (
    "supported",
    "contradicted",
    "not distinguishable",
    "too little data",
    "follows only if",
    "does not follow",
    "not tested",
)


@pytest.mark.parametrize("name", [*cases(), "the draft"])
def test_no_value_of_a_case_is_a_verdict(name: str) -> None:
    """A case asks; only comments may speak of answers, and only in general."""
    text = draft_case("x") if name == "the draft" else case_path(name).read_text("utf-8")

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value.lower()] if isinstance(value, str) else []

    said = texts(tomllib.loads(text))
    assert len(said) > 20
    assert [text for text in said if any(word in text for word in VERDICTS)] == []
