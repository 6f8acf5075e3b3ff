"""The relation of two states: its score over a window or at a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.errors import PanelError, UsageError
from tertius.panels import Panel
from tertius.triads.flows import Flow, Reader
from tertius.triads.posteriors import discounts
from tertius.triads.scores import (
    FEWEST_EVENTS,
    RAW,
    WORLD,
    EdgeScore,
    Sums,
    check_draws,
    edge_scores,
    score_draws,
    seeded,
)

__all__ = [
    "FEW_EVENTS",
    "Relation",
    "Window",
    "read_flows",
    "relation",
    "whole_window",
    "window_relation",
]

Floats = NDArray[np.float64]

FEW_EVENTS = "few events"
"""Flag of a relation with fewer than five effective events."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How cooperative what was reported of a dyad is, over a window or at a date.

    Attributes
    ----------
    source, target : str
        ISO3 codes.
    undirected : bool
        Whether both directions were taken together.
    start, end : datetime.date
        First and last day asked for; `end` is the date looked back from if discounted.
    half_life_days : float or None
        Age at which an event counts half; None if each counts fully.
    days : int
        Covered days in the window.
    days_missing : int
        Days of the window that are not covered; left out.
    events : int
        Events counted, undiscounted.
    cooperative_rate, conflictual_rate : float
        Events a covered day, undiscounted.
    world_share : float
        Cooperative share of all interstate events, same weights.
    world, raw : EdgeScore
        The score against the world's odds, and against even odds.
    flags : tuple of str
        ``"few events"`` under five effective events, ``"gaps"``.
    """

    source: str
    target: str
    undirected: bool
    start: date
    end: date
    half_life_days: float | None
    days: int
    days_missing: int
    events: int
    cooperative_rate: float
    conflictual_rate: float
    world_share: float
    world: EdgeScore
    raw: EdgeScore
    flags: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the relation in one sentence."""
        joint = "and" if self.undirected else "toward"
        shown = [
            f"{score.score:+.2f} ({score.interval_90[0]:+.2f} to {score.interval_90[1]:+.2f}) "
            f"against {against}"
            for score, against in ((self.world, "the world's odds"), (self.raw, "even odds"))
        ]
        return (
            f"From {self.start} to {self.end} the score of {self.source} {joint} {self.target} "
            f"is {shown[0]}, {shown[1]} (90 % intervals; {self.events} events, "
            f"{self.world.effective_events:.1f} effective)."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Which periods count, and how much.

    Attributes
    ----------
    start, end : datetime.date
        First and last day.
    half_life_days : float or None
        None if each period counts fully.
    weights : ndarray, (n,)
        Weight of each period of the panel.
    """

    start: date
    end: date
    half_life_days: float | None
    weights: Floats

    @property
    def inside(self) -> Floats:
        """1 where a period counts at all, ``(n,)``."""
        return (self.weights > 0).astype(np.float64)


def relation(
    panel: Panel,
    source: str,
    target: str,
    *,
    start: date | None = None,
    end: date | None = None,
    on: date | None = None,
    undirected: bool = False,
    half_life_days: float = 28.0,
    neutral: float = 0.1,
    draws: int = 4000,
    seed: int | np.random.SeedSequence = 0,
) -> Relation:
    """Score a dyad over a window, or discounted back from a date.

    Parameters
    ----------
    panel : Panel
        Any period; a period counts if it lies wholly inside.
    source, target : str
        ISO3 codes.
    start, end : datetime.date, optional
        Window, both days included, each event counting fully; the whole panel if
        nothing is given.
    on : datetime.date, optional
        Instead of a window: the day to look back from, with `half_life_days`.
    undirected : bool
        Take the mean of both directions.
    half_life_days : float
        Age at which an event counts half; used with `on` only.
    neutral : float
        Half-width of the neutral band.
    draws : int
        Posterior draws, 100 or more.
    seed : int or numpy.random.SeedSequence
        Seed of the draws.

    Returns
    -------
    Relation

    Raises
    ------
    UsageError
        For options out of range, or both a window and a date.
    PanelError
        If nothing covered lies inside, or the panel does not speak about the dyad.

    Notes
    -----
    The score says which share of the *reports* was cooperative, not how close two
    states are; see :func:`tertius.triads.roles` for the formula and its limits.
    """
    check_draws(draws, neutral, half_life_days)
    reader = Reader(panel)
    if on is None:
        window = whole_window(reader, start, end)
    elif start is None and end is None:
        window = _discounted(reader, on, half_life_days)
    else:
        raise UsageError("both a window and `on` are given", allowed="one of them")
    flows = read_flows(reader, source, target, undirected=undirected)
    generator = seeded(seed, window.start.toordinal(), window.end.toordinal())
    return window_relation(reader, flows, window, generator, neutral, draws)[0]


def whole_window(reader: Reader, start: date | None, end: date | None) -> Window:
    """Return the window of the periods wholly between two days, each counting fully."""
    identity, world = reader.panel.identity, reader.world
    first, last = start or identity.start, end or identity.end
    if last < first:
        raise UsageError(f"the window ends ({last}) before it starts ({first})")
    inside = (world.starts >= first.toordinal()) & (world.ends <= last.toordinal())
    window = Window(first, last, None, inside.astype(np.float64))
    return _checked(reader, window)


def window_relation(
    reader: Reader,
    flows: tuple[Flow, ...],
    window: Window,
    generator: np.random.Generator,
    neutral: float,
    draws: int,
) -> tuple[Relation, dict[str, Floats]]:
    """Score one direction or two over a window.

    Returns
    -------
    relation : Relation
    draws : dict of str to ndarray, (D,)
        Draws of the score by scoring.
    """
    world = reader.world
    edges = (Sums.of(flows, window.weights),)
    shares = score_draws(generator, edges, draws)
    world_share = world.share(window.weights)
    scored = {
        scoring: edge_scores(edges, shares, scoring, world_share, neutral)
        for scoring in (WORLD, RAW)
    }
    days = int(window.inside @ world.days)
    plain = Sums.of(flows, window.inside)
    cooperative, conflictual = float(plain.cooperative.sum()), float(plain.conflictual.sum())
    missing = (window.end - window.start).days + 1 - days
    score = scored[WORLD][1][0]
    notes = {FEW_EVENTS: score.effective_events < FEWEST_EVENTS, "gaps": missing > 0}
    found = Relation(
        source=flows[0].source,
        target=flows[0].target,
        undirected=len(flows) == 2,
        start=window.start,
        end=window.end,
        half_life_days=window.half_life_days,
        days=days,
        days_missing=missing,
        events=round(cooperative + conflictual),
        cooperative_rate=cooperative / days,
        conflictual_rate=conflictual / days,
        world_share=world_share,
        world=score,
        raw=scored[RAW][1][0],
        flags=tuple(note for note, holds in notes.items() if holds),
    )
    return found, {scoring: scored[scoring][0][0] for scoring in (WORLD, RAW)}


def read_flows(reader: Reader, source: str, target: str, *, undirected: bool) -> tuple[Flow, ...]:
    """Return one direction of a dyad, or both."""
    there = reader.flow(source, target)
    return (there, reader.flow(target, source)) if undirected else (there,)


def _discounted(reader: Reader, on: date, half_life_days: float) -> Window:
    identity = reader.panel.identity
    if not identity.start <= on <= identity.end:
        raise PanelError(
            f"{on} lies outside the panel", allowed=f"{identity.start} to {identity.end}"
        )
    weights = discounts(reader.world.ends, on.toordinal(), half_life_days)
    return _checked(reader, Window(identity.start, on, half_life_days, weights))


def _checked(reader: Reader, window: Window) -> Window:
    if window.inside @ reader.world.days == 0:
        identity = reader.panel.identity
        raise PanelError(
            f"no covered {identity.period} lies between {window.start} and {window.end}",
            allowed=f"days from {identity.start} to {identity.end}",
        )
    return window
