"""`sanctioned_utilities`: payoffs of the family while standing sanctions are in force.

A standing sanction stays until the goal is reached, whatever is bid. It changes the
primitives and nothing else, so the core solves sanctioned games exactly. The form says
where it bites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters

__all__ = ["FORMS", "Form", "bites", "check_form", "sanction_sizes", "sanctioned_utilities"]

Floats = NDArray[np.float64]

Form = Literal["universal", "isolation", "shielded", "any-tie"]
FORMS: tuple[str, ...] = get_args(Form)


def sanctioned_utilities(
    parameters: Parameters, grid: Grid, senders: Sequence[str], *, form: Form = "universal"
) -> tuple[Floats, Floats]:
    """Return the payoffs of D games in which some patrons' sanctions are in force.

    With degree ``d`` of the goal and shares ``a``, a sanction of size ``sigma_i`` takes
    ``sigma_i (1 - d) f_i(a)`` from the pivot, where f depends on the form:

    ``universal``
        1: it bites until the goal is reached.
    ``isolation``
        1 if the pivot has no alignment at all, else 0.
    ``shielded``
        the product of ``1 - shield_j a_j`` over the other patrons j.
    ``any-tie``
        the product of ``1 - shield_j`` over the other patrons with ``a_j > 0``: any tie
        shields as a full one does.

    The sender gives up ``lambda_i sigma_i (1 - d) / kappa_i``, shielded or not; under
    ``isolation`` only where the sanction bites.

    Parameters
    ----------
    parameters : Parameters
        D games that give ``sigma`` and ``lambda`` of every sender, and ``shield`` of some
        patron where the form needs it.
    grid : Grid
        P policies, for as many patrons.
    senders : sequence of str
        Patrons whose sanctions are in force, each at its full size.
    form : str
        Where they bite.

    Returns
    -------
    u : numpy.ndarray
        ``(D, P)`` for the pivot.
    v : numpy.ndarray
        ``(D, n, P)`` for the patrons, as `utilities`.

    Raises
    ------
    UnknownNameError
        If a sender is not a patron.
    GameError
        If the form is not known, or a parameter it needs is not given.

    Examples
    --------
    >>> one = Parameters(("CHN",), {"k": [2], "c": [1], "omega.CHN": [3], "beta.CHN": [1],
    ...                             "sigma.CHN": [4], "lambda.CHN": [0.5]})
    >>> u, v = sanctioned_utilities(one, Grid(patrons=1, alignment_steps=1), ["CHN"])
    >>> u.tolist(), v.tolist()
    ([[-4.0, -1.0, -5.0, -2.0]], [[[-2.0, 1.0, 1.0, 4.0]]])
    """
    for sender in [senders] if isinstance(senders, str) else senders:
        if sender not in parameters.patrons:
            raise UnknownNameError.of(
                "patron", sender, parameters.patrons, where="sanctioned_utilities"
            )
    sizes = sanction_sizes(parameters, senders, where="sanctioned_utilities")
    u, v = utilities(parameters, grid)
    bite, cost = bites(parameters, grid, form)
    hurt = np.einsum("di,dip->dp", sizes, bite)
    return u - hurt, v - sizes[:, :, None] * cost


def sanction_sizes(parameters: Parameters, senders: Sequence[str], *, where: str) -> Floats:
    """Return ``(D, n)`` sizes, 0 for patrons who are not senders.

    Raises
    ------
    GameError
        Listing the parameters that are missing.
    """
    chosen = (senders,) if isinstance(senders, str) else tuple(senders)
    needed = [f"{stem}.{name}" for name in chosen for stem in ("sigma", "lambda")]
    missing = [name for name in needed if name not in parameters.values]
    if missing:
        raise GameError(
            f"standing sanctions of {', '.join(chosen)} without {', '.join(missing)}",
            where=where,
            allowed="sigma and lambda of every sender",
            hint="add " + ", ".join(f"[game.ranges.{name}]" for name in missing) + " to the case",
        )
    sizes = parameters.per_patron_or("sigma", 0.0)
    held = np.array([name in chosen for name in parameters.patrons])
    return np.where(held, sizes, 0.0)


def bites(parameters: Parameters, grid: Grid, form: Form) -> tuple[Floats, Floats]:
    """Return what a unit of each patron's sanction takes from the pivot and from itself.

    Both ``(D, n, P)``, in pivot money, never negative; a patron without ``lambda``
    sanctions at no cost. The arrays may be views that must not be written to.

    Raises
    ------
    GameError
        If the form is not known, or needs a ``shield`` that no patron has.
    """
    check_form(form, where="sanctions")
    n, count = len(parameters.patrons), len(parameters)
    ahead = 1.0 - grid.goal
    if form == "isolation":
        ahead = np.where((grid.alignment == 0).all(axis=1), ahead, 0.0)
    rate = parameters.per_patron_or("lambda", 0.0) / parameters.per_patron("kappa")
    cost = rate[:, :, None] * ahead
    if form in ("universal", "isolation") or n == 1:
        return np.broadcast_to(ahead, (count, n, ahead.size)), cost
    _check_shield(parameters, form)
    ties = grid.alignment.T if form == "shielded" else (grid.alignment.T > 0).astype(np.float64)
    left = 1.0 - parameters.per_patron_or("shield", 0.0)[:, :, None] * ties
    bite = np.empty((count, n, ahead.size))
    for i in range(n):
        bite[:, i] = ahead * np.delete(left, i, axis=1).prod(axis=1)
    return bite, cost


def check_form(form: str, *, where: str) -> None:
    """Refuse a form of sanction that nobody knows.

    Raises
    ------
    GameError
        Naming the forms there are.
    """
    if form not in FORMS:
        raise GameError(f'form of sanction "{form}"', where=where, allowed=", ".join(FORMS))


def _check_shield(parameters: Parameters, form: Form) -> None:
    wanted = [f"shield.{name}" for name in parameters.patrons]
    if not any(name in parameters.values for name in wanted):
        raise GameError(
            f'form "{form}" where no patron has a shield',
            where="sanctions",
            allowed=f"at least one of {', '.join(wanted)}",
            hint=f"add [game.ranges.{wanted[0]}] to the case",
        )
