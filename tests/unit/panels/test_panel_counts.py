"""The panel against a count in plain Python, on three engines.

The reference walks the rows one by one with dictionaries. Counts agree exactly; sums of
weights, which are decimals, to 1e-9.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tertius.errors import PanelError, UnknownNameError
from tertius.events import ingest, open_store
from tertius.events.ontologies import code_table
from tertius.panels import MEASURES, Panel, panel, with_measures
from tertius.panels.calendars import period_start
from tertius.panels.schemas import CALENDAR_SCHEMA, CELL_SCHEMA, QUADS, ROOTS, TOTAL_SCHEMA

STATES = ["CHN", "PRK", "USA", "KOR", "RUS", None]
START = date(2018, 1, 1)


def some_events(seed: int, rows: int = 600, mentions: bool = True) -> pl.DataFrame:
    """Rows with many repeats, unknown sides, domestic rows and days without any."""
    pick = random.Random(seed)
    table = code_table().rows()
    codes = pick.sample([row for row in table if row[4] is not None], 12)
    codes += [row for row in table if row[0] == "1951"]  # no weight in the ICEWS table
    days = [START + timedelta(days=day) for day in range(100) if day % 9]
    drawn = []
    for _ in range(rows):
        code, _, root, quad, weight = pick.choice(codes)
        mentioned = pick.choice([None, 1, 5]) if mentions else None
        sides = pick.choice(STATES), pick.choice(STATES)
        drawn.append((pick.choice(days), *sides, code, root, quad, weight, mentioned))
    schema = {
        "event_date": pl.Date,
        **dict.fromkeys(("source", "target", "code", "root"), pl.String),
        "quad": pl.Int8,
        "weight": pl.Float64,
        "mentions": pl.Int64,
    }
    return pl.DataFrame(drawn, schema=schema, orient="row")


def count_by_hand(events: pl.DataFrame, period: str, duplicates: str) -> dict[tuple, dict]:
    """Cells by (period, source, target)."""
    best: dict[tuple, tuple] = {}
    for at, row in enumerate(events.iter_rows()):
        day, source, target, code, *rest = row
        if source is None or target is None or source == target:
            continue
        key = (day, source, target, code) if duplicates == "one-a-day" else (at,)
        if key not in best or (rest[3] or 0) > (best[key][1][3] or 0):
            best[key] = ((period_start(day, period), source, target), rest)
    cells: dict[tuple, dict] = defaultdict(lambda: defaultdict(float))
    for key, (root, quad, weight, mentions) in best.values():
        cell = cells[key]
        cell["events"] += 1
        cell[f"root_{root}"] += 1
        cell[f"quad_{quad}"] += 1
        cell["weight_sum"] += weight or 0.0
        cell["weight_sum_squares"] += (weight or 0.0) ** 2
        cell["mentions"] += mentions or 0
        cell["mentioned"] += mentions is not None
    for key, cell in cells.items():
        cell["source_total"] = sum(
            other["events"] for at, other in cells.items() if at[0] == key[0] and at[1] == key[1]
        )
        cell["target_total"] = sum(
            other["events"] for at, other in cells.items() if at[0] == key[0] and at[2] == key[2]
        )
        cell["world_total"] = sum(other["events"] for at, other in cells.items() if at[0] == key[0])
    return cells


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
@pytest.mark.parametrize("duplicates", ["none", "one-a-day"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_cell_agrees_with_the_count_by_hand(seed: int, period: str, duplicates: str) -> None:
    """All columns of all cells, and not a cell more."""
    events = some_events(seed)
    found = panel(events, period, duplicates=duplicates)
    expected = count_by_hand(events, period, duplicates)
    assert dict(found.cells.schema) == CELL_SCHEMA
    assert found.cells.equals(found.cells.sort("period", "source", "target"))
    assert found.cells.height == len(expected)
    exact = ("events", *ROOTS, *QUADS, "source_total", "target_total", "world_total")
    for row in found.cells.iter_rows(named=True):
        cell = expected[row["period"], row["source"], row["target"]]
        assert {name: row[name] for name in exact} == {name: cell[name] for name in exact}
        assert row["weight_sum"] == pytest.approx(cell["weight_sum"], abs=1e-9)
        assert row["weight_sum_squares"] == pytest.approx(cell["weight_sum_squares"], abs=1e-9)
        assert row["mentions"] == (cell["mentions"] if cell["mentioned"] else None)


@pytest.mark.parametrize("duplicates", ["none", "one-a-day"])
@pytest.mark.parametrize("engine", ["lazy", "pandas", "pyarrow", "duckdb"])
def test_every_engine_gives_the_same_panel(engine: str, duplicates: str) -> None:
    """One expression: the digests agree, so every number does to the last bit."""
    events = some_events(3)
    native = {
        "lazy": events.lazy,
        "pandas": events.to_pandas,
        "pyarrow": events.to_arrow,
        "duckdb": lambda: duckdb.from_arrow(events.to_arrow()),
    }[engine]()
    ours = panel(events, "week", duplicates=duplicates)
    theirs = panel(native, "week", duplicates=duplicates)
    assert theirs.cells.equals(ours.cells)
    assert theirs.calendar.equals(ours.calendar)
    assert theirs.identity.digest == ours.identity.digest


def test_the_order_of_rows_leaves_no_trace() -> None:
    """Shuffled rows give the same digest, under both policies."""
    events = some_events(4)
    shuffled = events.sample(fraction=1.0, shuffle=True, seed=1)
    for duplicates in ("none", "one-a-day"):
        pair = [panel(frame, "day", duplicates=duplicates) for frame in (events, shuffled)]
        assert pair[0] == pair[1]
        assert pair[0].identity.digest == pair[1].identity.digest


def test_one_event_more_changes_the_digest() -> None:
    """The digest is the identity of the numbers."""
    events = some_events(5)
    more = pl.concat([events, events.filter(pl.col("source") == "CHN", pl.col("target") == "PRK")])
    assert panel(events, duplicates="none") != panel(more, duplicates="none")
    assert panel(events) == panel(more)  # the added rows are repeats


def test_accounting_adds_up_to_all_rows() -> None:
    """Every row is counted or left out by one named rule."""
    events = some_events(6)
    window = ("2018-01-10", "2018-02-20")
    found = dict(panel(events, window=window).accounting)
    assert found["rows"] == events.height
    assert found["rows"] == sum(count for name, count in found.items() if name != "rows")
    inside = events.filter(pl.col("event_date").is_between(date(2018, 1, 10), date(2018, 2, 20)))
    unknown = inside.filter(pl.col("source").is_null() | pl.col("target").is_null()).height
    domestic = inside.filter(pl.col("source") == pl.col("target")).height
    assert (found["a side unknown"], found["within one state"]) == (unknown, domestic)
    assert found["on days left out"] == events.height - inside.height


def by_day(**options: object) -> Panel:
    return panel(some_events(7), "day", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("period", ["week", "month", "year"])
def test_regrouping_days_is_exact(period: str) -> None:
    """Sums, denominators, calendar and digest equal those of the panel made directly."""
    direct, regrouped = panel(some_events(7), period), by_day().regroup(period)
    assert regrouped.cells.equals(direct.cells)
    assert regrouped == direct


def test_regrouping_a_selection_keeps_the_denominators_of_the_whole() -> None:
    """A quiet day of the dyad still counts in the source's total of the week."""
    whole, part = by_day().regroup("week"), by_day(dyads=[("CHN", "PRK")]).regroup("week")
    expected = whole.cells.filter(pl.col("source") == "CHN", pl.col("target") == "PRK")
    assert part.cells.equals(expected)
    assert part.calendar.equals(whole.calendar)


