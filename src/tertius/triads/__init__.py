"""Triads: scores of dyads, roles in a triangle, leverage and courtship."""

from __future__ import annotations

from tertius.triads.bids import Bid, Courtship, courtship
from tertius.triads.changes import Change, RelationChange, relation_change
from tertius.triads.scores import EdgeScore
from tertius.triads.seats import RoleEntry, Roles
from tertius.triads.ties import Relation, relation
from tertius.triads.triangles import roles

__all__ = [
    "Bid",
    "Change",
    "Courtship",
    "EdgeScore",
    "Relation",
    "RelationChange",
    "RoleEntry",
    "Roles",
    "courtship",
    "relation",
    "relation_change",
    "roles",
]
