"""`override`: whether rivalry over alignment outweighs the shared goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.family.ensembles import solve_draws
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Override", "override"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Override(TableResult):
    """The rent against its two sources, one row a draw; money is the pivot's.

    Where `separable`, ``rent = max(0, conflict - congruence)``. Elsewhere that identity
    is not claimed: `conflict`, `scarcity`, `rivalry` and `congruence` are NaN, and the
    rent is to be compared with `rent_without_goal`.

    Attributes
    ----------
    rent : numpy.ndarray
        ``(D,)`` smallest rent of the whole game, solved on the grid.
    conflict : numpy.ndarray
        ``(D,)`` V1 + V2 - V12 - V0 of the alignment issue alone: what bidding against
        each other would cost the patrons if nothing else were at stake.
    scarcity : numpy.ndarray
        ``(D,)`` the part of `conflict` that remains if no patron minds the other's
        share (rho = e = 0): there is only so much alignment to be had.
    rivalry : numpy.ndarray
        ``(D,)`` the rest of `conflict`; may be negative.
    congruence : numpy.ndarray
        ``(D,)`` V12 + V0 - V1 - V2 of the shared goal alone, in closed form, from 0 to
        c: what the patrons save by buying it together.
    separable : numpy.ndarray
        ``(D,)`` bool: two patrons, and theta = 0 for both.
    rent_without_goal : numpy.ndarray
        ``(D,)`` the rent if no patron wanted the goal (beta = 0).
    """

    rent: Floats
    conflict: Floats
    scarcity: Floats
    rivalry: Floats
    congruence: Floats
    separable: NDArray[np.bool_]
    rent_without_goal: Floats

    def to_polars(self) -> pl.DataFrame:
        """Return one row a draw."""
        import polars as pl

        return pl.DataFrame({name: getattr(self, name) for name in self.__slots__})


def override(parameters: Parameters, grid: Grid) -> Override:
    """Split the rent of D games into conflict and congruence.

    Theorem: with two patrons and separable issues the coalition values add up over
    issues, hence ``R = max(0, conflict - congruence)``: rivals leave the pivot room if
    and only if their competition over alignment outweighs what they save by buying the
    shared goal together. The exclusion loss e belongs to the alignment issue and does
    not disturb it; theta ties the two issues together and does.

    It speaks of the *price*. The policy chosen is efficient either way, so a positive
    rent does not by itself block the shared goal.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies with the goal on the table (``goal_steps`` ≥ 1).

    Returns
    -------
    Override
        One row a draw.

    Raises
    ------
    GameError
        If the grid has no goal or another number of patrons.
    """
    if grid.goal_steps < 1:
        raise GameError(
            "a grid without the shared goal", where="override", allowed="goal_steps ≥ 1"
        )
    shares = Grid(grid.patrons, grid.alignment_steps, goal_steps=0)
    alone = solve_draws(parameters, shares)
    separable = (parameters.per_patron("theta") == 0).all(axis=1) & (grid.patrons == 2)
    if grid.patrons == 2:
        conflict = _submodularity(alone.coalition_values)
        harmless = {name: 0.0 for name in parameters.values if name.startswith(("rho.", "e."))}
        scarcity = _submodularity(solve_draws(parameters.at(harmless), shares).coalition_values)
        congruence = _goal_savings(parameters)
    else:
        conflict = scarcity = congruence = np.full(len(parameters), np.nan)
    parts = {
        "conflict": conflict,
        "scarcity": scarcity,
        "rivalry": conflict - scarcity,
        "congruence": congruence,
    }
    parts = {name: np.where(separable, part, np.nan) for name, part in parts.items()}
    for array in (separable, *parts.values()):
        array.setflags(write=False)
    # Nobody who gains nothing from the goal pays for it, and it costs the pivot c ≥ 0:
    # without demand for it, the alignment issue is the whole game.
    return Override(
        rent=solve_draws(parameters, grid).rent,
        separable=separable,
        rent_without_goal=alone.rent,
        **parts,
    )


def _submodularity(values: Floats) -> Floats:
    """V1 + V2 - V12 - V0 of two-patron coalition values (D, 4)."""
    return values[:, 1] + values[:, 2] - values[:, 3] - values[:, 0]


def _goal_savings(parameters: Parameters) -> Floats:
    """Return (b1+b2-c)⁺ - (b1-c)⁺ - (b2-c)⁺: what two patrons save by buying together."""
    cost = parameters.values["c"]
    worth = parameters.per_patron("beta") * parameters.values["q"][:, None]
    worth = worth / parameters.per_patron("kappa")
    each = np.maximum(worth - cost[:, None], 0.0).sum(axis=1)
    saved: Floats = np.maximum(worth.sum(axis=1) - cost, 0.0) - each
    return saved
