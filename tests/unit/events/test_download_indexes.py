"""Publishers' lists of files: what is read, what is counted, what a complete feed would have.

Expected files are worked out here with plain Python from the lines a test writes; published
lines come from the research data.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import NetworkError, UnknownNameError, UsageError
from tertius.events.downloads.feeds import FEEDS, PUBLISHERS, feed_named, slots
from tertius.events.downloads.indexes import ABSENT, Index, read_index
from tertius.events.downloads.lists import _blocks
from tertius.events.downloads.windows import Window, window_of
from tertius.events.sources.feeds import feed_of

BASE = "https://data.example/"
MD5 = "0123456789abcdef0123456789abcdef"
DAY = window_of(("2018-03-26", "2018-03-26"))
EVENTS = feed_named("gdelt", "events")
DAILY = feed_named("gdelt", "daily")


def master(content: bytes, window: Window = DAY, feed: str = "events") -> Index:
    chosen = feed_named("gdelt", feed)
    return read_index(chosen, {chosen.indexes[0]: content}, window, BASE)


def line(name: str, size: int = 10, md5: str = MD5) -> str:
    return f"{size} {md5} http://data.gdeltproject.org/gdeltv2/{name}\n"


def quarters(first: str, count: int) -> list[str]:
    start = datetime.strptime(first, "%Y%m%d%H%M%S")
    stamps = [start + timedelta(minutes=15 * number) for number in range(count)]
    return [f"{stamp:%Y%m%d%H%M%S}.export.CSV.zip" for stamp in stamps]


# --- GDELT 2.0 -------------------------------------------------------------------------------


@pytest.mark.realdata
def test_a_published_list_is_read(data: Path) -> None:
    """Three lines of 26 March 2018, 19:15: one file each of three feeds, one of them not ours."""
    content = (data / "gdelt" / "lastupdate_20180326191500.txt").read_bytes()
    index = master(content)
    [file] = index.files
    assert (file.bytes, file.md5) == (180_505, "3a478f464cb1e80db45270c6fe1787e2")
    assert file.address == f"{BASE}gdeltv2/20180326191500.export.CSV.zip"
    assert file.span == ("2018-03-26T19:15:00Z", "2018-03-26T19:30:00Z")
    assert (index.lines, index.others, index.malformed) == (3, 2, 0)
    [mentions] = master(content, feed="mentions").files
    assert mentions.bytes == 426_009
    assert master(content, feed="translation").files == ()


def test_only_files_of_the_window_are_chosen() -> None:
    """Its first quarter is in, the one before and the one after its last are not."""
    names = quarters("20180325234500", 98)
    index = master("".join(map(line, names)).encode())
    assert [file.name for file in index.files] == names[1:97]
    assert index.absent == ()
    assert (index.first, index.last) == ("2018-03-25T23:45:00Z", "2018-03-27T00:00:00Z")


def test_what_is_no_entry_is_counted_with_its_line() -> None:
    """Fewer fields, a wrong sum or scheme, a name that leads elsewhere, a day that is none."""
    [name] = quarters("20180326000000", 1)
    bad = [
        f"{MD5} http://data.gdeltproject.org/gdeltv2/{name}",
        f"10 {MD5[:-1]} http://data.gdeltproject.org/gdeltv2/{name}",
        f"10 {MD5} ftp://data.gdeltproject.org/gdeltv2/{name}",
        f"10  {MD5} http://data.gdeltproject.org/gdeltv2/{name}",
        f"10 {MD5} http://data.gdeltproject.org/gdeltv2/..%2f{name}",
        f"ten {MD5} http://data.gdeltproject.org/gdeltv2/{name}",
        f"10 {MD5} http://data.gdeltproject.org/gdeltv2/20180230000000.export.CSV.zip",
        f"10 {MD5} http://data.gdeltproject.org/gdeltv2/20180326006000.export.CSV.zip",
        "\ufffd\x00",
    ]
    content = (line(name) + "\n" + "\n".join(bad) + "\r\n\n").encode()
    index = master(content)
    assert [file.name for file in index.files] == [name]
    assert (index.lines, index.malformed, index.others) == (10, 9, 0)
    assert [number for number, _ in index.examples] == list(range(3, 12))


def test_a_name_given_twice_counts_once() -> None:
    """The last line is right, and the report says so."""
    [name] = quarters("20180326000000", 1)
    index = master((line(name, 10) + line(name, 20)).encode())
    assert [(file.name, file.bytes) for file in index.files] == [(name, 20)]
    assert index.others == 1
    assert "named twice" in index.notes[0]


@given(st.sets(st.integers(0, 95), min_size=1), st.integers(0, 3))
def test_present_and_absent_slots_make_up_the_day(present: set[int], odd: int) -> None:
    """Between the first and the last file, each quarter is in the list or told as absent."""
    names = quarters("20180326000000", 96)
    listed = [names[slot] for slot in sorted(present)]
    # Files may be stamped some seconds off the quarter; their slot is filled all the same.
    listed[0] = listed[0][:12] + f"{odd:02d}" + listed[0][14:]
    index = master("".join(map(line, listed)).encode())
    first, last = min(present), max(present)
    expected = {names[slot] for slot in range(first, last + 1) if slot not in present}
    assert {file.name for file in index.absent} == expected
    assert {file.name for file in index.files} == set(listed)
    assert {(file.status, file.reason) for file in index.absent} <= {("missing", ABSENT)}


@given(st.lists(st.sampled_from(["good", "other", "bad", "blank", "long"]), min_size=1))
def test_every_line_is_counted_once(kinds: list[str]) -> None:
    """Lines = files of the feed + others + malformed, whatever their order."""
    names = iter(quarters("20180326000000", 96))
    made = {
        "other": line("20180326000000.gkg.csv.zip"), "bad": "nonsense\n", "blank": " \r\n",
        "long": "x" * 5_000 + "\n",
    }  # fmt: skip
    kinds = kinds[:90]
    content = "".join(line(next(names)) if kind == "good" else made[kind] for kind in kinds)
    good = kinds.count("good")
    if not good and (not kinds.count("other") or kinds.count("bad") + kinds.count("long")):
        with pytest.raises(NetworkError, match="no list of files"):
            master(content.encode())
        return
    index = master(content.encode())
    assert len(index.files) == good
    assert index.others == kinds.count("other")
    assert index.malformed == kinds.count("bad") + kinds.count("long")
    assert index.lines == len(kinds) - kinds.count("blank")


@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader(content: bytes) -> None:
    """Whatever a server sends becomes an index or one clear error."""
    for feed in FEEDS.values():
        with contextlib.suppress(NetworkError):
            index = read_index(feed, dict.fromkeys(feed.indexes, content), DAY, BASE)
            assert index.files == ()


def test_long_lists_are_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks end with lines, numbers go on, and the result is the same."""
    names = quarters("20180326000000", 96)
    content = "".join([*map(line, names), "bad\n", *map(line, names[:1])]).encode()
    whole = master(content)
    monkeypatch.setattr("tertius.events.downloads.lists._BLOCK_BYTES", 250)
    assert master(content) == whole
    assert whole.examples == ((97, "bad"),)
    blocks = list(_blocks(content))
    assert b"".join(block for _, block in blocks) == content
    assert len(blocks) > 40
    monkeypatch.setattr("tertius.events.downloads.lists._BLOCK_BYTES", 10)
    assert master(content) == whole


