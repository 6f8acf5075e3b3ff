"""What all of GDELT would take, from rates measured here and now.

    python bench/history.py

Measured, on one core: ten made-up days of GDELT 2.0 (960 files) and of GDELT 1.0 (10 daily files,
58 columns) to stored segments, all rows and those between two states; the size of what is
stored; panels of it and of made-up events. From elsewhere: how many rows there are and how large
they are zipped (`KNOWN`). The rest is multiplication, which takes every year for a day of 2018.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from days import FIRST, make_daily, make_day, repeated, sample_path
from gauges import measured, on_one_core
from growth import of_store

KNOWN = {
    "rows": 869e6,  # events 1979 to 2026, counted by the authors of gdeltforge
    "packed": (58e9, 73e9),  # bytes zipped: 404 a row unpacked, by two factors of packing
    "interstate": 231 / 1_540,  # rows between two states, real file of 26 March 2018
}
KEEPS = ("all", "interstate")
LINE = 100e6  # bits a second
DAYS = 10
MADE_UP = 4


def ingested(source: Path, store: Path, keep: str) -> dict[str, float]:
    """Ingest in this process, after one file that loads what has to be loaded."""
    from tertius.events import ingest

    with tempfile.TemporaryDirectory(dir=store.parent) as spare:
        ingest("gdelt", min(source.iterdir()), store=spare, keep=keep)
    return measured(lambda: ingest("gdelt", source, store=store, keep=keep).lines, 1)


def made_up(folder: Path, period: str, policy: str) -> dict[str, float]:
    """Make a panel of made-up events between states in this process."""
    from panel_scale import SEGMENT, segments, summed

    paths = segments(folder, MADE_UP)
    cells = 0

    def work() -> int:
        nonlocal cells
        cells = summed(paths, period, policy)
        return MADE_UP * SEGMENT

    return measured(work, 2) | {"cells": cells}


def run(*arguments: object) -> dict[str, float]:
    """Run a job in a process of its own."""
    command = [sys.executable, __file__, "--job", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def weighed(source: Path, store: Path, keep: str) -> tuple[float, float]:
    """Return bytes of events and of addresses in a store, for each row read."""
    rows = run("ingest", source, store, keep)["rows"]
    return tuple(
        sum(path.stat().st_size for path in (store / kind).glob("*.parquet")) / rows
        for kind in ("segments", "links")
    )


def daily(sample: Path, folder: Path) -> Path:
    """Make ten daily files of GDELT 1.0."""
    (path,) = make_daily(sample, folder)
    for number in range(1, DAYS):
        (folder / f"{int(f'{FIRST:%Y%m%d}') - number}.export.CSV.zip").hardlink_to(path)
    return folder


def time_of(rows: float, rate: float) -> str:
    """Return CPU time in the unit that is read most easily."""
    seconds = rows / rate
    if seconds >= 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"


def times(folder: Path, sources: dict[str, Path]) -> None:
    """Print how long all rows would take to ingest."""
    print("| ingest | rows/CPU s | one core | peak |")
    print("| --- | --- | --- | --- |")
    for keep in KEEPS:
        for name, source in sources.items():
            found = run("ingest", source, folder / f"{keep}-{source.name}", keep)
            rate = found["rows"] / found["cpu"]
            taken = time_of(KNOWN["rows"], rate)
            print(f"| {keep}, {name} | {rate:,.0f} | {taken} | {found['peak']:,.0f} MB |")


def sizes(folder: Path, sources: dict[str, Path]) -> None:
    """Print how much would be stored. Days that repeat pack too well, so one of them is weighed."""
    print("\n| store | bytes a row: events + addresses | all: events + addresses |")
    print("| --- | --- | --- |")
    for keep in KEEPS:
        for name, source in sources.items():
            events, links = weighed(source, folder / f"weighed-{keep}-{source.name}", keep)
            whole = " + ".join(f"{KNOWN['rows'] * each / 1e9:.1f} GB" for each in (events, links))
            print(f"| {keep}, {name} | {events:.1f} + {links:.1f} | {whole} |")


def main() -> int:
    """Measure and multiply."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.job:
        print(json.dumps(job(*given.job)))
        return 0
    sample = sample_path()
    if sample is None:
        print("no real GDELT file in TERTIUS_DATA; skipped")
        return 0
    on_one_core()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        day = make_day(sample, folder / "day")
        quarters, days = folder / "quarters", folder / "days"
        repeated(day, quarters, DAYS * len(day))
        daily(sample, days)
        times(folder, {"15-minute files": quarters, "daily files": days})
        (folder / "real").mkdir()
        shutil.copy(sample, folder / "real")
        sizes(folder, {"a made-up day": folder / "day", "the real file": folder / "real"})
        panels(folder)
    least, most = (f"{size / 1e9:.0f}" for size in KNOWN["packed"])
    hours = " to ".join(f"{size * 8 / LINE / 3600:.1f}" for size in KNOWN["packed"])
    print(f"\nzips: {least} to {most} GB, {hours} h at {LINE / 1e6:.0f} Mbit/s")
    return 0


def panels(folder: Path) -> None:
    """Print what panels over everything would take."""
    everything, between = KNOWN["rows"], KNOWN["rows"] * KNOWN["interstate"]
    print("\n| panel | rows/CPU s | one core | measured peak | cells a million events |")
    print("| --- | --- | --- | --- | --- |")
    for keep, rows in zip(KEEPS, (everything, between), strict=True):
        found = run("panel", folder / f"{keep}-quarters")
        rate = found["rows"] / found["cpu"]
        print(
            f"| day, {keep} rows stored (days repeat) | {rate:,.0f} | {time_of(rows, rate)} "
            f"| {found['peak']:,.0f} MB | |"
        )
    made = folder / "made-up"
    made.mkdir()
    for period, policy in (("day", "none"), ("week", "one-a-day")):
        found = run("made-up", made, period, policy)
        rate = found["rows"] / found["cpu"]
        print(
            f"| {period}, {policy}, {MADE_UP} M made-up events | {rate:,.0f} "
            f"| {time_of(between, rate)} | {found['peak']:,.0f} MB "
            f"| {found['cells'] / found['rows'] * 1e6:,.0f} |"
        )


def job(name: str, source: str, *rest: str) -> dict[str, float]:
    """Do one thing in this process."""
    if name == "ingest":
        return ingested(Path(source), Path(rest[0]), rest[1])
    if name == "panel":
        return measured(lambda: of_store(Path(source)), 2)
    return made_up(Path(source), *rest)


if __name__ == "__main__":
    raise SystemExit(main())
