"""From an entry to rows of the catalogue and back."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tertius.errors import StoreError, UsageError
from tertius.events.reports import FileReport
from tertius.events.store.entries import STATUSES, Entry, Expected, Segment

__all__ = [
    "KINDS",
    "add_entry",
    "add_expected",
    "checked_span",
    "entries_where",
    "hold_archive",
    "report_of",
    "safe_text",
]

KINDS = ("segments", "rejected", "links")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PAGE = 500
# True only of one ingest, never of a store.
_NOT_STORED = {"already_present"}
# The segments a generation sees.
_SEEN = "s.added <= :at AND (s.retired IS NULL OR s.retired > :at)"


def add_entry(
    connection: sqlite3.Connection,
    entry: Entry,
    generation: int,
    days: Mapping[str, tuple[str, str]],
) -> None:
    """Insert one file with all that is its own.

    Parameters
    ----------
    connection : sqlite3.Connection
        Within a transaction.
    entry : Entry
        The file.
    generation : int
        The store's generation once it is in.
    days : mapping of str to (str, str)
        First and last day of segments by SHA-256, where they are known.

    Raises
    ------
    StoreError
        If the store holds the file already, or its lines do not add up.
    """
    report, (first, last) = entry.report, checked_span(entry.span)
    row = {
        "added": generation, "file_id": safe_text(report.file_id),
        "content": json.dumps(list(entry.content)), "feed": safe_text(entry.feed),
        "name": safe_text(report.name), "source": safe_text(entry.source),
        "dataset": safe_text(report.dataset), "scheme": safe_text(entry.scheme),
        "weights": safe_text(entry.weights), "first": first, "last": last,
        "lines": report.lines, "kept": report.kept, "rejected": report.rejected,
        "filtered": report.filtered, "first_day": report.first_day or "",
        "last_day": report.last_day or "",
    }  # fmt: skip
    try:
        file = _insert(connection, "files", row)
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"{report.name} cannot be added: the store holds it already, or its lines do not add "
            f"up ({error})",
            hint="please report this with the file",
        ) from error
    told = {
        field.name: getattr(report, field.name)
        for field in dataclasses.fields(report)
        if field.name not in _NOT_STORED
    }
    options = json.dumps(dict(sorted(entry.options.items())))
    _insert(connection, "details", {"file": file, "options": options, "report": json.dumps(told)})
    for day in sorted(set(entry.days) if entry.span is None else ()):
        _insert(connection, "file_days", {"file": file, "day": date.fromisoformat(day).isoformat()})
    for rule, rows in sorted(dict(getattr(report, "errata", ())).items()):
        _insert(connection, "file_errata", {"file": file, "rule": safe_text(rule), "rows": rows})
    for kind, segments in zip(KINDS, (entry.segments, entry.rejected, entry.links), strict=True):
        for segment in dict.fromkeys(segments):
            known = days.get(segment.sha256, (report.first_day, report.last_day))
            place = _segment_id(connection, kind, segment, generation, known)
            _insert(connection, "file_segments", {"file": file, "segment": place})
    if entry.feed:
        connection.execute(
            "UPDATE expected SET status = 'held', reason = '' WHERE feed = ? AND name = ?",
            (row["feed"], row["name"]),
        )


def _segment_id(
    connection: sqlite3.Connection,
    kind: str,
    segment: Segment,
    generation: int,
    days: tuple[str | None, str | None],
) -> int:
    """Return the row of a segment, making it at its first use."""
    found = connection.execute(
        "SELECT id, bytes, rows, retired FROM segments WHERE kind = ? AND sha256 = ?",
        (kind, segment.sha256),
    ).fetchone()
    if found is None:
        first, last = days if kind == "segments" else (None, None)
        return _insert(connection, "segments", {
            "added": generation, "kind": kind, "sha256": segment.sha256, "bytes": segment.size,
            "rows": segment.rows, "first_day": first or None, "last_day": last or None,
            "compact": 0,
        })  # fmt: skip
    number, size, rows, retired = found
    if (size, rows) != (segment.size, segment.rows) or retired is not None:
        raise StoreError(
            f"segment {segment.sha256} is not the one the catalogue names",
            hint="please report this",
        )
    return int(number)


def merge_segments(
    connection: sqlite3.Connection,
    kind: str,
    old: Sequence[Segment],
    new: Segment,
    generation: int,
) -> None:
    """Retire segments in favour of one with the same rows, for all files they belong to."""
    named = [(kind, segment.sha256) for segment in old]
    if (kind, new.sha256) in named and len(old) == 1:
        connection.execute(
            "UPDATE segments SET compact = 1 WHERE kind = ? AND sha256 = ?", named[0]
        )
        return
    if sum(segment.rows for segment in old) != new.rows:
        raise StoreError("merged segments do not hold as many rows", hint="please report this")
    ids = [
        connection.execute(
            "SELECT id, first_day, last_day FROM segments WHERE kind = ? AND sha256 = ?", each
        ).fetchone()
        for each in named
    ]
    days = [day for _, *both in ids for day in both if day is not None]
    place = _insert(connection, "segments", {
        "added": generation, "kind": kind, "sha256": new.sha256, "bytes": new.size,
        "rows": new.rows, "first_day": min(days, default=None), "last_day": max(days, default=None),
        "compact": 1,
    })  # fmt: skip
    for number, *_ in ids:
        connection.execute(
            "INSERT OR IGNORE INTO file_segments "
            "SELECT file, ? FROM file_segments WHERE segment = ?",
            (place, number),
        )
        connection.execute("UPDATE segments SET retired = ? WHERE id = ?", (generation, number))


def add_expected(connection: sqlite3.Connection, file: Expected) -> None:
    """Insert or renew what an index promises; what is held as promised stays held."""
    if file.status not in STATUSES:
        raise UsageError(f'"{file.status}" is no status', allowed=", ".join(STATUSES))
    first, last = checked_span(file.span)
    row = {
        "feed": safe_text(file.feed), "name": safe_text(file.name),
        "address": safe_text(file.address), "bytes": file.bytes, "md5": safe_text(file.md5),
        "first": first, "last": last, "status": file.status, "reason": safe_text(file.reason),
    }  # fmt: skip
    key = (row["feed"], row["name"])
    promised = connection.execute(
        "SELECT bytes, md5, status FROM expected WHERE feed = ? AND name = ?", key
    ).fetchone()
    if file.status == "expected":
        if promised is None:
            here = connection.execute(
                "SELECT 1 FROM files WHERE feed = ? AND name = ? LIMIT 1", key
            ).fetchone()
            held = here is not None
        else:
            held = promised == (file.bytes, row["md5"], "held")
        row["status"] = "held" if held else "expected"
    if promised is None:
        _insert(connection, "expected", row)
    else:
        columns = ", ".join(f"{name} = :{name}" for name in row)
        connection.execute(
            f"UPDATE expected SET {columns} WHERE feed = :feed AND name = :name",  # noqa: S608
            row,
        )


def hold_archive(connection: sqlite3.Connection, feed: str, name: str) -> None:
    """Note that all files of an archive are held, whether an index promises it or not.

    They stand in ``files`` one by one, and nothing there says that there are no more.
    """
    key = (safe_text(feed), safe_text(name))
    done = connection.execute(
        "UPDATE expected SET status = 'held', reason = '' WHERE feed = ? AND name = ?", key
    )
    if not done.rowcount:
        _insert(connection, "expected", {
            "feed": key[0], "name": key[1], "address": "", "md5": "", "status": "held",
            "reason": "",
        })  # fmt: skip


def entries_where(
    connection: sqlite3.Connection, generation: int, where: str = "1", *values: object
) -> Iterator[Entry]:
    """Yield the entries of a generation in the order they came, a page at a time."""
    named = {f"v{place}": value for place, value in enumerate(values)}
    after = 0
    while True:
        rows = connection.execute(
            "SELECT f.id, f.source, f.content, d.options, f.scheme, f.weights, f.feed, f.first, "  # noqa: S608
            "f.last, d.report FROM files f JOIN details d ON d.file = f.id "
            f"WHERE f.id > :after AND f.added <= :at AND {where} ORDER BY f.id LIMIT {_PAGE}",
            {"after": after, "at": generation, **named},
        ).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        page = {"from": rows[0][0], "to": after, "at": generation}
        segments = _grouped(connection.execute(
            "SELECT x.file, s.kind, s.sha256, s.bytes, s.rows FROM file_segments x JOIN segments s "  # noqa: S608
            f"ON s.id = x.segment WHERE x.file BETWEEN :from AND :to AND {_SEEN} "
            "ORDER BY x.file, s.id", page,
        ))  # fmt: skip
        days = _grouped(connection.execute(
            "SELECT file, day FROM file_days WHERE file BETWEEN :from AND :to "
            "ORDER BY file, day", {"from": page["from"], "to": page["to"]},
        ))  # fmt: skip
        for row in rows:
            yield _entry(row, segments.get(row[0], []), days.get(row[0], []))
        if len(rows) < _PAGE:
            return


def segments_of(connection: sqlite3.Connection, generation: int, kind: str) -> list[Segment]:
    """Return the segments of a kind that a generation sees, in the order they came."""
    rows = connection.execute(
        f"SELECT s.sha256, s.bytes, s.rows FROM segments s WHERE s.kind = :kind AND {_SEEN} "  # noqa: S608
        "ORDER BY s.id",
        {"kind": kind, "at": generation},
    )
    segments = [Segment(*row) for row in rows]
    for segment in segments:
        # The digest is a file name: nothing but hex digits may reach the file system.
        if not _DIGEST.fullmatch(segment.sha256):
            raise StoreError(f"the catalogue is damaged: {segment.sha256!r} is no SHA-256")
    return segments


def _entry(row: tuple[Any, ...], segments: list[Any], days: list[Any]) -> Entry:
    _, source, content, options, scheme, weights, feed, first, last, told = row
    held = {kind: tuple(Segment(*each) for of, *each in segments if of == kind) for kind in KINDS}
    return Entry(
        report=report_of(json.loads(told)),
        source=source,
        content=tuple(json.loads(content)),
        options=json.loads(options),
        scheme=scheme,
        weights=weights,
        feed=feed,
        span=None if first is None else (first, last),
        days=tuple(day for (day,) in days),
        segments=held["segments"],
        rejected=held["rejected"],
        links=held["links"],
    )


def report_of(told: Mapping[str, Any]) -> FileReport:
    """Rebuild a report from JSON; a field younger than what is told gets its empty value."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(FileReport):
        kind = str(field.type)
        if field.name in told:
            values[field.name] = _tuples(told[field.name])
        elif field.default is dataclasses.MISSING:
            empty = {"int": 0, "bool": False, "str": ""}
            values[field.name] = () if kind.startswith("tuple") else empty.get(kind)
    return FileReport(**values)


def _tuples(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for file, *rest in rows:
        groups.setdefault(file, []).append(rest)
    return groups


def checked_span(span: tuple[str, str] | None) -> tuple[str | None, str | None]:
    """Return the two instants of a span, or two times None.

    Raises
    ------
    UsageError
        If they are no instants in UTC, or not in order.
    """
    if span is None:
        return None, None
    first, last = span
    if _is_instant(first) and _is_instant(last) and first < last:
        return first, last
    raise UsageError(
        f"{span!r} is no span of time",
        where="span",
        allowed='two instants in order, as "2018-03-26T04:45:00Z"',
    )


def _is_instant(text: object) -> bool:
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def safe_text(text: str) -> str:
    """Return text SQLite can hold: lone surrogates of odd file names are written out."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> int:
    names, holes = ", ".join(row), ", ".join(f":{name}" for name in row)
    done = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({holes})", row)  # noqa: S608
    return int(done.lastrowid or 0)
