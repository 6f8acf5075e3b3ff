"""The `phoenix` source on rows written here: real-time and historical files."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import SourceError
from tertius.events import IngestReport, ingest, open_store
from tertius.events.sources.feeds import feed_of

# As postprocess.py of the pipeline writes them.
_REAL_TIME = (
    "id date year month day source source_root source_agent source_others target target_root "
    "target_agent target_others code root quad goldstein issues lat lon place state country ids "
    "urls sources"
)
REAL_TIME = _REAL_TIME.split(" ")
NOW = dict.fromkeys(REAL_TIME, "") | {
    "id": "1012_2.0.0", "date": "20160106", "year": "2016", "month": "01", "day": "06",
    "source": "PRKMIL", "source_root": "PRK", "source_agent": "MIL", "target": "KORGOV",
    "target_root": "KOR", "target_agent": "GOV", "code": "138", "root": "13", "quad": "3",
    "goldstein": "-7.0", "lat": "39.0", "lon": "125.7", "place": "Pyongyang", "country": "PRK",
    "ids": "56_1;56_2;77_4", "urls": "http://a.example/1;http://b.example/2",
    "sources": "a_world;b_asia",
}  # fmt: skip
_HISTORICAL = (
    "eid story_date year month day source source_root source_agent source_others target "
    "target_root target_agent target_others code root_code quad_class goldstein joined_issues "
    "lat lon placename statename countryname aid process"
)
HISTORICAL = _HISTORICAL.split(" ")
THEN = dict.fromkeys(HISTORICAL, "") | {
    "eid": "NYT0000001", "story_date": "06/30/1950", "year": "1950", "month": "6", "day": "30",
    "source": "USAGOV", "source_root": "USA", "source_agent": "GOV", "target": "PRKMIL",
    "target_root": "PRK", "target_agent": "MIL", "code": "190", "root_code": "19",
    "quad_class": "4", "goldstein": "-10.0", "joined_issues": "SECURITY_SERVICES,1;TERROR,1",
    "lat": "37.5", "lon": "127.0", "placename": "Seoul", "countryname": "KOR", "aid": "118",
    "process": "NYT__v1",
}  # fmt: skip


def now(*rows: dict[str, str]) -> str:
    return "".join("\t".join((NOW | row)[name] for name in REAL_TIME) + "\n" for row in rows)


def then(*rows: dict[str, str], sep: str = ",") -> str:
    quoted = [
        sep.join(f'"{value}"' if sep in value else value for value in (THEN | row).values())
        for row in rows
    ]
    return "\n".join([sep.join(HISTORICAL), *quoted]) + "\n"


def read(
    tmp_path: Path, content: str, name: str = "events.txt"
) -> tuple[IngestReport, pl.DataFrame]:
    (tmp_path / name).write_text(content, encoding="utf-8")
    store = tmp_path / f"store of {name}"
    report = ingest("phoenix", tmp_path / name, store=store)
    return report, open_store(store).events().sort("row_no").collect()


def test_a_real_time_row_becomes_the_event_it_says(tmp_path: Path) -> None:
    """26 columns without a header; lists of sentences and outlets are counted."""
    assert len(REAL_TIME) == 26
    _, events = read(tmp_path, now({}))
    row = events.row(0, named=True)
    expected = {
        "event_id": "1012_2.0.0", "event_date": date(2016, 1, 6), "source": "PRK",
        "target": "KOR", "source_raw": "PRKMIL", "target_raw": "KORGOV", "source_type": "MIL",
        "target_type": "GOV", "code": "138", "root": "13", "quad": 3, "scheme": "phoenix",
        "weight": -7.0, "weights": "goldstein-phoenix", "weight_raw": -7.0, "mentions": 3,
        "sources": 2, "place": "PRK", "place_raw": "PRK", "dataset": "Phoenix", "flags": None,
        "row_no": 1,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    links = open_store(tmp_path / "store of events.txt").links().collect()
    assert links["url"].to_list() == ["http://a.example/1"]


def test_a_historical_row_becomes_the_event_it_says(tmp_path: Path) -> None:
    """25 columns under a header; the day is in three columns."""
    assert len(HISTORICAL) == 25
    _, events = read(tmp_path, then({}), "PhoenixNYT_1945-2005.csv")
    row = events.row(0, named=True)
    expected = {
        "event_id": "NYT0000001", "event_date": date(1950, 6, 30), "source": "USA",
        "target": "PRK", "source_raw": "USAGOV", "target_raw": "PRKMIL", "source_type": "GOV",
        "code": "190", "root": "19", "quad": 4, "weight": -10.0, "weight_raw": -10.0,
        "place": "KOR", "dataset": "Phoenix NYT", "mentions": None, "row_no": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_statements_and_appeals_are_outside_all_classes(tmp_path: Path) -> None:
    """Phoenix's scheme has a fifth class, 0; protest is material conflict in it."""
    _, events = read(tmp_path, now({"code": "010"}, {"code": "020"}, {"code": "141"}))
    assert events["quad"].to_list() == [0, 0, 4]


