"""UCDP GED and ACLED as covariates, on rows written here.

References that share no code with the reader: the `csv` module for what a record is, plain
loops over days for series. Sums that are spread are compared to 1e-9 relative: shares such
as 1/3 are rounded once a day. Everything else is compared exactly.
"""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import zipfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events.covariates import (
    COVARIATE_SCHEMA,
    COVARIATE_SOURCES,
    Covariates,
    read_covariates,
)

_GED = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,"
    "deaths_unknown,best,high,low,gwnoa,gwnob"
)
GED_HEADER = _GED.split(",")
_NOW = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,"
    "actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,"
    "region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,"
    "source_scale,notes,fatalities,tags,timestamp"
)
ACLED_HEADER = _NOW.split(",")
_BEFORE = (
    "data_id,iso,event_id_cnty,event_id_no_cnty,event_date,year,time_precision,event_type,"
    "sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,timestamp,iso3"
)
ACLED_BEFORE = _BEFORE.split(",")
RELATIVE = 1e-9

Row = dict[str, Any]


def ged(event: object = "1", **other: object) -> Row:
    """A sound GED row, with some fields changed."""
    row: Row = {
        "id": event,
        "type_of_violence": 1,
        "country_id": 645,
        "date_start": "2005-03-01 00:00:00.000",
        "date_end": "2005-03-01 00:00:00.000",
        "best": 3,
        "high": 5,
        "low": 2,
        "gwnoa": 645,
        "source_headline": 'Clash, "heavy",\nnear the river',
    }
    return row | other


def acled(event: object = "UKR1", **other: object) -> Row:
    """A sound ACLED row, with some fields changed."""
    row: Row = {
        "event_id_cnty": event,
        "event_date": "16 May 2025",
        "time_precision": 1,
        "event_type": "Battles",
        "actor1": "Military Forces of Ukraine (2019-)",
        "actor2": "Military Forces of Russia (2000-) Air Force",
        "iso": 804,
        "country": "Ukraine",
        "fatalities": 4,
        "notes": "Shelling, as reported;\n\nno more is known",
    }
    return row | other


