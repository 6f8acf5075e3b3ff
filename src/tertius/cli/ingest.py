"""`tertius ingest SOURCE PATH… --store DIR`."""

from __future__ import annotations

from typing import Any

import click

from tertius.cli.bars import byte_bar
from tertius.cli.output import as_json, echo, echo_json, note, quiet
from tertius.errors import SourceError, UsageError

__all__ = ["command"]


@click.command("ingest")
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--store", required=True, metavar="DIR", help="The store; made if there is none.")
@click.option("--dataset", metavar="TEXT", help="What to call the data in source lines.")
@click.option("--scheme", metavar="NAME", help="Quad class scheme; else the source's own.")
@click.option("--weights", metavar="NAME", help="Weight table; else the source's own.")
@click.option(
    "--keep",
    type=click.Choice(["all", "interstate"]),
    default="all",
    show_default=True,
    help="Rows to keep: all, or those between two different known states.",
)
@click.option(
    "--each",
    is_flag=True,
    help="Take in file by file: one that cannot be used is listed and the rest is kept.",
)
@click.option(
    "--covers",
    nargs=2,
    metavar="FIRST LAST",
    help="Days the files cover, also where they hold no row.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="table: which column holds a field (date, source, target, code, …); repeat.",
)
@click.option("--delimiter", metavar="CHAR", help="table: between the fields of a CSV.")
@click.option("--unquoted", is_flag=True, help="table: double quotes are plain text.")
@click.option("--encoding", metavar="NAME", help="table: utf-8 or latin-1.")
@click.option("--date-format", metavar="FORMAT", help="table: how dates are written, as %Y-%m-%d.")
@click.option(
    "--actors",
    metavar="WHAT",
    help="icews: what says first whose an actor is, its name or the column country.",
)
@click.option("--origin", metavar="DATE", help="tkg: the day of time 0.")
@click.option("--unit", metavar="NAME", help="tkg: what the time counts, day or hour.")
@as_json
@quiet
def command(
    source: str,
    *,
    paths: tuple[str, ...],
    store: str,
    dataset: str | None,
    scheme: str | None,
    weights: str | None,
    keep: str,
    each: bool,
    covers: tuple[str, str] | None,
    json_: bool,
    quiet: bool,
    **options: Any,  # noqa: ANN401 - the source's own
) -> None:
    """Read event files of the format SOURCE into a store.

    SOURCE is one of gdelt, icews, phoenix, polecat, table, tkg. A PATH is a file, a zip or gzip
    archive, or a folder of them; for tkg, the folder that holds the quadruples and their id
    files. Every line is accounted for: kept, rejected with its reason, or filtered.
    """
    from tertius.events import ingest

    with byte_bar("listing files", quiet=quiet) as progress:
        report = ingest(
            source, list(paths), store=store, dataset=dataset, scheme=scheme, weights=weights,
            covers=covers, keep=keep, whole=not each, progress=progress, **_own(options),
        )  # fmt: skip
    if json_:
        echo_json({
            "store": report.store, "source": report.source, "lines": report.lines,
            "kept": report.kept, "rejected": report.rejected, "filtered": report.filtered,
            "files": report.to_polars().to_dicts(),
            "refused": [{"name": name, "reason": why} for name, why in report.refused],
        })  # fmt: skip
    else:
        echo(str(report))
    if report.rejected:
        note(f"{report.rejected:,} lines were rejected; the store keeps each with its reason",
             quiet=quiet or json_)  # fmt: skip
    if report.refused:
        count = len(report.refused)
        note(f"{count:,} file{'s' * (count > 1)} could not be used; the others were taken in",
             quiet=quiet or json_)  # fmt: skip
        raise SystemExit(SourceError.exit_code)


def _own(options: dict[str, Any]) -> dict[str, Any]:
    """Return the source's own options, those that were given."""
    given = {name: value for name, value in options.items() if value}
    if given.pop("unquoted", False):
        given["quoted"] = False
    if "columns" in given:
        given["columns"] = dict(_mapped(pair) for pair in given["columns"])
    return given


def _mapped(pair: str) -> tuple[str, str]:
    field, equals, column = pair.partition("=")
    if not equals or not field or not column:
        raise UsageError(f'"{pair}" maps nothing', where="--column", allowed="FIELD=COLUMN",
                         hint="as in --column source=source_iso3")  # fmt: skip
    return field, column
