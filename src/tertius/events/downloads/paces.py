"""Politeness: requests spread over time, pauses that grow, and a server's own wish heard."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["Pace", "backoff", "retry_after"]


class Pace:
    """A token bucket a host, shared by all workers.

    Parameters
    ----------
    rate : float
        Requests a second.
    burst : int
        Requests that may go at once after a pause.
    clock : callable
        Seconds that never go back.
    sleep : callable
        Waits that many seconds.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._step, self._slack = 1.0 / rate, (burst - 1) / rate
        self._clock, self._sleep = clock, sleep
        # When the bucket of a host would be full again (the "generic cell rate algorithm").
        self._full: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Take a token of a host; wait for it if there is none."""
        with self._lock:
            now = self._clock()
            full = max(self._full.get(host, now), now)
            self._full[host] = full + self._step
        if full - self._slack > now:
            self._sleep(full - self._slack - now)

    def pause(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for a while."""
        with self._lock:
            until = self._clock() + seconds + self._slack
            self._full[host] = max(self._full.get(host, until), until)


def backoff(attempt: int, chance: random.Random, *, longest: float) -> float:
    """Return the pause after an attempt, in seconds: doubled each time, with jitter.

    Parameters
    ----------
    attempt : int
        Number of the attempt that failed, counted from 1.
    chance : random.Random
        Source of the jitter: between half of the pause and all of it, so that many workers
        do not come back at once.
    longest : float
        Most seconds.

    Examples
    --------
    >>> [0.5 * 2**n <= backoff(n + 1, random.Random(0), longest=60) <= 2**n for n in range(5)]
    [True, True, True, True, True]
    """
    # 2 ** 64 s is longer than anybody waits; a float would overflow far behind it.
    return float(min(longest, 2.0 ** min(attempt - 1, 64)) * chance.uniform(0.5, 1.0))


def retry_after(value: str | None, now: datetime, *, longest: float) -> float | None:
    """Read the header ``Retry-After``: seconds or an HTTP date (RFC 9110, section 10.2.3).

    Parameters
    ----------
    value : str or None
        What the server sent.
    now : datetime.datetime
        The time, in UTC.
    longest : float
        Most seconds that are waited, whatever a server asks.

    Returns
    -------
    float or None
        Seconds; None if nothing, or nothing readable, was sent.

    Examples
    --------
    >>> retry_after("120", datetime(2018, 3, 26, tzinfo=UTC), longest=300)
    120.0
    >>> retry_after("Mon, 26 Mar 2018 00:00:30 GMT", datetime(2018, 3, 26, tzinfo=UTC), longest=300)
    30.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), longest)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), longest)
