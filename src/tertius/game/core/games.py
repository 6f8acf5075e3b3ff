"""`Game`: the primitives of one bargaining game, checked once and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.settings import limit

__all__ = ["Game", "check_count", "check_payoffs"]

# Sums of a few payoffs must stay finite; nobody's payoffs are this large.
_LARGEST_PAYOFF = 1e150


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """One pivot, one to eight patrons, a finite set of policies.

    Patrons offer the pivot payments that depend on its policy; the pivot picks the
    policy (common agency: Bernheim & Whinston 1986). Any payoffs make a game: nothing
    is assumed about their shape.

    Attributes
    ----------
    pivot : numpy.ndarray
        ``(P,)`` what each policy is worth to the pivot, before payments, in its money.
    patrons : numpy.ndarray
        ``(n, P)`` what each policy is worth to each patron, in *pivot* money: a patron's
        own utility divided by what delivering one unit costs it.
    policies : tuple of str, optional
        ``P`` distinct labels; "policy 1", "policy 2", … if not given.
    names : tuple of str, optional
        ``n`` distinct patron names; "patron 1", "patron 2", … if not given.

    Raises
    ------
    GameError
        If there is no policy or no patron, more patrons than are solved exactly, a
        payoff that is not finite, or shapes or labels that do not fit together.

    Examples
    --------
    >>> game = Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]])
    >>> game.patrons.shape, game.names
    ((2, 3), ('patron 1', 'patron 2'))
    """

    pivot: NDArray[np.float64]
    patrons: NDArray[np.float64]
    policies: tuple[str, ...]
    names: tuple[str, ...]

    def __init__(
        self,
        pivot: ArrayLike,
        patrons: ArrayLike,
        policies: Iterable[str] | None = None,
        names: Iterable[str] | None = None,
    ) -> None:
        u = _as_numbers(pivot, "pivot")
        v = _as_numbers(patrons, "patrons")
        if u.ndim != 1 or v.ndim != 2:
            raise GameError(
                f"payoffs of shapes {u.shape} and {v.shape} are no game",
                where="Game",
                allowed="pivot (P,) and patrons (n, P)",
                hint="for many games at once use solve_many",
            )
        check_payoffs(u[None], v[None], where="Game")
        object.__setattr__(self, "pivot", _frozen(u))
        object.__setattr__(self, "patrons", _frozen(v))
        object.__setattr__(self, "policies", _labels(policies, "policy", u.size))
        object.__setattr__(self, "names", _labels(names, "patron", v.shape[0]))


def check_payoffs(u: NDArray[np.float64], v: NDArray[np.float64], *, where: str) -> None:
    """Refuse payoffs ``u`` (D, P) and ``v`` (D, n, P) that are not D games.

    Raises
    ------
    GameError
        With the first offending shape or number.
    """
    if u.ndim != 2 or v.ndim != 3 or v.shape[0] != u.shape[0] or v.shape[2] != u.shape[1]:
        raise GameError(
            f"pivot payoffs of shape {u.shape} and patron payoffs of shape {v.shape} "
            "do not fit together",
            where=where,
            allowed="(P,) with (n, P) for one game, (D, P) with (D, n, P) for many",
        )
    n, size = v.shape[1:]
    if size < 1 or size > limit("max_policies_count"):
        raise GameError(
            f"a game with {size:,} policies",
            where=where,
            allowed=f"1 to {limit('max_policies_count'):,} policies",
        )
    check_count(n, where=where)
    for name, payoffs in (("pivot", u), ("patrons", v)):
        _check_finite(payoffs, name, where)


def check_count(n: int, *, where: str) -> None:
    """Refuse no patron, and more than are solved exactly.

    Raises
    ------
    GameError
        With what exact answers for so many would take.
    """
    most = limit("max_patrons_count")
    if 1 <= n <= most:
        return
    raise GameError(
        f"a game with {n} patrons",
        where=where,
        allowed=f"1 to {most} patrons",
        hint=None
        if n < 1
        else "merge patrons that bid as one; the smallest rent alone would take a linear "
        f"programme of 2^{n} - 1 constraints with column generation (listing balanced "
        "collections ends at 5 patrons: there are 200,214 for 6), the largest a search over "
        "the corners of its polytope",
    )


def _check_finite(payoffs: NDArray[np.float64], name: str, where: str) -> None:
    # NaN propagates through max and min, so two passes see every bad number.
    if payoffs.size and not -_LARGEST_PAYOFF <= payoffs.min() <= payoffs.max() <= _LARGEST_PAYOFF:
        bad = ~(np.abs(payoffs) <= _LARGEST_PAYOFF)
        place = [int(index) for index in np.argwhere(bad)[0]]
        raise GameError(
            f"{name} payoff {payoffs[tuple(place)]} at index {place}",
            where=where,
            allowed=f"finite numbers up to {_LARGEST_PAYOFF:g} in size",
        )


def _as_numbers(values: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GameError(
            f"{name} payoffs are not an array of numbers: {error}",
            where="Game",
            allowed="numbers, every patron with the same policies",
        ) from error


def _labels(given: Iterable[str] | None, kind: str, count: int) -> tuple[str, ...]:
    if given is None:
        return tuple(f"{kind} {index + 1}" for index in range(count))
    labels: Sequence[str] = [given] if isinstance(given, str) else [str(label) for label in given]
    if len(labels) != count or len(set(labels)) != count:
        raise GameError(
            f"{len(labels)} {kind} labels, {len(set(labels))} of them distinct",
            where="Game",
            allowed=f"{count} distinct labels",
        )
    return tuple(labels)


def _frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array.setflags(write=False)
    return array
