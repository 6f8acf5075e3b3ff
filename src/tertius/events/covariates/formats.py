"""The formats that are read as covariates: columns, licence, citation, one entry each.

Column names were checked against published headers: UCDP's API description of an event and
its releases 17.1 to 25.1, ACLED's own R package ``acledR`` and exports of 2020 to 2025.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COVARIATE_SOURCES", "CovariateSource"]


@dataclass(frozen=True, slots=True)
class CovariateSource:
    """What a source of covariates says about itself.

    Attributes
    ----------
    name : str
        What `read_covariates` calls it.
    title : str
        Its full name.
    about : str
        One sentence.
    licence : str
        Under what terms the data may be used.
    terms : str
        Address of the terms.
    citation : str
        What to cite; the version or the day of access is the user's to add.
    needed : tuple of str
        Columns a file must have, in any order and case.
    optional : tuple of str
        Columns that are used where a file has them.
    layouts : tuple of (str, frozenset of str)
        Headers met in the wild: schema version and its whole set of columns.
    kinds : tuple of str
        Kinds of event known today; a file may hold former ones.
    whole_world : bool
        Whether one file covers all its states over the same days. Otherwise a state begins
        when the source took it up.
    """

    name: str
    title: str
    about: str
    licence: str
    terms: str
    citation: str
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    layouts: tuple[tuple[str, frozenset[str]], ...]
    kinds: tuple[str, ...]
    whole_world: bool

    def layout(self, header: tuple[str, ...]) -> str:
        """Name the schema version a header belongs to."""
        names = frozenset(header) - {""}
        for version, columns in self.layouts:
            if names == columns:
                return version
        return f"{len(names)} columns, among them those needed"


_GED = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id "
    "conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a "
    "side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office "
    "source_date source_headline source_original where_prec where_coordinates "
    "where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country "
    "country_id region event_clarity date_prec date_start date_end deaths_a deaths_b "
    "deaths_civilians deaths_unknown best high low gwnoa gwnob"
)
_GED_NEEDED = "id type_of_violence country_id date_start date_end best high low"
_ACLED_BOTH = (
    "iso event_id_cnty event_date year time_precision event_type sub_event_type actor1 "
    "assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction region country admin1 admin2 "
    "admin3 location latitude longitude geo_precision source source_scale notes fatalities "
    "timestamp"
)
_ACLED_NOW = f"{_ACLED_BOTH} disorder_type civilian_targeting tags"
_ACLED_NEEDED = (
    "event_id_cnty event_date time_precision event_type actor1 actor2 country fatalities"
)
_ACLED_THEN = f"{_ACLED_BOTH} data_id event_id_no_cnty iso3"

COVARIATE_SOURCES: dict[str, CovariateSource] = {
    "ucdp-ged": CovariateSource(
        name="ucdp-ged",
        title="UCDP Georeferenced Event Dataset",
        about="Lethal events of organised violence since 1989, coded by people at Uppsala.",
        licence="CC BY 4.0",
        terms="https://ucdp.uu.se/downloads/",
        citation=(
            "Sundberg, Ralph and Erik Melander (2013) Introducing the UCDP Georeferenced Event "
            "Dataset. Journal of Peace Research 50(4); for candidate files: Hegre, Håvard, Mihai "
            "Croicu, Kristine Eck and Stina Högbladh (2020) Introducing the UCDP Candidate "
            "Events Dataset. Research & Politics 7(3)"
        ),
        needed=tuple(_GED_NEEDED.split()),
        optional=("gwnoa", "gwnob"),
        layouts=(("GED, 49 columns", frozenset(_GED.split())),),
        kinds=("state-based", "non-state", "one-sided"),
        whole_world=True,
    ),
    "acled": CovariateSource(
        name="acled",
        title="ACLED",
        about="Political violence and protest, coded weekly; states were taken up year by year.",
        licence="ACLED's own terms: an account is needed, rows may not be passed on",
        terms="https://acleddata.com/eula",
        citation=(
            "Raleigh, Clionadh, Roudabeh Kishi and Andrew Linke (2023) Political instability "
            "patterns are obscured by conflict dataset scope conditions, sources, and coding "
            "choices. Humanities and Social Sciences Communications 10:74; name the day of access"
        ),
        needed=tuple(_ACLED_NEEDED.split()),
        optional=("iso",),
        layouts=(
            ("ACLED, 31 columns", frozenset(_ACLED_NOW.split())),
            ("ACLED before 2023, 31 columns", frozenset(_ACLED_THEN.split())),
        ),
        kinds=(
            "Battles",
            "Explosions/Remote violence",
            "Protests",
            "Riots",
            "Strategic developments",
            "Violence against civilians",
        ),
        whole_world=False,
    ),
}
"""The sources by name."""
