"""Windows of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tertius.errors import UsageError
from tertius.events.sources.feeds import Period

__all__ = ["Window", "window_of"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days in UTC.

    Attributes
    ----------
    first, last : datetime.date
        First and last day, both within.
    """

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant within."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant after."""
        return datetime(self.last.year, self.last.month, self.last.day, tzinfo=UTC) + _DAY

    def meets(self, period: Period) -> bool:
        """Whether a file of that period may hold a row of the window."""
        return period.start < self.end and period.end > self.start

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def window_of(days: tuple[date | str, date | str]) -> Window:
    """Read a first and a last day.

    Raises
    ------
    UsageError
        If they are no days, or the last lies before the first.
    """
    try:
        first, last = (
            day if isinstance(day, date) else datetime.strptime(day, "%Y-%m-%d").date()
            for day in days
        )
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"{days!r} is no pair of days", where="window", allowed="first and last day, YYYY-MM-DD"
        ) from error
    if last < first:
        raise UsageError(f"ends ({last}) before it starts ({first})", where="window")
    if last == date.max:
        raise UsageError(f"{last} has no day after it", where="window")
    return Window(first, last)