def text_of(header: list[str], rows: list[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_ged(folder: Path, *rows: Row, header: list[str] = GED_HEADER) -> Path:
    path = folder / "ged.csv"
    path.write_text(text_of(header, list(rows)), encoding="utf-8")
    return path


def write_acled(folder: Path, *rows: Row, header: list[str] = ACLED_HEADER) -> Path:
    path = folder / "acled.csv"
    path.write_text(text_of(header, list(rows)), encoding="utf-8")
    return path


def lines_below_header(path: Path) -> int:
    content = path.read_bytes()
    return content.count(b"\n") + (not content.endswith(b"\n")) - 1


def check_accounting(found: Covariates, path: Path) -> None:
    """Every physical line is counted once, by three ways of counting."""
    books = found.accounting
    assert books.lines == lines_below_header(path)
    assert books.lines == books.kept + books.rejected + books.filtered
    spans = found.left_out.group_by("what").agg(pl.col("lines").sum())
    by_what = dict(spans.iter_rows())
    assert by_what.get("rejected", 0) == books.rejected
    assert by_what.get("filtered", 0) == books.filtered
    assert sum(count for _, count in books.reasons + books.filters) == found.left_out.height


# --- What a row becomes ---------------------------------------------------------------------


def test_a_ged_row_is_read(tmp_path: Path) -> None:
    """Days, place, kind, sides, three estimates, precision in days, id and line."""
    path = write_ged(tmp_path, ged(7, date_end="2005-03-04 00:00:00.000", gwnob="700.0"))
    found = read_covariates("ucdp-ged", path)
    assert dict(found.table.schema) == COVARIATE_SCHEMA
    assert found.table.row(0, named=True) == {
        "date": date(2005, 3, 1),
        "last_date": date(2005, 3, 4),
        "state": "IRQ",
        "kind": "state-based",
        "side_a": "IRQ",
        "side_b": "AFG",
        "deaths": 3,
        "deaths_low": 2,
        "deaths_high": 5,
        "events": 1,
        "precision": 4,
        "event_id": "7",
        "line": 2,
    }
    assert found.schema == "GED, 49 columns"
    assert (found.accounting.lines, found.accounting.kept) == (2, 2)


def test_an_acled_row_is_read(tmp_path: Path) -> None:
    """The same, with one estimate of deaths and no range of days."""
    found = read_covariates("acled", write_acled(tmp_path, acled("UKR9", time_precision=2)))
    assert found.table.row(0, named=True) == {
        "date": date(2025, 5, 16),
        "last_date": date(2025, 5, 16),
        "state": "UKR",
        "kind": "Battles",
        "side_a": "UKR",
        "side_b": "RUS",
        "deaths": 4,
        "deaths_low": None,
        "deaths_high": None,
        "events": 1,
        "precision": 7,
        "event_id": "UKR9",
        "line": 2,
    }
    assert found.schema == "ACLED, 31 columns"


@pytest.mark.parametrize(
    ("number", "day", "state"),
    [
        (365, "1991-01-13", "SUN"),
        (365, "2022-02-24", "RUS"),
        (345, "1999-03-24", "YUG"),
        (345, "2004-03-17", "SCG"),
        (678, "1989-06-01", "YEM"),
        (626, "2010-05-01", "SSD"),
        (860, "1999-09-05", "TLS"),
        (732, "2010-11-23", "KOR"),
    ],
)
def test_a_place_is_the_state_of_its_number_at_the_day(
    tmp_path: Path, number: int, day: str, state: str
) -> None:
    """365 is the Soviet Union, then Russia; a number only one state had means that state."""
    found = read_covariates(
        "ucdp-ged", write_ged(tmp_path, ged(country_id=number, date_start=day, date_end=day))
    )
    assert found.table["state"].to_list() == [state]
    outside = any("outside its dates" in note for note in found.notes)
    assert outside == (state in {"SSD", "TLS"})


def test_a_coalition_keeps_all_its_governments(tmp_path: Path) -> None:
    """Several numbers in one field give several codes; what is no number is noted."""
    rows = [
        ged(1, gwnoa="900, 200, 2", gwnob=645, date_start="2003-03-20", date_end="2003-03-20"),
        ged(2, gwnoa="", gwnob=""),
        ged(3, gwnoa="-99", gwnob="9999"),
    ]
    found = read_covariates("ucdp-ged", write_ged(tmp_path, *rows))
    assert found.table.select("side_a", "side_b").rows() == [
        ("AUS;GBR;USA", "IRQ"),
        (None, None),
        (None, None),
    ]
    assert "governments that are no known state: 2, as -99 (1), 9999 (1)" in found.notes


@pytest.mark.parametrize(
    ("actor", "state"),
    [
        ("Military Forces of the United States (2021-2025)", "USA"),
        ("Police Forces of the Philippines (2016-2022) Prison Guards", "PHL"),
        ("Government of Syria (2000-2024)", "SYR"),
        ("Military Forces of Yemen (2016-) Supreme Political Council", "YEM"),
        ("Military Forces of France", "FRA"),
        ("Protesters (France)", None),
        ("Former Military Forces of Iraq (2003-)", None),
        ("Military Forces of Somaliland (2017-)", None),
        ("", None),
    ],
)
def test_a_government_side_of_acled_is_its_state(
    tmp_path: Path, actor: str, state: str | None
) -> None:
    """Only forces and governments "of" a state count; everybody else has no code."""
    found = read_covariates("acled", write_acled(tmp_path, acled(actor1=actor, actor2="")))
    assert found.table.select("side_a", "side_b").rows() == [(state, None)]


@pytest.mark.parametrize(
    ("iso", "country", "state"),
    [
        (804, "Ukraine", "UKR"),
        (178, "Republic of Congo", "COG"),
        (0, "Kosovo", "XKX"),
        ("", "Kosovo", "XKX"),
        ("004", "Afghanistan", "AFG"),
    ],
)
def test_a_place_of_acled_is_found_by_number_or_name(
    tmp_path: Path, iso: object, country: str, state: str
) -> None:
    """Either is enough where the other says nothing."""
    path = write_acled(tmp_path, acled(iso=iso, country=country))
    assert read_covariates("acled", path).table["state"].to_list() == [state]


def test_both_headers_of_acled_give_the_same(tmp_path: Path) -> None:
    """The export of today and the one with data_id and iso3 differ in columns, not in rows."""
    rows = [acled(1), acled(2, event_date="17 May 2025", fatalities=0)]
    now = read_covariates("acled", write_acled(tmp_path, *rows))
    before = [{k: v for k, v in row.items() if k in ACLED_BEFORE} for row in rows]
    then = read_covariates("acled", write_acled(tmp_path, *before, header=ACLED_BEFORE))
    assert then.table.equals(now.table)
    assert then.schema == "ACLED before 2023, 31 columns"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-05-16", date(2025, 5, 16)),
        ("16 May 2025", date(2025, 5, 16)),
        ("1 January 1997", date(1997, 1, 1)),
        ("01 January 1997", date(1997, 1, 1)),
        ("29 February 2024", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_in_the_named_formats(tmp_path: Path, written: str, day: date) -> None:
    """ISO and day, month, year in words; which were met is noted."""
    found = read_covariates("acled", write_acled(tmp_path, acled(event_date=written)))
    assert found.table["date"].to_list() == [day]
    name = "YYYY-MM-DD" if written[4] == "-" else "D Month YYYY"
    assert f"dates written {name}: 1" in found.notes


@pytest.mark.parametrize(
    "kind", ["gz", "zip", "crlf", "bom", "unended", "upper", "quoted", "wider"]
)
def test_the_same_rows_in_another_dress_are_the_same(tmp_path: Path, kind: str) -> None:
    """Packing, line ends, mark, case of the header, quoting and spare columns change nothing."""
    rows = [ged(1, source_headline="a, b"), ged(2, best="4.0", source_headline='say "x"')]
    plain = read_covariates("ucdp-ged", write_ged(tmp_path, *rows))
    text = text_of(GED_HEADER, rows)
    if kind == "upper":
        text = text.replace(",".join(GED_HEADER), ",".join(GED_HEADER).upper())
    elif kind == "quoted":
        stream = io.StringIO()
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            csv.reader(io.StringIO(text))
        )
        text = stream.getvalue()
    elif kind == "wider":
        text = "".join(f"{line},,\n" for line in text.splitlines())
    body = text.encode()
    if kind == "gz":
        body = gzip.compress(body)
    elif kind == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/GEDEvent_v25_1.CSV", body)
            archive.writestr("readme.txt", "a codebook")
        body = packed.getvalue()
    elif kind == "crlf":
        body = body.replace(b"\n", b"\r\n")
    elif kind == "bom":
        body = b"\xef\xbb\xbf" + body
    elif kind == "unended":
        body = body.rstrip(b"\n")
    other = tmp_path / "other.csv"
    other.write_bytes(body)
    assert read_covariates("ucdp-ged", other).table.equals(plain.table)


# --- What is left out -----------------------------------------------------------------------

GED_REFUSED = {
    "no id": {"id": ""},
    'date_start "2005-02-30" is no day': {"date_start": "2005-02-30"},
    'date_start "03/04/2005" is no day': {"date_start": "03/04/2005"},
    'date_start "2005-03-01 12:00:00" is no day': {"date_start": "2005-03-01 12:00:00"},
    'date_end "" is no day': {"date_end": ""},
    "ends before it begins": {"date_end": "2005-02-28"},
    'lasts "1462" days, more than 1,100': {"date_end": "2009-03-01"},
    'type_of_violence "4" is none of 1, 2, 3': {"type_of_violence": 4},
    'country_id "9999" is no state\'s then': {"country_id": 9999},
    'country_id "345" is no state\'s then': {
        "country_id": 345,
        "date_start": "2010-01-01",
        "date_end": "2010-01-01",
    },
    'negative deaths: low "-1"': {"low": -1},
    'best "many" is no number of deaths': {"best": "many"},
    'high "" is no number of deaths': {"high": ""},
    'best "3.5" is no number of deaths': {"best": 3.5},
    'not low ≤ best ≤ high: "4", "3", "5"': {"low": 4},
    'not low ≤ best ≤ high: "2", "6", "5"': {"best": 6},
}


@pytest.mark.parametrize("reason", GED_REFUSED)
def test_a_ged_row_that_cannot_be_used_is_rejected(tmp_path: Path, reason: str) -> None:
    """With its line, its length in lines, the reason and the text."""
    path = write_ged(tmp_path, ged("a"), ged("b", **GED_REFUSED[reason]), ged("c"))
    found = read_covariates("ucdp-ged", path)
    assert found.table["event_id"].to_list() == ["a", "c"]
    assert found.left_out.drop("text").rows() == [(4, 2, "rejected", reason)]
    check_accounting(found, path)


ACLED_REFUSED = {
    "no event_id_cnty": {"event_id_cnty": " "},
    'event_date "16/05/2025" is no day': {"event_date": "16/05/2025"},
    'event_date "16 Mai 2025" is no day': {"event_date": "16 Mai 2025"},
    'event_date "31 April 2025" is no day': {"event_date": "31 April 2025"},
    'time_precision "4" is none of 1, 2, 3': {"time_precision": 4},
    "no event_type": {"event_type": ""},
    'country "Red Sea" (iso "0") is no state': {"country": "Red Sea", "iso": 0},
    'country "Akrotiri and Dhekelia" (iso "2") is no state': {
        "country": "Akrotiri and Dhekelia",
        "iso": 2,
    },
    'iso "643" is another state than country "Ukraine"': {"iso": 643},
    'negative deaths: "-2"': {"fatalities": -2},
    'fatalities "" is no number of deaths': {"fatalities": ""},
}


@pytest.mark.parametrize("reason", ACLED_REFUSED)
def test_an_acled_row_that_cannot_be_used_is_rejected(tmp_path: Path, reason: str) -> None:
    """The same; a record of three lines is one rejection and three lines."""
    path = write_acled(tmp_path, acled("a"), acled("b", **ACLED_REFUSED[reason]), acled("c"))
    found = read_covariates("acled", path)
    assert found.table["event_id"].to_list() == ["a", "c"]
    assert found.left_out.drop("text").rows() == [(5, 3, "rejected", reason)]
    assert found.accounting.rejected == 3
    check_accounting(found, path)


def test_an_event_counts_once(tmp_path: Path) -> None:
    """A file with a row for each actor has one row an event; the rest is rejected by its id."""
    path = write_acled(
        tmp_path, acled("a", fatalities=9), acled("a", actor1="x", fatalities=9), acled("b")
    )
    found = read_covariates("acled", path)
    assert found.table["deaths"].to_list() == [9, 4]
    assert found.accounting.reasons == (("id … again, first on line …", 1),)
    assert found.left_out["reason"].to_list() == ['id "a" again, first on line "2"']
    check_accounting(found, path)


def test_broken_records_cost_their_own_lines_only(tmp_path: Path) -> None:
    """An open quote, a stray one, a short row, bad bytes and blanks do not take others along."""
    rows = text_of(GED_HEADER, [ged(n, source_headline="x") for n in range(6)]).splitlines()
    body = b"\n".join(
        [
            rows[0].encode(),
            rows[1].encode(),
            rows[2].replace(",x,", ',"cut off,').encode(),
            rows[3].encode(),
            rows[4].replace(",x,", ',five " inches,').encode(),
            b"  ",
            rows[5].encode().replace(b",x,", b",\xff\xfe,"),
            b"1,2,3",
            rows[6].encode(),
            b"",
        ]
    )
    path = tmp_path / "ged.csv"
    path.write_bytes(body)
    found = read_covariates("ucdp-ged", path)
    assert found.table["event_id"].to_list() == ["0", "2", "5"]
    assert found.left_out.select("line", "what", "reason").rows() == [
        (3, "rejected", "a quoted field that does not end"),
        (5, "rejected", "a quote or a carriage return out of place"),
        (6, "filtered", "blank"),
        (7, "rejected", "not UTF-8"),
        (8, "rejected", "3 fields, not 49"),
    ]
    check_accounting(found, path)


GOOD = st.builds(
    lambda notes, deaths: acled(notes=notes, fatalities=deaths),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=40),
    st.integers(0, 50),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(GOOD, min_size=1, max_size=6), quote_all=st.booleans())
def test_sound_files_are_read_as_the_csv_module_reads_them(
    tmp_path: Path, rows: list[Row], quote_all: bool
) -> None:
    """Quotes, commas and line breaks in notes: each record is one event, on its own line."""
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(stream, ACLED_HEADER, restval="", lineterminator="\n", quoting=quoting)
    writer.writeheader()
    for number, row in enumerate(rows):
        writer.writerow(row | {"event_id_cnty": f"E{number}"})
    path = tmp_path / "acled.csv"
    path.write_bytes(stream.getvalue().encode())
    found = read_covariates("acled", path)
    expected, first = [], 2
    reader = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    for row in reader:
        expected.append((row["event_id_cnty"], int(row["fatalities"]), first))
        first = reader.line_num + 1
    # The csv module also ends a line at signs that are not line feeds; ours are line feeds.
    assert found.table.select("event_id", "deaths").rows() == [row[:2] for row in expected]
    assert found.left_out.is_empty()
    check_accounting(found, path)


DIRT = st.one_of(
    st.sampled_from([b"", b" ", b'"', b'a"b', b'"a', b'x,"', b'""', b"1,2", b"\xff", b"\0", b"\r"]),
    st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b" ")),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(st.one_of(DIRT, st.integers(0, 9)), max_size=14))
