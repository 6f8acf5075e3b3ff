"""`tertius solve` with its options: the numbers printed, and every way to ask wrongly.

Numbers are compared with the workbench, whose own tests say that they are right, to the
digits printed.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from tertius.casebook import draft_case
from tertius.claims import Context, Setup, load_case, work_out
from tertius.game import Range

LAYERS = {
    "sigma.CHN": (0.5, 1.5), "sigma.USA": (0.2, 0.8), "lambda.CHN": (0.1, 0.2),
    "lambda.USA": (0, 0.1), "shield.CHN": (0.2, 0.8), "cap.CHN": (0.3, 1.5), "cap.USA": (0.2, 1),
    "delivery": (0.6, 0.8), "mu": (0.2, 0.6), "omega.KOR": (0.1, 1), "beta.KOR": (0, 2),
    "rho.KOR.CHN": (0, 1), "rho.KOR.USA": (-0.5, 0), "rho.CHN.KOR": (0, 1),
    "rho.USA.KOR": (-0.2, 0.2),
}  # fmt: skip


@pytest.fixture
def own(tertius) -> str:
    """A small case of one's own, with every layer and a guest."""
    text = draft_case("own").replace("[game] ", "[game]\ndraws = 200 ")
    claims = text.index("# A claim stands on parts")
    layers = "".join(
        f'[game.ranges.{name}]\nlow = {low}\nhigh = {high}\nwhy = "For a test, as wide as '
        f'it needs."\nsource = "judgement"\n'
        for name, (low, high) in LAYERS.items()
    )
    Path("own.toml").write_text(text[:claims] + layers + text[claims:], encoding="utf-8")
    return "own.toml"


def worked(path: str, **changes):
    case = load_case(path).case
    return work_out(case, Setup(**changes), Context(case, {}).seed("draws"))


def printed(done) -> dict[str, str]:
    """The rows of the table, without its head."""
    assert (done.code, done.err) == (0, "")
    head, *lines = done.out.splitlines()
    assert head == "own, middle of the ranges\tvalue"
    return dict(line.split("\t") for line in lines)


def quantiles(values) -> str:
    return ", ".join(f"{end:.3g}" for end in np.quantile(values, (0.05, 0.5, 0.95)).tolist())


def agrees(told: dict[str, str], found) -> None:
    """Everything printed is what the workbench found, to the digits printed."""
    solution, spread = found.solution, found.spread
    assert told["policy"] == found.game.policies[solution.policy]
    assert told["pivot's payoff"] == str(round(float(solution.pivot_payoff), 4))
    assert told["rent"] == str(round(float(solution.rent), 4))
    for name, paid in zip(found.game.names, solution.transfers, strict=True):
        assert told[f"{name} pays"] == str(round(float(paid), 4))
    assert float(told["largest gain from deviating"]) < 1e-9
    assert told["draws"] == "200"
    assert told["rent over the draws: 5, 50, 95 %"] == quantiles(spread.rent)
    assert told["pivot's payoff over the draws: 5, 50, 95 %"] == quantiles(spread.pivot_payoff)
    for row, held in (
        ("draws with a positive rent", spread.rent > 1e-9),
        ("draws in which the goal is bought", spread.goal > 0),
    ):
        share = 100 * held.mean()
        expected = f"{share:.0f} %" if 0.5 < share < 99.5 or share in (0, 100) else None
        assert told[row] == expected or (expected is None and "than" in told[row])


def test_without_options_the_case_is_solved_as_its_claims_see_it(tertius, own: str) -> None:
    """The draws of the claims, none of the layers in force."""
    told = printed(tertius("solve", own))
    found = worked(own)
    agrees(told, found)
    draws = Context(load_case(own).case, {}).draws
    assert told["rent over the draws: 5, 50, 95 %"] == quantiles(draws.batch.rent)


SIX = {"ranges": {"c": Range(6, 6)}}


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (["--set", "c=6"], SIX),
        (["--set", "c=6:6"], SIX),
        (["--set", "c= 6 : 6.0"], SIX),
        (["--set", "c=1", "--set", "rho.USA=0.5:1e0"],
         {"ranges": {"c": Range(1, 1), "rho.USA": Range(0.5, 1)}}),
        (["--blocs", "CHN+USA"], {"blocs": (("CHN", "USA"),)}),
        (["--blocs", "USA + CHN"], {"blocs": (("USA", "CHN"),)}),
        (["--sanction", "CHN"], {"senders": ("CHN",)}),
        (["--sanction", "CHN", "--sanction", "USA=0.5", "--form", "shielded"],
         {"senders": ("CHN", "USA"), "form": "shielded",
          "ranges": {"sigma.USA": Range(0.5, 0.5)}}),
        (["--sanction", "USA=0.1:0.9", "--form", "isolation"],
         {"senders": ("USA",), "form": "isolation", "ranges": {"sigma.USA": Range(0.1, 0.9)}}),
        (["--guest", "KOR"], {"guest": "KOR"}),
        (["--guest", "KOR", "--blocs", "USA+KOR", "--sanction", "CHN=1", "--set", "k=3"],
         {"guest": "KOR", "blocs": (("USA", "KOR"),), "senders": ("CHN",),
          "ranges": {"sigma.CHN": Range(1, 1), "k": Range(3, 3)}}),
    ],
)  # fmt: skip
def test_options_change_what_they_say(tertius, own: str, options, changes) -> None:
    """The numbers are those of the workbench with that change, and not those without."""
    told = printed(tertius("solve", own, *options))
    agrees(told, worked(own, **changes))
    assert told != printed(tertius("solve", own))


