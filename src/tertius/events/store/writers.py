"""Writing to a store: one writer at a time, every step whole or undone."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from tertius.errors import StoreError, TertiusError, UsageError
from tertius.events.store.connections import Catalogue
from tertius.events.store.entries import STATUSES, Entry, Expected, Segment
from tertius.events.store.layouts import CATALOGUE, blank_image, logged
from tertius.events.store.locks import LOCK, locked
from tertius.events.store.manifests import MANIFEST, manifest_image
from tertius.events.store.records import (
    KINDS,
    add_entry,
    add_expected,
    entries_where,
    hold_archive,
    merge_segments,
    safe_text,
)
from tertius.events.store.segments import make_folder, remove_orphans, write_segment
from tertius.files import write_atomic

__all__ = ["Writer", "existing", "writing"]


class Writer:
    """The one writer of a store; `writing` makes it.

    Attributes
    ----------
    folder : pathlib.Path
        The store's folder.
    """

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self._catalogue = catalogue
        self._days: dict[str, tuple[str, str]] = {}
        self._loose: set[tuple[str, str]] = set()
        # Downloads settle from several threads; SQLite's connection is one.
        self._turn = threading.RLock()

    def find(self, content: tuple[str, ...]) -> Entry | None:
        """Return the entry of a file by what was read of it."""
        return self._first("f.content = :v0", json.dumps(list(content)))

    def find_start(self, part: str) -> Entry | None:
        """Return the entry of a file by the first part of what was read of it."""
        start = json.dumps([part])[:-1]
        # The comma that follows is one before the hyphen.
        return self._first("f.content > :v0 AND f.content < :v1", f"{start},", f"{start}-")

    def _first(self, where: str, *values: str) -> Entry | None:
        with self._turn:
            found = entries_where(
                self._catalogue.connection, self._catalogue.state.generation, where, *values
            )
            return next(found, None)

    def write(self, kind: str, frame: pl.DataFrame, *, ordered: bool = False) -> Segment:
        """Write a segment; it belongs to the store once an entry that names it is added.

        Parameters
        ----------
        kind : {"segments", "rejected", "links"}
            Events, rejected lines or the addresses of reports.
        frame : polars.DataFrame
            Its rows, as they are to be stored.
        ordered : bool
            Whether the rows are sorted; statistics are written for such segments only.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        if kind not in KINDS:
            raise UsageError(f'"{kind}" is no kind of segment', allowed=", ".join(KINDS))
        segment = write_segment(self.folder, kind, frame, ordered=ordered)
        with self._turn:
            self._loose.add((kind, segment.sha256))
            if kind == "segments" and frame.height:
                days = frame["event_date"].cast(pl.String)
                self._days[segment.sha256] = (str(days.min()), str(days.max()))
        return segment

    def add(self, entries: Sequence[Entry]) -> None:
        """Take files in, all or none; when this returns they are on disk for good.

        Raises
        ------
        StoreError
            If one is held already.
        WriteError
            If the catalogue cannot be written.
        """
        if not entries:
            return
        with self._turn:
            after = self._catalogue.state.generation + 1
            with self._catalogue.transaction(generation=after) as connection:
                for entry in entries:
                    add_entry(connection, entry, after, self._days)
            for entry in entries:
                for kind, segments in zip(
                    KINDS, (entry.segments, entry.rejected, entry.links), strict=True
                ):
                    self._loose -= {(kind, segment.sha256) for segment in segments}

    def expect(self, files: Sequence[Expected]) -> None:
        """Note what an index promises, by feed and name; held files stay held.

        A file that is noted as expected and held already, with the size and MD5 promised
        before, stays held. With another promise it is expected again.
        """
        with self._turn, self._catalogue.transaction() as connection:
            for file in files:
                add_expected(connection, file)

    def hold(self, archives: Iterable[tuple[str, str]]) -> None:
        """Note of archives, by feed and name, that all files in them are held.

        A fetch does not ask for them again.
        """
        with self._turn, self._catalogue.transaction() as connection:
            for feed, name in archives:
                hold_archive(connection, feed, name)

    def settle(self, feed: str, name: str, status: str, reason: str = "") -> None:
        """Note what became of a file that was promised.

        Raises
        ------
        UsageError
            If no index promised it, or there is no such status.
        """
        if status not in STATUSES:
            raise UsageError(f'"{status}" is no status', allowed=", ".join(STATUSES))
        with self._turn, self._catalogue.transaction() as connection:
            done = connection.execute(
                "UPDATE expected SET status = ?, reason = ? WHERE feed = ? AND name = ?",
                (status, safe_text(reason), safe_text(feed), safe_text(name)),
            )
            if done.rowcount != 1:
                raise UsageError(f"no index promised {name}", where=feed)

    def live(self, kind: str) -> list[tuple[Segment, bool]]:
        """Return the segments of a kind by the days of their rows, and which are compact."""
        with self._turn:
            rows = self._catalogue.connection.execute(
                "SELECT sha256, bytes, rows, compact FROM segments "
                "WHERE kind = ? AND retired IS NULL ORDER BY first_day, last_day, id",
                (kind,),
            ).fetchall()
        return [(Segment(sha256, size, count), bool(done)) for sha256, size, count, done in rows]

    def merge(self, kind: str, old: Sequence[Segment], new: Segment) -> None:
        """Put a segment in the place of others that hold the same rows, in one step."""
        with self._turn:
            after = self._catalogue.state.generation + 1
            with self._catalogue.transaction(generation=after) as connection:
                merge_segments(connection, kind, old, new, after)
            self._loose.discard((kind, new.sha256))


