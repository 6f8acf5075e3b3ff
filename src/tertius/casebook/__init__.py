"""Case files: their schema, how they are read, and the ones that are shipped."""

from tertius.casebook.drafting import draft_case
from tertius.casebook.parser import Parsed, parse
from tertius.casebook.schema import (
    Case,
    Claim,
    Events,
    GameSection,
    Milestone,
    Part,
    RangeEntry,
    Source,
    Window,
    YearlyFigure,
)
from tertius.casebook.shelf import case_path, cases
from tertius.casebook.sketches import sketch
from tertius.casebook.triangles import (
    Coding,
    Figure,
    Record,
    RecordSource,
    Triangle,
    triangle_library,
)

__all__ = [
    "Case",
    "Claim",
    "Coding",
    "Events",
    "Figure",
    "GameSection",
    "Milestone",
    "Parsed",
    "Part",
    "RangeEntry",
    "Record",
    "RecordSource",
    "Source",
    "Triangle",
    "Window",
    "YearlyFigure",
    "case_path",
    "cases",
    "draft_case",
    "parse",
    "sketch",
    "triangle_library",
]
