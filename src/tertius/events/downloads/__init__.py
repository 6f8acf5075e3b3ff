"""Downloads: publishers' indexes, polite and checked transfers, a cache, and `fetch`."""

from __future__ import annotations

from tertius.events.downloads.feeds import FEEDS, PUBLISHERS
from tertius.events.downloads.fetches import Means, Progress, fetch
from tertius.events.downloads.reports import FetchReport, FileFetch

__all__ = ["FEEDS", "PUBLISHERS", "FetchReport", "FileFetch", "Means", "Progress", "fetch"]
