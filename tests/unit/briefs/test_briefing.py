"""A brief as a whole: the same bytes on every run, saved whole or not at all.

Bytes are compared by their SHA-256, between this process and new ones under other hash seeds.
"""

from __future__ import annotations

import concurrent.futures
import errno
import hashlib
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

import tertius as tt
from tertius.briefs import Brief, brief, drawers
from tertius.casebook import draft_case
from tertius.claims import MEASURED_WORDS, MODEL_WORDS
from tertius.errors import DataError, PanelError, UsageError, WriteError
from tertius.settings import limit

CLAIMS = Path(__file__).parents[1] / "claims" / "known_truths.py"
KNOWN = SimpleNamespace(**runpy.run_path(str(CLAIMS)))
KINDS = ("html", "md", "json")


def digests(made: Brief) -> dict[str, str]:
    return {kind: hashlib.sha256(made.render(kind).encode()).hexdigest() for kind in KINDS}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_two_runs_give_the_same_bytes(korea) -> None:
    """Within one process, with everything loaded, all three ways."""
    assert digests(brief("korea-2018")) == digests(korea)


def test_hash_seeds_do_not_move_a_byte(korea) -> None:
    """New processes under the hash seeds 0, 1 and 2."""
    code = (
        "import hashlib, json, tertius as tt\n"
        "made = tt.brief('korea-2018')\n"
        f"kinds = {KINDS!r}\n"
        "print(json.dumps({k: hashlib.sha256(made.render(k).encode()).hexdigest()"
        " for k in kinds}))\n"
    )

    def under(seed: int) -> dict[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return json.loads(done.stdout)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(under, (0, 1, 2)))
    assert found == [digests(korea)] * 3


def test_the_page_is_within_its_size(korea) -> None:
    """The founding case with its precedent, well below the limit."""
    assert 100_000 < len(korea.render("html").encode()) < limit("max_brief_bytes") == 1_000_000


def test_progress_is_told_in_words() -> None:
    """What is being done, claim by claim."""
    told: list[str] = []
    brief("korea-1960", progress=told.append)
    assert told[0] == "reading events"
    assert "testing order" in told
    assert told[-1] == "drawing"


@pytest.mark.parametrize("kind", KINDS)
def test_a_brief_is_saved_by_its_suffix(korea, tmp_path: Path, kind: str) -> None:
    """The bytes that `render` gives, over what stood there."""
    place = tmp_path / f"x.{kind}"
    place.write_text("old")
    assert korea.save(place) == place
    assert place.read_bytes() == korea.render(kind).encode()
    assert korea.save(str(place)) == place
    assert names(tmp_path) == [place.name]


@pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x", "x.HTML", ".html", "x.html.bak"])
def test_other_suffixes_are_refused(korea, tmp_path: Path, name: str) -> None:
    """With the list of those that can be written; nothing is."""
    with pytest.raises(UsageError, match="cannot be written as") as caught:
        korea.save(tmp_path / name)
    assert caught.value.allowed == ".html, .json, .md"
    assert names(tmp_path) == []