def test_patrons_that_bid_as_one_leave_no_rent(tertius, own: str) -> None:
    """In the middle and over the draws; the bloc's members share a name."""
    told = printed(tertius("solve", own, "--blocs", "CHN+USA"))
    assert float(told["rent"]) == 0
    assert told["draws with a positive rent"] == "0 %"
    assert "CHN + USA pays" in told


def test_purses_print_every_equilibrium_that_is_found(tertius, own: str) -> None:
    """Numbered, with how they were found; over the draws one each."""
    for options, changes in (
        (["--cap", "CHN", "--cap", "USA=0.4"],
         {"capped": ("CHN", "USA"), "ranges": {"cap.USA": Range(0.4, 0.4)}}),
        (["--cap", "USA=0.2:0.3"], {"capped": ("USA",), "ranges": {"cap.USA": Range(0.2, 0.3)}}),
    ):  # fmt: skip
        told, found = printed(tertius("solve", own, *options)), worked(own, **changes)
        solution = found.solution
        assert told["equilibria found"] == f"{solution.status} ({solution.method})"
        for place, outcome in enumerate(solution.outcomes, start=1):
            assert told[f"policy {place}"] == found.game.policies[outcome.policy]
            payoff = str(round(float(outcome.pivot_payoff), 4))
            assert told[f"pivot's payoff {place}"] == payoff
        solved = ~np.isnan(found.spread.rent)
        assert told["rent over the draws: 5, 50, 95 %"] == quantiles(found.spread.rent[solved])


def test_purses_beside_sanctions_are_solved_in_the_middle(tertius, own: str) -> None:
    """And it says so."""
    told = printed(tertius("solve", own, "--cap", "CHN", "--sanction", "USA"))
    assert told["over the draws"] == "not solved with caps beside blocs or sanctions"
    assert "draws with a positive rent" not in told


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--set", "c=6", "--blocs", "CHN+USA"],
        ["--sanction", "CHN", "--form", "any-tie"],
        ["--cap", "CHN=0.2", "--cap", "USA=0.2"],
        ["--cap", "CHN", "--blocs", "CHN+USA"],
        ["--guest", "KOR"],
    ],
)
def test_json_has_the_same_numbers(tertius, own: str, options) -> None:
    """Row for row, with the case and the unit of money."""
    told = printed(tertius("solve", own, *options))
    found = tertius("solve", own, *options, "--json").json
    assert (found.pop("case"), bool(found.pop("money"))) == ("own", True)
    assert {name: "" if value is None else str(value) for name, value in found.items()} == told


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--set", "c"], 2, ['--set "c"', "NAME=LOW:HIGH"]),
        (["--set", ""], 2, ['--set ""', "NAME=LOW:HIGH"]),
        (["--set", "c="], 2, ["no number", "LOW:HIGH"]),
        (["--set", "c=1:"], 2, ["no number", "LOW:HIGH"]),
        (["--set", "c=:1"], 2, ["no number", "LOW:HIGH"]),
        (["--set", "c=1:2:3"], 2, ["no number", "LOW:HIGH"]),
        (["--set", "c=much"], 2, ['"much"', "LOW:HIGH"]),
        (["--set", "c=nan"], 2, ["nan", "finite"]),
        (["--set", "c=1:inf"], 2, ["inf", "finite"]),
        (["--set", "c=1e999"], 2, ["finite"]),
        (["--set", "c=2:1"], 2, ["low 2 above high 1", "low ≤ high", "swap"]),
        (["--set", "=1"], 3, ['unknown parameter ""', "omega.CHN"]),
        (["--set", "omgea.CHN=1"], 3, ["omgea.CHN", 'did you mean "omega.CHN"']),
        (["--set", "omega.FRA=1"], 3, ["omega.FRA", "omega.CHN"]),
        (["--set", "omega.KOR=1"], 3, ["omega.KOR", "omega.CHN"]),
        (["--set", "k=0"], 3, ["k from 0 to 0", "> 0"]),
        (["--set", "q=2"], 3, ["q from 2 to 2", "≤ 1"]),
        (["--set", "mu=1"], 3, ["mu", "< 1"]),
        (["--guest", "FRA"], 2, ['unknown guest "FRA"', "Allowed: KOR"]),
        (["--guest", "CHN"], 2, ['unknown guest "CHN"', "Allowed: KOR"]),
        (["--guest", "KOR", "--set", "rho.CHN=1"], 3, ["one number and by rival"]),
        (["--blocs", ""], 2, ['unknown patron ""', "CHN, USA"]),
        (["--blocs", "CHN+"], 2, ['unknown patron ""', "CHN, USA"]),
        (["--blocs", "CHN,USA"], 2, ["CHN,USA", "CHN, USA"]),
        (["--blocs", "CHN+CHN"], 3, ["2 times", "exactly one"]),
        (["--blocs", "CHN+USA", "--blocs", "USA"], 3, ["2 times", "exactly one"]),
        (["--sanction", "KOR"], 2, ['unknown patron "KOR"', "CHN, USA"]),
        (["--sanction", ""], 2, ['unknown patron ""']),
        (["--sanction", "CHN=-1"], 3, ["sigma.CHN from -1", "≥ 0"]),
        (["--sanction", "CHN="], 2, ["no number", "LOW:HIGH"]),
        (["--sanction", "CHN=nan"], 2, ["finite"]),
        (["--sanction", "KOR", "--guest", "KOR"], 3, ["sigma.KOR"]),
        (["--sanction", "CHN", "--form", "total"], 2, ["total", "universal"]),
        (["--cap", "CHN=0"], 3, ["cap.CHN from 0", "> 0"]),
        (["--cap", "CHN=lots"], 2, ['"lots"', "LOW:HIGH"]),
        (["--cap", "CHN=inf"], 2, ["finite"]),
        (["--cap", "USB"], 2, ['unknown patron "USB"', 'did you mean "USA"']),
        (["--cap", "KOR", "--guest", "KOR"], 3, ["cap.KOR", "amount"]),
        (["--nonsense"], 2, ["--nonsense"]),
        (["--save", "own.toml"], 2, ["own.toml", "file"]),
    ],
)  # fmt: skip
def test_a_wrong_option_is_told(tertius, own: str, options, code, told) -> None:
    """What is wrong and what is allowed, on stderr; nothing is printed or written."""
    done = tertius("solve", own, *options)
    assert (done.code, done.out) == (code, "")
    for words in told:
        assert words in done.err
    assert sorted(path.name for path in Path().iterdir()) == ["own.toml"]


