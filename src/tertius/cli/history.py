"""`tertius history`."""

from __future__ import annotations

import click

from tertius.cli.output import as_json, echo_json, echo_table, note, quiet

__all__ = ["command"]


@click.command("history")
@as_json
@quiet
def command(*, json_: bool, quiet: bool) -> None:
    """Compare the model's ordinal predictions with historical triangles.

    Misses come first, then hits, then what could not be scored; a line a test after
    them. The triangles are famous ones, no sample.
    """
    from dataclasses import asdict

    from tertius.claims import score_history

    history = score_history()
    if json_:
        echo_json(asdict(history))
        return
    note(f"{history.triangles} triangles. {history.caveat}", quiet=quiet)
    columns = ("result", "test", "triangle", "expected", "found", "on record")
    echo_table(
        columns,
        [
            (row.result, row.test, row.triangle, _word(row.predicted), _word(row.observed),
             row.evidence)
            for row in history.rows
        ],
    )  # fmt: skip
    click.echo()
    echo_table(
        ("test", "misses", "hits", "not scorable", "p-value", "claim"),
        [
            (tally.test, tally.misses, tally.hits, tally.unscored, _p_value(tally.p_value),
             tally.says)
            for tally in history.tallies
        ],
    )  # fmt: skip


def _word(answer: bool | None) -> str:
    return "–" if answer is None else ("yes" if answer else "no")


def _p_value(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}"
