"""`standalone`: a figure as one SVG file that can be opened by itself, in light and dark."""

from __future__ import annotations

import re
import textwrap
from xml.sax.saxutils import escape

from tertius.briefs.document import Figure

__all__ = ["standalone"]

_MARGIN = 14
_TITLE_PX, _CAPTION_PX = 15, 11
# Characters of these sizes that fit the drawing's width; generous, since fonts differ.
_TITLE_CHARS, _CAPTION_CHARS = 52, 74
_ROOT = re.compile(r'<svg [^>]*?width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"[^>]*>')

# The colours of the brief's page, for both schemes.
_STYLE = """
svg { --paper:#fffefb; --ink:#1b1b1a; --muted:#5d5a54; --rule:#dcd8cf; --tint:#f4f1ea;
--accent:#0e5a86; --coop:#0c6a5b; --conf:#a8361a; --band:#b7cfdd; font-family:sans-serif }
@media (prefers-color-scheme: dark) { svg { --paper:#14161a; --ink:#ece9e2; --muted:#a8a49b;
--rule:#383b41; --tint:#1d2026; --accent:#6fb4dd; --coop:#5cc3ac; --conf:#f0876a; --band:#2d4c61 } }
"""


def standalone(figure: Figure) -> str:
    """Return a figure's drawing with its title, caption, key and description, as one SVG.

    Parameters
    ----------
    figure : Figure
        As drawn for a brief, where the page around it carries the words and colours.

    Returns
    -------
    str
        A whole SVG document; all text in it is escaped.
    """
    root = _ROOT.match(figure.svg)
    assert root is not None  # noqa: S101 - every drawing of ours begins so
    width, height = float(root["width"]), float(root["height"])
    key = [f"{place}  {text}" for place, text in enumerate(figure.key, start=1)]
    title = textwrap.wrap(figure.title, _TITLE_CHARS)
    below = [
        line for text in (*key, figure.caption) for line in textwrap.wrap(text, _CAPTION_CHARS)
    ]
    top = _MARGIN + len(title) * 1.3 * _TITLE_PX + 8
    bottom = top + height + 14
    full = bottom + len(below) * 1.4 * _CAPTION_PX + _MARGIN
    wide = width + 2 * _MARGIN
    head = _lines(title, _MARGIN + _TITLE_PX, _TITLE_PX, 1.3, "var(--ink)", "bold")
    foot = _lines(below, bottom + _CAPTION_PX, _CAPTION_PX, 1.4, "var(--muted)", "normal")
    inner = figure.svg.replace("<svg ", f'<svg x="{_MARGIN}" y="{top:g}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{full:g}" '
        f'viewBox="0 0 {wide:g} {full:g}" role="img">'
        f"<title>{escape(figure.title)}</title><desc>{escape(figure.alt)}</desc>"
        f"<style>{_STYLE}</style>"
        f'<rect width="100%" height="100%" fill="var(--paper)"/>{head}{inner}{foot}</svg>\n'
    )


def _lines(
    lines: list[str], first: float, size: int, spacing: float, fill: str, weight: str
) -> str:
    return "".join(
        f'<text x="{_MARGIN}" y="{first + place * spacing * size:g}" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
