"""Ontologies: facts entered by hand from the codebooks, and what every table must satisfy.

Figures are exact; nothing here has a tolerance.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date, timedelta

import polars as pl
import pytest

from tertius.actors import SCHEMES, known_states, resolve, resolve_code
from tertius.actors.codes import cameo_states, fips_states, former_codes, icews_states
from tertius.errors import UnknownNameError, UsageError
from tertius.events.ontologies import (
    QUAD_SCHEMES,
    WEIGHT_TABLES,
    WEIGHTS,
    cameo_codes,
    check_names,
    code_table,
    crosswalk,
    plover_codes,
    relation_codes,
    to_plover,
)


def looked_up(column: str, **names: str) -> dict[str, object]:
    """Map every code to one column of its table."""
    return dict(code_table(**names).select("code", column).iter_rows())


# --- CAMEO ----------------------------------------------------------------------------------


def test_every_cameo_code_has_its_place() -> None:
    """A code's parent is the code without its last digit, its root the first two digits."""
    table = cameo_codes()
    assert table.height == table["code"].n_unique() == 315
    assert dict(table["level"].value_counts().iter_rows()) == {0: 20, 1: 147, 2: 148}
    known = set(table["code"])
    for row in table.iter_rows(named=True):
        code = row["code"]
        assert row["root"] == code[:2]
        assert row["level"] == len(code) - 2
        assert row["parent"] == (None if row["level"] == 0 else code[:-1])
        assert row["parent"] is None or row["parent"] in known


def test_both_dialects_have_their_labels() -> None:
    """GDELT's and ICEWS's wording of one code, and the four codes GDELT's lookup lacks."""
    labels = {code: names for code, *names in cameo_codes().iter_rows()}
    assert labels["010"][:2] == ["Make statement", "Make statement, not specified below"]
    assert labels["1952"][:2] == ["Employ remotely piloted aerial munitions"] * 2
    lacking = cameo_codes().filter(~pl.col("gdelt") | ~pl.col("icews"))
    assert lacking.select("code", "gdelt", "icews").rows() == [
        ("1213", False, True),
        ("1214", False, False),
        ("1951", False, False),
        ("1952", False, False),
    ]


# --- PLOVER ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "quad", "weight"),
    [
        ("CONSULT", 1, 2.5),
        ("CONSULT/visit", 1, 4.0),
        ("CONSULT/third-party", 1, 1.0),
        ("SUPPORT", 1, 5.0),
        ("CONCEDE", 1, 4.5),
        ("COOPERATE", 2, 9.5),
        ("AID", 2, 10.0),
        ("RETREAT/ceasefire", 2, 7.5),
        ("REQUEST/assist", 3, 0.5),
        ("ACCUSE", 3, -3.0),
        ("ACCUSE/investigate", 3, -3.5),
        ("THREATEN/territory", 3, -4.0),
        ("PROTEST/riot", 4, -7.0),
        ("SANCTION/expel", 4, -5.5),
        ("MOBILIZE/troops", 4, -6.5),
        ("COERCE/martial-law", 4, -7.5),
        ("ASSAULT/unconventional", 4, -10.0),
        # Modes of the drafts of 2021 only: the score of their type.
        ("ASSAULT/massacre", 4, -9.0),
        ("RETREAT/return", 2, 6.5),
        ("THREATEN/ban", 3, -3.5),
    ],
)
def test_plover_codes_have_their_class_and_score(code: str, quad: int, weight: float) -> None:
    """As the manual prints them."""
    names = {"scheme": "plover", "weights": "plover", "ontology": "plover"}
    assert looked_up("quad", **names)[code] == quad
    assert looked_up("weight", **names)[code] == weight
    assert looked_up("root", **names)[code] == code.partition("/")[0]


