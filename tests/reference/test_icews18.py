"""ICEWS, January to October 2018: the published numbers out of the raw files.

Numbers of the founding case's table, of the data's own README and of events counted here
independently with the standard library (csv, gzip), all exact.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import time
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.events import EventStore, ingest, open_store
from tertius.panels import Panel, panel, read_figures

pytestmark = pytest.mark.realdata

# Both directions together, raw / one a day, by month from January to October.
MONTHLY = {
    ("PRK", "USA"): "140/110 172/142 497/304 611/312 961/517 1024/502 693/407 389/306 418/307 "
    "396/256",
    ("KOR", "PRK"): "244/213 281/183 620/322 512/310 513/357 261/202 172/141 210/168 658/343 "
    "248/215",
    ("CHN", "PRK"): "14/14 20/20 194/107 255/180 271/178 184/112 59/48 67/57 96/84 63/55",
    ("PRK", "RUS"): "27/22 35/27 66/56 111/77 124/57 152/83 32/30 22/17 58/54 124/102",
    ("CHN", "USA"): "178/153 159/137 398/299 269/221 547/418 504/350 220/181 286/237 321/246 "
    "351/252",
    ("KOR", "USA"): "193/165 143/124 395/252 239/193 349/249 335/224 132/113 118/107 279/203 "
    "218/165",
    ("CHN", "KOR"): "59/49 43/40 95/80 60/56 136/109 28/28 20/18 24/23 24/24 32/29",
}
COLUMNS = {
    "date": "date",
    "source": "source_iso3",
    "target": "target_iso3",
    "source_name": "source",
    "target_name": "target",
    "code": "cameo",
}
ROWS = 468_558


@pytest.fixture(scope="module")
def flat(data: Path, tmp_path_factory: pytest.TempPathFactory) -> EventStore:
    """The flat file through `table`."""
    folder = tmp_path_factory.mktemp("flat")
    path = data / "icews" / "icews18_events.csv.gz"
    report = ingest("table", path, store=folder, columns=COLUMNS)
    assert (report.lines, report.kept, report.rejected, report.filtered) == (ROWS, ROWS, 0, 0)
    return open_store(folder)


@pytest.fixture(scope="module")
def quadruples(data: Path, tmp_path_factory: pytest.TempPathFactory) -> EventStore:
    """The folder of quadruples through `tkg`."""
    folder = tmp_path_factory.mktemp("tkg")
    report = ingest("tkg", data / "icews" / "ICEWS18", store=folder)
    assert (report.lines, report.kept, report.rejected, report.filtered) == (ROWS, ROWS, 0, 0)
    return open_store(folder)


def both_ways(found: Panel, one: str, other: str) -> dict[date, int]:
    there, back = found.series(one, other), found.series(other, one)
    return dict(zip(there["period"], there["events"] + back["events"], strict=True))


@pytest.mark.parametrize("dyad", MONTHLY)
def test_the_monthly_table_is_reproduced(flat: EventStore, dyad: tuple[str, str]) -> None:
    """Raw and one a day, each of ten months."""
    raw = both_ways(panel(flat, "month", duplicates="none"), *dyad)
    one = both_ways(panel(flat, "month"), *dyad)
    found = " ".join(f"{raw[month]}/{one[month]}" for month in sorted(raw))
    assert found == MONTHLY[dyad]


@pytest.mark.parametrize("dyad", MONTHLY)
def test_the_shipped_figures_reproduce_it_too(dyad: tuple[str, str]) -> None:
    """The founding case can be read without the data."""
    import tertius.casebook

    folder = Path(tertius.casebook.__file__).parent / "shipped" / "korea-2018"
    raw = both_ways(read_figures(folder, duplicates="none", period="month"), *dyad)
    one = both_ways(read_figures(folder, period="month"), *dyad)
    found = " ".join(f"{raw[month]}/{one[month]}" for month in sorted(raw))
    assert found == MONTHLY[dyad]


def test_cells_agree_with_a_count_by_the_standard_library(flat: EventStore, data: Path) -> None:
    """All dyads, all weeks, both policies, from the raw text."""
    raw: Counter[tuple[date, str, str]] = Counter()
    seen: set[tuple[str, ...]] = set()
    once: Counter[tuple[date, str, str]] = Counter()
    known = set(flat.events().select("source").unique().collect()["source"].drop_nulls())
    known |= set(flat.events().select("target").unique().collect()["target"].drop_nulls())
    with gzip.open(data / "icews" / "icews18_events.csv.gz", "rt", newline="") as stream:
        for row in csv.DictReader(stream):
            source, target = row["source_iso3"], row["target_iso3"]
            if source == target or source not in known or target not in known:
                continue
            day = date.fromisoformat(row["date"])
            year, week, _ = day.isocalendar()
            key = (date.fromisocalendar(year, week, 1), source, target)
            raw[key] += 1
            event = (row["date"], source, target, row["cameo"])
            once[key] += event not in seen
            seen.add(event)
    for duplicates, expected in (("none", raw), ("one-a-day", once)):
        cells = panel(flat, "week", duplicates=duplicates).cells
        assert (
            dict(
                zip(cells.select("period", "source", "target").rows(), cells["events"], strict=True)
            )
            == expected
        )


def test_codes_that_are_no_states_are_few_and_counted(flat: EventStore) -> None:
    """Of 142,918 rows with two different codes, 392 have one that is no ISO3 code."""
    accounting = dict(panel(flat, duplicates="none").accounting)
    assert accounting["counted"] == 142_918 - 392
    assert accounting["rows"] == ROWS


@pytest.mark.parametrize("which", ["flat", "quadruples"])
def test_the_peaks_are_where_the_chronicle_has_them(
    which: str, request: pytest.FixtureRequest
) -> None:
    """Beijing on 28 March, the week of 26 March; Singapore on 12 June."""
    store: EventStore = request.getfixturevalue(which)
    for duplicates in ("none", "one-a-day"):
        daily = panel(store, "day", duplicates=duplicates)
        china = both_ways(daily, "CHN", "PRK")
        assert max(china, key=china.__getitem__) == date(2018, 3, 28)
        america = both_ways(daily, "PRK", "USA")
        assert max(america, key=america.__getitem__) == date(2018, 6, 12)
    weekly = both_ways(panel(store, "week"), "CHN", "PRK")
    assert max(weekly, key=weekly.__getitem__) == date(2018, 3, 26)


def test_the_peaks_have_the_counts_of_the_case(flat: EventStore) -> None:
    """28 March: 60 raw, 21 one a day; 12 June: 38 one a day."""
    raw, one = (panel(flat, "day", duplicates=policy) for policy in ("none", "one-a-day"))
    assert both_ways(raw, "CHN", "PRK")[date(2018, 3, 28)] == 60
    assert both_ways(one, "CHN", "PRK")[date(2018, 3, 28)] == 21
    assert both_ways(one, "PRK", "USA")[date(2018, 6, 12)] == 38


def test_quadruples_and_flat_file_hold_the_same_facts(
    flat: EventStore, quadruples: EventStore
) -> None:
    """Date, code and actor names agree but for the 135 names that differ between the copies."""
    columns = ("event_date", "source_raw", "target_raw", "code")
    a, b = (
        Counter(store.events().select(columns).collect().iter_rows())
        for store in (flat, quadruples)
    )
    assert a.total() == b.total() == ROWS
    assert (a - b).total() < 0.01 * ROWS
    by_code = [
        Counter(
            dict(
                store.events()
                .group_by("event_date", "code")
                .len()
                .select(pl.struct("event_date", "code").cast(pl.String), "len")
                .collect()
                .iter_rows()
            )
        )
        for store in (flat, quadruples)
    ]
    assert by_code[0] == by_code[1]


def test_ingesting_again_changes_nothing(quadruples: EventStore, data: Path) -> None:
    """Every byte of every segment stays, and the catalogue says what it said."""

    def segments_of(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in folder.rglob("*.parquet")}

    before = segments_of(quadruples.path)
    assert before
    report = ingest("tkg", data / "icews" / "ICEWS18", store=quadruples.path)
    assert report.already_present
    assert segments_of(quadruples.path) == before
    after = open_store(quadruples.path)
    assert (after.info().digest, after.generation) == (quadruples.digest, quadruples.generation)
    assert quadruples.verify() == []


@pytest.mark.parametrize("folder", ["ICEWS14", "ICEWS14-tlogic"])
def test_icews14_is_read_in_both_its_forms(data: Path, tmp_path: Path, folder: str) -> None:
    """CRLF and underscores in one, blanks in the other: the same 90,730 facts of 2014."""
    report = ingest("tkg", data / "icews" / folder, store=tmp_path)
    assert (report.lines, report.kept) == (90_730, 90_730)
    events = open_store(tmp_path).events()
    days = events.select(
        pl.col("event_date").min().alias("a"), pl.col("event_date").max()
    ).collect()
    assert days.row(0) == (date(2014, 1, 1), date(2014, 12, 31))
    with gzip.open(data / "icews" / "icews14_events.csv.gz", "rt", newline="") as stream:
        expected = Counter((row["date"], row["cameo"]) for row in csv.DictReader(stream))
    rows = events.select("event_date", "code").collect().iter_rows()
    assert Counter((day.isoformat(), code) for day, code in rows) == expected


def test_the_raw_icews_table_is_read(data: Path, tmp_path: Path) -> None:
    """The 20-column export: every line kept or rejected for a reason."""
    path = data / "icews" / "events.2018.sample.tab.gz"
    columns = {
        "date": "Event Date",
        "source_name": "Source Country",
        "target_name": "Target Country",
        "code": "CAMEO Code",
        "weight": "Intensity",
    }
    report = ingest("table", path, store=tmp_path, columns=columns, delimiter="\t", quoted=False)
    assert report.lines == 3_705 == report.kept + report.rejected
    events = open_store(tmp_path).events().collect()
    assert events.filter(pl.col("weight") != pl.col("weight_raw")).is_empty()
    with gzip.open(path, "rt", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    at = {name: rows[0].index(name) for name in columns.values()}
    korean = sum(
        "North Korea" in (row[at["Source Country"]], row[at["Target Country"]]) for row in rows[1:]
    )
    ours = events.filter((pl.col("source") == "PRK") | (pl.col("target") == "PRK")).height
    assert ours == korean == 475


def test_a_weekly_panel_takes_less_than_a_second(quadruples: EventStore) -> None:
    """From Parquet, all dyads, best of three, CPU time over all threads."""
    times = []
    for _ in itertools.repeat(None, 3):
        start = time.process_time()
        assert panel(quadruples, "week").cells.height > 30_000
        times.append(time.process_time() - start)
    assert min(times) < 1.0