HOSTILE = (
    "\x1b]0;mine\x07",
    "k\x1b[31m\x08",
    "\u202etxt",
    "'; rm -rf /",
    "<script>",
    "k\r\nx",
    "%s",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_options_steers_no_terminal(tertius, own: str, text: str) -> None:
    """Whatever option it comes in, it is quoted without control characters."""
    for options in (
        ["--set", f"{text}=1"], ["--set", f"k={text}"], ["--guest", text], ["--blocs", text],
        ["--sanction", text], ["--cap", f"{text}=1"], ["--form", text],
    ):  # fmt: skip
        done = tertius("solve", own, *options)
        assert done.code in (2, 3)
        assert done.out == ""
        assert not set(done.err) & set("\x1b\x07\x08\r\u202e")
        assert done.err


def test_extreme_numbers_are_solved_or_refused(tertius, own: str) -> None:
    """No fault, no warning, and no number that is none."""
    for change in (
        "k=1e300",
        "k=1e-300",
        "c=1e308",
        "omega.CHN=1e15",
        "beta.CHN=0",
        "kappa.USA=1e9",
    ):
        done = tertius("solve", own, "--set", change, "--json")
        assert done.code in (0, 3)
        if done.code == 0:
            assert done.json["draws"] == 200


def test_the_options_stand_in_the_help(tertius) -> None:
    """Each with what it takes."""
    told = tertius("solve", "--help").out
    for option in (
        "--set NAME=LOW:HIGH", "--guest STATE", "--blocs A+B", "--sanction PATRON[=SIZE]",
        "--form", "--cap PATRON[=AMOUNT]", "--save DIR", "--json",
    ):  # fmt: skip
        assert option in told


PLATES = ["beliefs.svg", "menus.svg", "partitions.svg", "regimes.svg"]


def test_pictures_are_saved_and_open_by_themselves(tertius, own: str) -> None:
    """Well-formed SVG that fetches nothing; the table is printed all the same."""
    plain = tertius("solve", own).out
    done = tertius("solve", own, "--save", "deep/pictures")
    assert (done.code, done.out) == (0, plain)
    assert sorted(path.name for path in Path("deep/pictures").iterdir()) == PLATES
    assert all(name in done.err for name in PLATES)
    for name in PLATES:
        text = Path("deep/pictures", name).read_text("utf-8")
        assert ET.fromstring(text).tag.endswith("svg")
        assert "<script" not in text
        assert "href" not in text
    quiet = tertius("solve", own, "--save", "deep/pictures", "--quiet", "--json")
    assert quiet.err == ""
    assert quiet.json["case"] == "own"


def test_pictures_that_cannot_be_written_are_told(tertius, own: str) -> None:
    """The reason and the place; what stood there before still stands."""
    Path("there").write_text("mine", encoding="utf-8")
    done = tertius("solve", own, "--save", "there/pictures")
    assert done.code == 1
    assert "there" in done.err
    assert Path("there").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tertius, own: str) -> None:
    """No half of a picture is left behind."""
    Path("shut").mkdir(mode=0o500)
    done = tertius("solve", own, "--save", "shut")
    assert done.code == 1
    assert list(Path("shut").iterdir()) == []
