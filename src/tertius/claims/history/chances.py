"""`rearranged`: how often chance alone would hit as often, counted exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

__all__ = ["rearranged"]


def rearranged(predicted: Sequence[bool], observed: Sequence[bool]) -> float | None:
    """Return the share of all rearrangements of the answers with as many hits or more.

    With yes-or-no predictions and answers the hits depend only on how many predicted
    yes meet an answer yes, so all rearrangements are counted in closed form (Fisher's
    exact test, one-sided) and none has to be drawn.

    Rearranging takes every triangle for as good as independent of every other. They are
    not: see the page on history.

    Parameters
    ----------
    predicted, observed : sequence of bool
        One prediction and one answer a scored triangle.

    Returns
    -------
    float or None
        Above 0, at most 1; None where every prediction or every answer is the same.

    Examples
    --------
    >>> rearranged([True, True, False, False], [True, True, False, False]) == 1 / 6
    True
    >>> rearranged([True, True], [True, False]) is None
    True
    """
    if len(set(predicted)) < 2 or len(set(observed)) < 2:
        return None
    total, yes, said = len(observed), sum(observed), sum(predicted)
    met = sum(p and o for p, o in zip(predicted, observed, strict=True))
    ways = sum(
        comb(said, more) * comb(total - said, yes - more) for more in range(met, min(said, yes) + 1)
    )
    return float(Fraction(ways, comb(total, yes)))