@contextlib.contextmanager
def writing(folder: str | Path) -> Iterator[Writer]:
    """Hold a store to write to it; make it, or bring it to the present form, if need be.

    What an interrupted writer left is removed first. On an exception, what was written for
    nothing is removed; files that were added stay.

    Raises
    ------
    StoreError
        If another process is writing, named with its number; if the folder holds other
        things, or the store is damaged.
    WriteError
        If the store cannot be written.
    """
    place = Path(folder)
    _check_folder(place)
    make_folder(place)
    with locked(place):
        made = _present_form(place)
        catalogue: Catalogue | None = None
        try:
            catalogue = Catalogue(place)
            _remove_retired(catalogue)
            _tidy(place, catalogue)
            writer = Writer(place, catalogue)
            yield writer
            if writer._loose:
                _tidy(place, catalogue)
            catalogue.settle()
        except BaseException:
            if catalogue is not None:
                catalogue.close()
            _undo(place, made=made)
            raise
        finally:
            if catalogue is not None:
                catalogue.close()


def _undo(folder: Path, *, made: bool) -> None:
    """Remove what was written for nothing, now if it can be, otherwise at the next write."""
    with contextlib.suppress(OSError, TertiusError):
        catalogue = Catalogue(folder)
        try:
            blank = made and catalogue.state == (0, 0, 0)
            settled = _tidy(folder, catalogue)
        finally:
            catalogue.close()
        if blank and settled:
            _remove(folder, (*_BESIDE, CATALOGUE))


def _present_form(folder: Path) -> bool:
    """Make the catalogue where there is none, and say so; an older manifest becomes one."""
    catalogue, manifest = folder / CATALOGUE, folder / MANIFEST
    made = not catalogue.exists()
    if made:
        # A log without its catalogue would be taken for the new one's.
        _remove(folder, _BESIDE)
        image = manifest_image(folder) if manifest.exists() else blank_image()
        try:
            write_atomic(catalogue, logged(image))
        except BaseException:
            # It may stand there and not be flushed; a blank one is no loss.
            if not manifest.exists():
                _remove(folder, (CATALOGUE,))
            raise
    # A crash may come between the two: the catalogue is the one that counts.
    _remove(folder, (MANIFEST,))
    return made


_BESIDE = (f"{CATALOGUE}-wal", f"{CATALOGUE}-shm", f"{CATALOGUE}-journal")


def _remove(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def _remove_retired(catalogue: Catalogue) -> None:
    """Forget segments that were merged into others; readers of before must open again."""
    query = "SELECT MAX(retired) FROM segments"
    (floor,) = catalogue.connection.execute(query).fetchone()
    if floor is None:
        return
    with catalogue.transaction(floor=floor) as connection:
        connection.execute(
            "DELETE FROM file_segments WHERE segment IN "
            "(SELECT id FROM segments WHERE retired IS NOT NULL)"
        )
        connection.execute("DELETE FROM segments WHERE retired IS NOT NULL")


def _tidy(folder: Path, catalogue: Catalogue) -> bool:
    """Remove files the catalogue does not name, unless its log is unsettled; say whether.

    A commit that failed at its last flush may yet come to count: as long as the log is not
    empty, nothing it might name may go.
    """
    if not catalogue.settle():
        return False
    rows = catalogue.connection.execute("SELECT kind, sha256 FROM segments")
    remove_orphans(folder, rows)
    return True


def existing(store: str | Path) -> Path:
    """Return the folder of a store that must be there already.

    Raises
    ------
    StoreError
        If there is none.
    """
    folder = Path(store)
    if not (folder / CATALOGUE).exists() and not (folder / MANIFEST).exists():
        raise StoreError(
            f"there is no event store here (no {CATALOGUE})",
            where=str(folder),
            hint=f"make one: tertius ingest SOURCE PATH --store {folder}",
        )
    return folder


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds other things than a store or what is left of one."""
    if folder.exists() and not folder.is_dir():
        raise StoreError("is a file, not the folder of an event store", where=str(folder))
    if not folder.is_dir() or (folder / CATALOGUE).exists() or (folder / MANIFEST).exists():
        return
    if any(path for kind in KINDS for path in (folder / kind).glob("*.parquet")):
        raise StoreError(
            f"the folder holds segments of a store, but no {CATALOGUE}",
            where=str(folder),
            hint="restore the catalogue from a copy, or choose a new folder for the store",
        )
    others = [
        path.name
        for path in folder.iterdir()
        if path.name not in {*KINDS, LOCK}
        and not path.name.startswith((f".{MANIFEST}.", f".{CATALOGUE}.", CATALOGUE))
    ]
    if others:
        raise StoreError(
            f'the folder holds other things ("{min(others)}") and no {CATALOGUE}',
            where=str(folder),
            hint="choose an empty or a new folder for the store",
        )
