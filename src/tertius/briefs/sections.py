"""The parts of a brief under their headings, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tertius.briefs.charts import (
    Payment,
    PaymentView,
    Span,
    SpanSeries,
    SpanView,
    draw_payments,
    draw_spans,
)
from tertius.briefs.document import Block, Figure, Link, Prose, Section, Table
from tertius.briefs.rows import one_line
from tertius.briefs.words import coverage, day, number
from tertius.casebook import Case, Milestone
from tertius.claims import Test, Verdict, list_tests, prose, sentence_case
from tertius.errors import PanelError
from tertius.panels import Panel

__all__ = [
    "Draw",
    "assumed_section",
    "happened_section",
    "made_section",
    "milestone_table",
    "payment_pictures",
    "precedent_section",
    "span_pictures",
]

Draw = Callable[[], Figure | None]
"""A picture that is yet to be drawn; None if there turns out to be nothing to draw."""

_DATES = {"day": "%-d %B %Y", "month": "%B %Y", "year": "%Y"}
_NO_EVENTS = (
    "No event data come with this case: its measured parts on events say so. Give a store of your "
    "own events to have them read."
)


def dated(fact: Milestone) -> str:
    """Write a milestone's date as exactly as it is known."""
    shown = _DATES[fact.precision]
    first = fact.on.strftime(shown)
    return f"{first} to {fact.last.strftime(shown)}" if fact.until else first


def happened_section(
    case: Case, panel: Panel | None, figures: tuple[Figure, ...], years: tuple[Figure, ...]
) -> Section:
    """Show what happened: pictures, milestones, yearly and monthly figures."""
    blocks: list[Block] = [*figures]
    if panel is None:
        blocks.append(Prose((_NO_EVENTS,)))
    if case.figures:
        blocks += [*years, _yearly_table(case)]
    if panel is not None:
        blocks.append(monthly_table(case, panel))
    blocks.append(milestone_table(case))
    return Section("happened", "What happened", tuple(blocks))


def milestone_table(case: Case, name: str = "milestones") -> Table:
    """List the dated facts with their sources."""
    titles = {source.id: source for source in case.sources}
    rows = tuple(
        (
            dated(fact),
            fact.says + (f" (as told by {fact.account})" if fact.account else ""),
            " and ".join(fact.states),
            f"{fact.visitor} → {fact.host}" if fact.visitor else "–",
            f"{number(fact.amount)} {fact.unit}" if fact.amount is not None else "–",
            Link(fact.source, titles[fact.source].url or f"#source-{fact.source}"),
        )
        for fact in sorted(case.milestones, key=lambda fact: (fact.on, fact.id))
    )
    return Table(
        name,
        f"{len(rows)} dated facts the case names",
        ("when", "what", "states", "visit", "sum", "source"),
        rows,
        folded=True,
    )


def span_pictures(case: Case) -> list[Draw]:
    """Draw the pairs of yearly figures the claims compare, each pair once."""
    compared = {
        frozenset((part.args["figure"], part.args.get("versus_figure") or part.args["figure"]))
        for claim in case.claims
        for part in claim.parts
        if part.test == "level-between-spans"
    }
    widest = [sorted(pair) for pair in compared if not any(pair < other for other in compared)]
    return [partial(_span_picture, case, names) for names in sorted(widest)]


def _span_picture(case: Case, names: list[str]) -> Figure:
    series = [case.figure(name) for name in names]
    observed = sorted({int(year) for one in series for year in one.values})
    years = tuple(range(observed[0], observed[-1] + 1))
    values = [
        np.array([float(one.values[str(y)]) if str(y) in one.values else np.nan for y in years])
        for one in series
    ]
    spans = _spans_of(case, set(names))
    findings = (
        _finding(one.says, years, counts, spans) for one, counts in zip(series, values, strict=True)
    )
    return draw_spans(
        SpanView(
            series[0].unit,
            years,
            tuple(SpanSeries(one.says, counts) for one, counts in zip(series, values, strict=True)),
            spans,
        ),
        name=f"years-{'-'.join(names)}",
        title="; ".join(findings),
        caption=f"{series[0].unit}; years nobody counted are gaps, not zeros. Source: "
        f"{', '.join(sorted({one.source for one in series}))}.",
    )


def _finding(
    says: str, years: tuple[int, ...], counts: NDArray[np.float64], spans: tuple[Span, ...]
) -> str:
    """Tell a series' yearly mean in each span compared."""
    of_year = dict(zip(years, counts.tolist(), strict=True))
    means = []
    for span in spans:
        seen = [of_year.get(year, np.nan) for year in range(span.first, span.last + 1)]
        known = [count for count in seen if np.isfinite(count)]
        if known:
            means.append(f"{number(sum(known) / len(known))} a year in {span.label}")
    return f"{says}: {', '.join(means)}"


def _spans_of(case: Case, names: set[str]) -> tuple[Span, ...]:
    found: dict[tuple[int, int], None] = {}
    for claim in case.claims:
        for part in claim.parts:
            if part.test == "level-between-spans" and part.args["figure"] in names:
                for key in ("span", "versus_span"):
                    if part.args.get(key):
                        first, last = part.args[key]
                        found[(int(first), int(last))] = None
    return tuple(Span(f"{first}–{last}", first, last) for first, last in sorted(found))


def _yearly_table(case: Case) -> Table:
    years = sorted({year for figure in case.figures for year in figure.values})
    return Table(
        "figures",
        "Yearly figures",
        ("figure", "unit", *years, "source"),
        tuple(
            (
                figure.says,
                figure.unit,
                *(f"{figure.values[year]:,}" if year in figure.values else "–" for year in years),
                figure.source,
            )
            for figure in case.figures
        ),
        "A dash is a year nobody counted.",
        folded=True,
    )


