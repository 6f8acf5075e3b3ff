"""`tertius solve CASE`."""

from __future__ import annotations

import click

from tertius.cli.output import as_json, echo_json, echo_table

__all__ = ["command"]


@click.command("solve")
@click.argument("case")
@as_json
def command(case: str, *, json_: bool) -> None:
    """Solve the bargaining model of CASE: at the middle of its ranges, and over its draws."""
    import numpy as np

    from tertius.claims import Context, load_case
    from tertius.game import Game, Parameters, solve, utilities, verify

    bound = load_case(case)
    draws = Context(bound.case, {}).draws
    if draws is None:
        click.echo(f"{case} has no [game] section", err=True)
        raise SystemExit(3)
    patrons = bound.case.patrons
    middle = Parameters.midpoint(draws.ranges)
    pivot, values = utilities(middle, draws.grid)
    game = Game(
        pivot=pivot[0], patrons=values[0], policies=draws.grid.labels(patrons), names=patrons
    )
    found = solve(game)
    rent = draws.batch.rent
    low, median, high = np.quantile(rent, (0.05, 0.5, 0.95)).tolist()
    rows: list[tuple[str, object]] = [
        ("policy", draws.grid.labels(patrons)[found.policy]),
        ("pivot's payoff", round(float(found.pivot_payoff), 4)),
        ("rent", round(float(found.rent), 4)),
        ("rent interval", " to ".join(f"{end:.4g}" for end in found.rent_interval)),
        *(
            (f"{name} pays", round(float(t), 4))
            for name, t in zip(patrons, found.transfers, strict=True)
        ),
        *(
            (f"{name}'s exclusion stake", round(float(t), 4))
            for name, t in zip(patrons, found.exclusion_stake, strict=True)
        ),
        ("largest gain from deviating", float(f"{verify(game, found):.2g}")),
        ("draws", len(rent)),
        ("draws with a positive rent", f"{100 * float((rent > 1e-9).mean()):.0f} %"),
        ("rent over the draws: 5, 50, 95 %", f"{low:.3g}, {median:.3g}, {high:.3g}"),
    ]
    if json_:
        echo_json(
            {
                "case": bound.id,
                "money": bound.case.game.money if bound.case.game else "",
                **dict(rows),
            }
        )
    else:
        echo_table((f"{bound.id}, middle of the ranges", "value"), rows)
