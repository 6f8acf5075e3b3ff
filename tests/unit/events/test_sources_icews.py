"""The `icews` source on rows written here: headers, missing words, days, codes, quotes, actors."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.errors import SourceError, UnknownNameError
from tertius.events import IngestReport, ingest, open_store
from tertius.events.sources.feeds import feed_of

COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude",
    "Longitude",
)  # fmt: skip
ROW = {
    "Event ID": "7", "Event Date": "2018-03-28", "Source Name": "Xi Jinping",
    "Source Sectors": "Executive,Government", "Source Country": "China", "Event Text": "Consult",
    "CAMEO Code": "040", "Intensity": "1.0", "Target Name": "Kim Jong-Un",
    "Target Sectors": "NA", "Target Country": "North Korea", "Story ID": "1",
    "Sentence Number": "2", "Publisher": "Made", "City": "Beijing", "District": "NA",
    "Province": "NA", "Country": "China", "Latitude": "39.9", "Longitude": "116.4",
}  # fmt: skip


def text(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, sep: str = "\t") -> str:
    lines = [sep.join(columns)]
    lines += [sep.join((ROW | row)[name] for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def read(
    tmp_path: Path, content: str | bytes, name: str = "events.tab", **options: str
) -> tuple[IngestReport, pl.DataFrame]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    store = tmp_path / f"store of {name}"
    report = ingest("icews", path, store=store, **options)
    return report, open_store(store).events().sort("row_no").collect()


def test_a_row_becomes_the_event_it_says(tmp_path: Path) -> None:
    """Every column that is kept, under its name in the schema."""
    report, events = read(tmp_path, text({}))
    assert (report.lines, report.kept) == (1, 1)
    row = events.row(0, named=True)
    expected = {
        "event_id": "7", "event_date": date(2018, 3, 28), "source": "CHN", "target": "PRK",
        "source_raw": "Xi Jinping", "target_raw": "Kim Jong-Un",
        "source_type": "Executive,Government", "target_type": None, "code": "040", "root": "04",
        "quad": 1, "scheme": "cameo-gdelt", "weight": 1.0, "weights": "goldstein-icews",
        "weight_raw": 1.0, "place": "CHN", "place_raw": "China", "dataset": "ICEWS",
        "flags": None, "added_at": None, "url_hash": None, "mentions": None, "row_no": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    "spelt",
    [
        lambda name: name.replace(" ", "."),
        lambda name: name.lower().replace(" ", "_"),
        lambda name: f'"{name}"',
        str.upper,
    ],
    ids=["dots", "snake", "quotes", "capitals"],
)
def test_names_of_columns_may_be_spelt_otherwise(
    tmp_path: Path, spelt: Callable[[str], str]
) -> None:
    """Letters and digits decide; order and further columns do not matter."""
    columns = tuple(reversed(COLUMNS))
    body = text({}, columns=columns).partition("\n")[2]
    head = "\t".join(spelt(name) for name in columns) + "\tyear\n"
    _, events = read(tmp_path, head + body.replace("\n", "\t2018\n"))
    assert events.row(0, named=True)["target"] == "PRK"
    assert events["weight_raw"].to_list() == [1.0]


@pytest.mark.parametrize("word", ["NA", "NULL", ""])
def test_nothing_is_written_in_three_ways(tmp_path: Path, word: str) -> None:
    """All of them are null, and a missing country lets the name speak."""
    empty = dict.fromkeys(
        ("Source Sectors", "Source Country", "Target Country", "Country", "Intensity"), word
    )
    _, events = read(tmp_path, text(empty))
    row = events.row(0, named=True)
    assert [row[name] for name in ("source_type", "place", "place_raw", "weight_raw")] == [None] * 4
    assert (row["source"], row["target"]) == ("CHN", "PRK")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-01-04", date(2017, 1, 4)),
        ("1/4/2017", date(2017, 1, 4)),
        ("01/04/17", date(2017, 1, 4)),
        ("12/31/99", date(1999, 12, 31)),
    ],
)
def test_days_are_written_with_the_year_or_the_month_first(
    tmp_path: Path, written: str, day: date
) -> None:
    """ISO, or month/day/year with four or two digits."""
    _, events = read(tmp_path, text({"Event Date": written}))
    assert events["event_date"].to_list() == [day]


@pytest.mark.parametrize("written", ["31/12/2017", "2017-02-30", "4 Jan 2017", "20170104", "NA"])
def test_what_is_no_day_is_rejected(tmp_path: Path, written: str) -> None:
    """With its line and what stood there; the rest is kept."""
    report, events = read(tmp_path, text({}, {"Event Date": written}))
    assert (report.kept, report.rejected, events.height) == (1, 1, 1)
    rejected = open_store(report.store).rejected().row(0, named=True)
    assert (rejected["line"], "is no day" in rejected["reason"]) == (3, True)


def test_a_missing_code_is_that_of_the_event_s_text(tmp_path: Path) -> None:
    """The text is the label of a code, so it names it; the row is flagged and counted."""
    columns = tuple(name for name in COLUMNS if name != "CAMEO Code")
    for content in (text({"CAMEO Code": "NULL"}), text({}, columns=columns)):
        report, events = read(tmp_path, content, f"{len(content)}.tab")
        assert events.row(0, named=True)["code"] == "040"
        assert events["flags"].to_list() == ["code-from-text"]
        assert dict(report.files[0].errata) == {"code-from-text": 1}


def test_a_lost_zero_is_put_back_where_the_text_says_so(tmp_path: Path) -> None:
    """40 for Consult is 040; 10 for Make statement is 010, for DEMAND it is 10."""
    _, events = read(
        tmp_path,
        text(
            {"CAMEO Code": "40"},
            {"CAMEO Code": "10", "Event Text": "Make statement"},
            {"CAMEO Code": "10", "Event Text": "DEMAND"},
            {},
        ),
    )
    assert events["code"].to_list() == ["040", "010", "10", "040"]
    assert events["flags"].to_list() == ["leading-zero", "leading-zero", None, None]


def test_a_code_that_is_none_is_rejected(tmp_path: Path) -> None:
    """A slip of the publisher's included: 13y is in no table."""
    report, _ = read(tmp_path, text({}, {"CAMEO Code": "13y"}, {"CAMEO Code": "999"}))
    assert (report.kept, report.rejected) == (1, 2)


