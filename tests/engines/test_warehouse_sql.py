"""SQL text for GDELT's public table: stored snapshots, and the same cells when it is run.

Nothing is sent to a warehouse. The text for BigQuery is compared with files in `snapshots/`,
line by line, and read by sqlglot as BigQuery's. The expression it is compiled from is compiled
for DuckDB too and run there on a table of the same columns and types; BigQuery's own text is
translated by sqlglot and run as well. Either must give the cells of `panel` on the same rows
ingested from a file: counts exactly, weights exactly after the panel's rounding to 1e-6.

After a wanted change of the text, run this file with TERTIUS_WRITE_SNAPSHOTS=1.
"""

from __future__ import annotations

import os
import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tertius.errors import UnknownNameError, UsageError
from tertius.events import EventStore, ingest, open_store
from tertius.events.ontologies import code_table
from tertius.panels import DUPLICATES, panel
from tertius.panels.warehouses import COLUMNS, panel_sql

pytest.importorskip("ibis", reason="SQL is written with ibis, and it is not installed")
sqlglot = pytest.importorskip("sqlglot", reason="comes with ibis")

SNAPSHOTS = Path(__file__).parent / "snapshots"
START, END = date(2018, 3, 1), date(2018, 4, 10)
CELLS = ("period", "source", "target")
# One region, one code that is no state's today, and one that CAMEO writes in its own way.
ACTORS = ["CHN", "PRK", "USA", "ROM", "EUR", "ANT", ""]
ASKED: dict[str, dict[str, Any]] = {
    "weekly": {},
    "daily-raw": {"period": "day", "duplicates": "none"},
    "monthly-undirected": {"period": "month", "duplicates": "mirror-collapse"},
    "yearly-by-address": {"period": "year", "duplicates": "same-url", "dyads": [("CHN", "PRK")]},
}


def raw_rows(seed: int, rows: int = 3_000) -> list[dict[str, str]]:
    """Rows as GDELT writes them, most of them in the window, with repeats and mirrors."""
    pick = random.Random(seed)
    table = code_table("cameo-gdelt", "goldstein-gdelt").select("code", "root", "quad", "weight")
    codes = [row for row in table.rows() if row[3] is not None and len(row[0]) > 2]
    codes = pick.sample(codes, 8)
    made = []
    for at in range(rows):
        added = datetime(2018, 2, 25) + timedelta(minutes=15 * pick.randrange(96 * 50))
        back = pick.choice([0, 0, 0, 1, 7, 30, 365])
        code, root, quad, weight = pick.choice(codes)
        made.append(
            {
                "id": str(700_000_000 + at),
                "day": f"{added - timedelta(days=back):%Y%m%d}",
                "one": pick.choice(ACTORS),
                "two": pick.choice(ACTORS),
                "code": code,
                "root": root,
                "quad": str(quad),
                "weight": str(weight),
                "mentions": str(pick.randrange(1, 12)),
                "added": f"{added:%Y%m%d%H%M%S}",
                "url": pick.choice(["", "https://example.org/a", "https://example.org/b"]),
            }
        )
    return made


def raw_file(rows: list[dict[str, str]]) -> bytes:
    """Write rows in the 61 columns of GDELT 2.0."""
    at = {"id": 0, "day": 1, "one": 7, "two": 17, "code": 26, "root": 28, "quad": 29}
    at |= {"weight": 30, "mentions": 31, "added": 59, "url": 60}
    lines = []
    for row in rows:
        fields = [""] * 61
        for name, column in at.items():
            fields[column] = row[name]
        fields[5], fields[15] = row["one"], row["two"]
        fields[32] = fields[33] = "1"
        fields[34] = "0.5"
        lines.append("\t".join(fields))
    return ("\n".join(lines) + "\n").encode()


def table_of(rows: list[dict[str, str]]) -> pl.DataFrame:
    """Return rows as the warehouse has them: typed columns, null for nothing, by day of loading."""
    named = {
        "SQLDATE": "day",
        "Actor1CountryCode": "one",
        "Actor2CountryCode": "two",
        "EventCode": "code",
        "EventRootCode": "root",
        "QuadClass": "quad",
        "GoldsteinScale": "weight",
        "NumMentions": "mentions",
        "DATEADDED": "added",
        "SOURCEURL": "url",
    }
    kinds = {"int64": pl.Int64, "string": pl.String, "float64": pl.Float64}
    frame = pl.DataFrame(
        {name: pl.Series([row[own] or None for row in rows]) for name, own in named.items()}
    ).with_columns(pl.col(name).cast(kinds[COLUMNS[name]]) for name in named)
    # The last files of a day are loaded early on the next.
    loaded = pl.col("DATEADDED").cast(pl.String).str.to_datetime("%Y%m%d%H%M%S", time_zone="UTC")
    return frame.with_columns(loaded.dt.offset_by("40m").dt.truncate("1d").alias("_PARTITIONTIME"))


def run(sql: str, table: pl.DataFrame) -> pl.DataFrame:
    """Run a query on a table of that name and shape, in UTC as BigQuery is."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("given", table)
        connection.execute("create table events_partitioned as select * from given")
        return connection.sql(sql).pl()


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """What GDELT published, in the window and around it."""
    return raw_rows(1)


@pytest.fixture(scope="module")
def store(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> EventStore:
    """The files of the window, ingested. Their name is none of GDELT's, which say a time."""
    files = [row for row in rows if f"{START:%Y%m%d}" <= row["added"][:8] <= f"{END:%Y%m%d}"]
    folder = tmp_path_factory.mktemp("warehouse")
    (folder / "rows.tsv").write_bytes(raw_file(files))
    ingest("gdelt", folder / "rows.tsv", store=folder / "store")
    return open_store(folder / "store")


