"""From draws to a word: in every draw, in some, in none; what drives it, what flips it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from tertius.claims.context import Context, Draws
from tertius.claims.naming import parameter, percent
from tertius.claims.verdicts import Evidence, Finding, Flip, Provenance, Word
from tertius.game import Parameters, Range, Ranges, nearest_flip, primitive, rank_correlations

__all__ = ["Margin", "lacking", "model_finding", "no_game", "without_rivalry"]

# A margin is compared with zero at the accuracy to which rents are computed.
_TOLERANCE = 1e-9
# A margin may be infinite (a threshold no belief reaches); its rank is what counts.
_LARGEST = 1e300

Margin = Callable[[Parameters], NDArray[np.float64]]


def model_finding(
    context: Context,
    margin: Margin,
    *,
    sentence: Callable[[float], str],
    condition: str,
    evidence: tuple[Evidence, ...] = (),
    comparison: str = "",
    assumptions: tuple[str, ...] = (),
    layers: Iterable[str] = (),
    draws: Draws | None = None,
    points: int = 32,
) -> Finding:
    """Judge a proposition over the case's draws.

    Parameters
    ----------
    context : Context
        The case, with its draws.
    margin : callable
        Parameters to an array (D,): the proposition holds where it is positive.
    sentence : callable
        The share of draws in which it holds to the finding in one sentence.
    condition : str
        What it depends on, to stand after "follows only if".
    evidence, comparison, assumptions
        Added to what this function finds by itself.
    layers : iterable of str
        Layers whose parameters the margin reads beside those of the core.
    draws : Draws, optional
        Other games than the case's own, as with a guest at the table.
    points : int
        Points looked at on the way to a flip, in one direction.

    Returns
    -------
    Finding
        With the share, the drivers of the margin and the nearest flip.
    """
    draws = draws or context.draws
    if draws is None:
        return no_game()
    read = frozenset({"core", *layers})
    values = margin(draws.parameters)
    holds = values > _TOLERANCE
    share = float(holds.mean())
    word: Word = (
        "follows" if holds.all() else "follows only if" if holds.any() else "does not follow"
    )
    shown = Evidence(
        "share of this case's draws",
        100 * share,
        unit="%",
        text=f"in {percent(share)} of this case's draws",
        anchor="ranges",
    )
    return Finding(
        word,
        sentence(share),
        (shown, *evidence),
        comparison=comparison,
        assumptions=(
            *assumptions,
            f"{len(values):,} games drawn uniformly from the case's ranges; the share is of "
            "these draws, not a probability of the world.",
        ),
        provenance=_provenance(draws, read),
        flip=_flip(_moving(draws.ranges, read), margin, word, condition, points)
        if context.explain
        else None,
        drivers=_drivers(draws, values, read) if context.explain else (),
    )


def no_game() -> Finding:
    """Say that the case has no game."""
    return Finding("not tested", "The case has no game.", missing=("a [game] section with ranges",))


def lacking(context: Context, names: Iterable[str]) -> Finding | None:
    """Say which ranges a layer needs and the case does not give; None if it gives all."""
    absent = (
        []
        if context.draws is None
        else [name for name in names if name not in context.draws.ranges.values]
    )
    if not absent:
        return None
    told = " and ".join(f"{parameter(name)} ({name})" for name in absent)
    return Finding(
        "not tested",
        f"The case has no range for {told}.",
        missing=tuple(f"game.ranges.{name}" for name in absent),
    )


def _moving(ranges: Ranges, layers: frozenset[str]) -> Ranges:
    """Hold the parameters the margin does not read at the middle of their ranges."""
    return Ranges(
        ranges.patrons,
        {
            name: span
            if primitive(name).layer in layers
            else Range(span.middle, span.middle, span.why, span.source)
            for name, span in ranges.values.items()
        },
    )


def _drivers(
    draws: Draws, values: NDArray[np.float64], layers: frozenset[str]
) -> tuple[tuple[str, float], ...]:
    finite = np.clip(values, -_LARGEST, _LARGEST)
    ranked = rank_correlations(draws.parameters, finite)
    return tuple(pair for pair in ranked if primitive(pair[0]).layer in layers)[:6]


def _flip(ranges: Ranges, margin: Margin, word: Word, condition: str, points: int) -> Flip:
    flip = nearest_flip(ranges, lambda parameters: margin(parameters) > _TOLERANCE, points=points)
    if flip is None:
        return Flip(
            "more than one range moved, if any do: none alone flips it from the middle; "
            f"it hangs on {condition}"
        )
    verb = "rose above" if flip.value > flip.now else "fell below"
    span = ranges.values[flip.name]
    hangs = f"; it hangs on {condition}" if word == "follows only if" else ""
    return Flip(
        f"{parameter(flip.name)} ({flip.name}, {span.low:g} to {span.high:g}) {verb} "
        f"{flip.value:.2f} with all else at the middle{hangs}",
        flip.distance,
    )


def without_rivalry(parameters: Parameters) -> Parameters:
    """Return the same games where no patron minds alignment with a rival.

    Friends (a negative rho) stay friends, and so do theta and e, which are no rivalry.
    """
    rivalry = {n: column for n, column in parameters.values.items() if n.startswith("rho.")}
    return parameters.at({name: np.minimum(column, 0.0) for name, column in rivalry.items()})


def _provenance(draws: Draws, layers: frozenset[str]) -> Provenance:
    read = (name for name in draws.parameters.table() if primitive(name).layer in layers)
    names = ", ".join(sorted(read))
    return Provenance("ranges", f"the case's ranges of {names}")
