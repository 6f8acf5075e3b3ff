"""`tertius panel DIR`."""

from __future__ import annotations

from pathlib import Path

import click

from tertius.cli.output import as_json, echo_json, note, quiet, working
from tertius.errors import UsageError

__all__ = ["command"]


@click.command("panel")
@click.argument("folder", metavar="DIR")
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
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write .parquet or .csv instead of printing CSV.",
)
@as_json
@quiet
def command(
    folder: str,
    *,
    period: str,
    duplicates: str,
    dyads: tuple[str, ...],
    output: Path | None,
    json_: bool,
    quiet: bool,
) -> None:
    """Sum a store's events by dyad and period."""
    from tertius.events import open_store
    from tertius.panels import panel

    with working("summing events", quiet=quiet):
        pairs = [_pair(dyad) for dyad in dyads] or None
        summed = panel(open_store(folder), period=period, dyads=pairs, duplicates=duplicates)
    frame = summed.to_polars()
    identity = summed.identity
    note(
        f"{frame.height:,} cells, {identity.start} to {identity.end}, duplicates "
        f"{identity.duplicates}, quads {identity.scheme}, weights {identity.weights}, coverage "
        f"{identity.coverage}",
        quiet=quiet,
    )
    if output is not None:
        _write(frame, output)
    elif json_:
        echo_json(frame.to_dicts())
    else:
        click.echo(frame.write_csv(), nl=False)


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
