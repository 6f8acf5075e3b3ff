"""An ingest that dies at any step leaves the old store or the new one.

Every call the store makes to the system while writing (temporary file, write, flush, rename,
folder) is counted; the N-th fails, for every N until an ingest gets through. Afterwards the
store must open, verify, hold the old or the new events, and take the file in again to the
same state as a store that was never disturbed: the same segments, byte by byte, and a
catalogue that says the same. What SQLite itself asks of the system is disturbed in
`test_system_calls.py`.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tertius.errors import WriteError
from tertius.events import ingest, open_store

COLUMNS = {"date": "d", "source": "a", "target": "b", "code": "c"}
OLD = "d,a,b,c\n2018-01-01,CHN,PRK,010\n"
NEW = "d,a,b,c\n2018-01-02,PRK,USA,042\n2018-01-03,CHN,USA,130\n2018-01-04,bad\n"


CATALOGUE = "catalogue.sqlite"


def state_of(folder: Path) -> dict[str, bytes]:
    """All files by name; the catalogue by what it says, as SQLite's bytes are its own affair."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ingest.lock" and CATALOGUE not in path.name
    }
    if (folder / CATALOGUE).exists():
        files[CATALOGUE] = open_store(folder).digest.encode()
    return files


class Faulty:
    """Counts system calls and lets the N-th fail."""

    def __init__(self, patch: pytest.MonkeyPatch, fail_at: int, code: int) -> None:
        self.calls, self.fail_at, self.code = 0, fail_at, code
        for module, name in (
            (tempfile, "mkstemp"),
            (os, "fsync"),
            (os, "replace"),
            (os, "chmod"),
            (os, "mkdir"),
        ):
            patch.setattr(module, name, self.wrapped(getattr(module, name)))
        real = os.fdopen

        def opened(*args: Any, **kwargs: Any) -> Any:
            stream = real(*args, **kwargs)
            return Half(stream, self)

        patch.setattr(os, "fdopen", opened)

    def step(self) -> None:
        self.calls += 1
        if self.calls == self.fail_at:
            raise OSError(self.code, os.strerror(self.code))

    def wrapped(self, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        return call


class Half:
    """A stream that writes half of what it is given before it fails."""

    def __init__(self, stream: Any, faulty: Faulty) -> None:
        self.stream, self.faulty = stream, faulty

    def __enter__(self) -> Half:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, content: bytes) -> int:
        try:
            self.faulty.step()
        except OSError:
            self.stream.write(content[: len(content) // 2])
            raise
        return int(self.stream.write(content))


@pytest.fixture
def raw(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text(OLD)
    new.write_text(NEW)
    return old, new


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("fresh", [True, False])
def test_failing_at_any_step_leaves_the_old_store_or_the_new(
    tmp_path: Path, raw: tuple[Path, Path], code: int, fresh: bool
) -> None:
    """No step of writing, on a new store or on one with events, leaves anything between."""
    old, new = raw
    calm = tmp_path / "calm"
    if not fresh:
        ingest("table", old, store=calm, columns=COLUMNS)
    before = state_of(calm)
    ingest("table", new, store=calm, columns=COLUMNS)
    after = state_of(calm)

    fail_at, outcomes = 0, []
    while True:
        fail_at += 1
        store = tmp_path / f"store-{fail_at}"
        if not fresh:
            ingest("table", old, store=store, columns=COLUMNS)
        with pytest.MonkeyPatch.context() as patch:
            faulty = Faulty(patch, fail_at, code)
            try:
                ingest("table", new, store=store, columns=COLUMNS)
                said = None
            except WriteError as error:
                said = error
        left = state_of(store)
        if faulty.calls < fail_at:
            assert said is None
            break
        if said is None:
            # Making a folder that is there already may fail without harm.
            assert left == after
            continue
        assert said.where
        assert said.hint
        outcomes.append("new" if left == after else "old")
        assert left in (before, after), fail_at
        if (store / CATALOGUE).exists():
            assert open_store(store).verify() == []
        ingest("table", new, store=store, columns=COLUMNS)
        assert state_of(store) == after
    # Segment and rejected rows, four steps each, and the folders at least.
    assert len(outcomes) >= 8
    # All these steps come before the catalogue is changed.
    assert set(outcomes) == {"old"}


KILLED = """
import os, sys
from tertius.events import ingest
count, fail_at = 0, int(sys.argv[1])
def deadly(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == fail_at:
            os._exit(9)
        return real(*args, **kwargs)
    return call
os.fsync, os.replace = deadly(os.fsync), deadly(os.replace)
ingest("table", sys.argv[2], store=sys.argv[3],
       columns={"date": "d", "source": "a", "target": "b", "code": "c"})
"""


@pytest.mark.parametrize("fail_at", [1, 2, 3, 4, 5, 6])
def test_a_killed_ingest_can_be_repeated(
    tmp_path: Path, raw: tuple[Path, Path], fail_at: int
) -> None:
    """The process ends without any clean-up; the next ingest removes what it left."""
    old, new = raw
    store, calm = tmp_path / "store", tmp_path / "calm"
    for folder in (store, calm):
        ingest("table", old, store=folder, columns=COLUMNS)
    before = open_store(store).digest
    ingest("table", new, store=calm, columns=COLUMNS)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(fail_at), str(new), str(store)], check=False
    )
    assert ended.returncode == 9
    assert open_store(store).digest in (before, open_store(calm).digest)
    assert open_store(store).verify() == []
    ingest("table", new, store=store, columns=COLUMNS)
    assert state_of(store) == state_of(calm)
