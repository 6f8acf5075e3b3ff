"""Ontologies: event codes, quad classes by scheme, weights by table, CAMEO to PLOVER.

Neither quad class nor the Goldstein scale is one thing: PROTEST is verbal conflict in one
scheme and material conflict in another, and published tables give one code several
weights. Both are therefore always asked for by name.

>>> from tertius.events.ontologies import code_table
>>> code_table("plover", "goldstein-gdelt").filter(code="0871").row(0)
('0871', 'Declare truce, ceasefire', '08', 2, 9.0)
"""

from tertius.events.ontologies.crosswalks import crosswalk, to_plover
from tertius.events.ontologies.listings import cameo_codes, plover_codes
from tertius.events.ontologies.lookups import check_names, code_table, relation_codes
from tertius.events.ontologies.schemes import ONTOLOGIES, QUAD_SCHEMES
from tertius.events.ontologies.weights import WEIGHT_TABLES, WEIGHTS, WeightTable

__all__ = [
    "ONTOLOGIES",
    "QUAD_SCHEMES",
    "WEIGHTS",
    "WEIGHT_TABLES",
    "WeightTable",
    "cameo_codes",
    "check_names",
    "code_table",
    "crosswalk",
    "plover_codes",
    "relation_codes",
    "to_plover",
]
