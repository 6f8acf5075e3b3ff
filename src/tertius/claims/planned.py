"""Tests a claim may name that this version does not have: they answer "not tested", by name."""

from __future__ import annotations

from dataclasses import dataclass

from tertius.claims.verdicts import Kind

__all__ = ["PLANNED", "Planned"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A test that is named, and not available.

    Attributes
    ----------
    name, kind : str
        As for a test.
    would : str
        What it would establish.
    """

    name: str
    kind: Kind
    would: str


PLANNED: tuple[Planned, ...] = (
    Planned("attribution", "measured", "whether a turn is due to an event: synthetic control over "
            "donor dyads, with placebo dates and leads"),
    Planned("triangular-response", "measured", "whether one rival's courtship is followed by the "
            "other's, against placebo rivals and common attention"),
    Planned("reciprocity", "measured", "whether each side answers the other's acts in kind"),
)  # fmt: skip
