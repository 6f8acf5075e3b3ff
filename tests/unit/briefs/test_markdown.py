"""Markdown says what the page says, and text stays text when somebody renders it.

Rendered with a CommonMark parser that reads raw HTML and tables, as a wiki would.
"""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tertius.briefs.document import Document, Link, Prose, Section, Table
from tertius.briefs.markdown import render_markdown

SAMPLE = runpy.run_path(str(Path(__file__).with_name("sample_document.py")))
READER = MarkdownIt("commonmark", {"html": True}).enable("table")

SIGNS = (
    "# heading", "- item", "+ item", "* item", "1. item", "12) item", "---", "===", "> quote",
    "    indented", "```code", "~~~code", "`code`", "*so*", "_so_", "**so**", "[a](b)", "![a](b)",
    "<b>bold</b>", "<!-- no -->", "&lt;b&gt;", "a | b", "\\*", "[ref]: http://x", "<http://x>",
    "line\nbreak\n\n# new", "tab\t\there", "a\x00b\x1bc", "\u202eback",
)  # fmt: skip


def tokens(text: str):
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    return "".join(t.content for t in tokens(text) if t.type in ("text", "code_block"))


def small(*blocks, **fields) -> Document:
    empty = Document("c", "Title", "Question?", ("One.", "Two."), "data", (), (), "note")
    return replace(empty, sections=(Section("s", "Section", blocks),), **fields)


@pytest.mark.parametrize("sign", SIGNS)
def test_text_never_becomes_markup(sign: str) -> None:
    """In a title, a paragraph, a list, a cell and a heading: the same shape as plain words."""

    def shape(text: str) -> list[str]:
        table = Table("t", text, (text, "b"), ((text, text),), text)
        document = small(Prose((text, text), (text,)), table, title=text, question=text)
        kinds = [token.type for token in tokens(render_markdown(document))]
        return [kind for kind in kinds if kind not in ("text", "text_special")]

    assert shape(sign) == shape("plain words")


@pytest.mark.parametrize("sign", SIGNS)
def test_text_is_shown_as_it_was(sign: str) -> None:
    """Every sign of it, white space made single and control signs replaced."""
    words = shown(render_markdown(small(Prose((f"x {sign} x",)))))
    plain = "".join("\ufffd" if ord(c) < 32 or c == "\u202e" else c for c in " ".join(sign.split()))
    assert f"x {plain} x".replace("\ufffd", "") in words.replace("\ufffd", "")


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://example.org/) [x](javascript:y", False),
        ("https://example.org/<b>", False),
        ("https://example.org/a b", False),
        ("HTTPS://example.org", False),
        ("", False),
    ],
)
def test_only_plain_http_addresses_become_links(url: str, followed: bool) -> None:
    """Anything else is its text."""
    page = render_markdown(small(Prose((), (Link("name", url),))))
    links = [token.attrGet("href") for token in tokens(page) if token.type == "link_open"]
    assert links == ([url] if followed else [])
    assert "name" in shown(page)


def test_the_sample_is_complete() -> None:
    """Every claim, part, table and figure of the document is told."""
    document = SAMPLE["sample_document"]()
    page = render_markdown(document)
    words = shown(page)
    kinds = [token.type for token in tokens(page)]
    for row in document.claims:
        assert kinds.count("table_open") >= 1
        assert " ".join(row.says.split()) in words
        for part in row.parts:
            assert " ".join(part.sentence.split()) in words
    for figure in document.opening:
        assert figure.title in words
        assert " ".join(figure.alt.split()) in words
    assert "html_block" not in kinds
    assert "html_inline" not in kinds


def test_the_founding_brief_is_told_in_markdown(korea) -> None:
    """Headline, each claim with its words, each row of its tables as one row."""
    page = korea.render("md")
    words = shown(page)
    for sentence in korea.headline:
        assert " ".join(sentence.split()) in words
    for verdict in korea.verdicts:
        told = ", ".join(filter(None, (verdict.measured_word, verdict.model_word)))
        assert f"{verdict.claim_id}: {told}" in words
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) > 100
    assert [token for token in tokens(page) if token.type.startswith("html")] == []
