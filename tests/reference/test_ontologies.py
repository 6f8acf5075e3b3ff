"""Ontologies against raw rows of GDELT and ICEWS and against published lists.

References, all outside this package:

* every event row of GDELT at hand (61, 58 and 57 columns) with its own Goldstein value, quad
  class, country codes and place names; every row of a raw ICEWS table with its own intensity;
* the lists of codes, weights and countries in the folder ``ontology``.

Agreement is exact: both sides are printed numbers or codes. Rows are taken apart here by
``str.split``, not by the package's readers.
"""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tertius.actors import known_states, resolve, resolve_code
from tertius.actors.codes import cameo_states, fips_states, former_codes, icews_states
from tertius.events.ontologies import WEIGHTS, cameo_codes, code_table, crosswalk, to_plover
from tertius.events.ontologies import plover_codes as plover

pytestmark = pytest.mark.realdata

GDELT_FILES = {
    "20180326044500.export.CSV.zip": {61: 1_540},
    "spark_gdelt_events.tsv.gz": {61: 100},
    "spark_gdelt_eventsT.tsv.gz": {61: 100},
    "spark_gdelt_events1.tsv.gz": {57: 40, 58: 60},
    "v1_rows_57_58_cols.tsv.gz": {57: 201, 58: 509},
}


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def raw_lines(path: Path) -> list[str]:
    """Return the lines of a packed file."""
    if path.suffix == ".gz":
        content = gzip.decompress(path.read_bytes())
    else:
        with zipfile.ZipFile(path) as archive:
            content = archive.read(archive.namelist()[0])
    return content.decode("utf-8").removesuffix("\n").split("\n")


@pytest.fixture(scope="module")
def gdelt(data: Path) -> list[list[str]]:
    """All rows of GDELT at hand, whole."""
    rows = []
    for name, expected in GDELT_FILES.items():
        here = [line.split("\t") for line in raw_lines(data / "gdelt" / name)]
        assert dict(sorted(Counter(map(len, here)).items())) == expected, name
        rows += here
    return rows


@pytest.fixture(scope="module")
def icews(data: Path) -> list[dict[str, str]]:
    """All rows of the raw ICEWS table."""
    head, *lines = raw_lines(data / "icews" / "events.2018.sample.tab.gz")
    names = head.split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]


# --- Weights and classes --------------------------------------------------------------------


def test_gdelts_table_is_that_of_every_gdelt_row(gdelt):
    """Goldstein value, quad class and root of each of the 2,550 rows."""
    ours = {code: row for code, *row in code_table("cameo-gdelt", "goldstein-gdelt").rows()}
    assert len(gdelt) == 2_550
    assert len({row[26] for row in gdelt}) == 121
    for row in gdelt:
        code, root, quad, goldstein = row[26], row[28], row[29], row[30]
        _, our_root, our_quad, our_weight = ours[code]
        assert (our_root, our_quad, our_weight) == (root, int(quad), float(goldstein)), code


def test_icews_table_is_that_of_every_icews_row(icews):
    """Intensity of each of the 3,705 rows; GDELT's table would be wrong on three codes."""
    ours = dict(code_table(weights="goldstein-icews").select("code", "weight").iter_rows())
    gdelts = WEIGHTS["goldstein-gdelt"].weights
    assert len(icews) == 3_705
    wrong: Counter[str] = Counter()
    for row in icews:
        assert ours[row["CAMEO Code"]] == float(row["Intensity"]), row["CAMEO Code"]
        wrong[row["CAMEO Code"]] += gdelts[row["CAMEO Code"]] != float(row["Intensity"])
    assert len(wrong) == 122
    assert {code for code, rows in wrong.items() if rows} == {"016", "022", "164"}


@pytest.mark.parametrize(
    ("column", "name", "codes", "common", "differing"),
    [
        ("gdelt_lookup", "goldstein-gdelt", 311, 311, 0),
        ("icews_andybega", "goldstein-icews", 312, 311, 4),
        ("phoenix_pipeline", "goldstein-phoenix", 279, 278, 7),
        ("gdelt_pypi", None, 315, 311, 15),
        ("py_gdelt_0_1_11", None, 312, 310, 278),
    ],
)
def test_published_tables_differ_from_gdelts_on_known_codes(
    data, column, name, codes, common, differing
):
    """Ours hold the published numbers; two packages' tables are kept out for the rest."""
    known = set(cameo_codes()["code"])
    published = {
        row["code"]: float(row[column])
        for row in table(data / "ontology" / "goldstein_by_source.csv")
        if row[column] and row["code"] in known
    }
    gdelts = WEIGHTS["goldstein-gdelt"].weights
    shared = set(published) & set(gdelts)
    assert (len(published), len(shared)) == (codes, common)
    assert sum(published[code] != gdelts[code] for code in shared) == differing
    if name:
        assert published == dict(WEIGHTS[name].weights)


