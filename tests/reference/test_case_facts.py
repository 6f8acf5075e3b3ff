"""The facts of the founding case against the data they were entered from.

Counts are compared exactly: they are counts. Every entry that was left out, and every one that
has no milestone, stands here with its reason, so that nothing drops out silently.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tertius.casebook import Case, Milestone, case_path, parse

pytestmark = pytest.mark.realdata

YEARS = range(2009, 2019)
YEARLY = "icews/icews_dyad_year_quad_2002_2014.csv.gz"
VITAE = "korea/china_vitae_engagements_2003_2018.csv.gz"
CSIS = "korea/nk_provocations_csis_1958_2026.csv.gz"

# Entries listed under South Korea that are meetings with North Koreans.
NORTHERNERS_UNDER_SOUTH = {
    ("2009-03-18", "Wen Jiabao"),
    ("2009-03-18", "Yang Jiechi"),
    ("2009-03-19", "Hu Jintao"),
    ("2009-03-19", "Yang Jiechi"),
    ("2009-10-05", "Wen Jiabao"),
    ("2009-10-05", "Yang Jiechi"),
    ("2009-10-28", "Hu Jintao"),
}
# The entry listed under North Korea that is a meeting with a South Korean.
SOUTHERNER_UNDER_NORTH = ("2014-10-14", "Xi Jinping")
# Entries that are no further meeting, by list, with the reason.
NOT_COUNTED_NORTH = {
    ("2009-03-18", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2009-03-19", "Yang Jiechi"): "in Hu's meeting of that day",
    ("2009-10-04", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2009-10-05", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2010-05-06", "Wen Jiabao"): "in Hu's meeting of that day",
    ("2010-11-27", "Yang Jiechi"): "the same text as the day before",
    ("2018-01-11", "Xi Jinping"): "a statement on both Koreas",
}
NOT_COUNTED_SOUTH = {
    ("2009-04-05", "Yang Jiechi"): "telephone",
    ("2009-04-11", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2009-10-10", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2010-05-29", "Yang Jiechi"): "in Wen's meeting of that day",
    ("2010-06-28", "Yang Jiechi"): "in Hu's meeting of that day",
    ("2010-11-11", "Hu Jintao"): "in Seoul for the G20, with Russia's president",
    ("2010-11-12", "Hu Jintao"): "in Seoul for the G20, nobody named",
    ("2012-01-09", "Wen Jiabao"): "in Hu's meeting of that day",
    ("2012-03-20", "Hu Jintao"): "announcement of a journey",
    ("2012-03-25", "Hu Jintao"): "in Seoul for the nuclear summit, nobody named",
    ("2012-03-26", "Hu Jintao"): "in Seoul for the nuclear summit, with America's president",
    ("2012-03-26", "Yang Jiechi"): "in Seoul for the nuclear summit, with Pakistan's minister",
    ("2012-03-27", "Hu Jintao"): "in Seoul for the nuclear summit, nobody named",
    ("2012-03-28", "Hu Jintao"): "in Seoul for the nuclear summit, nobody named",
    ("2012-04-14", "Yang Jiechi"): "talks from Beijing with two capitals",
    ("2013-02-13", "Yang Jiechi"): "telephone",
    ("2013-03-20", "Xi Jinping"): "a pledge from Beijing",
    ("2013-12-31", "Wang Yi"): "telephone",
    ("2014-03-23", "Wang Yi"): "in Xi's meeting of that day",
    ("2014-04-17", "Xi Jinping"): "condolences",
    ("2014-04-17", "Li Keqiang"): "condolences",
    ("2014-05-27", "Wang Yi"): "second day of one stay, nobody named",
    ("2014-07-04", "Xi Jinping"): "second day of one stay, nobody named",
    ("2015-11-01", "Li Keqiang"): "second day of one stay, nobody named",
    ("2015-11-02", "Li Keqiang"): "third day of one stay, nobody named",
    ("2016-01-08", "Wang Yi"): "an exchange of views from Beijing",
    ("2016-09-13", "Wang Yi"): "telephone",
    ("2018-05-04", "Xi Jinping"): "telephone",
}
# Entries on North Koreans that have no milestone, with the reason.
NO_MILESTONE = {
    "2010-11-26": "the North's ambassador in Beijing calls at the ministry: nobody travelled",
    "2010-11-27": "the same entry again",
    "2014-10-14": "a South Korean",
    "2018-01-11": "a statement, not a meeting",
}


@pytest.fixture(scope="module")
def case() -> Case:
    parsed = parse(case_path("korea-2018"), known_cases=("korea-1960", "korea-2018"))
    assert parsed.case is not None
    return parsed.case


@pytest.fixture(scope="module")
def vitae(data: Path) -> pl.DataFrame:
    return pl.read_csv(data / VITAE).filter(pl.col("year").is_between(YEARS[0], YEARS[-1]))


def observed(case: Case, figure: str) -> dict[int, int]:
    return {int(year): count for year, count in case.figure(figure).values.items()}


def listed(vitae: pl.DataFrame, country: str) -> list[tuple[str, str, str]]:
    rows = vitae.filter(pl.col("country") == country).select("date", "leader", "text").rows()
    return sorted(rows)


@pytest.mark.parametrize("target", ["PRK", "KOR"])
@pytest.mark.parametrize(
    ("ending", "columns"),
    [("cooperation", ["verbCoop", "matlCoop"]), ("conflict", ["verbConf", "matlConf"])],
)
def test_yearly_event_counts_are_those_of_icews(
    case: Case, data: Path, target: str, ending: str, columns: list[str]
) -> None:
    """China's events toward each Korea, verbal and material together, 2009 to 2014."""
    table = pl.read_csv(data / YEARLY).filter(
        (pl.col("source_iso3") == "CHN")
        & (pl.col("target_iso3") == target)
        & pl.col("year").is_between(2009, 2014)
    )
    counted = dict(table.select("year", pl.sum_horizontal(columns)).rows())
    assert len(counted) == 6
    assert observed(case, f"chn-{target.lower()}-{ending}") == counted


