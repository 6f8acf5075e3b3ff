"""Members of archives are listed and read as the standard library reads them.

The references are `zipfile` and `gzip`: for every archive they make, each way to inflate has
to give their bytes. Bytes are compared, so there are no tolerances.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tertius.errors import SourceError, UsageError
from tertius.events.archives import (
    ArchiveMember,
    archive_members,
    inflaters,
    member_blocks,
    member_bytes,
)

# 800 KB that pack to 130 KB: more than a chunk of packed data, less than a step of unpacked.
LINES = b"".join(b"%d\tUSA\tPRK\t042\t3.4\n" % (n * n) for n in range(30_000))
WAYS = {
    way: names
    for way, names in {
        "zlib": (),
        "isal": ("isal.isal_zlib",),
        "deflate": ("deflate",),
        "both": ("deflate", "isal.isal_zlib"),
    }.items()
    if all(importlib.util.find_spec(name.partition(".")[0]) for name in names)
}


@contextlib.contextmanager
def inflating(way: str) -> Iterator[None]:
    """Let only some of the optional libraries be found."""
    real, names = inflaters.library, WAYS[way]
    with mock.patch.object(
        inflaters, "library", lambda name: real(name) if name in names else None
    ):
        yield


def zipped(path: Path, files: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", **{"compression": zipfile.ZIP_DEFLATED, **options}) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(path: Path, block: int = 1 << 16) -> dict[str, bytes]:
    """Read every member in blocks and in one piece; the two have to agree."""
    found = {}
    for member in archive_members(path):
        blocks = list(member_blocks(member, block))
        assert all(len(each) == block for each in blocks[:-1])
        assert all(blocks)
        found[member.inner_name] = b"".join(blocks)
        assert member_bytes(member) == found[member.inner_name]
    return found


# What other archives begin with: no member's contents here, as it would be refused.
MARKS = (b"PK", b"\x1f\x8b", b"7z", b"Rar!", b"\xfd7z", b"\x28\xb5", b"BZh")

# Runs of one letter, text and noise: what deflate packs well, as usual, and not at all.
some_bytes = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda text, times: text * times, st.binary(min_size=1, max_size=9),
              st.integers(0, 3000)),
    st.builds(lambda seed, size: random.Random(seed).randbytes(size), st.integers(0, 99),
              st.integers(0, 200_000)),
).filter(lambda content: not content.startswith(MARKS))  # fmt: skip
some_names = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters="_-. /"),
    min_size=1, max_size=12,
).map(lambda name: "x/" + name.replace("/", "-") + ".csv")  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(some_names, some_bytes, min_size=1, max_size=4),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.integers(0, 9),
    st.integers(1, 70_000),
    st.binary(max_size=40).filter(lambda comment: b"PK" not in comment),
)
def test_a_zip_is_read_as_the_standard_library_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, bytes],
    method: int,
    level: int,
    block: int,
    comment: bytes,
) -> None:
    """Any contents, names, level and block, by every way to inflate."""
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    with zipfile.ZipFile(path, "w", method, compresslevel=level) as archive:
        archive.comment = comment
        for name, content in files.items():
            archive.writestr(name, content)
    for way in WAYS:
        with inflating(way):
            assert contents(path, block) == files
    with zipfile.ZipFile(path) as archive:
        for member, info in zip(archive_members(path), archive.infolist(), strict=True):
            assert (member.inner_name, member.bytes, member.packed_bytes, member.crc32) == (
                info.filename, info.file_size, info.compress_size, info.CRC,
            )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(some_bytes, min_size=1, max_size=4), st.integers(1, 9), st.integers(1, 70_000))
def test_a_gzip_is_read_as_the_standard_library_reads_it(
    tmp_path_factory: pytest.TempPathFactory, streams: list[bytes], level: int, block: int
) -> None:
    """One stream or several, filled up with zeros or not."""
    raw = b"".join(gzip.compress(stream, level) for stream in streams)
    path = tmp_path_factory.mktemp("gzip") / "a.csv.gz"
    for content in (raw, raw + bytes(700)):
        path.write_bytes(content)
        expected = gzip.decompress(content)
        assume(not expected.startswith(MARKS))
        for way in WAYS:
            with inflating(way):
                assert contents(path, block) == {"a.csv": expected}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_damage_leaves_is_read_right_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes of a zip or a gzip are changed, cut out or put in: the same bytes, or an error."""
    kind = data.draw(st.sampled_from(["zip", "gz"]))
    path = tmp_path_factory.mktemp("damage") / f"a.{kind}"
    text = LINES[:2000]
    if kind == "zip":
        zipped(path, {"a.csv": text, "b.csv": text[:7]})
    else:
        path.write_bytes(gzip.compress(text) + gzip.compress(text[:7]))
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    cut = data.draw(st.integers(0, 3))
    raw[at : at + cut] = data.draw(st.binary(max_size=3))
    path.write_bytes(raw)
    allowed = {text, text[:7], text + text[:7]}
    for way in WAYS:
        # Libraries may differ in which malformed data they still make sense of; the sum decides.
        with inflating(way), contextlib.suppress(SourceError):
            assert set(contents(path).values()) <= allowed


