"""Seconds for a dynamic game of 25 beliefs and 132 policies: the library beside plain rounds.

Run: ``python bench/dynamics.py``. The same games are solved in two ways:

* solver   `solve_dynamic`: start at the marginal contributions, extrapolate, check;
* rounds   backward induction over so many rounds that the rest weighs less than 1e-9.

Both must agree before anything is printed. Exit code 1 if the solver takes longer than
the ceiling at a discount of .97.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time

# Before numpy is loaded: one core, or the numbers mean nothing.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

from tertius.game import (  # noqa: E402
    BeliefLattice,
    Grid,
    Parameters,
    TrustStock,
    dynamic_game,
    solve_dynamic,
)

CEILING_SECONDS = 0.5
DELTA = 0.97
LATTICE = BeliefLattice(0.5, 0.75)


def family(rivalry):
    values = {"k": [2], "c": [4], "omega.A": [2], "omega.B": [2.5], "beta.A": [5], "beta.B": [5]}
    return Parameters(("A", "B"), values | {"rho.A": [rivalry], "rho.B": [rivalry]})


def seconds(work, repeats):
    """Seconds of one run, the best of several."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"numpy {np.__version__}, one thread, delta {DELTA}, best of {options.repeats}")
    print(
        f"{'game':<26}{'states':>8}{'solver s':>10}{'iterations':>12}{'rounds s':>10}{'ratio':>8}"
    )
    slow = False
    for label, rivalry, trust in (
        ("no rivalry", 0.0, None),
        ("rivalry 1", 1.0, None),
        ("rivalry 3", 3.0, None),
        ("rivalry 1, trust of 3", 1.0, TrustStock()),
    ):
        game = dynamic_game(family(rivalry), Grid(2), LATTICE, trust)
        solution = solve_dynamic(game, DELTA)
        horizon = math.ceil(math.log(1e-11) / math.log(DELTA))
        start = time.perf_counter()
        long = solve_dynamic(game, DELTA, horizon)
        rounds = time.perf_counter() - start
        if not solution.converged or np.abs(solution.pivot_values - long.pivot_values).max() > 1e-8:
            sys.exit(f"{label}: the fixed point and the long horizon disagree")
        # The argument is bound now: the run is over before the next iteration.
        took = seconds(lambda g=game: solve_dynamic(g, DELTA), options.repeats)
        print(
            f"{label:<26}{len(game):>8}{took:>10.3f}{solution.iterations:>12}"
            f"{rounds:>10.2f}{rounds / took:>7.0f}×"
        )
        slow |= trust is None and took > CEILING_SECONDS
    if slow:
        sys.exit(f"25 states: above the ceiling of {CEILING_SECONDS} seconds")


if __name__ == "__main__":
    main()
