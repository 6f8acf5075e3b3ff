"""What the tests of one case share: its panels, its draws, its random streams."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np
import polars as pl

from tertius.casebook import Case
from tertius.claims.games import case_grid, case_parameters, case_ranges
from tertius.claims.verdicts import Provenance
from tertius.events import EventStore
from tertius.game import (
    Batch,
    Grid,
    Override,
    Parameters,
    Ranges,
    override,
    solve_draws,
)
from tertius.panels import Panel

__all__ = ["Context", "Draws"]

_Result = TypeVar("_Result")

_ROWS_LISTED = 12


@dataclass(frozen=True, slots=True)
class Draws:
    """The case's games: parameters drawn from its ranges, and their equilibria.

    Attributes
    ----------
    ranges : Ranges
        The ranges.
    grid : Grid
        The policies.
    parameters : Parameters
        The draws.
    batch : Batch
        Their equilibria, one row a draw.
    """

    ranges: Ranges
    grid: Grid
    parameters: Parameters
    batch: Batch


class Context:
    """Everything a test may read.

    Parameters
    ----------
    case : Case
        The case.
    panels : mapping of str to Panel
        Daily panels of the case's window, by duplicate policy; empty where the case has
        no events.
    store : EventStore, optional
        The user's events, for row-level provenance.
    explain : bool
        Whether model parts also say what drives and what flips them; words and numbers
        are the same without.
    """

    def __init__(
        self,
        case: Case,
        panels: Mapping[str, Panel],
        store: EventStore | None = None,
        *,
        explain: bool = True,
    ) -> None:
        self.case = case
        states = (case.pivot, *case.patrons, *case.others)
        self.panels = {policy: _among(panel, states) for policy, panel in panels.items()}
        self.store = store
        self.explain = explain
        self._kept: dict[Hashable, object] = {}
        self._own: list[Parameters] = []

    @property
    def panel(self) -> Panel | None:
        """The panel under the case's own duplicate policy."""
        return self.panels.get(self.case.events.duplicates)

    def seed(self, name: str) -> np.random.SeedSequence:
        """Return the random stream called `name`: the same whatever else is run."""
        return np.random.SeedSequence(self.case.seed, spawn_key=(zlib.crc32(name.encode("utf-8")),))

    def once(self, key: Hashable, compute: Callable[[], _Result]) -> _Result:
        """Return what `compute` gives, computed the first time `key` is asked for."""
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]  # type: ignore[return-value]

    def kept(
        self, key: str, parameters: Parameters, compute: Callable[[Parameters], _Result]
    ) -> _Result:
        """Return ``compute(parameters)``, computed once for games that the case itself has.

        Tests ask the same of the case's draws again and again; games on the way to a flip
        are asked about once.
        """
        if any(parameters is games for games in self._own):
            return self.once((key, id(parameters)), lambda: compute(parameters))
        return compute(parameters)

    def solved(self, parameters: Parameters) -> Batch:
        """Return the equilibria of some parameters; those of the case's draws stand ready."""
        assert self.draws is not None  # noqa: S101 - parameters come from draws
        if parameters is self.draws.parameters:
            return self.draws.batch
        return solve_draws(parameters, self.draws.grid)

    def split(self, parameters: Parameters) -> Override:
        """Return conflict and congruence of some parameters."""
        assert self.draws is not None  # noqa: S101 - parameters come from draws
        grid = self.draws.grid
        if parameters is self.draws.parameters:
            return self.once("override", lambda: override(parameters, grid))
        return override(parameters, grid)

    @cached_property
    def draws(self) -> Draws | None:
        """The case's games, solved once; None where the case has no game."""
        return None if self.case.game is None else self._drawn()

    def fewer(self, count: int) -> Draws | None:
        """Return the case's first `count` games, for tests that take long over each."""
        draws = self.draws
        if draws is None or len(draws.parameters) <= count:
            return draws
        part = slice(0, count)

        def cut() -> Draws:
            rows = {f.name: getattr(draws.batch, f.name)[part] for f in fields(Batch)}
            parameters = draws.parameters.rows(part)
            self._own.append(parameters)
            return Draws(draws.ranges, draws.grid, parameters, Batch(**rows))

        return self.once(("fewer", count), cut)

    def with_guest(self, guest: str) -> Draws | None:
        """Return the same games with one of the other states as a further patron.

        The other parameters keep their draws, so rows can be compared with `draws`, on a
        grid of as many steps.
        """
        if self.draws is None:
            return None
        return self.once(("guest", guest), lambda: self._drawn(guest))

    def _drawn(self, guest: str = "") -> Draws:
        ranges, grid = case_ranges(self.case, guest), case_grid(self.case, guest)
        parameters = case_parameters(self.case, ranges, self.seed("draws"), guest)
        self._own.append(parameters)
        return Draws(ranges, grid, parameters, solve_draws(parameters, grid))

    def cells(
        self, dyads: tuple[tuple[str, str], ...], start: date | None, end: date | None
    ) -> Provenance:
        """Return the provenance of numbers read from `dyads` between two days."""
        panel = self.panel
        if panel is None:
            return Provenance("none", "no events")
        first, last = start or panel.identity.start, end or panel.identity.end
        names = ", ".join(f"{source}→{target}" for source, target in dyads)
        text = f"daily cells {names}, {first} to {last}, {panel.identity.duplicates}"
        if self.store is None:
            return Provenance("cells", text, dyads, first, last, panel.identity.digest)
        rows = self._rows(dyads, first, last)
        listed = tuple(f"{file}:{row}" for file, row in rows.head(_ROWS_LISTED).iter_rows())
        text = f"{rows.height:,} events of the store: {names}, {first} to {last}"
        return Provenance(
            "rows", text, dyads, first, last, panel.identity.digest, listed, rows.height
        )

    def _rows(self, dyads: tuple[tuple[str, str], ...], start: date, end: date) -> pl.DataFrame:
        assert self.store is not None  # noqa: S101 - only called where there is one
        wanted = pl.DataFrame(
            dyads, schema={"source": pl.String, "target": pl.String}, orient="row"
        )
        return (
            self.store.events()
            .filter(pl.col("event_date").is_between(start, end))
            .join(wanted.lazy(), on=["source", "target"], how="semi")
            .select("file_id", "row_no")
            .sort("file_id", "row_no")
            .collect()
        )


def _among(panel: Panel, states: tuple[str, ...]) -> Panel:
    """Keep the dyads among the case's states: the same numbers, found faster.

    The identity, and with it the digest, stays that of the whole panel.
    """
    pairs = tuple((one, other) for one in states for other in states if one != other)
    absent = set() if panel.selected is None else set(pairs) - set(panel.selected)
    totals = panel.totals
    return dataclasses.replace(
        panel,
        cells=panel.cells.filter(pl.col("source").is_in(states), pl.col("target").is_in(states)),
        totals=None if totals is None else totals.filter(pl.col("state").is_in(states)),
        selected=tuple(pair for pair in pairs if pair not in absent),
    )