def test_every_line_is_accounted_for(tmp_path: Path, lines: list[bytes | int]) -> None:
    """Sound rows among any dirt: all lines are counted, and no row is invented or changed."""
    sound = text_of(GED_HEADER, [ged(99, source_headline="x")]).encode().splitlines()
    body = [sound[0], sound[1]]
    for number, line in enumerate(lines):
        if isinstance(line, int):
            row = ged(f"n{number}", best=line, low=0, high=9, source_headline="x")
            body.append(text_of(GED_HEADER, [row]).encode().splitlines()[1])
        else:
            body.append(line)
    path = tmp_path / "ged.csv"
    path.write_bytes(b"\n".join(body))
    found = read_covariates("ucdp-ged", path)
    check_accounting(found, path)
    written = {("99", 3, 2)} | {
        (f"n{number}", line, number + 3)
        for number, line in enumerate(lines)
        if isinstance(line, int)
    }
    kept = set(found.table.select("event_id", "deaths", "line").rows())
    # No dirt ends in a whole field in quotes, so no row can be swallowed by what precedes it.
    assert kept == written


# --- Header and file ------------------------------------------------------------------------


def test_a_header_that_lacks_columns_is_one_error_that_names_them(tmp_path: Path) -> None:
    """All missing columns at once, and what is needed."""
    header = [name for name in GED_HEADER if name not in {"best", "country_id"}]
    path = write_ged(tmp_path, header=header)
    with pytest.raises(SourceError, match="lacks country_id, best") as caught:
        read_covariates("ucdp-ged", path)
    assert str(path) in str(caught.value)
    assert "type_of_violence" in str(caught.value.allowed)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (";".join(GED_HEADER), "parted by semicolons"),
        ("\t".join(GED_HEADER), "parted by tabs"),
        (",".join(str(n) for n in range(49)), "without a header"),
        (",".join(ACLED_HEADER), 'the source is "ucdp-ged"'),
    ],
)
def test_a_wrong_header_comes_with_a_hint(tmp_path: Path, text: str, hint: str) -> None:
    """Another delimiter, no header at all, another source."""
    path = tmp_path / "ged.csv"
    path.write_text(text + "\n1\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_covariates("ucdp-ged", path)
    assert hint in str(caught.value.hint)


def test_sides_may_be_absent_and_it_is_said(tmp_path: Path) -> None:
    """A file trimmed to the needed columns is read; the note names what it lacks."""
    needed = list(COVARIATE_SOURCES["ucdp-ged"].needed)
    row = {name: value for name, value in ged().items() if name in needed}
    found = read_covariates("ucdp-ged", write_ged(tmp_path, row, header=needed))
    assert found.table["side_a"].to_list() == [None]
    assert "columns the file lacks: gwnoa, gwnob" in found.notes
    assert found.schema == "8 columns, among them those needed"


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    """Which of the two is meant is not guessed."""
    path = write_ged(tmp_path, header=[*GED_HEADER, "Best"])
    with pytest.raises(SourceError, match='two columns are called "best"'):
        read_covariates("ucdp-ged", path)


def test_licence_citation_and_schema_are_declared(tmp_path: Path) -> None:
    """They stand in what is printed, with the accounting."""
    found = read_covariates("ucdp-ged", write_ged(tmp_path, ged(), ged(2, best=-1)))
    said = str(found)
    assert "4 lines = 2 kept + 2 rejected + 0 filtered; 1 events" in said
    assert "CC BY 4.0" in said
    assert "Sundberg" in said
    assert "GED, 49 columns" in said
    assert all(source.terms.startswith("https://") for source in COVARIATE_SOURCES.values())
    assert "may not be passed on" in COVARIATE_SOURCES["acled"].licence


def test_the_result_is_frozen_and_a_table(tmp_path: Path) -> None:
    """It hands itself to Polars, pandas, Arrow and a notebook, with every cell escaped."""
    path = write_acled(tmp_path, acled(event_type="<b>x</b>"))
    found = read_covariates("acled", path)
    assert found.to_polars().equals(found.table)
    assert pl.DataFrame(found).equals(found.table)
    assert found.to_pandas()["deaths"].tolist() == [4]
    assert "<b>x" not in found._repr_html_()
    assert "&lt;b&gt;x" in found._repr_html_()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.file = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"source": "ucdp"}, UnknownNameError, 'did you mean "ucdp-ged"'),
        ({"window": ("2005-01-01",)}, UsageError, "no pair of dates"),
        ({"window": ("2005-01-01", "never")}, UsageError, "no pair of dates"),
        ({"window": ("2005-02-01", "2005-01-01")}, UsageError, "before it starts"),
        ({"states": "all"}, UsageError, "no window"),
        ({"window": ("2005-01-01", "2005-12-31"), "states": ["XXX"]}, UnknownNameError, "XXX"),
        ({"path": 5}, UsageError, "not a path"),
    ],
)
def test_a_wrong_call_is_one_clear_error(
    tmp_path: Path, arguments: Row, error: type[Exception], words: str
) -> None:
    """Before the file is looked at."""
    call: Row = {"source": "ucdp-ged", "path": tmp_path / "none.csv"} | arguments
    with pytest.raises(error, match=words):
        read_covariates(call.pop("source"), call.pop("path"), **call)


