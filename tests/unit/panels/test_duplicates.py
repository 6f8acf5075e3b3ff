"""Duplicate policies against sets in plain Python, and panels that have no direction.

The reference builds each policy's key as a tuple and puts it into a set, row by row. Counts
agree exactly; sums of weights, which are decimals, to 1e-9.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, get_args

import polars as pl
import pytest

from tertius.casebook.schema import Policy
from tertius.errors import PanelError, UnknownNameError, UsageError
from tertius.events.ontologies import code_table
from tertius.panels import DUPLICATES, MEASURES, builders, panel, read_figures
from tertius.panels.repeats import duplicate_effects

STATES = ["CHN", "PRK", "USA", "KOR", None]
START = date(2018, 1, 1)


def some_events(seed: int, rows: int = 700) -> pl.DataFrame:
    """Rows with many repeats, mirrors, unknown sides and rows with and without a URL."""
    pick = random.Random(seed)
    codes = pick.sample([row for row in code_table().rows() if row[4] is not None], 5)
    drawn = []
    for _ in range(rows):
        code, _, root, quad, weight = pick.choice(codes)
        day = START + timedelta(days=pick.randrange(9))
        sides = pick.choice(STATES), pick.choice(STATES)
        url = pick.choice([None, 2**64 - 1, 2**64 - 2, 7])
        drawn.append((day, *sides, code, root, quad, weight, pick.choice([None, 1, 5]), url))
    schema = {
        "event_date": pl.Date,
        **dict.fromkeys(("source", "target", "code", "root"), pl.String),
        "quad": pl.Int8,
        "weight": pl.Float64,
        "mentions": pl.Int64,
        "url_hash": pl.UInt64,
    }
    return pl.DataFrame(drawn, schema=schema, orient="row")


def key_of(policy: str, at: int, row: dict) -> tuple:
    """Return what makes a row another row's repeat."""
    forth = (row["event_date"], row["source"], row["target"], row["code"])
    if policy == "one-a-day":
        return forth
    if policy == "mirror-collapse":
        return (row["event_date"], frozenset((row["source"], row["target"])), row["code"])
    if policy == "same-url" and row["url_hash"] is not None:
        return (*forth, row["url_hash"])
    return (at,)


def to_pandas(events: pl.DataFrame) -> object:
    """Return a pandas frame whose whole numbers stay whole beside missing ones."""
    return events.to_pandas(use_pyarrow_extension_array=True)


def kept_by_hand(events: pl.DataFrame, policy: str) -> list[dict]:
    """Return one row for each key, with the most mentions any of them has."""
    kept: dict[tuple, dict] = {}
    for at, row in enumerate(events.iter_rows(named=True)):
        if row["source"] is None or row["target"] is None or row["source"] == row["target"]:
            continue
        key = key_of(policy, at, row)
        if policy == "mirror-collapse":
            low, high = sorted((row["source"], row["target"]))
            row = {**row, "source": low, "target": high}
        most = [n for n in (kept.get(key, row)["mentions"], row["mentions"]) if n is not None]
        kept[key] = {**row, "mentions": max(most, default=None)}
    return list(kept.values())


