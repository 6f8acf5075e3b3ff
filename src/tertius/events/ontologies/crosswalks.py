"""From CAMEO to PLOVER: what each code becomes, and which become nothing, and why."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import polars as pl

from tertius.errors import UnknownNameError
from tertius.events.ontologies.listings import cameo_codes, plover_codes, read_table

__all__ = ["crosswalk", "to_plover"]

_NO_TYPE = {"01": "PLOVER dropped public statements", "02": "PLOVER dropped appeals"}


def crosswalk() -> pl.DataFrame:
    """Return what PLOVER makes of every CAMEO code.

    The mapping is the Open Event Data Alliance's own (``CAMEO2PLOVER-2021.txt``, edition of 17
    September 2021). It takes 256 codes; nothing is added to it but what CAMEO's hierarchy
    says, and every such addition gives its reason.

    Returns
    -------
    polars.DataFrame
        315 rows, in the order of the CAMEO codes. ``code``; ``plover``, the code of
        ``plover_codes``, null where there is no type; ``type``; ``mode``; ``context``, several
        parted by ``;``; ``quad`` (Int8), 0 where there is no type; ``basis``: ``listed``,
        ``heading`` (a root, by the heading of its list), ``parent`` (a code the list lacks, by
        the code above it) or ``none``; ``reason``, null where the list was followed to the
        letter.

    Notes
    -----
    Statements (01) and appeals (02) have no PLOVER type, and root 08 alone may be either of
    two. Of mode and context only what the list gives is given: CAMEO codes say nothing of the
    modes they do not distinguish, so that CAMEO rows with a mode and POLECAT rows with it are
    not counts of the same thing.

    Examples
    --------
    >>> crosswalk().filter(code="042").row(0, named=True)["plover"]
    'CONSULT/visit'
    >>> crosswalk().filter(code="022").row(0, named=True)["reason"]
    'PLOVER dropped appeals'
    """
    return _crosswalk().clone()


@functools.cache
def _crosswalk() -> pl.DataFrame:
    known = plover_codes()
    joined = pl.concat_str("type", "mode", separator="/", ignore_nulls=True)
    mapped = read_table("cameo_plover").with_columns(
        # The list has four words in the place of a mode that no list of modes has.
        mode=pl.when(joined.is_in(known["code"].implode())).then("mode"),
        foreign=pl.when(~joined.is_in(known["code"].implode())).then("mode"),
    )
    quads = known.filter(pl.col("mode").is_null()).select("type", "quad")
    return (
        cameo_codes()
        .select("code", "root", "parent")
        .join(mapped.with_columns(plover=joined), on="code", how="left", maintain_order="left")
        .join(quads, on="type", how="left", maintain_order="left")
        .with_columns(pl.col("quad").fill_null(0), pl.col("basis").fill_null("none"))
        .with_columns(reason=_reason())
        .select("code", "plover", "type", "mode", "context", "quad", "basis", "reason")
    )


def _reason() -> pl.Expr:
    basis = pl.col("basis")
    return (
        pl.when(basis == "heading")
        .then(pl.lit("a root: the type its list is headed with"))
        .when(basis == "parent")
        .then(pl.format("not in the list: the type of {}, without a mode", "parent"))
        .when(pl.col("root").is_in(list(_NO_TYPE)))
        .then(pl.col("root").replace_strict(_NO_TYPE, default=None))
        .when(basis == "none")
        .then(pl.lit("either CONCEDE or RETREAT"))
        .when(pl.col("foreign").is_not_null())
        .then(pl.format('"{}" is no mode of {}', "foreign", "type"))
    )


def to_plover(codes: pl.Series | Sequence[str | None]) -> pl.Series:
    """Return the PLOVER code of each CAMEO code, null where there is none.

    Parameters
    ----------
    codes : polars.Series or sequence of str
        CAMEO codes as text; null stays null.

    Returns
    -------
    polars.Series
        Of ``codes``' length and order; ``crosswalk`` has the reason of each null.

    Raises
    ------
    UnknownNameError
        If a code is not CAMEO's.

    Examples
    --------
    >>> to_plover(["190", "020", "0841"]).to_list()
    ['ASSAULT', None, 'RETREAT/release']
    """
    given = pl.Series("plover", codes, dtype=pl.String)
    table = _crosswalk()
    strange = given.filter(given.is_not_null() & ~given.is_in(table["code"].implode()))
    if not strange.is_empty():
        raise UnknownNameError.of("CAMEO code", strange[0], table["code"].to_list())
    return given.replace_strict(table["code"], table["plover"], default=None)
