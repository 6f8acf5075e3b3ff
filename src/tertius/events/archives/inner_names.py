"""Names within an archive: hostile text, looked at before it is shown anywhere."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fault", "spelled"]

_DRIVE = re.compile(r"[A-Za-z]:")
# Control and format characters (among them those that turn the direction of writing), halves
# of surrogate pairs, line and paragraph ends.
_UNSHOWABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def spelled(raw: bytes, *, utf8: bool) -> str | None:
    """Return a name as text, or None if it is not in the encoding its archive declares.

    Parameters
    ----------
    raw : bytes
        The name as it stands in the directory.
    utf8 : bool
        Whether bit 11 of the member's flags says UTF-8; otherwise it is code page 437
        (APPNOTE 6.3.10, appendix D).
    """
    try:
        return raw.decode("utf-8" if utf8 else "cp437")
    except UnicodeDecodeError:
        return None


def fault(name: str) -> str | None:
    """Return what is wrong with a member's name, or None.

    Nothing is ever written under such a name. It is refused because no honest archive of
    events has one.

    Examples
    --------
    >>> fault("2018/events.csv") is None
    True
    >>> fault("../../etc/passwd")
    'its name leads out of the archive'
    """
    if not name:
        return "it has no name"
    if "\0" in name:
        return "its name holds a NUL"
    if "\\" in name:
        return "its name holds a backslash"
    if name.startswith("/"):
        return "its name is an absolute path"
    if _DRIVE.match(name):
        return "its name has a drive letter"
    parts = name.rstrip("/").split("/")
    if ".." in parts:
        return "its name leads out of the archive"
    if parts[-1] in ("", "."):
        return "its name names no file"
    if not name.isascii() or not name.isprintable():
        for character in name:
            if unicodedata.category(character) in _UNSHOWABLE:
                return "its name holds a character that cannot be shown"
    return None
