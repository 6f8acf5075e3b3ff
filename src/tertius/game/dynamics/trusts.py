"""`TrustStock`: what past rounds have left of a relation, patron by patron."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError

__all__ = ["TrustStock"]


@dataclass(frozen=True, slots=True)
class TrustStock:
    """How a patron's trust in the relation moves, and what it is worth.

    Each patron holds a stock from 0 to `levels`. It multiplies ``omega``, what having
    the pivot's alignment is worth to that patron, by ``1 + gain (stock / levels - 1/2)``:
    halfway, nothing changes. After a round the stock of patron i

    * falls by one if a promise was bought and broken;
    * else rises by one if i had its even share of alignment, ``a_i ≥ 1/n``;
    * else falls by one if i was played off: some rival had a larger share;
    * else stays: an aloof pivot plays nobody off.

    "Played off" is read off this round's shares alone. A loss against last round's share
    would put that share into the state and multiply its size by the number of policies.

    Trust in the *relation* is kept apart from belief in the *promise*
    (`BeliefLattice`): a rival's patron may be sure of delivery and still resent its place.

    Attributes
    ----------
    levels : int
        Largest stock L, 1 or more.
    gain : float
        From 0 (trust is worth nothing) to 2 (without trust alignment is worth nothing).

    Raises
    ------
    GameError
        If a value is out of bounds.

    Examples
    --------
    >>> TrustStock(levels=2, gain=1.0).multiplier.tolist()
    [0.5, 1.0, 1.5]
    """

    levels: int = 2
    gain: float = 1.0

    def __post_init__(self) -> None:
        whole = isinstance(self.levels, int) and not isinstance(self.levels, bool)
        if not whole or not 1 <= self.levels <= 100:
            raise GameError(
                f"levels = {self.levels!r}",
                where="TrustStock",
                allowed="a whole number from 1 to 100",
                hint="leave trust out for a relation without memory",
            )
        if not 0.0 <= self.gain <= 2.0:
            raise GameError(
                f"gain = {self.gain!r}",
                where="TrustStock",
                allowed="0 to 2",
                hint="beyond 2 alignment would be worth less than nothing to who has no trust",
            )

    @property
    def multiplier(self) -> NDArray[np.float64]:
        """``(levels + 1,)`` what each stock multiplies ``omega`` by."""
        return 1.0 + self.gain * (np.arange(self.levels + 1) / self.levels - 0.5)

    def moves(self, alignment: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return ``(P, n)`` moves after shares ``(P, n)`` when no promise was broken."""
        n = alignment.shape[1]
        # Shares are multiples of a step: a third of the grid must count as a third.
        even = alignment >= 1.0 / n - 1e-9
        behind = alignment < alignment.max(axis=1, keepdims=True) - 1e-9
        moved: NDArray[np.intp] = np.where(even, 1, np.where(behind, -1, 0)).astype(np.intp)
        return moved
