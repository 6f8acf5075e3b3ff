"""Mentions: which reports GDELT 2.0 saw an event in. They are sightings of events, not events.

16 columns, one line a mention, tab-separated without header as GDELT publishes them, or with
commas and a header in lower case as copies of its query service have them. GDELT's codebook
names the columns: http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tertius.errors import UsageError
from tertius.events.parsing.drafts import Chunk, Layout, Member
from tertius.events.parsing.lines import Lines, sound_lines
from tertius.events.parsing.readers import line_pieces
from tertius.events.sources.headers import (
    headed_chunks,
    place_columns,
    read_header,
    wrong_format,
)
from tertius.events.sources.packages import packaged_members
from tertius.events.sources.texts import by_value, numbers, text_columns
from tertius.settings import limit
from tertius.tables import TableResult, html_table

__all__ = ["MENTION_SCHEMA", "Mentions", "mention_counts", "read_mentions"]

MENTION_SCHEMA: dict[str, pl.DataType] = {
    "event_id": pl.String(),
    "event_at": pl.Datetime("us", "UTC"),
    "mentioned_at": pl.Datetime("us", "UTC"),
    "kind": pl.Int64(),
    "outlet": pl.String(),
    "document": pl.String(),
    "sentence": pl.Int64(),
    "in_raw_text": pl.Boolean(),
    "confidence": pl.Int64(),
    "tone": pl.Float64(),
    "translated": pl.Boolean(),
    "file": pl.String(),
    "line": pl.Int64(),
}
"""Columns of mentions. ``event_at`` and ``mentioned_at`` are the quarters of an hour in which
GDELT first saw the event, and this report. ``kind`` is 1 for the web (``document`` is an address
then), 2 for a citation, 3 to 6 for CORE, DTIC, JSTOR and other archives. ``confidence`` is
GDELT's, from 10 to 100 per cent."""

