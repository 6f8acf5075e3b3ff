"""Applying the rules to drafted rows: vectorised, counted, and in no particular order.

What a rule finds it finds in the rows as they came, except that flags look at dates after they
were corrected. So the order of rules makes no difference, and a second pass changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.errata.rules import ERRATA, Rule
from tertius.events.errata.wordings import Numbered, Wordings

__all__ = ["Corrections"]

_Rows = npt.NDArray[np.intp]
_Days = npt.NDArray[np.int64]
# The day of what has none; in microseconds it still fits.
_NEVER = -100_000_000
_DAY_MICROSECONDS = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()


class Corrections:
    """Applies the rules of one source to drafted rows.

    Parameters
    ----------
    source : str
        The source's name.
    rules : sequence of Rule
        All rules; those of other sources are left out.
    """

    def __init__(self, source: str, rules: Sequence[Rule] = ERRATA) -> None:
        known = {rule.name: place for place, rule in enumerate(ERRATA)}
        self.rules = sorted(
            (
                rule
                for rule in rules
                if rule.source == source and rule.does not in ("read", "report")
            ),
            key=lambda rule: known.get(rule.name, len(known)),
        )
        self._wordings = Wordings()
        worded = [rule for rule in self.rules if rule.finds in ("empty", "is", "padded")]
        self._worded = list(dict.fromkeys(name for rule in worded for name in rule.columns))

    def __call__(
        self, rows: pl.DataFrame, names: Mapping[int, str]
    ) -> tuple[pl.DataFrame, list[tuple[int, str, int]]]:
        """Correct rows, flag them, and count.

        Parameters
        ----------
        rows : polars.DataFrame
            Columns of ``DRAFT_SCHEMA``, ``reason`` and ``member``. Rows that have a reason
            to be rejected already are left alone.
        names : mapping of int to str
            Name of each member's file.

        Returns
        -------
        rows : polars.DataFrame
            The same rows in the same order.
        counts : list of (int, str, int)
            Member, name of the rule, rows it found; also of rules the source carried out
            while it read.
        """
        read = _read(rows)
        if not self.rules or not rows.height:
            return rows, read
        usable = None
        if rows["reason"].null_count() != rows.height:
            usable = rows["reason"].is_null().to_numpy()
        found: list[tuple[Rule, _Rows]] = []
        view = _View(rows, names)
        numbered = self._wordings.numbered(rows, self._worded)
        for flags in (False, True):
            if view.rows is not rows:
                view = _View(rows, names)
            chosen = [rule for rule in self.rules if (rule.does == "flag") == flags]
            hits = [(rule, self._found(rule, view, numbered, usable)) for rule in chosen]
            hits = [(rule, at) for rule, at in hits if len(at)]
            for rule, at in hits:
                rows = _done(rows, rule, at)
            found += hits
        found.sort(key=lambda hit: self.rules.index(hit[0]))
        return _flagged(rows, found), [*read, *_counted(rows, found)]

    def _found(
        self,
        rule: Rule,
        view: _View,
        numbered: Numbered,
        usable: npt.NDArray[np.bool_] | None,
    ) -> _Rows:
        """Return the positions of the rows a rule is about."""
        if not view.may_hold(rule):
            return np.empty(0, dtype=np.intp)
        if rule.finds == "always":
            at = np.arange(view.height)
        elif rule.finds == "days-before":
            at = view.late[np.isin(view.lags, [int(value) for value in rule.values])]
        else:
            at = self._wordings.positions(numbered, rule, view.height)
        if len(at):
            at = view.within(rule, at)
        if usable is not None:
            at = at[usable[at]]
        return view.untouched(rule, at) if len(at) and rule.does != "flag" else at


class _View:
    """The days of some rows as whole numbers, worked out when first asked for."""

    def __init__(self, rows: pl.DataFrame, names: Mapping[int, str]) -> None:
        self.rows, self.height, self._names = rows, rows.height, names
        self._events: _Days | None = None
        self._added: _Days | None = None
        self._late: _Rows | None = None
        self._lags: _Days | None = None
        self._reach: tuple[int, int] | None = None

    @property
    def events(self) -> _Days:
        """Days since 1970 of the events."""
        if self._events is None:
            days = self.rows["event_date"].to_physical().cast(pl.Int64)
            self._events = days.fill_null(_NEVER).to_numpy()
        return self._events

    @property
    def added(self) -> _Days:
        """Days since 1970 they were added on."""
        if self._added is None:
            added = self.rows["added_at"].to_physical()
            instants = added.fill_null(_NEVER * _DAY_MICROSECONDS).to_numpy()
            self._added = instants // _DAY_MICROSECONDS
        return self._added

    @property
    def late(self) -> _Rows:
        """Positions of the rows added on another day than that of the event."""
        if self._late is None:
            self._late = np.flatnonzero(self.added != self.events)
        return self._late

    @property
    def lags(self) -> _Days:
        """Days between event and adding, of the rows that `late` names."""
        if self._lags is None:
            self._lags = self.added[self.late] - self.events[self.late]
        return self._lags

    @property
    def reach(self) -> tuple[int, int]:
        """First and last day rows were added on."""
        if self._reach is None:
            self._reach = int(self.added.min()), int(self.added.max())
        return self._reach

    def may_hold(self, rule: Rule) -> bool:
        """Say whether a row could be within a rule's files and days of adding."""
        if rule.files and not self._members(rule):
            return False
        if rule.added_first is None and rule.added_last is None and rule.finds != "days-before":
            return True
        if self.rows["added_at"].null_count() == self.height:
            return False
        first, last = _number(rule.added_first), _number(rule.added_last)
        earliest, latest = self.reach
        return (first is None or latest >= first) and (last is None or earliest <= last)

    def within(self, rule: Rule, at: _Rows) -> _Rows:
        """Keep the positions within a rule's files, days and given columns."""
        for bound, days, low in (
            (rule.added_first, "added", True),
            (rule.added_last, "added", False),
            (rule.event_first, "events", True),
            (rule.event_last, "events", False),
        ):
            number = _number(bound)
            if number is not None and len(at):
                of = getattr(self, days)[at]
                at = at[(of != _NEVER) & ((of >= number) if low else (of <= number))]
        if rule.files and len(at):
            at = at[np.isin(self.rows["member"].to_numpy()[at], self._members(rule))]
        for name in rule.given if len(at) else ():
            at = at[self.rows[name].gather(at).is_not_null().to_numpy()]
        return at

    def untouched(self, rule: Rule, at: _Rows) -> _Rows:
        """Leave out positions of rows that were corrected by a rule before."""
        flags = self.rows["flags"]
        if flags.null_count() == self.height:
            return at
        names = flags.gather(at).cast(pl.String).fill_null("").str.split(";")
        before: npt.NDArray[np.bool_] = names.list.contains(rule.name).to_numpy()
        return at[~before]

    def _members(self, rule: Rule) -> list[int]:
        start = rule.files.casefold()
        return [
            member
            for member, name in self._names.items()
            if name.rpartition("/")[2].casefold().startswith(start)
        ]


