"""GDELT's and ICEWS's own files through their sources, against the raw text read by hand.

References: the same bytes split by the standard library (`zipfile`, `gzip`, `str.split`), and
numbers published of these files. All are counts, so there are no tolerances; published shares
are compared as they were rounded.
"""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from tertius.actors import cameo_states, fips_states, icews_states
from tertius.errors import SourceError
from tertius.events import EventStore, ingest, open_store
from tertius.events.mentions import mention_counts, read_mentions

pytestmark = pytest.mark.realdata

MARCH = "gdelt/20180326044500.export.CSV.zip"
JUNE = "icews/events.2018.sample.tab.gz"
Row = list[str]


@pytest.fixture(scope="module")
def march(data: Path) -> list[Row]:
    """The 1,540 lines of 26 March 2018, 04:45 UTC, as text."""
    with zipfile.ZipFile(data / MARCH) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    return [line.split("\t") for line in text.split("\n")[:-1]]


@pytest.fixture(scope="module")
def gdelt(data: Path, tmp_path_factory: pytest.TempPathFactory) -> EventStore:
    """The same lines in a store."""
    folder = tmp_path_factory.mktemp("gdelt")
    ingest("gdelt", data / MARCH, store=folder)
    return open_store(folder)


@pytest.fixture(scope="module")
def june(data: Path) -> list[dict[str, str]]:
    """The 3,705 lines of 1 and 2 June 2018, as text."""
    with gzip.open(data / JUNE, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def stores(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, EventStore]:
    """The same lines in two stores, one for each choice of actors."""
    found = {}
    for actors in ("name", "country"):
        folder = tmp_path_factory.mktemp(actors)
        report = ingest("icews", data / JUNE, store=folder, actors=actors)
        assert (report.lines, report.kept) == (3_705, 3_705)
        found[actors] = open_store(folder)
    return found


@pytest.fixture(params=["name", "country"])
def icews(request: pytest.FixtureRequest, stores: dict[str, EventStore]) -> EventStore:
    """Each of them in turn."""
    return stores[request.param]


def distinct(rows: Sequence[Row], *columns: int) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in columns) for row in rows}


def interstate(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[7] and row[17] and row[7] != row[17]]


# --- GDELT: the file of 26 March 2018 -------------------------------------------------------


def test_every_line_of_the_file_becomes_the_event_it_says(
    march: list[Row], gdelt: EventStore
) -> None:
    """Id, day, actors, codes, numbers, place and address of each of 1,540 lines."""
    actors, places = cameo_states(), fips_states()
    events = gdelt.events().sort("row_no").collect()
    links = dict(gdelt.links().collect().select("url_hash", "url").iter_rows())
    assert events.height == len(march) == 1_540
    for raw, event in zip(march, events.iter_rows(named=True), strict=True):
        said = {
            "event_id": raw[0],
            "event_date": f"{raw[1][:4]}-{raw[1][4:6]}-{raw[1][6:]}",
            "source": actors.get(raw[7]),
            "target": actors.get(raw[17]),
            "code": raw[26],
            "quad": int(raw[29]),
            "weight": float(raw[30]),
            "weight_raw": float(raw[30]),
            "mentions": int(raw[31]),
            "sources": int(raw[32]),
            "articles": int(raw[33]),
            "tone": float(raw[34]),
            "place_raw": raw[53] or None,
            "place": places.get(raw[53]),
        }
        assert {name: event[name] for name in said} | {
            "event_date": event["event_date"].isoformat()
        } == said
        assert links[event["url_hash"]] == raw[60]
        assert f"{event['added_at']:%Y%m%d%H%M%S}" == raw[59]


def test_a_seventh_of_the_rows_is_between_two_countries(march: list[Row]) -> None:
    """231 of 1,540, 15 %; neither side has a country in 27 %, one side only in 53 %."""
    share = {
        sides: round(100 * sum(bool(r[7]) + bool(r[17]) == sides for r in march) / len(march))
        for sides in (0, 1)
    }
    assert len(interstate(march)) == 231
    assert share == {0: 27, 1: 53}
    assert round(100 * 231 / len(march)) == 15


def test_rows_between_states_are_fewer_than_between_country_codes(
    march: list[Row], gdelt: EventStore
) -> None:
    """231 rows and 148 a day by raw codes; 214 and 135 by states, since 17 name a region."""
    rows = interstate(march)
    assert len(distinct(rows, 1, 7, 17, 26)) == 148
    regions = Counter(row[side] for row in rows for side in (7, 17)) - Counter(
        row[side] for row in rows for side in (7, 17) if row[side] in cameo_states()
    )
    assert regions == {"AFR": 6, "EUR": 6, "SEA": 4, "NMR": 1}
    events = gdelt.events().filter(pl.col("source") != pl.col("target")).collect()
    one_a_day = events.unique(["event_date", "source", "target", "code"])
    assert (events.height, one_a_day.height) == (214, 135)


