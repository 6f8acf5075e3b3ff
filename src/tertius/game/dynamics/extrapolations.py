"""Faster fixed points: where repeated rounds are heading, from the last few of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Extrapolation"]

Floats = NDArray[np.float64]

# Rounds remembered; more gain little and make the least squares ill-conditioned.
_MEMORY = 8


class Extrapolation:
    """Anderson's (1965) extrapolation of a fixed-point iteration, with a way back.

    Once no coalition changes its mind, a round maps values linearly, and a few rounds
    tell where it leads. While minds still change the guess may be worse than where it
    came from; then the plain next value is taken, as if nothing had been guessed. It
    only chooses where to look: what counts as settled is decided by plain rounds.
    """

    def __init__(self) -> None:
        self._starts: list[Floats] = []
        self._ends: list[Floats] = []
        self._plain: Floats | None = None
        self._bar = np.inf

    def after(self, start: Floats, end: Floats) -> Floats:
        """Return where to go on, after a round has led from `start` to `end`."""
        change = float(np.abs(end - start).max())
        if change > self._bar and self._plain is not None:
            plain = self._plain
            self._starts, self._ends = [], []
            self._plain, self._bar = None, np.inf
            return plain
        self._starts = [*self._starts[1 - _MEMORY :], start]
        self._ends = [*self._ends[1 - _MEMORY :], end]
        if len(self._starts) < 2:
            return end
        self._plain, self._bar = end, change
        ends = np.diff(np.stack([x.ravel() for x in self._ends]), axis=0)
        steps = ends - np.diff(np.stack([x.ravel() for x in self._starts]), axis=0)
        weights = np.linalg.lstsq(steps.T, (end - start).ravel(), rcond=1e-12)[0]
        guess: Floats = end - (weights @ ends).reshape(end.shape)
        return guess