def test_plover_codes_are_written_one_way() -> None:
    """Type in capitals, mode in lower case; each type stands alone too; none occurs twice."""
    table = plover_codes()
    assert table.height == table["code"].n_unique() == 92
    assert table["type"].n_unique() == 16
    assert table.filter(pl.col("mode").is_null()).height == 16
    assert table["code"].str.contains(r"^[A-Z]+(/[a-z]+(-[a-z]+)*)?$").all()
    assert table.filter(pl.col("score").is_null())["listed"].unique().to_list() == ["2021"]
    assert (table.filter(type="ACCUSE")["score"] < 0).all()


# --- Quad classes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "gdelt", "phoenix", "plover"),
    [
        ("010", 1, 0, 0),  # statement
        ("020", 1, 0, 0),  # appeal
        ("036", 1, 1, 1),
        ("073", 2, 2, 2),
        ("081", 2, 2, 1),  # concede
        ("0871", 2, 2, 2),  # ceasefire
        ("090", 2, 3, 3),  # investigate
        ("112", 3, 3, 3),
        ("141", 3, 4, 4),  # protest
        ("152", 4, 4, 4),
        ("161", 4, 3, 4),  # reduce relations
        ("163", 4, 3, 4),  # embargo
        ("190", 4, 4, 4),
    ],
)
def test_the_three_schemes_differ_where_they_should(
    code: str, gdelt: int, phoenix: int, plover: int
) -> None:
    """PROTEST, REDUCE RELATIONS, INVESTIGATE, YIELD, statements and appeals."""
    found = [looked_up("quad", scheme=name)[code] for name in ("cameo-gdelt", "phoenix", "plover")]
    assert found == [gdelt, phoenix, plover]


@pytest.mark.parametrize(
    ("scheme", "ontology"), [*((name, "cameo") for name in QUAD_SCHEMES), ("plover", "plover")]
)
def test_classes_by_root_are_those_of_the_codes(scheme: str, ontology: str) -> None:
    """Where a scheme classes a root, every code below it has that class."""
    weights = "plover" if ontology == "plover" else "goldstein-gdelt"
    table = code_table(scheme, weights, ontology)
    unclassed = set()
    for _, _, root, quad, _ in table.iter_rows():
        if root in QUAD_SCHEMES[scheme]:
            assert quad == QUAD_SCHEMES[scheme][root]
        else:
            unclassed.add(root)
    assert unclassed == ({"08"} if (scheme, ontology) == ("plover", "cameo") else set())


# --- Weights --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codes", "lacks", "digest"),
    [
        ("goldstein-gdelt", 311, 4, "198506770298833b"),
        ("goldstein-icews", 312, 3, "4a07c389fb6210c4"),
        ("goldstein-phoenix", 279, 36, "47df785ab3b85aa4"),
        ("plover", 82, 10, "51dc67787d512442"),
    ],
)
def test_a_weight_table_is_what_its_digest_says(
    name: str, codes: int, lacks: int, digest: str
) -> None:
    """Content, counts and digest agree; a changed number needs a changed version and test."""
    table = WEIGHTS[name]
    listed = cameo_codes() if table.ontology == "cameo" else plover_codes()
    content = "".join(f"{code},{table.weights[code]!r}\n" for code in sorted(table.weights))
    assert table.sha256 == hashlib.sha256(content.encode("ascii")).hexdigest()
    assert table.sha256.startswith(digest)
    assert (table.codes, len(table.lacks)) == (codes, lacks)
    assert sorted([*table.weights, *table.lacks]) == sorted(listed["code"])
    assert all(-10 <= weight <= 10 for weight in table.weights.values())
    assert table.name == name
    assert table.version
    assert table.source


