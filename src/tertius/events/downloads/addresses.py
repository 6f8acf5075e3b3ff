"""Which addresses may be asked: http or https, and none inside anybody's own network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from tertius.errors import UsageError
from tertius.events.downloads.failures import Failure

__all__ = ["Gate", "base_address"]

_EMBEDDED = ipaddress.ip_network("64:ff9b::/96")


def base_address(text: str) -> str:
    """Check a base address and end it with a slash.

    Raises
    ------
    UsageError
        If it is no http or https address, or bears a name and password, a query or a fragment.
    """
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or "@" in parts.netloc or parts.query or parts.fragment or not text.isprintable():
        raise UsageError(
            f'"{text}" is no base address', where="base", allowed="http://HOST/… or https://HOST/…"
        )
    return text if text.endswith("/") else f"{text}/"


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides where a request may go.

    A server can answer with a redirect to any address, and so make a client ask machines that
    only the client can reach. So every hop is checked: scheme, and what its host stands for.

    Attributes
    ----------
    base : str
        The base address. Its own host is always allowed, as the user or the table named it; if
        it is loopback, so is any port of loopback.
    resolve : callable
        From host and port to the numeric addresses they stand for.
    """

    base: str
    resolve: Callable[[str, int], Iterable[str]]

    def check(self, address: str, *, came_from: str | None = None) -> None:
        """Refuse an address that must not be asked.

        Raises
        ------
        Failure
            With the reason; trying again does not help.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Failure("a redirect leads to no address") from None
        if parts.scheme not in ("http", "https") or not host:
            raise Failure(f'a redirect leads to "{parts.scheme or address[:40]}:", not to http(s)')
        if came_from is not None and came_from.startswith("https:") and parts.scheme == "http":
            raise Failure("a redirect leads from https to http")
        if host == urlsplit(self.base).hostname:
            return
        for number in self._numbers(host, port or (443 if parts.scheme == "https" else 80)):
            self.check_peer(host, number)

    def check_peer(self, host: str, number: str) -> None:
        """Refuse a host that stands for a private address.

        Raises
        ------
        Failure
            With the reason.
        """
        own = urlsplit(self.base).hostname or ""
        if host == own:
            return
        if _private(number) and not (_loopback(number) and _loopback(own)):
            raise Failure(f'"{host}" stands for {number}, a private address')

    def _numbers(self, host: str, port: int) -> list[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        try:
            return list(self.resolve(host, port))
        except OSError:
            # Behind a proxy names may not resolve here; without one, connecting fails anyway.
            return []


def resolved(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(entry[4][0]).partition("%")[0] for entry in found})


def target(address: str, location: str) -> str:
    """Return where a redirect leads."""
    try:
        return urljoin(address, location)
    except ValueError:
        raise Failure("a redirect leads to no address") from None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _private(number: str) -> bool:
    """Whether an address is not of the public internet, also where it hides a private one."""
    try:
        ip = ipaddress.ip_address(number)
    except ValueError:
        return True
    inner = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _EMBEDDED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None:
        return _private(str(inner))
    return not ip.is_global or ip.is_multicast
