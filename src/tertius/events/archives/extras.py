"""Extra fields of zip headers, of which one is read: the sizes beyond 32 bits."""

from __future__ import annotations

import struct

__all__ = ["zip64_values"]

_FIELD = struct.Struct("<HH")
_ZIP64 = 0x0001


def zip64_values(extra: bytes, count: int) -> tuple[int, ...] | None:
    """Return the first `count` numbers of the zip64 field (APPNOTE 6.3.10, 4.5.3).

    Returns
    -------
    tuple of int or None
        None if there is no such field, it is too short, or there are two.

    Examples
    --------
    >>> zip64_values(struct.pack("<HHQ", 1, 8, 7), 1)
    (7,)
    """
    found, at = None, 0
    while at + _FIELD.size <= len(extra):
        kind, size = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if at + size > len(extra):
            return None
        if kind == _ZIP64:
            if found is not None or size < 8 * count:
                return None
            found = struct.unpack_from(f"<{count}Q", extra, at)
        at += size
    return found
