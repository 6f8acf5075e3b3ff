"""`pass_through` and `pass_through_draws`: how much of a sanction reaches the pivot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.core.batches import slices
from tertius.game.core.coalitions import Block, solve_block
from tertius.game.core.games import Game
from tertius.game.family.absences import without
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.amounts import as_column, as_numbers
from tertius.game.layers.pressure.bites import Form, bites, check_form
from tertius.game.layers.pressure.sanctions import check_amounts
from tertius.game.layers.seats import seat
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PassThrough", "pass_through", "pass_through_draws"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PassThrough(TableResult):
    """What a unit of one patron's sanction does, one row a game or a size.

    Attributes
    ----------
    size : numpy.ndarray
        ``(D,)`` the sanction, in pivot money.
    loss : numpy.ndarray
        ``(D,)`` fall of the pivot's payoff per unit of sanction. 1 is full pass-through;
        it may exceed 1 or be negative, since the bidding changes too.
    concession : numpy.ndarray
        ``(D,)`` rise of the degree of the goal reached, per unit of sanction.
    loss_alone, concession_alone : numpy.ndarray
        ``(D,)`` the same where the sender is the pivot's only patron.
    rent_before, rent_after : numpy.ndarray
        ``(D,)`` smallest rent without and with the sanction, all patrons bidding. Where
        both are positive, what the pivot could have alone does not matter.
    """

    size: Floats
    loss: Floats
    concession: Floats
    loss_alone: Floats
    concession_alone: Floats
    rent_before: Floats
    rent_after: Floats

    def __len__(self) -> int:
        return int(self.size.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a game."""
        import polars as pl

        return pl.DataFrame({name: getattr(self, name) for name in self.__slots__})


def pass_through(
    game: Game,
    sender: str | int,
    bite: ArrayLike,
    goal: ArrayLike,
    *,
    cost: ArrayLike = 0.0,
    size: ArrayLike = 1.0,
) -> PassThrough:
    """Compare a game with and without one patron's standing sanction.

    Every form of sanction is a choice of `bite`: what hurts the pivot at each policy
    *is* the form. With the sender alone, the others neither pay nor want anything, but
    policies that favour them remain; `pass_through_draws` takes those away too.

    Parameters
    ----------
    game : Game
        The game without sanctions.
    sender : str or int
        Name or row of the patron that sanctions.
    bite : array_like
        ``(P,)`` what one unit takes from the pivot at each policy, ≥ 0.
    goal : array_like
        ``(P,)`` degree of the concession that each policy makes.
    cost : array_like, optional
        ``(P,)`` what one unit takes from the sender, in pivot money, ≥ 0.
    size : array_like
        A size > 0, or ``(D,)`` sizes.

    Returns
    -------
    PassThrough
        One row a size.

    Raises
    ------
    GameError
        If a number is negative or not finite, a size is 0, or a shape does not fit.
    UnknownNameError
        If the sender is not a patron.

    Examples
    --------
    Policies: stay alone, lean to A, lean to B. Isolating the pivot hurts it only as long
    as nobody competes with the sender:

    >>> game = Game(pivot=[2, 1, 0], patrons=[[0, 6, -3], [0, -2, 5]])
    >>> found = pass_through(game, 0, bite=[1, 0, 0], goal=[0, 0, 0])
    >>> found.loss.tolist(), found.loss_alone.tolist()
    ([0.0], [1.0])
    """
    row = seat(sender, game.names, where="pass_through")
    _, hurt, given_up = check_amounts(game, 0.0, bite, cost, where="pass_through")
    sizes = _sizes(size, where="pass_through")
    degree = as_numbers(goal, "goal", where="pass_through")
    if degree.shape != game.pivot.shape or not np.isfinite(degree).all():
        raise GameError(
            f"degrees of the goal of shape {degree.shape}",
            where="pass_through",
            allowed=f"{game.pivot.size} finite numbers, one a policy",
        )
    if np.ndim(bite) > 1 or np.ndim(cost) > 1:
        raise GameError(
            "bite or cost by patron", where="pass_through", allowed="(P,): those of the sender"
        )
    u = np.broadcast_to(game.pivot, (sizes.size, game.pivot.size))
    v = np.broadcast_to(game.patrons, (sizes.size, *game.patrons.shape))
    everybody = _response(u, v, row, sizes, hurt[row], given_up[row], degree)
    alone = _response(u, v[:, [row]], 0, sizes, hurt[row], given_up[row], degree)
    return _result(sizes, everybody, alone)


