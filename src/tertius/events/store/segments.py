"""Segments: immutable Parquet files, each named by the SHA-256 of its bytes."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tertius.errors import StoreError, WriteError
from tertius.events.store.entries import Segment
from tertius.events.store.layouts import CATALOGUE
from tertius.files import file_sha256, write_atomic

__all__ = [
    "check_hashes",
    "check_sizes",
    "remove_orphans",
    "scan_segments",
    "segment_path",
    "stored_schema",
    "write_segment",
]

EVENTS, REJECTED, LINKS = "segments", "rejected", "links"
_ROW_GROUP = 262_144


def segment_path(folder: Path, kind: str, segment: Segment) -> Path:
    """Return where a segment of `kind` (``"segments"`` or ``"rejected"``) lies."""
    return folder / kind / f"{segment.sha256}.parquet"


def write_segment(
    folder: Path, kind: str, frame: pl.DataFrame, *, ordered: bool = False
) -> Segment:
    """Encode a frame and write it under its digest; equal frames give equal bytes.

    Statistics help readers to skip rows where these are sorted (`ordered`), and only there.

    Raises
    ------
    WriteError
        If it cannot be written; nothing half-written stays under its name.
    """
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer,
        compression="zstd",
        compression_level=1,
        statistics=ordered,
        row_group_size=_ROW_GROUP,
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
    sizes: dict[str, int] = {}
    with contextlib.suppress(OSError), os.scandir(folder / kind) as found:
        for each in found:
            # A file that goes while the folder is read belongs to no segment of ours.
            with contextlib.suppress(OSError):
                sizes[each.name] = each.stat().st_size
    for segment in segments:
        path = segment_path(folder, kind, segment)
        size = sizes.get(path.name)
        if size is None:
            raise _damaged("is missing or cannot be read", path)
        if size != segment.size:
            raise _damaged(f"has {size:,} bytes, not {segment.size:,}", path)


def scan_segments(
    folder: Path, kind: str, segments: Iterable[Segment], schema: dict[str, pl.DataType]
) -> pl.LazyFrame:
    """Read segments lazily; a column younger than a segment is null in it."""
    return pl.scan_parquet(
        [segment_path(folder, kind, segment) for segment in segments],
        schema=schema,
        missing_columns="insert",
        cast_options=pl.ScanCastOptions(categorical_to_string="allow"),
        glob=False,
    )


def stored_schema(
    folder: Path, kind: str, segments: Iterable[Segment], schema: dict[str, pl.DataType]
) -> dict[str, pl.DataType]:
    """Return a schema in which a column is of categories if it is so in every segment."""
    found = [pl.read_parquet_schema(segment_path(folder, kind, each)) for each in segments]
    return {
        name: pl.Categorical()
        if all(each.get(name) == pl.Categorical() for each in found)
        else wanted
        for name, wanted in schema.items()
    }


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


def remove_orphans(folder: Path, kept: Iterable[tuple[str, str]]) -> int:
    """Remove what an interrupted writer left; `kept` are kinds and SHA-256 of what stays.

    Returns how many files went.
    """
    wanted = {folder / kind / f"{sha256}.parquet" for kind, sha256 in kept}
    removed = 0
    for place, pattern in (
        (folder, ".manifest.json.*"),
        (folder, f".{CATALOGUE}.*"),
        *((folder / kind, "*") for kind in (EVENTS, REJECTED, LINKS)),
    ):
        for path in sorted(place.glob(pattern)):
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
