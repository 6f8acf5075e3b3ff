"""A store whose writer is failed by the system, or killed, at any moment.

`strace` lets every N-th write, flush, rename and the like of a writer fail, those of SQLite
included, and SIGKILL comes at random times of a writer and of a compaction. Afterwards the
store has to be sound and hold every file that was acknowledged, once; and the next writer has
to bring it to the state of a store that was never disturbed.

Writers are forked from one process that has loaded the library (`store_server.py`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tertius.errors import StoreError
from tertius.events.store import EventStore, compact, open_store
from tertius.events.store.layouts import CATALOGUE
from tertius.events.store.writers import writing

SERVER = Path(__file__).with_name("store_server.py")
take_in: Callable[..., None] = runpy.run_path(str(SERVER), run_name="loaded")["take_in"]

CALLS = ("fsync", "fdatasync", "ftruncate", "rename", "mkdir", "chmod", "unlink")
OFTEN = ("write", "pwrite64")
# 200 kills in all: the writer goes through more states than the compaction.
KILLS = {"take in": 120, "compact": 80}

forking = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform != "linux", reason="needs fork and SIGKILL of Linux"
)
tracing = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@dataclass
class Ended:
    """How a worker ended, and which files it had acknowledged by then."""

    code: int
    told: list[str]
    error: str


class Server:
    """The process that forks workers."""

    def __init__(self) -> None:
        # One thread a worker: starting more takes longer than the work.
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )  # fmt: skip

    def line(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def run(
        self, what: str, folder: Path, *, trace: list[str] | None = None, kill_in: float = -1
    ) -> Ended:
        """Let a worker do it, traced or killed after some seconds."""
        assert self.process.stdin is not None
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as box:
            box.bind(f"{folder}.told")
            box.setblocking(False)
            self.process.stdin.write(json.dumps([what, str(folder)]) + "\n")
            self.process.stdin.flush()
            number = self.line()
            with contextlib.ExitStack() as stack:
                if trace is not None:
                    stack.enter_context(_traced(number, folder, trace))
                Path(f"{folder}.go").touch()
                if kill_in >= 0:
                    time.sleep(kill_in)
                    # It may have ended by itself.
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)
                code = self.line()
            told = []
            with contextlib.suppress(BlockingIOError):
                while True:
                    told.append(box.recv(100).decode())
        error = Path(f"{folder}.error")
        return Ended(code, told, error.read_text() if error.exists() else "")


@contextlib.contextmanager
def _traced(number: int, folder: Path, options: list[str]) -> Iterator[None]:
    with subprocess.Popen(
        ["strace", "-p", str(number), "-o", f"{folder}.trace", *options],
        stderr=subprocess.PIPE, text=True,
    ) as strace:  # fmt: skip
        assert strace.stderr is not None
        first = strace.stderr.readline()
        if "attached" not in first:
            pytest.skip(f"strace may not attach here: {first.strip()}")
        yield
        strace.wait(timeout=30)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests here."""
    running = Server()
    with running.process as process:
        yield running
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def parquets(folder: Path) -> set[str]:
    return {f"{path.parent.name}/{path.name}" for path in folder.rglob("*.parquet")}


def rows(store: EventStore) -> list[tuple[Any, ...]]:
    """All a store holds, sorted."""
    events = store.events().select("file_id", "row_no", "source", "event_date").collect()
    return sorted(
        [*events.rows(), *store.rejected().rows(), *store.links().collect().rows()], key=repr
    )


def held(folder: Path) -> list[str]:
    """Return the files a store holds, after making sure that it is sound."""
    if not (folder / CATALOGUE).exists():
        return []
    store = open_store(folder)
    assert store.verify() == []
    files = [entry.report.file_id for entry in store.entries()]
    counted = Counter(store.events().collect()["file_id"].to_list())
    assert counted == dict.fromkeys(files, 4)
    return files


def brought_to(calm: Path, folder: Path, ended: Ended) -> None:
    """See that nothing acknowledged is lost, and that the next start gets to the calm state."""
    files = held(folder)
    assert files in ([], ["a"], ["a", "b"]), ended
    assert set(ended.told) <= set(files), ended
    take_in(folder, ["a", "b"], lambda _: None)
    assert held(folder) == ["a", "b"]
    assert open_store(folder).digest == open_store(calm).digest
    assert parquets(folder) == parquets(calm)
    assert not [path.name for path in folder.glob(".*")]


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    """A store that was never disturbed."""
    take_in(tmp_path / "calm", ["a", "b"], lambda _: None)
    return tmp_path / "calm"


def counted(server: Server, what: str, folder: Path) -> Counter[str]:
    """Return how often a writer that is not disturbed makes each call."""
    calls = ",".join((*CALLS, *OFTEN))
    ended = server.run(what, folder, trace=["-e", f"trace={calls}"])
    assert ended.code == 0, ended
    trace = Path(f"{folder}.trace").read_text()
    return Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", trace, re.MULTILINE))


