"""Whether ingest and panels cost as much a row for many rows as for few.

    python bench/growth.py                  1 and 10 million rows
    python bench/growth.py --full           also 100 million (some 20 minutes, 5 GB of disk)

Rows to ingest are a made-up day of GDELT (`days.py`) repeated under other stamps, 1,540 a file.
Panels are made of the store that comes of it, in which only days repeat, and of made-up events
between states that spread over ever more days (`panel_scale.py`), so that cells grow as events
do. One core; CPU seconds, each measured in a new process that has loaded its modules. Exit code
1 if a row costs over a fifth more than at a tenth of the rows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from days import ROWS, make_day, repeated, sample_path
from gauges import measured, on_one_core

SIZES = (1, 10)
MOST = 100
SLACK = 1.2
REPEATS = 2
INGEST, STORED = "ingest", "panel, day, stored"
MADE_UP = {"panel, day, made up": ("day", "none"), "panel, week, one a day": ("week", "one-a-day")}


def take_in(folder: Path, store: Path) -> int:
    """Ingest a folder of zips, or one; return the lines."""
    from tertius.events import ingest

    return ingest("gdelt", folder, store=store, whole=False).lines


def of_store(store: Path) -> int:
    """Make the panel by day of a store; return the rows it was made of."""
    from tertius.events import open_store
    from tertius.panels import panel

    return dict(panel(open_store(store), "day", duplicates="none").accounting)["rows"]


def of_events(paths: list[Path], period: str, policy: str) -> int:
    """Make the panel of made-up events; return how many they are."""
    from panel_scale import SEGMENT, summed

    summed(paths, period, policy)
    return len(paths) * SEGMENT


def warm(name: str, source: Path, spare: Path) -> None:
    """Do a little of the same, so that modules and tables are loaded."""
    import polars as pl

    if name in MADE_UP:
        few = spare / "few.parquet"
        pl.read_parquet(min(source.iterdir()), n_rows=1_000).write_parquet(few)
        of_events([few], *MADE_UP[name])
    else:
        take_in(min(source.iterdir()), spare / "store")
        of_store(spare / "store")


def job(name: str, source: Path, store: Path, millions: int) -> dict[str, float]:
    """Measure one thing at one size; called in a process of its own."""
    if name in MADE_UP:
        from panel_scale import segments

        paths = segments(source, millions)
    with tempfile.TemporaryDirectory(dir=source.parent) as spare:
        warm(name, source, Path(spare))
    if name == INGEST:
        return measured(lambda: take_in(source, store), 1)
    if name == STORED:
        return measured(lambda: of_store(store), 1)
    return measured(lambda: of_events(paths, *MADE_UP[name]), 1)


def run(name: str, source: Path, store: Path, millions: int) -> dict[str, float]:
    """Measure in a new process each time: one that has run before holds memory already."""
    found = []
    once = millions == MOST or (name == INGEST and millions > SIZES[0])
    for at in range(1 if once else REPEATS):
        into = store.with_name(f"{store.name}-{at}") if name == INGEST else store
        where = [str(source), str(into), str(millions)]
        command = [sys.executable, __file__, "--job", name, *where]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
        if name == INGEST:
            shutil.rmtree(store, ignore_errors=True)
            into.rename(store)
    return min(found, key=lambda each: each["cpu"])


def shown(name: str, found: dict[str, float], before: float | None) -> bool:
    """Print a line; say whether a row costs about what it did at a tenth of the rows."""
    each = found["cpu"] / found["rows"] * 1e6
    ratio = "" if before is None else f"{each / before:>8.2f} a row"
    word = "" if before is None else ("  linear" if each / before <= SLACK else "  NOT LINEAR")
    print(
        f"{name:<24}{found['rows']:>13,}{found['cpu']:>10.2f} CPU s"
        f"{found['rows'] / found['cpu']:>13,.0f} rows/s{found['peak']:>8,.0f} MB{ratio}{word}",
        flush=True,
    )
    return before is None or each / before <= SLACK


def main() -> int:
    """Measure every size; return 1 if costs outgrow rows."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--full", action="store_true", help=f"also {MOST} million rows")
    asked.add_argument("--job", nargs=4, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.job:
        name, folder, place, millions = given.job
        print(json.dumps(job(name, Path(folder), Path(place), int(millions))))
        return 0
    sample = sample_path()
    if sample is None:
        print("no real GDELT file in TERTIUS_DATA; skipped")
        return 0
    on_one_core()
    before: dict[str, float] = {}
    linear = True
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        day = make_day(sample, folder / "day")
        for millions in (*SIZES, MOST) if given.full else SIZES:
            zips = folder / f"zips-{millions}"
            repeated(day, zips, -(-millions * 1_000_000 // ROWS))
            store = folder / f"store-{millions}"
            for name in (INGEST, STORED, *MADE_UP):
                source = folder / "made-up" if name in MADE_UP else zips
                source.mkdir(exist_ok=True)
                found = run(name, source, store, millions)
                linear &= shown(name, found, before.get(name))
                before[name] = found["cpu"] / found["rows"] * 1e6
    return 0 if linear else 1


if __name__ == "__main__":
    raise SystemExit(main())
