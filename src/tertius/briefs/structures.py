"""Pictures of the game's layers: menus, rent by structure of blocs, and belief over rounds."""

from __future__ import annotations

import numpy as np

from tertius.briefs.charts import (
    BeliefSeries,
    BeliefView,
    MenuView,
    PartitionRow,
    PartitionView,
    draw_beliefs,
    draw_menus,
    draw_partitions,
)
from tertius.briefs.document import Figure
from tertius.briefs.words import number
from tertius.casebook import Case, GameSection
from tertius.claims import Workout, prose
from tertius.game import (
    BeliefLattice,
    Capped,
    CappedOutcome,
    Grid,
    Parameters,
    Ranges,
    Solution,
    belief_path,
    commitment_threshold,
    dynamic_game,
    solve_dynamic,
    solve_partition_draws,
)

__all__ = ["belief_picture", "menu_picture", "partition_picture"]

_ROUNDS = 12
_MOST_PATRONS = 4


def menu_picture(case: Case, game: GameSection, found: Workout) -> Figure | None:
    """Draw what is offered for which policy in the middle of the ranges.

    With caps, in the equilibrium in which the pivot gets least; None where there is none.
    """
    shown: Solution | CappedOutcome
    if isinstance(found.solution, Capped):
        if not found.solution.outcomes:
            return None
        shown = found.solution.outcomes[0]
    else:
        shown = found.solution
    policy = found.game.policies[shown.policy]
    paid = float(shown.transfers.sum())
    pivot = prose(case.pivot)
    return draw_menus(
        MenuView(
            "units of the model",
            found.game.policies,
            found.game.pivot,
            found.game.names,
            shown.menus,
            shown.policy,
            pivot=pivot,
        ),
        name="menus",
        title=f"{pivot} picks “{policy}” and is paid {number(paid)} for it, "
        f"in the middle of the ranges",
        caption="What each policy is worth to the pivot itself, and what each patron offers for "
        f"it; losing bids too. One game, in the middle of the case's ranges. Money: {game.money}.",
    )


def partition_picture(
    case: Case, game: GameSection, parameters: Parameters, grid: Grid
) -> Figure | None:
    """Draw the rent under every structure of blocs; None for one patron or too many."""
    if not 2 <= grid.patrons <= _MOST_PATRONS:
        return None
    found = solve_partition_draws(parameters, grid)
    rows = tuple(
        PartitionRow(label, len(blocs), found.rent[:, column])
        for column, (label, blocs) in enumerate(zip(found.labels, found.partitions, strict=True))
    )
    apart, half = found.rent[:, 0], float(np.median(found.rent[:, 0]))
    share = number(100 * float((apart > 1e-9).mean()), "%")
    invited = [prose(name) for name in parameters.patrons if name not in case.patrons]
    table = f" with {' and '.join(invited)} at the table as well" if invited else ""
    return draw_partitions(
        PartitionView("units of the model", rows),
        name="partitions",
        title=f"Bidding alone, patrons leave {prose(case.pivot)} a rent in {share} of the "
        f"draws, {number(half)} at the median; all bidding as one leave none",
        caption=f"Rent by who bids with whom{table}, in {len(parameters):,} games drawn uniformly "
        f"from the case's ranges; the policy is the same in all rows. Money: {game.money}.",
    )


def belief_picture(case: Case, game: GameSection, ranges: Ranges) -> Figure | None:
    """Draw how belief moves over rounds in the middle of the ranges; None without belief."""
    if not {"mu", "delivery"} <= set(ranges.values):
        return None
    middle = Parameters.midpoint(ranges)
    grid = Grid(len(ranges.patrons), game.alignment_steps, game.goal_steps)
    lattice = BeliefLattice.of(middle, steps_up=_ROUNDS, steps_down=_ROUNDS)
    delta = float(middle.values["delta"][0]) if "delta" in middle.values else 0.0
    played = dynamic_game(middle, grid, lattice)
    solution = solve_dynamic(played, delta)
    if not solution.converged:
        return None
    path = belief_path(played, solution, _ROUNDS)
    # The least belief at which the goal is bought by patrons who weigh later rounds by delta.
    buys = grid.goal[solution.policies] > 0
    threshold = (
        float(path.beliefs[buys].min(initial=np.inf))
        if delta
        else float(commitment_threshold(middle, grid)[0])
    )
    # Where nothing is bought nothing is learnt, so belief stays.
    stuck = ~buys
    pivot = prose(case.pivot)
    series = tuple(
        BeliefSeries(f"{kind} pivot", at, at[:, stuck].sum(axis=1))
        for kind, at in (("committed", path.committed), ("opportunist", path.opportunist))
    )
    lost = 100 * float(path.committed[-1, stuck].sum())
    told = (
        f"at a belief of {number(lattice.mu)} nobody buys the goal, so nothing is learnt of {pivot}"
        if stuck[lattice.steps_down]
        else f"a committed {pivot} loses its credit within {_ROUNDS} rounds with a probability of "
        f"{number(lost, '%')}"
    )
    return draw_beliefs(
        BeliefView(path.beliefs, series, threshold),
        name="beliefs",
        title=f"In the middle of the ranges {told}",
        caption="Exact distributions of the patrons' belief that the pivot is committed, by what "
        f"it truly is; the next round weighs {number(delta)}. Belief moves in steps, so medians "
        "may zigzag.",
    )