@pytest.mark.parametrize("fails", ["fsync", "replace", "write"])
def test_a_full_disk_leaves_the_old_file_and_no_other(
    korea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """Whichever step finds the disk full."""
    place = tmp_path / "x.json"
    place.write_text("old")

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if fails == "write":
        opened = os.fdopen

        def narrow(*arguments, **named):
            stream = opened(*arguments, **named)
            return _Narrow(stream)

        class _Narrow:
            def __init__(self, stream):
                self.stream = stream

            def __enter__(self):
                return self

            def __exit__(self, *_details):
                self.stream.close()

            def write(self, content):
                self.stream.write(content[: len(content) // 2])
                full()

        monkeypatch.setattr(os, "fdopen", narrow)
    else:
        monkeypatch.setattr(os, fails, full)
    with pytest.raises(WriteError, match="no space left") as caught:
        korea.save(place)
    monkeypatch.undo()
    assert caught.value.where == str(place)
    assert caught.value.exit_code == 1
    assert place.read_text() == "old"
    assert names(tmp_path) == ["x.json"]


def test_a_folder_that_is_not_there_is_told(korea, tmp_path: Path) -> None:
    """None is made in its place."""
    with pytest.raises(WriteError, match="no such file"):
        korea.save(tmp_path / "none" / "x.md")
    assert names(tmp_path) == []


def test_a_page_too_large_is_refused(tmp_path: Path) -> None:
    """A case of many long claims; its Markdown can still be had."""
    claims = "".join(
        f'\n[[claims]]\nid = "c{i}"\nsays = "{"&" * 3990}"\n'
        '[[claims.parts]]\ntest = "attribution"\n'
        for i in range(60)
    )
    path = tmp_path / "case.toml"
    path.write_text(draft_case("large") + claims, encoding="utf-8")
    made = brief(path)
    with pytest.raises(DataError, match="the page would be") as caught:
        made.save(tmp_path / "x.html")
    assert "1,000,000" in (caught.value.allowed or "")
    assert not (tmp_path / "x.html").exists()
    made.save(tmp_path / "x.md")


def test_a_notebook_shows_the_headline_and_the_words(korea) -> None:
    """As HTML, escaped."""
    shown = korea._repr_html_()
    assert shown.count("<tr>") == 1 + len(korea.verdicts)
    assert "not distinguishable" in shown


START, DAYS = KNOWN.START, KNOWN.DAYS


def events(days: int = DAYS) -> pl.DataFrame:
    """Rows of a triangle in which PRK is the pivot, and both warm to it on day 75."""
    rate = KNOWN.step(1, 5, 75)
    rows = []
    for offset in range(days):
        day = KNOWN.day(offset)
        for source, target, code, count in (
            ("CHN", "PRK", "042", rate[offset]),
            ("USA", "PRK", "042", rate[offset]),
            ("PRK", "CHN", "042", 3),
            ("PRK", "USA", "042", 3),
            ("CHN", "USA", "112", 4),
            ("USA", "CHN", "112", 4),
            ("KOR", "JPN", "042", 2),
            ("KOR", "JPN", "112", 2),
        ):
            rows += [(day, source, target, code)] * count
    columns = {"date": pl.Date, "a": pl.String, "b": pl.String, "code": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.fixture(scope="module")
def drawing():
    """One drawing engine for all of them."""
    with drawers() as pool:
        yield pool


@pytest.fixture
def on_events(tmp_path: Path, drawing):
    """The brief of a changed draft on events of one's own, raw and not one a day."""

    def make(frame: pl.DataFrame, *changes: tuple[str, str]) -> Brief:
        text = draft_case("own").replace("[game] ", "[game]\ndraws = 200 ")
        for old, new in (('duplicates = "one-a-day"', 'duplicates = "none"'), *changes):
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        columns = {"date": "date", "source": "a", "target": "b", "code": "code"}
        tt.ingest("table", frame, store=tmp_path / "store", columns=columns)
        return tt.brief(path, store=tt.open_store(tmp_path / "store"), drawing=drawing)

    return make


def words(made: Brief) -> dict[str, str]:
    return {part.test: part.word for verdict in made.verdicts for part in verdict.parts}


def test_a_store_is_read_in_place_of_figures(on_events) -> None:
    """Measured words come of the events given, and lead back to their rows."""
    frame = events()
    made = on_events(frame)
    found = words(made)
    assert found["role"] == "supported"
    assert found["attribution"] == "not tested"
    parts = {part.test: part for verdict in made.verdicts for part in verdict.parts}
    source = parts["turn"].provenance
    assert source.kind == "rows"
    assert source.row_count == frame.filter(a="CHN", b="PRK").height
    assert len(source.rows) == 12
    assert source.rows[0] in made.render("html")
    assert made.run.store.endswith("store")


def test_two_turns_of_one_dyad_stand_beside_each_other(on_events) -> None:
    """By different measures: two pictures with names of their own."""
    old = 'test = "attribution" '
    new = (
        'test = "turn"\nargs = { source = "CHN", target = "PRK", on = 2018-03-08, '
        'max_lag_days = 28, why = "known", measure = "events" }\n'
        '[[claims.parts]]\ntest = "attribution" '
    )
    page = on_events(events(), (old, new)).render("html")
    assert 'id="turn-chn-prk-cooperation"' in page
    assert 'id="turn-chn-prk-events"' in page


@pytest.mark.parametrize("days", [1, 40, 70])
def test_events_of_part_of_the_window_are_enough_for_a_brief(on_events, days: int) -> None:
    """What they do not reach has too little data; all three forms print."""
    made = on_events(events(days))
    assert words(made)["role"] == "too little data"
    assert all(made.render(kind) for kind in KINDS)


def test_events_of_other_years_are_refused(on_events) -> None:
    """Nothing within the window: told with the days there are."""
    with pytest.raises(PanelError, match="no day from 1990-01-01 to 1990-10-31") as caught:
        on_events(events(), ("2018-", "1990-"))
    assert str(START) in (caught.value.allowed or "")


@pytest.mark.parametrize(
    "missing", [("b", "PRK"), ("a", "CHN")], ids=["toward the pivot", "by one patron"]
)
def test_a_dyad_without_events_is_no_fault(on_events, missing: tuple[str, str]) -> None:
    """Silence is an answer: too little data, or a number, and a page."""
    side, code = missing
    made = on_events(events().filter(pl.col(side) != code))
    assert words(made)["price-of-rivalry"] in {"follows", "follows only if", "does not follow"}
    assert made.render("html")


def test_parameters_without_width_are_no_fault(on_events) -> None:
    """Every range a point: nothing drives the rent, and the brief says so by leaving it out."""
    import re

    text = draft_case("own")
    ends = sorted(set(re.findall(r"(?:low|high) = [\d.]+", text)))
    made = on_events(events(), *((end, f"{end.split('=')[0]}= 1.0") for end in ends))
    assert made.render("html")
    part = made.verdicts[0].model_part
    assert part is not None
    assert part.drivers == ()


def test_no_template_writes_a_verdict() -> None:
    """The page's templates place words; they hold none."""
    folder = Path(tt.__file__).parent / "briefs" / "templates"
    pages = sorted(folder.glob("*.html"))
    assert len(pages) >= 2
    for page in pages:
        text = page.read_text(encoding="utf-8").lower()
        for word in (*MEASURED_WORDS, *MODEL_WORDS):
            assert word not in text, f"{page.name}: {word}"


def test_three_patrons_are_no_fault(on_events) -> None:
    """The triangle is of the first two, the game of all three."""
    entry = 'low = 0.1\nhigh = 1.0\nwhy = "known"\nsource = "judgement"\n'
    ranges = "".join(f"[game.ranges.{stem}.KOR]\n{entry}" for stem in ("omega", "rho", "beta"))
    made = on_events(
        events(),
        ('["CHN", "USA"]', '["CHN", "USA", "KOR"]'),
        ('others   = ["KOR"]', "others = []"),
        ("[game.ranges.k]", f"{ranges}[game.ranges.k]"),
    )
    assert words(made)["price-of-rivalry"] in {"follows", "follows only if", "does not follow"}
    assert made.render("html").count("without ") >= 2
