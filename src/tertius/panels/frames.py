"""The panel: dyad × period sufficient statistics with their denominators."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.panels.calendars import check_period, nests, period_end, period_start
from tertius.panels.gaps import Gaps, hole_table
from tertius.panels.measures import MEASURES, with_measures
from tertius.panels.policies import is_directed
from tertius.panels.remarks import panel_notes
from tertius.panels.schemas import (
    CALENDAR_SCHEMA,
    CELL_SCHEMA,
    QUADS,
    ROOTS,
    SUMS,
    TOTAL_SCHEMA,
    TOTALS,
)
from tertius.panels.sums import coarse_calendar, hash_frame, sum_by, with_denominators
from tertius.tables import TableResult, html_table

__all__ = [
    "CALENDAR_SCHEMA",
    "CELL_SCHEMA",
    "QUADS",
    "ROOTS",
    "TOTAL_SCHEMA",
    "Panel",
    "PanelIdentity",
    "seal",
]


@dataclass(frozen=True, slots=True)
class PanelIdentity:
    """What a panel's numbers are of; printed wherever they are.

    Attributes
    ----------
    period : str
        ``"day"``, ``"week"`` (ISO, first day Monday), ``"month"`` or ``"year"``.
    duplicates : str
        Duplicate policy, one of ``DUPLICATES``; under ``"mirror-collapse"`` the panel has no
        direction.
    scheme : str
        Name of the quad class scheme.
    weights : str
        Name of the weight table.
    start, end : datetime.date
        First and last covered day, inclusive.
    coverage : str
        ``"manifest"`` if the days covered were declared at ingest, ``"assumed"`` if a
        day counts as covered because it has a row.
    dataset : str
        What to call the data in a source line.
    dyad_floor : int
        0, or the least number of raw events a dyad needed to be in the panel.
    digest : str
        SHA-256 over cells, calendar and the fields above: identity of the numbers.
    days, holes : int
        Days of the window, and those of them that are not covered as a whole; 0 where the
        days behind the periods are not known.
    """

    period: str
    duplicates: str
    scheme: str
    weights: str
    start: date
    end: date
    coverage: str
    dataset: str
    dyad_floor: int
    digest: str
    days: int = field(default=0, compare=False)
    holes: int = field(default=0, compare=False)

    @property
    def directed(self) -> bool:
        """Whether source and target are who acted and on whom, not just two states."""
        return is_directed(self.duplicates)

    def __str__(self) -> str:
        undirected = "" if self.directed else " (no direction)"
        floor = f"; dyads with {self.dyad_floor} events or more" if self.dyad_floor else ""
        return (
            f"{self.dataset}, {self.start} to {self.end} by {self.period}; "
            f"duplicates: {self.duplicates}{undirected}; quad classes: {self.scheme}; "
            f"weights: {self.weights}; coverage: {self.covered}{floor}"
        )

    @property
    def covered(self) -> str:
        """What coverage rests on, and how many days have holes if any has."""
        if not self.holes:
            return self.coverage
        have = "has" if self.holes == 1 else "have"
        return f"{self.coverage}, {self.holes:,} of {self.days:,} days {have} holes"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Panel(TableResult):
    """Dyad × period sufficient statistics, their denominators and their calendar.

    Counts are of *reported* events between two different known states. Two panels are
    equal when their digests are.

    Attributes
    ----------
    cells : polars.DataFrame
        Columns of ``CELL_SCHEMA``, sorted by period, source, target; rows only where
        ``events`` > 0. ``mentions`` is null where the source counts none.
    calendar : polars.DataFrame
        Columns of ``CALENDAR_SCHEMA``, one row for every period of the window; sums
        over all interstate rows, also of dyads that are not in `cells`.
    identity : PanelIdentity
        What the numbers are of.
    totals : polars.DataFrame or None
        Columns of ``TOTAL_SCHEMA``: events by and toward each state and period, also
        with states that are not in `cells`. None: taken from `cells`.
    selected : tuple of (str, str), or None
        The dyads the panel speaks about; None for all. A dyad outside is an error
        when asked for, never a zero.
    accounting : tuple of (str, int)
        How many rows came in and how many each rule left out, by name.
    gaps : Gaps or None
        The days not covered as a whole and the files missing from them; None where that is
        not known.
    """

    cells: pl.DataFrame
    calendar: pl.DataFrame
    identity: PanelIdentity
    totals: pl.DataFrame | None = None
    selected: tuple[tuple[str, str], ...] | None = None
    accounting: tuple[tuple[str, int], ...] = ()
    gaps: Gaps | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Panel):
            return NotImplemented
        return self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"Panel({self.cells.height:,} cells; {self.identity})"

    def _repr_html_(self) -> str:
        caption = str(self.identity).replace("&", "&amp;").replace("<", "&lt;")
        return f"<p>{caption}</p>{html_table(self.cells)}"

    def to_polars(self) -> pl.DataFrame:
        """Return `cells`."""
        return self.cells

    def series(self, source: str, target: str, *columns: str) -> pl.DataFrame:
        """Return a dyad's numbers for every period: 0 where covered, null where not.

        Parameters
        ----------
        source, target : str
            ISO3 codes; the order matters. A panel without direction has a pair in the order
            of the alphabet only.
        *columns : str
            Columns of `cells`, or measures by name, such as ``"cooperation"`` (quad 1 + 2),
            ``"conflict"`` (quad 3 + 4) and ``"net_cooperation"``; ``"events"`` if none is
            named.

        Returns
        -------
        polars.DataFrame
            ``period`` and the columns, one row for every period of the calendar.

        Raises
        ------
        UnknownNameError
            For a state or a column nobody knows.
        PanelError
            For a dyad the panel does not speak about.
        """
        wanted = columns or ("events",)
        for name in wanted:
            if name not in _SERIES_COLUMNS:
                raise UnknownNameError.of("column", name, _SERIES_COLUMNS)
        self._check_dyad(source, target)
        dyad = self.cells.filter(pl.col("source") == source, pl.col("target") == target)
        asked = tuple(dict.fromkeys(wanted))
        of_period = ("period", "days", "coverage", "covered_days")
        dense = self.calendar.select(*of_period, world="events").join(
            dyad.select("period", *_needed(asked)), on="period", how="left", maintain_order="left"
        )
        if _DENOMINATED.intersection(asked):
            dense = self._with_denominators(dense, source, target)
        counted = [name for name in _DENSE_COLUMNS if name in dense.columns]
        covered = pl.col("covered_days") > 0
        dense = dense.with_columns(
            pl.when(covered).then(pl.col(name).fill_null(0)).alias(name) for name in counted
        )
        derived = [name for name in asked if name not in dense.columns]
        return with_measures(dense, *derived).select("period", *asked)

    def _with_denominators(self, dense: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
        for column, state in (("source_total", source), ("target_total", target)):
            of_state = self._state_totals().filter(pl.col("state") == state)
            dense = dense.join(
                of_state.select("period", column), on="period", how="left", maintain_order="left"
            )
        return dense.with_columns(world_total="world")

    def between(self, start: date, end: date) -> Panel:
        """Return the panel of the periods that lie wholly between two days, inclusive.

        A period at the panel's own edge counts as whole if its covered part lies inside.

        Raises
        ------
        PanelError
            If no covered day is left.
        """
        if end < start:
            raise UsageError(f"the window ends ({end}) before it starts ({start})")
        name, first, last = self.identity.period, self.identity.start, self.identity.end
        if start <= first and last <= end and self.calendar["covered_days"].min() != 0:
            return self
        kept = [
            period
            for period in self.calendar["period"].to_list()
            if _inside(period, period_end(period, name), (first, last), (start, end))
        ]
        span = pl.col("period").is_in(kept)
        covered = self.calendar.filter(span, pl.col("covered_days") > 0)["period"].to_list()
        if not covered:
            raise PanelError(
                f"no covered {name} lies between {start} and {end}",
                allowed=f"days from {first} to {last}",
            )
        identity = dataclasses.replace(
            self.identity,
            start=max(covered[0], first),
            end=min(period_end(covered[-1], name), last),
        )
        return dataclasses.replace(
            seal(
                self.cells.filter(span),
                self.calendar.filter(span),
                identity,
                totals=self._state_totals().filter(span),
                gaps=self._gaps_within(kept),
            ),
            selected=self._spoken_about(),
            accounting=self.accounting,
        )

    def regroup(self, period: str) -> Panel:
        """Return the same panel by a coarser period; every number stays exact.

        Raises
        ------
        UsageError
            If the present periods do not lie within the new ones (a week in a month).
        """
        present = self.identity.period
        check_period(period)
        if not nests(present, period):
            raise UsageError(
                f"a panel by {present} cannot be regrouped by {period}",
                hint='regroup a panel by "day"',
            )
        if period == present:
            return self
        coarser = {fine: period_start(fine, period) for fine in self.calendar["period"].to_list()}
        calendar = coarse_calendar(self.calendar, coarser, period)
        totals = sum_by(self._state_totals(), coarser, ["period", "state"], TOTALS)
        # Denominators are sums over all of a coarse period, also over its quiet days.
        cells = sum_by(self.cells, coarser, ["period", "source", "target"], (*SUMS, "mentions"))
        cells = with_denominators(cells, calendar, totals)
        identity = dataclasses.replace(self.identity, period=period)
        return dataclasses.replace(
            seal(cells, calendar, identity, totals=totals, gaps=self.gaps),
            selected=self._spoken_about(),
            accounting=self.accounting,
        )

    def holes(self) -> pl.DataFrame:
        """Return the periods that are not covered as a whole, and what is missing from them.

        Returns
        -------
        polars.DataFrame
            ``period``; its ``coverage``, below 1; ``days``, how many days in it have a hole
            (null where that is not known); ``missing``, how many promised files touch it that
            the store does not hold; ``files``, up to ten of their names; ``reasons``, why, where
            somebody said so, also that the panel begins or ends within the period. No row: all
            is covered.

        Notes
        -----
        A hole is known by the time that files declare. What a publisher left out of a file that
        is there, it cannot show.
        """
        return hole_table(self.calendar, self.identity.period, self.gaps)

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of counts over time should know, one sentence each.

        Holes of coverage, days at which the publisher changed how the data are made, and feeds
        whose files overlap under a policy that counts an event twice. Empty: nothing is known.
        """
        return panel_notes(self.identity, self.gaps)

    def dyads(self) -> pl.DataFrame:
        """Return ``source``, ``target``, ``events`` over the window, busiest first."""
        return (
            self.cells.group_by("source", "target")
            .agg(pl.col("events").sum())
            .sort(["events", "source", "target"], descending=[True, False, False])
        )

    def _state_totals(self) -> pl.DataFrame:
        if self.totals is not None:
            return self.totals
        sides = [
            self.cells.select("period", pl.col(side).alias("state"), total).unique()
            for side, total in (("source", "source_total"), ("target", "target_total"))
        ]
        joined = sides[0].join(sides[1], on=["period", "state"], how="full", coalesce=True)
        return joined.with_columns(pl.col(*TOTALS).fill_null(0)).sort("period", "state")

    def _gaps_within(self, periods: list[date]) -> Gaps | None:
        if self.gaps is None:
            return None
        return self.gaps.within(periods[0], period_end(periods[-1], self.identity.period))

    def _spoken_about(self) -> tuple[tuple[str, str], ...] | None:
        if self.selected is not None or not self.identity.dyad_floor:
            return self.selected
        pairs = self.cells.select("source", "target").unique().sort("source", "target")
        return tuple(pairs.iter_rows())

    def _check_dyad(self, source: str, target: str) -> None:
        known = set(self._state_totals()["state"].unique().to_list())
        for code in (source, target):
            if code not in known:
                _check_state(code)
        if source == target:
            raise PanelError(f"{source} with itself is no dyad", allowed="two different states")
        if source > target and not self.identity.directed:
            raise PanelError(
                f"{source} to {target} has no direction under {self.identity.duplicates}",
                allowed=f"{target}, {source}: events of the two, whoever began",
                hint="for a direction, make the panel under another duplicate policy",
            )
        spoken = self._spoken_about()
        if spoken is None or (source, target) in spoken:
            return
        if self.identity.dyad_floor:
            raise PanelError(
                f"{source} to {target} is not in the figures: fewer than "
                f"{self.identity.dyad_floor} events",
                where=self.identity.dataset,
                hint="use a store of the full data",
            )
        raise PanelError(
            f"{source} to {target} was not selected when this panel was made",
            hint="name the dyad in `dyads`, or leave `dyads` out",
        )


