"""Figures hold what the panel holds: written and read again, nothing moved.

All comparisons are exact: weights are decimals and are rounded alike on both ways.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.events.ontologies import code_table
from tertius.panels import panel, read_figures, write_figures
from tertius.panels.figures import FIGURE_FILES

FLOOR = 12


def events() -> pl.DataFrame:
    """Busy and quiet dyads, repeats, and days without rows."""
    pick = random.Random(1)
    codes = pick.sample(code_table().rows(), 9)
    pairs = [("CHN", "PRK")] * 5 + [("PRK", "CHN")] * 4 + [("USA", "PRK")] * 3
    pairs += [("KOR", "JPN"), ("CHN", "CHN"), ("USA", None)]
    drawn = []
    for _ in range(400):
        code, _, root, quad, weight = pick.choice(codes)
        day = date(2018, 1, 1) + timedelta(days=pick.choice([d for d in range(60) if d % 7]))
        drawn.append((day, *pick.choice(pairs), code, root, quad, weight))
    drawn.append((date(2018, 1, 5), "RUS", "PRK", *code_table().row(3)[:1], "01", 1, 0.0))
    schema = ["event_date", "source", "target", "code", "root", "quad", "weight"]
    return pl.DataFrame(drawn, schema=schema, orient="row").with_columns(
        scheme=pl.lit("cameo-gdelt"), weights=pl.lit("goldstein-icews")
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_figures(events(), tmp_path, floor=FLOOR, dataset="made up", citation="nobody")
    return tmp_path


@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("duplicates", ["none", "one-a-day"])
def test_figures_are_the_panel_of_the_dyads_above_the_floor(
    folder: Path, period: str, duplicates: str
) -> None:
    """Cells, calendar, totals and accounting; denominators are of all dyads."""
    whole = panel(events(), period, duplicates=duplicates)
    busy = panel(events(), "day", duplicates="none").dyads().filter(pl.col("events") >= FLOOR)
    found = read_figures(folder, period=period, duplicates=duplicates)
    assert 0 < busy.height < whole.dyads().height
    assert found.cells.equals(whole.cells.join(busy, on=["source", "target"], how="semi"))
    assert found.calendar.equals(whole.calendar)
    assert found.totals is not None
    assert whole.totals is not None
    assert found.totals.equals(whole.totals)
    assert found.accounting == whole.accounting
    assert found.identity.dyad_floor == FLOOR
    assert found.identity.start == whole.identity.start
    assert found.identity.end == whole.identity.end


def test_a_dyad_below_the_floor_is_an_error_not_a_zero(folder: Path) -> None:
    """Also in a window in which a dyad above the floor happens to be silent."""
    found = read_figures(folder)
    with pytest.raises(PanelError, match="fewer than 12 events"):
        found.series("RUS", "PRK")
    with pytest.raises(PanelError, match="fewer than 12 events"):
        found.regroup("month").series("RUS", "PRK")
    silent = found.cells.filter(pl.col("source") == "USA")["period"]
    covered = found.calendar.filter(pl.col("covered_days") == 1)["period"]
    quiet = covered.filter(~covered.is_in(silent.implode()))[0]
    assert found.between(quiet, quiet).series("USA", "PRK")["events"].to_list() == [0]


def test_equal_events_give_equal_bytes(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The order of the rows leaves no trace."""
    other = tmp_path_factory.mktemp("other")
    shuffled = events().sample(fraction=1.0, shuffle=True, seed=3)
    write_figures(shuffled, other, floor=FLOOR, dataset="made up", citation="nobody")
    for name in FIGURE_FILES:
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.parametrize("name", FIGURE_FILES)
@pytest.mark.parametrize("damage", ["missing", "flipped", "cut"])
def test_damaged_figures_are_refused(folder: Path, name: str, damage: str) -> None:
    """Whichever file it is; the message names it."""
    path = folder / name
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(bytes(content[:-9]))
    else:
        content[1 if name.endswith("json") else len(content) // 2] ^= 0x55
        path.write_bytes(bytes(content))
    with pytest.raises(PanelError) as caught:
        read_figures(folder)
    assert name in str(caught.value)


def test_figures_name_their_source(folder: Path) -> None:
    """Citation, scheme, weights and the count of dyads stand beside them."""
    document = json.loads((folder / "figures.json").read_text())
    assert (document["citation"], document["dyad_floor"], document["dyads"]) == ("nobody", 12, 4)
    assert "made up" in str(read_figures(folder).identity)


def test_bad_arguments_are_refused(folder: Path, tmp_path: Path) -> None:
    """A floor below one, a floor nobody reaches, an unknown policy or period."""
    with pytest.raises(UsageError, match="floor"):
        write_figures(events(), tmp_path, floor=0, dataset="x", citation="y")
    with pytest.raises(PanelError, match="no dyad has 10000 events"):
        write_figures(events(), tmp_path, floor=10_000, dataset="x", citation="y")
    with pytest.raises(UnknownNameError):
        read_figures(folder, duplicates="some")
    with pytest.raises(UnknownNameError):
        read_figures(folder, period="quarter")
