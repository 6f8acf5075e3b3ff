"""`trap_probability`: how likely distrust ends the trade in promises for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Trap", "trap_probability"]

Floats = NDArray[np.float64]

# A belief that is this close to the threshold, in steps, is on it: promises are bought there.
_ON_THRESHOLD = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Trap(TableResult):
    """The probability that the belief falls below the threshold, one row a draw.

    Attributes
    ----------
    steps : numpy.ndarray
        ``(D,)`` promises broken in a row that lead from the prior below the threshold: 0
        if it is below already, infinite if no number does.
    committed, opportunist : numpy.ndarray
        ``(D,)`` probability that a pivot of this type falls in.
    expected : numpy.ndarray
        ``(D,)`` the same to the patrons, who hold the prior.
    rounds : int or None
        Within how many rounds; None: ever.
    """

    steps: Floats
    committed: Floats
    opportunist: Floats
    expected: Floats
    rounds: int | None

    def to_polars(self) -> pl.DataFrame:
        """Return one row a draw."""
        import polars as pl

        names = ("steps", "committed", "opportunist", "expected")
        return pl.DataFrame({name: getattr(self, name) for name in names})


def trap_probability(
    mu: ArrayLike, delivery: ArrayLike, threshold: ArrayLike, rounds: int | None = None
) -> Trap:
    """Return how likely the pivot is to lose its credit for good.

    Below the threshold nothing is bought, so nothing is learnt: the belief stays there.
    k broken promises above that trap, a truly committed pivot falls in sooner or later
    with probability ``((1 - delivery) / delivery)**k`` and an opportunist surely (the
    gambler's ruin; Feller 1968, chapter XIV). Within a number of rounds the answer is the
    exact sum of the first-passage probabilities of that walk.

    It takes the threshold as given and the same at every belief. That is right for
    patrons who look at one round; for others, follow `belief_path` under the policies of
    `solve_dynamic`.

    Parameters
    ----------
    mu, delivery : array_like
        Numbers or ``(D,)``: prior belief, and probability that a committed pivot
        delivers.
    threshold : array_like
        Number or ``(D,)``: least belief at which promises are bought, as
        `commitment_threshold` gives it.
    rounds : int, optional
        Number of rounds; without it, ever.

    Returns
    -------
    Trap
        One row a draw.

    Raises
    ------
    GameError
        If a value is out of bounds or the lengths do not fit together.

    Examples
    --------
    >>> trap = trap_probability(mu=0.5, delivery=0.75, threshold=0.3)
    >>> trap.steps.tolist(), trap.committed.round(4).tolist(), trap.opportunist.tolist()
    ([1.0], [0.3333], [1.0])
    """
    prior, chance, least = _columns(mu, delivery, threshold)
    if rounds is not None and (
        isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 0
    ):
        raise GameError(
            f"rounds = {rounds!r}", where="trap_probability", allowed="a whole number from 0"
        )
    steps = _steps(prior, chance, least)
    # log of a committed pivot's probability of ever falling in.
    ruin = np.where(np.isinf(steps), -np.inf, 0.0)
    odds = np.log1p(-chance) - np.log(chance)
    np.multiply(steps, odds, out=ruin, where=np.isfinite(steps))
    if rounds is None:
        opportunist = np.where(np.isinf(steps), 0.0, 1.0)
    else:
        opportunist = _passed(steps, chance, rounds)
    # Every path into the trap has k more promises broken than kept, whatever its length,
    # so it is this much less likely under a committed pivot.
    committed = opportunist * np.exp(ruin)
    found = {
        "steps": steps,
        "committed": committed,
        "opportunist": opportunist,
        "expected": prior * committed + (1.0 - prior) * opportunist,
    }
    for array in found.values():
        array.setflags(write=False)
    return Trap(rounds=rounds, **found)


def _columns(*given: ArrayLike) -> tuple[Floats, Floats, Floats]:
    where, allowed = "trap_probability", "numbers or columns of one length"
    try:
        columns = np.broadcast_arrays(*(np.array(x, dtype=np.float64, ndmin=1) for x in given))
    except (TypeError, ValueError) as error:
        raise GameError(
            f"mu, delivery and threshold do not fit: {error}", where=where, allowed=allowed
        ) from error
    prior, chance, least = columns
    if prior.ndim != 1:
        raise GameError(f"columns of shape {prior.shape}", where=where, allowed=allowed)
    for name, column, low in (("mu", prior, 0.0), ("delivery", chance, 0.5)):
        bad = ~((column > low) & (column < 1.0))
        if bad.any():
            raise GameError(
                f"{name} = {column[bad][0]:g}", where=where, allowed=f"above {low:g} and below 1"
            )
    if np.isnan(least).any():
        raise GameError("a threshold that is not a number", where=where, allowed="any number")
    return prior, chance, least


def _steps(prior: Floats, chance: Floats, least: Floats) -> Floats:
    """Smallest k ≥ 0 such that the belief after k broken promises is below `least`."""
    inside = np.clip(least, 0.0, 1.0)
    with np.errstate(divide="ignore"):
        goal = np.log(inside) - np.log1p(-inside)
    above = np.log(prior) - np.log1p(-prior) - goal
    step = np.log(chance) - np.log1p(-chance)
    steps: Floats = np.maximum(np.floor(above / step + _ON_THRESHOLD) + 1.0, 0.0)
    return steps


def _passed(steps: Floats, chance: Floats, rounds: int) -> Floats:
    """Probability that an opportunist's walk is `steps` down within `rounds` rounds.

    First passage after k + 2m rounds has probability
    ``k / (k + 2m) C(k + 2m, m) up**m down**(k + m)``; each follows from the one before,
    in logarithms as ``down**k`` may be too small for a number.
    """
    passed = np.where(steps == 0, 1.0, 0.0)
    walks = np.flatnonzero((steps > 0) & (steps <= rounds))
    if not walks.size:
        return passed
    k, up = steps[walks], 1.0 - chance[walks]
    log_move = np.log(up) + np.log1p(-up)
    term = k * np.log1p(-up)
    total = np.exp(term)
    for m in range((rounds - int(k.min())) // 2):
        ratio = (k + 2 * m) * (k + 2 * m + 1) / ((m + 1) * (k + m + 1))
        term += np.log(ratio) + log_move
        total += np.where(k + 2 * (m + 1) <= rounds, np.exp(term), 0.0)
    passed[walks] = np.minimum(total, 1.0)
    return passed
