"""Shared fixtures. Research data is used where it is; CI fails without it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tertius.briefs import Brief

DATA = Path(os.environ.get("TERTIUS_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip `realdata` tests where there is no data, and say so; in CI let them fail."""
    if DATA.is_dir():
        return
    if os.environ.get("CI"):
        for item in items:
            if "realdata" in item.keywords:
                item.add_marker(pytest.mark.usefixtures("missing_data"))
        return
    skip = pytest.mark.skip(reason=f"no research data at {DATA} (set TERTIUS_DATA)")
    for item in items:
        if "realdata" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def missing_data() -> None:
    pytest.fail(f"CI must have the research data, and {DATA} is missing")


@pytest.fixture(scope="session")
def data() -> Path:
    """Folder of the research data."""
    return DATA


@pytest.fixture(scope="session")
def korea() -> Brief:
    """The brief of the founding case on the figures that come with it, made once."""
    from tertius.briefs import brief

    return brief("korea-2018")
