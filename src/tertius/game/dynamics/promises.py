"""`dynamic_game`: the parametric family over time, with belief and trust as the state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.dynamics.lattices import BeliefLattice
from tertius.game.dynamics.markov import DynamicGame, PromiseStates
from tertius.game.dynamics.trusts import TrustStock
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.reliabilities import at_reliability

__all__ = ["dynamic_game"]

# States times policies; a solver holds a few arrays of this many numbers for each patron.
_MOST_CELLS = 5_000_000


def dynamic_game(
    parameters: Parameters,
    grid: Grid,
    lattice: BeliefLattice,
    trust: TrustStock | None = None,
) -> DynamicGame:
    """Return one game of the family played round after round.

    The state is the belief that the pivot is committed and, with `trust`, each patron's
    stock of trust. In a state the payoffs are those of `utilities` with reliability q
    from the lattice, ``c`` replaced by what the promise costs the pivot on signing and,
    with probability q, on delivery, and ``omega`` multiplied by trust. A policy of any
    degree of the goal above 0 is a promise: it is kept or broken, everybody sees which,
    and the belief moves by one step. Without a promise nothing is learnt.

    It assumes that the pivot knows no more of its type than the patrons do (one that knew
    could signal), and that a small promise teaches as much as a large one.

    Parameters
    ----------
    parameters : Parameters
        One game. ``upfront`` is 1 if not given; its ``q``, ``mu`` and ``delivery`` are
        not used: the lattice has them (`BeliefLattice.of`).
    grid : Grid
        P policies, for as many patrons.
    lattice : BeliefLattice
        The beliefs, K of them.
    trust : TrustStock, optional
        The relation; without it alignment is worth the same in every round.

    Returns
    -------
    DynamicGame
        ``S = K (levels + 1)**n`` states, or K without trust.

    Raises
    ------
    GameError
        If these are several games, the grid is for another number of patrons, or there
        are too many states.
    """
    if len(parameters) != 1:
        raise GameError(
            f"{len(parameters)} games",
            where="dynamic_game",
            allowed="one",
            hint="take one row with rows(slice(i, i + 1))",
        )
    n, levels = len(parameters.patrons), 0 if trust is None else trust.levels
    count = lattice.indexes.size * (levels + 1) ** n
    if count * grid.goal.size > _MOST_CELLS:
        raise GameError(
            f"{count:,} states of {grid.goal.size:,} policies",
            where="dynamic_game",
            allowed=f"up to {_MOST_CELLS:,} states × policies",
            hint="take fewer steps of belief, levels of trust or steps of alignment",
        )
    stocks = _stocks(levels, n)
    place = np.repeat(np.arange(lattice.indexes.size), len(stocks))
    belief_index = lattice.indexes[place]
    held = np.tile(stocks, (lattice.indexes.size, 1))
    reliability = lattice.reliability(belief_index)
    at_state = at_reliability(parameters.at({"q": reliability}), reliability)
    if trust is not None:
        worth = parameters.per_patron("omega") * trust.multiplier[held]
        at_state = at_state.at(
            {f"omega.{who}": worth[:, i] for i, who in enumerate(parameters.patrons)}
        )
    u, v = utilities(at_state, grid)
    successors = np.stack(
        [_next(place, held, kept, grid, lattice, trust) for kept in (True, False)], axis=2
    )
    promised = grid.goal > 0
    kept = np.where(promised, reliability[:, None], 1.0)
    halfway = (levels // 2) * (len(stocks) - 1) // max(levels, 1)
    states = PromiseStates(
        lattice=lattice,
        belief_index=belief_index,
        belief=lattice.belief(belief_index),
        trust=held,
        goal=grid.goal,
        start=lattice.steps_down * len(stocks) + halfway,
    )
    for array in (states.belief_index, states.belief, states.trust):
        array.setflags(write=False)
    return DynamicGame(u, v, successors, np.stack([kept, 1.0 - kept], axis=2), states)


def _stocks(levels: int, n: int) -> NDArray[np.intp]:
    """Every combination of n stocks, ((levels + 1)**n, n), the last patron's fastest."""
    return np.indices((levels + 1,) * n).reshape(n, -1).T


def _next(
    place: NDArray[np.intp],
    held: NDArray[np.intp],
    kept: bool,
    grid: Grid,
    lattice: BeliefLattice,
    trust: TrustStock | None,
) -> NDArray[np.intp]:
    """State (S, P) after each policy, if its promise is kept or broken."""
    promised = grid.goal > 0
    top = lattice.indexes.size - 1
    moved = np.clip(place[:, None] + np.where(promised, 1 if kept else -1, 0), 0, top)
    if trust is None:
        return moved
    move = trust.moves(grid.alignment)
    if not kept:
        move = np.where(promised[:, None], -1, move)
    stock = np.clip(held[:, None, :] + move, 0, trust.levels)
    base = trust.levels + 1
    for i in range(grid.patrons):
        moved = moved * base + stock[:, :, i]
    return moved
