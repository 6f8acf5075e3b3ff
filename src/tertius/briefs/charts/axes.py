"""Axes: round ticks for numbers, calendar ticks for dates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from tertius.briefs.charts.drawings import Spec

__all__ = ["date_axis", "number_axis", "round_domain", "round_ticks"]

_LABEL_PX = 44.0


def round_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return up to `count` steps of 1, 2 or 5 (times ten to a power) within the bounds."""
    width = high - low
    if not math.isfinite(width) or width <= 0:
        return [low]
    raw = width / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def round_domain(values: Sequence[float], *, zero: bool) -> tuple[float, float]:
    """Return round bounds around the finite values, from 0 where honesty needs it."""
    known = [float(value) for value in values if math.isfinite(value)]
    if zero or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if low == high:
        low, high = (0.0, 1.0) if low == 0 else (min(low, 0.0), max(high, 0.0))
    ticks = round_ticks(low, high)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else high - low
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def number_axis(ticks: Sequence[float], *, orient: str, grid: bool = True) -> Spec:
    """Return an axis of numbers, without line, with a true minus sign."""
    steps = [abs(b - a) for a, b in pairwise(ticks)] or [1.0]
    digits = next((n for n in range(6) if abs(round(steps[0], n) - steps[0]) < 1e-9), 6)
    return {
        "orient": orient,
        "values": list(ticks),
        "format": f",.{digits}f",
        "grid": grid,
        "domain": False,
        "ticks": False,
    }


def date_axis(first: date, last: date, *, plot_px: float) -> Spec:
    """Return an axis of days, months or years; positions are proleptic day numbers."""
    ticks, pattern = _calendar(first, last, max(int(plot_px / _LABEL_PX), 2))
    # A day number 719163 is 1 January 1970, where the engine's clock starts.
    return {
        "orient": "bottom",
        "values": [tick.toordinal() for tick in ticks],
        "labelExpr": f"utcFormat((datum.value - 719163) * 864e5, '{pattern}')",
        "grid": False,
    }


def _calendar(first: date, last: date, most: int) -> tuple[list[date], str]:
    days = (last - first).days
    if days <= 62:
        step = max(math.ceil((days + 1) / most), 1)
        return [first + timedelta(days=k) for k in range(0, days + 1, step)], "%-d %b"
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    if len(months) <= 24:
        step = next(k for k in (1, 2, 3, 4, 6, 12) if len(months) / k <= most or k == 12)
        return [month for month in months if (month.month - 1) % step == 0], "%b"
    years = [month for month in months if month.month == 1]
    step = next(k for k in (1, 2, 5, 10, 20, 50, 100) if len(years) / k <= most or k == 100)
    return [year for year in years if year.year % step == 0], "%Y"
