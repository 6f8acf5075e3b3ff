"""From a case file to its brief on the command line: cases, new, check, brief, solve, actors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tertius.casebook import cases, draft_case
from tertius.claims import MEASURED_WORDS, MODEL_WORDS


@pytest.fixture
def own(tertius) -> str:
    """A small case of one's own."""
    text = draft_case("own").replace("[game] ", "[game]\ndraws = 200 ")
    Path("own.toml").write_text(text, encoding="utf-8")
    return "own.toml"


def test_shipped_cases_are_listed(tertius) -> None:
    """Between tabs for a pipe, and as JSON."""
    lines = tertius("cases").out.splitlines()
    listed = tertius("cases", "--json").json
    assert [line.split("\t")[0] for line in lines] == ["case", *cases()]
    assert [entry["case"] for entry in listed] == list(cases())
    assert {entry["case"]: entry["claims"] for entry in listed}["korea-2018"] == 14


def test_a_new_case_passes_its_check(tertius) -> None:
    """It is written once; a second time only by force."""
    made = tertius("new", "Mongolia 1990.toml")
    assert (made.code, made.out) == (0, "")
    assert "tertius check" in made.err
    assert tertius("new", "quiet.toml", "--quiet").err == ""
    assert tertius("check", "Mongolia 1990.toml").code == 0
    Path("quiet.toml").write_text("mine")
    refused = tertius("new", "quiet.toml")
    assert (refused.code, refused.out) == (2, "")
    assert "stands there already" in refused.err
    assert Path("quiet.toml").read_text() == "mine"
    assert tertius("new", "quiet.toml", "--force").code == 0
    assert "mongolia-1990" in Path("Mongolia 1990.toml").read_text("utf-8")


def test_a_check_counts_what_it_found_sound(tertius) -> None:
    """Claims and parts, by name or by path."""
    told = tertius("check", "korea-2018")
    assert told.code == 0
    assert "14 claims" in told.out
    found = tertius("check", "korea-2018", "--json").json
    assert (found["mistakes"], found["claims"]) == ([], 14)


def test_a_check_reports_every_mistake(tertius, own: str) -> None:
    """Exit 3; with their paths on stderr, or as JSON on stdout."""
    text = Path(own).read_text("utf-8")
    for old, new in (
        ('"KOR"', '"KOX"'),
        ("low = 0.5", "low = 9.5"),
        ('test = "role"', 'test = "rol"'),
    ):
        text = text.replace(old, new, 1)
    Path(own).write_text(text, encoding="utf-8")
    paths = ["others[0]", "game.ranges.k", "claims[0].parts[0].test"]
    told = tertius("check", own)
    assert (told.code, told.out) == (3, "")
    assert "3 mistakes" in told.err
    assert all(path in told.err for path in paths)
    found = tertius("check", own, "--json")
    assert found.code == 3
    assert found.err == ""
    assert [mistake["path"] for mistake in found.json["mistakes"]] == paths
    assert found.json["mistakes"][2]["hint"].startswith('did you mean "role"')
    assert tertius("brief", own).code == 3


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_a_brief_is_written_with_its_record(tertius, own: str, suffix: str) -> None:
    """The headline and the claims on stdout, where it was written on stderr."""
    done = tertius("brief", own, "-o", f"x.{suffix}")
    assert done.code == 0
    assert Path(f"x.{suffix}").stat().st_size > 1000
    assert json.loads(Path("x.run.json").read_text("utf-8"))["case"] == own
    sentence, _, _, head, *claims = done.out.splitlines()
    assert "by the events" in sentence
    assert head == "claim\tevents\tmodel\twould change if"
    for line in claims:
        name, measured, model, _ = line.split("\t")
        assert name in {"plays-off", "trigger"}
        assert measured in {*MEASURED_WORDS, "–"}
        assert model in {*MODEL_WORDS, "–"}
    assert f"x.{suffix}" in done.err


def test_a_brief_is_named_after_its_case(tertius, own: str) -> None:
    """Without `-o`; as JSON on stdout with `--json`; silent with `--quiet`."""
    done = tertius("brief", own, "--json", "--quiet")
    assert done.err == ""
    assert done.json["case"] == "own"
    assert sorted(path.name for path in Path().iterdir()) == ["own.html", "own.run.json", own]


def test_a_brief_reads_a_store(tertius, own: str, store: str) -> None:
    """Its path stands in the record; the words are those of its few events."""
    done = tertius("brief", own, "--store", store, "-o", "x.json", "--json", "-q")
    assert done.code == 0
    assert done.json["run"]["store"] == store
    assert {verdict["measured_word"] for verdict in done.json["verdicts"]} <= {
        "too little data",
        "not tested",
    }


