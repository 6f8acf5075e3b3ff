"""Who does the work changes no byte of the result; workers that are gone are one clear error."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import tertius.game.core.batches as batches
from tertius.errors import GameError
from tertius.game import Grid, draw, solve_draws, solve_many, utilities

SEED = np.random.SeedSequence(41)
SPAWN = multiprocessing.get_context("spawn")
# Nothing of this process is inherited, as on another machine.
PROCESSES = {"mp_context": SPAWN}


def bytes_of(batch):
    return {name: getattr(batch, name).tobytes() for name in batch.__slots__}


@pytest.fixture
def chunks(monkeypatch):
    """Seven chunks of games, the last one short, so that several workers have work."""
    monkeypatch.setattr(batches, "_CHUNK_GAMES", 90)
    assert len(list(batches.chunks_of(600, 2, 30))) == 7


@pytest.fixture
def games(two):
    return draw(two, 600, SEED), Grid(2, 4)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize(
    ("pool", "options"),
    [(ThreadPoolExecutor, {}), (ProcessPoolExecutor, PROCESSES)],
    ids=["threads", "processes"],
)
def test_any_number_of_workers_gives_the_same_bytes(chunks, games, workers, pool, options):
    """From parameters and from arrays, as many games as there were."""
    alone = solve_draws(*games)
    u, v = utilities(*games)
    with pool(workers, **options) as executor:
        assert bytes_of(solve_draws(*games, executor=executor)) == bytes_of(alone)
        assert bytes_of(solve_many(u, v, executor=executor)) == bytes_of(solve_many(u, v))
    assert len(alone) == 600


@pytest.mark.parametrize("door", ["get_executor", "client"])
def test_a_dask_cluster_gives_the_same_bytes(chunks, games, door):
    """By the client's executor and by the client itself."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        executor = client.get_executor() if door == "get_executor" else client
        assert bytes_of(solve_draws(*games, executor=executor)) == bytes_of(solve_draws(*games))
        u, v = utilities(*games)
        assert bytes_of(solve_many(u, v, executor=executor)) == bytes_of(solve_many(u, v))


def test_compiled_code_gives_the_same_bytes_by_any_worker(chunks, games):
    """Threads share one compiled version; what it finds does not depend on them."""
    pytest.importorskip("numba")
    with ThreadPoolExecutor(4) as executor:
        spread = solve_draws(*games, executor=executor, fast=True)
    assert bytes_of(spread) == bytes_of(solve_draws(*games, fast=True))


def test_a_chunk_is_cut_by_the_games_alone():
    """Every game once, bounded by count and by bytes; no worker count to depend on."""
    for count, n, size in ((10_000, 2, 132), (1003, 3, 20_000), (5, 1, 1)):
        parts = list(batches.chunks_of(count, n, size))
        assert [row for part in parts for row in range(count)[part]] == list(range(count))
        largest = max(len(range(count)[part]) for part in parts)
        assert largest <= batches._CHUNK_GAMES
        assert largest * 8 * size * (n + 1) <= batches._CHUNK_BYTES


def test_a_worker_that_dies_is_one_clear_error(chunks, games):
    """The process is gone while games wait for it: no hang, no bare traceback."""
    with ProcessPoolExecutor(1, **PROCESSES) as executor:
        executor.submit(os._exit, 1)
        with pytest.raises(GameError, match="did not finish its work: BrokenProcessPool") as caught:
            solve_draws(*games, executor=executor)
    assert "without executor" in caught.value.hint


def test_an_executor_that_cannot_work_is_refused(games):
    """Shut down, or none at all."""
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(GameError, match="after shutdown"):
        solve_draws(*games, executor=executor)
    with pytest.raises(GameError, match="executor = 4") as caught:
        solve_draws(*games, executor=4)
    assert "get_executor" in caught.value.allowed


def test_an_error_of_the_games_comes_back_from_a_worker_as_it_is(games):
    """The message of the library, from another process too."""
    with ProcessPoolExecutor(1, **PROCESSES) as executor:
        with pytest.raises(GameError, match="a grid of 3 patrons for games of 2") as caught:
            solve_draws(games[0], Grid(3, 2), executor=executor)
        assert caught.value.where == "utilities"


def test_no_games_are_no_error_with_workers():
    """An empty batch has the same shapes by an executor."""
    with ThreadPoolExecutor(2) as executor:
        batch = solve_many(np.zeros((0, 9)), np.zeros((0, 2, 9)), executor=executor)
    assert len(batch) == 0
    assert batch.coalition_values.shape == (0, 4)
