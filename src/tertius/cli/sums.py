"""`tertius panel DIR`, and `tertius panel --sql DIALECT` for a warehouse."""

from __future__ import annotations

from pathlib import Path

import click

from tertius.cli.output import as_json, echo_json, note, quiet, working
from tertius.errors import UsageError

__all__ = ["command"]


@click.command("panel")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option(
    "--period",
    type=click.Choice(["day", "week", "month", "year"]),
    default="week",
    show_default=True,
    help="Length of a period; weeks are ISO weeks.",
)
@click.option(
    "--duplicates",
    type=click.Choice(["none", "same-url", "one-a-day", "mirror-collapse"]),
    default="one-a-day",
    show_default=True,
    help="Duplicate policy.",
)
@click.option(
    "--dyad",
    "dyads",
    multiple=True,
    metavar="SRC-TGT",
    help="Directed dyad, as in CHN-PRK; may be repeated. Without it: all.",
)
@click.option("--from", "first", metavar="DATE", help="First day, YYYY-MM-DD; needs --to.")
@click.option("--to", "last", metavar="DATE", help="Last day, inclusive; needs --from.")
@click.option(
    "--sql",
    "dialect",
    type=click.Choice(["bigquery", "duckdb"]),
    help="Print the query that makes the same cells of GDELT's public table, and run nothing.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write .parquet or .csv instead of printing CSV; with --sql, .sql.",
)
@as_json
@quiet
def command(
    folder: str | None,
    *,
    period: str,
    duplicates: str,
    dyads: tuple[str, ...],
    first: str | None,
    last: str | None,
    dialect: str | None,
    output: Path | None,
    json_: bool,
    quiet: bool,
) -> None:
    """Sum a store's events by dyad and period."""
    pairs = [_pair(dyad) for dyad in dyads] or None
    window = _window(first, last)
    if dialect is not None:
        if folder is not None:
            raise UsageError("--sql reads no store", where=folder, hint="leave the folder out")
        _query(window, period, pairs, duplicates, dialect, output, json_=json_)
        return
    if folder is None:
        raise UsageError("no store was named", hint="tertius panel DIR, or --sql bigquery")
    from tertius.events import open_store
    from tertius.panels import panel

    with working("summing events", quiet=quiet):
        summed = panel(
            open_store(folder), period=period, dyads=pairs, duplicates=duplicates, window=window
        )
    frame = summed.to_polars()
    identity = summed.identity
    direction = "" if identity.directed else " (no direction)"
    note(
        f"{frame.height:,} cells, {identity.start} to {identity.end}, duplicates "
        f"{identity.duplicates}{direction}, quads {identity.scheme}, weights "
        f"{identity.weights}, coverage {identity.covered}",
        quiet=quiet,
    )
    for told in summed.notes():
        note(told, quiet=quiet)
    if output is not None:
        _write(frame, output)
    elif json_:
        echo_json(frame.to_dicts())
    else:
        click.echo(frame.write_csv(), nl=False)


def _query(
    window: tuple[str, str] | None,
    period: str,
    dyads: list[tuple[str, str]] | None,
    duplicates: str,
    dialect: str,
    output: Path | None,
    *,
    json_: bool,
) -> None:
    """Print or write the query for a warehouse."""
    from tertius.files import write_atomic
    from tertius.panels.warehouses import panel_sql

    if window is None:
        raise UsageError(
            "a query without days reads the whole table, and is billed so",
            where="--sql",
            hint="give --from and --to",
        )
    if output is not None and output.suffix != ".sql":
        raise UsageError(f'cannot write "{output.suffix}"', where="--output", allowed=".sql")
    text = panel_sql(*window, period=period, dyads=dyads, duplicates=duplicates, dialect=dialect)
    if output is not None:
        write_atomic(output, text.encode())
    elif json_:
        echo_json({"dialect": dialect, "sql": text})
    else:
        click.echo(text, nl=False)


def _window(first: str | None, last: str | None) -> tuple[str, str] | None:
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise UsageError(
            "a window has two ends",
            where="--to" if last is None else "--from",
            allowed="--from DATE --to DATE",
        )
    return first, last


def _pair(dyad: str) -> tuple[str, str]:
    source, _, target = dyad.partition("-")
    if not source or not target or "-" in target:
        raise UsageError(f'"{dyad}" is no dyad', where="--dyad", allowed="two codes, as in CHN-PRK")
    return source.upper(), target.upper()


def _write(frame: object, output: Path) -> None:
    import io

    import polars as pl

    from tertius.files import write_atomic

    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - polars is not imported at the top
    if output.suffix not in (".csv", ".parquet"):
        raise UsageError(
            f'cannot write "{output.suffix}"', where="--output", allowed=".csv or .parquet"
        )
    buffer = io.BytesIO()
    frame.write_parquet(buffer) if output.suffix == ".parquet" else frame.write_csv(buffer)
    write_atomic(output, buffer.getvalue())
