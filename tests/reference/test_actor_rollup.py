"""Actors against outside tables: codes, membership, leaders, and ICEWS mentions.

References and tolerances:

* codes: the crosswalk of countrycode, exactly, but for differences listed here with a reason;
* membership: COW 2016 and GW 2017, every year from 1946 at its 1 July, exactly, but for two
  listed differences;
* leaders: Archigos 4.1, some word of the leader's name in office on the middle day of each rule;
* ICEWS18: the derived table of entities is no gold standard, hence 97 % of mentions, not all;
  figures printed in docs/reference/actors.md are recomputed exactly.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.actors import officeholders, resolve, resolve_code, roll_up, state
from tertius.actors.folding import fold

pytestmark = pytest.mark.realdata

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "actors.md"
MIDDLE = date(2018, 6, 1)


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file, zipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def icews(data: Path) -> pl.DataFrame:
    """ICEWS18 with our states beside the table's."""
    events = pl.read_csv(data / "icews" / "icews18_events.csv.gz", null_values="")
    days = events["date"].str.to_date()
    return events.with_columns(
        source_ours=pl.Series(roll_up(events["source"], days).iso3, dtype=pl.String),
        target_ours=pl.Series(roll_up(events["target"], days).iso3, dtype=pl.String),
    )


@pytest.fixture(scope="module")
def mentions(data: Path, icews: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Mentions of each (entity, state by the table) that the table assigns."""
    counts = Counter(icews["source"].to_list()) + Counter(icews["target"].to_list())
    table = rows(data / "icews" / "icews18_entities.csv.gz")
    return {
        (row["entity"], row["iso3"]): counts[row["entity"]]
        for row in table
        if row["iso3"] and counts[row["entity"]]
    }


def disagreements(mentions: dict[tuple[str, str], int]) -> list[tuple[str, str, str, int]]:
    """List (name, state by the table, state by us or –, mentions), the most frequent first.

    Codes the table writes otherwise (KSV, TMP) are read first: a spelling is no disagreement.
    """
    found = [
        (name, theirs, resolve(name, MIDDLE).iso3 or "–", count)
        for (name, theirs), count in mentions.items()
        if resolve(name, MIDDLE).iso3 != (resolve(theirs).iso3 or theirs)
    ]
    return sorted(found, key=lambda row: (-row[3], row[0]))


def test_icews_mentions_agree_with_the_derived_table(mentions):
    """Of the mentions the table assigns, at least 97 % get the same state; the page says 98.45."""
    total = sum(mentions.values())
    agreed = total - sum(row[3] for row in disagreements(mentions))
    assert total == 778_564
    assert agreed / total >= 0.97
    assert f"**{100 * agreed / total:.2f} %**" in PAGE.read_text(encoding="utf-8")


def test_every_large_disagreement_is_judged_on_the_page(mentions):
    """Each disagreement of 40 mentions or more stands in the page's table, with a judgement."""
    text = PAGE.read_text(encoding="utf-8")
    judged = re.findall(
        r"^\| ([^|]+) \| ([A-Z]{3}) \| ([A-Z]{3}|–) \| (\d+) \| (.+) \|$", text, re.M
    )
    listed = {(name, theirs, ours, int(count)) for name, theirs, ours, count, _ in judged}
    assert listed == {row for row in disagreements(mentions) if row[3] >= 40}
    assert all(reason.strip() for *_, reason in judged)


def test_plain_names_keep_a_fifth_of_the_north_korean_american_rows(icews):
    """Country names alone keep 1,078 of 5,301 rows; the resolver nearly all, and more."""
    pair = ["PRK", "USA"]

    def between(source: str, target: str) -> pl.Expr:
        both = pl.col(source).is_in(pair) & pl.col(target).is_in(pair)
        return both & (pl.col(source) != pl.col(target))

    plain = ["North Korea", "United States"]
    table = icews.filter(between("source_iso3", "target_iso3"))
    named = table.filter(pl.col("source").is_in(plain) & pl.col("target").is_in(plain))
    kept = table.filter(between("source_ours", "target_ours"))
    ours = icews.filter(between("source_ours", "target_ours"))
    assert (named.height, table.height) == (1_078, 5_301)
    text = PAGE.read_text(encoding="utf-8")
    assert f"keeps {kept.height:,} of them and adds {ours.height - kept.height}" in text
    assert kept.height / table.height > 0.99


@pytest.mark.parametrize("file", ["icews14_events.csv.gz", "icews0515_sample20pct.csv.gz"])
def test_years_nobody_looked_at_agree_as_well(data, file):
    """On other years, each mention at its own day, at least 99 % of the table's states."""
    events = pl.read_csv(data / "icews" / file, null_values="")
    sides = pl.concat(
        events.select("date", name=side, theirs=f"{side}_iso3") for side in ("source", "target")
    ).drop_nulls("theirs")
    ours = roll_up(sides["name"], sides["date"].str.to_date()).iso3
    theirs = [resolve(code).iso3 or code for code in sides["theirs"]]
    agreed = sum(a == b for a, b in zip(ours, theirs, strict=True))
    assert agreed / len(ours) >= 0.99


def test_a_whole_year_of_names_resolves_within_a_second(data):
    """All 23,033 names of ICEWS18, on both sides of no cache, in well under a second."""
    import time

    from tertius.actors import timelines

    names = [row["entity"] for row in rows(data / "icews" / "icews18_entities.csv.gz")]
    timelines._timeline.cache_clear()
    start = time.process_time()
    roll_up(names, MIDDLE)
    assert time.process_time() - start < 1.0


def test_codes_are_those_of_the_crosswalk(data):
    """COW, GW and FIPS of every living state and territory, but for three with a reason."""
    reasons = {
        ("VAT", "cown"): "327 is the Papal States, to 1860; COW does not count the Vatican",
        ("VAT", "gwn"): "the same",
        ("VNM", "gwn"): "815 there is Annam, to 1893; GW's republic is 816",
    }
    differing = set()
    for row in rows(data / "ontology" / "countries.csv"):
        key = row["iso3c"]
        if key in {"", "ATA", "ATF"}:
            continue
        each = state(key)
        for column, ours in (
            ("cown", str(each.cow or "")),
            ("gwn", str(each.gw or "")),
            ("fips", each.fips[0] if each.fips else ""),
        ):
            if row[column] != ours and row[column]:
                differing.add((key, column))
    assert differing == set(reasons)


def test_membership_is_that_of_the_two_systems(data):
    """Every COW and GW number has a holder on 1 July of every year it is a member."""
    lists = {
        "gw": [
            (row["gwcode"], row["startdate"], row["enddate"])
            for row in rows(data / "cow_atop_mid" / "gw_states.csv.gz")
        ],
        "cow": [
            (
                row["ccode"],
                f"{int(row['styear']):04}-{int(row['stmonth']):02}-{int(row['stday']):02}",
                f"{int(row['endyear']):04}-{int(row['endmonth']):02}-{int(row['endday']):02}",
            )
            for row in rows(data / "cow_atop_mid" / "cow_states.csv.gz")
        ],
    }
    missing = Counter(
        (scheme, number)
        for scheme, members in lists.items()
        for number, start, end in members
        for year in range(1946, 2017)
        if start <= f"{year}-07-01" <= end and resolve_code(number, scheme, year).iso3 is None
    )
    # GW counts Syria through the union with Egypt; COW counts Mali from the short federation.
    assert missing == {("gw", "652"): 4, ("cow", "432"): 1}


def test_cameo_codes_without_a_state_are_regions(data):
    """Of CAMEO's codes exactly the regions, the Netherlands Antilles and Baghdad give none."""
    codes = [row["cameo"] for row in rows(data / "ontology" / "cameo_countries.csv")]
    stateless = {code for code in codes if resolve(code).iso3 is None}
    assert len(codes) == 262
    regions = (
        "AFR ANT ASA BAG BLK CAS CAU CEU CFR CRB EAF EEU EIN EUR LAM MDT MEA NAF NMR PGS SAF SAM "
        "SAS SCN SEA WAF WST"
    )
    assert " ".join(sorted(stateless)) == regions
    assert all("CAMEO code of a region" in resolve(code).note for code in stateless)


def test_leaders_of_the_six_states_are_those_of_archigos(data):
    """On the middle day of each rule since 1955 somebody of that name is in office."""
    keys = {"365": ("SUN", "RUS"), "710": ("CHN",), "731": ("PRK",), "732": ("KOR",), "2": ("USA",)}
    other_spellings = {"Ho Chong": "Heo Jeong", "Choi Kuy Hay": "Choi Kyu-hah"}
    strangers = []
    checked = 0
    for row in rows(data / "cow_atop_mid" / "archigos.csv.gz"):
        if row["gwcode"] not in keys or row["enddate"] < "1955-01-01":
            continue
        start, end = date.fromisoformat(row["startdate"]), date.fromisoformat(row["enddate"])
        middle = start + (end - start) / 2
        in_office = {
            word
            for key in keys[row["gwcode"]]
            for term in officeholders(key, middle)
            for word in fold(term.name).split()
        }
        checked += 1
        leader = other_spellings.get(row["leader"], row["leader"])
        if not in_office & set(fold(leader).split()):
            strangers.append((row["obsid"], row["leader"]))
    assert checked == 41
    assert strangers == []


def test_capitals_are_those_of_the_list(data):
    """Each capital COW's list gives after 1945 resolves to its state, or is left out with cause."""
    left_out = {
        # Cities better known for something else, or shared by several countries.
        "St. George's", "St. John's", "San Jose", "Georgetown", "Kingston", "Victoria", "Male",
        # Contested, or also the seat of the European Union.
        "Jerusalem", "Brussels",
        # Today's name of Saigon, which was not called so while it was a capital.
        "Ho Chi Minh City", "Zanzibar City", "Schwerin",
    }  # fmt: skip
    wrong = []
    for row in rows(data / "cow_atop_mid" / "cow_capitals.csv.gz"):
        first, last = max(int(row["stdate"][:4]), 1950), min(int(row["enddate"][:4]) - 1, 2016)
        if first > last or row["capital"] in left_out:
            continue
        held = [
            (year, holder)
            for year in range(first, last + 1)
            if (holder := resolve_code(row["ccode"], "cow", year).iso3) is not None
        ]
        year, holder = held[-1]
        found = resolve(row["capital"], year).iso3
        if found != holder:
            wrong.append((row["capital"], holder, found))
    assert wrong == []
