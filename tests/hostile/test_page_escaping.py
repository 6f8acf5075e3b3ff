"""Script payloads in every text of a brief and of its charts appear as text and nothing else."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields, is_dataclass, replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from tertius.briefs import charts
from tertius.briefs.charts.numerals import tidy
from tertius.briefs.document import Document, Link, Prose, Section
from tertius.briefs.page import render_page

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "unit" / "briefs" / "sample_document.py"))

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "JaVa\tScRiPt:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    '<svg><animate onbegin=alert(1) attributeName=x dur="1s">',
    '<math><mtext></p><img src=1 onerror="alert(1)">',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    '<meta http-equiv="refresh" content="0;url=https://example.invalid">',
    '<base href="https://example.invalid/">',
    '<link rel=stylesheet href="https://example.invalid/x.css">',
    "</style><style>body{display:none}</style>",
    "body{background:url(https://example.invalid/x.png)}",
    "]]><script>alert(1)</script>",
    "<!--><script>alert(1)</script-->",
    "{{7*7}}{% for x in range(9) %}x{% endfor %}${7*7}",
    "</title></textarea></pre></details><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#x3c;script&#x3e;",
    "\ufeff\u202egnp.txt\u202c \u2066x\u2069 \u200f\u2028<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞ \x00\x08\x1b[31m\x7f\ud800",
)

TAGS = set(
    re.findall(
        r"\S+",
        """a b body caption code dd details div dl dt figcaption figure footer g h1 h2 h3 head
        header html li line circle rect path text svg main meta nav ol p pre section span
        style summary table tbody td th thead title tr ul""",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"\S+",
        """aria-hidden aria-label aria-labelledby charset class colspan content cx cy d
        data-head fill fill-opacity font-size font-style font-weight height href
        http-equiv id lang name opacity r rel role rx scope stroke stroke-dasharray
        stroke-linecap stroke-linejoin stroke-opacity stroke-width tabindex text-anchor
        transform viewbox width x x1 x2 xmlns y y1 y2""",
    )
)
# Words and anchors have rules of their own; drawings are made, not given.
KEPT = {"measured_word", "model_word", "word", "svg", "source"}


class Reader(HTMLParser):
    """Tags, attributes, link schemes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.values: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment on the page: {data!r}")


def poisoned(value, payload: str, field: str = ""):
    """Put the payload into every text field of a document."""
    if isinstance(value, str):
        return value if field in KEPT else f"{value} {payload}"
    if isinstance(value, tuple):
        return tuple(poisoned(item, payload, field) for item in value)
    if is_dataclass(value):
        changes = {
            each.name: poisoned(getattr(value, each.name), payload, each.name)
            for each in fields(value)
        }
        return replace(value, **changes)
    return value


def count_texts(value, field: str = "") -> int:
    if isinstance(value, str):
        return field not in KEPT
    if isinstance(value, tuple):
        return sum(count_texts(item, field) for item in value)
    if is_dataclass(value):
        return sum(count_texts(getattr(value, each.name), each.name) for each in fields(value))
    return 0


def assert_harmless(page: str) -> Reader:
    reader = Reader(page)
    assert set(reader.tags) <= TAGS
    assert reader.tags.count("style") == 1
    assert reader.tags.count("title") == 1
    assert reader.attributes <= ATTRIBUTES
    assert {urlsplit(link).scheme for link in reader.links} <= {"", "http", "https"}
    assert all(link.startswith(("#", "https://", "http://")) for link in reader.links)
    return reader


@pytest.fixture(scope="module")
def document() -> Document:
    return SAMPLE["sample_document"]()


