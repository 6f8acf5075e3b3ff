"""Files made by chance, in every way a file can be broken: no line is lost, none is invented.

Six hundred files are made here for the sources `gdelt`, `table` and `tkg`: ragged lines, byte
order marks, NULs, CRLF and lone CR, stray quotes, over-long lines, bytes that are not UTF-8,
blank lines, missing last newlines, empty fields, control characters, numbers that are none;
plain, zip and gzip; alone, many in a batch, in small pieces. What becomes of each line is worked
out a second time in plain Python: by splitting at newlines and tabs, without a csv reader, and
compared exactly. Only the tables of states and codes are taken from the product; they are
tested elsewhere. Numbers are compared exactly: both sides must read the nearest double.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tertius import settings as limits
from tertius.actors import cameo_states, fips_states, known_states
from tertius.events import ingest, open_store
from tertius.events.intakes import takings
from tertius.events.ontologies import cameo_codes, relation_codes
from tertius.events.reports import IngestReport

CODES = set(cameo_codes()["code"])
# What Unicode calls white space; Python's own list has four characters more.
BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
MADE = settings(
    deadline=None,
    derandomize=True,
    database=None,
    # Ten files at once take minutes to be made smaller; the whole of a failure is printed.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class Expected:
    """What must become of a file."""

    lines: int = 0
    kept: list[tuple[Any, ...]] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    blank: int = 0
    other: int = 0

    @property
    def usable(self) -> bool:
        """Whether the file is taken in at all."""
        return bool(self.kept or self.other)


@dataclass(frozen=True)
class Made:
    """A file: its lines, how they are packed, and how small the pieces are it is read in."""

    content: bytes
    packed: str


@dataclass(frozen=True)
class Reading:
    """Limits that are set for one call."""

    line: int
    piece: int
    batch: int
    rows: int


CALM = Reading(1_000_000, 33_554_432, 33_554_432, 400_000)
readings = st.sampled_from(
    [
        CALM,
        Reading(900, 33_554_432, 33_554_432, 400_000),
        Reading(900, 33_554_432, 4_000, 7),
        # Every file is streamed, in blocks shorter than a line.
        Reading(900, 300, 33_554_432, 400_000),
        Reading(1_000_000, 300, 2_000, 3),
    ]
)


@contextmanager
def limited(reading: Reading) -> Iterator[None]:
    """Set limits: only the longest line may change what is read."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("max_line_bytes", reading.line),
            ("ingest_piece_bytes", reading.piece),
            ("ingest_batch_bytes", reading.batch),
            ("segment_rows_count", reading.rows),
        ):
            patch.setitem(limits._BY_NAME, name, value)
        if reading.piece < 1_000:
            patch.setattr(takings, "_READ_BYTES", reading.piece)
        yield


# Independent reading.


def physical_lines(content: bytes, encoding: str = "utf-8") -> list[bytes]:
    """Split at newlines; a missing last one is made up for, one carriage return is dropped."""
    if not content:
        return []
    ended = content if content.endswith(b"\n") else content + b"\n"
    mark = b"\xef\xbb\xbf" if encoding == "utf-8" else b""
    lines = ended.removeprefix(mark).split(b"\n")[:-1]
    return [line.removesuffix(b"\r") for line in lines]


def shown(line: bytes) -> str:
    return line[:500].decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def is_blank(line: bytes) -> bool:
    return not line.strip(b" \t\r")


def whole(text: str) -> int | None:
    bare = text.strip(BLANKS)
    number = int(bare) if re.fullmatch(r"[+-]?[0-9]+", bare) else None
    return number if number is not None and -(2**63) <= number < 2**63 else None


def decimal(text: str) -> float | None:
    bare = text.strip(BLANKS)
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", bare):
        return None
    number = float(bare)
    return number if math.isfinite(number) else None


