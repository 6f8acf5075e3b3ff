"""A case file is judged in one go: every mistake with its path, none told twice, none missed.

Each test changes the draft that `tertius new` writes, which has no mistake, at one place or
more, and says which paths must be named. Nothing else may be named.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tertius.casebook import draft_case, parse
from tertius.claims import load_case
from tertius.errors import CaseError, Mistake

DRAFT = draft_case("test")
RANGE = 'low = 0.5\nhigh = 2.0\nwhy = "Say why these are the bounds."\nsource = "judgement"'
TURN = 'args = { source = "CHN", target = "PRK", on = 2018-03-08, max_lag_days = 28'
ROLE = 'args = { role = "pivot", start = 2018-04-01, end = 2018-06-30 }'

Change = tuple[str, str]


def changed(*changes: Change) -> str:
    text = DRAFT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def mistakes(tmp_path: Path):
    def find(*changes: Change) -> dict[str, Mistake]:
        path = tmp_path / "case.toml"
        path.write_text(changed(*changes), encoding="utf-8")
        with pytest.raises(CaseError) as caught:
            load_case(path)
        found = caught.value.mistakes
        assert str(path) in str(caught.value)
        assert len({mistake.path for mistake in found}) == len(found)
        return {mistake.path: mistake for mistake in found}

    return find


def test_five_mistakes_of_five_kinds_are_reported_together(mistakes) -> None:
    """A field nobody knows, a range upside down, a code, a day and a test: each with its path."""
    found = mistakes(
        ("title    =", 'titel    = "x"\ntitle    ='),
        (RANGE, RANGE.replace("0.5", "2.5")),
        ('others   = ["KOR"]', 'others   = ["KOX"]'),
        (ROLE, ROLE.replace("end = 2018", "end = 2019")),
        ('test = "price-of-rivalry"', 'test = "price-of-rivalri"'),
    )
    assert set(found) == {
        "titel",
        "game.ranges.k",
        "others[0]",
        "claims[0].parts[0].args.end",
        "claims[0].parts[1].test",
    }
    assert "title" in (found["titel"].hint or "")
    assert found["game.ranges.k"].what == "low 2.5 is above high 2"
    assert found["others[0]"].what == '"KOX" is not a state code'
    assert "KOR" in (found["others[0]"].hint or "")
    assert "2019-06-30" in found["claims[0].parts[0].args.end"].what
    assert "2018-10-31" in found["claims[0].parts[0].args.end"].what
    assert "price-of-rivalry" in (found["claims[0].parts[1].test"].hint or "")


def test_five_more_of_the_arguments_and_references(mistakes) -> None:
    """A source, a headline, an argument too many, one missing, and a state of no claim."""
    found = mistakes(
        ('source = "record"\nmain   = true', 'source = "recrod"\nmain   = true'),
        ('headline = ["plays-off"]', 'headline = ["play-off"]'),
        (ROLE, ROLE.replace("start =", "begin =")),
        (TURN, TURN.replace('"CHN"', '"FRA"')),
        ("patrons  =", "patron   = 1\npatrons  ="),
    )
    assert set(found) == {
        "milestones[0].source",
        "headline[0]",
        "claims[0].parts[0].args.begin",
        "claims[0].parts[0].args.start",
        "claims[1].parts[0].args.source",
        "patron",
    }
    assert found["milestones[0].source"].hint == 'did you mean "record"?'
    assert found["headline[0]"].hint == 'did you mean "plays-off"?'
    assert found["claims[0].parts[0].args.start"].what == 'the test "role" needs it'
    assert found["claims[0].parts[0].args.begin"].what == 'the test "role" has no such argument'
    assert "others" in (found["claims[1].parts[0].args.source"].hint or "")


@pytest.mark.parametrize(
    ("change", "path", "told"),
    [
        (('id      = "visit"', 'id      = "Visit One"'), "milestones[1].id", "pattern"),
        (("start  = 2018-01-01", 'start  = "2018-01-01"'), "window.start", "date"),
        (("start  = 2018-01-01", "start  = 2018-01-01T00:00:00"), "window.start", "date"),
        (("start  = 2018-01-01", "start  = 2019-01-01"), "window", "start <= before"),
        (("until   = 2018-03-28", "until   = 2018-03-20"), "milestones[1]", "is before on"),
        (('visitor = "PRK"', 'visitor = ""'), "milestones[1]", "come together"),
        (('kind    = "visit"', 'kind    = "voyage"'), "milestones[1].kind", "voyage"),
        (("main   = true", "main   = 1"), "milestones[0].main", "boolean"),
        (("main   = true", "amount = 5"), "milestones[0]", "unit"),
        (("main   = true", 'amount = nan\nunit="x"'), "milestones[0].amount", "finite"),
        (('patrons  = ["CHN", "USA"]', 'patrons  = ["CHN"]'), "patrons", "at least 2"),
        (('patrons  = ["CHN", "USA"]', 'patrons  = ["CHN", "USX"]'), "patrons[1]", "USX"),
        (('patrons  = ["CHN", "USA"]', 'patrons  = ["PRK", "USA"]'), "case", "different states"),
        (('headline = ["plays-off"]', "headline = []"), "headline", "at least 1"),
        (('pivot    = "PRK"', 'pivot    = "prk"'), "pivot", "prk"),
        (("seed     = 1", "seed     = -1"), "seed", "-1"),
        (('duplicates = "one-a-day"', 'duplicates = "all"'), "events.duplicates", "all"),
        (("[[claims]]", '[[claims]]\nword = "supported"'), "claims[0].word", "not a field"),
        ((TURN, TURN.replace('"CHN"', '"CHX"')), "claims[1].parts[0].args.source", "CHX"),
        ((TURN, TURN.replace('"CHN"', '"PRK"')), "claims[1].parts[0].args.target", "twice"),
        ((TURN, TURN.replace("28", "-1")), "claims[1].parts[0].args.max_lag_days", "0"),
        ((ROLE, "args = 5"), "claims[0].parts[0].args", "table"),
        ((ROLE, ROLE.replace("04-01", "07-01")), "claims[0].parts[0].args", "after end"),
        ((ROLE, ROLE.replace("pivot", "king")), "claims[0].parts[0].args.role", "pivot"),
        (("seed     = 1", 'precedent = "korea-1961"'), "precedent", "korea-1961"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_told_once_where_it_is(mistakes, change: Change, path: str, told: str) -> None:
    """One change, one mistake, at its path, with what was wrong in it."""
    found = mistakes(change)
    assert set(found) == {path}
    assert told in found[path].what


@pytest.mark.parametrize(
    ("entry", "path", "told"),
    [
        ("k = 1.0", "game.ranges.k", "low, high, why and source"),
        ("k = [1.0, 2.0]", "game.ranges.k", "low, high, why and source"),
        (f"[game.ranges.k]\n{RANGE.replace('0.5', 'nan')}", "game.ranges.k.low", "finite"),
        (f"[game.ranges.k]\n{RANGE.replace('2.0', 'inf')}", "game.ranges.k.high", "finite"),
        (f"[game.ranges.k]\n{RANGE.replace('2.0', '0.1')}", "game.ranges.k", "above high"),
        (f"[game.ranges.k]\n{RANGE.replace('0.5', '-0.5')}", "game.ranges", "k from -0.5"),
        (f"[game.ranges.kk]\n{RANGE}", "game.ranges", 'unknown parameter "kk"'),
        (f"[game.ranges.k]\n{RANGE.replace('judgement', 'x')}", "game.ranges.k.source", '"x"'),
        (
            '[game.ranges.k]\nlow = 1\nhigh = 2\nsource = "judgement"',
            "game.ranges.k.why",
            "missing",
        ),
    ],
)
def test_a_range_is_two_finite_ends_with_a_reason(
    mistakes, entry: str, path: str, told: str
) -> None:
    """Never a bare number, nothing without an end, nothing the parameter cannot be."""
    found = mistakes(
        (f"[game.ranges.k]\n{RANGE}", entry if entry[0] == "[" else "[game.ranges]\n" + entry)
    )
    assert set(found) == {path}
    assert told in f"{found[path].what} {found[path].hint}"


def test_rivalry_may_be_given_by_rival(tmp_path: Path) -> None:
    """`rho.CHN.USA` is a nested table and means the same as `rho.CHN` for two patrons."""
    path = tmp_path / "case.toml"
    path.write_text(changed(("[game.ranges.rho.CHN]", "[game.ranges.rho.CHN.USA]")))
    case = load_case(path).case
    assert case.game is not None
    assert "rho.CHN.USA" in case.game.ranges
    assert "rho.CHN" not in case.game.ranges


def test_rivalry_given_twice_is_refused(mistakes) -> None:
    """One number a patron or one a rival, not both."""
    found = mistakes(
        ("[game.ranges.rho.CHN]", f"[game.ranges.rho.CHN.USA]\n{RANGE}\n[game.ranges.rho.CHN]")
    )
    assert all(path.startswith("game.ranges") for path in found)


@pytest.mark.parametrize("table", ["sources", "milestones", "figures", "claims"])
def test_an_id_stands_once(mistakes, table: str) -> None:
    """Two entries of one name could not be told apart."""
    text = {
        "sources": '[[sources]]\nid = "record"\ntitle = "Again"\n[[milestones]]',
        "milestones": '[[milestones]]\nid = "visit"\nsays = "x"\non = 2018-02-01\n'
        'kind = "other"\nstates = ["PRK"]\nsource = "record"\n[[milestones]]',
        "figures": 2 * '[[figures]]\nid = "f"\nsays = "x"\nunit = "y"\nsource = "record"\n'
        "values = { 2018 = 1 }\n" + "[[milestones]]",
        "claims": '[[claims]]\nid = "trigger"\nsays = "x"\n[[claims.parts]]\ntest = "attribution"\n'
        "[[milestones]]",
    }[table]
    found = mistakes(("[[milestones]]", text))
    assert set(found) == {table}
    assert "stands 2 times" in found[table].what


@pytest.mark.parametrize("given", ["5", "[1]", "{ a = 1 }", "2018-01-01", "true", '""'])
def test_an_id_of_another_kind_is_a_mistake_and_no_fault(mistakes, given: str) -> None:
    """Whatever stands where a name should, the file is read to its end."""
    found = mistakes(('id     = "announcement"', f"id = {given}"))
    assert set(found) == {"milestones[0].id"}


def test_a_milestone_or_figure_nobody_named_is_told_with_the_closest(mistakes) -> None:
    """Also where the rest of the file has mistakes."""
    order = 'test = "milestone-order"\nargs = { first = "visitt", then = "announcement" }'
    spans = (
        'test = "level-between-spans"\n'
        'args = { figure = "f", span = [2010, 2011], versus_span = [2012, 2011], '
        'direction = "higher" }'
    )
    found = mistakes(
        ('test = "price-of-rivalry"', f"{order}\n[[claims.parts]]\n{spans}"),
        ("title    =", "colour   = 1\ntitle    ="),
    )
    assert set(found) == {
        "colour",
        "claims[0].parts[1].args.first",
        "claims[0].parts[2].args",
    }
    assert found["claims[0].parts[1].args.first"].hint == 'did you mean "visit"?'
    assert "backwards" in found["claims[0].parts[2].args"].what


def test_a_patron_an_argument_names_must_be_one(mistakes) -> None:
    """A claim about another patron is about another game."""
    part = 'test = "who-pays"\nargs = { payers = ["CHN", "KOR"] }'
    found = mistakes(('test = "price-of-rivalry"', part))
    assert set(found) == {"claims[0].parts[1].args.payers[1]"}
    assert "patrons are CHN, USA" in (found["claims[0].parts[1].args.payers[1]"].hint or "")


def test_what_is_missing_is_not_held_against_the_rest(mistakes) -> None:
    """Without its pivot or its window a file has one mistake, not one for each use of it."""
    assert set(mistakes(('pivot    = "PRK"', ""))) == {"pivot"}
    assert set(mistakes(("[window] ", "[windows]"))) == {"window", "windows"}
    assert set(mistakes(('patrons  = ["CHN", "USA"]', ""))) == {"patrons"}


def test_a_wrong_field_gets_the_closest_right_one(mistakes) -> None:
    """Anywhere in the file."""
    found = mistakes(("before = 2018-02-28", "befor = 2018-02-28"))
    assert found["window.befor"].hint == 'did you mean "before"?'
    assert found["window.before"].what == "is missing"


def test_parsing_alone_names_the_mistakes_it_can_see(tmp_path: Path) -> None:
    """`parse` looks at the file, `load_case` at its claims' tests as well."""
    path = tmp_path / "case.toml"
    path.write_text(changed(('test = "price-of-rivalry"', 'test = "nonsense"')))
    assert parse(path).mistakes == ()
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert [mistake.path for mistake in caught.value.mistakes] == ["claims[0].parts[1].test"]