def test_a_lost_zero_is_put_back_where_the_root_says_so(tmp_path: Path) -> None:
    """40 of root 4 is 040, 20 of root 2 is 020 and of root 20 is 20."""
    pairs = [("40", "4"), ("31", "03"), ("20", "2"), ("20", "20"), ("190", "19"), ("841", "8")]
    report, events = read(
        tmp_path, then(*({"code": code, "root_code": root} for code, root in pairs))
    )
    assert events["code"].to_list() == ["040", "031", "020", "20", "190", "0841"]
    zero = "leading-zero"
    assert events["flags"].to_list() == [zero, zero, zero, None, None, zero]
    assert report.rejected == 0


def test_a_code_that_is_not_of_its_root_is_not_mended(tmp_path: Path) -> None:
    """40 of root 19 stays 40, which is no code."""
    report, _ = read(tmp_path, then({}, {"code": "40"}))
    assert (report.kept, report.rejected) == (1, 1)


@pytest.mark.parametrize("actor", ["IGO", "NGO", "IMG", "MNC", "", "MEA", "---"])
def test_an_actor_that_is_no_state_has_none(tmp_path: Path, actor: str) -> None:
    """Organisations, regions and blanks, in a file of one row as in any."""
    for make, column, name in ((now, "source_root", "a.txt"), (then, "source_root", "b.csv")):
        report, events = read(tmp_path, make({column: actor}), name)
        assert events["source"].to_list() == [None]
        assert events["target"].null_count() == 0
        assert report.files[0].unknown_mentions == 1


def test_days_that_are_none_are_rejected(tmp_path: Path) -> None:
    """31 February in either form, and a blank."""
    report, _ = read(tmp_path, now({}, {"date": "20160231"}, {"date": ""}, {"date": "2016-01-06"}))
    assert (report.kept, report.rejected) == (1, 3)
    report, _ = read(tmp_path, then({}, {"month": "2"}, {"year": ""}, {"day": "x"}), "b.csv")
    assert (report.kept, report.rejected) == (1, 3)


def test_a_first_line_that_is_broken_is_rejected_like_any_other(tmp_path: Path) -> None:
    """It says nothing of what the file is."""
    report, events = read(tmp_path, "1\t2\t3\n" + now({}, {}))
    assert (report.kept, report.rejected) == (2, 1)
    assert events["row_no"].to_list() == [2, 3]


def test_a_quote_is_a_letter_in_real_time_files(tmp_path: Path) -> None:
    """One stray quote swallows no line."""
    _, events = read(tmp_path, now({"place": 'The "Blue House'}, {}))
    assert events.height == 2


def test_a_zip_of_a_day_is_read(tmp_path: Path) -> None:
    """As it was published."""
    path = tmp_path / "events.full.20160106.txt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("events.full.20160106.txt", now({}))
    assert ingest("phoenix", path, store=tmp_path / "s").kept == 1
    assert feed_of(path.name) == ("phoenix", None)


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("PhoenixNYT_1945-2005.csv", "Phoenix NYT"),
        ("PhoenixBLN-SWB_1979-2019.csv", "Phoenix SWB"),
        ("PhoenixFBIS_1995-2004.csv", "Phoenix FBIS"),
        ("mine.csv", "Phoenix"),
    ],
)
def test_archives_are_data_sets_of_their_own(tmp_path: Path, name: str, dataset: str) -> None:
    """They were coded of different papers."""
    report, _ = read(tmp_path, then({}), name)
    assert report.files[0].dataset == dataset


@pytest.mark.parametrize(
    "content",
    ["<!doctype html>\n", "eid,story_date\n1,2\n", "a,b\n", then({}, sep="\t"),
     "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\n"],
    ids=["page", "short", "comma", "tabs", "eleven"],
)  # fmt: skip
def test_another_file_gets_one_error(tmp_path: Path, content: str) -> None:
    """With what to do; nothing is read of it."""
    with pytest.raises(SourceError) as caught:
        read(tmp_path, content)
    assert caught.value.hint