# --- GDELT 1.0 -------------------------------------------------------------------------------


def sums(md5sums: str, sizes: str = "", *, feed: str = "daily", window: Window = DAY) -> Index:
    chosen = feed_named("gdelt", feed)
    first, second = chosen.indexes
    return read_index(chosen, {first: md5sums.encode(), second: sizes.encode()}, window, BASE)


def test_checksums_and_sizes_are_joined_by_name() -> None:
    """A file may stand in one list only; totals and other files are no mistakes."""
    index = sums(
        f"{MD5}  20180325.export.CSV.zip\n{MD5}  20180326.export.CSV.zip\n{MD5}  1979.zip\n",
        "999 total\n77 20180326.export.CSV.zip\n5 GDELT.MASTERREDUCEDV2.1979-2013.zip\nxx\n",
    )
    [file] = index.files
    assert (file.name, file.bytes, file.md5) == ("20180326.export.CSV.zip", 77, MD5)
    assert file.address == f"{BASE}events/20180326.export.CSV.zip"
    assert (index.lines, index.malformed, index.others) == (7, 1, 4)
    only_size = sums(f"{MD5}  1979.zip\n", "77 20180326.export.CSV.zip\n").files
    assert [(file.bytes, file.md5) for file in only_size] == [(77, "")]


