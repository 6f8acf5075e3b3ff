"""The ``tkg`` source: a folder of quadruples with entity and relation files.

ICEWS14, ICEWS18 and ICEWS05-15 are published so: ``train.txt``, ``valid.txt``, ``test.txt``
hold ``subject relation object time [unused]``, whole numbers parted by blanks or tabs;
``entity2id.txt`` and ``relation2id.txt`` hold ``name<TAB>number``. Any may be gzip.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from tertius.errors import SourceError, UnknownNameError, UsageError
from tertius.events.ontologies import relation_codes
from tertius.events.parsing.drafts import (
    Chunk,
    Layout,
    Member,
    first_reason,
    only_drafted,
    unusable,
)
from tertius.events.parsing.lines import Lines, sound_lines
from tertius.events.parsing.readers import content_sha256, file_blocks, line_pieces, unpacked_bytes
from tertius.events.sources.records import Source
from tertius.files import file_sha256
from tertius.settings import limit

__all__ = ["TKG", "quadruple_members"]

_SPLITS = ("train.txt", "valid.txt", "test.txt")
_UNITS = {"day": 1, "hour": 24}
_QUADRUPLE = (
    r"^\s*(?<subject>[0-9]{1,9})\s+(?<relation>[0-9]{1,9})\s+(?<object>[0-9]{1,9})"
    r"\s+(?<time>[0-9]{1,9})(?:\s+-?[0-9]+)?\s*$"
)


@dataclass(frozen=True, slots=True)
class _Clock:
    """How the fourth number becomes a day."""

    origin: date
    unit: str
    dataset: str
    note: str


def quadruple_members(
    paths: Sequence[Any], *, origin: date | str | None = None, unit: str | None = None
) -> list[Member]:
    """List the files of one folder or more of quadruples.

    Parameters
    ----------
    paths : sequence of path
        Folders.
    origin : datetime.date or str, optional
        The day of time 0. Not needed for a published set that is recognised by its
        ``entity2id.txt`` (ICEWS14, ICEWS18, ICEWS05-15).
    unit : {"day", "hour"}, optional
        What the fourth number counts; required with `origin`.

    Returns
    -------
    list of Member
        Where a folder or a needed file is missing, empty or damaged, or the day of time 0 is
        not known, the folder has a member that says so.
    """
    members: list[Member] = []
    for path in paths:
        folder = _folder(path)
        try:
            members += _members(folder, origin, unit)
        except SourceError as error:
            members.append(unusable(folder.resolve().name, str(folder), error))
    return members


def _members(folder: Path, origin: date | str | None, unit: str | None) -> list[Member]:
    _check_folder(folder)
    entities, relations = _needed(folder, "entity2id.txt"), _needed(folder, "relation2id.txt")
    companions = (content_sha256(entities)[1], content_sha256(relations)[1])
    clock = _clock(folder, companions[0], origin, unit)
    files = [found for split in _SPLITS if (found := _found(folder, split)) is not None]
    if not files:
        raise SourceError(
            "the folder holds no quadruples", where=str(folder), allowed=", ".join(_SPLITS)
        )
    names = (_read_ids(entities), _read_ids(relations))
    layout = _layout(names, clock, companions)
    return [_member(file, companions, clock, layout) for file in files]


def _member(file: Path, companions: tuple[str, str], clock: _Clock, layout: Layout) -> Member:
    return Member(
        name=file.name,
        where=str(file),
        size=unpacked_bytes(file),
        sha256=functools.partial(file_sha256, file),
        content=companions,
        dataset=clock.dataset,
        options={"origin": clock.origin.isoformat(), "unit": clock.unit},
        notes=(clock.note,),
        blocks=functools.partial(file_blocks, file),
        chunks=lambda pieces: (Chunk(layout, first, text) for first, text in pieces),
    )


def _layout(
    names: tuple[Mapping[int, str], Mapping[int, str]], clock: _Clock, companions: tuple[str, str]
) -> Layout:
    entities = pl.DataFrame(
        {"id": list(names[0]), "name": list(names[0].values())},
        schema={"id": pl.Int64, "name": pl.String},
    )
    codes = relation_codes()
    relations = pl.DataFrame(
        {
            "relation": list(names[1]),
            "label": list(names[1].values()),
            "code": [codes.get(label) for label in names[1].values()],
        },
        schema={"relation": pl.Int64, "label": pl.String, "code": pl.String},
    )
    return Layout(
        key=("tkg", *companions, clock),
        delimiter=None,
        quoted=True,
        fields=(),
        draft=lambda lines: _draft(lines, entities, relations, clock),
        by_name=("source", "target"),
    )


def _draft(
    lines: Lines, entities: pl.DataFrame, relations: pl.DataFrame, clock: _Clock
) -> pl.DataFrame:
    text = pl.Series(lines.text.decode().split("\n")[:-1], dtype=pl.String)
    numbers = (
        pl.DataFrame({"row_no": lines.numbers, "text": text})
        .with_columns(pl.col("text").str.extract_groups(_QUADRUPLE).alias("found"))
        .unnest("found")
        .with_columns(pl.col("subject", "relation", "object", "time").cast(pl.Int64))
    )
    ticks = _UNITS[clock.unit]
    last = (date.max - clock.origin).days
    whole = (pl.col("time") % ticks == 0) & (pl.col("time") // ticks <= last)
    rows = numbers.with_columns(
        source_raw=_named("subject", entities),
        target_raw=_named("object", entities),
        label=_named("relation", relations.select("relation", "label")),
        code=_named("relation", relations.select("relation", "code")),
        event_date=pl.when(whole).then(
            pl.lit(clock.origin) + pl.duration(days=pl.col("time") // ticks)
        ),
    )
    return only_drafted(
        rows.with_columns(
            first_reason(
                _reason(pl.col("subject").is_null(), "not four or five whole numbers"),
                _reason(~whole, "time {} is not a whole day", "time"),
                *(
                    _reason(pl.col(raw).is_null(), who + " {} is not in entity2id.txt", who)
                    for raw, who in (("source_raw", "subject"), ("target_raw", "object"))
                ),
                _reason(
                    pl.col("label").is_null(), "relation {} is not in relation2id.txt", "relation"
                ),
                _reason(
                    pl.col("code").is_null(),
                    'relation "{}" is not in the table of event codes',
                    "label",
                ),
            )
        )
    )


def _reason(condition: pl.Expr, words: str, *columns: str) -> pl.Expr:
    said = pl.format(words, *(pl.col(name) for name in columns)) if columns else pl.lit(words)
    return pl.when(condition).then(said)


def _named(column: str, table: pl.DataFrame) -> pl.Expr:
    key, value = table.columns
    return pl.col(column).replace_strict(table[key], table[value], default=None)


def _read_ids(file: Path) -> dict[int, str]:
    """Read ``name<TAB>number`` lines; both must be there and no number twice."""
    names: dict[int, str] = {}
    for first, piece in line_pieces(file_blocks(file, limit("ingest_piece_bytes")), str(file)):
        lines = sound_lines(piece, first)
        if lines.rejected:
            number, reason, _ = lines.rejected[0]
            raise SourceError(reason, where=f"{file}, line {number}")
        for number, line in zip(
            lines.numbers.tolist(), lines.text.decode().split("\n")[:-1], strict=True
        ):
            name, tab, digits = line.rstrip().rpartition("\t")
            name = name.replace("_", " ").strip()
            if not tab or not name or not digits.isascii() or not digits.isdigit():
                raise SourceError(
                    f'"{line[:80]}" is not a name, a tab and a whole number',
                    where=f"{file}, line {number}",
                )
            if int(digits) in names:
                raise SourceError(f"number {digits} a second time", where=f"{file}, line {number}")
            names[int(digits)] = name
    return names


def _clock(folder: Path, entities: str, origin: date | str | None, unit: str | None) -> _Clock:
    if unit is not None and unit not in _UNITS:
        raise UnknownNameError.of("unit", unit, _UNITS)
    known = _published().get(entities)
    if origin is None and unit is None and known is not None:
        note = (
            f"recognised as {known['dataset']} by its entity2id.txt: time counts "
            f"{known['unit']}s from {known['origin']}"
        )
        start = date.fromisoformat(known["origin"])
        return _Clock(start, known["unit"], known["dataset"], note)
    if origin is None or unit is None:
        raise SourceError(
            "the file does not say which day its time 0 is, nor what its time counts",
            where=str(folder),
            hint='give both, as in origin="2018-01-01", unit="hour"',
        )
    dataset = known["dataset"] if known else folder.resolve().name
    return _Clock(_as_date(origin), unit, dataset, f"time counts {unit}s from {origin}, as given")


def _as_date(origin: date | str) -> date:
    try:
        return date.fromisoformat(origin) if isinstance(origin, str) else origin
    except ValueError as error:
        raise UsageError(f'"{origin}" is no date', where="origin", allowed="YYYY-MM-DD") from error


@functools.cache
def _published() -> dict[str, dict[str, str]]:
    path = resources.files("tertius.events").joinpath("tables/quadruple_sets.csv")
    with path.open(encoding="utf-8") as stream:
        return {row["entity2id_sha256"]: row for row in csv.DictReader(stream)}


def _folder(path: Any) -> Path:  # noqa: ANN401 - whatever the user passed
    if not isinstance(path, (str, Path)):
        raise UsageError(
            f"a {type(path).__name__} is not a path", where="tkg", allowed="a folder's path"
        )
    return Path(path)


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        raise SourceError("there is no such folder", where=str(folder))
    if not folder.is_dir():
        raise SourceError(
            "is a file, not a folder",
            where=str(folder),
            hint="give the folder that holds the quadruples and their id files",
        )


def _found(folder: Path, name: str) -> Path | None:
    both = [path for path in (folder / name, folder / f"{name}.gz") if path.exists()]
    if len(both) > 1:
        raise SourceError(f"both {name} and {name}.gz are there", where=str(folder))
    return both[0] if both else None


def _needed(folder: Path, name: str) -> Path:
    found = _found(folder, name)
    if found is None:
        raise SourceError(f"the folder lacks {name}", where=str(folder))
    return found


TKG = Source(
    name="tkg",
    open=quadruple_members,
    about="A folder of quadruples with their entity and relation files.",
    version="train, valid, test",
    ontology="cameo",
    scheme="cameo-gdelt",
    weights="goldstein-icews",
    licence="as the set they come from; ICEWS: Harvard Dataverse terms",
    terms="https://doi.org/10.7910/DVN/28075",
    citation="Boschee et al. 2015, ICEWS Coded Event Data",
)
