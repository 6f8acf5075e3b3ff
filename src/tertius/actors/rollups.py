"""Rolling many actor names up to states, with a count of what stayed unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tertius.actors.resolution import as_day
from tertius.actors.timelines import Piece, timeline
from tertius.errors import UsageError

__all__ = ["RollUp", "roll_up"]

_UNKNOWN = Piece(date.min, date.max, None, "unknown")


@dataclass(frozen=True, slots=True)
class RollUp:
    """Names rolled up to states.

    Attributes
    ----------
    iso3 : tuple[str or None, ...]
        Shape (N,), in the order of the names; None where unknown or ambiguous.
    methods : tuple[tuple[str, int], ...]
        Mentions by method, the most frequent first.
    unresolved : tuple[tuple[str, int], ...]
        Every name that gave no state at least once, with its mentions that gave none, the most
        frequent first.
    """

    iso3: tuple[str | None, ...]
    methods: tuple[tuple[str, int], ...]
    unresolved: tuple[tuple[str, int], ...]

    @property
    def resolved_share(self) -> float:
        """Share of the mentions that gave a state; 1 for no mentions."""
        if not self.iso3:
            return 1.0
        return 1.0 - sum(count for _, count in self.unresolved) / len(self.iso3)


def roll_up(names: Any, on: Any = None) -> RollUp:  # noqa: ANN401 - any column of any library
    """Resolve many names, each at its own date.

    Parameters
    ----------
    names : sequence of str, shape (N,)
        A list, or an array or column of numpy, pandas, Polars or PyArrow.
    on : sequence of date or of years, shape (N,), or one date or year, optional
        When each name was used; ``datetime64[D]`` arrays serve. Without it each name has its
        present or last meaning.

    Raises
    ------
    UsageError
        If `names` and `on` differ in length, or an item of `on` is neither a date nor a year.

    Examples
    --------
    >>> roll_up(["Moscow", "Moscow", "Somebody"], [1960, 2018, 2018]).iso3
    ('SUN', 'RUS', None)
    """
    wanted: list[str] = _listed(names)
    if on is None:
        last = {name: (timeline(name) or (_UNKNOWN,))[-1] for name in dict.fromkeys(wanted)}
        return _tally(wanted, map(last.__getitem__, wanted))
    days = [as_day(on)] * len(wanted) if isinstance(on, (date, int)) else _listed(on)
    if len(days) != len(wanted):
        raise UsageError(f"{len(wanted)} names and {len(days)} dates", where="on")
    return _tally(wanted, _dated(wanted, days))


def _listed(values: Any) -> list[Any]:  # noqa: ANN401 - see roll_up
    for method in ("tolist", "to_list", "to_pylist"):
        if hasattr(values, method):
            return list(getattr(values, method)())
    return list(values)


def _dated(names: Sequence[str], days: Sequence[date | int]) -> Iterator[Piece]:
    pieces = {name: timeline(name) for name in dict.fromkeys(names)}
    # Event data hold millions of rows and few names and days: each pair is looked up once.
    seen: dict[tuple[str, date | int], Piece] = {}
    for pair in zip(names, days, strict=True):
        piece = seen.get(pair)
        if piece is None:
            day = as_day(pair[1])
            covering = (each for each in pieces[pair[0]] if each.start <= day <= each.end)
            piece = seen[pair] = next(covering, _UNKNOWN)
        yield piece


def _tally(names: Sequence[str], pieces: Iterable[Piece]) -> RollUp:
    found = list(pieces)
    pairs = zip(names, found, strict=True)
    missed = Counter(name for name, piece in pairs if piece.iso3 is None)
    methods = Counter(piece.method for piece in found)
    return RollUp(
        iso3=tuple(piece.iso3 for piece in found),
        methods=_ranked(methods),
        unresolved=_ranked(missed),
    )


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
