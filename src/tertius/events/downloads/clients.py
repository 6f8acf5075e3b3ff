"""The HTTP client: connections shared by all workers, each hop looked at before it is made."""

from __future__ import annotations

import contextlib
import socket
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tertius import __version__
from tertius.events.downloads.addresses import Gate, target
from tertius.events.downloads.failures import Failure
from tertius.events.downloads.paces import Pace, retry_after
from tertius.settings import limit

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

__all__ = ["Client"]

_REDIRECTS = 5
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_SAID_BYTES = 4_096


class Client:
    """Asks for files, politely.

    Parameters
    ----------
    gate : Gate
        Where requests may go.
    pace : Pace
        When.
    workers : int
        Most connections at once.
    stall : float
        Seconds without a byte after which an attempt is given up.
    now : callable
        The time in UTC, for dates servers send.
    """

    def __init__(
        self,
        gate: Gate,
        pace: Pace,
        *,
        workers: int,
        stall: float,
        now: Callable[[], datetime],
    ) -> None:
        import httpx2

        self._gate, self._pace, self._now, self._stall = gate, pace, now, stall
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._http = httpx2.Client(
            follow_redirects=False,
            # Pool: a worker has at most one request under way, so none waits for a connection.
            timeout=httpx2.Timeout(stall, pool=None),
            limits=httpx2.Limits(max_connections=workers, max_keepalive_connections=workers),
            # Lengths, ranges and checksums are of the file itself, so nothing may be packed.
            headers={"User-Agent": f"tertius/{__version__}", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def abort(self) -> None:
        """Break all answers off, also those another thread waits for."""
        with self._lock:
            waiting = list(self._sockets)
        for each in waiting:
            # Closing would not wake a thread that waits; and not the method of an encrypted
            # socket, which would take its state away while that thread uses it.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    @contextlib.contextmanager
    def get(self, address: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """Ask for an address and follow redirects; the body is read by the caller.

        Yields
        ------
        httpx2.Response
            Status 200, 206, 304 or 416.

        Raises
        ------
        Failure
            For everything else, in words.
        """
        came_from = None
        for _ in range(_REDIRECTS + 1):
            self._gate.check(address, came_from=came_from)
            with self._hop(address, headers) as response:
                if response.status_code not in _MOVED:
                    self._refuse(address, response)
                    yield response
                    return
                location = response.headers.get("location")
            if not location:
                raise Failure(f"status {response.status_code} without a place to go")
            came_from, address = address, target(address, location)
        raise Failure(f"more than {_REDIRECTS} redirects")

    @contextlib.contextmanager
    def _hop(self, address: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """Make one request; faults of the network become failures, in the body too."""
        import httpx2

        host = urlsplit(address).hostname or ""
        self._pace.wait(host)
        try:
            response = self._http.send(
                self._http.build_request("GET", address, headers=dict(headers)), stream=True
            )
            try:
                with self._open(host, response):
                    yield response
            finally:
                response.close()
        except httpx2.ConnectTimeout:
            raise Failure("no connection in time", again=True, unreachable=True) from None
        except httpx2.TimeoutException:
            said = f"no byte came for {self._stall:g} s"
            raise Failure(said, again=True) from None
        except httpx2.ConnectError as error:
            said = f"no connection: {_short(error)}"
            # A certificate does not become another by asking again.
            again = "CERTIFICATE" not in str(error).upper()
            raise Failure(said, again=again, unreachable=True) from None
        except httpx2.TransportError as error:
            raise Failure(f"the connection broke: {_short(error)}", again=True) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise Failure(f"no sense in the answer: {_short(error)}") from None

    @contextlib.contextmanager
    def _open(self, host: str, response: httpx2.Response) -> Iterator[None]:
        """See that the machine reached is the one that was checked, as names can change."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        # Through a proxy the peer is the proxy, which the user chose.
        if peer and not urllib.request.getproxies():
            self._gate.check_peer(host, str(peer[0]).partition("%")[0])
        own = stream.get_extra_info("socket") if stream is not None else None
        mine = {own} if isinstance(own, socket.socket) else set()
        with self._lock:
            self._sockets |= mine
        try:
            yield
        finally:
            with self._lock:
                self._sockets -= mine

    def _refuse(self, address: str, response: httpx2.Response) -> None:
        status = response.status_code
        if status in (200, 206, 304, 416):
            return
        said = f"the server answers {status} {response.reason_phrase}".strip() + _said(response)
        if status not in _AGAIN:
            raise Failure(said)
        longest = float(limit("fetch_retry_after_seconds"))
        after = retry_after(response.headers.get("retry-after"), self._now(), longest=longest)
        if after is not None:
            # It means this client, not this file: nobody asks that host meanwhile.
            self._pace.pause(urlsplit(address).hostname or "", after)
        raise Failure(said, again=True, after=after)


def _said(response: httpx2.Response) -> str:
    """Return the message of a JSON answer; Dataverse says there what it misses."""
    if "json" not in response.headers.get("content-type", ""):
        return ""
    import json

    body = b""
    for piece in response.iter_raw():
        body += piece
        if len(body) > _SAID_BYTES:
            return ""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = told.get("message") if isinstance(told, dict) else None
    return f': "{" ".join(message.split())[:200]}"' if isinstance(message, str) else ""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
