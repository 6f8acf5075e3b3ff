"""Files of covariates made to harm: a clear error or counted rejections, in little time.

Bounds are generous: what would hang or fill memory exceeds them by orders of magnitude.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.errors import SourceError, TertiusError
from tertius.events.covariates import COVARIATE_SOURCES, Covariates, read_covariates

CPU_SECONDS = 6.0
HEADERS = {
    name: ",".join((*source.needed, *source.optional)).encode()
    for name, source in COVARIATE_SOURCES.items()
}
ROWS = {
    "ucdp-ged": b"1,1,645,2005-03-01,2005-03-01,3,5,2,645,",
    "acled": b"E1,2005-03-01,1,Battles,Military Forces of Iraq (2003-),,Iraq,3,368",
}
SOURCES = sorted(HEADERS)


def whole(source: str, *lines: bytes) -> bytes:
    return b"\n".join((HEADERS[source], *lines, b""))


def read(folder: Path, source: str, content: bytes) -> Covariates:
    path = folder / "file.csv"
    path.write_bytes(content)
    found = read_covariates(source, path)
    books = found.accounting
    assert books.lines == books.kept + books.rejected + books.filtered
    return found


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return buffer.getvalue()


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("../ged.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def unusable(source: str) -> dict[str, tuple[bytes, str]]:
    good = whole(source, ROWS[source])
    return {
        "nothing": (b"", "empty"),
        "a header alone": (whole(source), "no rows"),
        "blank lines alone": (whole(source, b"", b"  "), "can be used"),
        "an error in JSON": (b'{"status":403,"error":[{"message":"Access denied"}]}', "is JSON"),
        "a list in JSON": (b'[{"event_id_cnty":"A1"}]', "is JSON"),
        "a log-in page": (b"\n  <!DOCTYPE html>\n<html><body>Log in</body></html>", "header"),
        "an error page": (b"<html><head><title>502</title></head></html>\n", "web page"),
        "a zip without a table": (zipped(readme=good), "holds 0 CSV files"),
        "a zip with two tables": (zipped(a_csv=good, b_csv=good), "holds 2 CSV files"),
        "a zip within a zip": (zipped(a_csv=zipped(a_csv=good)), "archives within archives"),
        "a zip cut off": (zipped(a_csv=good)[:-30], "."),
        "a tar archive": (tarred(good), "tar"),
        "a Parquet file": (b"PAR1" + bytes(40) + b"PAR1", "no UTF-8 text"),
        "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "no UTF-8 text"),
        "UTF-16": (good.decode().encode("utf-16"), "no UTF-8 text"),
        "UTF-16 without a mark": (good.decode().encode("utf-16-le"), "header"),
        "Latin-1 in the header": (b"\xe9," + good, "header"),
        "a NUL in the header": (b"\0" + good, "header"),
        "old Macintosh line ends": (good.replace(b"\n", b"\r"), "header"),
        "an open quote in the header": (b'"' + good, "header"),
        "a stray quote in the header": (b'x"y,' + good, "header"),
        "no header": (ROWS[source] + b"\n", "lacks"),
        "gzip cut off": (gzip.compress(good * 999, mtime=0)[:-20], "damaged or cut off"),
        "gzip with a wrong sum": (gzip.compress(good)[:-8] + bytes(8), "damaged"),
        "a gzip bomb": (gzip.compress(good + b"\n" * 9_000_000, 9), "unpacks to more"),
        "rows that are all wrong": (whole(source, b"x", b'"', b"\xff"), "can be used; line 2"),
    }


UNUSABLE = {source: unusable(source) for source in SOURCES}
CASES = [(source, name) for source in SOURCES for name in UNUSABLE[source]]


@pytest.mark.parametrize(("source", "name"), CASES)
def test_a_file_that_is_none_is_one_error(tmp_path: Path, source: str, name: str) -> None:
    """It names the file and says what is wrong; nothing else is raised."""
    content, words = UNUSABLE[source][name]
    began = time.process_time()
    with pytest.raises(SourceError, match=words) as caught:
        read(tmp_path, source, content)
    assert time.process_time() - began < CPU_SECONDS
    assert "file.csv" in str(caught.value.where)


@pytest.mark.parametrize("name", ["none.csv", "folder"])
def test_a_path_that_is_no_file_is_one_error(tmp_path: Path, name: str) -> None:
    """Missing, or a folder."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError, match=r"cannot be read|is a folder"):
        read_covariates("acled", tmp_path / name)


