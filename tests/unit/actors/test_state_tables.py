"""The tables are whole, and states, codes and lists follow from them."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from importlib import resources

import pytest

from tertius.actors import (
    SCHEMES,
    find_states,
    known_states,
    officeholders,
    resolve,
    resolve_code,
    roll_up,
    state,
    states,
)
from tertius.actors.folding import fold
from tertius.actors.registers import register
from tertius.errors import UnknownNameError, UsageError


def test_every_table_refers_only_to_known_states():
    """No name, person or organisation points at a key that is not in the list of states."""
    keys = set(known_states())
    named = {entry.iso3 for entries in register().names.values() for entry in entries}
    assert named <= keys | {""}
    assert {term.iso3 for term in officeholders()} <= keys | {""}
    assert {each.continues for each in states()} <= keys | {""}


def test_every_state_resolves_to_itself_by_key_and_by_name():
    """Key and short name find the state on the first day of each of its spans."""
    for each in states():
        for span in each.spans:
            assert resolve(each.iso3, span.start).iso3 == each.iso3
            by_name = resolve(each.name, span.start)
            assert each.iso3 == by_name.iso3 or by_name.method == "ambiguous"


def test_spans_of_a_state_are_in_order_and_apart():
    """No state lives twice at once."""
    for each in states():
        assert all(span.start <= span.end for span in each.spans)
        assert all(
            one.end < other.start for one, other in zip(each.spans, each.spans[1:], strict=False)
        )


def test_terms_are_whole_and_no_spelling_serves_two_persons():
    """Each term starts before it ends, names an office and a source."""
    for term in officeholders():
        assert term.start <= term.end, term
        assert term.office
        assert term.source
    bearers = defaultdict(set)
    table = resources.files("tertius.actors") / "tables" / "persons.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        for spelling in (row["name"], *filter(None, row["also"].split("|"))):
            bearers[fold(spelling)].add(row["name"])
    assert len(bearers) > 700
    assert [names for names in bearers.values() if len(names) > 1] == []


def test_the_note_on_a_person_gives_the_offices_with_their_years():
    """Offices of one allegiance stand together, in order of time."""
    assert resolve("Kim Il Sung", 1960).note.startswith(
        "Premier 1948–1972; Chairman of the Central"
    )
    assert resolve("Ban Ki-moon", 2005).note == "Foreign Minister 2004–2006"


def test_no_person_bears_the_name_of_a_place():
    """A person's name that is also a place's would be read as the place."""
    both = [
        name
        for name, entries in register().names.items()
        if {"person"} < {entry.kind for entry in entries} - {"none"}
    ]
    assert both == []


@pytest.mark.parametrize(
    ("code", "scheme", "on", "iso3"),
    [
        ("KN", "fips", 2018, "PRK"),
        ("KS", "fips", 2018, "KOR"),
        ("KR", "fips", 2018, "KIR"),
        ("RS", "fips", 2018, "RUS"),
        ("RS", "fips", 1985, "SUN"),
        ("CH", "fips", 2018, "CHN"),
        (710, "cow", 1960, "CHN"),
        ("713", "cow", 1960, "TWN"),
        (365, "cow", 1960, "SUN"),
        (365, "gw", 2018, "RUS"),
        (255, "cow", 1960, None),
        (260, "cow", 1960, "DEU"),
        (260, "gw", 2018, "DEU"),
        (265, "cow", 1960, "DDR"),
        (345, "cow", 1960, "YUG"),
        (345, "cow", 2018, "SRB"),
        ("ROM", "cameo", 2018, "ROU"),
        ("TMP", "cameo", 2018, "TLS"),
        ("WSB", "cameo", 2018, "PSE"),
        ("AFR", "cameo", 2018, None),
        ("KSV", "cameo", 2018, "XKX"),
        ("VDR", "iso3", 1970, "VNM"),
        ("prk", "iso3", None, "PRK"),
        ("QQ", "fips", None, None),
    ],
)
def test_codes_are_read_in_their_scheme_at_their_date(code, scheme, on, iso3):
    """FIPS is not ISO, and numbers pass from state to state."""
    assert resolve_code(code, scheme, on).iso3 == iso3


def test_no_code_means_two_states_on_one_day():
    """In every scheme a code has one holder a day, on the first day of each span."""
    for each in states():
        for span in each.spans:
            for scheme, code in (("cow", span.cow), ("gw", span.gw)):
                if code is not None:
                    assert resolve_code(code, scheme, span.start).iso3 == each.iso3
            for code in each.fips:
                assert resolve_code(code, "fips", span.start).iso3 == each.iso3


def test_an_unknown_scheme_is_named():
    """The message lists the schemes there are."""
    with pytest.raises(UnknownNameError, match="unknown code scheme") as caught:
        resolve_code("KN", "nato")
    assert all(scheme in str(caught.value) for scheme in SCHEMES)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("vietnam", '"VNM"'), ("prk", '"PRK"'), ("korea", '"PRK"'), ("KN", '"PRK"')],
)
def test_an_unknown_key_gets_the_key_that_was_meant(wrong, hint):
    """`state` raises with a hint that holds a key to use."""
    with pytest.raises(UnknownNameError) as caught:
        state(wrong)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("prk", "PRK"),
        ("north korea", "PRK"),
        ("Moscow", "RUS"),
        ("731", "PRK"),
        ("soviet", "SUN"),
        ("germny", "DEU"),
        ("guinea bissau", "GNB"),
    ],
)
def test_the_search_finds_states_by_code_name_part_or_near_miss(text, first):
    """The state most likely meant comes first."""
    assert find_states(text)[0].iso3 == first


def test_the_search_is_bounded_and_takes_anything():
    """A blank lists all; noise finds none."""
    assert len(find_states("", most=1000)) == len(known_states())
    assert len(find_states("republic", most=5)) == 5
    assert find_states("\x00\x00qzqzqz") == ()
    assert find_states("z" * 1_000_000) == ()


def test_years_of_a_state_are_readable():
    """Spans of years as the command line prints them."""
    assert state("SUN").years == "1922–1991"
    assert state("DDR").years == "1949–1990"
    assert state("SYR").years == "1946–1958, 1961–"
    assert state("HKG").years == "always"


def test_the_leaders_of_the_korea_cases_are_dated():
    """Each of the five capitals of each case has somebody in office in every year."""
    for keys, years in (
        (("SUN", "CHN", "PRK", "USA", "KOR"), range(1955, 1966)),
        (("RUS", "CHN", "PRK", "USA", "KOR"), range(2016, 2021)),
    ):
        for key in keys:
            for year in years:
                assert officeholders(key, year), (key, year)


def test_a_roll_up_counts_what_stays_unknown():
    """Order is kept, and every miss is counted by name."""
    names = ["Moscow", "Nobody", "Moscow", "Korea", "Nobody"]
    rolled = roll_up(names, [1960, 1960, date(2018, 1, 1), 2018, 2018])
    assert rolled.iso3 == ("SUN", None, "RUS", None, None)
    assert rolled.unresolved == (("Nobody", 2), ("Korea", 1))
    assert dict(rolled.methods) == {"capital": 2, "unknown": 2, "ambiguous": 1}
    assert rolled.resolved_share == pytest.approx(2 / 5)


def test_a_roll_up_agrees_with_resolving_one_by_one():
    """With dates, one date, a year or none the answers are those of `resolve`."""
    names = ["Moscow", "Serbia", "USSR", "Kim Jong-Un", "x", "Germany"] * 3
    days = [date(1950 + 4 * i, 3, 9) for i in range(len(names))]
    expected = tuple(resolve(n, d).iso3 for n, d in zip(names, days, strict=True))
    assert roll_up(names, days).iso3 == expected
    assert roll_up(names).iso3 == tuple(resolve(name).iso3 for name in names)
    assert roll_up(names, 1995).iso3 == tuple(resolve(name, 1995).iso3 for name in names)


def test_a_roll_up_takes_arrays_and_columns():
    """numpy and Polars columns serve as names and as dates."""
    import numpy as np
    import polars as pl

    names = ["Moscow", "Moscow"]
    days = np.array(["1960-01-01", "2018-01-01"], dtype="datetime64[D]")
    assert roll_up(np.array(names), days).iso3 == ("SUN", "RUS")
    assert roll_up(pl.Series(names), pl.Series(days)).iso3 == ("SUN", "RUS")


def test_a_roll_up_refuses_unequal_lengths():
    """Names and dates must come in pairs."""
    with pytest.raises(UsageError, match="2 names and 1 dates"):
        roll_up(["a", "b"], [2018])
    assert roll_up([], []).resolved_share == 1.0


def test_importing_and_reading_the_tables_is_light():
    """No frame library or numpy comes in, and the tables load in 50 ms of processor time."""
    script = (
        "import sys, time, tertius.actors as a;"
        "t = time.process_time(); a.resolve('China'); t = time.process_time() - t;"
        "heavy = {'polars', 'numpy', 'pandas', 'scipy'} & set(sys.modules);"
        "print(round(1000 * t), sorted(heavy))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split(maxsplit=1)
        for _ in range(3)
    ]
    assert {heavy.strip() for _, heavy in runs} == {"[]"}
    assert min(int(milliseconds) for milliseconds, _ in runs) <= 50


def test_kinds_of_names_are_those_documented():
    """The table of names holds no kind the resolver does not rank."""
    kinds = Counter(e.kind for entries in register().names.values() for e in entries)
    assert set(kinds) == {
        "name",
        "demonym",
        "capital",
        "palace",
        "un-seat",
        "person",
        "organisation",
        "none",
    }
