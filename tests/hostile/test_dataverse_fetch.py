"""Fetches of ICEWS and POLECAT from a Dataverse on this machine, through ingest into a store.

Rows are made up; names of files, columns and the list of files are as the publishers have them.
Names tell seldom which days a file covers, so every test looks at coverage too.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tertius.errors import NetworkError, UsageError
from tertius.events import ingest, open_store, overlaps, read_mentions
from tertius.events.downloads import FetchReport, Means, fetch

LOCAL = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("publisher.py"))))
INDEX = "/api/datasets/:persistentId/?persistentId=doi:"
Y2018 = ("2018-01-01", "2018-12-31")
Y2022 = ("2022-01-01", "2022-12-31")
MONTHS = ("Jan", "Feb", "Mar")
YEARLY = "ngecEventsDV-2022.txt.zip"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with LOCAL.serving() as served:
        yield served


Fetched = Callable[..., FetchReport]


@pytest.fixture
def fetched(publisher: Any, tmp_path: Path) -> Fetched:
    """Fetch into a store of its own; a failure does not raise."""
    time = LOCAL.Time()

    def run(whose: str, window: tuple[str, str], **changes: Any) -> FetchReport:
        means = Means(clock=time.clock, wall=time.wall, sleep=time.sleep, chance=time.chance())
        asked = {
            "store": tmp_path / "store", "cache": tmp_path / "cache", "base": publisher.base,
            "rate": 1_000, "strict": False, "means": means,
        }  # fmt: skip
        return fetch(whose, window, **asked | changes)

    return run


def outcomes(report: FetchReport) -> dict[str, tuple[str, str]]:
    return {file.name: (file.outcome, file.reason) for file in report.files}


def rows_by_file(store: Path) -> dict[str, int]:
    """Rows of each file as the events themselves have them."""
    opened = open_store(store)
    names = dict(opened.files().select("file_id", "name").iter_rows())
    counts = opened.events().collect()["file_id"].value_counts()
    return {names[key]: count for key, count in counts.iter_rows()}


def covered(store: Path) -> dict[str, set[tuple[date, float]]]:
    """Days and shares by what coverage rests on."""
    found: dict[str, set[tuple[date, float]]] = {}
    for day, share, basis in (
        open_store(store).coverage().select("event_date", "share", "basis").iter_rows()
    ):
        found.setdefault(basis, set()).add((day, share))
    return found


def days_of(year: int, share: float) -> set[tuple[date, float]]:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return {(first + timedelta(days=number), share) for number in range(length)}


def year_of_months(**others: bytes) -> bytes:
    """A year of POLECAT as published: a zip of one file a month."""
    members = {
        f"ngecEventsDV-2022-{month}.txt": LOCAL.polecat(
            f"2022-{number:02d}-03", f"2022-{number:02d}-17", key=month
        )
        for number, month in enumerate(MONTHS, start=1)
    }
    return bytes(LOCAL.bundled(members | others))


# --- ICEWS -----------------------------------------------------------------------------------


def test_a_year_of_icews_comes_as_deposited_and_covers_its_year(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Dataverse's own form of it is not asked for; a second fetch downloads nothing."""
    name = "events.2018.20200427084805.tab"
    body = LOCAL.icews("2018-03-26", "2018-06-12")
    path = publisher.deposit(LOCAL.ICEWS, name, body, turned=True)
    publisher.deposit(LOCAL.ICEWS, "codebook.pdf", b"%PDF")
    report = fetched("icews", Y2018)
    assert outcomes(report) == {name: ("fetched", "")}
    assert (report.lines, report.kept) == (2, 2)
    assert "in the data set besides: codebook.pdf" in report.notes
    assert publisher.paths() == [INDEX + LOCAL.ICEWS, path]
    assert rows_by_file(tmp_path / "store") == {name: 2}
    assert covered(tmp_path / "store") == {"manifest": days_of(2018, 1.0)}
    assert open_store(tmp_path / "store").missing().is_empty()

    publisher.asked.clear()
    again = fetched("icews", Y2018, cache=tmp_path / "another")
    assert outcomes(again) == {name: ("held", "")}
    assert publisher.paths() == [INDEX + LOCAL.ICEWS]
    assert again.lines == 0


