"""The page stands alone, is well ordered, and can be read by everyone.

Contrast follows WCAG 2.2: text needs 4.5:1 against its ground, in light and in dark.
"""

from __future__ import annotations

import base64
import hashlib
import re
import runpy
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tertius.briefs.document import Document, Link, Number, Prose, Section, Table
from tertius.briefs.page import render_page
from tertius.errors import UsageError
from tertius.settings import limit

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample_document.py")))
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Outline(HTMLParser):
    """Tags with their attributes in order, and whether they are nested properly."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(scope="module")
def document() -> Document:
    return SAMPLE["sample_document"]()


@pytest.fixture(scope="module")
def page(document) -> str:
    return render_page(document)


@pytest.fixture(scope="module")
def outline(page) -> Outline:
    return Outline(page)


def small(document: Document, *blocks) -> Document:
    return replace(document, opening=(), sections=(Section("only", "Only", blocks),))


def test_the_page_is_one_file_within_its_size(page, outline):
    """Nothing to fetch, nothing to run, half a megabyte at most."""
    assert len(page.encode()) < 500_000 < limit("max_brief_bytes")
    assert not outline.of("script", "link", "iframe", "object", "embed", "form", "img", "base")
    assert "@import" not in page
    assert "url(" not in page


def test_the_policy_allows_the_one_style_sheet_and_nothing_else(page, outline):
    """The hash in the policy is that of the style as it stands in the page."""
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    metas = [m for m in outline.of("meta") if m.get("http-equiv")]
    assert [m["content"] for m in metas] == [
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ]
    assert not [attrs for _, attrs in outline.tags if "style" in attrs]


def test_tags_are_nested_and_all_closed(outline):
    """The parser asserts each end; at the end of the page nothing is open."""
    assert outline.open == []


def test_headings_go_down_one_level_at_a_time(outline):
    """One h1; h2 for parts; no level is skipped on the way down."""
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_anchors_are_unique_and_all_inner_links_arrive(outline):
    """Every # link has its id, every id is used once."""
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = [a["href"][1:] for a in outline.of("a") if a["href"].startswith("#")]
    assert inner
    assert set(inner) <= set(ids)


def test_outer_links_are_http_and_keep_the_referrer(outline):
    """The sample links to two sources; both open without telling where from."""
    outer = [a for a in outline.of("a") if not a["href"].startswith("#")]
    assert [a["href"] for a in outer] == [
        "https://comtradeplus.un.org/",
        "https://doi.org/10.7910/DVN/28075",
    ]
    assert {a["rel"] for a in outer} == {"noopener noreferrer"}


def test_tables_have_captions_and_scoped_heads(outline, page):
    """As many captions as tables; every th says what it heads."""
    assert len(outline.of("table")) == len(outline.of("caption"))
    assert {th.get("scope") for th in outline.of("th")} == {"col", "row"}


def test_figures_have_captions_alternatives_and_data(outline, document):
    """Each figure: a figcaption, an image role with the computed words, a table."""
    blocks = [*document.opening, *(b for s in document.sections for b in s.blocks)]
    alts = [block.alt for block in blocks if hasattr(block, "alt")]
    labels = [attrs["aria-label"] for _, attrs in outline.tags if attrs.get("role") == "img"]
    assert labels == alts
    assert len(outline.of("figure")) == len(outline.of("figcaption")) == len(alts)
    assert all(attrs.get("aria-hidden") == "true" for attrs in outline.of("svg"))


def test_verdict_words_are_words_and_shapes(page):
    """Eight words, eight different shapes, each beside its word."""
    legend = re.search(r'<ul class="legend".*?</ul>', page, re.DOTALL)[0]
    shapes = re.findall(r'aria-hidden="true">(.*?)</svg><span>([a-z ]+)</span>', legend)
    assert [word for _, word in shapes] == [
        "supported",
        "contradicted",
        "not distinguishable",
        "too little data",
        "follows only if",
        "follows",
        "does not follow",
        "not tested",
    ]
    assert len({shape for shape, _ in shapes}) == 8


def test_conditions_follow_their_word(page):
    """'follows only if' prints its condition after it, and is not taken for 'follows'."""
    assert re.search(
        r'w-if">.*?follows only if <span class="rest">China&#39;s exclusion stake', page
    )


