"""Sums of 1, 10 and 100 million stored events: waiting time, growth, and the most memory held.

The events are made up. Segments have the columns of the event schema, the order and the
encoding of a store's. Their shape follows GDELT 2.0 of 2018: 22,000 rows between two states a
day, some 2,500 ordered dyads a day (as many as its series of dyads has, both ways), the n-th state
as frequent as 1 / n**1.45, the n-th code as 1 / n. Each million has days of its own, so that
cells grow as events do.

    python bench/panel_scale.py                 1 and 10 million
    python bench/panel_scale.py 1 10 100        (some 2 minutes to make, 1.3 GB of disk)

`TERTIUS_BENCH_DIR` keeps the segments between runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from tertius.actors import known_states
from tertius.events import EVENT_SCHEMA
from tertius.events.ontologies import code_table
from tertius.events.schemas import CATEGORIES

SEGMENT = 1_000_000
A_DAY = 22_000
STATES, STEEPNESS = 200, 1.45
GOAL_SECONDS = 0.25
REPEATS = 5


def make_segment(at: int) -> pl.DataFrame:
    """Draw a million events between two states, of the days that are this segment's own."""
    draw = np.random.default_rng(at)
    days = SEGMENT // A_DAY
    states = pl.Series(sorted(known_states())[:STATES])
    odds = 1 / np.arange(1, STATES + 1) ** STEEPNESS
    source, target = (draw.choice(STATES, SEGMENT, p=odds / odds.sum()) for _ in range(2))
    target = np.where(source == target, (target + 1) % STATES, target)
    table = code_table("cameo-gdelt", "goldstein-gdelt").filter(pl.col("weight").is_not_null())
    odds = 1 / np.arange(1, table.height + 1)
    code = draw.choice(table.height, SEGMENT, p=odds / odds.sum())
    first = date(1990, 1, 1).toordinal() - date(1970, 1, 1).toordinal() + at * days
    day = pl.Series(draw.integers(first, first + days, SEGMENT).astype(np.int32)).cast(pl.Date)
    known = {
        "event_date": day,
        "source": states.gather(source),
        "target": states.gather(target),
        "source_raw": states.gather(source),
        "target_raw": states.gather(target),
        **{name: table[name].gather(code) for name in ("code", "root", "quad", "weight")},
        "mentions": pl.Series(draw.integers(1, 11, SEGMENT)),
        "url_hash": pl.Series(draw.integers(0, 2**20, SEGMENT).astype(np.uint64)),
        "row_no": pl.int_range(1, SEGMENT + 1, eager=True),
        "scheme": pl.repeat("cameo-gdelt", SEGMENT, eager=True),
        "weights": pl.repeat("goldstein-gdelt", SEGMENT, eager=True),
        "dataset": pl.repeat("made up", SEGMENT, eager=True),
        "file_id": pl.repeat(f"{at:016x}", SEGMENT, eager=True),
    }
    columns = [
        known[name].cast(kind).alias(name)
        if name in known
        else pl.repeat(None, SEGMENT, dtype=kind, eager=True).alias(name)
        for name, kind in EVENT_SCHEMA.items()
    ]
    frame = pl.DataFrame(columns).sort("source", "target", "event_date", "code", "row_no")
    return frame.with_columns(pl.col(CATEGORIES).cast(pl.Categorical))


def segments(folder: Path, millions: int) -> list[Path]:
    """Return that many segments, making those that are not there."""
    paths = [folder / f"{at:03d}.parquet" for at in range(millions)]
    for at, path in enumerate(paths):
        if not path.exists():
            part = path.with_suffix(".part")
            make_segment(at).write_parquet(
                part, compression="zstd", compression_level=1, row_group_size=262_144
            )
            part.rename(path)
    return paths


def counted(paths: list[Path], policy: str) -> int:
    """Count dyad × day × quad by the package's tally, states read as the categories they are."""
    from tertius.panels.tallies import tally

    return tally(pl.scan_parquet(paths), policy).counts.height


def counted_text(paths: list[Path]) -> int:
    """Count the same with states read as text, as `EventStore.events` hands them out."""
    from tertius.panels.tallies import tally

    texts = pl.scan_parquet(
        paths, schema=EVENT_SCHEMA, cast_options=pl.ScanCastOptions(categorical_to_string="allow")
    )
    return tally(texts, "none").counts.height


def counted_by_duckdb(paths: list[Path]) -> int:
    """Count the same out of a DuckDB relation: the one expression on another engine."""
    import duckdb

    from tertius.panels.tallies import tally

    return tally(duckdb.read_parquet([str(path) for path in paths]), "none").counts.height


def summed(paths: list[Path], period: str, policy: str) -> int:
    """Make the whole panel: root codes, weights, denominators, calendar, digest."""
    from tertius.panels import panel

    return panel(pl.scan_parquet(paths), period, duplicates=policy).cells.height


JOBS: dict[str, Callable[[list[Path]], int]] = {
    "tally": lambda paths: counted(paths, "none"),
    "tally, states as text": counted_text,
    "tally, DuckDB": counted_by_duckdb,
    "tally, same URL": lambda paths: counted(paths, "same-url"),
    "tally, one a day": lambda paths: counted(paths, "one-a-day"),
    "tally, mirror": lambda paths: counted(paths, "mirror-collapse"),
    "panel, day": lambda paths: summed(paths, "day", "none"),
    "panel, week, one a day": lambda paths: summed(paths, "week", "one-a-day"),
}


def most_memory() -> float:
    """Return the most bytes this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` says there includes the process that started this one
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(job: str, folder: Path, millions: int) -> None:
    """Run one job some times and print the best wait, CPU time, cells and the most memory."""
    paths = segments(folder, millions)
    best = (float("inf"), float("inf"))
    cells = 0
    for _ in range(REPEATS if millions <= 10 else 1):
        wall, cpu = time.perf_counter(), time.process_time()
        cells = JOBS[job](paths)
        best = min(best, (time.perf_counter() - wall, time.process_time() - cpu))
    peak = most_memory()
    print(
        f"{job:<24}{millions:>5} M{best[0]:>9.3f} s{best[1]:>9.3f} CPU s"
        f"{millions / best[0]:>8.1f} M/s{cells:>13,} rows{peak / 1e6:>8,.0f} MB",
        flush=True,
    )
    if job == "tally" and millions == 10:
        word = "met" if best[0] <= GOAL_SECONDS else "MISSED"
        print(f"goal: 10 M events to dyad × day × quad in {GOAL_SECONDS} s: {word}", flush=True)


def main(arguments: list[str]) -> int:
    """Measure each job at each size in a process of its own, so that memory is that job's."""
    if arguments[:1] == ["--job"]:
        measure(arguments[1], Path(arguments[2]), int(arguments[3]))
        return 0
    sizes = [int(each) for each in arguments] or [1, 10]
    worst = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.environ.get("TERTIUS_BENCH_DIR", made))
        folder.mkdir(parents=True, exist_ok=True)
        paths = segments(folder, max(sizes))
        size = sum(path.stat().st_size for path in paths)
        print(f"{len(paths)} M events, {size / 1e6:,.0f} MB, {os.cpu_count()} cores", flush=True)
        for job in JOBS:
            for millions in sizes:
                command = [sys.executable, __file__, "--job", job, str(folder), str(millions)]
                worst = max(worst, subprocess.run(command, check=False).returncode)
    return worst


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
