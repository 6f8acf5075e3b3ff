"""`tertius check CASE`."""

from __future__ import annotations

import click

from tertius.cli.output import as_json, echo, echo_json
from tertius.errors import CaseError

__all__ = ["command"]


@click.command("check")
@click.argument("case")
@as_json
def command(case: str, *, json_: bool) -> None:
    """Report every mistake in a case file, each with its path and a hint."""
    from tertius.claims import load_case

    try:
        bound = load_case(case)
    except CaseError as error:
        if not json_:
            raise
        echo_json(
            {
                "case": case,
                "mistakes": [
                    {"path": m.path, "what": m.what, "hint": m.hint} for m in error.mistakes
                ],
            }
        )
        raise SystemExit(error.exit_code) from error
    parts = sum(len(found) for found in bound.parts.values())
    if json_:
        echo_json({"case": case, "mistakes": [], "claims": len(bound.parts), "parts": parts})
    else:
        echo(f"{case}: no mistakes; {len(bound.parts)} claims with {parts} parts")
