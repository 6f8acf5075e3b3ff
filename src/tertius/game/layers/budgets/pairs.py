"""Two patrons with payment caps: every truthful equilibrium of many games, exactly.

A patron with target payoff g and cap B offers ``t(p) = min(max(0, v(p) - g), B)``. Such
menus are an equilibrium at p, with g what the patron gets there, if and only if

1. no policy is better for the pivot than p, and it gets Π from p;
2. each patron's target lies between ``v(p) - B`` and ``v(p)``;
3. without either patron's money the pivot would still reach Π: nobody can pay less.

That is all, because a deviation to any menu within the cap gains exactly where
condition 1 fails. With one patron's menu alone the pivot reaches Π if and only if some
policy q has ``u(q) >= Π - B`` and ``u(q) + v(q) >= Π + g``. So Π fixes both targets
through ``L(x)``, the largest ``u(q) + v(q)`` where ``u(q) >= x``: the policies whose cost
to the pivot the cap can cover. What is left is one number a policy,

    Π = L_1(Π - B_1) + L_2(Π - B_2) - W(p),

whose right side falls in Π; W(p) is what p gives to all. Without caps L is V({i}) and
this is the rent of the core. One patron is a pair with somebody who wants nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.settings import limit

__all__ = ["Candidates", "candidates", "intervals", "sustained"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Policies that meet conditions 2 and 3, M of them over all games.

    Attributes
    ----------
    row, policy : numpy.ndarray
        ``(M,)`` which game, which policy.
    level : numpy.ndarray
        ``(M,)`` Π, what the pivot gets.
    total : numpy.ndarray
        ``(M,)`` what both patrons get together.
    low, high : numpy.ndarray
        ``(M,)`` least and most of it that the first patron can get.
    """

    row: Indices
    policy: Indices
    level: Floats
    total: Floats
    low: Floats
    high: Floats


def candidates(u: Floats, v: Floats, caps: Floats, slack: Floats) -> Candidates:
    """Return what meets conditions 2 and 3 in games ``u`` (D, P), ``v`` (D, 2, P).

    ``caps`` (D, 2) are finite; ``slack`` (D,) is how close counts as equal.
    """
    together = u + v.sum(axis=1)
    stairs = _Stairs.of(u, v, caps, slack)
    level = stairs.levels(together)
    total = together - level
    (low_1, high_1), (low_2, high_2) = stairs.targets(level)
    cap_1, cap_2 = caps[:, :1], caps[:, 1:]
    low = np.maximum(np.maximum(low_1, total - high_2), v[:, 0] - cap_1)
    np.maximum(low, total - v[:, 1], out=low)
    high = np.minimum(np.minimum(high_1, total - low_2), v[:, 0])
    np.minimum(high, total - v[:, 1] + cap_2, out=high)
    row, policy = np.nonzero(low <= high + slack[:, None])
    low, high = low[row, policy], high[row, policy]
    # Ends that crossed by rounding meet in the middle.
    middle = (low + high) / 2
    met = Candidates(
        row=row,
        policy=policy,
        level=level[row, policy],
        total=total[row, policy],
        low=np.minimum(low, middle),
        high=np.maximum(high, middle),
    )
    return _unrivalled(u, v, caps, slack, met, together.argmax(axis=1))


def _unrivalled(
    u: Floats, v: Floats, caps: Floats, slack: Floats, met: Candidates, rival: Indices
) -> Candidates:
    """Drop candidates to which the pivot always prefers one policy, the best for all together.

    Most fall to it, and those that are left are few to hold against every policy.
    """
    at = rival[met.row]
    lower, upper = _gaps_to(
        u[met.row, at], v[met.row, :, at], caps[met.row], slack[met.row], met.level, met.total
    )
    width = slack[met.row]
    left = ~((lower + width < met.low) & (met.high < upper - width))
    return Candidates(**{name: getattr(met, name)[left] for name in met.__slots__})


