"""`coordinate`: patrons who agree on a policy and on who pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.games import Game
from tertius.game.layers.coordination.bargains import Pacts, strike_pacts
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Pact", "coordinate"]


@dataclass(frozen=True, slots=True, eq=False)
class Pact(TableResult):
    """What all patrons of one game agree on; money is the pivot's, arrays are read-only.

    Attributes
    ----------
    policy : int
        Index of the policy agreed on.
    rent_saved : float
        The rent that the pivot no longer gets. With side payments the patrons gain all
        of it; without, they may agree on a policy that wastes some.
    transfers : numpy.ndarray
        ``(n,)`` what each patron pays; with side payments net of what it gets from the
        other patrons, and then possibly negative. They sum to what makes up to the
        pivot for leaving its own best policy.
    to_pivot : numpy.ndarray
        ``(n,)`` the part of `transfers` that the pivot gets; the rest of a payer's money
        goes to patrons that receive, every payer's in the same proportion.
    payoffs : numpy.ndarray
        ``(n,)`` net of payments, with the pact.
    noncooperative_payoffs : numpy.ndarray
        ``(n,)`` without it: the `patron_payoffs` of `solve`, a selection where they are
        not unique.
    value_of_coordination : numpy.ndarray
        ``(n,)`` their difference, never negative.
    deviation_payoffs : numpy.ndarray
        ``(n,)`` the most a patron gets in the round in which it breaks the pact, when
        the others pay at the agreed policy and nowhere else.
    critical_discount : numpy.ndarray
        ``(n,)`` least discount factor at which it keeps the pact: 0 if it is not tempted,
        1 if it is tempted and has nothing to lose later, which no patience below 1 heals.
    discount_needed : float
        The largest of them: from there on the pact enforces itself.
    """

    policy: int
    rent_saved: float
    transfers: NDArray[np.float64]
    to_pivot: NDArray[np.float64]
    payoffs: NDArray[np.float64]
    noncooperative_payoffs: NDArray[np.float64]
    value_of_coordination: NDArray[np.float64]
    deviation_payoffs: NDArray[np.float64]
    critical_discount: NDArray[np.float64]
    discount_needed: float

    def to_polars(self) -> pl.DataFrame:
        """Return one row a patron, numbered from 1."""
        import polars as pl

        rows = {name: getattr(self, name) for name in self.__slots__}
        each = {name: row for name, row in rows.items() if isinstance(row, np.ndarray)}
        return pl.DataFrame({"patron": np.arange(1, self.payoffs.size + 1)} | each)


def coordinate(game: Game, *, side_payments: bool = True) -> Pact:
    """Return what all patrons would agree on, and the patience it takes to keep it.

    The pivot is held to what it has without patrons: its rent is what they share.

    *With side payments* they choose the efficient policy and split the saved rent
    evenly, which is the Nash bargaining solution; any other split is feasible too.
    *Without* them each patron pays the pivot itself, never less than nothing, and has at
    least its payoff without the pact; the policy and payments maximise the product of
    the gains (Nash 1950). If no policy lets all of them gain, as many as can do gain,
    and the product is theirs; ties go to the first policy; if nobody can gain, the pact
    is the equilibrium without it.

    A pact is kept by the threat to bid apart for ever once anybody breaks it (Friedman
    1971): patron i keeps it from ``(deviation - payoff) / (deviation - payoff apart)`` on.
    With rent 0 nobody is tempted. With side payments ``1 - 1/n`` is always enough; two
    patrons need that much wherever there is rent. Forgiven breaches, or breaches seen
    late, take more patience; a threat worse than bidding apart would take less.

    It assumes that the pivot takes the agreed policy at the price of indifference, does
    not hold out or court a patron out of the pact, and looks at the round at hand only.

    There is no weight g on the others' payoffs to choose, since it would change no bid:
    in a contest for a prize worth D to either of two, the winner pays
    ``(D - g D) / (1 - g) = D`` whatever g < 1. At that bid the other does not care
    either who wins.

    Parameters
    ----------
    game : Game
        n patrons.
    side_payments : bool
        Whether patrons can pay each other.

    Returns
    -------
    Pact
        Policy, payments, gains, temptations and the patience that is needed.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> pact = coordinate(game)
    >>> pact.policy, pact.transfers.tolist(), pact.to_pivot.tolist()
    (0, [3.5, -2.5], [1.0, 0.0])
    >>> own = coordinate(game, side_payments=False)
    >>> own.policy, own.transfers.tolist(), own.value_of_coordination.tolist()
    (0, [1.0, 0.0], [5.0, 0.0])
    """
    pacts = strike_pacts(game.pivot[None], game.patrons[None], side_payments=side_payments)
    numbers = ("policy", "rent_saved", "discount_needed")
    return Pact(
        policy=int(pacts.policy[0]),
        rent_saved=float(pacts.rent_saved[0]),
        discount_needed=float(pacts.discount_needed[0]),
        **{name: getattr(pacts, name)[0] for name in Pacts.__slots__ if name not in numbers},
    )
