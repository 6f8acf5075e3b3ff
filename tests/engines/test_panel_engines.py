"""One panel expression on five engines: the same rows counted, the same numbers.

The reference walks the rows with dictionaries and adds weights exactly (`math.fsum`). Counts
agree exactly on every engine. Sums of weights agree to 1e-12 of the sum of their absolute
values: an engine adds at most some hundred doubles here, each addition off by 1.1e-16 of it, in
an order of its own. Panels round these sums to 1e-6, so that digests agree to the last bit.

Spark runs in local mode on two threads and one session; it is skipped where PySpark or Java
is missing, and the reason says which.
"""

from __future__ import annotations

import importlib.util
import math
import os
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.panels import DUPLICATES, panel
from tertius.panels.statistics import collected, event_frame, group_sums

TOLERANCE = 1e-12
START = date(2018, 1, 1)
SCHEMA = {
    "event_date": pl.Date,
    **dict.fromkeys(("source", "target", "code", "root"), pl.String),
    "quad": pl.Int8,
    "weight": pl.Float64,
    "mentions": pl.Int64,
    "url_hash": pl.UInt64,
}
# What a code says; the second has no class, the third no weight, the fourth neither.
MEANINGS = {
    "010": ("01", 1, 0.1),
    "020": ("02", 0, 3.0),
    "0311": ("03", 1, None),
    "1951": ("19", None, None),
    "173": ("17", 4, -5.3),
    "20": ("20", 4, -10.0),
    "xx": (None, 3, 1e-9),
}
# Hashes that differ only in the last of 64 bits, and one that no signed number holds.
URLS = [None, 2**64 - 1, 2**64 - 2, 2**53 + 1, 2**53]

Native = Callable[[pl.DataFrame], Any]
LOCAL: dict[str, Native] = {
    "polars": lambda events: events,
    "polars-lazy": lambda events: events.lazy(),
    "pandas": lambda events: events.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda events: events.to_arrow(),
    "duckdb": lambda events: duckdb.from_arrow(events.to_arrow()),
}


