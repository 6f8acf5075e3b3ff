"""What the benches of whole processes measure: CPU seconds of all threads and children, memory."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path


def on_one_core() -> None:
    """Keep this process and those it starts to one core, where the system can do that."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def cpu_seconds() -> float:
    """Return user and system seconds of this process and of the children that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak_mb() -> float:
    """Return the most memory this process or a child of its held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.is_file():  # what `getrusage` says there includes the process that started this one
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        own = int(line.split()[1]) * 1024
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit) / 1e6


def measured(work: Callable[[], int], repeats: int) -> dict[str, float]:
    """Run some times; return rows, the least CPU seconds, and the most memory."""
    least, rows = float("inf"), 0
    for _ in range(repeats):
        start = cpu_seconds()
        rows = work()
        least = min(least, cpu_seconds() - start)
    return {"rows": rows, "cpu": least, "peak": peak_mb()}