def test_quotes_enclose_fields_or_are_letters(tmp_path: Path) -> None:
    """Fields are split at tabs alone: enclosing quotes come off, a stray one swallows nothing."""
    _, events = read(
        tmp_path,
        text(
            {
                "Source Sectors": '"Social,General Population / Civilian / Social"',
                "Event Text": '"Conduct suicide, car, or other non-military bombing"',
                "CAMEO Code": "NULL",
                "Source Name": '"Women (Turkey)"',
                "Source Country": '"Turkey"',
                "Target Sectors": '"NA"',
            },
            {"Source Name": 'The "Four (China)'},
            {"Source Name": r'"Ri \"Ju\" (North Korea)"', "Source Country": "NA"},
        ),
    )
    first, second, third = events.iter_rows(named=True)
    assert first["source_type"] == "Social,General Population / Civilian / Social"
    assert (first["code"], first["source"], first["target_type"]) == ("183", "TUR", None)
    assert second["source_raw"] == 'The "Four (China)'
    assert (third["source_raw"], third["source"]) == ('Ri "Ju" (North Korea)', "PRK")


def test_a_copy_with_commas_is_read_by_its_quotes(tmp_path: Path) -> None:
    """A field with a comma stands in quotes there; its byte order mark is no letter."""
    row = {"Source Sectors": '"Executive,Government"'}
    content = "\ufeff" + text(row, sep=",")
    _, events = read(tmp_path, content, "copy.csv")
    assert events["source_type"].to_list() == ["Executive,Government"]
    assert events["event_id"].to_list() == ["7"]


def test_bytes_that_are_no_utf8_are_replaced_where_they_stand(tmp_path: Path) -> None:
    """The row is kept: its country says whose the actor is."""
    content = text({"Source Name": "Jose Xx"}).encode().replace(b"Xx", b"\xe9\xff")
    _, events = read(tmp_path, content)
    assert events["source_raw"].to_list() == ["Jose \ufffd\ufffd"]
    assert events["source"].to_list() == ["CHN"]


def test_a_name_that_is_known_goes_before_the_column(tmp_path: Path) -> None:
    """France's president is Andorra's co-prince in the file; the row says it was overruled."""
    rows = text(
        {"Source Name": "Emmanuel Macron", "Source Country": "Andorra"},
        {"Target Name": "Federica Mogherini", "Target Country": "Italy"},
        {"Source Name": "Somebody Unlisted", "Source Country": "Chile"},
        {"Source Name": "Congo", "Source Country": "Congo"},
    )
    _, events = read(tmp_path, rows)
    assert events["source"].to_list() == ["FRA", "CHN", "CHL", "COG"]
    assert events["target"].to_list() == ["PRK", None, "PRK", "PRK"]
    assert events["flags"].to_list() == [
        "source-country-overruled", "target-country-overruled", None, None,
    ]  # fmt: skip
    _, events = read(tmp_path, rows, "by country.tab", actors="country")
    assert events["source"].to_list() == ["AND", "CHN", "CHL", "COG"]
    assert events["target"].to_list() == ["PRK", "ITA", "PRK", "PRK"]
    assert events["flags"].null_count() == 4


