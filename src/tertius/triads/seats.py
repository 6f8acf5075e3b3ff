"""What a triad is at each date: roles, pattern, leverage, and words for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from tertius.errors import UnknownNameError, UsageError
from tertius.tables import TableResult
from tertius.triads.scores import SCORINGS, EdgeScore

__all__ = ["NO_TRIANGLE", "TRANSITION", "UNDECIDED", "RoleEntry", "Roles"]

NO_TRIANGLE = "no triangle"
TRANSITION = "transition"
UNDECIDED = "not distinguishable"


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """The triad at one date under one scoring.

    Attributes
    ----------
    date : datetime.date
        Day looked back from.
    scoring : str
        ``"world"`` or ``"raw"``.
    world_share : float
        Cooperative share of all interstate events, same weights.
    edges : tuple of three EdgeScore
        X–A, X–B, A–B.
    roles, role_priors, lift : dict of str to float
        Posterior probability of each role of X by sign alone, its probability if
        nothing had been reported (under this scoring), and their ratio.
    patterns : dict of str to float
        Posterior probability of each pattern; draws with a neutral edge are unformed.
    leading_roles : tuple of str
        Most probable role, and any Monte Carlo cannot tell from it.
    leading_pattern : str
        Most probable pattern.
    leverage, leverage_mean : float
        Posterior median and mean of T_X, in [0, 1].
    leverage_quantiles : tuple of five float
        5, 25, 50, 75 and 95 %.
    seat_value, seat_interval_90 : float, tuple of float
        Median and interval of u_X = s_XA + s_XB − α s_AB.
    balance, balance_interval_90, balanced : float, tuple of float, float
        Median and interval of sign·|s s s|^⅓, and the probability that it is positive.
        The pivot's triangle is unbalanced: balance theory says it erodes, Dittmer that
        it is the best seat.
    verdict : str
        A role; several joined by " or "; ``"no triangle"``, ``"transition"`` or
        ``"unformed"``.
    flags : tuple of str
        Which dyad has few events, is neutral or flipped; ``"short history"``,
        ``"gaps"``.
    """

    date: date
    scoring: str
    world_share: float
    edges: tuple[EdgeScore, EdgeScore, EdgeScore]
    roles: dict[str, float]
    role_priors: dict[str, float]
    lift: dict[str, float]
    patterns: dict[str, float]
    leading_roles: tuple[str, ...]
    leading_pattern: str
    leverage: float
    leverage_mean: float
    leverage_quantiles: tuple[float, float, float, float, float]
    seat_value: float
    seat_interval_90: tuple[float, float]
    balance: float
    balance_interval_90: tuple[float, float]
    balanced: float
    verdict: str
    flags: tuple[str, ...]

    @property
    def leverage_interval_50(self) -> tuple[float, float]:
        """Central 50 % interval of T_X."""
        return self.leverage_quantiles[1], self.leverage_quantiles[3]

    @property
    def leverage_interval_90(self) -> tuple[float, float]:
        """Central 90 % interval of T_X."""
        return self.leverage_quantiles[0], self.leverage_quantiles[4]


@dataclass(frozen=True, slots=True)
class Roles(TableResult):
    """Roles of one state between two others, by date and scoring.

    Attributes
    ----------
    pivot : str
        ISO3 code of X.
    rivals : tuple of (str, str)
        ISO3 codes of A and B.
    half_life_days, alpha, neutral : float
        As asked for.
    draws : int
        Posterior draws behind each entry.
    entries : tuple of RoleEntry
        By date, then scoring (``"world"`` first).
    """

    pivot: str
    rivals: tuple[str, str]
    half_life_days: float
    alpha: float
    neutral: float
    draws: int
    entries: tuple[RoleEntry, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates, in order."""
        return tuple(entry.date for entry in self.entries if entry.scoring == SCORINGS[0])

    def at(self, on: date, scoring: str = "world") -> RoleEntry:
        """Return the entry of one date and scoring.

        Raises
        ------
        UnknownNameError
            For a scoring nobody knows.
        UsageError
            For a date without an entry.
        """
        if scoring not in SCORINGS:
            raise UnknownNameError.of("scoring", scoring, SCORINGS)
        for entry in self.entries:
            if entry.date == on and entry.scoring == scoring:
                return entry
        raise UsageError(
            f"there is no entry at {on}", allowed=", ".join(str(day) for day in self.dates)
        )

    def agreement(self, on: date) -> str:
        """Return the verdict both scorings give at a date, or ``"not distinguishable"``."""
        verdicts = {self.at(on, scoring).verdict for scoring in SCORINGS}
        return verdicts.pop() if len(verdicts) == 1 else UNDECIDED

    @property
    def words(self) -> tuple[str, ...]:
        """One sentence a date, every number computed."""
        return tuple(self._sentence(day) for day in self.dates)

    def to_polars(self) -> pl.DataFrame:
        """Return a long table: one row a date, scoring, kind and name.

        Returns
        -------
        polars.DataFrame
            ``date``, ``scoring``, ``kind`` (role, pattern, edge, severity, leverage,
            seat, balance), ``name``, ``estimate``, ``low_90``, ``low_50``, ``high_50``,
            ``high_90``, ``prior``; null where a kind has none.
        """
        rows = [row for entry in self.entries for row in _rows(entry, self.pivot)]
        schema = {"date": pl.Date, "scoring": pl.String, "kind": pl.String, "name": pl.String}
        numbers = ("estimate", "low_90", "low_50", "high_50", "high_90", "prior")
        return pl.DataFrame(rows, schema=schema | dict.fromkeys(numbers, pl.Float64), orient="row")

    def _sentence(self, day: date) -> str:
        world, raw = (self.at(day, scoring) for scoring in SCORINGS)
        parts = []
        for entry, against in ((world, "the world's odds"), (raw, "even odds")):
            low, high = entry.leverage_interval_90
            shown = ", ".join(f"{name} {entry.roles[name]:.2f}" for name in entry.leading_roles)
            parts.append(
                f"against {against} {entry.verdict} (P: {shown}; "
                f"leverage {entry.leverage:.2f}, 90 % interval {low:.2f} to {high:.2f})"
            )
        first, second = self.rivals
        return (
            f"On {day} {self.pivot} between {first} and {second} is, by reported events, "
            f"{parts[0]}; {parts[1]}. Both together: {self.agreement(day)}."
        )


