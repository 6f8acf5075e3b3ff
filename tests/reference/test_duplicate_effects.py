"""What duplicate policies remove from published files, counted twice.

The files are read with the standard library (csv, zipfile, gzip) and counted with sets; the
panels' own measure must agree exactly. Numbers of the raw files stand here as constants, each
with the key it is counted by, since another key gives another number.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from tertius.actors import known_states
from tertius.panels import DUPLICATES
from tertius.panels.repeats import DuplicateEffects, duplicate_effects

pytestmark = pytest.mark.realdata

Row = dict[str, str]
# Columns of GDELT 2.0 event files, from the codebook, counted from 0.
GDELT = {"day": 1, "actor1": 5, "one": 7, "actor2": 15, "two": 17, "code": 26, "url": 60}
ICEWS = {
    "day": "Event Date",
    "actor1": "Source Name",
    "one": "Source Country",
    "actor2": "Target Name",
    "two": "Target Country",
    "code": "CAMEO Code",
}


@pytest.fixture(scope="module")
def gdelt(data: Path) -> list[Row]:
    """All rows of a 15-minute file of 26 March 2018."""
    with zipfile.ZipFile(data / "gdelt" / "20180326044500.export.CSV.zip") as archive:
        text = io.TextIOWrapper(archive.open(archive.namelist()[0]), "utf-8", newline="")
        lines = list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{name: line[at] for name, at in GDELT.items()} for line in lines]


@pytest.fixture(scope="module")
def icews(data: Path) -> list[Row]:
    """All rows of the export of 1 and 2 June 2018."""
    with gzip.open(data / "icews" / "events.2018.sample.tab.gz", "rt", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{name: row[column] for name, column in ICEWS.items()} | {"url": ""} for row in rows]


def keys(rows: Iterable[Row], *names: str) -> set[tuple[str, ...]]:
    return {tuple(row[name] for name in names) for row in rows}


def mirrored(found: set[tuple[str, ...]]) -> int:
    """Count keys whose first two parts, exchanged, make a key as well."""
    return sum((key[1], key[0], *key[2:]) in found for key in found)


def pairs(rows: Iterable[Row], one: str, two: str) -> set[tuple[str, ...]]:
    return {(row["day"], *sorted((row[one], row[two])), row["code"]) for row in rows}


def between_countries(rows: Iterable[Row], missing: str) -> list[Row]:
    return [
        row for row in rows if missing not in (row["one"], row["two"]) and row["one"] != row["two"]
    ]


def test_the_gdelt_file_repeats_itself_by_address(gdelt: list[Row]) -> None:
    """Of 1,540 rows 279 (18 %) repeat the date, actors as written, code and address of another."""
    assert len(gdelt) == 1_540
    assert len(gdelt) - len(keys(gdelt, "day", "actor1", "actor2", "code", "url")) == 279


def test_the_gdelt_file_by_country(gdelt: list[Row]) -> None:
    """231 rows between two country codes: 167 by written actors and address, 152 by countries
    and address, 148 a day, 132 without direction."""
    rows = between_countries(gdelt, "")
    assert len(rows) == 231
    assert len(keys(rows, "day", "actor1", "actor2", "code", "url")) == 167
    assert len(keys(rows, "day", "one", "two", "code", "url")) == 152
    assert len(keys(rows, "day", "one", "two", "code")) == 148
    assert len(pairs(rows, "one", "two")) == 132


def test_the_gdelt_file_tells_meetings_from_both_sides(gdelt: list[Row]) -> None:
    """Of 150 keys of countries, code and address 28 have their mirror; of 148 by day 32."""
    rows = between_countries(gdelt, "")
    by_address = keys(rows, "one", "two", "code", "url")
    assert (len(by_address), mirrored(by_address)) == (150, 28)
    by_day = keys(rows, "one", "two", "code", "day")
    assert (len(by_day), mirrored(by_day)) == (148, 32)


def test_the_icews_export_repeats_itself(icews: list[Row]) -> None:
    """3,705 rows hold 2,734 by date, names and code (26 % fewer), 680 of them (25 %) with their
    mirror; between two countries 1,741 rows hold 882 a day and 687 without direction."""
    assert len(icews) == 3_705
    by_name = keys(icews, "actor1", "actor2", "day", "code")
    assert (len(by_name), mirrored(by_name)) == (2_734, 680)
    rows = between_countries(icews, "NA")
    by_day = keys(rows, "one", "two", "day", "code")
    assert (len(rows), len(by_day), len(pairs(rows, "one", "two"))) == (1_741, 882, 687)


def effects_of(rows: list[Row]) -> DuplicateEffects:
    """Measure rows as the panels do; what is no state's code stays unknown."""
    known = {*known_states()}
    urls = {url: at for at, url in enumerate(sorted({row["url"] for row in rows} - {""}))}
    frame = pl.DataFrame(
        {
            "event_date": [row["day"].replace("-", "") for row in rows],
            "source": [row["one"] if row["one"] in known else None for row in rows],
            "target": [row["two"] if row["two"] in known else None for row in rows],
            "code": [row["code"] for row in rows],
            "root": [row["code"][:2] for row in rows],
            "url_hash": pl.Series([urls.get(row["url"]) for row in rows], dtype=pl.UInt64),
        }
    )
    day = pl.col("event_date").str.to_date("%Y%m%d")
    return duplicate_effects(frame.with_columns(day, quad=pl.lit(1), weight=pl.lit(1.0)))


def test_the_measured_effect_on_the_gdelt_file(gdelt: list[Row]) -> None:
    """Rows between two states, by each policy, agree with the sets."""
    known = {*known_states()}
    rows = [row for row in between_countries(gdelt, "") if {row["one"], row["two"]} <= known]
    expected = {
        "none": len(rows),
        "same-url": len(keys(rows, "day", "one", "two", "code", "url")),
        "one-a-day": len(keys(rows, "day", "one", "two", "code")),
        "mirror-collapse": len(pairs(rows, "one", "two")),
    }
    found = effects_of(gdelt)
    assert tuple(expected) == DUPLICATES
    assert dict(found.effects.select("policy", "kept").rows()) == expected
    assert found.without_url == 0
    assert 0.30 < found.effects["share_removed"][1] < found.effects["share_removed"][2] < 0.40


def test_the_measured_effect_on_the_icews_export(icews: list[Row]) -> None:
    """Countries have names there, which stand for themselves; no row has an address."""
    names = sorted({row[side] for row in icews for side in ("one", "two")} - {"NA"})
    codes = dict(zip(names, known_states(), strict=False))
    coded = [row | {side: codes.get(row[side], "") for side in ("one", "two")} for row in icews]
    found = effects_of(coded)
    assert dict(found.effects.select("policy", "kept").rows()) == {
        "none": 1_741,
        "same-url": 1_741,
        "one-a-day": 882,
        "mirror-collapse": 687,
    }
    assert found.without_url == 1_741
