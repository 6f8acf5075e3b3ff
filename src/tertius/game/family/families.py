"""`utilities`: payoffs of the parametric family on a grid of policies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters

__all__ = ["utilities"]

Floats = NDArray[np.float64]


def utilities(parameters: Parameters, grid: Grid) -> tuple[Floats, Floats]:
    """Return the payoffs of D games of the family.

    With shares ``a``, degree of the goal ``d``, and ``A_i`` the shares of i's rivals::

        pivot     Σ alpha_i a_i - k/2 Σ a_i² - c d
        patron i  [omega_i a_i - Σ_j rho_ij a_j + (beta_i q - theta_i A_i) d
                   - e_i if a_i = 0 and A_i > 0] / kappa_i

    Both are in pivot money. The form is an assumption: divisible alignment, one shared
    goal, and costs that are linear except for dependence. Any other payoffs can be put
    into `Game` directly.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.

    Returns
    -------
    u : numpy.ndarray
        ``(D, P)`` for the pivot.
    v : numpy.ndarray
        ``(D, n, P)`` for the patrons. Memory grows with D·P; `solve_draws` keeps it
        bounded.

    Raises
    ------
    GameError
        If the grid is for another number of patrons.

    Examples
    --------
    >>> one = Parameters(("CHN",), {"k": [2], "c": [1], "omega.CHN": [3], "beta.CHN": [1]})
    >>> u, v = utilities(one, Grid(patrons=1, alignment_steps=1))
    >>> u.tolist(), v.tolist()
    ([[0.0, -1.0, -1.0, -2.0]], [[[0.0, 1.0, 3.0, 4.0]]])
    """
    n = len(parameters.patrons)
    if grid.patrons != n:
        raise GameError(
            f"a grid of {grid.patrons} patrons for games of {n}", where="utilities", allowed=f"{n}"
        )
    weights, features = _weights(parameters), _features(grid)
    # Payoffs are linear in the features: one matrix product gives everybody's.
    flat = weights.reshape(-1, features.shape[0]) @ features
    payoffs = flat.reshape(len(parameters), n + 1, grid.goal.size)
    return payoffs[:, 0], payoffs[:, 1:]


def _features(grid: Grid) -> Floats:
    """(2 + 3n, P): shares; shares squared; goal; rivals' shares × goal; left out alone."""
    shares = grid.alignment.T
    # Summed without one's own share, so that no rival is exactly no share.
    rivals = (1.0 - np.eye(grid.patrons)) @ shares
    squares = (shares**2).sum(axis=0, keepdims=True)
    left_out = (shares == 0) & (rivals > 0)
    return np.concatenate([shares, squares, grid.goal[None], rivals * grid.goal, left_out])


def _weights(parameters: Parameters) -> Floats:
    """(D, n + 1, 2 + 3n): everybody's weight on each feature, the pivot first."""
    n = len(parameters.patrons)
    own = np.arange(n)
    weights = np.zeros((len(parameters), n + 1, 2 + 3 * n))
    weights[:, 0, :n] = parameters.per_patron("alpha")
    weights[:, 0, n] = -parameters.values["k"] / 2
    weights[:, 0, n + 1] = -parameters.values["c"]
    patrons = weights[:, 1:]
    patrons[:, :, :n] = -parameters.rivalry()
    patrons[:, own, own] = parameters.per_patron("omega")
    patrons[:, :, n + 1] = parameters.per_patron("beta") * parameters.values["q"][:, None]
    patrons[:, own, n + 2 + own] = -parameters.per_patron("theta")
    patrons[:, own, 2 * n + 2 + own] = -parameters.per_patron("e")
    patrons /= parameters.per_patron("kappa")[:, :, None]
    return weights