# --- Forms of zip ---------------------------------------------------------------------------


class Unseekable(io.RawIOBase):
    """A pipe, as a packer sees it: sizes are then told behind the data."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.written += bytes(data)
        return len(data)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("large", [False, True])
def test_sizes_behind_the_data_are_read(tmp_path: Path, method: int, large: bool, way: str) -> None:
    """As packers write them that cannot go back, in 32 and 64 bits."""
    pipe = Unseekable()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name in ("a.csv", "b.csv"):
            with archive.open(name, "w", force_zip64=large) as stream:
                stream.write(LINES)
    (tmp_path / "a.zip").write_bytes(pipe.written)
    with inflating(way):
        assert contents(tmp_path / "a.zip") == {"a.csv": LINES, "b.csv": LINES}


def test_sizes_behind_the_data_need_no_mark(tmp_path: Path) -> None:
    """The four bytes before them are optional (APPNOTE 4.3.9.3)."""
    pipe = Unseekable()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", LINES)
    raw = pipe.written
    at = raw.index(b"PK\x07\x08")
    start = raw.index(b"PK\x01\x02") - 4
    raw = raw[:at] + raw[at + 4 :]
    (tmp_path / "a.zip").write_bytes(raw[:-6] + struct.pack("<IH", start, 0))
    assert contents(tmp_path / "a.zip") == {"a.csv": LINES}


def test_a_header_with_64_bit_sizes_is_read(tmp_path: Path) -> None:
    """Also where they would have fitted 32."""
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as stream,
    ):
        stream.write(LINES)
    assert contents(path) == {"a.csv": LINES}


def test_a_directory_with_64_bit_numbers_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sizes, offsets and counts, as the standard library writes them beyond its limits."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    path = zipped(tmp_path / "a.zip", {"a.csv": LINES, "b.csv": LINES[:700], "c.csv": b"x"})
    assert b"PK\x06\x06" in path.read_bytes()
    assert contents(path) == {"a.csv": LINES, "b.csv": LINES[:700], "c.csv": b"x"}


def test_a_member_beyond_four_gigabytes_of_offset_is_read(tmp_path: Path) -> None:
    """The offset is taken from the 64-bit field; the four members before are holes."""
    path, size = tmp_path / "a.zip", 1 << 30
    crc = 0
    entries, at = b"", 0
    with path.open("wb") as stream:
        for name, length in ((b"0", size), (b"1", size), (b"2", size), (b"3", size), (b"4", 5)):
            crc = zlib.crc32(b"12345") if length == 5 else 0
            stream.seek(at)
            stream.write(
                struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 0, 0, 33, crc, length, length, 1, 0)
                + name + (b"12345" if length == 5 else b"")
            )  # fmt: skip
            far = struct.pack("<HHQ", 1, 8, at) if at >= 0xFFFFFFFF else b""
            entries += struct.pack(
                "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 45, 45, 0, 0, 0, 33, crc, length, length,
                1, len(far), 0, 0, 0, 0, min(at, 0xFFFFFFFF),
            ) + name + far  # fmt: skip
            at += 31 + length
        stream.seek(at)
        stream.write(entries)
        stream.write(
            struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 5, 5, len(entries), at)
        )
        stream.write(struct.pack("<4sIQI", b"PK\6\7", 0, at + len(entries), 1))
        stream.write(struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 5, 5, len(entries), 0xFFFFFFFF, 0))
    members = archive_members(path)
    assert [member.bytes for member in members] == [size] * 4 + [5]
    assert members[-1].offset > 1 << 32
    assert member_bytes(members[-1]) == b"12345"


NAMES = ["2018/días.csv", "사건.csv", "événements 2018.csv", "a b.csv", "..csv", "a..b/c.csv", "~"]


def test_names_are_kept_as_the_archive_spells_them(tmp_path: Path) -> None:
    """With and without folders; the last part stands by itself too."""
    members = archive_members(zipped(tmp_path / "a.zip", dict.fromkeys(NAMES, b"x")))
    assert [member.inner_name for member in members] == NAMES
    assert [member.name for member in members] == [name.split("/")[-1] for name in NAMES]
    assert members[0].where == f'{tmp_path / "a.zip"}: member "2018/días.csv"'


def test_an_old_name_is_code_page_437(tmp_path: Path) -> None:
    """Without bit 11 of the flags; the byte 0x82 is é there."""
    path = zipped(tmp_path / "a.zip", {"ev_nts.csv": b"x"})
    path.write_bytes(path.read_bytes().replace(b"ev_nts", b"ev\x82nts"))
    assert archive_members(path)[0].name == "evénts.csv"


def test_folders_hold_nothing_and_are_left_out(tmp_path: Path) -> None:
    """Members keep the order in which they lie in the file."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("b")
        archive.writestr("b/z.csv", b"1")
        archive.writestr("a.csv", b"2")
    assert contents(path) == {"b/z.csv": b"1", "a.csv": b"2"}
    assert [member.name for member in archive_members(path)] == ["z.csv", "a.csv"]


