"""`tertius actors NAME`."""

from __future__ import annotations

from datetime import date

import click

from tertius.cli.output import as_json, echo, echo_json, echo_table

__all__ = ["command"]


@click.command("actors")
@click.argument("name", required=False)
@click.option("--on", metavar="DATE", help="Day (2018-03-08) or year (1960) the name is meant at.")
@as_json
def command(name: str | None, on: str | None, *, json_: bool) -> None:
    """Resolve NAME to a state at a date, and list states like it; without NAME, all states."""
    from tertius.actors import find_states, resolve, states

    found = states() if name is None else find_states(name)
    columns = ("iso3", "name", "years", "cow", "gw", "fips", "cameo")
    rows = [
        (s.iso3, s.name, s.years, s.cow, s.gw, " ".join(s.fips), " ".join(s.cameo)) for s in found
    ]
    meant = resolve(name, _day(on)) if name is not None else None
    if json_:
        listed = [dict(zip(columns, row, strict=True)) for row in rows]
        echo_json({"resolution": _fields(meant) if meant else None, "states": listed})
        return
    if meant is not None:
        told = meant.iso3 or "no state"
        echo(f"{name}: {told} ({meant.method})" + (f"; {meant.note}" if meant.note else ""))
    if rows:
        echo_table(columns, rows)


def _fields(meant: object) -> dict[str, object]:
    names = ("query", "iso3", "method", "on", "note")
    return {name: getattr(meant, name) for name in names}


def _day(text: str | None) -> date | int | None:
    from tertius.errors import UsageError

    if text is None:
        return None
    try:
        return int(text) if text.isdigit() and len(text) == 4 else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f'"{text}" is no date', where="--on", allowed="a day (2018-03-08) or a year (1960)"
        ) from error
