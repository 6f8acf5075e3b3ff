"""Two publishers of one world: ICEWS's weeks of 2018 beside GDELT's, and GDELT's missing days.

References: correlations printed with the research data, of weekly sums by undirected dyad,
January to October 2018. They are given to two digits; a tenth of the least of them is allowed
for the choice of the weeks at both edges (TOLERANCE). Days are counted exactly.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tertius.events.ontologies import code_table
from tertius.panels import panel

TOLERANCE = 0.02

pytestmark = pytest.mark.realdata

# Dyad -> correlation of GDELT's weekly score with ICEWS's weight sum, and with its count.
FIGURES = {
    ("PRK", "USA"): (0.86, 0.89),
    ("PRK", "RUS"): (0.77, 0.82),
    ("KOR", "PRK"): (0.76, 0.74),
    ("CHN", "PRK"): (0.67, 0.70),
    ("CHN", "USA"): (0.52, 0.56),
    ("JPN", "PRK"): (0.50, 0.63),
}


@pytest.fixture(scope="module")
def scores(data: Path) -> pl.DataFrame:
    return pl.read_parquet(data / "gdelt" / "gdelt2_dyad_day_2018_2024.parquet")


@pytest.fixture(scope="module")
def weeks(data: Path) -> pl.DataFrame:
    """Cells of a weekly panel of ICEWS18, every row counted."""
    codes = code_table("cameo-gdelt", "goldstein-icews").drop("name")
    rows = pl.read_csv(data / "icews" / "icews18_events.csv.gz", infer_schema=False).select(
        event_date=pl.col("date").str.to_date(),
        source=pl.col("source_iso3").replace("", None),
        target=pl.col("target_iso3").replace("", None),
        code="cameo",
    )
    return panel(rows.join(codes, on="code"), period="week", duplicates="none").cells


@pytest.mark.parametrize("dyad", FIGURES, ids="-".join)
def test_the_publishers_agree_on_weeks_and_best_on_busy_dyads(
    scores: pl.DataFrame, weeks: pl.DataFrame, dyad: tuple[str, str]
) -> None:
    """A plain count agrees about as well as a weight sum: the sum is mostly volume."""
    between = pl.col("source").is_in(dyad) & pl.col("target").is_in(dyad)
    ours = weeks.filter(between).group_by("period").agg(pl.col("weight_sum", "events").sum())
    pair = pl.col("a").cast(pl.String).is_in(dyad) & pl.col("b").cast(pl.String).is_in(dyad)
    theirs = (
        scores.filter(pair, pl.col("date") <= date(2018, 10, 31))
        .group_by(period=pl.col("date").dt.truncate("1w"))
        .agg(pl.col("score").cast(pl.Float64).sum())
    )
    both = ours.join(theirs, on="period", how="full", coalesce=True).fill_null(0)
    found = [np.corrcoef(both[name], both["score"])[0, 1] for name in ("weight_sum", "events")]
    assert both.height == 44
    assert found == pytest.approx(FIGURES[dyad], abs=TOLERANCE)


def test_a_derived_series_of_gdelt_lacks_days(scores: pl.DataFrame) -> None:
    """96 of 2,245 days are absent, 68 of them in 2023: without coverage they read as peace."""
    present = set(scores["date"].unique().to_list())
    first, last = min(present), max(present)
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    absent = Counter(day.year for day in days if day not in present)
    assert (len(days), first, last) == (2245, date(2018, 1, 1), date(2024, 2, 23))
    assert absent == {2019: 3, 2020: 11, 2021: 1, 2022: 13, 2023: 68}
