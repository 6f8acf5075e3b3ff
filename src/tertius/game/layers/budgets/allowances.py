"""`capped_draws`: payment caps in thousands of games of the family at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tertius.game.core.batches import slices
from tertius.game.core.coalitions import tolerances
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.layers.budgets.auctions import auction, capped_gains, clipped_menus
from tertius.game.layers.budgets.budgets import as_pair, finite_caps
from tertius.game.layers.budgets.pairs import candidates, sustained

__all__ = ["CappedDraws", "capped_draws"]

Floats = NDArray[np.float64]

_LOOSE = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class CappedDraws:
    """One equilibrium of each of D games with payment caps; every array is read-only.

    Where none was found, policy is -1, `found` is False and the numbers are NaN.

    Attributes
    ----------
    found : numpy.ndarray
        ``(D,)`` bool, whether there is an equilibrium. With three patrons or more:
        whether the auction ended at one.
    policy : numpy.ndarray
        ``(D,)`` of the policies sustained the one in which the pivot gets least; of
        several such the one worth most to all together, then the first.
    policy_count : numpy.ndarray
        ``(D,)`` how many policies some equilibrium sustains; with three patrons or more
        only the one found is counted.
    goal : numpy.ndarray
        ``(D,)`` degree of the shared goal in `policy`.
    goal_low, goal_high : numpy.ndarray
        ``(D,)`` least and highest degree over all policies sustained.
    pivot_payoff, pivot_payoff_high : numpy.ndarray
        ``(D,)`` what the pivot gets in `policy`, and at most over all policies sustained.
    patron_payoffs, transfers : numpy.ndarray
        ``(D, n)`` net payoffs, and payments for `policy`; where the split is not unique,
        its middle or the nearest to it that is an equilibrium.
    gain : numpy.ndarray
        ``(D,)`` largest gain left to anybody from a deviation; rounding where `found`,
        and what the auction's end fails by where not.
    """

    found: NDArray[np.bool_]
    policy: NDArray[np.intp]
    policy_count: NDArray[np.intp]
    goal: Floats
    goal_low: Floats
    goal_high: Floats
    pivot_payoff: Floats
    pivot_payoff_high: Floats
    patron_payoffs: Floats
    transfers: Floats
    gain: Floats

    def __len__(self) -> int:
        return int(self.policy.size)


def capped_draws(parameters: Parameters, grid: Grid) -> CappedDraws:
    """Solve D games of the family with the caps ``cap.X`` that their parameters give.

    The same equilibria as `solve_capped`: with one or two patrons every one of them,
    exactly; with more, the one that an ascending auction ends at, if it is one.

    Parameters
    ----------
    parameters : Parameters
        D games. A patron without ``cap`` has none.
    grid : Grid
        P policies, for as many patrons.

    Returns
    -------
    CappedDraws
        One row a draw. A share of draws describes the assumptions, not the world.

    Raises
    ------
    GameError
        If the grid is for another number of patrons.

    Examples
    --------
    Rivals at parity spend all on alignment; with more money the goal comes back:

    >>> games = Parameters(("A", "B"), {
    ...     "k": [1, 1], "c": [5, 5], "alpha.A": [1.5, 1.5], "alpha.B": [0.5, 0.5],
    ...     "omega.A": [4, 4], "rho.A": [6, 6], "beta.A": [4, 4], "cap.A": [5, 9],
    ...     "omega.B": [4, 4], "rho.B": [6, 6], "beta.B": [4, 4], "cap.B": [5, 9]})
    >>> capped_draws(games, Grid(2, 1)).goal.tolist()
    [0.0, 1.0]
    """
    caps = parameters.per_patron_or("cap", np.inf)
    blocks = []
    for part in slices(len(parameters), grid.patrons, grid.goal.size):
        u, v = utilities(parameters.rows(part), grid)
        limits = finite_caps(u, v, caps[part])
        slack = tolerances(u, v)
        solve = _solve_pairs if v.shape[1] <= 2 else _solve_auction
        blocks.append(solve(u, v, limits, slack, grid.goal))
    joined = {
        field.name: np.concatenate([getattr(block, field.name) for block in blocks])
        for field in fields(CappedDraws)
    }
    for array in joined.values():
        array.setflags(write=False)
    return CappedDraws(**joined)


def _solve_pairs(u: Floats, v: Floats, caps: Floats, slack: Floats, goal: Floats) -> CappedDraws:
    pair, pair_caps = as_pair(v, caps)
    every = candidates(u, pair, pair_caps, slack)
    first = sustained(u, pair, pair_caps, slack, every)
    kept = ~np.isnan(first)
    row, policy, level = every.row[kept], every.policy[kept], every.level[kept]
    first, total = first[kept], every.total[kept]
    count = np.bincount(row, minlength=u.shape[0])
    low, high, most = (np.full(u.shape[0], start) for start in (np.inf, -np.inf, -np.inf))
    np.minimum.at(low, row, goal[policy])
    np.maximum.at(high, row, goal[policy])
    np.maximum.at(most, row, level)
    have, pick = _select(row, level, total, slack)
    targets = np.full((u.shape[0], v.shape[1]), np.nan)
    targets[have] = np.stack([first[pick], (total - first)[pick]], axis=1)[:, : v.shape[1]]
    at = np.full(u.shape[0], -1, dtype=np.intp)
    at[have] = policy[pick]
    gain = np.full(u.shape[0], np.nan)
    menus = clipped_menus(v[have], targets[have], caps[have])
    gain[have] = capped_gains(u[have], v[have], caps[have], menus, at[have], slack[have])
    return _rows(u, v, caps, goal, at, targets, gain, count, (low, high, most))


def _select(
    row: NDArray[np.intp], level: Floats, total: Floats, slack: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the games that have an equilibrium, and which of them is reported."""
    places = np.arange(row.size)
    for value in (-level, level + total):
        best = np.full(slack.size, -np.inf)
        np.maximum.at(best, row[places], value[places])
        places = places[value[places] >= (best - slack)[row[places]]]
    # Rows come in order and, within one, policies do.
    have, first = np.unique(row[places], return_index=True)
    return have, places[first]


