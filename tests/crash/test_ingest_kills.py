"""An ingest or a fetch that is killed at any moment is completed by the next.

A process of its own, with nothing replaced but a few limits, is killed with SIGKILL at a random
time after it has begun: while archives are read, lines drafted, segments written, files entered.
It says on a pipe which files it has acknowledged. Whatever it was doing, these are in the store
once, all that is there is sound, and the next run ends with the rows an undisturbed one ends
with. Some stores are killed several times before they are completed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import runpy
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tertius.events import ingest, open_store
from tertius.events.downloads import Means, fetch

LOCAL = SimpleNamespace(
    **runpy.run_path(str(Path(__file__).parents[1] / "hostile" / "publisher.py"))
)
# Kills of an ingest file by file, of one that takes all or nothing, and of a fetch.
EACH, WHOLE, FETCHES = 26, 6, 8
# Stores are killed so often before they are completed.
IN_A_ROW = (1, 2, 3)
FILES, ROWS = 60, 3

# Small limits, so that a few files make many segments and entries. Loading is over before the
# word to go is read. The alarm is for one that hangs: the test then fails instead of waiting.
CHILD = """
import json, os, signal, sys
from tertius import settings
from tertius.events import fetch, ingest
from tertius.events.downloads import Means
from tertius.events.store.writers import Writer
import httpx2

settings._BY_NAME |= {"ingest_batch_bytes": 2_000, "segment_rows_count": 20,
                      "fetch_batch_count": 2}
add = Writer.add

def acknowledged(self, entries):
    add(self, entries)
    os.write(1, "".join(f"held {entry.report.name}\\n" for entry in entries).encode())

Writer.add = acknowledged
os.write(1, b"ready\\n")
told = json.loads(sys.stdin.readline())
signal.alarm(60)
if "publisher" in told:
    fetch(told.pop("publisher"), told.pop("window"), means=Means(sleep=lambda _: None), **told)
else:
    ingest("gdelt", told.pop("paths"), **told)
