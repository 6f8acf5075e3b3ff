"""Case files that are no case files: each a clear error, none a fault, none a wrong answer."""

from __future__ import annotations

import errno
import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertius.casebook import draft_case
from tertius.claims import load_case
from tertius.errors import CaseError, Mistake, SourceError, TertiusError
from tertius.settings import limit

DRAFT = draft_case("hostile")
DEEP = 5_000


@pytest.fixture
def refusal(tmp_path: Path):
    """The error a file's content meets, which names the file."""

    def meet(content: bytes | str) -> TertiusError:
        path = tmp_path / "case.toml"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        with pytest.raises((CaseError, SourceError)) as caught:
            load_case(path)
        assert caught.value.where == str(path)
        assert caught.value.exit_code == 3
        return caught.value

    return meet


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (DRAFT + "\nx = \n", "not TOML"),
        (DRAFT.replace('"PRK"', "PRK", 1), "line"),
        (DRAFT + "\0", "not TOML"),
        (DRAFT.encode("utf-16"), "not UTF-8"),
        (DRAFT.replace("Author", "Autör").encode("cp1252", "replace"), "not UTF-8"),
        (b"\x00" * 1000, "not TOML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8"),
        (random.Random(1).randbytes(4096), "not UTF-8"),
        ("{", "not TOML"),
        ('"' * 3, "not TOML"),
        ("x = " + "[" * DEEP + "]" * DEEP, "not TOML"),
        ("x = " + "{a=" * DEEP + "1" + "}" * DEEP, "not TOML"),
        (DRAFT.replace("seed     = 1", "seed     = " + "9" * 5_000), "not TOML"),
        (DRAFT.replace("One state", "\\ud800"), "not TOML"),
        (DRAFT.replace("2018-01-01", "2018-02-30"), "not TOML"),
        (DRAFT.replace("id       =", 'id = "twice"\nid ='), "not TOML"),
    ],
    ids=range(16),
)
def test_what_cannot_be_read_is_refused_with_its_place(refusal, content, told: str) -> None:
    """Neither text nor TOML: one mistake, said plainly."""
    error = refusal(content)
    assert isinstance(error, CaseError)
    [mistake] = error.mistakes
    assert told in str(mistake)
    assert mistake.hint


def test_a_wrong_byte_is_told_by_its_line(refusal) -> None:
    """The first that is not UTF-8."""
    lines = DRAFT.encode("utf-8").split(b"\n")
    lines[6] += b" # caf\xe9"
    [mistake] = refusal(b"\n".join(lines)).mistakes
    assert mistake.path == "line 7"


def test_an_empty_file_lacks_everything(refusal) -> None:
    """Each field that must be there is named, once."""
    for content in (b"", b"\n\n", b"# only a comment\n", b"\xef\xbb\xbf"):
        error = refusal(content)
        needed = {
            "id", "title", "question", "pivot", "patrons", "headline", "window", "events", "claims",
        }  # fmt: skip
        assert {mistake.path for mistake in error.mistakes} == needed
        assert {mistake.what for mistake in error.mistakes} == {"is missing"}


