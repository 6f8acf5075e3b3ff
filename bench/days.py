"""Days of GDELT files made of one real file, for the benches; nothing of it is kept.

A day of GDELT 2.0 is 96 zips of 1,540 rows and 61 columns. Rows are resampled report by report,
as one report gives several rows: each drawn report gets an address and a tone of its own, so
that distinct addresses are as frequent as in the real file (339 of 1,540 rows), and rows keep
their order there. Event ids and stamps are new. Actors, places and codes are those of one
quarter of an hour, so the values of a column are fewer than on a real day.
"""

from __future__ import annotations

import argparse
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

SLOTS, ROWS = 96, 1_540
FIRST = datetime(2018, 3, 26)
SEED = 20180326
_SAMPLE = Path("gdelt") / "20180326044500.export.CSV.zip"
_TONE, _ADDED, _URL = 34, 59, 60
# What GDELT 2.0 has and 1.0 has not.
_ADM2 = (39, 47, 55)


@dataclass(frozen=True)
class Row:
    """A row of the real file: its place there, and what is not made anew."""

    place: int
    front: tuple[bytes, ...]
    back: tuple[bytes, ...]
    tone: bytes
    url: bytes


def sample_path() -> Path | None:
    """Return where the real file lies: in `TERTIUS_DATA` or beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("TERTIUS_DATA", beside)) / _SAMPLE
    return path if path.is_file() else None


def reports_of(path: Path) -> list[list[Row]]:
    """Return the rows of the real file, those of one report together."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(archive.namelist()[0])
    reports: dict[bytes, list[Row]] = {}
    for place, line in enumerate(text.rstrip(b"\n").split(b"\n")):
        cells = line.split(b"\t")
        row = Row(
            place,
            tuple(cells[1:_TONE]),
            tuple(cells[_TONE + 1 : _ADDED]),
            cells[_TONE],
            cells[_URL],
        )
        reports.setdefault(row.url, []).append(row)
    return list(reports.values())


def _digits(draw: np.random.Generator, tone: bytes) -> bytes:
    """Give a tone other digits, as many, from the second after its point on."""
    at = tone.find(b".") + 2
    if at < 2 or len(tone) == at:
        return tone
    return tone[:at] + bytes(draw.integers(48, 58, len(tone) - at - 1).tolist()) + b"7"


def _drawn(
    reports: list[list[Row]], draw: np.random.Generator, serial: int
) -> list[tuple[Row, bytes, bytes]]:
    """Draw reports until there are rows enough; return rows with their tone and address.

    Rows keep the order of the real file. What is drawn again comes after all that was drawn
    once: next to each other, copies would pack better than real rows do.
    """
    rows: list[tuple[int, Row, bytes, bytes]] = []
    times = [0] * len(reports)
    while len(rows) < ROWS:
        which = int(draw.integers(len(reports)))
        report, times[which] = reports[which], times[which] + 1
        tone = _digits(draw, report[0].tone)
        # As long as the real one, and no other report's: an odd factor takes no mark twice.
        mark = b"%06x" % (serial * 2_654_435_761 % 16**6)
        serial += 1
        rows += [(times[which], row, tone, row.url[:-6] + mark) for row in report]
    rows = sorted(rows[:ROWS], key=lambda each: (each[0], each[1].place))
    return [(row, tone, url) for _, row, tone, url in rows]


def slots(reports: list[list[Row]]) -> Iterator[tuple[datetime, list[list[bytes]]]]:
    """Yield each quarter of an hour of the day and its rows of 61 cells."""
    draw = np.random.default_rng(SEED)
    for slot in range(SLOTS):
        at = FIRST + timedelta(minutes=15 * slot)
        stamp = at.strftime("%Y%m%d%H%M%S").encode()
        rows = [
            [b"%d" % (742_000_000 + slot * ROWS + n), *row.front, tone, *row.back, stamp, url]
            for n, (row, tone, url) in enumerate(_drawn(reports, draw, slot * ROWS))
        ]
        yield at, rows


def _zipped(path: Path, rows: list[list[bytes]]) -> None:
    text = b"".join(b"\t".join(row) + b"\n" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(path.name.removesuffix(".zip"), text)


def make_day(sample: Path, folder: Path) -> list[Path]:
    """Write 96 zips of GDELT 2.0; return their paths in order of time."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for at, rows in slots(reports_of(sample)):
        paths.append(folder / f"{at:%Y%m%d%H%M%S}.export.CSV.zip")
        _zipped(paths[-1], rows)
    return paths


def make_daily(sample: Path, folder: Path) -> list[Path]:
    """Write the same rows as one daily zip of GDELT 1.0, of 58 columns; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    day = FIRST.strftime("%Y%m%d")
    whole = []
    for _, rows in slots(reports_of(sample)):
        for row in rows:
            row[_ADDED] = day.encode()
            whole.append([cell for at, cell in enumerate(row) if at not in _ADM2])
    path = folder / f"{day}.export.CSV.zip"
    _zipped(path, whole)
    return [path]


def make_small(sample: Path, folder: Path, rows: int) -> list[Path]:
    """Write the first rows of the real file as a zip of their own; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(sample) as archive:
        text = archive.read(archive.namelist()[0])
    path = folder / f"{FIRST:%Y%m%d%H%M%S}.export.CSV.zip"
    _zipped(path, [line.split(b"\t") for line in text.split(b"\n")[:rows]])
    return [path]


def repeated(day: list[Path], folder: Path, files: int) -> list[Path]:
    """Give the files of a day to following days as well, by hard links with other stamps."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(files):
        at = FIRST + timedelta(minutes=15 * number)
        paths.append(folder / f"{at:%Y%m%d%H%M%S}.export.CSV.zip")
        os.link(day[number % len(day)], paths[-1])
    return paths


def unpacked(day: list[Path], folder: Path) -> list[Path]:
    """Unpack the files of a day, for tools that read no zip."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for path in day:
        with zipfile.ZipFile(path) as archive:
            name = archive.namelist()[0]
            paths.append(folder / path.name.removesuffix(".zip"))
            paths[-1].write_bytes(archive.read(name))
    return paths


def main() -> int:
    """Write a day to a folder, to look at it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    folder = asked.parse_args().folder
    sample = sample_path()
    if sample is None:
        print(f"no {_SAMPLE} in TERTIUS_DATA", file=sys.stderr)
        return 2
    day = make_day(sample, folder)
    raw = sum(sum(each.file_size for each in zipfile.ZipFile(path).infolist()) for path in day)
    packed = sum(path.stat().st_size for path in day)
    print(
        f"{len(day)} files, {len(day) * ROWS:,} rows, {raw / 1e6:.1f} MB, zipped {packed / 1e6:.1f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
