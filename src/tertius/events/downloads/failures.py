"""Why a file could not be had, and whether to try again."""

from __future__ import annotations

__all__ = ["Failure", "Stopped"]


class Failure(Exception):  # noqa: N818 - it never reaches a user
    """An attempt at a file that came to nothing.

    Parameters
    ----------
    reason : str
        In words, for the report.
    status : {"missing", "damaged"}
        What becomes of the file if this is the last word.
    again : bool
        Whether another attempt may help.
    after : float or None
        Seconds the server asks to wait before it.
    restart : bool
        Whether what came so far is worthless.
    unreachable : bool
        Whether no server was reached at all.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: str = "missing",
        again: bool = False,
        after: float | None = None,
        restart: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status
        self.again, self.after = again, after
        self.restart, self.unreachable = restart, unreachable


class Stopped(Exception):  # noqa: N818 - it never reaches a user
    """The fetch was stopped or its time is up; what came so far is kept."""
