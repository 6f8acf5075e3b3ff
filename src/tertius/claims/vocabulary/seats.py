"""`role`: which seat of the triangle does the pivot of the case hold?"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Literal

from tertius.casebook import Case
from tertius.claims.context import Context
from tertius.claims.naming import prose
from tertius.claims.verdicts import Evidence, Finding, Flip, Word
from tertius.claims.vocabulary.base import DatedArguments, Test, under_each_policy
from tertius.panels import Panel
from tertius.triads import RoleEntry, Roles, roles

__all__ = ["TEST", "case_roles", "month_ends", "triangle_dyads"]

# A role is claimed, or denied, with 95 % of the posterior on one side.
_SURE, _DENIED = 0.95, 0.05


class Role(DatedArguments):
    """Which role, when.

    Attributes
    ----------
    role : str
        The role the claim gives the case's pivot.
    start, end : date
        The month ends between these days are looked at.
    """

    role: Literal["pivot", "friend", "partner", "wing", "foe", "outcast"]


def _describe(args: Role, case: Case) -> str:
    first, second = (prose(code) for code in case.patrons[:2])
    return (
        f"{prose(case.pivot)} is the {args.role} between {first} and {second} at every "
        f"month's end from {args.start} to {args.end}."
    )


def case_roles(context: Context, panel: Panel, dates: tuple[date, ...]) -> Roles:
    """Return the roles of the case's pivot between its first two patrons."""
    first, second = context.case.patrons[:2]
    # All days anybody is likely to ask for are read at once: a day's numbers do not depend
    # on which others are asked for beside it.
    window, span = context.case.window, panel.identity
    usual = {*month_ends(window.start, window.end), window.before, window.after}
    wanted = tuple(sorted({day for day in usual if span.start <= day <= span.end} | set(dates)))
    found = context.once(
        ("roles", wanted, panel.identity),
        lambda: roles(
            panel,
            pivot=context.case.pivot,
            rivals=(first, second),
            dates=wanted,
            seed=context.seed("roles"),
        ),
    )
    return replace(found, entries=tuple(e for e in found.entries if e.date in dates))


def month_ends(start: date, end: date) -> tuple[date, ...]:
    """Return the last days of the months that end between two days."""
    days: list[date] = []
    year, month = start.year, start.month
    while (year, month) <= (end.year, end.month):
        last = date(year, month, monthrange(year, month)[1])
        if start <= last <= end:
            days.append(last)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(days)


def _run(args: Role, context: Context) -> Finding:
    dates = month_ends(args.start, args.end)

    def read(panel: Panel) -> Finding:
        found = case_roles(context, panel, dates)
        entries = [found.at(day, scoring) for day in dates for scoring in ("world", "raw")]
        thin = [entry for entry in entries if entry.verdict == "no triangle"]
        provenance = context.cells(triangle_dyads(context.case), panel.identity.start, dates[-1])
        if thin:
            return Finding(
                "too little data",
                f"No triangle at the end of {thin[0].date:%B %Y}: {'; '.join(thin[0].flags)}.",
                missing=("five effective events in each dyad at each month's end",),
                provenance=provenance,
            )
        world = [entry for entry in entries if entry.scoring == "world"]
        chances = [entry.roles[args.role] for entry in world]
        least = min(world, key=lambda entry: entry.roles[args.role])
        word = _word(entries, args.role)
        return Finding(
            word,
            _told(context.case, args.role, world),
            (
                _over_months(args.role, chances),
                *(_evidence(entry, args.role) for entry in entries),
            ),
            comparison="Both scorings: against the world's odds, and raw. Without any report the "
            f"probability would be {least.role_priors[args.role]:.2f} (world's odds).",
            assumptions=("An event counts half after 28 days.",),
            provenance=provenance,
            flip=_flip(entries, args.role, word),
        )  # fmt: skip

    if not dates:
        return Finding("too little data", "No month ends between the days given.",
                       missing=("a window that holds a month's end",))  # fmt: skip
    return under_each_policy(context, read)


def _word(entries: list[RoleEntry], role: str) -> Word:
    """Held by 95 % of the posterior at every date and scoring, or by less than 5 %."""
    chances = [entry.roles[role] for entry in entries]
    if min(chances) >= _SURE:
        return "supported"
    return "contradicted" if max(chances) <= _DENIED else "not distinguishable"


def _flip(entries: list[RoleEntry], role: str, word: Word) -> Flip:
    """Tell the nearest change: one month loses a sure word, all months together give one."""
    lowest, highest = (pick(entries, key=lambda e: e.roles[role]) for pick in (min, max))
    if word == "not distinguishable":
        chance = lowest.roles[role]
        return Flip(
            f"the probability of “{role}” reached {_SURE} at every month's end under both scorings "
            f"(the lowest is {chance:.2f}, {lowest.date:%B %Y})",
            _SURE - chance,
        )
    nearest, bound = (lowest, _SURE) if word == "supported" else (highest, _DENIED)
    chance = nearest.roles[role]
    return Flip(
        f"the probability at the end of {nearest.date:%B %Y} ({chance:.2f}) crossed {bound}",
        abs(bound - chance),
    )


def _told(case: Case, role: str, entries: list[RoleEntry]) -> str:
    leading = [" or ".join(entry.leading_roles) for entry in entries]
    held = sum(role in entry.leading_roles for entry in entries)
    return (
        f"{prose(case.pivot)} most probably is the {role} at {held} of {len(entries)} month "
        f"ends against the world's odds (in order: {', '.join(leading)})."
    )


def _over_months(role: str, chances: list[float]) -> Evidence:
    mean, low, high = sum(chances) / len(chances), min(chances), max(chances)
    return Evidence(
        f"probability of the seat “{role}”, mean of the month ends",
        mean,
        low,
        high,
        text=f"probability of the seat “{role}” {mean:.2f} on average, {low:.2f} to {high:.2f} by "
        "month",
        anchor="roles",
    )


def _evidence(entry: RoleEntry, role: str) -> Evidence:
    return Evidence(
        f"probability of {role}, {entry.date:%-d %b %Y}, "
        + ("world's odds" if entry.scoring == "world" else "raw"),
        entry.roles[role],
        anchor="roles",
    )


def triangle_dyads(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the six directed dyads of the case's triangle."""
    states = (case.pivot, *case.patrons[:2])
    return tuple((one, other) for one in states for other in states if one != other)


TEST = Test(
    name="role",
    kind="measured",
    establishes="The probability that the pivot holds a seat of the strategic triangle, month by "
    "month, under both scorings.",
    cannot="It cannot tell intent: a seat is where reported relations put a state, whether it "
    "plays or is played. Zero, on the world's scale, is the average dyad.",
    arguments=Role,
    describe=_describe,
    run=_run,
    reads_events=True,
)
