"""The tests that run, one module each (two where one reading answers two questions)."""

from tertius.claims.vocabulary import (
    bills,
    changes,
    commitments,
    courting,
    entrants,
    exclusions,
    goals,
    levels,
    leverages,
    mergers,
    orders,
    overrides,
    payers,
    pressures,
    promises,
    rents,
    seats,
    spans,
    transmissions,
    traps,
    turning,
    visits,
)
from tertius.claims.vocabulary.base import Test

__all__ = ["TESTS"]

TESTS: tuple[Test, ...] = (
    levels.TEST,
    changes.TEST,
    spans.TEST,
    visits.TEST,
    turning.TURN_EXISTS,
    turning.TURN,
    seats.TEST,
    leverages.TEST,
    courting.TEST,
    orders.TEST,
    overrides.TEST,
    rents.TEST,
    exclusions.TEST,
    payers.TEST,
    bills.TEST,
    goals.TEST,
    mergers.TEST,
    transmissions.TEST,
    pressures.TEST,
    commitments.TEST,
    traps.TEST,
    promises.TEST,
    entrants.TEST,
)
"""Every test of the vocabulary, in the order the documentation lists them."""
