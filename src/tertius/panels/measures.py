"""Relation measures: column expressions over a panel's sums, each with what it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.errors import UnknownNameError, UsageError

__all__ = ["MEASURES", "Measure", "net_cooperation_interval", "with_measures"]

_PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to read a relation off a panel.

    Attributes
    ----------
    name : str
        Column name.
    label : str
        What to print on an axis, with the unit.
    expression : callable
        Returns the narwhals expression over the columns of ``Panel.cells``.
    note : str
        What it cannot tell.
    """

    name: str
    label: str
    expression: Callable[[], nw.Expr]
    note: str


def _cooperation() -> nw.Expr:
    return nw.col("quad_1") + nw.col("quad_2")


def _conflict() -> nw.Expr:
    return nw.col("quad_3") + nw.col("quad_4")


def _net_cooperation() -> nw.Expr:
    # Mean of Beta(C + 1/2, X + 1/2), carried from [0, 1] to [-1, 1].
    return (_cooperation() - _conflict()) / (_cooperation() + _conflict() + 2 * _PRIOR)


def _attention_share() -> nw.Expr:
    return nw.when(nw.col("source_total") > 0).then(nw.col("events") / nw.col("source_total"))


def _attention_ratio() -> nw.Expr:
    seen = nw.col("events") > 0
    share = nw.col("events") / nw.col("source_total")
    expected = nw.col("target_total") / nw.col("world_total")
    return nw.when(seen).then((share / expected).log())


def _weight_mean() -> nw.Expr:
    return nw.when(nw.col("events") > 0).then(nw.col("weight_sum") / nw.col("events"))


def _events_per_covered_day() -> nw.Expr:
    whole_days = nw.col("coverage") * nw.col("days")
    return nw.when(whole_days > 0).then(nw.col("events") / whole_days)


_TABLE = (
    Measure(
        "events",
        "events",
        lambda: nw.col("events"),
        "Counts reports: grows with the publishers read and with their interest.",
    ),
    Measure(
        "events_per_covered_day",
        "events per covered day",
        _events_per_covered_day,
        "Takes what is missing for like what is there: wrong where files are missing for a reason "
        "that has to do with the events, or always at one time of the day.",
    ),
    Measure(
        "cooperation",
        "cooperative events (quad 1 + 2)",
        _cooperation,
        "What counts as cooperation depends on the quad class scheme.",
    ),
    Measure(
        "conflict",
        "conflictual events (quad 3 + 4)",
        _conflict,
        "What counts as conflict depends on the quad class scheme.",
    ),
    Measure(
        "net_cooperation",
        "net cooperation, posterior mean (−1 … 1)",
        _net_cooperation,
        "Says nothing of volume; with few events it stays near 0, and the interval says so.",
    ),
    Measure(
        "net_alpha",
        "first parameter of the Beta posterior",
        lambda: _cooperation() + _PRIOR,
        "A parameter, not a measure: cooperative events plus one half.",
    ),
    Measure(
        "net_beta",
        "second parameter of the Beta posterior",
        lambda: _conflict() + _PRIOR,
        "A parameter, not a measure: conflictual events plus one half.",
    ),
    Measure(
        "attention_share",
        "share of the source's events",
        _attention_share,
        "A share rises also because the source deals less with others.",
    ),
    Measure(
        "attention_ratio",
        "log of observed over expected attention",
        _attention_ratio,
        "Null without events; unsteady where few are expected.",
    ),
    Measure(
        "weight_sum",
        "weight sum (driven by volume)",
        lambda: nw.col("weight_sum"),
        "Mostly volume in disguise: many consultations outweigh a threat.",
    ),
    Measure(
        "weight_mean",
        "mean weight of an event",
        _weight_mean,
        "Null without events; noisy for few, bounded by the mix of codes. An event whose code "
        "the weight table lacks counts as 0.",
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _TABLE}
"""Every measure by name."""


def with_measures(cells: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Add measures to a panel's cells as columns.

    Parameters
    ----------
    cells : polars.DataFrame
        ``Panel.cells``, or a frame with its columns; ``events_per_covered_day`` also needs
        ``days``, which ``Panel.calendar`` has and ``Panel.series`` joins.
    *names : str
        Keys of ``MEASURES``.

    Raises
    ------
    UnknownNameError
        If there is no such measure.
    UsageError
        If a column is missing.

    Notes
    -----
    Net cooperation is the posterior mean of the share p of cooperative events among
    cooperative and conflictual ones, Beta(½, ½) before the data (Jeffreys' prior), as 2p − 1.
    The attention ratio is log(n_ij n / (n_i n_j)).
    """
    for name in names:
        if name not in MEASURES:
            raise UnknownNameError.of("measure", name, MEASURES)
    if "events_per_covered_day" in names and "days" not in cells.columns:
        raise UsageError(
            "the frame lacks days, the length of each period",
            where="events_per_covered_day",
            hint='join it: cells.join(panel.calendar.select("period", "days"), on="period")',
        )
    added = {name: MEASURES[name].expression() for name in names}
    frame: nw.DataFrame[Any] = nw.from_native(cells, eager_only=True)
    measured: pl.DataFrame = frame.with_columns(**added).to_native()
    return measured


def net_cooperation_interval(
    cooperation: npt.ArrayLike, conflict: npt.ArrayLike, level: float = 0.9
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the equal-tailed posterior interval of net cooperation.

    Parameters
    ----------
    cooperation, conflict : array_like
        Counts, of one shape.
    level : float
        Probability inside, between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Bounds in [−1, 1], of the counts' shape.

    Notes
    -----
    The interval treats events as independent draws. Reports come in bursts about one deed,
    so it is too narrow as a statement on relations rather than on reports.

    Examples
    --------
    >>> low, high = net_cooperation_interval([8, 0], [2, 0])
    >>> [round(float(x), 2) for x in (*low, *high)]
    [0.1, -0.99, 0.88, 0.99]
    """
    from scipy.special import betaincinv  # half of this room's import time, and rarely needed

    if not 0 < level < 1:
        raise UsageError(f"level {level} is no probability", allowed="between 0 and 1")
    alpha = np.asarray(cooperation, dtype=float) + _PRIOR
    beta = np.asarray(conflict, dtype=float) + _PRIOR
    tail = (1 - level) / 2
    low = 2 * betaincinv(alpha, beta, tail) - 1
    high = 2 * betaincinv(alpha, beta, 1 - tail) - 1
    return low, high
