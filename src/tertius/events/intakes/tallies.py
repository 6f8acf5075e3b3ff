"""One file's accounting while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tertius.errors import SourceError
from tertius.events.parsing.drafts import Member
from tertius.events.reports import FileReport

__all__ = ["Tally", "ranked"]

_LISTED = 5


@dataclass(slots=True)
class Tally:
    """Counts of what became of one file's lines; it grows as the file is read.

    Attributes
    ----------
    file_id, sha256 : str
        Its key in the store, and the SHA-256 of its bytes.
    content : tuple of str
        The identity by which it is recognised.
    lines, kept : int
        Lines read, and those that became events.
    filtered : Counter
        Lines left out on purpose, by kind.
    reasons : Counter
        Rejected lines by kind of reason.
    unknown : Counter
        Mentions of actors that stand for no known state, by name.
    errata : Counter
        Corrections made, by rule.
    days : set of datetime.date
        Days of its events.
    refusal : str
        The first line that was rejected, in words.
    """

    file_id: str
    sha256: str
    content: tuple[str, ...]
    lines: int = 0
    kept: int = 0
    filtered: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    errata: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)
    refusal: str = ""

    @property
    def rejected(self) -> int:
        """Lines that could not be used."""
        return sum(self.reasons.values())

    def check(self, member: Member) -> None:
        """See that every line is accounted for and that something came of them.

        Raises
        ------
        SourceError
            If lines are missing from the account, or none can be used.
        """
        left_out = sum(self.filtered.values())
        if self.lines != self.kept + self.rejected + left_out:
            raise SourceError(
                f"{self.lines:,} lines became {self.kept:,} events, {self.rejected:,} "
                f"rejected and {left_out:,} filtered",
                where=member.where,
                hint="please report this with the file",
            )
        if not self.lines:
            raise SourceError("there are no rows below the header", where=member.where)
        if not self.kept and left_out == self.filtered["blank"]:
            raise SourceError(
                f"none of its {self.lines:,} lines can be used; {self.refusal or 'all are blank'}",
                where=member.where,
                hint="check the column mapping, the delimiter and the date format",
            )

    def report(self, member: Member, dataset: str) -> FileReport:
        """Return the account."""
        days = sorted(self.days)
        return FileReport(
            name=member.name,
            file_id=self.file_id,
            sha256=self.sha256,
            dataset=dataset,
            lines=self.lines,
            kept=self.kept,
            rejected=self.rejected,
            filtered=sum(self.filtered.values()),
            reasons=ranked(self.reasons),
            errata=ranked(self.errata),
            already_present=False,
            unknown_names=len(self.unknown),
            unknown_mentions=sum(self.unknown.values()),
            top_unknown=ranked(self.unknown)[:_LISTED],
            first_day=days[0].isoformat() if days else None,
            last_day=days[-1].isoformat() if days else None,
            notes=member.notes,
        )


def ranked(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return counts, largest first, of equal ones by name."""
    return tuple(sorted(((k, n) for k, n in counts.items() if n), key=lambda i: (-i[1], i[0])))
