"""The first bytes by which an archive is known, whatever its name says."""

from __future__ import annotations

__all__ = ["GZIP", "HEAD_BYTES", "ZIP", "signature"]

GZIP, ZIP = "gzip", "zip"

# Enough to see the mark of a tar archive, which stands at byte 257.
HEAD_BYTES = 512

_MARKS: tuple[tuple[str, int, bytes], ...] = (
    (ZIP, 0, b"PK\x03\x04"),
    (ZIP, 0, b"PK\x05\x06"),
    (ZIP, 0, b"PK\x07\x08"),
    (GZIP, 0, b"\x1f\x8b"),
    ("tar", 257, b"ustar"),
    ("7z", 0, b"7z\xbc\xaf\x27\x1c"),
    ("rar", 0, b"Rar!\x1a\x07"),
    ("xz", 0, b"\xfd7zXZ\x00"),
    ("zstd", 0, b"\x28\xb5\x2f\xfd"),
    # Text may begin with "BZh"; a block or the end of the stream follows the level.
    *(("bzip2", 0, b"BZh%d" % level + mark)
      for level in range(1, 10)
      for mark in (b"1AY&SY", b"\x17rE8P\x90")),
)  # fmt: skip


def signature(head: bytes) -> str | None:
    """Return the kind of archive a file begins as, or None.

    Examples
    --------
    >>> signature(b"PK" + bytes([3, 4]) + b"more"), signature(b"2018-01-01,CHN,PRK")
    ('zip', None)
    """
    for kind, offset, mark in _MARKS:
        if head.startswith(mark, offset):
            return kind
    return None
