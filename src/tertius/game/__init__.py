"""The bargaining model: a pivot, the patrons who bid for it, and what it gains from that.

Common agency on a finite set of policies, in truthful equilibrium (Bernheim & Whinston
1986; Laussel & Le Breton 2001), solved exactly for one to three patrons. The room knows
no data: it takes payoffs or ranges and hands back equilibria.

>>> from tertius.game import Game, solve
>>> s = solve(Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]]))
>>> s.policy, s.rent, s.payers
(0, 5.0, (0,))
"""

from tertius.game.batches import Batch, solve_many
from tertius.game.conflict import Override, override
from tertius.game.deviations import verify
from tertius.game.ensembles import solve_draws
from tertius.game.equilibria import Solution, solve
from tertius.game.exclusions import without
from tertius.game.families import utilities
from tertius.game.flips import Flip, nearest_flip
from tertius.game.games import Game
from tertius.game.grids import Grid
from tertius.game.maps import RegimeMap, regime_map
from tertius.game.parameters import Parameters
from tertius.game.ranges import Range, Ranges
from tertius.game.sampling import draw
from tertius.game.sensitivity import rank_correlations

__all__ = [
    "Batch",
    "Flip",
    "Game",
    "Grid",
    "Override",
    "Parameters",
    "Range",
    "Ranges",
    "RegimeMap",
    "Solution",
    "draw",
    "nearest_flip",
    "override",
    "rank_correlations",
    "regime_map",
    "solve",
    "solve_draws",
    "solve_many",
    "utilities",
    "verify",
    "without",
]
