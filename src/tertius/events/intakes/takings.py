"""Taking files into a store: read, batched, drafted, looked up, written, acknowledged."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from tertius.errors import SourceError
from tertius.events.intakes.lookups import Found, Lookup
from tertius.events.intakes.readings import Reading
from tertius.events.intakes.tallies import Tally
from tertius.events.parsing.batches import Drafted, Part, drafted, part_of, tabled
from tertius.events.parsing.drafts import Chunk, Member, Table
from tertius.events.parsing.readers import line_pieces
from tertius.events.reports import FileReport
from tertius.events.store.entries import Entry, Segment
from tertius.events.store.segments import EVENTS, LINKS, REJECTED
from tertius.events.store.writers import Writer
from tertius.settings import limit

__all__ = ["Progress", "Taking"]

Progress = Callable[[int, int, int, int], None]

# Larger blocks take longer: their pages come fresh from the system.
_READ_BYTES = 1 << 23


@dataclass(slots=True)
class _Open:
    """A file whose rows are on their way into segments."""

    member: Member
    tally: Tally
    alone: bool = False
    read: bool = False
    segments: dict[str, list[Segment]] = field(
        default_factory=lambda: {EVENTS: [], REJECTED: [], LINKS: []}
    )


class Taking:
    """Takes files into a store, many small ones at a time.

    Small files are read whole, then drafted together; a large one is streamed and has segments
    of its own, so that one found damaged half-way leaves no row behind.

    Parameters
    ----------
    writer : Writer
        The store, locked.
    reading : Reading
        How files are read.
    whole : bool
        Whether one file that cannot be used refuses all.

    Attributes
    ----------
    refused : list of (str, str)
        Name of each file that could not be used, and why.
    """

    def __init__(self, writer: Writer, reading: Reading, *, whole: bool) -> None:
        self.writer, self.reading, self.whole = writer, reading, whole
        self.refused: list[tuple[str, str]] = []
        self._lookup = Lookup(reading)
        self._open: dict[int, _Open] = {}
        self._parts: list[Part] = []
        self._gathered = 0
        self._frames: dict[str, list[pl.DataFrame]] = {EVENTS: [], REJECTED: [], LINKS: []}
        self._entries: list[Entry] = []
        self._reports: dict[int, FileReport] = {}
        self._contents: dict[tuple[str, ...], int] = {}
        self._names: dict[tuple[str, ...], int] = {}
        self._faults: dict[int, str] = {}

    def take(
        self, members: list[Member], progress: Progress | None = None
    ) -> tuple[FileReport, ...]:
        """Take files in; return the accounts of those the store holds now, in order.

        Parameters
        ----------
        members : list of Member
            The files. The list is empty afterwards: there may be hundreds of thousands, and
            each is let go of once it is read.
        progress : callable, optional
            Is told files read, files in all, bytes read and bytes in all after each file.

        Raises
        ------
        SourceError
            If a file cannot be used and all or none were asked for.
        """
        twins: dict[int, tuple[int, str]] = {}
        done, total, files = 0, sum(member.size for member in members), len(members)
        members.reverse()
        for index in range(files):
            member = members.pop()
            try:
                first = self._take_one(index, member)
            except SourceError as error:
                self._refuse(index, member, error)
            else:
                if first is not None:
                    twins[index] = (first, member.name)
            done += member.size
            if progress is not None:
                progress(index + 1, files, done, total)
        self._draft()
        self._write()
        if self._entries:
            self.writer.add(self._entries)
        for index, (first, name) in twins.items():
            if first in self._reports:
                self._reports[index] = replace(self._reports[first], already_present=True)
            else:
                self.refused.append((name, self._faults[first]))
        return tuple(self._reports[index] for index in sorted(self._reports))

    def _take_one(self, index: int, member: Member) -> int | None:
        """Read one file; if it came earlier in the same call, return the place it came at."""
        if member.fault is not None:
            raise member.fault
        data = _held(member)
        content = _content(member, data)
        if content in self._contents:
            return self._contents[content]
        self._contents[content] = index
        self._check_name(index, member, content)
        entry = self.reading.known(self.writer, member, content)
        if entry is not None:
            self._reports[index] = replace(entry.report, already_present=True)
            return None
        tally = Tally(self.reading.file_id(member, content), member.sha256(), content)
        if data is not None:
            chunks = list(_chunks(member, iter((data,))))
            # Not complete as long as a chunk is left: others may be written in between.
            one = self._open[index] = _Open(member, tally)
            for chunk in chunks:
                self._gather(index, chunk)
            one.read = True
            self._write_if_enough()
        else:
            self._stream(index, _Open(member, tally, alone=True))
        return None

    def _check_name(self, index: int, member: Member, content: tuple[str, ...]) -> None:
        """Refuse a feed's file if one of its name, with other bytes, came before."""
        if member.feed and self._names.setdefault(content[:1], index) != index:
            raise SourceError(
                f"another {member.name}, with other bytes, was read before it",
                where=member.where,
                hint="a file of a feed is taken in once",
            )

    def _stream(self, index: int, large: _Open) -> None:
        """Read a large file or a frame on its own."""
        self._draft()
        self._write()
        self._open[index] = large
        for part in _parts(large.member):
            if isinstance(part, Table):
                self._look_up(tabled(index, part))
            else:
                self._gather(index, part)
            self._write_if_enough()
        large.read = True
        self._draft()
        self._write()

    def _refuse(self, index: int, member: Member, error: SourceError) -> None:
        """Let go of a file that cannot be used, or of all."""
        if self.whole:
            raise error
        self.refused.append((member.name, error.what))
        self._faults[index] = error.what
        # A sound copy may follow.
        for known in (self._contents, self._names):
            for key in [key for key, value in known.items() if value == index]:
                del known[key]
        gone = self._open.pop(index, None)
        if gone is not None:
            self._parts = [part for part in self._parts if part.file != index]
            self._gathered = sum(len(part.text) for part in self._parts)
            for kind in (EVENTS, REJECTED):
                frames = self._frames[kind]
                frames[:] = [frame.filter(pl.col("member") != index) for frame in frames]
            if gone.alone and not gone.read:
                # A large file is alone, and addresses do not say whose they are.
                self._frames[LINKS].clear()

    def _gather(self, index: int, chunk: Chunk) -> None:
        """Put lines with those read before, if they are laid out alike; draft when enough."""
        if self._parts and self._parts[0].layout.key != chunk.layout.key:
            self._draft()
        part = part_of(index, chunk, sift=self.reading.keep == "interstate")
        self._parts.append(part)
        self._gathered += len(part.text)
        if self._gathered >= limit("ingest_batch_bytes"):
            self._draft()

    def _draft(self) -> None:
        """Draft the lines gathered."""
        if not self._parts:
            return
        parts, self._parts, self._gathered = self._parts, [], 0
        self._look_up(drafted(parts))

    def _look_up(self, draft: Drafted) -> None:
        tallies = {index: self._open[index].tally for index in draft.lines}
        names = {index: self._open[index].member.name for index in draft.lines}
        called = {index: self._called(self._open[index].member) for index in draft.lines}
        found: Found = self._lookup(draft, tallies, names, called)
        for kind, frame in (
            (EVENTS, found.events),
            (REJECTED, found.rejected),
            (LINKS, found.links),
        ):
            if frame.height:
                self._frames[kind].append(frame)

    def _called(self, member: Member) -> str:
        return self.reading.dataset or member.dataset

    def _write_if_enough(self) -> None:
        """Write when there are rows enough for a segment, never amidst a small file.

        A file of which nothing can be used is known by then, and its lines are left out.
        """
        frames = (*self._frames[EVENTS], *self._frames[REJECTED])
        if sum(frame.height for frame in frames) >= limit("segment_rows_count"):
            self._write()

    def _write(self) -> None:
        """Write what is drafted into segments, and enter the files that are complete."""
        waiting = {part.file for part in self._parts}
        complete = [i for i, one in self._open.items() if one.read and i not in waiting]
        for index in complete:
            try:
                self._open[index].tally.check(self._open[index].member)
            except SourceError as error:
                self._refuse(index, self._open[index].member, error)
        self._write_segments()
        entries = [self._close(index) for index in complete if index in self._open]
        if self.whole:
            self._entries += entries
        elif entries:
            self.writer.add(entries)

    def _write_segments(self) -> None:
        """Write what is drafted; note with each file the segments that hold its rows."""
        inside: set[int] = set()
        for kind, frames in self._frames.items():
            frame = pl.concat(frames) if frames else pl.DataFrame()
            frames.clear()
            if not frame.height:
                continue
            if kind == LINKS:
                # Addresses repeat from file to file.
                files, rows = inside, frame.unique().sort("url_hash", "url")
            else:
                # Events stay in the order they came: sorting them takes as long as reading
                # them, and is left to compaction.
                files, rows = set(frame["member"].unique().to_list()), frame.drop("member")
            segment = self.writer.write(kind, rows)
            inside |= files
            for index in files:
                self._open[index].segments[kind].append(segment)

    def _close(self, index: int) -> Entry:
        """Enter a file that is complete."""
        done = self._open.pop(index)
        member, reading = done.member, self.reading
        report = done.tally.report(member, self._called(member))
        self._reports[index] = report
        span = reading.span(member)
        return Entry(
            report=report,
            source=reading.source.name,
            content=done.tally.content,
            options=reading.options(member),
            scheme=reading.scheme,
            weights=reading.weights,
            feed=member.feed,
            span=span,
            days=() if span else tuple(day.isoformat() for day in sorted(done.tally.days)),
            segments=tuple(done.segments[EVENTS]),
            rejected=tuple(done.segments[REJECTED]),
            links=tuple(done.segments[LINKS]),
        )


