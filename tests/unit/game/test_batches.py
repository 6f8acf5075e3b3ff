"""Blocks of a batch: same answers whatever their size, bounded memory, a usable table."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import tertius.game.core.batches as batches
from tertius.game import solve_many


def random_payoffs(count, n, size, seed=0):
    generator = np.random.default_rng(np.random.SeedSequence(seed))
    return generator.normal(size=(count, size)), generator.normal(size=(count, n, size))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_the_size_of_a_block_changes_nothing(monkeypatch, n):
    """One game a block gives what all games at once give."""
    u, v = random_payoffs(40, n, 7)
    whole = solve_many(u, v)
    monkeypatch.setattr(batches, "limit", lambda name: 1)
    monkeypatch.setattr(batches, "check_payoffs", lambda *args, **more: None)
    single = solve_many(u, v)
    for name in whole.__slots__:
        assert np.array_equal(getattr(whole, name), getattr(single, name)), name


def test_blocks_cover_every_game_once():
    """No game is lost or solved twice at the seams."""
    parts = list(batches.slices(1003, 2, 500))
    rows = [row for part in parts for row in range(1003)[part]]
    assert rows == list(range(1003))
    assert len(parts) > 1


def test_working_memory_stays_within_the_setting():
    """Peak memory beyond the result stays below solve_chunk_bytes."""
    u, v = random_payoffs(30_000, 2, 132)
    tracemalloc.start()
    batch = solve_many(u, v)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(batch) == 30_000
    # Blocks and their concatenation are both alive once: the result counts twice.
    assert peak - 2 * kept < batches.limit("solve_chunk_bytes")


def test_no_games_give_an_empty_batch_of_the_right_shapes():
    """Zero draws are an empty table, not an error."""
    batch = solve_many(np.zeros((0, 4)), np.zeros((0, 2, 4)))
    assert len(batch) == 0
    assert batch.coalition_values.shape == (0, 4)
    assert batch.transfers.shape == (0, 2)


def test_a_batch_is_read_only_and_a_table():
    """One row a game; patrons' columns are numbered from one, coalitions by mask."""
    batch = solve_many(*random_payoffs(5, 2, 3))
    with pytest.raises(ValueError, match="read-only"):
        batch.rent[0] = 1
    frame = batch.to_polars()
    assert frame.height == 5
    assert frame["transfers_2"].to_list() == batch.transfers[:, 1].tolist()
    assert frame["coalition_values_3"].to_list() == batch.coalition_values[:, 3].tolist()
    assert "<table>" in batch._repr_html_()