_Row = tuple[date, str, str, str, float | None, *tuple[float | None, ...]]


def _rows(entry: RoleEntry, pivot: str) -> list[_Row]:
    head = (entry.date, entry.scoring)
    none = (None, None, None, None)
    rows: list[_Row] = [
        (*head, "role", name, share, *none, entry.role_priors[name])
        for name, share in entry.roles.items()
    ]
    rows += [(*head, "pattern", name, share, *none, None) for name, share in entry.patterns.items()]
    for edge in entry.edges:
        name = "-".join(edge.states)
        rows.append((*head, "edge", name, edge.score, *_nested(edge), None))
        low, high = edge.severity_interval_90 or (None, None)
        rows.append((*head, "severity", name, edge.severity, low, None, None, high, None))
    low5, low, _, high, high5 = entry.leverage_quantiles
    rows.append((*head, "leverage", pivot, entry.leverage, low5, low, high, high5, None))
    for kind, value, ends in (
        ("seat", entry.seat_value, entry.seat_interval_90),
        ("balance", entry.balance, entry.balance_interval_90),
    ):
        rows.append((*head, kind, pivot, value, ends[0], None, None, ends[1], None))
    return rows


def _nested(edge: EdgeScore) -> tuple[float, float, float, float]:
    """Return the ends of both intervals, from left to right."""
    return edge.interval_90[0], *edge.interval_50, edge.interval_90[1]