def test_the_calendar_sums_the_world() -> None:
    """Every period is there, with the sums over all its cells and the days covered."""
    found = by_day()
    assert dict(found.calendar.schema) == CALENDAR_SCHEMA
    assert found.totals is not None
    assert dict(found.totals.schema) == TOTAL_SCHEMA
    world = found.cells.group_by("period").agg(pl.col("events", *ROOTS, *QUADS).sum())
    joined = found.calendar.join(world, on="period", how="left", suffix="_cells")
    assert found.calendar.height == (found.identity.end - found.identity.start).days + 1
    for name in ("events", *ROOTS, *QUADS):
        assert (joined[name] == joined[f"{name}_cells"].fill_null(0)).all()
    assert found.calendar.filter(pl.col("covered_days") == 0)["events"].sum() == 0


def test_series_is_zero_where_covered_and_null_where_not() -> None:
    """A day without any row was not seen; a day without the dyad's is a zero."""
    events = some_events(8)
    found = panel(events, "day").series("CHN", "PRK", "events", "conflict", "source_total")
    seen = set(events["event_date"])
    cells = {
        (row["period"]): row
        for row in panel(events, "day").cells.iter_rows(named=True)
        if (row["source"], row["target"]) == ("CHN", "PRK")
    }
    assert found.height == 98  # 2 January (day 0 has no rows) to 9 April (nor has day 99)
    for row in found.iter_rows(named=True):
        cell = cells.get(row["period"])
        if row["period"] not in seen:
            assert (row["events"], row["conflict"], row["source_total"]) == (None, None, None)
        elif cell is None:
            assert (row["events"], row["conflict"]) == (0, 0)
        else:
            assert row["events"] == cell["events"]
            assert row["conflict"] == cell["quad_3"] + cell["quad_4"]
            assert row["source_total"] == cell["source_total"]


