"""`sanction_draws`: which standing sanctions patrons keep, in every draw of the family."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import slices
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.pressure.bites import Form, bites, check_form, sanction_sizes
from tertius.game.layers.pressure.stages import Stage, profiles_of, solve_stage

__all__ = ["SanctionDraws", "sanction_draws"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class SanctionDraws:
    """The stage of sanctions in D games; M profiles, the first "nobody sanctions".

    Attributes
    ----------
    profiles : numpy.ndarray
        ``(M, n)`` bool, who sanctions; patrons without ``sigma`` never do. If all have
        one, M = 2**n and bit i of a profile's number = patron i.
    policy : numpy.ndarray
        ``(D, M)`` index of the policy chosen.
    goal : numpy.ndarray
        ``(D, M)`` degree of the goal reached, 0 to 1.
    pivot_payoff : numpy.ndarray
        ``(D, M)`` payments included.
    patron_payoffs : numpy.ndarray
        ``(D, M, n)`` net of payments and of the cost of sanctioning.
    payoffs_unique : numpy.ndarray
        ``(D, M)`` bool; where not, the stage is played on the selection `solve` makes.
    in_force : numpy.ndarray
        ``(D, M, n)`` bool, whether a sanction still bites or costs at the policy chosen.
    gain_by_easing : numpy.ndarray
        ``(D, M, n)`` a patron's payoff without its own sanction less with it, the others'
        choices as in the profile; 0 for patrons who cannot sanction.
    equilibria : numpy.ndarray
        ``(D, M)`` bool, whether nobody gains by changing its own choice.
    best_together : numpy.ndarray
        ``(D,)`` profile with the largest sum of patrons' payoffs, the first of tied ones.
    """

    profiles: Truths
    policy: NDArray[np.intp]
    goal: Floats
    pivot_payoff: Floats
    patron_payoffs: Floats
    payoffs_unique: Truths
    in_force: Truths
    gain_by_easing: Floats
    equilibria: Truths
    best_together: NDArray[np.intp]

    def __len__(self) -> int:
        return int(self.policy.shape[0])


def sanction_draws(parameters: Parameters, grid: Grid, form: Form = "universal") -> SanctionDraws:
    """Solve the stage of standing sanctions in D games, in bounded memory.

    Every patron with a ``sigma`` first chooses whether to keep a sanction of that size
    while the goal is not reached; see `sanction_equilibria` for the stage and
    `sanctioned_utilities` for the forms.

    Where payoffs are linear in the degree of the goal, as they are here, a degree
    between 0 and 1 is chosen only in a tie. With separable issues (theta = 0),
    ``universal`` sanctions and a goal that is not reached, easing raises the sender's
    payoff by exactly ``lambda sigma / kappa`` and changes nobody else's: for lambda > 0,
    a theorem for any number of patrons that no equilibrium keeps a sanction that moves
    nothing. Shields, theta, and payoffs that are not unique are outside that theorem.

    Parameters
    ----------
    parameters : Parameters
        D games with ``sigma`` of at least one patron, ``lambda`` of each who has one,
        and ``shield`` where the form needs it.
    grid : Grid
        P policies with the goal on the table, for as many patrons.
    form : str
        ``universal``, ``isolation``, ``shielded`` or ``any-tie``.

    Returns
    -------
    SanctionDraws
        Every profile in every draw.

    Raises
    ------
    GameError
        If the form is not known, a parameter is missing, or the grid has no goal or is
        for another number of patrons.

    Examples
    --------
    >>> one = Parameters(("CHN",), {"k": [2], "c": [3], "omega.CHN": [1], "beta.CHN": [1],
    ...                             "sigma.CHN": [4], "lambda.CHN": [0.5]})
    >>> found = sanction_draws(one, Grid(1))
    >>> found.goal.tolist(), found.equilibria.tolist()
    ([[0.0, 1.0]], [[False, True]])
    """
    check_form(form, where="sanction_draws")
    if grid.goal_steps < 1:
        raise GameError(
            "a grid without the shared goal", where="sanction_draws", allowed="goal_steps ≥ 1"
        )
    able = tuple(name for name in parameters.patrons if f"sigma.{name}" in parameters.values)
    if not able:
        wanted = [f"sigma.{name}" for name in parameters.patrons]
        raise GameError(
            "no patron has a standing sanction",
            where="sanction_draws",
            allowed=f"at least one of {', '.join(wanted)}",
            hint=f"add [game.ranges.{wanted[0]}] to the case",
        )
    sizes = sanction_sizes(parameters, able, where="sanction_draws")
    profiles = profiles_of([bool(column.any()) for column in sizes.T])
    # A block also holds bites and costs: twice the arrays of a plain game.
    parts = slices(len(parameters), grid.patrons, 2 * grid.goal.size)
    solved = [_solve_part(parameters, grid, form, sizes, part, profiles) for part in parts]
    joined = {
        field.name: np.concatenate([getattr(stage, field.name) for stage in solved])
        for field in fields(Stage)
    }
    goal = grid.goal[joined["policy"]]
    for array in (profiles, goal, *joined.values()):
        array.setflags(write=False)
    return SanctionDraws(profiles=profiles, goal=goal, **joined)


def _solve_part(
    parameters: Parameters, grid: Grid, form: Form, sizes: Floats, part: slice, profiles: Truths
) -> Stage:
    games = parameters.rows(part)
    u, v = utilities(games, grid)
    bite, cost = bites(games, grid, form)
    return solve_stage(u, v, sizes[part], bite, cost, profiles)