def test_every_name_of_a_daily_file_is_taken(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Zips, tables, both, bundles of days and parts; days count as covered where rows are."""
    row = iter(range(100))

    def table(day: str) -> bytes:
        return bytes(LOCAL.icews(day, first=next(row)))

    files = {
        "20181004-icews-events.zip": LOCAL.zipped("20181004-icews-events.tab", table("2018-10-01")),
        "20181005-icews-events.tab.zip": LOCAL.zipped("a.tab", table("2018-10-02")),
        "20181006-icews-events.tab": table("2018-10-03"),
        "20181007-icews-events-part1.tab": table("2018-10-04"),
        "20181008-thru-20181012-icews-events.tab": table("2018-10-09"),
        "201811-icews-events.tab": table("2018-11-20"),
    }
    for name, body in files.items():
        publisher.deposit(LOCAL.ICEWS_DAILY, name, body)
    report = fetched("icews", ("2018-10-01", "2018-11-30"), feed="daily")
    assert report.counts == {"fetched": len(files)}
    assert rows_by_file(tmp_path / "store") == dict.fromkeys(files, 1)
    assert covered(tmp_path / "store") == {
        "assumed": {(date(2018, 10, day), 1.0) for day in (1, 2, 3, 4, 9)}
        | {(date(2018, 11, 20), 1.0)}
    }
    publisher.asked.clear()
    again = fetched("icews", ("2018-10-01", "2018-11-30"), feed="daily")
    assert again.counts == {"held": len(files)}
    assert publisher.paths() == [INDEX + LOCAL.ICEWS_DAILY]


def test_years_and_days_of_icews_share_a_store(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The year's declaration stands, whatever has rows on its days; repeats are counted."""
    publisher.deposit(
        LOCAL.ICEWS, "events.2018.20190105.tab.zip",
        LOCAL.zipped("events.2018.20190105.tab", LOCAL.icews("2018-10-01", "2018-10-02")),
    )  # fmt: skip
    publisher.deposit(
        LOCAL.ICEWS_DAILY, "20181004-icews-events.zip",
        LOCAL.zipped("20181004-icews-events.tab", LOCAL.icews("2018-10-01")),
    )  # fmt: skip
    for feed in ("events", "daily"):
        assert fetched("icews", Y2018, feed=feed).counts == {"fetched": 1}
    assert open_store(tmp_path / "store").info().feeds == ("icews",)
    assert covered(tmp_path / "store") == {"manifest": days_of(2018, 1.0)}
    assert overlaps(open_store(tmp_path / "store")).rows() == [
        ("icews", "20181004-icews-events.zip", "events.2018.20190105.tab.zip", 1)
    ]


def test_a_year_that_cannot_be_had_is_a_hole_of_a_year(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Share 0 on each of its days, the error names it, and the other year is there."""
    publisher.deposit(LOCAL.ICEWS, "events.2017.20200602.tab", LOCAL.icews("2017-05-01"))
    lost = publisher.deposit(LOCAL.ICEWS, "events.2018.20200427084805.tab", b"x", turned=True)
    del publisher.files[lost]
    window = ("2017-01-01", "2018-12-31")
    with pytest.raises(NetworkError, match=r"events\.2018\.20200427084805\.tab") as error:
        fetched("icews", window, strict=True)
    assert error.value.exit_code == 4
    store = tmp_path / "store"
    assert covered(store) == {"manifest": days_of(2017, 1.0) | days_of(2018, 0.0)}
    [hole] = open_store(store).missing().to_dicts()
    assert (hole["status"], hole["first"], hole["last"]) == (
        "missing", "2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z",
    )  # fmt: skip
    publisher.files[lost] = b"x"
    assert fetched("icews", window).counts == {"held": 1, "refused": 1}


def test_a_week_that_cannot_be_had_is_named_and_its_days_are_not_covered(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Which days it would have had nobody knows: those without a row are not covered."""
    publisher.deposit(LOCAL.ICEWS_DAILY, "20200705-icews-events.tab", LOCAL.icews("2020-07-01"))
    lost = publisher.deposit(
        LOCAL.ICEWS_DAILY, "20200712-icews-events.tab", LOCAL.icews("2020-07-08")
    )
    publisher.tricks[lost] = [LOCAL.status(404)] * 9
    report = fetched("icews", ("2020-07-01", "2020-07-14"), feed="daily")
    assert outcomes(report)["20200712-icews-events.tab"] == (
        "missing", "the server answers 404 Not Found",
    )  # fmt: skip
    with pytest.raises(NetworkError):
        report.check()
    assert covered(tmp_path / "store") == {"assumed": {(date(2020, 7, 1), 1.0)}}
    [hole] = open_store(tmp_path / "store").missing().to_dicts()
    assert (hole["name"], hole["first"]) == ("20200712-icews-events.tab", None)


def test_what_is_restricted_is_promised_and_named(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """It is not asked for, ends as a failure, and is a hole."""
    name = "events.2018.20200427084805.tab"
    publisher.deposit(LOCAL.ICEWS, name, LOCAL.icews("2018-01-01"), restricted=True)
    publisher.deposit(LOCAL.ICEWS, "events.2017.20200602.tab", LOCAL.icews("2017-05-01"))
    report = fetched("icews", ("2017-01-01", "2018-12-31"))
    assert outcomes(report)[name][0] == "missing"
    assert outcomes(report)[name][1].startswith("restricted by the publisher")
    assert [file.name for file in report.failed] == [name]
    assert len(publisher.paths()) == 2
    assert covered(tmp_path / "store") == {"manifest": days_of(2017, 1.0) | days_of(2018, 0.0)}


def test_another_issue_of_a_year_is_not_counted_besides(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """It repeats the year's events: the store keeps the one it has, and the report says so."""
    publisher.deposit(LOCAL.ICEWS, "events.2018.20181004.tab", LOCAL.icews("2018-03-26"))
    window = ("2018-03-01", "2018-03-31")
    assert fetched("icews", window).counts == {"fetched": 1}
    assert covered(tmp_path / "store") == {"assumed": {(date(2018, 3, 26), 1.0)}}
    newer = "events.2018.20200427084805.tab"
    publisher.deposit(LOCAL.ICEWS, newer, LOCAL.icews("2018-03-26", "2018-12-24"))
    assert outcomes(fetched("icews", window)) == {
        newer: ("held", "the store holds events.2018.20181004.tab, another issue of it, and keeps "
                "that"),
    }  # fmt: skip
    assert rows_by_file(tmp_path / "store") == {"events.2018.20181004.tab": 1}


def test_a_table_taken_in_by_hand_is_known_when_its_zip_comes(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Packed or not, it is the same file, and its events count once."""
    body = LOCAL.icews("2018-10-01")
    plain = tmp_path / "20181004-icews-events.tab"
    plain.write_bytes(body)
    ingest("icews", plain, store=tmp_path / "store")
    zipped = "20181004-icews-events.tab.zip"
    publisher.deposit(LOCAL.ICEWS_DAILY, zipped, LOCAL.zipped(plain.name, body))
    window = ("2018-10-01", "2018-10-04")
    assert fetched("icews", window, feed="daily").counts == {"fetched": 1}
    assert rows_by_file(tmp_path / "store") == {plain.name: 1}
    assert fetched("icews", window, feed="daily").counts == {"held": 1}


# --- POLECAT ---------------------------------------------------------------------------------


def test_weeks_and_a_year_of_months_come_and_are_held(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The zip of a year counts as held once all its months are; nothing is downloaded again."""
    weekly = "ngecEvents.20221227111842.Release603.DV.txt"
    publisher.deposit(LOCAL.POLECAT, YEARLY, year_of_months())
    publisher.deposit(LOCAL.POLECAT, weekly, LOCAL.polecat("2022-12-20", "2022-12-21"))
    report = fetched("polecat", Y2022)
    assert outcomes(report) == {YEARLY: ("fetched", ""), weekly: ("fetched", "")}
    assert (report.lines, report.kept) == (8, 8)
    months = {f"{YEARLY}/ngecEventsDV-2022-{month}.txt": 2 for month in MONTHS}
    assert rows_by_file(tmp_path / "store") == months | {weekly: 2}
    store = open_store(tmp_path / "store")
    assert store.missing().is_empty()
    assert store.info().schemes == ("plover",)
    days = {date(2022, month, day) for month in (1, 2, 3) for day in (3, 17)}
    days |= {date(2022, 12, 20), date(2022, 12, 21)}
    assert covered(tmp_path / "store") == {"assumed": {(day, 1.0) for day in days}}

    publisher.asked.clear()
    again = fetched("polecat", Y2022, cache=tmp_path / "another")
    assert again.counts == {"held": 2}
    assert publisher.paths() == [INDEX + LOCAL.POLECAT]


def test_a_year_taken_in_by_hand_is_held(publisher: Any, fetched: Fetched, tmp_path: Path) -> None:
    """Before any index was read, or after: it is not asked for."""
    zipped = tmp_path / YEARLY
    zipped.write_bytes(year_of_months())
    path = publisher.deposit(LOCAL.POLECAT, YEARLY, zipped.read_bytes())
    ingest("polecat", zipped, store=tmp_path / "before")
    assert fetched("polecat", Y2022, store=tmp_path / "before").counts == {"held": 1}

    publisher.tricks[path] = [LOCAL.status(404)] * 9
    assert fetched("polecat", Y2022).counts == {"missing": 1}
    assert open_store(tmp_path / "store").missing()["name"].to_list() == [YEARLY]
    ingest("polecat", zipped, store=tmp_path / "store")
    assert open_store(tmp_path / "store").missing().is_empty()
    assert fetched("polecat", Y2022).counts == {"held": 1}
    assert publisher.paths().count(path) == 1


def test_a_month_that_cannot_be_read_leaves_the_year_refused(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The other months are in; the zip is not held, and is tried again."""
    bad = {"ngecEventsDV-2022-Feb.txt": b"Event ID\tEvent Date\n1\t2022-02-03\n"}
    publisher.deposit(LOCAL.POLECAT, YEARLY, year_of_months(**bad))
    report = fetched("polecat", Y2022)
    assert outcomes(report) == {YEARLY: ("refused", "is no POLECAT file")}
    assert len(rows_by_file(tmp_path / "store")) == 2
    assert open_store(tmp_path / "store").missing()["status"].to_list() == ["refused"]
    again = fetched("polecat", Y2022)
    assert again.counts == {"refused": 1}
    assert open_store(tmp_path / "store").info().kept == 4


def test_what_a_mac_puts_beside_the_months_is_left_out(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """Hidden files hold no rows, and do not keep the year from being held."""
    beside = {"__MACOSX/._ngecEventsDV-2022-Jan.txt": b"\x00\x05\x16\x07", ".DS_Store": b"\x00Bud1"}
    publisher.deposit(LOCAL.POLECAT, YEARLY, year_of_months(**beside))
    assert outcomes(fetched("polecat", Y2022)) == {YEARLY: ("fetched", "")}
    assert len(rows_by_file(tmp_path / "store")) == 3


# --- Mentions --------------------------------------------------------------------------------


def mentions(publisher: Any, count: int) -> list[str]:
    names = publisher.fill("20180326000000", count, middle="mentions")
    for number, name in enumerate(names):
        fields = [str(number), name[:14], name[:14], "1", "a.example", "http://a.example/1", "1",
                  "-1", "2", "3", "1", "50", "99", "-1.5", "", ""]  # fmt: skip
        publisher.files[f"/gdeltv2/{name}"] = LOCAL.zipped(
            name[:-4], ("\t".join(fields) + "\n").encode()
        )
    publisher.reindex()
    return names


def test_mentions_are_kept_in_the_cache_and_no_store_is_touched(
    publisher: Any, fetched: Fetched, tmp_path: Path
) -> None:
    """The report says where each is; from there they are read; nothing is downloaded twice."""
    names = mentions(publisher, 4)
    day = ("2018-03-26", "2018-03-26")
    report = fetched("gdelt", day, feed="mentions", store=None, strict=True)
    assert report.counts == {"cached": 4}
    assert "not ingested" in str(report)
    read = read_mentions([file.path for file in report.files if file.path])
    assert (read.lines, read.kept) == (4, 4)
    assert not (tmp_path / "store").exists()
    publisher.asked.clear()
    again = fetched("gdelt", day, feed="mentions")
    assert again.counts == {"cached": 4}
    assert [path for path in publisher.paths() if "mentions" in path] == []
    assert not (tmp_path / "store").exists()

    del publisher.files[f"/gdeltv2/{names[2]}"]
    with pytest.raises(NetworkError, match="missing") as error:
        fetched("gdelt", day, feed="mentions", cache=tmp_path / "another", strict=True)
    assert "cache" in (error.value.hint or "")
    report = error.value.report
    assert isinstance(report, FetchReport)
    assert report.counts == {"cached": 3, "missing": 1}


def test_events_need_a_store(publisher: Any, fetched: Fetched) -> None:
    """Told before anything is asked."""
    with pytest.raises(UsageError, match="no store is named") as error:
        fetched("gdelt", ("2018-03-26", "2018-03-26"), store=None)
    assert "--store" in (error.value.hint or "")
    assert publisher.asked == []
