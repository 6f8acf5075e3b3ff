"""Getting a feed's index: from the cache where that is enough, otherwise from the publisher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tertius.errors import NetworkError
from tertius.events.downloads.caches import Cache
from tertius.events.downloads.failures import Failure
from tertius.events.downloads.feeds import Feed
from tertius.events.downloads.indexes import Index, read_index
from tertius.events.downloads.transfers import Transfers
from tertius.events.downloads.windows import Window
from tertius.events.sources.feeds import instant
from tertius.events.store.entries import Expected
from tertius.settings import limit

__all__ = ["Listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a feed's index is looked for.

    Attributes
    ----------
    feed : Feed
        The feed.
    window : Window
        The days asked for.
    cache : Cache
        Where indexes fetched before are.
    connect : callable
        From a base address to what downloads from it; None: offline.
    wall : callable
        Seconds since 1970.
    """

    feed: Feed
    window: Window
    cache: Cache
    connect: Callable[[str], Transfers] | None
    wall: Callable[[], float]

    def get(self, bases: tuple[str, ...]) -> tuple[Index, str]:
        """Return the index, and the base address it came from: the first that has one.

        Raises
        ------
        NetworkError
            If none has, or what came is no index.
        """
        reasons = []
        for base in bases:
            try:
                return self._from(base), base
            except Failure as failure:
                reasons.append(f"  {base}: {failure.reason}")
        raise NetworkError(
            "\n".join([f"the index of {self.feed.publisher} {self.feed.name} is not to be had",
                       *reasons]),
            hint="fetch while online first" if self.connect is None else "try again later, or "
            "name another address with --base",
        )  # fmt: skip

    def _from(self, base: str) -> Index:
        cached = self._cached(base)
        if cached is not None:
            index = read_index(self.feed, cached, self.window, base)
            if self.connect is None or self._enough(base, index):
                return index
        if self.connect is None:
            raise Failure("not in the cache, and offline")
        return read_index(self.feed, self._asked(base, self.connect(base)), self.window, base)

    def _enough(self, base: str, index: Index) -> bool:
        """Whether a cached index is young and reaches past the window, so that it is complete."""
        # Where no slots promise files, no list is known to be complete.
        end = instant(self.window.end) if self.feed.every else "9999"
        past = index.last is not None and index.last >= end
        held = self.cache.look_up(base + self.feed.indexes[0])
        young = held is not None and self.wall() - held.seen <= limit("fetch_index_seconds")
        return past and young

    def _cached(self, base: str) -> dict[str, bytes] | None:
        """Return the index files that were fetched before; None if the first is not there."""
        found = {}
        for path in self._paths():
            document = self.cache.document(base + path)
            if document is not None:
                found[path] = document[0]
        has_first = self.feed.indexes[0] in found or self._page() in found
        return found if has_first else None

    def _asked(self, base: str, transfers: Transfers) -> dict[str, bytes]:
        """Ask for the index files; a page of links stands in for GDELT 1.0's checksums."""
        first, *others = self.feed.indexes
        try:
            found = {first: self._document(base, first, transfers)}
        except Failure as failure:
            if failure.unreachable or self.feed.form != "sums":
                raise
            return {self._page(): self._document(base, self._page(), transfers)}
        for path in others:
            # Sizes are a second check on top of the MD5; without them files can be had too.
            try:
                found[path] = self._document(base, path, transfers)
            except Failure as failure:
                if failure.unreachable:
                    raise
        return found

    def _document(self, base: str, path: str, transfers: Transfers) -> bytes:
        address = base + path
        held = self.cache.look_up(address)
        if held is not None and held.etag and _unchanged(transfers, address, held.etag):
            self.cache.confirm(address, held, self.wall())
        else:
            file = Expected(self.feed.key, _name(path), address, None, "", None, "expected", "")
            transfers.fetch(file, most=limit("max_index_bytes"), index=True)
        document = self.cache.document(address)
        if document is None:
            raise Failure("it was lost from the cache at once", status="damaged")
        return document[0]

    def _paths(self) -> tuple[str, ...]:
        return (*self.feed.indexes, self._page()) if self.feed.form == "sums" else self.feed.indexes

    def _page(self) -> str:
        return f"{self.feed.folder}index.html"


def _unchanged(transfers: Transfers, address: str, etag: str) -> bool:
    """Ask whether an index is still the one we have; if that fails it is asked for anew."""
    try:
        with transfers.client.get(address, {"If-None-Match": etag}) as response:
            return bool(response.status_code == 304)
    except Failure:
        return False


def _name(path: str) -> str:
    """Return a name for an index in the cache; a query is no part of it."""
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in path.rpartition("/")[2])
    return f"index-{kept[-150:]}"
