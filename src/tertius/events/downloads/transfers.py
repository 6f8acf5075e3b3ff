"""One file over the network: begun, continued, checked, and only then in the cache."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tertius.events.downloads.caches import Cache, Held, Part
from tertius.events.downloads.clients import Client
from tertius.events.downloads.failures import Failure
from tertius.events.downloads.paces import backoff
from tertius.events.store.entries import Expected
from tertius.settings import limit

if TYPE_CHECKING:
    import httpx2

__all__ = ["Transfers"]

# So much that comes before a connection breaks shows that trying again leads on.
_PROGRESS_BYTES = 1_048_576
# A file that came whole and wrong is asked for once more: the second time it is its own fault.
_WHOLE_TRIES = 2
_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<error", b'{"status"', b"{\n")


@dataclass(slots=True)
class _Digests:
    """Digests of what is in a part."""

    md5: hashlib._Hash
    sha256: hashlib._Hash

    @classmethod
    def of(cls, part: Part) -> _Digests:
        """Hash what came before."""
        digests = cls(hashlib.md5(usedforsecurity=False), hashlib.sha256())
        if part.size:
            part.stream.flush()
            with part.path.open("rb") as stream:
                while piece := stream.read(1 << 20):
                    digests.add(piece)
        return digests

    def add(self, piece: bytes) -> None:
        """Hash what came now."""
        self.md5.update(piece)
        self.sha256.update(piece)


@dataclass(frozen=True, slots=True)
class Transfers:
    """Downloads files into a cache.

    Attributes
    ----------
    client : Client
        Asks for them.
    cache : Cache
        Takes them.
    clock : callable
        Seconds that never go back.
    wall : callable
        Seconds since 1970.
    sleep : callable
        Waits that many seconds; raises `Stopped` when the fetch is stopped.
    chance : random.Random
        Source of jitter.
    check : callable
        Raises `Stopped` when the fetch is stopped.
    told : callable
        Is given bytes and whether they came just now; those thrown away are below 0.
    """

    client: Client
    cache: Cache
    clock: Callable[[], float]
    wall: Callable[[], float]
    sleep: Callable[[float], None]
    chance: random.Random
    check: Callable[[], None]
    told: Callable[[int, bool], None]

    def fetch(self, file: Expected, *, most: int, index: bool = False) -> Held:
        """Download one file, trying again where that may help.

        Parameters
        ----------
        file : Expected
            What an index promises.
        most : int
            Most bytes of a file whose size is not told.
        index : bool
            Whether it is an index, which may be text of any form.

        Raises
        ------
        Failure
            If it cannot be had, with the reason.
        Stopped
            If the fetch was stopped; what came is kept and continued next time.
        """
        tries = wholes = 0
        end = self.clock() + limit("fetch_file_seconds")
        with self._part(file.address) as part:
            while True:
                before = part.size
                try:
                    return self._attempt(file, part, most=most, index=index)
                except Failure as failure:
                    failed = failure
                if failed.restart:
                    wholes += 1
                    self.told(-part.size, False)
                    part.restart()
                elif part.size - before >= _PROGRESS_BYTES:
                    tries = 0
                tries += 1
                if not failed.again or wholes >= _WHOLE_TRIES:
                    raise failed
                if tries >= limit("fetch_attempts_count"):
                    raise _after(failed, tries)
                pause = failed.after
                if pause is None:
                    longest = float(limit("fetch_backoff_seconds"))
                    pause = backoff(tries, self.chance, longest=longest)
                if self.clock() + pause > end:
                    raise _after(failed, tries)
                self.sleep(pause)

    @contextmanager
    def _part(self, address: str) -> Iterator[Part]:
        with self.cache.part(address) as part:
            self.told(part.size, False)
            yield part

    def _attempt(self, file: Expected, part: Part, *, most: int, index: bool) -> Held:
        """Ask once, from where the part ends; return the file once it is in the cache."""
        self.check()
        if file.bytes is not None and part.size > file.bytes:
            self.told(-part.size, False)
            part.restart()
        if part.size and part.size == file.bytes and file.md5:
            # It came whole, and the process ended before it was checked.
            return self._finish(file, part, _Digests.of(part), "", index=index)
        with self.client.get(file.address, _headers(part, file)) as response:
            if response.status_code == 416:
                raise Failure("the server refuses to continue", again=True, restart=True)
            if response.status_code not in (200, 206):
                raise Failure(f"the server answers {response.status_code}")
            if not (response.status_code == 206 and _continues(response, part)):
                if response.status_code == 206:
                    raise Failure("another range came than was asked", again=True, restart=True)
                self.told(-part.size, False)
                part.restart(_validator(response), keep=not file.md5)
            if response.headers.get("content-encoding", "identity") != "identity":
                raise Failure("it came packed although that was not asked", status="damaged")
            digests = self._receive(response, file, part, most)
            etag = response.headers.get("etag", "")
        return self._finish(file, part, digests, etag, index=index)

    def _receive(
        self, response: httpx2.Response, file: Expected, part: Part, most: int
    ) -> _Digests:
        """Write the body behind what is there; stop where there are more bytes than promised."""
        told = response.headers.get("content-length", "")
        announced = part.size + int(told) if told.isascii() and told.isdigit() else None
        _fits(file, announced, most)
        end = self.clock() + limit("fetch_file_seconds")
        budget = file.bytes if file.bytes is not None else (announced or most)
        digests = _Digests.of(part)
        # In pieces as they come: gathering them into larger ones loses the last when it breaks.
        for piece in response.iter_raw():
            self.check()
            if part.size + len(piece) > budget:
                raise Failure(
                    f"more than the {budget:,} bytes promised came", status="damaged",
                    again=True, restart=True,
                )  # fmt: skip
            part.append(piece)
            digests.add(piece)
            self.told(len(piece), True)
            if self.clock() > end:
                raise Failure(f"it took longer than {limit('fetch_file_seconds'):,} s")
        if announced is not None and part.size < announced:
            raise Failure("the connection broke", again=True)
        return digests

    def _finish(
        self, file: Expected, part: Part, digests: _Digests, etag: str, *, index: bool
    ) -> Held:
        """Check length, kind and MD5; then move the part into the cache."""
        part.stream.flush()
        with part.path.open("rb") as stream:
            head = stream.read(64)
        wrong = "" if index else _wrong_kind(file.name, head)
        md5 = digests.md5.hexdigest()
        if not wrong and file.bytes is not None and part.size != file.bytes:
            wrong = f"{part.size:,} bytes came, the index says {file.bytes:,}"
        if not wrong and file.md5 and md5 != file.md5:
            wrong = f"its MD5 is {md5}, the index says {file.md5}"
        if wrong:
            raise Failure(wrong, status="damaged", again=True, restart=True)
        held = Held(part.path, digests.sha256.hexdigest(), md5, part.size, etag, self.wall())
        return self.cache.put(part, file.address, file.name, held)


def _fits(file: Expected, announced: int | None, most: int) -> None:
    """Refuse a body that is announced with another length than the index says."""
    if announced is None:
        return
    if file.bytes is None and announced > most:
        raise Failure(f"{announced:,} bytes are more than the {most:,} allowed", status="damaged")
    if file.bytes is not None and announced > file.bytes:
        raise Failure(
            f"{announced:,} bytes are announced, the index says {file.bytes:,}",
            status="damaged", again=True, restart=True,
        )  # fmt: skip


def _headers(part: Part, file: Expected) -> dict[str, str]:
    """Ask for the rest, if a changed file would be noticed."""
    if not part.size or not (part.validator or file.md5):
        return {}
    asked = {"Range": f"bytes={part.size}-"}
    if part.validator:
        # A server that has another version by now sends all of that (RFC 9110, section 13.1.5).
        asked["If-Range"] = part.validator
    return asked


def _validator(response: httpx2.Response) -> str:
    """Return what tells this version of a file from another: a strong ETag, or its date."""
    etag = str(response.headers.get("etag", ""))
    if etag and not etag.startswith("W/"):
        return etag
    return str(response.headers.get("last-modified", ""))


def _continues(response: httpx2.Response, part: Part) -> bool:
    found = _RANGE.fullmatch(response.headers.get("content-range", ""))
    return found is not None and int(found[1]) == part.size


def _wrong_kind(name: str, head: bytes) -> str:
    """Say what came instead of a zip or a table; empty if nothing speaks against it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    page = start.startswith(_PAGES)
    if name.endswith(".zip") and not head.startswith(_ZIP):
        return "a page of text came instead of a zip" if page else "what came is no zip"
    return "a page came instead of a table" if page else ""


def _after(failure: Failure, tries: int) -> Failure:
    return Failure(
        f"{failure.reason} ({tries} attempts)",
        status=failure.status,
        unreachable=failure.unreachable,
    )
