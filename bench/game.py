"""Games solved a second, on one core and on two, beside a plain Python loop and Gambit.

Run: ``python bench/game.py``. Four ways are timed on the same games:

* arrays      `solve_many` on payoff arrays that exist already, with numpy and with `fast`;
* parameters  `solve_draws`: making payoffs of parameters and solving them, both ways;
* loop        the rent alone, a part of what the others return, in plain Python;
* Gambit      where pygambit is installed: every pure Nash equilibrium of the same game with
              whole bids and very few policies, which is as far as a table of menus goes.

All must agree before anything is printed. Speeds on one core are games a CPU second, which a
busy machine hardly moves; those on two cores are games a second of waiting, with two threads
for arrays, which would be long to send, and two processes for parameters. Exit code 1 if a
floor for two cores is missed both by two cores and by one alone.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import itertools
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

# Before numpy is loaded: a thread is one core, or the numbers mean nothing.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from tertius.game import (  # noqa: E402
    Game,
    Grid,
    Range,
    Ranges,
    draw,
    solve,
    solve_draws,
    solve_many,
    utilities,
)
from tertius.settings import limit  # noqa: E402

# Patrons, steps of alignment, steps of the goal, games.
SIZES = {
    "2 × 132": (2, 10, 1, 40_000),
    "2 × 330": (2, 10, 4, 15_000),
    "3 × 252": (3, 6, 2, 12_000),
    "4 × 140": (4, 4, 1, 6_000),
    "5 × 112": (5, 3, 1, 2_000),
}
# Games a second on two cores, with numpy and with `fast`.
FLOORS = {"2 × 132": (100_000, 400_000), "3 × 252": (20_000, 150_000)}
# Policies and highest bid of the games that Gambit gets.
TABLES = ((2, 6), (3, 4))
FAST = importlib.util.find_spec("numba") is not None


def ranges_of(n):
    values = {"k": Range(0.5, 4), "c": Range(0, 6)}
    for patron in "ABCDE"[:n]:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
    return Ranges(tuple("ABCDE"[:n]), values)


def loop_rent(u, v):
    """Smallest rent of one game of up to three patrons, with nothing but Python lists."""
    n, policies = len(v), range(len(u))
    value = {}
    for mask in range(2**n):
        inside = [row for i, row in enumerate(v) if mask >> i & 1]
        value[mask] = max(u[p] + sum(row[p] for row in inside) for p in policies)
    full = 2**n - 1
    claim = {mask: value[full] - value[full ^ mask] for mask in range(full + 1)}
    bounds = [claim[full], sum(claim[1 << i] for i in range(n))]
    if n == 3:
        bounds += [claim[1 << i] + claim[full ^ 1 << i] for i in range(n)]
        bounds.append(sum(claim[full ^ 1 << i] for i in range(n)) / 2)
    kept = min(bounds)
    return claim[full] - kept


def timed(work, games, repeats):
    """Games a second of waiting of the quickest run, and a CPU second of the thriftiest."""
    wall, spent = float("inf"), float("inf")
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall = min(wall, time.perf_counter() - start)
        spent = min(spent, time.process_time() - used)
    return games / wall, games / spent


def check_same(label, plain, batch, games):
    # Payoffs from parameters are sums in another order than those from arrays.
    if (batch.policy != plain.policy).any() or np.abs(batch.rent - plain.rent).max() > 1e-9:
        sys.exit(f"{label}: {games} and solve_many disagree")


def bench_size(label, shape, repeats, pools):
    """Print one block; return the least speeds with numpy and with `fast`."""
    n, m, d, count = shape
    grid = Grid(n, m, d)
    games = draw(ranges_of(n), count, np.random.SeedSequence(2018))
    u, v = utilities(games, grid)
    plain = solve_many(u, v)
    print(f"{label:<22}{'1 core':>10}{'2 cores':>10}{'CPU s a 100,000':>17}   {count:,} games")
    least = [float("inf"), float("inf")]
    for way, fast in itertools.product(("arrays", "parameters"), (False, True)[: 1 + FAST]):

        def work(executor=None, way=way, fast=fast):
            if way == "arrays":
                return solve_many(u, v, executor=executor, fast=fast)
            return solve_draws(games, grid, executor=executor, fast=fast)

        check_same(label, plain, work(), f"{way} (fast={fast})")
        pool = pools[way]
        check_same(label, plain, work(pool), f"{way} on two cores (fast={fast})")
        _, one = timed(work, count, repeats)
        two, _ = timed(lambda work=work, pool=pool: work(pool), count, repeats)
        least[fast] = min(least[fast], max(one, two))
        way += ", fast" if fast else ""
        print(f"  {way:<20}{one:>10,.0f}{two:>10,.0f}{100_000 / one:>17.2f}")
    if n <= 3:
        few = max(20, 40_000 // grid.goal.size // 4**n)
        lists = list(zip(u[:few].tolist(), v[:few].tolist(), strict=True))
        if np.abs(plain.rent[:few] - [loop_rent(*game) for game in lists]).max() > 1e-9:
            sys.exit(f"{label}: the loop and solve_many disagree")
        _, rate = timed(lambda: [loop_rent(*game) for game in lists], few, repeats)
        print(f"  {'plain Python loop':<20}{rate:>10,.0f}{'':>10}{100_000 / rate:>17.2f}")
    return least


def bench_gambit(policies, top):
    """Every pure equilibrium of one game of menus with whole bids from 0 to `top`."""
    import pygambit

    u = np.array([0, 1, 0])[:policies]
    v = np.array([[4, 0, 1], [0, 2, 0]])[:, :policies]
    menus = np.array(list(itertools.product(range(top + 1), repeat=policies)))
    first, second = np.broadcast_arrays(menus[:, None], menus[None])
    # The pivot moves last; where it does not care, it does what is best for all together.
    joint = u + v.sum(axis=0)
    choice = (u + first + second + joint / (joint.max() - joint.min() + 1) / 2).argmax(axis=2)
    left = [
        row[choice] - np.take_along_axis(menu, choice[..., None], axis=2)[..., 0]
        for row, menu in zip(v, (first, second), strict=True)
    ]
    start = time.process_time()
    game = pygambit.Game.from_arrays(*left)
    profiles = pygambit.nash.enumpure_solve(game).equilibria
    spent = time.process_time() - start
    ours = solve(Game(u, v))
    found = set()
    for profile in profiles:
        i, j = (
            next(k for k, s in enumerate(player.strategies) if profile[s] == 1)
            for player in game.players
        )
        found.add((int(choice[i, j]), int(left[0][i, j]), int(left[1][i, j])))
    if (ours.policy, *ours.patron_payoffs.tolist()) not in found:
        sys.exit(f"{policies} policies: Gambit does not find the truthful equilibrium")
    one, _ = timed(lambda: solve(Game(u, v)), 1, 20)
    print(
        f"2 × {policies}, whole bids 0 to {top}: Gambit {1 / spent:,.1f} games a second "
        f"({len(menus)} menus each, {len(profiles)} equilibria, the truthful one among them), "
        f"solve {one:,.0f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=4)
    options = parser.parse_args()
    compiled = f"numba {importlib.metadata.version('numba')}" if FAST else "no numba: no fast"
    print(
        f"numpy {np.__version__}, {compiled}, {os.cpu_count()} cores here; "
        f"games a second, best of {options.repeats}"
    )
    slow = []
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2) as processes:
        pools = {"arrays": threads, "parameters": processes}
        for label, shape in SIZES.items():
            if shape[0] > limit("max_patrons_count"):
                continue
            speeds = bench_size(label, shape, options.repeats, pools)
            slow += [
                f"{label}: {speed:,.0f} games a second, floor {floor:,}"
                for speed, floor in zip(speeds, FLOORS.get(label, (0, 0)), strict=True)
                if speed < floor
            ]
    if importlib.util.find_spec("pygambit") is None:
        print("pygambit is not installed: no comparison with Gambit")
    else:
        for policies, top in TABLES:
            bench_gambit(policies, top)
    if slow:
        sys.exit("\n".join(slow))


if __name__ == "__main__":
    main()