def intervals(
    u: Floats, v: Floats, caps: Floats, slack: Floats, found: Candidates
) -> Iterator[list[tuple[float, float]]]:
    """Yield, a candidate at a time, the first patron's payoffs that meet condition 1 too.

    Each is a list of closed intervals in ascending order: what is left of low to high
    without the open gaps in which the pivot prefers some other policy.
    """
    for part in _parts(found.row.size, u.shape[1]):
        starts, stops, left = _stretches(u, v, caps, slack, found, np.arange(found.row.size)[part])
        for start, stop, kept in zip(starts, stops, left, strict=True):
            yield list(zip(start[kept].tolist(), stop[kept].tolist(), strict=True))


def sustained(u: Floats, v: Floats, caps: Floats, slack: Floats, found: Candidates) -> Floats:
    """Return ``(M,)`` one payoff of the first patron that meets condition 1, NaN if none.

    The middle of low and high where that will do, otherwise the nearest that will.
    """
    middle = (found.low + found.high) / 2
    chosen = np.full(found.row.size, np.nan)
    for part in _parts(found.row.size, u.shape[1]):
        lower, upper = _gaps(u, v, caps, slack, found, np.arange(found.row.size)[part])
        width = slack[found.row[part]][:, None]
        spot = middle[part][:, None]
        inside = ((lower + width < spot) & (spot < upper - width)).any(axis=1)
        chosen[part] = np.where(inside, np.nan, middle[part])
    # A single point that lies in a gap is lost; a longer stretch may have something left.
    long = found.high - found.low > 2 * slack[found.row]
    rest = np.flatnonzero(np.isnan(chosen) & long)
    for part in _parts(rest.size, u.shape[1]):
        starts, stops, left = _stretches(u, v, caps, slack, found, rest[part])
        spot = middle[rest[part], None]
        near = np.clip(spot, starts, stops)
        away = np.where(left, np.abs(near - spot), np.inf)
        best = np.arange(away.shape[0]), away.argmin(axis=1)
        chosen[rest[part]] = np.where(np.isfinite(away[best]), near[best], np.nan)
    return chosen


@dataclass(frozen=True, slots=True, eq=False)
class _Stairs:
    """``L_i`` of every game: policies by what they are worth to the pivot, ascending."""

    u: Floats  # (D, P) sorted
    best: tuple[Floats, Floats]  # (D, P + 1) most u + v_i from here up, -inf past the end
    caps: Floats
    slack: Floats  # (D, 1)

    @classmethod
    def of(cls, u: Floats, v: Floats, caps: Floats, slack: Floats) -> _Stairs:
        order = u.argsort(axis=1)
        past = np.full((u.shape[0], 1), -np.inf)
        first, second = (
            np.concatenate([np.maximum.accumulate(pair[:, ::-1], axis=1)[:, ::-1], past], axis=1)
            for pair in (np.take_along_axis(u + v[:, i], order, axis=1) for i in (0, 1))
        )
        return cls(np.take_along_axis(u, order, axis=1), (first, second), caps, slack[:, None])

    def reach(self, i: int, level: Floats, shift: float) -> Floats:
        """``L_i(level - B_i)``, the threshold moved by `shift` slacks."""
        rank = _rank(self.u, level - self.caps[:, i : i + 1] + shift * self.slack)
        return np.take_along_axis(self.best[i], rank, axis=1)

    def levels(self, together: Floats) -> Floats:
        """Π of every policy (D, P): where the rising Π - L_1 - L_2 meets -W(p)."""
        alone = self.u[:, -1:]
        steps = np.concatenate([alone, self.u + self.caps[:, :1], self.u + self.caps[:, 1:]], 1)
        steps = np.sort(np.maximum(steps, alone), axis=1)
        above = steps - self.reach(0, steps, 1.0) - self.reach(1, steps, 1.0)
        wanted = -together
        # The last step lies past one patron's reach, where nothing can be bought: inf.
        at = _rank(above, wanted - self.slack)
        before = np.maximum(at - 1, 0)
        rise = wanted - np.take_along_axis(above, before, axis=1)
        level = np.take_along_axis(steps, at, axis=1)
        between = np.take_along_axis(steps, before, axis=1) + rise
        return np.where(at > 0, np.minimum(level, between), level)

    def targets(self, level: Floats) -> tuple[tuple[Floats, Floats], ...]:
        """Least and most each patron may get if the pivot gets `level`, a pair a patron."""
        # Where the pivot gets no more than alone, a patron may offer nothing at all.
        free = level <= self.u[:, -1:] + self.slack
        return tuple(
            (
                self.reach(i, level, 1.0) - level,
                np.where(free, np.inf, self.reach(i, level, -1.0) - level),
            )
            for i in (0, 1)
        )


