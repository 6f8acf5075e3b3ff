"""The run record: versions, seed, hashes and options from which the same bytes come again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tertius import __version__
from tertius.claims import BoundCase
from tertius.errors import DataError
from tertius.files import file_sha256, read_bytes
from tertius.panels import Panel
from tertius.settings import limit

__all__ = ["Run", "read_run", "record_run"]

# Kinds of the fields that are no text.
_KINDS: dict[str, type] = {
    "draws": int, "options": dict, "packages": dict, "panels": dict, "seed": int,
}  # fmt: skip

# What can move a digit or a pixel of a brief.
_PACKAGES = ("jinja2", "narwhals", "numpy", "polars", "pydantic", "scipy", "vl-convert-python")


@dataclass(frozen=True, slots=True)
class Run:
    """What a brief was made from.

    Attributes
    ----------
    tertius : str
        Version of this software.
    case : str
        Name of a shipped case, or the path given.
    case_sha256 : str
        Hash of the case file.
    precedent_sha256 : str
        Hash of the precedent's case file; empty where there is none.
    store : str
        Path of the user's store, or an empty string.
    panels : dict of str to str
        Duplicate policy to the digest of the panel read under it.
    seed, draws : int
        Root of the random numbers, and how many games were drawn.
    options : dict of str to str
        Duplicate policy, window and half-life the numbers were read under.
    packages : dict of str to str
        Versions of the libraries that compute and draw.
    """

    tertius: str
    case: str
    case_sha256: str
    precedent_sha256: str
    store: str
    panels: dict[str, str]
    seed: int
    draws: int
    options: dict[str, str]
    packages: dict[str, str]

    def to_json(self) -> str:
        """Return the record as JSON, keys sorted."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)

    def differences(self, other: Run) -> tuple[str, ...]:
        """Name what differs from another record, field by field."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(f"{name}: {mine[name]!r} against {theirs[name]!r}"
                     for name in sorted(mine) if mine[name] != theirs[name])  # fmt: skip


def record_run(
    case: BoundCase, named: str, store: str, panels: dict[str, Panel], precedent: Path | None
) -> Run:
    """Record what a brief is being made from."""
    section = case.case
    return Run(
        tertius=__version__,
        case=named,
        case_sha256=file_sha256(case.path),
        precedent_sha256=file_sha256(precedent) if precedent else "",
        store=store,
        panels={policy: panel.identity.digest for policy, panel in sorted(panels.items())},
        seed=section.seed,
        draws=section.game.draws if section.game else 0,
        options={
            "duplicates": section.events.duplicates,
            "also": ",".join(section.events.also),
            "window": f"{section.window.start}/{section.window.end}",
        },
        packages={name: version(name) for name in _PACKAGES},
    )


def read_run(path: Path) -> Run:
    """Read a run record.

    Raises
    ------
    SourceError
        If the file cannot be read.
    DataError
        If it is no run record.
    """
    content = read_bytes(path, limit_bytes=limit("max_case_bytes"))
    try:
        fields: Any = json.loads(content)
        record = Run(**fields)
        sound = all(isinstance(value, _KINDS.get(name, str)) for name, value in fields.items())
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise DataError(
            "not a run record", where=str(path), hint="`tertius brief` writes one beside the page"
        )
    return record
