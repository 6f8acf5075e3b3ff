"""Courtship: whether both rivals bid above their own norm, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.panels import Panel
from tertius.tables import TableResult
from tertius.triads.flows import Reader
from tertius.triads.scores import check_draws, quantile_pairs, seeded

__all__ = ["FEWEST_PERIODS", "SHORT_BASELINE", "Bid", "Courtship", "baselines", "courtship"]

Floats = NDArray[np.float64]

SHORT_BASELINE = "short baseline"
FEWEST_PERIODS = 8
"""Covered periods a norm needs."""
FULL_PERIODS = {"week": 52, "month": 12, "year": 5}
"""Periods a norm looks back over, where the panel reaches as far."""


@dataclass(frozen=True, slots=True)
class Bid:
    """Cooperation toward X in one period, against the norm before it.

    Attributes
    ----------
    period : datetime.date
        First day of the period.
    state : str
        ISO3 code of the rival, or ``"both"``: the lower of the two bids, K_X.
    events : int or None
        Cooperative events counted; None for ``"both"``.
    expected : float or None
        Norm E: their mean in a fully covered period of the baseline.
    bid : float or None
        log((C + ½)/(E + ½)), natural; None without a norm or coverage.
    interval_50, interval_90 : tuple of float, or None
        Intervals of the same log ratio of the two rates, conservative.
    above : float or None
        One-sided confidence that the rate is above the norm (for ``"both"``: both);
        0 where nothing was counted.
    baseline_periods : int
        Covered periods the norm rests on.
    flags : tuple of str
        ``"short baseline"``, ``"no baseline"``, ``"not covered"``, ``"partly covered"``.
    """

    period: date
    state: str
    events: int | None
    expected: float | None
    bid: float | None
    interval_50: tuple[float, float] | None
    interval_90: tuple[float, float] | None
    above: float | None
    baseline_periods: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Courtship(TableResult):
    """How two rivals courted one state, period by period.

    Attributes
    ----------
    pivot : str
        ISO3 code of X, the state courted.
    rivals : tuple of (str, str)
        ISO3 codes of those who court.
    period : str
        ``"week"``, ``"month"`` or ``"year"``.
    phi : tuple of (float, float)
        Dispersion of each rival's weekly cooperation toward X.
    bids : tuple of Bid
        By period: each rival, then ``"both"``.
    """

    pivot: str
    rivals: tuple[str, str]
    period: str
    phi: tuple[float, float]
    bids: tuple[Bid, ...]

    def of(self, state: str = "both") -> tuple[Bid, ...]:
        """Return the bids of one rival, or K_X, by period."""
        if state not in {*self.rivals, "both"}:
            raise UnknownNameError.of("rival", state, (*self.rivals, "both"))
        return tuple(bid for bid in self.bids if bid.state == state)

    @property
    def words(self) -> str:
        """Return in one sentence in how many periods both bid above their norm."""
        both = [bid for bid in self.of() if bid.interval_90 is not None]
        sure = [bid for bid in both if bid.interval_90 is not None and bid.interval_90[0] > 0]
        first, second = self.rivals
        return (
            f"In {len(sure)} of {len(both)} {self.period}s with a norm, {first} and {second} both "
            f"report more cooperation toward {self.pivot} than before (90 % interval above 0)."
        )

    def to_polars(self) -> pl.DataFrame:
        """Return one row a period and state; intervals in four columns, flags joined."""
        rows = [
            {
                "period": bid.period,
                "state": bid.state,
                "events": bid.events,
                "expected": bid.expected,
                "bid": bid.bid,
                "low_90": bid.interval_90[0] if bid.interval_90 else None,
                "low_50": bid.interval_50[0] if bid.interval_50 else None,
                "high_50": bid.interval_50[1] if bid.interval_50 else None,
                "high_90": bid.interval_90[1] if bid.interval_90 else None,
                "above": bid.above,
                "baseline_periods": bid.baseline_periods,
                "flags": ", ".join(bid.flags),
            }
            for bid in self.bids
        ]
        return pl.DataFrame(rows, schema=_SCHEMA)


_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "state": pl.String(),
    "events": pl.Int64(),
    **{
        name: pl.Float64()
        for name in ("expected", "bid", "low_90", "low_50", "high_50", "high_90", "above")
    },
    "baseline_periods": pl.Int64(),
    "flags": pl.String(),
}


def courtship(
    panel: Panel,
    *,
    pivot: str,
    rivals: tuple[str, str],
    period: str = "week",
    draws: int = 4000,
    seed: int | np.random.SeedSequence = 0,
) -> Courtship:
    """Measure whether two rivals both court a state more than they used to.

    K_X = min_j log((C_jX + ½)/(E_jX + ½)): C the cooperative events of rival j toward X in
    a period, E their mean over the 52 weeks (12 months, 5 years) before it.

    Parameters
    ----------
    panel : Panel
        A panel of that period, or a finer one.
    pivot : str
        ISO3 code of X.
    rivals : tuple of (str, str)
        ISO3 codes of those who court.
    period : str
        ``"week"``, ``"month"`` or ``"year"``.
    draws : int
        Posterior draws, 100 or more.
    seed : int or numpy.random.SeedSequence
        Seed of the draws.

    Returns
    -------
    Courtship

    Raises
    ------
    UsageError
        For options out of range.
    PanelError
        If the panel's periods do not make up the one asked for.

    Notes
    -----
    Where fewer periods lie before it, the norm expands from 8 covered ones on and the
    bid is labelled "short baseline"; before that there is none. A partly covered period
    counts by its coverage. Intervals are of the ratio of (rate + ½), as in K_X, and are
    made of Gamma bounds as Garwood's (1936) for a Poisson mean: the lower end has
    Gamma(C/φ) over Gamma(S/φ + 1), the upper end Gamma(C/φ + 1) over Gamma(S/φ), each
    over its exposure, S the events of the norm. A posterior would not do: with hardly
    any events one week is less certain than fifty-two, and its prior alone would look
    like courtship.

    More reports are not more courtship: when X is in the news, everybody's counts rise
    together. K_X has no control for that; read it beside the world's share.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28,
    437–442.
    """
    if period not in FULL_PERIODS:
        raise UnknownNameError.of("period", period, FULL_PERIODS)
    if len(rivals) != 2 or len({pivot, *rivals}) != 3:
        raise UsageError(f"{pivot} and {', '.join(rivals)} are no triad")
    check_draws(draws)
    if panel.identity.period not in {"day", period}:
        raise PanelError(
            f"a panel by {panel.identity.period} cannot show courtship by {period}",
            allowed=f"a panel by day or by {period}",
        )
    fine = Reader(panel)
    coarse = fine if panel.identity.period == period else Reader(panel.regroup(period))
    counts = [coarse.flow(rival, pivot).cooperation for rival in rivals]
    phi = [fine.dispersion([fine.flow(rival, pivot).cooperation]) for rival in rivals]
    found = _bids(coarse, counts, phi, rivals, period, draws, seed)
    return Courtship(pivot, (rivals[0], rivals[1]), period, (phi[0], phi[1]), found)


def baselines(
    counts: Floats, coverage: Floats, reach: int
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Sum what the `reach` periods before each one hold.

    Parameters
    ----------
    counts, coverage : ndarray, (n,)
        Events, and the share of each period that is covered.

    Returns
    -------
    events, exposure : ndarray, (n,)
        Events and covered periods (fractions count) of each baseline.
    periods : ndarray of int, (n,)
        Periods of each baseline covered at all.
    """
    place = np.arange(counts.size)
    first = np.maximum(place - reach, 0)

    def before(values: Floats) -> Floats:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        held: Floats = sums[place] - sums[first]
        return held

    seen = before((coverage > 0).astype(np.float64))
    return before(counts), before(coverage), seen.astype(np.int64)


