"""The panel: dyad × period sufficient statistics with their denominators."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.panels.calendars import check_period, days_in_period, nests, period_end, period_start
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

ROOTS = tuple(f"root_{root:02d}" for root in range(1, 21))
QUADS = tuple(f"quad_{quad}" for quad in range(1, 5))
_COUNTS = ("events", *ROOTS, *QUADS)
_SUMS = (*_COUNTS, "weight_sum", "weight_sum_squares")

CELL_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "source": pl.String(),
    "target": pl.String(),
    **{name: pl.Int64() for name in _COUNTS},
    "weight_sum": pl.Float64(),
    "weight_sum_squares": pl.Float64(),
    "mentions": pl.Int64(),
    "source_total": pl.Int64(),
    "target_total": pl.Int64(),
    "world_total": pl.Int64(),
    "coverage": pl.Float64(),
}
"""Columns of ``Panel.cells``, in order."""

CALENDAR_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "days": pl.Int64(),
    "covered_days": pl.Int64(),
    "coverage": pl.Float64(),
    **{name: pl.Int64() for name in _COUNTS},
    "weight_sum": pl.Float64(),
}
"""Columns of ``Panel.calendar``, in order."""

TOTAL_SCHEMA: dict[str, pl.DataType] = {
    "period": pl.Date(),
    "state": pl.String(),
    "source_total": pl.Int64(),
    "target_total": pl.Int64(),
}
"""Columns of ``Panel.totals``, in order."""


@dataclass(frozen=True, slots=True)
class PanelIdentity:
    """What a panel's numbers are of; printed wherever they are.

    Attributes
    ----------
    period : str
        ``"day"``, ``"week"`` (ISO, first day Monday), ``"month"`` or ``"year"``.
    duplicates : str
        Duplicate policy, ``"none"`` or ``"one-a-day"``.
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
        SHA-256 over cells, calendar and these fields: identity of the numbers.
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

    def __str__(self) -> str:
        floor = f"; dyads with {self.dyad_floor} events or more" if self.dyad_floor else ""
        return (
            f"{self.dataset}, {self.start} to {self.end} by {self.period}; "
            f"duplicates: {self.duplicates}; quad classes: {self.scheme}; "
            f"weights: {self.weights}; coverage: {self.coverage}{floor}"
        )


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
    """

    cells: pl.DataFrame
    calendar: pl.DataFrame
    identity: PanelIdentity
    totals: pl.DataFrame | None = None
    selected: tuple[tuple[str, str], ...] | None = None
    accounting: tuple[tuple[str, int], ...] = ()

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
            ISO3 codes; the order matters.
        *columns : str
            Count, sum or denominator columns of `cells`, ``"cooperation"`` (quad 1 + 2)
            or ``"conflict"`` (quad 3 + 4); ``"events"`` if none is named.

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
        dense = self.calendar.select("period", "coverage", "covered_days", world="events").join(
            dyad.drop("source", "target", "coverage", "source_total", "target_total"),
            on="period",
            how="left",
            maintain_order="left",
        )
        for column, state in (("source_total", source), ("target_total", target)):
            of_state = self._state_totals().filter(pl.col("state") == state)
            dense = dense.join(
                of_state.select("period", column), on="period", how="left", maintain_order="left"
            )
        dense = dense.with_columns(world_total="world").with_columns(
            pl.when(pl.col("covered_days") > 0).then(pl.col(name).fill_null(0)).alias(name)
            for name in _DENSE_COLUMNS
        )
        return dense.with_columns(
            cooperation=pl.col("quad_1") + pl.col("quad_2"),
            conflict=pl.col("quad_3") + pl.col("quad_4"),
        ).select("period", *dict.fromkeys(wanted))

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
        calendar = _coarse_calendar(self.calendar, coarser, period)
        totals = _sum_by(self._state_totals(), coarser, ["period", "state"], _TOTALS)
        # Denominators are sums over all of a coarse period, also over its quiet days.
        cells = _sum_by(self.cells, coarser, ["period", "source", "target"], (*_SUMS, "mentions"))
        cells = with_denominators(cells, calendar, totals)
        identity = dataclasses.replace(self.identity, period=period)
        return dataclasses.replace(
            seal(cells, calendar, identity, totals=totals),
            selected=self._spoken_about(),
            accounting=self.accounting,
        )

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
        return joined.with_columns(pl.col(*_TOTALS).fill_null(0)).sort("period", "state")

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


_TOTALS = ("source_total", "target_total")
_DENSE_COLUMNS = (*_SUMS, *_TOTALS, "world_total")
_SERIES_COLUMNS = (*_DENSE_COLUMNS, "mentions", "coverage", "cooperation", "conflict")


def seal(
    cells: pl.DataFrame,
    calendar: pl.DataFrame,
    identity: PanelIdentity,
    *,
    totals: pl.DataFrame | None = None,
) -> Panel:
    """Order columns and rows, compute the digest and return the panel.

    Parameters
    ----------
    cells, calendar, totals : polars.DataFrame
        Frames with at least the columns of their schemas, in any order.
    identity : PanelIdentity
        Its ``digest`` is replaced.
    """
    cells = cells.select(pl.col(name).cast(kind) for name, kind in CELL_SCHEMA.items())
    cells = cells.sort("period", "source", "target")
    calendar = calendar.select(pl.col(name).cast(kind) for name, kind in CALENDAR_SCHEMA.items())
    calendar = calendar.sort("period")
    if totals is not None:
        totals = totals.select(pl.col(name).cast(kind) for name, kind in TOTAL_SCHEMA.items())
        totals = totals.sort("period", "state")
    identity = dataclasses.replace(identity, digest="")
    digest = hashlib.sha256(repr(dataclasses.astuple(identity)).encode())
    for frame in (cells, calendar):
        _hash_frame(digest, frame)
    return Panel(cells, calendar, dataclasses.replace(identity, digest=digest.hexdigest()), totals)


def with_denominators(
    cells: pl.DataFrame, calendar: pl.DataFrame, totals: pl.DataFrame
) -> pl.DataFrame:
    """Join the denominators and the coverage of its period to each cell."""
    by_source = totals.select("period", "source_total", source="state")
    by_target = totals.select("period", "target_total", target="state")
    of_period = calendar.select("period", "coverage", world_total="events")
    return (
        cells.join(by_source, on=["period", "source"], how="left")
        .join(by_target, on=["period", "target"], how="left")
        .join(of_period, on="period", how="left")
    )


def _inside(
    begins: date, ends: date, covered: tuple[date, date], window: tuple[date, date]
) -> bool:
    """Say whether a period, cut to the covered span if it straddles its edge, is in a window."""
    if begins < covered[0] <= ends:
        begins = covered[0]
    if begins <= covered[1] < ends:
        ends = covered[1]
    return window[0] <= begins and ends <= window[1]


def _sum_by(
    frame: pl.DataFrame,
    coarser: dict[date, date],
    keys: Sequence[str],
    columns: Sequence[str],
) -> pl.DataFrame:
    """Sum `columns` by `keys` after moving each period to its coarser one."""
    moved = frame.with_columns(pl.col("period").replace_strict(coarser, return_dtype=pl.Date))
    sums = [pl.col(name).sum() for name in columns if name not in {"mentions", *_FLOATS}]
    # Rounded, so that the order of adding leaves no trace in the digest.
    sums += [pl.col(name).sum().round(6) for name in columns if name in _FLOATS]
    if "mentions" in columns:
        counted = pl.col("mentions").count() > 0
        sums.append(pl.when(counted).then(pl.col("mentions").sum()).alias("mentions"))
    return moved.group_by(*keys).agg(sums)


_FLOATS = frozenset({"weight_sum", "weight_sum_squares"})


def _coarse_calendar(
    calendar: pl.DataFrame, coarser: dict[date, date], period: str
) -> pl.DataFrame:
    sums = _sum_by(calendar, coarser, ["period"], ("covered_days", *_COUNTS, "weight_sum"))
    days = {start: days_in_period(start, period) for start in sums["period"].to_list()}
    return sums.with_columns(
        days=pl.col("period").replace_strict(days, return_dtype=pl.Int64)
    ).with_columns(coverage=pl.col("covered_days") / pl.col("days"))


def _hash_frame(digest: hashlib._Hash, frame: pl.DataFrame) -> None:
    """Feed names, kinds and values of a frame to a running digest."""
    for column in frame.iter_columns():
        digest.update(f"{column.name}:{column.dtype}:{column.len()}\n".encode())
        if column.null_count():
            digest.update(column.is_null().to_numpy().tobytes())
        if column.dtype == pl.String:
            digest.update("\n".join(column.fill_null("").to_list()).encode())
        elif column.dtype == pl.Float64:
            # Adding zero makes -0.0 and 0.0 one value.
            digest.update((column.fill_null(0.0) + 0.0).to_numpy().tobytes())
        else:
            digest.update(column.cast(pl.Int64).fill_null(0).to_numpy().tobytes())


def _check_state(code: str) -> None:
    from tertius.actors import state  # only a name the panel lacks needs the table of states

    state(code)
