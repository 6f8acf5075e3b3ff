"""A day of GDELT, zips to stored segments, beside other ways and the physical limits.

    python bench/ingest.py                      what this environment has
    python bench/ingest.py --peers              also gdelt, gdeltforge and gdelt-py, which it
                                                installs into an environment of their own

The day is made by `days.py`: 96 zips, 147,840 rows, 61 columns. Every way runs in a process of
its own on one core; CPU seconds are those of all its threads and children, best of some runs,
without start-up and imports. Rates are rows read a CPU second. `TERTIUS_BENCH_DIR` keeps the
peers' environment between runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from days import ROWS, SLOTS, make_day, make_small, repeated, sample_path, unpacked
from gauges import measured, on_one_core
from peers import PEERS, QUARTER

GOALS = {"tertius, all rows": 450_000, "tertius, interstate": 800_000}
RATIOS = {"gdelt (gdeltPyR)": 7.0, "gdeltforge": 3.5}
PEAK_MB = 500
# Memory must not grow with files either: many, of next to no rows.
MANY, SMALL = 20_000, 4
REPEATS, ROUNDS = 3, 2
# The columns a store keeps, by their place in a line of 61.
COLUMNS = (0, 1, 5, 7, 12, 15, 17, 22, 26, 30, 31, 32, 33, 34, 53, 59, 60)
NUMBERS = {1: "Int64", 30: "Float64", 31: "Int64", 32: "Int64", 33: "Int64", 34: "Float64"}


def ours(folder: Path, keep: str = "all") -> int:
    """Ingest a folder of zips into a new store; return the lines accounted for."""
    from tertius.events import ingest

    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        report = ingest("gdelt", folder, store=place, keep=keep, whole=False)
    if report.lines != report.kept + report.rejected + report.filtered or report.rejected:
        raise SystemExit("lines are not accounted for")
    return report.lines


def interstate(folder: Path) -> int:
    return ours(folder, "interstate")


def without(*names: str) -> Callable[[Path], int]:
    """Ingest as if optional libraries were not installed."""

    def work(folder: Path) -> int:
        for name in names:
            sys.modules[name] = None  # type: ignore[assignment]
        return ours(folder)

    return work


def by_pandas(folder: Path) -> int:
    import pandas as pd

    frames = [
        pd.read_csv(path, sep="\t", header=None, dtype={26: str, 27: str, 28: str})
        for path in sorted(folder.iterdir())
    ]
    return len(pd.concat(frames))


def by_duckdb(folder: Path) -> int:
    """Plain files to Parquet, the columns a store keeps: DuckDB reads no zip."""
    import duckdb

    names = [f"c{at:02d}" for at in range(61)]
    types = {
        name: {"Int64": "BIGINT", "Float64": "DOUBLE"}.get(NUMBERS.get(at, ""), "VARCHAR")
        for at, name in enumerate(names)
    }
    kept = ", ".join(names[at] for at in COLUMNS)
    plain = str(folder.with_name("plain") / "*.CSV")
    with tempfile.TemporaryDirectory(dir=folder.parent) as place, duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        out = Path(place) / "day.parquet"
        engine.execute(
            f"COPY (SELECT {kept} FROM read_csv('{plain}', delim = '\t', quote = '', escape = '', "
            f"header = false, auto_detect = false, columns = {types})) "
            f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
        )
        found = engine.execute(f"SELECT count(*) FROM '{out}'").fetchone()
    return int(found[0]) if found else 0


def _texts(folder: Path, inflate: Callable[[bytes, int], bytes]) -> Iterator[bytes]:
    """Yield what each zip of one member holds."""
    import zipfile

    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.infolist()
        names = int.from_bytes(data[26:28], "little") + int.from_bytes(data[28:30], "little")
        yield inflate(data[30 + names : 30 + names + member.compress_size], member.file_size)


def _zlib(packed: bytes, size: int) -> bytes:
    import zlib

    return zlib.decompress(packed, wbits=-15, bufsize=size)


def _isal(packed: bytes, size: int) -> bytes:
    from isal import isal_zlib

    return isal_zlib.decompress(packed, wbits=-15, bufsize=size)


def _deflate(packed: bytes, size: int) -> bytes:
    import deflate

    return deflate.deflate_decompress(packed, size)


def inflating(inflate: Callable[[bytes, int], bytes]) -> Callable[[Path], int]:
    """Only inflate."""

    def work(folder: Path) -> int:
        return sum(ROWS for text in _texts(folder, inflate) if text)

    return work


def _fastest() -> Callable[[bytes, int], bytes]:
    for name, inflate in (("deflate", _deflate), ("isal", _isal)):
        if installed(name):
            return inflate
    return _zlib


def _parse(source: object):
    import polars as pl

    schema = {
        f"column_{at + 1}": getattr(pl, NUMBERS[at]) if at in NUMBERS else pl.String
        for at in range(61)
    }
    return pl.read_csv(
        source, has_header=False, separator="\t", quote_char=None, schema=schema, columns=COLUMNS
    )


def parsed(folder: Path) -> int:
    """Inflate and parse the day in one piece, and do nothing with it."""
    return _parse(b"".join(_texts(folder, _fastest()))).height


def written(folder: Path) -> int:
    """The same, and write it: nothing looked up, checked or accounted for."""
    frame = _parse(b"".join(_texts(folder, _fastest())))
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        frame.write_parquet(Path(place) / "day.parquet", compression="zstd", compression_level=1)
    return frame.height


def by_zipfile(folder: Path) -> int:
    """`zipfile` and Polars, file by file, then one Parquet file: what a script would do."""
    import zipfile

    import polars as pl

    frames = []
    for path in sorted(folder.iterdir()):
        with zipfile.ZipFile(path) as archive:
            frames.append(_parse(archive.read(archive.namelist()[0])))
    frame = pl.concat(frames)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        frame.write_parquet(Path(place) / "day.parquet", compression="zstd", compression_level=1)
    return frame.height


@dataclass(frozen=True)
class Way:
    """One way through the day: what it does and the package it needs."""

    does: str
    work: Callable[[Path], int]
    needs: str = "polars"


WAYS = {
    "tertius, all rows": Way("to stored segments, accounted for", ours),
    "tertius, interstate": Way("the same, rows between two states kept", interstate),
    "tertius, with isal": Way("all rows, without deflate", without("deflate"), "isal"),
    "tertius, with zlib": Way(
        "all rows, without deflate and isal", without("deflate", "isal", "isal.isal_zlib")
    ),
    "pandas": Way("read_csv of each zip, 61 columns, in memory", by_pandas, "pandas"),
    "DuckDB": Way("plain files (unpacked before), 17 columns to Parquet", by_duckdb, "duckdb"),
    "zipfile + Polars": Way("file by file, 17 columns to Parquet", by_zipfile),
    "inflate, zlib": Way("limit", inflating(_zlib)),
    "inflate, isal": Way("limit", inflating(_isal), "isal"),
    "inflate, libdeflate": Way("limit", inflating(_deflate), "deflate"),
    "inflate, one parse": Way("limit: 17 columns, in memory", parsed),
    "inflate, one parse, Parquet": Way("limit: 17 columns, nothing looked up", written),
}


def installed(name: str) -> str | None:
    """Return a package's version, or None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serve a folder over loopback HTTP from a process of its own; yield its port."""
    command = [sys.executable, str(Path(__file__).with_name("peers.py")), "serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def peers_python(home: Path) -> Path:
    """Return the Python of the peers' environment, which is made if there is none."""
    place = home / "peers"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = place / "installed.txt"
    wanted = "\n".join(f"{peer.package}=={peer.version}" for peer in PEERS.values())
    if not done.is_file() or done.read_text() != wanted:
        print("installing the peers ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *wanted.split("\n")]
        subprocess.run(command, check=True)
        done.write_text(wanted)
    return python


def machine() -> str:
    """Return a line on the machine, as numbers mean little without."""
    model = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.is_file():
        names = [line for line in told.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":")[1].strip() if names else model
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    names = ("polars", "numpy", "pandas", "duckdb", "deflate", "isal")
    packages = ", ".join(f"{name} {installed(name) or 'absent'}" for name in names)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {model}, {os.cpu_count()} cores{load}, "
        f"Python {platform.python_version()}, {packages}"
    )


def run(arguments: list[str]) -> dict[str, float]:
    """Run a way in a process of its own; return rows, CPU seconds and peak."""
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments[2:])} failed")
    return json.loads(done.stdout.splitlines()[-1])