def _bids(
    reader: Reader,
    counts: list[Floats],
    phi: list[float],
    rivals: tuple[str, str],
    period: str,
    draws: int,
    seed: int | np.random.SeedSequence,
) -> tuple[Bid, ...]:
    coverage, reach = reader.world.coverage, FULL_PERIODS[period]
    bases = [baselines(values, coverage, reach) for values in counts]
    starts = reader.panel.calendar["period"].to_list()
    bids: list[Bid] = []
    for i, start in enumerate(starts):
        known = int(bases[0][2][i])
        flags = _flags(float(coverage[i]), known, reach)
        if coverage[i] == 0 or known < FEWEST_PERIODS:
            bids += [_unknown(start, state, known, flags) for state in (*rivals, "both")]
            continue
        generator = seeded(seed, start.toordinal())
        pair, bounds = [], []
        for j, state in enumerate(rivals):
            held, exposure, _ = bases[j]
            now = (float(counts[j][i]), float(coverage[i]))
            norm = (float(held[i]), float(exposure[i]))
            bounds.append(_draw_bounds(generator, now, norm, phi[j], draws))
            expected = norm[0] / norm[1]
            point = float(np.log((now[0] / now[1] + 0.5) / (expected + 0.5)))
            pair.append(
                _bid(start, state, round(now[0]), expected, point, bounds[-1], known, flags)
            )
        lower = min(bid.bid for bid in pair if bid.bid is not None)
        both = np.minimum(*bounds)
        bids += [*pair, _bid(start, "both", None, None, lower, both, known, flags)]
    return tuple(bids)


def _draw_bounds(
    generator: np.random.Generator,
    now: tuple[float, float],
    norm: tuple[float, float],
    phi: float,
    draws: int,
) -> Floats:
    """Draw the lower and the upper bound of log((rate now + ½)/(norm + ½)), ``(2, draws)``."""
    sides = []
    for count, exposure in (now, norm):
        least = generator.gamma(count / phi, 1.0, draws)
        # One more exponential turns Gamma(a) into Gamma(a + 1): the bounds never cross.
        most = least + generator.exponential(1.0, draws)
        sides.append(np.log(np.stack([least, most]) * phi / exposure + 0.5))
    bounds: Floats = sides[0] - sides[1][::-1]
    return bounds


def _bid(
    start: date,
    state: str,
    events: int | None,
    expected: float | None,
    point: float,
    bounds: Floats,
    known: int,
    flags: tuple[str, ...],
) -> Bid:
    quantiles = quantile_pairs(bounds)
    spans = [(float(quantiles[i, 0]), float(quantiles[-1 - i, 1])) for i in (1, 0)]
    above = float((bounds[0] > 0).mean())
    return Bid(start, state, events, expected, point, spans[0], spans[1], above, known, flags)


def _unknown(start: date, state: str, known: int, flags: tuple[str, ...]) -> Bid:
    return Bid(start, state, None, None, None, None, None, None, known, flags)


def _flags(coverage: float, known: int, reach: int) -> tuple[str, ...]:
    notes = {
        "not covered": coverage == 0,
        "partly covered": 0 < coverage < 1,
        "no baseline": known < FEWEST_PERIODS,
        SHORT_BASELINE: FEWEST_PERIODS <= known < reach,
    }
    return tuple(note for note, holds in notes.items() if holds)
