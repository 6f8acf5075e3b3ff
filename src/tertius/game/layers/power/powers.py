"""`pivot_power` and `pivot_power_draws`: what the pivot gets if it has a say in the terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.batches import slices
from tertius.game.core.coalitions import solve_block
from tertius.game.core.games import Game
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.amounts import as_column
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Fallback", "PivotPower", "pivot_power", "pivot_power_draws", "proposals"]

Floats = NDArray[np.float64]

Fallback = Literal["credible", "commitment"]


@dataclass(frozen=True, slots=True, eq=False)
class PivotPower(TableResult):
    """The pivot's payoff between two bargains, one row a game or a weight.

    Attributes
    ----------
    alpha : numpy.ndarray
        ``(D,)`` the pivot's bargaining weight, 0 to 1.
    patrons_propose : numpy.ndarray
        ``(D,)`` its payoff if the patrons bid: V(0) and the smallest rent.
    pivot_proposes : numpy.ndarray
        ``(D,)`` its payoff if it names the terms to each patron.
    pivot_payoff : numpy.ndarray
        ``(D,)`` the two, weighted with ``1 - alpha`` and ``alpha``.
    rent : numpy.ndarray
        ``(D,)`` `pivot_payoff` less V(0), what it has without patrons.
    """

    alpha: Floats
    patrons_propose: Floats
    pivot_proposes: Floats
    pivot_payoff: Floats
    rent: Floats

    def __len__(self) -> int:
        return int(self.alpha.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a game."""
        import polars as pl

        return pl.DataFrame({name: getattr(self, name) for name in self.__slots__})


def pivot_power(game: Game, alpha: ArrayLike, fallback: Fallback = "credible") -> PivotPower:
    """Return the pivot's payoff if it has part of the bargaining power.

    At ``alpha`` = 0 the patrons propose, as in the core. At 1 the pivot makes each patron
    a final offer, and takes from it all that keeps the patron as well off as if it
    refused:

    ``credible``
        After a refusal the pivot deals with the others, at the policy best for them and
        itself: V(N) - Σ v_i(policy without i).
    ``commitment``
        After a refusal it does what hurts the patron most, and is believed (Jehiel,
        Moldovanu & Stacchetti 1996): V(N) - Σ min v_i. An upper bound.

    The policy is the same in all of them. In between, the payoff is a weighted mean: a
    summary of a bargain that is not modelled. If payoffs of the core are not unique, the
    credible fallback may give the pivot less than the bidding does, since a patron may
    then be better off left out.

    Parameters
    ----------
    game : Game
        The game.
    alpha : array_like
        A weight from 0 to 1, or ``(D,)`` weights.
    fallback : str
        ``credible`` or ``commitment``.

    Returns
    -------
    PivotPower
        One row a weight.

    Raises
    ------
    GameError
        If a weight is outside 0 to 1 or the fallback is not known.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> pivot_power(game, [0, 0.5, 1]).pivot_payoff.tolist()
    [7.0, 8.5, 10.0]
    >>> pivot_power(game, 1, "commitment").rent.tolist()
    [8.0]
    """
    weights = _weights(alpha, "pivot_power")
    low, high, base = proposals(game.pivot[None], game.patrons[None], fallback)
    count = weights.size
    return _mixed(weights, *(np.repeat(part, count) for part in (low, high, base)))


def pivot_power_draws(
    parameters: Parameters, grid: Grid, alpha: ArrayLike, fallback: Fallback = "credible"
) -> PivotPower:
    """Return the pivot's payoff if it has part of the bargaining power, in D games.

    As `pivot_power`, in bounded memory.

    Parameters
    ----------
    parameters : Parameters
        D games.
    grid : Grid
        P policies, for as many patrons.
    alpha : array_like
        A weight from 0 to 1, or ``(D,)`` weights.
    fallback : str
        ``credible`` or ``commitment``.

    Returns
    -------
    PivotPower
        One row a draw.

    Raises
    ------
    GameError
        If a weight is outside 0 to 1, their number does not fit, the fallback is not
        known, or the grid is for another number of patrons.
    """
    weights = _weights(alpha, "pivot_power_draws", len(parameters))
    parts = [
        proposals(*utilities(parameters.rows(part), grid), fallback)
        for part in slices(len(parameters), grid.patrons, grid.goal.size)
    ]
    low, high, base = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return _mixed(np.array(np.broadcast_to(weights, low.shape)), low, high, base)


def proposals(u: Floats, v: Floats, fallback: Fallback) -> tuple[Floats, Floats, Floats]:
    """Return the pivot's payoff if patrons propose, if it proposes, and alone, each (D,).

    Raises
    ------
    GameError
        If the fallback is not known.
    """
    if fallback not in get_args(Fallback):
        raise GameError(
            f'fallback "{fallback}"', where="pivot_power", allowed=", ".join(get_args(Fallback))
        )
    block = solve_block(u, v)
    if fallback == "commitment":
        refused = v.min(axis=2)
    else:
        # The stake is the payoff less what the policy made without the patron gives it.
        refused = block.patron_payoffs - block.exclusion_stake
    total = block.coalition_values[:, -1]
    return block.pivot_payoff, total - refused.sum(axis=1), block.coalition_values[:, 0]


def _weights(alpha: ArrayLike, where: str, count: int | None = None) -> Floats:
    weights = as_column(alpha, "alpha", where=where, count=count)
    good = (weights >= 0) & (weights <= 1)
    if not good.all():
        raise GameError(
            f"bargaining weight alpha = {weights[~good][0]:g}", where=where, allowed="0 to 1"
        )
    return weights


def _mixed(alpha: Floats, low: Floats, high: Floats, base: Floats) -> PivotPower:
    payoff = (1.0 - alpha) * low + alpha * high
    columns = (alpha, low, high, payoff, payoff - base)
    for array in columns:
        array.setflags(write=False)
    return PivotPower(*columns)
