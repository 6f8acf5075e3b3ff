"""What is known of a member of an archive before a byte of it is unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["ArchiveMember"]


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file to read: a member of a zip, what a gzip holds, or a plain file.

    Attributes
    ----------
    archive : Path
        The file on disk; for a plain file that file itself.
    inner_name : str
        Name within the archive with its folders, as the archive spells it. It is for
        messages: nothing may open, make or look for a path of this name.
    name : str
        Last part of `inner_name`.
    kind : str
        ``"zip"``, ``"gzip"`` or ``"plain"``.
    offset : int
        Where in the file its first byte lies, packed if it is packed.
    packed_bytes : int
        How many bytes it takes there.
    bytes : int
        How many bytes it declares to unpack to. A gzip declares it at its end, for the last of
        its streams and modulo 2**32: good for planning, and nothing is bounded by it.
    crc32 : int or None
        The CRC-32 declared for what it unpacks to; None outside of zip archives.
    method : str
        ``"stored"`` or ``"deflated"``.
    """

    archive: Path
    inner_name: str
    name: str
    kind: str
    offset: int
    packed_bytes: int
    bytes: int
    crc32: int | None
    method: str

    @property
    def where(self) -> str:
        """Archive and member as a message names them."""
        return place(self.archive, self.inner_name) if self.kind == "zip" else str(self.archive)


def place(archive: Path, inner_name: str) -> str:
    """Return how a message names a member: nothing in the name can act on a terminal."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in inner_name[:120])
    return f'{archive}: member "{shown}"'
