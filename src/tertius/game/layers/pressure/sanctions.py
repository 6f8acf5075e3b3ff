"""`sanction_equilibria`: which standing sanctions patrons keep in one game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.games import Game
from tertius.game.layers.amounts import as_numbers
from tertius.game.layers.pressure.stages import profiles_of, solve_stage
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SanctionGame", "check_amounts", "sanction_equilibria", "sanctioned"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SanctionGame(TableResult):
    """The stage before the bidding: who sanctions, and what then happens.

    M profiles, one row each; the first is "nobody sanctions". Money is the pivot's.

    Attributes
    ----------
    profiles : numpy.ndarray
        ``(M, n)`` bool, who sanctions. Patrons of size 0 never do; if all can, M = 2**n
        and bit i of the row's number = patron i.
    policy : numpy.ndarray
        ``(M,)`` index of the policy chosen.
    patron_payoffs : numpy.ndarray
        ``(M, n)`` net of payments and of the cost of sanctioning.
    pivot_payoff : numpy.ndarray
        ``(M,)`` payments included.
    payoffs_unique : numpy.ndarray
        ``(M,)`` bool; where not, payoffs are the selection that `solve` makes, and the
        stage is played on it.
    in_force : numpy.ndarray
        ``(M, n)`` bool, whether a sanction still bites or costs at the policy chosen.
    gain_by_easing : numpy.ndarray
        ``(M, n)`` a patron's payoff without its own sanction less with it, the others'
        choices as in the profile; 0 for patrons who cannot sanction.
    equilibria : tuple of int
        Rows that are pure Nash equilibria: nobody gains by changing its own choice. A
        change of payoff within the tolerance is no gain. May be empty.
    best_together : int
        Row with the largest sum of patrons' payoffs, the first of tied ones.
    """

    profiles: NDArray[np.bool_]
    policy: NDArray[np.intp]
    patron_payoffs: Floats
    pivot_payoff: Floats
    payoffs_unique: NDArray[np.bool_]
    in_force: NDArray[np.bool_]
    gain_by_easing: Floats
    equilibria: tuple[int, ...]
    best_together: int

    def to_polars(self) -> pl.DataFrame:
        """Return one row a profile; a patron's columns end in its number, from 1."""
        import polars as pl

        columns: dict[str, NDArray[np.generic]] = {}
        for name in ("profiles", "in_force", "patron_payoffs", "gain_by_easing"):
            array = getattr(self, name)
            columns |= {f"{name}_{i + 1}": array[:, i] for i in range(array.shape[1])}
        columns |= {name: getattr(self, name) for name in ("policy", "pivot_payoff")}
        columns["equilibrium"] = np.isin(np.arange(self.policy.size), self.equilibria)
        return pl.DataFrame(columns)


