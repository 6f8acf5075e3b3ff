"""Weight tables: one number a code, from conflict to cooperation, each with its source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tertius.events.ontologies.listings import read_table

__all__ = ["WEIGHTS", "WEIGHT_TABLES", "WeightTable"]


@dataclass(frozen=True, slots=True)
class WeightTable:
    """One published scale of weights, as it was published.

    Attributes
    ----------
    name : str
        As ``ingest`` and stores name it.
    ontology : str
        ``cameo`` or ``plover``: whose codes it weighs.
    version : str
        Which edition of the source it is.
    source : str
        Where it can be checked.
    weights : Mapping[str, float]
        Code to weight, from -10 (conflict) to 10 (cooperation); read only.
    lacks : tuple[str, ...]
        Codes of the ontology that the source gives no weight.
    sha256 : str
        Digest of the content: a line ``code,weight`` a code, sorted by code, weights as
        Python prints them. Another digest is another table, whatever it is called.
    """

    name: str
    ontology: str
    version: str
    source: str
    weights: Mapping[str, float] = field(repr=False)
    lacks: tuple[str, ...] = field(repr=False)
    sha256: str

    @property
    def codes(self) -> int:
        """Number of codes with a weight."""
        return len(self.weights)


def _table(name: str, ontology: str, column: str, version: str, source: str) -> WeightTable:
    listed = dict(read_table(ontology).select("code", column).iter_rows())
    weights = {code: listed[code] for code in sorted(listed) if listed[code] is not None}
    content = "".join(f"{code},{weight}\n" for code, weight in weights.items())
    return WeightTable(
        name=name,
        ontology=ontology,
        version=version,
        source=source,
        weights=MappingProxyType(weights),
        lacks=tuple(code for code in sorted(listed) if listed[code] is None),
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )


WEIGHTS: dict[str, WeightTable] = {
    table.name: table
    for table in (
        _table(
            "goldstein-gdelt",
            "cameo",
            "goldstein_gdelt",
            "GDELT 1.0 and 2.0",
            "GDELT Project, lookup CAMEO.goldsteinscale.txt; after Goldstein (1992), "
            "Journal of Conflict Resolution 36(2)",
        ),
        _table(
            "goldstein-icews",
            "cameo",
            "goldstein_icews",
            "as of 2018",
            "ICEWS Coded Event Data, doi:10.7910/DVN/28075, column Intensity, as listed by the "
            "R package icews (andybega/icews)",
        ),
        _table(
            "goldstein-phoenix",
            "cameo",
            "goldstein_phoenix",
            "commit 02217d3",
            "openeventdata/phoenix_pipeline, postprocess.py, after CAMEO.SCALE.txt",
        ),
        _table(
            "plover",
            "plover",
            "score",
            "2023",
            "openeventdata/PLOVER, PLOVER_MANUAL.tex, conflict-cooperation scores; the sign of "
            "ACCUSE, printed as +3, is read as -3",
        ),
    )
}
"""The weight tables there are, by name."""

WEIGHT_TABLES = tuple(WEIGHTS)
"""Names of the weight tables."""
