"""`brief`: run everything a case asks for, and set it out as a document."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from tertius import __version__
from tertius.briefs import histories, worths
from tertius.briefs.answersheets import Brief
from tertius.briefs.document import Document, Figure, Section
from tertius.briefs.easels import drawers
from tertius.briefs.headline import headline
from tertius.briefs.rows import claim_row
from tertius.briefs.runs import Run, record_run
from tertius.briefs.sections import (
    Draw,
    assumed_section,
    happened_section,
    made_section,
    payment_pictures,
    precedent_section,
    span_pictures,
)
from tertius.briefs.structures import partition_picture
from tertius.briefs.words import coverage, day
from tertius.casebook import case_path, cases
from tertius.claims import BoundCase, Context, Verdict, answer, guests, load_case
from tertius.claims.vocabulary.seats import case_roles, month_ends
from tertius.claims.vocabulary.turning import TurnExists, dated_turn
from tertius.errors import PanelError
from tertius.events import EventStore
from tertius.panels import Panel
from tertius.triads import Roles

__all__ = ["brief"]

# Every structure of blocs is solved anew for the picture of them, so fewer draws do.
_PICTURED = slice(0, 1000)

_NOTE = (
    "Supported means consistent with reported events, never with motive. A share of the case's "
    "draws is not a probability of the world."
)


def brief(
    case: BoundCase | str | Path,
    *,
    store: EventStore | None = None,
    progress: Callable[[str], None] = lambda _step: None,
    drawing: ThreadPoolExecutor | None = None,
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
    drawing : ThreadPoolExecutor, optional
        From `drawers`, where the drawing engine has been started already.

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
    with drawers() if drawing is None else nullcontext(drawing) as pool:
        return _brief(bound, case, store, progress, pool)


def _brief(
    bound: BoundCase,
    case: BoundCase | str | Path,
    store: EventStore | None,
    progress: Callable[[str], None],
    pool: ThreadPoolExecutor,
) -> Brief:
    progress("reading events")
    context = Context(bound.case, bound.panels(store), store)
    before = load_case(bound.case.precedent) if bound.case.precedent else None
    progress("reading relations, roles and turns")
    pictures = _Started.of(context, before, pool)  # drawn while the claims are tested
    verdicts = answer(bound, context, progress=lambda name: progress(f"testing {name}"))
    earlier: tuple[Verdict, ...] = ()
    if before is not None:
        progress(f"the precedent {before.id}")
        earlier = answer(before, Context(before.case, before.panels(), explain=False))
    named = str(case.path if isinstance(case, BoundCase) else case)
    if bound.id in cases() and case_path(bound.id) == bound.path:
        named = bound.id
    run = record_run(
        bound,
        named,
        str(store.path) if store is not None else "",
        context.panels,
        case_path(bound.case.precedent) if bound.case.precedent else None,
    )
    progress("drawing")
    document = _document(bound, context, verdicts, before, earlier, run, pictures.drawn())
    return Brief(bound, verdicts, document, run)


def _document(
    bound: BoundCase,
    context: Context,
    verdicts: tuple[Verdict, ...],
    before: BoundCase | None,
    earlier: tuple[Verdict, ...],
    run: Run,
    pictures: _Pictures,
) -> Document:
    case, daily = bound.case, context.panel
    sections = [happened_section(case, daily, pictures.happened, pictures.years)]
    if pictures.turns:
        sections.append(Section("turn", "When it turned", pictures.turns))
    if case.game is not None:
        tables = (worths.driver_table(verdicts), worths.range_table(case.game))
        sections += [
            Section("worth", "What it is worth", pictures.worth),
            assumed_section(tables, pictures.drivers),
        ]
    if before is not None:
        sections.append(precedent_section(before.case, earlier, pictures.precedent))
    used = {part.test for verdict in verdicts for part in verdict.parts}
    sections.append(made_section(case, daily, used, _citation(bound)))
    return Document(
        case_id=case.id,
        title=case.title,
        question=case.question,
        headline=headline(verdicts, case.headline),
        data_line=_data_line(context),
        opening=pictures.opening,
        claims=tuple(claim_row(verdict, bound.id) for verdict in verdicts),
        claims_note=_NOTE,
        sections=tuple(sections),
        run=run.to_json(),
        version=__version__,
    )


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The figures of a brief, by where they stand."""

    opening: tuple[Figure, ...]
    happened: tuple[Figure, ...]
    turns: tuple[Figure, ...]
    years: tuple[Figure, ...]
    worth: tuple[Figure, ...]
    drivers: tuple[Figure, ...]
    precedent: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Started:
    """The same figures while they are being drawn, in the fields' order."""

    groups: tuple[tuple[Future[Figure | None], ...], ...]

    @classmethod
    def of(cls, context: Context, before: BoundCase | None, pool: ThreadPoolExecutor) -> _Started:
        opening, happened, turns = _event_pictures(context)
        worth, drivers = _worth_pictures(context)
        years = span_pictures(context.case)
        paid = payment_pictures(before.case) if before else []
        groups = (opening, happened, turns, years, worth, drivers, paid)
        return cls(tuple(tuple(pool.submit(draw) for draw in group) for group in groups))

    def drawn(self) -> _Pictures:
        """Wait for the figures; what there was nothing to draw of is left out."""
        results = ([future.result() for future in group] for group in self.groups)
        return _Pictures(*(tuple(f for f in found if f is not None) for found in results))


