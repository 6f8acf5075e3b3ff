"""Reading a publisher's list of files: pure functions from bytes to names, sizes and MD5s.

Forms, as seen in published files:

* GDELT 2.0 ``masterfilelist.txt``, ``masterfilelist-translation.txt``, ``lastupdate.txt``:
  ``size md5 address`` a line, one space between.
* GDELT 1.0 ``md5sums``: ``md5  name`` a line; ``filesizes``: ``size name`` a line, and one that
  gives the total; ``index.html``: a link a file, followed by its MD5.
* Dataverse: JSON of a data set. For a table that Dataverse has turned into its own form, the
  MD5 and ``originalFileSize`` are those of the file as deposited, which is fetched with
  ``format=original``; ``filesize`` is that of the turned one (IQSS/dataverse #7275, #11315).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from tertius.events.downloads.feeds import Feed
from tertius.events.downloads.windows import Window

__all__ = ["Listed", "read_list"]

_QUARTER = timedelta(minutes=15)
_BLOCK_BYTES = 8_388_608
_SHOWN = 10
_MASTER = r"^([0-9]{1,12}) ([0-9a-fA-F]{32}) https?://[!-~]{1,500}/([0-9A-Za-z._-]{1,200})$"
_SUM = r"^([0-9a-fA-F]{32})  ?\*?([0-9A-Za-z._-]{1,200})$"
_SIZE = r"^ *([0-9]{1,15}) +([0-9A-Za-z._-]{1,200})$"
_LINK = re.compile(r"""href\s*=\s*["']?([0-9A-Za-z._-]{1,200})["'\s>]""", re.IGNORECASE)
_LINK_MD5 = re.compile(r"md5:?\s*([0-9a-f]{32})\b", re.IGNORECASE)
_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Listed:
    """The files named by a list, before the window is looked at.

    Attributes
    ----------
    files : dict
        Name to size in bytes (or None), MD5 (or empty) and place below the feed's folder. Of
        GDELT 2.0 only those about the window.
    lines, others : int
        Lines, links or entries read; those of them that name something else.
    malformed : list of (int, str)
        Number and text of those that could not be read.
    notes : list of str
        What else was seen.
    closed : dict
        Name to reason, of files that are named and cannot be had.
    unknown : list of str
        Names in a data set that are none of the feed's.
    ends : (datetime, datetime) or None
        Start of the first and last file, where `files` are not all.
    """

    files: dict[str, tuple[int | None, str, str]] = field(default_factory=dict)
    lines: int = 0
    others: int = 0
    malformed: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    ends: tuple[datetime, datetime] | None = None


def read_list(feed: Feed, documents: Mapping[str, bytes], window: Window) -> Listed:
    """Read the index files of a feed, by the form they have."""
    return _READERS[feed.form](feed, documents, window)


def _master(feed: Feed, documents: Mapping[str, bytes], window: Window) -> Listed:
    """Read ``size md5 address`` lines, a block at a time: eleven years are 120 MB."""
    listed, parts = Listed(), []
    for line, block in _blocks(documents[feed.indexes[0]]):
        lines = _lines(block, line)
        sound = lines.filter(pl.col("text").str.contains(_MASTER))
        table = _own(feed, sound, "text", "/").with_columns(
            pl.col("text").str.extract_groups(_MASTER).struct.rename_fields(["size", "md5", "name"])
            .alias("parts")
        ).unnest("parts")  # fmt: skip
        moment = pl.col("name").str.head(14).str.to_datetime("%Y%m%d%H%M%S", strict=False)
        own = table.with_columns(moment.alias("moment"))
        # A 31 February is no time.
        bad = pl.concat([
            lines.join(sound, on="line", how="anti"),
            own.filter(pl.col("moment").is_null()).select("line", "text"),
        ])  # fmt: skip
        listed.malformed += bad.sort("line").rows()
        listed.lines += lines.height
        listed.others += sound.height - own.height
        parts.append(own.drop_nulls("moment").select("name", "size", "md5", "moment"))
    own = pl.concat(parts) if parts else pl.DataFrame(schema={"name": pl.String})
    last = own.unique("name", keep="last", maintain_order=True)
    listed.others += own.height - last.height
    if own.height > last.height:
        listed.notes.append(f"{own.height - last.height:,} files are named twice; the last counts")
    if last.height:
        _near(last, window, listed)
    return listed


def _near(table: pl.DataFrame, window: Window, listed: Listed) -> None:
    """Keep the files about the window; the others count by their first and last."""
    moments = table["moment"].to_list()
    listed.ends = min(moments).replace(tzinfo=UTC), max(moments).replace(tzinfo=UTC)
    start, end = (moment.replace(tzinfo=None) for moment in (window.start, window.end))
    near = table.filter(pl.col("moment").is_between(start - _QUARTER, end))
    listed.files = {
        name: (int(size), md5.lower(), name)
        for name, size, md5 in near.select("name", "size", "md5").iter_rows()
    }


def _sums(feed: Feed, documents: Mapping[str, bytes], _: Window) -> Listed:
    """Join checksums and sizes by name; a page of links stands in for both."""
    first = documents.get(feed.indexes[0])
    if first is None:
        return _links(feed, documents)
    listed, found = Listed(), []
    for content, form, names in (
        (first, _SUM, ["md5", "name"]),
        (documents.get(feed.indexes[1], b""), _SIZE, ["size", "name"]),
    ):
        table = _lines(content).with_columns(
            pl.col("text").str.extract_groups(form).struct.rename_fields(names).alias("parts")
        ).unnest("parts")  # fmt: skip
        _sort_out(feed, table, listed)
        found.append(dict(_own(feed, table).select("name", names[0]).iter_rows()))
    sums, sizes = found
    for name in {**sums, **sizes}:
        size = sizes.get(name)
        listed.files[name] = (int(size) if size else None, sums.get(name, "").lower(), name)
    # Each file stands in both lists; the second line of each is no further file.
    listed.others += len(sums) + len(sizes) - len(listed.files)
    return listed


def _links(feed: Feed, documents: Mapping[str, bytes]) -> Listed:
    """Read the page of links, and after each link its MD5 if it is told."""
    listed = Listed()
    for content in documents.values():
        text = content.decode("utf-8", "replace")
        links = list(_LINK.finditer(text))
        for link, following in zip(links, [*links[1:], None], strict=True):
            listed.lines += 1
            name = link[1]
            if not feed.has(name) or name in listed.files:
                listed.others += 1
                continue
            end = following.start() if following else len(text)
            told = _LINK_MD5.search(text, link.end(), end)
            listed.files[name] = (None, told[1].lower() if told else "", name)
    return listed


def _dataverse(feed: Feed, documents: Mapping[str, bytes], _: Window) -> Listed:
    listed = Listed()
    for content in documents.values():
        entries = _entries(content)
        for number, entry in enumerate(sorted(entries, key=_number), start=1):
            listed.lines += 1
            _entered(feed, listed, number, entry)
    if listed.unknown:
        # A publisher may call data otherwise one day: then somebody should see it.
        some = ", ".join(name[:80] for name in listed.unknown[:_SHOWN])
        more = f" and {len(listed.unknown) - _SHOWN:,} more" if listed.unknown[_SHOWN:] else ""
        listed.notes.append(f"in the data set besides: {some}{more}")
    return listed


def _entries(content: bytes) -> Sequence[Mapping[str, Any]]:
    """Return the file entries of a data set or of one of its versions."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return []
    data = read.get("data") if isinstance(read, dict) else None
    if isinstance(data, dict):
        version = data.get("latestVersion", data)
        data = version.get("files") if isinstance(version, dict) else None
    entries = data if isinstance(data, list) else []
    return [entry if isinstance(entry, dict) else {} for entry in entries]


def _number(entry: Mapping[str, Any]) -> int:
    held = entry.get("dataFile")
    number = held.get("id") if isinstance(held, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else -1


def _entered(feed: Feed, listed: Listed, line: int, entry: Mapping[str, Any]) -> None:
    """Enter one file of a data set."""
    label, number = entry.get("label"), _number(entry)
    if not isinstance(label, str) or number < 0:
        listed.malformed.append((line, json.dumps(entry, default=str)[:200]))
        return
    held = entry["dataFile"]
    turned = isinstance(held.get("originalFileFormat"), str)
    original = held.get("originalFileName") if turned else None
    # Either may be the one the publisher gave it.
    named = [each for each in (original, label) if isinstance(each, str) and feed.has(each)]
    if not named:
        listed.others += 1
        listed.unknown.append(label)
        return
    name = named[0]
    size = held.get("originalFileSize" if turned else "filesize")
    place = f"{number}?format=original" if turned else str(number)
    if name in listed.files:
        # One label may stand twice in a data set; the number tells the files apart.
        twin = _apart(name, number)
        if not feed.has(twin):
            listed.others += 1
            listed.notes.append(f"{name} is published twice; the second is left out")
            return
        listed.notes.append(f"{name} is published twice; the second is kept as {twin}")
        name = twin
    sound = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    listed.files[name] = (size if sound else None, _md5(held), place)
    if entry.get("restricted") is True or held.get("restricted") is True:
        listed.closed[name] = "restricted by the publisher; ask for access on the data set's page"


def _apart(name: str, number: int) -> str:
    stem, dot, suffix = name.partition(".")
    return f"{stem}-{number}{dot}{suffix}"


def _md5(held: Mapping[str, Any]) -> str:
    told = held.get("checksum")
    text = told.get("value") if isinstance(told, dict) and told.get("type") == "MD5" else None
    text = text if isinstance(text, str) else held.get("md5")
    lowered = text.lower() if isinstance(text, str) else ""
    return lowered if _MD5.fullmatch(lowered) else ""


def _blocks(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Cut into blocks of whole lines, each with the number of its first line."""
    start, line = 0, 1
    while start < len(content):
        cut = content.rfind(b"\n", start, start + _BLOCK_BYTES) + 1
        # A line longer than a block is one of its own, up to its end.
        end = cut or content.find(b"\n", start + _BLOCK_BYTES) + 1 or len(content)
        end = len(content) if len(content) - start <= _BLOCK_BYTES else end
        yield line, content[start:end]
        line += content.count(b"\n", start, end)
        start = end


def _lines(content: bytes, first: int = 1) -> pl.DataFrame:
    """Split into numbered lines; blank ones are left out."""
    texts = content.decode("utf-8", "replace").split("\n")
    return (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .with_row_index("line", offset=first)
        .with_columns(pl.col("text").str.strip_chars_end("\r"))
        .filter(pl.col("text").str.strip_chars() != "")
    )


def _sort_out(feed: Feed, table: pl.DataFrame, listed: Listed) -> None:
    """Count lines that are well-formed and of other feeds; keep those that are not."""
    bad = table.filter(pl.col("name").is_null())
    own = _own(feed, table)
    listed.lines += table.height
    listed.others += table.height - bad.height - own.height
    listed.malformed += bad.select("line", "text").rows()


def _own(feed: Feed, table: pl.DataFrame, column: str = "name", before: str = "^") -> pl.DataFrame:
    """Return the lines that name a file of the feed."""
    # Only Python needs the names of the groups.
    form = re.sub(r"\?P<\w+>", "?:", feed.series.pattern.pattern)
    own = pl.col(column).str.contains(f"(?i){before}(?:{form})$")
    return table.filter(own & pl.col(column).str.ends_with(feed.ending))


_READERS = {"master": _master, "sums": _sums, "dataverse": _dataverse}
