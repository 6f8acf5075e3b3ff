"""Every bench in turn, each in a process of its own: `make bench`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# One core for what is compared by core; the waiting time is that of a user, with all of them.
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}

BENCHES = (
    ("ingest", ONE_CORE),
    ("panel", ONE_CORE),
    ("panel_scale", {}),
    ("growth", ONE_CORE),
    ("history", ONE_CORE),
    ("game", ONE_CORE),
    ("dynamics", ONE_CORE),
    ("start", {}),
)


def main() -> int:
    """Run the benches; return the worst exit code."""
    worst = 0
    for name, limits in BENCHES:
        print(f"\n== {name} ==", flush=True)
        script = Path(__file__).with_name(f"{name}.py")
        done = subprocess.run([sys.executable, str(script)], env=os.environ | limits, check=False)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
