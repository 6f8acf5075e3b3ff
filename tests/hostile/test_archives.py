"""Archives made to harm: one clear error each, before time or memory is spent, nothing written.

Attacks are built here byte by byte, since no honest tool makes them. `Part` holds what a
member's own header says, what the directory says and what is really there, so that each can
lie by itself.

Bounds: 2 s of CPU and 200 MB above the bare interpreter are what a user with a folder of bad
files can wait for. They are bounds on safety; each refusal takes a small part of them.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tertius.errors import SourceError
from tertius.events.archives import archive_members, inflaters, member_blocks, member_bytes

CPU_SECONDS = 2.0
PEAK_BYTES = 200 * 1024 * 1024

TEXT = b"20180326\tUSA\tPRK\t042\n" * 40
UNIX, DOS = 3, 0


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def endless(megabytes: int) -> bytes:
    """Raw deflate data of so many megabytes of zeros, made without packing them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


@dataclass(frozen=True)
class Part:
    """A member; None: as the data are."""

    name: bytes = b"day.csv"
    content: bytes = TEXT
    method: int = 8
    packed: bytes | None = None
    flags: int = 0
    crc32: int | None = None
    unpacked: int | None = None
    attributes: int = 0
    extra: bytes = b""
    local: dict[str, int | bytes] = field(default_factory=dict)
    behind: bytes = b""
    offset: int | None = None
    disk: int = 0

    def data(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == 8 else self.content

    def told(self) -> dict[str, int | bytes]:
        return {
            "flags": self.flags,
            "method": self.method,
            "crc32": zlib.crc32(self.content) if self.crc32 is None else self.crc32,
            "packed": len(self.data()),
            "unpacked": len(self.content) if self.unpacked is None else self.unpacked,
            "name": self.name,
            "extra": b"",
        }

    def header(self) -> bytes:
        t = self.told() | self.local
        return (
            struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, t["flags"], t["method"], 0, 33,
                        t["crc32"], t["packed"], t["unpacked"], len(t["name"]), len(t["extra"]))
            + t["name"] + t["extra"]
        )  # fmt: skip

    def entry(self, offset: int) -> bytes:
        t = self.told()
        return (
            struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20 | UNIX << 8, 20, t["flags"],
                        t["method"], 0, 33, t["crc32"], t["packed"], t["unpacked"],
                        len(self.name), len(self.extra), 0, self.disk, 0, self.attributes,
                        offset if self.offset is None else self.offset)
            + self.name + self.extra
        )  # fmt: skip


def end(count: int, held: int, start: int, *, disk: int = 0, comment: bytes = b"") -> bytes:
    return struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", disk, 0, min(count, 65535), min(count, 65535),
        held, start, len(comment),
    ) + comment  # fmt: skip


def end64(count: int, held: int, start: int, at: int) -> bytes:
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, held, start)
    return record + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)


def built(*parts: Part, **ending: int | bytes) -> bytes:
    body, entries = io.BytesIO(), io.BytesIO()
    for part in parts:
        entries.write(part.entry(body.tell()))
        body.write(part.header() + part.data() + part.behind)
    held, start = entries.tell(), body.tell()
    return body.getvalue() + entries.getvalue() + end(len(parts), held, start, **ending)


