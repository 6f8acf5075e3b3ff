"""Duplicate policies: which rows of events count, each policy defined to the key.

Every policy begins with the rows between two different known states, so that all keys are
of states, never of the actors a file names. A news item about "China" and another about
"Beijing's government" have one source here and two in the file.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from tertius.errors import PanelError, UnknownNameError

__all__ = ["DUPLICATES", "check_duplicates", "counted_rows", "is_directed"]

DUPLICATES = ("none", "same-url", "one-a-day", "mirror-collapse")
"""Names of the duplicate policies, from the one that keeps most to the one that keeps least.

``none`` counts every row. ``same-url`` keeps one row for each (date, source, target, code,
URL); a row without a URL is always kept. ``one-a-day`` keeps one for each (date, source,
target, code). ``mirror-collapse`` keeps one for each (date, two states, code), whoever of the
two is the source: its panels have no direction, and the state first in the alphabet is
called the source. All follow the roll-up to states; of rows that differ only in mentions,
the most mentioned stays.
"""

_KEYS = ("event_date", "source", "target", "code")
_SAME = ("root", "quad", "weight", "mentions")


def check_duplicates(duplicates: str) -> None:
    """Raise ``UnknownNameError`` unless `duplicates` is one of ``DUPLICATES``."""
    if duplicates not in DUPLICATES:
        raise UnknownNameError.of("duplicate policy", duplicates, DUPLICATES)


def is_directed(duplicates: str) -> bool:
    """Say whether a policy leaves it to be seen who acted on whom."""
    return duplicates != "mirror-collapse"


def counted_rows(frame: nw.LazyFrame[Any], duplicates: str) -> nw.LazyFrame[Any]:
    """Keep rows between two different known states, once each under the policy.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        As from `event_frame`.
    duplicates : str
        One of ``DUPLICATES``.

    Returns
    -------
    narwhals.LazyFrame
        With the columns ``event_date``, ``source``, ``target``, ``code``, ``root``, ``quad``,
        ``weight``, ``mentions``, and others.

    Raises
    ------
    UnknownNameError
        If there is no such policy.
    PanelError
        If ``same-url`` is asked of a frame without ``url_hash``, or with one in floats.
    """
    check_duplicates(duplicates)
    rows = frame.filter(
        ~nw.col("source").is_null(),
        ~nw.col("target").is_null(),
        nw.col("source") != nw.col("target"),
    )
    if duplicates == "none":
        return rows
    if duplicates == "same-url":
        return _one_an_address(rows)
    if duplicates == "mirror-collapse":
        # As text, because categories need not be in the order of the alphabet.
        source, target = nw.col("source").cast(nw.String), nw.col("target").cast(nw.String)
        rows = rows.with_columns(
            source=nw.when(source < target).then(source).otherwise(target),
            target=nw.when(source < target).then(target).otherwise(source),
        )
    return _one(rows, _KEYS)


def _one(rows: nw.LazyFrame[Any], keys: tuple[str, ...]) -> nw.LazyFrame[Any]:
    return rows.group_by(*keys).agg(nw.col(name).max() for name in _SAME)


def _one_an_address(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Keep one row for each address; rows without one cannot be told to repeat another."""
    schema = rows.collect_schema()
    if "url_hash" not in schema:
        raise PanelError(
            "the frame lacks url_hash, which tells one address from another",
            where="same-url",
            hint='give the column, or use the policy "one-a-day"',
        )
    if schema["url_hash"].is_float():
        raise PanelError(
            "url_hash has become a float and lost its last digits",
            where="same-url",
            hint="in pandas, use a type that has both whole numbers and missing values: "
            "to_pandas(use_pyarrow_extension_array=True)",
        )
    columns = [nw.col(name) for name in (*_KEYS, *_SAME)]
    without = nw.col("url_hash").is_null()
    once = _one(rows.filter(~without), (*_KEYS, "url_hash"))
    return nw.concat([once.select(*columns), rows.filter(without).select(*columns)])
