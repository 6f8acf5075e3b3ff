"""`detente`: the same games with less rivalry between the patrons."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters
from tertius.game.layers.coordination.chances import check_chances

__all__ = ["detente"]


def detente(parameters: Parameters, gamma: ArrayLike) -> Parameters:
    """Return the games in which patrons mind each other's gains less.

    ``rho`` and ``theta``, what a patron loses by a rival's alignment, shrink by the
    factor ``1 - gamma``. A negative ``rho`` is friendship and stays. Nobody bids as one.

    This is another remedy than blocs. Blocs sum the payoffs there are, and leave the
    policy; here the payoffs themselves change, and so may the policy. The rent
    falls or stays with two patrons and separable issues; elsewhere it may rise.

    Parameters
    ----------
    parameters : Parameters
        D games of the family.
    gamma : array_like
        How much of the rivalry is gone, 0 to 1: one number, or ``(D,)``.

    Returns
    -------
    games : Parameters
        D games; nothing else has changed. One game becomes as many as there are gammas.

    Raises
    ------
    GameError
        If a gamma is outside 0 to 1 or there are neither one nor D of them.

    Examples
    --------
    >>> rivals = Parameters(("CHN", "USA"), {
    ...     "k": [2], "c": [1], "omega.CHN": [3], "beta.CHN": [1], "rho.CHN": [2],
    ...     "omega.USA": [3], "beta.USA": [1], "rho.USA": [1]})
    >>> detente(rivals, 0.5).table()["rho.CHN"].tolist()
    [1.0]
    """
    left = 1.0 - check_chances(gamma, where="detente")
    if len({left.size, len(parameters)} - {1}) > 1:
        raise GameError(
            f"{left.size} gammas for {len(parameters)} games",
            where="detente",
            allowed="one gamma, or one a game",
        )
    rivalry = {
        name: np.where(column > 0, column * left, column)
        for name, column in parameters.values.items()
        if name.startswith(("rho.", "theta."))
    }
    return parameters.at(rivalry)
