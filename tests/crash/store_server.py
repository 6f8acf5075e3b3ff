"""A process that has loaded the store, runs no threads, and forks workers on demand.

Started by `test_system_calls.py`. Each line on stdin is a JSON list: what to do, and the folder
of the store. The number of the worker goes to stdout at once; it waits for the file
``FOLDER.go``. When it has ended, its exit code goes to stdout (minus the signal that killed it).
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import sys
import time
import traceback
import types
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import tertius

if __name__ == "__main__":
    # The rest of the room reads tables with Polars, whose threads would not survive the fork.
    room = types.ModuleType("tertius.events")
    room.__path__ = [str(Path(tertius.__file__).parent / "events")]
    sys.modules["tertius.events"] = room

import polars as pl

from tertius.errors import StoreError, WriteError
from tertius.events.reports import FileReport
from tertius.events.store.compactions import compact
from tertius.events.store.entries import Entry, Expected
from tertius.events.store.writers import writing

ROWS = 4
SPAN = ("2018-01-01T00:00:00Z", "2018-01-02T00:00:00Z")


def _entry(key: str, segments: Any, rejected: Any, links: Any) -> Entry:
    empty: dict[str, Any] = {"int": 0, "str": "", "bool": False}
    values = {
        field.name: () if str(field.type).startswith("tuple") else empty.get(str(field.type))
        for field in dataclasses.fields(FileReport)
    }
    values |= {"name": key, "file_id": key, "lines": ROWS + 1, "kept": ROWS, "rejected": 1}
    values |= {"first_day": "2018-01-01", "last_day": "2018-01-01"}
    return Entry(
        report=FileReport(**values), source="table", content=(key,), options={}, scheme="s",
        weights="w", feed="feed", span=SPAN, days=(), segments=segments, rejected=rejected,
        links=links,
    )  # fmt: skip


def take_in(folder: Path, keys: Sequence[str], told: Callable[[str], object]) -> None:
    """Take files in that are not there, one at a time; tell each once it is acknowledged."""
    with writing(folder) as writer:
        for key in keys:
            if writer.find((key,)) is not None:
                continue
            writer.expect([Expected("feed", key, "", None, "", SPAN, "expected", "")])
            events = pl.DataFrame({
                "event_date": [date(2018, 1, 1)] * ROWS, "source": ["CHN", "PRK"] * (ROWS // 2),
                "file_id": [key] * ROWS, "row_no": range(1, ROWS + 1),
            }).cast({"row_no": pl.Int64})  # fmt: skip
            bad = pl.DataFrame(
                {"file_id": [key], "file": [key], "line": [9], "reason": ["x"], "text": ["y"]}
            )
            links = pl.DataFrame(
                {"url_hash": [len(key)], "url": [key]}, schema_overrides={"url_hash": pl.UInt64}
            )
            frames = {"segments": events, "rejected": bad, "links": links}
            held = [(writer.write(kind, frame),) for kind, frame in frames.items()]
            writer.add([_entry(key, *held)])
            told(key)


def _work(what: str, folder: Path) -> None:
    if what == "compact":
        compact(folder)
        return
    box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    take_in(folder, what.split(), lambda key: box.sendto(key.encode(), f"{folder}.told"))


def _worker(what: str, folder: Path) -> int:
    """Wait to be told, work, and return 0, or 3 for a failure that was told as ours."""
    signal.alarm(60)
    try:
        while not Path(f"{folder}.go").exists():
            time.sleep(0.001)
        _work(what, folder)
    except (WriteError, StoreError) as error:
        Path(f"{folder}.error").write_text(str(error))
        return 3
    except BaseException:
        Path(f"{folder}.error").write_text(traceback.format_exc())
        return 4
    return 0


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    """Fork a worker for each line."""
    for line in sys.stdin:
        what, folder = json.loads(line)
        number = os.fork()
        if number == 0:
            os._exit(_worker(what, Path(folder)))
        _say(number)
        _say(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]))


if __name__ == "__main__":
    main()
