"""`tertius store`: info, duplicates, verify, compact, export, migrate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tertius.cli.output import as_json, echo, echo_json, echo_table, note, quiet, working
from tertius.errors import StoreError, UsageError

if TYPE_CHECKING:
    from rich.status import Status

__all__ = ["command"]

_SHOWN_MISSING = 20


@click.group("store")
def command() -> None:
    """Look into a store of events, check it, and hand it on."""


@command.command("info")
@click.argument("folder", metavar="DIR")
@click.option("--files", "listed", is_flag=True, help="List every file instead.")
@as_json
def info(folder: str, *, listed: bool, json_: bool) -> None:
    """Print what a store holds: files, lines kept, rejected and filtered, corrections, holes.

    Known faults of the data (errata) are named with the rows each was found in. Files an index
    promises and the store does not hold are listed with the reason.
    """
    from tertius.events.store import open_store

    store = open_store(folder)
    if listed:
        files = store.files()
        if json_:
            echo_json({"store": folder, "files": files.to_dicts()})
        else:
            echo_table(files.columns, files.rows())
        return
    told, missing = store.info(), store.missing()
    if json_:
        values = {**dict(told), "errata": dict(told.errata), "missing": missing.to_dicts()}
        echo_json({"store": folder, **values})
        return
    plain = [name for name in told.keys() if name not in ("errata", "datasets")]  # noqa: SIM118
    rows = [(name.replace("_", " "), told.shown(name)) for name in plain]
    names = f"{len(told.datasets):,} named" if len(told.datasets) > 5 else told.shown("datasets")
    rows.insert(plain.index("schemes"), ("datasets", names))
    echo_table(("", "value"), rows)
    if told.errata:
        echo_table(("erratum", "rows"), [(rule, f"{n:,}") for rule, n in told.errata])
    if missing.height:
        shown = missing.head(_SHOWN_MISSING)
        echo_table(("missing", *shown.columns[2:]), [(row[1], *row[2:]) for row in shown.rows()])
    if missing.height > _SHOWN_MISSING:
        note(f"{missing.height - _SHOWN_MISSING:,} more are missing; --json lists all")


@command.command("duplicates")
@click.argument("folder", metavar="DIR")
@as_json
def duplicates(folder: str, *, json_: bool) -> None:
    """Measure what each duplicate policy would remove, and events of overlapping files.

    A store keeps rows as published; `tertius panel --duplicates` chooses.
    """
    from tertius.events.errata import overlaps
    from tertius.events.store import open_store
    from tertius.panels import duplicate_effects

    store = open_store(folder)
    with working("counting repeats", quiet=json_):
        effects, twice = duplicate_effects(store), overlaps(store)
    if json_:
        echo_json({
            "store": folder, "policies": effects.effects.to_dicts(),
            "rows_without_url": effects.without_url, "overlaps": twice.to_dicts(),
        })  # fmt: skip
        return
    rows = [
        (row["policy"], f"{row['kept']:,}", f"{row['removed']:,}", _percent(row["share_removed"]))
        for row in effects.effects.iter_rows(named=True)
    ]
    echo_table(("duplicates", "kept", "removed", "share"), rows)
    if twice.height:
        echo_table(twice.columns, twice.rows())


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


@command.command("verify")
@click.argument("folder", metavar="DIR")
@as_json
def verify(folder: str, *, json_: bool) -> None:
    """Check every byte a store rests on; exit 3 if a segment or the catalogue is damaged."""
    from tertius.events.store import open_store

    store = open_store(folder)
    with working("hashing segments", quiet=json_) as status:
        damaged = store.verify(_told(status, "hashing segments"))
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
        echo(f"{folder}: every segment and the catalogue are as written")


@command.command("compact")
@click.argument("folder", metavar="DIR")
@as_json
@quiet
def compact(folder: str, *, json_: bool, quiet: bool) -> None:
    """Merge small segments into sorted ones with the same rows; reading gets faster.

    It may be stopped at any time. What was merged is removed at the next write.
    """
    from dataclasses import asdict

    from tertius.events.store import compact as merged

    with working("merging segments", quiet=quiet) as status:
        report = merged(folder, told=_told(status, "merging segments"))
    if json_:
        echo_json(asdict(report))
    else:
        echo(str(report))


@command.command("export")
@click.argument("folder", metavar="DIR")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write.")
@click.option(
    "--format", "format_", metavar="NAME",
    help="parquet, csv or gexf; by default what FILE ends in.",
)  # fmt: skip
@click.option("--window", nargs=2, metavar="FIRST LAST", help="Only these days.")
@click.option("--dyad", "dyads", multiple=True, metavar="CHN-PRK",
              help="Only this pair, source first; repeat.")  # fmt: skip
@as_json
@quiet
def export(
    folder: str,
    *,
    output: str,
    format_: str | None,
    window: tuple[str, str] | None,
    dyads: tuple[str, ...],
    json_: bool,
    quiet: bool,
) -> None:
    """Write a store's events to one file: Parquet, CSV, or the network of states as GEXF.

    In a CSV, text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    from dataclasses import asdict

    from tertius.events.store import export as exported
    from tertius.events.store import open_store

    pairs = [tuple(part.upper() for part in dyad.split("-")) for dyad in dyads] or None
    kind = format_ or _format_of(output)
    with working("writing events", quiet=quiet):
        report = exported(open_store(folder), output, kind, window=window, dyads=pairs)
    if json_:
        echo_json(asdict(report))
    else:
        echo(str(report))


@command.command("migrate")
@click.argument("folder", metavar="DIR")
def migrate(folder: str) -> None:
    """Turn the manifest of an older store into a catalogue; the next write would do it too."""
    from tertius.events.store import migrate as migrated

    echo(f"{folder}: {'has a catalogue now' if migrated(folder) else 'has a catalogue already'}")


def _format_of(output: str) -> str:
    from tertius.events.store import FORMATS

    suffix = Path(output).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise UsageError(
            f'"{output}" does not end in a format that can be written',
            where="--output",
            allowed=", ".join(f".{name}" for name in FORMATS) + ", or --format",
        )
    return suffix


def _told(status: Status | None, message: str) -> Callable[[int, int], None] | None:
    """Return what shows progress in a spinner's line, if there is one."""
    if status is None:
        return None

    def told(done: int, of: int) -> None:
        status.update(f"{message}: {done:,} of {of:,}")

    return told
