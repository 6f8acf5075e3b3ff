"""The line check against a slow one written line by line.

The reference splits each physical line by hand (a state machine over characters, RFC 4180
with the one restriction that a quoted field ends on its line). Exact equality is asked for.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import SourceError
from tertius.events.parsing import lines, readers
from tertius.events.parsing.lines import sound_lines
from tertius.events.parsing.readers import content_sha256, file_blocks, line_pieces
from tertius.settings import limit


def split_by_hand(line: bytes) -> list[bytes] | None:
    """Split one line into fields; None if its quotes are not RFC 4180."""
    fields, field, state = [], b"", "start"
    for at in range(len(line)):
        char = line[at : at + 1]
        if state == "quoted":
            state = "maybe-end" if char == b'"' else "quoted"
            field += char if char != b'"' else b""
        elif state == "maybe-end":
            if char == b'"':
                field, state = field + b'"', "quoted"
            elif char == b",":
                fields, field, state = [*fields, field], b"", "start"
            else:
                return None
        elif char == b",":
            fields, field, state = [*fields, field], b"", "start"
        elif char == b'"':
            if state == "start":
                state = "quoted"
            else:
                return None
        else:
            field, state = field + char, "plain"
    return None if state == "quoted" else [*fields, field]


def fate(line: bytes, fields: int) -> str:
    """Say what must become of a line."""
    if line.endswith(b"\r"):
        line = line[:-1]
    if not line.strip(b" \t\r"):
        return "blank"
    if b"\0" in line:
        return "rejected"
    try:
        line.decode()
    except UnicodeDecodeError:
        return "rejected"
    found = split_by_hand(line)
    return "kept" if found is not None and len(found) == fields else "rejected"


pieces_of_lines = st.lists(
    st.sampled_from(
        [b"a", b",", b'"', b'""', b"\n", b"\n", b"\r\n", b" ", b"\0", b"\xff", "é".encode(), b",,"]
    ),
    max_size=60,
).map(b"".join)


@given(pieces_of_lines)
def test_every_line_meets_the_fate_the_slow_reading_gives_it(text: bytes) -> None:
    """Kept, rejected and blank lines agree one by one with the state machine."""
    piece = text + b"\n"
    checked = sound_lines(piece, 1, delimiter=",", fields=3)
    lines = piece.split(b"\n")[:-1]
    fates = [fate(line, 3) for line in lines]
    expected_kept = [number for number, word in enumerate(fates, 1) if word == "kept"]
    expected_rejected = [number for number, word in enumerate(fates, 1) if word == "rejected"]
    assert checked.numbers.tolist() == expected_kept
    assert [number for number, _, _ in checked.rejected] == expected_rejected
    assert checked.blank == fates.count("blank")
    assert checked.lines == len(lines)


@given(pieces_of_lines)
def test_kept_lines_parse_to_the_fields_the_slow_reading_gives(text: bytes) -> None:
    """Polars, given only sound lines, returns each field as the state machine splits it."""
    piece = text + b"\n"
    checked = sound_lines(piece, 1, delimiter=",", fields=3)
    lines = [line.removesuffix(b"\r") for line in piece.split(b"\n")[:-1]]
    expected = [
        [field.decode() for field in split_by_hand(line) or []]
        for line in lines
        if fate(line, 3) == "kept"
    ]
    if not expected:
        assert checked.text == b""
        return
    frame = pl.read_csv(
        checked.text, has_header=False, schema=dict.fromkeys("abc", pl.String), quote_char='"'
    )
    assert [[cell or "" for cell in row] for row in frame.iter_rows()] == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"a,b", "2 fields, not 3"),
        (b"a,b,c,d", "4 fields, not 3"),
        (b"a,b\0,c", "a NUL byte"),
        (b"a,\xe9,c", "not UTF-8"),
        (b'a,"b,c', "quote"),
        (b'a,b"c,d', "quote"),
        (b'a,"b"c,d', "quote"),
    ],
)
def test_a_reason_says_what_is_wrong_with_the_line(line: bytes, reason: str) -> None:
    """The rejection carries line number, reason and text."""
    checked = sound_lines(b"x,y,z\n" + line + b"\n1,2,3\n", 7, delimiter=",", fields=3)
    ((number, said, text),) = checked.rejected
    assert (number, checked.numbers.tolist()) == (8, [7, 9])
    assert reason in said
    assert text


def test_a_line_longer_than_the_limit_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more than the limit is too long; the limit itself is not."""
    monkeypatch.setattr(lines, "limit", lambda name: 10)
    checked = sound_lines(b"a" * 10 + b"\n" + b"a" * 11 + b"\n", 1)
    assert checked.numbers.tolist() == [1]
    assert "longer than 10 bytes" in checked.rejected[0][1]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("ended", [True, False])
