"""The network of dyads as GEXF 1.3, the format of Gephi and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import quoteattr

import polars as pl

from tertius.actors import states

__all__ = ["write_network", "yearly_dyads"]

# What XML 1.0 cannot hold, even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta><creator>tertius</creator><description>Events between states, by year</description></meta>
<graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">
<attributes class="edge" mode="dynamic">
<attribute id="events" title="events" type="long"/>
"""


def yearly_dyads(events: pl.LazyFrame) -> pl.DataFrame:
    """Return events and sum of weights by dyad and year, where both sides are known and differ."""
    return (
        events.filter(pl.col("source") != pl.col("target"))
        .group_by("source", "target", year=pl.col("event_date").dt.year())
        .agg(events=pl.len(), weight_sum=pl.col("weight").sum().round(6))
        .sort("source", "target", "year")
        .collect(engine="streaming")
    )


def write_network(path: Path, dyads: pl.DataFrame, *, weighted: bool) -> int:
    """Write the network; return how many events its edges count.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    dyads : polars.DataFrame
        ``source``, ``target``, ``year``, ``events``, ``weight_sum``, sorted.
    weighted : bool
        Whether the sums of weights go in: those of two weight tables cannot be added.
    """
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(_lines(dyads, weighted=weighted))
    return int(dyads["events"].sum())


def _lines(dyads: pl.DataFrame, *, weighted: bool) -> Iterator[str]:
    yield _HEAD
    if weighted:
        yield '<attribute id="weight_sum" title="weight_sum" type="double"/>\n'
    yield "</attributes>\n<nodes>\n"
    names = {each.iso3: each.name for each in states()}
    for code in sorted(set(dyads["source"]) | set(dyads["target"])):
        yield f"<node id={_quoted(code)} label={_quoted(names.get(code, code))}/>\n"
    yield "</nodes>\n<edges>\n"
    rows = dyads.iter_rows(named=True)
    pairs = groupby(rows, key=lambda row: (row["source"], row["target"]))
    for number, ((source, target), years) in enumerate(pairs):
        yield from _edge(number, source, target, list(years), weighted=weighted)
    yield "</edges>\n</graph>\n</gexf>\n"


def _edge(
    number: int, source: str, target: str, years: list[dict[str, int]], *, weighted: bool
) -> Iterator[str]:
    total = sum(row["events"] for row in years)
    ends = f"source={_quoted(source)} target={_quoted(target)}"
    yield f'<edge id="{number}" {ends} weight="{total}">\n<attvalues>\n'
    for name in ("events", *(("weight_sum",) if weighted else ())):
        for row in years:
            yield f'<attvalue for="{name}" value="{row[name]}" {_year(row["year"])}/>\n'
    yield "</attvalues>\n<spells>\n"
    for row in years:
        yield f"<spell {_year(row['year'])}/>\n"
    yield "</spells>\n</edge>\n"


def _year(year: int) -> str:
    return f'start="{year:04d}-01-01" end="{year:04d}-12-31"'


def _quoted(text: str) -> str:

    return quoteattr(_ILLEGAL.sub("\ufffd", text))
