"""What the events show: the pictures of relations, roles, leverage and turns."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import numpy as np
from scipy.special import gammaincinv

from tertius.actors import state
from tertius.briefs.charts import (
    Band,
    Edge,
    LeverageView,
    Milestone,
    RelationView,
    RoleTimeView,
    TriangleView,
    TurnView,
    draw_leverage,
    draw_relations,
    draw_role_times,
    draw_triangles,
    draw_turn,
)
from tertius.briefs.document import Figure
from tertius.briefs.words import band, coverage, day
from tertius.casebook import Case
from tertius.claims import possessive, prose, sentence_case
from tertius.errors import PanelError
from tertius.inference import Turn
from tertius.panels import Panel
from tertius.triads import RoleEntry, Roles

__all__ = [
    "leverage_picture",
    "milestone_marks",
    "relation_picture",
    "role_picture",
    "triangle_picture",
    "turn_picture",
]

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_ROLES = ("pivot", "friend", "partner", "wing", "foe", "outcast")
_SCORINGS = {"world": "against the world's odds", "raw": "raw"}


def milestone_marks(case: Case) -> tuple[Milestone, ...]:
    """Return the milestones a chart marks: the main ones within the window, by date."""
    facts = [
        fact
        for fact in case.milestones
        if fact.main and case.window.start <= fact.on <= case.window.end
    ]
    return tuple(Milestone(fact.on, fact.says) for fact in sorted(facts, key=lambda f: f.on))


def source_line(panel: Panel) -> str:
    """Say which data a figure is drawn from, under which policy and coverage."""
    identity = panel.identity
    return (
        f"{identity.dataset}, {day(identity.start)} to {day(identity.end)}; duplicates: "
        f"{identity.duplicates}; {coverage(identity.coverage, identity.holes, identity.days)}"
    )


def triangle_picture(case: Case, panel: Panel, found: Roles) -> Figure:
    """Draw the triangle before and after, or on the one of the two days the events reach."""
    told = " and ".join(f"{_seat(found.at(on))} by {on:%B %Y}" for on in found.dates)
    return draw_triangles(
        [_triangle(case, found, on) for on in found.dates],
        name="triangles",
        title=f"{sentence_case(prose(case.pivot))} is {told}",
        caption="Scores against the world's odds of cooperation, −1 to 1, with 90 % intervals; an "
        f"event counts half after {found.half_life_days:.0f} days. {source_line(panel)}.",
    )


def _seat(entry: RoleEntry) -> str:
    if entry.verdict == "no triangle":
        return "in no triangle"
    return f"most probably the {' or the '.join(entry.leading_roles)}"


def _triangle(case: Case, found: Roles, on: date) -> TriangleView:
    entry = found.at(on)
    codes = (case.pivot, *case.patrons[:2])
    edges = tuple(
        Edge(*score.states, score.score, *score.interval_90, score.effective_events)
        for score in entry.edges
    )
    chance = max(entry.roles.values())
    exists = entry.verdict != "no triangle"
    return TriangleView(
        label=day(on),
        pivot=case.pivot,
        rivals=(case.patrons[0], case.patrons[1]),
        names={code: state(code).name for code in codes},
        edges=edges if exists else (),
        role=f"role: {' or '.join(entry.leading_roles)}" if exists else "no triangle",
        probability=f"{band(chance)}, {chance:.2f}" if exists else "",
    )


def leverage_picture(case: Case, panel: Panel, found: Roles) -> Figure:
    """Draw the leverage index by month under both scorings."""
    bands = tuple(
        Band(
            _SCORINGS[scoring],
            found.dates,
            np.array([found.at(on, scoring).leverage_quantiles for on in found.dates]),
        )
        for scoring in _SCORINGS
    )
    world = [found.at(on) for on in found.dates]
    best = max(world, key=lambda entry: entry.leverage)
    whose = sentence_case(possessive(case.pivot))
    return draw_leverage(
        LeverageView("leverage index, 0 to 1", bands, milestone_marks(case)),
        name="leverage",
        title=f"{whose} leverage is highest in {best.date:%B %Y}: {best.leverage:.2f} on a scale "
        "of 0 to 1",
        caption="Median with 50 and 90 % bands at each month's end, under both scorings. "
        f"Position, not gain. {source_line(panel)}.",
    )


def role_picture(case: Case, panel: Panel, found: Roles) -> Figure:
    """Draw the probabilities of the six roles by month."""
    chances = np.array([[found.at(on).roles[role] for role in _ROLES] for on in found.dates])
    thin = [found.at(on).verdict == "no triangle" for on in found.dates]
    chances[np.array(thin, dtype=bool)] = np.nan
    firsts = tuple(on.replace(day=1) for on in found.dates)
    leading = [" or ".join(found.at(on).leading_roles) for on in found.dates]
    agreed = sum(found.agreement(on) != "not distinguishable" for on in found.dates)
    pivot = sentence_case(prose(case.pivot))
    return draw_role_times(
        RoleTimeView(pivot, firsts, _ROLES, chances, milestone_marks(case)),
        name="roles",
        title=f"{pivot} is most probably the {case_role(leading)}; the two scorings "
        f" agree in {agreed} of {len(leading)} months",
        caption="Probability of each role at the month's end, against the world's odds. "
        f"{source_line(panel)}.",
    )


def case_role(leading: list[str]) -> str:
    """Tell the most frequent leading role, and how often it leads."""
    names = sorted(set(leading), key=lambda name: (-leading.count(name), name))
    told = (f"{name} in {leading.count(name)}" for name in names[:2])
    return f"{' and the '.join(told)} of {len(leading)} months"


def relation_picture(case: Case, panel: Panel) -> Figure | None:
    """Draw weekly cooperative events of each patron and the pivot, both ways.

    Dyads the panel does not speak about are left out; None if that is all of them.
    """
    weekly = panel.regroup("week")
    dyads = [
        pair for patron in case.patrons[:2] for pair in ((patron, case.pivot), (case.pivot, patron))
    ]
    bands = []
    for source, target in dyads:
        with suppress(PanelError):
            bands.append(_weekly(weekly, source, target))
    if not bands:
        return None
    peaks = [
        (float(np.nanmax(one.observed)), one.label, one.periods[int(np.nanargmax(one.observed))])
        for one in bands
        if one.observed is not None
    ]
    most, label, when = max(peaks)
    return draw_relations(
        RelationView("cooperative events a week", tuple(bands), milestone_marks(case)),
        name="relations",
        title=f"The busiest week is that of {day(when)}: {most:,.0f} cooperative events {label}",
        caption="Dots are counts of cooperative events (quad classes 1 and 2) by ISO week; bands "
        "are the 50 and 90 % intervals of the rate each count alone would give. "
        f"{source_line(panel)}.",
    )


def _weekly(weekly: Panel, source: str, target: str) -> Band:
    series = weekly.series(source, target, "quad_1", "quad_2")
    counts = (series["quad_1"] + series["quad_2"]).cast(float).to_numpy()
    # Jeffreys posterior of a Poisson rate: what each week's count says by itself.
    quantiles = np.stack([gammaincinv(counts + 0.5, q) for q in _QUANTILES], axis=1)
    label = f"{state(source).name} → {state(target).name}"
    return Band(label, tuple(series["period"].to_list()), quantiles, counts)


def turn_picture(case: Case, panel: Panel, found: Turn, claimed: date | None) -> Figure:
    """Draw when the turn of one dyad falls."""
    days = tuple(found.dates.astype("datetime64[D]").astype(object).tolist())
    inside = np.isin(found.dates.astype("datetime64[D]"),
                     np.array(found.date_set, dtype="datetime64[D]"))  # fmt: skip
    source, target = sentence_case(possessive(found.source)), prose(found.target)
    span = f"{day(found.date_set[0])} to {day(found.date_set[-1])}"
    return draw_turn(
        TurnView(days, found.posterior, found.untempered.posterior, inside, claimed,
                 milestone_marks(case)),
        name=f"turn-{found.source}-{found.target}-{found.measure}".lower(),
        title=f"{source} {found.measure} toward {target} goes from "
        f"{found.rate_before:.1f} to {found.rate_after:.1f} events a day around {day(found.mode)}",
        caption=f"Probability of each day as the first of the new rate, given one change; 95 % "
        f"set {span}. Dispersion {found.phi:.1f}; of series simulated without a turn "
        f"{100 * found.bayes_p:.1f} % look as much like one. {source_line(panel)}.",
    )  # fmt: skip