# --- Series ---------------------------------------------------------------------------------


def first_day(day: date, period: str) -> date:
    if period == "week":
        return date.fromisocalendar(*day.isocalendar()[:2], 1)
    if period == "month":
        return date(day.year, day.month, 1)
    return date(day.year, 1, 1) if period == "year" else day


def summed(table: pl.DataFrame, period: str, measure: str, spread: str) -> dict[date, float]:
    """Add up an event's days one by one."""
    sums: dict[date, float] = defaultdict(float)
    for row in table.iter_rows(named=True):
        days = [row["date"]]
        if spread == "even":
            days = [row["date"] + timedelta(n) for n in range(row["precision"])]
        for day in days:
            sums[first_day(day, period)] += row[measure] / len(days)
    return sums


EVENTS = st.lists(
    st.tuples(st.integers(0, 800), st.integers(0, 70), st.integers(0, 40), st.sampled_from("12")),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=EVENTS, period=st.sampled_from(("day", "week", "month", "year")))
def test_series_add_up_and_keep_their_sums(
    tmp_path: Path, events: list[tuple[int, int, int, str]], period: str
) -> None:
    """Against a loop over days, for both measures, both spreads and one kind."""
    rows = []
    for number, (start, length, deaths, kind) in enumerate(events):
        day = date(2003, 12, 20) + timedelta(days=start)
        rows.append(
            ged(
                number,
                type_of_violence=kind,
                date_start=day,
                date_end=day + timedelta(days=length),
                best=deaths,
                low=0,
                high=99,
            )
        )
    found = read_covariates("ucdp-ged", write_ged(tmp_path, *rows))
    for measure in ("deaths", "events"):
        for spread in ("first", "even"):
            series = found.series("IRQ", period, measure, spread=spread)
            expected = summed(found.table, period, measure, spread)
            assert series.columns == ["period", measure, "coverage"]
            assert series[measure].null_count() == 0
            for start, value, _ in series.iter_rows():
                assert value == pytest.approx(expected.pop(start, 0.0), rel=RELATIVE)
            assert expected == {}
            assert series[measure].sum() == pytest.approx(found.table[measure].sum(), rel=RELATIVE)
            assert series.schema[measure] == (pl.Int64 if spread == "first" else pl.Float64)
    one_sort = found.series("IRQ", period, "events", kind="non-state")["events"].sum()
    assert one_sort == sum(kind == "2" for *_, kind in events)