def _rank(ordered: Floats, wanted: Floats) -> Indices:
    """How many entries of each ascending row lie below each wanted number."""
    size = ordered.shape[1]
    rank = np.zeros(wanted.shape, dtype=np.intp)
    stride = 1 << (size.bit_length() - 1)
    while stride:
        ahead = rank + stride
        probe = np.take_along_axis(ordered, np.minimum(ahead, size) - 1, axis=1)
        rank = np.where((ahead <= size) & (probe < wanted), ahead, rank)
        stride >>= 1
    return rank


def _gaps(
    u: Floats, v: Floats, caps: Floats, slack: Floats, found: Candidates, which: Indices
) -> tuple[Floats, Floats]:
    """Return the ends (m, P) of the first patron's payoffs at which the pivot prefers each policy.

    Both patrons must pay for it, and it must give all of them more than the candidate.
    """
    row = found.row[which]
    return _gaps_to(
        u[row],
        v[row],
        caps[row][:, :, None],
        slack[row][:, None],
        found.level[which][:, None],
        found.total[which][:, None],
    )


def _gaps_to(
    u: Floats, v: Floats, caps: Floats, slack: Floats, level: Floats, total: Floats
) -> tuple[Floats, Floats]:
    """Return the same ends for policies ``u`` (m, …), ``v`` (m, 2, …), of the shape of `u`."""
    short = level - u
    cap_1, cap_2 = caps[:, 0], caps[:, 1]
    lower = total - v[:, 1] + np.maximum(short - cap_1, 0.0)
    upper = v[:, 0] - np.maximum(short - cap_2, 0.0)
    # Beyond both caps, or no better for all together than the candidate: no gap.
    none = (short >= cap_1 + cap_2 - slack) | (v.sum(axis=1) - total <= short + slack)
    return lower, np.where(none, lower, upper)


def _stretches(
    u: Floats, v: Floats, caps: Floats, slack: Floats, found: Candidates, which: Indices
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return starts and ends (m, P + 1) of what gaps leave, and whether it is there.

    Gaps are swept by their lower ends: before each lies what is past all the earlier.
    """
    lower, upper = _gaps(u, v, caps, slack, found, which)
    near = slack[found.row[which]][:, None]
    low, high = found.low[which][:, None], found.high[which][:, None]
    real = (upper - lower > 2 * near) & (upper > low) & (lower < high + near)
    lower = np.where(real, lower, np.inf)
    order = lower.argsort(axis=1)
    past = np.take_along_axis(np.where(real, upper, -np.inf), order, axis=1)
    starts = np.maximum.accumulate(np.concatenate([low, past], axis=1), axis=1)
    ends = np.concatenate([np.take_along_axis(lower, order, axis=1), np.full_like(low, np.inf)], 1)
    # Places without a gap come last; one piece after the last gap is enough.
    there = np.isfinite(ends)
    there[:, -1] = True
    left = there & (starts <= ends + near) & (starts <= high + near)
    stops = np.maximum(np.minimum(ends, high), low)
    return np.minimum(starts, stops), stops, left


def _parts(count: int, size: int) -> Iterator[slice]:
    """Cut `count` rows of `size` policies into blocks of bounded memory."""
    rows = max(1, min(limit("solve_chunk_bytes"), 8_000_000) // (8 * 6 * size))
    return (slice(start, min(start + rows, count)) for start in range(0, count, rows))
