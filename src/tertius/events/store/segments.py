"""Segments: immutable Parquet files, each named by the SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tertius.errors import StoreError, WriteError
from tertius.events.store.manifests import Segment
from tertius.files import file_sha256, write_atomic

__all__ = ["check_hashes", "check_sizes", "remove_orphans", "segment_path", "write_segment"]

EVENTS, REJECTED = "segments", "rejected"
_ROW_GROUP = 262_144


def segment_path(folder: Path, kind: str, segment: Segment) -> Path:
    """Return where a segment of `kind` (``"segments"`` or ``"rejected"``) lies."""
    return folder / kind / f"{segment.sha256}.parquet"


def write_segment(folder: Path, kind: str, frame: pl.DataFrame) -> Segment:
    """Encode a frame and write it under its digest; equal frames give equal bytes.

    Raises
    ------
    WriteError
        If it cannot be written; nothing half-written stays under its name.
    """
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer, compression="zstd", compression_level=3, statistics=True, row_group_size=_ROW_GROUP
    )
    content = buffer.getvalue()
    segment = Segment(hashlib.sha256(content).hexdigest(), len(content), frame.height)
    path = segment_path(folder, kind, segment)
    make_folder(path.parent)
    write_atomic(path, content)
    return segment


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, with a clear error where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            f"the folder cannot be made: {(error.strerror or str(error)).lower()}",
            where=str(folder),
            hint="choose another place for the store",
        ) from error


def check_sizes(folder: Path, kind: str, segments: Iterable[Segment]) -> None:
    """See that every segment is there and has its size.

    Raises
    ------
    StoreError
        Naming the first that is not.
    """
    for segment in segments:
        path = segment_path(folder, kind, segment)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise _damaged("is missing or cannot be read", path) from error
        if size != segment.size:
            raise _damaged(f"has {size:,} bytes, not {segment.size:,}", path)


def check_hashes(folder: Path, kind: str, segments: Iterable[Segment], most_bytes: int) -> None:
    """Hash segments before they are read, up to `most_bytes` of them, each once a process.

    Parquet does not notice a flipped bit; only the digest does.

    Raises
    ------
    StoreError
        Naming the first whose bytes are not those its name promises.
    """
    for segment in segments:
        most_bytes -= segment.size
        if most_bytes < 0:
            return
        path = segment_path(folder, kind, segment)
        try:
            if _hashed(path, path.stat().st_mtime_ns) != segment.sha256:
                raise _damaged("its bytes are not those that were written", path)
        except OSError as error:
            raise _damaged("is missing or cannot be read", path) from error


def sound(folder: Path, kind: str, segment: Segment) -> bool:
    """Say whether a segment is there with the bytes its name promises."""
    try:
        return file_sha256(segment_path(folder, kind, segment)) == segment.sha256
    except OSError:
        return False


def remove_orphans(folder: Path, kept: Iterable[tuple[str, Segment]]) -> int:
    """Remove what an interrupted ingest left behind; return how many files went."""
    wanted = {segment_path(folder, kind, segment) for kind, segment in kept}
    removed = 0
    for place in (folder, folder / EVENTS, folder / REJECTED):
        for path in sorted(place.glob("*" if place != folder else ".manifest.json.*")):
            if path not in wanted and path.is_file():
                with contextlib.suppress(OSError):
                    path.unlink()
                    removed += 1
    return removed


@functools.lru_cache(maxsize=4096)
def _hashed(path: Path, _changed: int) -> str:
    return file_sha256(path)


def _damaged(what: str, path: Path) -> StoreError:
    return StoreError(
        f"a segment {what}" if what.startswith(("is", "has")) else f"a segment is damaged: {what}",
        where=str(path),
        hint="`tertius store verify` lists all damage; ingest the raw files into a new store",
    )