def test_a_quiet_day_is_exactly_zero_however_events_are_spread(tmp_path: Path) -> None:
    """Thirds and sevenths leave no residue on the days beside them."""
    rows = [
        ged(1, date_start="2005-03-01", date_end="2005-03-03", best=1, low=0),
        ged(2, date_start="2005-03-02", date_end="2005-03-08", best=1, low=0),
        ged(3, date_start="2005-03-20", date_end="2005-03-20"),
    ]
    found = read_covariates("ucdp-ged", write_ged(tmp_path, *rows))
    days = found.series("IRQ", "day", spread="even")
    assert (
        days.filter(pl.col("period").is_between(date(2005, 3, 9), date(2005, 3, 19)))[
            "deaths"
        ].to_list()
        == [0.0] * 11
    )


def test_coverage_is_null_where_nothing_is_known(tmp_path: Path) -> None:
    """Assumed: GED's states share the file's days, a state without a row has none at all."""
    rows = [
        ged(1, date_start="2005-01-10", date_end="2005-01-10"),
        ged(2, country_id=700, date_start="2005-03-09", date_end="2005-03-09"),
    ]
    found = read_covariates("ucdp-ged", write_ged(tmp_path, *rows))
    assert str(found.coverage) == "2005-01-10 to 2005-03-09, 2 states, coverage assumed"
    assert found.series("IRQ").rows() == [
        (date(2005, 1, 1), 3, 22 / 31),
        (date(2005, 2, 1), 0, 1.0),
        (date(2005, 3, 1), 0, 9 / 31),
    ]
    assert found.series("NZL")["deaths"].to_list() == [None, None, None]
    assert found.series("NZL")["coverage"].to_list() == [0.0, 0.0, 0.0]