def test_every_text_of_a_claim_is_on_the_page(outline, document):
    """Claim, evidence, parts, numbers, assumptions, command: nothing is dropped."""
    for row in document.claims:
        for text in (row.says, row.evidence, row.confidence, row.would_change):
            assert text in outline.text
        for part in row.parts:
            texts = [part.tests_what, part.sentence, part.comparison, part.provenance]
            texts += [part.command, part.limits, *part.assumptions, *part.missing]
            texts += [each.value for each in part.numbers]
            assert [text for text in texts if text not in outline.text] == []


def test_the_run_record_can_be_read_back(page, document):
    """Unescaped, the folded block is the JSON that went in."""
    import html
    import json

    block = re.search(r'<pre id="run-json">(.*?)</pre>', page, re.DOTALL)[1]
    assert json.loads(html.unescape(block)) == json.loads(document.run)


def test_the_same_document_gives_the_same_bytes(document, page):
    """No clock, no counter, no order of a set."""
    assert render_page(document) == page


def test_numbers_link_to_their_source_only_if_it_is_on_the_page(document):
    """A dangling source is printed without a link."""
    part = replace(
        document.claims[0].parts[0],
        numbers=(Number("a", "1.5", "", "turn-data"), Number("b", "2.5", "", "nowhere")),
    )
    claim = replace(document.claims[0], parts=(part,))
    page = render_page(replace(document, claims=(claim,)))
    assert '<a href="#turn-data">1.5</a>' in page
    assert "<td>2.5</td>" in page


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a?b=c&d=e", True),
        ("http://example.org", True),
        ("HTTPS://example.org", True),
        ("#claims", True),
        ("#nowhere", False),
        ("javascript:alert(1)", False),
        (" JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,<b>", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//example.org/x", False),
        ("https:example.org", False),
        ("https://", False),
        ("https://[bad", False),
        ("", False),
    ],
)
def test_links_are_followed_to_http_and_inner_anchors_only(document, url, followed):
    """Anything else is its text."""
    page = render_page(small(document, Prose(points=(Link("the text", url),))))
    links = [a["href"] for a in Outline(page).of("a")]
    assert "the text" in page
    assert (links.count(url) > (1 if url == "#claims" else 0)) is followed


def test_columns_of_numbers_are_set_to_the_right(document):
    """Signs, per cent and dashes count as numbers; a column with words does not."""
    table = Table("t", "T", ("a", "b", "c"), (("x", "−1.5", "one"), ("y", "–", "2")))
    page = render_page(small(document, table))
    assert '<td class="num">−1.5</td><td>one</td>' in page


def test_two_parts_of_one_name_are_refused(document):
    """Links would lead to the wrong one."""
    table = Table("t", "T", ("a",), (("x",),))
    with pytest.raises(UsageError, match="two parts of the page are called t"):
        render_page(small(document, table, table))


def test_rows_that_do_not_fit_their_heads_are_refused(document):
    """A table with a missing cell shifts what follows."""
    with pytest.raises(UsageError, match="2 cells under 1 heads"):
        render_page(small(document, Table("t", "T", ("a",), (("x", "y"),))))


def test_words_outside_the_vocabulary_are_refused(document):
    """A page prints no verdict nobody defined."""
    claim = replace(document.claims[0], measured_word="surely")
    with pytest.raises(UsageError, match='"surely" is no verdict word'):
        render_page(replace(document, claims=(claim,)))


def test_drawings_that_hold_more_than_shapes_are_refused(document):
    """Even a figure built elsewhere cannot bring a script onto the page."""
    figure = replace(document.opening[0], svg="<svg><script>alert(1)</script></svg>")
    with pytest.raises(UsageError, match="may not hold <script>"):
        render_page(replace(document, opening=(figure,)))


def test_a_document_without_figures_or_claims_is_a_page(document):
    """The bare minimum prints."""
    bare = replace(document, opening=(), claims=(), sections=(), headline=())
    assert Outline(render_page(bare)).open == []


def _luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = [int(full[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_has_enough_contrast(page, mode):
    """Every colour of text, on paper and on the tint, in both modes."""
    palette = dict(
        re.findall(r"--(\w+): (#[0-9a-f]{3,6});", re.findall(r":root \{(.*?)\}", page, re.S)[mode])
    )
    for ground in ("paper", "tint"):
        for ink in ("ink", "muted", "accent", "coop", "conf"):
            light, dark = sorted(
                (_luminance(palette[ink]), _luminance(palette[ground])), reverse=True
            )
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)
