"""Drawing beside other work: a thread that hands charts to an engine in a process of its own.

The engine holds the interpreter's lock for as long as it draws, so a thread alone would stop
everything else. Inside `drawers` a chart is drawn by a second process; outside, or where no
process can be started, in this one. The bytes are the same.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tertius.errors import TertiusError

__all__ = ["drawers", "engine_svg"]

# Vega-Lite's version: another may draw other bytes.
_VERSION = "6.4"
_SCRIPT = Path(__file__).with_name("engine.py")
_here = threading.local()


class _Engine:
    """One engine process, asked by one thread."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own script, no shell
            [sys.executable, "-I", str(_SCRIPT), _VERSION],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def svg(self, text: str) -> str:
        """Return the SVG of a specification."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018, S101
        content = text.encode("utf-8")
        self._process.stdin.write(len(content).to_bytes(8, "big") + content)
        self._process.stdin.flush()
        head = self._process.stdout.read(9)
        if len(head) != 9:
            raise TertiusError("the drawing engine stopped", hint="draw once more")
        answer = self._process.stdout.read(int.from_bytes(head[1:], "big")).decode("utf-8")
        if head[0]:
            raise TertiusError(f"the drawing engine refused a chart: {answer[:300]}")
        return answer

    def close(self) -> None:
        """End the process; it holds nothing worth an orderly end."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._process.communicate()


@contextlib.contextmanager
def drawers() -> Iterator[ThreadPoolExecutor]:
    """Give a pool whose thread draws charts in a second process."""
    try:
        engine: _Engine | None = _Engine()
    except OSError:
        # No second process is to be had here: the pool's thread draws in this one.
        engine = None

    def enter() -> None:
        _here.engine = engine

    try:
        with ThreadPoolExecutor(1, initializer=enter) as pool:
            yield pool
    finally:
        if engine is not None:
            engine.close()


def engine_svg(text: str) -> str:
    """Draw a specification: by this thread's engine if it has one, else in this process."""
    engine: _Engine | None = getattr(_here, "engine", None)
    if engine is not None:
        return engine.svg(text)
    import vl_convert  # loading it takes longer than a page without charts needs

    drawn: str = vl_convert.vegalite_to_svg(text, vl_version=_VERSION)
    return drawn
