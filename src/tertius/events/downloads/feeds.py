"""The feeds that can be fetched: where they are, what their files are called, on what terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tertius.errors import UnknownNameError
from tertius.events.downloads.windows import Window
from tertius.events.sources.feeds import SERIES, Period, Series

__all__ = ["FEEDS", "PUBLISHERS", "Feed", "Publisher", "feed_named", "slots"]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a feed.

    Attributes
    ----------
    name : str
        As in ``tertius fetch NAME``.
    bases : tuple of str
        Addresses the feed is to be had from, tried in order; the first whose index comes is
        used for all.
    variable : str
        Environment variable that replaces them.
    rate : float
        Requests a second that are polite.
    licence, terms : str
        Licence in a few words, and the page that says it.
    """

    name: str
    bases: tuple[str, ...]
    variable: str
    rate: float
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One series of files.

    Attributes
    ----------
    publisher : str
        Whose it is.
    name : str
        As in ``--feed NAME``.
    series : Series
        What its files are called, and what a store calls the feed.
    source : str
        The source that reads its files; empty: they hold no events and are only downloaded.
    form : {"master", "sums", "dataverse"}
        Form of its index.
    indexes : tuple of str
        Index files below the base address.
    folder : str
        Where its files are below the base address; for Dataverse, where they are by number.
    ending : str
        How the names of its files end, beyond what the series says.
    slot : str
        Name of the file of one slot as a ``strftime`` form; empty if nothing promises one.
    every : {"quarter", "day", "backfile", ""}
        The slots a complete feed would have.
    zip_row_bytes, row_bytes : int or None
        Bytes of a zipped and of a plain file for one row, on average, for estimates; None if
        it was not measured.
    """

    publisher: str
    name: str
    series: Series
    source: str
    form: str
    indexes: tuple[str, ...]
    folder: str
    ending: str = ""
    slot: str = ""
    every: str = ""
    zip_row_bytes: int | None = None
    row_bytes: int | None = None

    @property
    def key(self) -> str:
        """What a store calls it."""
        return self.series.feed

    def has(self, name: str) -> bool:
        """Whether a file is called like one of the feed, be its day one or not."""
        return name.endswith(self.ending) and self.series.pattern.fullmatch(name) is not None

    def issue(self, name: str) -> tuple[str, str] | None:
        """Return year and time of making where one year may be published several times."""
        found = self.series.pattern.fullmatch(name)
        told = {} if found is None else found.groupdict()
        year, made = told.get("year"), told.get("made")
        return (year, made.ljust(14, "0")) if year and made else None

    def period(self, name: str) -> Period | None:
        """Return the time a file covers by its name, or None if it is no file of the feed."""
        return self.series.period(name) if name.endswith(self.ending) else None

    def rows_expected(self, name: str, size: int | None) -> int | None:
        """Estimate the rows of a file from its bytes; None where there is nothing to go by."""
        a_row = self.zip_row_bytes if name.endswith(".zip") else self.row_bytes
        return None if size is None or a_row is None else round(size / a_row)


PUBLISHERS: dict[str, Publisher] = {
    publisher.name: publisher
    for publisher in (
        Publisher(
            "gdelt",
            # The same files twice. The bucket behind the publisher's own address is tried first
            # because its certificate bears its name.
            ("https://storage.googleapis.com/data.gdeltproject.org/",
             "http://data.gdeltproject.org/"),
            "TERTIUS_GDELT_BASE",
            10.0,
            "free for any use with attribution to the GDELT Project",
            "https://www.gdeltproject.org/about.html#termsofuse",
        ),
        Publisher(
            "icews",
            ("https://dataverse.harvard.edu/",),
            "TERTIUS_DATAVERSE_BASE",
            1.0,
            "as the data set's page says",
            "https://doi.org/10.7910/DVN/28075",
        ),
        Publisher(
            "polecat",
            ("https://dataverse.harvard.edu/",),
            "TERTIUS_DATAVERSE_BASE",
            1.0,
            "research and education only",
            "https://doi.org/10.7910/DVN/AJGVIT",
        ),
    )
}  # fmt: skip
"""Publisher name to where and on what terms."""

_DATASET = "api/datasets/:persistentId/?persistentId=doi:"
_DATAFILE = "api/access/datafile/"


def _quarters(name: str, series: str, middle: str, index: str, row_bytes: int | None) -> Feed:
    """Return a feed of GDELT 2.0: a file every quarter of an hour."""
    return Feed(
        "gdelt", name, SERIES[series], "" if name == "mentions" else "gdelt", "master",
        (f"gdeltv2/{index}.txt",), "gdeltv2/", ".zip", f"%Y%m%d%H%M%S.{middle}.CSV.zip",
        "quarter", row_bytes,
    )  # fmt: skip


_SUMS = ("events/md5sums", "events/filesizes")
FEEDS: dict[tuple[str, str], Feed] = {
    (feed.publisher, feed.name): feed
    for feed in (
        # Bytes a row: 58-73 GB of zips over 869 million rows; one day resampled gave 84.
        _quarters("events", "gdelt2", "export", "masterfilelist", 75),
        _quarters("translation", "gdelt2-translation", "translation.export",
                  "masterfilelist-translation", 75),
        _quarters("mentions", "gdelt2-mentions", "mentions", "masterfilelist", None),
        Feed("gdelt", "daily", SERIES["gdelt1-daily"], "gdelt", "sums", _SUMS, "events/", ".zip",
             "%Y%m%d.export.CSV.zip", "day", 75),
        Feed("gdelt", "backfile", SERIES["gdelt1-backfile"], "gdelt", "sums", _SUMS, "events/",
             ".zip", "%Y.zip", "backfile", 75),
        # Bytes a row: a table of two days of June 2018, 3,705 rows, plain and deflated.
        Feed("icews", "events", SERIES["icews-yearly"], "icews", "dataverse",
             (f"{_DATASET}10.7910/DVN/28075",), _DATAFILE, zip_row_bytes=36, row_bytes=259),
        Feed("icews", "daily", SERIES["icews-daily"], "icews", "dataverse",
             (f"{_DATASET}10.7910/DVN/QI2T9A",), _DATAFILE, zip_row_bytes=36, row_bytes=259),
        Feed("polecat", "events", SERIES["polecat"], "polecat", "dataverse",
             (f"{_DATASET}10.7910/DVN/AJGVIT",), _DATAFILE),
    )
}  # fmt: skip
"""Publisher and feed name to the feed."""

_GDELT1_DAILY = datetime.fromisoformat("2013-04-01T00:00:00+00:00")
_MONTHLY = 2006


def feed_named(publisher: str, name: str) -> Feed:
    """Return a feed.

    Raises
    ------
    UnknownNameError
        If there is no such publisher, or it has no such feed.
    """
    if publisher not in PUBLISHERS:
        raise UnknownNameError.of("publisher", publisher, PUBLISHERS)
    feed = FEEDS.get((publisher, name))
    if feed is None:
        known = [feed for owner, feed in FEEDS if owner == publisher]
        raise UnknownNameError.of(f"feed of {publisher}", name, known, where="feed")
    return feed


def slots(
    feed: Feed, window: Window, known: tuple[datetime, datetime] | None
) -> list[tuple[str, datetime]]:
    """Return name and start of each file a complete feed would have within a window.

    Parameters
    ----------
    feed : Feed
        The feed.
    window : Window
        The days asked for.
    known : (datetime, datetime) or None
        Start of the first and of the last file the index names. Nothing is expected before the
        first nor after the last, other than where the feed is known to begin and end.
    """
    if known is None or not feed.every:
        return []
    if feed.every == "backfile":
        return _backfile(feed, window)
    step = timedelta(minutes=15) if feed.every == "quarter" else timedelta(days=1)
    first = _GDELT1_DAILY if feed.every == "day" else known[0]
    start, last = max(window.start, first), min(window.end - step, known[1])
    # The grid of quarters starts on the hour, wherever the first file lies.
    start += (window.start - start) % step
    count = max(0, (last - start) // step + 1)
    return [((start + i * step).strftime(feed.slot), start + i * step) for i in range(count)]


def _backfile(feed: Feed, window: Window) -> list[tuple[str, datetime]]:
    """Return the years 1979 to 2005 and the months 2006-01 to 2013-03."""
    found = []
    for year in range(1979, 2014):
        for month in range(1, 13) if year >= _MONTHLY else (1,):
            start = _GDELT1_DAILY.replace(year=year, month=month)
            name = start.strftime("%Y.zip" if year < _MONTHLY else "%Y%m.zip")
            period = feed.period(name)
            if period is not None and start < _GDELT1_DAILY and window.meets(period):
                found.append((name, start))
    return found