def test_labels_and_places_of_cameo_codes_are_those_of_the_list(data):
    """Both labels, root, parent, level and membership of all 315 codes."""
    listed = {row["code"]: row for row in table(data / "ontology" / "cameo_codes.csv")}
    ours = cameo_codes().rows(named=True)
    assert [row["code"] for row in ours] == list(listed)
    for row in ours:
        other = listed[row["code"]]
        assert row["name_gdelt"] == other["label"]
        assert row["name"] == (other["label_icews"] or other["label"])
        assert (row["root"], row["parent"] or "") == (other["root"], other["parent"])
        assert (row["level"], row["gdelt"]) == (
            int(other["level"]),
            other["in_gdelt_lookup"] == "1",
        )
        assert row["icews"] == (other["label_icews"] != "")


# --- PLOVER ---------------------------------------------------------------------------------


def test_plover_types_and_modes_are_those_of_the_manual(data):
    """All 82 with score and class; the ten others are marked as of the drafts of 2021."""
    listed = {
        "/".join(filter(None, (row["plover_type"], row["plover_mode"]))): row
        for row in table(data / "ontology" / "plover_types_modes.csv")
    }
    ours = {row["code"]: row for row in plover().rows(named=True)}
    assert len(listed) == 82
    for code, row in listed.items():
        assert ours[code]["score"] == float(row["score"]), code
        assert ours[code]["quad"] == int(row["quad_class"]), code
    assert {code for code, row in ours.items() if row["listed"] == "2023"} == set(listed)
    assert len(ours) - len(listed) == 10


def test_the_crosswalk_is_that_of_the_list(data):
    """256 of 295 codes below the roots: all but 37 statements and appeals and two of ICEWS."""
    listed = {row["cameo_code"]: row for row in table(data / "ontology" / "cameo_plover.csv")}
    ours = {row["code"]: row for row in crosswalk().rows(named=True)}
    below = {code for code in ours if len(code) > 2}
    talk = {code for code in below if code[:2] in {"01", "02"}}
    assert (len(listed), len(below), len(talk)) == (256, 295, 37)
    assert below - set(listed) == talk | {"1951", "1952"}
    assert len(below - {"1951", "1952"}) == 293
    foreign = {}
    for code, row in listed.items():
        mine = ours[code]
        assert mine["basis"] == "listed"
        assert (mine["type"], mine["quad"]) == (row["plover_type"], int(row["plover_quad_class"]))
        assert (mine["context"] or "") == row["plover_context"]
        if (mine["mode"] or "") != row["plover_mode"]:
            foreign[code] = (row["plover_mode"], mine["mode"])
    assert foreign == {
        "085": ("ease", None),
        "1321": ("political", None),
        "1712": ("seize", None),
        "175": ("pro_autocracy", None),
    }
    assert all(ours[code]["plover"] is None and ours[code]["reason"] for code in talk)


def test_a_quarter_of_gdelts_rows_have_no_plover_type(gdelt):
    """601 of 2,550, all statements and appeals."""
    codes = [row[26] for row in gdelt]
    without = [code for code, to in zip(codes, to_plover(codes), strict=True) if to is None]
    assert len(without) == 601
    assert round(100 * len(without) / len(codes)) == 24
    assert {code[:2] for code in without} == {"01", "02"}


# --- Codes of states ------------------------------------------------------------------------


def test_fips_codes_are_those_of_gdelts_list(data):
    """Each code GDELT lists is a state's or territory's, a former one's, or listed here."""
    no_state = {
        "open sea and what is nobody's": "OC OS UF UU AY NM",
        "no state: a union": "EE",
        "disputed, by several states": "PF PG PJ",
        "dissolved in 2010": "NT",
        "islets and bases without an ISO 3166-1 code of their own": "AT AX BS CR DX IP",
        "parts of what ISO calls the French Southern Territories": "EU FS GO JU TE",
        "the United States Minor Outlying Islands": "BQ DQ FQ HQ JQ KQ LQ MQ WQ",
    }
    listed = {
        row["code"]: row["label"] for row in table(data / "ontology/gdelt_fips_countries.csv")
    }
    ours, former = fips_states(), {code for code, *_ in former_codes("fips")}
    assert len(listed) == 280
    assert set(ours) <= set(listed)
    absent = set(listed) - set(ours) - former
    assert absent == set(" ".join(no_state.values()).split())
    assert set(listed) & former == {"YI"}
    # The labels, read as names, mean the same states; three are no names we know.
    unknown = {code for code in ours if resolve(listed[code]).iso3 is None}
    assert unknown == {"JN", "RB", "RN"}
    assert all(
        resolve(listed[code]).iso3 == key for code, key in ours.items() if code not in unknown
    )


