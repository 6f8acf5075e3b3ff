"""`brief`: run everything a case asks for, and set it out as a document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tertius import __version__
from tertius.briefs import histories, worths
from tertius.briefs.answersheets import Brief
from tertius.briefs.document import Document, Figure, Section, Table
from tertius.briefs.headline import headline
from tertius.briefs.rows import claim_row
from tertius.briefs.runs import Run, record_run
from tertius.briefs.sections import (
    assumed_section,
    happened_section,
    made_section,
    precedent_section,
)
from tertius.briefs.words import day
from tertius.casebook import case_path
from tertius.claims import BoundCase, Context, Verdict, answer, load_case
from tertius.claims.vocabulary.seats import case_roles, month_ends
from tertius.claims.vocabulary.turning import TurnExists, dated_turn
from tertius.events import EventStore
from tertius.panels import Panel, panel

__all__ = ["brief"]

_NOTE = (
    "Supported means consistent with reported events, never with motive. A share of the case's "
    "draws is not a probability of the world."
)


def brief(
    case: BoundCase | str | Path,
    *,
    store: EventStore | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> Brief:
    """Answer every claim of a case and set the answers out as a brief.

    Parameters
    ----------
    case : BoundCase, str or Path
        From `load_case`, or what it takes: a shipped case's name or a path.
    store : EventStore, optional
        The user's own events, read instead of the figures that come with the case.
    progress : callable, optional
        Told, in a few words, what is being done.

    Returns
    -------
    Brief
        With `verdicts`, `headline` and `save`.

    Raises
    ------
    TertiusError
        If the case, its figures or the store cannot be read.

    Notes
    -----
    Verdicts speak of reported events and of assumed ranges. They cannot tell motives, and
    a word may change when the events are coded by somebody else.
    """
    bound = case if isinstance(case, BoundCase) else load_case(case)
    progress("reading events")
    context = Context(bound.case, _panels(bound, store), store)
    verdicts = answer(bound, context, progress=lambda name: progress(f"testing {name}"))
    before = load_case(bound.case.precedent) if bound.case.precedent else None
    earlier: tuple[Verdict, ...] = ()
    if before is not None:
        progress(f"the precedent {before.id}")
        earlier = answer(before, Context(before.case, _panels(before, None)))
    named = str(case) if not isinstance(case, BoundCase) else bound.id
    run = record_run(
        bound,
        named,
        str(store.path) if store is not None else "",
        context.panels,
        case_path(bound.case.precedent) if bound.case.precedent else None,
    )
    progress("drawing")
    document = _document(bound, context, verdicts, before, earlier, run)
    return Brief(bound, verdicts, document, run)


def _panels(bound: BoundCase, store: EventStore | None) -> dict[str, Panel]:
    """Read the daily panel under each admissible duplicate policy."""
    case = bound.case
    policies = (case.events.duplicates, *case.events.also)
    if store is not None:
        window = (case.window.start, case.window.end)
        return {
            policy: panel(store, period="day", duplicates=policy, window=window)
            for policy in policies
        }
    if not bound.has_figures:
        return {}
    return {policy: bound.panel(duplicates=policy) for policy in policies}


def _document(
    bound: BoundCase,
    context: Context,
    verdicts: tuple[Verdict, ...],
    before: BoundCase | None,
    earlier: tuple[Verdict, ...],
    run: Run,
) -> Document:
    case = bound.case
    daily = context.panel
    opening, happened, turns = _event_pictures(context)
    sections = [happened_section(case, daily, happened)]
    if turns:
        sections.append(Section("turn", "When it turned", turns))
    sections += _worth_sections(context, verdicts)
    if before is not None:
        sections.append(precedent_section(before.case, earlier))
    used = {part.test for verdict in verdicts for part in verdict.parts}
    sections.append(made_section(case, daily, used, _citation(bound)))
    return Document(
        case_id=case.id,
        title=case.title,
        question=case.question,
        headline=headline(verdicts, case.headline),
        data_line=_data_line(context),
        opening=opening,
        claims=tuple(claim_row(verdict, bound.id) for verdict in verdicts),
        claims_note=_NOTE,
        sections=tuple(sections),
        run=run.to_json(),
        version=__version__,
    )


def _event_pictures(
    context: Context,
) -> tuple[tuple[Figure, ...], tuple[Figure, ...], tuple[Figure, ...]]:
    """Draw what stands beside the headline, what happened, and when it turned."""
    case, daily = context.case, context.panel
    if daily is None:
        return (), (), ()
    ends = month_ends(case.window.start, case.window.end)
    marked = tuple(sorted({*ends, case.window.before, case.window.after}))
    monthly = case_roles(context, daily, ends)
    opening = (
        histories.triangle_picture(case, daily, case_roles(context, daily, marked)),
        histories.leverage_picture(case, daily, monthly),
    )
    happened = (
        histories.relation_picture(case, daily),
        histories.role_picture(case, daily, monthly),
    )
    return opening, happened, tuple(_turn_pictures(context, daily))


def _turn_pictures(context: Context, daily: Panel) -> list[Figure]:
    """Draw each dyad whose turn a claim dates, once."""
    drawn: dict[tuple[str, str, str], Figure] = {}
    for claim in context.case.claims:
        for part in claim.parts:
            if part.test != "turn":
                continue
            args = TurnExists(
                source=part.args["source"],
                target=part.args["target"],
                measure=part.args.get("measure", "cooperation"),
            )
            key = (args.source, args.target, args.measure)
            if key not in drawn:
                found = dated_turn(args, daily, context, part.args["on"])
                drawn[key] = histories.turn_picture(context.case, daily, found, part.args["on"])
    return list(drawn.values())


def _worth_sections(context: Context, verdicts: tuple[Verdict, ...]) -> list[Section]:
    case, draws = context.case, context.draws
    if draws is None or case.game is None:
        return []
    figures: list[Figure] = [worths.rent_picture(case, case.game, draws)]
    plane = worths.regime_picture(case, case.game, draws)
    if plane is not None:
        figures.append(plane)
    tables: tuple[Table, ...] = (worths.driver_table(verdicts), worths.range_table(case.game))
    return [
        Section("worth", "What it is worth", tuple(figures)),
        assumed_section(tables, worths.driver_picture(draws)),
    ]


def _data_line(context: Context) -> str:
    daily = context.panel
    if daily is None:
        return f"data: {context.case.events.dataset}; no event panel"
    identity = daily.identity
    return (
        f"data: {identity.dataset}, {day(identity.start)} to {day(identity.end)}, duplicates "
        f"{identity.duplicates}, coverage {identity.coverage}"
    )


def _citation(bound: BoundCase) -> str:
    return (
        f"Cite as: tertius {__version__}, brief {bound.id}, case file "
        f"{bound.case.title!r}, with the data above. The run record below names every input."
    )