_DENSE_COLUMNS = (*SUMS, *TOTALS, "world_total")
_DENOMINATED = {*TOTALS, "world_total", "attention_share", "attention_ratio"}
_SERIES_COLUMNS = dict.fromkeys((*_DENSE_COLUMNS, "mentions", "coverage", *MEASURES))


def _needed(asked: tuple[str, ...]) -> list[str]:
    """Return the sums a series reads: those asked for, and what measures are made of."""
    made_of = () if all(name in SUMS for name in asked) else ("events", *QUADS, "weight_sum")
    return list(dict.fromkeys((*made_of, *(n for n in asked if n in SUMS or n == "mentions"))))


def seal(
    cells: pl.DataFrame,
    calendar: pl.DataFrame,
    identity: PanelIdentity,
    *,
    totals: pl.DataFrame | None = None,
    gaps: Gaps | None = None,
) -> Panel:
    """Order columns and rows, compute the digest and return the panel.

    Parameters
    ----------
    cells, calendar, totals : polars.DataFrame
        Frames with at least the columns of their schemas, in any order.
    identity : PanelIdentity
        Its ``digest``, ``days`` and ``holes`` are replaced.
    gaps : Gaps, optional
        What is known of the days.
    """
    cells = cells.select(pl.col(name).cast(kind) for name, kind in CELL_SCHEMA.items())
    cells = cells.sort("period", "source", "target")
    calendar = calendar.select(pl.col(name).cast(kind) for name, kind in CALENDAR_SCHEMA.items())
    calendar = calendar.sort("period")
    if totals is not None:
        totals = totals.select(pl.col(name).cast(kind) for name, kind in TOTAL_SCHEMA.items())
        totals = totals.sort("period", "state")
    identity = dataclasses.replace(identity, digest="")
    # Holes are under the digest already: the calendar has the coverage of every period.
    said = tuple(getattr(identity, one.name) for one in dataclasses.fields(identity) if one.compare)
    digest = hashlib.sha256(repr(said).encode())
    for frame in (cells, calendar):
        hash_frame(digest, frame)
    identity = dataclasses.replace(
        identity,
        digest=digest.hexdigest(),
        days=gaps.whole if gaps else 0,
        holes=gaps.days.height if gaps else 0,
    )
    return Panel(cells, calendar, identity, totals, gaps=gaps)


def _inside(
    begins: date, ends: date, covered: tuple[date, date], window: tuple[date, date]
) -> bool:
    """Say whether a period, cut to the covered span if it straddles its edge, is in a window."""
    if begins < covered[0] <= ends:
        begins = covered[0]
    if begins <= covered[1] < ends:
        ends = covered[1]
    return window[0] <= begins and ends <= window[1]


def _check_state(code: str) -> None:
    from tertius.actors import state  # only a name the panel lacks needs the table of states

    state(code)