def _content(member: Member, data: bytes | None) -> tuple[str, ...]:
    """Return the identity of what is read: of the unpacked bytes and of what goes with them.

    A file of a feed is known by its name there, its size and its CRC-32, which an archive holds
    and reading checks; any other by its SHA-256.
    """
    if member.blocks is None:
        return member.content
    blocks = (data,) if data is not None else member.blocks(_READ_BYTES)
    if member.feed:
        stem = member.name.rpartition("/")[2].casefold()
        for ending in (".zip", ".gz", ".csv", ".tab", ".txt"):
            stem = stem.removesuffix(ending)
        summed, size = member.crc32, member.size
        if summed is None:
            summed, size = 0, 0
            for block in blocks:
                summed, size = zlib.crc32(block, summed), size + len(block)
        return (f"{member.feed}/{stem}", f"crc32:{summed:08x}", f"bytes:{size}")
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return (digest.hexdigest(), *member.content)


def _held(member: Member) -> bytes | None:
    """Return what a small file holds; None if it is large, whatever it says of itself."""
    most = limit("ingest_piece_bytes")
    if member.blocks is None or member.size > most:
        return None
    parts: list[bytes] = []
    size = 0
    for block in member.blocks(most):
        parts.append(block)
        size += len(block)
        if size > most:
            return None
    return b"".join(parts)


def _chunks(member: Member, blocks: Iterator[bytes]) -> Iterator[Chunk]:
    assert member.chunks is not None  # noqa: S101 - a member has blocks and chunks, or tables
    filled = (block for block in blocks if block)
    return member.chunks(line_pieces(filled, member.where, encoding=member.encoding))


def _parts(member: Member) -> Iterator[Chunk | Table]:
    if member.tables is not None:
        yield from member.tables()
    elif member.blocks is not None:
        yield from _chunks(member, member.blocks(_READ_BYTES))
