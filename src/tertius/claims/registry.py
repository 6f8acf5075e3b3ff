"""The vocabulary: every test a part of a claim may name."""

from __future__ import annotations

from tertius.claims.planned import PLANNED, Planned
from tertius.claims.vocabulary import TESTS
from tertius.claims.vocabulary.base import Test
from tertius.errors import UnknownNameError

__all__ = ["find_test", "is_planned", "list_tests"]

_AVAILABLE = {test.name: test for test in TESTS}
_PLANNED = {test.name: test for test in PLANNED}


def list_tests() -> tuple[Test | Planned, ...]:
    """Return every test by name: those that run, then those that answer "not tested"."""
    return (*TESTS, *PLANNED)


def find_test(name: str) -> Test | Planned:
    """Return the test called `name`.

    Raises
    ------
    UnknownNameError
        With the closest names as the hint.
    """
    if name in _AVAILABLE:
        return _AVAILABLE[name]
    if name in _PLANNED:
        return _PLANNED[name]
    raise UnknownNameError.of("test", name, [*_AVAILABLE, *_PLANNED])


def is_planned(name: str) -> bool:
    """Return whether a test is named and not available."""
    return name in _PLANNED