def test_what_is_not_there_or_not_a_file_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder without one, a folder in its place."""
    (tmp_path / "case.toml").mkdir()
    for path, told in (
        (tmp_path / "none.toml", "no such file"),
        (tmp_path / "no" / "such" / "folder.toml", "no such file"),
        (tmp_path / "case.toml" / "case.toml", "no such file"),
        (tmp_path, "not a file"),
    ):
        with pytest.raises(SourceError, match=told):
            load_case(path)


def test_a_file_nobody_may_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason the system gives; said for it here, since root may read every file."""
    path = tmp_path / "case.toml"
    path.write_text(DRAFT)

    def closed(self: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(SourceError, match="permission denied"):
        load_case(path)


def test_a_path_the_system_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A name of a thousand letters."""
    with pytest.raises(SourceError, match="too long"):
        load_case(tmp_path / ("x" * 1000 + ".toml"))


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """Its size is asked for before its bytes are: a sparse terabyte costs nothing."""
    path = tmp_path / "case.toml"
    with path.open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(SourceError, match="too large") as caught:
        load_case(path)
    assert f"{limit('max_case_bytes'):,}" in (caught.value.allowed or "")


def test_deep_tables_are_a_mistake_and_no_fault(refusal) -> None:
    """Dotted keys nest without brackets, so that the parser itself lets them through."""
    for table in ("game.ranges", "claims.parts.args", "window", "elsewhere"):
        name = ".".join([table, *("a" for _ in range(DEEP))])
        error = refusal(f"{DRAFT}\n[{name}]\nlow = 1\n")
        assert error.mistakes


def test_many_mistakes_are_all_told(refusal) -> None:
    """A thousand claims without a name: a thousand paths."""
    claims = '\n[[claims]]\nsays = "x"\n[[claims.parts]]\ntest = "nonsense"\n' * 1000
    paths = [mistake.path for mistake in refusal(DRAFT + claims).mistakes]
    assert paths.count("claims[1001].id") == paths.count("claims[1001].parts[0].test") == 1
    assert len(paths) == len(set(paths)) == 2000


def test_numbers_nobody_can_count_with_are_refused(refusal) -> None:
    """Counts beyond a billion, years beyond the calendar, a draw too many."""
    figure = (
        '\n[[figures]]\nid = "f"\nsays = "x"\nunit = "y"\nsource = "record"\nvalues = '
        "{{ 2010 = {count}, 2011 = 2 }}\n"
        '[[claims]]\nid = "x"\nsays = "x"\n[[claims.parts]]\ntest = "level-between-spans"\n'
        'args = {{ figure = "f", span = [{first}, 2011], versus_span = [2010, 2011], '
        'direction = "higher" }}\n'
    )
    huge = refusal(DRAFT + figure.format(count="9" * 30, first=2010))
    assert [mistake.path for mistake in huge.mistakes] == ["figures[0].values.2010"]
    early = refusal(DRAFT + figure.format(count=1, first=-(10**9)))
    assert [mistake.path for mistake in early.mistakes] == ["claims[2].parts[0].args.span.0"]
    many = refusal(DRAFT.replace("[game]", "[game]\ndraws = 1_000_000_000"))
    assert [mistake.path for mistake in many.mistakes] == ["game.draws"]


def test_a_case_may_not_name_itself_out_of_its_place(refusal) -> None:
    """An id becomes a file name: nothing but letters, digits and hyphens."""
    for name in ("../../etc/passwd", "a/b", "a\\\\b", ".", "con.html", "x" * 61, "", "É"):
        error = refusal(DRAFT.replace('"hostile"', f'"{name}"'))
        assert [mistake.path for mistake in error.mistakes] == ["id"]


def test_windows_line_ends_and_a_mark_at_the_start_are_read(tmp_path: Path) -> None:
    """What editors add is no mistake."""
    path = tmp_path / "case.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DRAFT.replace("\n", "\r\n").encode("utf-8"))
    assert load_case(path).id == "hostile"


_VALUES = st.recursive(
    st.one_of(
        st.none().map(lambda _: "nan"),
        st.integers(-(10**20), 10**20).map(str),
        st.booleans().map(lambda value: str(value).lower()),
        st.sampled_from(["2018-03-08", "12:00:00", "2018-03-08T00:00:00Z", "inf", "0.5", '""']),
        st.text("abc<>&-", max_size=4).map(lambda text: f'"{text}"'),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.text("abid", min_size=1, max_size=3), inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {item}" for key, item in table.items()) + "}"
        ),
    ),
    max_leaves=4,
)
_LINES = [
    position
    for position, line in enumerate(DRAFT.splitlines())
    if " = " in line and not line.startswith("#")
]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(place=st.sampled_from(_LINES), value=_VALUES)
def test_any_value_in_any_place_is_read_or_refused(tmp_path: Path, place: int, value: str) -> None:
    """Whatever a field is set to, the file loads or every mistake has a path; no other end."""
    lines = DRAFT.splitlines()
    lines[place] = f"{lines[place].split('=')[0]}= {value}"
    path = tmp_path / "case.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    mistakes: tuple[Mistake, ...] = ()
    try:
        claims = load_case(path).case.claims
    except CaseError as error:
        claims, mistakes = (), error.mistakes
    assert bool(claims) != bool(mistakes)
    assert all(mistake.path and mistake.what for mistake in mistakes)