def asked_ways(day: Path, python: Path | None, port: int | None) -> dict[str, list[str]]:
    """Return the command that measures each way."""
    commands = {}
    for name, way in WAYS.items():
        if installed(way.needs):
            commands[name] = [sys.executable, __file__, "--way", name, "--day", str(day)]
        else:
            print(f"{name} is skipped: {way.needs} is not installed")
    script = str(Path(__file__).with_name("peers.py"))
    for name in PEERS if python else ():
        commands[name] = [str(python), script, name, str(day), str(port)]
    return commands


def rates(day: Path, python: Path | None, port: int | None) -> dict[str, float]:
    """Measure every way, and the peers where there is a Python that has them."""
    unpacked(sorted(day.iterdir()), day.with_name("plain"))
    best: dict[str, dict[str, float]] = {}
    commands = asked_ways(day, python, port)
    # In turn, more than once: a busy moment of the machine must not hit one way alone.
    for _ in range(ROUNDS):
        for name, command in commands.items():
            found = run(command)
            wanted = (QUARTER if name in PEERS and PEERS[name].quarter else SLOTS) * ROWS
            if found["rows"] != wanted:
                raise SystemExit(f"{name} read {found['rows']:,} rows of {wanted:,}")
            best[name] = min(found, best.get(name, found), key=lambda each: each["cpu"])
    print(f"\n| way | rows/CPU s | peak | what |\n{'| --- ' * 4}|")
    for name, found in best.items():
        peer = PEERS.get(name)
        does = f"{peer.package} {peer.version}: {peer.does}" if peer else WAYS[name].does
        rate = found["rows"] / found["cpu"]
        print(f"| {name} | {rate:,.0f} | {found['peak']:,.0f} MB | {does} |", flush=True)
    return {name: found["rows"] / found["cpu"] for name, found in best.items()}


