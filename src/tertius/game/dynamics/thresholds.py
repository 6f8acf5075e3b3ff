"""`commitment_threshold`: how sure of the pivot patrons must be to buy the shared goal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import slices
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.reliabilities import at_reliability

__all__ = ["commitment_threshold"]

Floats = NDArray[np.float64]


def commitment_threshold(parameters: Parameters, grid: Grid) -> Floats:
    """Return the least belief at which any of the shared goal is bought, game by game.

    Of the pivot's cost c the part ``upfront`` is due on signing and the rest on delivery.
    At belief mu a promise is kept with probability ``q = mu a_C + (1 - mu) a_O``, where
    a_C is ``delivery`` and a_O the rest to one. With separable issues (theta = 0) the
    goal is bought if and only if mu is at least::

        (c_signing / (Σ beta_i / kappa_i - c_delivery) - a_O) / (a_C - a_O)

    With theta > 0 the left end of that fraction, the reliability at which the goal is
    bought, becomes the least over degrees d of what all lose by the best policy of that
    degree, over ``d (Σ beta_i / kappa_i - c_delivery)``: joint payoffs are linear in
    reliability, so this is exact, not a search.

    It is a statement about *belief*, not about the pivot's true type, and about patrons
    who look at one round only. Patrons who value the future buy below it, to learn;
    `solve_dynamic` tells how far.

    Parameters
    ----------
    parameters : Parameters
        D games that give ``delivery``; ``upfront`` is 1 if not given. ``q`` and ``mu``
        are not used.
    grid : Grid
        P policies with the goal on the table (``goal_steps`` ≥ 1).

    Returns
    -------
    numpy.ndarray
        ``(D,)`` thresholds. 0 or less: bought at every belief. Above 1: at none.
        Infinite: not even if every promise were kept, as delivery costs the pivot what
        it is worth to the patrons, or more.

    Raises
    ------
    GameError
        If the games have no ``delivery``, or the grid no goal or another number of
        patrons.

    Examples
    --------
    >>> one = Parameters(("A",), {
    ...     "k": [1], "c": [4], "omega.A": [1], "beta.A": [10], "delivery": [0.75]})
    >>> commitment_threshold(one, Grid(patrons=1)).round(3).tolist()
    [0.3]
    """
    if "delivery" not in parameters.values:
        raise GameError(
            "games without delivery",
            where="commitment_threshold",
            allowed="delivery above 1/2 and below 1",
            hint="give the chance that a committed pivot keeps a promise",
        )
    if grid.goal_steps < 1:
        raise GameError(
            "a grid without the shared goal",
            where="commitment_threshold",
            allowed="goal_steps ≥ 1",
        )
    worth = (parameters.per_patron("beta") / parameters.per_patron("kappa")).sum(axis=1)
    # A promise nobody believes costs what is due on signing; one that is sure, all.
    unreliable, sure = at_reliability(parameters, 0.0), at_reliability(parameters, 1.0)
    gain = worth - (sure.values["c"] - unreliable.values["c"])
    parts = slices(len(parameters), grid.patrons, grid.goal.size)
    losses = np.concatenate([_losses(unreliable.rows(part), grid) for part in parts])
    price = (losses / np.arange(1, grid.goal_steps + 1) * grid.goal_steps).min(axis=1)
    needed = np.full(len(parameters), np.inf)
    np.divide(price, gain, out=needed, where=gain > 0)
    delivery = parameters.values["delivery"]
    threshold: Floats = (needed - (1.0 - delivery)) / (2.0 * delivery - 1.0)
    threshold.setflags(write=False)
    return threshold


def _losses(parameters: Parameters, grid: Grid) -> Floats:
    """Return what all lose by the best policy of each degree above 0, (D, goal_steps)."""
    u, v = utilities(parameters, grid)
    joint = (u + v.sum(axis=1)).reshape(len(parameters), -1, grid.goal_steps + 1).max(axis=1)
    lost: Floats = joint[:, :1] - joint[:, 1:]
    return lost
