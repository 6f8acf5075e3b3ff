"""`tertius store info DIR` and `tertius store verify DIR`."""

from __future__ import annotations

import click

from tertius.cli.output import as_json, echo_json, echo_table, working
from tertius.errors import StoreError

__all__ = ["command"]


@click.group("store")
def command() -> None:
    """Look into a store of events."""


@command.command("info")
@click.argument("folder", metavar="DIR")
@as_json
def info(folder: str, *, json_: bool) -> None:
    """Print what a store holds: files, lines kept, rejected and filtered, days, policies."""
    from tertius.events import open_store

    store = open_store(folder)
    files = store.files()
    if json_:
        echo_json({"store": folder, "files": files.to_dicts()})
    else:
        echo_table(files.columns, files.rows())


@command.command("verify")
@click.argument("folder", metavar="DIR")
@as_json
def verify(folder: str, *, json_: bool) -> None:
    """Compare every segment of a store with its SHA-256; exit 3 if one is damaged."""
    from tertius.events import open_store

    store = open_store(folder)
    with working("hashing segments", quiet=json_):
        damaged = [str(path) for path in store.verify()]
    if json_:
        echo_json({"store": folder, "damaged": damaged})
    if damaged and not json_:
        raise StoreError(
            f"{len(damaged)} damaged: {', '.join(damaged)}",
            where=folder,
            hint="ingest the raw files again into a new store",
        )
    if damaged:
        raise SystemExit(StoreError.exit_code)
    if not json_:
        click.echo(f"{folder}: every segment is as written")
