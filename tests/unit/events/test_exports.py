"""Exports: the same events for other programs, and nothing that runs there."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tertius.errors import UnknownNameError, UsageError, WriteError
from tertius.events.schemas import EVENT_SCHEMA
from tertius.events.store import EventStore, export, open_store
from tertius.events.store.writers import writing

Make = Callable[..., Any]
GEXF = "{http://gexf.net/1.3}"
FORMULAS = ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx"]
HARMLESS = ["x=1", "'=1", " =1", "1-2", 'a "quoted" one', "two\nlines", "комма, ja", ""]


@pytest.fixture
def store(tmp_path: Path, make_events: Make, make_entry: Make) -> EventStore:
    with writing(tmp_path / "s") as writer:
        for key, start in (("a", date(2017, 12, 30)), ("b", date(2018, 6, 1))):
            segment = writer.write("segments", make_events(key, 50, start=start))
            writer.add([make_entry(key, 50, segment)])
    return open_store(tmp_path / "s")


def test_parquet_holds_every_event(store: EventStore, tmp_path: Path) -> None:
    """One file with the schema's columns and types, in the store's order."""
    report = export(store, tmp_path / "x.parquet")
    read = pl.read_parquet(tmp_path / "x.parquet")
    assert dict(read.schema) == EVENT_SCHEMA
    assert read.equals(store.events().collect())
    assert (report.rows, report.left_out) == (100, 0)
    assert report.bytes == (tmp_path / "x.parquet").stat().st_size


def test_a_window_and_dyads_choose(store: EventStore, tmp_path: Path) -> None:
    """Days inclusive, dyads in their direction; against a loop over all rows."""
    rows = store.events().collect().rows(named=True)
    wanted = [
        row["event_id"]
        for row in rows
        if (row["source"], row["target"]) == ("CHN", "PRK")
        and date(2018, 1, 1) <= row["event_date"] <= date(2018, 6, 2)
    ]
    assert wanted
    export(
        store, tmp_path / "x.parquet", window=("2018-01-01", date(2018, 6, 2)),
        dyads=[("CHN", "PRK")],
    )  # fmt: skip
    assert pl.read_parquet(tmp_path / "x.parquet")["event_id"].to_list() == wanted


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, make_events: Make, make_entry: Make) -> None:
    """Texts that would run get an apostrophe; all others, and numbers, are as they were."""
    texts = FORMULAS + HARMLESS
    events = make_events("=a", len(texts)).with_columns(
        pl.Series("source_raw", texts), pl.Series("event_id", texts)
    )
    with writing(tmp_path / "s") as writer:
        writer.add([make_entry("=a", len(texts), writer.write("segments", events))])
    export(open_store(tmp_path / "s"), tmp_path / "x.csv", "csv")
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as stream:
        head, *rows = list(csv.reader(stream))
    assert head == list(EVENT_SCHEMA)
    for name in ("source_raw", "event_id"):
        read = [row[head.index(name)] for row in rows]
        assert read == [f"'{text}" for text in FORMULAS] + HARMLESS
    numbers = ("weight", "tone", "quad", "row_no")
    for row, event in zip(rows, events.rows(named=True), strict=True):
        assert [float(row[head.index(name)]) for name in numbers] == [event[n] for n in numbers]
        for name, cell in zip(head, row, strict=True):
            if EVENT_SCHEMA[name] == pl.String:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_gexf_is_the_network_of_states(store: EventStore, tmp_path: Path) -> None:
    """Edges and their years add up to the events between two different known states."""
    report = export(store, tmp_path / "x.gexf", "gexf")
    root = ET.parse(tmp_path / "x.gexf").getroot()
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    rows = store.events().collect().rows(named=True)
    between = [r for r in rows if r["source"] and r["target"] and r["source"] != r["target"]]
    assert (report.rows, report.left_out) == (len(between), len(rows) - len(between))
    nodes = {node.get("id"): node.get("label") for node in root.iter(f"{GEXF}node")}
    assert nodes["PRK"] == "North Korea"
    counts = Counter((r["source"], r["target"], r["event_date"].year) for r in between)
    weights: Counter[tuple[str, str, int]] = Counter()
    for r in between:
        weights[r["source"], r["target"], r["event_date"].year] += r["weight"]
    seen, sums = {}, {}
    for edge in root.iter(f"{GEXF}edge"):
        source, target = edge.get("source"), edge.get("target")
        assert {source, target} <= set(nodes)
        for value in edge.iter(f"{GEXF}attvalue"):
            year = int(value.get("start", "")[:4])
            assert value.get("end") == f"{year}-12-31"
            place = seen if value.get("for") == "events" else sums
            place[source, target, year] = float(value.get("value", ""))
        years = [v for (s, t, _), v in seen.items() if (s, t) == (source, target)]
        assert float(edge.get("weight", "")) == sum(years)
        assert len(list(edge.iter(f"{GEXF}spell"))) == len(years)
    assert seen == counts
    assert sums == pytest.approx(weights, abs=1e-6)


def test_gexf_escapes_what_xml_would_read(
    tmp_path: Path, make_events: Make, make_entry: Make
) -> None:
    """Codes of a store made elsewhere may be anything."""
    bad = 'A"><node id="x&\x01'
    events = make_events("a", 1).with_columns(source=pl.lit(bad), target=pl.lit("PRK"))
    with writing(tmp_path / "s") as writer:
        writer.add([make_entry("a", 1, writer.write("segments", events))])
    export(open_store(tmp_path / "s"), tmp_path / "x.gexf", "gexf")
    root = ET.parse(tmp_path / "x.gexf").getroot()
    nodes = [node.get("id") for node in root.iter(f"{GEXF}node")]
    assert nodes == [bad.replace("\x01", "\ufffd"), "PRK"]


def test_two_weight_tables_are_not_added(
    tmp_path: Path, make_events: Make, make_entry: Make
) -> None:
    """The network then counts events only."""
    with writing(tmp_path / "s") as writer:
        for key, table in (("a", "goldstein-gdelt"), ("b", "goldstein-icews")):
            segment = writer.write("segments", make_events(key, 10))
            writer.add([make_entry(key, 10, segment, weights=table)])
    export(open_store(tmp_path / "s"), tmp_path / "x.gexf", "gexf")
    assert "weight_sum" not in (tmp_path / "x.gexf").read_text()


@pytest.mark.parametrize("name", ["parquet", "csv", "gexf"])
def test_an_export_that_fails_leaves_the_old_file(
    store: EventStore, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing beside it; a folder that is not there is told."""
    place = tmp_path / "out"
    place.mkdir()
    (place / f"x.{name}").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match="no space left"):
        export(store, place / f"x.{name}", name)
    monkeypatch.undo()
    assert [path.name for path in place.iterdir()] == [f"x.{name}"]
    assert (place / f"x.{name}").read_text() == "old"
    with pytest.raises(WriteError, match="cannot be written"):
        export(store, place / "no" / f"x.{name}", name)