def test_the_source_total_of_a_quiet_dyad_is_still_the_sources() -> None:
    """Denominators do not vanish with the numerator."""
    found = by_day()
    series = found.series("CHN", "PRK", "source_total", "target_total", "world_total")
    of_china = (
        found.cells.filter(pl.col("source") == "CHN")
        .group_by("period")
        .agg(pl.col("source_total").first())
    )
    expected = series.select("period").join(of_china, on="period", how="left")["source_total"]
    covered = series["source_total"].is_not_null()
    assert (
        series["source_total"]
        .filter(covered)
        .equals(expected.fill_null(0).filter(covered), check_names=False)
    )


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_between_keeps_whole_periods_and_equals_a_windowed_panel_by_day(period: str) -> None:
    """By day the same as asking for the window; coarser, only whole periods stay."""
    cut = by_day().regroup(period).between(date(2018, 1, 15), date(2018, 2, 28))
    starts = cut.calendar["period"].to_list()
    assert {"day": date(2018, 1, 15), "week": date(2018, 1, 15), "month": date(2018, 2, 1)}[
        period
    ] == starts[0]
    if period == "day":
        asked = panel(some_events(7), "day", window=("2018-01-15", "2018-02-28"))
        assert cut.cells.equals(asked.cells)
        assert cut.identity.digest == asked.identity.digest


def test_between_keeps_a_cut_period_at_the_panels_own_edge() -> None:
    """The last month of a panel that ends within it is as whole as the panel has it."""
    monthly = by_day().regroup("month")
    end = monthly.identity.end
    assert end == date(2018, 4, 9)
    assert monthly.between(date(2018, 3, 1), end).calendar["period"].to_list() == [
        date(2018, 3, 1),
        date(2018, 4, 1),
    ]
    assert monthly.between(date(2018, 3, 1), date(2018, 4, 8)).calendar.height == 1
    with pytest.raises(PanelError, match="no covered month"):
        monthly.between(date(2018, 3, 2), date(2018, 3, 30))


def test_an_unselected_dyad_is_an_error_and_a_selected_empty_one_is_zero() -> None:
    """Never a false zero; also after cutting and regrouping."""
    chosen = by_day(dyads=[("CHN", "PRK"), ("CHN", "JPN")])
    for found in (
        chosen,
        chosen.regroup("week"),
        chosen.between(date(2018, 1, 5), date(2018, 2, 1)),
    ):
        assert found.series("CHN", "JPN")["events"].drop_nulls().sum() == 0
        with pytest.raises(PanelError, match="not selected"):
            found.series("CHN", "USA")


def test_a_column_nobody_knows_is_named() -> None:
    """With the columns and measures there are."""
    with pytest.raises(UnknownNameError, match='unknown column "evnets"'):
        by_day().series("CHN", "PRK", "evnets")


def test_a_week_cannot_become_a_month() -> None:
    """The split days are gone; that is said, not approximated."""
    with pytest.raises(ValueError, match="cannot be regrouped"):
        by_day().regroup("week").regroup("month")
    assert by_day().regroup("month").regroup("year") == by_day().regroup("year")