def day_of(number: int | None) -> date | None:
    text = str(number)
    if number is None or number < 0 or len(text) != 8:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def instant_of(number: int, digits: int) -> datetime | None:
    text = str(number)
    if number < 0 or len(text) != digits:
        return None
    parts = [int(text[:4]), *(int(text[at : at + 2]) for at in range(4, digits, 2))]
    try:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]
    except ValueError:
        return None


PLACES = {57: (51, 56, None), 58: (51, 56, 57), 61: (53, 59, 60)}


def gdelt_row(number: int, cells: Sequence[str]) -> tuple[tuple[Any, ...] | None, str, str]:
    """Return the row of a line, None if it cannot be used, and both codes as they count."""
    place_at, added_at, url_at = PLACES[len(cells)]
    one, other = cells[7], cells[17]
    wholes = [whole(cells[at]) for at in (1, 31, 32, 33, added_at)]
    decimals = [decimal(cells[at]) for at in (30, 34)]
    day, mentions, sources, articles, added = wholes
    spoilt = any(
        value is None and cells[at].strip(BLANKS)
        for at, value in zip((1, 31, 32, 33, added_at, 30, 34), [*wholes, *decimals], strict=True)
    )
    when = instant_of(added, 14 if len(cells) == 61 else 8) if added is not None else None
    if spoilt or day_of(day) is None or (added is not None and when is None):
        return None, one, other
    # Blanks around codes are a known fault; columns called raw keep them.
    one, other = one.strip(BLANKS), other.strip(BLANKS)
    if cells[26] not in CODES:
        return None, one, other
    states, fips = cameo_states(), fips_states()
    place = cells[place_at]
    row = (
        number, cells[0] or None, day_of(day), when, states.get(one), states.get(other),
        cells[5] or one or None, cells[15] or other or None,
        cells[12].strip(BLANKS) or None, cells[22].strip(BLANKS) or None, cells[26],
        decimals[0], mentions, sources, articles, decimals[1], fips.get(place), place or None,
        (cells[url_at] or None) if url_at else None,
    )  # fmt: skip
    return row, one, other


GDELT_COLUMNS = (
    "row_no", "event_id", "event_date", "added_at", "source", "target", "source_raw",
    "target_raw", "source_type", "target_type", "code", "weight_raw", "mentions", "sources",
    "articles", "tone", "place", "place_raw", "url",
)  # fmt: skip


def read_gdelt(content: bytes, longest: int, *, interstate: bool) -> Expected:
    """Read a GDELT file line by line."""
    told = Expected()
    states = cameo_states()
    for number, line in enumerate(physical_lines(content), 1):
        told.lines += 1
        cells = [cell.decode("utf-8", "replace") for cell in line.split(b"\t")]
        if len(line) > longest:
            told.rejected.append((number, shown(line)))
        elif is_blank(line):
            told.blank += 1
        elif b"\0" in line or len(cells) not in PLACES:
            told.rejected.append((number, shown(line)))
        else:
            row, one, other = gdelt_row(number, cells)
            between = states.get(one, "") != states.get(other, "") and {one, other} <= set(states)
            if interstate and not between:
                told.other += 1
            elif row is None:
                told.rejected.append((number, shown(line)))
            else:
                told.kept.append(row)
    return told


# Comparing.


def written(folder: Path, made: Sequence[Made], name: str) -> dict[str, Path]:
    """Write files, packed as they ask; return their paths by the sum of their bytes."""
    paths = {}
    for count, file in enumerate(made):
        path = folder / f"{name}{count}.csv"
        if file.packed == "gzip":
            path = path.with_name(path.name + ".gz")
            path.write_bytes(gzip.compress(file.content, 1, mtime=0))
        elif file.packed == "zip":
            path = path.with_name(path.name + ".zip")
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(zipfile.ZipInfo(f"{name}{count}.csv"), file.content)
        else:
            path.write_bytes(file.content)
        paths[hashlib.sha256(path.read_bytes()).hexdigest()] = path
    return paths