def test_a_state_of_acled_is_covered_from_its_own_first_day(tmp_path: Path) -> None:
    """ACLED took states up one after another: before its first row a state is not quiet."""
    rows = [
        acled(1, event_date="1 March 2025"),
        acled(2, event_date="3 March 2025", iso=250, country="France"),
        acled(3, event_date="5 March 2025", iso=250, country="France"),
        acled(4, event_date="6 March 2025"),
    ]
    path = write_acled(tmp_path, *rows)
    found = read_covariates("acled", path)
    assert found.series("FRA", "day", "events")["events"].to_list() == [
        None, None, 1, 0, 1, None,
    ]  # fmt: skip
    declared = read_covariates("acled", path, window=("2025-03-01", "2025-03-06"))
    assert declared.series("FRA", "day", "events")["events"].to_list() == [0, 0, 1, 0, 1, 0]


def test_a_declared_window_filters_and_covers(tmp_path: Path) -> None:
    """Events that begin outside are filtered; quiet days and declared states are 0."""
    rows = [
        ged(1, date_start="2004-12-30", date_end="2005-01-02"),
        ged(2, date_start="2005-01-01", date_end="2005-01-01", best=4),
        ged(3, date_start="2005-12-31", date_end="2006-01-01", best=4),
        ged(4, date_start="2006-01-01", date_end="2006-01-01"),
    ]
    path = write_ged(tmp_path, *rows)
    found = read_covariates("ucdp-ged", path, window=("2005-01-01", date(2005, 12, 31)))
    assert found.table["event_id"].to_list() == ["2", "3"]
    assert found.accounting.filters == (("outside the window", 2),)
    check_accounting(found, path)
    assert found.series("IRQ", "year").rows() == [(date(2005, 1, 1), 8, 1.0)]
    # Half of the last event lies on the day after the window.
    assert found.series("IRQ", "year", spread="even").rows() == [(date(2005, 1, 1), 6.0, 1.0)]
    assert found.series("NZL", "year")["deaths"].to_list() == [None]
    for states in ("all", ["NZL", "IRQ"]):
        wide = read_covariates("ucdp-ged", path, window=("2005-01-01", "2005-12-31"), states=states)
        assert wide.series("NZL", "year")["deaths"].to_list() == [0]
        assert wide.series("FRA", "year")["deaths"].to_list() == [0 if states == "all" else None]