# --- Forms of gzip and plain files ----------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_every_header_of_a_gzip_is_read(tmp_path: Path, way: str) -> None:
    """A name, a comment, an extra field and a sum of the header, alone and together."""
    body = gzip.compress(LINES)[10:]
    for flags in range(32):
        head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\0\xff"
        head += b"\x04\0abcd" if flags & 4 else b""
        head += b"../../day.csv\0" if flags & 8 else b""
        head += b"by hand\0" if flags & 16 else b""
        head += struct.pack("<H", zlib.crc32(head) & 0xFFFF) if flags & 2 else b""
        (tmp_path / "a.csv.gz").write_bytes(head + body)
        with inflating(way):
            assert contents(tmp_path / "a.csv.gz") == {"a.csv": LINES}


def test_a_gzip_is_known_by_its_bytes_and_declares_its_size_at_its_end(tmp_path: Path) -> None:
    """Whatever its name; the size is that of the last stream."""
    for name, called in (("a.tsv.gz", "a.tsv"), ("a.GZIP", "a"), ("a.csv", "a.csv")):
        (tmp_path / name).write_bytes(gzip.compress(b"12") + gzip.compress(LINES))
        (member,) = archive_members(tmp_path / name)
        size = (tmp_path / name).stat().st_size
        assert member == ArchiveMember(
            tmp_path / name, called, called, "gzip", 0, size, len(LINES), None, "deflated"
        )
        assert member_bytes(member) == b"12" + LINES


def test_a_file_of_many_blocks_as_bgzip_makes_it_is_read(tmp_path: Path) -> None:
    """More than 10,000 streams are a matter of size, not of number."""
    block, count = gzip.compress(os.urandom(3) * 400), 10_050
    (tmp_path / "a.gz").write_bytes(block * count + gzip.compress(b""))
    (member,) = archive_members(tmp_path / "a.gz")
    assert sum(map(len, member_blocks(member, 1 << 20))) == 1200 * count


def test_a_plain_file_is_its_own_member(tmp_path: Path) -> None:
    """Its bytes are handed on as they are, also where they begin like words of an archive."""
    for content in (LINES, b"x", b"PK", b"BZh is a name\n", b"ustar\n", b"Rar! 7z zip\n"):
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        assert archive_members(path) == (
            ArchiveMember(path, "a.csv", "a.csv", "plain", 0, len(content), len(content), None,
                          "stored"),
        )  # fmt: skip
        assert contents(path, 1000) == {"a.csv": content}