def saved(folder: Path, content: bytes, name: str = "day.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read_all(path: Path) -> list[bytes]:
    return [b"".join(member_blocks(member, 1 << 16)) for member in archive_members(path)]


def refusal(path: Path) -> str:
    """Read everything, expect one error of ours that names the file, and nothing written."""
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(SourceError) as caught:
        read_all(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert sorted(path.parent.rglob("*")) == before
    return str(caught.value)


def test_the_builder_makes_sound_archives(tmp_path: Path) -> None:
    """Without a lie they are read, here and by another reader: attacks fail by what they do."""
    path = saved(tmp_path, built(Part(), Part(b"a/b.csv", b"x", method=0)))
    assert read_all(path) == [TEXT, b"x"]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [TEXT, b"x"]


# --- Directories ----------------------------------------------------------------------------

DECLARED = {
    "a bomb": (built(Part(content=bytes(8 << 20))), "declares to unpack to 8,388,608 bytes"),
    "a bomb of many members": (
        built(*(Part(b"%d.csv" % n, bytes(1 << 20)) for n in range(60))),
        "its members declare to unpack to 62,914,560 bytes",
    ),
    "more declared than 32 bits": (
        built(
            Part(unpacked=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 1 << 62)),
        ),
        "declares to unpack to 4,611,686,018,427,387,904 bytes",
    ),
    "zip64 sizes that are missing": (built(Part(unpacked=0xFFFFFFFF)), "zip64 sizes of entry 1"),
    "two fields of zip64 sizes": (
        built(Part(unpacked=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 840) * 2)),
        "zip64 sizes of entry 1",
    ),
    "far less declared than there is": (
        built(Part(content=os.urandom(9000), unpacked=100)),
        "far less than the",
    ),
    "stored, of another size": (built(Part(method=0, unpacked=839)), "is stored as it is"),
    "one name twice": (built(Part(), Part(content=b"x")), "two members of this name"),
    "encrypted": (built(Part(flags=0x1)), "is encrypted"),
    "strongly encrypted": (built(Part(flags=0x41)), "is encrypted"),
    "masked headers": (built(Part(flags=0x2000)), "is encrypted"),
    "patches": (built(Part(flags=0x20)), "packed by method 8"),
    "bzip2 within": (built(Part(method=12, packed=bz2.compress(TEXT))), r"method 12 \(bzip2\)"),
    "lzma within": (built(Part(method=14, packed=b"x")), r"method 14 \(lzma\)"),
    "zstd within": (built(Part(method=93, packed=b"x")), r"method 93 \(zstd\)"),
    "deflate64 within": (built(Part(method=9, packed=b"x")), r"method 9 \(deflate64\)"),
    "no method anybody knows": (built(Part(method=4242, packed=b"x")), r"method 4242 \(unknown\)"),
    "a symbolic link": (
        built(Part(content=b"/etc/passwd", attributes=(stat.S_IFLNK | 0o777) << 16)),
        "is a symbolic link",
    ),
    "a device": (built(Part(attributes=(stat.S_IFBLK | 0o666) << 16)), "is no regular file"),
    "a pipe": (built(Part(attributes=(stat.S_IFIFO | 0o666) << 16)), "is no regular file"),
    "a folder by its mode only": (
        built(Part(attributes=(stat.S_IFDIR | 0o755) << 16)),
        "is no regular file",
    ),
    "a folder that holds bytes": (built(Part(b"folder/")), "is a folder that holds bytes"),
    "only a folder": (built(Part(b"folder/", b"", method=0)), "holds no file"),
    "nothing": (end(0, 0, 0), "holds no file"),
    "a part of several disks": (built(Part(), disk=1), "several disks"),
    "a member on another disk": (built(Part(disk=2)), "several disks"),
    "a spanned archive": (b"PK\x07\x08" + built(Part()), "put before or into it"),
    "two ends": (
        built(Part(), comment=b"-" * 10 + end(0, 0, 0, comment=b"")),
        "more than one end",
    ),
    "more entries than it declares": (
        (lambda raw: raw[:-22] + end(1, *struct.unpack("<II", raw[-10:-2])))(
            built(Part(), Part(b"b"))
        ),
        "more than the 1 entries",
    ),
    "fewer entries than it declares": (
        (lambda raw: raw[:-22] + end(3, *struct.unpack("<II", raw[-10:-2])))(
            built(Part(), Part(b"b"))
        ),
        "entry 3 of 3 is missing",
    ),
    "something after it": (built(Part()) + b"<html>", "bytes follow it"),
    "something before its directory": (
        (lambda raw, at: raw[:at] + b"hidden" + raw[at:-22] + end(1, len(raw) - 22 - at, at + 6))(
            built(Part()), built(Part()).index(b"PK\x01\x02")
        ),
        "belong to no member",
    ),
    "something between its members": (
        built(Part(behind=b"hidden"), Part(b"b")),
        "6 bytes that belong to no member",
    ),
    "a member that is not in the directory": (
        (lambda raw, cut: raw[:-22] [:-cut] + end(1, cut, len(raw) - 22 - 2 * cut))(
            built(Part(b"a"), Part(b"b")), len(Part(b"a").entry(0))
        ),
        "damaged|belong to no member",
    ),
    "two members of one header": (built(Part(), Part(b"two.csv", offset=0)), "overlap"),
    "a header far outside": (built(Part(offset=0x7FFFFFFF)), "belong to no member"),
    "no header where the directory says": (
        built(Part(), Part(b"b", local={"extra": b"x" * 9}), Part(b"c", offset=3)),
        "no header where the directory says|overlap",
    ),
    "a header of another name": (built(Part(local={"name": b"yad.csv"})), "differ in its name"),
    "a header of another method": (built(Part(local={"method": 0})), "differ in its method"),
    "a header of another size": (built(Part(local={"unpacked": 7})), "differ in its sizes"),
    "a header of another packed size": (built(Part(local={"packed": 7})), "differ in its sizes"),
    "a header of another sum": (built(Part(local={"crc32": 7})), "differ in its sizes"),
    "a header of other flags": (built(Part(local={"flags": 0x800})), "differ in its flags"),
    "a header whose zip64 sizes are missing": (
        built(Part(local={"unpacked": 0xFFFFFFFF, "packed": 0xFFFFFFFF})),
        "zip64 sizes are missing",
    ),
    "no sizes behind the data": (
        built(Part(flags=0x8, local={"crc32": 0, "packed": 0, "unpacked": 0})),
        "sizes behind its data",
    ),
    "other sizes behind the data": (
        built(Part(flags=0x8, behind=b"PK\x07\x08" + struct.pack("<III", zlib.crc32(TEXT), 9, 9))),
        "sizes behind its data",
    ),
    "a zip64 end that says otherwise": (
        (lambda raw, at, e: raw[:-22] + end64(2, e, at, at + e) + raw[-22:])(
            built(Part()), built(Part()).index(b"PK\x01\x02"), len(Part().entry(0))
        ),
        "record at its end differ",
    ),
    "a zip64 end that is not there": (
        (lambda raw: raw[:-22] + end64(1, 0, 0, 1)[-20:] + raw[-22:])(built(Part())),
        "zip64 record does not lie",
    ),
    "a zip64 end on another disk": (
        (lambda raw: raw[:-22] + struct.pack("<4sIQI", b"PK\6\7", 0, 0, 9) + raw[-22:])(
            built(Part())
        ),
        "several disks",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECLARED)
def test_a_directory_that_lies_is_refused_before_anything_is_unpacked(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listing refuses; were anything inflated, the test would fail with another error."""
    content, words = DECLARED[name]
    monkeypatch.setattr(inflaters, "library", lambda _: pytest.fail("something was unpacked"))
    path = saved(tmp_path, content)
    with pytest.raises(SourceError, match=words):
        archive_members(path)
    refusal(path)


NAMES = {
    "../up.csv": "leads out",
    "a/../../up.csv": "leads out",
    "a/..": "leads out",
    "/etc/passwd": "absolute",
    "//server/share": "absolute",
    "C:/events.csv": "drive letter",
    "c:events.csv": "drive letter",
    "..\\up.csv": "backslash",
    "\\\\server\\share": "backslash",
    "day.csv\0.exe": "NUL",
    "": "no name",
    ".": "names no file",
    "a/.": "names no file",
    "\x1b[2Jday.csv": "cannot be shown",
    "day\n.csv": "cannot be shown",
    "day\u202evsc.exe": "cannot be shown",
    "day\u2028.csv": "cannot be shown",
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_no_honest_archive_has_is_refused(tmp_path: Path, name: str) -> None:
    """The message shows the name, and nothing in it acts on a terminal."""
    path = saved(tmp_path, built(Part(name.encode(), flags=0x800)))
    assert NAMES[name] in refusal(path)


def test_a_name_that_is_not_in_its_encoding_is_refused(tmp_path: Path) -> None:
    """Bit 11 promises UTF-8."""
    assert "not the UTF-8" in refusal(saved(tmp_path, built(Part(b"\xff\xfe", flags=0x800))))


def test_every_cut_of_a_zip_is_refused(tmp_path: Path) -> None:
    """A download may stop after any byte."""
    whole = built(Part(b"a.csv", b"12"), Part(b"b.csv", b"345", method=0), comment=b"by hand")
    assert read_all(saved(tmp_path, whole)) == [b"12", b"345"]
    for length in range(len(whole)):
        refusal(saved(tmp_path, whole[:length]))


def test_junk_before_a_zip_is_refused(tmp_path: Path) -> None:
    """With offsets moved along, as self-extracting archives have it, and without."""
    raw = built(Part())
    assert "does not begin" in refusal(saved(tmp_path, b"#!/bin/sh\n" + raw))
    moved = built(Part())
    start = moved.index(b"PK\x01\x02")
    junk = b"PK\x03\x04 junk"
    entry = Part(offset=len(junk)).entry(0)
    moved = junk + moved[:start] + entry + end(1, len(entry), start + len(junk))
    assert "belong to no member" in refusal(saved(tmp_path, moved))


# --- Contents -------------------------------------------------------------------------------

INNER = built(Part())
TAR = io.BytesIO()
with tarfile.open(fileobj=TAR, mode="w") as _archive:
    _member = tarfile.TarInfo("../day.csv")
    _member.size = len(TEXT)
    _archive.addfile(_member, io.BytesIO(TEXT))

CONTENTS = {
    "another sum": (Part(crc32=7), "CRC-32 is .* not 00000007"),
    "another sum, stored": (Part(method=0, crc32=7), "CRC-32"),
    "one byte more than declared": (Part(unpacked=839), "more than the 839 bytes"),
    "one byte less than declared": (Part(unpacked=841), "to 840 bytes, not to the 841"),
    "everything beyond what is declared": (
        Part(packed=endless(64), unpacked=1 << 20, crc32=0),
        "more than the 1,048,576 bytes",
    ),
    "nothing declared": (Part(unpacked=0), "more than the 0 bytes"),
    "bytes behind the deflate data": (
        Part(packed=deflated(TEXT) + b"hidden", unpacked=840),
        "ends 6 bytes before the end",
    ),
    "bytes behind that look like the end of a gzip": (
        Part(packed=deflated(TEXT) + struct.pack("<II", zlib.crc32(TEXT), 840) + b"x"),
        "ends 9 bytes before the end",
    ),
    "deflate data that are cut off": (Part(packed=deflated(TEXT)[:-3]), "data are cut off"),
    "no deflate data": (Part(packed=b"\xff" * 30), "data are damaged"),
    "a zip": (Part(content=INNER), "holds a zip archive"),
    "a zip, stored": (Part(content=INNER, method=0), "holds a zip archive"),
    "an empty zip": (Part(content=end(0, 0, 0)), "holds a zip archive"),
    "a gzip": (Part(content=gzip.compress(TEXT)), "holds a gzip archive"),
    "a tar": (Part(content=TAR.getvalue()), "holds a tar archive"),
    "an xz": (Part(content=lzma.compress(TEXT)), "holds a xz archive"),
}


@pytest.fixture(params=["zlib", "isal", "deflate"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way to inflate that is installed."""
    allowed = {"zlib": (), "isal": ("isal.isal_zlib",), "deflate": ("deflate",)}[request.param]
    for name in allowed:
        pytest.importorskip(name)
    real = inflaters.library
    monkeypatch.setattr(inflaters, "library", lambda name: real(name) if name in allowed else None)
    return str(request.param)


@pytest.mark.parametrize("name", CONTENTS)
def test_contents_that_are_not_as_declared_are_refused(
    tmp_path: Path, name: str, library: str
) -> None:
    """In blocks and in one piece, with the same words whatever inflates; both name the member."""
    part, words = CONTENTS[name]
    path = saved(tmp_path, built(Part(b"sound.csv"), replace(part, name=b"bad.csv")))
    sound, bad = archive_members(path)
    assert member_bytes(sound) == TEXT
    for read in (member_bytes, lambda m: list(member_blocks(m, 64)),
                 lambda m: list(member_blocks(m, 1 << 20))):  # fmt: skip
        with pytest.raises(SourceError, match=words) as caught:
            read(bad)
        assert str(path) in str(caught.value)
        assert "bad.csv" in str(caught.value)


def test_a_file_that_changed_after_it_was_listed_is_refused(tmp_path: Path, library: str) -> None:
    """Shorter, other bytes or gone."""
    path = saved(tmp_path, built(Part(), Part(b"stored.csv", method=0)))
    members = archive_members(path)
    raw = path.read_bytes()
    for changed in (b"", raw[:60], bytes(len(raw)), raw[20:]):
        path.write_bytes(changed)
        for member in members:
            with pytest.raises(SourceError):
                member_bytes(member)
    path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        member_bytes(members[0])


GZIPS = {
    "another sum": (gzip.compress(TEXT)[:-8] + bytes(4) + struct.pack("<I", 840), "CRC-32"),
    "another size": (gzip.compress(TEXT)[:-4] + bytes(4), "or the size"),
    "a second stream that is damaged": (
        gzip.compress(TEXT) + gzip.compress(TEXT)[:-8] + bytes(8),
        "CRC-32",
    ),
    "something after it": (gzip.compress(TEXT) + b"<html></html>", "something else follows"),
    "something after zeros": (gzip.compress(TEXT) + bytes(9) + b"x" * 20, "something else follows"),
    "a crumb after it": (gzip.compress(TEXT) + b"\x1f", "cut off"),
    "another method": (b"\x1f\x8b\x07" + gzip.compress(TEXT)[3:], "not that of RFC 1952"),
    "reserved flags": (b"\x1f\x8b\x08\x20" + gzip.compress(TEXT)[4:], "not that of RFC 1952"),
    "a name without an end": (
        b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 200_000 + gzip.compress(TEXT)[10:],
        "does not end",
    ),
    "a header whose sum is another": (
        b"\x1f\x8b\x08\x02" + bytes(6) + b"xx" + gzip.compress(TEXT)[10:],
        "sum of their header",
    ),
    "no deflate data": (gzip.compress(TEXT)[:10] + b"\xff" * 30, "they are damaged"),
    "a bomb": (gzip.compress(bytes(8 << 20)), "unpacks to more than"),
    "a gzip": (gzip.compress(gzip.compress(TEXT)), "holds a gzip archive"),
    "a zip": (gzip.compress(INNER), "holds a zip archive"),
    "a tar": (gzip.compress(TAR.getvalue()), "holds a tar archive"),
    "endless empty streams": (gzip.compress(b"") * 10_001, "more than 10,000 streams"),
}


@pytest.mark.parametrize("name", GZIPS)
def test_a_gzip_that_is_damaged_or_made_to_harm_is_refused(
    tmp_path: Path, name: str, library: str
) -> None:
    """Whatever its name, whatever inflates."""
    content, words = GZIPS[name]
    for file in ("day.csv.gz", "day.csv"):
        path = saved(tmp_path, content, file)
        (member,) = archive_members(path)
        for read in (member_bytes, lambda m: list(member_blocks(m, 1 << 16))):
            with pytest.raises(SourceError, match=words) as caught:
                read(member)
            assert str(path) in str(caught.value)


def test_every_cut_of_a_gzip_is_refused(tmp_path: Path, library: str) -> None:
    """But that between two streams, where what is there is whole."""
    first, second = gzip.compress(b"12\n"), gzip.compress(b"345\n")
    for length in range(len(first + second)):
        path = saved(tmp_path, (first + second)[:length], "day.csv.gz")
        if length == len(first):
            assert read_all(path) == [b"12\n"]
        else:
            refusal(path)


def test_a_limit_on_bytes_holds_where_the_ratio_is_low(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a zip member, of all members together, of a gzip and of one piece."""
    from tertius import settings

    noise = os.urandom(5000)
    two = saved(tmp_path, built(Part(content=noise), Part(b"b", noise)))
    one = saved(tmp_path, gzip.compress(noise), "day.gz")
    for name, most, path in (
        ("max_inflated_bytes", 4999, two),
        ("max_archive_bytes", 9999, two),
        ("max_inflated_bytes", 4999, one),
        ("max_archive_members_count", 1, two),
        ("max_archive_directory_bytes", 50, two),
    ):
        read_all(path)
        with monkeypatch.context() as patch:
            patch.setitem(settings._BY_NAME, name, most)
            assert "Allowed: up to" in refusal(path)
    monkeypatch.setitem(settings._BY_NAME, "max_whole_member_bytes", 4999)
    for path in (two, one):
        member = archive_members(path)[0]
        with pytest.raises(SourceError, match="too large to be unpacked in one piece"):
            member_bytes(member)
        assert b"".join(member_blocks(member, 1 << 16)) == noise


# --- Other files ----------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html>\n<html><body>429 Too Many Requests</body></html>\n"
INDEX = (
    b"180505 b2d6eb0cb38c7fb1b2fcf1eb8c16f6fb http://example.org/20180326191500.export.CSV.zip\n"
)
OTHERS = {
    "a page of HTML as zip": ("day.zip", PAGE, "does not begin as the zip"),
    "an index as zip": ("day.export.CSV.zip", INDEX, "does not begin as the zip"),
    "a page of HTML as gzip": ("day.csv.gz", PAGE, "does not begin as the gzip"),
    "a gzip as zip": ("day.zip", gzip.compress(TEXT), "does not begin as the zip"),
    "a zip as gzip": ("day.gz", INNER, "does not begin as the gzip"),
    "zeros as zip": ("day.zip", bytes(1000), "does not begin as the zip"),
    "a tar": ("day.tar", TAR.getvalue(), "is a tar archive"),
    "a tar as zip": ("day.zip", TAR.getvalue(), "is a tar archive"),
    "7z": ("day.7z", b"7z\xbc\xaf\x27\x1c" + bytes(40), "is a 7z archive"),
    "rar": ("day.rar", b"Rar!\x1a\x07\x01\x00" + bytes(40), "is a rar archive"),
    "xz": ("day.csv.xz", lzma.compress(TEXT), "is a xz archive"),
    "bzip2": ("day.csv.bz2", bz2.compress(TEXT), "is a bzip2 archive"),
    "bzip2 of nothing": ("day.csv.bz2", bz2.compress(b""), "is a bzip2 archive"),
    "zstd": ("day.csv.zst", b"\x28\xb5\x2f\xfd" + bytes(40), "is a zstd archive"),
    "nothing": ("day.csv", b"", "the file is empty"),
    "nothing as zip": ("day.zip", b"", "the file is empty"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_archive_that_is_read_is_refused(tmp_path: Path, name: str) -> None:
    """By its first bytes, and by a name that promises what they are not."""
    file, content, words = OTHERS[name]
    assert words in refusal(saved(tmp_path, content, file))


@pytest.mark.realdata
def test_a_real_index_under_the_name_of_a_zip_is_refused(tmp_path: Path, data: Path) -> None:
    """GDELT's own list of files, as a client may have stored it."""
    content = (data / "gdelt" / "lastupdate_20180326191500.txt").read_bytes()
    assert "does not begin as the zip" in refusal(
        saved(tmp_path, content, "20180326191500.export.CSV.zip")
    )


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to, a device without end, nothing at all."""
    os.mkfifo(tmp_path / "pipe.zip")
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.zip", "is no regular file"),
        (Path("/dev/zero"), "is no regular file"),
        (tmp_path / "absent.zip", "no such file"),
    ):
        with pytest.raises(SourceError, match=words):
            archive_members(path)


# --- Time and memory ------------------------------------------------------------------------


def overlapping(count: int, kernel: bytes) -> bytes:
    """Build the bomb of Fifield (2019): each member's data quote the next member's header."""
    parts: list[Part] = []
    content, packed = kernel, deflated(kernel)
    for number in reversed(range(count)):
        part = Part(b"%05d" % number, content, packed=packed)
        parts.insert(0, part)
        header = part.header()
        quote = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF)
        packed, content = quote + header + packed, header + content
    body = parts[0].header() + parts[0].data()
    entries, at = b"", 0
    for part in parts:
        entries += part.entry(at)
        at += len(part.header()) + 5
    return body + entries + end(count, len(entries), len(body))


def crowd(count: int) -> bytes:
    """Build a zip of so many empty members, with a zip64 end."""
    parts = [Part(b"%07d" % number, b"", method=0) for number in range(count)]
    size = len(parts[0].header())
    body = b"".join(part.header() for part in parts)
    entries = b"".join(part.entry(number * size) for number, part in enumerate(parts))
    large = end64(count, len(entries), len(body), len(body) + len(entries))
    return body + entries + large + end(count, len(entries), len(body))


def claims(count: int) -> bytes:
    """Build a zip whose zip64 end claims so many members."""
    raw = built(Part())
    start = raw.index(b"PK\x01\x02")
    large = end64(count, len(raw) - 22 - start, start, len(raw) - 22)
    return raw[:-22] + large + end(65535, 0xFFFFFFFF, 0xFFFFFFFF)


def long_names() -> bytes:
    """Build a zip whose directory is large by its names alone."""
    parts = [Part(b"%07d" % number + b"n" * 65_000, b"", method=0) for number in range(400)]
    return built(*parts)


def sparse(path: Path, sizes: Sequence[int]) -> None:
    """Write a zip of stored members that are holes in the file: large at no cost."""
    at, entries = 0, b""
    with path.open("wb") as stream:
        for number, size in enumerate(sizes):
            part = Part(b"%d.csv" % number, b"", method=0, local={"packed": size, "unpacked": size})
            header = part.header()
            entry = bytearray(part.entry(0))
            far = struct.pack("<HHQ", 1, 8, at)
            entry[20:28] = struct.pack("<II", size, size)
            entry[30:32] = struct.pack("<H", len(far))
            entry[42:46] = struct.pack("<I", 0xFFFFFFFF)
            entries += bytes(entry) + far
            stream.seek(at)
            stream.write(header)
            at += len(header) + size
        stream.seek(at)
        large = end64(len(sizes), len(entries), at, at + len(entries))
        stream.write(entries + large + end(len(sizes), len(entries), 0xFFFFFFFF))


# Read by itself: the most memory a process ever held does not fall again.
DRIVER = """
import json, sys, time
from pathlib import Path
from tertius.errors import SourceError
from tertius.events.archives import archive_members, member_blocks

def peak():
    # Of this program alone; getrusage would count what the parent held when it forked.
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024

print(json.dumps(["base", "", 0, peak()]))
for name in sys.argv[1:]:
    start, said = time.process_time(), None
    try:
        for member in archive_members(Path(name)):
            for block in member_blocks(member, 1 << 25):
                pass
    except SourceError as error:
        said = str(error)
    print(json.dumps([Path(name).name, said, time.process_time() - start, peak()]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory from /proc")
def test_the_worst_are_refused_in_little_time_and_memory(tmp_path: Path) -> None:
    """Two gigabytes out of two megabytes, 65,536 members, quotations, nests, holes."""
    small_lie = Part(packed=endless(2048), unpacked=2 << 20, crc32=0)
    large_lie = Part(packed=endless(2400) + bytes(9 << 20), unpacked=2000 << 20, crc32=0)
    nest = built(*(Part(b"lib %d.zip" % n, built(Part(content=bytes(1 << 20)))) for n in range(16)))
    attacks = {
        "bomb.zip": built(Part(packed=endless(2000), unpacked=2000 << 20, crc32=0)),
        "small lie.zip": built(small_lie),
        "large lie.zip": built(large_lie),
        "bomb.gz": b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + endless(2048) + bytes(8),
        "quotes.zip": overlapping(100, os.urandom(100_000)),
        "crowd.zip": crowd(65_536),
        "billions.zip": claims(1 << 62),
        "nest.zip": nest,
        "names.zip": long_names(),
        "last.zip": built(
            *(Part(b"%d.csv" % n, packed=b"\3\0", content=b"") for n in range(9_999)),
            Part(local={"crc32": 7}),
        ),
        "streams.gz": gzip.compress(b"") * 100_000,
    }
    paths = [saved(tmp_path, content, name) for name, content in attacks.items()]
    for name, sizes in (("member.zip", [3 << 30]), ("total.zip", [2000 << 20] * 5)):
        sparse(tmp_path / name, sizes)
        paths.append(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *map(str, paths)], capture_output=True, text=True, check=True
    )
    (_, _, _, base), *found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(paths)
    for name, said, seconds, peak in found:
        assert said is not None, f"{name} was read"
        assert seconds < CPU_SECONDS, name
        assert peak - base < PEAK_BYTES, name
    words = {name: said for name, said, _, _ in found}
    assert "declares to unpack to" in words["bomb.zip"]
    assert "more than the 2,097,152 bytes it declares" in words["small lie.zip"]
    assert "unpacks to more than 6" in words["large lie.zip"]
    assert "unpacks to more than 6" in words["bomb.gz"]
    assert "overlaps" in words["quotes.zip"]
    assert "65,536 members" in words["crowd.zip"]
    assert f"{1 << 62:,} members" in words["billions.zip"]
    assert "holds a zip archive" in words["nest.zip"]
    assert "directory of the zip archive takes" in words["names.zip"]
    assert "differ in its sizes" in words["last.zip"]
    assert "declares to unpack to 3,221,225,472 bytes" in words["member.zip"]
    assert "its members declare to unpack to 10,485,760,000" in words["total.zip"]
