"""Everything `tertius` raises, and how a message is worded.

The tree, with the exit code the command line gives each branch::

    TertiusError                        1   something failed
    ├── UsageError       (ValueError)   2   the call or the command is wrong
    │   └── UnknownNameError (LookupError)  a name nobody knows: "did you mean"
    ├── DataError        (ValueError)   3   what was given cannot be used
    │   ├── SourceError                     a raw file
    │   ├── StoreError                      a store's catalogue or segments
    │   ├── PanelError                      a panel cannot answer the question
    │   ├── GameError                       payoffs that are no game
    │   └── CaseError                       a case file, all its mistakes at once
    ├── WriteError       (OSError)      1   a file could not be written
    └── NetworkError     (OSError)      4   something could not be had over the network

Each message says what was wrong, where, what is allowed and what to do::

    try:
        case = tt.load_case("korea-2081")
    except tt.TertiusError as error:
        print(error)          # the whole message
        print(error.hint)     # its pieces, for programs
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "CaseError",
    "DataError",
    "GameError",
    "Mistake",
    "NetworkError",
    "PanelError",
    "SourceError",
    "StoreError",
    "TertiusError",
    "UnknownNameError",
    "UsageError",
    "WriteError",
    "did_you_mean",
]


class TertiusError(Exception):
    """Anything that went wrong in a way a user can act on.

    Parameters
    ----------
    what : str
        What was wrong, one sentence, with the offending value.
    where : str, optional
        File, line, path within a case, or argument.
    allowed : str, optional
        What would have been accepted.
    hint : str, optional
        What to do next.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        allowed: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.allowed = allowed
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.allowed:
            lines.append(f"Allowed: {self.allowed}")
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        return "\n".join(lines)


class UsageError(TertiusError, ValueError):
    """The call or the command line is wrong; no data was looked at."""

    exit_code = 2


class UnknownNameError(UsageError, LookupError):
    """A name that is not in the list it should come from."""

    @classmethod
    def of(
        cls, kind: str, name: str, known: Iterable[str], *, where: str | None = None
    ) -> UnknownNameError:
        """Build the message for `name`, with the closest known names as the hint."""
        names = sorted(known)
        return cls(
            f'unknown {kind} "{name}"',
            where=where,
            allowed=", ".join(names) if len(names) <= 40 else f"one of {len(names)} names",
            hint=did_you_mean(name, names),
        )


class DataError(TertiusError, ValueError):
    """What was given was read, and cannot be used."""

    exit_code = 3


class SourceError(DataError):
    """A raw file is missing, unreadable, empty or not of the format named."""


class StoreError(DataError):
    """A store's catalogue or one of its segments is missing or damaged."""


class PanelError(DataError):
    """A panel does not hold what was asked of it (dyad, window, coverage)."""


class GameError(DataError):
    """Payoff arrays or parameters that do not make a game."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a case file.

    Attributes
    ----------
    path : str
        Where, as in ``claims[2].parts[0].args.on``.
    what : str
        What is wrong there.
    hint : str or None
        What to write instead.
    """

    path: str
    what: str
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" + (f" (hint: {self.hint})" if self.hint else "")


class CaseError(DataError):
    """A case file with one mistake or more; `mistakes` lists them all."""

    def __init__(self, where: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        listed = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"{count} mistake{'s' if count != 1 else ''}\n{listed}", where=where)


class WriteError(TertiusError, OSError):
    """A file could not be written; what stood there before still stands."""

    # OSError formats itself from errno; ours always prints the worded message.
    __str__ = TertiusError.__str__


class NetworkError(TertiusError, OSError):
    """Something could not be had over the network; what could be had was kept.

    `report` says what was done, where something was; otherwise it is None.
    """

    exit_code = 4
    report: object = None
    __str__ = TertiusError.__str__


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a hint that names up to three known names close to `name`.

    Examples
    --------
    >>> did_you_mean("korea-2081", ["korea-1960", "korea-2018"])
    'did you mean "korea-2018" or "korea-1960"?'
    >>> did_you_mean("zzz", ["korea-1960"]) is None
    True
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.6)
    if not close:
        return None
    return "did you mean " + " or ".join(f'"{folded[match]}"' for match in close) + "?"
