"""Quad class schemes: which root codes are cooperation or conflict, in words or in deeds."""

from __future__ import annotations

__all__ = ["ONTOLOGIES", "QUAD_SCHEMES"]

ONTOLOGIES = ("cameo", "plover")
"""Names of the ontologies events are coded in."""


def _quads(*spans: tuple[int, int, int]) -> dict[str, int]:
    return {f"{root:02d}": quad for first, last, quad in spans for root in range(first, last + 1)}


def _types(*classes: str) -> dict[str, int]:
    return {name: quad for quad, names in enumerate(classes, 1) for name in names.split()}


QUAD_SCHEMES: dict[str, dict[str, int]] = {
    "cameo-gdelt": _quads((1, 5, 1), (6, 9, 2), (10, 14, 3), (15, 20, 4)),
    "phoenix": _quads(
        (1, 2, 0), (3, 5, 1), (6, 8, 2), (9, 13, 3), (14, 15, 4), (16, 16, 3), (17, 20, 4)
    ),
    "plover": _types(
        "AGREE CONSULT SUPPORT CONCEDE",
        "COOPERATE AID RETREAT",
        "REQUEST ACCUSE REJECT THREATEN",
        "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
    )
    | _quads((1, 2, 0), (3, 5, 1), (6, 7, 2), (9, 13, 3), (14, 20, 4)),
}
"""Root code to quad class, by scheme: 1 and 2 verbal and material cooperation, 3 and 4
verbal and material conflict, 0 outside all four. PLOVER splits CAMEO's root 08 into CONCEDE
(1) and RETREAT (2): that root has no class of its own there, its codes have."""
