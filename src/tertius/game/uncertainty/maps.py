"""`regime_map`: where in the plane of two assumptions the rivals leave room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.family.conflict import override
from tertius.game.family.ensembles import solve_draws
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.ranges import Ranges
from tertius.tables import TableResult

if TYPE_CHECKING:
    import polars as pl

__all__ = ["RegimeMap", "regime_map"]


@dataclass(frozen=True, slots=True, eq=False)
class RegimeMap(TableResult):
    """The game over the ranges of two parameters, the others at their midpoints.

    Lay a case's cloud over it: ``draws.table()[map.x]`` against ``draws.table()[map.y]``.
    The cloud varies every parameter and the map only two, so a point of the cloud need
    not have the regime of the map beneath it.

    Attributes
    ----------
    x, y : str
        The two parameters' names.
    x_values, y_values : numpy.ndarray
        ``(nx,)`` and ``(ny,)`` their values, from the low to the high end of the range.
    rent : numpy.ndarray
        ``(ny, nx)`` smallest rent, in pivot money.
    margin : numpy.ndarray
        ``(ny, nx)`` conflict less congruence; NaN where the issues are not separable.
    goal : numpy.ndarray
        ``(ny, nx)`` degree of the shared goal that is reached, 0 to 1.
    regime : numpy.ndarray
        ``(ny, nx)`` of str: "override" where the rent is positive, else "congruence".
    """

    x: str
    y: str
    x_values: NDArray[np.float64]
    y_values: NDArray[np.float64]
    rent: NDArray[np.float64]
    margin: NDArray[np.float64]
    goal: NDArray[np.float64]
    regime: NDArray[np.str_]

    def to_polars(self) -> pl.DataFrame:
        """Return one row a cell: the two parameters, then rent, margin, goal and regime."""
        import polars as pl

        x, y = np.meshgrid(self.x_values, self.y_values)
        cells = {name: getattr(self, name).ravel() for name in ("rent", "margin", "goal")}
        regimes = pl.Series("regime", self.regime.ravel().tolist(), dtype=pl.String)
        return pl.DataFrame({self.x: x.ravel(), self.y: y.ravel()} | cells).with_columns(regimes)


def regime_map(
    ranges: Ranges,
    x: str,
    y: str,
    *,
    grid: Grid | None = None,
    shape: tuple[int, int] = (60, 60),
) -> RegimeMap:
    """Map rent and regime over two parameters.

    Parameters
    ----------
    ranges : Ranges
        What the case assumes; the map spans the ranges of `x` and `y`.
    x, y : str
        Two different parameters whose ranges have a width.
    grid : Grid, optional
        Policies; ten steps of alignment and one of the goal if not given.
    shape : tuple of int
        Number of values of y and of x, each 2 or more.

    Returns
    -------
    RegimeMap
        Arrays of shape ``(ny, nx)``.

    Raises
    ------
    UnknownNameError
        If `x` or `y` is not a parameter of these ranges.
    GameError
        If they are the same, or one is fixed, or a side has fewer than two values.
    """
    for name in (x, y):
        if name not in ranges.values:
            raise UnknownNameError.of("parameter", name, ranges.values, where="regime_map")
        if ranges.values[name].width == 0:
            raise GameError(
                f"{name} is fixed at {ranges.values[name].low:g} and cannot be an axis",
                where="regime_map",
                hint="pick a parameter whose range has a width",
            )
    if x == y or min(shape) < 2:
        raise GameError(
            f"axes {x} and {y} of shape {shape}",
            where="regime_map",
            allowed="two different parameters, at least 2 values each",
        )
    policies = grid or Grid(len(ranges.patrons))
    ends = {name: ranges.values[name] for name in (x, y)}
    rows, columns = (
        np.linspace(ends[name].low, ends[name].high, steps)
        for name, steps in zip((y, x), shape, strict=True)
    )
    xs, ys = np.meshgrid(columns, rows)
    cells = Parameters.midpoint(ranges).at({x: xs.ravel(), y: ys.ravel()})
    split, batch = override(cells, policies), solve_draws(cells, policies)
    arrays = {
        "x_values": columns,
        "y_values": rows,
        "rent": batch.rent.reshape(shape),
        "margin": (split.conflict - split.congruence).reshape(shape),
        "goal": policies.goal[batch.policy].reshape(shape),
        "regime": np.where(batch.rent > 0, "override", "congruence").reshape(shape),
    }
    for array in arrays.values():
        array.setflags(write=False)
    return RegimeMap(x=x, y=y, **arrays)
