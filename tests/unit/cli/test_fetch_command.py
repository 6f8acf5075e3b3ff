"""Fetching on the command line: what is printed where, and how it ends.

The publisher is a server on the loopback device; see `tests/hostile/publisher.py`.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tertius.events import open_store
from tertius.events.downloads import PUBLISHERS
from tertius.events.downloads.caches import cache_folder
from tertius.settings import SETTINGS

HOSTILE = Path(__file__).parents[2] / "hostile"
LOCAL = SimpleNamespace(**runpy.run_path(str(HOSTILE / "publisher.py")))
DAYS = ["--from", "2018-03-26", "--to", "2018-03-26"]


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A publisher the commands find through the environment, and a cache of their own."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with LOCAL.serving() as served:
        monkeypatch.setenv("TERTIUS_GDELT_BASE", served.base)
        monkeypatch.setenv("TERTIUS_CACHE", str(tmp_path / "cache"))
        yield served


@pytest.fixture
def fetch(tertius: Any) -> Callable[..., Any]:
    """Fetch a day of GDELT into a store."""

    def run(*more: str) -> Any:
        return tertius("fetch", "gdelt", *DAYS, "--store", "store", "--rate", "500", *more)

    return run


def test_fetch_prints_the_account_and_the_licence_apart(publisher: Any, fetch: Any) -> None:
    """Data on stdout, the licence on stderr; --quiet keeps the latter away."""
    publisher.fill("20180326000000", 4)
    done = fetch()
    assert done.code == 0
    assert "gdelt events, 2018-03-26 to 2018-03-26: 4 files: 4 fetched" in done.out
    assert "12 lines = 12 kept + 0 rejected + 0 filtered" in done.out
    assert "attribution to the GDELT Project" in done.err
    again = fetch("--quiet")
    assert (again.code, again.err) == (0, "")
    assert "4 held" in again.out


def test_a_file_that_cannot_be_had_ends_with_4_and_is_named(
    publisher: Any, fetch: Any, tertius: Any
) -> None:
    """After everything else was ingested, as text and as JSON."""
    names = publisher.fill("20180326000000", 4)
    del publisher.files[f"/gdeltv2/{names[1]}"]
    done = fetch()
    assert done.code == 4
    assert f"{names[1]}: missing, the server answers 404 Not Found" in done.out
    assert "1 file of gdelt events" in done.err
    assert "Hint: everything else was ingested" in done.err
    told = fetch("--json", "-q")
    assert (told.code, told.err) == (4, "")
    assert told.json["counts"] == {"held": 3, "missing": 1}
    assert told.json["failed"] == 1
    [lost] = [file for file in told.json["files"] if file["outcome"] == "missing"]
    assert (lost["name"], lost["listed"]) == (names[1], True)
    assert tertius("panel", "store", "--duplicates", "none", "--json").json[0]["events"] == 9


def test_a_dry_run_says_what_would_be_done(publisher: Any, fetch: Any) -> None:
    """Files, bytes and rows, these as an estimate; nothing is written but the index."""
    publisher.fill("20180326000000", 4)
    done = fetch("--dry-run")
    assert done.code == 0
    assert "4 expected" in done.out
    assert re.search(r"to download: [\d,]+ bytes, about \d+ rows \(an estimate", done.out)
    assert not Path("store").exists()
    assert fetch("--dry-run", "--json").json["bytes_expected"] > 0


def test_fetch_keeps_only_rows_between_states_if_asked(publisher: Any, fetch: Any) -> None:
    """The others are counted as filtered."""
    [name] = publisher.fill("20180326000000", 1)
    rows = LOCAL.quarter("20180326000000", 4).decode().replace("KOREA\tPRK", "KOREA\t", 1)
    publisher.files[f"/gdeltv2/{name}"] = LOCAL.zipped(name[:-4], rows.encode())
    publisher.reindex()
    assert "4 lines = 3 kept + 0 rejected + 1 filtered" in fetch("--keep", "interstate").out


def test_mentions_are_only_downloaded(publisher: Any, tertius: Any) -> None:
    """No store is named or made; JSON says where each file is; a lost one ends with 4."""
    names = publisher.fill("20180326000000", 3, middle="mentions")
    asked = ["fetch", "gdelt", *DAYS, "--feed", "mentions", "--rate", "500"]
    done = tertius(*asked)
    assert done.code == 0
    assert "3 files: 3 cached" in done.out
    assert "kept in the cache and not ingested" in done.out
    assert "lines" not in done.out
    told = tertius(*asked, "--json").json
    assert (told["store"], told["counts"]) == ("", {"cached": 3})
    assert [Path(file["path"]).name for file in told["files"]] == names
    assert all(Path(file["path"]).is_file() for file in told["files"])
    del publisher.files[f"/gdeltv2/{names[1]}"]
    lost = tertius(*asked, "--cache", "other")
    assert lost.code == 4
    assert f"{names[1]}: missing" in lost.out
    assert "Hint: everything else is in the cache" in lost.err
    assert not Path("store").exists()


@pytest.mark.parametrize("whose", ["icews", "polecat"])
def test_other_publishers_are_fetched_alike(publisher: Any, tertius: Any, whose: str) -> None:
    """Their files are in the store; one that cannot be had ends with 4 and is told of later."""
    doi, names = {
        "icews": (LOCAL.ICEWS, ["events.2018.20200602.tab", "events.2019.20200427084805.tab.zip"]),
        "polecat": (LOCAL.POLECAT, ["ngecEvents.DV.2018.txt", "ngecEventsDV-2019.txt.zip"]),
    }[whose]
    made = getattr(LOCAL, whose)
    publisher.deposit(doi, names[0], made("2018-03-26"))
    lost = publisher.deposit(doi, names[1], LOCAL.zipped("a.txt", made("2019-03-26")))
    kept = publisher.files.pop(lost)
    window = ["--from", "2017-01-01", "--to", "2019-12-31"]
    asked = ["fetch", whose, *window, "--store", "store", "--base", publisher.base, "--rate", "500"]
    done = tertius(*asked)
    assert done.code == 4
    assert "1 fetched, 1 missing" in done.out
    assert f"{names[1]}: missing, the server answers 404 Not Found" in done.out
    assert PUBLISHERS[whose].terms in done.err
    assert names[1] in tertius("store", "info", "store").out
    publisher.files[lost] = kept
    again = tertius(*asked)
    assert again.code == 0
    assert "2 files: 1 held, 1 fetched" in again.out
    assert open_store("store").info().missing == 0


def test_offline_without_a_cache_ends_with_4(publisher: Any, fetch: Any) -> None:
    """And says what to do."""
    done = fetch("--offline")
    assert (done.code, done.out) == (4, "")
    assert "Hint: fetch while online first" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["gdlet", *DAYS, "--store", "s"], ['unknown publisher "gdlet"', 'did you mean "gdelt"']),
        (["gdelt", *DAYS], ["--store"]),
        (["gdelt", "--from", "2018-03-26", "--store", "s"], ["--to"]),
        (["gdelt", "--from", "2018-03-27", "--to", "2018-03-26", "--store", "s"],
         ["ends (2018-03-26) before it starts"]),
        (["gdelt", "--from", "26.3.2018", "--to", "2018-03-26", "--store", "s"],
         ["no pair of days", "YYYY-MM-DD"]),
        (["gdelt", *DAYS, "--store", "s", "--feed", "gkg"], ['feed of gdelt "gkg"', "daily"]),
        (["polecat", *DAYS, "--store", "s", "--feed", "daily"], ["feed of polecat", "events"]),
        (["gdelt", *DAYS, "--store", "s", "--base", "ftp://x/"], ["no base address", "Allowed:"]),
        (["gdelt", *DAYS, "--store", "s", "--workers", "0"], ["workers", "1 to 64"]),
        (["gdelt", *DAYS, "--store", "s", "--rate", "0"], ["rate", "above 0"]),
        (["gdelt", *DAYS, "--store", "s", "--rate", "nan"], ["rate", "above 0"]),
        (["gdelt", *DAYS, "--store", "s", "--deadline", "-1"], ["deadline", "above 0"]),
        (["gdelt", *DAYS, "--store", "s", "--keep", "some"], ["choice of rows", "interstate"]),
    ],
)  # fmt: skip
def test_a_wrong_fetch_is_told_before_anything_is_asked(
    publisher: Any, tertius: Any, arguments: list[str], told: list[str]
) -> None:
    """Exit 2, nothing on stdout, no request."""
    done = tertius("fetch", *arguments)
    assert (done.code, done.out) == (2, "")
    for words in told:
        assert words in done.err
    assert publisher.asked == []


def test_text_of_a_publisher_does_not_steer_the_terminal(publisher: Any, fetch: Any) -> None:
    """Escape characters of an index or an answer become marks."""
    names = publisher.fill("20180326000000", 2)
    publisher.files["/gdeltv2/masterfilelist.txt"] += b"\x1b[31mred\n"
    publisher.tricks[f"/gdeltv2/{names[0]}"] = [
        LOCAL.status(400, b'{"message": "\\u001b[2J gone"}', Content_Type="application/json")
    ]
    done = fetch()
    assert done.code == 4
    assert "\x1b" not in done.out + done.err
    assert "gone" in done.out


def test_the_cache_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As given, ``TERTIUS_CACHE``, the XDG folder if it is absolute, the user's own."""
    for name in ("TERTIUS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder(None) == tmp_path / ".cache" / "tertius"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder(None) == tmp_path / ".cache" / "tertius"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder(None) == tmp_path / "xdg" / "tertius"
    monkeypatch.setenv("TERTIUS_CACHE", str(tmp_path / "mine"))
    assert cache_folder(None) == tmp_path / "mine"
    assert cache_folder("given") == Path("given")


def test_limits_of_a_fetch_are_settings() -> None:
    """Each number a server can run into stands in the table."""
    names = {setting.name for setting in SETTINGS}
    used = set()
    for path in (Path(__file__).parents[3] / "src/tertius/events/downloads").glob("*.py"):
        used |= set(re.findall(r'limit\("(\w+)"\)', path.read_text(encoding="utf-8")))
    assert used <= names
    assert {name for name in names if name.startswith("fetch_")} <= used
