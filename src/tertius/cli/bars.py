"""A bar for work on many files: how many, how fast, how much longer; on terminals only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Show", "byte_bar"]

Show = Callable[[int, int, int, int], None]
"""Takes files done, files in all, bytes done and bytes in all."""


@contextmanager
def byte_bar(before: str, *, quiet: bool) -> Iterator[Show | None]:
    """Show a bar with rate and time left; yield None where nobody looks.

    Parameters
    ----------
    before : str
        What to say until the number of files is known.
    quiet : bool
        Whether to show nothing.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.fields[files]}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, files=before)

        def show(files: int, total_files: int, done: int, total: int) -> None:
            told = f"{files:,} of {total_files:,} files" if total_files else before
            bar.update(task, completed=done, total=total or None, files=told)

        yield show