def goals(found: dict[str, float]) -> bool:
    """Print ratios and whether goals are met; say whether all are."""
    met = True
    print()
    for name, goal in GOALS.items():
        word = "met" if found[name] >= goal else "MISSED"
        met &= found[name] >= goal
        print(f"{name}: {found[name]:,.0f} rows a CPU second; goal {goal:,}: {word}")
    for name, rate in found.items():
        if name not in WAYS or name in ("pandas", "zipfile + Polars", "DuckDB"):
            ratio, goal = found["tertius, all rows"] / rate, RATIOS.get(name)
            word = "" if goal is None else f"; goal {goal}: {'met' if ratio >= goal else 'MISSED'}"
            met &= goal is None or ratio >= goal
            print(f"all rows, times {name}: {ratio:.1f}{word}")
    return met


def peaks(sample: Path, folder: Path, sizes: list[int]) -> bool:
    """Print the most memory for few and many files; say whether it is bounded."""
    day = sorted((folder / "day").iterdir())
    small = make_small(sample, folder / "small", SMALL)
    met = True
    print(f"\n{'files':>7}{'rows':>13}{'rows/CPU s':>12}{'peak':>10}   start-up included")
    for files, source in (*((files, day) for files in sizes), (MANY, small)):
        many = folder / f"day-{files}"
        repeated(source, many, files)
        found = run([sys.executable, __file__, "--once", "--day", str(many)])
        rate = found["rows"] / found["cpu"]
        print(
            f"{files:>7,}{found['rows']:>13,}{rate:>12,.0f}{found['peak']:>7,.0f} MB"
            f"   {'met' if found['peak'] < PEAK_MB else 'MISSED'}: below {PEAK_MB} MB",
            flush=True,
        )
        met &= found["peak"] < PEAK_MB
    return met


def main() -> int:
    """Measure; return 1 if a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--peers", action="store_true", help="install and measure the peers too")
    asked.add_argument("--files", type=int, nargs="*", default=[96, 960])
    asked.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    asked.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--day", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.way or given.once:
        work = WAYS[given.way].work if given.way else ours
        print(json.dumps(measured(lambda: work(given.day), 1 if given.once else REPEATS)))
        return 0
    sample = sample_path()
    if sample is None:
        print("no real GDELT file in TERTIUS_DATA; skipped")
        return 0
    print(machine())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = make_day(sample, folder / "day")
        size = sum(path.stat().st_size for path in paths)
        print(f"{len(paths)} zips, {SLOTS * ROWS:,} rows, {size / 1e6:.1f} MB")
        home = Path(os.environ.get("TERTIUS_BENCH_DIR", folder))
        python = peers_python(home) if given.peers else None
        if python is None:
            print("peers are skipped: --peers installs and measures them")
        on_one_core()
        with serving(folder / "day") if python else nullcontext() as port:
            met = goals(rates(folder / "day", python, port))
        met &= peaks(sample, folder, given.files)
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
