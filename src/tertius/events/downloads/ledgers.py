"""What a store knows of a feed: which of its files it holds, and what was promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tertius.errors import StoreError
from tertius.events.store.connections import read_only
from tertius.events.store.entries import Expected
from tertius.events.store.layouts import CATALOGUE
from tertius.events.store.writers import writing

__all__ = ["Ledger", "NoLedger", "StoreLedger"]


class Ledger(Protocol):
    """Where a fetch looks up and writes down what became of files."""

    def held(self, feed: str) -> Mapping[str, str]:
        """Return the files of a feed that are held, with the MD5 promised when they came."""
        ...

    def note(self, files: Sequence[Expected]) -> None:
        """Write down what is promised, and what became of it."""
        ...


class NoLedger:
    """The ledger of a feed that no store holds: nothing is held, and nothing is written down."""

    def held(self, feed: str) -> Mapping[str, str]:  # noqa: ARG002 - as of any ledger
        """Return no file."""
        return {}

    def note(self, files: Sequence[Expected]) -> None:
        """Write nothing down."""


class StoreLedger:
    """The catalogue of an event store as a ledger.

    Parameters
    ----------
    folder : pathlib.Path
        The store's folder; there may be none yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def held(self, feed: str) -> Mapping[str, str]:
        """Return the files of a feed that are held, with the MD5 promised when they came.

        Raises
        ------
        StoreError
            If the folder is no store, or its catalogue is damaged.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise StoreError("is a file, not the folder of an event store", where=str(self.folder))
        if not (self.folder / CATALOGUE).is_file():
            return {}
        with read_only(self.folder) as connection:
            named = connection.execute("SELECT name FROM files WHERE feed = ?", (feed,))
            found = {str(name): "" for (name,) in named}
            settled = connection.execute(
                "SELECT name, md5 FROM expected WHERE feed = ? AND status = 'held'", (feed,)
            )
            return found | {str(name): str(md5) for name, md5 in settled}

    def note(self, files: Sequence[Expected]) -> None:
        """Write down what is promised, and what became of it.

        Raises
        ------
        StoreError
            If another process is writing to the store.
        WriteError
            If it cannot be written.
        """
        if files:
            with writing(self.folder) as writer:
                writer.expect(files)