def test_only_rows_between_states_are_kept_if_asked(
    data: Path, tmp_path: Path, march: list[Row]
) -> None:
    """214 kept and 1,326 filtered, the same rows the whole store has between states."""
    report = ingest("gdelt", data / MARCH, store=tmp_path, keep="interstate")
    assert (report.kept, report.filtered, report.lines) == (214, 1_326, len(march))
    states = cameo_states()
    between = {
        row[0] for row in interstate(march)
        if states.get(row[7], "") != states.get(row[17], "") and {row[7], row[17]} <= states.keys()
    }  # fmt: skip
    assert set(open_store(tmp_path).events().collect()["event_id"]) == between


def test_nearly_a_fifth_of_the_rows_repeats_another(march: list[Row], gdelt: EventStore) -> None:
    """279 rows, 18 %, share day, actors, code and address with one before; so does the store."""
    assert len(march) - len(distinct(march, 1, 5, 15, 26, 60)) == 279
    assert round(100 * 279 / len(march)) == 18
    events = gdelt.events().select("event_date", "url_hash", "code").unique().collect()
    assert events.height == len(distinct(march, 1, 60, 26))


def test_a_fifth_of_the_dyads_of_a_report_is_mirrored(march: list[Row]) -> None:
    """Of 150 keys (source, target, code, address) between countries, 28 stand both ways round."""
    keys = distinct(interstate(march), 7, 17, 26, 60)
    mirrored = [key for key in keys if (key[1], key[0], *key[2:]) in keys]
    assert (len(keys), len(mirrored)) == (150, 28)


def test_nearly_every_row_has_one_source(gdelt: EventStore) -> None:
    """A filter for two sources or more would leave 4 %."""
    sources = gdelt.events().select("sources").collect()["sources"]
    assert round(100 * (sources == 1).mean()) == 96


def test_no_actor_becomes_kiribati_by_a_code_of_a_place(
    march: list[Row], gdelt: EventStore, data: Path, tmp_path: Path
) -> None:
    """KR and KS as places are Kiribati and South Korea; as actors they are nobody."""
    events = gdelt.events().collect()
    assert "KIR" not in {*events["source"], *events["target"], *events["place"]}
    assert (events["place"] == "KOR").sum() == sum(row[53] == "KS" for row in march) == 15
    assert (events["place"] == "PRK").sum() == sum(row[53] == "KN" for row in march) == 3
    made = [list(row) for row in interstate(march)[:2]]
    made[0][7] = made[0][5] = made[0][53] = "KR"
    made[1][17] = made[1][15] = made[1][53] = "KS"
    path = tmp_path / "made.CSV"
    path.write_text("\n".join("\t".join(row) for row in made) + "\n", encoding="utf-8")
    ingest("gdelt", path, store=tmp_path / "s")
    found = open_store(tmp_path / "s").events().sort("row_no").collect()
    assert found["place"].to_list() == ["KIR", "KOR"]
    assert (found["source"][0], found["target"][1]) == (None, None)


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("v1_rows_57_58_cols.tsv.gz", {57: 201, 58: 509}),
        ("spark_gdelt_events1.tsv.gz", {57: 40, 58: 60}),
        ("spark_gdelt_events.tsv.gz", {61: 100}),
        ("spark_gdelt_eventsT.tsv.gz", {61: 100}),
    ],
)
def test_lines_of_several_editions_stand_in_one_file(
    data: Path, tmp_path: Path, name: str, widths: dict[int, int]
) -> None:
    """Each line is read by its own number of columns; 57 have no address."""
    with gzip.open(data / "gdelt" / name, "rt", encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream]
    assert Counter(map(len, rows)) == widths
    ingest("gdelt", data / "gdelt" / name, store=tmp_path)
    events = open_store(tmp_path).events().sort("row_no").collect()
    place = {57: 51, 58: 51, 61: 53}
    assert events["place_raw"].to_list() == [row[place[len(row)]] or None for row in rows]
    assert events["event_id"].to_list() == [row[0] for row in rows]
    assert events["weight_raw"].to_list() == [float(row[30]) for row in rows]
    assert events["url_hash"].null_count() == widths.get(57, 0)