def test_pieces_join_to_the_file_whatever_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, ended: bool
) -> None:
    """No line is cut, lost or counted twice at the seam between two pieces."""
    text = b"first\nsecond,line\n\nfourth" + (b"\n" if ended else b"")
    path = tmp_path / "lines.txt"
    path.write_bytes(text)
    sizes = {"ingest_piece_bytes": size, "max_line_bytes": 1000}
    for module in (readers, lines):
        monkeypatch.setattr(module, "limit", sizes.__getitem__)
    found = list(line_pieces(file_blocks(path, limit("ingest_piece_bytes")), str(path)))
    assert b"".join(piece for _, piece in found) == text.rstrip(b"\n") + b"\n"
    assert all(piece.endswith(b"\n") for _, piece in found)
    expected = 1 + np.cumsum([0] + [piece.count(b"\n") for _, piece in found])[:-1]
    assert [first for first, _ in found] == expected.tolist()


def test_a_line_beyond_all_limits_is_one_rejected_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endless line is cut off and rejected; the lines after it keep their numbers."""
    path = tmp_path / "long.txt"
    path.write_bytes(b"one\n" + b"x" * 500 + b"\nthree\n")
    sizes = {"ingest_piece_bytes": 16, "max_line_bytes": 50}
    for module in (readers, lines):
        monkeypatch.setattr(module, "limit", sizes.__getitem__)
    checked = [
        sound_lines(piece, first)
        for first, piece in line_pieces(file_blocks(path, limit("ingest_piece_bytes")), str(path))
    ]
    assert [n for lines in checked for n in lines.numbers.tolist()] == [1, 3]
    assert [number for lines in checked for number, _, _ in lines.rejected] == [2]


def test_gzip_and_plain_have_one_content_and_two_file_digests(tmp_path: Path) -> None:
    """A file is recognised by what it holds, packed or not."""
    plain, packed = tmp_path / "a.txt", tmp_path / "a.txt.gz"
    plain.write_bytes(b"1 2 3 4\n")
    packed.write_bytes(gzip.compress(b"1 2 3 4\n"))
    assert content_sha256(plain)[1] == content_sha256(packed)[1]
    assert content_sha256(plain)[0] == content_sha256(plain)[1] != content_sha256(packed)[0]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    """Sixty-four megabytes of zeros from a small file stop at the ratio limit."""
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(bytes(64 << 20)))
    with pytest.raises(SourceError, match="unpacks to more than"):
        content_sha256(bomb)


@pytest.mark.parametrize("extra", [0, 1, 5, 40])
def test_a_long_line_is_never_presumed_sound(monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    """Wherever it stands; shorter ones may be, however large the piece."""
    monkeypatch.setattr(lines, "limit", lambda name: 20)
    short = b"1\t2345\n" * 9
    for place in range(0, len(short) + 1, 7):
        long = b"1\t" + b"x" * (19 + extra) + b"\n"
        piece = short[:place] + long + short[place:]
        assert lines.presumed_width(piece, (2,)) == (10, 0)
    assert lines.presumed_width(short, (2,)) == (9, 2)
