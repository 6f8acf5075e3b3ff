"""Signs, patterns and roles of a triad, on arrays of scores.

A triad is given as scores of its three edges in the order X–A, X–B, A–B, where X is the
state whose role is asked for. Arrays have shape ``(3, D)``: edge, draw.

Patterns are Dittmer's (1981, and 1987 for the unit veto); the six roles and their
ranking Wu's (1996). The number that orders them, and the leverage index, are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "PATTERNS",
    "ROLES",
    "UNFORMED",
    "balance",
    "leading",
    "leverage",
    "pattern_shares",
    "role_priors",
    "role_shares",
    "seat_values",
]

Floats = NDArray[np.float64]

ROLES = ("pivot", "friend", "partner", "wing", "foe", "outcast")
"""Roles of X, best seat first (Wu 1996)."""

UNFORMED = "unformed"
"""Word for a triad with a neutral edge."""

PATTERNS = ("ménage à trois", "romantic triangle", "stable marriage", "unit veto", UNFORMED)
"""Patterns of the three signs, and the word for none."""

# By 4·(X–A > 0) + 2·(X–B > 0) + (A–B > 0).
_ROLE_OF_SIGNS = np.array(
    [
        ROLES.index(name)
        for name in ("foe", "outcast", "partner", "wing", "partner", "wing", "pivot", "friend")
    ]
)
_PATTERN_OF_SIGNS = np.array([3, 2, 2, 1, 2, 1, 1, 0])


def role_shares(scores: Floats) -> dict[str, float]:
    """Return the share of draws in which X has each role, by sign alone.

    Parameters
    ----------
    scores : ndarray, (3, D)
        Edge scores X–A, X–B, A–B.
    """
    counts = np.bincount(_ROLE_OF_SIGNS[_signs(scores)], minlength=len(ROLES))
    return {name: float(counts[i]) / scores.shape[1] for i, name in enumerate(ROLES)}


def pattern_shares(scores: Floats, neutral: float) -> dict[str, float]:
    """Return the share of draws of each pattern; a draw with |s| < `neutral` is unformed."""
    found = np.where(
        (np.abs(scores) < neutral).any(axis=0), len(PATTERNS) - 1, _PATTERN_OF_SIGNS[_signs(scores)]
    )
    counts = np.bincount(found, minlength=len(PATTERNS))
    return {name: float(counts[i]) / scores.shape[1] for i, name in enumerate(PATTERNS)}


def role_priors(positive: float) -> dict[str, float]:
    """Return role probabilities of three independent edges that are each likely positive.

    Examples
    --------
    >>> role_priors(0.5)["partner"], role_priors(0.5)["pivot"]
    (0.25, 0.125)
    """
    p, q = positive, 1 - positive
    priors = {"pivot": p * p * q, "friend": p**3, "partner": 2 * p * q * q}
    return priors | {"wing": 2 * p * p * q, "foe": q**3, "outcast": q * q * p}


def leading(shares: Mapping[str, float], draws: int) -> tuple[str, ...]:
    """Return the names that lead: the largest share, and those Monte Carlo cannot tell from it.

    Two shares are told apart if they differ by two standard errors of the difference of
    two shares of `draws`.
    """
    top = max(shares.values())
    names = []
    for name, share in shares.items():
        error = np.sqrt(max(top + share - (top - share) ** 2, 0.0) / draws)
        if share == top or top - share < 2 * error:
            names.append(name)
    return tuple(names)


def leverage(scores: Floats) -> Floats:
    """Return T_X = √(s⁺_XA s⁺_XB) (1 − s_AB)/2 of each draw, ``(D,)`` in [0, 1].

    0 as soon as X is not on good terms with both.

    Examples
    --------
    >>> leverage(np.array([[1.0, 0.0], [1.0, 1.0], [-1.0, -1.0]]))
    array([1., 0.])
    """
    good = np.maximum(scores[:2], 0.0)
    index: Floats = np.sqrt(good[0] * good[1]) * (1 - scores[2]) / 2
    return index


def seat_values(scores: Floats, alpha: float) -> Floats:
    """Return u_X = s_XA + s_XB − α s_AB of each draw, ``(D,)``.

    At full strength (each score ±1) and for every 0 < α < 1 it orders the roles as Wu
    ranks them.
    """
    values: Floats = scores[0] + scores[1] - alpha * scores[2]
    return values


def balance(scores: Floats) -> Floats:
    """Return sign·|s_XA s_XB s_AB|^⅓ of each draw, ``(D,)``; positive is balanced (Heider)."""
    score: Floats = np.cbrt(scores.prod(axis=0))
    return score


def _signs(scores: Floats) -> NDArray[np.int64]:
    positive = scores > 0
    index: NDArray[np.int64] = 4 * positive[0] + 2 * positive[1] + positive[2].astype(np.int64)
    return index
