"""The two ontologies as tables: every code with its labels and its place."""

from __future__ import annotations

import functools
from importlib import resources

import polars as pl

__all__ = ["cameo_codes", "plover_codes", "read_table"]


def cameo_codes() -> pl.DataFrame:
    """Return all CAMEO codes of both dialects, GDELT's and ICEWS's.

    Returns
    -------
    polars.DataFrame
        315 rows in the order of the codes. ``code``; ``name``, ICEWS's label, and
        ``name_gdelt``; ``root``; ``parent``, null for a root; ``level`` (Int8; 0 a root, 1 and
        2 below it); ``gdelt`` and ``icews`` (Boolean), whether that source's published list
        has the code. Where ICEWS's list lacks a code, ``name`` is the other label.

    Notes
    -----
    1213, 1214, 1951 and 1952 are missing from GDELT's lookup; ICEWS's list has the first of
    them. A list says what may occur, not how well a coder tells the codes apart: roots are
    coded far more reliably than what lies below them.

    Examples
    --------
    >>> cameo_codes().filter(~pl.col("gdelt"))["code"].to_list()
    ['1213', '1214', '1951', '1952']
    """
    return read_table("cameo").select(
        pl.exclude("^goldstein_.*$"),
        gdelt=pl.col("goldstein_gdelt").is_not_null(),
        icews=pl.col("goldstein_icews").is_not_null(),
    )


def plover_codes() -> pl.DataFrame:
    """Return all PLOVER codes: each event type alone and with each of its modes.

    Returns
    -------
    polars.DataFrame
        92 rows. ``code``, the type or type and mode, as in ``CONSULT/visit``; ``type``;
        ``mode``, null for the type alone; ``quad`` (Int8) by PLOVER's own classes; ``score``,
        the conflict-cooperation score printed for the code, from -10 to 10; ``listed``, the
        manual the code is from: ``2023``, or ``2021`` for a mode that only the drafts of 2021
        name and POLECAT's coders were given. Those have no score.

    Examples
    --------
    >>> plover_codes().filter(code="CONSULT/visit").row(0)
    ('CONSULT/visit', 'CONSULT', 'visit', 1, 4.0, '2023')
    """
    return read_table("plover").clone()


@functools.cache
def read_table(name: str) -> pl.DataFrame:
    """Return one of the shipped tables of codes; numbers as numbers, all else as text."""
    text = resources.files("tertius.events").joinpath(f"tables/{name}.csv").read_bytes()
    frame = pl.read_csv(text, infer_schema=False)
    floats = [column for column in frame.columns if column.startswith(("goldstein_", "score"))]
    small = [column for column in ("level", "quad") if column in frame.columns]
    return frame.with_columns(pl.col(floats).cast(pl.Float64), pl.col(small).cast(pl.Int8))
