"""`BeliefLattice`: what patrons believe after promises kept and broken, without rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.family.parameters import Parameters

__all__ = ["Beholder", "BeliefLattice"]

Floats = NDArray[np.float64]
Beholder = Literal["committed", "opportunist", "patrons"]

# How far, relative to its distance from certainty, a belief may be from one of the lattice.
_ON_LATTICE = 1e-9
_MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class BeliefLattice:
    """The beliefs that can follow from one prior.

    The pivot is committed or an opportunist. Once it has been paid for a promise it
    delivers with probability `delivery` or ``1 - delivery``. Each promise kept moves the
    log-odds that it is committed up by ``log(delivery / (1 - delivery))``, each promise
    broken down by the same: beliefs live on the integers k around the prior, k = 0
    (Bayes' rule; symmetric learning as in Bergemann & Välimäki 2003, the pivot does not
    know its type either).

    The lattice has to end somewhere. At its ends a belief that would leave stays, so
    take enough steps that ends hardly matter, or at least as many as there are rounds.

    Attributes
    ----------
    mu : float
        Prior belief that the pivot is committed, between 0 and 1.
    delivery : float
        Probability that a committed pivot delivers, between 1/2 and 1.
    steps_up, steps_down : int
        How many promises kept, or broken, beyond the others the lattice holds.
    opportunist : float
        Probability that an opportunist delivers: always ``1 - delivery``, and any other
        value is refused.

    Raises
    ------
    GameError
        If a value is out of bounds, or the two probabilities of delivery do not mirror
        each other: then no lattice holds all beliefs.

    Examples
    --------
    >>> lattice = BeliefLattice(mu=0.5, delivery=0.75, steps_up=2, steps_down=2)
    >>> lattice.beliefs.round(3).tolist(), float(lattice.reliability(0))
    ([0.1, 0.25, 0.5, 0.75, 0.9], 0.5)
    """

    mu: float
    delivery: float
    steps_up: int = 12
    steps_down: int = 12
    opportunist: float | None = None

    def __post_init__(self) -> None:
        _check_between("mu", self.mu, 0.0, 1.0, "a prior of 0 or 1 never moves: nothing is learnt")
        _check_between(
            "delivery", self.delivery, 0.5, 1.0, "promises of both types would look alike at 1/2"
        )
        mirrored = 1.0 - self.delivery
        if self.opportunist is not None and abs(self.opportunist - mirrored) > _ON_LATTICE:
            raise GameError(
                f"an opportunist delivers with {self.opportunist:g}, a committed pivot with "
                f"{self.delivery:g}: kept and broken promises move the belief unequally far",
                where="BeliefLattice",
                allowed=f"opportunist = 1 - delivery = {mirrored:g}",
                hint="leave opportunist out, or choose delivery halfway",
            )
        object.__setattr__(self, "opportunist", mirrored)
        for name, steps in (("steps_up", self.steps_up), ("steps_down", self.steps_down)):
            whole = isinstance(steps, int) and not isinstance(steps, bool)
            if not whole or not 0 <= steps <= _MOST_STEPS:
                raise GameError(
                    f"{name} = {steps!r}",
                    where="BeliefLattice",
                    allowed=f"a whole number from 0 to {_MOST_STEPS:,}",
                )

    @classmethod
    def of(cls, parameters: Parameters, steps_up: int = 12, steps_down: int = 12) -> BeliefLattice:
        """Return the lattice of one game's ``mu`` and ``delivery``.

        Raises
        ------
        GameError
            If these are not one game, or have no belief.
        """
        missing = [name for name in ("mu", "delivery") if name not in parameters.values]
        if missing or len(parameters) != 1:
            raise GameError(
                f"{len(parameters)} games without {' and '.join(missing) or 'nothing'}",
                where="BeliefLattice.of",
                allowed="one game that gives mu and delivery",
                hint="take one row with rows(slice(i, i + 1))",
            )
        mu, delivery = (float(parameters.values[name][0]) for name in ("mu", "delivery"))
        return cls(mu, delivery, steps_up, steps_down)

    @property
    def indexes(self) -> NDArray[np.intp]:
        """``(K,)`` every index k, from ``-steps_down`` to ``steps_up``."""
        return np.arange(-self.steps_down, self.steps_up + 1)

    @property
    def beliefs(self) -> Floats:
        """``(K,)`` the belief at every index, rising."""
        return np.asarray(self.belief(self.indexes))

    def belief(self, k: ArrayLike) -> Floats:
        """Return the belief after k more promises kept than broken.

        Raises
        ------
        GameError
            If an index is not on the lattice.
        """
        index = np.asarray(k, dtype=np.float64)
        off = (index != np.round(index)) | (index < -self.steps_down) | (index > self.steps_up)
        if off.any():
            raise GameError(
                f"belief index {float(index[off].ravel()[0]):g} is off the lattice",
                where="BeliefLattice",
                allowed=f"whole numbers from {-self.steps_down} to {self.steps_up}",
                hint="beliefs between two steps are never reached; take more steps for outer ones",
            )
        # Through logarithms: powers of the odds overflow far out.
        against = math.log((1 - self.mu) / self.mu) - index * self.step
        return np.float64(1.0) / (1.0 + np.exp(np.minimum(against, 700.0)))

    def index(self, belief: float) -> int:
        """Return the index of a belief.

        Raises
        ------
        GameError
            If the belief is not on the lattice.
        """
        _check_between("belief", belief, 0.0, 1.0, "certainty is never reached")
        place = (_log_odds(belief) - _log_odds(self.mu)) / self.step
        nearest = min(max(round(place), -self.steps_down), self.steps_up)
        # Close to certainty the belief itself is rounded, and its log-odds with it.
        slack = _ON_LATTICE * min(belief, 1.0 - belief) + 4 * np.finfo(float).eps
        if abs(float(self.belief(nearest)) - belief) > slack:
            raise GameError(
                f"belief {belief:g} is {place:.4g} steps from the prior {self.mu:g}",
                where="BeliefLattice",
                allowed=f"whole numbers of steps from {-self.steps_down} to {self.steps_up}",
                hint="make this belief the prior mu of a lattice of its own",
            )
        return nearest

    @property
    def step(self) -> float:
        """How far one promise moves the log-odds."""
        return _log_odds(self.delivery)

    def reliability(self, k: ArrayLike) -> Floats:
        """Return the probability, to the patrons, that a promise bought at k is kept."""
        return self.delivers("patrons", k)

    def delivers(self, beholder: Beholder, k: ArrayLike) -> Floats:
        """Return the probability that the belief moves up from k; it moves down otherwise.

        Parameters
        ----------
        beholder : {"committed", "opportunist", "patrons"}
            Given the pivot's type, or to the patrons, who do not know it.
        k : array_like
            Indexes.

        Returns
        -------
        numpy.ndarray
            Shaped like `k`.
        """
        belief = self.belief(k)
        share: dict[str, Floats] = {
            "committed": np.ones_like(belief),
            "opportunist": np.zeros_like(belief),
            "patrons": belief,
        }
        if beholder not in share:
            raise GameError(
                f'beholder "{beholder}"',
                where="BeliefLattice.delivers",
                allowed="committed, opportunist, patrons",
            )
        committed = share[beholder]
        return committed * self.delivery + (1.0 - committed) * (1.0 - self.delivery)


def _log_odds(chance: float) -> float:
    return math.log(chance / (1.0 - chance))


def _check_between(name: str, value: float, low: float, high: float, why: str) -> None:
    if not low < value < high:
        raise GameError(
            f"{name} = {value!r}",
            where="BeliefLattice",
            allowed=f"above {low:g} and below {high:g}",
            hint=why,
        )
