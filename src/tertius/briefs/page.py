"""A brief as one self-contained page of HTML.

The page asks nothing of the network and runs nothing: its content policy allows one
style sheet, known by its hash, and no script at all. The run record therefore stands in a
folded ``<pre id="run-json">``, readable by people and programs alike, rather than in a
``<script>`` block.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from tertius.briefs.charts.numerals import tidy
from tertius.briefs.charts.sieve import check
from tertius.briefs.document import Block, Document, Figure, Link, Table
from tertius.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["render_page"]

_TEMPLATES = Path(__file__).parent / "templates"
_UNSAFE_IN_ANCHOR = re.compile(r"[^A-Za-z0-9_.-]+")
_NUMERIC = re.compile(r"[+−-]?[\d.,]+(?: ?%| %)?|–|(?:under|over) \d+ %")
# Beginning of a verdict word, its tint, its shape: told apart without colour.
_SHAPES = (
    ("supported", "yes", '<circle cx="6" cy="6" r="5.5"/>'),
    ("contradicted", "no", '<path d="M0,2 2,0 6,4 10,0 12,2 8,6 12,10 10,12 6,8 2,12 0,10 4,6Z"/>'),
    ("not distinguishable", "open", '<path d="M0,3h12v2.2H0ZM0,7h12v2.2H0Z"/>'),
    (
        "too little data",
        "open",
        '<circle cx="6" cy="6" r="4.7" fill="none" stroke-width="1.6" stroke-dasharray="2.2 1.5"/>',
    ),
    ("follows only if", "if", '<path d="M6,0 12,6 6,12 0,6Z"/>'),
    ("follows", "yes", '<path d="M6,.5 12,11.5H0Z"/>'),
    ("does not follow", "no", '<path d="M6,11.5 12,.5H0Z"/>'),
    ("not tested", "open", '<path d="M1,1h10v10H1Z" fill="none" stroke-width="1.6"/>'),
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Look:
    """How a verdict word is printed: its tint, shape, the word itself, and its conditions."""

    tint: str
    shape: Markup
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Row:
    """Blocks that stand beside each other: two figures, or one block of any kind."""

    kind: str
    blocks: tuple[Block, ...]


def render_page(document: Document) -> str:
    """Print a brief as one HTML page, the same bytes for the same document.

    Every text is escaped; control characters and direction overrides are replaced by a
    visible mark. A link is followed only to http, https or an anchor that is on the page;
    any other is printed as its text.

    Parameters
    ----------
    document : Document
        The brief. Names of sections, figures and tables are its anchors.

    Returns
    -------
    str
        The page, from doctype to the end of html.

    Raises
    ------
    UsageError
        If two anchors are the same, a row does not fit its columns, or a drawing holds
        anything but shapes and text.
    """
    from markupsafe import Markup

    document = _tidied(document)
    anchors = _anchors(document)
    environment = _environment()
    style = (_TEMPLATES / "brief.css").read_text(encoding="utf-8")

    def target(content: object) -> str:
        return _followed(content, anchors) if isinstance(content, Link) else ""

    page = environment.get_template("page.html").render(
        document=document,
        known=lambda name: bool(name) and _anchor(name) in anchors,
        policy=_policy(style),
        style=Markup(style),  # noqa: S704 - our own file
        target=target,
    )
    return page + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.globals |= {
        "anchor": _anchor,
        "drawing": _drawing,
        "rows": _rows,
        "numeric_columns": _numeric_columns,
        "small": lambda figure: 'width="300"' in figure.svg,
        "verdict": _verdict,
        "verdict_words": tuple(word for word, _, _ in _SHAPES),
    }
    return environment


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _tidied(value: _T) -> _T:
    """Return the document with every text printable; drawings are checked instead."""
    if isinstance(value, str):
        return tidy(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_tidied(item) for item in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changes: dict[str, Any] = {
            each.name: _tidied(getattr(value, each.name))
            for each in fields(value)
            if each.name != "svg"
        }
        return replace(value, **changes)
    return value


def _anchors(document: Document) -> frozenset[str]:
    """Return the ids of the page, refusing two of the same."""
    names = ["claims", "run", "run-json"]
    names += [_anchor(f"claim-{row.claim_id}") for row in document.claims]
    names += [_anchor(section.name) for section in document.sections]
    for block in _blocks(document):
        if isinstance(block, Figure):
            names += [_anchor(block.name), _anchor(block.data.name)]
            _fit(block.data)
        elif isinstance(block, Table):
            names.append(_anchor(block.name))
            _fit(block)
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise UsageError(
            f"two parts of the page are called {', '.join(twice)}",
            where=f"brief {document.case_id}",
            hint="give each section, figure and table a name of its own",
        )
    return frozenset(names)


def _blocks(document: Document) -> Iterator[Block]:
    yield from document.opening
    for section in document.sections:
        yield from section.blocks


def _fit(table: Table) -> None:
    for row in table.rows:
        if len(row) != len(table.columns):
            raise UsageError(
                f"a row of {len(row)} cells under {len(table.columns)} heads",
                where=f"table {table.name}",
            )


def _anchor(name: str) -> str:
    """Return a name as an id that needs no escaping anywhere."""
    return _UNSAFE_IN_ANCHOR.sub("-", name) or "-"


def _followed(link: Link, anchors: frozenset[str]) -> str:
    """Return where a link may lead, or an empty string."""
    url = link.url.strip()
    if url.startswith("#"):
        return url if url[1:] in anchors else ""
    # Browsers drop tabs and newlines inside a URL before they read its scheme.
    if re.search(r"[\s\\\x00-\x20<>\"'`\ufffd]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def _drawing(figure: Figure) -> Markup:
    from markupsafe import Markup

    check(figure.svg, f"figure {figure.name}")
    hidden = figure.svg.replace("<svg ", '<svg aria-hidden="true" ')
    return Markup(hidden)  # noqa: S704 - checked against the allow-list of drawings


def _rows(blocks: Sequence[Block]) -> list[_Row]:
    """Pair figures that follow each other; figures of several drawings stand alone."""
    rows: list[_Row] = []
    waiting: list[Block] = []
    for block in (*blocks, None):
        single = isinstance(block, Figure) and block.svg.count("<svg") == 1
        if block is not None and single:
            waiting.append(block)
            if len(waiting) < 2:
                continue
        if waiting:
            rows.append(_Row("pair" if len(waiting) == 2 else "lone", tuple(waiting)))
            waiting = []
        if block is not None and not single:
            kind = "wide" if isinstance(block, Figure) else type(block).__name__.lower()
            rows.append(_Row(kind, (block,)))
    return rows


def _numeric_columns(table: Table) -> list[bool]:
    def numeric(index: int) -> bool:
        cells = [row[index] for row in table.rows]
        return bool(cells) and all(
            isinstance(text, str) and _NUMERIC.fullmatch(text) for text in cells
        )

    # The first column holds the row heads; they stay on the left.
    return [index > 0 and numeric(index) for index in range(len(table.columns))]


def _verdict(text: str) -> _Look:
    from markupsafe import Markup

    for word, tint, shape in _SHAPES:
        if text == word or text.startswith(word + " "):
            painted = shape.replace("/>", ' fill="currentColor" stroke="none"/>')
            if 'fill="none"' in shape:
                painted = shape.replace("/>", ' stroke="currentColor"/>')
            return _Look(tint, Markup(painted), word, text[len(word) :].strip())  # noqa: S704
    raise UsageError(
        f'"{text}" is no verdict word', allowed=", ".join(word for word, _, _ in _SHAPES)
    )
