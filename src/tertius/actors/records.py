"""What the room hands out: states with their spans, office-holders, and a name's resolution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["OPEN_END", "OPEN_START", "Officeholder", "Resolution", "Span", "State"]

OPEN_START = date.min
OPEN_END = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """One uninterrupted stretch of a state's life under one pair of codes.

    Attributes
    ----------
    start, end : date
        First and last day; `date.min` and `date.max` where the stretch is open.
    cow : int or None
        Correlates of War code in these years.
    gw : int or None
        Gleditsch–Ward code in these years.
    source : str
        Whose dates these are.
    """

    start: date
    end: date
    cow: int | None
    gw: int | None
    source: str

    @property
    def years(self) -> str:
        """The span in words, as in ``1922–1991``; an open side is left blank."""
        return _years(self.start, self.end) or "always"


@dataclass(frozen=True, slots=True)
class State:
    """One state or territory.

    Attributes
    ----------
    iso3 : str
        Key: ISO 3166-1, for former states ISO 3166-3; RVN, TBT, XKX and ZAN are our own.
    name : str
        Short name.
    adjective : str
        First demonym, empty if there is none.
    status : str
        ``state`` or ``territory``.
    fips, cameo : tuple[str, ...]
        FIPS 10-4 codes and CAMEO actor codes, the usual one first.
    spans : tuple[Span, ...]
        In order of time, at least one.
    continues : str
        Key of the state whose seat, capital and codes this one took over, or empty.
    """

    iso3: str
    name: str
    adjective: str
    status: str
    fips: tuple[str, ...]
    cameo: tuple[str, ...]
    spans: tuple[Span, ...]
    continues: str

    @property
    def cow(self) -> int | None:
        """Correlates of War code in the latest span."""
        return self.spans[-1].cow

    @property
    def gw(self) -> int | None:
        """Gleditsch–Ward code in the latest span."""
        return self.spans[-1].gw

    @property
    def start(self) -> date:
        """First day of the first span."""
        return self.spans[0].start

    @property
    def end(self) -> date:
        """Last day of the last span; `date.max` if the state exists."""
        return self.spans[-1].end

    @property
    def years(self) -> str:
        """All spans in words."""
        return ", ".join(span.years for span in self.spans)

    def at(self, on: date) -> Span | None:
        """Return the span that covers `on`, or None if the state did not exist then."""
        return next((span for span in self.spans if span.start <= on <= span.end), None)


@dataclass(frozen=True, slots=True)
class Officeholder:
    """One person's term in one office.

    Attributes
    ----------
    name : str
        As the news writes it.
    iso3 : str
        State served; empty for an international office.
    office : str
        Official title.
    start, end : date
        First and last day of the term; `date.min` and `date.max` where not recorded or open.
    source : str
        Where the term can be checked.
    """

    name: str
    iso3: str
    office: str
    start: date
    end: date
    source: str

    @property
    def title(self) -> str:
        """Office and years, as in ``Premier 1948–1972``."""
        return f"{self.office} {_years(self.start, self.end)}".strip()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name stands for at a date.

    Attributes
    ----------
    query : str
        The name as given.
    iso3 : str or None
        Key of the state; None if the name is unknown or ambiguous.
    method : str
        How it was found: ``code``, ``name``, ``demonym``, ``capital``, ``palace``, ``un-seat``,
        ``person``, ``organisation``, ``office``, ``suffix``; or ``ambiguous``, ``unknown``.
    on : date or None
        The day asked about; 1 July if a year was given.
    note : str
        What the reader should know; for an unknown name, why.
    """

    query: str
    iso3: str | None
    method: str
    on: date | None
    note: str


def _years(start: date, end: date) -> str:
    first = "" if start == OPEN_START else str(start.year)
    last = "" if end == OPEN_END else str(end.year)
    return f"{first}–{last}" if first or last else ""