def test_a_page_of_links_stands_in_for_the_checksums() -> None:
    """Each file with the MD5 that follows its link, where one does."""
    page = (
        '<html><LI><A HREF="md5sums">md5sums</A>\n'
        f'<LI><A HREF="20180326.export.CSV.zip">20180326.export.CSV.zip</A> (5MB) (MD5: {MD5})\n'
        '<LI><a href="20180325.export.CSV.zip">x</a> (5MB)\n</html>'
    )
    window = window_of(("2018-03-25", "2018-03-26"))
    index = read_index(DAILY, {"events/index.html": page.encode()}, window, BASE)
    assert [(file.name[:8], file.md5) for file in index.files] == [
        ("20180325", ""), ("20180326", MD5),
    ]  # fmt: skip
    assert (index.lines, index.others) == (3, 1)


def test_days_the_daily_feed_lacks_are_told() -> None:
    """23 to 25 January and 19 March 2014 are in neither of GDELT's own lists."""
    days = [date(2014, 1, 1) + timedelta(days=number) for number in range(90)]
    gone = {date(2014, 1, 23), date(2014, 1, 24), date(2014, 1, 25), date(2014, 3, 19)}
    text = "".join(f"{MD5}  {day:%Y%m%d}.export.CSV.zip\n" for day in days if day not in gone)
    index = sums(text, window=window_of(("2014-01-01", "2014-12-31")))
    assert [file.name[:8] for file in index.absent] == [f"{day:%Y%m%d}" for day in sorted(gone)]
    assert index.last == "2014-03-31T00:00:00Z"


def test_the_backfile_is_by_year_and_then_by_month() -> None:
    """Whole files are chosen that meet the window, and those that should be there are known."""
    text = f"{MD5}  2005.zip\n{MD5}  200601.zip\n{MD5}  200603.zip\n{MD5}  2018.zip\n"
    index = sums(text, feed="backfile", window=window_of(("2005-12-30", "2006-03-31")))
    assert [file.name for file in index.files] == ["2005.zip", "200601.zip", "200603.zip"]
    assert [file.name for file in index.absent] == ["200602.zip"]
    assert index.files[0].span == ("2005-01-01T00:00:00Z", "2006-01-01T00:00:00Z")
    feed = feed_named("gdelt", "backfile")
    known = datetime(1979, 1, 1, tzinfo=UTC)
    every = slots(feed, window_of(("1970-01-01", "2020-01-01")), (known, known))
    assert len(every) == 27 + 7 * 12 + 3
    assert (every[0][0], every[26][0], every[27][0], every[-1][0]) == (
        "1979.zip", "2005.zip", "200601.zip", "201303.zip",
    )  # fmt: skip
    # The last days of a month belong to it.
    assert [name for name, _ in slots(feed, window_of(("2006-01-31",) * 2), (known, known))] == [
        "200601.zip"
    ]


# --- Dataverse -------------------------------------------------------------------------------


def dataverse(
    files: Any, *, publisher: str = "icews", feed: str = "events", window: Window = DAY
) -> Index:
    chosen = feed_named(publisher, feed)
    content = json.dumps({"status": "OK", "data": {"latestVersion": {"files": files}}}).encode()
    return read_index(chosen, {chosen.indexes[0]: content}, window, BASE)


def held(label: str, number: int, **more: Any) -> dict[str, Any]:
    told = {"id": number, "filesize": 10, "md5": MD5, **more}
    return {"label": label, "restricted": False, "dataFile": told}


def test_a_turned_table_is_fetched_as_it_was_deposited() -> None:
    """The MD5 is the original's, so are size and name; the other size is of the turned one."""
    turned = held(
        "events.2018.20190105063018.tab", 7, originalFileFormat="text/tsv", originalFileSize=99,
        originalFileName="events.2018.20190105063018.tab",
        checksum={"type": "MD5", "value": MD5.upper()},
    )  # fmt: skip
    [file] = dataverse([turned]).files
    assert file.address == f"{BASE}api/access/datafile/7?format=original"
    assert (file.bytes, file.md5) == (99, MD5)
    [plain] = dataverse([held("events.2018.20190105063018.tab.zip", 8)]).files
    assert plain.address == f"{BASE}api/access/datafile/8"
    assert (plain.bytes, plain.md5) == (10, MD5)


