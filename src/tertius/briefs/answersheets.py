"""`Brief`: the verdicts of a case, printed as a page, as text or as data."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tertius.briefs.document import Document
from tertius.briefs.markdown import render_markdown
from tertius.briefs.page import render_page
from tertius.briefs.records import render_json
from tertius.briefs.runs import Run
from tertius.claims import BoundCase, Verdict
from tertius.errors import DataError, UsageError
from tertius.files import write_atomic
from tertius.settings import limit

__all__ = ["FORMATS", "Brief"]

FORMATS = ("html", "json", "md")
"""What a brief can be written as, by suffix."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The answer to a case.

    Attributes
    ----------
    case : BoundCase
        The case.
    verdicts : tuple of Verdict
        One a claim, in the order of the case file.
    document : Document
        The brief set out, before it is printed.
    run : Run
        What it was made from.
    """

    case: BoundCase
    verdicts: tuple[Verdict, ...]
    document: Document
    run: Run

    @property
    def headline(self) -> tuple[str, ...]:
        """The two computed sentences."""
        return self.document.headline

    def render(self, kind: str) -> str:
        """Return the brief as ``html``, ``md`` or ``json``.

        Raises
        ------
        UsageError
            For any other kind.
        """
        printers: dict[str, Callable[[], str]] = {
            "html": lambda: render_page(self.document),
            "json": lambda: render_json(self.document, self.verdicts, self.run),
            "md": lambda: render_markdown(self.document),
        }
        if kind not in printers:
            raise UsageError(
                f'a brief cannot be written as ".{kind}"',
                allowed=", ".join(f".{name}" for name in FORMATS),
            )
        return printers[kind]()

    def save(self, path: str | Path) -> Path:
        """Write the brief to `path`, in the format its suffix names, in one piece.

        Raises
        ------
        UsageError
            If the suffix is none of .html, .json and .md.
        DataError
            If the page would be larger than the limit.
        WriteError
            If it cannot be written; what stood there still stands.
        """
        place = Path(path)
        content = self.render(place.suffix.removeprefix(".")).encode("utf-8")
        most = limit("max_brief_bytes")
        if place.suffix == ".html" and len(content) >= most:
            raise DataError(
                f"the page would be {len(content):,} bytes",
                where=str(place),
                allowed=f"less than {most:,}",
                hint="shorten the case, or write .md or .json",
            )
        write_atomic(place, content)
        return place

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(v.says)}</td><td>{html.escape(v.measured_word or '–')}</td>"
            f"<td>{html.escape(v.model_word or '–')}</td></tr>"
            for v in self.verdicts
        )
        told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.headline)
        head = "<tr><th>claim</th><th>events</th><th>model</th></tr>"
        return f"{told}<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
