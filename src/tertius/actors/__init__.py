"""States, their codes, names and people; resolving a name to a state at a date.

>>> from tertius.actors import resolve
>>> resolve("Kim Jong-Un", 2018).iso3
'PRK'
"""

from tertius.actors.codes import (
    SCHEMES,
    cameo_states,
    fips_states,
    former_codes,
    icews_states,
    resolve_code,
)
from tertius.actors.lists import find_states, known_states, state, states
from tertius.actors.records import Officeholder, Resolution, Span, State
from tertius.actors.resolution import resolve
from tertius.actors.rollups import RollUp, roll_up
from tertius.actors.terms import officeholders
from tertius.actors.timelines import spans

__all__ = [
    "SCHEMES",
    "Officeholder",
    "Resolution",
    "RollUp",
    "Span",
    "State",
    "cameo_states",
    "find_states",
    "fips_states",
    "former_codes",
    "icews_states",
    "known_states",
    "officeholders",
    "resolve",
    "resolve_code",
    "roll_up",
    "spans",
    "state",
    "states",
]