def test_all_editions_together_are_one_store(data: Path, tmp_path: Path) -> None:
    """2,550 lines of six files, none lost, and a mixture made of four files as well."""
    names = ("v1_rows_57_58_cols", "spark_gdelt_events1", "spark_gdelt_events",
             "spark_gdelt_eventsT")  # fmt: skip
    paths = [data / "gdelt" / f"{name}.tsv.gz" for name in names]
    assert ingest("gdelt", [data / MARCH, *paths], store=tmp_path / "s").kept == 2_550
    mixed = tmp_path / "mixed.tsv"
    mixed.write_bytes(b"".join(gzip.decompress(path.read_bytes()) for path in paths))
    report = ingest("gdelt", mixed, store=tmp_path / "m")
    assert (report.lines, report.kept) == (1_010, 1_010)


# --- GDELT: mentions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lines", "delimiter"),
    [
        ("mentions_20170701234500.csv.gz", 1_635, ","),
        ("spark_gdelt_mentions.tsv.gz", 100, "\t"),
        ("spark_gdelt_mentionsT.tsv.gz", 100, "\t"),
    ],
)
def test_mentions_are_read_in_both_forms(data: Path, name: str, lines: int, delimiter: str) -> None:
    """Every line; outlets and documents of each event as counted by hand."""
    with gzip.open(data / "gdelt" / name, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=delimiter))[delimiter == "," :]
    found = read_mentions(data / "gdelt" / name)
    assert (found.lines, found.kept, found.rejected, found.filtered) == (lines, lines, 0, 0)
    assert found.table["confidence"].to_list() == [int(row[11]) for row in rows]
    assert found.table["document"].to_list() == [row[5] for row in rows]
    assert found.table["tone"].to_list() == [float(row[13]) for row in rows]
    counts = mention_counts(found)
    outlets: dict[str, set[str]] = {}
    for row in rows:
        outlets.setdefault(row[0], set()).add(row[4])
    assert dict(counts.select("event_id", "outlets").iter_rows()) == {
        event: len(names) for event, names in outlets.items()
    }
    assert dict(counts.select("event_id", "mentions_read").iter_rows()) == Counter(
        row[0] for row in rows
    )


# --- ICEWS: the table of 1 and 2 June 2018 --------------------------------------------------


def test_every_line_of_the_table_becomes_an_event(
    june: list[dict[str, str]], icews: EventStore
) -> None:
    """Id, day, names, code, intensity and place of each of 3,705 lines; weights agree."""
    events = icews.events().sort("row_no").collect()
    places = icews_states()
    for raw, event in zip(june, events.iter_rows(named=True), strict=True):
        assert event["event_id"] == raw["Event ID"]
        assert event["event_date"].isoformat() == raw["Event Date"]
        assert event["source_raw"] == raw["Source Name"]
        assert event["target_raw"] == raw["Target Name"]
        assert event["code"] == raw["CAMEO Code"]
        assert event["weight"] == event["weight_raw"] == float(raw["Intensity"])
        assert event["place"] == places.get(raw["Country"])
        assert event["source_type"] == (
            None if raw["Source Sectors"] == "NA" else raw["Source Sectors"]
        )


def test_a_quarter_of_the_rows_repeats_another_of_its_day(icews: EventStore) -> None:
    """3,705 rows, 2,734 distinct by day, names and code: 26 % are repeats."""
    columns = ("event_date", "source_raw", "target_raw", "code")
    events = icews.events().select(columns).collect()
    assert events.unique().height == 2_734
    assert round(100 * (1 - 2_734 / events.height)) == 26


def test_a_quarter_of_the_rows_has_a_mirror(june: list[dict[str, str]]) -> None:
    """27 %: the same sentence coded from either side, as consultations are."""
    keys = {
        (r["Event Date"], r["Source Name"], r["Target Name"], r["CAMEO Code"], r["Story ID"],
         r["Sentence Number"])
        for r in june
    }  # fmt: skip
    mirrored = sum(
        (r["Event Date"], r["Target Name"], r["Source Name"], r["CAMEO Code"], r["Story ID"],
         r["Sentence Number"]) in keys
        for r in june
    )  # fmt: skip
    assert round(100 * mirrored / len(june)) == 27


def test_some_actors_have_no_country(june: list[dict[str, str]]) -> None:
    """147 sources, 4 %, and 232 targets, 6 %."""
    sides = {side: sum(r[f"{side} Country"] == "NA" for r in june) for side in ("Source", "Target")}
    assert sides == {"Source": 147, "Target": 232}
    assert [round(100 * count / len(june)) for count in sides.values()] == [4, 6]