def expected(store: EventStore, asked: dict[str, Any]) -> pl.DataFrame:
    """Return the panel's cells of the window."""
    return panel(store, window=(START, END), **{"period": "week", **asked}).cells


def assert_the_same_cells(found: pl.DataFrame, cells: pl.DataFrame) -> None:
    assert found.columns == [name for name in cells.columns if name != "coverage"]
    typed = found.select(pl.col(name).cast(cells.schema[name]) for name in found.columns)
    assert typed.sort(CELLS).equals(cells.drop("coverage").sort(CELLS))
    assert cells.height > 0


@pytest.mark.parametrize("policy", DUPLICATES)
@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
def test_the_query_gives_the_cells_of_the_panel(
    store: EventStore, rows: list[dict[str, str]], period: str, policy: str
) -> None:
    """Run in DuckDB on the warehouse's columns, against the same rows ingested from a file."""
    asked = {"period": period, "duplicates": policy}
    sql = panel_sql(START, END, dialect="duckdb", **asked)
    assert_the_same_cells(run(sql, table_of(rows)), expected(store, asked))


@pytest.mark.parametrize("name", ASKED)
def test_the_text_for_bigquery_gives_them_too(
    store: EventStore, rows: list[dict[str, str]], name: str
) -> None:
    """Translated from BigQuery's dialect, as it would be sent there."""
    sent = panel_sql(START, END, **ASKED[name]).replace("`gdelt-bq`.`gdeltv2`.", "")
    (translated,) = sqlglot.transpile(sent, read="bigquery", write="duckdb")
    assert_the_same_cells(run(translated, table_of(rows)), expected(store, ASKED[name]))


def test_a_day_that_is_none_ends_no_query(rows: list[dict[str, str]]) -> None:
    """Its row is left out, as ingest rejects its line."""
    spoilt = [{**row, "day": "20180335" if at % 2 else row["day"]} for at, row in enumerate(rows)]
    sql = panel_sql(START, END, dialect="duckdb", duplicates="none")
    sound = [row for row in spoilt if row["day"] != "20180335"]
    found = run(sql, table_of(spoilt))
    assert found.equals(run(sql, table_of(sound)))
    assert found.height > 0


@pytest.mark.parametrize("name", ASKED)
def test_the_text_is_as_stored(name: str) -> None:
    """A change of the expression, of ibis or of the states shows here."""
    text = panel_sql("2018-03-01", "2018-04-10", **ASKED[name])
    path = SNAPSHOTS / f"{name}.sql"
    if os.environ.get("TERTIUS_WRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("policy", DUPLICATES)
def test_only_the_partitions_and_columns_needed_are_read(policy: str) -> None:
    """Both bounds are constants on the bare pseudo-column, so that BigQuery can prune by them."""
    text = panel_sql(START, END, duplicates=policy)
    read = sqlglot.parse_one(text, read="bigquery")
    tables = [table.sql("bigquery") for table in read.find_all(sqlglot.exp.Table)]
    ours = {table.split(" AS ")[0] for table in tables if "gdelt" in table}
    assert ours == {"`gdelt-bq`.`gdeltv2`.`events_partitioned`"}
    assert ">= TIMESTAMP('2018-03-01T00:00:00+00:00')" in text
    assert "< TIMESTAMP('2018-04-12T00:00:00+00:00')" in text
    named = {column.name for column in read.find_all(sqlglot.exp.Column)} & set(COLUMNS)
    assert named == set(COLUMNS) - (set() if policy == "same-url" else {"SOURCEURL"})
    assert text.count("`events_partitioned`") == 1


def test_the_head_says_what_it_counts_and_costs() -> None:
    """Days, policy, what cannot be seen, and how to be told the bytes beforehand."""
    text = panel_sql(START, END, duplicates="mirror-collapse")
    head = [line for line in text.splitlines() if line.startswith("--")]
    for said in ("2018-03-01 to 2018-04-10", "mirror-collapse (no direction)", "--dry_run"):
        assert any(said in line for line in head), said
    assert re.search(r"some 60 bytes", text)
    assert "some 160 bytes" in panel_sql(START, END, duplicates="same-url")
    assert text.endswith(";\n")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"start": "2018-03-02", "end": "2018-03-01"}, "ends"),
        ({"start": "2018-02-30", "end": "2018-03-01"}, "no date"),
        ({"start": "2014-12-31", "end": "2018-03-01"}, "begins after"),
        ({"start": START, "end": END, "dyads": [("CHN", "CHN")]}, "no dyad"),
        (
            {
                "start": START,
                "end": END,
                "dyads": [("PRK", "CHN")],
                "duplicates": "mirror-collapse",
            },
            "no direction",
        ),
        ({"start": START, "end": END, "dyads": [("CHN", "x' OR 1=1")]}, "unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], told: str) -> None:
    """Before a query is written; text that is no code reaches none."""
    with pytest.raises(UsageError, match=told):
        panel_sql(**asked)


@pytest.mark.parametrize("name", ["period", "duplicates", "dialect"])
def test_a_name_nobody_knows_is_refused(name: str) -> None:
    """With the names there are."""
    with pytest.raises(UnknownNameError, match="fortnight"):
        panel_sql(START, END, **{name: "fortnight"})
