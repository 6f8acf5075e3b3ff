"""The `table` source on small files and frames written here."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events import EVENT_SCHEMA, ingest, open_store

COLUMNS = {
    "date": "day",
    "source": "a",
    "target": "b",
    "source_name": "who",
    "code": "cameo",
    "mentions": "n",
}
HEADER = "day,a,b,who,cameo,n\n"
ROWS = (
    '2018-03-28,CHN,PRK,"Xi Jinping, President",042,3\n'
    '2018-03-28,PRK,CHN,"Kim ""Jong"" Un",043,1\n'
    "2018-03-29,USA,PRK,,130,\n"
    '2018-03-29,"",USA,United Nations,010,2\n'
)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_csv_is_read_by_its_mapping(tmp_path: Path) -> None:
    """Quoted commas and quotes, leading zeros, blanks as null."""
    path = write(tmp_path / "e.csv", HEADER + ROWS)
    report = ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    events = open_store(tmp_path / "s").events().collect().sort("row_no")
    assert dict(events.schema) == EVENT_SCHEMA
    assert events.select(
        "row_no", "source", "target", "source_raw", "code", "root", "quad", "weight", "mentions"
    ).rows() == [
        (2, "CHN", "PRK", "Xi Jinping, President", "042", "04", 1, 1.9, 3),
        (3, "PRK", "CHN", 'Kim "Jong" Un', "043", "04", 1, 2.8, 1),
        (4, "USA", "PRK", "USA", "130", "13", 3, -4.4, None),
        (5, None, "USA", "United Nations", "010", "01", 1, 0.0, 2),
    ]
    assert (report.lines, report.kept) == (4, 4)
    assert report.files[0].top_unknown == (("United Nations", 1),)


@pytest.mark.parametrize("kind", ["gz", "crlf", "bom", "tsv", "latin-1", "unended", "parquet"])
def test_the_same_rows_in_another_dress_are_the_same_events(tmp_path: Path, kind: str) -> None:
    """Packing, line ends, byte-order mark, delimiter and encoding change nothing."""
    text = HEADER + ROWS.replace("Xi Jinping, President", "Xí Jinping")
    options: dict[str, str] = {}
    body = text.encode()
    if kind == "gz":
        body = gzip.compress(body)
    elif kind == "crlf":
        body = body.replace(b"\n", b"\r\n")
    elif kind == "bom":
        body = b"\xef\xbb\xbf" + body
    elif kind == "tsv":
        body, options = body.replace(b",", b"\t"), {"delimiter": "\t"}
    elif kind == "latin-1":
        body, options = text.encode("latin-1"), {"encoding": "latin-1"}
    elif kind == "unended":
        body = body.rstrip(b"\n")
    plain = write(tmp_path / "plain.csv", text)
    other = write(tmp_path / "other", body)
    if kind == "parquet":
        pl.read_csv(plain, infer_schema=False).write_parquet(other)
    ingest("table", plain, store=tmp_path / "one", columns=COLUMNS)
    ingest("table", other, store=tmp_path / "two", columns=COLUMNS, **options)
    one, two = (
        open_store(tmp_path / name).events().collect().drop("file_id", "dataset", "row_no")
        for name in ("one", "two")
    )
    assert one.equals(two)


@pytest.mark.parametrize("library", ["polars", "lazy", "pandas", "pyarrow", "duckdb"])
def test_a_frame_of_any_library_is_read(tmp_path: Path, library: str) -> None:
    """Dates may be dates; the same frame twice changes nothing."""
    frame = pl.read_csv((HEADER + ROWS).encode(), infer_schema=False).with_columns(
        pl.col("day").str.to_date(), pl.col("n").cast(pl.Int64)
    )
    native = {
        "polars": lambda: frame,
        "lazy": frame.lazy,
        "pandas": frame.to_pandas,
        "pyarrow": frame.to_arrow,
        "duckdb": lambda: duckdb.from_arrow(frame.to_arrow()),
    }[library]()
    first = ingest("table", [native], store=tmp_path / "s", columns=COLUMNS)
    again = ingest("table", [native], store=tmp_path / "s", columns=COLUMNS)
    events = open_store(tmp_path / "s").events().collect().sort("row_no")
    assert first.kept == 4
    assert again.already_present
    assert events["event_date"].to_list() == [date(2018, 3, 28)] * 2 + [date(2018, 3, 29)] * 2
    assert events["row_no"].to_list() == [1, 2, 3, 4]


def test_numeric_codes_in_a_frame_are_refused(tmp_path: Path) -> None:
    """As numbers, 010 and 10 are the same; the difference cannot be guessed back."""
    frame = pd.DataFrame({"day": ["2018-01-01"], "a": ["CHN"], "b": ["PRK"], "cameo": [10]})
    columns = {"date": "day", "source": "a", "target": "b", "code": "cameo"}
    with pytest.raises(SourceError, match="leading zeros"):
        ingest("table", [frame], store=tmp_path / "s", columns=columns)


def test_an_arrow_table_and_a_polars_frame_have_one_identity(tmp_path: Path) -> None:
    """The content counts, not the library that holds it."""
    frame = pl.read_csv((HEADER + ROWS).encode(), infer_schema=False)
    ingest("table", [frame], store=tmp_path / "s", columns=COLUMNS)
    assert isinstance(frame.to_arrow(), pa.Table)
    again = ingest("table", [frame.to_arrow()], store=tmp_path / "s", columns=COLUMNS)
    assert again.already_present


def test_names_are_resolved_at_the_day_of_the_event(tmp_path: Path) -> None:
    """Moscow is the Soviet Union's in 1960 and Russia's in 2018."""
    path = write(
        tmp_path / "e.csv",
        "d,s,t,r\n1960-06-01,Moscow,Pyongyang,Consult\n2018-06-01,Moscow,Pyongyang,Consult\n",
    )
    columns = {"date": "d", "source_name": "s", "target_name": "t", "relation": "r"}
    ingest("table", path, store=tmp_path / "s", columns=columns)
    events = open_store(tmp_path / "s").events().collect().sort("event_date")
    assert events.select("source", "target", "code").rows() == [
        ("SUN", "PRK", "040"),
        ("RUS", "PRK", "040"),
    ]


def test_a_code_that_is_no_state_is_null_counted_and_kept_raw(tmp_path: Path) -> None:
    """The row stays, the side is unknown, the code is shown in the count."""
    path = write(tmp_path / "e.csv", HEADER + "2018-01-01,ZZZ,PRK,Nowhere,010,\n")
    report = ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    (row,) = open_store(tmp_path / "s").events().collect().rows(named=True)
    assert (row["source"], row["source_raw"], row["target"]) == (None, "Nowhere", "PRK")
    assert report.files[0].top_unknown == (("Nowhere [ZZZ]", 1),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("28.3.2018,CHN,PRK,x,010,1", 'date "28.3.2018" is not written %Y-%m-%d'),
        ("2018-02-30,CHN,PRK,x,010,1", 'date "2018-02-30" is not written %Y-%m-%d'),
        (",CHN,PRK,x,010,1", 'date "" is not written %Y-%m-%d'),
        ("2018-01-01,CHN,PRK,x,43,1", 'code "43" is not in the table of event codes'),
        ("2018-01-01,CHN,PRK,x,,1", 'code "" is not in the table of event codes'),
        ("2018-01-01,CHN,PRK,x,---,1", 'code "---" is not in the table of event codes'),
        ("2018-01-01,CHN,PRK,x,010,many", 'mentions "many" is no number'),
        ("2018-01-01,CHN,PRK,x,010", "5 fields, not 6"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected(tmp_path: Path, row: str, reason: str) -> None:
    """With file, line number, reason and text; the other rows are kept."""
    path = write(tmp_path / "e.csv", HEADER + ROWS + row + "\n")
    report = ingest("table", path, store=tmp_path / "s", columns=COLUMNS)
    (rejected,) = open_store(tmp_path / "s").rejected().rows(named=True)
    assert (rejected["line"], rejected["reason"], rejected["text"]) == (6, reason, row)
    assert (report.lines, report.kept, report.rejected) == (5, 4, 1)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (None, "which of its columns is what"),
        ({"source": "a", "target": "b", "code": "cameo"}, "no column for date"),
        ({"date": "day", "target": "b", "code": "cameo"}, "no column for source"),
        ({"date": "day", "source": "a", "target": "b"}, "for code or for relation"),
        ({"date": "day", "sauce": "a", "target": "b", "code": "cameo"}, 'unknown field "sauce"'),
    ],
)
def test_a_mapping_that_lacks_something_is_a_usage_error(
    tmp_path: Path, columns: dict[str, str] | None, words: str
) -> None:
    """Said before the file is read."""
    with pytest.raises(UsageError, match=words):
        ingest("table", tmp_path / "absent.csv", store=tmp_path / "s", columns=columns)


def test_a_mapped_column_the_file_lacks_is_named(tmp_path: Path) -> None:
    """With the columns there are."""
    path = write(tmp_path / "e.csv", HEADER + ROWS)
    with pytest.raises(SourceError, match='no column "dayy"') as caught:
        ingest("table", path, store=tmp_path / "s", columns={**COLUMNS, "date": "dayy"})
    assert "cameo" in (caught.value.allowed or "")


def test_an_unknown_option_is_an_error(tmp_path: Path) -> None:
    """A misspelt option does nothing silently in other tools; here it is named."""
    with pytest.raises(UnknownNameError, match="delimeter"):
        ingest("table", "x", store=tmp_path / "s", columns=COLUMNS, delimeter=";")


def test_infinite_numbers_are_no_weights(tmp_path: Path) -> None:
    """ "inf" and "nan" would poison every sum."""
    path = write(tmp_path / "e.csv", "d,a,b,c,w\n2018-01-01,CHN,PRK,010,inf\n" * 1)
    text = path.read_text() + "2018-01-01,CHN,PRK,010,nan\n2018-01-01,CHN,PRK,010,-1.5\n"
    write(path, text)
    columns = {"date": "d", "source": "a", "target": "b", "code": "c", "weight": "w"}
    report = ingest("table", path, store=tmp_path / "s", columns=columns)
    assert (report.kept, report.rejected) == (1, 2)
    assert open_store(tmp_path / "s").events().collect()["weight_raw"].to_list() == [-1.5]