@pytest.mark.parametrize("policy", DUPLICATES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_policy_keeps_one_row_for_each_of_its_keys(seed: int, policy: str) -> None:
    """Events, weights and mentions of every cell are those of the rows kept by hand."""
    events = some_events(seed)
    counts: Counter = Counter()
    weights: dict[tuple, float] = defaultdict(float)
    mentions: dict[tuple, list[int]] = defaultdict(list)
    for row in kept_by_hand(events, policy):
        key = (row["event_date"], row["source"], row["target"])
        counts[key] += 1
        weights[key] += row["weight"]
        mentions[key] += [] if row["mentions"] is None else [row["mentions"]]
    cells = panel(events, "day", duplicates=policy).cells
    assert dict(zip(cells.select(cells.columns[:3]).rows(), cells["events"], strict=True)) == counts
    for row in cells.iter_rows(named=True):
        key = (row["period"], row["source"], row["target"])
        assert row["weight_sum"] == pytest.approx(weights[key], abs=1e-9)
        assert row["mentions"] == (sum(mentions[key]) if mentions[key] else None)


def test_policies_are_listed_from_the_one_that_keeps_most() -> None:
    """On rows with repeats and mirrors each keeps fewer than the one before."""
    events = some_events(4)
    kept = [panel(events, duplicates=policy).cells["events"].sum() for policy in DUPLICATES]
    assert kept == sorted(kept, reverse=True)
    assert len(set(kept)) == len(DUPLICATES)


@pytest.mark.parametrize("policy", DUPLICATES)
def test_the_accounting_adds_up_under_each_policy(policy: str) -> None:
    """What the policy removes is counted as duplicates, mirrors included."""
    events = some_events(5)
    found = dict(panel(events, duplicates=policy).accounting)
    assert found["rows"] == events.height
    assert found["rows"] == sum(count for name, count in found.items() if name != "rows")
    assert found["counted"] == len(kept_by_hand(events, policy))


def test_the_policy_is_part_of_the_identity() -> None:
    """Rows without repeats give equal cells and still another panel under each policy."""
    single = some_events(6).unique(["event_date", "code"]).with_columns(source=pl.lit("CHN"))
    single = single.with_columns(target=pl.lit("PRK"))
    found = [panel(single, duplicates=policy) for policy in DUPLICATES]
    assert all(each.cells.equals(found[0].cells) for each in found[:3])
    assert len({each.identity.digest for each in found}) == len(DUPLICATES)


def test_same_url_needs_the_column_and_says_so() -> None:
    """A frame without addresses cannot be read under it."""
    with pytest.raises(PanelError, match="lacks url_hash"):
        panel(some_events(7).drop("url_hash"), duplicates="same-url")


def test_same_url_refuses_addresses_that_lost_digits() -> None:
    """Without a whole number that may be missing, pandas makes floats of hashes."""
    with pytest.raises(PanelError, match="lost its last digits"):
        panel(some_events(7).to_pandas(), duplicates="same-url")


def test_same_url_keeps_every_row_without_one() -> None:
    """Where no row has an address the counts are those of all rows."""
    events = some_events(8).with_columns(url_hash=pl.lit(None, dtype=pl.UInt64))
    pair = [panel(events, duplicates=policy).cells for policy in ("none", "same-url")]
    assert pair[0].equals(pair[1])


def test_a_panel_without_direction_has_each_pair_once() -> None:
    """In the order of the alphabet, and the identity says that there is no direction."""
    found = panel(some_events(9), "week", duplicates="mirror-collapse")
    assert (found.cells["source"] < found.cells["target"]).all()
    assert not found.identity.directed
    assert "duplicates: mirror-collapse (no direction)" in str(found.identity)
    assert panel(some_events(9)).identity.directed
    assert "direction" not in str(panel(some_events(9)).identity)


@pytest.mark.parametrize("regrouped", [False, True])
def test_a_panel_without_direction_refuses_one(regrouped: bool) -> None:
    """The other order is an error, never a zero; also after regrouping."""
    found = panel(some_events(10), "day", duplicates="mirror-collapse")
    found = found.regroup("month") if regrouped else found
    assert found.series("CHN", "PRK")["events"].sum() > 0
    with pytest.raises(PanelError, match="no direction"):
        found.series("PRK", "CHN")


def test_a_dyad_is_selected_without_direction_too() -> None:
    """In the order of the alphabet; the other is refused with what to write."""
    events = some_events(11)
    with pytest.raises(UsageError, match="no direction") as told:
        panel(events, dyads=[("PRK", "CHN")], duplicates="mirror-collapse")
    assert told.value.allowed == '("CHN", "PRK")'
    whole = panel(events, duplicates="mirror-collapse").series("CHN", "PRK", "source_total")
    part = panel(events, dyads=[("CHN", "PRK")], duplicates="mirror-collapse")
    assert part.series("CHN", "PRK", "source_total").equals(whole)


@pytest.mark.parametrize("period", ["day", "week"])
def test_totals_without_direction_count_every_event_a_state_takes_part_in(period: str) -> None:
    """Both totals of a state are equal, and each event is in those of two states."""
    found = panel(some_events(12), period, duplicates="mirror-collapse")
    assert found.totals is not None
    assert found.totals["source_total"].equals(found.totals["target_total"], check_names=False)
    assert found.totals["source_total"].sum() == 2 * found.cells["events"].sum()
    for row in found.cells.iter_rows(named=True):
        either = (pl.col("source") == row["source"]) | (pl.col("target") == row["source"])
        there = found.cells.filter(pl.col("period") == row["period"], either)
        assert row["source_total"] == there["events"].sum()


def test_every_measure_can_be_read_off_a_panel_without_direction() -> None:
    """Series of all measures have a row for every day."""
    found = panel(some_events(13), "day", duplicates="mirror-collapse")
    series = found.series("CHN", "PRK", *MEASURES)
    assert series.columns == ["period", *MEASURES]
    assert series["attention_share"].drop_nulls().is_between(0, 1).all()


def test_a_policy_nobody_knows_is_named() -> None:
    """With the policies there are."""
    with pytest.raises(UnknownNameError, match='unknown duplicate policy "mirror-colapse"') as told:
        panel(some_events(14), duplicates="mirror-colapse")
    assert told.value.hint == 'did you mean "mirror-collapse"?'


@pytest.mark.parametrize("policy", ["same-url", "mirror-collapse"])
def test_figures_refuse_what_they_do_not_hold(policy: str) -> None:
    """Figures hold two policies; another cannot be worked out from them."""
    with pytest.raises(PanelError, match="cannot be read under the policy"):
        read_figures("anywhere", duplicates=policy)


def test_a_case_may_name_every_policy() -> None:
    """The choices of the case file are those of panels."""
    assert get_args(Policy) == DUPLICATES


@pytest.mark.parametrize("native", [pl.DataFrame.lazy, to_pandas], ids=["polars", "pandas"])
def test_effects_are_those_counted_by_hand(native: Callable[[pl.DataFrame], object]) -> None:
    """Rows, kept, removed and share of each policy, in their order."""
    events = some_events(15)
    found = duplicate_effects(native(events))
    states = len(kept_by_hand(events, "none"))
    expected = []
    for policy in DUPLICATES:
        kept = len(kept_by_hand(events, policy))
        expected.append((policy, states, kept, states - kept, (states - kept) / states))
    assert found.effects.rows() == expected
    assert found.to_polars() is found.effects
    without = [row for row in kept_by_hand(events, "none") if row["url_hash"] is None]
    assert found.without_url == len(without)


def test_effects_need_no_addresses() -> None:
    """A frame without them removes nothing by address, and all rows are counted as without."""
    found = duplicate_effects(some_events(16).drop("url_hash"))
    rows, kept = found.effects.filter(pl.col("policy") == "same-url").row(0)[1:3]
    assert rows == kept == found.without_url


def test_effects_of_no_rows_are_no_shares() -> None:
    """Nothing divided by nothing is null."""
    found = duplicate_effects(some_events(17).clear())
    assert found.effects["kept"].to_list() == [0, 0, 0, 0]
    assert found.effects["share_removed"].null_count() == 4


@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("policy", DUPLICATES)
def test_a_panel_made_in_pieces_is_the_one_made_at_once(
    monkeypatch: pytest.MonkeyPatch, policy: str, period: str
) -> None:
    """However few rows are summed at a time, down to the digest."""
    events = pl.concat(
        some_events(seed).with_columns(pl.col("event_date").dt.offset_by(f"{9 * seed}d"))
        for seed in range(18, 25)
    )
    whole = panel(events, period, duplicates=policy)
    sums: list[int] = []
    once = builders.day_sums

    def counted(*arguments: Any) -> pl.DataFrame:
        found = once(*arguments)
        sums.append(found["event_date"].n_unique())
        return found

    monkeypatch.setattr(builders, "day_sums", counted)
    monkeypatch.setattr(builders, "limit", lambda name: {"panel_piece_rows": 150}[name])
    parted = panel(events, period, duplicates=policy)
    assert len(sums) >= {"day": 40, "week": 9, "month": 3}[period]
    assert sum(sums) == panel(events, "day").cells["period"].n_unique()  # no day in two pieces
    assert parted.identity.digest == whole.identity.digest
    assert parted.accounting == whole.accounting
