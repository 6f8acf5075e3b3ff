"""The examples printed in the docs pages of this room give what is printed."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.parametrize("page", ["explanation/model.md", "reference/game.md"])
def test_the_examples_of_a_page_hold(page):
    """Every example is run, and there are some."""
    found = doctest.testfile(str(DOCS / page), module_relative=False)
    assert found.attempted >= 3
    assert found.failed == 0