@pytest.mark.parametrize(("figure", "country"), [("prk", "North Korea"), ("kor", "South Korea")])
def test_listed_meetings_are_the_raw_entries(
    case: Case, vitae: pl.DataFrame, figure: str, country: str
) -> None:
    """The raw figure counts entries as they are listed, right or wrong."""
    counted = Counter(int(day[:4]) for day, _, _ in listed(vitae, country))
    assert observed(case, f"meetings-{figure}-listed") == {year: counted[year] for year in YEARS}


def test_meetings_read_one_by_one_move_and_drop_what_is_said_here(
    case: Case, vitae: pl.DataFrame
) -> None:
    """Entries of the other Korea change lists; entries with a reason above are not counted."""
    north = {(day, who) for day, who, _ in listed(vitae, "North Korea")}
    south = {(day, who) for day, who, _ in listed(vitae, "South Korea")}
    assert south >= NORTHERNERS_UNDER_SOUTH
    assert SOUTHERNER_UNDER_NORTH in north
    north = (north | NORTHERNERS_UNDER_SOUTH) - {SOUTHERNER_UNDER_NORTH}
    south = (south - NORTHERNERS_UNDER_SOUTH) | {SOUTHERNER_UNDER_NORTH}
    assert set(NOT_COUNTED_NORTH) <= north
    assert set(NOT_COUNTED_SOUTH) <= south
    for figure, entries, dropped in (
        ("meetings-prk-read", north, NOT_COUNTED_NORTH),
        ("meetings-kor-read", south, NOT_COUNTED_SOUTH),
    ):
        counted = Counter(int(day[:4]) for day, who in entries if (day, who) not in dropped)
        assert observed(case, figure) == {year: counted[year] for year in YEARS}


def test_misplaced_entries_name_the_other_korea(vitae: pl.DataFrame) -> None:
    """What was moved is told by the entry's own words."""
    south = {(day, who): text for day, who, text in listed(vitae, "South Korea")}
    for entry in NORTHERNERS_UNDER_SOUTH:
        assert "Democratic People's Republic of Korea" in south[entry]
    north = {(day, who): text for day, who, text in listed(vitae, "North Korea")}
    assert "Republic of Korea (ROK)" in north[SOUTHERNER_UNDER_NORTH]
    assert "Democratic" not in north[SOUTHERNER_UNDER_NORTH]


def northern_meetings(vitae: pl.DataFrame) -> list[tuple[str, str]]:
    """Return day and text of every entry on North Koreans, wherever it is listed."""
    north = [(day, text) for day, _, text in listed(vitae, "North Korea")]
    south = [
        (day, text)
        for day, who, text in listed(vitae, "South Korea")
        if (day, who) in NORTHERNERS_UNDER_SOUTH
    ]
    return sorted(set(north + south))


def between_the_two(case: Case, day: date) -> list[Milestone]:
    return [
        fact
        for fact in case.milestones
        if {"CHN", "PRK"} <= set(fact.states)
        and fact.kind in ("visit", "summit", "talks")
        and fact.on <= day <= fact.last
    ]


def test_every_listed_meeting_has_a_milestone_or_a_reason(case: Case, vitae: pl.DataFrame) -> None:
    """Day by day: an entry falls within a dated meeting, or stands above with its reason."""
    missing = {
        day
        for day, _ in northern_meetings(vitae)
        if not between_the_two(case, date.fromisoformat(day))
    }
    assert missing == set(NO_MILESTONE)


