"""What `read_covariates` returns: a table, where it comes from and what became of each line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.actors import state as known_state
from tertius.errors import UnknownNameError
from tertius.events.covariates.calendars import by_day, by_period, check_period
from tertius.events.covariates.formats import CovariateSource
from tertius.tables import TableResult, html_table

__all__ = ["LEFT_OUT_SCHEMA", "Accounting", "Covariates", "Coverage"]

MEASURES = ("deaths", "events")
SPREADS = ("first", "even")

LEFT_OUT_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "lines": pl.Int64(),
    "what": pl.String(),
    "reason": pl.String(),
    "text": pl.String(),
}
"""Columns of what was left out: first line, how many, rejected or filtered, why, what stood there.

Nothing is kept of the text of filtered records.
"""


@dataclass(frozen=True, slots=True)
class Accounting:
    """What became of a file's lines; always ``lines == kept + rejected + filtered``.

    Attributes
    ----------
    lines : int
        Physical lines below the header; a record may span several.
    kept, rejected, filtered : int
        Lines of records in the table; that could not be used; that were left out on purpose
        (blank, or outside the window).
    reasons : tuple of (str, int)
        The kinds of rejection and how many records each has, most frequent first.
    filters : tuple of (str, int)
        The same for what was left out on purpose.
    """

    lines: int
    kept: int
    rejected: int
    filtered: int
    reasons: tuple[tuple[str, int], ...]
    filters: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return (
            f"{self.lines:,} lines = {self.kept:,} kept + {self.rejected:,} rejected "
            f"+ {self.filtered:,} filtered"
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which days in which states a 0 is a 0.

    Attributes
    ----------
    start, end : datetime.date
        First and last day of the calendar.
    basis : str
        ``"declared"`` or ``"assumed"``.
    states : tuple of str, or None
        ISO3 codes of the states covered; None for all.
    """

    start: date
    end: date
    basis: str
    states: tuple[str, ...] | None

    def __str__(self) -> str:
        where = "all states" if self.states is None else f"{len(self.states)} states"
        return f"{self.start} to {self.end}, {where}, coverage {self.basis}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Covariates(TableResult):
    """Violence by day and place, as one source reports it.

    Attributes
    ----------
    table : polars.DataFrame
        Columns of ``COVARIATE_SCHEMA``, one row an event, in the order of the file.
    source : CovariateSource
        Licence, citation and terms.
    schema : str
        Version of the file's header.
    file : str
        Name of the file.
    sha256 : str
        SHA-256 of its bytes.
    coverage : Coverage
        Days and states the file speaks about.
    accounting : Accounting
        What became of its lines.
    left_out : polars.DataFrame
        Columns of ``LEFT_OUT_SCHEMA``, one row a record that is not in the table.
    notes : tuple of str
        What a reader should know: formats met, names not known.
    """

    table: pl.DataFrame
    source: CovariateSource
    schema: str
    file: str
    sha256: str
    coverage: Coverage
    accounting: Accounting
    left_out: pl.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Covariates({self.table.height:,} events; {self.source.name}; {self.coverage})"

    def __str__(self) -> str:
        lines = [
            f"{self.file}: {self.accounting}; {self.table.height:,} events",
            f"  {self.source.title} ({self.schema}), {self.coverage}",
            *(f"  {note}" for note in self.notes),
            *(f"  rejected {count:,}: {why}" for why, count in self.accounting.reasons[:5]),
            *(f"  filtered {count:,}: {why}" for why, count in self.accounting.filters[:5]),
            f"  licence: {self.source.licence} ({self.source.terms})",
            f"  cite: {self.source.citation}",
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        said = str(self.coverage).replace("&", "&amp;").replace("<", "&lt;")
        return f"<p>{self.source.title}, {said}</p>{html_table(self.table)}"

    def to_polars(self) -> pl.DataFrame:
        """Return `table`."""
        return self.table

    def series(
        self,
        state: str,
        period: str = "month",
        measure: str = "deaths",
        *,
        spread: str = "first",
        kind: str | None = None,
    ) -> pl.DataFrame:
        """Return one state's numbers for every period: 0 where covered, null where not.

        Parameters
        ----------
        state : str
            ISO3 code of the place.
        period : {"day", "week", "month", "year"}
            Weeks are ISO weeks.
        measure : {"deaths", "events"}
            Best estimate of deaths, or number of events.
        spread : {"first", "even"}
            Where an event of several days goes: to its first day, or in equal shares to each
            of its days. Either way the sum stays, but for shares that lie beyond the end of a
            declared window.
        kind : str, optional
            Only events of one kind.

        Returns
        -------
        polars.DataFrame
            ``period`` (its first day), the measure, and ``coverage``, the share of the
            period's days that are covered. A sum over a period with holes is of its covered
            days.

        Raises
        ------
        UnknownNameError
            For a state, period, measure, spread or kind nobody knows.

        Notes
        -----
        A state without any event in the file is null throughout, unless the window and the
        states were declared: a file that lacks a state may not have been meant to hold it.
        """
        known_state(state)
        check_period(period)
        kinds = sorted({*self.source.kinds, *self.table["kind"].unique().to_list()})
        for what, name, known in (
            ("measure", measure, MEASURES),
            ("spread", spread, SPREADS),
            ("kind of event", kinds[0] if kind is None else kind, tuple(kinds)),
        ):
            if name not in known:
                raise UnknownNameError.of(what, name, known)
        here = self.table.filter(pl.col("state") == state)
        covered = self._covered(state, here)
        chosen = here if kind is None else here.filter(pl.col("kind") == kind)
        totals = by_day(
            (chosen["date"] - self.coverage.start).dt.total_days().to_numpy(),
            (chosen["last_date"] - chosen["date"]).dt.total_days().to_numpy() + 1,
            chosen[measure].to_numpy(),
            len(covered),
            spread=spread == "even",
        )
        found = by_period(self.coverage.start, totals, covered, period, measure)
        return found if spread == "even" else found.with_columns(pl.col(measure).cast(pl.Int64))

    def _covered(self, state: str, here: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Say which days of the calendar are covered in a state."""
        covers = self.coverage
        days = (covers.end - covers.start + timedelta(days=1)).days
        if covers.states is not None and state not in covers.states:
            return np.zeros(days, dtype=np.bool_)
        covered = np.ones(days, dtype=np.bool_)
        if covers.basis == "assumed" and not self.source.whole_world:
            offsets = (here["date"] - covers.start).dt.total_days().to_numpy()
            covered[: offsets.min()] = False
            covered[offsets.max() + 1 :] = False
        return covered
