"""Reading a panel: the series of a directed dyad and of the world, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tertius.panels import Panel
from tertius.triads.dispersions import count_dispersion, grouped

__all__ = ["Flow", "Reader", "Totals", "World"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """What one state was reported to do toward another, weighted and summed.

    Attributes
    ----------
    cooperative, conflictual : float
        Weighted counts, quad 1 + 2 and quad 3 + 4.
    weight_sum, weight_sum_squares : float
        Weighted sums of the events' weights and of their squares.
    """

    cooperative: float
    conflictual: float
    weight_sum: float
    weight_sum_squares: float

    @property
    def events(self) -> float:
        """Weighted count of events."""
        return self.cooperative + self.conflictual


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One directed dyad by period; zeros where not covered.

    Attributes
    ----------
    source, target : str
        ISO3 codes.
    cooperation, conflict, weight_sum, weight_sum_squares : ndarray, (n,)
        Counts and sums of each period.
    phi : float
        Dispersion of its weekly counts over the whole panel, at least 1.
    """

    source: str
    target: str
    cooperation: Floats
    conflict: Floats
    weight_sum: Floats
    weight_sum_squares: Floats
    phi: float

    def total(self, weights: Floats) -> Totals:
        """Sum over periods with `weights`, ``(n,)``."""
        return Totals(
            *(float(weights @ getattr(self, name)) for name in ("cooperation", "conflict")),
            *(float(weights @ getattr(self, name)) for name in _SUMS),
        )


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All interstate events by period, and the calendar.

    Attributes
    ----------
    starts, ends : ndarray of int, (n,)
        First and last day of each period, as ordinals.
    days : ndarray, (n,)
        Covered days of each period.
    coverage : ndarray, (n,)
        Share of each period that is covered.
    cooperation, conflict : ndarray, (n,)
        Counts over all dyads.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    days: Floats
    coverage: Floats
    cooperation: Floats
    conflict: Floats

    def share(self, weights: Floats) -> float:
        """Return the weighted cooperative share, half an event of each kind added."""
        cooperative, conflictual = weights @ self.cooperation, weights @ self.conflict
        return float((cooperative + 0.5) / (cooperative + conflictual + 1))


class Reader:
    """Reads dyads of one panel, each once."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.world = _read_world(panel)
        self._flows: dict[tuple[str, str], Flow] = {}
        # Weeks run from Monday, and ordinal 1 was one.
        daily = panel.identity.period == "day"
        starts = self.world.starts
        self._groups = (starts - 1) // 7 if daily else np.arange(starts.size)

    def flow(self, source: str, target: str) -> Flow:
        """Return the series of what `source` did toward `target`."""
        if (source, target) not in self._flows:
            columns = self.panel.series(source, target, "cooperation", "conflict", *_SUMS)
            arrays = {name: _filled(columns[name]) for name in columns.columns[1:]}
            phi = self.dispersion([arrays["cooperation"], arrays["conflict"]])
            self._flows[source, target] = Flow(source, target, **arrays, phi=phi)
        return self._flows[source, target]

    def dispersion(self, series: list[Floats]) -> float:
        """Return the dispersion of counts by week (by period, if the panel's is coarser)."""
        weekly = [grouped(values, self._groups) for values in series]
        return count_dispersion(weekly, grouped(self.world.days, self._groups))


_SUMS = ("weight_sum", "weight_sum_squares")


def _read_world(panel: Panel) -> World:
    calendar = panel.calendar
    starts = np.array([day.toordinal() for day in calendar["period"].to_list()], dtype=np.int64)
    # A period the panel begins or ends in lasts as far as the panel does.
    first, last = panel.identity.start.toordinal(), panel.identity.end.toordinal()
    ends = starts + calendar["days"].to_numpy() - 1
    return World(
        starts=np.where((starts < first) & (first <= ends), first, starts),
        ends=np.where((starts <= last) & (last < ends), last, ends),
        days=_filled(calendar["covered_days"]),
        coverage=_filled(calendar["coverage"]),
        cooperation=_filled(calendar["quad_1"] + calendar["quad_2"]),
        conflict=_filled(calendar["quad_3"] + calendar["quad_4"]),
    )


def _filled(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).fill_null(0.0).to_numpy().astype(np.float64)
