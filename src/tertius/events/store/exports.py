"""Handing a store's events to other programs: Parquet, CSV, GEXF."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from tertius.errors import UnknownNameError, UsageError, WriteError
from tertius.events.day_pairs import day_pair
from tertius.events.schemas import EVENT_SCHEMA
from tertius.events.store.catalogues import EventStore
from tertius.files import sync_folder

__all__ = ["FORMATS", "ExportReport", "export"]

FORMATS = ("parquet", "csv", "gexf")
"""What events can be exported as."""

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = r"^[=+\-@\t\r]"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote.

    Attributes
    ----------
    path : str
        The file.
    format : str
        One of ``FORMATS``.
    rows : int
        Events in it; for ``gexf`` those its edges count.
    left_out : int
        Events of the window and the dyads that are not in it: for ``gexf`` those without two
        different known states, otherwise none.
    bytes : int
        Its size.
    """

    path: str
    format: str
    rows: int
    left_out: int
    bytes: int

    def __str__(self) -> str:
        left = f", {self.left_out:,} without two different known states left out"
        return (
            f"{self.path}: {self.rows:,} events, {self.bytes:,} bytes"
            f"{left if self.left_out else ''}"
        )


def export(
    store: EventStore,
    path: str | Path,
    format: str = "parquet",  # noqa: A002 - the word users know
    window: tuple[date | str, date | str] | None = None,
    dyads: Iterable[Sequence[str]] | None = None,
) -> ExportReport:
    """Write a store's events to one file, a piece at a time; the file appears whole or not at all.

    Parameters
    ----------
    store : EventStore
        An open store.
    path : path
        The file to write.
    format : {"parquet", "csv", "gexf"}
        ``"parquet"`` and ``"csv"`` hold the columns of ``EVENT_SCHEMA``, events as published. In
        a CSV a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets
        an apostrophe in front, so that no spreadsheet runs it; numbers are as they are.
        ``"gexf"`` is the network of states (GEXF 1.3): an edge for each dyad, with events and
        sum of weights by year.
    window : (date, date), optional
        First and last day.
    dyads : iterable of (source, target), optional
        Only these pairs of ISO3 codes, in this direction.

    Returns
    -------
    ExportReport
        How many events were written.

    Raises
    ------
    UsageError
        For an unknown format or state, or a window that is none.
    WriteError
        If the file cannot be written; what stood there before still stands.
    StoreError
        If a segment is damaged.
    """
    if format not in FORMATS:
        raise UnknownNameError.of("format", format, FORMATS)
    place = Path(path)
    events = _chosen(store.events(), window, dyads)
    rows = int(events.select(pl.len()).collect(engine="streaming").item())
    kept = rows
    with _replacing(place) as temporary:
        if format == "parquet":
            events.sink_parquet(temporary, compression="zstd", compression_level=3)
        elif format == "csv":
            text = [name for name, kind in EVENT_SCHEMA.items() if kind == pl.String]
            events.with_columns(_harmless(name) for name in text).sink_csv(
                temporary, datetime_format="%Y-%m-%dT%H:%M:%SZ", check_extension=False
            )
        else:
            single = len(store.info().weights) == 1
            from tertius.events.store.networks import write_network, yearly_dyads

            kept = write_network(temporary, yearly_dyads(events), weighted=single)
    return ExportReport(str(place), format, kept, rows - kept, place.stat().st_size)


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    return (
        pl.when(text.str.contains(_FORMULA)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)
    ).alias(name)


def _chosen(
    events: pl.LazyFrame,
    window: tuple[date | str, date | str] | None,
    dyads: Iterable[Sequence[str]] | None,
) -> pl.LazyFrame:
    if window is not None:
        first, last = day_pair(window, "window")
        events = events.filter(pl.col("event_date").is_between(first, last))
    if dyads is not None:
        wanted = pl.DataFrame(
            _pairs(dyads), schema={"source": pl.String, "target": pl.String}, orient="row"
        )
        events = events.join(wanted.lazy(), on=["source", "target"], how="semi")
    return events


def _pairs(dyads: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    from tertius.actors import state

    pairs = []
    for dyad in dyads:
        pair = tuple(dyad)
        if isinstance(dyad, str) or len(pair) != 2 or pair[0] == pair[1]:
            raise UsageError(
                f"{dyad!r} is no dyad", where="dyads", allowed='pairs such as ("CHN", "PRK")'
            )
        pairs.append((state(pair[0]).iso3, state(pair[1]).iso3))
    if not pairs:
        raise UsageError("no dyad was given", where="dyads")
    return sorted(set(pairs))


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file that takes the place of `path` once it is written and flushed."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
        temporary = None
        sync_folder(path.parent)
    except (OSError, pl.exceptions.PolarsError) as error:
        if isinstance(error, WriteError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise WriteError(
            f"cannot be written: {reason.lower()}",
            where=str(path),
            hint="nothing was changed; free space or choose another place",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
