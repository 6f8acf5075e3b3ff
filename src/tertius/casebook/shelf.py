"""The cases that come with the package."""

from __future__ import annotations

import os
from pathlib import Path

from tertius.errors import UnknownNameError

__all__ = ["case_path", "cases"]

_SHELF = Path(__file__).parent / "shipped"


def cases() -> tuple[str, ...]:
    """Return the names of the shipped cases, sorted.

    Examples
    --------
    >>> cases()
    ('korea-1960', 'korea-2018')
    """
    return tuple(sorted(folder.parent.name for folder in _SHELF.glob("*/case.toml")))


def case_path(name_or_path: str | Path) -> Path:
    """Return the file of a shipped case, or of a case at a path of the user's.

    What looks like a path (it has a separator or ends in ``.toml``) is taken as one.

    Raises
    ------
    UnknownNameError
        If it is neither.
    """
    text = str(name_or_path)
    if text in cases():
        return _SHELF / text / "case.toml"
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        path = Path(name_or_path)
        # Not Path.is_dir, which raises for a name too long or a folder closed to us.
        return path / "case.toml" if os.path.isdir(path) else path  # noqa: PTH112
    raise UnknownNameError.of("case", text, cases())
