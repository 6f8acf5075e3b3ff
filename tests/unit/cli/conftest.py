"""Running the command line: as a function of its arguments, and as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tertius.cli.main import main

ROWS = """day,a,b,code
2018-01-01,CHN,PRK,042
2018-01-01,CHN,PRK,042
2018-01-02,PRK,CHN,112
2018-01-03,USA,PRK,190
2018-01-10,USA,QQQ,190
someday,USA,PRK,190
2018-01-04,USA,PRK,999
"""
COLUMNS = ["--column", "date=day", "--column", "source=a", "--column", "target=b",
           "--column", "code=code"]  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, read as strict JSON."""

        def refuse(name: str) -> None:
            raise AssertionError(f"{name} is no JSON")

        return json.loads(self.out, parse_constant=refuse)


Tertius = Callable[..., Ended]


@pytest.fixture
def tertius(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Tertius:
    """Run a command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["tertius", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        assert "a fault of ours" not in told.err
        return Ended(int(ended.value.code or 0), told.out, told.err)

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[str]]:
    """Start a command as a process of its own."""

    def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        code = "from tertius.cli.main import main; main()"
        environment = {**os.environ, **options.pop("env", {})}
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments], text=True, env=environment, **options
        )

    return start


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A small table: four rows to keep, one of an unknown state, two to reject."""
    path = tmp_path / "events.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def store(tertius: Tertius, rows: Path) -> str:
    """That table in a store."""
    assert tertius("ingest", "table", rows.name, "--store", "store", *COLUMNS, "-q").code == 0
    return "store"