def drawn(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row of events from its day, sides, code, mentions and address."""
    day, source, target, code, mentions, url = row
    return (START + timedelta(days=day), source, target, code, *MEANINGS[code], mentions, url)


def frame_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame([drawn(row) for row in rows], schema=SCHEMA, orient="row")


def random_events(seed: int, rows: int = 1_500) -> pl.DataFrame:
    """Rows with repeats, mirrors, nulls in every column but the date, and weights that tie."""
    pick = random.Random(seed)
    states = ["CHN", "PRK", "USA", "KOR", None]
    return frame_of(
        [
            (
                pick.randrange(40),
                pick.choice(states),
                pick.choice(states),
                pick.choice([*MEANINGS]),
                pick.choice([None, 0, 1, 1, 2**40]),
                pick.choice(URLS),
            )
            for _ in range(rows)
        ]
    )


def key_of(policy: str, at: int, row: dict[str, Any]) -> tuple[Any, ...]:
    key = (row["event_date"], row["source"], row["target"], row["code"])
    if policy == "none" or (policy == "same-url" and row["url_hash"] is None):
        return (at,)
    return (*key, row["url_hash"]) if policy == "same-url" else key


def by_hand(events: pl.DataFrame, policy: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Sum by day, source, target, root and quad."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for at, row in enumerate(events.iter_rows(named=True)):
        if row["source"] is None or row["target"] is None or row["source"] == row["target"]:
            continue
        if policy == "mirror-collapse" and row["source"] > row["target"]:
            row["source"], row["target"] = row["target"], row["source"]
        before = kept.setdefault(key_of(policy, at, row), row)
        counts = [n for n in (before["mentions"], row["mentions"]) if n is not None]
        before["mentions"] = max(counts, default=None)
    groups = defaultdict(list)
    for row in kept.values():
        groups[tuple(row[name] for name in ("event_date", "source", "target", "root", "quad"))] += [
            row
        ]
    return {key: _summed(rows) for key, rows in groups.items()}


def _summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    weights = [row["weight"] for row in rows if row["weight"] is not None]
    weights = [weight for weight in weights if not math.isnan(weight)]
    mentions = [row["mentions"] for row in rows if row["mentions"] is not None]
    return {
        "events": len(rows),
        "mentions": sum(mentions),
        "mentioned": len(mentions),
        "weight_sum": math.fsum(weights),
        "weight_sum_squares": math.fsum(weight * weight for weight in weights),
        "scale": math.fsum(abs(weight) + weight * weight for weight in weights),
    }


def assert_the_same(native: object, events: pl.DataFrame, policy: str) -> None:
    """Compare an engine's group sums, before any rounding, with those by hand."""
    found = collected(group_sums(event_frame(native), policy))
    expected = by_hand(events, policy)
    assert found.height == len(expected)
    for row in found.iter_rows(named=True):
        key = (row["event_date"], row["source"], row["target"], row["root"], row["quad"])
        sums = expected[key]
        counts = {name: row[name] or 0 for name in ("events", "mentions", "mentioned")}
        assert counts == {name: sums[name] for name in counts}
        for name in ("weight_sum", "weight_sum_squares"):
            assert abs((row[name] or 0.0) - sums[name]) <= TOLERANCE * sums["scale"], name


def assert_one_panel(native: object, events: pl.DataFrame, policy: str) -> None:
    """Compare whole panels by their digest, which covers every number."""
    ours, theirs = (panel(each, "week", duplicates=policy) for each in (events, native))
    assert theirs.cells.equals(ours.cells)
    assert theirs.accounting == ours.accounting
    assert theirs.identity.digest == ours.identity.digest


@pytest.mark.parametrize("policy", DUPLICATES)
@pytest.mark.parametrize("engine", LOCAL)
def test_every_engine_sums_as_by_hand(engine: str, policy: str) -> None:
    """Counts exactly, weights to the tolerance, under each policy."""
    events = random_events(1)
    assert_the_same(LOCAL[engine](events), events, policy)


@pytest.mark.parametrize("policy", DUPLICATES)
@pytest.mark.parametrize("engine", [name for name in LOCAL if name != "polars"])
def test_every_engine_gives_one_panel(engine: str, policy: str) -> None:
    """Cells, accounting and digest are those of Polars."""
    events = random_events(2)
    assert_one_panel(LOCAL[engine](events), events, policy)


@pytest.mark.parametrize("policy", DUPLICATES)
@pytest.mark.parametrize("engine", LOCAL)
def test_not_a_number_is_no_weight_on_any_engine(engine: str, policy: str) -> None:
    """NaN neither spreads through a sum nor wins as the largest of repeats."""
    events = random_events(3, rows=300).with_columns(
        weight=pl.when(pl.col("code") == "010").then(float("nan")).otherwise("weight")
    )
    assert_the_same(LOCAL[engine](events), events, policy)


state = st.sampled_from(["CHN", "PRK", "USA", None])
some_rows = st.lists(
    st.tuples(
        st.integers(0, 2),
        state,
        state,
        st.sampled_from([*MEANINGS]),
        st.sampled_from([None, 0, 1, 2]),
        st.sampled_from(URLS),
    ),
    max_size=25,
)


@pytest.mark.parametrize("engine", LOCAL)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=some_rows, policy=st.sampled_from(DUPLICATES))
def test_few_rows_of_any_kind_are_summed_as_by_hand(
    engine: str, rows: list[tuple[Any, ...]], policy: str
) -> None:
    """No rows, only nulls, only repeats, only mirrors: what random rows seldom are."""
    events = frame_of(rows)
    assert_the_same(LOCAL[engine](events), events, policy)


def _why_no_spark() -> str:
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed"
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    return "" if java else "PySpark needs Java, and there is none"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session that listens on the loopback address only."""
    if why := _why_no_spark():
        pytest.skip(why)
    from pyspark.sql import SparkSession

    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        # Compiling a plan costs more than running it on so few rows.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("panels")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.parametrize("policy", DUPLICATES)
def test_spark_gives_the_same_panel(spark: Any, tmp_path: Path, policy: str) -> None:
    """Read from Parquet, as on a cluster: group sums as by hand, and the digest of Polars."""
    events = random_events(4).with_columns(
        weight=pl.when(pl.col("code") == "173").then(float("nan")).otherwise("weight")
    )
    events.write_parquet(tmp_path / "events.parquet")
    native = spark.read.parquet(str(tmp_path / "events.parquet"))
    assert_the_same(native, events, policy)
    assert_one_panel(native, events, policy)
