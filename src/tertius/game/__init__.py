"""The bargaining model: a pivot, the patrons who bid for it, and what it gains from that.

Common agency on a finite set of policies, in truthful equilibrium (Bernheim & Whinston
1986; Laussel & Le Breton 2001), solved exactly for one to eight patrons. The room knows
no data: it takes payoffs or ranges and hands back equilibria.

>>> from tertius.game import Game, solve
>>> s = solve(Game(pivot=[1, 0, 2], patrons=[[6, -3, 0], [-2, 5, 0]]))
>>> s.policy, s.rent, s.payers
(0, 5.0, (0,))
"""

from tertius.game.baselines.averages import weighted_mean, weighted_median
from tertius.game.baselines.forecasts import Trajectory, expected_utility
from tertius.game.core.batches import Batch, solve_many
from tertius.game.core.deviations import verify
from tertius.game.core.equilibria import Solution, solve
from tertius.game.core.games import Game
from tertius.game.core.threats import credible_threats
from tertius.game.dynamics.lattices import BeliefLattice
from tertius.game.dynamics.markov import DynamicGame, PromiseStates
from tertius.game.dynamics.paths import BeliefPath, belief_path
from tertius.game.dynamics.promises import dynamic_game
from tertius.game.dynamics.recursions import DynamicSolution, solve_dynamic
from tertius.game.dynamics.thresholds import commitment_threshold
from tertius.game.dynamics.traps import Trap, trap_probability
from tertius.game.dynamics.trusts import TrustStock
from tertius.game.family.absences import without
from tertius.game.family.conflict import Override, override
from tertius.game.family.ensembles import solve_draws
from tertius.game.family.families import utilities
from tertius.game.family.grids import Grid
from tertius.game.family.parameters import Parameters
from tertius.game.family.primitives import Primitive, primitive
from tertius.game.family.ranges import Range, Ranges
from tertius.game.family.reliabilities import at_reliability
from tertius.game.family.sampling import draw
from tertius.game.layers.budgets.allowances import CappedDraws, capped_draws
from tertius.game.layers.budgets.budgets import Capped, CappedOutcome, solve_capped
from tertius.game.layers.budgets.deadlocks import FailureDraws, failure_draws
from tertius.game.layers.budgets.failures import Failure, coordination_failure
from tertius.game.layers.budgets.treasuries import PooledDraws, pooled_draws
from tertius.game.layers.coordination.accords import coordinate_draws
from tertius.game.layers.coordination.bargains import Pacts
from tertius.game.layers.coordination.blocs import solve_bloc_draws, solve_blocs
from tertius.game.layers.coordination.chances import expected_rent
from tertius.game.layers.coordination.detentes import detente
from tertius.game.layers.coordination.mergers import bloc_game, merge_blocs
from tertius.game.layers.coordination.pacts import Pact, coordinate
from tertius.game.layers.coordination.partitions import PartitionRents, rent_by_partition
from tertius.game.layers.coordination.structures import PartitionDraws, solve_partition_draws
from tertius.game.layers.power.destruction import Destruction, solve_destructive
from tertius.game.layers.power.invitations import Exclusion, exclusion
from tertius.game.layers.power.powers import PivotPower, pivot_power, pivot_power_draws
from tertius.game.layers.power.signals import Signalling, signalling
from tertius.game.layers.pressure.bites import sanctioned_utilities
from tertius.game.layers.pressure.embargoes import SanctionDraws, sanction_draws
from tertius.game.layers.pressure.pressures import PassThrough, pass_through, pass_through_draws
from tertius.game.layers.pressure.resistances import resistance, resistance_draws
from tertius.game.layers.pressure.sanctions import SanctionGame, sanction_equilibria, sanctioned
from tertius.game.uncertainty.flips import Flip, nearest_flip
from tertius.game.uncertainty.maps import RegimeMap, regime_map
from tertius.game.uncertainty.sensitivity import rank_correlations
from tertius.game.uncertainty.signs import SignTable, Step, sign_table
from tertius.game.uncertainty.summaries import Summary, summarise
from tertius.game.uncertainty.tornadoes import Tornado, tornado

__all__ = [
    "Batch",
    "BeliefLattice",
    "BeliefPath",
    "Capped",
    "CappedDraws",
    "CappedOutcome",
    "Destruction",
    "DynamicGame",
    "DynamicSolution",
    "Exclusion",
    "Failure",
    "FailureDraws",
    "Flip",
    "Game",
    "Grid",
    "Override",
    "Pact",
    "Pacts",
    "Parameters",
    "PartitionDraws",
    "PartitionRents",
    "PassThrough",
    "PivotPower",
    "PooledDraws",
    "Primitive",
    "PromiseStates",
    "Range",
    "Ranges",
    "RegimeMap",
    "SanctionDraws",
    "SanctionGame",
    "SignTable",
    "Signalling",
    "Solution",
    "Step",
    "Summary",
    "Tornado",
    "Trajectory",
    "Trap",
    "TrustStock",
    "at_reliability",
    "belief_path",
    "bloc_game",
    "capped_draws",
    "commitment_threshold",
    "coordinate",
    "coordinate_draws",
    "coordination_failure",
    "credible_threats",
    "detente",
    "draw",
    "dynamic_game",
    "exclusion",
    "expected_rent",
    "expected_utility",
    "failure_draws",
    "merge_blocs",
    "nearest_flip",
    "override",
    "pass_through",
    "pass_through_draws",
    "pivot_power",
    "pivot_power_draws",
    "pooled_draws",
    "primitive",
    "rank_correlations",
    "regime_map",
    "rent_by_partition",
    "resistance",
    "resistance_draws",
    "sanction_draws",
    "sanction_equilibria",
    "sanctioned",
    "sanctioned_utilities",
    "sign_table",
    "signalling",
    "solve",
    "solve_bloc_draws",
    "solve_blocs",
    "solve_capped",
    "solve_destructive",
    "solve_draws",
    "solve_dynamic",
    "solve_many",
    "solve_partition_draws",
    "summarise",
    "tornado",
    "trap_probability",
    "utilities",
    "verify",
    "weighted_mean",
    "weighted_median",
    "without",
]