def _event_pictures(context: Context) -> tuple[list[Draw], list[Draw], list[Draw]]:
    """Say what to draw beside the headline, of what happened, and of when it turned."""
    case, daily = context.case, context.panel
    if daily is None:
        return [], [], []
    opening: list[Draw] = []
    happened: list[Draw] = [partial(histories.relation_picture, case, daily)]
    marked = _roles_on(context, daily, (case.window.before, case.window.after))
    if marked is not None:
        opening.append(partial(histories.triangle_picture, case, daily, marked))
    monthly = _roles_on(context, daily, month_ends(case.window.start, case.window.end))
    if monthly is not None:
        opening.append(partial(histories.leverage_picture, case, daily, monthly))
        happened.append(partial(histories.role_picture, case, daily, monthly))
    return opening, happened, _turn_pictures(context, daily)


def _roles_on(context: Context, daily: Panel, days: tuple[date, ...]) -> Roles | None:
    """Return the roles on those of the days the panel holds; None if it can tell of none."""
    span = daily.identity
    held = tuple(day for day in days if span.start <= day <= span.end)
    try:
        return case_roles(context, daily, held) if held else None
    except PanelError:
        return None


def _turn_pictures(context: Context, daily: Panel) -> list[Draw]:
    """Draw each dyad whose turn a claim dates once, against a milestone if one is claimed."""
    days = {fact.on for fact in context.case.milestones if fact.main}
    dated: dict[TurnExists, date] = {}
    for claim in context.case.claims:
        for part in claim.parts:
            if part.test != "turn":
                continue
            names = ("source", "target", "measure")
            args = TurnExists(**{name: part.args[name] for name in names if name in part.args})
            if args not in dated or (part.args["on"] in days and dated[args] not in days):
                dated[args] = part.args["on"]
    pictures: list[Draw] = []
    for args, on in dated.items():
        # A panel that cannot date the turn says so in the claim's part.
        with suppress(PanelError):
            found = dated_turn(args, daily, context, on)
            pictures.append(partial(histories.turn_picture, context.case, daily, found, on))
    return pictures


def _worth_pictures(context: Context) -> tuple[list[Draw], list[Draw]]:
    case, draws = context.case, context.draws
    if draws is None or case.game is None:
        return [], []
    split = context.split(draws.parameters)
    # With a guest at the table there are more ways to form blocs than with the patrons alone.
    guest = next(iter(guests(case)), "")
    table = (context.with_guest(guest) if guest else None) or draws
    return (
        [
            partial(worths.rent_picture, case, case.game, draws),
            partial(worths.regime_picture, case, case.game, draws, split),
            partial(
                partition_picture, case, case.game, table.parameters.rows(_PICTURED), table.grid
            ),
        ],
        [partial(worths.driver_picture, draws)],
    )


def _data_line(context: Context) -> str:
    daily = context.panel
    if daily is None:
        return f"data: {context.case.events.dataset}; no event panel"
    identity = daily.identity
    return (
        f"data: {identity.dataset}, {day(identity.start)} to {day(identity.end)}, duplicates "
        f"{identity.duplicates}, {coverage(identity.coverage, identity.holes, identity.days)}"
    )


def _citation(bound: BoundCase) -> str:
    return (
        f"Cite as: tertius {__version__}, brief {bound.id}, case file "
        f"{bound.case.title!r}, with the data above. The run record below names every input."
    )
