"""`turn-exists` and `turn`: is there a turn, and when?

Two questions and two tests, answered from the exact changepoint of a daily series; a third,
what it is due to, is `attribution`'s and is never answered from these.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import numpy as np
from pydantic import Field

from tertius.casebook import Case
from tertius.casebook.schema import StateCode
from tertius.claims.context import Context
from tertius.claims.naming import possessive, prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import Arguments, Test, under_each_policy
from tertius.inference import Turn, consistency, consistent_dates, turn
from tertius.panels import Panel

__all__ = ["TURN", "TURN_EXISTS", "dated_turn"]

_LEAST_EVENTS = 20
_LEAST_DAYS = 60
# Evidence of ten to one against a turn, on the scale of the natural logarithm.
_AGAINST = -float(np.log(10))


class TurnExists(Arguments):
    """Whose acts toward whom.

    Attributes
    ----------
    source, target : str
        Directed dyad.
    measure : str
        What is counted.
    """

    source: StateCode
    target: StateCode
    measure: Literal["cooperation", "conflict", "events"] = "cooperation"


class TurnDate(TurnExists):
    """Which dyad, and which event its turn is held against.

    Attributes
    ----------
    on : date
        Day of the event.
    max_lag_days : int
        How long at most its effect may take to show.
    why : str
        The reason for that lag.
    """

    on: date
    max_lag_days: int = Field(ge=0, le=366)
    why: str = Field(min_length=1)


def dated_turn(args: TurnExists, panel: Panel, context: Context, on: date | None = None) -> Turn:
    """Return the turn of a dyad over the whole panel, with the case's own random stream."""
    dyad = (args.source, args.target, args.measure)
    return context.once(
        ("turn", *dyad, on, panel.identity),
        lambda: turn(
            panel,
            args.source,
            args.target,
            measure=args.measure,
            on=on,
            seed=context.seed(f"turn {' '.join(dyad)}"),
        ),
    )


def _describe_exists(args: TurnExists, case: Case) -> str:
    return (
        f"The daily rate of {args.measure} from {prose(args.source)} to "
        f"{prose(args.target)} changed once, against not at all."
    )


def _describe_date(args: TurnDate, case: Case) -> str:
    return (
        f"{possessive(args.source)} turn toward {prose(args.target)} falls on {args.on} or "
        f"within {args.max_lag_days} days after it ({args.why})."
    )


