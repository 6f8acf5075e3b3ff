"""What commands share: options for output, tables and JSON on stdout, progress on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.status import Status

__all__ = [
    "as_json", "echo", "echo_json", "echo_table", "note", "printable", "quiet", "working",
]  # fmt: skip

# Control characters but tab and line feed, and marks that turn the direction of text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_Function = TypeVar("_Function", bound=Callable[..., Any])


def as_json(function: _Function) -> _Function:
    """Add the option ``--json``."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON.")(function)


def quiet(function: _Function) -> _Function:
    """Add the option ``--quiet``."""
    return click.option("--quiet", "-q", is_flag=True, help="No messages on stderr.")(function)


def note(message: str, *, quiet: bool = False) -> None:
    """Say something on stderr, unless told to be quiet."""
    if not quiet:
        echo(message, err=True)


def printable(text: str) -> str:
    """Return text in which nothing steers a terminal: each such character becomes a mark."""
    return _CONTROL.sub("\ufffd", text)


def echo(text: str, *, err: bool = False) -> None:
    """Print text in which a case or a user may have put anything."""
    click.echo(printable(text), err=err)


def echo_json(value: object) -> None:
    """Print a value as JSON, dates as ISO text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str, allow_nan=False))


def echo_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as an aligned table on a terminal, as tab-separated text into a pipe."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(_plain(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        # Text of a case or of an event is data: rich must not read markup in it.
        table.add_row(*(_rich(cell) for cell in row))
    Console().print(table)


def _plain(cell: object) -> str:
    return printable(" ".join(str("" if cell is None else cell).split()))


def _rich(cell: object) -> Any:  # noqa: ANN401 - rich.text.Text, imported late
    from rich.text import Text

    return Text(_plain(cell))


def working(message: str, *, quiet: bool) -> AbstractContextManager[Status | None]:
    """Show a spinner with a message while something runs; on terminals only."""
    if quiet or not sys.stderr.isatty():
        return nullcontext(None)
    from rich.console import Console

    return Console(stderr=True).status(message)