def test_fips_codes_are_those_of_the_crosswalk(data):
    """The first code of every ISO 3166 country of countrycode's table."""
    rows = [
        row
        for row in table(data / "ontology" / "countries.csv")
        if row["fips"] and row["iso3c"] in set(known_states())
    ]
    assert len(rows) > 230
    assert {row["fips"]: fips_states().get(row["fips"]) for row in rows} == {
        row["fips"]: row["iso3c"] for row in rows
    }


def test_places_of_gdelts_rows_are_the_states_they_name(gdelt):
    """The country at the end of each place's name is the state its code stands for."""
    # GDELT writes these names with a comma; by its last part each says nothing or two things.
    cut = {("VM", "Republic Of"): 29, ("BF", "The"): 4, ("CF", "Congo"): 3}
    agreed, others = 0, Counter()
    for row in gdelt:
        width = 8 if len(row) == 61 else 7
        for block in range(3):
            name, code = row[36 + width * block : 38 + width * block]
            if not code:
                continue
            country = name.rsplit(",", 1)[-1].strip()
            if resolve(country).iso3 == fips_states().get(code):
                agreed += 1
            else:
                others[code, country] += 1
    assert others == cut
    assert agreed == 6_450


def test_actors_of_gdelts_rows_are_the_states_their_names_mean(gdelt):
    """Where an actor is a country code alone and its name a known one, both agree but for two."""
    agreed, others = 0, Counter()
    unmapped: Counter[str] = Counter()
    for row in gdelt:
        for code, name, country in (row[5:8], row[15:18]):
            if country and country not in cameo_states():
                unmapped[country] += 1
            meant = resolve(name.title()).iso3 if country and code == country else None
            if meant is None:
                continue
            if meant == cameo_states().get(country):
                agreed += 1
            else:
                others[country, name] += 1
    assert others == {("YEM", "ADEN"): 2, ("USA", "JERSEY"): 2}
    assert agreed == 1_630
    assert set(unmapped) == {"AFR", "EUR", "SEA", "NMR", "WST", "MEA"}


def test_cameo_codes_that_are_not_iso_are_states_or_regions(data):
    """33 of 262 codes: six are states under another code, 27 are none."""
    listed = table(data / "ontology" / "cameo_countries.csv")
    other = {row["cameo"]: row["label"] for row in listed if not row["iso3c_same"]}
    ours = cameo_states()
    assert (len(listed), len(other)) == (262, 33)
    assert {code: ours[code] for code in other if code in ours} == {
        "ROM": "ROU",
        "TMP": "TLS",
        "MTN": "MNE",
        "IMY": "IMN",
        "WSB": "PSE",
        "GZS": "PSE",
    }
    assert {row["cameo"] for row in listed if row["iso3c_same"]} == set(ours) - set(other) - {"KSV"}
    assert all(ours[row["cameo"]] == row["iso3c_same"] for row in listed if row["iso3c_same"])
    for code in ("ROM", "TMP", "MTN", "IMY"):
        assert resolve(other[code].partition(" (")[0]).iso3 == ours[code]


def test_icews_country_names_are_those_of_its_list(data):
    """Each of 261 rows is the list's state, or is here as no state or as one told apart."""
    no_state = {"NULL", "Antarctica", "Netherlands Antilles"}
    # The list gives these to the state they belong to; here each is a territory of its own.
    territories = {"Jersey": "JEY", "Mayotte": "MYT", "Saint Barthelemy": "BLM"}
    listed = table(data / "ontology" / "icews_country_names.csv")
    ours = icews_states()
    assert len(listed) == 261
    for row in listed:
        name, code = row["icews_name"], row["cameo"]
        if name in no_state:
            assert name not in ours
            assert resolve(name).iso3 is None
        elif name == "Serbia and Montenegro":
            assert name not in ours
            assert resolve(name, 2005).iso3 == "SCG"
        else:
            # A dependency's code follows its owner's: DNKGRL; Gaza's is no country code.
            theirs = resolve_code(code[-3:], "cameo").iso3 or resolve_code(code[:3], "iso3").iso3
            theirs = resolve_code(code[-3:], "iso3").iso3 or theirs
            assert ours[name] == territories.get(name, theirs), name
            assert resolve(name, 2018).iso3 == (None if name == "Congo" else ours[name]), name
    assert set(ours) <= {row["icews_name"] for row in listed}


def test_country_columns_of_icews_rows_are_mapped(icews):
    """Every country the raw table writes is in the list; nothing else is but NA."""
    written = Counter(
        row[column] for row in icews for column in ("Source Country", "Target Country", "Country")
    )
    assert {name for name in written if name not in icews_states()} == {"NA"}
    assert written["Congo"] == 5
    assert len(written) > 130
