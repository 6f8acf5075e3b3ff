"""Errata on rows written here: each rule where it belongs and nowhere else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tertius.events import ingest, open_store
from tertius.events.errata import CHANGES, ERRATA, changes_within, errata_table, overlaps
from tertius.events.errata.corrections import Corrections
from tertius.events.errata.rules import DOES, FINDS
from tertius.events.schemas import CATEGORIES, DRAFT_SCHEMA
from tertius.events.store.writers import writing

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "errata.md"
AGES = {"day-ago": 1, "week-ago": 7, "month-ago": 30, "year-ago": 365, "decade-ago": 3650}
BY_NAME = {rule.name: rule for rule in ERRATA}


def drafted(*rows: dict[str, Any], categorical: bool = True) -> pl.DataFrame:
    """Rows as a source drafts them, sound unless they say otherwise."""
    plain = {"event_date": date(2018, 3, 26), "code": "042", "member": 0, "url": "https://a.org/"}
    kinds = {**DRAFT_SCHEMA, "reason": pl.String(), "member": pl.Int32()}
    filled = [{name: (plain | row).get(name) for name in kinds} for row in rows]
    frame = pl.DataFrame(filled, schema=kinds)
    few = [name for name in CATEGORIES if name in kinds and name != "flags"]
    return frame.with_columns(pl.col(few).cast(pl.Categorical)) if categorical else frame


def added(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, 45, tzinfo=UTC)


def correct(
    frame: pl.DataFrame, source: str = "gdelt", name: str = "a.csv"
) -> tuple[pl.DataFrame, list[tuple[int, str, int]]]:
    return Corrections(source)(frame, dict.fromkeys(frame["member"].unique(), name))


@pytest.mark.parametrize(
    ("day", "when", "found"),
    [
        (date(1920, 1, 2), date(2020, 1, 2), True),
        (date(1920, 1, 1), date(2019, 12, 31), True),
        (date(1920, 1, 6), date(2020, 1, 5), True),
        (date(1920, 1, 2), date(2020, 1, 6), False),
        (date(1920, 1, 2), date(2019, 12, 30), False),
        (date(1921, 1, 2), date(2020, 1, 2), False),
        (date(2020, 1, 2), date(2020, 1, 2), False),
    ],
)
def test_1920_becomes_2020_for_rows_added_in_those_days(day: date, when: date, found: bool) -> None:
    """Both the year of the event and the day of adding must be those of the fault."""
    rows, counts = correct(drafted({"event_date": day, "added_at": added(when)}))
    moved = day.replace(year=2020) if found else day
    assert rows["event_date"].to_list() == [moved]
    assert ("year-1920" in (rows["flags"][0] or "")) == found
    assert (0, "year-1920", 1) in counts or not found


def test_the_century_can_be_taken_off_again() -> None:
    """What GDELT wrote is the date a hundred years before, where the flag stands."""
    days = [date(1920, 1, day) for day in range(1, 7)]
    when = added(date(2020, 1, 3))
    rows, _ = correct(drafted(*({"event_date": day, "added_at": when} for day in days)))
    back = rows.with_columns(
        pl.when(pl.col("flags").cast(pl.String).str.contains("year-1920"))
        .then(pl.col("event_date").dt.offset_by("-100y"))
        .otherwise("event_date")
    )
    assert back["event_date"].to_list() == days


@pytest.mark.parametrize("code", ["---", "--", "X"])
def test_null_codes_are_rejected_by_name(code: str) -> None:
    """They are no unknown code but none, and the reason says which rule."""
    rows, counts = correct(drafted({"code": code}, {"code": "042"}, {"code": "1X"}))
    assert rows["reason"].to_list() == [
        f'no event code: "{code}" (erratum null-code)', None, None,
    ]  # fmt: skip
    assert counts == [(0, "null-code", 1)]


@pytest.mark.parametrize("categorical", [True, False])
def test_padding_is_read_over_and_kept_where_the_file_speaks(categorical: bool) -> None:
    """Codes lose their blanks, blanks alone become nothing, and raw columns keep all."""
    rows, counts = correct(
        drafted(
            {"source": " USA", "target": "CHN", "target_raw": "CHNGOV "},
            {"source": "   ", "source_raw": " ", "target": "PRK"},
            {"source": "USA", "target": "PRK"},
            categorical=categorical,
        )
    )
    assert rows["source"].to_list() == ["USA", None, "USA"]
    assert rows["source_raw"].to_list() == [None, " ", None]
    assert rows["target_raw"].to_list() == ["CHNGOV ", None, None]
    assert rows["flags"].to_list() == ["padded", "padded", None]
    assert counts == [(0, "padded", 2)]
    assert rows.schema["source"] == (pl.Categorical() if categorical else pl.String())


def test_dates_said_to_be_so_long_ago_are_flagged_and_nothing_else() -> None:
    """Exactly 1, 7, 30, 365 and 3,650 days, and not a day more or less."""
    when = date(2016, 7, 28)
    lags = sorted({lag + more for lag in AGES.values() for more in (-1, 0, 1)})
    before = drafted(
        *({"event_date": when - timedelta(lag), "added_at": added(when)} for lag in lags)
    )
    rows, counts = correct(before)
    known = {lag: name for name, lag in AGES.items()}
    assert rows["flags"].to_list() == [known.get(lag) for lag in lags]
    assert {name: count for _, name, count in counts} == dict.fromkeys(AGES, 1)
    assert_frame_equal(rows.drop("flags"), before.drop("flags"))


@pytest.mark.parametrize(
    "row",
    [
        {"added_at": None},
        {"url": None},
        {"event_date": date(2012, 3, 25), "added_at": added(date(2013, 3, 25))},
        {"event_date": None},
        {"event_date": date(2018, 3, 26)},
    ],
)
def test_where_the_day_of_adding_says_nothing_no_age_is_flagged(row: dict[str, Any]) -> None:
    """Backfiles were added years later, on a few days; they have no address either."""
    usual = {"event_date": date(2017, 3, 26), "added_at": added(date(2018, 3, 26))}
    assert correct(drafted(usual))[0]["flags"].to_list() == ["year-ago"]
    assert correct(drafted(usual | row))[0]["flags"].to_list() == [None]


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("events.2013.20150313084533.tab", date(2013, 11, 12), True),
        ("files.zip/Events.2013.20150313.tab", date(2013, 12, 31), True),
        ("events.2013.20150313084533.tab", date(2013, 11, 11), False),
        ("events.2013.20160101.tab", date(2013, 12, 1), False),
        ("events.2014.20150313.tab", date(2013, 12, 1), False),
    ],
)
def test_ids_used_again_are_flagged_in_their_file_and_days(
    name: str, day: date, found: bool
) -> None:
    """The id of 2013 came again in 2014; the flag stands at the older events."""
    rows, _ = correct(drafted({"event_id": "20718170", "event_date": day}), "icews", name)
    assert rows["flags"].to_list() == ["id-reused" if found else None]


def test_the_slip_of_2017_is_rejected_by_its_name() -> None:
    """In other years the code is unknown, not known to be a slip."""
    rows, counts = correct(
        drafted(
            {"code": "13y", "event_date": date(2017, 1, 4)},
            {"code": "13y", "event_date": date(2016, 1, 4)},
        ),
        "icews",
    )
    assert rows["reason"].to_list() == ['no event code: "13y" (erratum slip-13y)', None]
    assert counts == [(0, "slip-13y", 1)]


@pytest.mark.parametrize("code", [None, "", "NULL", "NA", "---"])
def test_an_icews_row_without_a_code_is_rejected(code: str | None) -> None:
    """However the file writes "nothing"."""
    rows, counts = correct(drafted({"code": code}), "icews")
    assert rows["reason"].to_list() == [f'no event code: "{code or ""}" (erratum no-code)']
    assert counts == [(0, "no-code", 1)]


def test_what_a_source_flags_itself_is_counted_too() -> None:
    """Flags set while reading stay, stand with the others, and are in the account."""
    rows, counts = correct(
        drafted(
            {"flags": "code-from-text", "event_id": "1", "event_date": date(2013, 12, 1)},
            {"flags": "code-from-text;leading-zero", "member": 1},
        ),
        "icews",
        "events.2013.20150313.tab",
    )
    assert rows["flags"].to_list() == ["id-reused;code-from-text", "code-from-text;leading-zero"]
    assert sorted(counts) == [
        (0, "code-from-text", 1),
        (0, "id-reused", 1),
        (1, "code-from-text", 1),
        (1, "leading-zero", 1),
    ]


def everything() -> pl.DataFrame:
    """A row for each rule, some for two, and sound ones."""
    new_year, spring = added(date(2020, 1, 2)), added(date(2018, 3, 26))
    return drafted(
        {"event_date": date(1920, 1, 1), "added_at": new_year, "source": "USA "},
        {"event_date": date(1920, 1, 2), "added_at": new_year},
        {"code": "---", "added_at": spring},
        {"source": " USA", "added_at": spring, "event_date": date(2017, 3, 26), "member": 1},
        {"code": "13y", "event_date": date(2017, 5, 1), "member": 1},
        {"code": "X", "reason": "an earlier reason", "member": 1},
        {"event_id": "7", "event_date": date(2013, 12, 1), "code": None},
        {"added_at": spring, "member": 1},
    )


@pytest.mark.parametrize("source", ["gdelt", "icews"])
def test_a_second_pass_changes_nothing(source: str) -> None:
    """Corrections and flags are made once, however often they are asked for."""
    once, _ = correct(everything(), source, "events.2013.20150313.tab")
    twice, _ = correct(once, source, "events.2013.20150313.tab")
    assert_frame_equal(once, twice, categorical_as_str=True)


def test_the_order_of_rules_makes_no_difference() -> None:
    """All orders of the rules that meet here give the same rows and counts."""
    few = [BY_NAME[name] for name in ("day-ago", "year-1920", "padded", "null-code", "year-ago")]
    names = {0: "a", 1: "b"}
    expected = Corrections("gdelt", few)(everything(), names)
    assert expected[0]["flags"][0] == "year-1920;padded;day-ago"
    for order in itertools.permutations(few):
        rows, counts = Corrections("gdelt", order)(everything(), names)
        assert_frame_equal(rows, expected[0], categorical_as_str=True)
        assert counts == expected[1]


@pytest.mark.parametrize("rule", ["year-1920", "null-code", "padded"])
def test_corrections_do_not_wait_for_each_other(rule: str) -> None:
    """One alone and then the rest, or all at once: the same rows."""
    names = {0: "a", 1: "b"}
    first, _ = Corrections("gdelt", [BY_NAME[rule]])(everything(), names)
    rest, _ = Corrections("gdelt", [one for one in ERRATA if one.name != rule])(first, names)
    at_once, _ = Corrections("gdelt")(everything(), names)
    assert_frame_equal(rest, at_once, categorical_as_str=True)


@pytest.mark.parametrize("source", ["table", "tkg", "polecat", "ucdp"])
def test_rows_of_other_sources_are_not_touched(source: str) -> None:
    """A rule belongs to one source."""
    frame = everything()
    rows, counts = correct(frame, source)
    assert_frame_equal(rows, frame)
    assert counts == []


def test_a_row_rejected_before_is_left_alone() -> None:
    """Its reason stays the first one."""
    rows, counts = correct(drafted({"code": "X", "reason": "no date"}))
    assert rows["reason"].to_list() == ["no date"]
    assert counts == []


def test_values_met_in_one_batch_are_known_in_the_next() -> None:
    """New values of later batches are looked at, and old ones still count."""
    one = Corrections("gdelt")
    for values in ([" A", "B"], ["B", " C"], [" A", " D"], [None, None]):
        rows, counts = one(drafted(*({"source": value} for value in values)), {0: "a"})
        padded = sum(1 for value in values if value and value.startswith(" "))
        assert counts == ([(0, "padded", padded)] if padded else [])
        assert rows["source"].to_list() == [value and value.strip() for value in values]


def gdelt_line(number: int, **given: str) -> str:
    """A 2.0 line of 61 columns, made up."""
    fields = [""] * 61
    plain = {
        0: str(number), 1: "20180326", 5: "USAGOV", 7: "USA", 15: "CHN", 17: "CHN", 26: "042",
        30: "1.9", 31: "1", 32: "1", 33: "1", 34: "0.5", 59: "20180326044500",
        60: f"https://a.org/{number}",
    }  # fmt: skip
    for place, value in (plain | {int(key[1:]): value for key, value in given.items()}).items():
        fields[place] = value
    return "\t".join(fields) + "\n"


def test_ingest_reports_what_was_corrected_by_file(tmp_path: Path) -> None:
    """Counts by file in the report and in the store; the lines still add up."""
    (tmp_path / "a.csv").write_text(
        gdelt_line(1) + gdelt_line(2, _1="20170326") + gdelt_line(3, _26="---")
    )
    (tmp_path / "b.csv").write_text(
        gdelt_line(4, _1="19200102", _59="20200102001500") + gdelt_line(5, _7=" USA")
    )
    report = ingest("gdelt", [tmp_path / "a.csv", tmp_path / "b.csv"], store=tmp_path / "s")
    assert [file.errata for file in report.files] == [
        (("null-code", 1), ("year-ago", 1)),
        (("padded", 1), ("year-1920", 1)),
    ]
    assert (report.lines, report.kept, report.rejected) == (5, 4, 1)
    store = open_store(tmp_path / "s")
    assert dict(store.info().errata) == {
        "null-code": 1, "padded": 1, "year-1920": 1, "year-ago": 1,
    }  # fmt: skip
    events = store.events().collect().sort("event_id")
    assert events["flags"].to_list() == [None, "year-ago", "year-1920", "padded"]
    assert events["event_date"][2] == date(2020, 1, 2)
    assert events["source"].to_list() == ["USA"] * 4
    assert store.rejected()["reason"].to_list() == ['no event code: "---" (erratum null-code)']
    assert "erratum year-1920: 1" in str(report)


def test_the_table_says_all_there_is_to_say() -> None:
    """Every rule is complete, of known kinds, and names columns that exist."""
    table = errata_table()
    assert table.height == len({(rule.name, rule.source) for rule in ERRATA})
    for rule in ERRATA:
        assert rule.finds in FINDS
        assert rule.does in DOES
        assert set(rule.columns) | set(rule.given) <= set(DRAFT_SCHEMA)
        assert rule.wrong
        assert rule.done
        assert rule.evidence
        assert ";" not in rule.name


def test_the_page_lists_every_rule_and_change() -> None:
    """What the page says of a rule is what the table says."""
    page = re.sub(r"\s+", " ", DOCS.read_text())
    for rule in ERRATA:
        assert f"| `{rule.name}` | {rule.source} |" in page
        assert rule.wrong.replace("|", "\\|") in page
        assert rule.done in page
    for change in CHANGES:
        assert change.what in page


def test_a_change_parts_a_window_with_days_on_both_sides() -> None:
    """A window that begins on the day, or ends before it, is not parted."""

    def names(start: date, end: date, dataset: str = "GDELT 2.0") -> list[str]:
        return [change.name for change in changes_within(dataset, start, end)]

    assert names(date(2013, 3, 31), date(2013, 4, 1)) == ["daily-files"]
    assert names(date(2013, 4, 1), date(2013, 12, 31)) == []
    assert names(date(2012, 1, 1), date(2013, 3, 31)) == []
    assert names(date(1979, 1, 1), date(2026, 1, 1)) == [
        "daily-files", "new-home", "version-2", "year-1920",
    ]  # fmt: skip
    assert names(date(1979, 1, 1), date(2026, 1, 1), "ICEWS") == []
    outages = changes_within("gdelt 1.0", date(2022, 11, 11), date(2023, 1, 1), "outage")
    assert [outage.name for outage in outages] == ["outage-2022"]


def test_events_in_two_files_are_counted_by_pair(
    tmp_path: Path, make_events: Callable[..., pl.DataFrame], make_entry: Callable[..., Any]
) -> None:
    """Id and date are the key: an id alone that comes again is another event."""
    year = make_events("year", 6)
    day = make_events("year", 6).with_columns(file_id=pl.lit("day")).head(4)
    day = day.with_columns(
        event_date=pl.when(pl.col("row_no") == 1).then(pl.date(2019, 1, 1)).otherwise("event_date")
    )
    own = pl.concat([make_events("own", 2), make_events("own", 1)])
    other = make_events("year", 6).with_columns(file_id=pl.lit("other"))
    with writing(tmp_path / "s") as writer:
        for key, frame, feed in (
            ("year", year, "icews"),
            ("day", day, "icews"),
            ("own", own, "icews"),
            ("other", other, "gdelt2"),
        ):
            segment = writer.write("segments", frame)
            writer.add([make_entry(key, frame.height, segment, feed=feed)])
    found = overlaps(open_store(tmp_path / "s"))
    assert found.rows() == [("icews", "day.csv", "year.csv", 3), ("icews", "own.csv", "own.csv", 1)]
    assert not overlaps(open_store(tmp_path / "s"), "gdelt2").height
