"""From drafted rows to events: corrections, codes, states, addresses; every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from tertius.events.errata.corrections import Corrections
from tertius.events.intakes.parties import mapped, with_states
from tertius.events.intakes.readings import Reading
from tertius.events.intakes.tallies import Tally
from tertius.events.ontologies import code_table
from tertius.events.parsing.batches import Drafted
from tertius.events.schemas import CATEGORIES, EVENT_SCHEMA, LINK_SCHEMA, REJECTED_SCHEMA

__all__ = ["Found", "Lookup", "link_keys"]

NOT_BETWEEN = "not between two different known states"
# Values quoted in a reason vary from row to row; the accounting counts kinds of reasons.
_VALUE = r'"[^"]*"|(?:^| )\d+\b'
_KINDS = {
    name: pl.Categorical() if name in CATEGORIES else kind for name, kind in EVENT_SCHEMA.items()
}


@dataclass(frozen=True, slots=True)
class Found:
    """What came of drafted rows.

    Attributes
    ----------
    events, rejected : polars.DataFrame
        Events and rejected lines, with a column ``member`` besides their schema's.
    links : polars.DataFrame
        Columns of ``LINK_SCHEMA``: the addresses of their reports.
    """

    events: pl.DataFrame
    rejected: pl.DataFrame
    links: pl.DataFrame


class Lookup:
    """Turns drafted rows into events and counts what became of each line.

    Parameters
    ----------
    reading : Reading
        How files are read.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        source = reading.source
        codes = code_table(reading.scheme, reading.weights, source.ontology).drop("name")
        self._states = source.states() if source.states else None
        self._correct = Corrections(source.name)
        self._codes = codes.with_columns(pl.col("code", "root").cast(pl.Categorical))

    def __call__(self, draft: Drafted, tallies: Mapping[int, Tally], names: Mapping[int, str],
                 called: Mapping[int, str]) -> Found:  # fmt: skip
        """Look a batch up.

        Parameters
        ----------
        draft : Drafted
            The rows.
        tallies : mapping of int to Tally
            Where to count, by file.
        names, called : mapping of int to str
            Name of each file and of its data.
        """
        rows, corrected = self._correct(draft.rows, names)
        for file, rule, count in corrected:
            tallies[file].errata[rule] += count
        rows = self._coded(rows)
        sound = rows["reason"].is_null()
        refused = [*draft.rejected]
        if not sound.all():
            bad = self._asked(rows, np.flatnonzero(~sound.to_numpy()), tallies)
            refused += _refused(rows, bad, draft.texts)
            rows = rows.filter(sound)
        rows, unknown = with_states(rows, self._states, draft.by_name)
        for file, count in draft.lines.items():
            tallies[file].lines += count
        _count_filtered(tallies, "blank", draft.blank)
        _count_filtered(tallies, NOT_BETWEEN, draft.sifted)
        if self.reading.keep == "interstate":
            rows, unknown = _between(rows, unknown, tallies)
        for file, name, mentions in unknown.iter_rows():
            tallies[file].unknown[name] += mentions
        for file, day, count in rows.group_by("member", "event_date").len().iter_rows():
            tallies[file].days.add(day)
            tallies[file].kept += count
        hashes, links = _linked(rows)
        events = self._named(rows.with_columns(url_hash=hashes), tallies, called)
        return Found(events, _rejected(refused, tallies, names), links)

    def _asked(
        self, rows: pl.DataFrame, bad: npt.NDArray[np.int64], tallies: Mapping[int, Tally]
    ) -> npt.NDArray[np.int64]:
        """Leave out rows nobody asked for, usable or not, as a sift may do before parsing."""
        if self.reading.keep != "interstate" or self._states is None:
            return bad
        sides = rows.select("member", "source", "target")[bad]
        one, two = (
            mapped(sides[name], self._states).cast(pl.String) for name in ("source", "target")
        )
        asked = (one != two).fill_null(value=False)
        left_out = sides.filter(~asked)["member"].value_counts()
        _count_filtered(tallies, NOT_BETWEEN, dict(left_out.iter_rows()))
        kept: npt.NDArray[np.int64] = bad[asked.to_numpy()]
        return kept

    def _coded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Look codes up; a row whose code is not in the table gets a reason."""
        unknown = pl.format(
            'code "{}" is not in the table of event codes',
            pl.col("code").cast(pl.String).fill_null(""),
        )
        coded = rows.with_columns(pl.col("code").cast(pl.Categorical)).join(
            self._codes, on="code", how="left", maintain_order="left"
        )
        if not coded["root"].null_count():
            return coded
        return coded.with_columns(
            pl.coalesce("reason", pl.when(pl.col("root").is_null()).then(unknown)).alias("reason")
        )

    def _named(
        self, rows: pl.DataFrame, tallies: Mapping[int, Tally], called: Mapping[int, str]
    ) -> pl.DataFrame:
        """Give events the names of their file, data, scheme and table."""
        files = sorted(tallies)
        at = np.searchsorted(files, rows["member"].to_numpy())
        ids = pl.Series([tallies[file].file_id for file in files], dtype=pl.Categorical)
        data = pl.Series([called[file] for file in files], dtype=pl.Categorical)
        named = rows.with_columns(
            file_id=ids.gather(at),
            dataset=data.gather(at),
            scheme=pl.lit(self.reading.scheme, dtype=pl.Categorical),
            weights=pl.lit(self.reading.weights, dtype=pl.Categorical),
        )
        return named.select(
            "member",
            *(
                pl.col(name) if named.schema[name] == kind else pl.col(name).cast(kind)
                for name, kind in _KINDS.items()
            ),
        )


def link_keys(urls: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the first eight bytes of BLAKE2b over each address, as whole numbers.

    They are the keys of addresses in the store, the same on every machine and in every version.

    Examples
    --------
    >>> [int(key) for key in link_keys(["https://example.org/"])]
    [13312454088821688174]
    """
    digests = [blake2b(url.encode(), digest_size=8).digest() for url in urls]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64, copy=False)


