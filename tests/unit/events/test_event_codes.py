"""Codes, classes and weights: against the lists the research data hold, exactly."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import UnknownNameError
from tertius.events.ontologies import QUAD_SCHEMES, WEIGHT_TABLES, code_table, relation_codes


def test_goldstein_tables_differ_on_four_codes() -> None:
    """GDELT's and ICEWS's give other weights to 016, 022, 164 and 165, and only to them."""
    names = ("goldstein-gdelt", "goldstein-icews")
    assert set(names) < set(WEIGHT_TABLES)
    gdelt, icews = (code_table(weights=name) for name in names)
    both = gdelt.join(icews, on="code", suffix="_icews").filter(
        pl.col("weight") != pl.col("weight_icews")
    )
    assert dict(zip(both["code"], both.select("weight", "weight_icews").rows(), strict=True)) == {
        "016": (-2.0, -5.0),
        "022": (3.2, 3.4),
        "164": (-7.0, -6.5),
        "165": (-6.5, -7.0),
    }


def test_quad_class_depends_on_the_scheme() -> None:
    """PROTEST is verbal conflict in one scheme and material conflict in the others."""
    assert {name: QUAD_SCHEMES[name]["14"] for name in QUAD_SCHEMES} == {
        "cameo-gdelt": 3,
        "phoenix": 4,
        "plover": 4,
    }


def test_root_is_the_first_two_digits_and_codes_are_unique() -> None:
    """Every code begins with its root, keeps its leading zeros and occurs once."""
    table = code_table()
    assert table.filter(pl.col("code").str.head(2) != pl.col("root")).is_empty()
    assert table["code"].n_unique() == table["name"].n_unique() == table.height == 315


@pytest.mark.parametrize(("scheme", "weights"), [("gdelt", "goldstein-icews"), ("phoenix", "x")])
def test_a_scheme_or_table_nobody_knows_is_an_error(scheme: str, weights: str) -> None:
    """Neither is guessed."""
    with pytest.raises(UnknownNameError):
        code_table(scheme, weights)


@pytest.mark.realdata
def test_codes_agree_with_the_ontology_list(data: Path) -> None:
    """Roots, both quad classes and both weights of all 315 codes."""
    with (data / "ontology" / "cameo_codes.csv").open() as stream:
        known = {row["code"]: row for row in csv.DictReader(stream)}
    with (data / "ontology" / "goldstein_by_source.csv").open() as stream:
        weights = {row["code"]: row for row in csv.DictReader(stream)}
    for scheme, column in (("cameo-gdelt", "quad_class"), ("phoenix", "quad_phoenix")):
        found = code_table(scheme)
        assert set(found["code"]) == set(known)
        for code, _, root, quad, _ in found.iter_rows():
            assert (root, quad) == (known[code]["root"], int(known[code][column])), code
    for name, column in (
        ("goldstein-gdelt", "gdelt_lookup"),
        ("goldstein-icews", "icews_andybega"),
    ):
        for code, _, _, _, weight in code_table(weights=name).iter_rows():
            expected = weights[code][column]
            assert weight == (float(expected) if expected else None), (name, code)


@pytest.mark.realdata
def test_relation_names_of_the_published_sets_have_the_codes_listed(data: Path) -> None:
    """All 265 relation names, matched by hand-checked list."""
    with gzip.open(data / "icews" / "relation_cameo.csv.gz", "rt") as stream:
        listed = {row["relation"]: row["cameo"] for row in csv.DictReader(stream)}
    assert len(listed) == 265
    assert {name: relation_codes()[name] for name in listed} == listed
