"""Dating a turn: when, in daily counts, one directed dyad changed its rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.inference import breaks
from tertius.inference.wording import day_words, set_words
from tertius.panels import Panel
from tertius.tables import TableResult

__all__ = ["MEASURES", "Dating", "Turn", "turn"]

MEASURES = ("conflict", "cooperation", "events")
"""What may be counted: quad 3 + 4, quad 1 + 2, everything."""

_CHUNK_CELLS = 500_000  # simulated days held at once: bounds memory, not results


@dataclass(frozen=True, slots=True, eq=False)
class Dating:
    """When one break happened, given that there is one.

    A date is the first day of the new rate. A turn inside a gap of coverage is dated
    to the first covered day after it.

    Attributes
    ----------
    start, end : datetime.date
        First and last covered day looked at.
    days : int
        Covered days looked at, n.
    events : int
        Events counted on them.
    dates : ndarray of datetime64[D], (n,)
        The covered days.
    posterior : ndarray, (n,)
        Probability that the new rate began on each; 0 within the shortest segment.
    mode : datetime.date
        Most probable date.
    mode_probability : float
        Its probability.
    date_set : tuple of datetime.date
        Smallest set of dates that holds the level asked for, in order.
    rate_before, rate_after : float
        Events a covered day before the mode, and from it on.
    phi : float
        Dispersion the evidence was divided by; 1 if it was not tempered.
    log_bayes_factor : float
        Natural log of the Bayes factor of one break against none, same tempering.
    """

    start: date
    end: date
    days: int
    events: int
    dates: NDArray[np.datetime64]
    posterior: NDArray[np.float64]
    mode: date
    mode_probability: float
    date_set: tuple[date, ...]
    rate_before: float
    rate_after: float
    phi: float
    log_bayes_factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Turn(Dating, TableResult):
    """A dated change in what one state does toward another, as reported.

    The fields of :class:`Dating` hold the tempered answer over the whole window.

    Attributes
    ----------
    source, target : str
        ISO3 codes; what `source` did toward `target`.
    measure : str
        One of ``MEASURES``.
    days_missing : int
        Days of the window asked for that the panel does not cover; left out.
    shortest : int
        Least covered days in a segment.
    level : float
        Probability the date sets hold.
    bayes_p : float
        Share of series simulated without a turn, of the same length, mean and
        dispersion, whose Bayes factor is at least as large; never below
        1/(`simulations` + 1).
    simulations : int
        How many were simulated.
    untempered : Dating
        The same at φ = 1.
    half, half_untempered : Dating or None
        The same on half the window, around `on` or, without one, around the mode;
        None if half is shorter than two segments.
    flags : tuple of str
        What a reader should know: ``"no events"``, ``"gaps"``, ``"no half window"``.
    """

    source: str
    target: str
    measure: str
    days_missing: int
    shortest: int
    level: float
    bayes_p: float
    simulations: int
    untempered: Dating
    half: Dating | None
    half_untempered: Dating | None
    flags: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the turn in two sentences, every number computed."""
        return (
            f"Reported {self.measure} of {self.source} toward {self.target} goes from "
            f"{self.rate_before:.2f} to {self.rate_after:.2f} a day on {day_words(self.mode)} "
            f"(P = {self.mode_probability:.2f}; {self.level:.0%} date set "
            f"{set_words(self.date_set)}). Log Bayes factor against no turn "
            f"{self.log_bayes_factor:.1f}, calibrated p = {self.bayes_p:.3f} on "
            f"{self.simulations} simulated series without one "
            f"(n = {self.events} events, {self.days} days, dispersion {self.phi:.2f})."
        )

    def to_polars(self) -> pl.DataFrame:
        """Return ``date``, ``posterior`` and ``untempered``, one row a covered day."""
        return pl.DataFrame(
            {
                "date": self.dates,
                "posterior": self.posterior,
                "untempered": self.untempered.posterior,
            }
        )