@pytest.mark.parametrize("actors", ["name", "country"])
def test_a_former_state_is_read_at_the_day(tmp_path: Path, actors: str) -> None:
    """Serbia and Montenegro was one from 2003 to 2006, Yugoslavia before, and is none now."""
    content = text(
        *(
            {"Event Date": day, "Source Name": "Somebody Unlisted",
             "Source Country": "Serbia and Montenegro", "Country": "Serbia and Montenegro"}
            for day in ("2001-05-01", "2005-05-01", "2018-05-01")
        )
    )  # fmt: skip
    report, events = read(tmp_path, content, actors=actors)
    assert events["source"].to_list() == events["place"].to_list() == ["YUG", "SCG", None]
    assert report.files[0].unknown_mentions == 1


def test_no_row_depends_on_those_beside_it(tmp_path: Path) -> None:
    """A row alone in its file has the states it has among others."""
    rows = [
        {"Source Country": "NA", "Source Name": "European Union", "Target Country": "NA"},
        {"Target Name": "Antonio Guterres", "Target Country": "Portugal"},
        {},
    ]
    _, together = read(tmp_path, text(*rows), "all.tab")
    for place, row in enumerate(rows):
        _, alone = read(tmp_path, text(row), f"{place}.tab")
        columns = ["source", "target", "flags"]
        assert alone.select(columns).row(0) == together.select(columns).row(place)


@pytest.mark.parametrize("packed", ["zip", "gz"])
def test_packed_files_are_read(tmp_path: Path, packed: str) -> None:
    """As Dataverse has them, and as users keep them."""
    path = tmp_path / f"20181004-icews-events.{packed}"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("20181004-icews-events.tab", text({}))
    else:
        path.write_bytes(gzip.compress(text({}).encode()))
    report = ingest("icews", path, store=tmp_path / "s")
    assert (report.kept, report.files[0].name) == (1, path.name)


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("events.2018.20200427084805.tab", ("2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z")),
        ("Events.2017.20201119.zip", ("2017-01-01T00:00:00Z", "2018-01-01T00:00:00Z")),
        ("events.2018.20190101.tab.gz", ("2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z")),
        ("events.2018.20181004.tab", None),
        ("20181004-icews-events.tab", None),
        ("20190309-icews-events-part1.tab", None),
        ("20190503-thru-20190519-icews-events.tab", None),
        ("202201-icews-events.tab", None),
        ("20230106-icews-events.tab.zip", None),
    ],
)
def test_a_file_s_name_tells_its_feed_and_a_whole_year(
    name: str, span: tuple[str, str] | None
) -> None:
    """A year made before its end, and a file called after its making, name no time."""
    assert feed_of(name) == ("icews", span)


@pytest.mark.parametrize("name", ["events.2018.20181345.tab", "20189904-icews-events.tab"])
def test_a_name_with_no_day_in_it_is_of_no_feed(name: str) -> None:
    """Month 13 and month 99."""
    assert feed_of(name) == ("", None)


@pytest.mark.parametrize(
    ("content", "says", "hint"),
    [
        ("<html><body>403</body></html>\n", "is a web page", "again"),
        ('{"status": "ERROR"}\n', "is JSON", "again"),
        ("a\tb\n1\t2\n", "is no ICEWS file", "source"),
        (text({}).partition("\n")[2], "20 columns and no header: this looks like ICEWS", "header"),
        (text({}).replace("Story ID", "Event ID", 1), "2 columns are for eventid", ""),
        ("\n\n", "is no ICEWS file", ""),
        ("\x00\x01\x02\n", "is no ICEWS file", ""),
    ],
)
def test_another_file_gets_one_error_that_says_what_it_is(
    tmp_path: Path, content: str, says: str, hint: str
) -> None:
    """With the file, its first line and what to do."""
    with pytest.raises(SourceError, match=says) as caught:
        read(tmp_path, content)
    assert "events.tab, line 1" in str(caught.value.where)
    assert hint in (caught.value.hint or "")


def test_a_header_alone_holds_nothing(tmp_path: Path) -> None:
    """An error, since nothing could be kept."""
    with pytest.raises(SourceError, match="no rows below the header"):
        read(tmp_path, text())


def test_a_choice_nobody_knows_is_an_error(tmp_path: Path) -> None:
    """It names those there are."""
    with pytest.raises(UnknownNameError, match="nationality") as caught:
        read(tmp_path, text({}), actors="nationality")
    assert caught.value.allowed == "country, name"


def test_ragged_lines_are_rejected_and_counted(tmp_path: Path) -> None:
    """Too few fields, too many, a blank line: lines = kept + rejected + filtered."""
    body = text({}).partition("\n")[2]
    content = text({}) + "1\t2\n" + "\n" + body.replace("\n", "\tmore\n") + body
    report, events = read(tmp_path, content)
    assert (report.lines, report.kept, report.rejected, report.filtered) == (5, 2, 2, 1)
    assert events["row_no"].to_list() == [2, 6]