def test_adjacent_windows_share_the_events_of_a_file(tmp_path: Path) -> None:
    """Each event lies in exactly one of two windows that meet."""
    rows = [
        ged(n, date_start=day, date_end=day + timedelta(days=n % 4))
        for n, day in ((n, date(2005, 1, 1) + timedelta(days=n)) for n in range(30))
    ]
    path = write_ged(tmp_path, *rows)
    halves = [
        read_covariates("ucdp-ged", path, window=window).table["event_id"].to_list()
        for window in (("2005-01-01", "2005-01-15"), ("2005-01-16", "2005-01-31"))
    ]
    assert sorted(halves[0] + halves[1], key=int) == [str(n) for n in range(30)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("IRAQ",), "state"),
        (("IRQ", "decade"), "period"),
        (("IRQ", "day", "wounded"), "measure"),
    ],
)
def test_a_series_nobody_knows_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """States, periods and measures by name; spreads and kinds too."""
    found = read_covariates("ucdp-ged", write_ged(tmp_path, ged()))
    with pytest.raises(UnknownNameError, match=words):
        found.series(*arguments)
    with pytest.raises(UnknownNameError, match="spread"):
        found.series("IRQ", spread="odd")
    with pytest.raises(UnknownNameError, match="kind of event"):
        found.series("IRQ", kind="Riots")


# --- Tables ---------------------------------------------------------------------------------


@pytest.mark.realdata
def test_iso_numbers_are_those_of_the_country_table(data: Path, tmp_path: Path) -> None:
    """Every numeric code of the research table that is a known state gives that state."""
    rows = pl.read_csv(data / "ontology" / "countries.csv", infer_schema=False)
    codes = [
        (iso3, number)
        for iso3, number in rows.select("iso3c", "iso3n").unique(maintain_order=True).iter_rows()
        if iso3 and number and iso3 not in {"ATA", "ATF"}
    ]
    assert len(codes) > 240
    path = write_acled(
        tmp_path, *(acled(iso3, iso=number, country="somewhere") for iso3, number in codes)
    )
    table = read_covariates("acled", path).table
    assert table["state"].to_list() == [iso3 for iso3, _ in codes]