def _solve_auction(u: Floats, v: Floats, caps: Floats, slack: Floats, goal: Floats) -> CappedDraws:
    policy, targets, gain = auction(u, v, caps, slack)
    at = np.where(gain <= _LOOSE * slack, policy, -1)
    reached = goal[at]
    paid = (v[np.arange(at.size), :, at] - targets).sum(axis=1)
    most = u[np.arange(at.size), at] + paid
    count = (at >= 0).astype(np.intp)
    return _rows(u, v, caps, goal, at, targets, gain, count, (reached, reached, most))


def _rows(
    u: Floats,
    v: Floats,
    caps: Floats,
    goal: Floats,
    at: NDArray[np.intp],
    targets: Floats,
    gain: Floats,
    count: NDArray[np.intp],
    reach: tuple[Floats, Floats, Floats],
) -> CappedDraws:
    """Put everything at the chosen policies into rows, NaN where there is none."""
    found = at >= 0
    rows = np.arange(u.shape[0])
    missing = np.where(found, 0.0, np.nan)
    worth = v[rows, :, at] + missing[:, None]
    paid = np.clip(worth - targets, 0.0, caps)
    low, high, most = (np.where(found, array, np.nan) for array in reach)
    payoff = u[rows, at] + paid.sum(axis=1)
    return CappedDraws(
        found=found,
        policy=at,
        policy_count=count,
        goal=goal[at] + missing,
        goal_low=low,
        goal_high=high,
        pivot_payoff=payoff,
        pivot_payoff_high=np.maximum(most, payoff),
        patron_payoffs=worth - paid,
        transfers=paid,
        gain=gain,
    )