def test_events_of_two_schemes_are_not_added() -> None:
    """A quad class belongs to its scheme."""
    events = some_events(9).with_columns(
        scheme=pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then(pl.lit("phoenix"))
        .otherwise(pl.lit("cameo-gdelt"))
    )
    with pytest.raises(PanelError, match="several quad class schemes"):
        panel(events)


def test_the_policy_is_printed_in_every_output() -> None:
    """In the repr, the HTML and the identity."""
    for duplicates in ("none", "one-a-day"):
        found = by_day(duplicates=duplicates)
        for text in (repr(found), found._repr_html_(), str(found.identity)):
            assert f"duplicates: {duplicates}" in text


def test_a_panel_is_a_table_for_others() -> None:
    """Polars, pandas and the Arrow interface see the cells."""
    found = by_day()
    assert found.to_polars().equals(found.cells)
    assert len(found.to_pandas()) == found.cells.height
    assert pl.DataFrame(found).equals(found.cells)


def test_mentions_are_null_where_none_are_counted() -> None:
    """A source that counts no mentions gives no zeros."""
    found = panel(some_events(10, mentions=False), "month")
    assert found.cells["mentions"].null_count() == found.cells.height


def test_rows_on_days_not_declared_covered_are_left_out_and_counted(tmp_path: Path) -> None:
    """A row outside the declared days is no evidence of a day seen; weeks show their coverage."""
    raw = tmp_path / "e.csv"
    raw.write_text(
        "d,a,b,c\n2018-01-01,CHN,PRK,010\n2018-01-09,CHN,PRK,010\n2018-02-20,CHN,PRK,010\n"
    )
    columns = {"date": "d", "source": "a", "target": "b", "code": "c"}
    covers = ("2018-01-01", "2018-01-10")
    ingest("table", raw, store=tmp_path / "s", columns=columns, covers=covers)
    weekly = panel(open_store(tmp_path / "s"), "week")
    assert dict(weekly.accounting)["on days left out"] == 1
    assert weekly.calendar.select("period", "days", "covered_days", "coverage").rows() == [
        (date(2018, 1, 1), 7, 7, 1.0),
        (date(2018, 1, 8), 7, 3, 3 / 7),
    ]
    assert weekly.cells["coverage"].to_list() == [1.0, 3 / 7]
    assert (weekly.identity.end, weekly.identity.coverage) == (date(2018, 1, 10), "manifest")


def test_not_a_number_is_no_weight() -> None:
    """A frame's NaN counts as missing, not as a sum that spoils its neighbours."""
    events = some_events(12)
    spoiled = events.with_columns(weight=pl.col("weight").fill_null(float("nan")))
    assert panel(spoiled).cells.equals(panel(events).cells)


@pytest.mark.parametrize("period", ["day", "month"])
def test_a_series_gives_each_column_alone_as_with_all_others(period: str) -> None:
    """Every column and measure: asked for alone, with all, and as the cells have it."""
    found = by_day().regroup(period)
    names = [name for name in (*CELL_SCHEMA, *MEASURES) if name not in ("source", "target")]
    names = list(dict.fromkeys(names[1:]))
    together = found.series("CHN", "PRK", *names)
    of_dyad = found.cells.filter(pl.col("source") == "CHN", pl.col("target") == "PRK")
    days = found.calendar.select("period", "days")
    measured = with_measures(of_dyad.join(days, on="period"), *MEASURES)
    at_cells = together.join(of_dyad.select("period"), on="period", how="semi")
    for name in names:
        assert found.series("CHN", "PRK", name).equals(together.select("period", name)), name
        assert at_cells[name].to_list() == pytest.approx(measured[name].to_list(), nan_ok=True)


def test_a_window_wider_than_the_panel_changes_nothing() -> None:
    """Also where some days are not covered."""
    found = by_day()
    assert found.between(date(1990, 1, 1), date(2030, 1, 1)) == found
    weekly = found.regroup("week")
    assert weekly.between(date(1990, 1, 1), date(2030, 1, 1)).calendar.equals(weekly.calendar)
