"""Reading one file of covariates; every line is accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from tertius.actors import state as known_state
from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events.covariates.contents import Contents
from tertius.events.covariates.formats import COVARIATE_SOURCES
from tertius.events.covariates.results import Covariates, Coverage
from tertius.events.day_pairs import day_pair
from tertius.files import file_sha256

__all__ = ["read_covariates"]

_Window = tuple[date | str, date | str]


def read_covariates(
    source: str,
    path: str | Path,
    *,
    window: _Window | None = None,
    states: str | Iterable[str] | None = None,
) -> Covariates:
    r"""Read a file of UCDP GED or ACLED as covariates.

    Fields may stand in double quotes, hold commas and span lines (RFC 4180). A record that
    cannot be used is left out with its line number and the reason; nothing is repaired. The
    sources give each event one id: a second record of it is rejected, so that a file with a
    row for each actor counts each event once.

    Parameters
    ----------
    source : {"ucdp-ged", "acled"}
        Whose file it is.
    path : path
        A CSV file in UTF-8, plain, gzip, or the only one in a zip.
    window : (date, date), optional
        First and last day the file covers, also where it has no row. Events that begin
        outside are filtered. Without it the coverage is assumed: for UCDP GED from the
        file's first to its last day; for ACLED, which took states up year by year, from a
        state's first to its last.
    states : "all" or iterable of str, optional
        States the file covers although they may have no row, by ISO3 code. Needs `window`.

    Returns
    -------
    Covariates
        The table, its accounting and coverage.

    Raises
    ------
    UnknownNameError
        For an unknown source or state.
    UsageError
        If the window is none, or `states` comes without it.
    SourceError
        If the file is missing, unreadable, empty, damaged, another kind of file, lacks
        columns, or holds no usable record.

    Notes
    -----
    Events are reports of violence coded by people. They cannot tell who was right, and a day
    without an event may be a day nobody reported from.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "ged.csv")
    ...     _ = path.write_text(
    ...         "id,type_of_violence,country_id,date_start,date_end,best,high,low\n"
    ...         "1,1,365,1991-01-13,1991-01-13,14,14,14\n"
    ...     )
    ...     found = read_covariates("ucdp-ged", path)
    >>> found.series("SUN", "year").rows()
    [(datetime.date(1991, 1, 1), 14, 0.0027...)]
    """
    if source not in COVARIATE_SOURCES:
        raise UnknownNameError.of("source of covariates", source, COVARIATE_SOURCES)
    if not isinstance(path, (str, Path)):
        raise UsageError(f"a {type(path).__name__} is not a path", where="path")
    days = _days(window)
    covered = _states(states, days)
    contents = Contents(COVARIATE_SOURCES[source], Path(path))
    contents.take_all()
    table = contents.finished(days)
    return Covariates(
        table=table.drop("lines"),
        source=contents.source,
        schema=contents.source.layout(contents.header),
        file=contents.path.name,
        sha256=file_sha256(contents.path),
        coverage=_coverage(table, days, covered),
        accounting=contents.accounting(table),
        left_out=contents.left_out(),
        notes=contents.notes(),
    )


def _days(window: _Window | None) -> tuple[date, date] | None:
    return None if window is None else day_pair(window, "window")


def _states(
    states: str | Iterable[str] | None, window: tuple[date, date] | None
) -> tuple[str, ...] | str | None:
    if states is None:
        return None
    if window is None:
        raise UsageError(
            "states are declared for days, and no window is given",
            where="states",
            hint='give both, as in window=("1989-01-01", "2023-12-31"), states="all"',
        )
    if states == "all":
        return "all"
    listed = [states] if isinstance(states, str) else list(states)
    return tuple(sorted({known_state(iso3).iso3 for iso3 in listed}))


def _coverage(
    table: pl.DataFrame,
    window: tuple[date, date] | None,
    declared: tuple[str, ...] | str | None,
) -> Coverage:
    named = set(table["state"].unique().to_list())
    listed = set() if declared is None or isinstance(declared, str) else set(declared)
    states = None if declared == "all" else tuple(sorted(named | listed))
    if window is not None:
        return Coverage(*window, "declared", states)
    first, last = table["date"].min(), table["last_date"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        raise SourceError("no event has a day")
    return Coverage(first, last, "assumed", states)
