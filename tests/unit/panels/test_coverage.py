"""Coverage of a panel: fractions of days from the time files declare, and what is missing.

Shares of days are compared within 1e-12: they are sums of quarters of an hour over days.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import UsageError
from tertius.events import EventStore, ingest, open_store
from tertius.events.reports import FileReport
from tertius.events.schemas import EVENT_SCHEMA
from tertius.events.store.entries import Entry, Expected, Segment
from tertius.events.store.writers import writing
from tertius.panels import panel, read_figures, with_measures, write_figures
from tertius.panels.frames import Panel, seal

EXACT = 1e-12
START = date(2018, 3, 26)  # a Monday


def stamp(day: date, quarter: int = 0) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=15 * quarter)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def events_of(key: str, day: date, rows: int = 2) -> pl.DataFrame:
    made = {
        "event_date": [day] * rows,
        "source": ["CHN"] * rows,
        "target": ["PRK", "USA", "KOR", "JPN", "RUS"][:rows],
        "code": ["042"] * rows,
        "root": ["04"] * rows,
        "quad": [1] * rows,
        "weight": [1.9] * rows,
        "scheme": ["cameo-gdelt"] * rows,
        "weights": ["goldstein-gdelt"] * rows,
        "file_id": [key] * rows,
        "row_no": list(range(rows)),
    }
    columns = {name: made.get(name, [None] * rows) for name in EVENT_SCHEMA}
    return pl.DataFrame(columns, schema=EVENT_SCHEMA)


def entry(key: str, feed: str, span: tuple[str, str], segments: tuple[Segment, ...]) -> Entry:
    report = FileReport(
        name=key, file_id=key, sha256=key, dataset="made", lines=2, kept=2, rejected=0, filtered=0,
        reasons=(), errata=(), already_present=False, unknown_names=0, unknown_mentions=0,
        top_unknown=(), first_day="2018-03-26", last_day="2018-03-26", notes=(),
    )  # fmt: skip
    return Entry(
        report=report, source="gdelt", content=(key,), options={}, scheme="cameo-gdelt",
        weights="goldstein-gdelt", feed=feed, span=span, days=(), segments=segments, rejected=(),
        links=(),
    )  # fmt: skip


Quarters = dict[date, set[int]]


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., EventStore]:
    """A store of one file a held quarter of an hour, by feed; the rest was promised."""

    def make(
        held: dict[str, Quarters], promised: dict[str, Quarters] | None = None, name: str = "s"
    ) -> EventStore:
        with writing(tmp_path / name) as writer:
            for feed, days in held.items():
                entries = []
                for day, quarters in days.items():
                    segment = writer.write("segments", events_of(f"{feed}-{day}", day))
                    for quarter in sorted(quarters):
                        key = f"{feed}-{day}-{quarter}"
                        span = (stamp(day, quarter), stamp(day, quarter + 1))
                        rows = (segment,) if quarter == min(quarters) else ()
                        entries.append(entry(key, feed, span, rows))
                writer.add(entries)
            for feed, days in (promised or {}).items():
                writer.expect(
                    [
                        Expected(
                            feed, f"{day:%Y%m%d}-{quarter:02}.zip", "http://localhost/", 1, "",
                            (stamp(day, quarter), stamp(day, quarter + 1)), "missing",
                            "404 Not Found",
                        )
                        for day, quarters in days.items()
                        for quarter in sorted(quarters)
                    ]
                )  # fmt: skip
        return open_store(tmp_path / name)

    return make


def whole(*days: int) -> Quarters:
    return {START + timedelta(day): set(range(96)) for day in days}


def days(found: Panel) -> list[float]:
    return found.calendar["coverage"].to_list()


def test_a_day_is_covered_by_the_share_of_its_time(make_store: Callable[..., EventStore]) -> None:
    """24 of 96 quarters are a quarter of the day, and a day without any is none of it."""
    held = {"gdelt2": {**whole(0), START + timedelta(1): set(range(24)), **whole(3)}}
    found = panel(make_store(held), "day")
    assert days(found) == pytest.approx([1, 0.25, 0, 1], abs=EXACT)
    assert found.calendar["covered_days"].to_list() == [1, 1, 0, 1]
    assert dict(found.cells.select("period", "coverage").unique().rows()) == pytest.approx(
        {START: 1, START + timedelta(1): 0.25, START + timedelta(3): 1}, abs=EXACT
    )
    assert (found.identity.days, found.identity.holes) == (4, 2)
    assert found.identity.coverage == "manifest"


def test_a_period_has_the_mean_of_its_days(make_store: Callable[..., EventStore]) -> None:
    """Of a week, a month and a year, however one gets there; covered days are those with any."""
    held = {"gdelt2": {**whole(0), START + timedelta(1): set(range(48)), **whole(3, 4, 5, 6, 7)}}
    store = make_store(held)
    week = panel(store, "week")
    assert days(week) == pytest.approx([5.5 / 7, 1 / 7], abs=EXACT)
    assert week.calendar["covered_days"].to_list() == [6, 1]
    daily = panel(store, "day")
    assert daily.regroup("week").identity == week.identity
    month = panel(store, "month")
    assert days(month) == pytest.approx([4.5 / 31, 2 / 30], abs=EXACT)
    for found in (month.regroup("year"), daily.regroup("year"), panel(store, "year")):
        assert days(found) == pytest.approx([6.5 / 365], abs=EXACT)
    assert month.regroup("year").identity == panel(store, "year").identity


def test_feeds_count_alike_from_their_first_to_their_last_day(
    make_store: Callable[..., EventStore],
) -> None:
    """A feed that is not there yet, or no longer, takes nothing away; a hole in one does."""
    held = {
        "gdelt1": whole(0, 1, 2),
        "gdelt2": {**whole(2), **whole(4)},
        "gdelt2-mentions": whole(8),
    }
    found = panel(make_store(held), "day")
    assert days(found) == pytest.approx([1, 1, 1, 0, 1], abs=EXACT)
    both = {"gdelt2": whole(0, 1, 2), "gdelt2-translation": whole(0, 2)}
    assert days(panel(make_store(both, name="t"), "day")) == pytest.approx([1, 0.5, 1], abs=EXACT)


def test_promised_days_at_the_ends_are_holes_and_not_the_end(
    make_store: Callable[..., EventStore],
) -> None:
    """The window spans what was promised; first and last covered day are still told."""
    found = panel(make_store({"gdelt2": whole(1, 2)}, {"gdelt2": whole(0, 3)}), "day")
    assert days(found) == [0, 1, 1, 0]
    assert (found.identity.start, found.identity.end) == (
        START + timedelta(1), START + timedelta(2),
    )  # fmt: skip
    assert (found.identity.days, found.identity.holes) == (4, 2)


def test_holes_name_what_is_missing_and_why(make_store: Callable[..., EventStore]) -> None:
    """Counted all, named up to ten, each reason with its number."""
    held = {"gdelt2": {**whole(0, 2, 3, 4, 5, 6), START + timedelta(1): set(range(12, 96))}}
    promised = {"gdelt2": {START + timedelta(1): set(range(12))}}
    store = make_store(held, promised)
    (hole,) = panel(store, "week").holes().rows(named=True)
    assert (hole["period"], hole["days"], hole["missing"]) == (START, 1, 12)
    assert hole["coverage"] == pytest.approx((6 + 84 / 96) / 7, abs=EXACT)
    assert hole["files"].split(", ") == [f"20180327-{quarter:02}.zip" for quarter in range(10)]
    assert hole["reasons"] == "404 Not Found (12)"
    (hole,) = panel(store, "day").holes().rows(named=True)
    assert (hole["period"], hole["days"], hole["missing"]) == (START + timedelta(1), 1, 12)
    assert not panel(store, "day", window=(START, START)).holes().height


def test_a_period_the_panel_begins_or_ends_in_says_so(
    make_store: Callable[..., EventStore],
) -> None:
    """Its days outside are no holes, but it is not covered as a whole."""
    found = panel(make_store({"gdelt2": whole(2, 3, 4, 5, 6, 7)}), "week")
    assert found.identity.holes == 0
    assert found.holes().select("days", "missing", "files", "reasons").rows() == [
        (0, 0, None, "the panel begins or ends within it"),
        (0, 0, None, "the panel begins or ends within it"),
    ]


def test_an_outage_that_was_published_is_a_reason(make_store: Callable[..., EventStore]) -> None:
    """No index promised what GDELT never made; the table of changes knows."""
    day = date(2023, 3, 23)
    held = {day - timedelta(1): set(range(96)), day: set(range(96)) - set(range(52, 59))}
    (hole,) = panel(make_store({"gdelt2": held}), "day").holes().rows(named=True)
    assert hole["missing"] == 0
    assert hole["reasons"].startswith("2023-03-23: GDELT published nothing from 13:00")


def test_holes_are_said_wherever_the_identity_is(make_store: Callable[..., EventStore]) -> None:
    """In words, in HTML and in the notes; without holes not a word."""
    store = make_store({"gdelt2": whole(0, 2)}, {"gdelt2": {START + timedelta(1): {0, 1, 2, 3}}})
    found = panel(store, "day")
    assert "coverage: manifest, 1 of 3 days has holes" in str(found.identity)
    assert "1 of 3 days has holes" in repr(found)
    assert "1 of 3 days has holes" in found._repr_html_()
    assert found.notes() == (
        "1 of 3 days has holes in coverage; 4 promised files are missing: 20180327-00.zip, "
        "20180327-01.zip, 20180327-02.zip, …",
    )
    sound = panel(store, "day", window=(START, START))
    assert "hole" not in str(sound.identity) + repr(sound) + sound._repr_html_()
    assert sound.notes() == ()


def test_part_of_a_panel_has_the_holes_of_its_part(make_store: Callable[..., EventStore]) -> None:
    """Days, holes and missing files follow `between` and `regroup`."""
    store = make_store(
        {"gdelt2": whole(0, 2, 4)},
        {"gdelt2": {START + timedelta(1): {5}, START + timedelta(3): {6}}},
    )
    part = panel(store, "day").between(START + timedelta(2), START + timedelta(4))
    assert (part.identity.days, part.identity.holes) == (3, 1)
    assert part.holes()["files"].to_list() == ["20180329-06.zip"]
    weekly = panel(store, "day").regroup("week")
    assert (weekly.identity.days, weekly.identity.holes) == (5, 2)
    assert weekly.holes()["missing"].to_list() == [2]
    assert part == panel(store, "day", window=(START + timedelta(2), START + timedelta(4)))


def test_counts_are_never_scaled_in_silence(make_store: Callable[..., EventStore]) -> None:
    """Events stay as counted; the measure that divides by coverage is asked for by name."""
    store = make_store({"gdelt2": {**whole(0), START + timedelta(1): set(range(24))}})
    found = panel(store, "day").series("CHN", "PRK", "events", "coverage", "events_per_covered_day")
    assert found["events"].to_list() == [1, 1]
    assert found["coverage"].to_list() == pytest.approx([1, 0.25], abs=EXACT)
    assert found["events_per_covered_day"].to_list() == pytest.approx([1, 4], abs=EXACT)
    week = panel(store, "week").series("CHN", "PRK", "events_per_covered_day")
    assert week["events_per_covered_day"].to_list() == pytest.approx([2 / 1.25], abs=EXACT)


def test_nothing_is_per_covered_day_where_none_is(make_store: Callable[..., EventStore]) -> None:
    """Null, not infinity."""
    found = panel(make_store({"gdelt2": whole(0, 2)}), "day")
    series = found.series("CHN", "PRK", "events_per_covered_day")
    assert series["events_per_covered_day"].to_list() == [1, None, 1]


def test_the_measure_asks_for_the_days_it_needs() -> None:
    """Cells do not have the length of their period; the message says how to join it."""
    cells = panel(events_of("a", START), "day").cells
    with pytest.raises(UsageError, match="lacks days"):
        with_measures(cells, "events_per_covered_day")


def test_whole_coverage_leaves_the_digest_alone(make_store: Callable[..., EventStore]) -> None:
    """Files that declare their time and a declaration by hand: the same numbers and digest."""
    declared = panel(make_store({"gdelt2": whole(0, 1)}), "day")
    calendar = declared.calendar
    assert calendar.select("days", "covered_days", "coverage").unique().rows() == [(1, 1, 1.0)]
    again = seal(declared.cells, calendar, declared.identity)
    assert again.identity.digest == declared.identity.digest
    assert again.identity == declared.identity
    assert (again.identity.days, again.identity.holes) == (0, 0)


def test_a_panel_of_unknown_days_still_lists_its_holes(
    make_store: Callable[..., EventStore],
) -> None:
    """Without the days behind the periods only the coverage is told."""
    found = dataclasses.replace(panel(make_store({"gdelt2": whole(0, 2)}), "day"), gaps=None)
    assert found.holes().rows() == [(START + timedelta(1), 0.0, None, 0, None, None)]
    assert found.between(START, START + timedelta(1)).gaps is None


def test_a_frame_covers_the_days_it_has_rows_on() -> None:
    """Assumed, as before; a day between is said to have a hole."""
    frame = pl.concat([events_of("a", START), events_of("b", START + timedelta(2))])
    found = panel(frame, "day")
    assert days(found) == [1, 0, 1]
    assert "coverage: assumed, 1 of 3 days has holes" in str(found.identity)


def test_files_of_no_feed_promise_no_other_days(tmp_path: Path) -> None:
    """Two tables of two years: the time between is not covered, and takes nothing away."""
    header = "date,a,b,code\n"
    columns = {"date": "date", "source": "a", "target": "b", "code": "code"}
    store = tmp_path / "s"
    for name, day in (("a", "2018-01-01"), ("b", "2018-01-04")):
        (tmp_path / f"{name}.csv").write_text(f"{header}{day},CHN,PRK,042\n")
        ingest("table", tmp_path / f"{name}.csv", store=store, columns=columns, covers=(day, day))
    assert days(panel(open_store(store), "day")) == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("feed", "start", "named"),
    [
        ("gdelt1", date(2013, 3, 31), ("2013-04-01: GDELT's files are by the day",)),
        ("gdelt2", date(2015, 2, 18), ("2015-02-18 to 2015-02-19: GDELT 2.0 begins",)),
        ("gdelt1", date(2013, 4, 1), ()),
        ("icews", date(2013, 3, 31), ()),
    ],
)
def test_a_window_over_a_change_point_is_noted(
    make_store: Callable[..., EventStore], feed: str, start: date, named: tuple[str, ...]
) -> None:
    """By the feed, whatever the data are called, and only where days lie on both sides."""
    held = {start: set(range(96)), start + timedelta(1): set(range(96))}
    notes = panel(make_store({feed: held}), "day").notes()
    assert len(notes) == len(named)
    for note, words in zip(notes, named, strict=True):
        assert note.startswith(f"counts before and after do not compare: {words}")


def test_overlapping_files_are_noted_where_events_count_twice(
    make_store: Callable[..., EventStore],
) -> None:
    """Under the policies that keep repeats, not under the one that keeps one a day."""
    store = make_store({"icews": whole(0)})
    assert "`overlaps` counts" in panel(store, "day", duplicates="none").notes()[0]
    assert panel(store, "day").notes() == ()


def test_figures_keep_the_shares_of_days(
    make_store: Callable[..., EventStore], tmp_path: Path
) -> None:
    """Written and read again: the same calendar, holes and digest."""
    store = make_store({"gdelt2": {**whole(0), START + timedelta(1): set(range(24)), **whole(3)}})
    folder = tmp_path / "figures"
    folder.mkdir()
    write_figures(store, folder, floor=1, dataset="made", citation="nobody")
    found = read_figures(folder)
    assert days(found) == pytest.approx([1, 0.25, 0, 1], abs=EXACT)
    assert (found.identity.days, found.identity.holes) == (4, 2)
