"""`merge_blocs`: patrons that bid as one, as one patron with the sum of their payoffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import index

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tertius.errors import GameError
from tertius.game.core.games import Game

__all__ = ["Blocs", "bloc_game", "bloc_names", "check_blocs", "merge_blocs"]

Blocs = tuple[tuple[int, ...], ...]


def merge_blocs(v: ArrayLike, blocs: Iterable[Iterable[int]]) -> NDArray[np.float64]:
    """Return the payoffs of blocs: each bloc has what its members have together.

    Parameters
    ----------
    v : array_like
        ``(D, n, P)`` patron payoffs in pivot money.
    blocs : iterable of iterable of int
        Patron indices from 0; every patron in one bloc.

    Returns
    -------
    merged : numpy.ndarray
        ``(D, b, P)``, blocs in the order given.

    Raises
    ------
    GameError
        If a patron is in no bloc or in two, an index is no patron, or a bloc is empty.

    Examples
    --------
    >>> merge_blocs([[[6, -3], [-2, 5], [1, 1]]], [[0, 2], [1]]).tolist()
    [[[7.0, -2.0], [-2.0, 5.0]]]
    """
    payoffs = np.asarray(v, dtype=np.float64)
    if payoffs.ndim != 3:
        raise GameError(
            f"patron payoffs of shape {payoffs.shape}", where="merge_blocs", allowed="(D, n, P)"
        )
    names = [f"patron {i + 1}" for i in range(payoffs.shape[1])]
    checked = check_blocs(blocs, names, where="merge_blocs")
    return np.stack([payoffs[:, list(bloc)].sum(axis=1) for bloc in checked], axis=1)


def bloc_game(game: Game, blocs: Iterable[Iterable[int]]) -> Game:
    """Return the game among blocs, as `solve_blocs` solves it.

    Parameters
    ----------
    game : Game
        n patrons.
    blocs : iterable of iterable of int
        Patron indices from 0; every patron in one bloc.

    Returns
    -------
    Game
        One patron a bloc, named after its members: "CHN + USA".

    Raises
    ------
    GameError
        As `merge_blocs`.

    Examples
    --------
    >>> game = Game([1, 0], [[6, -3], [-2, 5], [1, 1]], names=["CHN", "USA", "RUS"])
    >>> bloc_game(game, [[2, 0], [1]]).names
    ('CHN + RUS', 'USA')
    """
    checked = check_blocs(blocs, game.names, where="blocs")
    merged = merge_blocs(game.patrons[None], checked)[0]
    return Game(game.pivot, merged, game.policies, bloc_names(checked, game.names))


def bloc_names(blocs: Blocs, names: Sequence[str]) -> list[str]:
    """Join the names of each bloc's members."""
    return [" + ".join(names[i] for i in bloc) for bloc in blocs]


def check_blocs(blocs: Iterable[Iterable[int]], names: Sequence[str], *, where: str) -> Blocs:
    """Return blocs as sorted tuples, or say what keeps them from being a partition.

    Raises
    ------
    GameError
        With the first mistake; `names` are the patrons'.
    """
    try:
        found = tuple(tuple(sorted(_as_index(i) for i in bloc)) for bloc in blocs)
    except TypeError as error:
        raise GameError(
            f"blocs {blocs!r} are not lists of patron indices",
            where=where,
            allowed=f"lists of whole numbers from 0 to {len(names) - 1}",
            hint="for two patrons who bid as one write [[0, 1]]",
        ) from error
    members = [i for bloc in found for i in bloc]
    unknown = [i for i in members if not 0 <= i < len(names)]
    if unknown:
        raise GameError(
            f"no patron has index {unknown[0]}",
            where=where,
            allowed=", ".join(f"{i} ({name})" for i, name in enumerate(names)),
            hint="indices count from 0",
        )
    for i, name in enumerate(names):
        if members.count(i) != 1:
            often = f"{members.count(i)} times in the blocs" if i in members else "in no bloc"
            cure = "take it out of all but one" if i in members else f"add [{i}]: it bids alone"
            raise GameError(
                f"patron {i} ({name}) is {often}",
                where=where,
                allowed="every patron in exactly one bloc",
                hint=cure,
            )
    if () in found:
        raise GameError("a bloc without members", where=where, hint="leave it out")
    return found


def _as_index(value: int) -> int:
    if isinstance(value, bool | np.bool_):
        raise TypeError("a truth value is no index")
    return index(value)
