"""Files, archives and folders of them as members, for sources whose files have no companions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tertius.errors import SourceError, UsageError
from tertius.events.archives import ArchiveMember, archive_members, member_blocks
from tertius.events.parsing.drafts import Chunk, Member, unusable
from tertius.events.sources.feeds import feed_of
from tertius.files import file_sha256

__all__ = ["files_of", "packaged_members"]


def packaged_members(
    paths: Sequence[Any],
    chunks: Callable[[str, Iterator[tuple[int, bytes]]], Iterator[Chunk]],
    *,
    called: Callable[[str], str | None],
    options: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> list[Member]:
    """List every file within files, archives and folders, in order of names.

    Parameters
    ----------
    paths : sequence of path
        Files, zip or gzip archives, or folders of them. Hidden files of a folder or of a zip
        are left out, and what macOS puts beside each file of a zip.
    chunks : callable
        From the place of a file, for messages, and numbered pieces of lines to chunks.
    called : callable
        From a file's name to what its data are called; None: by the file's name.
    options : mapping of str to str, optional
        How files are read; part of the catalogue.
    encoding : str
        Of the files.

    Returns
    -------
    list of Member
        A path that is missing, a folder that is empty and an archive that is refused have a
        member too, which says so.
    """
    members = []
    for file, within in _within(paths):
        if isinstance(within, SourceError):
            members.append(unusable(file.name, str(file), within))
            continue
        # Of many members of one archive each asks for the archive's own sum.
        digest = functools.cache(functools.partial(file_sha256, file))
        for member in within:
            # A zip of one file is known by its own name, as publishers' indexes know it.
            name = file.name if len(within) == 1 else f"{file.name}/{member.inner_name}"
            feed, span = feed_of(file.name if len(within) == 1 else member.name)
            where = member.where if len(within) > 1 else str(file)
            members.append(
                Member(
                    name=name,
                    where=where,
                    size=member.bytes,
                    sha256=digest,
                    content=(),
                    dataset=called(file.name) or called(member.name) or file.name,
                    options=dict(options or {}),
                    notes=(),
                    crc32=member.crc32,
                    blocks=functools.partial(_blocks, member),
                    chunks=functools.partial(chunks, where),
                    feed=feed,
                    span=span,
                    encoding=encoding,
                )
            )
    return members


def _within(
    paths: Sequence[Any],
) -> Iterator[tuple[Path, tuple[ArchiveMember, ...] | SourceError]]:
    """Yield every file with what is in it, or with what is wrong with it."""
    for path in paths:
        try:
            files = files_of(path)
        except SourceError as error:
            yield Path(path), error
            continue
        for file in files:
            try:
                yield file, _visible(archive_members(file))
            except SourceError as error:
                yield file, error


def _visible(members: tuple[ArchiveMember, ...]) -> tuple[ArchiveMember, ...]:
    """Leave hidden files out, unless there is nothing else."""
    seen = tuple(
        member
        for member in members
        if not member.name.startswith(".") and not member.inner_name.startswith("__MACOSX/")
    )
    return seen or members


def _blocks(member: ArchiveMember, size: int) -> Iterator[bytes]:
    return member_blocks(member, size)


def files_of(path: Any) -> list[Path]:  # noqa: ANN401 - whatever the user passed
    """Return a file, or the files of a folder by name.

    Raises
    ------
    SourceError
        If there is no such file or folder, or it is empty.
    UsageError
        If it is no path.
    """
    if not isinstance(path, (str, Path)):
        raise UsageError(
            f"a {type(path).__name__} is not a path", where="paths", allowed="files or folders"
        )
    place = Path(path)
    if not place.exists():
        raise SourceError("there is no such file or folder", where=str(place))
    if not place.is_dir():
        return [place]
    found = sorted(each for each in place.iterdir() if each.is_file() and each.name[0] != ".")
    if not found:
        raise SourceError("the folder holds no files", where=str(place))
    return found
