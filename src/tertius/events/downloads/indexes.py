"""What a publisher's list promises for a window, and what a complete feed would have besides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tertius.errors import NetworkError
from tertius.events.downloads.feeds import Feed, slots
from tertius.events.downloads.lists import Listed, read_list
from tertius.events.downloads.windows import Window
from tertius.events.sources.feeds import instant
from tertius.events.store.entries import Expected

__all__ = ["ABSENT", "Index", "read_index"]

ABSENT = "not in the index"
"""Why a file is missing that the publisher's own list lacks."""

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Index:
    """What a publisher's list promises for a window.

    Attributes
    ----------
    feed : str
        Key of the feed.
    files : tuple of Expected
        The files that meet the window, by name.
    absent : tuple of Expected
        The files a complete feed would have there and the list lacks; status "missing".
    lines : int
        Lines, links or entries read.
    others : int
        Well-formed ones that name something else: other feeds, totals, codebooks.
    malformed : int
        Those that could not be read.
    examples : tuple of (int, str)
        Number and text of the first of them.
    first, last : str or None
        Start of the first and last file the whole list names; None if it names none.
    notes : tuple of str
        What else was seen.
    """

    feed: str
    files: tuple[Expected, ...]
    absent: tuple[Expected, ...]
    lines: int
    others: int
    malformed: int
    examples: tuple[tuple[int, str], ...]
    first: str | None
    last: str | None
    notes: tuple[str, ...] = ()


def read_index(feed: Feed, documents: Mapping[str, bytes], window: Window, base: str) -> Index:
    """Read the list of a feed and choose what meets a window.

    Parameters
    ----------
    feed : Feed
        The feed.
    documents : mapping of str to bytes
        Its index files, by their place below the base address.
    window : Window
        The days asked for.
    base : str
        The base address, ending in ``/``. Addresses are built from it and the names; no
        address in an index is followed.

    Returns
    -------
    Index
        What is promised. ``lines == files of the feed + others + malformed`` of the whole list,
        files named twice counting under `others`.

    Raises
    ------
    NetworkError
        If what came is no list of the feed at all.
    """
    listed = read_list(feed, documents, window)
    if not listed.files and not listed.ends and (listed.malformed or not listed.others):
        what = f"is no list of files: none of its {listed.lines:,} lines names one of {feed.key}"
        raise NetworkError(
            what,
            where=base + feed.indexes[0],
            hint="look at the address in a browser; an error page may stand there",
        )
    return _chosen(feed, listed, window, base)


def _chosen(feed: Feed, listed: Listed, window: Window, base: str) -> Index:
    files, known = [], []
    for name in sorted(_newest(feed, listed)):
        period = feed.period(name)
        if period is None:
            listed.malformed.append((0, name))
            continue
        known.append(period.start)
        if window.meets(period):
            size, md5, place = listed.files[name]
            status = "missing" if name in listed.closed else "expected"
            files.append(
                Expected(feed.key, name, base + feed.folder + place, size, md5, period.span,
                         status, listed.closed.get(name, ""))
            )  # fmt: skip
    ends = listed.ends or ((min(known), max(known)) if known else None)
    return Index(
        feed=feed.key,
        files=tuple(files),
        absent=tuple(_absent(feed, {file.name for file in files}, window, ends, base)),
        lines=listed.lines,
        others=listed.others,
        malformed=len(listed.malformed),
        examples=tuple((line, text[:120]) for line, text in listed.malformed[:_SHOWN]),
        first=instant(ends[0]) if ends else None,
        last=instant(ends[1]) if ends else None,
        notes=tuple(listed.notes),
    )


def _absent(
    feed: Feed,
    names: set[str],
    window: Window,
    ends: tuple[datetime, datetime] | None,
    base: str,
) -> Iterable[Expected]:
    """Yield what a complete feed would have and the list lacks."""
    quarter = feed.every == "quarter"
    # A file stamped off the grid of quarters fills the slot it starts in.
    filled = {name[:10] + f"{int(name[10:12]) // 15 * 15:02d}" for name in names if quarter}
    for name, _ in slots(feed, window, ends):
        if name in names or (quarter and name[:12] in filled):
            continue
        period = feed.period(name)
        yield Expected(feed.key, name, base + feed.folder + name, None, "",
                       period.span if period else None, "missing", ABSENT)  # fmt: skip


def _newest(feed: Feed, listed: Listed) -> Iterable[str]:
    """Leave out the older of several issues of one year; they repeat its events."""
    kept = []
    years: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in listed.files:
        issue = feed.issue(name)
        if issue is None:
            kept.append(name)
        else:
            years[issue[0]].append((issue[1], name))
    for year, issues in sorted(years.items()):
        *older, newest = sorted(issues)
        kept.append(newest[1])
        listed.others += len(older)
        if older:
            names = ", ".join(name for _, name in older)
            listed.notes.append(f"{year} is published more than once; left out: {names}")
    return kept
