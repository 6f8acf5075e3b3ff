"""An ingest of many small files stays small.

Memory is the peak of a process of its own, as the kernel counts it (``VmHWM``; ``ru_maxrss``
would count the process that started it too). The margins: 500 MB is the promise, start-up
takes about 100 of them; between 40 and 400 files the peak may differ by 40 MB, less than the
rows of the 360 more files take, and allocators keep more than is in use.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

TAKE = """
import sys
from tertius import settings
for name, value in (pair.split("=") for pair in sys.argv[3:]):
    settings._BY_NAME[name] = int(value)
from tertius.events import ingest
report = ingest("gdelt", sys.argv[1], store=sys.argv[2])
status = open("/proc/self/status").read()
print(report.kept, int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""
ROWS = 1_200
START = datetime(2018, 3, 26)

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the kernel does not tell a process's peak"
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """40 and 400 files of quarters of an hour: one file under many names."""
    base = tmp_path_factory.mktemp("quarters")
    lines = []
    for number in range(ROWS):
        cells = ["0"] * 61
        cells[0], cells[1] = str(700_000_000 + number * 7919), f"201803{number % 28 + 1:02}"
        cells[5] = cells[15] = f"ACTOR {number % 97}"
        cells[7], cells[17] = ("CHN", "PRK", "USA", "")[number % 4], ("PRK", "", "KOR")[number % 3]
        cells[26], cells[59] = ("042", "190")[number % 2], "20180326044500"
        cells[60] = f"https://news.example.org/{number * 2_654_435_761 % 2**32:08x}/report"
        lines.append("\t".join(cells))
    with zipfile.ZipFile(base / "one.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.CSV", "\n".join(lines))
    found = {}
    for count in (40, 400):
        found[count] = base / str(count)
        found[count].mkdir()
        for slot in range(count):
            stamp = START + timedelta(minutes=15 * slot)
            name = f"{stamp:%Y%m%d%H%M%S}.export.CSV.zip"
            os.link(base / "one.zip", found[count] / name)
    return found


def peak(folder: Path, store: Path, **limits: int) -> int:
    """Return the most memory an ingest takes, in megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", TAKE, str(folder), str(store)]
        + [f"{name}={value}" for name, value in limits.items()],
        capture_output=True,
        text=True,
        check=True,
    )
    kept, megabytes = map(int, done.stdout.split())
    assert kept == ROWS * len(list(folder.iterdir()))
    return megabytes


def test_four_hundred_files_stay_below_the_promise(
    folders: dict[int, Path], tmp_path: Path
) -> None:
    """480,000 rows, with the limits as they are."""
    assert peak(folders[400], tmp_path / "s") < 500


def test_ten_times_the_files_take_no_more_memory(folders: dict[int, Path], tmp_path: Path) -> None:
    """With segments that are full after a tenth of the files."""
    limits = {"segment_rows_count": 40_000, "ingest_batch_bytes": 4_000_000}
    few = peak(folders[40], tmp_path / "few", **limits)
    many = peak(folders[400], tmp_path / "many", **limits)
    assert many < few + 40