def _run_exists(args: TurnExists, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        found = dated_turn(args, panel, context)
        short = _too_short(found, context)
        if short is not None:
            return short
        clear = found.log_bayes_factor > 0 and found.bayes_p <= 0.05
        against = found.log_bayes_factor < _AGAINST
        word: Word = "supported" if clear else "contradicted" if against else "not distinguishable"
        return Finding(
            word,
            f"{possessive(found.source)} reported {found.measure} toward "
            f"{prose(found.target)} goes from {found.rate_before:.1f} to "
            f"{found.rate_after:.1f} a day, if it changes once.",
            _numbers(found),
            comparison=f"{found.simulations} series simulated without a turn, of the same length, "
            f"rate and dispersion: {100 * found.bayes_p:.1f} % show a Bayes factor as large.",
            assumptions=("At most one change of rate in the window.",),
            provenance=context.cells(((args.source, args.target),), found.start, found.end),
            flip=Flip(
                f"the log Bayes factor ({found.log_bayes_factor:.1f}) of the "
                f"{args.source}–{args.target} turn fell to 0",
                abs(found.log_bayes_factor) / 10,
            ),
        )

    return under_each_policy(context, read)


def _run_date(args: TurnDate, context: Context) -> Finding:
    def read(panel: Panel) -> Finding:
        found = dated_turn(args, panel, context, args.on)
        short = _too_short(found, context)
        if short is not None:
            return short
        timing = consistency(found, args.on, args.max_lag_days)
        words: dict[str, Word] = {"consistent": "supported", "contradicted": "contradicted"}
        return Finding(
            words.get(timing, "not distinguishable"),
            f"The turn is dated {_day(found.mode)}; the {100 * found.level:.0f} % set runs from "
            f"{_day(found.date_set[0])} to {_day(found.date_set[-1])}.",
            _numbers(found),
            comparison=_others(found, args, context.case),
            assumptions=(f"An effect shows within {args.max_lag_days} days: {args.why}.",),
            provenance=context.cells(((args.source, args.target),), found.start, found.end),
            flip=Flip(
                f"the date set of the {args.source}–{args.target} turn left {_day(args.on)} to "
                f"{_day(args.on + timedelta(days=args.max_lag_days))}",
                abs((found.mode - args.on).days - args.max_lag_days / 2)
                / max(args.max_lag_days, 1),
            ),
        )

    return under_each_policy(context, read)


def _numbers(found: Turn) -> tuple[Evidence, ...]:
    """Return the dates and odds, tempered and not, whole window and half."""
    return (
        Evidence("turn, most probable date", text=_day(found.mode), anchor="turn"),
        Evidence(f"{100 * found.level:.0f} % date set", text=_set(found.date_set), anchor="turn"),
        Evidence("probability of that date", found.mode_probability, anchor="turn"),
        Evidence("rate before", found.rate_before, unit="a day", anchor="turn"),
        Evidence("rate after", found.rate_after, unit="a day", anchor="turn"),
        Evidence("log Bayes factor against no turn", found.log_bayes_factor, anchor="turn"),
        Evidence("… untempered", found.untempered.log_bayes_factor, anchor="turn"),
        Evidence("dispersion", found.phi, anchor="turn"),
        Evidence("date set, untempered", text=_set(found.untempered.date_set), anchor="turn"),
        *(
            (Evidence("date set, half the window", text=_set(found.half.date_set), anchor="turn"),)
            if found.half
            else ()
        ),
    )


def _others(found: Turn, args: TurnDate, case: Case) -> str:
    """Name the other milestones that would pass the same check: timing does not single one out."""
    days = {fact.says: fact.on for fact in case.milestones if fact.precision == "day"}
    passing = [
        name for name in consistent_dates(found, days, args.max_lag_days) if days[name] != args.on
    ]
    if not passing:
        return "No other milestone of the case passes the same check."
    told = "; ".join(f"{name.rstrip('.')} ({_day(days[name])})" for name in passing)
    return f"{len(passing)} other milestones pass the same check: {told}."


def _too_short(found: Turn, context: Context) -> Finding | None:
    if found.events >= _LEAST_EVENTS and found.days >= _LEAST_DAYS:
        return None
    return Finding(
        "too little data",
        f"{found.events} events in {found.days} days.",
        missing=(f"{_LEAST_EVENTS} events and {_LEAST_DAYS} covered days",),
        provenance=context.cells(((found.source, found.target),), found.start, found.end),
    )


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _set(days: tuple[date, ...]) -> str:
    span = _day(days[0]) if len(days) == 1 else f"{_day(days[0])} to {_day(days[-1])}"
    return f"{span} ({len(days)} days)" if len(days) > 1 else span


TURN_EXISTS = Test(
    name="turn-exists",
    kind="measured",
    establishes="Whether one change of rate explains a dyad's daily counts better than none, with "
    "the false-alarm rate calibrated on simulated series.",
    cannot="It cannot tell when with certainty, nor why; several changes are told as one.",
    arguments=TurnExists,
    describe=_describe_exists,
    run=_run_exists,
    reads_events=True,
)

TURN = Test(
    name="turn",
    kind="measured",
    establishes="Whether the dated turn is consistent in time with an event, under two "
    "temperings and two windows.",
    cannot="It cannot tell that the event caused the turn: other events may pass the same check, "
    "and diplomacy is announced after it is agreed.",
    arguments=TurnDate,
    describe=_describe_date,
    run=_run_date,
    reads_events=True,
)
