"""Roles of a state between two rivals, from a panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from tertius.errors import PanelError, UsageError
from tertius.panels import Panel
from tertius.triads import patterns
from tertius.triads.flows import Flow, Reader
from tertius.triads.posteriors import discounts, positive_chance, prior_positive
from tertius.triads.scores import (
    FEWEST_EVENTS,
    SCORINGS,
    WORLD,
    EdgeScore,
    Sums,
    check_draws,
    edge_scores,
    effective_events,
    quantile_pairs,
    score_draws,
    seeded,
)
from tertius.triads.seats import NO_TRIANGLE, TRANSITION, RoleEntry, Roles

__all__ = ["roles"]

Floats = NDArray[np.float64]

SURE_SIGN = 0.8
"""Probability a sign needs, before and after, for its change to be called a flip."""


@dataclass(frozen=True, slots=True)
class _Options:
    """Half-life (days), α, neutral band and draws, as asked for."""

    half_life_days: float
    alpha: float
    neutral: float
    draws: int


def roles(
    panel: Panel,
    *,
    pivot: str,
    rivals: tuple[str, str],
    dates: Sequence[date] | None = None,
    half_life_days: float = 28.0,
    alpha: float = 0.5,
    neutral: float = 0.1,
    draws: int = 4000,
    seed: int | np.random.SeedSequence = 0,
) -> Roles:
    """Tell which role a state has between two others, with probabilities and leverage.

    Each direction of each dyad has a cooperative share p ~ Beta(½ + C/φ, ½ + F/φ), C and
    F being its cooperative and conflictual events, each counting 2^(−age/half-life). Its
    score is 2p − 1 (raw), or the same with p against the odds of the world's events
    (world); a dyad's score is the mean of its directions. Both are always given.

    Parameters
    ----------
    panel : Panel
        Any period; a period counts once it has ended.
    pivot : str
        ISO3 code of X, the state whose role is asked for.
    rivals : tuple of (str, str)
        ISO3 codes of A and B.
    dates : sequence of datetime.date, optional
        Days to look back from. By default the last covered day of each month of a
        panel by day, and the last period of any other.
    half_life_days : float
        Age at which an event counts half.
    alpha : float
        Weight of A–B in the seat value, between 0 and 1.
    neutral : float
        Half-width of the band in which a score is no relation either way.
    draws : int
        Posterior draws, 100 or more.
    seed : int or numpy.random.SeedSequence
        Seed; each date has its own stream, whichever other dates are asked for.

    Returns
    -------
    Roles
        Two entries a date.

    Raises
    ------
    UsageError
        For options out of range or states that are not three.
    PanelError
        For a date outside the panel, or a dyad it does not speak about.

    Notes
    -----
    The verdict is the first that holds: "no triangle" if a dyad has fewer than five
    effective events; "transition" if a score changed its sign within the last
    half-life, each sign with probability .8 or more and outside the neutral band;
    "unformed" if that is the most probable pattern; else the most probable role, or
    several where the draws cannot tell them apart.

    Events are reports: who is written about, and by whom, is in the score. Cooperation
    in a report is mostly talk. Leverage is a position, not a gain: whether X got
    anything for it is another question. An alliance in force is not seen. Meetings are
    often coded in both directions, which makes a dyad look better known than it is.

    References
    ----------
    Dittmer, L. (1981). The strategic triangle: An elementary game-theoretical
    analysis. World Politics 33, 485–515.
    Wu, Y.-S. (1996), the six roles and their ranking.
    """
    states = _checked_states(pivot, rivals)
    options = _checked_options(half_life_days, alpha, neutral, draws)
    reader = Reader(panel)
    flows = tuple(
        (reader.flow(a, b), reader.flow(b, a))
        for a, b in ((states[0], states[1]), (states[0], states[2]), (states[1], states[2]))
    )
    days = _default_dates(reader) if dates is None else _checked_dates(panel, dates)
    entries = [entry for day in days for entry in _entries(reader, flows, day, options, seed)]
    return Roles(
        pivot, (states[1], states[2]), half_life_days, alpha, neutral, draws, tuple(entries)
    )


_Flows = tuple[tuple[Flow, Flow], ...]


def _checked_states(pivot: str, rivals: tuple[str, str]) -> tuple[str, str, str]:
    if len(rivals) != 2 or len({pivot, *rivals}) != 3:
        raise UsageError(
            f"{pivot} and {', '.join(rivals)} are no triad",
            allowed="one pivot and two rivals, three different states",
        )
    return pivot, rivals[0], rivals[1]


def _checked_options(half_life_days: float, alpha: float, neutral: float, draws: int) -> _Options:
    check_draws(draws, neutral, half_life_days)
    if not 0 < alpha < 1:
        raise UsageError(f"`alpha` is {alpha}", allowed="a number between 0 and 1")
    return _Options(half_life_days, alpha, neutral, draws)


def _checked_dates(panel: Panel, dates: Sequence[date]) -> list[date]:
    start, end = panel.identity.start, panel.identity.end
    for day in dates:
        if not start <= day <= end:
            raise PanelError(f"{day} lies outside the panel", allowed=f"{start} to {end}")
    return sorted(set(dates))


def _default_dates(reader: Reader) -> list[date]:
    covered = [date.fromordinal(int(day)) for day in reader.world.ends[reader.world.days > 0]]
    if reader.panel.identity.period != "day":
        return covered[-1:]
    months = groupby(covered, key=lambda day: (day.year, day.month))
    return [max(days) for _, days in months]


def _entries(
    reader: Reader,
    flows: _Flows,
    day: date,
    options: _Options,
    seed: int | np.random.SeedSequence,
) -> list[RoleEntry]:
    weights = discounts(reader.world.ends, day.toordinal(), options.half_life_days)
    edges = tuple(Sums.of(pair, weights) for pair in flows)
    shares = score_draws(seeded(seed, day.toordinal()), edges, options.draws)
    world = reader.world.share(weights)
    history = _history_flags(reader, day, options.half_life_days)
    entries = []
    for scoring in SCORINGS:
        draws, found = edge_scores(edges, shares, scoring, world, options.neutral)
        flipped = _flips(reader, flows, day, options, found)
        entries.append(_entry(day, scoring, world, draws, found, flipped, history, options))
    return entries


def _entry(
    day: date,
    scoring: str,
    world: float,
    draws: Floats,
    edges: tuple[EdgeScore, ...],
    flipped: Sequence[str],
    history: tuple[str, ...],
    options: _Options,
) -> RoleEntry:
    found = patterns.role_shares(draws)
    priors = patterns.role_priors(prior_positive(world) if scoring == WORLD else 0.5)
    shapes = patterns.pattern_shares(draws, options.neutral)
    index = patterns.leverage(draws)
    balance = patterns.balance(draws)
    quantiles = quantile_pairs(
        np.stack([index, patterns.seat_values(draws, options.alpha), balance])
    )
    leading = patterns.leading(found, options.draws)
    shape = max(shapes, key=lambda name: shapes[name])
    sparse = [_name(edge) for edge in edges if edge.effective_events < FEWEST_EVENTS]
    neutral = [_name(edge) for edge in edges if abs(edge.score) < options.neutral]
    low, lower, middle, upper, high = quantiles[:, 0].tolist()
    return RoleEntry(
        date=day,
        scoring=scoring,
        world_share=world,
        edges=(edges[0], edges[1], edges[2]),
        roles=found,
        role_priors={name: priors[name] for name in found},
        lift={name: share / priors[name] for name, share in found.items()},
        patterns=shapes,
        leading_roles=leading,
        leading_pattern=shape,
        leverage=middle,
        leverage_mean=float(index.mean()),
        leverage_quantiles=(low, lower, middle, upper, high),
        seat_value=float(quantiles[2, 1]),
        seat_interval_90=(float(quantiles[0, 1]), float(quantiles[4, 1])),
        balance=float(quantiles[2, 2]),
        balance_interval_90=(float(quantiles[0, 2]), float(quantiles[4, 2])),
        balanced=float((balance > 0).mean()),
        verdict=_verdict(bool(sparse), bool(flipped), shape, leading),
        flags=(
            *(f"few events: {name}" for name in sparse),
            *(f"neutral: {name}" for name in neutral),
            *(f"flipped: {name}" for name in flipped),
            *history,
        ),
    )


def _verdict(sparse: bool, flipped: bool, shape: str, leading: tuple[str, ...]) -> str:
    if sparse:
        return NO_TRIANGLE
    if flipped:
        return TRANSITION
    return patterns.UNFORMED if shape == patterns.UNFORMED else " or ".join(leading)


def _flips(
    reader: Reader, flows: _Flows, day: date, options: _Options, now: tuple[EdgeScore, ...]
) -> list[str]:
    """Name the edges whose score had the other sign one half-life earlier."""
    before = day.toordinal() - round(options.half_life_days)
    weights = discounts(reader.world.ends, before, options.half_life_days)
    world = reader.world.share(weights)
    flipped = []
    for pair, edge in zip(flows, now, strict=True):
        sums = Sums.of(pair, weights)
        if effective_events(sums) < FEWEST_EVENTS or abs(edge.score) < options.neutral:
            continue
        base = world if edge.scoring == WORLD else 0.5
        chance = positive_chance(sums.cooperative, sums.conflictual, sums.phi, base)
        rose = edge.positive >= SURE_SIGN and chance <= 1 - SURE_SIGN
        fell = edge.positive <= 1 - SURE_SIGN and chance >= SURE_SIGN
        if rose or fell:
            flipped.append(_name(edge))
    return flipped


def _history_flags(reader: Reader, day: date, half_life_days: float) -> tuple[str, ...]:
    """Flag a panel that begins within two half-lives, and uncovered days within four."""
    age = day.toordinal() - reader.world.ends
    recent = (age >= 0) & (age < 4 * half_life_days)
    notes = {
        "short history": day.toordinal() - int(reader.world.starts[0]) < 2 * half_life_days,
        "gaps": bool((reader.world.coverage[recent] < 1).any()),
    }
    return tuple(note for note, holds in notes.items() if holds)


def _name(edge: EdgeScore) -> str:
    return "-".join(edge.states)
