"""Whether a dated turn fits an event: consistent, contradicted, or undecided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tertius.errors import PanelError, UsageError
from tertius.inference.turns import Turn

__all__ = ["consistency", "consistent_dates"]


def consistency(turn: Turn, on: date, max_lag_days: int) -> str:
    """Say whether a turn's date set fits an event on a day.

    A cause may precede its effect, so the claim declares how long at most. The rule is
    applied to four date sets: tempered and untempered, whole window and half. Where
    they disagree, the answer is undecided.

    Parameters
    ----------
    turn : Turn
        A dated turn. Whether there *is* a turn is another question; see ``bayes_p``.
    on : datetime.date
        Day of the event.
    max_lag_days : int
        Days within which its effect must show.

    Returns
    -------
    str
        ``"consistent"`` if each set meets [`on`, `on` + `max_lag_days`];
        ``"contradicted"`` if each lies wholly before `on`; ``"undecided"`` otherwise,
        also where each lies wholly after the lag.

    Raises
    ------
    UsageError
        For a negative lag.
    PanelError
        If `on` lies outside the turn's window.

    Notes
    -----
    Being consistent in time is not being caused. Other events pass the same check: list
    them with :func:`consistent_dates`.
    """
    if max_lag_days < 0:
        raise UsageError(f"`max_lag_days` is {max_lag_days}", allowed="0 or more")
    if not turn.start <= on <= turn.end:
        raise PanelError(
            f"`on` ({on}) lies outside the window of the turn",
            allowed=f"{turn.start} to {turn.end}",
        )
    datings = (turn, turn.untempered, turn.half, turn.half_untempered)
    words = {_word(dating.date_set, on, max_lag_days) for dating in datings if dating is not None}
    return words.pop() if len(words) == 1 else "undecided"


def consistent_dates(
    turn: Turn, milestones: Mapping[str, date], max_lag_days: int
) -> tuple[str, ...]:
    """Return the names of the events a turn's date is consistent with, by date then name.

    Events outside the turn's window are left out: the turn says nothing about them.
    """
    ordered = sorted(milestones.items(), key=lambda item: (item[1], item[0]))
    return tuple(
        name
        for name, day in ordered
        if turn.start <= day <= turn.end and consistency(turn, day, max_lag_days) == "consistent"
    )


def _word(date_set: Sequence[date], on: date, max_lag_days: int) -> str:
    if date_set[-1] < on:
        return "contradicted"
    latest = on + timedelta(days=max_lag_days)
    return "consistent" if any(on <= day <= latest for day in date_set) else "undecided"