def compare(
    report: IngestReport, folder: Path, expected: dict[str, Expected], columns: tuple[str, ...]
) -> None:
    """Hold a report and what a store holds against what must have become of each file."""
    store = open_store(folder)
    links = dict(store.links().collect().iter_rows())
    events = store.events().collect().with_columns(
        url=pl.col("url_hash").replace_strict(links, default=None, return_dtype=pl.String)
    )  # fmt: skip
    rejected = store.rejected()
    accounts = {file.sha256: file for file in report.files}
    assert not set(accounts) - set(expected)
    assert len(report.refused) == len(expected) - len(accounts)
    seen = 0
    for key, told in expected.items():
        if key not in accounts:
            assert not told.kept
            continue
        account = accounts[key]
        assert account.lines == told.lines
        assert account.kept == len(told.kept)
        assert account.rejected == len(told.rejected)
        assert account.filtered == told.blank + told.other
        assert account.lines == account.kept + account.rejected + account.filtered
        own = events.filter(pl.col("file_id") == account.file_id).sort("row_no")
        assert own.select(columns).rows() == told.kept
        aside = rejected.filter(pl.col("file_id") == account.file_id).sort("line")
        assert aside.select("line", "text").rows() == told.rejected
        assert aside["reason"].str.len_chars().gt(0).all()
        assert set(aside["file"]) <= {account.name}
        seen += account.kept + account.rejected
    # Nothing of a file that was refused.
    assert events.height + rejected.height == seen
    assert set(links.values()) == set(events["url"].drop_nulls())
    assert store.verify() == []


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A new folder within one folder, at every call."""
    base, count = tmp_path_factory.mktemp("made"), itertools.count()

    def make() -> Path:
        folder = base / str(next(count))
        folder.mkdir()
        return folder

    return make


def distinct(made: Sequence[Made]) -> list[Made]:
    """Leave out what was there before: the same content counts once."""
    return list({file.content: file for file in made}.values())


# GDELT.

ROW = [""] * 61
for at, text in {
    0: "731", 1: "20180326", 2: "201803", 3: "2018", 4: "2018.2356", 5: "CHINA", 6: "BEIJING",
    7: "CHN", 12: "GOV", 15: "PRK", 16: "PYONGYANG", 17: "PRK", 22: "MIL", 25: "1", 26: "042",
    27: "042", 28: "04", 29: "1", 30: "1.9", 31: "4", 32: "1", 33: "4", 34: "-1.5", 53: "KN",
    59: "20180326044500", 60: "https://example.org/a",
}.items():  # fmt: skip
    ROW[at] = text
COUNTRIES = [b"CHN", b"PRK", b"USA", b"ROM", b"EUR", b"", b" USA", b"USA ", b"usa", b"US",
             b"USAGOV", b"US\xff", b"\xc2\xa0KOR", b"  ", b"\xef\xbb\xbfUSA"]  # fmt: skip
TEXTS = [b"", b'"', b'"CHINA"', b'a "b" c', b"\xff\xfe", b"\xe4\xb8\xad", b"\xe4\xb8",
         b"\x01\x02", b"\x1f", b"a\rb", b"\r", b" ", b"\xef\xbb\xbfx", b"x" * 1_000, b"#",
         b"\\N", b"null", b"NA", b"'", b",", b"\x7f", b"\xc0\x80"]  # fmt: skip
NUMBERS = [b"", b"nan", b"NaN", b"inf", b"-Infinity", b"1e999", b"+5", b" 5", b"5 ", b"1.0", b"1e3",
           b"0x10", b"1_0", b"--1", b"1e-400", b"-0", b"007", b"9223372036854775807",
           b"9223372036854775808", b"\xd9\xa5", b"\xff", b"1,5", b".5", b"5.", b" ", b"+", b"e5",
           b"0.1000000000000000055511151231257827", b"4.9e-324", b'"5"']  # fmt: skip
DAYS = [b"20180326", b"2018-13-45", b"20181345", b"20180230", b"", b"-20180326", b"2018032",
        b"9990101", b"120180326", b"020180326", b"+20180326", b" 20180326", b"20180326.0",
        b"99991231", b"0", b"00000000", b"20160229", b"20170229", b"20180326044500",
        b"10000101"]  # fmt: skip
TIMES = [b"20180326044500", b"20180326", b"2018032604450", b"20180326246000", b"20181326044500",
         b"", b"-20180326044500", b"20180326044500 ", b"now", b"201803260445001"]  # fmt: skip
CODED = [b"042", b"190", b"42", b"---", b"X", b"", b" 042", b"0421", b"1122", b"999", b'"042"',
         b"04"]  # fmt: skip

POOLS = {
    0: TEXTS, 1: DAYS, 5: TEXTS, 7: COUNTRIES, 12: TEXTS, 15: TEXTS, 17: COUNTRIES, 22: TEXTS,
    26: CODED, 30: NUMBERS, 31: NUMBERS, 32: NUMBERS, 33: NUMBERS, 34: NUMBERS, 36: TEXTS,
    53: [b"KN", b"KS", b"KR", b"", b"XX", b"ch"], 59: TIMES, 60: TEXTS, 45: [b"\0", b"\t", b"\n"],
}  # fmt: skip
changes = st.sampled_from(
    [(at, value) for at, pool in POOLS.items() for value in pool]
)  # each as likely as another
sides = st.tuples(st.sampled_from(COUNTRIES[:9]), st.sampled_from(COUNTRIES[:9]))
widths = st.sampled_from([57, 58, 61])
ends = st.sampled_from([b"\n"] * 8 + [b"\r\n", b"\r\r\n"])


def gdelt_line(
    width: int, both: tuple[bytes, bytes], changed: Sequence[tuple[int, bytes]]
) -> bytes:
    cells = [cell.encode() for cell in ROW]
    cells[7], cells[17] = both
    if width != 61:
        cells[59] = b"20180326"
    for at, value in changed:
        cells[at] = value
    if width != 61:
        # The three codes of second-order divisions are not there before 2.0.
        cells = [cell for at, cell in enumerate(cells) if at not in (39, 47, 55)]
    return b"\t".join(cells[:width])


good = st.builds(gdelt_line, widths, sides, st.lists(changes, max_size=1))
bad = st.builds(gdelt_line, widths, sides, st.lists(changes, min_size=1, max_size=3))
ragged = st.builds(
    lambda line, more: line + b"\t" * more if more else line.rpartition(b"\t")[0],
    good,
    st.integers(0, 3),
)
# The sum of fields is right, the lines are not.
balanced = st.builds(
    lambda one, two: one.rpartition(b"\t")[0] + b"\n" + two + b"\tmore", good, good
)
doubled = st.builds(lambda line: b"\n" + line + b"\t" + line, good)
odd = st.sampled_from(
    [b"", b" ", b"\r", b"\t" * 60, b"\t" * 59 + b" ", b"\t" * 57 + b" ", b" \t ", b"\t" * 56, b"x",
     b"\x0c", b"\xef\xbb\xbf", b" " * 950, b" " * 950 + b"x", b"\t" * 60 + b"x", b'"', b"\0"]
)  # fmt: skip
# A first line that is an archive's or another format's is refused, which is tested elsewhere.
junk = st.binary(max_size=8).map(lambda raw: b"?" + raw)
any_line = st.one_of(good, good, bad, ragged, balanced, doubled, odd, junk)
some_lines = st.one_of(
    # Files of one edition, the most of them good, are read another way than mixtures.
    widths.flatmap(
        lambda width: st.lists(
            st.builds(gdelt_line, st.just(width), sides, st.lists(changes, max_size=2)), max_size=6
        )
    ),
    st.lists(any_line, max_size=6),
)
marks = st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])


def body(mark: bytes, lines: Sequence[bytes], parts: Sequence[bytes], cut: bool) -> bytes:
    """Put lines together; the last newline may be missing."""
    text = b"".join(line + end for line, end in zip(lines, parts, strict=False))
    return mark + (text.removesuffix(b"\n") if cut else text)


def bodies(lines: st.SearchStrategy[list[bytes]]) -> st.SearchStrategy[bytes]:
    return st.builds(body, marks, lines, st.lists(ends, min_size=12, max_size=12), st.booleans())


def of_width(width: int) -> st.SearchStrategy[bytes]:
    """Lines that may be presumed to be of one width, and are not always."""
    sound = st.builds(gdelt_line, st.just(width), sides, st.lists(changes, max_size=1))
    short = sound.map(lambda line: line.rpartition(b"\t")[0])
    long = sound.map(lambda line: line + b"\tmore")
    return st.one_of(
        sound,
        sound,
        st.builds(lambda one, two: one + b"\n" + two, short, long),
        st.builds(lambda one, two: one + b"\n" + two, long, short),
        st.builds(lambda line: b"\n" + line + b"\t" + line, sound),
    )


mixed = bodies(some_lines)


def files(bodies: st.SearchStrategy[bytes], count: int) -> st.SearchStrategy[list[Made]]:
    """So many files at once, so that they are read together."""
    one = st.builds(Made, bodies, st.sampled_from(["plain", "zip", "gzip"]))
    return st.lists(one, min_size=count, max_size=count).map(distinct)


uniform = widths.flatmap(
    lambda width: files(
        st.builds(body, st.just(b""), st.lists(of_width(width), max_size=4),
                  st.just([b"\n"] * 4), st.booleans()), 10,
    )
)  # fmt: skip


@settings(MADE, max_examples=60)
@given(st.one_of(files(mixed, 10), uniform), readings)
def test_gdelt_files_of_any_kind_are_accounted_for(
    place: Callable[[], Path], made: list[Made], reading: Reading
) -> None:
    """All rows, and only those between states; neither depends on the files beside a file."""
    folder = place()
    paths = written(folder, made, "g")
    contents = dict(zip(paths, (file.content for file in made), strict=True))
    for keep in ("all", "interstate"):
        with limited(reading):
            report = ingest(
                "gdelt", list(paths.values()), store=folder / keep, keep=keep, whole=False
            )
        expected = {
            key: read_gdelt(content, reading.line, interstate=keep == "interstate")
            for key, content in contents.items()
        }
        compare(report, folder / keep, expected, GDELT_COLUMNS)
        if keep == "all":
            refused = {key for key, told in expected.items() if not told.usable}
            assert {file.sha256 for file in report.files} == set(expected) - refused
    everything, interstate = (
        open_store(folder / keep).events().drop("file_id").collect().sort(pl.all())
        for keep in ("all", "interstate")
    )
    between = pl.col("source") != pl.col("target")
    assert everything.filter(between).equals(interstate)


# Tables.

FIELDS = ("day", "one", "two", "code", "score", "number", "tone", "spot", "more")
COLUMNS = {"date": "day", "source": "one", "target": "two", "code": "code", "weight": "score",
           "mentions": "number", "tone": "tone", "place": "spot"}  # fmt: skip
TABLE_COLUMNS = ("row_no", "event_date", "source", "target", "source_raw", "target_raw", "code",
                 "weight_raw", "mentions", "tone", "place", "url")  # fmt: skip
# What each way of writing a day must come to.
WRITTEN: dict[str, date | None] = {
    "2018-03-26": date(2018, 3, 26), "2018-3-26": date(2018, 3, 26), " 2018-03-26 ":
    date(2018, 3, 26), "2016-02-29": date(2016, 2, 29), "9999-12-31": date(9999, 12, 31),
    "2018-13-45": None, "2017-02-29": None, "18-03-26": None, "0018-03-26": None,
    "0000-01-01": None, "-2018-03-26": None, "+12018-03-26": None, "12018-03-26": None,
    "20180326": None, "": None,
    "2018-03-26x": None, "26.03.2018": None, "2018-03-26 10:00": None, "day": None, "\x1f": None,
}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    quoted: bool
    encoding: str


def split_by_hand(line: str, dialect: Dialect) -> list[str] | None:
    """Split one line; None if its quotes are not those of RFC 4180, ended on their line."""
    if not dialect.quoted:
        return line.split(dialect.delimiter)
    cells, cell, state = [], "", "start"
    for char in line:
        if state == "within":
            state = "ended" if char == '"' else "within"
            cell += "" if char == '"' else char
        elif char == '"' and state == "ended":
            cell, state = cell + '"', "within"
        elif char == dialect.delimiter:
            cells, cell, state = [*cells, cell], "", "start"
        elif state == "ended" or (char == '"' and state == "plain"):
            return None
        elif char == '"':
            state = "within"
        else:
            cell, state = cell + char, "plain"
    return None if state == "within" else [*cells, cell]


def table_row(number: int, cells: Sequence[str]) -> tuple[Any, ...] | None:
    day, one, two, code, score, count, tone, spot = (cell.strip(BLANKS) for cell in cells[:8])
    numbers = [decimal(text) for text in (score, count, tone)]
    if any(
        text and value is None for text, value in zip((score, count, tone), numbers, strict=True)
    ):
        return None
    if numbers[1] is not None and (numbers[1] % 1 or abs(numbers[1]) > 2**53):
        return None
    when = WRITTEN.get(cells[0], WRITTEN.get(day))
    if when is None or code not in CODES:
        return None
    mentions = None if numbers[1] is None else int(numbers[1])
    known = known_states()
    return (number, when, one if one in known else None, two if two in known else None, one or None,
            two or None, code, numbers[0], mentions, numbers[2], spot or None, None)  # fmt: skip


def read_table(content: bytes, longest: int, dialect: Dialect) -> Expected:
    """Read a table line by line; the first one is the header."""
    told = Expected()
    for number, raw in enumerate(physical_lines(content, dialect.encoding), 1):
        if number == 1:
            continue
        line = raw.decode("latin-1").encode() if dialect.encoding == "latin-1" else raw
        told.lines += 1
        try:
            cells = split_by_hand(line.decode(), dialect)
        except UnicodeDecodeError:
            cells = None
        row = table_row(number, cells) if cells and len(cells) == len(FIELDS) else None
        if len(line) <= longest and is_blank(line):
            told.blank += 1
        elif len(line) > longest or b"\0" in line or row is None:
            told.rejected.append((number, shown(line)))
        else:
            told.kept.append(row)
    return told


dialects = st.sampled_from(
    [Dialect(",", True, "utf-8"), Dialect("\t", False, "utf-8"), Dialect(";", True, "latin-1"),
     Dialect("\t", True, "utf-8"), Dialect("|", False, "latin-1")]
)  # fmt: skip
TABLE_POOLS: tuple[Sequence[bytes], ...] = (
    [text.encode() for text in WRITTEN],
    [b"CHN", b"PRK", b"USA", b"XXX", b"", b" KOR ", b"usa", b'"CHN"', b"\xff"],
    [b"CHN", b"PRK", b"USA", b"", b'"PRK', b'P"RK', b'"P""RK"', b'"a,b;c\td|e"'],
    [*CODED, b"'042"],
    NUMBERS, NUMBERS, NUMBERS, TEXTS, [b"", b"\0", b'"', b"\xef\xbb\xbf", b"x" * 900],
)  # fmt: skip
FIRM = (b"2018-03-26", b"CHN", b"PRK", b"042", b"1.9", b"4", b"-1.5", b"PRK", b"")


def table_line(changed: Sequence[tuple[int, bytes]]) -> list[bytes]:
    cells = list(FIRM)
    for at, value in changed:
        cells[at] = value
    return cells


table_changes = st.sampled_from([(at, v) for at, pool in enumerate(TABLE_POOLS) for v in pool])
table_lines = st.lists(
    st.one_of(
        st.lists(table_changes, max_size=2).map(table_line),
        st.lists(table_changes, max_size=1).map(table_line),
        st.lists(st.sampled_from([b"", b"x", b'"', b" "]), max_size=11),
    ),
    max_size=6,
)
table_bodies = st.builds(
    lambda mark, lines, parts, cut: (mark, lines, parts, cut),
    marks.filter(lambda mark: len(mark) < 4), table_lines,
    st.lists(ends, min_size=7, max_size=7), st.booleans(),
)  # fmt: skip


@settings(MADE, max_examples=14)
@given(st.lists(table_bodies, min_size=10, max_size=10), dialects, readings)
def test_tables_of_any_kind_are_accounted_for(
    place: Callable[[], Path], drawn: list[Any], dialect: Dialect, reading: Reading
) -> None:
    """Quoted and not, in two encodings, with every delimiter."""
    split = dialect.delimiter.encode()
    made = distinct(
        [
            Made(
                body(
                    mark if dialect.encoding == "utf-8" else b"",
                    [split.join(cells) for cells in ([f.encode() for f in FIELDS], *lines)],
                    [b"\r\n" if parts[0] == b"\r\r\n" else parts[0], *parts[1:]],
                    cut,
                ),
                "gzip" if cut else "plain",
            )
            for mark, lines, parts, cut in drawn
        ]
    )
    folder = place()
    paths = written(folder, made, "t")
    with limited(reading):
        report = ingest(
            "table", list(paths.values()), store=folder / "s", whole=False, columns=COLUMNS,
            delimiter=dialect.delimiter, quoted=dialect.quoted, encoding=dialect.encoding,
        )  # fmt: skip
    expected = {
        key: read_table(file.content, reading.line, dialect)
        for key, file in zip(paths, made, strict=True)
    }
    compare(report, folder / "s", expected, TABLE_COLUMNS)
    usable = {key for key, told in expected.items() if told.usable}
    assert {file.sha256 for file in report.files} == usable


# Quadruples.

ENTITIES = ("China", "North Korea", "Nobody in particular")
LABELS = ("Consult", "No relation of this name")
TKG_COLUMNS = (
    "row_no",
    "event_date",
    "source",
    "target",
    "source_raw",
    "target_raw",
    "code",
    "url",
)


def read_quadruples(content: bytes) -> Expected:
    """Read quadruples line by line: days from 2018 on, counted in hours."""
    told, codes = Expected(), relation_codes()
    states = dict(zip(ENTITIES, ("CHN", "PRK", None), strict=True))
    for number, line in enumerate(physical_lines(content), 1):
        told.lines += 1
        if is_blank(line):
            told.blank += 1
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = ""
        found = re.fullmatch(
            r"\s*" + r"\s+".join([r"([0-9]{1,9})"] * 4) + r"(\s+-?[0-9]+)?\s*", text
        )
        one, label, two, hours = (int(found[at]) for at in range(1, 5)) if found else (9, 9, 9, 9)
        last = (date.max - date(2018, 1, 1)).days
        fits = one < 3 and two < 3 and label < 1 and not hours % 24 and hours // 24 <= last
        if b"\0" in line or not fits:
            told.rejected.append((number, shown(line)))
        else:
            when = date(2018, 1, 1) + timedelta(days=hours // 24)
            names = ENTITIES[one], ENTITIES[two]
            told.kept.append(
                (number, when, states[names[0]], states[names[1]], *names, codes["Consult"], None)
            )
    return told


words = st.sampled_from(
    [b"0", b"1", b"2", b"3", b"24", b"007", b"-1", b"+1", b"1.0", b"1234567890", b"999999984", b"",
     "\u0663".encode(), b"\xff", b"\0", b"x", b'"0"', b"\xef\xbb\xbf0", b"70000008"]
)  # fmt: skip
gaps = st.sampled_from([b"\t", b" ", b"  ", b"\r", "\u00a0".encode(), b",", b"\x0c", b"\x1f"])
quadruple = st.one_of(
    st.builds(
        lambda one, two, days: b"%d 0 %d %d" % (one, two, days * 24),
        st.integers(0, 2), st.integers(0, 2), st.integers(0, 400),
    ),
    st.builds(
        lambda cells, gap: gap.join(cells), st.lists(words, min_size=3, max_size=6), gaps
    ),
    st.sampled_from([b"", b" ", b"\t\t", b"0\t0\t1\t0\t0", b"0 0 1 0 -1", b" 0 0 1 24 "]),
)  # fmt: skip
quadruple_files = st.lists(bodies(st.lists(quadruple, max_size=6)), min_size=10, max_size=10)


@settings(MADE, max_examples=12)
@given(quadruple_files, readings)
def test_quadruples_of_any_kind_are_accounted_for(
    place: Callable[[], Path], contents: list[bytes], reading: Reading
) -> None:
    """Ten folders at once."""
    base, expected, folders = place(), {}, []
    for count, content in enumerate(dict.fromkeys(contents)):
        folder = base / str(count)
        folder.mkdir()
        (folder / "entity2id.txt").write_text(
            "".join(f"{name}\t{at}\n" for at, name in enumerate(ENTITIES))
        )
        (folder / "relation2id.txt").write_text(
            "".join(f"{name}\t{at}\n" for at, name in enumerate(LABELS))
        )
        (folder / "train.txt").write_bytes(content)
        expected[hashlib.sha256(content).hexdigest()] = read_quadruples(content)
        folders.append(folder)
    with limited(reading):
        report = ingest(
            "tkg", folders, store=base / "s", whole=False, origin="2018-01-01", unit="hour"
        )
    compare(report, base / "s", expected, TKG_COLUMNS)
    usable = {key for key, told in expected.items() if told.usable}
    assert {file.sha256 for file in report.files} == usable


def test_a_line_of_ten_megabytes_is_set_aside(tmp_path: Path) -> None:
    """Its head is kept with its number; the lines around it are read, small or streamed."""
    row = gdelt_line(61, (b"CHN", b"PRK"), ())
    long = row.replace(b"https://", b"https://" + b"x" * 10_000_000)
    content = b"\n".join([row, long, row, row])
    path = tmp_path / "long.csv"
    path.write_bytes(content)
    streamed = Reading(1_000_000, 1_000_000, 33_554_432, 400_000)
    for name, reading in (("whole", CALM), ("streamed", streamed)):
        for keep in ("all", "interstate"):
            store = tmp_path / f"{name}-{keep}"
            with limited(reading):
                report = ingest("gdelt", path, store=store, keep=keep)
            assert (report.lines, report.kept, report.rejected, report.filtered) == (4, 3, 1, 0)
            (aside,) = open_store(store).rejected().rows(named=True)
            assert (aside["line"], aside["text"]) == (2, shown(long))
            assert aside["reason"] == "longer than 1,000,000 bytes"
            assert open_store(store).events().collect()["row_no"].to_list() == [1, 3, 4]


@pytest.mark.parametrize("at", [898, 899, 900, 901, 902])
@pytest.mark.parametrize("char", [b"\r", b"\xc3\xa9", b"\t", b" "])
def test_a_line_cut_anywhere_is_still_too_long(tmp_path: Path, at: int, char: bytes) -> None:
    """Whatever stands where the head of an over-long line ends."""
    row = gdelt_line(61, (b"CHN", b"PRK"), ())
    for start in (row, b" "):
        long = start + b"x" * (at - len(start)) if start == row else b" " * at
        long += char + b"x" * 200
        path = tmp_path / f"{len(start)}.csv"
        path.write_bytes(row + b"\n" + long + b"\n" + row + b"\n")
        with limited(Reading(900, 300, 33_554_432, 400_000)):
            report = ingest("gdelt", path, store=tmp_path / f"s{len(start)}")
        assert (report.lines, report.kept, report.rejected) == (3, 2, 1)
        (aside,) = open_store(tmp_path / f"s{len(start)}").rejected().rows(named=True)
        assert (aside["line"], aside["text"]) == (2, shown(long))
