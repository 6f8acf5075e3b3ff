"""Does a burst of one rival's courtship come before a burst of the other's, beyond chance?

A naive share confirms everything: with a burst a fortnight, the other's next one is always
near. So the share is held against two placebos: the first rival's bursts shifted around the
calendar, and moved at random within blocks of four weeks, which keeps slow co-movement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.errors import PanelError, UsageError
from tertius.panels import Panel

__all__ = ["Following", "following"]

_TRAILING_DAYS = 28
_DEVIATIONS = 1.5
_BLOCK_DAYS = 28
_SHORTEST_SHIFT = 8
_JITTERS = 500

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Following:
    """How often bursts of one series are followed by bursts of another.

    A burst begins on a day whose count exceeds the mean of the 28 days before it by 1.5 of
    their standard deviations, after a day that did not.

    Attributes
    ----------
    horizon_days : int
        How soon a burst counts as following.
    bursts : int
        Bursts of the first series that had a whole horizon ahead of them.
    share : float
        Share of them that were followed; NaN without any.
    shifted_share, shifted_p : float
        Mean share over all circular shifts of the first series' bursts, and the share of
        shifts that reach `share`.
    jittered_share, jittered_p : float
        The same with bursts moved at random within blocks of 28 days, 500 times.
    """

    horizon_days: int
    bursts: int
    share: float
    shifted_share: float
    shifted_p: float
    jittered_share: float
    jittered_p: float


def following(
    panel: Panel,
    *,
    first: str,
    second: str,
    target: str,
    horizon_days: int = 14,
    seed: int | np.random.SeedSequence = 0,
) -> Following:
    """Tell how often `first`'s bursts of cooperation toward `target` precede `second`'s.

    Parameters
    ----------
    panel : Panel
        A panel by day.
    first, second, target : str
        ISO3 codes of the two rivals and of the state they court.
    horizon_days : int
        How soon a burst counts as following, 1 or more.
    seed : int or numpy.random.SeedSequence
        Seed of the jitters.

    Returns
    -------
    Following

    Raises
    ------
    UsageError
        For a horizon below 1.
    PanelError
        If the panel is not by day, or too short for bursts and horizon.

    Notes
    -----
    Exploratory: one definition of a burst, no control for attention, no non-rival pair
    beside it. A share no higher than its placebos' says that timing does not single the
    pair out; a higher one does not say that either answered the other.
    """
    if horizon_days < 1:
        raise UsageError(f"`horizon_days` is {horizon_days}", allowed="1 or more")
    if panel.identity.period != "day":
        raise PanelError(f"a panel by {panel.identity.period} shows no bursts",
                         allowed="a panel by day")  # fmt: skip
    body, head = (onsets(_cooperation(panel, rival, target)) for rival in (first, second))
    if body.size <= horizon_days + 2 * _SHORTEST_SHIFT:
        raise PanelError(
            f"{body.size + _TRAILING_DAYS} days are too few for bursts and a horizon of "
            f"{horizon_days} days",
            allowed=f"more than {_TRAILING_DAYS + horizon_days + 2 * _SHORTEST_SHIFT}",
        )
    share, bursts = followed_share(body, head, horizon_days)
    shifts = range(_SHORTEST_SHIFT, body.size - _SHORTEST_SHIFT)
    shifted = np.stack([np.roll(body, shift) for shift in shifts])
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    jittered = jitters(body, _JITTERS, np.random.default_rng(root))
    return Following(
        horizon_days,
        bursts,
        share,
        *_against(share, followed_shares(shifted, head, horizon_days)),
        *_against(share, followed_shares(jittered, head, horizon_days)),
    )


def onsets(counts: Floats) -> Booleans:
    """Return where bursts begin, from the 29th day on, ``(n - 28,)``; gaps (NaN) never do."""
    windows = np.lib.stride_tricks.sliding_window_view(counts, _TRAILING_DAYS)[:-1]
    # A gap within the window or on the day leaves NaN, and no comparison with NaN holds.
    bar = windows.mean(axis=1) + _DEVIATIONS * windows.std(axis=1)
    high = counts[_TRAILING_DAYS:] > bar
    begins: Booleans = high & ~np.concatenate([[False], high[:-1]])
    return begins


def followed_share(body: Booleans, head: Booleans, horizon: int) -> tuple[float, int]:
    """Return the share of `body`'s onsets followed within `horizon` days, and their number."""
    whole = int(body[: body.size - horizon].sum())
    return (float(followed_shares(body[None], head, horizon)[0]) if whole else np.nan), whole


def followed_shares(bodies: Booleans, head: Booleans, horizon: int) -> Floats:
    """Return that share for each row of `bodies` ``(m, n)`` that has onsets to be followed."""
    sums = np.concatenate([[0], np.cumsum(head)])
    days = np.arange(head.size - horizon)
    answered = sums[days + 1 + horizon] > sums[days + 1]
    counted = bodies[:, : head.size - horizon]
    number = counted.sum(axis=1)
    shares: Floats = (counted @ answered.astype(np.float64))[number > 0] / number[number > 0]
    return shares


def jitters(body: Booleans, count: int, generator: np.random.Generator) -> Booleans:
    """Move the onsets to random days of their blocks of 28 days, `count` times, ``(count, n)``."""
    moved = np.zeros((count, body.size), dtype=bool)
    for start in range(0, body.size, _BLOCK_DAYS):
        block = slice(start, start + _BLOCK_DAYS)
        size = body[block].size
        # The first k of a random order are k days drawn without replacement.
        order = generator.random((count, size)).argsort(axis=1)
        moved[:, block] = order < int(body[block].sum())
    return moved


def _against(share: float, placebos: Floats) -> tuple[float, float]:
    if not placebos.size or not np.isfinite(share):
        return float("nan"), float("nan")
    return float(placebos.mean()), float((placebos >= share - 1e-12).mean())


def _cooperation(panel: Panel, source: str, target: str) -> Floats:
    series = panel.series(source, target, "quad_1", "quad_2")
    counts: Floats = (
        (series["quad_1"] + series["quad_2"]).cast(float).fill_null(float("nan")).to_numpy()
    )
    return counts