def test_one_claim_is_printed_with_its_parts(tertius, own: str) -> None:
    """Or one part of it; nothing is written."""
    whole = tertius("brief", own, "--claim", "trigger")
    assert whole.code == 0
    assert "1. turn: too little data" in whole.out
    assert "2. attribution: not tested" in whole.out
    assert "cannot tell:" in whole.out
    second = tertius("brief", own, "--claim", "trigger", "--part", "2")
    assert "1. turn" not in second.out
    assert "2. attribution: not tested" in second.out
    found = tertius("brief", own, "--claim", "trigger", "--json").json
    assert [part["test"] for part in found["parts"]] == ["turn", "attribution"]
    part = tertius("brief", own, "--claim", "trigger", "--part", "2", "--json").json
    assert part == found["parts"][1]
    assert not list(Path().glob("*.html"))


def test_a_game_is_solved(tertius, own: str) -> None:
    """At the middle of the ranges, and over the draws; the same numbers as JSON."""
    plain = tertius("solve", own).out.splitlines()
    found = tertius("solve", own, "--json").json
    told = dict(line.split("\t") for line in plain[1:])
    assert {name: str(value) for name, value in found.items() if name in told} == told
    assert found["draws"] == 200
    assert found["largest gain from deviating"] < 1e-9
    assert found["money"]


def test_a_case_without_a_game_is_told_so(tertius, own: str) -> None:
    """There is nothing to solve."""
    text = Path(own).read_text("utf-8")
    start, end = text.index("[game]"), text.index("[[claims]]")
    Path(own).write_text(text[:start] + text[end:], encoding="utf-8")
    assert tertius("check", own).code == 0
    done = tertius("solve", own)
    assert (done.code, done.out) == (3, "")
    assert "[game]" in done.err or "game section" in done.err


def test_names_are_resolved_at_a_date(tertius) -> None:
    """To a state, to none, and never to a guess."""
    assert tertius("actors", "Moscow", "--on", "1960").out.startswith("Moscow: SUN")
    assert tertius("actors", "Moscow", "--on", "2018-03-08").out.startswith("Moscow: RUS")
    assert tertius("actors", "Atlantis").out.startswith("Atlantis: no state")
    found = tertius("actors", "Moscow", "--on", "1960", "--json").json
    assert found["resolution"]["iso3"] == "SUN"
    everybody = tertius("actors", "--json").json
    assert everybody["resolution"] is None
    assert len(everybody["states"]) > 200


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["brief", "korea-2081"], 2,
         ['unknown case "korea-2081"', "Allowed: korea-1960, korea-2018",
          'did you mean "korea-2018"']),
        (["check", "korea-2081"], 2, ['did you mean "korea-2018"']),
        (["solve", "korea-2081"], 2, ['did you mean "korea-2018"']),
        (["brief"], 2, ["no case", "tertius cases"]),
        (["brief", "none.toml"], 3, ["none.toml", "no such file"]),
        (["check", "none.toml"], 3, ["none.toml", "no such file"]),
        (["brief", "own.toml", "-o", "x.pdf"], 2, ['".pdf"', "Allowed: .html, .json, .md"]),
        (["brief", "own.toml", "-o", "none/x.md"], 1, ["none/x.md", "cannot be written"]),
        (["brief", "own.toml", "--store", "nowhere"], 3, ["no event store"]),
        (["brief", "own.toml", "--claim", "triger"], 2,
         ['unknown claim "triger"', 'did you mean "trigger"']),
        (["brief", "own.toml", "--claim", "trigger", "--part", "3"], 2, ["no part 3", "1 to 2"]),
        (["brief", "own.toml", "--claim", "trigger", "--part", "0"], 2, ["--part"]),
        (["brief", "--run", "none.run.json"], 3, ["none.run.json", "no such file"]),
        (["brief", "--run", "own.toml"], 3, ["not a run record", "Hint:"]),
        (["new"], 2, ["FILE"]),
        (["new", "none/x.toml"], 1, ["none/x.toml", "cannot be written"]),
        (["actors", "Moscow", "--on", "never"], 2, ['"never" is no date', "Allowed:"]),
        (["brif", "korea-2018"], 2, ['no command "brif"', 'did you mean "brief"']),
        (["xyz"], 2, ['no command "xyz"', "tertius --help"]),
        (["--nonsense"], 2, ["--nonsense"]),
        (["brief", "--nonsense"], 2, ["--nonsense"]),
        (["check", "korea-2018", "korea-1960"], 2, ["korea-1960"]),
    ],
)  # fmt: skip
def test_a_wrong_command_is_told(tertius, own: str, arguments, code, told) -> None:
    """What was wrong, where, what is allowed, what to do; nothing on stdout."""
    done = tertius(*arguments)
    assert (done.code, done.out) == (code, "")
    for words in told:
        assert words in done.err
