"""Bringing a store of an older form to the present one."""

from __future__ import annotations

from pathlib import Path

from tertius.events.store.layouts import CATALOGUE
from tertius.events.store.writers import existing, writing

__all__ = ["migrate"]


def migrate(store: str | Path) -> bool:
    """Turn a store's manifest into the catalogue; say whether there was one to turn.

    Segments stay as they are. It happens in one step, and by itself at the first write to an
    older store.

    Raises
    ------
    StoreError
        If there is no store, the manifest is damaged, or another process is writing.
    WriteError
        If the catalogue cannot be written.
    """
    folder = existing(store)
    older = not (folder / CATALOGUE).exists()
    with writing(folder):
        return older
