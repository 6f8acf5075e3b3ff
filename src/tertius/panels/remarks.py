"""What a reader of a panel's counts over time should be told with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tertius.panels.gaps import Gaps

if TYPE_CHECKING:
    from tertius.panels.frames import PanelIdentity

__all__ = ["panel_notes"]

_TWICE = ("none", "same-url")
_NAMED = 3


def panel_notes(identity: PanelIdentity, gaps: Gaps | None) -> tuple[str, ...]:
    """Return one sentence for each thing that is known to spoil counts over time.

    Parameters
    ----------
    identity : PanelIdentity
        What the numbers are of.
    gaps : Gaps or None
        What is known of their days.
    """
    from tertius.events.errata import changes_within  # its tables are read only where asked

    told = []
    if gaps is not None and identity.holes:
        told.append(_holes(identity, gaps))
    feeds = gaps.feeds if gaps is not None else ()
    of_gdelt = any(feed.startswith("gdelt") for feed in feeds)
    named = "GDELT" if of_gdelt else identity.dataset
    for change in changes_within(named, identity.start, identity.end):
        told.append(f"counts before and after do not compare: {change}")
    if "icews" in feeds and identity.duplicates in _TWICE:
        told.append(
            "ICEWS files overlap, and an event in two of them counts twice under "
            f"{identity.duplicates}; `overlaps` counts such events"
        )
    return tuple(told)


def _holes(identity: PanelIdentity, gaps: Gaps) -> str:
    have = "has" if identity.holes == 1 else "have"
    days = f"{identity.holes:,} of {identity.days:,} days {have} holes in coverage"
    if not gaps.missing.height:
        return days
    names = gaps.missing["name"].sort().to_list()
    most = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    files = "file is" if len(names) == 1 else "files are"
    return f"{days}; {len(names):,} promised {files} missing: {most}"
