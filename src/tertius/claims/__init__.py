"""Claims: the vocabulary of tests, binding a case's claims to it, and answering them."""

from tertius.claims.answers import answer
from tertius.claims.binding import BoundCase, BoundPart, load_case
from tertius.claims.context import Context, Draws
from tertius.claims.games import case_ranges, guests
from tertius.claims.history.rules import ORDINAL_TESTS, OrdinalTest
from tertius.claims.history.scores import History, RowScore, Tally, score_history
from tertius.claims.naming import parameter, percent, possessive, prose, sentence_case
from tertius.claims.planned import Planned
from tertius.claims.registry import find_test, list_tests
from tertius.claims.verdicts import (
    MEASURED_WORDS,
    MODEL_WORDS,
    Evidence,
    Finding,
    Flip,
    PartResult,
    Provenance,
    Verdict,
)
from tertius.claims.vocabulary.base import Test
from tertius.claims.workbench import Setup, Spread, Workout, work_out

__all__ = [
    "MEASURED_WORDS",
    "MODEL_WORDS",
    "ORDINAL_TESTS",
    "BoundCase",
    "BoundPart",
    "Context",
    "Draws",
    "Evidence",
    "Finding",
    "Flip",
    "History",
    "OrdinalTest",
    "PartResult",
    "Planned",
    "Provenance",
    "RowScore",
    "Setup",
    "Spread",
    "Tally",
    "Test",
    "Verdict",
    "Workout",
    "answer",
    "case_ranges",
    "find_test",
    "guests",
    "list_tests",
    "load_case",
    "parameter",
    "percent",
    "possessive",
    "prose",
    "score_history",
    "sentence_case",
    "work_out",
]