def faults(calls: Counter[str]) -> list[tuple[str, int, str]]:
    """Every call of a writer, failing with ENOSPC and EIO in turn."""
    return [
        (call, n, ("ENOSPC", "EIO")[n % 2])
        for call in (*CALLS, *OFTEN)
        for n in range(1, calls[call] + 1)
    ]


@forking
@tracing
def test_every_call_of_a_writer_may_fail(server: Server, calm: Path, tmp_path: Path) -> None:
    """The old state or the new one, told as an error of ours or not felt at all."""
    calls = counted(server, "a b", tmp_path / "counted")
    assert calls["fdatasync"] >= 4, "SQLite's own flushes are among them"
    assert calls["pwrite64"] >= 40
    told = Counter[int]()
    for number, (call, n, error) in enumerate(faults(calls)):
        folder = tmp_path / f"s{number}"
        ended = server.run("a b", folder, trace=["-e", f"inject={call}:error={error}:when={n}"])
        assert ended.code in (0, 3), (call, n, error, ended)
        if ended.code == 0:
            assert ended.told == ["a", "b"], (call, n, error)
        told[ended.code] += 1
        brought_to(calm, folder, ended)
        shutil.rmtree(folder)
    # Most faults are felt; those that are not hit calls nothing depends on.
    assert told[3] > told[0]


def finished(folder: Path, before: list[tuple[Any, ...]]) -> None:
    """See that no row is lost, and that the next compaction ends what was begun."""
    assert held(folder) == ["a", "b"]
    assert rows(open_store(folder)) == before
    compact(folder)
    # The next write removes what was merged.
    take_in(folder, ["a", "b"], lambda _: None)
    assert rows(open_store(folder)) == before
    assert len(parquets(folder)) == 3


@forking
@tracing
def test_every_call_of_a_compaction_may_fail(server: Server, calm: Path, tmp_path: Path) -> None:
    """Whatever happens, the store holds the same rows."""
    before = rows(open_store(calm))
    calls = counted(server, "compact", _copy(calm, tmp_path / "counted"))
    # Threads of Polars wake each other by write(2); SQLite's and the segments' calls are meant.
    for number, (call, n, error) in enumerate(faults(calls)):
        if call == "write" and n > 12:
            continue
        folder = _copy(calm, tmp_path / f"s{number}")
        ended = server.run("compact", folder, trace=["-e", f"inject={call}:error={error}:when={n}"])
        assert ended.code in (0, 3), (call, n, error, ended)
        finished(folder, before)
        shutil.rmtree(folder)


@forking
def test_a_writer_killed_at_any_time_loses_nothing_acknowledged(
    server: Server, calm: Path, tmp_path: Path, horizon: Callable[[float, int], Any]
) -> None:
    """The next start is clean and ends where an undisturbed writer would have."""
    # The machine's first run is slow; the second is timed.
    server.run("a b", tmp_path / "warm")
    started = time.perf_counter()
    server.run("a b", tmp_path / "timed")
    moment, seen = horizon(time.perf_counter() - started, 1), Counter[int]()
    for number in range(KILLS["take in"]):
        folder = tmp_path / f"s{number}"
        ended = server.run("a b", folder, kill_in=moment.draw())
        assert ended.code in (0, -signal.SIGKILL), ended
        moment.learn(killed=ended.code != 0)
        seen[len(ended.told)] += 1
        brought_to(calm, folder, ended)
        shutil.rmtree(folder)
    assert seen[0], "killed before anything was acknowledged"
    assert seen[1] + seen[2], "killed after something was acknowledged"


@forking
def test_a_compaction_killed_at_any_time_keeps_every_row(
    server: Server, calm: Path, tmp_path: Path, horizon: Callable[[float, int], Any]
) -> None:
    """And the next one is as if it had not been killed."""
    before = rows(open_store(calm))
    server.run("compact", _copy(calm, tmp_path / "warm"))
    started = time.perf_counter()
    server.run("compact", _copy(calm, tmp_path / "timed"))
    moment, killed = horizon(time.perf_counter() - started, 2), 0
    for number in range(KILLS["compact"]):
        folder = _copy(calm, tmp_path / f"s{number}")
        ended = server.run("compact", folder, kill_in=moment.draw())
        assert ended.code in (0, -signal.SIGKILL), ended
        moment.learn(killed=ended.code != 0)
        killed += ended.code != 0
        finished(folder, before)
        shutil.rmtree(folder)
    assert killed > KILLS["compact"] // 4


@forking
def test_of_two_writers_one_is_told_who_the_other_is(server: Server, tmp_path: Path) -> None:
    """The other is not disturbed; a writer that was killed holds nothing."""
    folder = tmp_path / "s"
    with writing(folder):
        ended = server.run("a b", folder)
    assert (ended.code, ended.told) == (3, [])
    assert f"process {os.getpid()} since " in ended.error
    Path(f"{folder}.told").unlink()
    assert server.run("a b", folder).told == ["a", "b"]
    with pytest.raises(StoreError, match="process"), writing(folder), writing(folder):
        raise AssertionError("two writers at once")


def _copy(calm: Path, folder: Path) -> Path:
    shutil.copytree(calm, folder, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.lock"))
    return folder