def monthly_table(case: Case, panel: Panel) -> Table:
    """List events by month, both directions together, for every pair of the case's states."""
    monthly = panel.regroup("month")
    codes = [case.pivot, *case.patrons, *case.others]
    pairs = [(one, two) for i, one in enumerate(codes) for two in codes[i + 1 :]]
    periods = monthly.calendar["period"].to_list()
    rows = []
    for one, two in pairs:
        counts = _both(monthly, one, two)
        if counts is not None:
            rows.append((f"{one}–{two}", *(f"{count:,}" for count in counts)))
    return Table(
        "cells",
        "Events by month, both directions",
        ("dyad", *(f"{period:%b %Y}" for period in periods)),
        tuple(rows),
        f"{panel.identity.dataset}; duplicates: {panel.identity.duplicates}; panel "
        f"{panel.identity.digest[:12]}. Dyads below the figures' floor are left out.",
        folded=True,
    )


def _both(panel: Panel, one: str, two: str) -> list[int] | None:
    try:
        there, back = panel.series(one, two)["events"], panel.series(two, one)["events"]
    except PanelError:
        return None
    return [int(count or 0) for count in (there + back).to_list()]


def precedent_section(
    case: Case, verdicts: tuple[Verdict, ...], figures: tuple[Figure, ...]
) -> Section:
    """Put an earlier case beside this one: its verdicts, its sums, its dated facts."""
    rows = tuple(
        (
            verdict.claim_id,
            verdict.says,
            verdict.measured_word or "–",
            verdict.model_word or "–",
            one_line(verdict),
        )
        for verdict in verdicts
    )
    blocks: list[Block] = [
        Prose((f"{case.title}. {case.question}", case.about)),
        Table(
            "precedent-claims",
            f"What {case.id} answers",
            ("claim", "says", "events", "model", "evidence"),
            rows,
            f"`tertius brief {case.id}` gives the whole of it.",
        ),
    ]
    blocks += figures
    blocks.append(milestone_table(case, "precedent-milestones"))
    return Section("precedent", f"The precedent: {case.title}", tuple(blocks))


def payment_pictures(case: Case) -> list[Draw]:
    """Draw the sums its dated facts name, one picture for each money."""
    units = dict.fromkeys(fact.unit for fact in case.milestones if fact.amount is not None)
    return [partial(_payment_picture, case, unit) for unit in sorted(units)]


def _payment_picture(case: Case, unit: str) -> Figure:
    paid = {fact: fact.amount for fact in case.milestones if fact.unit == unit and fact.amount}
    payments = tuple(
        Payment(
            _payer(fact, case),
            f"{dated(fact)} ({fact.account or 'the record'})",
            amount,
            amount,
            amount,
        )
        for fact, amount in paid.items()
    )
    told = (f"{_payer(fact, case)} {amount:,.4g}" for fact, amount in paid.items())
    tellers = dict.fromkeys(fact.account or "the record" for fact in paid)
    return draw_payments(
        PaymentView(unit, payments),
        name=f"payments-{'-'.join(unit.lower().split())}",
        title=f"As {' and '.join(tellers)} tells it, in {unit}: {', '.join(told)}",
        caption="Sums the accounts name; what each was for stands with the dated facts below.",
    )  # fmt: skip


def _payer(fact: Milestone, case: Case) -> str:
    return sentence_case(" and ".join(prose(code) for code in fact.states if code != case.pivot))


def assumed_section(tables: tuple[Table, ...], drivers: tuple[Figure, ...]) -> Section:
    """Show what the model assumes, and what moves its words."""
    blocks: tuple[Block, ...] = (
        Prose((
            "A parameter is a range with a reason, never a number. A word of the model says what "
            "follows from these ranges; whoever holds others will read other words.",
        )),
        *drivers,
        *tables,
    )  # fmt: skip
    return Section("assumed", "What we assumed", blocks)


def made_section(case: Case, panel: Panel | None, used: set[str], citation: str) -> Section:
    """Say how the brief was made: tests used, limits that apply, sources, how to cite."""
    tests = [test for test in list_tests() if test.name in used and isinstance(test, Test)]
    methods = Table(
        "methods",
        "Tests used, and what each cannot tell",
        ("test", "kind", "establishes", "cannot tell"),
        tuple((test.name, test.kind, test.establishes, test.cannot) for test in tests),
    )
    sources = Table(
        "sources",
        "Sources",
        ("id", "title", "note"),
        tuple(
            (source.id, Link(source.title, source.url) if source.url else source.title,
             source.note or "–")
            for source in case.sources
        ),
        folded=True,
    )  # fmt: skip
    return Section(
        "made",
        "How this was made",
        (Prose(_limits(case, panel)), methods, sources, Prose((citation,))),
    )


def _limits(case: Case, panel: Panel | None) -> tuple[str, ...]:
    told = [
        "Measured words compare numbers with intervals; model words say what follows from assumed "
        "ranges. The two are never merged."
    ]
    if panel is not None:
        identity = panel.identity
        covered = coverage(identity.coverage, identity.holes, identity.days)
        told.append(
            f"Counts are reports of events, not events: {identity.dataset}, {day(identity.start)} "
            f"to {day(identity.end)}, duplicate policy {identity.duplicates}, quad classes "
            f"{identity.scheme}, weights {identity.weights}, {covered}. Every "
            "measured word on events is read under each duplicate policy the case admits: "
            f"{', '.join((case.events.duplicates, *case.events.also))}."
        )
    if case.events.citation:
        told.append(f"Data: {case.events.citation}")
    return tuple(told)
