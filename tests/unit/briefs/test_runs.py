"""The run record: what a brief was made from, and the same bytes from it again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path

import pytest

from tertius.briefs import Run, brief, read_run
from tertius.casebook import case_path, draft_case
from tertius.claims import load_case
from tertius.cli.main import main
from tertius.errors import DataError, SourceError


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small case of one's own in the present folder."""
    monkeypatch.chdir(tmp_path)
    text = draft_case("own").replace("[game] ", "[game]\ndraws = 200 ")
    Path("own.toml").write_text(text, encoding="utf-8")
    return tmp_path


def tertius(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["tertius", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


def test_the_record_names_every_input(korea) -> None:
    """Versions, hashes of both case files, the digest of each panel, seed and options."""
    run = korea.run
    for name, digest in (("korea-2018", run.case_sha256), ("korea-1960", run.precedent_sha256)):
        assert hashlib.sha256(case_path(name).read_bytes()).hexdigest() == digest
    assert run.case == "korea-2018"
    assert run.store == ""
    assert (run.seed, run.draws) == (2018, 4000)
    assert run.options == {
        "duplicates": "one-a-day",
        "also": "none",
        "window": "2018-01-01/2018-10-31",
    }
    assert set(run.panels) == {"one-a-day", "none"}
    for policy, digest in run.panels.items():
        assert korea.case.panel(duplicates=policy).identity.digest == digest
    assert {"numpy", "polars", "scipy", "vl-convert-python"} <= set(run.packages)
    assert all(version[0].isdigit() for version in run.packages.values())


def test_the_record_names_no_time_and_no_machine(korea) -> None:
    """Nothing in it would differ on another day or in another folder."""
    text = korea.run.to_json()
    assert str(Path.cwd()) not in text
    assert os.uname().nodename not in text
    assert json.loads(text).keys() == {field.name for field in dataclasses.fields(Run)}


def test_a_record_is_read_back_as_it_was(korea, tmp_path: Path) -> None:
    """Field by field; a change is named with both values."""
    path = tmp_path / "x.run.json"
    path.write_text(korea.run.to_json(), encoding="utf-8")
    assert read_run(path) == korea.run
    assert korea.run.differences(read_run(path)) == ()
    other = dataclasses.replace(korea.run, seed=1)
    assert korea.run.differences(other) == ("seed: 2018 against 1",)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '"text"',
        "[" * 100_000,
        '{"tertius": "0.1.0"}',
        b"\xff\xfe\x00",
        "more",
        "kinds",
    ],
    ids=lambda value: str(value)[:8],
)
def test_what_is_no_record_is_refused(korea, tmp_path: Path, content) -> None:
    """Not JSON, another shape, a field too many, a number where a path should be."""
    fields = json.loads(korea.run.to_json())
    if content == "more":
        content = json.dumps(fields | {"more": 1})
    elif content == "kinds":
        content = json.dumps(fields | {"case": 5, "store": ["x"]})
    path = tmp_path / "x.run.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError, match="not a run record") as caught:
        read_run(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_a_record_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As any file."""
    with pytest.raises(SourceError, match="no such file"):
        read_run(tmp_path / "none.run.json")


def test_a_brief_is_made_again_from_its_record(own: Path, monkeypatch, capsys) -> None:
    """`--run` alone names the case, and gives the same bytes in another file."""
    assert tertius(monkeypatch, "brief", "own.toml", "-o", "first.html", "-q") == 0
    assert tertius(monkeypatch, "brief", "--run", "first.run.json", "-o", "again.html", "-q") == 0
    for suffix in ("html", "run.json"):
        first, again = (Path(f"{name}.{suffix}").read_bytes() for name in ("first", "again"))
        assert first == again
        assert first
    assert capsys.readouterr().err == ""


def test_a_record_of_another_case_is_refused(own: Path, monkeypatch, capsys) -> None:
    """One comment more in the case file: what differs is named, and nothing is written."""
    assert tertius(monkeypatch, "brief", "own.toml", "-o", "first.md", "-q") == 0
    with Path("own.toml").open("a", encoding="utf-8") as stream:
        stream.write("# another thought\n")
    capsys.readouterr()
    assert tertius(monkeypatch, "brief", "--run", "first.run.json", "-o", "again.md") == 2
    told = capsys.readouterr()
    assert "case_sha256" in told.err
    assert "Hint:" in told.err
    assert told.out == ""
    assert not Path("again.md").exists()


def test_a_loaded_case_is_recorded_by_what_loads_it_again(own: Path) -> None:
    """By its path, or by its name where it is shipped."""
    bound = load_case("own.toml")
    assert brief(bound).run.case == "own.toml"
    assert brief("own.toml").run == brief(bound).run
