"""How much may come out of how little."""

from __future__ import annotations

from tertius.errors import SourceError
from tertius.settings import limit

__all__ = ["check_budget", "check_pace"]

# Below this much unpacked text the ratio says nothing: a short file of one repeated line.
_RATIO_FLOOR_BYTES = 1 << 20


def check_budget(
    what: str, unpacked: int, packed: int, *, where: str, most: str = "max_inflated_bytes"
) -> None:
    """Refuse what unpacks, or declares to, beyond a limit in bytes or as a ratio.

    Parameters
    ----------
    what : str
        Words before the two numbers.
    unpacked, packed : int
        Bytes.
    where : str
        File, or archive and member.
    most : str
        Name of the limit on `unpacked`.
    """
    largest, ratio = limit(most), limit("max_inflate_ratio")
    if unpacked > largest or (unpacked > _RATIO_FLOOR_BYTES and unpacked > ratio * packed):
        raise SourceError(
            f"{what} {unpacked:,} bytes from {packed:,}",
            where=where,
            allowed=f"up to {ratio} times the packed size and {largest:,} bytes",
            hint="unpack it yourself if you trust it",
        )


def check_pace(unpacked: int, read: int, *, where: str) -> None:
    """Refuse a bomb by what has come out of what was read so far.

    A large bomb would otherwise go on to the end of its budget, which takes long. What is
    small enough to be read in one piece is held to its whole ratio only.

    Parameters
    ----------
    unpacked, read : int
        Bytes so far.
    where : str
        File, or archive and member.
    """
    if unpacked > limit("max_whole_member_bytes"):
        check_budget("unpacks to more than", unpacked, read, where=where)
