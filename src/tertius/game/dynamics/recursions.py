"""`solve_dynamic`: the truthful Markov perfect equilibrium of a dynamic game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError
from tertius.game.core.batches import Batch, gather, slices
from tertius.game.core.coalitions import solve_block
from tertius.game.dynamics.extrapolations import Extrapolation
from tertius.game.dynamics.markov import DynamicGame
from tertius.game.dynamics.oneshots import audit
from tertius.game.dynamics.plans import Moves, plan_by_iteration, plan_by_rounds

__all__ = ["DynamicSolution", "solve_dynamic"]

Floats = NDArray[np.float64]

# Values have settled when a round changes them by less than this part of the largest;
# they are then within 1 / (1 - delta) times that of where they settle.
_SETTLED = 1e-12
_MOST_ROUNDS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class DynamicSolution:
    """The truthful Markov perfect equilibrium of a `DynamicGame`; S states, n patrons.

    Values are present values: the sum of this round and later ones, each round weighted
    `delta` times the one before. Money is the pivot's; arrays are read-only. Of a game
    with a horizon everything is that of its first round, but for `plan`.

    Attributes
    ----------
    pivot_values : numpy.ndarray
        ``(S,)`` what the pivot ends up with, payments included.
    patron_values : numpy.ndarray
        ``(S, n)`` what each patron ends up with, net of payments. Of several truthful
        equilibria of a round: as in `solve`.
    policies : numpy.ndarray
        ``(S,)`` index of the policy chosen; -1 where there is no answer.
    transfers : numpy.ndarray
        ``(S, n)`` payments of this round, never negative.
    rents : numpy.ndarray
        ``(S,)`` pivot's value beyond what it would reach without patrons for ever.
    payoffs_unique : numpy.ndarray
        ``(S,)`` bool, whether this round's truthful equilibrium payoffs are unique given
        the values of later rounds.
    coalition_values : numpy.ndarray
        ``(S, 2**n)`` W(S; s): what the pivot and a coalition could reach together in all
        rounds; bit i of the column index = patron i.
    plan : numpy.ndarray
        ``(T, S)`` policies round by round; one row without a horizon.
    delta : float
        Weight of the next round against this one.
    method : str
        ``"fixed point"`` without a horizon, ``"backward induction"`` with one.
    iterations : int
        Rounds computed.
    residual : float
        Largest difference between a value and what menus, policy and later values give.
    converged : bool
        Whether values settled. If not, there is no answer: `pivot_values`,
        `patron_values`, `transfers`, `rents` and `largest_deviation` are NaN, policies
        -1. `coalition_values` and their marginal contributions hold in any case.
    largest_deviation : float
        Largest gain anybody has in any state from deviating in one round, whatever the
        menu; rounding in an equilibrium.
    """

    pivot_values: Floats
    patron_values: Floats
    policies: NDArray[np.intp]
    transfers: Floats
    rents: Floats
    payoffs_unique: NDArray[np.bool_]
    coalition_values: Floats
    plan: NDArray[np.intp]
    delta: float
    method: Literal["fixed point", "backward induction"]
    iterations: int
    residual: float
    converged: bool
    largest_deviation: float

    @property
    def marginal_contributions(self) -> Floats:
        """``(S, n)`` W(N; s) - W(N without i; s), upper bounds of `patron_values`.

        They are the patrons' values if and only if payoffs are unique in every state
        that can be reached (Bergemann & Välimäki 2003).
        """
        return _contributions(self.coalition_values)


def solve_dynamic(
    game: DynamicGame,
    delta: float,
    horizon: int | None = None,
    *,
    max_iterations: int = _MOST_ROUNDS,
) -> DynamicSolution:
    """Return the truthful Markov perfect equilibrium of a dynamic game.

    In each state the round is a static game whose payoffs hold what the next state is
    worth; its truthful equilibrium (Bernheim & Whinston 1986) gives the values of that
    state (Bergemann & Välimäki 2003). With a horizon these values follow backward from
    the last round. Without one they start at the marginal contributions, which policy
    iteration finds exactly, and are iterated until they settle. No theorem says that
    they must; `converged` says whether they did, and `largest_deviation` checks the
    result without using how it was found.

    It selects: other equilibria exist, ones that remember the past among them (bids
    that punish a pivot for earlier rounds). With three patrons or more the pivot's value
    is the smallest that truthful bids allow, round by round.

    Parameters
    ----------
    game : DynamicGame
        S states.
    delta : float
        Weight of the next round, from 0 to below 1.
    horizon : int, optional
        Number of rounds, 1 or more; nothing is worth anything afterwards. Without it the
        game has no end.
    max_iterations : int, optional
        Rounds after which values without a horizon count as not settled.

    Returns
    -------
    DynamicSolution
        Values of every state.

    Raises
    ------
    GameError
        If `delta`, `horizon` or `max_iterations` is out of bounds.

    Examples
    --------
    One patron who wants, each round anew, what costs the pivot 1:

    >>> game = DynamicGame([[0, -1]], [[[0, 3]]], [[[0], [0]]], [[[1], [1]]])
    >>> s = solve_dynamic(game, delta=0.5)
    >>> s.policies.tolist(), s.transfers.tolist(), s.patron_values.tolist()
    ([1], [[1.0]], [[4.0]])
    """
    if not 0.0 <= delta < 1.0:
        raise GameError(
            f"delta = {delta!r}",
            where="solve_dynamic",
            allowed="0 to below 1",
            hint="for a game without discounting take a delta near 1, or average rounds yourself",
        )
    _check_count("max_iterations", max_iterations)
    if horizon is None:
        return _without_end(game, delta, max_iterations)
    _check_count("horizon", horizon)
    return _backward(game, delta, horizon)


def _without_end(game: DynamicGame, delta: float, most: int) -> DynamicSolution:
    moves = Moves.of(game)
    reach = plan_by_iteration(game, moves, delta)
    owed = _contributions(reach)
    values = np.column_stack([reach[:, -1] - owed.sum(axis=1), owed])
    least = _SETTLED * max(float(np.abs(reach).max()), np.finfo(float).tiny)
    ahead = Extrapolation()
    batch, iterations = _solve(*_stage(game, moves, delta, values)), 1
    new = _values(batch)
    while (change := float(np.abs(new - values).max())) > least and iterations < most:
        values = ahead.after(values, new)
        batch, iterations = _solve(*_stage(game, moves, delta, values)), iterations + 1
        new = _values(batch)
    values = new
    u, v = _stage(game, moves, delta, values)
    found = audit(u, v, values, batch.policy)
    converged = change <= least
    return _result(
        values,
        batch,
        reach,
        batch.policy[None],
        converged=converged,
        delta=delta,
        method="fixed point",
        iterations=iterations,
        residual=found.mismatch if converged else change,
        largest_deviation=found.gain,
    )


def _backward(game: DynamicGame, delta: float, horizon: int) -> DynamicSolution:
    n = game.patrons.shape[1]
    reach, values = np.zeros((len(game), 2**n)), np.zeros((len(game), 1 + n))
    moves = Moves.of(game)
    plan = np.zeros((horizon, len(game)), dtype=np.intp)
    gain = residual = 0.0
    for left in range(horizon):
        u, v = _stage(game, moves, delta, values)
        batch = _solve(u, v)
        values = _values(batch)
        found = audit(u, v, values, batch.policy)
        gain, residual = max(gain, found.gain), max(residual, found.mismatch)
        reach = plan_by_rounds(game, moves, delta, reach)
        plan[horizon - 1 - left] = batch.policy
    return _result(
        values,
        batch,
        reach,
        plan,
        converged=True,
        delta=delta,
        method="backward induction",
        iterations=horizon,
        residual=residual,
        largest_deviation=gain,
    )


def _stage(game: DynamicGame, moves: Moves, delta: float, values: Floats) -> tuple[Floats, Floats]:
    """Payoffs of one round, (S, P) and (S, n, P), with what `values` follow."""
    ahead = moves.ahead(delta * values)
    return game.pivot + ahead[0], game.patrons + ahead[1:].swapaxes(0, 1)


def _solve(u: Floats, v: Floats) -> Batch:
    return gather(solve_block(u[part], v[part]) for part in slices(*v.shape))


def _values(batch: Batch) -> Floats:
    return np.column_stack([batch.pivot_payoff, batch.patron_payoffs])


def _contributions(reach: Floats) -> Floats:
    grand = reach.shape[1] - 1
    without = [grand ^ 1 << i for i in range(grand.bit_length())]
    owed: Floats = reach[:, grand, None] - reach[:, without]
    return owed


def _result(
    values: Floats,
    batch: Batch,
    reach: Floats,
    plan: NDArray[np.intp],
    *,
    converged: bool,
    delta: float,
    method: Literal["fixed point", "backward induction"],
    iterations: int,
    residual: float,
    largest_deviation: float,
) -> DynamicSolution:
    if not converged:
        # Numbers that have not settled are not an answer, and must not be taken for one.
        values, largest_deviation = np.full_like(values, np.nan), np.nan
        plan = np.full_like(plan, -1)
    arrays = {
        "pivot_values": values[:, 0].copy(),
        "patron_values": values[:, 1:].copy(),
        "policies": plan[0].copy(),
        "transfers": batch.transfers if converged else np.full_like(batch.transfers, np.nan),
        "rents": values[:, 0] - reach[:, 0],
        "payoffs_unique": batch.payoffs_unique & converged,
        "coalition_values": reach,
        "plan": plan.copy(),
    }
    for array in arrays.values():
        array.setflags(write=False)
    return DynamicSolution(
        **arrays,
        delta=delta,
        method=method,
        iterations=iterations,
        residual=residual,
        converged=converged,
        largest_deviation=largest_deviation,
    )


def _check_count(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_ROUNDS:
        raise GameError(
            f"{name} = {value!r}",
            where="solve_dynamic",
            allowed=f"a whole number from 1 to {_MOST_ROUNDS:,}",
        )
