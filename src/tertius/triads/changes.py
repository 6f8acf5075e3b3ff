"""How a relation changed between two windows: its score, and its rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from tertius.panels import Panel
from tertius.triads.flows import Reader
from tertius.triads.posteriors import PRIOR
from tertius.triads.scores import PROBABILITIES, RAW, WORLD, check_draws, quantile_pairs, seeded
from tertius.triads.ties import (
    Relation,
    Window,
    read_flows,
    whole_window,
    window_relation,
)

__all__ = ["Change", "RelationChange", "gamma_ratio", "relation_change"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference (after less before) or a ratio (after over before).

    Attributes
    ----------
    estimate : float
        Posterior median.
    interval_50, interval_90 : tuple of float
        Central posterior intervals.
    higher : float
        Posterior probability that after is above before.
    """

    estimate: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]
    higher: float


@dataclass(frozen=True, slots=True)
class RelationChange:
    """A relation in two windows, and what changed.

    Attributes
    ----------
    before, after : Relation
        The relation in each window.
    world, raw : Change
        Change of the score under each scoring.
    cooperative_rate, conflictual_rate : Change
        Ratio of events a covered day.
    cooperative_share : Change or None
        Ratio of cooperative events per interstate event in the world: the rate with
        the general volume of reports taken out. None if a window has no event at all.
    flags : tuple of str
        Which window has few events or gaps: ``"few events before"``, ….
    """

    before: Relation
    after: Relation
    world: Change
    raw: Change
    cooperative_rate: Change
    conflictual_rate: Change
    cooperative_share: Change | None
    flags: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the change in two sentences."""
        rate, score = self.cooperative_rate, self.world
        return (
            f"Reported cooperation is {rate.estimate:.2f} times as frequent from "
            f"{self.after.start} to {self.after.end} as from {self.before.start} to "
            f"{self.before.end} (90 % interval {rate.interval_90[0]:.2f} to "
            f"{rate.interval_90[1]:.2f}). The score against the world's odds differs by "
            f"{score.estimate:+.2f} ({score.interval_90[0]:+.2f} to {score.interval_90[1]:+.2f})."
        )


def relation_change(
    panel: Panel,
    source: str,
    target: str,
    *,
    before: tuple[date, date],
    after: tuple[date, date],
    undirected: bool = False,
    draws: int = 4000,
    seed: int | np.random.SeedSequence = 0,
) -> RelationChange:
    """Compare a dyad's score and rates in two windows.

    Parameters
    ----------
    panel : Panel
        Any period; a period counts if it lies wholly inside a window.
    source, target : str
        ISO3 codes.
    before, after : tuple of (datetime.date, datetime.date)
        First and last day of each window, included.
    undirected : bool
        Take both directions together.
    draws : int
        Posterior draws, 100 or more.
    seed : int or numpy.random.SeedSequence
        Seed of the draws.

    Returns
    -------
    RelationChange

    Raises
    ------
    UsageError
        For options out of range.
    PanelError
        If nothing covered lies inside a window.

    Notes
    -----
    Each rate has the posterior Gamma(½ + C/φ, days/φ), φ the dispersion of the dyad's
    weekly counts over the whole panel, which a real change inflates: the intervals err
    on the wide side. A rate moves with how much is reported at all; the share does not.
    """
    check_draws(draws)
    reader = Reader(panel)
    flows = read_flows(reader, source, target, undirected=undirected)
    windows = [whole_window(reader, *span) for span in (before, after)]
    found = [
        window_relation(reader, flows, window, seeded(seed, index), 0.0, draws)
        for index, window in enumerate(windows)
    ]
    (first, draws_before), (second, draws_after) = found
    pooled = {
        name: np.sum([getattr(flow, name) for flow in flows], axis=0)
        for name in ("cooperation", "conflict")
    }
    phi = reader.dispersion(list(pooled.values()))
    world = reader.world.cooperation + reader.world.conflict
    measurable = all(window.inside @ world > 0 for window in windows)
    return RelationChange(
        before=first,
        after=second,
        world=_difference(draws_before[WORLD], draws_after[WORLD]),
        raw=_difference(draws_before[RAW], draws_after[RAW]),
        cooperative_rate=_ratio(pooled["cooperation"], windows, reader.world.days, phi),
        conflictual_rate=_ratio(pooled["conflict"], windows, reader.world.days, phi),
        cooperative_share=(
            _ratio(pooled["cooperation"], windows, world, phi) if measurable else None
        ),
        flags=tuple(
            f"{flag} {when}"
            for when, side in (("before", first), ("after", second))
            for flag in side.flags
        ),
    )


def gamma_ratio(
    counts: tuple[float, float], exposures: tuple[float, float], phi: float
) -> tuple[Floats, float]:
    """Return the posterior of a ratio of two rates, first over second.

    Parameters
    ----------
    counts, exposures : tuple of two float
        Events and exposure of each rate.
    phi : float
        Dispersion of both.

    Returns
    -------
    quantiles : ndarray, (5,)
        5, 25, 50, 75 and 95 %.
    higher : float
        Probability that the first rate is the higher.
    """
    a, b = (PRIOR + count / phi for count in counts)
    level = np.array(PROBABILITIES)
    # Both shares are inverted, since 1 − x loses all digits where x is next to 1.
    odds = betaincinv(a, b, level) / betaincinv(b, a, 1 - level)
    higher = float(betainc(b, a, exposures[1] / sum(exposures)))
    return odds * (exposures[1] / exposures[0]), higher


def _ratio(counts: Floats, windows: Sequence[Window], exposure: Floats, phi: float) -> Change:
    before, after = (
        (float(window.inside @ counts), float(window.inside @ exposure)) for window in windows
    )
    return _change(*gamma_ratio((after[0], before[0]), (after[1], before[1]), phi))


def _difference(before: Floats, after: Floats) -> Change:
    difference = after - before
    return _change(quantile_pairs(difference), float((difference > 0).mean()))


def _change(quantiles: Floats, higher: float) -> Change:
    low, lower, middle, upper, high = (float(value) for value in quantiles)
    return Change(middle, (lower, upper), (low, high), higher)