@pytest.fixture(scope="module")
def tags(document) -> list[str]:
    return Reader(render_page(document)).tags


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_payloads_in_every_text_are_printed_as_text(document, tags, payload):
    """The page has the tags of the clean page, and shows the payload everywhere."""
    page = render_page(poisoned(document, payload))
    reader = assert_harmless(page)
    # Links whose address was poisoned are text now; nothing else may change.
    assert [tag for tag in reader.tags if tag != "a"] == [tag for tag in tags if tag != "a"]
    shown = "".join(reader.text).count(tidy(payload))
    # Anchors (a name each for sections, figures, tables, claims) are not shown as text.
    assert shown > 0.75 * count_texts(document) > 500


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_payloads_as_conditions_addresses_and_sources_stay_inert(document, payload):
    """The fields with rules of their own: a verdict's condition, a link, a number's source."""
    part = document.claims[3].parts[0]
    number = replace(part.numbers[0], source=payload)
    word = f"follows only if {payload}"
    part = replace(part, word=word, numbers=(number,))
    claim = replace(document.claims[3], model_word=word, parts=(part,))
    points = (
        Link("to", payload),
        Link(payload, payload),
        Link("frag", f"#{payload}"),
        Link("host", f"https://example.invalid/{payload}"),
    )
    sections = (Section(payload, payload, (Prose((payload,), points),)),)
    page = render_page(
        replace(document, claims=(claim,), opening=(), sections=sections, run=payload)
    )
    reader = assert_harmless(page)
    outer = {link for link in reader.links if not link.startswith("#")}
    assert outer <= {f"https://example.invalid/{payload}"}


def test_payloads_in_charts_are_printed_as_text():
    """Labels of milestones, states, series, parameters and units reach the engine as data."""
    day = date(2018, 1, 1)
    month = tuple(date(2018, k, 1) for k in range(1, 6))
    stones = tuple(charts.Milestone(day, payload) for payload in PAYLOADS)
    everything = " ".join(PAYLOADS)
    words = {"name": "x", "title": everything, "caption": everything}
    drivers = tuple(charts.Driver(payload, 0.01 * k) for k, payload in enumerate(PAYLOADS))
    figures = [charts.draw_drivers(charts.DriverView(everything, drivers, most=99), **words)]
    for payload in PAYLOADS[::4]:
        band = charts.Band(payload, month, np.ones((5, 5)))
        figures.append(
            charts.draw_leverage(charts.LeverageView(payload, (band, band), stones), **words)
        )
        figures.append(
            charts.draw_relations(charts.RelationView(payload, (band,), stones), **words)
        )
    for payload in PAYLOADS:
        edge = charts.Edge("<b>", payload, 0.5, 0.1, 0.9, 3)
        view = charts.TriangleView(
            payload, "<b>", (payload, "C&"), {payload: payload}, (edge,), payload, payload
        )
        figures.append(charts.draw_triangles((view,), **words))
    pays = tuple(charts.Payment(payload, payload, 1, 2, 3) for payload in PAYLOADS)
    figures.append(charts.draw_payments(charts.PaymentView(everything, pays), **words))
    grid = np.linspace(0, 1, 3)
    for payload in PAYLOADS[2::8]:
        rent = charts.RentSeries(payload, np.arange(9.0))
        figures.append(charts.draw_rents(charts.RentView(payload, (rent,)), **words))
        figures.append(
            charts.draw_regime(
                charts.RegimeView(
                    payload, payload, grid, grid, np.eye(3), np.zeros((0, 2)), (0, 0), payload
                ),
                **words,
            )
        )
        span = charts.SpanSeries(payload, np.arange(3.0))
        view = charts.SpanView(
            payload, (2009, 2010, 2011), (span,), (charts.Span(payload, 2009, 2010),)
        )
        figures.append(charts.draw_spans(view, **words))
        roles = charts.RoleTimeView(payload, month, (payload,), np.ones((5, 1)), stones)
        figures.append(charts.draw_role_times(roles, **words))
    named = tuple(
        replace(each, name=f"f{k}", data=replace(each.data, name=f"d{k}"))
        for k, each in enumerate(figures)
    )
    document = Document("c", "t", "q", (), "d", named, (), "n")
    reader = assert_harmless(render_page(document))
    drawn = "".join(reader.text)
    for payload in PAYLOADS:
        assert " ".join(tidy(payload).split())[:16] in drawn
