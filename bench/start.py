"""How long a user waits: `tertius --help`, and a cold `tertius brief korea-2018`.

Whole processes, started anew each time; CPU seconds of the process and its children, and
wall seconds. The medians of five runs are what to quote.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5


def timed(arguments: list[str]) -> tuple[float, float]:
    """Run the command line once; return CPU and wall seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", "from tertius.cli.main import main; main()", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def main() -> None:
    """Print medians and ranges."""
    with tempfile.TemporaryDirectory() as folder:
        page = str(Path(folder) / "korea-2018.html")
        for name, arguments in (
            ("tertius --help", ["--help"]),
            ("tertius brief korea-2018", ["brief", "korea-2018", "--output", page, "--quiet"]),
        ):
            runs = [timed(arguments) for _ in range(RUNS)]
            cpu, wall = (sorted(column) for column in zip(*runs, strict=True))
            print(
                f"{name}: CPU {statistics.median(cpu):.2f} s ({cpu[0]:.2f}–{cpu[-1]:.2f}), "
                f"wall {statistics.median(wall):.2f} s ({wall[0]:.2f}–{wall[-1]:.2f})"
            )


if __name__ == "__main__":
    main()
