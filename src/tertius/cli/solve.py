"""`tertius solve CASE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tertius.cli.output import as_json, echo, echo_json, echo_table, note, quiet
from tertius.errors import GameError, UsageError

if TYPE_CHECKING:
    from tertius.claims import Setup, Workout
    from tertius.game import Capped, Range, Solution

__all__ = ["command"]

_FORMS = ("universal", "isolation", "shielded", "any-tie")


@click.command("solve")
@click.argument("case")
@click.option(
    "--set", "changes", metavar="NAME=LOW:HIGH", multiple=True,
    help="Another range for a parameter, or NAME=VALUE. Repeatable.",
)  # fmt: skip
@click.option("--guest", metavar="STATE", default="", help="One of the other states, as a patron.")
@click.option("--blocs", metavar="A+B", multiple=True, help="Patrons that bid as one. Repeatable.")
@click.option(
    "--sanction", "sanctions", metavar="PATRON[=SIZE]", multiple=True,
    help="A standing sanction in force; its size is the range of sigma if not given. Repeatable.",
)  # fmt: skip
@click.option(
    "--form", type=click.Choice(_FORMS), default="universal", show_default=True,
    help="Where sanctions bite.",
)  # fmt: skip
@click.option(
    "--cap", "caps", metavar="PATRON[=AMOUNT]", multiple=True,
    help="The most a patron can pay; the range of its cap if not given. Repeatable.",
)  # fmt: skip
@click.option(
    "--save", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="Save pictures of the menus, regimes, rents by partition and beliefs there.",
)  # fmt: skip
@as_json
@quiet
def command(
    case: str,
    *,
    changes: tuple[str, ...],
    guest: str,
    blocs: tuple[str, ...],
    sanctions: tuple[str, ...],
    form: str,
    caps: tuple[str, ...],
    save: Path | None,
    json_: bool,
    quiet: bool,
) -> None:
    """Solve the bargaining model of CASE: at the middle of its ranges, and over its draws.

    Without options the case is solved as it stands. Options change assumptions for this
    run only; parameters that are not changed keep their draws.
    """
    from tertius.claims import Context, load_case, work_out

    bound = load_case(case)
    if bound.case.game is None:
        echo(f"{case} has no [game] section", err=True)
        raise SystemExit(3)
    setup = _setup(changes, guest, blocs, sanctions, form, caps)
    found = work_out(bound.case, setup, Context(bound.case, {}).seed("draws"))
    rows = _rows(found)
    if json_:
        echo_json({"case": bound.id, "money": bound.case.game.money, **dict(rows)})
    else:
        echo_table((f"{bound.id}, middle of the ranges", "value"), rows)
    if save is not None:
        from tertius.briefs import save_plates

        for path in save_plates(bound.case, found, save):
            note(f"written: {path}", quiet=quiet)


def _setup(
    changes: tuple[str, ...],
    guest: str,
    blocs: tuple[str, ...],
    sanctions: tuple[str, ...],
    form: str,
    caps: tuple[str, ...],
) -> Setup:
    from tertius.claims import Setup

    ranges: dict[str, Range] = {}
    if form != "universal" and not sanctions:
        raise UsageError(f"--form {form} without --sanction", hint="name a patron that sanctions")
    for option, texts, stem in (
        ("--set", changes, ""), ("--sanction", sanctions, "sigma."), ("--cap", caps, "cap."),
    ):  # fmt: skip
        for text in texts:
            name, sign, amount = text.partition("=")
            if f"{stem}{name}" in ranges:
                raise UsageError(
                    f'{option} "{text}" gives {stem}{name} a second time', allowed="each once"
                )
            if sign:
                ranges[f"{stem}{name}"] = _range(option, text, amount)
            elif not stem:
                raise UsageError(f'--set "{text}"', allowed="NAME=LOW:HIGH or NAME=VALUE")
    return Setup(
        ranges=ranges,
        guest=guest,
        blocs=tuple(tuple(name.strip() for name in text.split("+")) for text in blocs),
        senders=tuple(text.partition("=")[0] for text in sanctions),
        form=form,  # type: ignore[arg-type]  # click has checked the choice
        capped=tuple(text.partition("=")[0] for text in caps),
    )


def _range(option: str, text: str, amount: str) -> Range:
    from tertius.game import Range

    low, sign, high = amount.partition(":")
    try:
        ends = float(low), float(high if sign else low)
    except ValueError as error:
        raise UsageError(
            f'{option} "{text}": "{amount}" is no number and no range',
            allowed="a number, or LOW:HIGH",
        ) from error
    try:
        return Range(*ends, why="given on the command line")
    except GameError as error:
        raise UsageError(
            f'{option} "{text}": {error.what}',
            allowed=error.allowed or "finite numbers",
            hint=error.hint,
        ) from error


def _rows(found: Workout) -> list[tuple[str, object]]:
    from tertius.game import Capped

    solution = found.solution
    if isinstance(solution, Capped):
        rows = _capped_rows(found, solution)
    else:
        rows = _core_rows(found, solution)
    # No equilibrium, no deviation from it.
    gain = None if found.gain != found.gain else float(f"{found.gain:.2g}")
    rows.append(("largest gain from deviating", gain))
    return rows + _draw_rows(found)


def _core_rows(found: Workout, solution: Solution) -> list[tuple[str, object]]:
    game = found.game
    return [
        ("policy", game.policies[solution.policy]),
        ("pivot's payoff", round(float(solution.pivot_payoff), 4)),
        ("rent", round(float(solution.rent), 4)),
        ("rent interval", " to ".join(f"{end:.4g}" for end in solution.rent_interval)),
        *(
            (f"{name} pays", round(float(paid), 4))
            for name, paid in zip(game.names, solution.transfers, strict=True)
        ),
        *(
            (f"{name}'s exclusion stake", round(float(stake), 4))
            for name, stake in zip(game.names, solution.exclusion_stake, strict=True)
        ),
    ]


def _capped_rows(found: Workout, solution: Capped) -> list[tuple[str, object]]:
    game = found.game
    rows: list[tuple[str, object]] = [
        ("equilibria found", f"{solution.status} ({solution.method})")
    ]
    for place, outcome in enumerate(solution.outcomes, start=1):
        rows.append((f"policy {place}", game.policies[outcome.policy]))
        rows.append((f"pivot's payoff {place}", round(float(outcome.pivot_payoff), 4)))
        rows += [
            (f"{name} pays {place}", round(float(paid), 4))
            for name, paid in zip(game.names, outcome.transfers, strict=True)
        ]
    return rows


def _draw_rows(found: Workout) -> list[tuple[str, object]]:
    import numpy as np

    from tertius.claims import percent

    rows: list[tuple[str, object]] = [("draws", len(found.parameters))]
    spread = found.spread
    if spread is None:
        return [*rows, ("over the draws", "not solved with caps beside blocs or sanctions")]
    solved = ~np.isnan(spread.pivot_payoff)
    if not solved.all():
        rows.append(("draws with an equilibrium", percent(float(solved.mean()))))
    if not solved.any():
        return rows
    for name, values in (("rent", spread.rent), ("pivot's payoff", spread.pivot_payoff)):
        ends = np.quantile(values[solved], (0.05, 0.5, 0.95)).tolist()
        if name == "rent":
            share = float((values[solved] > 1e-9).mean())
            rows.append(("draws with a positive rent", percent(share)))
        told = ", ".join(f"{end:.3g}" for end in ends)
        rows.append((f"{name} over the draws: 5, 50, 95 %", told))
    bought = float((spread.goal[solved] > 0).mean())
    return [*rows, ("draws in which the goal is bought", percent(bought))]
