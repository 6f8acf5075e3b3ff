"""`DynamicGame`: payoffs in every state, and where each policy leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.games import check_payoffs
from tertius.game.dynamics.lattices import BeliefLattice

__all__ = ["DynamicGame", "PromiseStates"]

Floats = NDArray[np.float64]

# Probabilities are sums of a few doubles.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class PromiseStates:
    """What the states of a game of promises mean; S states, n patrons, P policies.

    Attributes
    ----------
    lattice : BeliefLattice
        The beliefs.
    belief_index : numpy.ndarray
        ``(S,)`` index on the lattice; states are ordered by it, then by trust.
    belief : numpy.ndarray
        ``(S,)`` the belief there.
    trust : numpy.ndarray
        ``(S, n)`` each patron's stock of trust; 0 where the game has none.
    goal : numpy.ndarray
        ``(P,)`` degree of the shared goal of each policy; a promise is any above 0.
    start : int
        The state at the prior belief, with every stock halfway (rounded down).
    """

    lattice: BeliefLattice
    belief_index: NDArray[np.intp]
    belief: Floats
    trust: NDArray[np.intp]
    goal: Floats
    start: int


@dataclass(frozen=True, slots=True, eq=False)
class DynamicGame:
    """A common agency game in every state, with a policy-dependent next state.

    In each round patrons offer menus for that round's policy, the pivot picks one, all
    are paid, and the state moves. Patrons cannot bind later rounds. S states, P
    policies, n patrons, and B possible next states of each policy; money is the pivot's.

    Attributes
    ----------
    pivot : numpy.ndarray
        ``(S, P)`` the pivot's payoff in one round, before payments.
    patrons : numpy.ndarray
        ``(S, n, P)`` each patron's.
    successors : numpy.ndarray
        ``(S, P, B)`` next states, 0 to S - 1; the same may be named twice. Memory grows
        with B, not with S: list only the states that can follow.
    chances : numpy.ndarray
        ``(S, P, B)`` their probabilities.
    states : PromiseStates or None
        What the states mean, where `dynamic_game` made the game: then successor 0 is
        where a promise kept leads and successor 1 a promise broken.

    Raises
    ------
    GameError
        If shapes do not fit, payoffs are not finite, a successor is no state, or the
        probabilities of a policy are negative or do not sum to one.
    """

    pivot: Floats
    patrons: Floats
    successors: NDArray[np.intp]
    chances: Floats
    states: PromiseStates | None

    def __init__(
        self,
        pivot: ArrayLike,
        patrons: ArrayLike,
        successors: ArrayLike,
        chances: ArrayLike,
        states: PromiseStates | None = None,
    ) -> None:
        try:
            arrays = [np.array(x, dtype=np.float64) for x in (pivot, patrons, successors, chances)]
        except (TypeError, ValueError) as error:
            raise GameError(
                f"payoffs, successors or chances are not arrays of numbers: {error}",
                where="DynamicGame",
                allowed="pivot (S, P), patrons (S, n, P), successors and chances (S, P, B)",
            ) from error
        u, v, following, odds = arrays
        check_payoffs(u, v, where="DynamicGame")
        _check_moves(u.shape, following, odds)
        named = {"pivot": u, "patrons": v, "chances": odds}
        named["successors"] = following.astype(np.intp)
        for name, array in named.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "states", states)

    def __len__(self) -> int:
        """Return the number of states."""
        return int(self.pivot.shape[0])


def _check_moves(shape: tuple[int, ...], following: Floats, odds: Floats) -> None:
    where = "DynamicGame"
    if not shape[0]:
        raise GameError("a dynamic game without states", where=where, allowed="one state or more")
    if odds.ndim != 3 or odds.shape[:2] != shape or following.shape != odds.shape:
        raise GameError(
            f"successors {following.shape} and chances {odds.shape} for payoffs {shape}",
            where=where,
            allowed="(S, P, B) both",
        )
    wrong = ~((following >= 0) & (following < shape[0]) & (following == np.round(following)))
    if wrong.any():
        state, policy, _ = (int(x) for x in np.argwhere(wrong)[0])
        raise GameError(
            f"successor {following[wrong][0]:g} of state {state}, policy {policy}",
            where=where,
            allowed=f"whole numbers from 0 to {shape[0] - 1}",
        )
    sums = odds.sum(axis=2)
    bad = ~((odds >= 0).all(axis=2) & (np.abs(sums - 1.0) <= _ROUNDING))
    if bad.any():
        state, policy = (int(x) for x in np.argwhere(bad)[0])
        raise GameError(
            f"chances {odds[state, policy].tolist()} of state {state}, policy {policy}",
            where=where,
            allowed="none below 0, and a sum of 1",
        )
