"""Build the figures of korea-2018 from the flat ICEWS events of January to October 2018.

    python build_figures.py icews18_events.csv.gz

The file has the columns date, source, target, source_iso3, target_iso3, cameo, label; one row
an event. What is written beside this script are counts and weight sums by directed dyad, day
and root code, no event. The same file gives the same bytes.

The file rolls a few actors up to the wrong state (the President of France to Andorra, whose
co-prince he is) or to codes that are not ISO3 (Kosovo). They are put right by the table below,
and ``figures.json`` says so. None of them touches a dyad among China, North Korea, South
Korea, Russia and the United States.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import polars as pl

import tertius as tt
from tertius.files import file_sha256
from tertius.panels import write_figures

COLUMNS = {
    "date": "date",
    "source": "source_iso3",
    "target": "target_iso3",
    "source_name": "source",
    "target_name": "target",
    "code": "cameo",
}
STATE_OF_NAME = {"Bahujan Samaj Party": "IND", "Emmanuel Macron": "FRA", "Jayalalithaa": "IND"}
STATE_OF_CODE = {"KSV": "XKX", "TMP": "TLS"}
CITATION = (
    "Boschee, Lautenschlager, O'Brien, Shellman, Starz, Ward (2015), ICEWS Coded Event Data, "
    "Harvard Dataverse, doi:10.7910/DVN/28075"
)


def corrected(path: Path) -> pl.DataFrame:
    """Read the flat file and put the roll-up of a few actors right."""
    events = pl.read_csv(path, infer_schema=False)
    return events.with_columns(
        pl.coalesce(
            pl.col(side).replace_strict(STATE_OF_NAME, default=None),
            pl.col(f"{side}_iso3").replace(STATE_OF_CODE),
        ).alias(f"{side}_iso3")
        for side in ("source", "target")
    )


def main(argv: list[str]) -> int:
    """Build the figures from the file named on the command line."""
    if len(argv) != 2 or not Path(argv[1]).is_file():
        sys.stderr.write(f"usage: {Path(__file__).name} icews18_events.csv.gz (an existing file)\n")
        return 2
    path = Path(argv[1])
    changes = {**STATE_OF_NAME, **STATE_OF_CODE}
    notes = ["put right before counting: " + ", ".join(f"{k} to {v}" for k, v in changes.items())]
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = tt.ingest(
                "table",
                [corrected(path)],
                store=folder,
                columns=COLUMNS,
                dataset="ICEWS",
                weights="goldstein-icews",
                covers=("2018-01-01", "2018-10-31"),
            )
            counts = write_figures(
                tt.open_store(folder),
                Path(__file__).resolve().parent,
                floor=30,
                dataset="ICEWS",
                citation=CITATION,
                inputs=[(path.name, file_sha256(path))],
                notes=notes,
            )
        except tt.TertiusError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
    sys.stdout.write(f"{report}\n")
    sys.stdout.write(", ".join(f"{count:,} {name}" for name, count in counts.items()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