def test_rows_of_north_korea_are_those_of_the_columns(
    june: list[dict[str, str]], icews: EventStore
) -> None:
    """475, whichever says first whose an actor is."""
    raw = sum("North Korea" in (r["Source Country"], r["Target Country"]) for r in june)
    events = icews.events().collect()
    assert events.filter((pl.col("source") == "PRK") | (pl.col("target") == "PRK")).height == raw
    assert raw == 475


def test_by_country_an_actor_is_of_the_columns_state(
    june: list[dict[str, str]], stores: dict[str, EventStore]
) -> None:
    """Every state is that of the column; where it is empty three companies' and one name's."""
    events = stores["country"].events().sort("row_no").collect()
    states, by_name = icews_states(), Counter[str]()
    for side in ("source", "target"):
        for raw, state, name in zip(june, events[side], events[f"{side}_raw"], strict=True):
            column = raw[f"{side.title()} Country"]
            if column != "NA":
                assert state == states[column]
            elif state is not None:
                by_name[name] += 1
    assert by_name == {"Google": 2, "Protester (Google)": 1, "Toyota": 1, "Kim Dong Yeon": 1}


def test_by_name_officials_of_organisations_are_nobodys(
    june: list[dict[str, str]], stores: dict[str, EventStore]
) -> None:
    """99 rows where name and column disagree: five names of another state, the rest of none.

    The column is the nationality of persons. Emmanuel Macron has Andorra there, whose co-prince
    he is, and the Secretary-General of the United Nations has Portugal.
    """
    events = stores["name"].events().sort("row_no").collect()
    states = icews_states()
    other: dict[str, tuple[str | None, str]] = {}
    differ = Counter[bool]()
    for side in ("source", "target"):
        for raw, event in zip(june, events.iter_rows(named=True), strict=True):
            column = raw[f"{side.title()} Country"]
            if column != "NA" and event[side] != states[column]:
                other[event[f"{side}_raw"]] = (event[side], states[column])
                differ[event[side] is None] += 1
                assert f"{side}-country-overruled" in event["flags"]
    assert {name: pair for name, pair in other.items() if pair[0] is not None} == {
        "Emmanuel Macron": ("FRA", "AND"),
        "Bahujan Samaj Party": ("IND", "NPL"),
        "Tomislav Donchev": ("BGR", "BDI"),
        "Michelle O'Neill": ("GBR", "USA"),
        "Jayalalithaa": ("IND", "LKA"),
    }
    assert other["António Manuel de Oliveira Guterres"] == (None, "PRT")
    assert other["Federica Mogherini"] == (None, "ITA")
    assert differ == {False: 21, True: 78}


def test_the_graph_literature_s_set_holds_nearly_all_of_the_table(
    data: Path, june: list[dict[str, str]]
) -> None:
    """2,728 of the 2,734 distinct events of the table stand in ICEWS18, names as spelt."""
    columns = ("Event Date", "Source Name", "Target Name", "CAMEO Code")
    keys = {tuple(r[c] for c in columns) for r in june}
    with gzip.open(data / "icews" / "icews18_events.csv.gz", "rt", newline="") as stream:
        held = {(r["date"], r["source"], r["target"], r["cameo"]) for r in csv.DictReader(stream)}
    assert (len(keys), len(keys & held)) == (2_734, 2_728)


@pytest.mark.parametrize(
    ("source", "file", "says"),
    [
        ("icews", MARCH, "61 columns and no header: this looks like GDELT 2.0"),
        ("polecat", JUNE, "its header is that of ICEWS"),
        ("gdelt", JUNE, "its header is that of ICEWS"),
        ("phoenix", "gdelt/v1_rows_57_58_cols.tsv.gz", "looks like GDELT 1.0"),
        ("gdelt", "gdelt/spark_gdelt_mentions.tsv.gz", "16 columns and no header"),
        ("gdelt", "gdelt/mentions_20170701234500.csv.gz", "that of GDELT 2.0 mentions"),
        ("gdelt", "gdelt/spark_gdelt_gkg.tsv.gz", "looks like GDELT's GKG 2.1"),
        ("icews", "gdelt/spark_gdelt_gkg1.tsv.gz", "looks like GDELT's GKG 1.0"),
    ],
)
def test_a_file_given_to_the_wrong_source_is_told_apart(
    data: Path, tmp_path: Path, source: str, file: str, says: str
) -> None:
    """One error that says what the file is and what to do; nothing is written."""
    with pytest.raises(SourceError, match=says) as caught:
        ingest(source, data / file, store=tmp_path / "s")
    assert caught.value.hint
    assert list((tmp_path / "s").rglob("*.parquet")) == []
    assert not (tmp_path / "s" / "catalogue.sqlite").exists()
