"""The file of 26 March 2018, 04:45 UTC, and rows of other editions, against the csv module.

The module reads the same bytes with quoting off; every column that is kept is compared row by
row. Numbers are the nearest doubles on both sides, so there are no tolerances. GDELT writes its
own Goldstein value and quad class into each row, which the tables shipped here must reproduce.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tertius.actors import cameo_states, fips_states
from tertius.events import EventStore, ingest, open_store

pytestmark = pytest.mark.realdata

MARCH = "20180326044500.export.CSV.zip"
OTHERS = ("v1_rows_57_58_cols.tsv.gz", "spark_gdelt_events.tsv.gz", "spark_gdelt_eventsT.tsv.gz",
          "spark_gdelt_events1.tsv.gz")  # fmt: skip
KEPT = ("row_no", "event_id", "event_date", "added_at", "source", "target", "source_raw",
        "target_raw", "source_type", "target_type", "code", "root", "quad", "weight", "weight_raw",
        "mentions", "sources", "articles", "tone", "place", "place_raw")  # fmt: skip
# Column of the place of the action, of the day added and of the address, by number of columns.
LATE = {57: (51, 56, None), 58: (51, 56, 57), 61: (53, 59, 60)}


def raw_rows(path: Path) -> list[list[str]]:
    """Read a file with the csv module."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            content = archive.read(archive.namelist()[0])
    else:
        content = gzip.decompress(path.read_bytes())
    text = io.StringIO(content.decode(), newline="")
    return list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def expected(rows: list[list[str]]) -> Iterator[tuple[Any, ...]]:
    """What each row must have become, GDELT's own weight and class in it."""
    states, places = cameo_states(), fips_states()
    for number, cells in enumerate(rows, 1):
        place, added, _ = LATE[len(cells)]
        one, two = cells[7].strip(), cells[17].strip()
        written = "%Y%m%d%H%M%S" if len(cells) == 61 else "%Y%m%d"
        yield (
            number, cells[0], datetime.strptime(cells[1], "%Y%m%d").date(),
            datetime.strptime(cells[added], written).replace(tzinfo=UTC),
            states.get(one), states.get(two), cells[5] or one or None, cells[15] or two or None,
            cells[12].strip() or None, cells[22].strip() or None, cells[26], cells[28],
            int(cells[29]), float(cells[30]), float(cells[30]), int(cells[31]), int(cells[32]),
            int(cells[33]), float(cells[34]), places.get(cells[place]), cells[place] or None,
        )  # fmt: skip


def stored(store: EventStore, file_id: str) -> list[tuple[Any, ...]]:
    events = store.events().collect()
    own = events.filter(events["file_id"] == file_id).sort("row_no")
    return own.select(KEPT).rows()


@pytest.mark.parametrize(
    ("name", "lines"), [(MARCH, 1_540), *zip(OTHERS, (710, 100, 100, 100), strict=True)]
)
def test_every_row_is_what_the_csv_module_reads(
    data: Path, tmp_path: Path, name: str, lines: int
) -> None:
    """All columns that are kept; weight and class of the tables are GDELT's own on every row."""
    rows = raw_rows(data / "gdelt" / name)
    assert len(rows) == lines
    report = ingest("gdelt", data / "gdelt" / name, store=tmp_path / "s")
    assert (report.lines, report.kept, report.rejected, report.filtered) == (lines, lines, 0, 0)
    store = open_store(tmp_path / "s")
    found = stored(store, report.files[0].file_id)
    for ours, theirs in zip(found, expected(rows), strict=True):
        assert ours == theirs


@pytest.mark.parametrize("name", [MARCH, *OTHERS])
def test_addresses_are_found_again_by_their_key(data: Path, tmp_path: Path, name: str) -> None:
    """Each row's own, those without one have none, and no address is there for no row."""
    rows = raw_rows(data / "gdelt" / name)
    ingest("gdelt", data / "gdelt" / name, store=tmp_path / "s")
    store = open_store(tmp_path / "s")
    links = dict(store.links().collect().iter_rows())
    keys = store.events().collect().sort("row_no")["url_hash"]
    addresses = [cells[at] if (at := LATE[len(cells)][2]) else None for cells in rows]
    assert [None if key is None else links[key] for key in keys] == addresses
    assert set(links.values()) == set(addresses) - {None}


def test_files_read_together_are_files_read_alone(data: Path, tmp_path: Path) -> None:
    """Five files of all editions in one batch: the rows of each as before."""
    names = [MARCH, *OTHERS]
    report = ingest("gdelt", [data / "gdelt" / name for name in names], store=tmp_path / "s")
    assert report.kept == 2_550
    store = open_store(tmp_path / "s")
    for name, file in zip(names, report.files, strict=True):
        rows = raw_rows(data / "gdelt" / name)
        assert stored(store, file.file_id) == list(expected(rows))
