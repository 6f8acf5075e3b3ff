"""What a source declares about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tertius.events.parsing.drafts import Member

__all__ = ["Source"]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A format of raw events.

    Attributes
    ----------
    name : str
        What it is called.
    open : callable
        From paths (or frames) and the source's own options to members.
    about : str
        What it reads, in one sentence.
    version : str
        Version of the format.
    ontology : str
        ``"cameo"`` or ``"plover"``: what its codes belong to.
    scheme, weights : str
        Quad class scheme and weight table unless others are named.
    licence : str
        Terms of the data, in a few words.
    terms : str
        Where the terms stand; empty if they are the user's own.
    citation : str
        What to cite; empty if it is for the user to say.
    files : callable or None
        From one path to the files it stands for, where each of them is read by itself; None
        where a path means more, such as a folder with its companions.
    states : callable or None
        Returns the table from the source's codes of states to ISO3; None if it has ISO3 codes,
        or names.
    """

    name: str
    open: Callable[..., list[Member]]
    about: str
    version: str
    ontology: str
    scheme: str
    weights: str
    licence: str
    terms: str
    citation: str
    files: Callable[[Any], list[Path]] | None = None
    states: Callable[[], dict[str, str]] | None = None