def sanction_equilibria(
    game: Game, sizes: ArrayLike, bite: ArrayLike, cost: ArrayLike = 0.0
) -> SanctionGame:
    """Let every patron first choose whether to sanction, then bid.

    A standing sanction of size s takes ``s * bite[p]`` from the pivot and ``s * cost[p]``
    from its sender at policy p, whatever is paid. It is all or nothing, chosen at once,
    before the menus. Each profile is one game of the core.

    Theorem: a sender whose sanction bites in full at the policy chosen (nowhere more), and
    costs it there, gains at least that cost by easing if the eased game's payoffs are
    marginal contributions. Such a sanction is kept in no equilibrium.

    It cannot say how patrons come to one of several equilibria, nor speak of sanctions
    that are adjusted by degrees or lifted in exchange for a payment.

    Parameters
    ----------
    game : Game
        The game without sanctions.
    sizes : array_like
        ``(n,)`` what each patron can levy, or one number; 0 for none.
    bite : array_like
        ``(n, P)`` or ``(P,)``: what one unit takes from the pivot, ≥ 0.
    cost : array_like, optional
        ``(n, P)`` or ``(P,)``: what one unit takes from the sender, in pivot money, ≥ 0.

    Returns
    -------
    SanctionGame
        Every profile and the equilibria among them.

    Raises
    ------
    GameError
        If a number is negative or not finite, or a shape does not fit.

    Examples
    --------
    Policies: lean to A, to B, neither; each while keeping a weapon, then without it. One
    sanction moves nothing, so its sender eases; two make the pivot give the weapon up:

    >>> game = Game(pivot=[0, -6, 0, -6, 0, -6],
    ...             patrons=[[0, 2, 7, 9, -2, 0], [0, 2, -3, -1, 6, 8]])
    >>> found = sanction_equilibria(game, 1, bite=[1, 0] * 3, cost=[0.5, 0] * 3)
    >>> found.policy.tolist(), found.equilibria, found.best_together
    ([2, 2, 2, 3], (0, 3), 3)
    >>> found.gain_by_easing[1].tolist(), found.gain_by_easing[3].tolist()
    ([0.5, -0.5], [-0.5, -0.5])
    """
    size, hurt, given_up = check_amounts(game, sizes, bite, cost, where="sanction_equilibria")
    profiles = profiles_of((size > 0).tolist())
    stage = solve_stage(
        game.pivot[None], game.patrons[None], size[None], hurt[None], given_up[None], profiles
    )
    rows = {
        name: getattr(stage, name)[0]
        for name in SanctionGame.__slots__
        if name not in ("profiles", "equilibria", "best_together")
    }
    for array in (profiles, *rows.values()):
        array.setflags(write=False)
    return SanctionGame(
        profiles=profiles,
        equilibria=tuple(np.flatnonzero(stage.equilibria[0]).tolist()),
        best_together=int(stage.best_together[0]),
        **rows,
    )


def sanctioned(game: Game, sizes: ArrayLike, bite: ArrayLike, cost: ArrayLike = 0.0) -> Game:
    """Return the game as it is played while sanctions of these sizes are in force.

    Parameters
    ----------
    game : Game
        The game without sanctions.
    sizes, bite, cost : array_like
        As in `sanction_equilibria`; size 0 for a patron whose sanction is not in force.

    Returns
    -------
    Game
        With the same labels.

    Raises
    ------
    GameError
        If a number is negative or not finite, or a shape does not fit.

    Examples
    --------
    >>> game = Game(pivot=[0, -6], patrons=[[0, 3], [0, 2]])
    >>> sanctioned(game, [2, 0], bite=[1, 0]).pivot.tolist()
    [-2.0, -6.0]
    """
    size, hurt, given_up = check_amounts(game, sizes, bite, cost, where="sanctioned")
    return Game(
        pivot=game.pivot - size @ hurt,
        patrons=game.patrons - size[:, None] * given_up,
        policies=game.policies,
        names=game.names,
    )


def check_amounts(
    game: Game, sizes: ArrayLike, bite: ArrayLike, cost: ArrayLike, *, where: str
) -> tuple[Floats, Floats, Floats]:
    """Return sizes (n,), bite and cost (n, P) as numbers that make sense.

    Raises
    ------
    GameError
        If a number is negative or not finite, or a shape does not fit.
    """
    n, size = game.patrons.shape
    found = []
    for name, values, shape in (
        ("sizes", sizes, (n,)),
        ("bite", bite, (n, size)),
        ("cost", cost, (n, size)),
    ):
        given = as_numbers(values, name, where=where)
        try:
            array = np.broadcast_to(given, shape)
        except ValueError as error:
            raise GameError(
                f"{name} of sanctions of shape {given.shape}",
                where=where,
                allowed=f"numbers of shape {shape}",
            ) from error
        bad = ~(np.isfinite(array) & (array >= 0))
        if bad.any():
            raise GameError(
                f"{name} of sanctions with {array[bad][0]:g}", where=where, allowed="finite and ≥ 0"
            )
        found.append(array)
    return found[0], found[1], found[2]
