"""`tertius cases`."""

from __future__ import annotations

import click

from tertius.cli.output import as_json, echo_json, echo_table

__all__ = ["command"]


@click.command("cases")
@as_json
def command(*, json_: bool) -> None:
    """List the cases that come with tertius."""
    from tertius.casebook import cases
    from tertius.claims import load_case

    rows = []
    for name in cases():
        case = load_case(name).case
        rows.append((name, case.title, len(case.claims), case.question))
    columns = ("case", "title", "claims", "question")
    if json_:
        echo_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        echo_table(columns, rows)