def test_sums_of_another_kind_are_no_md5() -> None:
    """A SHA-1 is not compared with an MD5."""
    entry = held("events.2018.20190105063018.tab", 7, checksum={"type": "SHA-1", "value": "00"})
    del entry["dataFile"]["md5"]
    assert dataverse([entry]).files[0].md5 == ""


def test_of_several_issues_of_a_year_the_newest_counts() -> None:
    """The others repeat its events; which were left out is told."""
    files = [
        held("events.2018.20180801000000.tab", 1),
        held("Events.2018.20190105.tab.zip", 2),
        held("codebook.pdf", 3),
        {"label": 5},
    ]
    index = dataverse(files)
    assert [file.name for file in index.files] == ["Events.2018.20190105.tab.zip"]
    assert (index.lines, index.others, index.malformed) == (4, 2, 1)
    assert "events.2018.20180801000000.tab" in index.notes[1]


def test_a_year_not_over_yet_declares_no_time() -> None:
    """A file of 2018 that was made in August is looked for until then, and covers nobody knows
    which of its days; one that was made later covers the year."""
    early, late = held("events.2018.20180801000000.tab", 1), held("events.2018.20190105.tab", 2)
    for entry, span in (
        (early, None),
        (late, ("2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z")),
    ):
        [file] = dataverse([entry]).files
        assert file.span == span
    december = window_of(("2018-12-01", "2018-12-31"))
    assert dataverse([early], window=december).files == ()
    assert len(dataverse([late], window=december).files) == 1


def test_a_file_called_after_its_making_is_looked_for_in_the_weeks_before() -> None:
    """20200719-icews-events.tab holds events from 26 June to 20 July 2020."""
    files = [held("20200719-icews-events.tab", 1)]
    for day, met in (
        ("2020-06-20", False), ("2020-06-26", True), ("2020-07-20", True), ("2020-07-22", False),
    ):  # fmt: skip
        index = dataverse(files, feed="daily", window=window_of((day, day)))
        assert bool(index.files) == met, day


def test_what_else_is_in_a_data_set_is_named() -> None:
    """A file of data that is called otherwise one day must not be passed over in silence."""
    files = [held("events.2018.20190105.tab", 1), held("icews-2024.parquet", 2)]
    assert "in the data set besides: icews-2024.parquet" in dataverse(files).notes
    many = [held(f"{number}.pdf", number) for number in range(30)]
    [note] = dataverse([*files[:1], *many]).notes
    assert note.endswith("9.pdf and 20 more")


def test_either_name_of_a_turned_table_may_be_the_feed_s() -> None:
    """Dataverse gives a turned table the ending .tab, whatever it was deposited as."""
    label = "events.2018.20190105063018.tab"
    turned = held(label, 7, originalFileFormat="text/tsv", originalFileName="2018 final.tsv",
                  originalFileSize=99)  # fmt: skip
    [file] = dataverse([turned]).files
    assert (file.name, file.bytes) == (label, 99)
    assert file.address.endswith("7?format=original")


def test_a_label_published_twice_is_two_files() -> None:
    """As happened on 9 March 2019; the number tells them apart, the first keeps its name."""
    files = [held("20190309-icews-events.zip", 12), held("20190309-icews-events.zip", 11)]
    index = dataverse(files, feed="daily", window=window_of(("2019-03-08", "2019-03-08")))
    assert [(file.name, file.address[-2:]) for file in index.files] == [
        ("20190309-icews-events-12.zip", "12"), ("20190309-icews-events.zip", "11"),
    ]  # fmt: skip
    assert [file.span for file in index.files] == [None, None]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ngecEvents.DV.2018.txt", "2018-03-26"),
        ("ngecEvents.DV.2023.txt.zip", "2023-12-31"),
        ("ngecEventsDV-2018.txt.zip", "2018-03-26"),
        ("ngecEventsDV-2018-03.txt", "2018-03-26"),
        ("ngecEventsDV-2022-Jan.txt", "2022-01-31"),
        ("ngecEvents.20180403111842.Release603.DV.txt", "2018-03-26"),
        ("ngecEvents.20240215.Release700.DV.txt", "2024-02-12"),
    ],
)
def test_polecat_files_are_known_by_their_names(name: str, day: str) -> None:
    """Years, months and weeks; no name says that its file was made after a time was over."""
    [file] = dataverse([held(name, 1)], publisher="polecat", window=window_of((day, day))).files
    assert (file.name, file.span) == (name, None)


