"""A fetch that is killed at any moment leaves what the next one completes.

The process is killed with SIGKILL at random times of a fetch: while indexes and files come,
while they are moved into the cache, while they are ingested. The next fetch must end with every
file in the store once. A driver forks a process for each fetch to be killed, so that libraries are
loaded once only; the completing one runs here.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tertius.events import open_store
from tertius.events.downloads import Means, fetch

LOCAL = SimpleNamespace(
    **runpy.run_path(str(Path(__file__).parents[1] / "hostile" / "publisher.py"))
)
POINTS = 40
MEANS = Means(sleep=lambda _: None)
FILES, ROWS = 12, 5
DAY = ["2018-03-26", "2018-03-26"]

# Reads a line {"arguments": …, "kill_after": seconds or null}; answers {"status": …, "took": …}.
# What is loaded before the fork has no threads of its own; the time runs from when the fetch
# begins. The alarm is for a fetch that hangs: the test then fails instead of waiting.
DRIVER = """
import json, os, signal, sqlite3, ssl, sys, time
import httpx2, numpy, polars

def run(asked, begun):
    from tertius import settings
    from tertius.events import downloads, intake
    # Small batches, so that downloads and ingests alternate.
    settings._BY_NAME["fetch_batch_count"] = 4
    means = downloads.Means(sleep=lambda seconds: None)
    os.write(begun, b"!")
    downloads.fetch("gdelt", tuple(asked.pop("window")), means=means, rate=1000, **asked)

for line in sys.stdin:
    told = json.loads(line)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        code = 1
        try:
            run(told["arguments"], writer)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    os.read(reader, 1)
    os.close(reader)
    started = time.perf_counter()
    if told["kill_after"] is not None:
        time.sleep(told["kill_after"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(json.dumps({"status": status, "took": time.perf_counter() - started}), flush=True)
"""


class Driver:
    """Runs fetches in processes of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, arguments: dict[str, Any], kill_after: float | None = None) -> Any:
        """Fetch; return the wait status of the process and the seconds it took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = json.dumps({"arguments": arguments, "kill_after": kill_after})
        self.process.stdin.write(f"{asked}\n")
        self.process.stdin.flush()
        return SimpleNamespace(**json.loads(self.process.stdout.readline()))


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Driver(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fetch_killed_at_any_moment_is_completed_by_the_next(
    driver: Driver, tmp_path: Path, horizon: Callable[[float, int], Any]
) -> None:
    """At 40 random times; some before anything is there, some after half is ingested."""
    with LOCAL.serving() as publisher:
        names = publisher.fill("20180326000000", FILES, ROWS)

        def asked(folder: Path) -> dict[str, Any]:
            return {"window": DAY, "base": publisher.base, "store": str(folder / "store"),
                    "cache": str(folder / "cache")}  # fmt: skip

        (tmp_path / "calm").mkdir()
        whole = driver.run(asked(tmp_path / "calm"))
        assert whole.status == 0
        killed, left, moment = 0, [], horizon(whole.took, 11)
        for point in range(3 * POINTS):
            if killed == POINTS:
                break
            folder = tmp_path / str(point)
            folder.mkdir()
            ended = driver.run(asked(folder), kill_after=moment.draw())
            assert ended.status in (0, 9)
            killed += ended.status == 9
            moment.learn(killed=ended.status == 9)
            # What was acknowledged before is there, whatever the kill interrupted.
            held = _held(folder / "store")
            left.append(len(held))
            assert set(held) <= set(names)
            again = asked(folder)
            fetch("gdelt", tuple(again.pop("window")), rate=1_000, means=MEANS, **again)
            assert _held(folder / "store") == names
            store = open_store(folder / "store")
            assert store.events().collect().height == FILES * ROWS
            assert store.verify() == []
            assert store.missing().is_empty()
            assert not list((folder / "cache" / "partial").iterdir())
    assert killed == POINTS, (killed, left)
    assert len(set(left)) > 1, (killed, left)


def _held(folder: Path) -> list[str]:
    """Names of the files a store holds, each as often as it holds it."""
    if not (folder / "catalogue.sqlite").exists():
        return []
    return sorted(open_store(folder).files()["name"].to_list())
