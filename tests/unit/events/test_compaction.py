"""Compaction: fewer segments, sorted, with the same rows exactly.

Rows are compared with a digest of their own here: SHA-256 of each row as text, summed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tertius.errors import StoreError
from tertius.events.schemas import CATEGORIES, LINK_SCHEMA, REJECTED_SCHEMA
from tertius.events.store import compact, compactions, open_store
from tertius.events.store.writers import writing

Make = Callable[..., Any]
ORDER = ("source", "target", "event_date", "code", "file_id", "row_no")


def multiset(frame: pl.DataFrame) -> int:
    digests = (hashlib.sha256(repr(row).encode()).digest() for row in frame.iter_rows())
    return sum(int.from_bytes(each, "big") for each in digests)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Segments of at most 500 rows, so that small stores have several."""
    real = compactions.limit
    monkeypatch.setattr(
        compactions, "limit", lambda name: 500 if name == "compact_rows_count" else real(name)
    )
    return 500


def fill(folder: Path, make_events: Make, make_entry: Make, *, files: int = 30) -> None:
    """Files of different sizes and days, in a shuffled order, some with categories."""
    draw = random.Random(3)
    numbers = draw.sample(range(files), files)
    with writing(folder) as writer:
        for number in numbers:
            rows, start = draw.randrange(1, 120), date(2018, 1, 1) + timedelta(days=number * 3)
            events = make_events(f"f{number:02d}", rows, start=start)
            events = events.sample(fraction=1.0, shuffle=True, seed=number)
            if number % 2:
                events = events.cast(dict.fromkeys(CATEGORIES, pl.Categorical()))
            bad = pl.DataFrame(
                [(f"f{number:02d}", "x.csv", None, "cut", "\x01=")], schema=REJECTED_SCHEMA,
                orient="row",
            )  # fmt: skip
            links = pl.DataFrame({"url_hash": [number], "url": [f"u{number}"]}, schema=LINK_SCHEMA)
            segment = writer.write("segments", events)
            rejected, linked = writer.write("rejected", bad), writer.write("links", links)
            of = {"lines": rows + 1, "rejected": (rejected,), "links": (linked,)}
            writer.add([make_entry(f"f{number:02d}", rows, segment, **of)])


def test_the_same_rows_in_fewer_sorted_segments(
    tmp_path: Path, make_events: Make, make_entry: Make, few: int
) -> None:
    """Whatever is asked of the store gets the same answer."""
    folder = tmp_path / "s"
    fill(folder, make_events, make_entry)
    before = open_store(folder)
    info, events = before.info(), before.events().collect()
    report = compact(folder)
    after = open_store(folder)
    merged = after.events().collect()
    assert multiset(merged) == multiset(events)
    assert multiset(after.rejected()) == multiset(before.rejected())
    assert multiset(after.links().collect()) == multiset(before.links().collect())
    changed = {"segments", "bytes", "generation", "digest"}
    for name in set(info.keys()) - changed:
        assert after.info()[name] == info[name]
    assert after.info().segments < info.segments / 3
    assert report.segments_after < report.segments_before / 3
    assert report.rows >= events.height
    assert after.verify() == []
    for entry in after.entries():
        paths = [folder / "segments" / f"{s.sha256}.parquet" for s in entry.segments]
        held = pl.scan_parquet(paths).filter(
            pl.col("file_id").cast(pl.String) == entry.report.file_id
        )
        assert held.select(pl.len()).collect().item() == entry.report.kept


def test_segments_are_bounded_sorted_and_have_statistics(
    tmp_path: Path, make_events: Make, make_entry: Make, few: int
) -> None:
    """The order is total, days lie together, and readers may skip row groups."""
    fill(tmp_path / "s", make_events, make_entry)
    compact(tmp_path / "s")
    live = [s.sha256 for entry in open_store(tmp_path / "s").entries() for s in entry.segments]
    spans = []
    for name in dict.fromkeys(live):
        path = tmp_path / "s" / "segments" / f"{name}.parquet"
        frame = pl.read_parquet(path).cast(dict.fromkeys(CATEGORIES, pl.String()))
        assert frame.height <= few
        assert frame.equals(frame.sort(ORDER))
        assert not frame.select(ORDER).is_duplicated().any()
        spans.append((frame["event_date"].min(), frame["event_date"].max()))
        held = pl.scan_parquet(path).filter(pl.col("event_date") > frame["event_date"].max())
        assert held.collect().is_empty()
    spans.sort()
    assert all(one[1] <= next_[0] for one, next_ in pairwise(spans))


def test_compacting_again_changes_nothing(
    tmp_path: Path, make_events: Make, make_entry: Make, few: int
) -> None:
    """And what was merged is gone after the next write."""
    folder = tmp_path / "s"
    fill(folder, make_events, make_entry)
    compact(folder)
    again = compact(folder)
    digest = open_store(folder).digest
    assert (again.segments_before, again.rows) == (again.segments_after, 0)
    first = sorted(path.name for path in folder.rglob("*.parquet"))
    assert len(first) == again.segments_after
    compact(folder)
    assert sorted(path.name for path in folder.rglob("*.parquet")) == first
    assert open_store(folder).info().kept == open_store(folder).events().collect().height
    assert open_store(folder).digest == digest


def test_a_lone_sorted_segment_stays(tmp_path: Path, make_events: Make, make_entry: Make) -> None:
    """Its bytes would be the same; it is only noted as done."""
    folder = tmp_path / "s"
    events = make_events("a", 50).sort(ORDER).cast(dict.fromkeys(CATEGORIES, pl.Categorical()))
    with writing(folder) as writer:
        writer.add([make_entry("a", 50, writer.write("segments", events, ordered=True))])
    before = open_store(folder).info()
    compact(folder)
    after = open_store(folder)
    assert (after.info().segments, after.info().bytes) == (1, before.bytes)
    assert after.verify() == []
    assert compact(folder).rows == 0
    assert after.events().collect().height == 50


def test_a_damaged_segment_is_not_written_down_anew(
    tmp_path: Path, make_events: Make, make_entry: Make
) -> None:
    """Its flipped bit would get a digest of its own and never be found again."""
    folder = tmp_path / "s"
    fill(folder, make_events, make_entry, files=4)
    path = sorted((folder / "segments").iterdir())[0]
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 4
    path.write_bytes(bytes(spoilt))
    digest = open_store(folder).digest
    with pytest.raises(StoreError, match="not those that were written"):
        compact(folder)
    assert open_store(folder).digest == digest
    assert open_store(folder).verify() == [f"segments/{path.name}"]


def test_rows_that_differ_stop_the_compaction(
    tmp_path: Path, make_events: Make, make_entry: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the sort loses one row and doubles another: the counts agree, the rows do not."""
    folder = tmp_path / "s"
    fill(folder, make_events, make_entry, files=4)
    digest, real = open_store(folder).digest, compactions._sorted

    def wrong(frame: pl.DataFrame, order: tuple[str, ...]) -> pl.DataFrame:
        done = real(frame, order)
        return pl.concat([done.head(1), done.head(done.height - 1)])

    monkeypatch.setattr(compactions, "_sorted", wrong)
    with pytest.raises(StoreError, match="same rows"):
        compact(folder)
    assert open_store(folder).digest == digest
    assert open_store(folder).verify() == []
    assert len(list((folder / "segments").iterdir())) == 4


def test_only_a_store_is_compacted(tmp_path: Path) -> None:
    """A wrong path makes no new store."""
    with pytest.raises(StoreError, match="no event store"):
        compact(tmp_path / "s")
    assert not (tmp_path / "s").exists()
