"""Games solved a second on one core: the library beside a plain Python loop.

Run: ``python bench/game.py``. Three ways are timed on the same games:

* arrays      `solve_many` on payoff arrays that exist already;
* parameters  `solve_draws`: making payoffs of parameters and solving them;
* loop        the rent alone, a part of what the others return, in plain Python.

All three must agree before anything is printed. Exit code 1 if two-patron games on 132
policies are slower than the floor.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import time

# Before numpy is loaded: one core, or the numbers mean nothing.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from tertius.game import (  # noqa: E402
    Grid,
    Range,
    Ranges,
    draw,
    solve_draws,
    solve_many,
    utilities,
)

FLOOR = 60_000
SIZES = {"2 × 132": (2, 10, 1), "2 × 330": (2, 10, 4), "3 × 252": (3, 6, 2)}


def ranges_of(n):
    values = {"k": Range(0.5, 4), "c": Range(0, 6)}
    for patron in "ABC"[:n]:
        values |= {f"{stem}.{patron}": Range(0, 4) for stem in ("omega", "rho", "beta")}
    return Ranges(tuple("ABC"[:n]), values)


def loop_rent(u, v):
    """Smallest rent of one game, with nothing but Python lists."""
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


def rate(work, games, repeats):
    """Games a second, the best of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return games / best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--games", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"numpy {np.__version__}, one thread, {options.games:,} games, best of {options.repeats}")
    print(
        f"{'n × policies':<14}{'arrays/s':>12}{'parameters/s':>14}{'loop/s':>10}{'arrays/loop':>13}"
    )
    slow = False
    for label, (n, m, d) in SIZES.items():
        grid = Grid(n, m, d)
        games = draw(ranges_of(n), options.games, np.random.SeedSequence(2018))
        u, v = utilities(games, grid)
        few = max(20, 100_000 // grid.goal.size // 4**n)
        plain = list(zip(u[:few].tolist(), v[:few].tolist(), strict=True))
        batch = solve_many(u, v)
        looped = np.array([loop_rent(*game) for game in plain])
        if np.abs(batch.rent[:few] - looped).max() > 1e-9:
            sys.exit(f"{label}: the loop and solve_many disagree")
        if np.abs(batch.rent - solve_draws(games, grid).rent).max() > 1e-9:
            sys.exit(f"{label}: solve_draws and solve_many disagree")
        # The arguments are bound now: each run is used before the next iteration.
        arrays = rate(lambda u=u, v=v: solve_many(u, v), options.games, options.repeats)
        drawn = rate(lambda p=games, g=grid: solve_draws(p, g), options.games, options.repeats)
        naive = rate(lambda p=plain: list(itertools.starmap(loop_rent, p)), few, options.repeats)
        print(f"{label:<14}{arrays:>12,.0f}{drawn:>14,.0f}{naive:>10,.0f}{arrays / naive:>12,.0f}×")
        slow |= label == "2 × 132" and min(arrays, drawn) < FLOOR
    if slow:
        sys.exit(f"2 × 132: below the floor of {FLOOR:,} games a second")


if __name__ == "__main__":
    main()
