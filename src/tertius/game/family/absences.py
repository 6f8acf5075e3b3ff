"""`without`: the same games with one patron absent."""

from __future__ import annotations

from tertius.errors import GameError, UnknownNameError
from tertius.game.family.parameters import Parameters

__all__ = ["without"]


def without(parameters: Parameters, patron: str) -> Parameters:
    """Return the games that would be played if a patron did not exist for the pivot.

    Its payments are gone *and* alignment with it is no longer a policy; the others keep
    their primitives, draw by draw, so with and without can be compared row by row. This
    differs from `exclusion_premium`, where the patron only cannot pay, and the pivot may
    still align with it.

    Parameters
    ----------
    parameters : Parameters
        D games of two patrons or more.
    patron : str
        Who is absent.

    Returns
    -------
    games : Parameters
        D games of one patron fewer; needs a `Grid` of one patron fewer.

    Raises
    ------
    UnknownNameError
        If there is no such patron.
    GameError
        If nobody would be left.
    """
    if patron not in parameters.patrons:
        raise UnknownNameError.of("patron", patron, parameters.patrons, where="without")
    left = tuple(name for name in parameters.patrons if name != patron)
    if not left:
        raise GameError(f"without {patron} no patron is left", where="without")
    columns = {
        name: column
        for name, column in parameters.values.items()
        if patron not in name.split(".")[1:] and not (len(left) == 1 and name.startswith("rho."))
    }
    return Parameters(left, columns)
