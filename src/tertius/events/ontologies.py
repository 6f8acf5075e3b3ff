"""Event codes: names, roots, quad classes by scheme, weights by table.

Quad class is not one thing (PROTEST is verbal conflict in one scheme and material in
another) and neither is the Goldstein scale, so both are always asked for by name.
"""

from __future__ import annotations

import functools
from importlib import resources

import polars as pl

from tertius.errors import UnknownNameError

__all__ = ["QUAD_SCHEMES", "WEIGHT_TABLES", "code_table", "relation_codes"]

WEIGHT_TABLES = ("goldstein-gdelt", "goldstein-icews")
"""Names of the weight tables. They differ on 016, 022, 164 and 165."""


def _quads(*spans: tuple[int, int, int]) -> dict[str, int]:
    return {f"{root:02d}": quad for first, last, quad in spans for root in range(first, last + 1)}


QUAD_SCHEMES: dict[str, dict[str, int]] = {
    "cameo-gdelt": _quads((1, 5, 1), (6, 9, 2), (10, 14, 3), (15, 20, 4)),
    "phoenix": _quads(
        (1, 2, 0), (3, 5, 1), (6, 8, 2), (9, 13, 3), (14, 15, 4), (16, 16, 3), (17, 20, 4)
    ),
}
"""Root code to quad class, by scheme: 1 and 2 verbal and material cooperation, 3 and 4
verbal and material conflict, 0 outside all four."""


@functools.cache
def _cameo() -> pl.DataFrame:
    text = resources.files("tertius.events").joinpath("tables/cameo.csv").read_bytes()
    kinds = {"code": pl.String, "name": pl.String, "root": pl.String}
    weights = {"goldstein_gdelt": pl.Float64, "goldstein_icews": pl.Float64}
    return pl.read_csv(text, schema={**kinds, **weights})


def code_table(scheme: str = "cameo-gdelt", weights: str = "goldstein-icews") -> pl.DataFrame:
    """Return every CAMEO code with its class under `scheme` and its weight in `weights`.

    Returns
    -------
    polars.DataFrame
        ``code``, ``name``, ``root`` (String), ``quad`` (Int8), ``weight`` (Float64; null
        where the named table lacks the code).

    Raises
    ------
    UnknownNameError
        If there is no such scheme or weight table.

    Examples
    --------
    >>> table = code_table("cameo-gdelt", "goldstein-icews")
    >>> table.row(by_predicate=pl.col("code") == "016")
    ('016', 'Deny responsibility', '01', 1, -5.0)
    """
    check_names(scheme, weights)
    return _cameo().select(
        "code",
        "name",
        "root",
        quad=pl.col("root").replace_strict(QUAD_SCHEMES[scheme], return_dtype=pl.Int8),
        weight=pl.col(weights.replace("-", "_")),
    )


def check_names(scheme: str, weights: str) -> None:
    """Raise ``UnknownNameError`` for a scheme or a weight table that is not known."""
    if scheme not in QUAD_SCHEMES:
        raise UnknownNameError.of("quad class scheme", scheme, QUAD_SCHEMES)
    if weights not in WEIGHT_TABLES:
        raise UnknownNameError.of("weight table", weights, WEIGHT_TABLES)


@functools.cache
def relation_codes() -> dict[str, str]:
    """Return the code of every relation name, as ICEWS writes it.

    Names are exact: "CONSULT" is the root 04 and "Consult" the code 040.

    Examples
    --------
    >>> relation_codes()["Consult"], relation_codes()["CONSULT"]
    ('040', '04')
    """
    table = _cameo()
    return dict(zip(table["name"].to_list(), table["code"].to_list(), strict=True))
