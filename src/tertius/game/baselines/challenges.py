"""One round of the expected-utility model: who would win, who expects what, who moves where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.game.baselines.averages import median_of
from tertius.game.baselines.positions import Stances

__all__ = ["Rules", "play_round", "win_probabilities"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rules:
    """What stays the same from round to round.

    Attributes
    ----------
    span : float
        Largest less smallest of the *initial* positions; above 0.
    q : float
        Chance, in an actor's eyes, that nothing changes if it challenges nobody; above
        0, at most 1.
    improving : float
        Chance that what changes then is for the better, 0 to 1; without meaning if
        `q` is 1.
    """

    span: float
    q: float
    improving: float


def play_round(positions: Floats, stances: Stances, rules: Rules) -> tuple[Floats, Floats]:
    """Return where ``(n,)`` positions move, all at once, and the risk exponents ``(n,)``.

    Two passes: expectations with exponents of 1 say how endangered each actor is, that
    gives its exponent, and expectations with these exponents say who moves.
    """
    if (positions == positions[0]).all():
        return positions, np.ones_like(positions)
    even = np.ones_like(positions)
    _, endured = _expectations(positions, even, stances, rules)
    exponents = _exponents(endured)
    own, other = _expectations(positions, exponents, stances, rules)
    return _moved(positions, own, other), exponents


def win_probabilities(positions: Floats, weights: Floats, exponents: Floats, span: float) -> Floats:
    """Return ``(n, n)``: support for i's position over j's, as a part of all votes cast.

    Actor k votes with its weight times how much nearer i's position is to it, distances
    raised to its own exponent. The denominator runs over *all* ordered pairs of actors;
    the printed equation divides by the votes between i and j alone and does not
    reproduce the published table.
    """
    distances = (np.abs(positions[:, None] - positions) / span) ** exponents[:, None]
    support = np.zeros((positions.size, positions.size))
    # One voter at a time: memory stays at the square of the number of actors.
    for weight, distance in zip(weights, distances, strict=True):
        support += weight * np.maximum(distance[None, :] - distance[:, None], 0.0)
    # A vote for i over j is one against j over i, so the votes cast are twice the support.
    # Positions that nearly coincide may leave no vote that a float can hold.
    cast = 2 * support.sum()
    shares: Floats = support / cast if cast > 0 else support
    return shares


def _expectations(
    positions: Floats, exponents: Floats, stances: Stances, rules: Rules
) -> tuple[Floats, Floats]:
    """Return ``(n, n)`` twice, both as i sees it: i challenges j, and j challenges i."""
    wins = win_probabilities(positions, stances.weights, exponents, rules.span)
    gap = np.abs(positions[:, None] - positions) / rules.span
    risk = exponents[:, None]
    success = 2 - 4 * (0.5 - 0.5 * gap) ** risk
    failure = 2 - 4 * (0.5 + 0.5 * gap) ** risk
    far = np.abs(positions - median_of(positions, stances.weights)) / rules.span

    def challenge(chance: Floats, resists: Floats, distance: Floats) -> Floats:
        resisted = chance * success + (1 - chance) * failure
        gained = resists * resisted + (1 - resists) * success
        expected: Floats = gained - _unchallenged(gap, distance, risk, rules)
        return expected

    own = challenge(wins, stances.saliences[None, :], far[:, None])
    other = challenge(wins.T, stances.saliences[:, None], far[None, :])
    return own, other


def _unchallenged(gap: Floats, distance: Floats, risk: Floats, rules: Rules) -> Floats:
    """Return what a challenger expects without its challenge."""
    same = 2 - 4 * 0.5**risk
    better = 2 - 4 * (0.5 - 0.25 * (distance + gap)) ** risk
    worse = 2 - 4 * (0.5 + 0.25 * (distance + gap)) ** risk
    changed = rules.improving * better + (1 - rules.improving) * worse
    expected: Floats = rules.q * same + (1 - rules.q) * changed
    return expected


def _exponents(endured: Floats) -> Floats:
    """Return risk exponents from 1/2 (most endangered) to 2, from what others expect of i."""
    danger = endured.sum(axis=1) - np.diagonal(endured)
    spread = np.ptp(danger)
    if spread == 0:
        return np.ones_like(danger)
    relative = (2 * danger - danger.max() - danger.min()) / spread
    exponents: Floats = (1 - relative / 3) / (1 + relative / 3)
    return exponents


def _moved(positions: Floats, own: Floats, other: Floats) -> Floats:
    """Return each actor's next position: the nearest it is forced to, else a compromise."""
    here, there = positions[:, None], np.broadcast_to(positions, own.shape)
    apart = here != there
    forced = apart & (other > own) & (own > 0)
    settled = apart & (other > 0) & (own < 0) & (other > -own)
    # Divisions only where they count; elsewhere a denominator may be 0.
    ratio = np.divide(np.abs(own), other, out=np.zeros_like(own), where=settled)
    offers = here + (there - here) * ratio
    # A quirk of the original, kept: not the least movement, but the lowest of these.
    middles = (ratio * here + there) / (ratio + 1)
    confronted = _first(there, np.abs(there - here), forced)
    compromised = _first(offers, middles, settled)
    after: Floats = np.where(
        forced.any(axis=1), confronted, np.where(settled.any(axis=1), compromised, positions)
    )
    return after


def _first(targets: Floats, keys: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """Return each row's target with the smallest key, the lower target where keys tie."""
    smallest = np.where(allowed, keys, np.inf).min(axis=1, keepdims=True)
    chosen: Floats = np.where(allowed & (keys == smallest), targets, np.inf).min(axis=1)
    return chosen
