"""A tally counts what a panel counts, and no more is asked of it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.events import ingest, open_store
from tertius.panels import DUPLICATES, panel, tallies
from tertius.panels.schemas import QUADS
from tertius.panels.tallies import tally

CODES = [("010", "01", 1), ("0211", "02", 1), ("070", "07", 2), ("112", "11", 3), ("190", "19", 4)]


def some_events(seed: int) -> pl.DataFrame:
    """Rows with repeats, mirrors, unknown sides and events outside all classes."""
    pick = random.Random(seed)
    drawn = []
    for _ in range(500):
        code, root, quad = pick.choice(CODES)
        day = date(2018, 1, 1) + timedelta(days=pick.randrange(8))
        sides = [pick.choice(["CHN", "PRK", "USA", None]) for _ in range(2)]
        drawn.append(
            (day, *sides, code, root, pick.choice([quad, quad, 0]), 1.0, pick.randrange(5))
        )
    names = ("event_date", "source", "target", "code", "root", "quad", "weight", "url_hash")
    return pl.DataFrame(drawn, schema=names, orient="row").with_columns(
        pl.col("url_hash").cast(pl.UInt64), pl.col("quad").cast(pl.Int8)
    )


def texts(counted: tallies.Tally) -> pl.DataFrame:
    """Counts in one order, states as text."""
    plain = counted.counts.with_columns(pl.col("source", "target").cast(pl.String))
    return plain.sort("event_date", "source", "target", "quad")


def classes(counts: pl.DataFrame) -> dict[tuple, int]:
    keys = counts.select("event_date", "source", "target", "quad").rows()
    return dict(zip(keys, counts["events"], strict=True))


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
@pytest.mark.parametrize("policy", DUPLICATES)
def test_a_tally_has_the_counts_of_the_panel(policy: str, kind: pl.DataType) -> None:
    """Every class of every cell, and all events; states may be text or categories."""
    events = some_events(1).with_columns(pl.col("source", "target", "code", "root").cast(kind))
    found = classes(tally(events, policy).counts)
    cells = panel(some_events(1), "day", duplicates=policy).cells
    expected = {
        (row["period"], row["source"], row["target"], quad): row[name]
        for row in cells.iter_rows(named=True)
        for quad, name in enumerate(QUADS, 1)
        if row[name]
    }
    assert {key: count for key, count in found.items() if key[3]} == expected
    assert sum(found.values()) == cells["events"].sum()


@pytest.mark.parametrize("policy", DUPLICATES)
def test_a_panel_of_categories_is_that_of_text(policy: str) -> None:
    """Whatever the order in which the categories were met, down to the digest."""
    events = some_events(2)
    texts = ("source", "target", "code", "root")
    backwards = pl.concat([events.reverse(), events.clear()])
    ours = panel(events, duplicates=policy)
    for kind in (
        pl.Categorical,
        pl.Enum(
            [
                "190",
                "112",
                "070",
                "0211",
                "010",
                *["USA", "PRK", "CHN"],
                "19",
                "11",
                "07",
                "02",
                "01",
            ]
        ),
    ):
        theirs = panel(backwards.with_columns(pl.col(texts).cast(kind)), duplicates=policy)
        assert theirs.identity.digest == ours.identity.digest


def test_a_tally_of_a_store_is_that_of_its_events(tmp_path: Path) -> None:
    """A store is read as its frame is."""
    raw = tmp_path / "e.csv"
    raw.write_text(
        "d,a,b,c\n2018-01-01,CHN,PRK,010\n2018-01-01,CHN,PRK,010\n2018-01-02,X,PRK,010\n"
    )
    columns = {"date": "d", "source": "a", "target": "b", "code": "c"}
    ingest("table", raw, store=tmp_path / "s", columns=columns)
    found = tally(open_store(tmp_path / "s"), "none")
    assert classes(found.counts) == {(date(2018, 1, 1), "CHN", "PRK", 1): 2}
    assert dict(found.counts.schema) == {
        "event_date": pl.Date,
        "source": pl.Categorical,
        "target": pl.Categorical,
        "quad": pl.Int8,
        "events": pl.Int64,
    }


def test_a_window_leaves_out_the_days_beside_it() -> None:
    """Both its ends are inside."""
    first, last = date(2018, 1, 3), date(2018, 1, 5)
    days = tally(some_events(3), "none", (first, last)).counts["event_date"]
    assert (days.min(), days.max()) == (first, last)
    with pytest.raises(UsageError, match="ends"):
        tally(some_events(3), "none", (last, first))


def test_a_row_without_a_day_is_on_no_day() -> None:
    """It is in the tally as little as in the panel."""
    events = some_events(4).with_columns(
        event_date=pl.when(pl.col("code") != "010").then("event_date")
    )
    found = tally(events, "none").counts
    assert found["event_date"].null_count() == 0
    assert found["events"].sum() == panel(events, duplicates="none").cells["events"].sum()


def test_a_tally_says_whether_it_has_a_direction() -> None:
    """Under mirror-collapse source and target are two states."""
    assert [tally(some_events(5), policy).directed for policy in DUPLICATES] == [True] * 3 + [False]
    assert tally(some_events(5)).to_polars().columns[-1] == "events"


def test_what_is_no_frame_or_policy_is_refused() -> None:
    """Before anything is read."""
    with pytest.raises(UnknownNameError, match="duplicate policy"):
        tally(some_events(6), "twice")
    with pytest.raises(PanelError, match="holds no events"):
        tally([1, 2, 3])


def test_categories_are_counted_as_text_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way packs keys into one number; old days and missing classes are in it too."""
    draw = np.random.default_rng(7)
    states = pl.Series(["CHN", "PRK", "USA", None])
    size = 2_000
    lag = draw.integers(0, 5, size)
    quad = pl.Series(draw.integers(0, 6, size)).replace(5, None).cast(pl.Int8)
    rows = pl.DataFrame(
        {
            "event_date": [date(1969, 12, 30) + timedelta(days=int(i)) for i in lag],
            "source": states.gather(draw.integers(0, 4, size)),
            "target": states.gather(draw.integers(0, 4, size)),
            "code": "040",
            "root": "04",
            "quad": quad,
            "weight": 1.0,
        }
    )  # fmt: skip
    stored = rows.with_columns(pl.col("source", "target").cast(pl.Categorical))
    for policy in ("none", "one-a-day", "mirror-collapse"):
        counted = [texts(tally(frame, policy)) for frame in (rows, stored)]
        assert counted[0].equals(counted[1])
        assert counted[0]["events"].sum() > 0
    # States whose numbers do not fit are counted the long way.
    monkeypatch.setattr(tallies, "_STATE_BITS", 0)
    assert texts(tally(stored, "none")).equals(texts(tally(rows, "none")))