SLOW = {
    "lines that each open a quote": b'"a\n' * 60_000,
    "lines that each close one": b'a,"\n' * 60_000,
    "pairs of quotes without end": b'""' * 400_000 + b"\n",
    "one quote, then lines without end": b'"\n' + b"a\n" * 200_000,
    "an open quote before each thousand lines": (b'"x\n' + b"a\n" * 1000) * 100,
    "commas": b"," * 900_000 + b"\n",
    "a line of ten megabytes": b"a" * 10_000_000 + b"\n",
    "a quoted field of ten megabytes": b'"' + (b"a" * 500 + b"\n") * 20_000 + b'"\n',
    "blank lines": b"\n" * 150_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_no_pattern_of_quotes_is_slow_or_swallows_rows(tmp_path: Path, name: str) -> None:
    """The sound rows before and after are both there, all lines are counted."""
    row = ROWS["ucdp-ged"]
    after = row.replace(b"1,", b"2,", 1)
    began = time.process_time()
    found = read(tmp_path, "ucdp-ged", whole("ucdp-ged", row) + SLOW[name] + after + b"\n")
    assert time.process_time() - began < CPU_SECONDS
    assert found.table["event_id"].to_list() == ["1", "2"]
    assert found.accounting.lines == SLOW[name].count(b"\n") + 2


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    source=st.sampled_from(SOURCES),
    tail=st.lists(
        st.one_of(st.binary(max_size=60), st.sampled_from([b'"', b"\n", b'",', b'\n"', b"\r\n"])),
        max_size=12,
    ).map(b"".join),
)
def test_any_bytes_below_a_header_are_accounted_for(
    tmp_path: Path, source: str, tail: bytes
) -> None:
    """Whatever follows one sound row, that row is kept and every line is counted."""
    content = whole(source, ROWS[source]) + tail
    found = read(tmp_path, source, content)
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    assert found.accounting.lines == lines - 1
    assert found.table["line"].to_list()[0] == 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(source=st.sampled_from(SOURCES), content=st.binary(max_size=200))
def test_any_bytes_at_all_are_an_error_of_ours(tmp_path: Path, source: str, content: bytes) -> None:
    """No file without the header is read, and none raises anything but our errors."""
    with pytest.raises(TertiusError):
        read(tmp_path, source, content)


def test_numbers_out_of_range_do_not_overflow(tmp_path: Path) -> None:
    """Deaths, dates and numbers of states too long for their types are rejected."""
    good = ROWS["ucdp-ged"]
    bad = [
        good.replace(b",3,5,2,", b",3,99999999999999999999,2,"),
        good.replace(b"2005-03-01,2005", b"9999-12-31,2005"),
        good.replace(b"2005-03-01,2005", b"0001-01-01,2005"),
        good.replace(b",645,2005", b"," + b"6" * 5000 + b",2005"),
        good.replace(b"2005-03-01,3", b"2099-12-31,3"),
    ]
    found = read(tmp_path, "ucdp-ged", whole("ucdp-ged", good, *bad))
    assert found.accounting.kept == 1
    assert found.accounting.rejected == len(bad)
    assert found.series("IRQ", "day", spread="even").height == 1


def test_a_terminal_is_told_nothing_by_a_file(tmp_path: Path) -> None:
    """Escape signs in names and reasons are not printed; the table of rejections keeps them."""
    rows = [
        ROWS["acled"].replace(b"of Iraq", b"of \x1b[31mNowhere\x07"),
        ROWS["acled"].replace(b"E1", b"E2").replace(b",Iraq,3,368", b",\x1b]0;owned\x07,3,0"),
        ROWS["acled"].replace(b"E1", b"E3\x1b[2J").replace(b",3,", b",-3,"),
    ]
    found = read(tmp_path, "acled", whole("acled", *rows))
    assert found.accounting.kept == 1
    assert not {"\x1b", "\x07"} & set(str(found))
    assert "\x1b" in found.left_out["reason"][0]
    with pytest.raises(SourceError) as caught:
        read(tmp_path, "acled", whole("acled", rows[1]))
    assert not {"\x1b", "\x07"} & set(str(caught.value))


def test_nothing_in_a_file_reaches_the_file_system(tmp_path: Path) -> None:
    """Ids and notes that are paths or formulas stay text."""
    rows = [
        ROWS["acled"].replace(b"E1", b"../../etc/passwd"),
        ROWS["acled"].replace(b"E1", b"=cmd|' /C calc'!A0"),
    ]
    found = read(tmp_path, "acled", whole("acled", *rows))
    assert found.table["event_id"].to_list() == ["../../etc/passwd", "=cmd|' /C calc'!A0"]
    assert [path.name for path in tmp_path.iterdir()] == ["file.csv"]