def test_the_direction_of_a_visit_is_the_place_of_the_meeting(
    case: Case, vitae: pl.DataFrame
) -> None:
    """In Pyongyang China was the visitor; in a Chinese city the North was; elsewhere neither.

    On 11 July 2011 each side had a guest of the other: there one of the two must fit.
    """
    checked = 0
    for day, text in northern_meetings(vitae):
        facts = between_the_two(case, date.fromisoformat(day))
        if not facts:
            continue
        if "travelled to Democratic People's Republic of Korea" in text:
            expected = "CHN"
        elif "Beijing Municipality" in text or "Province," in text:
            expected = "PRK"
        else:
            expected = ""
        assert len(facts) == (2 if day == "2011-07-11" else 1), day
        assert expected in {fact.visitor for fact in facts}, day
        checked += 1
    assert checked >= 20


def test_resolutions_have_the_dates_of_the_record(case: Case, data: Path) -> None:
    """Each of 2009 to 2017 is a milestone on its day, and the yearly figure counts them."""
    table = pl.read_csv(data / "korea/unsc_dprk_sanction_resolutions.csv")
    record = {
        f"unsc-{number}": date.fromisoformat(day)
        for number, day in table.select("resolution", "adopted").rows()
        if int(day[:4]) >= 2009
    }
    entered = {fact.id: fact.on for fact in case.milestones if fact.kind == "resolution"}
    assert entered == record
    counted = Counter(day.year for day in record.values())
    assert observed(case, "unsc-resolutions") == {year: counted[year] for year in YEARS}


def test_nuclear_tests_have_the_dates_of_the_list(case: Case, data: Path) -> None:
    """Every nuclear test of 2009 to 2018 is a milestone, and there is no other."""
    table = pl.read_csv(data / CSIS).filter(
        pl.col("year").is_between(YEARS[0], YEARS[-1])
        & (pl.col("type") == "Nuclear Provocation")
        & pl.col("event").str.starts_with("Nuclear Test")
    )
    record = sorted(date.fromisoformat(day) for day in table["date"])
    entered = sorted(fact.on for fact in case.milestones if fact.id.startswith("nuclear-test-"))
    assert entered == record
    counted = Counter(day.year for day in record)
    assert observed(case, "prk-nuclear-tests") == {year: counted[year] for year in YEARS}


def test_missile_entries_are_counted_as_listed(case: Case, data: Path) -> None:
    """The list as it is; the test of 29 November 2017, which it lacks, has another source."""
    table = pl.read_csv(data / CSIS).filter(pl.col("type") == "Missile Provocation")
    counted = Counter(table["year"].to_list())
    assert observed(case, "prk-missile-launches") == {year: counted[year] for year in YEARS}
    assert case.milestone("icbm-third").on == date(2017, 11, 29)
    assert "2017-11-29" not in table["date"].to_list()
    missiles = [fact for fact in case.milestones if fact.kind == "test" and fact.source == "csis"]
    days = set(pl.read_csv(data / CSIS)["date"].to_list())
    assert {fact.on.isoformat() for fact in missiles} <= days


def test_the_chain_of_2018_has_the_dates_of_an_independent_list(case: Case, data: Path) -> None:
    """First and last days against a list typed from general knowledge by somebody else."""
    table = pl.read_csv(data / "korea/anchors_2017_2019.csv")
    spans = {(row["date"], row["end_date"] or row["date"]) for row in table.iter_rows(named=True)}
    chain = (
        "new-year-2018",
        "panmunjom-talks",
        "summit-announced",
        "section-301",
        "beijing-march",
        "moratorium",
        "panmunjom",
        "dalian",
        "cancellation",
        "panmunjom-second",
        "kim-yong-chol",
        "singapore",
        "beijing-june",
        "pompeo-july",
        "pompeo-cancelled",
        "pyongyang-september",
        "pompeo-october",
    )
    for name in chain:
        fact = case.milestone(name)
        assert (fact.on.isoformat(), fact.last.isoformat()) in spans, name


def test_the_treaties_of_1961_are_those_of_the_alliance_data(data: Path) -> None:
    """ATOP has both defence obligations from 1961 and neither in 1960."""
    korea, china, russia = 731, 710, 365
    table = pl.read_csv(data / "cow_atop_mid/atop_alliance.csv.gz").filter(
        (pl.col("ccode1") == korea) & pl.col("ccode2").is_in([china, russia])
    )
    defended = table.filter(pl.col("atop_defense") == 1).group_by("ccode2").agg(pl.min("year"))
    assert dict(defended.rows()) == {china: 1961, russia: 1961}
    parsed = parse(case_path("korea-1960"), known_cases=("korea-1960", "korea-2018"))
    assert parsed.case is not None
    signed = {name: parsed.case.milestone(f"treaty-{name}").on for name in ("soviet", "chinese")}
    assert signed == {"soviet": date(1961, 7, 6), "chinese": date(1961, 7, 11)}