def test_weight_tables_are_read_only_and_listed() -> None:
    """Nobody changes a weight by the way."""
    assert tuple(WEIGHTS) == WEIGHT_TABLES
    table = WEIGHTS["plover"]
    with pytest.raises(TypeError):
        table.weights["AID"] = 0.0  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.name = "mine"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("code", "gdelt", "icews", "phoenix", "plover"),
    [
        ("016", -2.0, -5.0, 3.4, None),
        ("022", 3.2, 3.4, 3.4, None),
        ("042", 1.9, 1.9, 1.9, 4.0),
        ("124", -4.0, -4.0, -5.0, -2.0),
        ("163", -8.0, -8.0, -6.5, -7.0),
        ("164", -7.0, -6.5, -7.0, -6.0),
        ("165", -6.5, -7.0, -7.0, -6.0),
        ("166", -7.0, -7.0, -8.0, -5.5),
        ("1661", -7.0, -7.0, None, -5.5),
        ("1213", None, -4.0, -4.0, -1.5),
        ("1952", None, None, None, -9.0),
        ("08", 5.0, 5.0, 5.0, None),
    ],
)
def test_tables_give_each_code_its_own_weight(
    code: str,
    gdelt: float | None,
    icews: float | None,
    phoenix: float | None,
    plover: float | None,
) -> None:
    """Also that of no weight at all."""
    names = ("goldstein-gdelt", "goldstein-icews", "goldstein-phoenix", "plover")
    found = [looked_up("weight", weights=name)[code] for name in names]
    assert found == [gdelt, icews, phoenix, plover]


# --- CAMEO to PLOVER ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "plover", "basis", "reason"),
    [
        ("012", None, "none", "PLOVER dropped public statements"),
        ("0234", None, "none", "PLOVER dropped appeals"),
        ("08", None, "none", "either CONCEDE or RETREAT"),
        ("042", "CONSULT/visit", "listed", None),
        ("043", "CONSULT/visit", "listed", None),
        ("0331", "AGREE", "listed", None),
        ("0814", "RETREAT", "listed", None),
        ("0841", "RETREAT/release", "listed", None),
        ("085", "RETREAT", "listed", '"ease" is no mode of RETREAT'),
        ("163", "COERCE/restrict", "listed", None),
        ("175", "ASSAULT", "listed", '"pro_autocracy" is no mode of ASSAULT'),
        ("192", "COERCE/seize", "listed", None),
        ("19", "ASSAULT", "heading", "a root: the type its list is headed with"),
        ("1952", "ASSAULT", "parent", "not in the list: the type of 195, without a mode"),
        ("202", "ASSAULT/massacre", "listed", None),
    ],
)
def test_the_crosswalk_says_what_a_code_becomes_and_why(
    code: str, plover: str | None, basis: str, reason: str | None
) -> None:
    """Nothing is filled in without a reason."""
    row = crosswalk().row(by_predicate=pl.col("code") == code, named=True)
    assert (row["plover"], row["basis"], row["reason"]) == (plover, basis, reason)


def test_the_crosswalk_is_whole_and_consistent() -> None:
    """One row a CAMEO code; every target is a PLOVER code; no type, no class and a reason."""
    table = crosswalk()
    assert table["code"].to_list() == cameo_codes()["code"].to_list()
    known = plover_codes()
    mapped = table.drop_nulls("plover")
    joined = mapped.join(known, left_on="plover", right_on="code", suffix="_listed")
    assert joined.height == mapped.height == 275
    for column in ("type", "mode", "quad"):
        assert joined[column].equals(joined[f"{column}_listed"], check_names=False), column
    without = table.filter(pl.col("plover").is_null())
    assert without.select("type", "mode", "context").null_count().row(0) == (40, 40, 40)
    assert set(without["quad"]) == {0}
    assert without["reason"].null_count() == 0
    assert table["basis"].value_counts().sort("basis").rows() == [
        ("heading", 17),
        ("listed", 256),
        ("none", 40),
        ("parent", 2),
    ]


def test_codes_become_plover_in_their_order() -> None:
    """Repeats, nulls and codes without a type keep their places."""
    codes = ["190", "020", None, "042", "190"]
    expected = ["ASSAULT", None, None, "CONSULT/visit", "ASSAULT"]
    assert to_plover(codes).to_list() == expected
    assert to_plover(pl.Series("code", codes)).to_list() == expected
    assert to_plover([]).to_list() == []
    every = cameo_codes()["code"]
    assert to_plover(every).to_list() == crosswalk()["plover"].to_list()