def _number(day: date | None) -> int | None:
    return None if day is None else day.toordinal() - _EPOCH


def _done(rows: pl.DataFrame, rule: Rule, at: _Rows) -> pl.DataFrame:
    """Change the rows a rule found."""
    if rule.does == "flag":
        return rows
    where = np.zeros(rows.height, dtype=np.bool_)
    where[at] = True
    chosen = pl.lit(pl.Series(where))
    if rule.does == "add-century":
        later = pl.col(*rule.columns).dt.offset_by("100y")
        return rows.with_columns(pl.when(chosen).then(later).otherwise(pl.col(*rule.columns)))
    if rule.does == "reject":
        return rows.with_columns(reason=pl.when(chosen).then(_refusal(rule)).otherwise("reason"))
    for name in rule.columns:
        if not name.endswith("_raw"):
            text = pl.col(name).cast(pl.String)
            bare = text.str.strip_chars()
            better = pl.when(~chosen).then(text).when(bare != "").then(bare)
            rows = rows.with_columns(better.cast(rows.schema[name]).alias(name))
    return rows


def _refusal(rule: Rule) -> pl.Expr:
    code = pl.col(rule.columns[0]).cast(pl.String).fill_null("")
    return pl.format('no event code: "{}" (erratum ' + rule.name + ")", code)


def _flagged(rows: pl.DataFrame, found: list[tuple[Rule, _Rows]]) -> pl.DataFrame:
    """Name in ``flags`` the rules that found a row, besides what stands there."""
    if not found:
        return rows
    bits = np.zeros(rows.height, dtype=np.int64)
    for place, (_, at) in enumerate(found):
        bits[at] |= 1 << place
    touched = np.flatnonzero(bits)
    sets, which = np.unique(bits[touched], return_inverse=True)
    texts = [
        ";".join(rule.name for place, (rule, _) in enumerate(found) if one >> place & 1)
        for one in sets.tolist()
    ]
    of_row = np.zeros(rows.height, dtype=np.uint32)
    of_row[touched] = which + 1
    told = pl.Series([None, *texts], dtype=pl.Categorical).gather(of_row)
    if rows["flags"].null_count() < rows.height:
        told = _joined(rows["flags"].cast(pl.String), told.cast(pl.String))
    return rows.with_columns(told.alias("flags"))


def _joined(old: pl.Series, new: pl.Series) -> pl.Series:
    """Put new names to those that stand there, each once and in one order."""
    order = {rule.name: place for place, rule in enumerate(ERRATA)}
    pairs = pl.DataFrame({"old": old, "new": new})
    texts = [
        ";".join(
            sorted(
                {name for text in pair if text for name in text.split(";")},
                key=lambda name: (order.get(name, -1), name),
            )
        )
        or None
        for pair in pairs.unique(maintain_order=True).iter_rows()
    ]
    told = pairs.unique(maintain_order=True).with_columns(
        text=pl.Series(texts, dtype=pl.Categorical)
    )
    keys = ["old", "new"]
    return pairs.join(told, on=keys, how="left", maintain_order="left", nulls_equal=True)["text"]


def _counted(rows: pl.DataFrame, found: list[tuple[Rule, _Rows]]) -> list[tuple[int, str, int]]:
    members = rows["member"].to_numpy()
    return [
        (member, rule.name, count)
        for rule, at in found
        for member, count in zip(
            *(part.tolist() for part in np.unique(members[at], return_counts=True)), strict=True
        )
    ]


def _read(rows: pl.DataFrame) -> list[tuple[int, str, int]]:
    """Count what the source flagged while it read."""
    if rows["flags"].null_count() == rows.height:
        return []
    sound = rows.filter(pl.col("reason").is_null())
    names = sound.select("member", pl.col("flags").cast(pl.String).str.split(";")).drop_nulls()
    counts = names.explode("flags").group_by("member", "flags", maintain_order=True).len()
    return list(counts.iter_rows())