_LEFT_OUT = {
    "file": pl.String(), "line": pl.Int64(), "reason": pl.String(), "text": pl.String(),
}  # fmt: skip
_NAMES = {
    "event_id": "globaleventid", "event_at": "eventtimedate", "mentioned_at": "mentiontimedate",
    "kind": "mentiontype", "outlet": "mentionsourcename", "document": "mentionidentifier",
    "sentence": "sentenceid", "raw": "inrawtext", "confidence": "confidence",
    "tone": "mentiondoctone", "translation": "mentiondoctranslationinfo",
}  # fmt: skip
_PLACES = {
    "event_id": 0, "event_at": 1, "mentioned_at": 2, "kind": 3, "outlet": 4, "document": 5,
    "sentence": 6, "raw": 10, "confidence": 11, "tone": 13, "translation": 14,
}  # fmt: skip
_WIDTH = 16
_NUMBERS: dict[str, pl.DataType] = {
    "kind": pl.Int64(), "sentence": pl.Int64(), "raw": pl.Int64(), "confidence": pl.Int64(),
    "tone": pl.Float64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mentions(TableResult):
    """Mentions of events, and what became of each line.

    Attributes
    ----------
    table : polars.DataFrame
        Columns of ``MENTION_SCHEMA``, in the order read.
    left_out : polars.DataFrame
        ``file``, ``line``, ``reason`` and ``text`` of each line that was rejected.
    lines, kept, rejected, filtered : int
        Lines read, below a header; in the table; that could not be used; blank. Always
        ``lines == kept + rejected + filtered``.
    reasons : tuple of (str, int)
        The reasons of rejection, most frequent first.
    """

    table: pl.DataFrame
    left_out: pl.DataFrame
    lines: int
    kept: int
    rejected: int
    filtered: int
    reasons: tuple[tuple[str, int], ...]

    def to_polars(self) -> pl.DataFrame:
        """Return the table."""
        return self.table

    def _repr_html_(self) -> str:
        return html_table(self.table)

    def __str__(self) -> str:
        told = "".join(f"\n  rejected {count:,}: {reason}" for reason, count in self.reasons[:5])
        return (
            f"{self.lines:,} lines = {self.kept:,} kept + {self.rejected:,} rejected "
            f"+ {self.filtered:,} filtered{told}"
        )

    __repr__ = __str__


def read_mentions(paths: str | Path | Iterable[str | Path]) -> Mentions:
    """Read GDELT mentions into one table.

    The table is held in memory: a day of 2018 is about 500,000 lines.

    Parameters
    ----------
    paths : path, or iterable of path
        Mentions files, plain, zip or gzip, or folders of them.

    Raises
    ------
    UsageError
        If no path is given.
    SourceError
        If a file is missing, damaged, or holds something else than mentions.
    """
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    if not listed:
        raise UsageError("no path was given")
    tables: list[pl.DataFrame] = []
    left_out: list[tuple[str, int, str, str]] = []
    lines = filtered = 0
    for member in packaged_members(listed, _chunks, called=lambda _: ""):
        for chunk in _read(member):
            sound = sound_lines(
                chunk.text,
                chunk.first,
                delimiter=chunk.layout.delimiter,
                quoted=chunk.layout.quoted,
                fields=chunk.layout.fields,
                lossy=True,
            )
            lines, filtered = lines + sound.lines, filtered + sound.blank
            left_out += [(member.name, *each) for each in sound.rejected]
            rows, refused = _usable(chunk.layout.draft(sound), sound, member.name)
            tables.append(rows)
            left_out += refused
    table = pl.concat(tables) if tables else pl.DataFrame(schema=MENTION_SCHEMA)
    reasons = Counter(reason for _, _, reason, _ in left_out)
    return Mentions(
        table,
        pl.DataFrame(left_out, schema=_LEFT_OUT, orient="row"),
        lines,
        table.height,
        len(left_out),
        filtered,
        tuple(sorted(reasons.items(), key=lambda each: (-each[1], each[0]))),
    )


def _read(member: Member) -> Iterator[Chunk]:
    if member.fault is not None:
        raise member.fault
    assert member.blocks is not None  # noqa: S101 - a file has blocks and chunks
    assert member.chunks is not None  # noqa: S101
    blocks = (block for block in member.blocks(limit("ingest_piece_bytes")) if block)
    return member.chunks(line_pieces(blocks, member.where))


def _usable(
    rows: pl.DataFrame | None, sound: Lines, file: str
) -> tuple[pl.DataFrame, list[tuple[str, int, str, str]]]:
    """Part the rows that can be used from those that cannot."""
    assert rows is not None  # noqa: S101 - lines were looked at one by one
    rows = rows.with_columns(file=pl.lit(file), line=pl.Series(sound.numbers, dtype=pl.Int64))
    bad = rows.with_row_index().filter(pl.col("reason").is_not_null())
    texts = sound.texts(bad["index"].to_numpy())
    refused = [
        (file, line, reason, text)
        for (line, reason), text in zip(
            bad.select("line", "reason").iter_rows(), texts, strict=True
        )
    ]
    return rows.filter(pl.col("reason").is_null()).select(*MENTION_SCHEMA), refused


def _chunks(where: str, pieces: Iterator[tuple[int, bytes]]) -> Iterator[Chunk]:
    return headed_chunks(
        pieces, lambda top, piece: _layout(top, piece, where), bare=lambda one: one is _PUBLISHED
    )


def _layout(top: bytes, piece: bytes, where: str) -> Layout:
    header = read_header(top)
    named = place_columns(header, {field: (name,) for field, name in _NAMES.items()}, where)
    if named.keys() == _NAMES.keys():
        return _laid_out(named, len(header.names), header.delimiter)
    if len(header.names) == _WIDTH and header.delimiter == "\t":
        return _PUBLISHED
    raise wrong_format(piece, where, "GDELT mentions")


def _laid_out(columns: dict[str, int], width: int, delimiter: str) -> Layout:
    quoted = delimiter == ","

    def draft(lines: Lines) -> pl.DataFrame:
        rows = text_columns(
            lines, width, columns, delimiter=delimiter, quoted=quoted,
            texts=("event_id", "document"),
        )  # fmt: skip
        return _drafted(rows)

    return Layout(("mentions", delimiter), delimiter, quoted, (width,), draft, lossy=True)


def _drafted(rows: pl.DataFrame) -> pl.DataFrame:
    rows, reasons = numbers(rows, _NUMBERS)
    for name in ("event_at", "mentioned_at"):
        instants = by_value(rows[name], _instant)
        said = pl.col(f"said_{name}")
        rows = rows.rename({name: f"said_{name}"}).with_columns(instants.alias(name))
        told = pl.format(name + ' "{}" is no time', said.cast(pl.String).fill_null(""))
        reasons.append(pl.when(pl.col(name).is_null()).then(told))
    unnamed = pl.when(pl.col("event_id").is_null()).then(pl.lit("no id of an event"))
    return rows.with_columns(
        pl.col("outlet").cast(pl.String),
        in_raw_text=pl.col("raw") == 1,
        translated=pl.col("translation").is_not_null(),
        reason=pl.coalesce(unnamed, *reasons),
    )


def _instant(text: pl.Expr) -> pl.Expr:
    whole = pl.when(text.str.contains(r"^\d{14}$")).then(text)
    return whole.str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us", time_zone="UTC")


_PUBLISHED = _laid_out(_PLACES, _WIDTH, "\t")


def mention_counts(mentions: Mentions, events: pl.LazyFrame | None = None) -> pl.DataFrame:
    """Count mentions by event.

    Parameters
    ----------
    mentions : Mentions
        From `read_mentions`.
    events : polars.LazyFrame, optional
        Events with an ``event_id``, as ``EventStore.events`` gives them, of GDELT 2.0.

    Returns
    -------
    polars.DataFrame
        A row an event: ``event_id``; ``mentions_read``; ``documents`` and ``outlets``, how many
        different ones; ``confidence``, the highest, and ``confidence_mean``; ``in_raw_text``,
        mentions found without resolving pronouns; ``translated``; ``first_mentioned_at`` and
        ``last_mentioned_at``. In order of the ids. With `events`: their columns, order and
        rows, and these beside them, null for an event that no mention was read of.

    Notes
    -----
    Only mentions that were read are counted: an event is mentioned for days or weeks after the
    file it first stands in. An outlet is a web site's domain; one report sold to a hundred
    sites is a hundred outlets.
    """
    counted = (
        mentions.table.lazy()
        .group_by("event_id")
        .agg(
            mentions_read=pl.len().cast(pl.Int64),
            documents=pl.col("document").n_unique().cast(pl.Int64),
            outlets=pl.col("outlet").n_unique().cast(pl.Int64),
            confidence=pl.col("confidence").max(),
            confidence_mean=pl.col("confidence").mean(),
            in_raw_text=pl.col("in_raw_text").sum().cast(pl.Int64),
            translated=pl.col("translated").sum().cast(pl.Int64),
            first_mentioned_at=pl.col("mentioned_at").min(),
            last_mentioned_at=pl.col("mentioned_at").max(),
        )
    )
    if events is None:
        return counted.sort("event_id").collect()
    return events.join(counted, on="event_id", how="left", maintain_order="left").collect()
