"""Pages of propositions have all their parts, and their pictures are as the code draws them.

`python docs/pictures.py` draws them anew. Tolerance: 0.11 px, as coordinates are rounded to
0.1 px and a last bit may differ from machine to machine.
"""

from __future__ import annotations

import doctest
import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
import vl_convert

from tertius.casebook import case_path, parse

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "explanation" / "propositions"
PAGES = sorted(FOLDER.glob("p*.md"))
PIXEL = 0.11
MOST_BYTES = 60_000
HEADINGS = ["Statement", "Why", "Check", "Picture", "What it does not say", "In the case"]
STATUSES = ("theorem", "numerical", "conditional", "does not follow")
NUMBER = re.compile(r"-?\d*\.?\d+")
COLOUR = re.compile(r"#[0-9a-f]{6}")


PICTURES = runpy.run_path(str(ROOT / "docs" / "pictures.py"))["PICTURES"]


def same(one: str, other: str) -> bool:
    """Whether two drawings differ in nothing but the last digit of their numbers."""
    if COLOUR.findall(one) != COLOUR.findall(other):
        return False
    plain = [COLOUR.sub("", text) for text in (one, other)]
    if NUMBER.sub("0", plain[0]) != NUMBER.sub("0", plain[1]):
        return False
    numbers = [np.array(NUMBER.findall(text), dtype=float) for text in plain]
    return bool(np.allclose(*numbers, rtol=0, atol=PIXEL))


def saved(name: str) -> str:
    return (FOLDER / "pictures" / f"{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_the_code_draws_it(name):
    """Out of date? Run `python docs/pictures.py` and look at it."""
    assert same(saved(name), PICTURES[name]())


def test_a_moved_line_is_noticed():
    """The comparison above can fail: in a number, in a colour and in a word."""
    text = saved("p03-rivalry")
    assert text.count(".5,") > 1
    assert same(text, text.replace(".5,", ".6,"))
    line = re.search(r'd="M0,(\d+)', text)
    assert line is not None
    assert not same(text, text.replace(line[0], f'd="M0,{int(line[1]) + 1}', 1))
    assert not same(text, text.replace("#0e5a86", "#0e5a87"))
    assert not same(text, text.replace("rent", "rant"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_stands_on_its_own(name):
    """Small, well-formed, on a background of its own, in fixed colours, with a title."""
    text = saved(name)
    assert len(text.encode()) < MOST_BYTES
    assert not re.search(r"var\(|href|<script|<style|url\(|NaN", text)
    root = ET.fromstring(text)
    first, title = root[0], root[1]
    assert first.tag.endswith("rect")
    assert (first.get("width"), first.get("height")) == tuple(root.get("viewBox").split()[2:])
    assert first.get("fill") == "#fffefb"
    assert len(title.text) > 20
    assert vl_convert.svg_to_png(text, scale=0.5).startswith(b"\x89PNG")


def test_every_proposition_has_its_page_and_every_page_its_own_picture():
    """P1 to P13; no picture without a page, none left over."""
    assert [page.stem[:3] for page in PAGES] == [f"p{number:02}" for number in range(1, 14)]
    assert [page.stem for page in PAGES] == sorted(PICTURES)
    files = {path.name for path in (FOLDER / "pictures").iterdir()}
    assert files == {f"{name}.svg" for name in PICTURES}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown = re.findall(r"^!\[([^\]]{80,})\]\(pictures/(\S+)\.svg\)$", text, re.M)
        assert [name for _, name in shown] == [page.stem]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_all_six_parts(page):
    """In order, with a status, a formula, a check that prints, and a claim."""
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# P{int(page.stem[1:3])}. ")
    assert re.findall(r"^## (.+)$", text, re.M) == HEADINGS
    parts = dict(zip(HEADINGS, re.split(r"^## .+$", text, flags=re.M)[1:], strict=True))
    status = re.search(r"^\*\*Status:?(.*?)$", parts["Statement"], re.M)
    assert status is not None
    assert any(f"**{word}" in f"**{status[1].strip()}".lower() for word in STATUSES)
    assert re.search(r"^> .*[=≥≤*(]", parts["Statement"], re.M)
    blocks = re.findall(r"^```python\n(.*?)^```$", parts["Check"], re.M | re.S)
    examples = [each for block in blocks for each in doctest.DocTestParser().get_examples(block)]
    assert any("from tertius.game import" in each.source for each in examples)
    assert sum(bool(re.search(r"\d", each.want)) for each in examples) > 0
    assert 40 <= text.count("\n") <= 90


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_parts_of_claims_that_are_in_the_case(page):
    """Each row under "In the case" is a claim and one of its parts; the founding case is there."""
    part = page.read_text(encoding="utf-8").split("\n## In the case\n")[1]
    tables = re.findall(r"^\| claim of `([\w-]+)` .*\n\|[ |-]+\n((?:\|.*\n)+)", part, re.M)
    assert "korea-2018" in [case for case, _ in tables]
    for case, rows in tables:
        parsed = parse(case_path(case)).case
        assert parsed is not None
        claims = {claim.id: {bound.test for bound in claim.parts} for claim in parsed.claims}
        named = re.findall(r"^\| \[`([\w-]+)`\]\(\.\./korea\.md\) \| `([\w-]+)` \|", rows, re.M)
        assert len(named) == rows.count("\n")
        assert [pair for pair in named if pair[1] not in claims.get(pair[0], ())] == []


def test_the_index_lists_every_page_with_its_status():
    """One row a page, in order."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[P(\d+) [^\]]+\]\((\S+)\) \| .+ \| (.+) \|$", text, re.M)
    assert [file for _, file, _ in rows] == [page.name for page in PAGES]
    assert [int(number) for number, _, _ in rows] == list(range(1, 14))
    assert all(status.startswith(STATUSES) for *_, status in rows)
