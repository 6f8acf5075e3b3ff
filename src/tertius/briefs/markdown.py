"""A brief as Markdown: the same words and tables, for a wiki, a mail or a diff."""

from __future__ import annotations

import re

from tertius.briefs.document import (
    Block,
    ClaimRow,
    Document,
    Figure,
    Link,
    PartRow,
    Prose,
    Section,
    Table,
)

__all__ = ["render_markdown"]

# Anything Markdown or HTML would read as markup; a backslash in front makes it plain.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&])")
# What at the start of a line would open a list, an underline or a rule.
_LEADING = re.compile(r"^(\d*)([-+=.)])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def render_markdown(document: Document) -> str:
    """Print a brief as Markdown, every text escaped, links only to http and https."""
    parts = [
        f"# {_text(document.title)}",
        f"*{_text(document.question)}*",
        *(_text(sentence) for sentence in document.headline),
        _text(document.data_line),
        "## Claims",
        _claims(document.claims),
        _text(document.claims_note),
        *(_claim(row) for row in document.claims),
        *(_figure(figure) for figure in document.opening),
        *(_section(section) for section in document.sections),
        "## Run record",
        "\n".join(f"    {line}" for line in document.run.splitlines()),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _claims(rows: tuple[ClaimRow, ...]) -> str:
    return _grid(
        ("claim", "events", "model", "would change if"),
        [
            (f"{row.claim_id}: {row.says}", row.measured_word or "–", row.model_word or "–",
             row.would_change or "–")
            for row in rows
        ],
    )  # fmt: skip


def _claim(row: ClaimRow) -> str:
    words = ", ".join(filter(None, (row.measured_word, row.model_word)))
    told = [
        f"### {_text(row.claim_id)}: {_text(words)}",
        _text(row.says),
        _text(row.evidence),
        _text(row.note),
    ]
    told += [_part(part, place) for place, part in enumerate(row.parts, start=1)]
    return "\n\n".join(filter(None, told))


def _part(part: PartRow, place: int) -> str:
    lines = [f"{place}. **{_text(part.test)}**: {_text(part.word)}. {_text(part.sentence)}",
             f"    - tested: {_text(part.tests_what)}"]  # fmt: skip
    for number in part.numbers:
        span = f" ({number.interval})" if number.interval else ""
        lines.append(f"    - {_text(number.name)}: {_text(number.value + span)}")
    named = (
        ("compared with", part.comparison),
        ("assumes", " ".join(part.assumptions)),
        ("missing", "; ".join(part.missing)),
        ("from", part.provenance),
        ("cannot tell", part.limits),
    )
    lines += [f"    - {name}: {_text(text)}" for name, text in named if text]
    return "\n".join(lines)


def _section(section: Section) -> str:
    blocks = "\n\n".join(_block(block) for block in section.blocks)
    return f"## {_text(section.heading)}\n\n{blocks}"


def _block(block: Block) -> str:
    if isinstance(block, Figure):
        return _figure(block)
    if isinstance(block, Table):
        note = f"\n\n{_text(block.note)}" if block.note else ""
        return f"**{_text(block.title)}**\n\n{_grid(block.columns, block.rows)}{note}"
    return _prose(block)


def _prose(block: Prose) -> str:
    paragraphs = [_text(paragraph) for paragraph in block.paragraphs if paragraph]
    points = "\n".join(f"- {_cell(point)}" for point in block.points)
    return "\n\n".join(filter(None, (*paragraphs, points)))


def _figure(figure: Figure) -> str:
    data = _grid(figure.data.columns, figure.data.rows)
    return f"**{_text(figure.title)}**\n\n{_text(figure.alt)}\n\n{data}\n\n{_text(figure.caption)}"


def _grid(
    columns: tuple[str, ...], rows: tuple[tuple[str | Link, ...], ...] | list[tuple[str, ...]]
) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    head, rule, *body = lines
    return "\n".join([
        "| " + " | ".join(_cell(cell) for cell in head) + " |",
        "|" + "|".join(str(cell) for cell in rule) + "|",
        *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in body),
    ])  # fmt: skip


def _cell(cell: str | Link) -> str:
    if isinstance(cell, str):
        return _text(cell)
    if cell.url.startswith(("https://", "http://")) and not re.search(r"[\s()<>]", cell.url):
        return f"[{_text(cell.text)}]({cell.url})"
    return _text(cell.text)


def _text(text: str) -> str:
    plain = _SPECIAL.sub(r"\\\1", _CONTROL.sub("\ufffd", " ".join(text.split())))
    return _LEADING.sub(r"\1\\\2", plain)
