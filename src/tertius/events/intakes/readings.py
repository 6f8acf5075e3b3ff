"""How files are read: what must agree before two readings of a file are the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from tertius.errors import SourceError, StoreError
from tertius.events.parsing.drafts import Member
from tertius.events.sources.records import Source
from tertius.events.store.entries import Entry
from tertius.events.store.writers import Writer

__all__ = ["Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, beyond the source's own options.

    Attributes
    ----------
    source : Source
        The format.
    scheme, weights : str
        Names of the quad class scheme and the weight table.
    dataset : str or None
        What to call the data; None: as the source does.
    covers : tuple of (str, str), or None
        The time the files were declared to cover, half-open UTC instants.
    keep : str
        ``"all"`` or ``"interstate"``.
    """

    source: Source
    scheme: str
    weights: str
    dataset: str | None
    covers: tuple[str, str] | None
    keep: str

    def span(self, member: Member) -> tuple[str, str] | None:
        """Return the time a file covers: what was declared, otherwise what its name says."""
        return self.covers or member.span

    def options(self, member: Member) -> dict[str, str]:
        """Return the options that go into the catalogue."""
        kept = {} if self.keep == "all" else {"keep": self.keep}
        return {**member.options, **kept}

    def of(self, member: Member, called: str) -> tuple[object, ...]:
        """Return all that must agree for "the same file", as `Entry.reading` does."""
        options = tuple(sorted(self.options(member).items()))
        named = (self.source.name, self.scheme, self.weights, called)
        return (*named, options, self.span(member))

    def file_id(self, member: Member, content: tuple[str, ...]) -> str:
        """Return the key of a file: 16 hex digits of what it holds and how it is read."""
        called = self.dataset or member.dataset
        said = json.dumps([content, self.of(member, called)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def known(self, writer: Writer, member: Member, content: tuple[str, ...]) -> Entry | None:
        """Return the entry of a file the store holds.

        Raises
        ------
        SourceError
            If another file of its name and feed is there.
        StoreError
            If the file would be read otherwise than it was: its events would count twice.
        """
        # Packed or not, in a folder or a bundle: the name within the feed is what counts.
        entry = writer.find_start(content[0]) if member.feed else writer.find(content)
        if entry is None:
            return None
        if entry.content != content:
            raise SourceError(
                f"the store holds another {member.name} already, with other bytes",
                where=member.where,
                hint="a file of a feed is taken in once; use another store for another edition",
            )
        # A copy under another name is the same file, unless it is to be called something else.
        if entry.reading != self.of(member, self.dataset or entry.report.dataset):
            raise StoreError(
                f"the store holds {member.name} already, read with other options",
                where=member.where,
                hint="its events would count twice; use another store for another reading",
            )
        return entry
