"""`Parameters`: the primitives of D games of the family, one column a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError, UnknownNameError
from tertius.game.family.primitives import check_patrons, list_names, primitive

if TYPE_CHECKING:
    from tertius.game.family.ranges import Ranges

__all__ = ["Parameters"]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """D games of the parametric family, as one read-only column a parameter.

    Attributes
    ----------
    patrons : tuple of str
        Their names, in the order of a game's rows and of a coalition's bits.
    values : mapping of str to numpy.ndarray
        Full name (``k``, ``omega.CHN``, ``rho.CHN`` or ``rho.CHN.USA``, …) to its
        ``(D,)`` column; every parameter of the core, neutral values filled in, and those
        of other layers that were given.

    Raises
    ------
    GameError
        If a name is unknown or missing, a column has another length, or a value is not
        finite or has the wrong sign; all of it at once.

    Examples
    --------
    >>> one = Parameters(("CHN",), {"k": [2], "c": [1], "omega.CHN": [3], "beta.CHN": [1]})
    >>> one.at({"c": [0, 5]}).table()["c"]
    array([0., 5.])
    """

    patrons: tuple[str, ...]
    values: Mapping[str, NDArray[np.float64]]

    def __init__(self, patrons: tuple[str, ...], values: Mapping[str, ArrayLike]) -> None:
        object.__setattr__(self, "patrons", check_patrons(patrons, where="Parameters"))
        names = list_names(self.patrons, values, where="Parameters")
        given = {name: _column(name, column) for name, column in values.items()}
        sizes = {column.size for column in given.values()}
        if len(sizes) != 1:
            raise GameError(
                f"columns of lengths {sorted(sizes)}",
                where="Parameters",
                allowed="one length: a row a draw",
            )
        count = sizes.pop()
        columns = {
            name: given[name] if name in given else _constant(primitive(name).neutral, count)
            for name in names
        }
        problems = [_column_problem(name, column) for name, column in columns.items()]
        if any(problems):
            raise GameError("; ".join(filter(None, problems)), where="Parameters")
        for column in columns.values():
            column.setflags(write=False)
        object.__setattr__(self, "values", MappingProxyType(columns))

    @classmethod
    def midpoint(cls, ranges: Ranges) -> Parameters:
        """Return the one game in the middle of every range."""
        return cls(ranges.patrons, {name: [r.middle] for name, r in ranges.values.items()})

    @classmethod
    def _checked(cls, patrons: tuple[str, ...], values: dict[str, NDArray[np.float64]]) -> Self:
        """Make games of columns that are known to be right, and read-only."""
        made = object.__new__(cls)
        object.__setattr__(made, "patrons", patrons)
        object.__setattr__(made, "values", MappingProxyType(values))
        return made

    def __len__(self) -> int:
        return int(self.values["k"].size)

    def table(self) -> dict[str, NDArray[np.float64]]:
        """Return every parameter by name, each a read-only ``(D,)`` column."""
        return dict(self.values)

    def at(self, values: Mapping[str, ArrayLike]) -> Parameters:
        """Return these games with some parameters replaced.

        A number replaces a whole column. One game becomes as many as the values given:
        ``Parameters.midpoint(ranges).at({"c": [1, 2, 3]})`` is three games.

        Raises
        ------
        UnknownNameError
            If a name is not one of these games' parameters.
        GameError
            If lengths do not fit or a value is not allowed.
        """
        for name in values:
            if name not in self.values:
                raise UnknownNameError.of("parameter", name, self.values, where="Parameters.at")
        columns = self.table() | {name: _column(name, new) for name, new in values.items()}
        count = max((column.size for column in columns.values() if column.size != 1), default=1)
        if any(column.size not in (1, count) for column in columns.values()):
            return Parameters(self.patrons, columns)  # which says what does not fit
        problems = [_column_problem(name, columns[name]) for name in values]
        if any(problems):
            raise GameError("; ".join(filter(None, problems)), where="Parameters.at")
        wide = {
            name: np.broadcast_to(column, (count,)) if column.size == 1 else column
            for name, column in columns.items()
        }
        for column in wide.values():
            column.setflags(write=False)
        return Parameters._checked(self.patrons, wide)

    def rows(self, part: slice) -> Parameters:
        """Return some of the games, as a slice picks them."""
        return Parameters._checked(
            self.patrons, {name: column[part] for name, column in self.values.items()}
        )

    def per_patron(self, stem: str) -> NDArray[np.float64]:
        """Return ``(D, n)`` values of an owned parameter such as ``omega``, not ``rho``."""
        return np.stack([self.values[f"{stem}.{patron}"] for patron in self.patrons], axis=1)

    def per_patron_or(self, stem: str, absent: float) -> NDArray[np.float64]:
        """Return ``(D, n)`` values of a layer's parameter, `absent` for patrons without it."""
        missing = np.full(len(self), absent)
        return np.stack(
            [self.values.get(f"{stem}.{patron}", missing) for patron in self.patrons], axis=1
        )

    def rivalry(self) -> NDArray[np.float64]:
        """Return ``(D, n, n)`` rivalry: row i is hurt by alignment with column j; 0 on i = j."""
        n = len(self.patrons)
        matrix = np.zeros((len(self), n, n))
        for i, patron in enumerate(self.patrons):
            for j, rival in enumerate(self.patrons):
                if i != j:
                    split = f"rho.{patron}.{rival}"
                    matrix[:, i, j] = self.values[
                        split if split in self.values else f"rho.{patron}"
                    ]
        return matrix


def _column(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        column = np.array(values, dtype=np.float64, ndmin=1)
    except (TypeError, ValueError) as error:
        raise GameError(f"{name} is not numbers: {error}", where="Parameters") from error
    if column.ndim != 1:
        raise GameError(f"{name} has shape {column.shape}", where="Parameters", allowed="(D,)")
    return column


def _constant(value: float | None, count: int) -> NDArray[np.float64]:
    # list_names has refused a missing parameter that has no neutral value.
    return np.full(count, np.nan if value is None else value)


def _column_problem(name: str, column: NDArray[np.float64]) -> str | None:
    if not column.size:
        return None
    return primitive(name).problem(name, float(column.min()), float(column.max()))
