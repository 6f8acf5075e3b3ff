"""Script payloads in a case file and in events reach a brief as text and as nothing else.

The whole way is walked: a TOML file with a payload in every text field, and a store whose
actor names, data set and file name are payloads, to the page, the Markdown and the JSON. Each
payload stands alone in a claim, a milestone, a source and its address, and in a figure; all
of them stand in every other text.
"""

from __future__ import annotations

import csv
import json
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from tertius.briefs import Brief, brief
from tertius.casebook import draft_case
from tertius.events import ingest, open_store

PAGE = runpy.run_path(str(Path(__file__).with_name("test_page_escaping.py")))
Reader, assert_harmless, tidy = PAGE["Reader"], PAGE["assert_harmless"], PAGE["tidy"]
# A TOML file holds no lone surrogate; that it is refused is a test of case files.
PAYLOADS = tuple(payload.replace("\ud800", "") for payload in PAGE["PAYLOADS"])
ALL = " ".join(PAYLOADS)
RANGE = 'low = {}\nhigh = {}\nwhy = {}\nsource = "judgement"\n'


def quoted(text: str) -> str:
    """A TOML string: JSON's escapes, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def case_text(texts: tuple[str, ...], everything: str) -> str:
    """A case with one claim, milestone, source and figure for each text."""
    text = draft_case("payloads")
    head, rest = text.split("[window]", 1)
    window, rest = rest.split("[events]", 1)
    game = rest[rest.index("[game]") : rest.index("[[claims]]")]
    head = re.sub(
        r'^(title|question|about)( +)= ".*?"',
        lambda found: f"{found[1]} = {quoted(everything)}",
        head,
        flags=re.MULTILINE,
    )
    head = head.replace('headline = ["plays-off"]', 'headline = ["claim-0", "plays-off"]')
    for field in ("goal ", "money", "why"):
        game = re.sub(
            rf'^{field} *= ".*?"',
            lambda _, field=field: f"{field.strip()} = {quoted(everything)}",
            game,
            flags=re.MULTILINE,
        )
    events = (
        f"dataset = {quoted(everything)}\ncitation = {quoted(everything)}\n"
        'duplicates = "none"\nalso = ["one-a-day"]\n'
    )
    entries = [
        f"""
[[sources]]
id = "source-{i}"
title = {quoted(each)}
url = {quoted(each)}
note = {quoted(each)}
[[milestones]]
id = "milestone-{i}"
says = {quoted(each)}
account = {quoted(each)}
on = 2018-03-{1 + i:02d}
kind = "other"
states = ["USA", "PRK"]
amount = {i + 1}
unit = {quoted(each)}
source = "source-{i}"
main = {str(i % 4 == 0).lower()}
[[figures]]
id = "figure-{i}"
says = {quoted(each)}
unit = {quoted(each)}
source = "source-{i}"
values = {{ 2010 = 3, 2011 = 4, 2012 = 9, 2013 = 12 }}
[[claims]]
id = "claim-{i}"
says = {quoted(each)}
note = {quoted(each)}
[[claims.parts]]
test = "level-between-spans"
args = {{ figure = "figure-{i}", span = [2012, 2013], versus_span = [2010, 2011], \
direction = "higher" }}
[[claims.parts]]
test = "milestone-order"
args = {{ first = "milestone-{i}", then = "milestone-{max(0, 24 - i)}" }}
[[claims.parts]]
test = "turn"
args = {{ source = "CHN", target = "PRK", on = 2018-03-08, max_lag_days = 28, \
why = {quoted(each)} }}
[[claims.parts]]
test = "exclusion"
[claims.parts.args]
patron = "CHN"
hazard = {{ low = 0.1, high = 0.9, why = {quoted(each)} }}
face_cost = {{ low = 0.0, high = 0.2, why = {quoted(each)} }}
"""
        for i, each in enumerate(texts)
    ]
    own = """
[[claims]]
id = "plays-off"
says = "It plays."
[[claims.parts]]
test = "role"
args = { role = "pivot", start = 2018-04-01, end = 2018-05-31 }
[[claims.parts]]
test = "price-of-rivalry"
"""
    return f"{head}[window]{window}[events]\n{events}{game}{''.join(entries)}{own}"


def event_rows(texts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Ninety days of a triangle; names beside the codes, and names alone, are payloads."""
    rows = []
    for i in range(150):
        day = f"2018-{1 + i // 30:02d}-{1 + i % 28:02d}"
        name = " ".join(texts[i % len(texts)].replace("\0", "").split()) or "x"
        for one, other in (("CHN", "PRK"), ("PRK", "USA"), ("USA", "PRK"), ("CHN", "USA")):
            rows += [(day, one, other, name, name, "042")] * (3 if i > 60 else 1)
            rows.append((day, one, other, name, name, "112"))
        rows.append((day, "", "PRK", name, "North Korea", "042"))
    return rows