def turn(
    panel: Panel,
    source: str,
    target: str,
    *,
    measure: str = "cooperation",
    start: date | None = None,
    end: date | None = None,
    on: date | None = None,
    shortest: int = 5,
    level: float = 0.95,
    simulations: int = 200,
    seed: int | np.random.SeedSequence = 0,
) -> Turn:
    """Date the one change in rate that best divides a dyad's daily counts.

    Two different questions are answered apart: *is there a turn* (``log_bayes_factor``
    and ``bayes_p``) and *when* (``posterior``, ``date_set``). Neither says why.

    Parameters
    ----------
    panel : Panel
        A panel by day.
    source, target : str
        ISO3 codes; the order matters.
    measure : str
        ``"cooperation"``, ``"conflict"`` or ``"events"``.
    start, end : datetime.date, optional
        The window, both days included; the whole panel if not given.
    on : datetime.date, optional
        Centre of the half window: the day of the event the turn is held against.
    shortest : int
        Least covered days before and after the turn.
    level : float
        Probability the date sets hold.
    simulations : int
        Series without a turn to compare the Bayes factor with.
    seed : int or numpy.random.SeedSequence
        Seed of those series.

    Returns
    -------
    Turn

    Raises
    ------
    UsageError
        For options out of range, or a measure nobody knows.
    PanelError
        If the panel is not by day, or the window holds fewer than two segments.

    Notes
    -----
    Gamma(½, ½) priors on both rates, uniform over dates. The tempering
    φ = max(1, χ²/(n − 2)) is taken around the fitted break; simulated series take
    theirs around their own break, and are drawn with the dispersion around the
    *overall* mean, which keeps the share of false turns near nominal also for sparse,
    clumped counts (and costs power where a turn is real).

    Measured: with days of dispersion 3 and rates 1 and 4, 95 % sets hold the true date in
    .95 of 2,000 series tempered, in .70 untempered. Series without a turn have
    ``bayes_p`` ≤ .05 in .03 to .07 of runs (means .1 to 3 a day, dispersion 1 to 6, 60 to
    304 days), in up to .09 where fewer than a dozen events come in clumps.

    The model knows one sudden change between two constant rates of independent days. A
    slow trend, a spell that ends, or a change in how much is reported is called a turn
    too; counts are reports. See Chib (1998) for changepoints with integrated rates.

    References
    ----------
    Chib, S. (1998). Estimation and comparison of multiple change-point models.
    Journal of Econometrics 86, 221–241.
    """
    _check_options(measure, shortest, level, simulations)
    days, counts, missing = _daily_counts(panel, source, target, measure, start, end)
    _check_window(days, shortest, on)
    main = _date(days, counts, shortest, level, tempered=True)
    part = _half(days, main.mode if on is None else on, shortest)
    halves = [
        _date(days[part], counts[part], shortest, level, tempered=tempered) if part else None
        for tempered in (True, False)
    ]
    notes = {"no events": main.events == 0, "gaps": missing > 0, "no half window": part is None}
    return Turn(
        **{name: getattr(main, name) for name in Dating.__dataclass_fields__},
        source=source,
        target=target,
        measure=measure,
        days_missing=missing,
        shortest=shortest,
        level=level,
        bayes_p=_share_reached(counts, main.log_bayes_factor, shortest, simulations, seed),
        simulations=simulations,
        untempered=_date(days, counts, shortest, level, tempered=False),
        half=halves[0],
        half_untempered=halves[1],
        flags=tuple(note for note, holds in notes.items() if holds),
    )


def _check_window(days: NDArray[np.datetime64], shortest: int, on: date | None) -> None:
    if days.size < 2 * shortest:
        raise PanelError(
            f"{days.size} covered days from {days[0]} to {days[-1]} are too few for a turn",
            allowed=f"{2 * shortest} covered days or more (twice `shortest`)",
            hint="widen the window",
        )
    if on is not None and not days[0] <= np.datetime64(on) <= days[-1]:
        raise PanelError(f"`on` ({on}) lies outside the window", allowed=f"{days[0]} to {days[-1]}")


def _check_options(measure: str, shortest: int, level: float, simulations: int) -> None:
    if measure not in MEASURES:
        raise UnknownNameError.of("measure", measure, MEASURES)
    if shortest < 2:
        raise UsageError(f"`shortest` is {shortest}", allowed="2 days or more")
    if not 0 < level < 1:
        raise UsageError(f"`level` is {level}", allowed="a probability between 0 and 1")
    if simulations < 19:
        raise UsageError(
            f"`simulations` is {simulations}", allowed="19 or more (fewer cannot reach 5 %)"
        )