def test_an_empty_store_exports_nothing(tmp_path: Path) -> None:
    """Files with a head and no row."""
    with writing(tmp_path / "s"):
        pass
    store = open_store(tmp_path / "s")
    for name in ("parquet", "csv", "gexf"):
        assert export(store, tmp_path / f"x.{name}", name).rows == 0
    assert pl.read_parquet(tmp_path / "x.parquet").is_empty()
    assert (tmp_path / "x.csv").read_text().strip() == ",".join(EVENT_SCHEMA)
    assert ET.parse(tmp_path / "x.gexf").getroot().tag == f"{GEXF}gexf"


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (UnknownNameError, {"format": "xls"}),
        (UsageError, {"window": ("2018-02-01", "2018-01-01")}),
        (UsageError, {"window": ("x", "y")}),
        (UsageError, {"dyads": []}),
        (UsageError, {"dyads": ["CHN"]}),
        (UsageError, {"dyads": [("CHN", "CHN")]}),
        (UnknownNameError, {"dyads": [("CHN", "XXX")]}),
    ],
)
def test_what_cannot_be_chosen_is_told(
    store: EventStore, tmp_path: Path, error: type[Exception], given: dict[str, Any]
) -> None:
    """Nothing is written."""
    with pytest.raises(error):
        export(store, tmp_path / "x.parquet", **given)
    assert not (tmp_path / "x.parquet").exists()
