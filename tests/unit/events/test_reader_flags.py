"""What readers of sources flag: every flag is a rule of the errata, and is counted.

Looked at from both ends: files made so that every flag occurs, and the code of every source,
in which a text that is written into rows can only be a flag.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import tertius.events.sources as sources
from tertius.events import ERRATA, ingest, open_store

# Enclosing quotes come off without a flag: nothing is lost by it.
UNFLAGGED = {("icews", "quoted")}
READ = {(rule.source, rule.name) for rule in ERRATA if rule.does == "read"} - UNFLAGGED

ICEWS = {
    "Event ID": "1", "Event Date": "2018-03-26", "Source Name": "China", "Source Sectors": "NA",
    "Source Country": "China", "Event Text": "Consult", "CAMEO Code": "040", "Intensity": "1.0",
    "Target Name": "North Korea", "Target Sectors": "NA", "Target Country": "North Korea",
}  # fmt: skip
PHOENIX = {
    "eid": "1", "year": "1950", "month": "6", "day": "30", "source": "USAGOV",
    "source_root": "USA", "source_agent": "GOV", "target": "PRKMIL", "target_root": "PRK",
    "target_agent": "MIL", "code": "190", "root_code": "19", "goldstein": "-10.0",
    "countryname": "KOR",
}  # fmt: skip
POLECAT = {
    "Event ID": "1", "Event Date": "2022-03-24", "Event Type": "CONSULT", "Event Mode": "visit",
    "Intensity": "4.0", "Actor Name": "Wang Yi", "Actor Country": "CHN", "Recipient Name": "Kim",
    "Recipient Country": "PRK", "Primary Actor Sector": "GOV", "Primary Recipient Sector": "GOV",
}  # fmt: skip
REDUCED = {
    "Date": "19790104", "Source": "USAGOV", "Target": "CHN", "CAMEOCode": "042", "NumEvents": "3",
    "NumArts": "12", "QuadClass": "1", "Goldstein": "1.9",
}  # fmt: skip
FILES = {
    "icews": ("\t", ICEWS, [
        {"CAMEO Code": "NA"}, {"CAMEO Code": "40"},
        {"Source Name": "Emmanuel Macron", "Source Country": "Andorra", "CAMEO Code": "40"},
        {"Target Name": "Emmanuel Macron", "Target Country": "Andorra"},
    ]),
    "phoenix": (",", PHOENIX, [{"code": "40", "root_code": "4"}]),
    "polecat": ("\t", POLECAT, [{"Event Mode": "teleconference"}]),
    "gdelt": ("\t", REDUCED, [{}]),
}  # fmt: skip


@pytest.mark.parametrize("source", FILES)
def test_every_flag_of_a_reader_is_a_rule_and_is_counted(tmp_path: Path, source: str) -> None:
    """In the file's account, in the store's, and on the rows, alike."""
    delimiter, plain, rows = FILES[source]
    lines = [list(plain), *((plain | row).values() for row in [*rows, *rows[:1]])]
    path = tmp_path / "rows.txt"
    path.write_text("".join(delimiter.join(line) + "\n" for line in lines), encoding="utf-8")
    report = ingest(source, path, store=tmp_path / "s")
    assert report.kept == len(rows) + 1
    store = open_store(tmp_path / "s")
    flags = store.events().collect()["flags"].drop_nulls().to_list()
    counts = Counter(name for text in flags for name in text.split(";"))
    assert {(source, name) for name in counts} == {pair for pair in READ if pair[0] == source}
    assert dict(report.files[0].errata) == dict(store.info().errata) == counts


def test_no_source_writes_a_flag_that_is_no_rule() -> None:
    """Every text a module of a source writes into rows is the name of a rule for it."""
    written = set()
    for path in sorted(Path(sources.__file__).parent.glob("*.py")):
        source = path.stem.partition("_")[0]
        written |= {(source, text) for text in _literals(path) if re.fullmatch(r"[a-z-]+", text)}
    assert written == READ


def _literals(path: Path) -> set[str]:
    """Texts that ``pl.lit`` is called with, by value, by constant, or with the side filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "pl.lit" and node.args):
            continue
        given = node.args[0]
        if isinstance(given, ast.JoinedStr):
            text = ast.unparse(given)[2:-1]
            found |= {text.replace("{side}", side) for side in ("source", "target")}
        value = constants.get(given.id) if isinstance(given, ast.Name) else None
        value = given.value if isinstance(given, ast.Constant) else value
        found |= {value} if isinstance(value, str) else set()
    return found


@pytest.mark.realdata
def test_the_evidence_of_overruled_countries_can_be_counted_again(
    data: Path, tmp_path: Path
) -> None:
    """58 sources and 41 targets of the table of June 2018, as the errata say."""
    report = ingest("icews", data / "icews" / "events.2018.sample.tab.gz", store=tmp_path / "s")
    counted = dict(report.files[0].errata)
    for side, count in (("source", 58), ("target", 41)):
        rule = next(rule for rule in ERRATA if rule.name == f"{side}-country-overruled")
        assert counted[rule.name] == count
        assert f"{count} of 3,705 rows" in rule.evidence
    assert report.lines == 3_705