@pytest.mark.parametrize("strange", ["---", "19 ", "13y", "CONSULT", "1"])
def test_a_code_that_is_not_cameo_is_an_error(strange: str) -> None:
    """It is named, not turned into null."""
    with pytest.raises(UnknownNameError, match="unknown CAMEO code") as caught:
        to_plover(["190", strange])
    assert f'"{strange}"' in str(caught.value)


# --- Names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "weights", "ontology", "what"),
    [
        ("gdelt", "plover", "cameo", "quad class scheme"),
        ("plover", "goldstein", "cameo", "weight table"),
        ("plover", "plover", "idea", "ontology"),
    ],
)
def test_unknown_names_are_named(scheme: str, weights: str, ontology: str, what: str) -> None:
    """Each with the list it should come from."""
    with pytest.raises(UnknownNameError, match=f"unknown {what}") as caught:
        check_names(scheme, weights, ontology)
    assert caught.value.allowed


@pytest.mark.parametrize(
    ("scheme", "weights"), [("cameo-gdelt", "plover"), ("plover", "goldstein-icews")]
)
def test_tables_for_cameo_do_not_fit_plover_types(scheme: str, weights: str) -> None:
    """A PLOVER type has no Goldstein weight and no class by CAMEO root."""
    with pytest.raises(UsageError, match="is for CAMEO codes"):
        code_table(scheme, weights, "plover")


def test_tables_handed_out_are_copies() -> None:
    """What a caller does to a table is not seen by the next."""
    for table in (cameo_codes, plover_codes, crosswalk):
        before = table()
        before.insert_column(0, pl.lit(1).alias("mine"))
        assert "mine" not in table().columns
    for mapping in (fips_states, cameo_states, icews_states):
        mapping().clear()
        assert mapping()
    assert relation_codes()["Make a visit"] == "042"


# --- Codes of states ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "iso3"),
    [
        ("KN", "PRK"), ("KS", "KOR"), ("KR", "KIR"), ("CH", "CHN"), ("SZ", "CHE"), ("RS", "RUS"),
        ("RI", "SRB"), ("RB", "SRB"), ("JA", "JPN"), ("GM", "DEU"), ("GA", "GMB"), ("AU", "AUT"),
        ("AS", "AUS"), ("NI", "NGA"), ("NU", "NIC"), ("UP", "UKR"), ("UK", "GBR"), ("VM", "VNM"),
        ("WE", "PSE"), ("GZ", "PSE"), ("KV", "XKX"), ("OD", "SSD"), ("TT", "TLS"), ("EZ", "CZE"),
        ("IZ", "IRQ"), ("SF", "ZAF"), ("IS", "ISR"), ("HK", "HKG"), ("TW", "TWN"),
    ],
)  # fmt: skip
def test_fips_codes_are_read_as_fips(code: str, iso3: str) -> None:
    """Many are other states' codes in ISO 3166."""
    assert fips_states()[code] == iso3


@pytest.mark.parametrize("code", ["OS", "OC", "UU", "AY", "PG", "PF", "EE", "NT", "YI", "UR", "KP"])
def test_what_is_no_state_today_has_no_fips_entry(code: str) -> None:
    """Seas, disputed islands, unions, former states, and codes of ISO alone."""
    assert code not in fips_states()


@pytest.mark.parametrize(
    ("code", "iso3"),
    [
        ("KOR", "KOR"), ("PRK", "PRK"), ("CHN", "CHN"), ("ROM", "ROU"), ("TMP", "TLS"),
        ("MTN", "MNE"), ("IMY", "IMN"), ("WSB", "PSE"), ("GZS", "PSE"), ("PSE", "PSE"),
        ("KSV", "XKX"), ("RUS", "RUS"), ("SRB", "SRB"),
    ],
)  # fmt: skip
def test_cameo_codes_are_read_as_cameo(code: str, iso3: str) -> None:
    """Those that are not ISO's, and those that are."""
    assert cameo_states()[code] == iso3


