"""`tertius fetch PUBLISHER --from DATE --to DATE --store DIR`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tertius.cli.bars import Show, byte_bar
from tertius.cli.output import as_json, echo, echo_json, note, quiet
from tertius.errors import NetworkError

if TYPE_CHECKING:
    from tertius.events.downloads import FetchReport, Progress

__all__ = ["command"]


@click.command("fetch")
@click.argument("publisher")
@click.option("--from", "first", required=True, metavar="DATE", help="First day, YYYY-MM-DD.")
@click.option("--to", "last", required=True, metavar="DATE", help="Last day.")
@click.option(
    "--store",
    metavar="DIR",
    help="The store; made if there is none. Mentions need none: they stay in the cache.",
)
@click.option(
    "--feed",
    default="events",
    show_default=True,
    metavar="NAME",
    help="gdelt: events, translation, mentions (2.0), daily, backfile (1.0); icews: events, "
    "daily; polecat: events.",
)
@click.option("--base", metavar="URL", help="Fetch from this address, not the publisher's.")
@click.option("--cache", metavar="DIR", help="Folder of downloads; else TERTIUS_CACHE or your own.")
@click.option("--offline", is_flag=True, help="Use only what is in the cache.")
@click.option("--dry-run", is_flag=True, help="Read the index and say what would be done.")
@click.option("--rate", type=float, metavar="N", help="Most requests a second.")
@click.option(
    "--workers", type=int, default=4, show_default=True, metavar="N", help="Downloads at once."
)
@click.option("--deadline", type=float, metavar="SECONDS", help="End downloads after this time.")
@click.option(
    "--keep",
    default="all",
    show_default=True,
    metavar="ROWS",
    help="Which rows are ingested: all, interstate.",
)
@as_json
@quiet
def command(
    publisher: str,
    *,
    first: str,
    last: str,
    store: str | None,
    feed: str,
    base: str | None,
    cache: str | None,
    offline: bool,
    dry_run: bool,
    rate: float | None,
    workers: int,
    deadline: float | None,
    keep: str,
    json_: bool,
    quiet: bool,
) -> None:
    """Download events of a PUBLISHER (gdelt, icews, polecat) and ingest them.

    What the store holds is not downloaded again. Exit 4 if a file could not be had, after all
    others were ingested; the store's coverage shows the hole. Mentions are no events: they are
    only downloaded, and --json says where each file is.
    """
    from tertius.events.downloads import PUBLISHERS, fetch

    with byte_bar("reading the index", quiet=quiet) as show:
        report = fetch(
            publisher, (first, last), store=store, feed=feed, base=base, cache=cache,
            offline=offline, dry_run=dry_run, rate=rate, workers=workers, deadline=deadline,
            keep=keep, strict=False, progress=_told(show),
        )  # fmt: skip
    if json_:
        echo_json(report.to_json())
    else:
        echo(str(report))
    spec = PUBLISHERS[publisher]
    note(f"licence: {spec.licence} ({spec.terms})", quiet=quiet)
    _end(report, quiet=quiet)


def _end(report: FetchReport, *, quiet: bool) -> None:
    """Leave with the code of a failure of the network, where one of the files was lost to it."""
    if report.dry_run or not report.failed:
        return
    try:
        report.check()
    except NetworkError as error:
        # Data went to stdout and names every file; stderr says it once more, in short.
        note(f"tertius: {error.what.splitlines()[0]}\nHint: {error.hint}", quiet=quiet)
        raise SystemExit(error.exit_code) from error


def _told(show: Show | None) -> Callable[[Progress], None] | None:
    if show is None:
        return None
    return lambda done: show(done.files, done.total_files, done.bytes, done.total_bytes)
