"""`solve`: the truthful equilibrium of one game, with menus and ties."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.game.core.coalitions import solve_block, tolerances
from tertius.game.core.games import Game
from tertius.game.core.subsets import subset_sums
from tertius.game.core.threats import checked_threats

__all__ = ["Solution", "solve"]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The truthful equilibrium of one `Game`; money is the pivot's throughout.

    Attributes
    ----------
    coalition_values : numpy.ndarray
        ``(2**n,)`` V(S): what the pivot and coalition S can reach together; bit i of
        the index = patron i, so index 0 is the pivot alone. Threats of patrons outside S
        are carried out against it.
    policy : int
        Index of the policy chosen, the first of `efficient_policies`.
    efficient_policies : tuple of int
        Every policy that maximises the sum of all payoffs.
    pivot_payoff : float
        What the pivot ends up with, payments included. Print it beside the rent, whose
        base V(0) moves with everything that weakens the pivot on its own.
    rent : float
        ``pivot_payoff`` less what the pivot reaches without patrons, threats carried
        out. It is also the price of rivalry: patrons who bid as one would leave the pivot
        exactly this much less. Threats do not change it; what they cost the pivot is
        their sum, and shows in `pivot_payoff`.
    rent_interval : tuple of float
        Smallest and largest rent over all truthful equilibria; `rent` is the smallest.
    patron_payoffs : numpy.ndarray
        ``(n,)`` payoffs net of payments. If they are not unique: among the equilibria
        that leave the patrons most, the one nearest to `vcg_payoffs`.
    vcg_payoffs : numpy.ndarray
        ``(n,)`` marginal contributions V(N) - V(N without i): upper bounds.
    transfers : numpy.ndarray
        ``(n,)`` payments made at `policy`, never below ``-threats``: 0 or more without.
    payers : tuple of int
        Patrons whose payment exceeds 1e-9 of the game's largest payoff.
    payoffs_unique : bool
        Whether all truthful equilibria give the same payoffs.
    surplus : float
        V(N) - V(0): what all the patrons' bidding adds to the pivot alone; the rent and
        the patrons' payoffs together.
    rent_share : float
        Rent as a part of all payments, counted from the threats, 0 to 1; the rest
        compensates the pivot for leaving its own best policy. 0 if nothing is paid.
    exclusion_premium : numpy.ndarray
        ``(n,)`` what everybody together loses if the policy is made without patron i.
    exclusion_stake : numpy.ndarray
        ``(n,)`` what patron i itself gains by being there; at most the premium, equal
        to it if payoffs are unique, and possibly negative. One that is left out carries
        out its threat, so that threats do not change it.
    menus : numpy.ndarray
        ``(n, P)`` what each patron offers for each policy, the losing bids too.
    threats : numpy.ndarray
        ``(n,)`` what each patron may take from the pivot at most, 0 without threats.
    """

    coalition_values: NDArray[np.float64]
    policy: int
    efficient_policies: tuple[int, ...]
    pivot_payoff: float
    rent: float
    rent_interval: tuple[float, float]
    patron_payoffs: NDArray[np.float64]
    vcg_payoffs: NDArray[np.float64]
    transfers: NDArray[np.float64]
    payers: tuple[int, ...]
    payoffs_unique: bool
    surplus: float
    rent_share: float
    exclusion_premium: NDArray[np.float64]
    exclusion_stake: NDArray[np.float64]
    menus: NDArray[np.float64]
    threats: NDArray[np.float64]


def solve(game: Game, *, threats: ArrayLike | None = None) -> Solution:
    """Return the truthful equilibrium of a game.

    Patrons announce menus at once, the pivot picks a policy, payments are made
    (Bernheim & Whinston 1986). The outcome is efficient and exact, not simulated.

    It cannot say who moved first, nor that a real bargain was truthful: other Nash
    equilibria exist (patrons who all offer nothing, for one), and this selection rule
    is an assumption.

    Threats that extract let menus fall to ``-threats``: what the pivot loses, the patron
    gains. Measuring payments from there gives a game without threats, in which everybody
    else's money is as good as before; so the policy stays, each patron gains its own threat
    and the pivot loses their sum, whatever the number of patrons. For threats that only
    destroy there is `solve_destructive`; whether a threat is believed is put in, not found
    (`credible_threats`).

    Parameters
    ----------
    game : Game
        One to eight patrons.
    threats : array_like, optional
        ``(n,)`` what each patron can take from the pivot, in pivot money, >= 0.

    Returns
    -------
    Solution
        `verify` confirms it without using how it was found.

    Raises
    ------
    GameError
        If threats are negative, not finite, or not one for each patron.

    Examples
    --------
    >>> s = solve(Game(pivot=[0, -6], patrons=[[0, 5], [0, 4]], policies=["keep", "give up"]))
    >>> s.policy, s.rent, s.transfers.tolist(), s.payoffs_unique
    (1, 0.0, [3.5, 2.5], False)
    >>> court = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> [solve(court, threats=tau).pivot_payoff for tau in ([0, 0], [2, 1])]
    [7.0, 4.0]
    """
    tau = checked_threats(threats, game.patrons.shape[0], where="solve")
    u, v = game.pivot[None], game.patrons[None]
    block = solve_block(u, v)
    slack = float(tolerances(u, v)[0])
    together = game.pivot + game.patrons.sum(axis=0)
    values, payoffs, transfers = (
        array[0] for array in (block.coalition_values, block.patron_payoffs, block.transfers)
    )
    policy = int(block.policy[0])
    tied = {policy, *np.flatnonzero(together >= together.max() - slack).tolist()}
    rows = {
        "coalition_values": values - subset_sums(tau[None])[0, ::-1],
        "patron_payoffs": payoffs + tau,
        "vcg_payoffs": block.vcg_payoffs[0] + tau,
        "transfers": transfers - tau,
        "exclusion_premium": block.exclusion_premium[0],
        "exclusion_stake": block.exclusion_stake[0],
        "menus": np.maximum(game.patrons - payoffs[:, None], 0.0) - tau[:, None],
        "threats": tau,
    }
    for array in rows.values():
        array.setflags(write=False)
    return Solution(
        policy=policy,
        efficient_policies=tuple(sorted(tied)),
        pivot_payoff=float(block.pivot_payoff[0] - tau.sum()),
        rent=float(block.rent[0]),
        rent_interval=(float(block.rent[0]), float(block.rent_high[0])),
        payers=tuple(np.flatnonzero(transfers - tau > slack).tolist()),
        payoffs_unique=bool(block.payoffs_unique[0]),
        surplus=float(values[-1] - values[0] + tau.sum()),
        rent_share=float(block.rent_share[0]),
        **rows,
    )
