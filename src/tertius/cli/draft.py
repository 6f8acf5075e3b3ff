"""`tertius new FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from tertius.cli.output import note, quiet
from tertius.errors import UsageError

__all__ = ["command"]


@click.command("new")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@quiet
def command(file: Path, *, force: bool, quiet: bool) -> None:
    """Write a commented case file to fill in."""
    from tertius.casebook import draft_case
    from tertius.files import write_atomic

    if file.exists() and not force:
        raise UsageError("stands there already", where=str(file), hint="--force overwrites it")
    write_atomic(file, draft_case(file.stem).encode("utf-8"))
    note(f"{file}: fill it in, then `tertius check {file}`", quiet=quiet)
