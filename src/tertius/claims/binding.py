"""Loading a case: the file is parsed, its claims bound to tests, all mistakes reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tertius.casebook import Case, Part, case_path, cases, parse, sketch
from tertius.claims.games import case_ranges, guests
from tertius.claims.planned import Planned
from tertius.claims.registry import find_test
from tertius.claims.vocabulary.base import Arguments, Test
from tertius.errors import CaseError, GameError, Mistake, PanelError, UnknownNameError
from tertius.events import EventStore
from tertius.panels import Panel, panel, read_figures

__all__ = ["BoundCase", "BoundPart", "load_case"]


@dataclass(frozen=True, slots=True)
class BoundPart:
    """A part of a claim, bound to its test.

    Attributes
    ----------
    part : Part
        As the case file has it.
    test : Test or Planned
        The test it names.
    arguments : Arguments or None
        Its arguments, checked; None for a test that is not available.
    """

    part: Part
    test: Test | Planned
    arguments: Arguments | None


@dataclass(frozen=True, slots=True)
class BoundCase:
    """A case whose claims are bound to tests: what `load_case` returns.

    Attributes
    ----------
    case : Case
        The parsed file.
    path : Path
        Where it was read.
    parts : mapping of str to tuple of BoundPart
        Claim id to its parts.
    """

    case: Case
    path: Path
    parts: Mapping[str, tuple[BoundPart, ...]]

    @property
    def id(self) -> str:
        """Name of the case."""
        return self.case.id

    @property
    def title(self) -> str:
        """Title of the case."""
        return self.case.title

    @property
    def has_figures(self) -> bool:
        """Whether event figures come with the case."""
        return bool(self.case.events.figures)

    def panel(self, *, period: str = "day", duplicates: str | None = None) -> Panel:
        """Return the panel of the figures that come with the case, within its window.

        Parameters
        ----------
        period : str
            ``day``, ``week``, ``month`` or ``year``.
        duplicates : str, optional
            Duplicate policy; the case's own by default.

        Raises
        ------
        PanelError
            If no figures come with the case.
        """
        if not self.has_figures:
            raise PanelError(
                "no event figures come with this case",
                where=self.id,
                hint="give a store of events (--store DIR)",
            )
        folder = self.path.parent / self.case.events.figures
        daily = read_figures(folder, duplicates=duplicates or self.case.events.duplicates)
        window = daily.between(self.case.window.start, self.case.window.end)
        return window if period == "day" else window.regroup(period)

    def panels(self, store: EventStore | None = None) -> dict[str, Panel]:
        """Return the daily panel under each duplicate policy the case admits.

        Parameters
        ----------
        store : EventStore, optional
            Events to read instead of the figures that come with the case.

        Returns
        -------
        dict of str to Panel
            By policy, the case's own first; empty if there is neither store nor figures.
        """
        events, window = self.case.events, self.case.window
        policies = (events.duplicates, *events.also)
        if store is not None:
            days = (window.start, window.end)
            return {
                policy: panel(store, period="day", duplicates=policy, window=days)
                for policy in policies
            }
        if not self.has_figures:
            return {}
        return {policy: self.panel(duplicates=policy) for policy in policies}

    def _repr_html_(self) -> str:
        import html

        items = "".join(
            f"<li><b>{html.escape(claim.id)}</b>: {html.escape(claim.says)}</li>"
            for claim in self.case.claims
        )
        return f"<h3>{html.escape(self.title)}</h3><ol>{items}</ol>"


def load_case(name_or_path: str | Path) -> BoundCase:
    """Read a case, bind its claims to tests, and report every mistake of both together.

    Parameters
    ----------
    name_or_path : str or Path
        A shipped case's name, or the path of a case file.

    Raises
    ------
    UnknownNameError
        If there is no such case.
    SourceError
        If the file cannot be read.
    CaseError
        With every mistake in the file, each with its path and a hint.
    """
    path = case_path(name_or_path)
    parsed = parse(path, known_cases=cases())
    readable = parsed.case or sketch(parsed.raw)
    bound, mistakes = _bind(parsed.raw, readable)
    mistakes = [*parsed.mistakes, *mistakes, *_game_mistakes(readable)]
    if mistakes or parsed.case is None:
        raise CaseError(str(path), mistakes)
    return BoundCase(parsed.case, path, bound)


def _bind(
    raw: Mapping[str, Any], case: Case
) -> tuple[dict[str, tuple[BoundPart, ...]], list[Mistake]]:
    """Bind whatever of the claims is readable, even where the rest of the file is not."""
    mistakes: list[Mistake] = []
    bound: dict[str, tuple[BoundPart, ...]] = {}
    claims = raw.get("claims")
    for position, claim in enumerate(claims if isinstance(claims, list) else []):
        parts = claim.get("parts") if isinstance(claim, dict) else None
        done: list[BoundPart] = []
        for place, part in enumerate(parts if isinstance(parts, list) else []):
            found = _bind_part(part, case, f"claims[{position}].parts[{place}]", mistakes)
            if found is not None:
                done.append(found)
        if isinstance(claim, dict):
            bound[str(claim.get("id"))] = tuple(done)
    return bound, mistakes


def _bind_part(part: object, case: Case, path: str, mistakes: list[Mistake]) -> BoundPart | None:
    if not isinstance(part, dict) or not isinstance(part.get("test"), str):
        return None  # the schema has said so already
    args = part.get("args", {})
    if not isinstance(args, dict):
        return None
    try:
        test = find_test(part["test"])
        if isinstance(test, Planned):
            return BoundPart(Part.model_validate(part), test, None)
        arguments = test.arguments.model_validate(args)
    except UnknownNameError as error:
        mistakes.append(Mistake(f"{path}.test", error.what, error.hint or error.allowed))
        return None
    except ValidationError as error:
        mistakes += [_argument_mistake(path, part["test"], detail) for detail in error.errors()]
        return None
    mistakes += [
        Mistake(f"{path}.args.{found.path}", found.what, found.hint)
        for found in (
            *test.check(arguments, case),
            *_outside(test, arguments, case),
            *_strangers(test, arguments, case),
        )
    ]
    try:
        return BoundPart(Part.model_validate(part), test, arguments)
    except ValidationError:
        return None  # an unknown field of the part: the schema has said so already


def _argument_mistake(path: str, test: str, detail: Any) -> Mistake:  # noqa: ANN401 - pydantic's dict
    place = ".".join(str(step) for step in detail["loc"])
    where = f"{path}.args.{place}" if place else f"{path}.args"
    message, _, hint = detail["msg"].removeprefix("Value error, ").partition("; ")
    message = message.removeprefix("Input ")
    if detail["type"] == "missing":
        message = f'the test "{test}" needs it'
    elif detail["type"] == "extra_forbidden":
        message = f'the test "{test}" has no such argument'
    return Mistake(where, message, hint or None)


def _outside(test: Test, arguments: Arguments, case: Case) -> list[Mistake]:
    """Find days of a test on events that lie outside the window of the case."""
    window = case.window
    if not test.reads_events:
        return []
    return [
        Mistake(field, f"{day} is outside the case's window, {window.start} to {window.end}")
        for field, value in arguments
        for day in (value if isinstance(value, tuple) else (value,))
        if isinstance(day, date) and not window.start <= day <= window.end
    ]


def _strangers(test: Test, arguments: Arguments, case: Case) -> list[Mistake]:
    """Find dyads of a test on events that the case's panel does not speak about."""
    if not test.reads_events:
        return []
    known = (case.pivot, *case.patrons, *case.others)
    given = dict(arguments)
    dyad = {name: given[name] for name in ("a", "b", "source", "target") if name in given}
    found = [
        Mistake(name, f"{code} is no state of this case", "add it to `others`")
        for name, code in dyad.items()
        if code not in known
    ]
    if len(dyad) > len(set(dyad.values())):
        found.append(Mistake(list(dyad)[1], "is the same state twice", "a dyad has two states"))
    return found


def _game_mistakes(case: Case) -> list[Mistake]:
    if case.game is None:
        return []
    for guest in ("", *guests(case)):
        try:
            case_ranges(case, guest)
        except (GameError, UnknownNameError) as error:
            whose = f"with {guest} at the table: " if guest else ""
            return [Mistake("game.ranges", f"{whose}{error.what}", error.hint or error.allowed)]
    return []
