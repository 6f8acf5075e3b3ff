"""Build the figures of korea-2018 from the flat ICEWS events of January to October 2018.

    python build_figures.py icews18_events.csv.gz

The file has the columns date, source, target, source_iso3, target_iso3, cameo, label; one row
an event. What is written beside this script are counts and weight sums by directed dyad, day
and root code, no event. The same file gives the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import tertius as tt
from tertius.panels import write_figures

COLUMNS = {
    "date": "date",
    "source": "source_iso3",
    "target": "target_iso3",
    "source_name": "source",
    "target_name": "target",
    "code": "cameo",
}
CITATION = (
    "Boschee, Lautenschlager, O'Brien, Shellman, Starz, Ward (2015), ICEWS Coded Event Data, "
    "Harvard Dataverse, doi:10.7910/DVN/28075"
)


def main(argv: list[str]) -> int:
    """Build the figures from the file named on the command line."""
    if len(argv) != 2:
        sys.stderr.write(f"usage: {Path(__file__).name} icews18_events.csv.gz\n")
        return 2
    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = tt.ingest(
                "table",
                [argv[1]],
                store=folder,
                columns=COLUMNS,
                dataset="ICEWS",
                weights="goldstein-icews",
                covers=("2018-01-01", "2018-10-31"),
            )
            counts = write_figures(
                tt.open_store(folder), here, floor=30, dataset="ICEWS", citation=CITATION
            )
        except tt.TertiusError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
    sys.stdout.write(f"{report}\n")
    sys.stdout.write(", ".join(f"{count:,} {name}" for name, count in counts.items()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
