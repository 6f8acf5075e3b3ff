"""`save_plates`: the pictures of one solved game, each as a file that opens by itself."""

from __future__ import annotations

from pathlib import Path

from tertius.briefs.easels import drawers
from tertius.briefs.standalone import standalone
from tertius.briefs.structures import belief_picture, menu_picture, partition_picture
from tertius.briefs.worths import regime_picture
from tertius.casebook import Case
from tertius.claims import Draws, Workout
from tertius.errors import GameError, WriteError
from tertius.files import write_atomic
from tertius.game import override, solve_draws

__all__ = ["save_plates"]


def save_plates(case: Case, found: Workout, folder: Path) -> tuple[Path, ...]:
    """Draw the menus, the regimes, the rent by structure of blocs, and belief over rounds.

    The menus are those of the game that was solved. The other pictures are about the
    ranges in use: blocs, sanctions and caps that are in force are not in them.

    Parameters
    ----------
    case : Case
        The case, for its names and its money.
    found : Workout
        From `work_out`.
    folder : Path
        Where to write; made if it is not there.

    Returns
    -------
    tuple of Path
        The files written, as ``menus.svg``. A picture of which there is nothing to draw is
        left out.

    Raises
    ------
    GameError
        If the case has no game.
    WriteError
        If the folder cannot be made or written to.
    """
    game = case.game
    if game is None:
        raise GameError("the case has no game section", where=case.id)
    draws = Draws(
        found.ranges, found.grid, found.parameters, solve_draws(found.parameters, found.grid)
    )
    split = override(draws.parameters, draws.grid)
    with drawers() as pool:
        pending = [
            pool.submit(menu_picture, case, game, found),
            pool.submit(regime_picture, case, game, draws, split),
            pool.submit(partition_picture, case, game, draws.parameters, draws.grid),
            pool.submit(belief_picture, case, game, found.ranges),
        ]
        figures = [figure for task in pending if (figure := task.result()) is not None]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WriteError(
            f"the folder cannot be made: {reason}", where=str(folder), hint="choose another place"
        ) from error
    paths = []
    for figure in figures:
        path = folder / f"{figure.name}.svg"
        write_atomic(path, standalone(figure).encode("utf-8"))
        paths.append(path)
    return tuple(paths)