@pytest.mark.parametrize("code", ["AFR", "EUR", "WST", "SEA", "NMR", "ANT", "BAG", "IGO", "", "KR"])
def test_what_is_no_state_has_no_cameo_entry(code: str) -> None:
    """Regions, a city, organisations, and two letters."""
    assert code not in cameo_states()


def test_no_actor_becomes_kiribati_through_two_letters() -> None:
    """KR is Kiribati in columns of geography and nowhere else; KOR is South Korea."""
    assert [code for code, key in fips_states().items() if key == "KIR"] == ["KR"]
    assert [code for code, key in cameo_states().items() if key == "KIR"] == ["KIR"]
    assert [name for name, key in icews_states().items() if key == "KIR"] == ["Kiribati"]
    assert resolve("KR").iso3 is None
    assert resolve("KOR").iso3 == resolve_code("KOR", "cameo").iso3 == "KOR"
    assert {len(code) for code in fips_states()} == {2}
    assert {len(code) for code in cameo_states()} == {3}


def test_maps_hold_only_known_states_and_agree_with_reading_one_code() -> None:
    """The quick way and the slow one give the same."""
    known = set(known_states())
    for scheme, mapping in (("fips", fips_states()), ("cameo", cameo_states())):
        assert set(mapping.values()) <= known
        for code, key in mapping.items():
            assert resolve_code(code, scheme).iso3 == key
    assert set(icews_states().values()) <= known


@pytest.mark.parametrize("scheme", SCHEMES)
def test_former_codes_are_read_at_their_days_only(scheme: str) -> None:
    """They stand for nothing after their last day, and none is a code of today."""
    spans = former_codes(scheme)
    assert list(spans) == sorted(spans)
    for code, first, last, key in spans:
        assert resolve_code(code, scheme, first).iso3 == key
        assert resolve_code(code, scheme, last).iso3 == key
        final = max(end for other, _, end, _ in spans if other == code)
        assert resolve_code(code, scheme, final + timedelta(1)).iso3 is None
    today = {"fips": fips_states(), "cameo": cameo_states()}.get(scheme, {})
    assert not {code for code, *_ in spans} & set(today)


def test_the_former_codes_of_fips() -> None:
    """Seven states that are no more; the Soviet Union's last day is 25 December 1991."""
    assert {key for *_, key in former_codes("fips")} == {
        "CSK", "DDR", "RVN", "SCG", "SUN", "YMD", "YUG",
    }  # fmt: skip
    assert ("UR", date(1922, 12, 30), date(1991, 12, 25), "SUN") in former_codes("fips")
    assert former_codes("cameo") == ()
    with pytest.raises(UnknownNameError, match="unknown code scheme"):
        former_codes("nato")


def test_maps_serve_a_column() -> None:
    """As the argument of Polars' `replace_strict`, with null for what is no state."""
    frame = pl.DataFrame({"actor": ["KOR", "KR", "EUR", None], "place": ["KS", "KR", "OS", None]})
    found = frame.select(
        pl.col("actor").replace_strict(cameo_states(), default=None),
        pl.col("place").replace_strict(fips_states(), default=None),
    )
    assert found.rows() == [("KOR", "KOR"), (None, "KIR"), (None, None), (None, None)]


def test_icews_names_are_those_of_its_list() -> None:
    """In it Congo is Brazzaville, and a former state is left to the day."""
    names = icews_states()
    assert names["Congo"] == "COG"
    assert names["Democratic Republic of Congo"] == "COD"
    assert names["Occupied Palestinian Territory"] == names["Gaza"] == "PSE"
    assert names["the former Yugoslav Republic of Macedonia"] == "MKD"
    assert names["Moldova, Republic of"] == "MDA"
    assert "Serbia and Montenegro" not in names
    assert resolve("Serbia and Montenegro", 2005).iso3 == "SCG"
    assert "NA" not in names
