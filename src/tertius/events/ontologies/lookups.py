"""Looking codes up: root, quad class in a scheme, weight in a table."""

from __future__ import annotations

import functools

import polars as pl

from tertius.errors import UnknownNameError, UsageError
from tertius.events.ontologies.crosswalks import crosswalk
from tertius.events.ontologies.listings import cameo_codes, plover_codes
from tertius.events.ontologies.schemes import ONTOLOGIES, QUAD_SCHEMES
from tertius.events.ontologies.weights import WEIGHT_TABLES, WEIGHTS

__all__ = ["check_names", "code_table", "relation_codes"]


def code_table(
    scheme: str = "cameo-gdelt", weights: str = "goldstein-icews", ontology: str = "cameo"
) -> pl.DataFrame:
    """Return every code of an ontology with its class under `scheme` and its weight in `weights`.

    Parameters
    ----------
    scheme : str
        Quad class scheme. ``plover`` classes CAMEO codes through the crosswalk, 0 where they
        have no type.
    weights : str
        Weight table. ``plover`` weighs CAMEO codes through the crosswalk.
    ontology : str
        ``cameo``, or ``plover`` for events that come with PLOVER types. Those have no CAMEO
        code, so only the scheme and the weights ``plover`` fit them.

    Returns
    -------
    polars.DataFrame
        ``code``, ``name``, ``root`` (String; PLOVER's root is the type), ``quad`` (Int8),
        ``weight`` (Float64; null where the named table lacks the code). A PLOVER mode without
        a score of its own weighs what its type does: the manual has a mode left empty where
        none of its list fits.

    Raises
    ------
    UnknownNameError
        If there is no such scheme, weight table or ontology.
    UsageError
        If scheme or weights are for CAMEO codes only and `ontology` is ``plover``.

    Examples
    --------
    >>> code_table("cameo-gdelt", "goldstein-icews").row(by_predicate=pl.col("code") == "016")
    ('016', 'Deny responsibility', '01', 1, -5.0)
    >>> code_table("plover", "plover", "plover").row(by_predicate=pl.col("code") == "AID")
    ('AID', 'Aid', 'AID', 2, 10.0)
    """
    check_names(scheme, weights, ontology)
    if ontology == "plover":
        return _plover()
    table = cameo_codes().join(
        crosswalk().select("code", "plover", "quad"), on="code", maintain_order="left"
    )
    by_root = pl.col("root").replace_strict(QUAD_SCHEMES[scheme], default=None)
    scores = dict(_plover().select("code", "weight").iter_rows())
    return table.select(
        "code",
        "name",
        "root",
        quad=pl.col("quad") if scheme == "plover" else by_root.cast(pl.Int8),
        weight=(
            pl.col("plover").replace_strict(scores, default=None, return_dtype=pl.Float64)
            if weights == "plover"
            else pl.col("code").replace_strict(
                dict(WEIGHTS[weights].weights), default=None, return_dtype=pl.Float64
            )
        ),
    )


def _plover() -> pl.DataFrame:
    """Return PLOVER's codes in the form of ``code_table``."""
    of_type = pl.col("score").filter(pl.col("mode").is_null()).first().over("type")
    title = pl.col("type").str.to_titlecase()
    return plover_codes().select(
        "code",
        name=pl.concat_str(title, "mode", separator=": ", ignore_nulls=True),
        root="type",
        quad="quad",
        weight=pl.col("score").fill_null(of_type),
    )


def check_names(scheme: str, weights: str, ontology: str = "cameo") -> None:
    """Raise unless `scheme` and `weights` are known and fit the codes of `ontology`.

    Raises
    ------
    UnknownNameError
        If one of the names is not known.
    UsageError
        If `ontology` is ``plover`` and a table for CAMEO codes is named.
    """
    if ontology not in ONTOLOGIES:
        raise UnknownNameError.of("ontology", ontology, ONTOLOGIES)
    if scheme not in QUAD_SCHEMES:
        raise UnknownNameError.of("quad class scheme", scheme, QUAD_SCHEMES)
    if weights not in WEIGHT_TABLES:
        raise UnknownNameError.of("weight table", weights, WEIGHT_TABLES)
    if ontology != "plover":
        return
    for kind, name in (("quad class scheme", scheme), ("weight table", weights)):
        if name != "plover":
            raise UsageError(
                f'the {kind} "{name}" is for CAMEO codes, and these events have PLOVER types',
                allowed="plover",
                hint="PLOVER types cannot be turned into CAMEO codes; CAMEO codes can be read as "
                'PLOVER with the scheme and weights "plover"',
            )


@functools.cache
def relation_codes() -> dict[str, str]:
    """Return the code of every relation name, as ICEWS writes it.

    Names are exact: "CONSULT" is the root 04 and "Consult" the code 040.

    Examples
    --------
    >>> relation_codes()["Consult"], relation_codes()["CONSULT"]
    ('040', '04')
    """
    table = cameo_codes()
    return dict(zip(table["name"].to_list(), table["code"].to_list(), strict=True))