def _daily_counts(
    panel: Panel, source: str, target: str, measure: str, start: date | None, end: date | None
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], int]:
    """Read the covered days of a window, their counts, and how many days are not covered."""
    if panel.identity.period != "day":
        raise PanelError(
            f"a turn is dated in daily counts, and this panel is by {panel.identity.period}",
            allowed="a panel by day",
        )
    first, last = start or panel.identity.start, end or panel.identity.end
    if last < first:
        raise UsageError(f"the window ends ({last}) before it starts ({first})")
    series = panel.series(source, target, measure)
    inside = series.filter(pl.col("period").is_between(first, last)).drop_nulls()
    if inside.is_empty():
        raise PanelError(
            f"no covered day lies between {first} and {last}",
            allowed=f"days from {panel.identity.start} to {panel.identity.end}",
        )
    days = inside["period"].to_numpy().astype("datetime64[D]")
    counts = inside[measure].to_numpy().astype(np.float64)
    return days, counts, (last - first).days + 1 - counts.size


def _date(
    days: NDArray[np.datetime64],
    counts: NDArray[np.float64],
    shortest: int,
    level: float,
    *,
    tempered: bool,
) -> Dating:
    points = breaks.break_points(counts.size, shortest)
    gains = breaks.log_gains(counts[None], shortest)
    place = int(gains[0].argmax())
    at = points[[place]]
    phi = breaks.break_dispersion(counts[None], at) if tempered else np.ones(1)
    density = breaks.date_posterior(gains[0], float(phi[0]))
    before, after = breaks.segment_rates(counts[None], at)
    posterior = np.zeros(counts.size)
    posterior[points] = density
    posterior.flags.writeable = False
    chosen = points[breaks.highest_set(density, level)]
    return Dating(
        start=_plain(days[0]),
        end=_plain(days[-1]),
        days=counts.size,
        events=int(counts.sum()),
        dates=days,
        posterior=posterior,
        mode=_plain(days[at[0]]),
        mode_probability=float(density[place]),
        date_set=tuple(_plain(day) for day in days[chosen]),
        rate_before=float(before[0]),
        rate_after=float(after[0]),
        phi=float(phi[0]),
        log_bayes_factor=float(breaks.log_bayes_factors(gains, phi)[0]),
    )


def _half(days: NDArray[np.datetime64], centre: date, shortest: int) -> slice | None:
    """Return the half of the covered days around `centre`, moved inside the window."""
    size = days.size // 2
    if size < 2 * shortest:
        return None
    middle = int(np.searchsorted(days, np.datetime64(centre)))
    first = min(max(middle - size // 2, 0), days.size - size)
    return slice(first, first + size)


def _share_reached(
    counts: NDArray[np.float64],
    reached: float,
    shortest: int,
    simulations: int,
    seed: int | np.random.SeedSequence,
) -> float:
    """Return the share of simulated series without a turn whose Bayes factor is as large."""
    root = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    mean, phi = float(counts.mean()), breaks.flat_dispersion(counts)
    rows = max(1, _CHUNK_CELLS // counts.size)
    sizes = [min(rows, simulations - done) for done in range(0, simulations, rows)]
    larger = 0
    for size, child in zip(sizes, _children(root, len(sizes)), strict=True):
        generator = np.random.default_rng(child)
        drawn = breaks.null_counts(generator, mean, phi, (size, counts.size))
        gains = breaks.log_gains(drawn, shortest)
        at = breaks.break_points(counts.size, shortest)[gains.argmax(axis=1)]
        factors = breaks.log_bayes_factors(gains, breaks.break_dispersion(drawn, at))
        # The margin lets equal series (all zero) count as equal whatever the order of adding.
        larger += int((factors >= reached - 1e-9).sum())
    return (1 + larger) / (simulations + 1)


def _children(root: np.random.SeedSequence, count: int) -> list[np.random.SeedSequence]:
    """Derive seeds as ``spawn`` does, without advancing a sequence the caller holds."""
    return [
        np.random.SeedSequence(root.entropy, spawn_key=(*root.spawn_key, index))
        for index in range(count)
    ]


def _plain(day: np.datetime64) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day.astype(np.int64)))
