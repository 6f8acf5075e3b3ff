"""`signalling`: whether a committed pivot can and would show that it is committed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.coalitions import TOLERANCE
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.reliabilities import at_reliability
from tertius.game.layers.amounts import as_column
from tertius.game.layers.power.powers import Fallback, PivotPower, pivot_power_draws
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Signalling", "signalling"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Signalling(TableResult):
    """What a costly measure would show, one row a draw; money is the pivot's.

    Attributes
    ----------
    trusted : numpy.ndarray
        ``(D,)`` the pivot's payoff if it is believed to be committed (belief 1).
    untrusted : numpy.ndarray
        ``(D,)`` its payoff if it takes no measure.
    gain : numpy.ndarray
        ``(D,)`` `trusted` less `untrusted`; in the core often negative.
    measure : numpy.ndarray
        ``(D,)`` the least size of the measure that an opportunist would not copy,
        ``gain / cost_opportunist``; NaN where there is nothing to gain.
    separates : numpy.ndarray
        ``(D,)`` bool, whether a committed pivot would take it: the gain is positive. It
        then pays, since a measure costs the committed less.
    alpha_threshold : numpy.ndarray
        ``(D,)`` the bargaining weight above which the gain is positive, from 0 up;
        infinite if it is not even at 1.
    """

    trusted: Floats
    untrusted: Floats
    gain: Floats
    measure: Floats
    separates: NDArray[np.bool_]
    alpha_threshold: Floats

    def __len__(self) -> int:
        return int(self.gain.size)

    def to_polars(self) -> pl.DataFrame:
        """Return one row a draw."""
        import polars as pl

        return pl.DataFrame({name: getattr(self, name) for name in self.__slots__})


def signalling(
    parameters: Parameters,
    grid: Grid,
    *,
    cost_committed: float,
    cost_opportunist: float,
    alpha: ArrayLike = 0.0,
    fallback: Fallback = "credible",
    silence: ArrayLike | None = None,
) -> Signalling:
    """Ask whether a committed pivot would pay to be believed.

    A prompt measure of size m costs a committed pivot ``cost_committed * m`` and an
    opportunist ``cost_opportunist * m``, which is more. The least measure that only the
    committed would take is m* = [payoff at belief 1 - payoff if silent] / cost of the
    opportunist.

    In the core (``alpha`` = 0, two patrons, theta = 0) there is nothing to gain: trust
    raises what the patrons save by buying the goal together, so it lowers the rent or
    leaves it. Where only the pair together can afford the goal, and there is rent, the
    gain is positive if and only if ``alpha`` > 1/2.

    The costs are the same in every game, and the pivot's payoff is what it is on average
    over types at that belief: a pivot that knows it will not deliver expects less cost.

    Parameters
    ----------
    parameters : Parameters
        D games with ``delivery``, and ``mu`` unless `silence` is given.
    grid : Grid
        P policies, for as many patrons.
    cost_committed, cost_opportunist : float
        Cost of a unit of the measure, 0 ≤ committed < opportunist.
    alpha : array_like
        The pivot's bargaining weight, a number or ``(D,)``, as in `pivot_power`.
    fallback : str
        ``credible`` or ``commitment``.
    silence : array_like, optional
        Belief in a pivot that takes no measure, 0 to 1. If not given ``mu``: silence
        tells nothing, and m* is the least measure that upsets saying nothing. At 0
        silence is the mark of an opportunist, as in a separating equilibrium.

    Returns
    -------
    Signalling
        One row a draw.

    Raises
    ------
    GameError
        If a belief or weight is outside 0 to 1, the costs are out of order, or a
        parameter is missing.

    Examples
    --------
    >>> one = Parameters(("A", "B"), {"k": [1], "c": [3], "delivery": [0.9], "mu": [0.25],
    ...     "omega.A": [3], "rho.A": [3], "beta.A": [2], "omega.B": [3], "rho.B": [3],
    ...     "beta.B": [2]})
    >>> found = signalling(one, Grid(2), cost_committed=1, cost_opportunist=2)
    >>> found.separates.tolist(), found.alpha_threshold.round(9).tolist()
    ([False], [0.5])
    """
    if not (0 <= cost_committed < cost_opportunist < np.inf):
        raise GameError(
            f"costs of the measure {cost_committed:g} (committed), {cost_opportunist:g}",
            where="signalling",
            allowed="0 ≤ committed < opportunist",
            hint="a measure that costs both types the same tells nothing",
        )
    delivery = _given(parameters, "delivery")
    belief = _given(parameters, "mu") if silence is None else _belief(silence, len(parameters))
    trusted = pivot_power_draws(at_reliability(parameters, delivery), grid, alpha, fallback)
    reliability = belief * delivery + (1.0 - belief) * (1.0 - delivery)
    untrusted = pivot_power_draws(at_reliability(parameters, reliability), grid, alpha, fallback)
    gain = trusted.pivot_payoff - untrusted.pivot_payoff
    slack = TOLERANCE * _largest(trusted, untrusted)
    separates = gain > slack
    columns = {
        "trusted": trusted.pivot_payoff,
        "untrusted": untrusted.pivot_payoff,
        "gain": gain,
        "measure": np.where(separates, gain / cost_opportunist, np.nan),
        "separates": separates,
        "alpha_threshold": _threshold(trusted, untrusted, slack),
    }
    for array in columns.values():
        array.setflags(write=False)
    return Signalling(**columns)


def _given(parameters: Parameters, name: str) -> Floats:
    if name not in parameters.values:
        raise GameError(
            f"belief in the pivot without {name}",
            where="signalling",
            allowed="delivery, and mu or silence=",
            hint=f"add [game.ranges.{name}] to the case",
        )
    return parameters.values[name]


def _belief(silence: ArrayLike, count: int) -> Floats:
    belief = as_column(silence, "silence", where="signalling", count=count)
    good = (belief >= 0) & (belief <= 1)
    if not good.all():
        raise GameError(f"belief {belief[~good][0]:g}", where="signalling", allowed="0 to 1")
    return belief


def _largest(*powers: PivotPower) -> Floats:
    """Size of the largest payoff, which rounding errors are measured by."""
    sizes = [np.abs(power.patrons_propose) for power in powers]
    sizes += [np.abs(power.pivot_proposes) for power in powers]
    largest: Floats = np.max(sizes, axis=0)
    return largest


def _threshold(trusted: PivotPower, untrusted: PivotPower, slack: Floats) -> Floats:
    """Weight at which the gain, linear in it, turns positive for good."""
    core = trusted.patrons_propose - untrusted.patrons_propose
    full = trusted.pivot_proposes - untrusted.pivot_proposes
    turns = full > slack
    starts_below = turns & (core < 0)
    crossing = np.where(starts_below, -core / np.where(starts_below, full - core, 1.0), 0.0)
    return np.where(turns, crossing, np.inf)
