"""`resistance` and `resistance_draws`: what it takes to get a policy from the pivot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.core.batches import slices
from tertius.game.core.games import Game
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.seats import seat

__all__ = ["resistance", "resistance_draws"]

Floats = NDArray[np.float64]


def resistance(
    game: Game, patron: str | int, policies: str | int | Sequence[str] | Sequence[int]
) -> float:
    """Return what a patron must pay, or threaten, to get a policy against all others.

    V(N without i) - W(p): the best that the pivot and the other patrons can reach without
    i, less what policy p gives them, the others bidding to the hilt. 0 if they would
    pick p anyway.

    A further patron k changes it by at least ``v_k`` of the old fallback less ``v_k`` of
    p, and by at most the same at the new fallback. So it rises if k prefers the old
    fallback to p, and only if k prefers the new one. With two policies it rises exactly
    where k prefers the new fallback; with more, k may raise it by wanting a third.

    Parameters
    ----------
    game : Game
        The game.
    patron : str or int
        Name or row of the patron that wants the policy.
    policies : str, int or sequence of them
        Label or index of the policy. Of several, as all that reach a degree of the goal,
        the cheapest counts.

    Returns
    -------
    float
        In pivot money, never negative.

    Raises
    ------
    UnknownNameError
        If no patron or policy has that name.
    GameError
        If there is no such row or index, or no policy is named.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> resistance(game, 0, 0), resistance(game, 0, 2), resistance(game, 0, [0, 2])
    (6.0, 3.0, 3.0)
    """
    row = seat(patron, game.names, where="resistance")
    others = game.pivot + np.delete(game.patrons, row, axis=0).sum(axis=0)
    wanted: list[object] = (
        [policies]
        if isinstance(policies, str) or not isinstance(policies, Iterable)
        else list(policies)
    )
    if not wanted:
        raise GameError("no policy", where="resistance", allowed="one policy or more")
    return float(others.max() - others[[_place(policy, game) for policy in wanted]].max())


def resistance_draws(
    parameters: Parameters, grid: Grid, patron: str, degree: float = 1.0
) -> Floats:
    """Return what a patron must pay, or threaten, for a degree of the goal, in D games.

    As `resistance`, at the cheapest policy of that degree.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.
    patron : str
        The patron that wants it.
    degree : float
        A degree of the goal that the grid holds.

    Returns
    -------
    numpy.ndarray
        ``(D,)`` in pivot money, never negative.

    Raises
    ------
    UnknownNameError
        If there is no such patron.
    GameError
        If the grid has no policy of that degree, or another number of patrons.

    Examples
    --------
    >>> games = Parameters(("A",), {
    ...     "k": [2, 2], "c": [3, 5], "omega.A": [1, 1], "beta.A": [4, 4]})
    >>> resistance_draws(games, Grid(1), "A").tolist()
    [3.0, 5.0]
    """
    if patron not in parameters.patrons:
        raise UnknownNameError.of("patron", patron, parameters.patrons, where="resistance_draws")
    wanted = np.isclose(grid.goal, degree, rtol=0.0, atol=1e-9)
    if not wanted.any():
        raise GameError(
            f"no policy of degree {degree:g}",
            where="resistance_draws",
            allowed=", ".join(f"{value:g}" for value in np.unique(grid.goal)),
            hint="take more goal_steps",
        )
    row = parameters.patrons.index(patron)
    found = []
    for part in slices(len(parameters), grid.patrons, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        others = u + v.sum(axis=1) - v[:, row]
        found.append(others.max(axis=1) - others[:, wanted].max(axis=1))
    needed: Floats = np.maximum(np.concatenate(found), 0.0)
    needed.setflags(write=False)
    return needed


def _place(policy: object, game: Game) -> int:
    if isinstance(policy, str):
        if policy not in game.policies:
            raise UnknownNameError.of("policy", policy, game.policies, where="resistance")
        return game.policies.index(policy)
    if isinstance(policy, int | np.integer) and not isinstance(policy, bool):
        index = int(policy)
        if 0 <= index < game.pivot.size:
            return index
    raise GameError(
        f"policy {policy!r}",
        where="resistance",
        allowed=f"0 to {game.pivot.size - 1}, or a policy's label",
    )