def made(folder: Path, texts: tuple[str, ...], everything: str, file_name: str) -> Brief:
    path = folder / "case.toml"
    path.write_text(case_text(texts, everything), encoding="utf-8")
    table = folder / file_name
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("day", "a", "b", "one", "other", "code"))
        writer.writerows(event_rows(texts))
    columns = {
        "date": "day", "source": "a", "target": "b", "source_name": "one",
        "target_name": "other", "code": "code",
    }  # fmt: skip
    report = ingest("table", table, store=folder / "store", columns=columns, dataset=everything)
    assert report.rejected == 0
    return brief(path, store=open_store(folder / "store"))


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    name = '"><script>alert(1)<\u2215script>&amp;.csv'
    return made(tmp_path_factory.mktemp("poisoned"), PAYLOADS, ALL, name)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    """The same case and events with words in place of payloads."""
    words = tuple(f"word {i}" for i in range(len(PAYLOADS)))
    return made(tmp_path_factory.mktemp("clean"), words, " ".join(words), "events.csv")


@pytest.fixture(scope="module")
def reader(poisoned: Brief) -> Reader:
    return assert_harmless(poisoned.render("html"))


def test_there_are_twenty_five() -> None:
    """Distinct, and each with something a browser or a template would act on."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 25


def test_the_page_has_the_tags_of_the_clean_page(clean: Brief, reader: Reader) -> None:
    """Allowed tags and attributes only, and not a tag more or less outside the drawings."""

    def outside_drawings(tags: list[str]) -> list[str]:
        drawn = {"svg", "g", "path", "text", "line", "rect", "circle", "a"}
        return [tag for tag in tags if tag not in drawn]

    plain = assert_harmless(clean.render("html"))
    assert len(reader.tags) > 2000
    assert outside_drawings(reader.tags) == outside_drawings(plain.tags)
    assert reader.attributes == plain.attributes


class Orders(HTMLParser):
    """What a page tells the browser by `http-equiv`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.given: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.given += [str(value).lower() for name, value in attrs if name == "http-equiv"]


def test_the_page_runs_nothing_and_fetches_nothing(poisoned: Brief, reader: Reader) -> None:
    """No handler, no script, no address but http, https and places of the page."""
    assert not {"script", "iframe", "object", "embed", "base", "link", "img", "form"} & set(
        reader.tags
    )
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert {urlsplit(link).scheme for link in reader.links} <= {"", "http", "https"}
    assert not [link for link in reader.links if "alert" in link or "example.invalid" in link]
    assert Orders(poisoned.render("html")).given == ["content-security-policy"]


@pytest.mark.parametrize("index", range(len(PAYLOADS)))
def test_a_payload_is_shown_as_it_was_written(reader: Reader, index: int) -> None:
    """In its claim, milestone, source and figure, and in the texts that hold all of them."""
    shown = " ".join("".join(reader.text).split())
    assert shown.count(" ".join(tidy(PAYLOADS[index]).split())) > 15


READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_the_markdown_has_no_html_and_no_foreign_link(poisoned: Brief, clean: Brief) -> None:
    """The same blocks as the clean one; links lead to http and https alone."""

    def told(made: Brief):
        blocks = READER.parse(made.render("md"))
        inside = [child for token in blocks for child in token.children or ()]
        return [token.type for token in blocks], inside

    blocks, inside = told(poisoned)
    plain, _ = told(clean)
    assert blocks == plain
    kinds = {token.type for token in inside}
    assert not {"html_inline", "image", "code_inline"} & kinds
    assert "html_block" not in blocks
    for token in inside:
        if token.type == "link_open":
            assert urlsplit(str(token.attrGet("href"))).scheme in ("http", "https")


def test_the_markdown_shows_the_payloads(poisoned: Brief) -> None:
    """A reader sees each of them whole."""
    inside = [
        child for token in READER.parse(poisoned.render("md")) for child in token.children or ()
    ]
    shown = "".join(child.content for child in inside if child.type in ("text", "text_special"))
    for payload in PAYLOADS:
        plain = re.sub("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", " ".join(payload.split()))
        assert plain in shown.replace("\ufffd", "")


def test_the_json_is_json_and_holds_them_unchanged(poisoned: Brief) -> None:
    """Escaped as JSON strings are; read back they are what the case says."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    content = json.loads(poisoned.render("json"), parse_constant=refuse)
    says = {verdict["claim_id"]: verdict["says"] for verdict in content["verdicts"]}
    for i, payload in enumerate(PAYLOADS):
        assert says[f"claim-{i}"] == payload.strip()
    assert all(ord(sign) >= 32 or sign == "\n" for sign in poisoned.render("json"))


def test_a_notebook_shows_text(poisoned: Brief) -> None:
    """The short form for notebooks escapes as the page does."""
    shown = Reader(poisoned._repr_html_())
    assert set(shown.tags) == {"p", "table", "thead", "tbody", "tr", "th", "td"}
    assert shown.attributes == set()


def test_templates_in_texts_are_not_run(poisoned: Brief) -> None:
    """Signs of a template engine stand where they were."""
    page = poisoned.render("html")
    assert "{{7*7}}" in page
    assert "xxxxxxxxx" not in page
