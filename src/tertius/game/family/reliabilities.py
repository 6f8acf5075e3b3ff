"""`at_reliability`: the same games where the pivot's promise is believed more, or less."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters

__all__ = ["at_reliability"]


def at_reliability(parameters: Parameters, q: ArrayLike) -> Parameters:
    """Return the games as they are played when a promise is expected to be kept with odds q.

    What the goal is worth to a patron falls in proportion. So does the part of its cost
    that the pivot bears only on delivery: with ``upfront`` the part due on signing, the
    expected cost is ``c (upfront + (1 - upfront) q)``. Without ``upfront`` all of `c` is
    due on signing.

    Parameters
    ----------
    parameters : Parameters
        D games; their own ``q`` is replaced.
    q : array_like
        Reliability, a number or ``(D,)``, from 0 to 1.

    Returns
    -------
    games : Parameters
        D games with the same names.

    Raises
    ------
    GameError
        If a reliability is outside 0 to 1, or their number does not fit.

    Examples
    --------
    >>> one = Parameters(("A",), {
    ...     "k": [1], "c": [4], "omega.A": [1], "beta.A": [8], "upfront": [0.5]})
    >>> at_reliability(one, 0.25).table()["c"].tolist()
    [2.5]
    """
    wanted = np.asarray(q, dtype=np.float64)
    if wanted.ndim > 1 or wanted.size not in (1, len(parameters)):
        raise GameError(
            f"reliabilities of shape {wanted.shape} for {len(parameters)} games",
            where="at_reliability",
            allowed=f"one number, or ({len(parameters)},)",
        )
    if not ((wanted >= 0) & (wanted <= 1)).all():
        raise GameError(
            f"reliability {wanted.min():g} to {wanted.max():g}",
            where="at_reliability",
            allowed="0 to 1",
        )
    believed = np.broadcast_to(wanted, (len(parameters),))
    signed = parameters.values.get("upfront", np.ones(len(parameters)))
    cost = parameters.values["c"] * (signed + (1.0 - signed) * believed)
    return parameters.at({"q": believed, "c": cost})