def _linked(rows: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Return each row's key of its address, and the addresses."""
    if rows["url"].null_count() == rows.height:
        none = pl.Series([None], dtype=pl.UInt64).new_from_index(0, rows.height)
        return none, pl.DataFrame(schema=LINK_SCHEMA)
    urls = rows["url"].unique().drop_nulls()
    told = pl.DataFrame({"url": urls, "url_hash": link_keys(urls.cast(pl.String).to_list())})
    at = rows.select("url").join(told, on="url", how="left", maintain_order="left")
    links = told.select(pl.col(name).cast(kind) for name, kind in LINK_SCHEMA.items())
    return at["url_hash"], links


def _between(
    rows: pl.DataFrame, unknown: pl.DataFrame, tallies: Mapping[int, Tally]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leave out rows that are not between two different known states, and count them."""
    kept = (rows["source"].is_not_null() & rows["target"].is_not_null()) & (
        rows["source"].cast(pl.String) != rows["target"].cast(pl.String)
    )
    left_out = rows.filter(~kept)["member"].value_counts()
    _count_filtered(tallies, NOT_BETWEEN, dict(left_out.iter_rows()))
    return rows.filter(kept), unknown.clear()


def _count_filtered(tallies: Mapping[int, Tally], kind: str, counts: Mapping[int, int]) -> None:
    for file, count in counts.items():
        tallies[file].filtered[kind] += count


def _refused(
    rows: pl.DataFrame,
    bad: npt.NDArray[np.int64],
    texts: Callable[[npt.NDArray[np.int64]], list[str]],
) -> list[tuple[int, int, str, str]]:
    found = rows.select("member", "row_no", "reason")[bad]
    return [
        (file, line, reason, text)
        for (file, line, reason), text in zip(found.iter_rows(), texts(bad), strict=True)
    ]


def _rejected(
    refused: list[tuple[int, int, str, str]],
    tallies: Mapping[int, Tally],
    names: Mapping[int, str],
) -> pl.DataFrame:
    """Return rejected lines as rows, and count their kinds."""
    kinds = {"member": pl.Int32(), **REJECTED_SCHEMA}
    if not refused:
        return pl.DataFrame(schema=kinds)
    refused.sort()
    for file, line, reason, _ in refused:
        tallies[file].refusal = tallies[file].refusal or f"line {line}: {reason}"
    kept = [
        (file, tallies[file].file_id, names[file], line, reason, text)
        for file, line, reason, text in refused
    ]
    frame = pl.DataFrame(kept, schema=kinds, orient="row")
    told = frame.group_by("member", pl.col("reason").str.replace_all(_VALUE, "…")).len()
    for file, kind, count in told.iter_rows():
        tallies[file].reasons[kind] += count
    return frame
