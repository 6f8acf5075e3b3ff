"""ICEWS18 to a weekly panel of all dyads, from Parquet, beside a group-by in pandas.

    POLARS_MAX_THREADS=1 python bench/panel.py [folder of ICEWS18]

Prints CPU seconds (all threads), best of five, and their ratio. All read the same store and
count events by week, source and target, one a day: the plain group-by only that; the full one
also root codes, quad classes, weights and denominators, as the panel has them. The panel
besides holds the calendar, coverage, accounting and a digest of every number.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# "One core" has to be said before Polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

REPEATS = 5


def best(work: Callable[[], object]) -> float:
    """Return the least CPU time of a few runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def by_pandas(paths: list[Path], *, full: bool = False) -> pd.DataFrame:
    """Sum events by week, source and target the way a script would."""
    import pandas as pd

    keys = ["event_date", "source", "target", "code"]
    columns = [*keys, "root", "quad", "weight"] if full else keys
    frame = pd.concat([pd.read_parquet(path, columns=columns) for path in paths])
    frame = frame.dropna(subset=["source", "target"])
    frame = frame[frame["source"] != frame["target"]].drop_duplicates(keys)
    days = pd.to_datetime(frame["event_date"])
    frame["period"] = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    dyads = ["period", "source", "target"]
    if not full:
        return frame.groupby(dyads).size().to_frame("events")
    frame["events"] = 1
    frame["weight_sum_squares"] = frame["weight"] ** 2
    wide = pd.concat(
        [
            frame[[*dyads, "events", "weight", "weight_sum_squares"]],
            pd.get_dummies(frame["root"], prefix="root", dtype="int64"),
            pd.get_dummies(frame["quad"], prefix="quad", dtype="int64"),
        ],
        axis=1,
    )
    cells = wide.groupby(dyads).sum().reset_index()
    for name, by in (("source_total", "source"), ("target_total", "target")):
        cells[name] = cells.groupby(["period", by])["events"].transform("sum")
    cells["world_total"] = cells.groupby("period")["events"].transform("sum")
    return cells


def main(argv: list[str] | None = None) -> int:
    """Ingest, count both ways, check that the counts agree, print the times."""
    from tertius.events import ingest, open_store
    from tertius.panels import panel

    arguments = sys.argv[1:] if argv is None else argv
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    data = Path(os.environ.get("TERTIUS_DATA", beside))
    folder = Path(arguments[0]) if arguments else data / "icews" / "ICEWS18"
    if not folder.is_dir():
        print(f"no ICEWS18 at {folder}; give its folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        start = time.process_time()
        report = ingest("tkg", folder, store=place)
        taken = time.process_time() - start
        print(
            f"ingest   {report.lines:>9,} lines   {taken:6.2f} CPU s   "
            f"{report.lines / taken:,.0f} lines a second"
        )
        store = open_store(place)
        paths = sorted((Path(place) / "segments").iterdir())
        weekly = panel(store, "week")
        for full in (False, True):
            counts = by_pandas(paths, full=full)
            if (len(counts), counts["events"].sum()) != (
                weekly.cells.height,
                weekly.cells["events"].sum(),
            ):
                print("the counts differ", file=sys.stderr)
                return 1
        ours = best(lambda: panel(open_store(place), "week"))
        plain = best(lambda: by_pandas(paths))
        full_one = best(lambda: by_pandas(paths, full=True))
    threads = os.environ["POLARS_MAX_THREADS"]
    print(f"panel    {weekly.cells.height:>9,} cells   {ours:6.2f} CPU s   ({threads} thread)")
    print(f"pandas   {len(counts):>9,} cells   {plain:6.2f} CPU s   (counts only)")
    print(f"pandas   {len(counts):>9,} cells   {full_one:6.2f} CPU s   (same columns)")
    print(f"ratio    {full_one / ours:.1f} (same columns), {plain / ours:.1f} (counts only)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