# --- Blocks and libraries -------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_large_member_is_read_in_bounded_memory(tmp_path: Path, way: str) -> None:
    """Blocks are of the size asked for, and no more than two of them are held at once."""
    import tracemalloc

    noise = random.Random(3).randbytes(1 << 20).hex().encode()
    path = zipped(tmp_path / "a.zip", {"a.csv": noise * 8}, compresslevel=1)
    (member,) = archive_members(path)
    block = 1 << 21
    with inflating(way):
        list(member_blocks(member, block))
        tracemalloc.start()
        try:
            sizes = [len(each) for each in member_blocks(member, block)]
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert sizes == [block] * 8
    assert peak < 3 * block + (4 << 20)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_a_bad_member_of_one_block_is_handed_on(tmp_path: Path, way: str) -> None:
    """Of a longer one the last block is kept back until the sum is known."""
    path = zipped(tmp_path / "a.zip", {"a.csv": LINES}, compression=zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[-200] ^= 1
    path.write_bytes(raw)
    (member,) = archive_members(path)
    with inflating(way):
        for block, expected in ((len(LINES), 0), (len(LINES) - 1, 1), (100_000, 7)):
            seen: list[bytes] = []
            with pytest.raises(SourceError, match="CRC-32"):
                seen.extend(member_blocks(member, block))
            assert len(seen) == expected


def test_a_block_has_at_least_one_byte(tmp_path: Path) -> None:
    """Less is a mistake of the caller."""
    (member,) = archive_members(zipped(tmp_path / "a.zip", {"a.csv": b"x"}))
    for size in (0, -1):
        with pytest.raises(UsageError, match="no size of a block"):
            member_blocks(member, size)


def test_the_fast_libraries_are_used_where_they_are(tmp_path: Path) -> None:
    """One for a whole member, one for a stream; without them zlib does both."""
    (member,) = archive_members(zipped(tmp_path / "a.zip", {"a.csv": LINES}))
    raw = member.archive.read_bytes()[member.offset : member.offset + member.packed_bytes]
    for way, names in WAYS.items():
        with inflating(way):
            whole = inflaters.inflated_at_once(raw, len(LINES), member.crc32 or 0)
            assert (whole == LINES) if "deflate" in names else (whole is None)
            assert member_bytes(member) == LINES
    assert inflaters.library("a_library_that_nobody_has") is None


@pytest.mark.parametrize("lie", [(0, 0), (1, 0), (-1, 0), (0, 1)])
def test_the_whole_is_given_only_where_everything_is_right(lie: tuple[int, int]) -> None:
    """Size and sum as declared, the data used up: libdeflate itself reports none of these."""
    pytest.importorskip("deflate")
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(LINES) + packer.flush()
    size, crc = len(LINES) + lie[0], zlib.crc32(LINES) ^ lie[1]
    whole = inflaters.inflated_at_once(packed, size, crc)
    assert whole == (LINES if lie == (0, 0) else None)
    for behind in (b"x", bytes(8), struct.pack("<II", zlib.crc32(LINES), len(LINES)) + b"yy"):
        assert inflaters.inflated_at_once(packed + behind, size, crc) is None
    assert inflaters.inflated_at_once(packed[:-1], size, crc) is None


@pytest.mark.realdata
@pytest.mark.parametrize("way", WAYS)
def test_the_real_files_are_read(data: Path, way: str) -> None:
    """GDELT's zip of 26 March 2018 and what is there as gzip, as the standard library has it."""
    folder = data / "gdelt"
    path = folder / "20180326044500.export.CSV.zip"
    with zipfile.ZipFile(path) as archive, inflating(way):
        assert contents(path) == {"20180326044500.export.CSV": archive.read(archive.namelist()[0])}
        assert len(contents(path)["20180326044500.export.CSV"].splitlines()) == 1540
    packed = sorted(folder.glob("*.gz"))
    assert packed
    for path in packed:
        with inflating(way):
            assert contents(path, 1 << 20) == {path.stem: gzip.decompress(path.read_bytes())}