@pytest.mark.parametrize(
    ("publisher", "feed", "name"),
    [
        ("gdelt", "events", "20180326044500.export.CSV.zip"),
        ("gdelt", "translation", "20180326044500.translation.export.CSV.zip"),
        ("gdelt", "mentions", "20180326044500.mentions.CSV.zip"),
        ("gdelt", "daily", "20180326.export.CSV.zip"),
        ("gdelt", "backfile", "1998.zip"),
        ("gdelt", "backfile", "201303.zip"),
        ("icews", "events", "events.2018.20200427084805.tab"),
        ("icews", "events", "events.2018.20181004.tab.zip"),
        ("icews", "events", "Events.2017.20201119.zip"),
        ("icews", "daily", "20181004-icews-events.zip"),
        ("icews", "daily", "20181004-icews-events.tab.zip"),
        ("icews", "daily", "20190309-icews-events-part1.tab"),
        ("icews", "daily", "20190503-thru-20190519-icews-events.tab"),
        ("icews", "daily", "202201-icews-events.tab"),
        ("polecat", "events", "ngecEventsDV-2022.txt.zip"),
        ("polecat", "events", "ngecEvents.DV.2022.zip"),
        ("polecat", "events", "ngecEvents.20180403111842.Release603.DV.txt"),
    ],
)
def test_a_file_is_promised_for_the_time_it_will_cover(
    publisher: str, feed: str, name: str
) -> None:
    """What an index promises and what an ingest reads off the name are one."""
    chosen = feed_named(publisher, feed)
    period = chosen.period(name)
    assert chosen.has(name)
    assert period is not None
    assert feed_of(name) == (chosen.key, period.span)
    others = [one for one in FEEDS.values() if one is not chosen and one.has(name)]
    assert others == []


def test_restricted_files_are_named_with_the_reason() -> None:
    """They are promised and cannot be had."""
    entry = held("events.2018.20190105063018.tab", 7) | {"restricted": True}
    [file] = dataverse([entry]).files
    assert file.status == "missing"
    assert "ask for access" in file.reason


# --- Windows and names -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "days",
    [("2018-03-26", "2018-03-25"), ("2018-3-26", ""), ("26.3.2018", "2018-03-27"), ("x",), (1, 2),
     ("2018-02-30", "2018-03-01"), ("9999-12-31", "9999-12-31")],
)  # fmt: skip
def test_a_window_that_is_none_is_told(days: Any) -> None:
    """Days out of order, out of the calendar, or not written as days."""
    with pytest.raises(UsageError) as error:
        window_of(days)
    assert error.value.where == "window"


@given(st.dates(date(1979, 1, 1), date(2030, 1, 1)), st.integers(0, 40), st.data())
def test_a_window_meets_exactly_the_files_of_its_days(
    first: date, length: int, data: st.DataObject
) -> None:
    """A daily file is met if and only if its day lies within."""
    window = Window(first, first + timedelta(days=length))
    day = data.draw(st.dates(first - timedelta(days=5), first + timedelta(days=length + 5)))
    period = DAILY.period(f"{day:%Y%m%d}.export.CSV.zip")
    assert period is not None
    assert window.meets(period) == (window.first <= day <= window.last)


def test_every_feed_says_whose_it_is_and_on_what_terms() -> None:
    """Names of slots are names of files, and each publisher has an address and a licence."""
    for (publisher, name), feed in FEEDS.items():
        assert (feed.publisher, feed.name) == (publisher, name)
        assert PUBLISHERS[publisher].bases
        assert PUBLISHERS[publisher].licence
        if feed.slot:
            period = feed.period(DAY.start.strftime(feed.slot))
            assert feed.every == "backfile" or (period and period.start == DAY.start)
    with pytest.raises(UnknownNameError, match="did you mean"):
        feed_named("gdlet", "events")
    with pytest.raises(UnknownNameError, match="daily"):
        feed_named("icews", "translation")