os.write(1, b"done\\n")
"""


class Child:
    """A process that has loaded everything and waits for the word to go."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, told: dict[str, Any], kill_after: float | None = None) -> Any:
        """Let it go; return the files it acknowledged, whether it ended, and its seconds."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        assert stdout.readline() == "ready\n"
        begun = time.perf_counter()
        stdin.write(json.dumps(told) + "\n")
        stdin.flush()
        if kill_after is not None:
            time.sleep(kill_after)
            self.process.kill()
        said = stdout.read().split("\n")
        took = time.perf_counter() - begun
        self.end()
        # What is cut off by the kill was not said.
        held = [line[5:] for line in said[:-1] if line.startswith("held ")]
        return SimpleNamespace(held=held, ended="done" in said[:-1], took=took)

    def end(self) -> None:
        """Let go of it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Child]]:
    """Return one after the other; the next loads while one is at work."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    waiting = [Child()]

    def take() -> Child:
        waiting.append(Child())
        return waiting.pop(0)

    yield take
    for left in waiting:
        left.end()


def digest(folder: Path) -> str:
    """SHA-256 over all rows of a store, whatever segments they are in."""
    store = open_store(folder)
    rows = (
        store.events().collect().sort("file_id", "row_no"),
        store.links().collect().sort("url_hash"),
        store.rejected().sort("file_id", "line"),
        store.files().sort("file_id"),
    )
    return hashlib.sha256("".join(frame.write_csv() for frame in rows).encode()).hexdigest()


def held(folder: Path) -> list[str]:
    """Names of the files a store holds, each as often as it holds it."""
    if not (folder / "catalogue.sqlite").exists():
        return []
    store = open_store(folder)
    names = dict(store.files().select("file_id", "name").iter_rows())
    rows = Counter(names[key] for key in store.events().collect()["file_id"].to_list())
    kept = dict(store.files().select("name", "kept").iter_rows())
    # What stands in the account is in the segments, row by row.
    assert rows == kept
    assert store.verify() == []
    return sorted(store.files()["name"].to_list())


def check_whole(folder: Path) -> None:
    """See that nothing is damaged, and that no killed process has left anything."""
    store = open_store(folder)
    assert store.verify() == []
    assert store.missing().is_empty()
    known = {
        segment.sha256
        for entry in store.entries()
        for segment in (*entry.segments, *entry.rejected, *entry.links)
    }
    assert {path.stem for path in folder.rglob("*.parquet")} == known
    assert not [path.name for path in folder.rglob(".*")]


def killed(
    child: Callable[[], Child],
    folders: Iterator[Path],
    told: Callable[[Path], dict[str, Any]],
    complete: Callable[[Path], None],
    horizon: Callable[[float, int], Any],
    count: int,
) -> tuple[Counter[str], Counter[int]]:
    """Kill `count` runs or more at random times, complete each store, return what was hit.

    The first count is of killed runs and of those that ended first, the second of the files a
    store held after a kill.
    """
    calm = next(folders)
    undisturbed = child().run(told(calm))
    assert undisturbed.ended
    assert sorted(undisturbed.held) == held(calm)
    check_whole(calm)
    expected, names = digest(calm), held(calm)
    moment = horizon(undisturbed.took, 23)
    hits: Counter[str] = Counter()
    left: Counter[int] = Counter()
    turn = 0
    # Until so many were hit at work, and no more than three times as many were run.
    while hits["killed"] < count and hits.total() < 3 * count:
        folder, acknowledged = next(folders), set[str]()
        for _ in range(IN_A_ROW[turn % len(IN_A_ROW)]):
            run = child().run(told(folder), kill_after=moment.draw())
            moment.learn(killed=not run.ended)
            hits["ended" if run.ended else "killed"] += 1
            acknowledged |= set(run.held)
            there = held(folder)
            left[len(there)] += 1
            assert len(there) == len(set(there))
            assert acknowledged <= set(there) <= set(names)
        complete(folder)
        assert held(folder) == names
        assert digest(folder) == expected
        check_whole(folder)
        turn += 1
    return hits, left


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """One new folder after the other."""
    return (tmp_path / str(number) for number in range(1_000))


@pytest.fixture
def quarters(tmp_path: Path) -> list[str]:
    """Sixty small files of GDELT, every fifth with a line that is none."""
    (tmp_path / "raw").mkdir()
    paths = []
    for number in range(FILES):
        stamp = f"20180326{number // 4:02d}{number % 4 * 15:02d}00"
        content = LOCAL.quarter(stamp, ROWS, number) + (b"a\tb\n" if number % 5 == 0 else b"")
        path = tmp_path / "raw" / f"{stamp}.export.CSV.zip"
        path.write_bytes(LOCAL.zipped(path.stem, content))
        paths.append(str(path))
    return paths


def test_an_ingest_killed_at_any_moment_is_completed_by_the_next(
    child: Callable[[], Child],
    folders: Iterator[Path],
    quarters: list[str],
    horizon: Callable[[float, int], Any],
) -> None:
    """File by file: what was acknowledged stays, once, and the rest follows."""

    def told(folder: Path) -> dict[str, Any]:
        return {"paths": quarters, "store": str(folder), "whole": False}

    def complete(folder: Path) -> None:
        report = ingest("gdelt", quarters, store=folder, whole=False)
        assert (report.kept, report.rejected) == (FILES * ROWS, FILES // 5)
        assert report.refused == ()

    hits, left = killed(child, folders, told, complete, horizon, EACH)
    assert hits["killed"] >= EACH, (hits, left)
    assert len(set(left) - {0, FILES}) > 1, (hits, left)


def test_an_ingest_of_all_or_nothing_is_killed_to_nothing_or_all(
    child: Callable[[], Child],
    folders: Iterator[Path],
    quarters: list[str],
    horizon: Callable[[float, int], Any],
) -> None:
    """There is nothing between, wherever it is hit."""

    def told(folder: Path) -> dict[str, Any]:
        return {"paths": quarters, "store": str(folder), "whole": True}

    def complete(folder: Path) -> None:
        assert ingest("gdelt", quarters, store=folder).kept == FILES * ROWS

    hits, left = killed(child, folders, told, complete, horizon, WHOLE)
    assert hits["killed"] >= WHOLE, (hits, left)
    assert set(left) <= {0, FILES}


def test_a_fetch_of_zips_of_months_is_completed_by_the_next(
    child: Callable[[], Child], folders: Iterator[Path], horizon: Callable[[float, int], Any]
) -> None:
    """A zip of which some months are in is fetched again, and held once all of them are."""
    window = ["2018-01-01", "2022-12-31"]
    with LOCAL.serving() as publisher:
        for year in range(2018, 2023):
            months = {
                f"ngecEventsDV-{year}-{month}.txt": LOCAL.polecat(
                    *(f"{year}-01-{day:02d}" for day in range(1, 10)), key=month
                )
                for month in ("Jan", "Feb", "Mar", "Apr")
            }
            name = f"ngecEventsDV-{year}.txt.zip"
            publisher.deposit(LOCAL.POLECAT, name, LOCAL.bundled(months))

        def told(folder: Path) -> dict[str, Any]:
            return {"publisher": "polecat", "window": window, "store": str(folder),
                    "cache": f"{folder}-cache", "base": publisher.base, "rate": 1_000}  # fmt: skip

        def complete(folder: Path) -> None:
            asked = told(folder)
            asked.pop("publisher")
            means = Means(sleep=lambda _: None)
            for outcomes in ({"held", "fetched", "cached"}, {"held"}):
                report = fetch("polecat", tuple(window), means=means,
                               **{key: asked[key] for key in asked if key != "window"})  # fmt: skip
                assert report.counts.keys() <= outcomes
                assert sum(report.counts.values()) == 5

        hits, left = killed(child, folders, told, complete, horizon, FETCHES)
    assert hits["killed"] >= FETCHES, (hits, left)