def pass_through_draws(
    parameters: Parameters,
    grid: Grid,
    sender: str,
    *,
    form: Form = "universal",
    size: ArrayLike | None = None,
    present: Sequence[str] | None = None,
) -> PassThrough:
    """Compare D games with and without one patron's standing sanction.

    With two patrons and rent before and after, the pivot's payoff is V1 + V2 - V12:
    what the pivot could have alone drops out, so a sanction that bites on isolation only
    moves it no further than those three move. With no rent the pivot has V(0), and such
    a sanction reaches it in full.

    The comparison starts from no sanctions of anybody. The numbers hang on the size: a
    size that moves the policy passes through otherwise than one that does not. It cannot
    say whether the sender would keep the sanction; `sanction_draws` does.

    Parameters
    ----------
    parameters : Parameters
        D games; ``lambda`` of the sender counts if given, ``shield`` of the others is
        needed by the forms it belongs to.
    grid : Grid
        P policies with the goal on the table, for as many patrons.
    sender : str
        The patron that sanctions.
    form : str
        ``universal``, ``isolation``, ``shielded`` or ``any-tie``, as in
        `sanctioned_utilities`.
    size : array_like, optional
        A size > 0, or ``(D,)`` sizes; the sender's ``sigma`` if not given.
    present : sequence of str, optional
        Patrons who exist for the pivot, the sender among them; all if not given.

    Returns
    -------
    PassThrough
        One row a draw. Alone, the sender is the only patron, and aligning with others
        is no policy.

    Raises
    ------
    GameError
        If the form is not known, a parameter it needs or a size is missing, or the grid
        has no goal or is for another number of patrons.
    UnknownNameError
        If the sender or one of those present is not a patron.
    """
    where = "pass_through_draws"
    check_form(form, where=where)
    chosen = parameters.patrons if present is None else tuple(present)
    for name in (sender, *chosen):
        if name not in parameters.patrons:
            raise UnknownNameError.of("patron", name, parameters.patrons, where=where)
    if sender not in chosen:
        raise GameError(
            f"{sender} sanctions and is not present", where=where, hint=f"add {sender} to present"
        )
    if grid.goal_steps < 1 or grid.patrons != len(parameters.patrons):
        raise GameError(
            f"a grid of {grid.patrons} patrons with {grid.goal_steps} steps of the goal",
            where=where,
            allowed=f"{len(parameters.patrons)} patrons, goal_steps ≥ 1",
        )
    wanted = _sigma(parameters, sender) if size is None else size
    sizes = _sizes(wanted, where=where, count=len(parameters))
    sizes = np.array(np.broadcast_to(sizes, (len(parameters),)))
    everybody = _drawn_response(_only(parameters, chosen), grid, sender, form, sizes)
    alone = _drawn_response(_only(parameters, (sender,)), grid, sender, form, sizes)
    return _result(sizes, everybody, alone)


def _only(parameters: Parameters, names: Sequence[str]) -> Parameters:
    """Return the games that would be played if only these patrons existed."""
    for name in parameters.patrons:
        if name not in names:
            parameters = without(parameters, name)
    return parameters


def _sigma(parameters: Parameters, sender: str) -> Floats:
    name = f"sigma.{sender}"
    if name not in parameters.values:
        raise GameError(
            f"a sanction of {sender} without a size",
            where="pass_through_draws",
            allowed=f"the parameter {name}, or size=",
            hint=f"add [game.ranges.{name}] to the case",
        )
    return parameters.values[name]


def _sizes(size: ArrayLike, *, where: str, count: int | None = None) -> Floats:
    sizes = as_column(size, "size", where=where, count=count)
    good = np.isfinite(sizes) & (sizes > 0)
    if not good.all():
        raise GameError(
            f"sanction of size {sizes[~good][0]:g}", where=where, allowed="finite and > 0"
        )
    return sizes


def _drawn_response(
    games: Parameters, grid: Grid, sender: str, form: Form, sizes: Floats
) -> tuple[Floats, ...]:
    shares = Grid(len(games.patrons), grid.alignment_steps, grid.goal_steps)
    row = games.patrons.index(sender)
    found = []
    for part in slices(len(games), shares.patrons, 2 * shares.goal.size):
        rows = games.rows(part)
        u, v = utilities(rows, shares)
        bite, cost = bites(rows, shares, form)
        found.append(_response(u, v, row, sizes[part], bite[:, row], cost[:, row], shares.goal))
    return tuple(np.concatenate(arrays) for arrays in zip(*found, strict=True))


def _response(
    u: Floats, v: Floats, row: int, sizes: Floats, bite: Floats, cost: Floats, goal: Floats
) -> tuple[Floats, ...]:
    """Return loss, concession and both rents, each (D,)."""
    before = solve_block(u, v)
    pressed = v.copy()
    pressed[:, row] -= sizes[:, None] * cost
    after: Block = solve_block(u - sizes[:, None] * bite, pressed)
    loss = (before.pivot_payoff - after.pivot_payoff) / sizes
    return loss, (goal[after.policy] - goal[before.policy]) / sizes, before.rent, after.rent


def _result(sizes: Floats, everybody: tuple[Floats, ...], alone: tuple[Floats, ...]) -> PassThrough:
    columns = (sizes, everybody[0], everybody[1], alone[0], alone[1], everybody[2], everybody[3])
    for array in columns:
        array.setflags(write=False)
    return PassThrough(*columns)
